"""A callback learns why a call is slow when the wait begins, and cannot disturb the call."""

import asyncio
import logging
from functools import partial
from typing import Any

import anyio
import pytest
from products import every

from sinch_numbers import (
    AlreadyOwnedError,
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APITimeoutError,
    AuthenticationError,
    Backoff,
    ClaimWait,
    InternalServerError,
    InvalidArgumentError,
    NumbersClient,
    OpenFilesWait,
    OutcomeCheck,
    OwnershipCheck,
    ProgressEvent,
    ProxyError,
    RateLimitDelay,
    RateLimitError,
    RetryDelay,
    SinchNumbersError,
    StateWait,
    SyncNumbersClient,
    TooManyOpenFilesError,
)
from sinch_numbers._core.progress import ProgressReporter, duration
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.anyio

NUMBER = "+12025550134"


@pytest.fixture
def events() -> list[ProgressEvent]:
    return []


@pytest.fixture
async def client(client: NumbersClient, events: list[ProgressEvent]) -> NumbersClient:
    return client.with_options(on_progress=events.append)


@pytest.fixture
async def ours(client: NumbersClient) -> str:
    """Return a number of the project; the client then has a token."""
    return (await client.active_numbers.list(limit=1).page()).items[0].phone_number


@pytest.fixture
async def offered(client: NumbersClient) -> str:
    """Return a number that can be rented."""
    (found,) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
    return found.phone_number


def retry(error: SinchNumbersError) -> RetryDelay:
    return RetryDelay(
        seconds=20.3, attempt=2, max_attempts=4, error=error, method="GET", path="/x"
    )


@every(("event", "text"), [
    (retry(RateLimitError("", status=429)), "rate limited, retrying in 20 s (2 of 4)"),
    (retry(APIConnectionError("no")), "host unreachable, retrying in 20 s (2 of 4)"),
    (retry(APITimeoutError("no")), "response timed out, retrying in 20 s (2 of 4)"),
    (retry(APIReplyLostError("no")), "response lost, retrying in 20 s (2 of 4)"),
    (retry(APIResponseError("no")), "response not readable, retrying in 20 s (2 of 4)"),
    (retry(InternalServerError("secret", status=503)),
     "service failed with status 503, retrying in 20 s (2 of 4)"),
    (retry(AuthenticationError("", status=401)),
     "access token not accepted yet, retrying in 20 s (2 of 4)"),
    (retry(SinchNumbersError("no")), "SinchNumbersError, retrying in 20 s (2 of 4)"),
    (RateLimitDelay(seconds=1.26, method="GET", path="/x"), "rate limited, waiting 1.3 s"),
    (OutcomeCheck(operation="rentNumber", at_most=30.0),
     "verifying a lost response, up to 30 s"),
    (ClaimWait(subject=NUMBER, op_id="a", at_most=90.0),
     "waiting for another operation to end, up to 90 s"),
    (ClaimWait(subject=NUMBER, op_id="a", at_most=None), "waiting for another operation to end"),
    (OwnershipCheck(subject=NUMBER, op_id="a", at_most=120.0),
     "checking whether the project still has the number, up to 120 s"),
    (OpenFilesWait(at_most=20.0), "too many open files, waiting up to 20 s"),
    (StateWait(subject=NUMBER, awaited="provisioning", state="SMS pending", elapsed=2,
               at_most=600.0), "waiting for provisioning: SMS pending, up to 600 s"),
    (StateWait(awaited="number order", state=None, elapsed=2, at_most=None),
     "waiting for number order"),
    (retry(ProxyError("no")), "proxy unreachable, retrying in 20 s (2 of 4)"),
    (RetryDelay(seconds=1, attempt=2, max_attempts=8, error=RateLimitError("", status=429),
                method="POST", path="/oauth2/token"),
     "access token: rate limited, retrying in 1 s (2 of 8)"),
])  # fmt: skip
def test_an_event_has_a_text(event: ProgressEvent, text: str) -> None:
    """One line in plain words, with the seconds, and without number or message."""
    assert text == event.text


@every(("seconds", "text"), [
    (0.0, "0 s"), (0.0123, "0.012 s"), (1.26, "1.3 s"), (9.4, "9.4 s"), (10.0, "10 s"),
    (10.6, "11 s"), (600, "600 s"),
])  # fmt: skip
def test_a_duration_is_short(seconds: float, text: str) -> None:
    """Two digits below ten seconds, whole seconds from there."""
    assert text == duration(seconds)


