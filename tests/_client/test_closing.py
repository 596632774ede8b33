"""Closing a client while calls wait: the waits end with the right error."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from products import named

from sinch_numbers import (
    APIReplyLostError,
    Backoff,
    ClientClosedError,
    NumbersClient,
    OutcomeUnknownError,
    SyncNumbersClient,
)
from sinch_numbers._client import waiting
from sinch_numbers._core import pipeline
from sinch_numbers.sandbox import Clock, Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

AGES = 1e6
"""Seconds for which no test waits."""
NUMBER = "+12025550147"
FREE = "+12025550148"

Waiting = Callable[[NumbersClient], Awaitable[Any]]


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    """Run a sandbox where nothing is ever provisioned, and delays are as long as they can be."""
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    monkeypatch.setattr(waiting, "_FIRST_PAUSE", AGES)
    monkeypatch.setattr(pipeline, "_LONGEST_FIRST_DELAY", AGES)
    async with Sandbox(numbers=0, stock=0, clock=Clock(running=False)) as sandbox:
        sandbox.project().add_active(phone_number=NUMBER)
        sandbox.project().add_available(phone_number=FREE)
        yield sandbox


def opened(sandbox: Sandbox, **options: Any) -> NumbersClient:
    settings = {
        "numbers_url": sandbox.url,
        "auth_url": sandbox.auth_url,
        "deadline": None,
        "timeout": AGES,
        "settle_timeout": 0.01,
        "backoff": Backoff(first=AGES, throttled=AGES, longest=AGES, longest_asked=AGES),
        "max_concurrency": 1,
    }
    return NumbersClient("sandbox", "sandbox", "sandbox", **settings | options)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


async def get(client: NumbersClient) -> object:
    return await client.active_numbers.get(NUMBER)


async def update(client: NumbersClient) -> object:
    return await client.active_numbers.update(NUMBER, display_name="x")


async def rent(client: NumbersClient) -> object:
    return await client.available_numbers.rent(FREE)


async def wait_for_provisioning(client: NumbersClient) -> object:
    await client.available_numbers.rent(FREE, sms_configuration={"servicePlanId": "plan"})
    return await client.active_numbers.wait_until_provisioned(
        FREE, deadline=None, longest_pause=AGES
    )


async def wait_for_an_order(client: NumbersClient) -> object:
    order = await client.number_orders.create(region_code="US", type="LOCAL", phone_number=FREE)
    return await client.number_orders.wait_until_completed(
        order.id_number_order, deadline=None, longest_pause=AGES
    )


DELAYS: dict[str, tuple[Waiting, dict[str, Any]]] = {
    "a read after a 503": (get, {"kind": "503", "method": "GET"}),
    "a read after a lost response": (get, {"kind": "drop", "method": "GET"}),
    "a read after a 429": (get, {"kind": "429", "method": "GET"}),
    "a write after a 429": (update, {"kind": "429", "method": "PATCH"}),
    "a rent after a 429": (rent, {"kind": "429", "method": "POST", "path": ":rent"}),
    "a token request after a 429": (get, {"kind": "429", "path": "/oauth2/token"}),
    "a rent without a token": (rent, {"kind": "429", "path": "/oauth2/token"}),
    "a read whose token is unknown": (get, {"kind": "revoked_token", "path": "/v1/"}),
    "a rent whose token is unknown": (rent, {"kind": "revoked_token", "path": "/v1/"}),
}


@pytest.mark.parametrize(("call", "fault"), named(DELAYS))
async def test_a_delay_ends_when_the_client_is_closed(
    sandbox: Sandbox, call: Waiting, fault: dict[str, Any]
) -> None:
    """A call that waits before a retry raises `ClientClosedError`; it had no effect."""
    # A token request that would be retried after more than 30 seconds is not retried.
    throttled = 25.0 if "oauth2" in fault.get("path", "") else AGES
    client = opened(
        sandbox, backoff=Backoff(AGES, throttled=throttled, longest=AGES, longest_asked=AGES)
    )
    sandbox.faults.add(times=1000, **fault)
    waiting = asyncio.create_task(call(client))
    struck = [str(fault.get(key, "")) for key in ("method", "path")]
    await until(lambda: any(all(one in call for one in struck) for call in sandbox.calls))
    await until(lambda: not any(running.sending for running in client._context.closing.calls))
    await asyncio.sleep(0.02)

    assert not waiting.done()
    await client.close()
    with pytest.raises(ClientClosedError) as caught:
        async with asyncio.timeout(10):
            await waiting

    assert (False, False) == (caught.value.transient, caught.value.maybe_applied)
    assert caught.value.path is not None
    assert () == client.unresolved
    assert [] == sandbox.ledger


async def test_a_write_in_doubt_that_is_ended_may_have_been_applied(sandbox: Sandbox) -> None:
    """The error of an ended wait tells of an ambiguous attempt before it."""
    client = opened(sandbox)
    sandbox.faults.add("drop", method="PATCH")
    sandbox.faults.add("503", method="GET", times=1000)
    waiting = asyncio.create_task(update(client))
    await until(
        lambda: any(
            running.ambiguous_retries or running.in_doubt
            for running in client._context.closing.calls
        )
    )
    await client.close()

    with pytest.raises(ClientClosedError) as caught:
        await waiting

    assert caught.value.maybe_applied


async def test_the_queue_ends_when_the_client_is_closed(sandbox: Sandbox) -> None:
    """Requests without a slot are not sent; the one in flight is not retried."""
    client = opened(sandbox)
    await client.available_regions.list()
    sandbox.faults.add("stall", method="GET", times=1000)
    calls = [asyncio.create_task(get(client)) for _ in range(3)]
    await until(lambda: 3 == len(sandbox.calls))

    await client.with_options(timeout=1.0).close()  # a sibling closes them all
    async with asyncio.timeout(60):
        ends = await asyncio.gather(*calls, return_exceptions=True)

    assert [APIReplyLostError, ClientClosedError, ClientClosedError] == [type(end) for end in ends]
    assert [1, 0, 0] == [end.attempts for end in ends]
    assert 3 == len(sandbox.calls)


async def test_a_closed_gate_ends_when_the_client_is_closed(sandbox: Sandbox) -> None:
    """Calls that wait because of another call's 429 end, too."""
    client = opened(sandbox)
    await client.available_regions.list()
    sandbox.faults.add("429", method="GET", times=1)
    first = asyncio.create_task(get(client))
    await until(lambda: client._context.limiter._closed)
    second = asyncio.create_task(get(client))
    await asyncio.sleep(0.02)

    await client.close()

    for call in (first, second):
        with pytest.raises(ClientClosedError):
            async with asyncio.timeout(60):
                await call
    assert 3 == len(sandbox.calls)


