"""Checkpoint: the progress of an inventory read, as a plain value."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import attrs

from sinch_numbers._core.escaping import printable
from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers.errors import APIResponseError, InvalidArgumentError
from sinch_numbers.inventory._completeness import Gap, Unchecked
from sinch_numbers.inventory._partition import Partition
from sinch_numbers.models._serializable import Serializable

_FORM: Final = 1
"""Format version. Increment it when older releases can't read the new format."""


@attrs.frozen(kw_only=True)
class Bookmark(Serializable):
    """The progress of reading one partition."""

    partition: Partition
    page_token: str | None = None
    """Token of the next page to request; ``None`` for the first page."""
    counted: int | None = None
    """Total that the service reported for the partition."""
    last: str = ""
    """The highest number already returned; all lower ones were returned too."""
    seen: tuple[str, ...] = ()
    """Returned numbers above `last`; empty once the service is known to sort."""
    ordered: bool = True
    """Whether all numbers so far arrived in ascending order."""
    again: int = 0
    """Numbers on the next page that were already returned."""


@attrs.frozen(kw_only=True)
class RootCount(Serializable):
    """Counts for one region and type."""

    partition: Partition
    counted: int | None = None
    """Total that the service reported for it."""
    read: int = 0
    """Numbers returned so far."""


@attrs.frozen(kw_only=True)
class Checkpoint(Serializable):
    """
    Progress of an inventory read, from which it can be resumed.

    Can be pickled or stored as JSON (`Checkpoint.dumps`, `Checkpoint.loads`), and contains no
    secrets. Its size grows with the number of unread partitions, not with the number of phone
    numbers.
    """

    project_id: str
    counted_before: int | None
    roots: tuple[RootCount, ...]
    open: tuple[Bookmark, ...]
    """Partitions still to read, including those that failed."""
    unreadable: tuple[Gap, ...] = ()
    """Individual numbers that could not be read."""
    unchecked: tuple[Unchecked, ...] = ()
    """Regions that could not be checked, without effect on the completeness."""
    duplicates: int = 0
    misplaced: int = 0
    moved: bool = False
    looked_outside: bool = False
    """Whether numbers outside the available regions have been searched for."""

    def __repr__(self) -> str:
        facts = f"{self.read:,} numbers read, {len(self.open):,} partitions open"
        return f"<Checkpoint of {printable(self.project_id)}: {facts}>"

    @property
    def read(self) -> int:
        """Return how many numbers have been returned so far."""
        return sum(root.read for root in self.roots)

    def divide(self, size: int) -> "tuple[Checkpoint, ...]":
        """
        Split the unread partitions into checkpoints of about *size* numbers or fewer.

        Partitions are not split here; those of `Inventory.plan` already are, where the service can
        split them. Each part can be read by a separate `Inventory`, in any process.

        Args:
            size: Approximate maximum size of a part.

        Example::

            plan = await Inventory(client).plan(10_000)
            parts = plan.divide(10_000)
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
        Return the combined progress, after the *parts* of this checkpoint were read.

        Args:
            parts: The checkpoints of the parts, after they were read.

        Raises:
            InvalidArgumentError: A part belongs to another project.

        Example::

            plan = await Inventory(client).plan(10_000)
            read = []
            for part in plan.divide(10_000):
                numbers = Inventory(client, checkpoint=part)
                async for number in numbers:
                    print(number.phone_number)
                if numbers.checkpoint is not None:
                    read.append(numbers.checkpoint)
            whole = plan.merge(read)
        """
        parts = tuple(parts)
        for part in parts:
            if part.project_id != self.project_id:
                expected = f"parts of project {self.project_id}"
                raise InvalidArgumentError("parts", expected, part.project_id)
        read = Counter({root.partition: root.read for root in self.roots})
        for part in parts:
            read.update({root.partition: root.read for root in part.roots})
        unchecked = (*self.unchecked, *(one for part in parts for one in part.unchecked))
        rejected = {one.partition for one in unchecked}
        return attrs.evolve(
            self,
            roots=tuple(
                attrs.evolve(root, read=read[root.partition])
                for root in self.roots
                if root.partition not in rejected
            ),
            open=tuple(bookmark for part in parts for bookmark in part.open),
            unreadable=(*self.unreadable, *(gap for part in parts for gap in part.unreadable)),
            unchecked=unchecked,
            duplicates=self.duplicates + sum(part.duplicates for part in parts),
            misplaced=self.misplaced + sum(part.misplaced for part in parts),
            moved=self.moved or any(part.moved for part in parts),
        )

    def dumps(self) -> str:
        """
        Serialize the checkpoint as JSON.

        Example::

            plan = await Inventory(client).plan()
            Path("checkpoint.json").write_text(plan.dumps())
        """
        return json_text.encode({"form": _FORM, **converter.dump({"checkpoint": self})}).decode()

    @classmethod
    def loads(cls, text: str | bytes) -> "Checkpoint":
        """
        Parse a checkpoint that `dumps` wrote.

        Args:
            text: The text that `dumps` returned.

        Raises:
            InvalidArgumentError: *text* is anything else.

        Example::

            stored = (await Inventory(client).plan()).dumps()
            numbers = Inventory(client, checkpoint=Checkpoint.loads(stored))
        """
        expected = "the output of Checkpoint.dumps()"
        if not isinstance(text, str | bytes):
            raise InvalidArgumentError("checkpoint", expected)
        try:
            payload: Any = json_text.decode(text.encode() if isinstance(text, str) else text)
            if not isinstance(payload, dict) or payload.get("form") != _FORM:
                raise InvalidArgumentError("checkpoint", expected)
            return converter.load(payload.get("checkpoint"), cls)
        except (ValueError, APIResponseError) as error:
            raise InvalidArgumentError("checkpoint", expected) from error
