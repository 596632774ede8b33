"""Number orders, operation by operation, from the lookup to the review."""

import io
from pathlib import Path
from typing import Any

import attrs
import pytest
from notations import every_notation
from products import product

from sinch_numbers import (
    APIReplyLostError,
    BadRequestError,
    Capability,
    ContentTooLarge,
    ContentTooLargeError,
    Document,
    EstVoice,
    InternalServerError,
    InvalidArgumentError,
    NotFoundError,
    NumberOrder,
    NumberOrderState,
    NumbersClient,
    OutcomeUnknownError,
    RateLimitError,
    ResourceInfo,
    SmsConfiguration,
    UnexpectedResultError,
    UploadError,
    UploadStatus,
)
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

absent = every_notation

AU = {"region_code": "AU", "type": "MOBILE"}
NUMBER = "+61491570156"
SENDER = {
    "senderId": "ACME",
    "purposeOfTheTraffic": "Appointment reminders",
    "intendedUseOfMobileNumbers": "Replies",
    "iConfirmThatMyBusinessHasAValidUseCaseForThisLn": True,
}
COMPANY = {
    "endBusinessName": "Acme Dental Pty",
    "endBusinessAddress": "4 Quay St",
    "city": "Hobart",
    "state": "TAS",
    "country": "AU",
    "postalCode": "7000",
}
PERSON = {"firstName": "Ann", "lastName": "Example", "phoneNumber": "+61491570157"}
DETAILS = {"data": [[SENDER], COMPANY, PERSON]}
ADDRESS = "01k5rb2c4d6e8f0g2h4j6k8m0n"
BILL = Document(b"%PDF bill", filename="bill.pdf", document_type="Utility bill")


@pytest.fixture(autouse=True)
def shop(sandbox: Sandbox) -> None:
    sandbox.project().add_available(phone_number=NUMBER, region_code="AU", type="MOBILE")


@pytest.fixture
async def order(client: NumbersClient, sandbox: Sandbox) -> str:
    created = await client.number_orders.create(**AU, phone_number=NUMBER)
    sandbox.calls.clear()
    sandbox.ledger.clear()
    return created.id_number_order


def operations(sandbox: Sandbox) -> list[str]:
    return [entry.operation for entry in sandbox.ledger]


def verbs(sandbox: Sandbox) -> list[str]:
    return [call.split()[0] for call in sandbox.calls if "oauth2" not in call]


async def test_requirements_say_what_is_asked_for(client: NumbersClient) -> None:
    """Fields come as the service sent them, documents as models."""
    found = await client.number_orders.requirements(**AU)
    (document,) = found.attachments

    assert [COMPANY.keys() | {"endBusinessAddress2"}, PERSON.keys()] == [
        set(rule["template"]) for rule in found.fields["rules"][1:]
    ]
    assert (ADDRESS, True, ("Utility bill", "Bank statement")) == (
        document.id,
        document.mandatory,
        document.allowed_document_types,
    )


async def test_no_requirements_on_record(client: NumbersClient) -> None:
    """The service says so by a 404 about the number product."""
    with pytest.raises(NotFoundError) as caught:
        await client.number_orders.requirements(region_code="US", type="LOCAL")

    assert [("NumberProduct", "numberRequirements")] == [
        (detail.resource_type, detail.resource_name)
        for detail in caught.value.details
        if isinstance(detail, ResourceInfo)
    ]


