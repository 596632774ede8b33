"""The events of a durable receiver on the command line: listed, retried, dropped."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from sinch_numbers.cli._views.webhook_queue import explained, shown
from sinch_numbers.models import explain
from sinch_numbers.testing import SignedEvents
from sinch_numbers.webhooks import EventState, EventStore, Receiver, StoredEvent

Run = Callable[..., Any]
SECRET = "cli-hmac-secret-0123456789-abcdefgh"
NUMBERS = ("+12025550141", "+12025550142", "+12025550143")


async def fail(event: Any) -> None:
    raise LookupError("no row \x1b[31m")


@pytest.fixture
def dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make a store with dead letters and a waiting event; return the IDs of the dead letters."""
    where = tmp_path / "events.db"
    monkeypatch.setenv("SINCH_STORE", str(where))
    made = SignedEvents(SECRET)

    async def run() -> list[str]:
        store = EventStore(where)
        async with Receiver(fail, SECRET, store=store, attempts=1) as receiver:
            for number in NUMBERS:
                one = made.number(number)
                assert 200 == (await receiver.receive(one.body, one.signature)).status
            while len(found := await store.events(states=["dead"])) < len(NUMBERS):
                await asyncio.sleep(0.005)
        await store.close()
        return [one.event_id for one in found]

    return asyncio.run(run())


def states(cli: Run, *options: str) -> dict[str, str]:
    lines = cli("--jsonl", "webhooks", "queue", *options).out.splitlines()
    return {one["eventId"]: one["state"] for one in map(json.loads, lines)}


def test_events_are_listed_with_their_errors(cli: Run, dead: list[str]) -> None:
    """As a table without control characters, or as JSON; no credentials are needed."""
    table = cli("webhooks", "queue")
    assert (0, "") == (table.code, table.err)
    assert all(number in table.out for number in NUMBERS)
    assert r"LookupError: no row \x1b[31m" in table.out
    listed = [json.loads(line) for line in cli("--jsonl", "webhooks", "queue").out.splitlines()]
    assert dead == [one["eventId"] for one in listed]
    assert {("dead", 1, "LookupError")} == {
        (one["state"], one["attempts"], one["errorType"]) for one in listed
    }
    assert NUMBERS[0] == json.loads(listed[0]["body"])["resourceId"]
    assert dead[:2] == list(states(cli, "--state", "dead", "--limit", "2"))
    assert {} == states(cli, "--state", "ready", "--state", "blocked")
    assert 2 == cli("webhooks", "queue", "--state", "lost").code


def test_dead_letters_are_retried(cli: Run, dead: list[str]) -> None:
    """By their IDs, or all of them; an ID that cannot be retried is an error."""
    one = cli("--jsonl", "webhooks", "retry", dead[0], "unknown")
    assert 6 == one.code
    assert [(dead[0], "ready", 0)] == [
        (found["eventId"], found["state"], found["attempts"])
        for found in map(json.loads, one.out.splitlines())
    ]
    assert "event unknown is unknown" in one.err
    assert 0 == cli("webhooks", "retry", "--all").code
    assert dict.fromkeys(dead, "ready") == states(cli)
    assert (0, "No results.\n") == (
        (again := cli("webhooks", "retry", "--all")).code,
        again.out,
    )


def test_events_are_dropped_after_a_confirmation(cli: Run, dead: list[str]) -> None:
    """Without an answer or --yes, nothing is dropped."""
    assert 2 == cli("webhooks", "drop", dead[0]).code
    assert 1 == cli("webhooks", "drop", dead[0], typed="n\n").code
    assert dict.fromkeys(dead, "dead") == states(cli)

    assert 0 == cli("webhooks", "drop", dead[0], typed="y\n").code
    dropped = cli("--jsonl", "webhooks", "drop", "--all", "--yes")
    assert dead[1:] == [json.loads(line)["eventId"] for line in dropped.out.splitlines()]
    assert {} == states(cli)
    assert dict.fromkeys(dead, "dropped") == states(cli, "--state", "dropped")
    assert 6 == cli("webhooks", "drop", dead[0], "--yes").code


@pytest.mark.parametrize("command", [("retry",), ("drop", "--yes")])
def test_events_are_named_or_all(cli: Run, dead: list[str], command: tuple[str, ...]) -> None:
    """Neither or both is a usage error, and changes nothing."""
    for more in ((), (dead[0], "--all")):
        assert 2 == cli("webhooks", *command, *more).code
    assert dict.fromkeys(dead, "dead") == states(cli)


def test_a_store_that_is_missing_is_not_created(cli: Run, tmp_path: Path) -> None:
    """A mistyped path is an error that names it, as is --no-store."""
    missing = tmp_path / "missing.db"
    ended = cli("--store", str(missing), "webhooks", "queue")

    assert 2 == ended.code
    assert str(missing) in ended.err
    assert not missing.exists()
    assert 2 == cli("--no-store", "webhooks", "queue").code


def test_the_codes_of_an_event_are_explained() -> None:
    """JSON has the advice for the codes of a stored event; a handled one has no body."""
    posted = SignedEvents(SECRET).number(NUMBERS[0], failure_code="CAMPAIGN_EXPIRED")
    now = datetime(2026, 3, 14, tzinfo=UTC)
    stored = StoredEvent(
        event_id="id", state=EventState.DEAD, resource_id=NUMBERS[0], received_at=now,
        due_at=now, finished_at=now, attempts=1, interruptions=0, body=posted.body.decode(),
    )  # fmt: skip

    (why,) = explained(shown(stored))["explanations"]
    assert explain("CAMPAIGN_EXPIRED").advice == why["advice"]
    assert "explanations" not in explained(shown(attrs.evolve(stored, body="")))
