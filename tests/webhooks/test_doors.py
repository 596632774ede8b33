"""One suite for all doors: each behaves alike, behind a real server."""

import asyncio
import gzip
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from doors import (
    NUMBER,
    SECRET,
    Handled,
    Sender,
    aiohttp_server,
    bare_asgi_server,
    body_of,
    signed,
)
from malformed import NOT_EVENTS
from products import named

from sinch_numbers.webhooks import AllowList, MemoryStore, Receiver
from sinch_numbers.webhooks._events import LARGEST_BODY

pytestmark = pytest.mark.sandbox

Serve = Callable[[Receiver], Sender]


def receiver(handled: Handled, **options: Any) -> Receiver:
    return Receiver(handled.coroutine, SECRET, **{"initial_delay": 0.001, **options})


@pytest.mark.parametrize("kind", ["coroutine", "plain"])
def test_an_event_is_handled(served: Serve, handled: Handled, kind: str) -> None:
    """A genuine webhook is answered 200, and reaches the handler, whichever kind that is."""
    sender = served(Receiver(getattr(handled, kind), SECRET))
    assert 200 == sender.post(body_of(1, resourceId=NUMBER, note="café ✓"))
    sender.stop()

    (event,) = handled
    assert ("event-1", NUMBER) == (event.event_id, event.resource_id)
    assert datetime(2026, 3, 14, 9, 0, 1, tzinfo=UTC) == event.timestamp


def test_it_answers_before_it_is_handled(served: Serve, handled: Handled) -> None:
    """The sender does not wait for the handler."""
    handled.open.clear()
    sender = served(receiver(handled))
    assert 200 == sender.post(body_of(1))
    assert handled.entered.acquire(timeout=30)
    assert [] == handled
    handled.open.set()
    sender.stop()

    assert ["event-1"] == handled.ids


def test_the_header_may_come_in_any_case(served: Serve, handled: Handled) -> None:
    """Names of headers have no case."""
    sender = served(receiver(handled))
    for n, name in enumerate(("x-sinch-signature", "X-SINCH-SIGNATURE")):
        assert 200 == sender.post(body_of(n), None, **{name: signed(body_of(n))})


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "0" * 40,
        signed(body_of(1)).upper(),
        signed(body_of(1), "x"),
        "é" * 40,
        "x" * 4000,
    ],
    ids=lambda value: repr(value)[:10],
)
def test_what_is_not_genuine_is_refused(
    served: Serve, handled: Handled, signature: str | None
) -> None:
    """401, whatever the signature is; the handler hears nothing."""
    sender = served(receiver(handled))
    assert 401 == sender.post(body_of(1), signature)
    assert 200 == sender.post(body_of(1))
    sender.stop()

    assert ["event-1"] == handled.ids


@pytest.mark.parametrize(
    "body",
    named(
        NOT_EVENTS,
        fast=["nothing", "a list", "no UTF-8", "objects without end"],
    ),
)
def test_what_is_genuine_but_no_event(served: Serve, handled: Handled, body: bytes) -> None:
    """400, so that the service keeps it for a release that can read it."""
    assert 400 == served(receiver(handled)).post(body)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_webhooks_are_posted(served: Serve, handled: Handled, method: str) -> None:
    """Anything else is told so."""
    sender = served(receiver(handled))
    assert 405 == sender.post(body_of(1), method=method)
    assert "POST" == sender.last.headers["Allow"]


def test_a_large_body_is_refused(served: Serve, handled: Handled) -> None:
    """By its length where it is told, else as it comes; one at the limit passes."""
    sender = served(receiver(handled))
    frame = body_of(1, note="")
    largest = body_of(1, note="x" * (LARGEST_BODY - len(frame)))
    assert LARGEST_BODY == len(largest)
    assert 200 == sender.post(largest)
    assert 413 == sender.post(largest + b" ")
    sender.connection.close()
    pieces = [largest[n : n + 65536] for n in range(0, len(largest), 65536)]
    assert 413 == sender.post(iter([*pieces, b" "]), signed(largest + b" "))
    sender.connection.close()
    assert 200 == sender.post(iter([body_of(2)[:50], body_of(2)[50:]]), signed(body_of(2)))


def test_a_compressed_body(
    served: Serve, handled: Handled, request: pytest.FixtureRequest
) -> None:
    """It is verified as it was sent; a server that decompresses it first is noticed."""
    sender = served(receiver(handled))
    packed = gzip.compress(body_of(1))
    decompressed = "aiohttp" in request.node.callspec.id
    assert (415 if decompressed else 200) == sender.post(packed, Content_Encoding="gzip")
    unpacked = sender.post(packed, signed(body_of(1)), Content_Encoding="gzip")
    assert (415 if decompressed else 401) == unpacked
    assert 415 == sender.post(packed, Content_Encoding="compress")
    assert "gzip" == sender.last.headers["Accept-Encoding"]
    sender.connection.close()
    sender.stop()

    assert ([] if decompressed else ["event-1"]) == handled.ids


