"""A list in pages is walked to its end, from anywhere, as often as you like."""

import asyncio
import itertools
import math
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinch_numbers import (
    APIResponseError,
    InternalServerError,
    NumbersClient,
    Page,
    Pager,
    PaginationError,
    UnreadableItem,
    UnreadableItemError,
)
from sinch_numbers.sandbox import Sandbox
from tests.list_service import ListService

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]


class Book:
    """Serves given pages under tokens "1", "2", ...; notes which were asked for."""

    def __init__(self, *pages: tuple[int, ...]) -> None:
        self.pages = pages
        self.asked: list[str | None] = []

    async def fetch(self, page_token: str | None) -> Page[int]:
        self.asked.append(page_token)
        number = int(page_token or 0)
        following = str(number + 1) if number + 1 < len(self.pages) else None
        return Page(self.pages[number], following, sum(map(len, self.pages)))


async def walked(pager: Pager[int]) -> list[int]:
    return [item async for item in pager]


async def test_all_items_in_order() -> None:
    """The items of all pages come one after the other."""
    assert [1, 2, 3, 4, 5] == await walked(Pager(Book((1, 2), (3,), (), (4, 5)).fetch))


async def test_nothing_is_sent_before_the_first_step() -> None:
    """A pager alone costs no request."""
    book = Book((1,))
    Pager(book.fetch)

    assert [] == book.asked


async def test_pages_are_fetched_when_they_are_needed() -> None:
    """Whoever stops early has not asked for more."""
    book = Book((1, 2), (3, 4))
    async for item in Pager(book.fetch):
        if item == 2:
            break

    assert [None] == book.asked


async def test_a_pager_can_be_walked_twice_and_at_once() -> None:
    """It holds no position."""
    pager = Pager(Book((1, 2), (3,)).fetch)

    assert [[1, 2, 3]] * 3 == [
        await walked(pager),
        *await asyncio.gather(walked(pager), walked(pager)),
    ]


async def test_pages_can_be_resumed_by_token() -> None:
    """The token of a page leads back to it."""
    pager = Pager(Book((1, 2), (3,), (4,)).fetch)
    first = await anext(aiter(pager.pages()))

    rest = [page async for page in pager.pages(first.next_page_token)]

    assert [(3,), (4,)] == [page.items for page in rest]
    assert (4, None) == (rest[0].total_size, rest[-1].next_page_token)


@given(
    pages=st.lists(st.lists(st.integers(), max_size=4), min_size=1, max_size=6),
    limit=st.integers(1, 30),
)
def test_a_limit_is_kept_and_asks_for_no_more_than_it_needs(
    pages: list[list[int]], limit: int
) -> None:
    """With a limit, the first so many items come, and no page after the last of them."""
    book = Book(*map(tuple, pages))
    everything = [item for page in pages for item in page]

    assert everything[:limit] == asyncio.run(walked(Pager(book.fetch, limit=limit)))

    needed, seen = 0, 0
    for page in pages:
        needed, seen = needed + 1, seen + len(page)
        if seen >= limit:
            break
    assert needed == len(book.asked)


@pytest.mark.parametrize("cycle", [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]])
async def test_a_circle_of_tokens_is_an_error(cycle: list[str]) -> None:
    """A service whose pages repeat is not asked for ever."""
    tokens = iter(cycle)

    async def fetch(_: str | None) -> Page[int]:
        return Page((1,), next(tokens))

    with pytest.raises(PaginationError) as caught:
        await walked(Pager(fetch))

    assert cycle[-1] == caught.value.page_token


async def test_empty_pages_without_end_are_an_error() -> None:
    """A service that always has one more page, and nothing on it, is given up on."""
    asked = 0

    async def fetch(_: str | None) -> Page[int]:
        nonlocal asked
        asked += 1
        return Page((), str(asked))

    with pytest.raises(PaginationError, match="1000 pages in a row are empty"):
        await walked(Pager(fetch))
    assert 1000 == asked


async def test_over_the_wire(client: NumbersClient, sandbox: Sandbox) -> None:
    """Pages of seven bring every number once, and each says how many there are."""
    pager = client.active_numbers.list(page_size=7)
    pages = [page async for page in pager.pages()]

    assert {40} == {page.total_size for page in pages}
    assert [7, 7, 7, 7, 7, 5] == [len(page.items) for page in pages]
    assert set(sandbox.project().active) == {n.phone_number for page in pages for n in page.items}