@pytest.mark.sandbox
async def test_a_retry_is_reported(
    client: NumbersClient, sandbox: Sandbox, ours: str, events: list[ProgressEvent]
) -> None:
    """Each delay, with its cause, its length, and the number of the attempt that follows."""
    sandbox.faults.add("503", method="GET", times=2)

    await client.active_numbers.get(ours)

    assert [(2, 4), (3, 4)] == [(e.attempt, e.max_attempts) for e in events]  # type: ignore[attr-defined]  # an error here fails the test
    assert {RetryDelay} == {type(event) for event in events}
    assert {ours} == {event.subject for event in events}
    assert all(0 <= e.seconds <= 0.01 for e in events)  # type: ignore[attr-defined]  # as above
    assert all(isinstance(e.error, InternalServerError) for e in events)  # type: ignore[attr-defined]  # as above
    assert all(e.path.endswith(f"/activeNumbers/{ours}") for e in events)  # type: ignore[attr-defined]  # as above


@pytest.mark.sandbox
async def test_calls_that_a_429_holds_back_are_reported(
    client: NumbersClient, sandbox: Sandbox, ours: str, events: list[ProgressEvent]
) -> None:
    """The call that got the 429 reports its retry, another one that it waits."""
    sandbox.faults.add("429", retry_after="0.1", times=1)
    limited = asyncio.create_task(client.active_numbers.get(ours))
    while not events:
        await asyncio.sleep(0.001)

    await client.available_regions.list()
    await limited

    assert isinstance(events[0], RetryDelay)
    assert "rate limited" in events[0].text
    held = [event for event in events if isinstance(event, RateLimitDelay)]
    assert held
    assert all(0 < event.seconds <= 0.4 for event in held)
    assert held[0].path.endswith("/availableRegions")


@pytest.mark.sandbox
async def test_the_verification_of_a_lost_response_is_reported(
    client: NumbersClient, sandbox: Sandbox, offered: str, events: list[ProgressEvent]
) -> None:
    """With the number, and the longest time that the reads may take."""
    sandbox.faults.add("drop", method="POST", path=":rent")

    await client.available_numbers.rent(offered)

    (event,) = events
    assert isinstance(event, OutcomeCheck)
    assert ("rentNumber", offered) == (event.operation, event.subject)
    assert 0.1 <= event.at_most <= 0.4


@pytest.mark.sandbox
async def test_a_wait_for_another_call_is_reported_once(
    client: NumbersClient, sandbox: Sandbox, ours: str, events: list[ProgressEvent]
) -> None:
    """With the operation ID of the call that claims the number, and the deadline."""
    sandbox.faults.add("slow", seconds=0.2, path=":release")

    await asyncio.gather(*[client.active_numbers.release(ours) for _ in range(2)])

    (event,) = events
    assert isinstance(event, ClaimWait)
    assert ours == event.subject
    assert event.op_id in {entry.id for entry in await client.operations(open_only=False)}
    assert event.at_most is not None
    assert 0 < event.at_most <= 90


@pytest.mark.sandbox
async def test_a_check_of_an_owned_number_is_reported(
    client: NumbersClient, sandbox: Sandbox, offered: str, events: list[ProgressEvent]
) -> None:
    """The journal has the number for rented, but the project may have lost it."""
    await client.available_numbers.rent(offered)
    (entry,) = await client.operations(open_only=False)

    with pytest.raises(AlreadyOwnedError):
        await client.available_numbers.rent(offered)

    (event,) = events
    assert isinstance(event, OwnershipCheck)
    assert (offered, entry.id) == (event.subject, event.op_id)


@pytest.mark.sandbox
async def test_recovery_reports_its_reads(
    client: NumbersClient, sandbox: Sandbox, ours: str, events: list[ProgressEvent]
) -> None:
    """As the call itself does."""
    sandbox.faults.add("drop", method="POST", path=":release")
    sandbox.faults.add("503", method="GET", times=1000)
    with pytest.raises(SinchNumbersError):
        await client.with_options(retries=0).active_numbers.release(ours)
    sandbox.faults.clear()
    events.clear()

    (found,) = await client.recover()

    assert "applied" == found.entry.state
    assert [("releaseActiveNumber", ours)] == [(e.operation, e.subject) for e in events]  # type: ignore[attr-defined]  # an error here fails the test


@pytest.mark.sandbox
async def test_a_token_that_is_late_is_reported(sandbox: Sandbox) -> None:
    """Retries of the token service are those of the client that was created with the callback."""
    events: list[ProgressEvent] = []
    sandbox.faults.add("503", path="/oauth2/token", times=2)
    async with client_at(sandbox, on_progress=events.append) as client:
        await client.available_regions.list()

    assert [("POST", "/oauth2/token", 2, 8), ("POST", "/oauth2/token", 3, 8)] == [
        (e.method, e.path, e.attempt, e.max_attempts) for e in events if isinstance(e, RetryDelay)
    ]


@pytest.mark.sandbox
async def test_a_token_that_is_not_accepted_yet_is_reported(sandbox: Sandbox) -> None:
    """A node of the service may not know a young token: the call is replayed after a delay."""
    events: list[ProgressEvent] = []
    sandbox.faults.add("revoked_token", method="GET", times=1)
    async with client_at(sandbox, on_progress=events.append) as client:
        await client.available_regions.list()

    assert ["access token not accepted yet"] == [e.text.split(",")[0] for e in events]
    assert [(2, 5)] == [(e.attempt, e.max_attempts) for e in events if isinstance(e, RetryDelay)]


