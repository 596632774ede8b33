"""Inventory: reads every number of a project concurrently and checks the count."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import Any, Final, cast

import attrs

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core import arguments
from sinch_numbers._core.callbacks import notify
from sinch_numbers._core.concurrency import for_each, gather
from sinch_numbers._core.items import UnreadableItem
from sinch_numbers._core.pagination import Page, Pager
from sinch_numbers._core.running_loop import running_loop
from sinch_numbers.errors import (
    AuthenticationError,
    AuthUnavailableError,
    BadRequestError,
    ClientClosedError,
    InvalidArgumentError,
    NotFoundError,
    PaginationError,
    PermissionDeniedError,
    SinchNumbersError,
)
from sinch_numbers.inventory._checkpoint import Bookmark, Checkpoint, RootCount
from sinch_numbers.inventory._completeness import Completeness, Unchecked
from sinch_numbers.inventory._cursor import Cursor
from sinch_numbers.inventory._partition import WHOLE, Partition
from sinch_numbers.inventory._scheduler import (
    CountResult,
    PageResult,
    PartitionScheduler,
    Query,
    fair_share,
)
from sinch_numbers.models import ActiveNumber, OrderBy, SearchPattern

_FATAL: Final = (
    AuthenticationError,
    AuthUnavailableError,
    ClientClosedError,
    InvalidArgumentError,
    PaginationError,
    PermissionDeniedError,
)
"""Errors that would also fail other partitions, or make the result worthless."""

_REJECTED: Final = (BadRequestError, NotFoundError)
"""Errors by which the service rejects a region or type."""

Visit = Callable[[Partition, Page[ActiveNumber]], object]
"""Callback for a page of new numbers, with their region and type."""


_Asked = dict["asyncio.Task[Page[ActiveNumber]]", Query]


class Inventory:
    """
    All active numbers of a project, read concurrently.

    The list is read in partitions, one for each available region and type; a partition larger than
    a worker's share is split by the leading digits of its numbers. Each number is returned once,
    in no particular order. When the read ends, `completeness` compares the numbers read with the
    service's counts. Besides the page that is returned, at most one page for each worker is held
    in memory, so memory use does not grow with the number of phone numbers. Free of charge.

    Stop at any time, and resume by iterating over the same object again, or from its `checkpoint`
    in another process. A page that fails permanently is a gap in the completeness and does not
    stop the read; it is retried when the read is resumed. A single number that cannot be read, or
    that belongs to another project, is a gap with its position and JSON. Available regions only
    make the read faster: those that the service rejects or sends malformed are `unchecked` in the
    completeness.

    Raises `InvalidArgumentError` when *concurrency* or *page_size* is not positive, or the
    *checkpoint* belongs to another project. Iterating raises `AuthenticationError`,
    `AuthUnavailableError`, `InvalidArgumentError`, `PermissionDeniedError`, `ClientClosedError`,
    and `PaginationError` for a list that does not end, immediately, and any other error when more
    than *concurrency* requests in a row have failed; a note names the partition.

    Args:
        client: Client of the project whose numbers are read.
        concurrency: Maximum number of concurrent requests.
        page_size: Maximum numbers per page.
        checkpoint: Where to resume an earlier read.

    Example::

        numbers = Inventory(client, concurrency=4)
        await numbers.look()
        print(numbers.total_size)
        async for number in numbers:
            print(number.phone_number)
        print(numbers.completeness.explanation)
    """

    def __init__(
        self,
        client: NumbersClient,
        *,
        concurrency: int = 8,
        page_size: int = 1000,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self._client = client
        self._concurrency = arguments.positive(concurrency, "concurrency")
        self._page_size = arguments.positive(page_size, "page_size")
        if checkpoint is not None:
            arguments.instance(checkpoint, Checkpoint, "checkpoint")
        if checkpoint is not None and checkpoint.project_id != client.project_id:
            raise InvalidArgumentError(
                "checkpoint", f"a checkpoint of project {client.project_id}", checkpoint.project_id
            )
        self._frontier = None if checkpoint is None else self._begun(checkpoint)
        self._completeness: Completeness | None = None
        self._failures = 0
        self._asked: _Asked = {}
        self._walk: object = None
        # The last page: its cursor, its new numbers, and how many of those were returned.
        self._cursor: Cursor | None = None
        self._items: tuple[ActiveNumber, ...] = ()
        self._handed_out = 0

    def __repr__(self) -> str:
        return f"<Inventory of project {self._client.project_id}: {self.read:,} numbers read>"

    @property
    def total_size(self) -> int | None:
        """The service's count at the start; ``None`` before the first step."""
        return self._frontier.counted_before if self._frontier is not None else None

    @property
    def read(self) -> int:
        """Numbers returned so far, including those before the checkpoint."""
        return self._frontier.read - len(self._held_back) if self._frontier is not None else 0

    @property
    def completeness(self) -> Completeness:
        """
        The completeness of the inventory, once the read has ended.

        Raises `RuntimeError` before the end: see `ended`.
        """
        if self._completeness is None:
            raise RuntimeError(
                "the completeness is known when the read has ended: iterate to the end first"
            )
        return self._completeness

    @property
    def ended(self) -> bool:
        """Whether the read has ended, so that its completeness is known."""
        return self._completeness is not None

    @property
    def checkpoint(self) -> Checkpoint | None:
        """
        The current progress; numbers already returned count as read.

        ``None`` before the first step. A snapshot: it does not change as the read continues.
        """
        if self._frontier is None:
            return None
        return self._frontier.checkpoint(self._cursor, self._held_back)

    async def __aiter__(self) -> AsyncGenerator[ActiveNumber, None]:
        async with aclosing(self.parts()) as parts:
            async for _, page in parts:
                for number in self.handing_out(page):
                    yield number

    async def pages(self) -> AsyncGenerator[Page[ActiveNumber], None]:
        """
        Iterate page by page, in the order in which the pages arrive.

        Example::

            async for page in Inventory(client).pages():
                print(len(page.items))
        """
        async with aclosing(self.parts()) as parts:
            async for _, page in parts:
                yield page

    async def look(self) -> None:
        """Read the total and the regions; iterating also does so as its first step."""
        if self._frontier is None:
            self._frontier = await self._look()

    async def plan(self, size: int = 50_000) -> Checkpoint:
        """
        Count the numbers, and return a plan to read them in partitions of *size*.

        `Checkpoint.divide` splits the plan into parts that separate inventories can read in any
        process, and `Checkpoint.merge` combines the results. Partitions that the service cannot
        split stay larger. Free of charge.

        Args:
            size: Approximate maximum size of a partition.

        Raises:
            InvalidArgumentError: *size* is not positive.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            plan = await Inventory(client).plan(10_000)
            print(len(plan.divide(10_000)), "parts")
        """
        arguments.positive(size, "size")
        offered = (await self._look()).checkpoint()
        partitions = [root.partition for root in offered.roots]
        outcomes = await gather(self._count, partitions, concurrency=self._concurrency)
        rejected = [one for one in outcomes if isinstance(one.error, _REJECTED)]
        counted = {one.item: one.get() for one in outcomes if one not in rejected}
        roots = (
            RootCount(partition=partition, counted=counted[partition]) for partition in counted
        )
        marks = (
            Bookmark(partition=partition, counted=counted[partition]) for partition in counted
        )
        held = tuple(mark for mark in marks if mark.counted != 0)
        frontier = PartitionScheduler(
            attrs.evolve(
                offered,
                roots=tuple(roots),
                open=held,
                unchecked=(
                    *offered.unchecked,
                    *(Unchecked.rejected(one.item, str(one.error)) for one in rejected),
                ),
            ),
            share=size,
        )
        while looks := frontier.counts():
            for outcome in await gather(self._ask, looks, concurrency=self._concurrency):
                _record_count(frontier, outcome.item, outcome.get())
        return frontier.checkpoint()

    async def parts(self) -> AsyncGenerator[tuple[Partition, Page[ActiveNumber]], None]:
        """
        Iterate page by page, each with its region and type.

        Example::

            async for partition, page in Inventory(client).parts():
                print(partition.region_code, partition.type, len(page.items))
        """
        running_loop()
        await self.look()
        frontier = cast("PartitionScheduler", self._frontier)
        frontier.retry()
        self._completeness, self._failures = None, 0
        if self._cursor is not None and self._held_back:
            self._hold_back(self._cursor, self._held_back)
            yield self._hand_out()
        # Stored on the object: a generator that was abandoned without being closed may be
        # finalized after the next one has started, and must not cancel the requests of that one.
        walk = self._walk = object()
        try:
            while True:
                self._ask_more(frontier)
                if not self._asked:
                    total = await self._count(WHOLE)
                    if frontier.look_outside(total):
                        continue
                    self._completeness = frontier.completeness(total)
                    return
                task = next((task for task in self._asked if task.done()), None)
                if task is None:
                    await asyncio.wait(self._asked, return_when=asyncio.FIRST_COMPLETED)
                    continue
                # Removed only now: if `_settle` raises, the query must be repeated.
                fresh = self._settle(frontier, self._asked[task], task)
                question = self._asked.pop(task)
                if fresh and isinstance(question, PageResult):
                    self._hold_back(question.cursor, fresh)
                    self._ask_more(frontier)
                    # The next requests are sent now, not after the caller's work on this page.
                    await asyncio.sleep(0)
                    yield self._hand_out()
                if frontier.problem is not None:
                    frontier.problem.add_note(f"while reading {question.partition}")
                    raise frontier.problem
        finally:
            if self._walk is walk:
                await self._stop(frontier)

    async def _stop(self, frontier: PartitionScheduler) -> None:
        asked, self._asked = self._asked, {}
        for question in asked.values():
            frontier.give_back(question)
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    def handing_out(self, page: Page[ActiveNumber]) -> Iterator[ActiveNumber]:
        """
        Iterate over the last page's numbers; the checkpoint follows the position.

        Called by the package.

        Args:
            page: The page that `pages` yielded last.
        """
        self._handed_out = 0
        for number in page.items:
            self._handed_out += 1
            yield number

    def _ask_more(self, frontier: PartitionScheduler) -> None:
        while len(self._asked) < self._concurrency and (query := frontier.next()) is not None:
            self._asked[asyncio.create_task(self._ask(query))] = query

    def _hold_back(self, cursor: Cursor, items: tuple[ActiveNumber, ...]) -> None:
        self._cursor, self._items, self._handed_out = cursor, items, 0

    def _hand_out(self) -> tuple[Partition, Page[ActiveNumber]]:
        cursor = cast("Cursor", self._cursor)
        self._handed_out = len(self._items)
        return cursor.partition.root, Page(self._items, total_size=cursor.counted)

    @property
    def _held_back(self) -> tuple[ActiveNumber, ...]:
        return self._items[self._handed_out :]

    def _begun(self, checkpoint: Checkpoint) -> PartitionScheduler:
        share = fair_share(
            checkpoint.counted_before, concurrency=self._concurrency, page_size=self._page_size
        )
        return PartitionScheduler(checkpoint, share=share)

    async def _look(self) -> PartitionScheduler:
        """Read the total count and the available regions and types."""
        counted: list[int | None] = []
        offered: dict[Partition, None] = {}
        unchecked: list[Unchecked] = []

        async def count() -> None:
            counted.append(await self._count(WHOLE))

        async def list_regions() -> None:
            offered.update(dict.fromkeys(await self._offered(unchecked)))

        await for_each((count, list_regions), lambda look: look(), concurrency=2)
        return self._begun(
            Checkpoint(
                project_id=self._client.project_id,
                counted_before=counted[0],
                roots=tuple(RootCount(partition=partition) for partition in offered),
                open=tuple(Bookmark(partition=partition) for partition in offered),
                unchecked=tuple(unchecked),
            )
        )

    async def _offered(self, unchecked: list[Unchecked]) -> list[Partition]:
        """
        Return the available regions and types.

        They only make the read faster: numbers elsewhere are found without a filter. So none of
        them stops the read; what cannot be read is added to *unchecked*.
        """
        unreadable: list[UnreadableItem] = []
        try:
            regions = await self._client.available_regions.list(on_unreadable=unreadable.append)
        except ClientClosedError:
            raise
        except SinchNumbersError as error:
            unchecked.append(Unchecked("available regions", str(error)))
            return []
        unchecked += [
            Unchecked(f"available region {item.name or item.index}", item.reason, raw=item.json)
            for item in unreadable
        ]
        offered = []
        for region in regions:
            try:
                code = arguments.region_code(region.region_code)
            except InvalidArgumentError as error:
                unchecked.append(Unchecked("available region", error.message))
                continue
            offered += [Partition(code, kind) for kind in region.types]
        return offered

    async def _count(self, partition: Partition) -> int | None:
        return await self._list(partition, page_size=1).count()

    def _list(self, partition: Partition, *, page_size: int) -> Pager[ActiveNumber]:
        return self._client.active_numbers.list(
            **_filters(partition), page_size=page_size, on_unreadable=_report_later
        )

    async def _ask(self, question: Query) -> Page[ActiveNumber]:
        if isinstance(question, CountResult):
            return await self._list(question.partition, page_size=1).page()
        pager = self._list(question.partition, page_size=self._page_size)
        return await pager.page(question.cursor.page_token)

    def _settle(
        self,
        frontier: PartitionScheduler,
        question: Query,
        task: "asyncio.Task[Page[ActiveNumber]]",
    ) -> tuple[ActiveNumber, ...]:
        """Process the result of *question*; return the new numbers."""
        try:
            page = task.result()
        except SinchNumbersError as error:
            if (
                _is_stale_token(error)
                and isinstance(question, PageResult)
                and question.cursor.rewind()
            ):
                frontier.give_back(question)
                return ()
            if (
                isinstance(error, _REJECTED)
                and isinstance(question, PageResult)
                and _may_be_rejected(question)
            ):
                frontier.rejected(question, error.message)
                return ()
            self._failures += 1
            if isinstance(error, _FATAL) or self._failures > self._concurrency:
                error.add_note(f"while reading {question.partition}")
                raise
            frontier.failed(question, error.message)
            return ()
        self._failures = 0
        if isinstance(question, CountResult):
            _record_count(frontier, question, page)
            return ()
        return tuple(frontier.took(question, page))