async def test_a_failing_page_names_its_token_and_can_be_resumed(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Whoever lost page four goes on there, with nothing lost and nothing twice."""
    pager = client.with_options(retries=0).active_numbers.list(page_size=7)
    read = []

    async def walk() -> None:
        async for page in pager.pages():
            read.extend(page.items)
            if len(read) == 21:
                sandbox.faults.add("503", path="/activeNumbers")

    with pytest.raises(InternalServerError) as caught:
        await walk()

    token = pickle.loads(pickle.dumps(caught.value)).page_token
    read += [number async for page in pager.pages(token) for number in page.items]

    assert sorted(sandbox.project().active) == sorted(number.phone_number for number in read)


@pytest.mark.parametrize("fault", ["repeat_page_token", "empty_page"])
async def test_a_service_that_circles_is_found_out(
    client: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """The same against a server: an error within a page, not an endless loop."""
    sandbox.faults.add(fault, path="/activeNumbers", times=5000)

    with pytest.raises(PaginationError):
        async for _ in client.active_numbers.list(page_size=7):
            pass


async def test_a_limit_makes_pages_smaller(client: NumbersClient) -> None:
    """Who wants three numbers asks for three."""
    pages = [page async for page in client.active_numbers.list(limit=3).pages()]

    assert [3] == [len(page.items) for page in pages]


async def test_empty_pages_are_counted_in_a_row() -> None:
    """A list may have any number of empty pages, as long as fewer than 1,000 follow each other."""
    pages = [(1,) if place % 900 == 0 else () for place in range(2701)]

    assert [1, 1, 1, 1] == await walked(Pager(Book(*pages).fetch))


@pytest.mark.parametrize(("empty", "ends"), [(999, True), (1000, False)])
async def test_empty_pages_have_a_limit(empty: int, ends: bool) -> None:
    """The thousandth empty page in a row is an error, the one before is not."""
    walk = walked(Pager(Book((1,), *[()] * empty, (2,)).fetch))

    if ends:
        assert [1, 2] == await walk
    else:
        with pytest.raises(PaginationError, match="1000 pages in a row are empty"):
            await walk


async def test_a_page_that_was_read_cannot_be_changed(client: NumbersClient) -> None:
    """It may be shared by several consumers."""
    page = await client.active_numbers.list(page_size=5).page()

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        page.items = ()  # type: ignore[misc]  # the rule under test


def endless(page: Callable[[int], tuple[Any, ...]], total: int | None = None) -> Pager[Any]:
    """Return a list that always has a next page, with a new token."""
    asked = itertools.count()

    async def fetch(_: str | None) -> Page[Any]:
        number = next(asked)
        return Page(page(number), f"t{number}", total)

    return Pager(fetch)


@pytest.mark.parametrize(
    ("page", "total", "problem", "read"),
    [
        pytest.param(
            lambda n: (7,), None, "20 pages in a row repeat earlier items", 21, id="one item"
        ),
        pytest.param(
            lambda n: (n % 3, 3), 4, "20 pages in a row repeat earlier items", 46, id="windows"
        ),
        pytest.param(
            lambda n: (n % 9000,), None, "20 pages in a row repeat", 9020, id="a long circle"
        ),
        pytest.param(
            lambda n: (n,), 3, "1,007 items were listed, but the service counts 3", 1007,
            id="ever new ones",
        ),
        pytest.param(
            lambda n: (n,), 0, "1,001 items were listed, but the service counts 0", 1001,
            id="none counted",
        ),
    ],
)  # fmt: skip
async def test_a_list_that_does_not_end_is_an_error(
    page: Any, total: int | None, problem: str, read: int
) -> None:
    """Neither repeated nor ever new items keep it going; what was read is handed out."""
    items = []

    async def walk() -> None:
        async for one in endless(page, total).pages():
            items.extend(one.items)

    with pytest.raises(PaginationError, match=f"^{problem}") as caught:
        await walk()

    assert read == len(items)
    assert caught.value.page_token is not None


async def test_repeated_items_do_not_end_a_list_that_goes_on() -> None:
    """Nineteen pages may repeat earlier items, again and again."""
    pages = [(place // 20,) for place in range(200)]

    assert 200 == len(await walked(Pager(Book(*pages).fetch)))


async def test_the_count_may_grow_and_shrink() -> None:
    """The highest count of the walk is the bound."""
    totals = [5000, *[0] * 98, 0]

    async def fetch(page_token: str | None) -> Page[int]:
        number = int(page_token or 0)
        items = tuple(range(number * 100, number * 100 + 100))
        return Page(items, str(number + 1) if number < 99 else None, totals[number])

    assert 10_000 == len(await walked(Pager(fetch)))


@pytest.mark.parametrize(("length", "ends"), [(4096, True), (4097, False)])
async def test_tokens_have_a_limit(length: int, ends: bool) -> None:
    """A longer one is not sent, and not in the error either."""
    token = "t" * length

    async def fetch(page_token: str | None) -> Page[int]:
        return Page((1,), None if page_token else token)

    if ends:
        assert [1, 1] == await walked(Pager(fetch))
        return
    with pytest.raises(PaginationError, match="longer than 4,096 characters") as caught:
        await walked(Pager(fetch))
    assert caught.value.page_token is None


LISTED = {"phoneNumber": "+12025550101"}


@pytest.mark.parametrize(
    ("bodies", "read"),
    [
        pytest.param([{"totalSize": 5}], None, id="missing"),
        pytest.param([{"activeNumbers": None, "totalSize": 5}], None, id="null"),
        pytest.param([{"totalSize": 0}], 0, id="empty project"),
        pytest.param([{}], 0, id="empty response"),
        pytest.param([{"activeNumbers": [], "totalSize": 5}], 0, id="empty list"),
        pytest.param(
            [
                {"totalSize": 1, "nextPageToken": "a"},
                {"activeNumbers": [LISTED], "totalSize": 1},
            ],
            1,
            id="on the next page",
        ),
        pytest.param(
            [
                {"activeNumbers": [LISTED], "totalSize": 1, "nextPageToken": "a"},
                {"totalSize": 1},
            ],
            1,
            id="before the last page",
        ),
    ],
)
async def test_a_list_is_missing_if_items_are_counted(bodies: list[Any], read: int | None) -> None:
    """A service may omit an empty list, but not one whose items it counts."""
    left = iter(bodies)
    service = ListService(answer=lambda query: next(left))
    numbers = service.client().active_numbers.list()

    if read is not None:
        assert read == len([number async for number in numbers])
        return
    with pytest.raises(PaginationError, match="counts 5 items, but lists none"):
        [number async for number in numbers]
    assert len(bodies) == len(service.queries)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"error": {"code": 500}}, None, id="an error"),
        pytest.param({"numbers": [LISTED]}, None, id="another list"),
        pytest.param({"requestId": "a", "meta": {"took": 5}}, 0, id="an empty list"),
        pytest.param({"error": None, "activeNumbers": [LISTED]}, 1, id="a list"),
    ],
)
async def test_another_response_is_no_empty_list(body: Any, expected: int | None) -> None:
    """Unknown fields beside an empty list are fine, but not an error, or another list."""
    client = ListService(answer=lambda query: body).client(retries=0)

    if expected is not None:
        assert expected == len((await client.active_numbers.list().page()).items)
        return
    with pytest.raises(APIResponseError, match="activeNumbers is missing"):
        await client.active_numbers.list().page()


async def test_every_list_has_an_end(client: NumbersClient, sandbox: Sandbox) -> None:
    """The lists of both hosts stop at pages that repeat; `page` is not affected."""
    host = sandbox.project().imported
    for digit in range(5):
        host.numbers.add(f"+1202555010{digit}")
        host.qualified.plant(f"+1202555010{digit}")
    sandbox.faults.add("endless_list", times=math.inf)

    for pager in (
        client.active_numbers.list(page_size=3),
        client.imported_numbers.list(page_size=3),
        client.qualified_numbers.list(states="VERIFIED", page_size=3),
    ):
        assert 3 == len((await pager.page()).items)
        with pytest.raises(PaginationError, match="20 pages in a row repeat"):
            [item async for item in pager]


async def test_a_count_takes_one_small_request(client: NumbersClient, sandbox: Sandbox) -> None:
    """A limit does not change it."""
    assert 40 == await client.active_numbers.list(limit=3).count()
    assert 0 == await client.active_numbers.list(region_code="AX").count()
    assert 4 == await Pager(Book((1, 2), (3, 4)).fetch, limit=1).count()


async def test_the_first_item_needs_the_pages_up_to_it() -> None:
    """`first` fetches no page after the first one with an item; ``None`` means an empty list."""
    book = Book((), (1, 2), (3,))

    assert 1 == await Pager(book.fetch).first()
    assert [None, "1"] == book.asked
    assert await Pager(Book(()).fetch).first() is None
    assert 1 == await Pager(book.fetch, limit=1).first()


async def test_a_list_has_all_items_up_to_the_limit() -> None:
    """`to_list` returns what iteration yields."""
    book = Book((1, 2), (3,), (), (4, 5))

    assert [1, 2, 3, 4, 5] == await Pager(book.fetch).to_list()
    assert [1, 2, 3] == await Pager(book.fetch, limit=3).to_list()
    assert [] == await Pager(Book(()).fetch).to_list()


async def test_unreadable_items_are_reported_by_first_and_to_list() -> None:
    """Both report the items of the pages that they fetch, as the list's caller selected."""

    async def fetch(_: str | None) -> Page[int]:
        return Page((1,), unreadable=(UnreadableItem(0, "no ID", {}),))

    for call in (Pager.first, Pager.to_list):
        seen: list[UnreadableItem] = []
        await call(Pager(fetch, on_unreadable=seen.append))
        assert ["no ID"] == [item.reason for item in seen]
        with pytest.raises(UnreadableItemError):
            await call(Pager(fetch, on_unreadable="raise"))


@pytest.mark.parametrize("use", [len, bool, lambda pager: pager[0], list, sorted])
async def test_a_pager_is_no_list(use: Callable[[Any], object]) -> None:
    """The error for a list's operations names what to use instead."""
    with pytest.raises(
        TypeError, match=r"``async for item in pager``, ``await pager\.first\(\)``"
    ):
        use(Pager(Book((1,)).fetch))


async def test_a_pager_and_a_resource_name_what_they_read(client: NumbersClient) -> None:
    """Their reprs are one line, without an address in memory."""
    numbers = client.active_numbers

    assert "<Pager GET /activeNumbers limit=5>" == repr(numbers.list(limit=5))
    assert "<Pager GET /activeNumbers>" == repr(numbers.list())
    assert "<ActiveNumbers of project sandbox>" == repr(numbers)
