"""The receiver without a server: validation, deduplication, retries, and masking."""

import asyncio
import gzip
import logging
import os
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from doors import NUMBER, SECRET, Handled, body_of, signed

from sinch_numbers import InvalidArgumentError, NumberEvent, NumbersClient, Secret
from sinch_numbers.models import ActiveNumber, Event
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.webhooks import (
    AllowList,
    AsgiApp,
    Counts,
    MemoryStore,
    Receiver,
    RequestCheck,
    WsgiApp,
    refetching,
)
from sinch_numbers.webhooks._core import Verified, content_length, topic
from sinch_numbers.webhooks._events import SOURCE_ADDRESSES

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 14, 9, 10, tzinfo=UTC)


async def ignore(event: Event) -> None:
    pass


async def post(receiver: Receiver, body: bytes) -> int:
    return (await receiver.receive(body, signed(body))).status


@pytest.mark.parametrize("added", ["\n", "\r\n", " ", '"'])
async def test_a_secret_that_copying_has_changed_makes_no_receiver(added: str) -> None:
    """It would reject every event: the error says what is too much, and doesn't quote it."""
    for secrets in (f"{SECRET}{added}", [SECRET, Secret(f"{SECRET}{added}")]):
        with pytest.raises(InvalidArgumentError, match=r"^secrets: .* at its end$") as caught:
            Receiver(ignore, secrets)
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("secrets", ["", Secret(""), [], [SECRET, ""], None, [None], [b"x"]])
async def test_there_is_no_receiver_without_a_secret(secrets: Any) -> None:
    """One that is empty would let everybody in; it is refused at once, and not quoted."""
    with pytest.raises(InvalidArgumentError, match="secrets") as caught:
        Receiver(ignore, secrets)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "option",
    [
        {"capacity": 0},
        {"concurrency": 0},
        {"attempts": 0},
        {"initial_delay": 0},
        {"shutdown_timeout": -1},
        {"max_age": float("nan")},
        {"max_skew": float("inf")},
        {"handler_timeout": 0},
        {"store_timeout": None},
        {"store": object()},
    ],
)
async def test_numbers_that_make_no_sense(option: dict[str, Any]) -> None:
    """They are refused by name."""
    with pytest.raises(InvalidArgumentError, match=next(iter(option))):
        Receiver(ignore, SECRET, **option)


async def test_the_secret_shows_itself_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """Neither in a repr, nor in the log of what fails, nor in a traceback with its locals."""

    async def fail(event: Event) -> None:
        raise RuntimeError("fails")

    caplog.set_level(logging.DEBUG)
    async with Receiver(fail, SECRET, attempts=2, initial_delay=0.001) as receiver:
        assert 200 == await post(receiver, body_of(1, resourceId=NUMBER))
        assert 401 == (await receiver.receive(body_of(1), "0" * 40)).status
    shown = repr(receiver) + repr(vars(receiver)) + repr(vars(receiver.gate)) + caplog.text
    try:
        RequestCheck([SECRET, ""])
    except InvalidArgumentError as error:
        shown += "".join(
            traceback.TracebackException.from_exception(error, capture_locals=False).format()
        )

    assert SECRET not in shown
    assert "event dropped, the handler failed 2 times" in caplog.text
    assert NUMBER not in "".join(record.getMessage() for record in caplog.records)


async def test_what_is_not_done_in_time_is_given_up(handled: Handled) -> None:
    """A handler that hangs does not keep the receiver from closing; what is lost is told."""
    dropped: list[Event] = []
    handled.open.clear()
    store = MemoryStore()
    receiver = Receiver(
        handled.coroutine,
        SECRET,
        shutdown_timeout=0.05,
        concurrency=1,
        on_dropped=dropped.append,
        store=store,
    )
    assert [200] * 3 == [await post(receiver, body_of(n)) for n in range(3)]
    lost = await receiver.close()

    assert ["event-0", "event-1", "event-2"] == [event.event_id for event in lost]
    assert list(lost) == dropped
    assert (0, 3) == (receiver.pending, receiver.counts.dropped)
    assert 503 == await post(receiver, body_of(4))
    assert () == await receiver.close()
    handled.open.set()
    async with Receiver(handled.coroutine, SECRET, store=store) as restarted:
        assert [200] * 3 == [await post(restarted, body_of(n)) for n in range(3)]
    assert 3 == len(handled)


