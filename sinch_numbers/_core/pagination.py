"""Page and Pager: a list that comes in pages."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import cache
from typing import Any, Final, Generic, TypeVar

import attrs

from sinch_numbers._core.operation import Operation
from sinch_numbers.errors import PaginationError, SinchNumbersError

__all__ = ["Page", "Pager"]

T = TypeVar("T")

_OptionalStr: Any = str | None
_OptionalInt: Any = int | None
_EMPTY_PAGES: Final = 1000


@attrs.frozen
class Page(Generic[T]):
    """One page of a list."""

    items: tuple[T, ...]
    next_page_token: str | None = None
    """Token of the next page; ``None`` on the last page."""
    total_size: int | None = None
    """How many items match in all, as the service counts them."""


@cache
def page_model(operation: Operation[T]) -> tuple[type, str]:
    """Return the model of a page of *operation*, a list, and the name of its items."""
    items = str(operation.items)
    fields: dict[str, Any] = {
        items: attrs.field(type=tuple[operation.returns, ...], default=()),  # type: ignore[name-defined]  # a type made at run time
        "next_page_token": attrs.field(type=_OptionalStr, default=None),
        "total_size": attrs.field(type=_OptionalInt, default=None),
    }
    return attrs.make_class("Page", fields, frozen=True), items


class PageTokenGuard:
    """The way through the pages of one list; a service that leads in circles is found out."""

    def __init__(self, page_token: str | None = None) -> None:
        self._asked = {page_token}
        self._empty = 0

    def after(self, page: Page[Any]) -> str | None:
        """
        Return the token of the page after *page*; ``None`` when that was the last.

        Raises `PaginationError` when a token comes again, or pages stay empty without end.
        """
        page_token = page.next_page_token
        if page_token is None:
            return None
        self._empty = 0 if page.items else self._empty + 1
        problem = ""
        if page_token in self._asked:
            problem = "the service repeats a page token"
        elif self._empty >= _EMPTY_PAGES:
            problem = f"{self._empty} pages in a row are empty"
        if problem:
            error = PaginationError(problem)
            error.page_token = page_token
            raise error
        self._asked.add(page_token)
        return page_token


class Pager(Generic[T]):
    """
    A list that is fetched page by page while it is walked.

    ``async for item in pager`` gives the items, ``async for page in pager.pages()`` the
    pages, ``pager.pages(page_token)`` those from a known token on. It holds no position, so
    it can be walked any number of times, at once if need be. Nothing is sent before the
    first step, and nothing stays open between two.

    An error on the way carries the ``page_token`` of the page that failed. A service whose
    pages repeat, or stay empty without end, is a `PaginationError`.
    """

    def __init__(
        self, fetch: Callable[[str | None], Awaitable[Page[T]]], *, limit: int | None = None
    ) -> None:
        self._fetch = fetch
        self._limit = limit

    async def __aiter__(self) -> AsyncGenerator[T, None]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self, page_token: str | None = None) -> AsyncGenerator[Page[T], None]:
        """Walk the pages, from *page_token* on when it is given; a limit counts from there."""
        left = self._limit
        trail = PageTokenGuard(page_token)
        while True:
            page = await self.page(page_token)
            if left is not None and len(page.items) >= left:
                yield attrs.evolve(page, items=page.items[:left])
                return
            yield page
            left = left and left - len(page.items)
            page_token = trail.after(page)
            if page_token is None:
                return

    async def page(self, page_token: str | None = None) -> Page[T]:
        """
        Return one page by itself: the first, or the one that *page_token* asks for.

        Raises what the walk would raise.
        """
        try:
            return await self._fetch(page_token)
        except SinchNumbersError as error:
            error.page_token = page_token
            raise

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
