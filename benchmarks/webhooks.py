"""
Webhook receivers: throughput from the request to the handler, without losses, and latency.

Those with a store answer when an event is committed, and handle it in another transaction.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks._cores import pin
from benchmarks._inventories import INVENTORIES
from benchmarks._measure import Comparison, Figures, in_turns
from sinch_numbers import Event
from sinch_numbers.testing import SignedEvent, SignedEvents
from sinch_numbers.webhooks import AsgiApp, EventStore, Receiver, WsgiApp, serve

SECRET = "benchmark-hmac-secret-0123456789"
EVENTS = 3_000
CONNECTIONS = 16
DURABLE = "aiohttp, SQLite"
DOORS = ("aiohttp", "uvicorn", "waitress", DURABLE)
_PATIENCE_SECONDS = 60.0


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure with events about numbers of the first inventory."""
    pin(0)
    inventory = inventories[0]
    with asyncio.Runner() as loop, ExitStack() as stack:
        doors = {
            door: stack.enter_context(Door.opened(door, rounds + 1, inventory, loop))
            for door in DOORS
        }
        figures = in_turns(doors, rounds)
        notes = tuple(
            f"{name}: {door.sent - door.handled()} of {door.sent:,} events lost"
            for name, door in doors.items()
        )
        answered = tuple(Figures(name, tuple(door.latencies[1:])) for name, door in doors.items())
    title = f"webhooks over {CONNECTIONS} connections, about {inventory} numbers"
    waits = f"{title}: from the request to the response, median of a round"
    return [
        Comparison("webhooks", title, "events", figures, "aiohttp", notes, inventory=inventory),
        Comparison(
            "webhooks, response",
            waits,
            "ms",
            answered,
            "aiohttp",
            ("less is better",),
            per=" an event",
            inventory=inventory,
        ),
    ]


class Door:
    """A receiver in another process, and the events to send."""

    def __init__(
        self, process: "subprocess.Popen[str]", rounds: int, inventory: str, loop: Any
    ) -> None:
        made = SignedEvents(SECRET)
        self._process = process
        self._loop = loop
        self._rounds = [
            [made.number(one) for one in INVENTORIES[inventory].phone_numbers(EVENTS)]
            for _ in range(rounds)
        ]
        self._url = json.loads(self._read())["url"]
        self.sent = 0
        self.latencies: list[float] = []
        """Milliseconds until the response, by round."""

    @classmethod
    @contextmanager
    def opened(cls, name: str, rounds: int, inventory: str, loop: Any) -> "Iterator[Door]":
        """Run the receiver until the block ends."""
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.webhooks", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            yield cls(process, rounds, inventory, loop)
            process.communicate(timeout=30)

    def __call__(self) -> int:
        """Send a round of events, and wait until all of them have been handled."""
        posted = self._rounds.pop(0)  # in order: what is older than what came is not handled
        self.latencies.append(self._loop.run(_send(self._url, posted)))
        self.sent += len(posted)
        if self.handled() != self.sent:
            raise RuntimeError("events were lost")
        return len(posted)

    def handled(self) -> int:
        """Return how many events have been handled, once all have been that were sent."""
        if self._process.stdin is None:
            raise RuntimeError("the receiver has no pipes")
        print(self.sent, file=self._process.stdin, flush=True)
        return int(json.loads(self._read())["handled"])

    def _read(self) -> str:
        if self._process.stdout is None:
            raise RuntimeError("the receiver has no pipes")
        return self._process.stdout.readline()


async def _send(url: str, posted: Sequence[SignedEvent]) -> float:
    """Send the events; return the median of the milliseconds until the response."""
    left = iter(posted)
    taken: list[float] = []
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def sender() -> None:
            for one in left:
                status, started = 0, time.perf_counter()
                while status != 200:  # as the service does: until it is taken
                    async with session.post(url, data=one.body, headers=one.headers) as reply:
                        status = reply.status
                taken.append((time.perf_counter() - started) * 1000)

        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(sender())
    return statistics.median(taken)


def _serve(door: str, directory: str) -> None:
    handled: Counter[str | None] = Counter()

    async def handle(event: Event) -> None:
        handled[event.event_id] += 1

    store = EventStore(Path(directory, "events.db")) if door == DURABLE else None
    receiver = Receiver(handle, SECRET, store=store)

    def answer() -> None:
        """Print how many events were handled, each once, when that many are expected."""
        for expected in sys.stdin:
            give_up_at = time.monotonic() + _PATIENCE_SECONDS
            while len(handled) < int(expected) or receiver.pending:
                if time.monotonic() > give_up_at:
                    break
                time.sleep(0.0005)
            once = sum(count == 1 for count in handled.values())
            print(json.dumps({"handled": once}), flush=True)

    serving = {"uvicorn": _uvicorn, "waitress": _waitress}.get(door, _aiohttp)
    serving(receiver, answer)


def _say(port: int) -> None:
    print(json.dumps({"url": f"http://127.0.0.1:{port}"}), flush=True)


def _aiohttp(receiver: Receiver, answer: Callable[[], None]) -> None:
    async def main() -> None:
        async with serve(receiver) as url:
            print(json.dumps({"url": url}), flush=True)
            await asyncio.to_thread(answer)

    asyncio.run(main())


def _uvicorn(receiver: Receiver, answer: Callable[[], None]) -> None:
    import uvicorn

    async def main() -> None:
        config = uvicorn.Config(AsgiApp(receiver), port=0, log_config=None, access_log=False)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - it has no event for that
            await asyncio.sleep(0.001)
        _say(server.servers[0].sockets[0].getsockname()[1])
        await asyncio.to_thread(answer)
        server.should_exit = True
        await serving

    asyncio.run(main())


def _waitress(receiver: Receiver, answer: Callable[[], None]) -> None:
    import waitress

    app = WsgiApp(receiver)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=CONNECTIONS)
    _say(server.effective_port)
    threading.Thread(target=server.run, daemon=True).start()
    answer()
    app.close()


if __name__ == "__main__":
    pin(-1)
    with tempfile.TemporaryDirectory(
        prefix=".benchmark-", dir=Path.cwd()
    ) as directory:  # on the disk
        _serve(sys.argv[1], directory)
