"""Pagination: pages of a list, and an iterator over them."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn, TypeVar

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core import items as listed
from sinch_numbers._core.items import OnUnreadable, UnreadableItem
from sinch_numbers._core.serialization import converter
from sinch_numbers._core.serialization.long_lists import read_in_groups
from sinch_numbers.errors import APIResponseError, PaginationError, SinchNumbersError
from sinch_numbers.models._fields import NOTHING, Extra, extra, wire_name
from sinch_numbers.models._serializable import Serializable

__all__ = ["Page", "Pager"]

T = TypeVar("T")

_OptionalStr: Any = str | None
_OptionalItems: Any = tuple[Any, ...] | None
_AnyValue: Any = Any
_EMPTY_PAGES: Final = 1000
"""Consecutive empty pages after which `PaginationError` is raised."""
_STALE_PAGES: Final = 20
"""Consecutive pages without a new item after which `PaginationError` is raised."""
_EXCESS: Final = 1000
"""Items beyond twice the service's count after which `PaginationError` is raised."""
_LONGEST_TOKEN: Final = 4096
"""Maximum characters of a page token: servers limit a URL to about 8 KiB."""
_REMEMBERED: Final = 10_000
"""Items remembered to recognize repeated ones, 0.7 MB; then the memory starts over."""