@pytest.mark.parametrize("fault", ["drop", "503", "429"])
async def test_the_lookup_is_repeated_like_a_read(
    client: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """It is a POST, but it changes nothing."""
    sandbox.faults.queue(fault, fault)

    assert (await client.number_orders.requirements(**AU)).attachments


async def test_an_order_reserves_its_number(client: NumbersClient, sandbox: Sandbox) -> None:
    """The order says what it will cost and until when it holds; the number is free no more."""
    order = await client.number_orders.create(
        **AU,
        phone_number=NUMBER,
        sms_configuration=SmsConfiguration("plan"),
        callback_url="https://hooks.example.net/",
    )
    (number,) = order.order_numbers

    assert NumberOrderState.CREATED == order.state
    assert (NUMBER, "USD") == (number.phone_number, number.number_price.setup_price.currency_code)
    assert 48 * 3600 == (order.expire_time - order.create_time).total_seconds()
    assert SmsConfiguration("plan") == order.sms_configuration
    assert order == await client.number_orders.get(order.id_number_order)
    with pytest.raises(NotFoundError):
        await client.available_numbers.get(NUMBER)
    assert [] == [entry for entry in sandbox.ledger if entry.amount]


async def test_an_order_by_quantity(client: NumbersClient) -> None:
    """So many numbers that fit, with the link that was asked for."""
    order = await client.number_orders.create(
        region_code="US",
        type="LOCAL",
        requested_quantity=3,
        capabilities=[Capability.SMS, Capability.VOICE],
        number_pattern="+1",
        search_pattern="START",
        voice_configuration=EstVoice("trunk"),
    )

    assert 3 == len({number.phone_number for number in order.order_numbers})
    assert EstVoice("trunk") == order.voice_configuration


@pytest.mark.parametrize("by", ["phone_number", "requested_quantity"])
async def test_an_order_without_requirements_is_submitted_directly(
    client: NumbersClient, sandbox: Sandbox, by: str
) -> None:
    """Where no requirements are on record, `create` and `submit` are all of an order."""
    number = sandbox.project().add_available().phone_number
    option = {"phone_number": number} if by == "phone_number" else {"requested_quantity": 2}
    created = await client.number_orders.create(region_code="US", type="LOCAL", **option)

    submitted = await client.number_orders.submit(created.id_number_order)

    assert NumberOrderState.IN_REVIEW == submitted.state
    sandbox.clock.advance(1.0)
    ended = await client.number_orders.get(created.id_number_order)
    assert NumberOrderState.COMPLETED == ended.state
    for ordered in ended.order_numbers:
        assert await client.active_numbers.get(ordered.phone_number)


async def test_consecutive_numbers(client: NumbersClient, sandbox: Sandbox) -> None:
    """They follow each other, or there is no order."""
    for last in (2, 3, 5, 6, 7):
        sandbox.project().add_available(
            phone_number=f"+4930000000{last}", region_code="DE", type="LOCAL"
        )
    wanted = {
        "region_code": "DE", "type": "LOCAL", "sequential": True,
        "number_pattern": "+4930000000",
    }  # fmt: skip

    order = await client.number_orders.create(**wanted, requested_quantity=3)

    assert ["+49300000005", "+49300000006", "+49300000007"] == [
        number.phone_number for number in order.order_numbers
    ]
    with pytest.raises(NotFoundError, match="not enough"):
        await client.number_orders.create(**wanted, requested_quantity=3)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "exactly one of phone_number and requested_quantity"),
        ({"phone_number": NUMBER, "requested_quantity": 1}, "exactly one of"),
        ({"phone_number": "61491570156"}, "E.164"),
        ({"phone_number": [NUMBER]}, "E.164"),
        ({"phone_number": NUMBER, "sequential": False}, "when sequential"),
        ({"phone_number": NUMBER, "capabilities": "SMS"}, "when sequential, capabilities"),
        ({"phone_number": NUMBER, "number_pattern": "+61"}, "or a pattern is given"),
        ({"requested_quantity": 0}, "a positive integer"),
        ({"requested_quantity": 101}, "1 to 100"),
        ({"requested_quantity": True}, "positive integer"),
        ({"requested_quantity": 1, "region_code": "Australia"}, "two capital letters"),
        ({"requested_quantity": 1, "sms_configuration": {}}, "service_plan_id"),
        ({"requested_quantity": 1, "voice_configuration": {"type": "EST"}}, "trunk_id"),
    ],
)
async def test_what_cannot_be_ordered_is_not_sent(
    client: NumbersClient, sandbox: Sandbox, given: dict[str, Any], message: str
) -> None:
    """Mistakes are told before anything leaves."""
    with pytest.raises(InvalidArgumentError, match=message):
        await client.number_orders.create(**AU | given)

    assert [] == sandbox.calls


