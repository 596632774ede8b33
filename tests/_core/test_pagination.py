"""A list in pages is walked to its end, from anywhere, as often as you like."""

import asyncio
import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinch_numbers import InternalServerError, NumbersClient, Page, Pager, PaginationError
from sinch_numbers.sandbox import Sandbox

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
