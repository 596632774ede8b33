"""One wait for all resources: the same arguments and result, woken by events."""

import asyncio
import inspect
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import import_module
from itertools import product
from typing import Any

import pytest
from products import every

from sinch_numbers import (
    AuthorisedPerson,
    BusinessAddress,
    DirectLoaInfo,
    GlobalProcessState,
    HostingOrder,
    HostingOrderState,
    ImportedNumber,
    ImportedNumberEvent,
    InvalidArgumentError,
    LinkState,
    NotFoundError,
    NumberOrder,
    NumberOrderEvent,
    NumberOrderState,
    NumbersClient,
    ProgressEvent,
    QualifiedNumber,
    SmsConfiguration,
    StateWait,
    SyncNumbersClient,
    WaitFailedError,
    WaitOutcome,
    WaitResult,
    WaitTimeoutError,
)
from sinch_numbers._client import order_states, provisioning, waiting
from sinch_numbers._core.serialization import converter
from sinch_numbers.models import EventResourceType, explain
from sinch_numbers.sandbox import Clock, Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+12025550181"
LETTER = DirectLoaInfo(
    authorised_person=AuthorisedPerson(first_name="A", last_name="B", email="a@example.net"),
    address=BusinessAddress(
        building_number="77",
        street="Harbor Way",
        city="Portland",
        state="OR",
        postal_code="97209",
        country="US",
    ),
    current_voice_carrier="Example Telecom",
)
METHODS = (
    ("active_numbers", "wait_until_provisioned"),
    ("active_numbers", "wait_until_all_provisioned"),
    ("number_orders", "wait_until_completed"),
    ("hosting_orders", "wait_until_completed"),
    ("qualified_numbers", "wait_until_qualified"),
    ("imported_numbers", "wait_until_provisioned"),
)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run a sandbox whose time stands still, so that nothing ends before the test lets it."""
    async with Sandbox(numbers=0, stock=0, clock=Clock(running=False)) as sandbox:
        yield sandbox


async def text_enabled(client: NumbersClient, sandbox: Sandbox) -> str:
    """Return the ID of a hosting order."""
    order = await client.hosting_orders.text_enable(
        [NUMBER],
        region_code="US",
        service_plan_id="p",
        campaign_id="C1",
        loa_info=LETTER,
    )
    return order.hosting_order_id


@every("client method", product((NumbersClient, SyncNumbersClient), METHODS))
def test_waits_have_the_same_arguments(client: Any, method: tuple[str, str]) -> None:
    """Deadline, longest pause, and progress, keyword-only; the result is a `WaitResult`."""
    resource, name = method
    module = f"sinch_numbers._client.resources.{resource}"
    if client is SyncNumbersClient:
        module = f"sinch_numbers.sync._generated.resources.{resource}"
    classes = [one for one in vars(import_module(module)).values() if isinstance(one, type)]
    (owner,) = (one for one in classes if one.__module__ == module and name in vars(one))
    signature = inspect.signature(vars(owner)[name])
    common = {"deadline", "longest_pause", "on_progress"}

    assert common <= signature.parameters.keys()
    assert {inspect.Parameter.KEYWORD_ONLY} == {signature.parameters[one].kind for one in common}
    assert "WaitResult" in str(signature.return_annotation)


async def test_hosting_orders(client: NumbersClient, sandbox: Sandbox) -> None:
    """An order that waits for a signature is in progress; a completed one has succeeded."""
    order_id = await text_enabled(client, sandbox)
    sandbox.clock.advance(60)
    unsigned = await client.hosting_orders.wait_until_completed(order_id, deadline=0)
    assert (WaitOutcome.TIMED_OUT, "WAITING_FOR_LOA_SIGNATURE") == (
        unsigned.outcome,
        unsigned.state,
    )
    with pytest.raises(WaitTimeoutError):
        unsigned.get()
    sandbox.project().imported.orders.sign(order_id)
    sandbox.clock.advance(24 * 3600)
    ended = await client.hosting_orders.wait_until_completed(order_id)

    assert HostingOrderState.COMPLETED == ended.get().state
    assert (order_id, 1) == (ended.subject, ended.polls)


async def test_a_rejected_hosting_order(client: NumbersClient, sandbox: Sandbox) -> None:
    """A rejection is a failure with advice."""
    order_id = await text_enabled(client, sandbox)
    sandbox.clock.advance(60)
    sandbox.project().imported.orders.refuse(order_id)
    ended = await client.hosting_orders.wait_until_completed(order_id)

    assert WaitOutcome.FAILED is ended.outcome
    assert str(explain(HostingOrderState.REJECTED)) == ended.problem


async def test_an_event_about_a_number_wakes_the_wait_for_its_hosting_order(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Events of hosting orders name a number, not the order."""
    order_id = await text_enabled(client, sandbox)
    read = asyncio.Event()
    task = asyncio.create_task(
        client.hosting_orders.wait_until_completed(
            order_id, longest_pause=3600, deadline=None, on_progress=lambda _: read.set()
        )
    )
    await read.wait()
    sandbox.clock.advance(60)
    sandbox.project().imported.orders.sign(order_id)
    sandbox.clock.advance(24 * 3600)
    event = ImportedNumberEvent(
        resource_id=NUMBER, resource_type=EventResourceType.HOSTING_ORDER_NUMBER
    )
    while not task.done():
        await client.notify(event)
        await asyncio.wait([task], timeout=0.01)

    assert (await task).ok