@pytest.mark.parametrize(
    "fault",
    ["drop", "reset", "truncated", "garbage", "empty", "drop_before", "500", "503", "html"],
)
async def test_an_order_in_doubt_is_not_repeated(
    async_client: NumbersClient, sandbox: Sandbox, fault: str
) -> None:
    """No read can tell, so it is sent once, the error says so, and it stays on record."""
    sandbox.faults.queue(fault)

    with pytest.raises(OutcomeUnknownError, match="whether the call took effect") as caught:
        await async_client.number_orders.create(**AU, phone_number=NUMBER)

    assert ["POST"] == verbs(sandbox)
    (open_,) = async_client.unresolved
    assert (caught.value.op_id, NUMBER) == (open_.op_id, open_.phone_number)
    with pytest.raises(OutcomeUnknownError):
        await async_client.reconcile(open_)
    assert (open_,) == async_client.unresolved


@pytest.mark.parametrize(
    ("fault", "error"), [("429", RateLimitError), ("bad_request", BadRequestError)]
)
async def test_an_order_that_was_refused_is_in_no_doubt(
    client: NumbersClient, sandbox: Sandbox, fault: str, error: type[Exception]
) -> None:
    """And it is not repeated either: the caller decides."""
    sandbox.faults.queue(fault)

    with pytest.raises(error):
        await client.number_orders.create(**AU, phone_number=NUMBER)

    assert (["POST"], []) == (verbs(sandbox), operations(sandbox))


async def test_an_order_for_another_number_is_reported_with_it(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """The order exists: the error has it, and nothing is unresolved."""
    sandbox.project().add_available(phone_number="+61491570199", region_code="AU", type="MOBILE")
    other = await client.number_orders.create(**AU, phone_number="+61491570199")
    sandbox.project().orders.settle()
    orders = sandbox.project().orders
    orders.create = lambda *_: orders[other.id_number_order]

    with pytest.raises(UnexpectedResultError, match="about another resource") as caught:
        await client.number_orders.create(**AU, phone_number=NUMBER)

    assert other == caught.value.result


async def test_a_success_that_names_nothing_is_in_doubt(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """An order without an ID cannot be looked at, so its creation stays unknown."""
    orders = sandbox.project().orders
    create = orders.create
    orders.create = lambda *given: attrs.evolve(create(*given), id="")

    with pytest.raises(OutcomeUnknownError, match="invalid response: "):
        await client.number_orders.create(**AU, phone_number=NUMBER)

    assert (["POST"], 1) == (verbs(sandbox), len(operations(sandbox)))


@pytest.mark.parametrize(
    "order_id", ["", ".", "..", "a\nb", "é", "x" * 129, None, 7, b"01k5q7zzq4e2d8n6m0p3r5s7tv"]
)
async def test_what_is_no_id_is_not_sent(
    client: NumbersClient, sandbox: Sandbox, order_id: Any
) -> None:
    """Whichever operation it is for."""
    orders = client.number_orders
    for call in (
        lambda: orders.get(order_id),
        lambda: orders.get_registration(order_id),
        lambda: orders.update_registration(order_id, request_details={}),
        lambda: orders.upload_attachment(order_id, ADDRESS, BILL),
        lambda: orders.upload_attachment("01k", order_id, BILL),
        lambda: orders.submit(order_id),
    ):
        with pytest.raises(InvalidArgumentError, match="an ID as returned by the API"):
            await call()

    assert [] == sandbox.calls


async def test_an_id_stays_one_segment(client: NumbersClient, sandbox: Sandbox) -> None:
    """Whatever it holds, it leads nowhere else."""
    with pytest.raises(NotFoundError):
        await client.number_orders.get("a/../b?c")

    assert ["GET /v1/projects/sandbox/numberOrders/a/../b?c"] == [
        call for call in sandbox.calls if "oauth2" not in call
    ]


async def test_an_order_that_is_not_there(client: NumbersClient) -> None:
    """It is a 404, whatever is asked of it."""
    orders = client.number_orders
    for call in (
        orders.get("01knone"),
        orders.get_registration("01knone"),
        orders.update_registration("01knone", request_details=DETAILS),
        orders.upload_attachment("01knone", ADDRESS, BILL),
        orders.submit("01knone"),
    ):
        with pytest.raises(NotFoundError, match="no such order"):
            await call


async def test_a_registration_is_written_and_read(client: NumbersClient, order: str) -> None:
    """As a whole; its repr shows nothing of the people it is about."""
    written = await client.number_orders.update_registration(order, request_details=DETAILS)

    assert DETAILS == dict(written.request_details)
    assert written == await client.number_orders.get_registration(order)
    assert "Example" not in repr(written)


async def test_a_refused_registration_lists_its_problems(
    client: NumbersClient, order: str
) -> None:
    """Each by its field, and the order is as it was."""
    wrong = {"data": [[SENDER | {"senderId": "TOO LONG FOR IT"}], COMPANY | {"city": ""}]}

    with pytest.raises(BadRequestError) as caught:
        await client.number_orders.update_registration(order, request_details=wrong)

    assert [
        ("requestDetails.data[0][0].senderId", "must have at most 11 characters"),
        ("requestDetails.data[1].city", "is required"),
        ("requestDetails.data[2]", "is required"),
    ] == [(one.field, one.description) for one in caught.value.field_violations]
    assert {} == dict((await client.number_orders.get_registration(order)).request_details)
    assert NumberOrderState.CREATED == (await client.number_orders.get(order)).state


@pytest.mark.parametrize("details", [None, [SENDER], "data", {"data": {1}}, {"x": float("nan")}])
async def test_a_registration_that_json_cannot_say(
    client: NumbersClient, sandbox: Sandbox, details: Any
) -> None:
    """It is refused here, and not quoted."""
    with pytest.raises(InvalidArgumentError, match="request_details") as caught:
        await client.number_orders.update_registration("01k", request_details=details)

    assert [] == sandbox.calls
    assert "ACME" not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "calls"),
    [("drop", ["PUT", "GET"]), ("drop_before", ["PUT", "GET", "PUT"]), ("429", ["PUT", "PUT"])],
)
async def test_a_registration_in_doubt_is_read_first(
    client: NumbersClient, sandbox: Sandbox, order: str, fault: str, calls: list[str]
) -> None:
    """Written again only where it is not there."""
    sandbox.faults.add(fault, method="PUT")

    written = await client.number_orders.update_registration(order, request_details=DETAILS)

    assert DETAILS == dict(written.request_details)
    assert calls == verbs(sandbox)


