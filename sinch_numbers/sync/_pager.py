"""SyncPager: the sync twin of `Pager`, which prefetches the next page."""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

from sinch_numbers._core.pagination import Page, Pager, unsized
from sinch_numbers._core.portal import Runner, Running

__all__ = ["SyncPager"]

T = TypeVar("T")


class SyncPager(Generic[T]):
    """
    Lazy paginated list: fetches pages during iteration.

    ``for item in pager`` yields items, ``for page in pager.pages()`` yields pages, and
    ``pager.pages(page_token)`` starts at a known page token. A pager stores no position, so it
    can be iterated repeatedly. No request is sent before the first item is requested; then the
    next page is fetched while the caller handles the current one.

    What happens to items that cannot be read, and when `PaginationError` is raised, is
    described in `Pager`; a function given as ``on_unreadable`` is called in the thread that
    iterates. If a page fails, the error's ``page_token`` is the token of that page.

    Created by the package.

    Args:
        runner: Runs coroutines on the event loop of the client.
        core: The async pager.

    Example::

        numbers = client.active_numbers.list(page_size=50)
        print(numbers.count(), numbers.first())
        page = numbers.page()
        for page in numbers.pages(page.next_page_token):
            print(len(page.items))
        phone_numbers = [number.phone_number for number in numbers.to_list()]
    """

    def __init__(self, runner: Runner, core: Pager[T]) -> None:
        self._runner = runner  # a reference, so its client isn't finalized during an iteration
        self._core = core

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self, page_token: str | None = None) -> Iterator[Page[T]]:
        """
        Iterate over pages, starting at *page_token*; a limit counts from there.

        Args:
            page_token: Where to start (default: the first page).
        """
        pages = self._core.unreported_pages(page_token)
        ahead = Running(_next, pages).start()
        try:
            while (page := ahead.result()) is not None:
                ahead = Running(_next, pages).start()
                self._core.report(page)
                yield page
        finally:
            ahead.cancel()

    def page(self, page_token: str | None = None) -> Page[T]:
        """
        Fetch a single page: the first, or the one of *page_token*.

        Raises the same errors as iteration.

        Args:
            page_token: The page (default: the first one).
        """
        page = self._runner.run(self._core.unreported_page, page_token)
        self._core.report(page)
        return page

    def first(self) -> T | None:
        """
        Return the first item; ``None`` if the list is empty.

        Fetches pages up to the first one with an item, usually one. Raises the same errors as
        iteration. Free of charge.
        """
        for page in self._runner.run(self._core.unreported_start):
            self._core.report(page)
            if page.items:
                return page.items[0]
        return None

    def to_list(self) -> list[T]:
        """
        Return all items as a list, up to the limit of the list.

        Fetches every page, one after the other: for tens of thousands of items, iterate instead,
        which holds two pages in memory. Raises the same errors as iteration. Free of charge.
        """
        return [item for page in self.pages() for item in page.items]

    def count(self) -> int | None:
        """
        Return the service's count of all matching items, also beyond the limit.

        ``None`` if the service reports none. Reads no item. Raises the errors that every call
        may raise.
        """
        return self._runner.run(self._core.count)

    if not TYPE_CHECKING:  # type checkers report the operations that a pager doesn't have

        def __len__(self) -> NoReturn:
            raise unsized(self, "for item in pager")

        def __getitem__(self, index: object) -> NoReturn:
            raise unsized(self, "for item in pager")

        def __bool__(self) -> NoReturn:
            raise unsized(self, "for item in pager")

    def __repr__(self) -> str:
        return repr(self._core).replace("<", "<Sync", 1)


async def _next(pages: AsyncIterator[Page[T]]) -> Page[T] | None:
    return await anext(pages, None)
