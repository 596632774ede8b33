"""
All designs of the chaos kit, one after the other, and a table of what they measured::

    python tests/chaos/run.py --lane gate
    python tests/chaos/run.py --lane long --json

The gate is what every commit has to pass; the long lane takes a quarter of an hour.
"""

import argparse
import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator

import attrs
import cancelling
import machine
import outage
import token_storm
from billable import MODES, Harness, violations
from orders import Orders
from results import Result

Design = Callable[[], Result]
LIMIT = 300.0
"""Seconds after which a design counts as hung."""


@attrs.frozen(kw_only=True)
class Lane:
    """How much of everything."""

    seeds: tuple[int, ...]
    ops: int
    rent_any: int
    canary: int
    dark: int
    repeats: int
    calls: int
    seconds: float
    examples: int
    steps: int


LANES = {
    "gate": Lane(
        seeds=(1,),
        ops=400,
        rent_any=400,
        canary=400,
        dark=150,
        repeats=6,
        calls=3_000,
        seconds=6.0,
        examples=100,
        steps=15,
    ),
    "long": Lane(
        seeds=(1, 2, 3),
        ops=10_000,
        rent_any=3_000,
        canary=3_000,
        dark=1_500,
        repeats=100,
        calls=20_000,
        seconds=25.0,
        examples=300,
        steps=30,
    ),
}


def designs(lane: Lane, seeds: tuple[int, ...]) -> Iterator[Design]:
    """Name all designs of a lane."""
    for seed in seeds:
        for mode in MODES:
            ops = lane.rent_any if mode == "rent_any" else lane.ops
            yield lambda seed=seed, mode=mode, ops=ops: _run(Harness(mode, ops, seed).run())
        yield lambda seed=seed: _run(Orders(lane.ops, seed).run())
    first = seeds[0]
    yield lambda: _run(Harness("rent+release", lane.dark, first, reads_at_fault=0.98).run())
    for mode in MODES[1:]:
        ops = lane.rent_any
        yield lambda mode=mode, ops=ops: _run(Harness(mode, ops, first, impatient=0.3).run())
    for mode in ("rent", "rent_any"):
        yield lambda mode=mode: _canary(mode, lane.canary, first)
    yield lambda: _run(cancelling.sweep(lane.repeats, first))
    for latency, failing in ((0.0, 0.3), (0.1, 0.65)):
        yield lambda latency=latency, failing=failing: _run(
            token_storm.storm(
                lane.calls, first, seconds=lane.seconds, latency=latency, failing=failing
            )
        )
    yield lambda: _run(token_storm.revoked(lane.calls // 3, first))
    for failing in (1.0, 0.5):
        yield lambda failing=failing: _run(outage.amplification(10_000, first, failing=failing))
    yield lambda: _run(outage.counted(lane.calls // 10, first))
    yield lambda: machine.explore(lane.examples, lane.steps)


def _run(design: asyncio.Future[Result]) -> Result:
    async def bounded() -> Result:
        return await asyncio.wait_for(design, LIMIT)

    return asyncio.run(bounded())


def _canary(mode: str, ops: int, seed: int) -> Result:
    """Run the naive policy: here it is a breach when nothing goes wrong."""
    result = _run(Harness(mode, ops, seed, naive=True).run())
    result.breaches.clear()
    result.hold("the harness sees what goes wrong", violations(result) >= ops // 30)
    return result


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
    for design in designs(lane, tuple(given.seeds or lane.seeds)):
        # Each prints its line; standard output is the table's or the JSON's.
        standard, sys.stdout = sys.stdout, sys.stderr
        try:
            results.append(design())
        except Exception as error:
            results.append(Result("crashed", 0, breaches=[repr(error)]))
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
        verdict = "BREACHED" if result.breaches else "ok"
        print(f"{verdict:<9}{result.name:<36}seed {result.seed}")
        figures = [f"{name} {value}" for name, value in result.figures.items()]
        for start in range(0, len(figures), 6):
            print(f"{'':<9}{', '.join(figures[start : start + 6])}")
        for breach in result.breaches:
            print(f"{'':<9}! {breach}")


if __name__ == "__main__":
    sys.exit(main())
