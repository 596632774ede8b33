"""
Sorted lines: the compact form of number states and findings, in memory and in the database.

A line is ``key<TAB>value``, both JSON in ASCII. JSON escapes tabs and line feeds, and no JSON text
is the beginning of another one, so that lines sort by their key. An empty value in a difference
means that the key was removed.
"""

import heapq
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

_LINES_PER_BLOCK: Final = 1_000
_LINES_SORTED_AT_ONCE: Final = 16 * _LINES_PER_BLOCK
_LEVEL: Final = 4
"""zlib's level: 6 saves 2 % of a million lines, and takes half as long again."""

encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def line_of(key: object, value: object) -> bytes:
    """Return the line of *key* and *value*, which are JSON-serializable."""
    return f"{encode(key)}\t{encode(value)}".encode()


def split(line: bytes) -> tuple[bytes, bytes]:
    """Return the key and the value of *line*, as JSON."""
    key, _, value = line.partition(b"\t")
    return key, value


def decode(text: bytes) -> Any:
    """Return the value of a key or a value; raise `ValueError` if it isn't JSON."""
    return json.loads(text)


def pack(lines: Sequence[bytes]) -> bytes:
    """Return *lines* as a compressed block."""
    return zlib.compress(b"\n".join(lines), _LEVEL)


def unpack(block: bytes) -> list[bytes]:
    """Return the lines of a block; raise `ValueError` for other data."""
    try:
        return zlib.decompress(block).split(b"\n")
    except zlib.error:
        raise ValueError("a block of the audit history is damaged") from None


def blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Return *lines* as compressed blocks."""
    rest = iter(lines)
    while some := list(islice(rest, _LINES_PER_BLOCK)):
        yield pack(some)


class SortedLines:  # noqa: PLW1641 - mutable, so without a hash
    """
    Lines that arrive in any order, and are read sorted; about 90 bytes a number in memory.

    Lines are sorted and compressed in batches, which are merged on reading.
    """

    def __init__(self) -> None:
        self._new: list[bytes] = []
        self._batches: list[list[bytes]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __bool__(self) -> bool:
        return self._count > 0

    def add(self, line: bytes) -> None:
        """Add a line."""
        self._new.append(line)
        self._count += 1
        if len(self._new) >= _LINES_SORTED_AT_ONCE:
            self._seal()

    def merge(self, other: "SortedLines") -> None:
        """Add the lines of *other*."""
        new, batches = other.parts
        self._batches += batches
        self._count += len(other) - len(new)
        for line in new:
            self.add(line)

    @property
    def parts(self) -> tuple[list[bytes], list[list[bytes]]]:
        """The lines that are not compressed yet, and the batches of blocks."""
        return self._new, self._batches

    def __iter__(self) -> Iterator[bytes]:
        """Return the lines, sorted by key; of equal keys the one with the greatest value."""
        self._new.sort()
        batches = [*map(_lines, self._batches), iter(self._new)]
        previous: bytes | None = None
        for line in heapq.merge(*batches) if len(batches) > 1 else batches[0]:
            if previous is not None and split(previous)[0] != split(line)[0]:
                yield previous
            previous = line
        if previous is not None:
            yield previous

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SortedLines):
            return NotImplemented
        return len(self) == len(other) and list(self) == list(other)

    def dump(self) -> list[list[str]]:
        """Return the lines as plain JSON types."""
        self._seal()
        return [[b64encode(block).decode() for block in batch] for batch in self._batches]

    @classmethod
    def load(cls, batches: Iterable[Iterable[str]]) -> "SortedLines":
        """Restore lines from the result of `dump`; raise `ValueError` for anything else."""
        found = cls()
        for batch in batches:
            decoded = [b64decode(block, validate=True) for block in batch]
            found._batches.append(decoded)
            found._count += sum(len(unpack(block)) for block in decoded)
        return found

    def _seal(self) -> None:
        if self._new:
            self._new.sort()
            self._batches.append(list(blocks(self._new)))
            self._new.clear()


def _lines(batch: Iterable[bytes]) -> Iterator[bytes]:
    for block in batch:
        yield from unpack(block)
