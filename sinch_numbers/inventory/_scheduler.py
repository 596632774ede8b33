"""Scheduler of an inventory read: the unread partitions and the next request."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import Final

import attrs

from sinch_numbers._core.items import UnreadableItem
from sinch_numbers._core.pagination import Page
from sinch_numbers.errors import PaginationError
from sinch_numbers.inventory._checkpoint import Bookmark, Checkpoint, RootCount
from sinch_numbers.inventory._completeness import Completeness, Gap, PartitionCount, Unchecked
from sinch_numbers.inventory._cursor import Cursor
from sinch_numbers.inventory._partition import WHOLE, Partition
from sinch_numbers.inventory._split import Split
from sinch_numbers.models import ActiveNumber, NumberType

_FEWEST_PAGES: Final = 10
"""Partitions of up to this many pages aren't split: that takes as many requests, or more."""
_MOST_PAGES: Final = 64
"""Larger partitions are always split: their seen numbers are kept in memory."""


@attrs.frozen(eq=False)
class CountResult:
    """Query for the count of a sub-partition *of* a partition, and one of its numbers."""

    partition: Partition
    of: Bookmark


@attrs.frozen(eq=False)
class PageResult:
    """Query for the next page of a partition."""

    cursor: Cursor

    @property
    def partition(self) -> Partition:
        """Return the partition that is read."""
        return self.cursor.partition


Query = CountResult | PageResult


@attrs.define(eq=False)
class _Account:
    """Counts for one region and type."""

    counted: int | None = None
    read: int = 0


