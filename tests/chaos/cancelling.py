"""
Calls that are cancelled at each of their steps.

A request that the service received is flagged as sent, and a billable call that it received is
listed as unresolved. No slot, task, or connection leaks.
"""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import attrs
from results import Result
from wires import Tap

from sinch_numbers import NumbersClient
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.models import ActiveNumber
from sinch_numbers.sandbox import Sandbox

POINTS = 20
SLOTS = 8
ADDRESS = {
    "streetNumber": "77",
    "streetInfo": "Harbor Way",
    "city": "Portland",
    "state": "OR",
    "postalCode": "97209",
}
BILLABLE = ("rent", "release", "rent_any", "provision")
OPERATIONS = ("get", "update", *BILLABLE)


@attrs.define
class AuditAccumulator:
    """Counts of the calls of one operation."""

    cancelled: int = 0
    finished: int = 0
    received: int = 0
    denied: int = 0
    """Received by the service, but flagged as not sent."""
    unlisted: int = 0
    """Billable, received, and cancelled, but not listed as unresolved."""
    invented: int = 0
    """Flagged as not sent, but listed as unresolved."""


class Sweep:
    """A client and a sandbox, to cancel operations after a number of steps."""

    def __init__(self, sandbox: Sandbox, tap: Tap, client: NumbersClient) -> None:
        self._sandbox, self._tap, self._client = sandbox, tap, client
        self._made = 0

    def start(self, operation: str) -> Awaitable[object]:
        """Prepare one call of *operation*, with a new number."""
        self._made += 1
        project, client = self._sandbox.project(), self._client
        number = f"+1415{self._made:07}"
        if operation in ("rent", "rent_any"):
            project.add_available(phone_number=number)
        else:
            project.add_active(phone_number=number)
        ways: dict[str, Callable[[], Awaitable[object]]] = {
            "get": lambda: client.active_numbers.get(number),
            "update": lambda: client.active_numbers.update(number, display_name="x"),
            "rent": lambda: client.available_numbers.rent(number),
            "release": lambda: client.active_numbers.release(number),
            "rent_any": lambda: client.available_numbers.rent_any(region_code="US", type="LOCAL"),
            "provision": lambda: client.emergency_address.provision(
                number, display_name="x", address=ADDRESS
            ),
        }
        return ways[operation]()

    async def steps(self, operation: str) -> int:
        """Return the number of steps of the event loop that an undisturbed call takes."""
        task, steps = asyncio.ensure_future(self.start(operation)), 0
        while not task.done():
            await asyncio.sleep(0)
            steps += 1
        task.result()
        return steps

    async def cancel(self, operation: str, steps: int | None, tally: AuditAccumulator) -> None:
        """
        Cancel one call after *steps* of the event loop, and count its state.

        With ``None`` it is cancelled after the sandbox has received it, before it answers.
        """
        calls, requests = len(self._sandbox.calls), len(self._tap.requests)
        if steps is None:
            self._sandbox.faults.add("stall")
        task = asyncio.ensure_future(self.start(operation))
        while steps is None and len(self._sandbox.calls) == calls:
            await asyncio.sleep(0)
        for _ in range(steps or 0):
            await asyncio.sleep(0)
        task.cancel()
        ended = (await asyncio.gather(task, return_exceptions=True))[0]
        for _ in range(15):  # requests that were sent arrive
            await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        cancelled = isinstance(ended, asyncio.CancelledError)
        # A rent reads the number first, which is not billable.
        reads = operation in BILLABLE
        received = any(
            not (reads and call.startswith("GET")) for call in self._sandbox.calls[calls:]
        )
        sent = any(request.sent is not False for request in self._tap.requests[requests:])
        listed = [self._client.unresolved[0]] if self._client.unresolved else []
        tally.cancelled += cancelled
        tally.finished += not cancelled
        tally.received += received
        tally.denied += received and not sent
        tally.unlisted += operation in BILLABLE and cancelled and received and not listed
        tally.invented += bool(listed) and not sent
        for open_ in listed:
            self._client._context.unresolved.settle(open_.op_id)


