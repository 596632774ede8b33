"""
Webhook kills: receivers that die by ``kill -9`` while they accept and handle events.

A sender posts events like the service: it repeats events that were not answered 200. Each receiver
is a forked process that shares one `EventStore` with the others. Whenever a share of the events
has been accepted, one receiver is killed after a random delay, and another one takes its place.

The handler writes twice: to a file, at once, and through ``event.transaction``. No event that was
answered 200 may be lost, each must have one effect through the transaction, and a handler may be
called again only for events that were in progress when their receiver was killed.

    python tests/chaos/webhook_kills.py --events 10000 --kills 100
    python tests/chaos/webhook_kills.py --events 10000 --kills 100 --postgres
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import logging
import mmap
import os
import random
import signal
import socket
import sqlite3
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

sys.path.append(str(Path(__file__).parents[1]))  # for the server of the tests

import postgres
from results import Result

from sinch_numbers.webhooks import EventState, EventStore, Receiver, serve

SECRET = "chaos-hmac-secret-0123456789-abcdefgh"
NUMBERS = 500
CONNECTIONS = 16
CONCURRENCY = 16
LEASE = 2.0
"""Seconds until the events of a killed process are recovered from PostgreSQL."""
LONGEST_DELAY = 0.05
LIMIT = 1800.0
KEPT = "no event that was answered 200 is lost"
ONCE = "each event has one effect through event.transaction"
FEW = "a handler is called again only for events in progress at a kill"
ORDERED = "the events of a number have their effects in the order of arrival"
CLEAN = "no event becomes a dead letter"
KILLED = "each kill hits a running receiver"

DESIGNS = [("sqlite", 1), ("sqlite", 2)]
"""Stores, and receivers at the same time."""
if not postgres.unavailable():
    DESIGNS += [("postgres", 1)]

INSERT = "INSERT INTO effects (id, resource) VALUES (:id, :resource)"


class Tally:
    """The number of accepted events, which processes share."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)

    @property
    def value(self) -> int:
        return int(struct.unpack("q", self._memory[:8])[0])

    @value.setter
    def value(self, value: int) -> None:
        self._memory[:8] = struct.pack("q", value)


class Database:
    """The table of the application, in the database of the store."""

    def __init__(self, where: str) -> None:
        self.where = where
        serial = "BIGSERIAL" if "://" in where else "INTEGER"
        self.run(f"CREATE TABLE effects (place {serial} PRIMARY KEY, id TEXT, resource TEXT)")

    def run(self, statement: str) -> list[Any]:
        if "://" in self.where:
            import psycopg

            with psycopg.connect(self.where) as connection:
                cursor = connection.execute(statement.encode())
                return [] if cursor.description is None else cursor.fetchall()
        connection = sqlite3.connect(self.where, timeout=60)
        with connection:
            found = connection.execute(statement).fetchall()
        connection.close()
        return found


def event(number: int) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of an event; its time says nothing about its order."""
    body = json.dumps(
        {
            "eventId": f"event-{number:06}",
            "timestamp": "2026-01-01T00:00:00.000000000",
            "projectId": "p",
            "resourceId": f"+1202555{number % NUMBERS:04}",
            "resourceType": "ACTIVE_NUMBER",
            "eventType": "PROVISIONING_TO_SMS_PLATFORM",
            "status": "SUCCEEDED",
        }
    ).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    return body, {"X-Sinch-Signature": signature}


async def receive(where: str, port: int, calls: Path, seed: int) -> None:
    """Receive events on *port* until killed."""
    logging.disable(logging.CRITICAL)
    dice = random.Random(seed)
    log = os.open(calls, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def handle(event: Any) -> None:
        await asyncio.sleep(dice.random() * 0.004)
        event.transaction.add(INSERT, {"id": event.event_id, "resource": event.resource_id})
        os.write(log, f"{event.event_id}\n".encode())
        await asyncio.sleep(dice.random() * 0.004)

    store = EventStore(where, lease=LEASE)
    receiver = Receiver(handle, SECRET, store=store, concurrency=CONCURRENCY)
    async with serve(receiver, port=port):
        await asyncio.Event().wait()


async def send(ports: list[int], events: int, accepted: Tally, seed: int) -> None:
    """Post each event until it is answered 200; those of a number one after the other."""
    dice = random.Random(seed)
    lanes: list[list[int]] = [[] for _ in range(CONNECTIONS)]
    for number in range(events):
        lanes[number % NUMBERS % CONNECTIONS].append(number)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(timeout=timeout) as session:

        async def post(numbers: list[int]) -> None:
            for number in numbers:
                body, headers = event(number)
                while True:
                    url = f"http://127.0.0.1:{dice.choice(ports)}/"
                    try:
                        async with session.post(url, data=body, headers=headers) as reply:
                            if reply.status == 200:
                                break
                    except (aiohttp.ClientError, TimeoutError):
                        pass
                    await asyncio.sleep(0.02)
                accepted.value += 1

        await asyncio.gather(*(post(lane) for lane in lanes))


def fork(work: Callable[[], None]) -> int:
    """Run *work* in a forked child; return its process ID."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    finally:
        os._exit(0)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def settled(where: str) -> Counter[str]:
    """Wait until no event is open; return the number of events in each state."""
    store = EventStore(where)
    ends = time.monotonic() + LIMIT
    waiting = [EventState.READY, EventState.BLOCKED, EventState.RUNNING]
    while await store.events(states=waiting, limit=1):
        assert time.monotonic() < ends, "events are stuck"
        await asyncio.sleep(0.1)
    found = Counter(str(one.state) for one in await store.events(states=list(EventState)))
    await store.close()
    return found


