"""All steps of an order, from its requirements to its end, with failures."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from sinch_numbers import (
    ContentTooLargeError,
    Document,
    InvalidArgumentError,
    NotFoundError,
    NumberOrder,
    NumberOrderState,
    NumbersClient,
    OrderIncompleteError,
    OrderRefusedError,
    OutcomeUnknownError,
    ProgressEvent,
    RtcVoice,
    StateWait,
    SyncNumbersClient,
    UploadError,
    WaitOutcome,
)
from sinch_numbers import sync as twins
from sinch_numbers.models import NumberOrderEvent, explain
from sinch_numbers.ordering import (
    OrderOutcome,
    OrderResult,
    Step,
    order_numbers,
    resume_order,
)
from sinch_numbers.sandbox import Sandbox

from .conftest import ADDRESS, COMPANY, DATA, NUMBER, PERSON, SENDER, bill, order

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.usefixtures("shop")]

SCRIPT = Path(__file__).parent / "scripts" / "killed.py"


def operations(sandbox: Sandbox) -> list[str]:
    return [entry.operation for entry in sandbox.ledger]


def changes(sandbox: Sandbox) -> list[str]:
    """Return the last words of the calls that change something."""
    return [
        call.rpartition("/")[2]
        for call in sandbox.calls
        if not call.startswith("GET") and "oauth2" not in call and "lookup" not in call
    ]


def with_remark(text: str) -> list[Any]:
    return [[SENDER | {"purposeOfTheTraffic": text}], COMPANY, PERSON]


async def in_review(client: NumbersClient) -> str:
    """Return the id of an order that stays in review until somebody decides."""
    orders = client.number_orders
    created = await orders.create(region_code="AU", type="MOBILE", phone_number=NUMBER)
    order_id = created.id_number_order
    await orders.update_registration(order_id, request_details={"data": with_remark("stuck")})
    await orders.upload_attachment(order_id, ADDRESS, bill())
    await orders.submit(order_id)
    return order_id


async def test_an_order_is_completed(client: NumbersClient, sandbox: Sandbox) -> None:
    """All steps, each once, each told; in the end the number is rented and charged once."""
    told: list[tuple[Step, NumberOrderState | None]] = []
    seen: list[ProgressEvent] = []

    result = await order_numbers(
        client,
        **order(),
        on_step=lambda step, order: told.append((step, order.state)),
        on_progress=seen.append,
    )

    assert (OrderOutcome.COMPLETED, (NUMBER,)) == (result.outcome, result.phone_numbers)
    assert f"order {result.order_id} rented {NUMBER}" == result.explanation
    assert ["numberOrders:createNumberOrder", "registration", ADDRESS, "submit"] == changes(
        sandbox
    )
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)
    assert NUMBER == (await client.active_numbers.get(NUMBER)).phone_number
    assert list(Step) == [step for step, _ in told]
    assert (Step.CREATED, NumberOrderState.CREATED) == told[0]
    assert {result.order_id} == {one.subject for one in seen}
    assert {"documents", "number order"} == {
        one.awaited for one in seen if isinstance(one, StateWait)
    }


async def test_what_is_missing_is_told_before_anything_is_ordered(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """All of it at once, by name; nothing is reserved."""
    wrong = [[SENDER | {"senderId": "TOO LONG FOR IT"}], {**COMPANY, "city": ""}]

    with pytest.raises(OrderIncompleteError) as caught:
        await order_numbers(client, **order(registration=wrong, attachments={"other": bill()}))

    assert [
        ("requestDetails.data[0][0].senderId", "violates the schema: maxLength 11"),
        ("requestDetails.data[1].city", "is missing"),
        ("requestDetails.data[2]", "is missing: firstName, lastName, phoneNumber"),
        (f"attachments.{ADDRESS}", "is missing (Proof of address)"),
        ("attachments.other", "is not in the requirements"),
    ] == [(problem.field, problem.description) for problem in caught.value.problems]
    assert caught.value.order_id is None
    assert "nothing was ordered" in str(caught.value)
    assert "TOO LONG" not in str(caught.value)
    assert [] == sandbox.ledger


async def test_a_refused_registration_can_be_corrected(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """The order stands, the problems are listed, and resuming it with better data ends well."""
    wrong = [[SENDER], {**COMPANY, "country": "Australia"}, PERSON]
    with pytest.raises(OrderRefusedError) as caught:
        await order_numbers(client, **order(registration=wrong), check=False)
    error = caught.value

    assert [("requestDetails.data[1].country", "must have at most 2 characters")] == [
        (problem.field, problem.description) for problem in error.problems
    ]
    assert error.order_id
    assert error.order_id in str(error)
    assert [f"order {error.order_id} still exists: continue with resume_order"] == error.__notes__
    result = await resume_order(
        client,
        error.order_id,
        registration=DATA,
        attachments={ADDRESS: bill()},
        longest_pause=0.01,
    )

    assert (OrderOutcome.COMPLETED, (NUMBER,)) == (result.outcome, result.phone_numbers)
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)


@pytest.mark.slow
async def test_an_order_outlives_its_process(
    client: NumbersClient, sandbox: Sandbox, tmp_path: Path
) -> None:
    """
    A process is killed right after it created an order; another one goes on with its id:
    through a refused registration and one document to the end, and nothing is bought twice.
    """
    note = tmp_path / "order-id"
    killed = await anyio.run_process(
        [sys.executable, str(SCRIPT), str(note)],
        env={**os.environ, **sandbox.environment},
        check=False,
        stderr=subprocess.PIPE,
    )
    assert -signal.SIGKILL == killed.returncode, killed.stderr.decode()
    order_id = note.read_text()
    assert ["create_order"] == operations(sandbox)

    wrong = {"data": [[SENDER], {**COMPANY, "postalCode": "7" * 11}, PERSON]}
    with pytest.raises(OrderRefusedError, match="postalCode must have at most 10"):
        await resume_order(
            client,
            order_id,
            registration=wrong,
            attachments={ADDRESS: bill()},
            check=False,
            longest_pause=0.01,
        )
    result = await resume_order(
        client, order_id, registration=DATA, attachments={ADDRESS: bill()}, longest_pause=0.01
    )

    assert (OrderOutcome.COMPLETED, order_id) == (result.outcome, result.order_id)
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)


@pytest.mark.parametrize("step", [Step.CREATED, Step.REGISTERED, Step.UPLOADED, Step.SUBMITTED])
async def test_an_order_can_be_resumed_after_any_step(
    client: NumbersClient, sandbox: Sandbox, step: Step
) -> None:
    """With what was to be written, or, where that is done, with the id alone."""

    class CrashError(Exception):
        pass

    ids: list[str] = []

    def crash(now: Step, order: NumberOrder) -> None:
        ids.append(order.id_number_order)
        if now is step:
            raise CrashError

    with pytest.raises(CrashError) as caught:
        await order_numbers(client, **order(), on_step=crash)
    assert [f"order {ids[0]} still exists: continue with resume_order"] == caught.value.__notes__
    done = step in (Step.UPLOADED, Step.SUBMITTED)
    rest = {} if done else {"registration": DATA, "attachments": {ADDRESS: bill()}}

    result = await resume_order(client, ids[0], **rest, longest_pause=0.01)

    assert OrderOutcome.COMPLETED is result.outcome
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)


async def test_resuming_says_what_is_still_missing(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Against what is there already; nothing is submitted."""
    created = await client.number_orders.create(
        region_code="AU", type="MOBILE", phone_number=NUMBER
    )
    order_id = created.id_number_order
    await client.number_orders.update_registration(order_id, request_details={"data": DATA})

    with pytest.raises(OrderIncompleteError) as caught:
        await resume_order(client, order_id)

    assert order_id == caught.value.order_id
    assert [f"attachments.{ADDRESS}"] == [problem.field for problem in caught.value.problems]
    assert ["create_order"] == operations(sandbox)