async def walk(
    client: NumbersClient,
    visit: Visit,
    *,
    concurrency: int = 8,
    page_size: int = 1000,
    checkpoint: Checkpoint | None = None,
    on_total: Callable[[int | None], object] | None = None,
) -> Completeness:
    """
    Read every active number of the project, and return the completeness.

    Free of charge. Exceptions from *visit* and *on_total* propagate; the other errors are those of
    `Inventory`.

    Args:
        client: The client of the project.
        visit: Called in the event loop with each page and its region and type; it receives every
            number once. May be a coroutine function.
        concurrency: Maximum number of concurrent requests.
        page_size: Maximum numbers per page.
        checkpoint: Where to resume an earlier read.
        on_total: Called at the start with the service's count; may be a coroutine function.

    Raises:
        InvalidArgumentError: *concurrency* or *page_size* is not positive, or the *checkpoint*
            belongs to another project.
        AuthenticationError, AuthUnavailableError, PermissionDeniedError, PaginationError: The read
            ends immediately.
        ClientClosedError: The client was closed.
        APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: More than
            *concurrency* requests in a row have failed.

    Example::

        def show(partition: Partition, page: Page[ActiveNumber]) -> None:
            print(partition.region_code, partition.type, len(page.items))

        completeness = await walk(client, show)
        print(completeness.explanation)
    """
    numbers = Inventory(
        client, concurrency=concurrency, page_size=page_size, checkpoint=checkpoint
    )
    await numbers.look()
    if on_total is not None:
        await notify(on_total, numbers.total_size)
    async with aclosing(numbers.parts()) as parts:
        async for partition, page in parts:
            await notify(visit, partition, page)
    return numbers.completeness


def _record_count(
    frontier: PartitionScheduler, question: CountResult, page: Page[ActiveNumber]
) -> None:
    frontier.counted(question, page.total_size, page.items[0].phone_number if page.items else None)


def _filters(partition: Partition) -> dict[str, Any]:
    filters = {
        "region_code": partition.region_code,
        "type": partition.type,
        "number_pattern": partition.prefix or None,
        "search_pattern": SearchPattern.START if partition.prefix else None,
        "order_by": OrderBy.PHONE_NUMBER,
    }
    return {name: value for name, value in filters.items() if value is not None}


def _report_later(_item: UnreadableItem) -> None:
    """Leave items that cannot be read to the completeness."""


def _may_be_rejected(question: PageResult) -> bool:
    """Whether *question* is the first one about a region and type."""
    is_region = question.partition.region_code is not None and not question.partition.prefix
    return is_region and not question.cursor.begun


def _is_stale_token(error: SinchNumbersError) -> bool:
    return isinstance(error, BadRequestError) and any(
        violation.field == "pageToken" for violation in error.field_violations
    )