async def test_a_sender_that_hangs_up_loses_nothing(handled: Handled) -> None:
    """An event that is remembered gets handled, whoever waits for the answer."""

    class Slow(MemoryStore):
        reached = asyncio.Event()
        go_on = asyncio.Event()

        async def claim(self, event_id: str) -> bool:
            fresh = await super().claim(event_id)
            self.reached.set()
            await self.go_on.wait()
            return fresh

    store = Slow()
    async with Receiver(handled.coroutine, SECRET, store=store) as receiver:
        sending = asyncio.create_task(post(receiver, body_of(1)))
        await store.reached.wait()
        sending.cancel()
        await asyncio.wait([sending])
        store.go_on.set()
    assert sending.cancelled()
    assert ["event-1"] == handled.ids


async def test_an_event_that_comes_while_another_is_given_up() -> None:
    """Events of one lane stay one after the other, and each is handled once."""
    seen: list[str | None] = []
    receiver: Receiver

    async def fail_first(event: Event) -> None:
        seen.append(event.event_id)
        if event.event_id == "event-0":
            raise RuntimeError("fails")

    async def drop(event: Event) -> None:
        assert 200 == await post(receiver, body_of(1))
        await asyncio.sleep(0)

    async with Receiver(
        fail_first, SECRET, concurrency=1, attempts=1, on_dropped=drop
    ) as receiver:
        assert 200 == await post(receiver, body_of(0))
        while receiver.pending:
            await asyncio.sleep(0)

    assert ["event-0", "event-1"] == seen


async def test_a_loop_that_ends_under_it_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever does not close the receiver finds in the log how many events were lost."""

    async def hang(event: Event) -> None:
        await asyncio.Event().wait()

    def forget_to_close() -> None:
        async def main() -> None:
            receiver = Receiver(hang, SECRET, concurrency=1)
            for n in range(3):
                await post(receiver, body_of(n))
            await asyncio.sleep(0)

        asyncio.run(main())

    await asyncio.to_thread(forget_to_close)

    assert "events lost: 3, the receiver was not closed" in caplog.text


@pytest.mark.parametrize(("age", "status"), [(59, 200), (61, 400)])
async def test_an_event_may_be_too_old(age: int, status: int) -> None:
    """Where a limit is set, an event beyond it is refused; so is one without a time."""
    gate = RequestCheck(SECRET, max_age=60, now=lambda: NOW)
    moment = (NOW - timedelta(seconds=age)).isoformat()
    for body, expected in (
        (body_of(1, timestamp=moment), status),
        (body_of(1, timestamp=None), 400),
    ):
        outcome = gate.check(body, signed(body))
        assert expected == (200 if isinstance(outcome, Verified) else outcome.status)


async def test_the_memory_has_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest are forgotten: too many, or too long ago."""
    now = [1000.0]
    monkeypatch.setattr("sinch_numbers.webhooks._store.time.monotonic", lambda: now[0])
    store = MemoryStore(limit=2, lifetime=10)
    assert [True, True, False, True, True] == [
        await store.claim(name) for name in ("a", "b", "a", "c", "a")
    ]
    now[0] += 11
    assert await store.claim("c")
    await store.forget("c")
    await store.forget("never seen")
    assert await store.claim("c")
    for hour in (3, 1, 2):
        await store.advance("t", NOW + timedelta(hours=hour))
    assert NOW + timedelta(hours=3) == await store.newest("t")
    for other in ("u", "v"):
        await store.advance(other, NOW)
    assert await store.newest("t") is None


async def test_what_supersedes_what() -> None:
    """News of the same link of the same thing, made or cut; and nothing without a time."""

    def about(**members: Any) -> str | None:
        given = {"resource_id": NUMBER, "timestamp": NOW, **members}
        return topic(NumberEvent(**given))

    made, cut = (
        about(event_type=f"{direction}_SMS_PLATFORM")
        for direction in ("PROVISIONING_TO", "DEPROVISIONING_FROM")
    )
    assert made == cut
    assert made != about(event_type="PROVISIONING_TO_VOICE_PLATFORM")
    assert made != about(event_type="PROVISIONING_TO_SMS_PLATFORM", resource_id="+12025550148")
    assert about(timestamp=None) is None
    assert about(resource_id=None) is None


