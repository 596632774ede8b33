"""
Every active number of a project: read concurrently, and held against the service's count.

The list is read in *partitions*, one for each region and type on offer. A partition is a
plain value that can be pickled, so who reads it, and where, is not fixed here.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

import anyio
import attrs

from sinch_numbers import arguments
from sinch_numbers.client import NumbersClient
from sinch_numbers.models import ActiveNumber, NumberType
from sinch_numbers.pagination import Page

T = TypeVar("T")


@attrs.frozen
class Partition:
    """A part of a project's numbers; without region and type it is all of them."""

    region_code: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    type: NumberType | None = None

    def __str__(self) -> str:
        return f"{self.region_code} {self.type}" if self != WHOLE else "all regions and types"


WHOLE: Final = Partition()
"""All numbers of a project."""

Visit = Callable[[Partition, Page[ActiveNumber]], None]
"""Takes a page; none of its numbers came before."""


@attrs.frozen
class PartitionCount:
    """How many numbers were found in a partition."""

    partition: Partition
    read: int


@attrs.frozen(kw_only=True)
class Verdict:
    """
    How far a walk can be trusted.

    The service offers no snapshot. What it counts before and after tells whether anything
    is missing, and whether the inventory changed meanwhile.
    """

    counted_before: int | None
    """What the service counted at the start; ``None`` when it did not say."""
    total_size: int | None
    """What it counted at the end."""
    read: int
    """How many numbers were read, each counted once."""
    duplicates: int
    """How many came more than once, and were visited once."""
    partitions: tuple[PartitionCount, ...]
    """What was found where, numbers outside the regions on offer last."""

    @property
    def complete(self) -> bool:
        """Whether every number was read, and their count stayed the same."""
        return self.counted_before == self.total_size == self.read

    @property
    def explanation(self) -> str:
        """Say in one line why the inventory is complete, or is not."""
        before, after = self.counted_before, self.total_size
        if before is None or after is None:
            return f"cannot be proven complete: {self.read:,} read, and the service gave no count"
        if self.complete:
            return f"complete: {self.read:,} counted, {self.read:,} read"
        counts = f"{before:,} counted before, {after:,} after, {self.read:,} read"
        if before != after or self.read > after:
            return f"changed while it was read: {counts}"
        return f"incomplete: {self.read:,} read of {after:,} counted"


async def walk(
    client: NumbersClient,
    visit: Visit,
    *,
    workers: int = 8,
    page_size: int = 1000,
    on_total: Callable[[int | None], None] | None = None,
) -> Verdict:
    """
    Read every active number of the project, and return how complete that is.

    *visit* is called in the event loop with each page and the partition it belongs to; it
    sees every number once. *workers* partitions are read at a time. *on_total* is told at
    the start how many numbers the service counts. Free of charge.

    When more numbers are counted than were found region by region, the list is read once
    more, as a whole.

    Raises `InvalidArgumentError` when *workers* or *page_size* is not positive, whatever
    *visit* raises, `PaginationError`, and the errors that every call may raise: the first
    one stops the walk, with a note that says where, and the ``page_token`` it happened at.
    """
    arguments.positive(workers, "workers")
    reader = _Reader(client, visit, arguments.positive(page_size, "page_size"))
    before, partitions = await reader.look()
    if on_total is not None:
        on_total(before)
    await for_each(partitions, reader.read, workers=workers)
    after = await reader.count()
    if after is None or len(reader.seen) < after:
        # In regions that are no longer on offer, say, or the service knows other filters.
        await reader.read(WHOLE)
        after = await reader.count()
    return Verdict(
        counted_before=before,
        total_size=after,
        read=len(reader.seen),
        duplicates=reader.duplicates,
        partitions=tuple(PartitionCount(*count) for count in reader.counts.items()),
    )


async def for_each(
    items: Iterable[T], work: Callable[[T], Awaitable[None]], *, workers: int
) -> None:
    """
    Await *work* on each of *items*, *workers* of them at a time.

    The first error cancels the rest and is raised as it is, without a group around it.
    """
    left = iter(items)

    async def worker() -> None:
        for item in left:
            await work(item)

    failure: BaseException | None = None
    try:
        async with anyio.create_task_group() as group:
            for _ in range(workers):
                group.start_soon(worker)
    except BaseExceptionGroup as failures:
        failure = failures
    # Raised out here, so that the error keeps the cause it came with.
    if failure is not None:
        raise _first(failure)


def _first(failure: BaseException) -> BaseException:
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure


class _Reader:
    """Reads partitions, and remembers which numbers it saw."""

    def __init__(self, client: NumbersClient, visit: Visit, page_size: int) -> None:
        self._client = client
        self._visit = visit
        self._page_size = page_size
        self.seen: set[str] = set()
        self.duplicates = 0
        self.counts: dict[Partition, int] = {}

    async def look(self) -> tuple[int | None, tuple[Partition, ...]]:
        """Return how many numbers there are, and the partitions on offer."""
        total: int | None = None
        offers: dict[Partition, None] = {}

        async def count() -> None:
            nonlocal total
            total = await self.count()

        async def list_regions() -> None:
            for region in await self._client.available_regions.list():
                offers.update(
                    dict.fromkeys(Partition(region.region_code, kind) for kind in region.types)
                )

        await for_each((count, list_regions), lambda look: look(), workers=2)
        self.counts = dict.fromkeys(offers, 0)
        return total, tuple(offers)

    async def count(self) -> int | None:
        """Return how many numbers the service counts."""
        total = None
        async for page in self._client.active_numbers.list(page_size=1, limit=1).pages():
            total = page.total_size
        return total

    async def read(self, partition: Partition) -> None:
        """Visit the numbers of *partition* that were not seen before."""
        pager = self._client.active_numbers.list(
            region_code=partition.region_code,
            type=partition.type,
            page_size=self._page_size,
        )
        try:
            async for page in pager.pages():
                self._take(partition, page)
        except Exception as error:
            error.add_note(f"while reading {partition}")
            raise

    def _take(self, partition: Partition, page: Page[ActiveNumber]) -> None:
        fresh = []
        for number in page.items:
            if number.phone_number not in self.seen:
                self.seen.add(number.phone_number)
                fresh.append(number)
        # To read again what is known is the purpose of the last, unfiltered reading.
        if partition != WHOLE:
            self.duplicates += len(page.items) - len(fresh)
        self.counts[partition] = self.counts.get(partition, 0) + len(fresh)
        if fresh:
            same = len(fresh) == len(page.items)
            self._visit(partition, page if same else attrs.evolve(page, items=tuple(fresh)))
