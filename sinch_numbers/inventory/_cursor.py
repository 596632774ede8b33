"""Cursor: reads one partition page by page and drops duplicates."""

import sys
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from sinch_numbers._core.pagination import Page, PageGuard
from sinch_numbers.errors import PaginationError
from sinch_numbers.inventory._checkpoint import Bookmark
from sinch_numbers.inventory._partition import WHOLE, Partition
from sinch_numbers.models import ActiveNumber

_IN_ORDER: Final = 20
"""After this many numbers in ascending order, the service is assumed to sort."""


class Cursor:
    """
    Reads a partition and tracks which numbers were returned.

    Numbers are requested in ascending order. Once the service is known to sort them, a bookmark
    only stores the last number. If they arrive in another order, a bookmark stores all of them.
    *counted* is the service's count of the project.
    """

    def __init__(self, bookmark: Bookmark, *, counted: int | None = None) -> None:
        # The count of the project is a bound for the partition, too.
        self._counted_before = counted if bookmark.counted is None else bookmark.counted
        self.partition: Partition = bookmark.partition
        self.page_token = bookmark.page_token
        """Token of the next page to request."""
        self.counted: int | None = bookmark.counted
        """Total that the service reports for the partition."""
        self.begun: bool = bool(bookmark.page_token or bookmark.last or bookmark.seen)
        self.done: bool = False
        self.problem: PaginationError | None = None
        """The pagination error that ended the read: the pages don't end."""
        self.duplicates: int = 0
        """Numbers that arrived more than once."""
        self.misplaced: int = 0
        """Numbers outside the partition: the service did not honor the filter."""
        self.moved: bool = False
        """Whether the count changed between two pages."""
        self._guard = PageGuard(self.page_token, counted=self._counted_before)
        self._last = bookmark.last
        self._ordered = bookmark.ordered
        self._seen = sorted(bookmark.seen)
        self._fresh = 0
        self._again = bookmark.again
        self._before = bookmark
        self._rewound = False

    def take(
        self, page: Page[ActiveNumber], elsewhere: frozenset[Partition] = frozenset()
    ) -> list[ActiveNumber]:
        """
        Process *page* and return the numbers in it that are new.

        Numbers of the partitions *elsewhere* are skipped: they are read there.
        """
        self._before = self.bookmark()
        if self.begun and None not in (page.total_size, self.counted):
            self.moved |= page.total_size != self.counted
        if page.total_size is not None:
            self.counted = page.total_size
        fresh = [
            number
            for number in page.items
            if self._belongs(number, elsewhere) and self._is_new(number.phone_number)
        ]
        self._fresh = len(fresh)
        if not self._rewound:
            self._again = 0
        self.begun = True
        try:
            self.page_token = self._guard.after(page)
        except PaginationError as error:
            self.problem = error
        self.done = self.problem is not None or self.page_token is None
        return fresh

    def bookmark(self, held_back: Sequence[ActiveNumber] = ()) -> Bookmark:
        """
        Return a bookmark of the current position.

        While some numbers of the last page are *held back*, the position is before that page, and
        the numbers of the page that were already returned are recorded as known.
        """
        numbers = [number.phone_number for number in held_back]
        known = self._seen
        if numbers:
            back = set(numbers)
            known = [number for number in known if number not in back]
        last = known[-1] if known else self._last
        brief = self._ordered and (len(self._seen) >= _IN_ORDER or bool(self._last))
        return Bookmark(
            partition=self.partition,
            page_token=self._before.page_token if numbers else self.page_token,
            counted=self._before.counted if numbers else self.counted,
            last=last if brief else self._last,
            seen=() if brief else tuple(known),
            ordered=self._ordered,
            again=self._before.again + self._fresh - len(numbers) if numbers else self._again,
        )

    def rewind(self) -> bool:
        """
        Restart from the first page; return false if that was already done.

        Numbers already returned are not returned again and don't count as duplicates.
        """
        if self._rewound or self.page_token is None:
            return False
        self._rewound = True
        self.page_token = None
        self._guard = PageGuard(counted=self._counted_before)
        self._again = sys.maxsize
        return True

    def _belongs(self, number: ActiveNumber, elsewhere: frozenset[Partition]) -> bool:
        if not self.partition.holds(number):
            self.misplaced += 1
            return False
        return not elsewhere or _root_of(number) not in elsewhere

    def _is_new(self, phone_number: str) -> bool:
        seen = self._seen
        if phone_number > (seen[-1] if seen else self._last):
            seen.append(phone_number)
            return True
        place = bisect_left(seen, phone_number)
        known = place < len(seen) and seen[place] == phone_number
        if known or phone_number <= self._last:
            self.duplicates += self._again <= 0
            self._again -= 1
            return False
        self._ordered = False
        seen.insert(place, phone_number)
        return True


def _root_of(number: ActiveNumber) -> Partition:
    return Partition(number.region_code, number.type) if number.region_code else WHOLE
