"""Bytes to models, with nothing around it: what reading alone costs."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from benchmarks import _wire
from benchmarks._clients import loads_of
from benchmarks._measure import Comparison, Figures, take_turns
from benchmarks._target import Target
from benchmarks._worker import FAST, OURS, VENDOR, Contender, Work, at_work, left_out

NUMBERS = 1_000
TIMES = 10
TIMES_ONE = 2_000
JSON = "json"
ORJSON = "orjson"
MODELS = "models of sinch_numbers"

NOWHERE = Target("http://127.0.0.1:9")


def run(rounds: int) -> list[Comparison]:
    """Measure, and return what there is to show."""
    pages, ones = (
        _turns(rounds, table) for table in (f"{__name__}:CONTENDERS", f"{__name__}:SINGLE")
    )
    notes = left_out(list(CONTENDERS))
    title = f"reading, pages of {NUMBERS:,} numbers"
    return [
        Comparison("reading", title, "numbers", pages, JSON, notes, (ORJSON, VENDOR)),
        Comparison("reading one", "reading, one number", "numbers", ones, JSON, notes, (VENDOR,)),
    ]


def _turns(rounds: int, table: str) -> tuple[Figures, ...]:
    names = list(SINGLE if table.endswith("SINGLE") else CONTENDERS)
    with at_work(table, names, NOWHERE) as contenders:
        return take_turns(contenders, rounds)


def page() -> bytes:
    """Return a page as it comes over the wire."""
    return _wire.page(NUMBERS, 0, NUMBERS)


@contextmanager
def _repeated(read: Callable[[bytes], object], body: bytes, units: int) -> Iterator[Work]:
    def work() -> int:
        times = TIMES if units > 1 else TIMES_ONE
        for _ in range(times):
            read(body)
        return times * units

    yield work


def _ours(_: Target) -> AbstractContextManager[Work]:
    from sinch_numbers import ActiveNumber, converter, json_text

    def read(body: bytes) -> object:
        return converter.load(json_text.decode(body)["activeNumbers"], tuple[ActiveNumber, ...])

    return _repeated(read, page(), NUMBERS)


def _our_one(_: Target) -> AbstractContextManager[Work]:
    from sinch_numbers import ActiveNumber, converter, json_text

    def read(body: bytes) -> object:
        return converter.load(json_text.decode(body), ActiveNumber)

    return _repeated(read, _wire.one(b"+12000000001"), 1)


def _models(_: Target) -> AbstractContextManager[Work]:
    from sinch_numbers import ActiveNumber, converter

    numbers = json.loads(page())["activeNumbers"]
    return _repeated(lambda _: converter.load(numbers, tuple[ActiveNumber, ...]), b"", NUMBERS)


def _vendor(body: bytes, units: int, _: Target) -> AbstractContextManager[Work]:
    from sinch.domains.numbers.models.v1.internal import ListActiveNumbersResponse
    from sinch.domains.numbers.models.v1.response import ActiveNumber

    model: Any = ListActiveNumbersResponse if units > 1 else ActiveNumber
    return _repeated(lambda body: model(**json.loads(body)), body, units)


def _plain(name: str, body: bytes, units: int, _: Target) -> AbstractContextManager[Work]:
    return _repeated(loads_of(name), body, units)


CONTENDERS: dict[str, Contender] = {
    OURS: _ours,
    FAST: _ours,
    VENDOR: partial(_vendor, page(), NUMBERS),
    MODELS: _models,
    JSON: partial(_plain, JSON, page(), NUMBERS),
    ORJSON: partial(_plain, ORJSON, page(), NUMBERS),
}

SINGLE: dict[str, Contender] = {
    OURS: _our_one,
    VENDOR: partial(_vendor, _wire.one(b"+12000000001"), 1),
    JSON: partial(_plain, JSON, _wire.one(b"+12000000001"), 1),
}
