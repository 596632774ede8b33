"""Throughput of `list`: our client, the vendor's, and a bare loop over aiohttp."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks import _clients, _wire
from benchmarks._canned import canned_server
from benchmarks._listing import PAGE_SIZE, bare_numbers, listed, vendor_numbers
from benchmarks._measure import Comparison, Figures, take_turns
from benchmarks._target import Target
from benchmarks._worker import (
    FAST,
    GC_OFF,
    JSON,
    ORJSON,
    OURS,
    VENDOR,
    Contender,
    Work,
    at_work,
    can_run,
    left_out,
)

_TEXT = "JSON"
_MODELS = "models"
_BODIES = "bare transport"
_LISTED = "activeNumbers"

SLOWEST = "the slowest inventory"
FASTEST = "the fastest inventory"


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory, and return the comparisons."""
    with canned_server() as target:
        found = [_run(rounds, replace(target, inventory=one)) for one in inventories]
        if len(inventories) > 1:
            found.append(_side_by_side(rounds, target, inventories))
    return found


def _side_by_side(rounds: int, target: Target, inventories: Sequence[str]) -> Comparison:
    """Compare the inventories with each other, in turns."""
    name = FAST if can_run(FAST) else OURS
    with ExitStack() as stack:
        contenders = {
            one: stack.enter_context(at_work(__name__, [name], replace(target, inventory=one)))
            for one in inventories
        }
        figures = take_turns({one: each[name] for one, each in contenders.items()}, rounds)
    return Comparison(
        "list, inventories",
        f"list, {target.numbers:,} numbers of each inventory, {name}",
        "numbers",
        (*figures, *slowest_and_fastest(figures)),
        FASTEST,
        (*left_out([FAST]), "slowest, fastest: by the median of all rounds"),
    )


def slowest_and_fastest(figures: Sequence[Figures]) -> tuple[Figures, Figures]:
    """Return the figures with the lowest and with the highest median, renamed."""
    ordered = sorted(figures, key=lambda one: one.median)
    return Figures(SLOWEST, ordered[0].rates), Figures(FASTEST, ordered[-1].rates)


def _run(rounds: int, target: Target) -> Comparison:
    names = [*CONTENDERS, *_WITHOUT_GC]
    with (
        at_work(__name__, names, target) as contenders,
        at_work(f"{__name__}:PARTS", list(PARTS), target) as parts,
    ):
        taken = take_turns({**contenders, **parts}, rounds)
    figures = tuple(one for one in taken if one.name in contenders)
    size = f"{target.numbers:,} {target.inventory} numbers"
    return Comparison(
        "list",
        f"list, {size} in pages of {PAGE_SIZE:,}",
        "numbers",
        figures,
        JSON,
        (*left_out(list(CONTENDERS)), *_account(taken)),
        (ORJSON, JSON + GC_OFF, ORJSON + GC_OFF, VENDOR),
        inventory=target.inventory,
    )


def _account(figures: tuple[Figures, ...]) -> tuple[str, ...]:
    """Return notes on where our time goes; each part is measured separately in each round."""
    each = {one.name: one for one in figures}

    def account(name: str) -> str:
        parts = {what: f"{name}, {what}" for what in (_TEXT, _MODELS)}
        parts[_BODIES] = f"{OURS}, {_BODIES}"
        taken = {what: each[name].ratio_to(each[part]) for what, part in parts.items()}
        taken["all the rest"] = 1 - sum(taken.values())
        shares = (f"{what} {share:.0%}" for what, share in taken.items())
        return f"{name}: {1e6 / each[name].median:.1f} us a number, of which {', '.join(shares)}"

    return tuple(account(name) for name in (OURS, FAST) if name in each)


def _ours(target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.ours(target) as client:
            yield partial(listed, client)

    return all_of(target, _clients.running(opened))


def _bare(loads: str, target: Target) -> AbstractContextManager[Work]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.bare(target) as session:
            yield partial(bare_numbers, session, target, _clients.loads_of(loads))

    return all_of(target, _clients.running(opened))


@contextmanager
def _vendor(target: Target) -> Iterator[Work]:
    client = _clients.vendor(target)
    with all_of(target, _given(lambda: sum(1 for _ in vendor_numbers(client)))) as work:
        yield work


@contextmanager
def _given(work: Work) -> Iterator[Work]:
    yield work


@contextmanager
def all_of(target: Target, opened: AbstractContextManager[Work]) -> Iterator[Work]:
    """Raise if a contender doesn't list every number."""
    with opened as work:

        def checked() -> int:
            count = work()
            if count != target.numbers:
                raise RuntimeError(f"{count} of {target.numbers} numbers were listed")
            return count

        yield checked


@contextmanager
def _reading_text(target: Target) -> Iterator[Work]:
    from sinch_numbers._core.serialization.long_lists import read_in_groups

    with _each(lambda body: read_in_groups(body, _LISTED, lambda _: ()), _pages(target)) as work:
        yield work


@contextmanager
def _making_models(target: Target) -> Iterator[Work]:
    from sinch_numbers import ActiveNumber
    from sinch_numbers._core import items
    from sinch_numbers._core.serialization.long_lists import read_in_groups

    def decoded(body: bytes) -> list[list[object]]:
        groups: list[list[object]] = []
        read_in_groups(body, _LISTED, lambda group: groups.append(group) or ())
        return groups

    def read(groups: list[list[object]]) -> object:
        return [items.read_all(group, ActiveNumber, "benchmark") for group in groups]

    with _each(read, [decoded(body) for body in _pages(target)]) as work:
        yield work


def _pages(target: Target) -> list[bytes]:
    """Return the pages of the list; repeating one page would favor caches."""
    return [
        _wire.page(target.numbers, start, PAGE_SIZE, target.inventory)
        for start in range(0, target.numbers, PAGE_SIZE)
    ]


@contextmanager
def _each(part: Callable[[Any], object], pages: Sequence[object]) -> Iterator[Work]:
    def work() -> int:
        for page in pages:
            part(page)
        return len(pages) * PAGE_SIZE

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

_WITHOUT_GC = tuple(name + GC_OFF for name in (OURS, FAST, JSON, ORJSON))

PARTS: dict[str, Contender] = {
    f"{OURS}, {_TEXT}": _reading_text,
    f"{FAST}, {_TEXT}": _reading_text,
    f"{OURS}, {_MODELS}": _making_models,
    f"{FAST}, {_MODELS}": _making_models,
    f"{OURS}, {_BODIES}": _fetching_bodies,
}