@attrs.frozen
class Page(Serializable, Generic[T]):
    """One page of a list."""

    items: tuple[T, ...]
    next_page_token: str | None = None
    """Token of the next page; ``None`` on the last page."""
    total_size: int | None = None
    """Total number of matching items, as reported by the service."""
    unreadable: tuple[UnreadableItem, ...] = ()
    """Items of the page that could not be read, and are not in `items`."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""

    def __repr__(self) -> str:
        counted = "" if self.total_size is None else f" of {self.total_size:,}"
        return f"<Page: {', '.join((f'{self._items}{counted}', *self._notes))}>"

    def _repr_html_(self) -> str:
        from sinch_numbers._core.serialization import html

        return html.page_table(self.items, note="; ".join(self._notes))

    @property
    def _items(self) -> str:
        kinds = {type(item).__name__ for item in self.items}
        return f"{len(self.items):,} {kinds.pop() if len(kinds) == 1 else 'items'}"

    @property
    def _notes(self) -> list[str]:
        notes = [f"{len(self.unreadable):,} unreadable"] if self.unreadable else []
        return [*notes, "more pages"] if self.next_page_token else notes


@cache
def envelope_model(items: str) -> type:
    """Return the model of a list response whose field *items* has the items, unread."""
    fields: dict[str, Any] = {
        items: attrs.field(type=_OptionalItems, default=None),
        "next_page_token": attrs.field(type=_OptionalStr, default=None),
        "total_size": attrs.field(type=_AnyValue, default=None),
        "extra": attrs.field(type=Extra, default=NOTHING, hash=False),
    }
    return attrs.make_class("Page", fields, frozen=True)


@attrs.frozen
class CountOnly:
    """The model of a list response of which only the count is read."""

    total_size: Any = None


@attrs.frozen(eq=False)
class ListModel(Generic[T]):
    """The model of a list response, whose items are read one by one if necessary."""

    items: str
    """The field of the response that has the items."""
    item: type[T]
    project_id: str
    page_token: str | None = None
    """The token of the page."""

    @property
    def envelope(self) -> type:
        """Return the model of the response with unread items."""
        return envelope_model(self.items)

    def long_page(self, body: bytes) -> Page[T] | None:
        """Return the page in *body* if it is long and every item can be read, else ``None``."""
        found = read_in_groups(
            body,
            wire_name(self.items),
            lambda values: listed.read_all(values, self.item, self.project_id),
        )
        if found is None:
            return None
        items, others = found
        try:
            envelope: Any = converter.structure_hook(self.envelope)(others, self.envelope)
        except Exception:  # noqa: BLE001 - `page` reports errors
            return None
        total = total_of(envelope)
        return Page(tuple(items), envelope.next_page_token, total, extra=envelope.extra)

    def page(self, envelope: Any, exactly: Callable[[], Any]) -> Page[T]:
        """
        Return the page in *envelope*; *exactly* returns it with decimals instead of floats.

        Raises `PaginationError` when the service counts items, but the only page has no list,
        and `APIResponseError` when the response is something else.
        """
        values = getattr(envelope, self.items)
        total = total_of(envelope)
        following = envelope.next_page_token
        # On later pages, the last item may have been on the page before: an empty list is omitted.
        if values is None and total and self.page_token is None and following is None:
            raise PaginationError(f"the service counts {total:,} items, but lists none")
        if values is None and total is None and _is_something_else(envelope.extra):
            raise APIResponseError(f"invalid response: {wire_name(self.items)} is missing")
        found = listed.read_items(
            values or (),
            self.item,
            self.project_id,
            self.page_token,
            exactly=lambda: getattr(exactly(), self.items),
        )
        return Page(found.read, following, total, found.unreadable, extra=envelope.extra)


def _is_something_else(extra: Extra) -> bool:
    """Whether a response without a list has the fields of an error or another list."""
    return "error" in extra or any(isinstance(value, list) for value in extra.values())


def total_of(envelope: Any) -> int | None:
    """Return the count in *envelope*; ``None`` if it is missing or not a count."""
    value = envelope.total_size
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        total = converter.load(value, int)
    except APIResponseError:  # a list can be read without its count
        return None
    return total if total >= 0 else None


class PageGuard:
    """
    Tracks the pages of a list, and raises if they don't end.

    *counted* is the count that applies as long as the pages have none.
    """

    def __init__(self, page_token: str | None = None, *, counted: int | None = None) -> None:
        self._before = counted
        self._asked = {page_token}
        self._empty = 0
        self._stale = 0
        self._read = 0
        self._counted: int | None = None
        self._seen: set[int] = set()

    def after(self, page: Page[Any]) -> str | None:
        """
        Return the token of the page after *page*; ``None`` after the last page.

        Raises `PaginationError` when the list does not end: see `Pager`.
        """
        page_token = page.next_page_token
        if page_token is None:
            return None
        self._count(page)
        if problem := self._problem(page_token):
            error = PaginationError(problem)
            error.page_token = page_token if len(page_token) <= _LONGEST_TOKEN else None
            raise error
        self._asked.add(page_token)
        return page_token

    def _count(self, page: Page[Any]) -> None:
        count = len(page.items) + len(page.unreadable)
        self._read += count
        # An empty page can have a next page, so continue, but not without a bound.
        self._empty = 0 if count else self._empty + 1
        if count:
            known = len(self._seen)
            self._seen.update(_identities(page.items))
            self._seen.update(hash(one.json) for one in page.unreadable)
            self._stale = 0 if len(self._seen) > known else self._stale + 1
            if len(self._seen) > _REMEMBERED:
                self._seen.clear()
        if page.total_size is not None:
            self._counted = max(page.total_size, self._counted or 0)

    def _problem(self, page_token: str) -> str:
        if len(page_token) > _LONGEST_TOKEN:
            return f"the next page token is longer than {_LONGEST_TOKEN:,} characters"
        if page_token in self._asked:
            return "the service repeats a page token"
        if self._empty >= _EMPTY_PAGES:
            return f"{self._empty} pages in a row are empty"
        if self._stale >= _STALE_PAGES:
            return f"{self._stale} pages in a row repeat earlier items"
        counted = self._before if self._counted is None else self._counted
        if counted is not None and self._read > 2 * counted + _EXCESS:
            return f"{self._read:,} items were listed, but the service counts {counted:,}"
        return ""


def _identities(items: Sequence[Any]) -> Iterable[int]:
    """Return hashes of the fields that identify *items*, or of all of them."""
    if not items or not attrs.has(type(items[0])):
        return map(hash, map(repr, items))
    return map(hash, listed.ids_of(items, type(items[0])))


class Pager(Generic[T]):
    """
    Lazy paginated list: fetches each page when iteration reaches it.

    ``async for item in pager`` yields items, ``async for page in pager.pages()`` yields pages,
    and ``pager.pages(page_token)`` starts at a known page token. A pager stores no position, so
    it can be iterated repeatedly and concurrently. No request is sent before the first item is
    requested, and no connection is held between pages.

    An item that cannot be read, or that belongs to another project, costs no others. It is left
    out, is in the ``unreadable`` of its page, and the list's ``on_unreadable`` determines what
    else happens: by default a warning, see `OnUnreadable`.

    If a page fails, the error's ``page_token`` is the token of that page. `PaginationError` is
    raised for a list that does not end: page tokens repeat or are longer than 4,096 characters,
    20 pages in a row repeat earlier items, 1,000 pages in a row are empty, or 1,000 more items
    than twice the service's count were listed.

    Created by the package.

    Args:
        fetch: Returns the page of a page token; ``None`` is the first page.
        limit: Maximum number of items (default: all).
        on_unreadable: Handling of an item that cannot be read.
        count: Returns the service's count of items.
        source: Name of the list, for messages.

    Example::

        numbers = client.active_numbers.list(page_size=50)
        print(await numbers.count(), await numbers.first())
        page = await numbers.page()
        async for page in numbers.pages(page.next_page_token):
            print(len(page.items))
        phone_numbers = [number.phone_number for number in await numbers.to_list()]
    """

    def __init__(
        self,
        fetch: Callable[[str | None], Awaitable[Page[T]]],
        *,
        limit: int | None = None,
        on_unreadable: OnUnreadable = "warn",
        count: Callable[[], Awaitable[int | None]] | None = None,
        source: str = "",
    ) -> None:
        self._source = source
        self._fetch = fetch
        self._limit = limit
        self._on_unreadable: OnUnreadable = on_unreadable
        self._count = count

    async def __aiter__(self) -> AsyncGenerator[T, None]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self, page_token: str | None = None) -> AsyncGenerator[Page[T], None]:
        """
        Iterate over pages, starting at *page_token*; a limit counts from there.

        Args:
            page_token: Where to start (default: the first page).
        """
        async for page in self.unreported_pages(page_token):
            self.report(page)
            yield page

    async def page(self, page_token: str | None = None) -> Page[T]:
        """
        Fetch a single page: the first, or the one of *page_token*.

        Raises the same errors as iteration.

        Args:
            page_token: The page (default: the first one).
        """
        page = await self.unreported_page(page_token)
        self.report(page)
        return page

    async def first(self) -> T | None:
        """
        Return the first item; ``None`` if the list is empty.

        Fetches pages up to the first one with an item, usually one. Raises the same errors as
        iteration. Free of charge.
        """
        for page in await self.unreported_start():
            self.report(page)
            if page.items:
                return page.items[0]
        return None

    async def to_list(self) -> list[T]:
        """
        Return all items as a list, up to the limit of the list.

        Fetches every page, one after the other: for tens of thousands of items, iterate instead,
        which holds one page in memory. Raises the same errors as iteration. Free of charge.
        """
        return [item async for item in self]

    async def count(self) -> int | None:
        """
        Return the service's count of all matching items, also beyond the limit.

        ``None`` if the service reports none. Reads no item, so it doesn't matter whether all of
        them can be read. Raises the errors that every call may raise.
        """
        if self._count is not None:
            return await self._count()
        return (await self.unreported_page()).total_size

    async def unreported_pages(
        self, page_token: str | None = None
    ) -> AsyncGenerator[Page[T], None]:
        """
        Iterate over pages; the caller must `report` each of them.

        Called by the package.

        Args:
            page_token: Where to start (default: the first page).
        """
        left = self._limit
        guard = PageGuard(page_token)
        number = 0
        while True:
            page = await self.unreported_page(page_token)
            number += 1
            if page.unreadable:
                placed = tuple(attrs.evolve(item, page=number) for item in page.unreadable)
                page = attrs.evolve(page, unreadable=placed)
            if left is not None and len(page.items) >= left:
                yield attrs.evolve(page, items=page.items[:left])
                return
            yield page
            left = left and left - len(page.items)
            page_token = guard.after(page)
            if page_token is None:
                return

    async def unreported_start(self) -> list[Page[T]]:
        """
        Fetch the pages up to the first one with an item; the caller must `report` each.

        Called by the package.
        """
        pages: list[Page[T]] = []
        async with aclosing(self.unreported_pages()) as following:
            async for page in following:
                pages.append(page)
                if page.items:
                    break
        return pages

    async def unreported_page(self, page_token: str | None = None) -> Page[T]:
        """
        Fetch a single page; the caller must `report` it.

        Called by the package.

        Args:
            page_token: The page (default: the first one).
        """
        if page_token is not None:
            page_token = arguments.text(page_token, "page_token")
        try:
            return await self._fetch(page_token)
        except SinchNumbersError as error:
            error.page_token = page_token  # `pages(error.page_token)` continues here
            raise

    def report(self, page: Page[T]) -> None:
        """
        Report the items of *page* that could not be read, as the list's caller selected.

        Called by the package.

        Args:
            page: A page that one of the unreported methods returned.
        """
        listed.report(page.unreadable, self._on_unreadable, read=len(page.items))

    if not TYPE_CHECKING:  # type checkers report the operations that a pager doesn't have

        def __len__(self) -> NoReturn:
            raise unsized(self, "async for item in pager", "await ")

        def __getitem__(self, index: object) -> NoReturn:
            raise unsized(self, "async for item in pager", "await ")

        def __bool__(self) -> NoReturn:
            raise unsized(self, "async for item in pager", "await ")

    def __repr__(self) -> str:
        parts = [self._source, "" if self._limit is None else f"limit={self._limit}"]
        return f"<{' '.join((type(self).__name__, *filter(None, parts)))}>"


def unsized(pager: object, loop: str, wait: str = "") -> TypeError:
    """
    Return the error for a pager that is used like a list.

    A `TypeError`: `list` asks for a length, and continues without one after this error only.
    """
    return TypeError(
        f"a {type(pager).__name__} has no length, index, or truth value: it fetches items as it "
        f"is iterated. Use ``{loop}``, ``{wait}pager.first()``, ``{wait}pager.to_list()``, or "
        f"``{wait}pager.count()``"
    )