def test_addresses() -> None:
    """Addresses of both kinds and networks; a claim counts only from who is trusted."""
    service = SOURCE_ADDRESSES[0]
    plain = AllowList()
    assert all(plain.allows(address) for address in SOURCE_ADDRESSES)
    assert plain.allows(f"::ffff:{service}")
    assert not plain.allows("10.0.0.1", service)
    for nobody in (None, "", "nonsense", "127.0.0.1", "::1"):
        assert not plain.allows(nobody)
    behind = AllowList(trusted_proxies=["10.0.0.0/8", "fd00::/8"])
    assert behind.allows("10.0.0.1", service)
    assert behind.allows("fd00::1", f"6.6.6.6, {service}")
    assert behind.allows("10.0.0.1", f"{service}, 10.0.0.2")
    assert behind.allows(service)
    assert not behind.allows("10.0.0.1", f"{service}, 6.6.6.6")
    assert not behind.allows("10.0.0.1")
    assert not behind.allows("10.0.0.1", f"{service}, nonsense")
    assert AllowList(["192.0.2.0/24", "2001:db8::/32"]).allows("2001:db8::5")
    for wrong in (["nonsense"], ["10.0.0.1/8"], "10.0.0.1", [5.0]):
        with pytest.raises(InvalidArgumentError):
            AllowList(wrong)  # type: ignore[arg-type]  # that is what is tested


@pytest.mark.parametrize(
    ("header", "length"), [("", None), ("12", 12), ("-1", None), ("²", None), ("9" * 5000, 10**19)]
)
def test_lengths(header: str, length: int | None) -> None:
    """What is told of the length may be nonsense, and is no error."""
    assert (length if length != 10**19 else int("9" * 19)) == content_length(header)


@pytest.mark.sandbox
async def test_the_latest_state_is_read(sandbox: Sandbox, client: NumbersClient) -> None:
    """Whatever an event tells, the number as it is now goes along with it."""
    sandbox.project().add_active(phone_number=NUMBER, display_name="now")
    seen: list[tuple[str | None, ActiveNumber | None]] = []

    async def handle(event: Event, number: ActiveNumber | None) -> None:
        seen.append((event.resource_id, number))

    latest = refetching(client, handle)
    async with Receiver(latest, SECRET) as receiver:
        order = {"resourceType": "NUMBER_ORDER", "resourceId": "o", "eventType": "X"}
        for body in (
            body_of(1, resourceId=NUMBER),
            body_of(2, resourceId="+12025550999"),
            body_of(3, **order),
        ):
            assert 200 == await post(receiver, body)

    found = dict(seen)
    assert {NUMBER, "+12025550999", "o"} == set(found)
    assert "now" == getattr(found[NUMBER], "display_name", None)
    assert [None, None] == [found["+12025550999"], found["o"]]


