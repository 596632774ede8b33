"""The sync pager fetches one page ahead, and yields items without switching threads."""

import threading

import pytest

from sinch_numbers import (
    NumbersClient,
    Page,
    Pager,
    PaginationError,
    SyncNumbersClient,
    SyncPager,
    UnreadableItem,
    UnreadableItemError,
)
from sinch_numbers._core.portal import Runner
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox


class Book:
    """Serves pages of one item, but never the *stuck* one; notes what was asked and where."""

    def __init__(self, pages: int, stuck: str | None = None) -> None:
        self.pages, self.stuck = pages, stuck
        self.served = {str(number): threading.Event() for number in range(pages)}
        self.reached, self.cancelled = threading.Event(), threading.Event()
        self.asked: list[str | None] = []
        self.threads: set[str] = set()
        self.closed = 0

    async def close(self) -> None:
        self.closed += 1

    async def fetch(self, page_token: str | None) -> Page[int]:
        import anyio

        self.asked.append(page_token)
        self.threads.add(threading.current_thread().name)
        if page_token == self.stuck is not None:
            self.reached.set()
            try:
                await anyio.sleep_forever()
            finally:
                self.cancelled.set()
        number = int(page_token or 0)
        self.served[str(number)].set()
        return Page((number,), str(number + 1) if number + 1 < self.pages else None, self.pages)

    def pager(self) -> SyncPager[int]:
        return SyncPager(Runner(self), Pager(self.fetch))

    def let_the_loop_turn(self) -> None:
        """Let everything happen on the private loop that is about to."""
        import anyio

        for _ in range(20):
            Runner(self).run(anyio.sleep, 0)


def test_items_and_pages() -> None:
    """Both ways of walking, as often as you like."""
    pager = Book(3).pager()

    assert [0, 1, 2] == list(pager) == list(pager)
    assert [(1,), (2,)] == [page.items for page in pager.pages("1")]


def test_nothing_is_sent_before_the_first_step() -> None:
    """A pager alone costs no request."""
    book = Book(3)
    iter(book.pager())

    assert [] == book.asked


def test_the_next_page_is_fetched_meanwhile() -> None:
    """While a page is worked on, the next one comes, without another step."""
    book = Book(10)

    for page in book.pager().pages():
        if page.next_page_token:
            assert book.served[page.next_page_token].wait(30)

    assert 10 == len(book.asked)


def test_no_more_than_one_page_ahead() -> None:
    """Whoever is slow does not pile up pages."""
    book = Book(10)
    walk = iter(book.pager())
    next(walk)
    assert book.served["1"].wait(30)
    book.let_the_loop_turn()

    assert [None, "1"] == book.asked


def test_stopping_early_cancels_the_page_ahead() -> None:
    """Nothing goes on behind a loop that was left."""
    book = Book(10, stuck="3")
    for item in book.pager():
        if item == 2:
            assert book.reached.wait(30)
            break

    assert book.cancelled.wait(30)
    book.let_the_loop_turn()
    assert [None, "1", "2", "3"] == book.asked


def test_all_pages_come_from_the_private_loop() -> None:
    """The caller's thread runs no loop."""
    book = Book(3)
    list(book.pager())

    assert {"sinch_numbers"} == book.threads


def test_over_the_wire(sync_client: SyncNumbersClient, elsewhere: Sandbox) -> None:
    """Each number once."""
    numbers = [number.phone_number for number in sync_client.active_numbers.list(page_size=7)]

    assert sorted(elsewhere.project().active) == sorted(numbers)


def test_errors_arrive_where_the_walk_is(
    sync_client: SyncNumbersClient, elsewhere: Sandbox
) -> None:
    """A page that fails does so at its step, with its token."""
    elsewhere.faults.add("repeat_page_token", path="/activeNumbers", times=5000)

    with pytest.raises(PaginationError) as caught:
        list(sync_client.active_numbers.list(page_size=7))
    assert caught.value.page_token


def test_arguments_are_refused_at_once(sync_client: SyncNumbersClient) -> None:
    """As in the async client: where the list is asked for, not at its first step."""
    with pytest.raises(ValueError, match="page_size"):
        sync_client.active_numbers.list(page_size=0)


def test_the_core_stays_lazy() -> None:
    """Making a pager starts no thread."""
    core = NumbersClient("p", "k", "s").active_numbers
    before = threading.active_count()
    repr(SyncPager(Runner(Book(1)), core.list()))

    assert before == threading.active_count()


def test_unreadable_items_are_reported_where_the_walk_is(
    sync_client: SyncNumbersClient, elsewhere: Sandbox
) -> None:
    """In the thread that iterates, when its page is reached, and not as it is fetched ahead."""
    for _ in range(2):
        elsewhere.faults.add("unreadable_item", path="/activeNumbers", item=3)
    met: list[tuple[str, int | None]] = []

    def report(item: UnreadableItem) -> None:
        met.append((threading.current_thread().name, item.page))

    pager = sync_client.active_numbers.list(page_size=7, on_unreadable=report)
    pages = pager.pages()
    next(pages)

    here = threading.current_thread().name
    assert [(here, 1)] == met
    assert 40 - 7 - 1 == sum(len(page.items) for page in pages)
    assert [(here, 1), (here, 2)] == met
    assert 40 == pager.count()


def test_a_page_reports_its_unreadable_items(
    sync_client: SyncNumbersClient, elsewhere: Sandbox
) -> None:
    """As iteration does."""
    elsewhere.faults.add("unreadable_item", path="/activeNumbers")

    with pytest.raises(UnreadableItemError, match="item 0"):
        sync_client.active_numbers.list(on_unreadable="raise").page()


def test_the_first_item_needs_one_page():
    """`first` fetches pages up to the first item, and none ahead."""
    book = Book(3)

    assert 0 == book.pager().first()
    book.let_the_loop_turn()
    assert [None] == book.asked


def test_a_list_has_all_items():
    """`to_list` returns what iteration yields, and `list` does the same."""
    assert [0, 1, 2] == Book(3).pager().to_list() == list(Book(3).pager())
    assert [0, 1] == SyncPager(Runner(Book(3)), Pager(Book(3).fetch, limit=2)).to_list()


@pytest.mark.parametrize("use", [len, bool, lambda pager: pager[0]])
def test_a_pager_is_no_list(use):
    """The error for a list's operations names what to use instead."""
    with pytest.raises(TypeError, match=r"``for item in pager``, ``pager\.first\(\)``"):
        use(Book(1).pager())


def test_a_pager_and_a_resource_name_what_they_read(sync_client: SyncNumbersClient):
    """Their reprs are those of their async twins, with their own class."""
    assert "<SyncPager GET /activeNumbers>" == repr(sync_client.active_numbers.list())
    assert "<SyncActiveNumbers of project sandbox>" == repr(sync_client.active_numbers)
