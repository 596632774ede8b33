"""SyncPager: pages one ahead, items without a hop."""

from collections.abc import AsyncIterator, Iterator
from typing import Generic, TypeVar

from sinch_numbers._core.pagination import Page, Pager
from sinch_numbers._core.portal import Runner, Running

__all__ = ["SyncPager"]

T = TypeVar("T")


class SyncPager(Generic[T]):
    """
    A list that is fetched page by page while it is walked.

    ``for item in pager`` gives the items, ``for page in pager.pages()`` the pages,
    ``pager.pages(page_token)`` those from a known token on. It holds no position, so it can
    be walked any number of times. Nothing is sent before the first step; from then on the
    next page is fetched while this one is worked on.

    An error on the way carries the ``page_token`` of the page that failed. A service whose
    pages repeat, or stay empty without end, is a `PaginationError`.
    """

    def __init__(self, runner: Runner, core: Pager[T]) -> None:
        self._runner = runner  # held, so that its client is not closed under a walk
        self._core = core

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self, page_token: str | None = None) -> Iterator[Page[T]]:
        """Walk the pages, from *page_token* on when it is given; a limit counts from there."""
        pages = self._core.pages(page_token)
        ahead = Running(_next, pages)
        try:
            while (page := ahead.result()) is not None:
                ahead = Running(_next, pages)
                yield page
        finally:
            ahead.cancel()

    def page(self, page_token: str | None = None) -> Page[T]:
        """
        Return one page by itself: the first, or the one that *page_token* asks for.

        Raises what the walk would raise.
        """
        return self._runner.run(self._core.page, page_token)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


async def _next(pages: AsyncIterator[Page[T]]) -> Page[T] | None:
    return await anext(pages, None)
