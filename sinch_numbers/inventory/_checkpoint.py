"""Checkpoint: where the reading of an inventory stands, as a plain value."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import attrs

from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers.errors import APIResponseError, InvalidArgumentError
from sinch_numbers.inventory._completeness import Gap
from sinch_numbers.inventory._partition import Partition

_FORM: Final = 1
"""Raised when older releases could not read what this one writes."""


@attrs.frozen(kw_only=True)
class Bookmark:
    """Where the reading of one partition stands."""

    partition: Partition
    page_token: str | None = None
    """The page to ask for next; ``None`` for the first."""
    counted: int | None = None
    """How many numbers the service counted in it."""
    last: str = ""
    """The highest number that was handed out; so was every other one up to it."""
    seen: tuple[str, ...] = ()
    """The numbers above that were handed out, unless the service is known to keep the order."""
    ordered: bool = True
    """Whether they all came in order."""
    again: int = 0
    """How many of the page to ask for were handed out already."""


@attrs.frozen(kw_only=True)
class RootCount:
    """Progress of one region and type."""

    partition: Partition
    counted: int | None = None
    """How many numbers the service counted in it."""
    read: int = 0
    """How many were handed out."""


@attrs.frozen(kw_only=True)
class Checkpoint:
    """
    Where the reading of a project's inventory stands.

    It can be pickled, kept as JSON (`Checkpoint.dumps`, `Checkpoint.loads`), and holds no
    secret. Its size goes with the number of partitions still to be read, not with the
    number of numbers.
    """

    project_id: str
    counted_before: int | None
    roots: tuple[RootCount, ...]
    open: tuple[Bookmark, ...]
    """Partitions that are left to read, including failed ones."""
    unreadable: tuple[Gap, ...] = ()
    """Single numbers that could not be read."""
    duplicates: int = 0
    misplaced: int = 0
    moved: bool = False
    looked_outside: bool = False
    """Whether numbers outside the regions on offer were looked for."""

    @property
    def read(self) -> int:
        """Return how many numbers were handed out so far."""
        return sum(root.read for root in self.roots)

    def divide(self, size: int) -> "tuple[Checkpoint, ...]":
        """
        Return what is still to be read in parts of about *size* numbers, or fewer.

        A partition is not torn apart; what `Inventory.plan` returns has none that is larger.
        Each part can be read by an `Inventory` of its own, anywhere.
        """
        bundles: list[list[Bookmark]] = []
        room = 0
        for bookmark in sorted(self.open, key=lambda mark: mark.counted or 0, reverse=True):
            if bookmark.counted is None or bookmark.counted > room:
                bundles.append([])
                room = size
            bundles[-1].append(bookmark)
            room -= bookmark.counted or size
        return tuple(self._part(bundle) for bundle in bundles)

    def _part(self, bundle: list[Bookmark]) -> "Checkpoint":
        roots = dict.fromkeys(bookmark.partition.root for bookmark in bundle)
        return Checkpoint(
            project_id=self.project_id,
            counted_before=self.counted_before,
            roots=tuple(RootCount(partition=root) for root in roots),
            open=tuple(bundle),
            looked_outside=True,
        )

    def merge(self, parts: "Iterable[Checkpoint]") -> "Checkpoint":
        """
        Return where the reading stands, after the *parts* that this was divided into were read.

        Raises `InvalidArgumentError` when a part is another project's.
        """
        parts = tuple(parts)
        for part in parts:
            if part.project_id != self.project_id:
                expected = f"parts of project {self.project_id}"
                raise InvalidArgumentError("parts", expected, part.project_id)
        read = Counter({root.partition: root.read for root in self.roots})
        for part in parts:
            read.update({root.partition: root.read for root in part.roots})
        return attrs.evolve(
            self,
            roots=tuple(attrs.evolve(root, read=read[root.partition]) for root in self.roots),
            open=tuple(bookmark for part in parts for bookmark in part.open),
            unreadable=(*self.unreadable, *(gap for part in parts for gap in part.unreadable)),
            duplicates=self.duplicates + sum(part.duplicates for part in parts),
            misplaced=self.misplaced + sum(part.misplaced for part in parts),
            moved=self.moved or any(part.moved for part in parts),
        )

    def dumps(self) -> str:
        """Return it as JSON."""
        return json_text.encode({"form": _FORM, **converter.dump({"checkpoint": self})}).decode()

    @classmethod
    def loads(cls, text: str | bytes) -> "Checkpoint":
        """
        Return what `dumps` wrote.

        Raises `InvalidArgumentError` when *text* is something else.
        """
        expected = "what Checkpoint.dumps() returned"
        try:
            payload: Any = json_text.decode(text.encode() if isinstance(text, str) else text)
            if not isinstance(payload, dict) or payload.get("form") != _FORM:
                raise InvalidArgumentError("checkpoint", expected)
            return converter.load(payload.get("checkpoint"), cls)
        except (ValueError, APIResponseError) as error:
            raise InvalidArgumentError("checkpoint", expected) from error