@pytest.mark.sandbox
async def test_a_lack_of_descriptors_is_reported_once(
    client: NumbersClient, ours: str, events: list[ProgressEvent], monkeypatch: Any
) -> None:
    """Not at each of its many attempts."""
    transport = client._context.transport
    exchange, failures = transport.exchange, iter(range(3))

    async def scarce(request: Any) -> Any:
        if next(failures, None) is not None:
            request.sent = False
            raise TooManyOpenFilesError("too many open files")
        return await exchange(request)

    monkeypatch.setattr(transport, "exchange", scarce)

    await client.active_numbers.get(ours)

    assert [OpenFilesWait(subject=ours, at_most=20.0)] == events


@pytest.mark.sandbox
async def test_a_callback_cannot_disturb_a_call(
    client: NumbersClient, sandbox: Sandbox, ours: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception is logged, and so is a coroutine that nothing would await."""

    async def too_late() -> None: ...

    for callback in (lambda _: 1 // 0, lambda _: too_late()):
        caplog.clear()
        sandbox.faults.add("503", method="GET", times=1)
        number = await client.with_options(on_progress=callback).active_numbers.get(ours)

        assert ours == number.phone_number
        assert ["on_progress failed"] == [
            r.msg for r in caplog.records if r.levelno == logging.ERROR
        ]


async def test_a_callback_is_a_plain_function() -> None:
    """A coroutine function is rejected by the client, and by a sibling."""

    async def wrong(event: ProgressEvent) -> None: ...

    create = partial(NumbersClient, "p", "k", "s")
    with pytest.raises(InvalidArgumentError, match=r"^on_progress: "):
        create(on_progress=wrong)
    async with create() as client:
        with pytest.raises(InvalidArgumentError, match=r"^on_progress: "):
            client.with_options(on_progress=wrong)


@pytest.mark.sandbox
async def test_siblings_keep_or_replace_the_callback(
    client: NumbersClient, sandbox: Sandbox, ours: str, events: list[ProgressEvent]
) -> None:
    """Like any other option."""
    others: list[ProgressEvent] = []
    for sibling, seen in (
        (client.with_options(timeout=2), (1, 0)),
        (client.with_options(on_progress=others.append), (0, 1)),
        (client.with_options(on_progress=None), (0, 0)),
    ):
        sandbox.faults.add("503", method="GET", times=1)
        await sibling.active_numbers.get(ours)

        assert seen == (len(events), len(others))
        events.clear()
        others.clear()


@pytest.mark.sandbox
async def test_the_log_shows_waits(
    client: NumbersClient, sandbox: Sandbox, offered: str, caplog: pytest.LogCaptureFixture
) -> None:
    """At INFO, and retries as the warnings that they are; without the number."""
    caplog.set_level(logging.INFO, "sinch_numbers")
    sandbox.faults.add("drop", method="POST", path=":rent")
    sandbox.faults.add("503", method="GET", times=1)

    await client.with_options(on_progress=None).available_numbers.rent(offered)

    shown = [(r.levelname, r.getMessage()) for r in caplog.records]
    assert ("INFO", "waiting: verifying a lost response, up to 0.4 s") in shown
    assert not [text for _, text in shown if offered in text]


def test_an_error_of_a_log_filter_does_not_end_a_wait() -> None:
    """Neither the log's nor the callback's: a billable call is being verified."""
    events: list[ProgressEvent] = []
    log = logging.getLogger("sinch_numbers")
    level = log.level

    def broken(_: logging.LogRecord) -> bool:
        raise ZeroDivisionError

    log.setLevel(logging.INFO)
    log.addFilter(broken)
    try:
        ProgressReporter(events.append)(OpenFilesWait(at_most=1.0))
    finally:
        log.removeFilter(broken)
        log.setLevel(level)

    assert 1 == len(events)


@pytest.mark.sandbox
async def test_the_sync_client_reports_too(sandbox: Sandbox) -> None:
    """In the thread that runs its calls."""
    events: list[ProgressEvent] = []
    sandbox.faults.add("503", path="/availableRegions", times=1)

    def call() -> None:
        with SyncNumbersClient(**settings(sandbox), on_progress=events.append) as client:
            client.available_regions.list()

    await anyio.to_thread.run_sync(call)

    assert [RetryDelay] == [type(event) for event in events]


def settings(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "project_id": "sandbox",
        "key_id": "sandbox",
        "key_secret": "sandbox",
        "numbers_url": sandbox.url,
        "auth_url": sandbox.auth_url,
        "backoff": Backoff(first=0.001, throttled=0.001, longest=0.01),
    }


def client_at(sandbox: Sandbox, **options: Any) -> NumbersClient:
    return NumbersClient(**settings(sandbox), **options)