async def test_an_order_that_is_rejected(client: NumbersClient, sandbox: Sandbox) -> None:
    """It is a result, with the reviewers' reasons; the number is free again."""
    result = await order_numbers(client, **order(registration=with_remark("reject: no shop")))

    assert (OrderOutcome.REJECTED, (), ("reject: no shop",)) == (
        result.outcome,
        result.phone_numbers,
        result.remarks,
    )
    advice = explain(NumberOrderState.REJECTED).advice
    assert f"order {result.order_id} rejected: reject: no shop. {advice}" == result.explanation
    assert result == await resume_order(client, result.order_id)
    assert await client.available_numbers.get(NUMBER)
    assert "rent" not in operations(sandbox)


async def test_an_order_that_is_blocked_goes_on_after_a_correction(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """It is a result, too, with remarks; resuming it without a correction changes nothing."""
    result = await order_numbers(client, **order(registration=with_remark("block: which shop?")))

    assert (OrderOutcome.BLOCKED, ("block: which shop?",)) == (result.outcome, result.remarks)
    assert "blocked until corrected: block: which shop?" in result.explanation
    sandbox.calls.clear()
    assert result == await resume_order(client, result.order_id)
    assert [] == changes(sandbox)
    corrected = await resume_order(client, result.order_id, registration=DATA, longest_pause=0.01)
    assert OrderOutcome.COMPLETED is corrected.outcome
    assert 1 == operations(sandbox).count("rent")


@pytest.mark.parametrize("step", [None, Step.CREATED, Step.REGISTERED, Step.UPLOADED])
async def test_an_order_that_expires(
    client: NumbersClient, sandbox: Sandbox, step: Step | None
) -> None:
    """Whenever its time is over, that is the result; nothing was bought, the number is free."""

    def late(now: Step, _: NumberOrder) -> None:
        if now is step:
            sandbox.clock.advance(timedelta(hours=49))

    if step is None:
        created = await client.number_orders.create(
            region_code="AU", type="MOBILE", phone_number=NUMBER
        )
        sandbox.clock.advance(timedelta(hours=49))
        result = await resume_order(client, created.id_number_order)
    else:
        result = await order_numbers(client, **order(), on_step=late)

    assert (OrderOutcome.EXPIRED, ()) == (result.outcome, result.phone_numbers)
    advice = explain(NumberOrderState.EXPIRED).advice
    expected = f"order {result.order_id} expired before it was submitted. {advice}"
    assert expected == result.explanation
    assert await client.available_numbers.get(NUMBER)
    assert ["create_order"] == operations(sandbox)


async def test_a_review_that_takes_longer_than_one_waits(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """The result says that it is pending, and waiting again finds its end."""
    order_id = await in_review(client)

    result = await resume_order(client, order_id, deadline=0.05, longest_pause=0.01)

    assert (OrderOutcome.PENDING, NumberOrderState.IN_REVIEW) == (
        result.outcome,
        result.order.state,
    )
    assert f"order {order_id} still IN_REVIEW" == result.explanation
    sandbox.project().orders.decide(order_id, "COMPLETED")
    sandbox.calls.clear()
    ended = await client.number_orders.wait_until_completed(order_id, longest_pause=0.01)
    assert NumberOrderState.COMPLETED == ended.get().state
    assert [] == changes(sandbox)


async def test_waiting_submits_nothing(client: NumbersClient, sandbox: Sandbox) -> None:
    """It is free of charge, whatever the order is in."""
    created = await client.number_orders.create(
        region_code="AU", type="MOBILE", phone_number=NUMBER
    )
    sandbox.calls.clear()

    result = await client.number_orders.wait_until_completed(
        created.id_number_order, deadline=0.05, longest_pause=0.01
    )

    assert (WaitOutcome.TIMED_OUT, []) == (result.outcome, changes(sandbox))


@pytest.mark.parametrize(("name", "deadline"), [("fail.pdf", 20.0), ("stuck.pdf", 0.1)])
async def test_documents_that_are_not_taken_in(
    client: NumbersClient, sandbox: Sandbox, name: str, deadline: float
) -> None:
    """An order is not submitted before they are; it goes on with better ones."""
    arguments = order(attachments={ADDRESS: bill(name)}, deadline=deadline)
    if name == "fail.pdf":
        with pytest.raises(OrderRefusedError, match="could not be processed") as caught:
            await order_numbers(client, **arguments)
        order_id = caught.value.order_id
    else:
        result = await order_numbers(client, **arguments)
        order_id = result.order_id
        assert (OrderOutcome.PENDING, NumberOrderState.CREATED) == (
            result.outcome,
            result.order.state,
        )
    assert ["create_order"] == operations(sandbox)

    result = await resume_order(
        client, order_id, attachments={ADDRESS: bill()}, longest_pause=0.01
    )

    assert OrderOutcome.COMPLETED is result.outcome


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (Document(b"", filename="bill.pdf", document_type="Utility bill"), UploadError),
        (
            Document(b"x" * 11_000_000, filename="bill.pdf", document_type="Utility bill"),
            ContentTooLargeError,
        ),
    ],
    ids=["empty", "too large"],
)
async def test_a_document_that_cannot_be_sent(
    client: NumbersClient, sandbox: Sandbox, document: Document, error: type[Exception]
) -> None:
    """The error says with which order to go on."""
    with pytest.raises(error) as caught:
        await order_numbers(client, **order(attachments={ADDRESS: document}))

    (order_id,) = sandbox.project().orders
    assert f"order {order_id} still exists: continue with resume_order" in caught.value.__notes__


