"""Pagination: pages of a list, and an iterator over them."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import cache
from typing import Any, Final, Generic, TypeVar

import attrs

from sinch_numbers._core.operation import Operation
from sinch_numbers.errors import PaginationError, SinchNumbersError
from sinch_numbers.models._fields import NOTHING, Extra, extra

__all__ = ["Page", "Pager"]

T = TypeVar("T")

_OptionalStr: Any = str | None
_OptionalInt: Any = int | None
_EMPTY_PAGES: Final = 1000
"""Consecutive empty pages after which `PaginationError` is raised."""


@attrs.frozen
class Page(Generic[T]):
    """One page of a list."""

    items: tuple[T, ...]
    next_page_token: str | None = None
    """Token of the next page; ``None`` on the last page."""
    total_size: int | None = None
    """Total number of matching items, as reported by the service."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@cache
def page_model(operation: Operation[T]) -> tuple[type, str]:
    """Return the response model of *operation*, a list, and its field with the items."""
    items = str(operation.items)
    fields: dict[str, Any] = {
        items: attrs.field(type=tuple[operation.returns, ...], default=()),  # type: ignore[name-defined]  # a type made at run time
        "next_page_token": attrs.field(type=_OptionalStr, default=None),
        "total_size": attrs.field(type=_OptionalInt, default=None),
        "extra": attrs.field(type=Extra, default=NOTHING, hash=False),
    }
    return attrs.make_class("Page", fields, frozen=True), items


class PageTokenGuard:
    """Tracks page tokens and raises if one repeats."""

    def __init__(self, page_token: str | None = None) -> None:
        self._asked = {page_token}
        self._empty = 0

    def after(self, page: Page[Any]) -> str | None:
        """
        Return the token of the page after *page*; ``None`` after the last page.

        Raises `PaginationError` when a token repeats, or 1,000 consecutive pages are empty.
        """
        page_token = page.next_page_token
        if page_token is None:
            return None
        # An empty page can have a next page, so continue, but not without a bound.
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
    Lazy paginated list: fetches each page when iteration reaches it.

    ``async for item in pager`` yields items, ``async for page in pager.pages()`` yields pages,
    and ``pager.pages(page_token)`` starts at a known page token. A pager stores no position, so
    it can be iterated repeatedly and concurrently. No request is sent before the first item is
    requested, and no connection is held between pages.

    If a page fails, the error's ``page_token`` is the token of that page. `PaginationError` is
    raised when page tokens repeat or 1,000 consecutive pages are empty.
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
        """Iterate over pages, starting at *page_token*; a limit counts from there."""
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
        Fetch a single page: the first, or the one of *page_token*.

        Raises the same errors as iteration.
        """
        try:
            return await self._fetch(page_token)
        except SinchNumbersError as error:
            error.page_token = page_token  # `pages(error.page_token)` continues here
            raise

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