def opened(path: Path) -> Any:
    return path.open("rb")


@product(
    client=["async", "sync"],
    fault=["ok", "drop", "drop_before", "503", "429", "expired_token"],
    given={
        "path": lambda path: path,
        "name of a path": str,
        "open file": opened,
        "bytes": lambda path: Document(path.read_bytes(), filename="bill.png"),
        "file in memory": lambda path: Document(
            io.BytesIO(path.read_bytes()), filename="bill.png"
        ),
    },
    indirect=["client"],
)
async def test_a_document_is_uploaded(
    client: NumbersClient, sandbox: Sandbox, tmp_path: Path, given: Any, fault: str
) -> None:
    """From wherever it comes, in whole, also when it has to be sent again."""
    sandbox.project().add_available(phone_number="+33123", region_code="FR", type="LOCAL")
    path = tmp_path / "bill.png"
    path.write_bytes(bytes(range(256)) * 512)
    order = await client.number_orders.create(
        region_code="FR", type="LOCAL", requested_quantity=1, number_pattern="+33123"
    )
    sandbox.faults.queue(fault)
    source = given(path)

    await client.number_orders.upload_attachment(
        order.id_number_order, "01k5rb2c4d6e8f0g2h4j6k8m4s", source
    )

    stored = sandbox.project().orders[order.id_number_order].attachments
    (upload,) = [attachment.upload for attachment in stored.values()]
    assert ("bill.png", "image/png", 256 * 512) == (
        upload.file_name,
        upload.mime_type,
        upload.size,
    )
    if hasattr(source, "close"):
        assert not source.closed
        source.close()


async def test_uploads_show_in_the_registration(client: NumbersClient, order: str) -> None:
    """With their names and kinds, and how far they are."""
    await client.number_orders.upload_attachment(order, ADDRESS, BILL)
    (attachment,) = (await client.number_orders.get_registration(order)).attachments

    assert (ADDRESS, "bill.pdf", "application/pdf", "Utility bill") == (
        attachment.attachment_id,
        attachment.file_name,
        attachment.mime_type,
        attachment.document_type,
    )
    assert attachment.upload_status in (UploadStatus.WAITING, UploadStatus.COMPLETED)


