"""Throughput of parsing: bytes to models, without a transport."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks import _wire
from benchmarks._clients import loads_of
from benchmarks._inventories import INVENTORIES
from benchmarks._measure import Comparison, Figures, take_turns
from benchmarks._target import Target
from benchmarks._worker import FAST, OURS, VENDOR, Contender, Work, at_work, left_out

NUMBERS = 1_000
TIMES = 10
TIMES_ONE = 2_000
JSON = "json"
ORJSON = "orjson"
MODELS = "models of sinch_numbers"
CATTRS = "sinch_numbers, functions of cattrs"
BY_CONSTRUCTORS = "orjson, hand-written with constructors"
UNGUARDED = "orjson, hand-written and unguarded"

NOWHERE = Target("http://127.0.0.1:9")


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory, and return the comparisons."""
    return [comparison for one in inventories for comparison in _run(rounds, one)]


def _run(rounds: int, inventory: str) -> list[Comparison]:
    notes = left_out(list(CONTENDERS))
    title = f"reading, pages of {NUMBERS:,} {inventory} numbers"
    pages = [
        Comparison(
            name,
            f"{title}, gc {mode}",
            "numbers",
            figures,
            JSON,
            (*notes, *_limits(figures)),
            (ORJSON, VENDOR),
            inventory=inventory,
            collects=collects,
        )
        for name, mode, collects in (
            ("reading", "off", False),
            ("reading, gc on", "on, as in the client", True),
        )
        for figures in (_turns(rounds, "CONTENDERS", inventory, collects=collects),)
    ]
    one = Comparison(
        "reading one",
        f"reading, single {inventory} numbers",
        "numbers",
        _turns(rounds, "SINGLE", inventory, collects=True),
        JSON,
        notes,
        (VENDOR,),
        inventory=inventory,
    )
    return [*pages, one]


def _limits(figures: Sequence[Figures]) -> tuple[str, ...]:
    """Return a note with the time per number above that of orjson, beside hand-written code."""
    taken = {one.name: 1e6 / one.median for one in figures}
    if ORJSON not in taken:
        return ()
    above = (
        f"{name} {taken[name] - taken[ORJSON]:.1f} us"
        for name in (FAST, UNGUARDED, BY_CONSTRUCTORS)
    )
    return (f"a number above orjson's {taken[ORJSON]:.1f} us: {', '.join(above)}",)


def _turns(rounds: int, table: str, inventory: str, *, collects: bool) -> tuple[Figures, ...]:
    names = list(SINGLE if table == "SINGLE" else CONTENDERS)
    target = replace(NOWHERE, inventory=inventory)
    with at_work(f"{__name__}:{table}", names, target, collects=collects) as contenders:
        return take_turns(contenders, rounds)


def _pages(target: Target) -> list[bytes]:
    """Return different pages, one per repetition."""
    return [
        _wire.page(TIMES * NUMBERS, page * NUMBERS, NUMBERS, target.inventory)
        for page in range(TIMES)
    ]


def _ones(target: Target) -> list[bytes]:
    """Return different numbers, one per repetition."""
    inventory = INVENTORIES[target.inventory]
    found = [_wire.one(one, inventory.name) for one in inventory.phone_numbers(TIMES_ONE)]
    return [one for one in found if one is not None]


@contextmanager
def _each(read: Callable[[Any], object], bodies: Sequence[object], units: int) -> Iterator[Work]:
    def work() -> int:
        for body in bodies:
            read(body)
        return len(bodies) * units

    yield work


def _ours(target: Target) -> AbstractContextManager[Work]:
    from sinch_numbers import ActiveNumber
    from sinch_numbers._core.pagination import ListModel
    from sinch_numbers._core.pipeline import read
    from sinch_numbers._core.transport.base import Reply

    model = ListModel("active_numbers", ActiveNumber, "benchmark")
    return _each(lambda body: read(Reply(200, {}, body), model), _pages(target), NUMBERS)


def _cattrs(target: Target) -> AbstractContextManager[Work]:
    from sinch_numbers import ActiveNumber
    from sinch_numbers._core.serialization import converter, json_text

    structure = converter.make_converter(codegen=False).structure

    def read(body: bytes) -> object:
        return structure(json_text.decode(body)["activeNumbers"], tuple[ActiveNumber, ...])

    return _each(read, _pages(target), NUMBERS)


def _our_one(target: Target) -> AbstractContextManager[Work]:
    from sinch_numbers import ActiveNumber
    from sinch_numbers._core.serialization import converter, json_text

    def read(body: bytes) -> object:
        return converter.load(json_text.decode(body), ActiveNumber)

    return _each(read, _ones(target), 1)


def _models(target: Target) -> AbstractContextManager[Work]:
    from sinch_numbers import ActiveNumber
    from sinch_numbers._core.serialization import converter

    pages = [json.loads(body)["activeNumbers"] for body in _pages(target)]
    return _each(lambda page: converter.load(page, tuple[ActiveNumber, ...]), pages, NUMBERS)


def _by_hand(function: str, target: Target) -> AbstractContextManager[Work]:
    from benchmarks import _by_hand

    loads = loads_of(ORJSON)
    read = getattr(_by_hand, function)
    return _each(
        lambda body: tuple([read(one) for one in loads(body)["activeNumbers"]]),
        _pages(target),
        NUMBERS,
    )


def _vendor(target: Target) -> AbstractContextManager[Work]:
    from sinch.domains.numbers.models.v1.internal import ListActiveNumbersResponse

    return _each(
        lambda body: ListActiveNumbersResponse(**json.loads(body)), _pages(target), NUMBERS
    )


def _vendor_one(target: Target) -> AbstractContextManager[Work]:
    from sinch.domains.numbers.models.v1.response import ActiveNumber

    return _each(lambda body: ActiveNumber(**json.loads(body)), _ones(target), 1)


def _plain(name: str, target: Target) -> AbstractContextManager[Work]:
    return _each(loads_of(name), _pages(target), NUMBERS)


def _plain_one(name: str, target: Target) -> AbstractContextManager[Work]:
    return _each(loads_of(name), _ones(target), 1)


CONTENDERS: dict[str, Contender] = {
    OURS: _ours,
    FAST: _ours,
    VENDOR: _vendor,
    MODELS: _models,
    CATTRS: _cattrs,
    BY_CONSTRUCTORS: partial(_by_hand, "read_by_constructors"),
    UNGUARDED: partial(_by_hand, "read_unguarded"),
    JSON: partial(_plain, JSON),
    ORJSON: partial(_plain, ORJSON),
}

SINGLE: dict[str, Contender] = {
    OURS: _our_one,
    VENDOR: _vendor_one,
    JSON: partial(_plain_one, JSON),
}