async def test_asgi_beside_http() -> None:
    """A websocket is closed, a sender that hangs up is no event, unknown kinds are let be."""
    app = AsgiApp(Receiver(ignore, SECRET))
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    def receiving(*messages: Any) -> Any:
        left: Iterator[Any] = iter(messages)

        async def receive() -> Any:
            return next(left)

        return receive

    await app({"type": "websocket"}, receiving({"type": "websocket.connect"}), send)
    await app({"type": "newer"}, receiving(), send)
    cut = receiving(
        {"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}
    )
    await app({"type": "http", "method": "POST", "headers": [], "client": None}, cut, send)

    assert ["websocket.close", "http.response.start", "http.response.body"] == [
        message["type"] for message in sent
    ]
    assert 400 == sent[1]["status"]


def test_wsgi_without_a_length(handled: Handled) -> None:
    """A body that did not come whole is refused; one without a length or an end is not read."""
    import io

    app = WsgiApp(Receiver(handled.plain, SECRET))
    body = body_of(1)

    def call(**environ: Any) -> str:
        told: list[str] = []
        given = {
            "REQUEST_METHOD": "POST",
            "HTTP_X_SINCH_SIGNATURE": signed(body),
            "wsgi.input": io.BytesIO(body),
            **environ,
        }
        list(app(given, lambda status, headers: told.append(status)))
        return told[0]

    assert "400 Bad Request" == call(CONTENT_LENGTH=str(len(body) + 1))
    assert "401 Unauthorized" == call()
    assert "401 Unauthorized" == call(CONTENT_LENGTH="nonsense")
    assert "200 OK" == call(**{"wsgi.input_terminated": True})
    app.close()
    assert ["event-1"] == handled.ids


async def test_an_awaitable_that_a_plain_handler_returns_is_awaited() -> None:
    """A handler that is not a coroutine function may return one, as a lambda does."""
    handled: list[str | None] = []

    async def later(event: Event) -> None:
        await asyncio.sleep(0)
        handled.append(event.event_id)

    async with Receiver(lambda event: later(event), SECRET) as receiver:
        assert 200 == await post(receiver, body_of(1))

    assert ["event-1"] == handled
    assert 0 == receiver.counts.dropped


def test_counts_start_at_zero() -> None:
    """Nothing was counted yet."""
    assert {0} == set(attrs.astuple(Counts()))


async def test_a_store_that_raises_a_cancellation_blocks_nothing() -> None:
    """The webhook is answered 503, or the attempt has failed; neither keeps a place occupied."""
    left = {"claim", "newest", "advance"}

    class Cancelled(MemoryStore):
        def cancel(self, method: str) -> None:
            if method in left:
                left.remove(method)
                raise asyncio.CancelledError

        async def claim(self, event_id: str) -> bool:
            self.cancel("claim")
            return await super().claim(event_id)

        async def newest(self, topic: str) -> datetime | None:
            self.cancel("newest")
            return await super().newest(topic)

        async def advance(self, topic: str, timestamp: datetime) -> None:
            self.cancel("advance")
            await super().advance(topic, timestamp)

    handled: list[str | None] = []

    async def handle(event: Event) -> None:
        handled.append(event.event_id)

    async with Receiver(handle, SECRET, store=Cancelled(), initial_delay=0.001) as receiver:
        assert [503, 200] == [await post(receiver, body_of(1)) for _ in range(2)]

    assert ["event-1", "event-1"] == handled
    assert (0, 1, 0) == (receiver.pending, receiver.counts.handled, receiver.counts.dropped)


@pytest.mark.parametrize("kind", ["coroutine", "plain"])
@pytest.mark.parametrize("error", [asyncio.CancelledError, SystemExit, GeneratorExit, ValueError])
async def test_whatever_a_handler_raises_blocks_nothing(
    error: type[BaseException], kind: str
) -> None:
    """It is a failed attempt; later events of this number, and of all others, are handled."""
    seen: list[str | None] = []

    def plain(event: Event) -> None:
        seen.append(event.event_id)
        if event.event_id == "event-0":
            raise error

    async def coroutine(event: Event) -> None:
        plain(event)

    handler = coroutine if kind == "coroutine" else plain
    async with Receiver(
        handler, SECRET, attempts=2, initial_delay=0.001, concurrency=1
    ) as receiver:
        for number in range(20):
            assert 200 == await post(receiver, body_of(number))
        assert 200 == await post(receiver, body_of(20, resourceId="+12025550000"))

    assert ["event-0", "event-0"] == [one for one in seen if one == "event-0"]
    assert {f"event-{number}" for number in range(21)} == set(seen)
    assert (20, 1) == (receiver.counts.handled, receiver.counts.dropped)


@pytest.mark.parametrize("stubborn", [False, True])
async def test_a_handler_that_hangs_has_a_time_limit(
    stubborn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its attempt has failed, even if it ignores the cancellation; other events are handled."""
    monkeypatch.setattr("sinch_numbers.webhooks._handlers._CANCELLING_SECONDS", 0.01)
    seen: list[str | None] = []
    ends = asyncio.Event()

    async def handle(event: Event) -> None:
        seen.append(event.event_id)
        while event.event_id == "event-0" and not ends.is_set():
            try:
                await ends.wait()
            except asyncio.CancelledError:
                if not stubborn:
                    raise

    async with Receiver(
        handle, SECRET, attempts=1, concurrency=1, handler_timeout=0.05
    ) as receiver:
        for number in range(3):
            assert 200 == await post(receiver, body_of(number))
    ends.set()

    assert ["event-0", "event-1", "event-2"] == seen
    assert (2, 1) == (receiver.counts.handled, receiver.counts.dropped)


async def test_a_thread_that_hangs_is_left_behind() -> None:
    """A plain function cannot be interrupted: its attempt fails, and other events are handled."""
    ends = threading.Event()
    seen: list[str | None] = []

    def handle(event: Event) -> None:
        seen.append(event.event_id)
        if event.event_id == "event-0":
            ends.wait(30)

    async with Receiver(
        handle, SECRET, attempts=1, concurrency=1, handler_timeout=0.05
    ) as receiver:
        for number in range(2):
            assert 200 == await post(receiver, body_of(number))
    ends.set()

    assert ["event-0", "event-1"] == seen


async def test_a_store_that_hangs_has_a_time_limit() -> None:
    """Webhooks are answered 503, and their places are free again."""

    class Hanging(MemoryStore):
        hangs = True
        forgotten = 0

        async def claim(self, event_id: str) -> bool:
            if self.hangs:
                await asyncio.sleep(3600)
            return await super().claim(event_id)

        async def forget(self, event_id: str) -> None:
            self.forgotten += 1

    store = Hanging()
    async with Receiver(ignore, SECRET, store=store, capacity=2, store_timeout=0.05) as receiver:
        answers = await asyncio.gather(*(post(receiver, body_of(n)) for n in range(5)))
        assert [503] * 5 == answers
        while receiver.pending:
            await asyncio.sleep(0.01)
        store.hangs = False
        assert 200 == await post(receiver, body_of(1))

    # Whether an event was claimed is unknown: it must be accepted when it comes again.
    assert 2 == store.forgotten


async def test_an_event_from_the_future_is_refused() -> None:
    """Else all later events about the number would be older, and dropped."""
    gate = RequestCheck(SECRET, now=lambda: NOW)
    statuses = {}
    for seconds in (-86_400, 299, 301, 10**10):
        body = body_of(1, timestamp=(NOW + timedelta(seconds=seconds)).isoformat())
        outcome = gate.check(body, signed(body))
        statuses[seconds] = 200 if isinstance(outcome, Verified) else outcome.status
    wide = RequestCheck(SECRET, now=lambda: NOW, max_skew=10**9 - 1)
    body = body_of(1, timestamp=(NOW + timedelta(days=1000)).isoformat())

    assert {-86_400: 200, 299: 200, 301: 400, 10**10: 400} == statuses
    assert isinstance(wide.check(body, signed(body)), Verified)


async def test_a_compressed_body_is_verified_as_it_was_sent() -> None:
    """The signature is that of the compressed bytes; then they are read, up to the limit."""
    gate = RequestCheck(SECRET)
    plain = body_of(1)
    packed, bomb = gzip.compress(plain), gzip.compress(b"0" * (64 * 2**20))

    def status(body: bytes, coding: str | None, signature: str | None = None) -> Any:
        outcome = gate.check(body, signature or signed(body), coding)
        return outcome.event.event_id if isinstance(outcome, Verified) else outcome.status

    assert "event-1" == status(packed, "gzip")
    assert "event-1" == status(packed, " X-GZIP , identity")
    assert "event-1" == status(plain, "identity")
    assert "event-1" == status(packed, None)  # a proxy has removed the header
    assert 401 == status(packed, "gzip", signed(plain))
    # Something has decompressed it.
    assert 415 == status(plain, "gzip")
    assert 415 == status(plain, "gzip", signed(packed))
    for other in ("br", "deflate", "zstd", "gzip, gzip", "gzip,br"):
        assert 415 == status(packed, other)
        assert 415 == gate.refusal(content_encoding=other).status
    assert 413 == status(bomb, "gzip")
    for damaged in (packed[:-1], packed + b"x", packed[:20], packed[:2], gzip.compress(b"")):
        assert 400 == status(damaged, "gzip")


async def test_a_body_that_is_not_bytes_is_an_error() -> None:
    """A mistake of the caller is not answered like a wrong signature."""
    async with Receiver(ignore, SECRET) as receiver:
        for body in (body_of(1).decode(), {}):
            with pytest.raises(InvalidArgumentError, match="the raw body as bytes"):
                await receiver.receive(body, signed(body_of(1)))  # type: ignore[arg-type]  # tested


def test_a_receiver_works_in_one_event_loop_after_the_other() -> None:
    """An event that a loop left behind is handled in the next one."""
    seen: list[str | None] = []
    hangs = [True]

    async def handle(event: Event) -> None:
        seen.append(event.event_id)
        if hangs[0]:
            await asyncio.Event().wait()

    receiver = Receiver(handle, SECRET, concurrency=1)

    async def accept() -> None:
        assert 200 == await post(receiver, body_of(1))
        while not seen:
            await asyncio.sleep(0.001)

    async def handle_all() -> None:
        assert 200 == await post(receiver, body_of(2))
        await receiver.close()

    asyncio.run(accept())
    hangs[0] = False
    asyncio.run(handle_all())

    assert ["event-1", "event-1", "event-2"] == seen


@pytest.mark.slow
def test_a_forked_child_leaves_the_events_of_its_parent() -> None:
    """They wait in the memory of both, and are handled by the parent only."""
    seen: list[str | None] = []
    hangs = [True]

    async def handle(event: Event) -> None:
        seen.append(event.event_id)
        if hangs[0]:
            await asyncio.Event().wait()

    receiver = Receiver(handle, SECRET, concurrency=1)

    async def accept(number: int) -> None:
        assert 200 == await post(receiver, body_of(number))
        while not seen:
            await asyncio.sleep(0.001)

    async def handle_all(number: int) -> None:
        await accept(number)
        await receiver.close()

    asyncio.run(accept(1))
    hangs[0] = False
    seen.clear()
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            asyncio.run(handle_all(2))
            os.write(write, repr(seen).encode())
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    asyncio.run(handle_all(3))

    assert "['event-2']" == os.read(read, 1000).decode()
    assert ["event-1", "event-3"] == seen
    os.close(read)
    os.close(write)
