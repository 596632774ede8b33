"""
Streams of sorted lines: read from the chain of a run, compared, and written in blocks.

The lines of a run are those of the latest full run before it, with the differences of all runs
since. Memory doesn't grow with the number of lines: a stream holds some blocks of each run.
"""

import heapq
from collections.abc import AsyncGenerator, Iterable, Sequence
from functools import partial
from typing import Final, TypeVar

from sinch_numbers.audit._history import tables
from sinch_numbers.audit._history.tables import HISTORY, NewBlock
from sinch_numbers.audit._sorted_lines import pack, split, unpack
from sinch_numbers.store._database import Database, Script, Scripted, Session

T = TypeVar("T")

_BLOCKS_AT_ONCE: Final = 4
"""Blocks that are read or written by one transaction."""
_LINES_PER_BLOCK: Final = 1_000

Pair = tuple[bytes, bytes | None, bytes | None]
"""A key, its value before, and its value after; ``None`` without one."""


class RunDeletedError(Exception):
    """A run was deleted, or its blocks were replaced, while it was read."""


async def lines(
    database: Database, contents: Sequence[str], stream: str
) -> AsyncGenerator[bytes, None]:
    """
    Yield the sorted lines of a run, whose *contents* are those of its chain, the latest first.

    Raises `RunDeletedError` if one is deleted meanwhile.
    """
    cursors = [_Cursor(database, content, stream) for content in contents]
    heap = []
    for age, cursor in enumerate(cursors):
        if (line := await cursor.next()) is not None:
            heap.append((split(line)[0], age, line, cursor))
    heapq.heapify(heap)
    previous = b""
    while heap:
        key, age, line, cursor = heap[0]
        # Of equal keys, the latest comes first. A line without a value marks a removed key.
        if key != previous and not line.endswith(b"\t"):
            yield line
        previous = key
        if (following := await cursor.next()) is None:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, (split(following)[0], age, following, cursor))


class _Cursor:
    """The position in one stream of one run."""

    def __init__(self, database: Database, content: str, stream: str) -> None:
        self._database = database
        self._content = content
        self._stream = stream
        self._read = 0
        self._lines: list[bytes] = []  # reversed
        self._blocks: list[bytes] = []  # reversed
        self._is_at_end = False

    async def next(self) -> bytes | None:
        """Return the next line, or ``None`` at the end."""
        if not self._lines:
            await self._fill()
        return self._lines.pop() if self._lines else None

    async def _fill(self) -> None:
        if not self._blocks and not self._is_at_end:
            script = partial(
                tables.read_blocks,
                content=self._content,
                stream=self._stream,
                position=self._read,
                limit=_BLOCKS_AT_ONCE,
            )
            found = await self._database.run(HISTORY, script, write=False)
            if found is None:
                raise RunDeletedError
            self._read += len(found)
            self._is_at_end = len(found) < _BLOCKS_AT_ONCE
            self._blocks = found[::-1]
        if self._blocks:
            self._lines = unpack(self._blocks.pop())[::-1]


async def as_async(values: Iterable[T]) -> AsyncGenerator[T, None]:
    """Yield *values*."""
    for value in values:
        yield value


async def compared(
    before: AsyncGenerator[bytes, None], after: AsyncGenerator[bytes, None], *, equal: bool = False
) -> AsyncGenerator[Pair, None]:
    """Yield the keys whose values differ, sorted; with *equal*, all keys."""
    old, new = await anext(before, None), await anext(after, None)
    while old is not None or new is not None:
        if old == new and not equal:
            old, new = await anext(before, None), await anext(after, None)
            continue
        old_key, old_value = (b"", None) if old is None else split(old)
        new_key, new_value = (b"", None) if new is None else split(new)
        if new is None or (old is not None and old_key < new_key):
            yield old_key, old_value, None
            old = await anext(before, None)
        elif old is None or new_key < old_key:
            yield new_key, None, new_value
            new = await anext(after, None)
        else:
            yield old_key, old_value, new_value
            old, new = await anext(before, None), await anext(after, None)


class Writer:
    """Writes the streams of a run that is not published."""

    def __init__(self, database: Database, project: str) -> None:
        self._database = database
        self._project = project
        self.run_id = tables.new_id()
        self.size = 0
        self._positions: dict[str, int] = dict.fromkeys(tables.STREAMS, 0)
        self._lines: list[bytes] = []
        self._blocks: list[NewBlock] = []

    async def begin(self) -> None:
        """Register the run."""
        script = partial(tables.begin, run_id=self.run_id, project=self._project)
        await self._run(script, partial(tables.is_begun, run_id=self.run_id))

    async def add(self, stream: str, line: bytes) -> None:
        """Write *line* to *stream*; lines of a stream are sorted, and end by `finish`."""
        self._lines.append(line)
        if len(self._lines) >= _LINES_PER_BLOCK:
            await self.finish(stream)

    async def finish(self, stream: str) -> None:
        """Complete the block of *stream*."""
        if self._lines:
            position = self._positions[stream]
            self._blocks.append(NewBlock(stream, position, pack(self._lines)))
            self.size += len(self._blocks[-1].data)
            self._positions[stream] += 1
            self._lines.clear()
        if len(self._blocks) >= _BLOCKS_AT_ONCE:
            await self.flush()

    async def flush(self) -> None:
        """Write the blocks that are complete."""
        if self._blocks:
            blocks = tuple(self._blocks)
            self._blocks.clear()
            script = partial(tables.add_blocks, run_id=self.run_id, blocks=blocks)
            confirm = partial(tables.has_block, run_id=self.run_id, block=blocks[-1])
            await self._run(script, confirm)

    async def discard(self) -> None:
        """Leave the blocks to `sweep`."""
        script = partial(tables.discard, run_id=self.run_id)
        await self._run(script, partial(_repeat, script))

    async def _run(self, script: Scripted[None], confirm: Scripted[bool]) -> None:
        await self._database.run(HISTORY, script, confirm=confirm)


async def sweep(database: Database) -> None:
    """Delete the blocks of deleted and of abandoned runs, in short transactions."""
    script: Scripted[bool] = tables.sweep
    while await database.run(HISTORY, script, confirm=partial(_repeat, script)):
        pass


def _repeat(script: Scripted[object], session: Session) -> Script[bool]:
    yield from script(session)
    return True
