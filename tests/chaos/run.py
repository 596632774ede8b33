"""
Run all designs of the chaos kit, and print a table of their results::

    python tests/chaos/run.py --lane gate
    python tests/chaos/run.py --lane long --seeds 1 2 3
    python tests/chaos/run.py --lane long --json

The gate is what every commit has to pass; the long lane takes some twenty minutes. The exit
code is 1 when a bar was missed or a design did not get to its end.
"""

import argparse
import asyncio
import json
import logging
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
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
import token_storm
import webhook_kills
from billable import DARK_MODES, MODES, Harness
from canaries import CANARIES, ORDER_CANARIES, Canary, OrderCanary
from orders import Orders
from results import Result

LIMIT = 1200.0
"""Seconds after which a design counts as hung."""


@attrs.frozen
class Design:
    """Something to run, and its name for when it doesn't get to its end."""

    name: str
    seed: int
    run: Callable[[], Result]


@attrs.frozen(kw_only=True)
class Lane:
    """How much of everything."""

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
        for workers, store, order in fleet.KINDS if lane is LANES["long"] else fleet.FEW:
            renting = partial(_run, fleet.fleet, workers, store, order, lane.fleet, seed)
            yield Design(f"fleet/{workers}/{store}/{order}", seed, renting)
        for workers, store in fleet.BUYERS if lane is LANES["long"] else fleet.FEW_BUYERS:
            buying = partial(_run, fleet.buyers, workers, store, lane.buyers, seed)
            yield Design(f"fleet/buy/{workers}/{store}", seed, buying)
        yield Design("outage/wire", seed, partial(_run, outage.counted, lane.calls // 10, seed))
    first = seeds[0]
    for name, way in kills.DESIGNS:
        if way == "cli" and lane is not LANES["long"]:
            continue  # recovery waits for the settle timeout of commands, 30 seconds
        swept = partial(kills.sweep, name, lane.kills, first, way=way)
        yield Design(f"kills/{name}/{way}", first, swept)
    events, hits = lane.webhooks
    for store, processes in webhook_kills.DESIGNS:
        received = partial(webhook_kills.run, store, events, hits, processes, first)
        yield Design(f"webhook kills/{store}/{processes}", first, received)
    for method, changes, hits in (("rent", lane.changes, 3), ("order", lane.changes // 5, 1)):
        planned = partial(plans.applied, changes, hits, first, method)
        yield Design(f"plans/{method}", first, planned)
    for method in ("rent", "order") if lane is LANES["long"] else ("rent",):
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
    """Yield all wrong policies: a breach is one that the harness does not see."""
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
    """Run a wrong policy: here it is a breach when the harness does not see what it breaks."""
    result = _run(canary.run)
    seen, result.breaches = set(result.breaches), []
    result.name = f"canary/{name}"
    result.hold(
        f"the harness sees {sorted(canary.broken)}, not {sorted(seen)}", seen == canary.broken
    )
    return result


def _crashed(design: Design, error: Exception) -> Result:
    """Tell of a design that did not get to its end."""
    traceback.print_exception(error)
    return Result(design.name, design.seed, breaches=[f"it crashed: {error!r}"[:400]])


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lane", choices=LANES, default="gate")
    parser.add_argument("--seeds", type=int, nargs="+", help="other seeds than the lane's")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    given = parser.parse_args()
    logging.disable(logging.WARNING)  # there are thousands
    lane = LANES[given.lane]
    started = time.monotonic()
    results: list[Result] = []
    for design in (*canaries(), *designs(lane, tuple(given.seeds or lane.seeds))):
        # Each prints its line; standard output is the table's or the JSON's.
        standard, sys.stdout = sys.stdout, sys.stderr
        try:
            results.append(design.run())
        except Exception as error:
            results.append(_crashed(design, error))
        finally:
            sys.stdout = standard
    took = round(time.monotonic() - started, 1)
    if given.json:
        found = [
            {"name": r.name, "seed": r.seed, "figures": r.figures, "breaches": r.breaches}
            for r in results
        ]
        print(json.dumps({"lane": given.lane, "seconds": took, "designs": found}, indent=1))
    else:
        _table(results)
        print(f"{given.lane} lane: {took} s")
    return int(any(result.breaches for result in results))


def _table(results: list[Result]) -> None:
    for result in results:
        status = "BREACHED" if result.breaches else "ok"
        print(f"{status:<9}{result.name:<36}seed {result.seed}")
        figures = [f"{name} {value}" for name, value in result.figures.items()]
        for start in range(0, len(figures), 6):
            print(f"{'':<9}{', '.join(figures[start : start + 6])}")
        for breach in result.breaches:
            print(f"{'':<9}! {breach}")
    breached = [f"{result.name} seed {result.seed}" for result in results if result.breaches]
    print(f"{len(results)} designs, {len(breached)} breached", *breached, sep="\n! ")


if __name__ == "__main__":
    sys.exit(main())