class Pipe(io.RawIOBase):
    """A file that is read once, as from a socket."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._content.readinto(buffer)


@pytest.mark.parametrize(
    ("fault", "error"), [("drop", APIReplyLostError), ("503", InternalServerError)]
)
async def test_what_cannot_be_rewound_is_sent_once(
    client: NumbersClient, sandbox: Sandbox, order: str, fault: str, error: type[Exception]
) -> None:
    """The first failure is told, with the reason why there was no second attempt."""
    pipe = Document(Pipe(b"%PDF"), filename="bill.pdf", document_type="Utility bill")
    sandbox.faults.queue(fault)

    with pytest.raises(error) as caught:
        await client.number_orders.upload_attachment(order, ADDRESS, pipe)

    assert ["POST"] == verbs(sandbox)
    assert ["not retried: the request body can be read only once"] == caught.value.__notes__


async def test_what_cannot_be_rewound_arrives(
    client: NumbersClient, sandbox: Sandbox, order: str
) -> None:
    """Without a length that is known beforehand."""
    pipe = Document(Pipe(b"%PDF" * 10_000), filename="bill.pdf", document_type="Utility bill")

    await client.number_orders.upload_attachment(order, ADDRESS, pipe)

    assert 40_000 == sandbox.project().orders[order].attachments[ADDRESS].upload.size
    with pytest.raises(UploadError, match=r"the document \S+ is empty"):
        await client.number_orders.upload_attachment(order, ADDRESS, pipe)
    assert 40_000 == sandbox.project().orders[order].attachments[ADDRESS].upload.size


async def test_an_open_file_is_sent_from_where_it_stands(
    client: NumbersClient, sandbox: Sandbox, order: str
) -> None:
    """Also at the second attempt."""
    file = io.BytesIO(b"skipped%PDF")
    file.seek(7)
    sandbox.faults.queue("drop_before")
    document = Document(file, filename="bill.pdf", document_type="Utility bill")

    await client.number_orders.upload_attachment(order, ADDRESS, document)

    assert 4 == sandbox.project().orders[order].attachments[ADDRESS].upload.size


async def test_a_file_that_is_not_there(client: NumbersClient, sandbox: Sandbox) -> None:
    """It is an error of its own, and nothing is sent."""
    for file in ("/nowhere/bill.pdf", "/dev/null", "/dev", Document(b"", filename="x")):
        with pytest.raises(UploadError):
            await client.number_orders.upload_attachment("01k", ADDRESS, file)

    assert [] == [call for call in sandbox.calls if "oauth2" not in call]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Document(7), "file: expected a path"),
        (lambda: Document(io.StringIO("x"), filename="x"), "file: expected a path"),
        (lambda: Document(b"x"), "filename: expected"),
        (lambda: Document(b"x", filename="a\r\nb"), "filename: expected"),
        (lambda: Document(b"x", filename="\ud800"), "filename: expected"),
        (lambda: Document(b"x", filename="x", content_type="pdf"), "content_type: expected"),
        (lambda: Document(b"x", filename="x", content_type="a/b\r\nX: y"), "content_type"),
        (lambda: Document(b"x", filename="x", document_type=""), "document_type: expected"),
    ],
)
async def test_what_is_no_document(make: Any, message: str) -> None:
    """It is refused when it is made."""
    with pytest.raises(InvalidArgumentError, match=message):
        make()


async def test_a_document_is_held_against_what_is_asked_for(
    client: NumbersClient, sandbox: Sandbox, order: str
) -> None:
    """With the requirement at hand, wrong types are not sent; the service refuses them, too."""
    (wanted,) = (await client.number_orders.requirements(**AU)).attachments
    sandbox.calls.clear()
    page = Document(b"x", filename="bill.html", document_type="Utility bill")
    other = Document(b"x", filename="bill.pdf", document_type="Passport")

    for document, message in ((page, "application/pdf or image/png, got text/html"), (
        other, "Utility bill or Bank statement, got Passport")):  # fmt: skip
        with pytest.raises(InvalidArgumentError, match=message):
            await client.number_orders.upload_attachment(
                order, ADDRESS, document, requirement=wanted
            )
        assert [] == sandbox.calls
    for document in (page, other):
        with pytest.raises(BadRequestError):
            await client.number_orders.upload_attachment(order, ADDRESS, document)
    await client.number_orders.upload_attachment(order, ADDRESS, BILL, requirement=wanted)


async def test_an_upload_that_is_too_large(
    client: NumbersClient, sandbox: Sandbox, order: str, tmp_path: Path
) -> None:
    """It has an error of its own, and is not sent again."""
    path = tmp_path / "bill.pdf"
    with path.open("wb") as file:
        file.truncate(12 * 1024 * 1024)

    with pytest.raises(ContentTooLargeError) as caught:
        await client.number_orders.upload_attachment(
            order, ADDRESS, Document(path, document_type="Utility bill")
        )

    assert (413, "CONTENT_TOO_LARGE") == (caught.value.status, caught.value.code)
    assert not any(isinstance(detail, ContentTooLarge) for detail in caught.value.details)
    assert ["POST"] == verbs(sandbox)


async def complete(client: NumbersClient, order: str) -> None:
    await client.number_orders.update_registration(order, request_details=DETAILS)
    await client.number_orders.upload_attachment(order, ADDRESS, BILL)


async def test_an_incomplete_order_is_not_taken(client: NumbersClient, order: str) -> None:
    """What is missing is told."""
    with pytest.raises(BadRequestError) as caught:
        await client.number_orders.submit(order)

    assert {"requestDetails.data", f"attachments.{ADDRESS}"} == {
        problem.field for problem in caught.value.field_violations
    }


@pytest.mark.parametrize("fault", ["drop", "reset", "truncated", "empty", "drop_before", "503"])
async def test_submission_is_settled_by_reading(
    client: NumbersClient, sandbox: Sandbox, order: str, fault: str
) -> None:
    """However the first attempt ends, the order is submitted once."""
    await complete(client, order)
    sandbox.ledger.clear()
    sandbox.faults.queue(fault)

    submitted = await client.number_orders.submit(order)

    assert submitted.state in (NumberOrderState.IN_REVIEW, NumberOrderState.COMPLETED)
    assert 1 == operations(sandbox).count("submit_order")


async def test_a_blocked_order_does_not_show_that_it_was_submitted_again(
    async_client: NumbersClient, sandbox: Sandbox, async_order: str
) -> None:
    """It was blocked before the request, too, which may never have arrived."""
    client = async_client.with_options(settle_timeout=0.01)
    # Its review ends only by `decide`.
    undecided = {"data": [[SENDER | {"purposeOfTheTraffic": "stuck"}], COMPANY, PERSON]}
    await client.number_orders.update_registration(async_order, request_details=undecided)
    await client.number_orders.upload_attachment(async_order, ADDRESS, BILL)
    await client.number_orders.submit(async_order)
    sandbox.project().orders.decide(async_order, "BLOCKED")
    sandbox.ledger.clear()
    sandbox.faults.queue("drop_before")

    with pytest.raises(OutcomeUnknownError) as caught:
        await client.number_orders.submit(async_order)

    assert [] == operations(sandbox)
    sandbox.project().orders.decide(async_order, "COMPLETED")
    found = await client.reconcile(caught.value)
    assert NumberOrderState.COMPLETED == found.state


async def test_a_submission_that_stays_in_doubt_can_be_reconciled(
    async_client: NumbersClient, sandbox: Sandbox, async_order: str
) -> None:
    """It is unresolved until a read gets through."""
    await complete(async_client, async_order)
    sandbox.faults.queue("drop")
    sandbox.faults.add("500", method="GET", times=10**6)
    with pytest.raises(OutcomeUnknownError):
        await async_client.number_orders.submit(async_order)
    sandbox.faults.clear()
    (open_,) = async_client.unresolved

    found = await async_client.reconcile(open_)

    assert isinstance(found, NumberOrder)
    assert (async_order, ()) == (found.id_number_order, async_client.unresolved)


@pytest.fixture
async def async_order(async_client: NumbersClient) -> str:
    created = await async_client.number_orders.create(**AU, phone_number=NUMBER)
    return created.id_number_order