async def test_a_burst_of_events_causes_one_read(
    client: NumbersClient, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order of 500 numbers has thousands of events, which come close together."""
    monkeypatch.setattr(waiting, "_BURST", 3600.0)
    monkeypatch.setattr(waiting, "_FIRST_PAUSE", 3600.0)
    order_id = await text_enabled(client, sandbox)
    read = asyncio.Event()
    task = asyncio.create_task(
        client.hosting_orders.wait_until_completed(
            order_id, longest_pause=3600, deadline=None, on_progress=lambda _: read.set()
        )
    )
    await read.wait()
    read.clear()
    for _ in range(20):
        await client.notify(
            ImportedNumberEvent(
                resource_id=NUMBER, resource_type=EventResourceType.HOSTING_ORDER_NUMBER
            )
        )
        await asyncio.sleep(0.001)
    assert not read.is_set()
    task.cancel()
    await asyncio.wait([task])


async def test_qualifications(client: NumbersClient, sandbox: Sandbox) -> None:
    """A wait ends with the state that is waited for, or a later one."""
    numbers = client.qualified_numbers
    await numbers.add([NUMBER])
    sandbox.clock.advance(60)
    eligible = await numbers.wait_until_qualified(NUMBER, until="eligible")
    assert ("VERIFICATION_PENDING", "DONE") == (eligible.state, eligible.steps["eligibility"])
    pending = await numbers.wait_until_qualified(NUMBER, deadline=0)
    assert WaitOutcome.TIMED_OUT is pending.outcome
    await numbers.send_voice_challenge(NUMBER)
    code = sandbox.project().imported.qualified.voice_codes[NUMBER]
    await numbers.verify_voice_challenge(NUMBER, code=code)
    verified = await numbers.wait_until_qualified(NUMBER)

    assert GlobalProcessState.VERIFIED == verified.get().global_process_state


async def test_imported_numbers(client: NumbersClient, sandbox: Sandbox) -> None:
    """Service plan and campaign are awaited; a failure has the error code and advice."""
    numbers = client.imported_numbers
    for number, campaign in ((NUMBER, "C1"), ("+12025550182", "TFN_NOT_ALLOWED")):
        await numbers.import_number(
            number, region_code="US", sms_configuration=SmsConfiguration("p", campaign)
        )
    pending = await numbers.wait_until_provisioned(NUMBER, deadline=0)
    assert (WaitOutcome.TIMED_OUT, LinkState.PENDING) == (pending.outcome, pending.state)
    sandbox.clock.advance(60)
    linked = await numbers.wait_until_provisioned(NUMBER, longest_pause=0.01)
    failed = await numbers.wait_until_provisioned("+12025550182", longest_pause=0.01)

    assert {"sms": LinkState.LINKED, "campaign": LinkState.LINKED} == linked.steps
    assert (WaitOutcome.FAILED, ("TFN_NOT_ALLOWED",)) == (failed.outcome, failed.error_codes)
    assert str(explain("TFN_NOT_ALLOWED")) in str(failed.problem)
    with pytest.raises(WaitFailedError, match=r"TFN_NOT_ALLOWED: toll-free numbers cannot join"):
        failed.get()


@pytest.mark.parametrize("state", ["REJECTED", "BLOCKED", "EXPIRED"])
async def test_number_orders_that_fail(
    client: NumbersClient, sandbox: Sandbox, state: str
) -> None:
    """The problem has the reviewers' remarks and the next step, if the remarks can be read."""
    sandbox.project().add_available(phone_number=NUMBER)
    order = await client.number_orders.create(region_code="US", type="LOCAL", phone_number=NUMBER)
    order_id = order.id_number_order
    if state == "EXPIRED":
        sandbox.clock.advance(49 * 3600)
    else:
        await client.number_orders.submit(order_id)
        sandbox.project().orders.decide(order_id, state, "which shop?")
    ended = await client.number_orders.wait_until_completed(order_id)
    sandbox.faults.add("403", path="/registration", times=99)
    without = await client.number_orders.wait_until_completed(order_id)

    assert (WaitOutcome.FAILED, state) == (ended.outcome, ended.state)
    assert str(explain(NumberOrderState(state))) == without.problem
    remarks = "" if state == "EXPIRED" else "; which shop?"
    assert f"{without.problem}{remarks}" == ended.problem
    assert ended.resource == without.resource


async def test_an_order_that_is_missing_is_reported_after_three_reads(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """One 404 may be a read that lags behind; three in a row are raised."""
    for call in (
        client.number_orders.wait_until_completed("01knone", longest_pause=0.001),
        client.hosting_orders.wait_until_completed("01knone", longest_pause=0.001),
        client.qualified_numbers.wait_until_qualified(NUMBER, longest_pause=0.001),
        client.imported_numbers.wait_until_provisioned(NUMBER, longest_pause=0.001),
    ):
        before = len(sandbox.calls)
        with pytest.raises(NotFoundError):
            await call
        assert 3 == sum(one.startswith("GET") for one in sandbox.calls[before:])


Wait = Callable[..., Awaitable[WaitResult[Any]]]


async def test_invalid_arguments_are_rejected_before_a_request(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """All waits reject the same values."""
    waits: dict[Wait, str] = {
        client.active_numbers.wait_until_provisioned: NUMBER,
        client.number_orders.wait_until_completed: "01k",
        client.hosting_orders.wait_until_completed: "01k",
        client.qualified_numbers.wait_until_qualified: NUMBER,
        client.imported_numbers.wait_until_provisioned: NUMBER,
    }
    for call, name in waits.items():
        for argument, value in (
            ("deadline", -1),
            ("deadline", False),
            ("deadline", "1"),
            ("longest_pause", 0),
            ("longest_pause", None),
            ("on_progress", 7),
        ):
            with pytest.raises(InvalidArgumentError, match=f"^{argument}: expected"):
                await call(name, **{argument: value})
    for until in ("VERIFICATION_FAILED", "ELIGIBLE_CHECK_PENDING", "soon", 7, None):
        with pytest.raises(InvalidArgumentError, match=r"^until: expected ELIGIBLE, "):
            await client.qualified_numbers.wait_until_qualified(NUMBER, until=until)  # type: ignore[arg-type]  # wrong on purpose

    assert [] == sandbox.calls


GOALS = ("ELIGIBLE", "VERIFICATION_PENDING", "VERIFIED", "HOSTING_IN_PROGRESS", "HOSTING_DONE")
REACHED = {
    # By state, the number of goals that are reached, and whether it is an end.
    "ELIGIBLE_CHECK_PENDING": (0, False),
    "ELIGIBLE": (1, False),
    "NOT_ELIGIBLE": (0, True),
    "VERIFICATION_PENDING": (2, False),
    "VERIFICATION_FAILED": (2, True),
    "VERIFICATION_BLOCKED": (2, True),
    "VERIFIED": (3, False),
    "HOSTING_IN_PROGRESS": (4, False),
    "HOSTING_DONE": (5, False),
    "HOSTING_FAILED": (4, True),
    "UNSPECIFIED": (0, False),
    "A_NEW_STATE": (0, False),
}


@every("state goal", product(REACHED, GOALS))
def test_every_state_of_a_qualification_has_an_outcome(state: str, goal: str) -> None:
    """Success from the goal on, failure where the qualification stops before it."""
    payload = {"phoneNumber": NUMBER, "globalProcessState": f"GLOBAL_PROCESS_STATE_{state}"}
    count, stopped = REACHED[state]
    expected = WaitOutcome.FAILED if stopped else None
    if GOALS.index(goal) < count:
        expected = WaitOutcome.SUCCEEDED
    reading = order_states.qualification_judge(goal)(converter.load(payload, QualifiedNumber))

    assert expected == reading.outcome
    assert (expected is WaitOutcome.FAILED) == (reading.problem is not None)
    # A failure may be from before the last voice challenge, so it is read twice.
    assert (2 if expected is WaitOutcome.FAILED else 1) == reading.reads


ORDERS = {
    **dict.fromkeys(("CREATED", "IN_REVIEW", "A_NEW_STATE", None)),
    "COMPLETED": WaitOutcome.SUCCEEDED,
    **dict.fromkeys(("REJECTED", "BLOCKED", "EXPIRED"), WaitOutcome.FAILED),
}
HOSTING_ORDERS = {
    **dict.fromkeys(("DRAFT", "SUBMITTED", "WAITING_FOR_LOA_SIGNATURE", "IN_PROGRESS")),
    **dict.fromkeys(("A_NEW_STATE", None)),
    "COMPLETED": WaitOutcome.SUCCEEDED,
    "REJECTED": WaitOutcome.FAILED,
}


def test_every_state_of_an_order_has_an_outcome() -> None:
    """States that this release doesn't know, and missing ones, are in progress."""
    orders = {
        state: order_states.number_order(
            NumberOrder("01k", state=None if state is None else NumberOrderState(state))
        ).outcome
        for state in ORDERS
    }
    hosting = {
        state: order_states.hosting_order(
            HostingOrder("01k", state=None if state is None else HostingOrderState(state))
        ).outcome
        for state in HOSTING_ORDERS
    }

    assert (ORDERS, HOSTING_ORDERS) == (orders, hosting)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, LinkState.UNLINKED),
        ({"smsConfiguration": {"servicePlanId": "p"}}, LinkState.LINKED),
        ({"smsProvisioning": {"state": "STATE_UNSPECIFIED"}}, LinkState.UNLINKED),
        ({"smsProvisioning": {"state": "DONE", "type": "DEPROVISIONING"}}, LinkState.UNLINKED),
        ({"smsProvisioning": {"state": "A_NEW_STATE"}}, LinkState.PENDING),
        ({"campaignProvisioning": {"state": "WAITING"}}, LinkState.PENDING),
        ({"campaignProvisioning": {"state": "FAILED", "errorCode": "7"}}, LinkState.FAILED),
        (
            {"smsConfiguration": {"scheduledProvisioning": {"status": "FAILED"}}},
            LinkState.FAILED,
        ),
    ],
)
async def test_the_state_of_an_imported_number(fields: dict[str, Any], state: LinkState) -> None:
    """It is that of the step that is furthest behind, and a failure comes first."""
    number = converter.load({"phoneNumber": NUMBER, **fields}, ImportedNumber)

    assert state == provisioning.imported_number(number).state


