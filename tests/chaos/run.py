"""
Run all designs of the chaos kit, one after the other, and print their figures::

    python tests/chaos/run.py --lane gate
    python tests/chaos/run.py --lane long --seeds 1 2 3
    python tests/chaos/run.py --lane long --records chaos.jsonl --report tests/chaos/RESULTS.md
    python tests/chaos/run.py --quote

The tests run the lane `gate`. `medium` takes about 15 minutes of CPU time, and `long` some hours.
With ``--records``, results are kept in a file, and a run that was stopped is continued. The exit
code is 1 if a promise was broken or a design failed.
"""

import argparse
import asyncio
import json
import logging
import shlex
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import attrs
import cancelling
import exits
import fleet
import kills
import lag
import machine
import outage
import plan_kills
import plans
import point_reads
import reading
import report
import signals
import token_storm
import webhook_kills
from billable import DARK_MODES, MODES, Harness
from canaries import CANARIES, ORDER_CANARIES, Canary, OrderCanary
from orders import Orders
from results import Record, Result

from benchmarks._measured_code import described

LIMIT = 1200.0
"""Seconds after which a design counts as hung."""


@attrs.frozen
class Design:
    """A function to run, with the name of its result."""

    name: str
    seed: int
    run: Callable[[], Result]


@attrs.frozen(kw_only=True)
class Lane:
    """Sizes of the designs."""

    seeds: tuple[int, ...]
    ops: int
    """Operations of each kind; the limits on failed and unknown ones follow from it."""
    concurrency: int
    impatient: int
    dark: int
    repeats: int
    calls: int
    seconds: float
    outage: int
    examples: int
    steps: int
    exits: int
    reads: int
    inventory: int
    page_size: int
    fleet: int
    """Calls of each of eight workers."""
    buyers: int
    """Purchases of each of eight workers."""
    kills: int
    webhooks: tuple[int, int]
    """Events, and receivers that are killed meanwhile."""
    lag: int
    changes: int
    """Changes of a plan that is applied under faults and kills."""
    interrupts: int
    """Interrupts of each kind; 0 if other tests sweep them."""
    settle: float = fleet.SETTLE
    """Settle timeout of the fleets that rent, in seconds."""


LANES = {
    # At 200 operations a limit is about twice what is expected, so a policy that fails or
    # doubts twice as often is found; one that bills twice is found at any number.
    "gate": Lane(
        seeds=(1,),
        ops=200,
        concurrency=50,
        impatient=60,
        dark=30,
        repeats=3,
        calls=1_000,
        seconds=3.0,
        outage=4_000,
        examples=30,
        steps=15,
        exits=1,
        reads=1_500,
        inventory=10_000,
        page_size=200,
        fleet=8,
        buyers=6,
        kills=4,
        webhooks=(300, 3),
        lag=40,
        changes=200,
        interrupts=0,
    ),
    "medium": Lane(
        seeds=(1,),
        ops=500,
        concurrency=10,
        impatient=200,
        dark=100,
        repeats=5,
        calls=2_000,
        seconds=10.0,
        outage=4_000,
        examples=60,
        steps=20,
        exits=3,
        reads=5_000,
        inventory=50_000,
        page_size=500,
        fleet=125,
        buyers=25,
        kills=100,
        webhooks=(2_000, 20),
        lag=100,
        changes=1_000,
        interrupts=500,
        settle=3.0,
    ),
    "long": Lane(
        seeds=(1, 2, 3),
        ops=10_000,
        concurrency=200,
        impatient=3_000,
        dark=1_500,
        repeats=100,
        calls=20_000,
        seconds=40.0,
        outage=10_000,
        examples=300,
        steps=30,
        exits=60,
        reads=100_000,
        inventory=1_000_000,
        page_size=1000,
        fleet=1_250,
        buyers=125,
        kills=1_000,
        webhooks=(10_000, 100),
        lag=1_000,
        changes=2_000,
        interrupts=10_000,
    ),
}


