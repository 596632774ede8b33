"""Numbers a second through `list`: ours, the vendor's, and a bare loop over aiohttp."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from functools import partial

from benchmarks import _clients
from benchmarks._canned import canned_server
from benchmarks._listing import PAGE_SIZE, bare_numbers, listed, vendor_numbers
from benchmarks._measure import Comparison, take_turns
from benchmarks._target import Target
from benchmarks._worker import FAST, JSON, ORJSON, OURS, VENDOR, Contender, Work, at_work, left_out


def run(rounds: int) -> list[Comparison]:
    """Measure, and return what there is to show."""
    with canned_server() as target, at_work(__name__, list(CONTENDERS), target) as contenders:
        figures = take_turns(contenders, rounds)
    title = f"list, {target.numbers:,} numbers in pages of {PAGE_SIZE:,}"
    notes = left_out(list(CONTENDERS))
    return [Comparison("list", title, "numbers", figures, JSON, notes, (ORJSON, VENDOR))]


def _ours(target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.ours(target) as client:
            yield partial(listed, client)

    return _all_of(target, _clients.running(opened))


def _bare(loads: str, target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.bare(target) as session:
            yield partial(bare_numbers, session, target, _clients.loads_of(loads))

    return _all_of(target, _clients.running(opened))


@contextmanager
def _vendor(target: Target) -> Iterator[Work]:
    client = _clients.vendor(target)
    with _all_of(target, _given(lambda: sum(1 for _ in vendor_numbers(client)))) as work:
        yield work


@contextmanager
def _given(work: Work) -> Iterator[Work]:
    yield work


@contextmanager
def _all_of(target: Target, opened: AbstractContextManager[Work]) -> Iterator[Work]:
    """Let nobody win by leaving numbers out."""
    with opened as work:

        def checked() -> int:
            count = work()
            if count != target.numbers:
                raise RuntimeError(f"{count} of {target.numbers} numbers were listed")
            return count

        yield checked


CONTENDERS: dict[str, Contender] = {
    OURS: _ours,
    FAST: _ours,
    VENDOR: _vendor,
    JSON: partial(_bare, "json"),
    ORJSON: partial(_bare, "orjson"),
}