async def test_progress_is_reported_before_each_interval(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """To the function of the wait, or else to that of the client; not after the last read."""
    order_id = await text_enabled(client, sandbox)
    of_wait: list[ProgressEvent] = []
    of_client: list[ProgressEvent] = []
    limits: dict[str, Any] = {"longest_pause": 0.01, "deadline": 0.1}
    watched = client.with_options(on_progress=of_client.append)
    await watched.hosting_orders.wait_until_completed(
        order_id, on_progress=of_wait.append, **limits
    )
    assert ([], {StateWait}) == (of_client, {type(one) for one in of_wait})
    ended = await watched.hosting_orders.wait_until_completed(order_id, **limits)

    assert ended.polls - 1 <= len(of_client) <= ended.polls
    for event in of_client:
        assert isinstance(event, StateWait)
        assert ("hosting order", order_id) == (event.awaited, event.subject)
        assert event.state in ("SUBMITTED", "WAITING_FOR_LOA_SIGNATURE")
        assert event.at_most is not None
        assert 0 <= event.elapsed < 0.1
    count = len(of_client)
    await watched.hosting_orders.wait_until_completed(order_id, deadline=0)
    assert count == len(of_client)


async def test_events_wake_waits_for_number_orders_and_numbers(client: NumbersClient) -> None:
    """The names that a wait listens to are gone when it has ended."""
    notifier = client._context.notifier
    with notifier.subscribe("a", "topic") as notified:
        await client.notify(NumberOrderEvent(resource_id="b"))
        await asyncio.sleep(0)
        assert not notified.is_set()
        for name in ("a", "topic"):
            notifier.notify(name)
            await notified.wait()
            notified.clear()

    assert {} == notifier._waiters


def test_a_result_is_one_line() -> None:
    """Without the resource, which may be long; it can be compared, hashed, and serialized."""
    long = NumberOrder("01k", region_code="x" * 1000)
    result, slower = (
        WaitResult(
            subject="01k",
            outcome=WaitOutcome.SUCCEEDED,
            state="COMPLETED",
            steps={"documents": "COMPLETED"},
            resource=long,
            elapsed=elapsed,
        )
        for elapsed in (1.0, 2.0)
    )

    assert len(repr(result)) < 300
    assert "\n" not in repr(result)
    assert 1 == len({result, slower})
    assert "01k" == result.to_dict()["resource"]["idNumberOrder"]
    assert "01k succeeded: documents COMPLETED" == result.explanation


def test_results_and_their_errors_can_be_pickled() -> None:
    """Results of other processes arrive complete."""
    result = WaitResult(
        subject="01k", outcome=WaitOutcome.FAILED, state="BLOCKED", resource=NumberOrder("01k")
    )
    with pytest.raises(WaitFailedError) as caught:
        result.get()
    error = pickle.loads(pickle.dumps(caught.value))

    assert (result, str(caught.value)) == (error.result, str(error))
