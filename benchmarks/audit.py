"""
What a project costs a month, over a round trip of 50 ms: an audit, and two plain loops.

The loops read page after page and add the prices up; the audit reads concurrently, proves
that it has every number, and judges each by all its rules as well.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from decimal import Decimal

from yarl import URL

from benchmarks import _clients
from benchmarks._listing import PAGE_SIZE, vendor_numbers
from benchmarks._measure import Comparison, take_turns
from benchmarks._server import sandbox_process, sandbox_target
from benchmarks._target import Target
from benchmarks._worker import FAST, JSON, OURS, VENDOR, Contender, Work, at_work, left_out

NUMBERS = 30_000
ROUND_TRIP = 0.05
WORKERS = 16


def run(rounds: int) -> list[Comparison]:
    """Measure, and return what there is to show."""
    with sandbox_process(numbers=NUMBERS, stock=0, latency=ROUND_TRIP) as environment:
        target = sandbox_target(environment, NUMBERS)
        with at_work(__name__, list(CONTENDERS), target, waits=True) as contenders:
            figures = take_turns(contenders, rounds)
    title = f"audit, {NUMBERS:,} numbers, {1000 * ROUND_TRIP:.0f} ms, {WORKERS} workers"
    notes = (
        *left_out(list(CONTENDERS)),
        f"all others: page after page of {PAGE_SIZE:,}, prices added up, nothing judged",
    )
    return [Comparison("audit", title, "numbers", figures, JSON, notes, (VENDOR,))]


def _ours(target: Target) -> AbstractContextManager[Work]:
    from sinch_numbers.audit import audit

    @asynccontextmanager
    async def opened() -> AsyncIterator[_clients.Job]:
        async with _clients.ours(target) as client:

            async def audited() -> int:
                report = await audit(client, workers=WORKERS)
                if not report.verdict.complete:
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