@pytest.mark.parametrize(
    ("call", "last"),
    [(wait_for_provisioning, "GET"), (wait_for_an_order, "GET")],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_polling_ends_when_the_client_is_closed(
    sandbox: Sandbox, call: Waiting, last: str
) -> None:
    """A wait for provisioning or for an order doesn't sleep until its next poll."""
    client = opened(sandbox)
    waiting = asyncio.create_task(call(client))
    await until(lambda: client._context.notifier._waiters or waiting.done())
    await until(lambda: not client._context.closing.calls)
    await asyncio.sleep(0.02)
    sent = len(sandbox.calls)

    assert not waiting.done()
    await client.close()
    with pytest.raises(ClientClosedError):
        async with asyncio.timeout(60):
            await waiting

    assert sent == len(sandbox.calls)


async def test_waiting_for_many_ends_when_the_client_is_closed(sandbox: Sandbox) -> None:
    """Each number that was not read to the end is unreadable, because the client was closed."""
    client = opened(sandbox)
    await client.available_numbers.rent(FREE, sms_configuration={"servicePlanId": "plan"})
    waiting = asyncio.create_task(
        client.active_numbers.wait_until_all_provisioned([FREE], deadline=None, longest_pause=AGES)
    )
    await until(lambda: client._context.notifier._waiters and not client._context.closing.calls)
    await asyncio.sleep(0.02)

    await client.close()

    async with asyncio.timeout(60):
        result = await waiting
    assert isinstance(result[FREE].error, ClientClosedError)


@pytest.mark.parametrize("shared", [False, True])
async def test_the_wait_for_a_token_ends_when_the_client_is_closed(
    sandbox: Sandbox, shared: bool
) -> None:
    """The client's own fetch ends, and that of another client is no longer waited for."""
    client = other = opened(sandbox)
    if shared:
        client = opened(sandbox, tokens=other.tokens)
    sandbox.faults.add("stall", path="/oauth2/token")
    waiting = asyncio.create_task(rent(client))
    await until(lambda: sandbox.calls)

    await client.close()

    with pytest.raises(ClientClosedError):
        async with asyncio.timeout(60):
            await waiting
    await other.close()
    assert ["POST /oauth2/token"] == sandbox.calls


@pytest.mark.parametrize("fault", ["stall", "drop"])
async def test_a_rent_in_doubt_is_never_reported_as_not_sent(sandbox: Sandbox, fault: str) -> None:
    """A billable call that was sent ends with an unknown outcome, as its reads fail."""
    client = opened(sandbox, settle_timeout=0.05)
    await get(client)
    sandbox.faults.add(fault, method="POST", path=":rent")
    sandbox.faults.add("503", method="GET", times=1000)
    waiting = asyncio.create_task(rent(client))
    await until(lambda: any(":rent" in call for call in sandbox.calls))

    await client.close()

    with pytest.raises(OutcomeUnknownError) as caught:
        async with asyncio.timeout(60):
            await waiting
    assert [caught.value.op_id] == [one.op_id for one in client.unresolved]


async def test_the_task_goes_on_as_if_nothing_was_cancelled(sandbox: Sandbox) -> None:
    """Nothing of the cancellation that ended the wait is left in the caller's task."""
    client = opened(sandbox)
    sandbox.faults.add("503", method="GET", times=1000)

    async def caller() -> int:
        with pytest.raises(ClientClosedError):
            async with asyncio.timeout(60):
                await get(client)
        await asyncio.sleep(0)
        task = asyncio.current_task()
        return -1 if task is None else task.cancelling()

    waiting = asyncio.create_task(caller())
    await until(lambda: any(running.retries for running in tuple(client._context.closing.calls)))
    await client.close()

    assert 0 == await waiting


async def test_a_read_that_is_closed_is_in_no_doubt(sandbox: Sandbox) -> None:
    """A lost response to it means nothing."""
    client = opened(sandbox)
    sandbox.faults.add("drop", method="GET", times=1)
    waiting = asyncio.create_task(get(client))
    await until(lambda: any(running.retries for running in tuple(client._context.closing.calls)))

    await client.close()

    with pytest.raises(ClientClosedError) as caught:
        await waiting
    assert not caught.value.maybe_applied


async def test_a_cancellation_takes_precedence(sandbox: Sandbox) -> None:
    """A caller that cancels the call gets `CancelledError`, although the client is closed, too."""
    client = opened(sandbox)
    sandbox.faults.add("503", method="GET", times=1000)
    waiting = asyncio.create_task(get(client))
    await until(lambda: any(running.retries for running in tuple(client._context.closing.calls)))

    client._context.closing.close()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    await client.close()


@pytest.mark.parametrize("call", named({"get": get, "update": update, "rent": rent}))
async def test_later_calls_send_nothing(sandbox: Sandbox, call: Waiting) -> None:
    """A closed client raises at once, and can be closed again."""
    client = opened(sandbox)
    await get(client)
    for _ in range(2):
        await client.close()

    with pytest.raises(ClientClosedError):
        await call(client)

    assert 2 == len(sandbox.calls)
    assert () == client.unresolved


async def test_a_wait_in_another_event_loop_ends(sandbox: Sandbox) -> None:
    """It doesn't matter which thread closes the client."""
    sandbox.faults.add("503", method="GET", times=1000)
    client = opened(sandbox)
    with start_blocking_portal() as portal:
        waiting = portal.start_task_soon(get, client)
        await until(
            lambda: any(running.retries for running in tuple(client._context.closing.calls))
        )
        await client.close()
        error = await asyncio.to_thread(waiting.exception, 60)
        await asyncio.to_thread(portal.call, asyncio.sleep, 0.05)  # its session is closed, too

    assert ClientClosedError is type(error)


async def test_a_wait_of_a_sync_client_ends(sandbox: Sandbox) -> None:
    """Another thread may close a sync client during a call."""
    ends: list[BaseException] = []
    sandbox.faults.add("503", method="GET", times=1000)
    client = SyncNumbersClient(
        "sandbox", "sandbox", "sandbox",
        numbers_url=sandbox.url, auth_url=sandbox.auth_url, deadline=None,
        backoff=Backoff(first=AGES, longest=AGES),
    )  # fmt: skip

    def work() -> None:
        try:
            client.active_numbers.get(NUMBER)
        except ClientClosedError as error:
            ends.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    calls = client._core._context.closing.calls
    await until(lambda: any(running.retries for running in tuple(calls)))
    await asyncio.to_thread(client.close)
    await asyncio.to_thread(thread.join, 60)

    assert [ClientClosedError] == [type(end) for end in ends]