@pytest.mark.parametrize("door", [aiohttp_server, bare_asgi_server], ids=["aiohttp", "uvicorn"])
def test_a_body_that_does_not_arrive(
    served: Serve, handled: Handled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is closed after a while; WSGI servers have time limits themselves."""
    for door in ("_asgi", "_aiohttp_web"):
        monkeypatch.setattr(f"sinch_numbers.webhooks.{door}.BODY_SECONDS", 0.05)
    sender = served(receiver(handled))
    body = body_of(1)
    connection = sender.connection
    connection.putrequest("POST", "/events")
    connection.putheader("X-Sinch-Signature", signed(body))
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:-1])
    reply = connection.getresponse()
    assert (408, "close") == (reply.status, reply.headers["Connection"])
    reply.read()
    connection.close()
    assert 200 == sender.post(body_of(2))
    sender.stop()

    assert ["event-2"] == handled.ids


@pytest.mark.parametrize("replays", [50, pytest.param(1000, marks=pytest.mark.slow)])
def test_replays_are_one_event(replays: int, served: Serve, handled: Handled) -> None:
    """What came before is answered 200, and not handled again, under other bytes neither."""
    used = receiver(handled)
    sender = served(used)
    again = json.dumps(json.loads(body_of(1)), indent=1).encode()
    assert {200} == {sender.post(body_of(1)) for _ in range(replays)}
    assert 200 == sender.post(again)
    sender.stop()

    assert ["event-1"] == handled.ids
    assert replays == used.counts.duplicates


def test_events_without_a_name_are_told_apart_by_their_text(
    served: Serve, handled: Handled
) -> None:
    """The same bytes are the same event."""
    sender = served(receiver(handled))
    for number in (1, 2, 1, 2):
        assert 200 == sender.post(body_of(number, eventId=None))
    sender.stop()

    assert 2 == len(handled)


def test_too_much_to_do(served: Serve, handled: Handled) -> None:
    """Beyond its capacity it asks to come again; what was turned away is not remembered."""
    handled.open.clear()
    used = receiver(handled, capacity=3)
    sender = served(used)
    assert [200, 200, 200, 503, 503] == [sender.post(body_of(n)) for n in range(5)]
    assert "1" == sender.last.headers["Retry-After"]
    handled.open.set()
    while used.pending:
        handled.entered.acquire(timeout=0.01)
    assert [200, 200, 200] == [sender.post(body_of(n)) for n in (2, 3, 4)]
    sender.stop()

    assert [f"event-{n}" for n in range(5)] == sorted(handled.ids)
    assert (2, 1) == (used.counts.turned_away, used.counts.duplicates)


def test_nothing_accepted_is_lost_when_it_ends(served: Serve, handled: Handled) -> None:
    """The server stops while the handler is held up; all is done before it is gone."""
    handled.open.clear()
    used = receiver(handled)
    sender = served(used)
    assert {200} == {sender.post(body_of(n)) for n in range(50)}
    release = threading.Timer(0.05, handled.open.set)
    release.start()
    sender.stop()
    release.join()

    assert {f"event-{n}" for n in range(50)} == set(handled.ids)
    assert (0, 0, 50) == (used.pending, used.counts.dropped, used.counts.handled)


def test_a_handler_that_fails_is_tried_again(served: Serve, handled: Handled) -> None:
    """It gets the event again, a few times; the sender does not notice."""
    handled.failures = 2
    used = receiver(handled)
    sender = served(used)
    assert 200 == sender.post(body_of(1))
    sender.stop()

    assert ["event-1"] == handled.ids
    assert (1, 0) == (used.counts.handled, used.counts.dropped)


def test_what_fails_every_time_is_given_up(served: Serve, handled: Handled) -> None:
    """It is told, and forgotten: it may come again."""
    handled.failures = 3
    dropped: list[Any] = []
    told = threading.Semaphore(0)

    def drop(event: Any) -> None:
        dropped.append(event.event_id)
        told.release()

    sender = served(receiver(handled, on_dropped=drop))
    assert 200 == sender.post(body_of(1))
    assert told.acquire(timeout=30)
    assert 200 == sender.post(body_of(1))
    sender.stop()

    assert ["event-1"] == dropped
    assert ["event-1"] == handled.ids


def test_old_news(served: Serve, handled: Handled) -> None:
    """An event that was overtaken about the same link is not given to the handler."""
    old: list[Any] = []
    sender = served(receiver(handled, on_stale=old.append))
    about = {"resourceId": NUMBER}
    for number, kind in (
        (2, "PROVISIONING_TO_SMS_PLATFORM"),
        (1, "DEPROVISIONING_FROM_SMS_PLATFORM"),
        (0, "PROVISIONING_TO_VOICE_PLATFORM"),
        (3, "DEPROVISIONING_FROM_SMS_PLATFORM"),
    ):
        assert 200 == sender.post(body_of(number, eventType=kind, **about))
    sender.stop()

    assert ["event-2", "event-0", "event-3"] == handled.ids
    assert ["event-1"] == [event.event_id for event in old]


def test_the_same_end_in_every_order(served: Serve, handled: Handled) -> None:
    """However events about a link arrive, the last one handled is the latest."""
    used = receiver(handled)
    sender = served(used)
    orders = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    for place, order in enumerate(orders):
        for number in order:
            body = body_of(number, eventId=f"{place}-{number}", resourceId=f"+1303555000{place}")
            assert 200 == sender.post(body)
    sender.stop()

    last = {event.resource_id: event.timestamp.second for event in handled}
    assert [2] * 6 == list(last.values())


def test_secrets_can_be_rotated(served: Serve, handled: Handled) -> None:
    """The old one and the new one pass for as long as both are named."""
    sender = served(Receiver(handled.coroutine, [SECRET, "the-next-one-0123456789"]))
    assert 200 == sender.post(body_of(1))
    assert 200 == sender.post(body_of(2), signed(body_of(2), "the-next-one-0123456789"))
    assert 401 == sender.post(body_of(3), signed(body_of(3), "the-one-after-0123456789"))


def test_where_webhooks_may_come_from(served: Serve, handled: Handled) -> None:
    """By default anywhere; with a list, who is at the other end counts, not what it claims."""
    sender = served(receiver(handled, allow=AllowList()))
    assert 403 == sender.post(body_of(1))
    assert 403 == sender.post(body_of(1), X_Forwarded_For="54.76.19.159")


def test_behind_a_proxy(served: Serve, handled: Handled) -> None:
    """Of a trusted proxy's header the last address counts that is not a proxy's."""
    allow = AllowList(trusted_proxies=["127.0.0.0/8", "10.0.0.0/8"])
    sender = served(receiver(handled, allow=allow))
    for claim, status in (
        ("54.76.19.159", 200),
        ("6.6.6.6, 54.76.19.159, 10.0.0.3", 200),
        ("54.76.19.159, 6.6.6.6", 403),
        ("", 403),
        ("nonsense", 403),
    ):
        assert status == sender.post(body_of(1), X_Forwarded_For=claim)


def test_a_store_that_fails(served: Serve, handled: Handled) -> None:
    """The service is asked to come again, and nothing is handled that is not remembered."""

    class Broken(MemoryStore):
        failures = 2

        async def claim(self, event_id: str) -> bool:
            if self.failures:
                self.failures -= 1
                raise OSError("no database")
            return await super().claim(event_id)

    used = receiver(handled, store=Broken())
    sender = served(used)
    assert [503, 503, 200, 200] == [sender.post(body_of(1)) for _ in range(4)]
    sender.stop()

    assert ["event-1"] == handled.ids
    assert 0 == used.pending


def test_stored_events_need_no_webhook(served: Serve, handled: Handled, tmp_path: Path) -> None:
    """What an earlier process has accepted is handled as soon as the server starts."""
    where = tmp_path / "events.db"

    async def accept_only() -> None:
        hanging = receiver(handled, store=where, shutdown_timeout=0.001)
        for number in range(3):
            assert 200 == (await hanging.receive(body_of(number), signed(body_of(number)))).status
        await hanging.close()

    handled.open.clear()
    asyncio.run(accept_only())
    assert [] == handled
    handled.open.set()
    sender = served(receiver(handled, store=where))
    while len(handled) < 3:
        handled.entered.acquire(timeout=0.01)
    assert 200 == sender.post(body_of(3))
    while len(handled) < 4:
        handled.entered.acquire(timeout=0.01)
    sender.stop()

    assert [f"event-{number}" for number in range(4)] == sorted(handled.ids)


@pytest.mark.parametrize("each", [24, pytest.param(100, marks=pytest.mark.slow)])
def test_many_senders_at_once(each: int, served: Serve, handled: Handled) -> None:
    """Events of several connections, duplicates among them, are handled once each."""
    used = receiver(handled)
    url = served(used).url
    statuses: list[int] = []

    def send(first: int) -> None:
        sender = Sender(url)
        statuses.extend(sender.post(body_of(n % (2 * each))) for n in range(first, first + each))
        sender.connection.close()

    threads = [threading.Thread(target=send, args=(each // 2 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while used.pending:
        handled.entered.acquire(timeout=0.01)

    assert [200] * 8 * each == statuses
    assert {f"event-{n}" for n in range(2 * each)} == set(handled.ids)
    assert 2 * each == len(handled)


@pytest.mark.parametrize("events", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_burst_loses_nothing(events: int, served: Serve, handled: Handled) -> None:
    """As much as comes in at once: what is turned away comes again, and all is handled once."""
    used = receiver(handled, capacity=events // 20)
    url = served(used).url
    posted = [(body, {"X-Sinch-Signature": signed(body)}) for body in map(body_of, range(events))]
    left, path = iter(posted), f"{url}/events"

    async def burst() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=16)) as session:

            async def send() -> None:
                for body, headers in left:
                    status = 0
                    while status != 200:
                        async with session.post(path, data=body, headers=headers) as reply:
                            status = reply.status
                        assert status in (200, 503)

            await asyncio.gather(*(send() for _ in range(16)))

    asyncio.run(burst())
    while used.pending:
        handled.entered.acquire(timeout=0.01)

    assert sorted(f"event-{n}" for n in range(events)) == sorted(handled.ids)
