"""Completeness: how far what was read can be trusted."""

from enum import StrEnum

import attrs

from sinch_numbers.inventory._partition import Partition


class CompletenessStatus(StrEnum):
    """Whether an inventory is complete."""

    COMPLETE = "complete"
    """Every number that the service counts was read, and nothing moved meanwhile."""
    CHANGED = "changed while it was read"
    """Numbers were added or removed during the walk."""
    INCOMPLETE = "incomplete"
    """Something could not be read, or cannot be accounted for."""


@attrs.frozen
class PartitionCount:
    """How many numbers were found in a region and type."""

    partition: Partition
    read: int
    counted: int | None = None
    """How many the service counted there when reading began."""


@attrs.frozen
class Gap:
    """A part of the inventory that could not be read."""

    partition: Partition
    reason: str
    page_token: str | None = None
    """The page that failed; ``None`` for the first."""
    phone_number: str | None = None
    """The number that could not be read, when it is just that one."""

    def __str__(self) -> str:
        number = f", number {self.phone_number}" if self.phone_number else ""
        return f"{self.partition}{number}: {self.reason}"


@attrs.frozen(kw_only=True)
class Completeness:
    """
    Whether an inventory is complete, and the counts that prove it.

    The service offers no snapshot. Its counts before, during, and after the walk show whether
    numbers are missing, and whether the inventory changed meanwhile.
    """

    counted_before: int | None
    """Count of the service at the start; ``None`` if it returned none."""
    total_size: int | None
    """Count of the service at the end."""
    read: int
    """How many numbers were read, each counted once."""
    duplicates: int = 0
    """How many came more than once, and were handed out once."""
    moved: bool = False
    """Whether a partition's count changed between two of its pages."""
    gaps: tuple[Gap, ...] = ()
    """Parts that could not be read, with reasons."""
    partitions: tuple[PartitionCount, ...] = ()
    """Counts by partition; numbers outside the available regions come last."""

    @property
    def status(self) -> CompletenessStatus:
        """Whether it is complete, changed meanwhile, or is incomplete."""
        before, after = self.counted_before, self.total_size
        if self.gaps or before is None or after is None:
            return CompletenessStatus.INCOMPLETE
        if self.moved or before != after or self.read > after:
            return CompletenessStatus.CHANGED
        return CompletenessStatus.COMPLETE if self.read == after else CompletenessStatus.INCOMPLETE

    @property
    def complete(self) -> bool:
        """Whether every number was read, and nothing changed meanwhile."""
        return self.status is CompletenessStatus.COMPLETE

    @property
    def explanation(self) -> str:
        """Say in one line why the inventory is complete, or is not."""
        before, after = self.counted_before, self.total_size
        if self.gaps:
            first, *others = self.gaps
            more = f" and {len(others):,} more" if others else ""
            read = f"{self.read:,} read" + (f" of {after:,} counted" if after is not None else "")
            return f"incomplete: {read}, not {first}{more}"
        if before is None or after is None:
            return f"cannot be proven complete: {self.read:,} read, and the service gave no count"
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
