"""SyncPager: the sync twin of `Pager`, which prefetches the next page."""

from collections.abc import AsyncIterator, Iterator
from typing import Generic, TypeVar

from sinch_numbers._core.pagination import Page, Pager
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
    """

    def __init__(self, runner: Runner, core: Pager[T]) -> None:
        self._runner = runner  # a reference, so its client isn't finalized during an iteration
        self._core = core

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self, page_token: str | None = None) -> Iterator[Page[T]]:
        """Iterate over pages, starting at *page_token*; a limit counts from there."""
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
        """
        page = self._runner.run(self._core.unreported_page, page_token)
        self._core.report(page)
        return page

    def count(self) -> int | None:
        """
        Return the service's count of all matching items, also beyond the limit.

        ``None`` if the service reports none. Reads no item. Raises the errors that every call
        may raise.
        """
        return self._runner.run(self._core.count)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


async def _next(pages: AsyncIterator[Page[T]]) -> Page[T] | None:
    return await anext(pages, None)