async def sweep(repeats: int, seed: int, *, points: int = POINTS) -> Result:
    """Cancel each operation at *points* of its duration, *repeats* times each."""
    result = Result("cancelling", seed)
    dice = random.Random(seed)
    tap = Tap(AiohttpTransport())
    before, files = asyncio.all_tasks(), _open_files()
    total = AuditAccumulator()
    async with (
        Sandbox(numbers=0, stock=0) as sandbox,
        NumbersClient(
            "sandbox",
            "sandbox",
            "sandbox",
            numbers_url=sandbox.url,
            auth_url=sandbox.auth_url,
            sole_renter=True,
            transport=tap,
            settle_timeout=0.05,
            max_concurrency=SLOTS,
        ) as client,
    ):
        await client.tokens.get()
        sweeper = Sweep(sandbox, tap, client)
        for operation in OPERATIONS:
            whole = max([await sweeper.steps(operation) for _ in range(3)])
            tally = AuditAccumulator()
            # One before and one after it is sent; the others are random.
            await sweeper.cancel(operation, 0, tally)
            await sweeper.cancel(operation, None, tally)
            for point in range(points):
                for _ in range(repeats):
                    # Within this part of the duration, which is longer without a connection.
                    steps = int((point + dice.random()) * 1.5 * whole / points)
                    await sweeper.cancel(operation, steps, tally)
            result.note(**{operation: f"{tally.received}/{tally.cancelled + tally.finished}"})
            for name in attrs.asdict(tally):
                setattr(total, name, getattr(total, name) + getattr(tally, name))
            result.hold(
                f"{operation} is cancelled before and after the service receives it",
                0 < tally.received < points * repeats + 2,
            )
        held = sandbox.project().add_active().phone_number
        crowd = [asyncio.create_task(client.active_numbers.get(held)) for _ in range(40 * SLOTS)]
        await asyncio.sleep(0)
        # In order: a cancelled call is the next to enter, or has just entered.
        for task in crowd:
            if dice.random() < 0.8:
                task.cancel()
            if dice.random() < 0.6:
                await asyncio.sleep(0)
        ends = await asyncio.gather(*crowd, return_exceptions=True)
        result.hold(
            "calls that are cancelled in the queue raise CancelledError, and no other ones",
            all(isinstance(end, ActiveNumber | asyncio.CancelledError) for end in ends),
        )
        # More calls than slots: they end only if every slot was released.
        async with asyncio.timeout(5.0):
            await asyncio.gather(*(client.active_numbers.get(held) for _ in range(3 * SLOTS)))
        slots = sum(queue.inside for queue in client._context.limiter._queues.values())
    await asyncio.sleep(0.05)
    tasks = len(asyncio.all_tasks() - before)
    leaked = max(0, _open_files() - files)
    result.note(
        trials=total.cancelled + total.finished,
        cancelled=total.cancelled,
        received=total.received,
        denied=total.denied,
        unlisted=total.unlisted,
        invented=total.invented,
        crowd=f"{sum(isinstance(e, asyncio.CancelledError) for e in ends)}/{len(ends)}",
        slots=slots,
        tasks=tasks,
        files=leaked,
    )
    result.hold("a request that was received is flagged as sent", not total.denied)
    result.hold("a billable call that was received is unresolved", not total.unlisted)
    result.hold("a call that was not sent is not unresolved", not total.invented)
    result.hold("no slot is leaked", not slots)
    result.hold("no task is leaked", not tasks)
    result.hold("no connection is leaked", not leaked)
    return result.done()


def _open_files() -> int:
    for listing in ("/proc/self/fd", "/dev/fd"):
        if Path(listing).is_dir():
            return len(os.listdir(listing))  # noqa: PTH208 - half of them are gone by then
    return 0