def sweep(where: str, name: str, events: int, kills: int, processes: int, seed: int) -> Result:
    """Kill *kills* receivers while *events* events come in, and count effects."""
    result = Result(f"webhook kills/{name}/{processes}", seed)
    dice = random.Random(seed)
    database = Database(where)
    accepted = Tally()
    with tempfile.TemporaryDirectory() as directory:
        calls = Path(directory) / "calls"
        calls.touch()
        ports = [free_port() for _ in range(processes)]

        def start(place: int) -> int:
            chance = dice.randrange(2**32)
            return fork(lambda: asyncio.run(receive(where, ports[place], calls, chance)))

        running = [start(place) for place in range(processes)]
        sender = fork(lambda: asyncio.run(send(ports, events, accepted, seed)))
        hits = 0
        try:
            for kill in range(kills):
                # The first receiver has to start before one can be killed in the middle.
                wanted = max(1, events * (kill + 1) // (kills + 1))
                while accepted.value < wanted:
                    time.sleep(0.001)
                time.sleep(dice.random() * LONGEST_DELAY)
                place = dice.randrange(processes)
                os.kill(running[place], signal.SIGKILL)
                _, status = os.waitpid(running[place], 0)
                hits += os.WIFSIGNALED(status)
                running[place] = start(place)
            os.waitpid(sender, 0)
            states = asyncio.run(settled(where))
        finally:
            for pid in running:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        called = Counter(calls.read_text().split())
    effects = [
        tuple(row) for row in database.run("SELECT id, resource FROM effects ORDER BY place")
    ]
    _judge(result, events, accepted.value, called, effects, states)
    repeated = called.total() - len(called)
    result.note(kills=hits, repeated_calls=repeated, most=kills * CONCURRENCY)
    result.hold(KILLED, hits == kills)
    result.hold(FEW, repeated <= kills * CONCURRENCY)
    return result.done()


def _judge(
    result: Result,
    events: int,
    accepted: int,
    called: Counter[str],
    effects: list[tuple[str, str]],
    states: Counter[str],
) -> None:
    names = {f"event-{number:06}" for number in range(events)}
    counted = Counter(name for name, _ in effects)
    result.note(
        events=events,
        accepted=accepted,
        lost=len(names - set(counted)),
        effects=counted.total(),
        calls=called.total(),
    )
    result.hold(KEPT, events == accepted and set(counted) == names)
    result.hold(ONCE, set(counted.values()) == {1})
    result.hold(CLEAN, dict(states) == {"handled": events})
    by_number: dict[str, list[str]] = {}
    for name, number in effects:
        by_number.setdefault(number, []).append(name)
    result.hold(ORDERED, all(found == sorted(found) for found in by_number.values()))


@contextmanager
def database(name: str) -> Iterator[str]:
    """Yield the path or URL of an empty database, on a disk that is synced."""
    if name == "postgres":
        with postgres.running(fsync=True) as server:
            yield server.dsn(server.new_database())
        return
    with tempfile.TemporaryDirectory() as directory:
        yield str(Path(directory) / "events.db")


def run(name: str, events: int, kills: int, processes: int, seed: int) -> Result:
    """Run with a store of the kind *name*: ``sqlite`` or ``postgres``."""
    with database(name) as where:
        return sweep(where, name, events, kills, processes, seed)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Receivers that are killed.")
    parser.add_argument("--events", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--processes", type=int, default=1, help="receivers at the same time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="instead of SQLite")
    given = parser.parse_args()
    name = "postgres" if given.postgres else "sqlite"
    result = run(name, given.events, given.kills, given.processes, given.seed)
    return int(bool(result.breaches))


if __name__ == "__main__":
    sys.exit(main())
