"""Split: divides a large partition into parts that can be read at the same time."""

from collections.abc import Sequence
from typing import Final

import attrs

from sinch_numbers.inventory._checkpoint import Bookmark
from sinch_numbers.inventory._partition import Partition

_SHORTEST: Final = 8
"""The shortest phone number, including the plus sign."""


class Split:
    """
    A partition to split, once the counts of its parts add up to the total.

    Often many numbers have more digits in common than those of their partition. So the prefixes of
    one number, if one is known, are counted first, and the longest that all numbers have is split.
    """

    def __init__(self, whole: Bookmark, number: str | None = None) -> None:
        self.whole: Bookmark = whole
        self._number = number
        self._counts: dict[Partition, int | None] = {}
        self._numbers: dict[Partition, str | None] = {}
        self._missing: set[Partition] = set()
        self._common: Partition | None = None

    @property
    def done(self) -> bool:
        """Whether all counts are known."""
        return self._common is not None and not self._missing

    def begin(self) -> Sequence[Partition]:
        """Return the partitions to count first."""
        return self._count(_around(self._number, self.whole)) or self._count_parts()

    def counted(
        self, partition: Partition, total: int | None, number: str | None
    ) -> Sequence[Partition]:
        """
        Record the count of *partition* and one of its numbers; return what to count next, if any.

        ``None`` for a count that is unknown.
        """
        self._counts[partition] = total
        self._numbers[partition] = number
        self._missing.discard(partition)
        return () if self._missing or self._common is not None else self._count_parts()

    @property
    def parts(self) -> Sequence[tuple[Bookmark, str | None]]:
        """
        Return the parts, each with one of its numbers; empty if they don't add up to the total.

        Then prefixes work differently from what is expected.
        """
        common = self._common or self.whole.partition
        counts = {part: self._counts[part] for part in common.parts}
        known = {part: count for part, count in counts.items() if count is not None}
        whole = self.whole.counted or 0
        # Tolerate numbers added or removed between two counts; the completeness reports those. But
        # a number that equals its own prefix would be in no part.
        moves = max(10, whole // 50) if len(common.prefix) < _SHORTEST else 0
        if len(known) < len(counts) or abs(whole - sum(known.values())) > moves:
            return []
        return [
            (Bookmark(partition=part, counted=count), self._numbers[part])
            for part, count in known.items()
            if count
        ]

    def _count_parts(self) -> Sequence[Partition]:
        """Choose the partition that is split; return its parts whose count is missing."""
        alike = [one for one, count in self._counts.items() if count == self.whole.counted]
        self._common = max(alike, key=lambda one: len(one.prefix), default=self.whole.partition)
        return self._count([part for part in self._common.parts if part not in self._counts])

    def _count(self, partitions: Sequence[Partition]) -> Sequence[Partition]:
        self._missing.update(partitions)
        return partitions


def _around(number: str | None, whole: Bookmark) -> Sequence[Partition]:
    """Return the partitions with *number* that can hold as many numbers as *whole*."""
    prefix = whole.partition.prefix
    if number is None or not number.startswith(prefix or "+") or not number[1:].isdecimal():
        return []
    longest = len(number) - len(str((whole.counted or 1) - 1))
    return [
        attrs.evolve(whole.partition, prefix=number[:length])
        for length in range(max(2, len(prefix) + 1), longest + 1)
    ]