def designs(lane: Lane, seeds: tuple[int, ...]) -> Iterator[Design]:
    """Yield all designs of a lane: those that depend on a seed for each seed, the rest once."""
    billable = partial(_billable, concurrency=lane.concurrency)
    for seed in seeds:
        for mode in MODES:
            # A project sends one rent_any at a time, so they take longer.
            ops = min(max(lane.ops // 4, 50), 3_000) if mode == "rent_any" else lane.ops
            yield Design(f"billable/{mode}", seed, partial(billable, mode, ops, seed))
        for mode in DARK_MODES:
            dark = partial(billable, mode, lane.dark, seed, dark=True)
            yield Design(f"billable/{mode}/dark", seed, dark)
        yield Design("orders", seed, partial(_run, lambda seed=seed: Orders(lane.ops, seed).run()))
        for name, latency, failing in (("near", 0.0, 0.3), ("far", 0.1, 0.65)):
            storm = partial(token_storm.storm, latency=latency, failing=failing)
            stormy = partial(_run, storm, lane.calls, seed, seconds=lane.seconds)
            yield Design(f"token storm/{name}", seed, stormy)
        revoked = partial(_run, token_storm.revoked, lane.calls // 2, seed)
        yield Design("tokens revoked", seed, revoked)
        yield Design("cancelling", seed, partial(_run, cancelling.sweep, lane.repeats, seed))
        for failing in (1.0, 0.5):
            down = partial(_run, outage.amplification, lane.outage, seed, failing=failing)
            yield Design(f"outage/{failing:.0%}", seed, down)
        for kind in lag.LAGS:
            yield Design(f"lag/{kind}", seed, partial(_run, lag.lag, kind, lane.lag, seed))
        for workers, store, order in fleet.KINDS if lane is not LANES["gate"] else fleet.FEW:
            renting = partial(
                _run,
                *(fleet.fleet, workers, store, order, lane.fleet, seed),
                settle=lane.settle,
            )
            yield Design(f"fleet/{workers}/{store}/{order}", seed, renting)
        for workers, store in fleet.BUYERS if lane is not LANES["gate"] else fleet.FEW_BUYERS:
            buying = partial(_run, fleet.buyers, workers, store, lane.buyers, seed)
            yield Design(f"fleet/buy/{workers}/{store}", seed, buying)
        yield Design("outage/wire", seed, partial(_run, outage.counted, lane.calls // 10, seed))
    first = seeds[0]
    for name, way in kills.DESIGNS:
        if way == "cli" and lane is LANES["gate"]:
            continue  # recovery waits for the settle timeout of commands, 30 seconds
        # A command takes a second of CPU time to start.
        count = lane.kills // 5 if way == "cli" else lane.kills
        swept = partial(kills.sweep, name, count, first, way=way)
        yield Design(f"kills/{name}/{way}", first, swept)
    events, hits = lane.webhooks
    for store, processes in webhook_kills.DESIGNS:
        received = partial(webhook_kills.run, store, events, hits, processes, first)
        yield Design(f"webhook kills/{store}/{processes}", first, received)
    for method, changes, hits in (("rent", lane.changes, 3), ("order", lane.changes // 5, 1)):
        planned = partial(plans.applied, changes, hits, first, method)
        yield Design(f"plans/{method}", first, planned)
    for kind in ("signals", "gevent") if lane.interrupts else ():
        if kind == "signals" or find_spec("gevent"):
            swept = partial(signals.interrupted, lane.interrupts, first, gevent=kind == "gevent")
            yield Design(f"interrupts/{kind}", first, swept)
    for method in ("rent", "order") if lane is not LANES["gate"] else ("rent",):
        swept = partial(plan_kills.sweep, lane.kills, first, method=method)
        yield Design(f"plans/kills/{method}", first, swept)
    for mode in MODES[1:]:
        impatient = partial(billable, mode, lane.impatient, first, impatient=0.3)
        yield Design(f"billable/{mode}/impatient", first, impatient)
    killed = partial(reading.killed, lane.inventory, first, page_size=lane.page_size)
    yield Design("inventory", first, killed)
    yield Design("machine", 0, partial(machine.explore, lane.examples, lane.steps))
    for way in exits.WAYS:
        yield Design(f"exits/{way}", 0, partial(exits.matrix, lane.exits, [way]))
    yield Design("point reads", 0, partial(point_reads.many, lane.reads))
    yield Design("point reads/queued", 0, point_reads.queued)


def canaries() -> Iterator[Design]:
    """Yield all wrong policies: it is a breach if the harness does not detect one."""
    buying = {"forgets orders in review": fleet.ForgetfulBuyers()}
    for name, canary in [*CANARIES.items(), *ORDER_CANARIES.items(), *buying.items()]:
        yield Design(f"canary/{name}", 1, partial(_canary, name, canary))


def _run(design: Callable[..., Awaitable[Result]], *settings: Any, **others: Any) -> Result:
    async def bounded() -> Result:
        return await asyncio.wait_for(design(*settings, **others), LIMIT)

    return asyncio.run(bounded())


def _billable(mode: str, ops: int, seed: int, **settings: Any) -> Result:
    return _run(Harness(mode, ops, seed, **settings).run)


def _canary(name: str, canary: Canary | OrderCanary | fleet.ForgetfulBuyers) -> Result:
    """Run a wrong policy: it is a breach if the harness does not detect what it breaks."""
    result = _run(canary.run)
    seen, result.breaches = set(result.breaches), []
    result.name = f"canary/{name}"
    result.hold(
        f"the harness detects {sorted(canary.broken)}, not {sorted(seen)}", seen == canary.broken
    )
    return result


def _failed(design: Design, error: Exception) -> Result:
    """Return a result of a design that raised *error*."""
    traceback.print_exception(error)
    return Result(design.name, design.seed, breaches=[f"it failed: {error!r}"[:400]])


def _run_all(designs: Iterable[Design], lane: str, file: Path | None) -> Iterator[Record]:
    """
    Run *designs*, and yield their records.

    With *file*, each record is appended to it, and a design that has kept its promises there, with
    the same code and lane, does not run again.
    """
    code = described()
    known = _read(file, code, lane)
    for design in designs:
        if record := known.get((design.name, design.seed)):
            yield record
            continue
        # Each prints its line; standard output is the table's or the JSON's.
        standard, sys.stdout = sys.stdout, sys.stderr
        try:
            result = design.run()
        except Exception as error:
            result = _failed(design, error)
        finally:
            sys.stdout = standard
        result.note(**report.load())
        record = Record(
            design.name, design.seed, result.figures, result.breaches, code, lane, time.time()
        )
        if file is not None:
            with file.open("a", encoding="utf-8") as kept:
                print(record.line(), file=kept)
        yield record


def _read(file: Path | None, code: str, lane: str) -> dict[tuple[str, int], Record]:
    if file is None or not file.exists():
        return {}

    def fingerprint(described: str) -> str:
        return described.rpartition(" ")[2]

    records = map(Record.read, file.read_text(encoding="utf-8").splitlines())
    return {
        (one.name, one.seed): one
        for one in records
        if fingerprint(one.code) == fingerprint(code) and one.lane == lane and not one.breaches
    }


def _quote() -> None:
    """Copy the quoted blocks of the report into the pages."""
    results = report.RESULTS.read_text(encoding="utf-8")
    for name, start in report.QUOTES.items():
        page = report.ROOT / name
        text = report.quote(page.read_text(encoding="utf-8"), start, results)
        page.write_text(text, encoding="utf-8")


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lane", choices=LANES, default="gate")
    parser.add_argument("--seeds", type=int, nargs="+", help="other seeds than the lane's")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="designs by name; `*` matches all"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument(
        "--records",
        type=Path,
        metavar="FILE",
        help="append results to this file of JSON lines, and run only designs that are missing",
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write a Markdown report")
    parser.add_argument(
        "--quote",
        action="store_true",
        help="run nothing: copy figures of tests/chaos/RESULTS.md into README and docs",
    )
    given = parser.parse_args()
    if given.quote:
        _quote()
        return 0
    logging.disable(logging.WARNING)  # there are thousands
    lane = LANES[given.lane]
    chosen = [
        design
        for design in (*canaries(), *designs(lane, tuple(given.seeds or lane.seeds)))
        if any(fnmatchcase(design.name, name) for name in given.only or ["*"])
    ]
    records = list(_run_all(chosen, given.lane, given.records))
    if given.report is not None:
        command = shlex.join(("python", "tests/chaos/run.py", *sys.argv[1:]))
        given.report.write_text(report.page(records, command), encoding="utf-8")
    if given.json:
        print(json.dumps([attrs.asdict(one) for one in records], indent=1))
    else:
        _print(records)
    return int(any(one.breaches for one in records))


def _print(records: list[Record]) -> None:
    for one in records:
        status = "BREACHED" if one.breaches else "ok"
        print(f"{status:<9}{one.name:<36}seed {one.seed}")
        figures = [f"{name} {value}" for name, value in one.figures.items()]
        for start in range(0, len(figures), 6):
            print(f"{'':<9}{', '.join(figures[start : start + 6])}")
        for breach in one.breaches:
            print(f"{'':<9}! {breach}")
    breached = [f"{one.name} seed {one.seed}" for one in records if one.breaches]
    print(f"{len(records)} designs, {len(breached)} breached", *breached, sep="\n! ")


if __name__ == "__main__":
    sys.exit(main())
