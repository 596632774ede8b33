"""Completeness: whether an inventory read returned every number."""

from enum import StrEnum
from typing import ClassVar, Self

import attrs

from sinch_numbers._core.escaping import printable
from sinch_numbers.inventory._partition import Partition
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._value_repr import ValueRepr


class CompletenessStatus(ValueRepr, StrEnum):
    """Whether an inventory read is complete."""

    COMPLETE = "complete"
    """Every counted number was read, and nothing changed during the read."""
    CHANGED = "changed while it was read"
    """Numbers were added or removed during the read: not a consistent snapshot."""
    INCOMPLETE = "incomplete"
    """Some numbers could not be read or are unaccounted for."""


@attrs.frozen
class PartitionCount(Serializable):
    """Numbers found in one region and type."""

    partition: Partition
    read: int
    counted: int | None = None
    """Total that the service reported when reading began."""


@attrs.frozen
class Gap(Serializable):
    """A page, or an item of a page, that could not be read."""

    partition: Partition
    reason: str
    page_token: str | None = None
    """Token of the page that failed; ``None`` for the first."""
    phone_number: str | None = None
    """The number that could not be read, when only that number failed and it has a name."""
    index: int | None = None
    """Position of the item on its page, from 0; ``None`` if the whole page failed."""
    raw: str | None = None
    """The item's JSON, cut after 4,096 characters; ``None`` if the whole page failed."""

    @property
    def is_item(self) -> bool:
        """Whether a single item could not be read, rather than a page."""
        return self.index is not None

    def __str__(self) -> str:
        item = "" if self.index is None else f", item {self.index}"
        number = f", number {printable(self.phone_number)}" if self.phone_number else ""
        return f"{self.partition}{item}{number}: {self.reason}"


@attrs.frozen
class Unchecked(Serializable):
    """
    A failed check that completeness doesn't depend on.

    Numbers of a region that could not be checked are searched for without a filter.
    """

    what: str
    """Name of the list of regions, or of the region and type."""
    reason: str
    partition: Partition | None = None
    """The region and type, if the service rejected it."""
    raw: str | None = None
    """The JSON of an available region that could not be read."""

    def __str__(self) -> str:
        return f"{printable(self.what)}: {self.reason}"

    @classmethod
    def rejected(cls, partition: Partition, reason: str) -> Self:
        """
        Return the region and type *partition*, which the service rejected.

        Called by the package.

        Args:
            partition: The region and type.
            reason: Why the service rejected them.
        """
        return cls(str(partition), reason, partition)


@attrs.frozen(kw_only=True)
class Completeness(Serializable):
    """
    The completeness of an inventory read.

    The service offers no snapshots. Comparing its counts before, during and after the read shows
    whether numbers are missing, and whether the inventory changed during the read.
    """

    _computed: ClassVar = {
        "status": "status",
        "complete": "complete",
        "explanation": "explanation",
    }

    counted_before: int | None
    """The service's count at the start; ``None`` when it reported none."""
    total_size: int | None
    """The service's count at the end; ``None`` when it reported none."""
    read: int
    """Distinct numbers read."""
    duplicates: int = 0
    """Numbers that arrived more than once; each was returned once."""
    moved: bool = False
    """Whether a partition's count changed between two of its pages."""
    gaps: tuple[Gap, ...] = ()
    """Pages and numbers that could not be read, with the reason."""
    unchecked: tuple[Unchecked, ...] = ()
    """Regions that could not be checked, without effect on the status."""
    partitions: tuple[PartitionCount, ...] = ()
    """Counts by region and type; numbers outside the available regions come last."""

    def __repr__(self) -> str:
        return f"<Completeness: {printable(self.explanation)}>"

    @property
    def status(self) -> CompletenessStatus:
        """Whether the read is complete, incomplete, or changed during the read."""
        before, after = self.counted_before, self.total_size
        if self.gaps or before is None or after is None:
            return CompletenessStatus.INCOMPLETE
        if self.moved or before != after or self.read > after:
            return CompletenessStatus.CHANGED
        return CompletenessStatus.COMPLETE if self.read == after else CompletenessStatus.INCOMPLETE

    @property
    def unreadable(self) -> int:
        """Count of individual numbers that could not be read."""
        return sum(gap.is_item for gap in self.gaps)

    @property
    def complete(self) -> bool:
        """Whether every number was read, and nothing changed during the read."""
        return self.status is CompletenessStatus.COMPLETE

    @property
    def explanation(self) -> str:
        """Explain in one line why the inventory is complete or not."""
        if not self.unchecked:
            return self._explained
        first, *others = self.unchecked
        more = f" and {len(others):,} more" if others else ""
        return f"{self._explained}; not checked: {first}{more}"

    @property
    def _explained(self) -> str:
        before, after = self.counted_before, self.total_size
        if self.gaps:
            first, *others = self.gaps
            more = f" and {len(others):,} more" if others else ""
            read = f"{self.read:,} read" + (f" of {after:,} counted" if after is not None else "")
            unreadable = f", {self.unreadable:,} unreadable" if self.unreadable else ""
            return f"incomplete: {read}{unreadable}, failed: {first}{more}"
        if before is None or after is None:
            return f"cannot be verified: {self.read:,} read, but the service returned no count"
        if self.complete:
            return f"complete: {self.read:,} counted, {self.read:,} read"
        if self.status is CompletenessStatus.CHANGED:
            counts = f"{before:,} counted before, {after:,} after, {self.read:,} read"
            return f"changed while it was read: {counts}"
        short = ", ".join(
            f"{count.partition} {count.read:,} of {count.counted:,}"
            for count in self.partitions
            if count.counted is not None and count.read < count.counted
        )
        where = f" ({short})" if short else ""
        return f"incomplete: {self.read:,} read of {after:,} counted{where}"
