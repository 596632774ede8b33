"""Numbers a second through `list`: ours, the vendor's, and a bare loop over aiohttp."""

import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from functools import partial

from benchmarks import _clients, _wire
from benchmarks._canned import canned_server
from benchmarks._listing import PAGE_SIZE, bare_numbers, listed, vendor_numbers
from benchmarks._measure import Comparison, Figures, take_turns
from benchmarks._target import Target
from benchmarks._worker import FAST, JSON, ORJSON, OURS, VENDOR, Contender, Work, at_work, left_out

_TEXT = "JSON"
_MODELS = "models"
_BODIES = "bare transport"
_TIMES = 10


def run(rounds: int) -> list[Comparison]:
    """Measure, and return what there is to show."""
    with (
        canned_server() as target,
        at_work(__name__, list(CONTENDERS), target) as contenders,
        at_work(f"{__name__}:PARTS", list(PARTS), target) as parts,
    ):
        taken = take_turns({**contenders, **parts}, rounds)
    figures = tuple(one for one in taken if one.name in contenders)
    title = f"list, {target.numbers:,} numbers in pages of {PAGE_SIZE:,}"
    notes = (*left_out(list(CONTENDERS)), *_account(taken))
    return [Comparison("list", title, "numbers", figures, JSON, notes, (ORJSON, VENDOR))]


def _account(figures: tuple[Figures, ...]) -> tuple[str, ...]:
    """Tell what our time goes to; the parts are measured each by itself, round by round."""
    each = {one.name: one for one in figures}

    def told(name: str) -> str:
        parts = {what: f"{name}, {what}" for what in (_TEXT, _MODELS)}
        parts[_BODIES] = f"{OURS}, {_BODIES}"
        taken = {what: each[name].ratio_to(each[part]) for what, part in parts.items()}
        taken["all the rest"] = 1 - sum(taken.values())
        shares = (f"{what} {share:.0%}" for what, share in taken.items())
        return f"{name}: {1e6 / each[name].median:.1f} us a number, of which {', '.join(shares)}"

    return tuple(told(name) for name in (OURS, FAST) if name in each)


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


@contextmanager
def _reading_text(_: Target) -> Iterator[Work]:
    from sinch_numbers import json_text

    body = _wire.page(PAGE_SIZE, 0, PAGE_SIZE)
    with _repeated(lambda: json_text.decode(body)) as work:
        yield work


@contextmanager
def _making_models(_: Target) -> Iterator[Work]:
    from sinch_numbers import ActiveNumber, converter, json_text

    numbers = json_text.decode(_wire.page(PAGE_SIZE, 0, PAGE_SIZE))["activeNumbers"]
    with _repeated(lambda: converter.load(numbers, tuple[ActiveNumber, ...])) as work:
        yield work


@contextmanager
def _repeated(part: Callable[[], object]) -> Iterator[Work]:
    def work() -> int:
        gc.disable()  # as the client does while it reads a page
        for _ in range(_TIMES):
            part()
        gc.enable()
        return _TIMES * PAGE_SIZE

    yield work


def _fetching_bodies(target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.bare(target) as session:

            async def fetched() -> int:
                for start in range(0, target.numbers, PAGE_SIZE):
                    query = f"?pageSize={PAGE_SIZE}&pageToken={start}"
                    async with session.get(f"{target.numbers_url}/activeNumbers{query}") as reply:
                        await reply.read()
                return target.numbers

            yield fetched

    return _clients.running(opened)


CONTENDERS: dict[str, Contender] = {
    OURS: _ours,
    FAST: _ours,
    VENDOR: _vendor,
    JSON: partial(_bare, "json"),
    ORJSON: partial(_bare, "orjson"),
}

PARTS: dict[str, Contender] = {
    f"{OURS}, {_TEXT}": _reading_text,
    f"{FAST}, {_TEXT}": _reading_text,
    f"{OURS}, {_MODELS}": _making_models,
    f"{FAST}, {_MODELS}": _making_models,
    f"{OURS}, {_BODIES}": _fetching_bodies,
}