async def test_numbers_without_requirements_are_ordered(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """An order without a registration, with the configurations that were requested."""
    (hit,) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)

    result = await order_numbers(
        client,
        region_code="US",
        type="LOCAL",
        phone_number=hit.phone_number,
        voice_configuration=RtcVoice("app"),
        longest_pause=0.01,
    )

    assert (OrderOutcome.COMPLETED, (hit.phone_number,)) == (result.outcome, result.phone_numbers)
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)
    assert [] == [call for call in sandbox.calls if call.endswith(":rent")]


KINDS = [("US", "LOCAL"), ("US", "TOLL_FREE"), ("GB", "MOBILE"), ("CA", "LOCAL")]


@pytest.mark.parametrize(("region", "type"), KINDS)
async def test_a_quantity_without_requirements_is_ordered(
    client: NumbersClient, sandbox: Sandbox, region: str, type: str
) -> None:
    """One order for all numbers, in any region and of any type."""
    for ending in "12":
        sandbox.project().add_available(
            phone_number=f"+1999555010{ending}", region_code=region, type=type
        )

    result = await order_numbers(
        client, region_code=region, type=type, requested_quantity=2, longest_pause=0.01
    )

    assert 2 == len(result.phone_numbers)
    assert ["create_order", "submit_order", "rent", "rent"] == operations(sandbox)