def fair_share(total: int | None, *, concurrency: int, page_size: int) -> int:
    """Return the maximum numbers, of *total*, that one worker should read in a row."""
    pages = -(-(total or 0) // (concurrency * page_size))
    return page_size * min(max(pages, _FEWEST_PAGES), _MOST_PAGES)


class PartitionScheduler:
    """
    Decides which query is next and records the results; it sends no requests.

    Each region and type is probed first. A partition of more than *share* numbers is split by the
    first digit in which its numbers differ, repeatedly; the largest partitions are read first, so
    that all workers finish at about the same time. A partition that was started is finished before
    another one is started.
    """

    def __init__(self, checkpoint: Checkpoint, *, share: int) -> None:
        self.project_id: str = checkpoint.project_id
        self.counted_before: int | None = checkpoint.counted_before
        self.duplicates: int = checkpoint.duplicates
        self.moved: bool = checkpoint.moved
        self.looked_outside: bool = checkpoint.looked_outside
        self.unchecked: list[Unchecked] = list(checkpoint.unchecked)
        """Regions that could not be checked, without effect on the completeness."""
        self.problem: PaginationError | None = None
        """The error of a list that doesn't end, until the next `retry`."""
        self._unreadable = {_key(gap): gap for gap in checkpoint.unreadable}
        self._unnamed = {gap.raw for gap in checkpoint.unreadable if gap.partition.root != WHOLE}
        self._gaps: list[Gap] = []
        self._roots = {
            root.partition: _Account(root.counted, root.read) for root in checkpoint.roots
        }
        self._offered = frozenset(self._roots) - {WHOLE}
        self._failed: list[Bookmark] = []
        self._misplaced = checkpoint.misplaced
        self._share = share
        self._looks: deque[Query] = deque()
        self._begun: deque[Cursor] = deque()
        self._waiting: list[tuple[int, int, Bookmark]] = []
        self._splits: dict[Partition, Split] = {}
        self._unsplittable: set[Partition] = set()
        self._asking: dict[Cursor, None] = {}
        self._order = count()
        for bookmark in checkpoint.open:
            self._add(bookmark)

    @property
    def read(self) -> int:
        """Numbers returned so far."""
        return sum(account.read for account in self._roots.values())

    def next(self) -> Query | None:
        """Return the next query; ``None`` while it depends on pending results."""
        if self._looks:
            question = self._looks.popleft()
        elif self._begun:
            question = PageResult(self._begun.popleft())
        elif self._waiting:
            question = PageResult(self._cursor(heappop(self._waiting)[-1]))
        else:
            return None
        if isinstance(question, PageResult):
            self._asking[question.cursor] = None  # an ordered set
        return question

    def counts(self) -> tuple[CountResult, ...]:
        """Remove all pending count queries from the queue, and return them."""
        counts = tuple(look for look in self._looks if isinstance(look, CountResult))
        self._looks = deque(look for look in self._looks if not isinstance(look, CountResult))
        return counts

    def counted(self, question: CountResult, total: int | None, number: str | None = None) -> None:
        """
        Record the result of a count query; ``None`` if the count is unknown.

        *number* is any number of the partition: with it, splitting takes fewer requests.
        """
        whole = question.of
        split = self._splits[whole.partition]
        self._look(split.counted(question.partition, total, number), whole)
        if not split.done:
            return
        del self._splits[whole.partition]
        parts = split.parts
        if not parts:
            self._unsplittable.add(whole.partition)
            self._looks.append(PageResult(self._cursor(whole)))
        for bookmark, one in parts:
            self._add(bookmark, one)

    def took(self, question: PageResult, page: Page[ActiveNumber]) -> list[ActiveNumber]:
        """Record a page; return the new numbers in it."""
        cursor = question.cursor
        del self._asking[cursor]
        account = self._roots.setdefault(cursor.partition.root, _Account())
        if not cursor.begun:
            if not cursor.partition.prefix:
                account.counted = page.total_size
            if page.total_size is not None and self._is_large(cursor.partition, page.total_size):
                # Those with a number are listed again by its digits.
                self._record([one for one in page.unreadable if one.name is None], cursor)
                whole = Bookmark(partition=cursor.partition, counted=page.total_size)
                self._split(whole, page.items[0].phone_number if page.items else None)
                return []
        self._record(page.unreadable, cursor)
        fresh = cursor.take(page, self._offered if cursor.partition.root == WHOLE else frozenset())
        account.read += len(fresh)
        if cursor.problem is not None:
            self.problem = cursor.problem
            self._give_up(cursor, str(cursor.problem))
        elif cursor.done:
            self._settle(cursor)
        else:
            self._begun.append(cursor)
        return fresh

    def failed(self, question: Query, reason: str) -> None:
        """Record a failed query: the rest of the partition is missing."""
        if isinstance(question, CountResult):
            self.counted(question, None)
        else:
            del self._asking[question.cursor]
            self._give_up(question.cursor, reason)

    def rejected(self, question: PageResult, reason: str) -> None:
        """Record that the service rejects a region and type: it is searched without a filter."""
        partition = question.partition
        del self._asking[question.cursor]
        self._roots.pop(partition, None)
        self._offered -= {partition}
        self.unchecked.append(Unchecked.rejected(partition, reason))

    def retry(self) -> None:
        """Queue the failed partitions again."""
        self.problem = None
        failed, self._failed = self._failed, []
        self._gaps.clear()
        for bookmark in failed:
            self._add(bookmark)

    def give_back(self, question: Query) -> None:
        """Return an unanswered query to the front of the queue."""
        if isinstance(question, PageResult):
            self._asking.pop(question.cursor, None)
        self._looks.appendleft(question)

    def look_outside(self, total: int | None) -> bool:
        """
        Return whether to also search for numbers outside the available regions.

        *total* is the service's current count. Called once everything else has been read.
        """
        if self.looked_outside:
            return False
        self.looked_outside = True
        counts = [account.counted for account in self._roots.values()]
        known = sum(number for number in counts if number is not None)
        if not self._misplaced:
            if any(bookmark.partition.root in self._roots for bookmark in self._failed):
                return False  # the gap is already known
            bounds = [bound for bound in (self.counted_before, total) if bound is not None]
            # The smaller one: numbers added during the read don't indicate numbers elsewhere.
            if len(bounds) == 2 and None not in counts and known >= min(bounds):
                return False
        self._add(Bookmark(partition=WHOLE))
        return True

    def checkpoint(
        self, cursor: Cursor | None = None, held_back: Sequence[ActiveNumber] = ()
    ) -> Checkpoint:
        """
        Return a checkpoint of the current progress.

        Numbers of *cursor*'s last page that are *held back* count as unread.
        """
        again = [look.cursor for look in self._looks if isinstance(look, PageResult)]
        begun = dict.fromkeys([*self._begun, *self._asking, *again])
        if cursor is not None and held_back:
            begun[cursor] = None
        pending = {cursor.partition.root: len(held_back)} if cursor is not None else {}
        return Checkpoint(
            project_id=self.project_id,
            counted_before=self.counted_before,
            roots=tuple(
                RootCount(
                    partition=partition,
                    counted=account.counted,
                    read=account.read - pending.get(partition, 0),
                )
                for partition, account in self._roots.items()
            ),
            open=(
                *(one.bookmark(held_back if one is cursor else ()) for one in begun),
                *(split.whole for split in self._splits.values()),
                *(bookmark for _, _, bookmark in sorted(self._waiting)),
                *self._failed,
            ),
            unreadable=tuple(self._unreadable.values()),
            unchecked=tuple(self.unchecked),
            duplicates=self.duplicates + sum(one.duplicates for one in begun if not one.done),
            misplaced=self._misplaced + sum(one.misplaced for one in begun if not one.done),
            moved=self.moved or any(one.moved for one in begun),
            looked_outside=self.looked_outside,
        )

    def completeness(self, total: int | None) -> Completeness:
        """Return the completeness of the read; *total* is the service's current count."""
        return Completeness(
            counted_before=self.counted_before,
            total_size=total,
            read=self.read,
            duplicates=self.duplicates,
            moved=self.moved,
            gaps=(*self._gaps, *self._unreadable.values()),
            unchecked=tuple(self.unchecked),
            partitions=tuple(
                PartitionCount(partition, account.read, account.counted)
                for partition, account in self._in_order()
            ),
        )

    def _in_order(self) -> "Iterator[tuple[Partition, _Account]]":
        yield from ((root, account) for root, account in self._roots.items() if root != WHOLE)
        if WHOLE in self._roots:
            yield WHOLE, self._roots[WHOLE]

    def _add(self, bookmark: Bookmark, number: str | None = None) -> None:
        if bookmark.page_token or bookmark.last or bookmark.seen:
            self._begun.append(self._cursor(bookmark))
        elif bookmark.counted is None:
            self._looks.append(PageResult(self._cursor(bookmark)))
        elif self._is_large(bookmark.partition, bookmark.counted):
            self._split(bookmark, number)
        else:
            heappush(self._waiting, (-bookmark.counted, next(self._order), bookmark))

    def _cursor(self, bookmark: Bookmark) -> Cursor:
        return Cursor(bookmark, counted=self.counted_before)

    def _is_large(self, partition: Partition, size: int) -> bool:
        return size > self._share and partition not in self._unsplittable and bool(partition.parts)

    def _split(self, whole: Bookmark, number: str | None) -> None:
        split = self._splits[whole.partition] = Split(whole, number)
        self._look(split.begin(), whole)

    def _look(self, partitions: Iterable[Partition], whole: Bookmark) -> None:
        self._looks.extend(CountResult(one, whole) for one in partitions)

    def _give_up(self, cursor: Cursor, reason: str) -> None:
        bookmark = cursor.bookmark()
        self._failed.append(bookmark)
        self._gaps.append(Gap(cursor.partition, reason, page_token=bookmark.page_token))
        self._settle(cursor)

    def _record(self, unreadable: Iterable[UnreadableItem], cursor: Cursor) -> None:
        """Record items that could not be read, each once."""
        partition, token = cursor.partition, cursor.page_token
        for item in unreadable:
            gap = Gap(partition, item.reason, token, item.name, item.index, item.json)
            # Without a filter, what regions and types list is listed again.
            if partition.root == WHOLE and (
                _root_of(item) in self._offered or (item.name is None and gap.raw in self._unnamed)
            ):
                continue
            self._unreadable.setdefault(_key(gap), gap)
            if item.name is None and partition.root != WHOLE:
                self._unnamed.add(item.json)

    def _settle(self, cursor: Cursor) -> None:
        self.duplicates += cursor.duplicates
        self.moved |= cursor.moved
        self._misplaced += cursor.misplaced


def _key(gap: Gap) -> tuple[object, ...]:
    """Return a key that identifies an unreadable item that is listed again."""
    if gap.phone_number is not None:
        return (gap.phone_number,)
    return gap.partition, gap.page_token, gap.index, gap.raw


def _root_of(item: UnreadableItem) -> Partition | None:
    """Return the region and type that *item* names, if it can be read so far."""
    raw = item.raw if isinstance(item.raw, dict) else {}
    region, kind = raw.get("regionCode"), raw.get("type")
    if not isinstance(region, str) or not isinstance(kind, str):
        return None
    return Partition(region, NumberType(kind))
