"""
Monthly cost of a project at a round trip of 50 ms: an audit, and two plain loops.

The loops read one page after the other and sum up prices. The audit reads concurrently,
verifies that no number is missing, and applies all its rules.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from decimal import Decimal

from yarl import URL

from benchmarks import _clients
from benchmarks._clock import wall_time
from benchmarks._listing import PAGE_SIZE, vendor_numbers
from benchmarks._measure import Comparison, take_turns
from benchmarks._server import sandbox_process, sandbox_target
from benchmarks._target import Target
from benchmarks._worker import (
    FAST,
    GC_OFF,
    JSON,
    OURS,
    VENDOR,
    Contender,
    Work,
    at_work,
    left_out,
)

NUMBERS = 30_000
ROUND_TRIP = 0.05
WORKERS = 16


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory, and return the comparisons."""
    return [_run(rounds, one) for one in inventories]


def _run(rounds: int, inventory: str) -> Comparison:
    held = {"inventory": inventory, "numbers": NUMBERS}
    with sandbox_process(stock=0, latency=ROUND_TRIP, **held) as environment:
        target = sandbox_target(environment, NUMBERS)
        names = [*CONTENDERS, JSON + GC_OFF]
        with at_work(__name__, names, target, timed_by=wall_time) as contenders:
            figures = take_turns(contenders, rounds)
    where = f"{NUMBERS:,} {inventory} numbers, {1000 * ROUND_TRIP:.0f} ms, {WORKERS} workers"
    notes = (
        *left_out(list(CONTENDERS)),
        f"all others: one page of {PAGE_SIZE:,} after the other, prices summed up, no rules",
    )
    return Comparison(
        "audit",
        f"audit, {where}",
        "numbers",
        figures,
        JSON,
        notes,
        (JSON + GC_OFF, VENDOR),
        inventory=inventory,
    )


def _ours(target: Target) -> AbstractContextManager[Work]:
    from sinch_numbers.audit import audit

    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.ours(target) as client:

            async def audited() -> int:
                report = await audit(client, concurrency=WORKERS)
                if not report.completeness.complete:
                    raise RuntimeError("the audit is not complete")
                return target.numbers

            yield audited

    return _clients.running(opened)


@contextmanager
def _vendor(target: Target) -> Iterator[Work]:
    client = _clients.vendor(target)

    def work() -> int:
        count = 0
        sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
        for number in vendor_numbers(client):
            money = number.money
            key = (money.currency_code, number.region_code, number.type)
            sums[key] += Decimal(money.amount) / number.payment_interval_months
            count += 1
        return count

    yield work


def _bare(target: Target) -> AbstractContextManager[Work]:
    loads = _clients.loads_of("json")
    url = URL(target.numbers_url) / "activeNumbers"

    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.bare(target) as session:

            async def summed() -> int:
                count = 0
                sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
                query = {"pageSize": str(PAGE_SIZE)}
                while True:
                    async with session.get(url.with_query(query)) as reply:
                        page = loads(await reply.read())
                    for number in page["activeNumbers"]:
                        money = number["money"]
                        key = (money["currencyCode"], number["regionCode"], number["type"])
                        sums[key] += Decimal(money["amount"]) / number["paymentIntervalMonths"]
                        count += 1
                    if not page["nextPageToken"]:
                        return count
                    query["pageToken"] = page["nextPageToken"]

            yield summed

    return _clients.running(opened)


CONTENDERS: dict[str, Contender] = {
    OURS: _ours,
    FAST: _ours,
    VENDOR: _vendor,
    JSON: _bare,
}