async def test_another_404_does_not_show_that_there_are_no_requirements(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Only the service's own error for the requirements leads to an order without them."""
    sandbox.faults.queue("404_html")

    with pytest.raises(NotFoundError):
        await order_numbers(client, **order())

    assert [] == sandbox.ledger


async def test_a_lost_creation_is_told(client: NumbersClient, sandbox: Sandbox) -> None:
    """It is not sent again, and nothing else is."""
    sandbox.faults.add("drop", path="createNumberOrder")

    with pytest.raises(OutcomeUnknownError):
        await order_numbers(client, **order())

    assert ["numberOrders:createNumberOrder"] == changes(sandbox)


@pytest.mark.parametrize("path", ["registration", "attachments", "submit"])
@pytest.mark.parametrize("fault", ["drop", "drop_before", "503"])
async def test_lost_replies_on_the_way_are_settled(
    client: NumbersClient, sandbox: Sandbox, path: str, fault: str
) -> None:
    """Each step is done, and the number is bought once."""
    sandbox.faults.add(fault, path=path)

    result = await order_numbers(client, **order())

    assert OrderOutcome.COMPLETED is result.outcome
    assert ["create_order", "submit_order", "rent"] == operations(sandbox)


async def test_failing_reads_do_not_end_the_wait(client: NumbersClient, sandbox: Sandbox) -> None:
    """An outage during the review passes by."""

    def outage(step: Step, order: NumberOrder) -> None:
        if step is Step.SUBMITTED:
            # More than one look with all its attempts.
            sandbox.faults.add("503", method="GET", path=order.id_number_order, times=9)

    result = await order_numbers(client, **order(), on_step=outage)

    assert OrderOutcome.COMPLETED is result.outcome
    assert ["503"] * 9 == sandbox.faults.applied


async def test_events_wake_the_wait(client: NumbersClient, sandbox: Sandbox) -> None:
    """Long before it would look by itself; events about other orders do not."""
    order_id = await in_review(client)
    looked = asyncio.Event()
    waiting = asyncio.create_task(
        client.number_orders.wait_until_completed(
            order_id, longest_pause=3600, deadline=None, on_progress=lambda _: looked.set()
        )
    )
    await looked.wait()
    looked.clear()
    sandbox.project().orders.decide(order_id, "COMPLETED")
    await client.notify(NumberOrderEvent(resource_id="another"))
    await asyncio.sleep(0.01)
    assert not looked.is_set()
    await client.notify(NumberOrderEvent(resource_id=order_id))

    async with asyncio.timeout(20):
        assert (await waiting).ok


@pytest.mark.parametrize(
    "changes",
    [
        {"deadline": -1},
        {"deadline": True},
        {"deadline": float("nan")},
        {"longest_pause": 0},
        {"longest_pause": float("inf")},
        {"registration": "data"},
        {"registration": 7},
        {"registration": {"data": {1}}},
        {"attachments": [bill()]},
        {"attachments": {"": bill()}},
        {"attachments": {"x": 7}},
        {"phone_number": "12"},
        {"requested_quantity": 2},
    ],
    ids=[
        *("negative deadline", "bool deadline", "nan deadline", "no pause", "infinite pause"),
        *("str registration", "int registration", "set in registration"),
        *("list of attachments", "empty attachment id", "int attachment"),
        *("malformed number", "number and quantity"),
    ],
)
async def test_malformed_arguments_are_not_sent(
    client: NumbersClient, sandbox: Sandbox, changes: dict[str, Any]
) -> None:
    """They are told before the first byte."""
    with pytest.raises(InvalidArgumentError):
        await order_numbers(client, **order(**changes))

    assert [] == sandbox.calls


async def test_an_order_that_is_not_there(client: NumbersClient) -> None:
    """There is nothing to resume, or to wait for."""
    with pytest.raises(NotFoundError, match="no such order"):
        await resume_order(client, "01knone")
    with pytest.raises(NotFoundError, match="no such order"):
        await client.number_orders.wait_until_completed("01knone", longest_pause=0.001)


async def test_an_order_by_schema_and_one_without_data(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Other countries ask in other shapes."""
    register, proof = "01k5rb2c4d6e8f0g2h4j6k8m1p", "01k5rb2c4d6e8f0g2h4j6k8m2q"
    company = {
        "companyName": "Beispiel", "street": "Weg 1", "city": "Berlin",
        "postalCode": "10115", "legalForm": "GmbH",
    }  # fmt: skip
    documents = {
        register: Document(b"x", filename="register.pdf"),
        proof: Document(b"x", filename="lease.tiff", document_type="Lease"),
    }
    german = {
        **order(), "region_code": "DE", "type": "LOCAL", "attachments": documents,
        "phone_number": "+493000000001",
    }  # fmt: skip
    sandbox.project().add_available(phone_number="+493000000001", region_code="DE", type="LOCAL")
    sandbox.project().add_available(phone_number="+33100000001", region_code="FR", type="LOCAL")
    with pytest.raises(OrderIncompleteError) as caught:
        await order_numbers(
            client, **german | {"registration": [company | {"postalCode": "1"}, {}]}
        )
    assert [
        ("requestDetails.data[0].postalCode", "violates the schema: pattern '^[0-9]{5}$'"),
        ("requestDetails.data[1].firstName", "is missing"),
        ("requestDetails.data[1].lastName", "is missing"),
        ("requestDetails.data[1].phoneNumber", "is missing"),
    ] == [(problem.field, problem.description) for problem in caught.value.problems]

    first = await order_numbers(client, **german | {"registration": [company, PERSON]})
    french = await order_numbers(
        client,
        **order(
            region_code="FR",
            type="LOCAL",
            phone_number="+33100000001",
            registration=None,
            attachments={"01k5rb2c4d6e8f0g2h4j6k8m3r": bill()},
        ),
    )

    assert (OrderOutcome.COMPLETED, OrderOutcome.COMPLETED) == (first.outcome, french.outcome)


async def test_the_twins_do_the_same(sandbox: Sandbox) -> None:
    """Order, resume and wait, without an event loop of one's own."""

    def run() -> tuple[OrderResult, OrderResult]:
        with SyncNumbersClient(
            "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.auth_url
        ) as client:
            pending = twins.order_numbers(
                client, **order(registration=with_remark("block"), deadline=20)
            )
            ended = twins.resume_order(
                client, pending.order_id, registration=DATA, longest_pause=0.01, deadline=20
            )
            assert client.number_orders.wait_until_completed(ended.order_id, deadline=0).ok
            return pending, ended

    blocked, ended = await anyio.to_thread.run_sync(run)

    assert (OrderOutcome.BLOCKED, OrderOutcome.COMPLETED) == (blocked.outcome, ended.outcome)


async def test_a_bug_while_remarks_are_read_is_raised(
    client: NumbersClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only errors of the SDK leave the remarks out."""

    async def crash(_: object, __: str) -> None:
        raise ZeroDivisionError("a bug")

    order_id = await in_review(client)
    monkeypatch.setattr(type(client.number_orders), "get_registration", crash)

    with pytest.raises(ZeroDivisionError):
        await resume_order(client, order_id, deadline=0)
