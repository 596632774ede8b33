"""Number orders: reservation, registration, review, and one ledger entry per charge."""

import io
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sinch_numbers.sandbox import Clock, Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+61491570156"
LOOKUP, CREATE = "numberOrders:lookupNumberRequirements", "numberOrders:createNumberOrder"
AU = {"regionCode": "AU", "numberType": "MOBILE"}
ONE = {**AU, "numberOrderOption": {"phoneNumbers": [NUMBER]}}
SENDER = {
    "senderId": "ACME",
    "purposeOfTheTraffic": "Reminders",
    "intendedUseOfMobileNumbers": "Replies",
    "iConfirmThatMyBusinessHasAValidUseCaseForThisLn": True,
}
COMPANY = {
    "endBusinessName": "Acme",
    "endBusinessAddress": "4 Quay St",
    "city": "Hobart",
    "state": "TAS",
    "country": "AU",
    "postalCode": "7000",
}
PERSON = {"firstName": "Ann", "lastName": "Example", "phoneNumber": "+61491570157"}
ADDRESS = "01k5rb2c4d6e8f0g2h4j6k8m0n"


@pytest.fixture(autouse=True)
async def number(sandbox: Sandbox) -> None:
    sandbox.project().add_available(phone_number=NUMBER, region_code="AU", type="MOBILE")


@pytest.fixture
async def order(api: Any) -> str:
    return (await api.post(CREATE, ONE)).json["idNumberOrder"]


def written(purpose: str = "Reminders") -> dict[str, Any]:
    data = [[{**SENDER, "purposeOfTheTraffic": purpose}], COMPANY, PERSON]
    return {"requestDetails": {"data": data}}


async def register(api: Any, order: str, body: Any = None) -> Any:
    return await api.send("PUT", f"numberOrders/{order}/registration", json=body or written())


def form(
    name: str = "bill.pdf", kind: str = "application/pdf", size: int = 10, document: str = "?"
) -> aiohttp.FormData:
    data = aiohttp.FormData()
    if document:
        data.add_field("documentType", "Utility bill" if document == "?" else document)
    content = io.BytesIO(b"x" * size)
    data.add_field("file", content, filename=name, content_type=kind)
    return data


async def attach(api: Any, order: str, data: Any = None, attachment: str = ADDRESS) -> Any:
    path = f"numberOrders/{order}/attachments/{attachment}"
    return await api.send("POST", path, data=data or form())


async def submitted(api: Any, order: str, purpose: str = "Reminders") -> Any:
    assert 200 == (await register(api, order, written(purpose))).status
    assert 200 == (await attach(api, order)).status
    return await api.post(f"numberOrders/{order}/submit")


async def state(api: Any, order: str) -> str:
    return (await api.get(f"numberOrders/{order}")).json["state"]


def fields(answer: Any) -> list[str]:
    (detail,) = answer.json["error"]["details"]
    return [violation["field"] for violation in detail["fieldViolations"]]


@pytest.mark.parametrize(
    ("kind", "rules", "documents"),
    [
        (("AU", "MOBILE"), True, [True]),
        (("DE", "LOCAL"), False, [True, True]),
        (("FR", "LOCAL"), False, [True, False]),
        (("BR", "MOBILE"), True, []),
    ],
)
async def test_requirements_come_in_several_shapes(
    api: Any, kind: tuple[str, str], rules: bool, documents: list[bool]
) -> None:
    """
    Rules with templates, a schema, or nothing; documents that are mandatory or not.

    The newest reference has no other member, such as `quantityOrdersSupported`.
    """
    answer = await api.post(LOOKUP, {"regionCode": kind[0], "numberType": kind[1]})

    assert rules is ("rules" in answer.json["fields"])
    assert documents == [one["mandatory"] for one in answer.json["attachments"]]
    assert {"fields", "attachments"} == answer.json.keys()


async def test_nothing_is_on_record_for_us_numbers(api: Any) -> None:
    """And for most others; the detail names the product."""
    answer = await api.post(LOOKUP, {"regionCode": "US", "numberType": "LOCAL"})

    (detail,) = answer.json["error"]["details"]
    assert (404, "NumberProduct", "numberRequirements") == (
        answer.status,
        detail["resourceType"],
        detail["resourceName"],
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"regionCode": "AU"}, 400),
        ({**AU, "numberType": "PAGER"}, 400),
        (AU, 400),
        ({**ONE, "quantityOrderOption": {"requestedQuantity": 1}}, 400),
        ({**AU, "numberOrderOption": {}}, 400),
        ({**AU, "numberOrderOption": {"phoneNumbers": []}}, 400),
        ({**AU, "numberOrderOption": {"phoneNumbers": [NUMBER, NUMBER]}}, 400),
        ({**AU, "numberOrderOption": {"phoneNumbers": [7]}}, 400),
        ({**AU, "numberOrderOption": {"phoneNumbers": ["+61491570199"]}}, 404),
        ({**ONE, "numberType": "LOCAL"}, 400),
        ({**AU, "quantityOrderOption": {}}, 400),
        ({**AU, "quantityOrderOption": {"requestedQuantity": 0}}, 400),
        ({**AU, "quantityOrderOption": {"requestedQuantity": 101}}, 400),
        ({**AU, "quantityOrderOption": {"requestedQuantity": True}}, 400),
        ({**AU, "quantityOrderOption": {"requestedQuantity": 2}}, 404),
        ({**ONE, "smsConfiguration": {}}, 400),
        ({**ONE, "voiceConfiguration": {"type": "EST"}}, 400),
    ],
)
async def test_what_cannot_be_ordered(
    api: Any, sandbox: Sandbox, body: dict[str, Any], status: int
) -> None:
    """It is refused, and nothing is reserved."""
    assert status == (await api.post(CREATE, body)).status
    assert [] == sandbox.ledger
    assert NUMBER in sandbox.project().stock


async def test_an_order_reserves_and_costs_nothing_yet(
    api: Any, sandbox: Sandbox, order: str
) -> None:
    """The number is out of the stock, so nobody else can order it."""
    assert 404 == (await api.post(CREATE, ONE)).status
    assert [("create_order", None)] == [
        (entry.operation, entry.amount) for entry in sandbox.ledger
    ]
    assert [] == sandbox.project().events


async def test_an_order_expires(api: Any, sandbox: Sandbox, clock: Clock, order: str) -> None:
    """After 48 hours, to the second; the number is free again, and it is announced once."""
    clock.advance(timedelta(hours=48, seconds=-1))
    assert "CREATED" == await state(api, order)
    clock.advance(1)
    for _ in range(2):
        assert 400 == (await register(api, order)).status
        assert 400 == (await attach(api, order)).status
        assert 400 == (await api.post(f"numberOrders/{order}/submit")).status

    assert "EXPIRED" == await state(api, order)
    assert 200 == (await api.get(f"availableNumbers/{NUMBER}")).status
    (event,) = sandbox.project().events
    assert (order, "NUMBER_ORDER", "NUMBER_ORDER_PROCESSING", "EXPIRED", clock.now()) == (
        event.resource_id,
        event.resource_type,
        event.event_type,
        event.status,
        event.at,
    )


async def test_a_registration_is_checked_while_you_wait(api: Any, order: str) -> None:
    """All problems at once, and the order is as it was."""
    body = written()
    body["requestDetails"]["data"] = [
        [{**SENDER, "senderId": "x" * 12, "iConfirmThatMyBusinessHasAValidUseCaseForThisLn": 1}],
        {**COMPANY, "city": None, "country": "Australia"},
        "Ann",
        {},
    ]

    answer = await register(api, order, body)

    data = "requestDetails.data"
    assert [
        f"{data}[0][0].senderId",
        f"{data}[0][0].iConfirmThatMyBusinessHasAValidUseCaseForThisLn",
        f"{data}[1].city",
        f"{data}[1].country",
        f"{data}[2]",
        data,
    ] == fields(answer)
    read = await api.get(f"numberOrders/{order}/registration")
    assert {"requestDetails": {}, "attachments": [], "logs": []} == read.json
    assert 200 == (await register(api, order)).status


@pytest.mark.parametrize("body", [{"requestDetails": []}, {"data": []}, {"requestDetails": {}}])
async def test_a_registration_of_the_wrong_form(api: Any, order: str, body: Any) -> None:
    """It is refused like any other."""
    assert 400 == (await register(api, order, body)).status


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (form(), 200),
        (form(kind="image/png"), 200),
        (form(kind="text/html"), 400),
        (form(document="Passport"), 400),
        (form(document=""), 400),
        (form(size=0), 400),
        (form(name="ü\"'; filename=x.pdf"), 200),
        (form(size=2 * 1024 * 1024), 200),
        (form(size=11 * 1024 * 1024), 413),
        (b"no form at all", 400),
        ({"documentType": "Utility bill"}, 400),
    ],
    ids=range(11),
)
async def test_uploads(api: Any, order: str, data: Any, status: int) -> None:
    """Only what was asked for is taken, and more of it than JSON may be."""
    assert status == (await attach(api, order, data)).status


async def test_uploads_have_their_own_limit_and_nothing_else_has(api: Any, order: str) -> None:
    """JSON is held to a mebibyte, on the same order."""
    big = io.BytesIO(json.dumps(written("x" * 1024 * 1024)).encode())

    answer = await api.send("PUT", f"numberOrders/{order}/registration", data=big)

    assert 413 == answer.status


async def test_an_upload_to_nowhere(api: Any, order: str) -> None:
    """Neither another order nor another attachment has a place for it."""
    assert 404 == (await attach(api, order, attachment="01k")).status
    assert 404 == (await attach(api, "01k")).status


async def test_an_upload_is_checked_in_time(api: Any, clock: Clock, order: str) -> None:
    """Waiting at first, then taken in, or failed, by its name."""

    async def status() -> list[str]:
        read = await api.get(f"numberOrders/{order}/registration")
        return [one["uploadStatus"] for one in read.json["attachments"]]

    await attach(api, order)
    assert ["WAITING"] == await status()
    clock.advance(1.0)
    assert ["COMPLETED"] == await status()
    await attach(api, order, form(name="fail.pdf"))
    clock.advance(1.0)
    assert ["FAILED"] == await status()
    await attach(api, order, form(name="stuck.pdf"))
    clock.advance(3600.0)
    assert ["WAITING"] == await status()


async def test_an_incomplete_order_is_not_taken(api: Any, clock: Clock, order: str) -> None:
    """What is missing is listed; a failed upload is missing, too."""
    answer = await api.post(f"numberOrders/{order}/submit")
    assert (400, ["requestDetails.data", f"attachments.{ADDRESS}"]) == (
        answer.status,
        fields(answer),
    )
    await register(api, order)
    await attach(api, order, form(name="fail.pdf"))
    clock.advance(1.0)
    assert [f"attachments.{ADDRESS}"] == fields(await api.post(f"numberOrders/{order}/submit"))


@pytest.mark.parametrize(
    ("purpose", "ends", "remarks"),
    [
        ("Reminders", "COMPLETED", []),
        ("reject: spam", "REJECTED", ["reject: spam"]),
        ("block: which?", "BLOCKED", ["block: which?"]),
        ("stuck", "IN_REVIEW", []),
    ],
)
async def test_a_review_ends_by_what_was_written(
    api: Any, sandbox: Sandbox, clock: Clock, order: str, purpose: str, ends: str, remarks: Any
) -> None:
    """In its time; only what is completed is rented, and each change is announced."""
    assert "IN_REVIEW" == (await submitted(api, order, purpose)).json["state"]
    clock.advance(1.9)
    assert "IN_REVIEW" == await state(api, order)
    clock.advance(0.1)
    assert ends == await state(api, order)

    read = await api.get(f"numberOrders/{order}/registration")
    assert remarks == [log["message"] for log in read.json["logs"]]
    told = ["IN_REVIEW"] if ends == "IN_REVIEW" else ["IN_REVIEW", ends]
    assert told == [event.status for event in sandbox.project().events]
    rents = [entry.phone_number for entry in sandbox.ledger if entry.operation == "rent"]
    assert ([NUMBER] if ends == "COMPLETED" else []) == rents
    free = 200 if ends == "REJECTED" else 404
    assert free == (await api.get(f"availableNumbers/{NUMBER}")).status


async def test_a_completed_order_is_rented_with_its_links(
    api: Any, sandbox: Sandbox, clock: Clock
) -> None:
    """Also when nobody asks for the order: any request finds the number."""
    body = {**ONE, "smsConfiguration": {"servicePlanId": "p"}, "callbackUrl": "https://h.example/"}
    order = (await api.post(CREATE, body)).json["idNumberOrder"]
    await submitted(api, order)
    clock.advance(2.0)

    rented = (await api.get(f"activeNumbers/{NUMBER}")).json

    assert "p" == rented["smsConfiguration"]["scheduledProvisioning"]["servicePlanId"]
    assert "https://h.example/" == rented["callbackUrl"]
    assert {"https://h.example/"} == {one.callback_url for one in sandbox.project().events}
    (rent,) = [entry for entry in sandbox.ledger if entry.operation == "rent"]
    assert "1.00" == str(rent.amount)


async def test_a_blocked_order_can_be_corrected(api: Any, clock: Clock, order: str) -> None:
    """Written again and submitted again, it is completed."""
    await submitted(api, order, "block")
    clock.advance(2.0)
    assert "BLOCKED" == await state(api, order)

    assert "IN_REVIEW" == (await submitted(api, order)).json["state"]
    clock.advance(2.0)
    assert "COMPLETED" == await state(api, order)


async def test_a_review_can_be_ended_by_hand(api: Any, sandbox: Sandbox, order: str) -> None:
    """As a test needs it, and only where there is one."""
    orders = sandbox.project().orders
    with pytest.raises(ValueError, match="CREATED cannot become COMPLETED"):
        orders.decide(order, "COMPLETED")
    await submitted(api, order, "stuck")
    with pytest.raises(ValueError, match="IN_REVIEW cannot become EXPIRED"):
        orders.decide(order, "EXPIRED")

    orders.decide(order, "REJECTED", "not today")

    assert "REJECTED" == await state(api, order)
    assert [order] == list(orders)


async def test_an_order_under_review_is_closed(api: Any, order: str) -> None:
    """It takes neither data nor documents, and is not submitted twice."""
    await submitted(api, order)

    for answer in (
        await register(api, order),
        await attach(api, order),
        await api.post(f"numberOrders/{order}/submit"),
    ):
        assert (400, "the order is IN_REVIEW") == (answer.status, answer.message)


async def test_orders_by_quantity(api: Any, sandbox: Sandbox, clock: Clock) -> None:
    """So many, with the pattern and capabilities that were asked for, in a row if need be."""
    for last in (1, 2, 4, 5, 6):
        sandbox.project().add_available(
            phone_number=f"+5511900{last}", region_code="BR", type="MOBILE", capability=["SMS"]
        )
    kind = {"regionCode": "BR", "numberType": "MOBILE"}
    option = {"requestedQuantity": 3, "sequential": True, "capabilities": ["SMS"],
              "numberPattern": {"pattern": "+5511"}}  # fmt: skip

    answer = await api.post(CREATE, {**kind, "quantityOrderOption": option})

    numbers = [one["phoneNumber"] for one in answer.json["orderNumbers"]]
    assert ["+55119004", "+55119005", "+55119006"] == numbers
    for wrong in ({"sequential": True, "requestedQuantity": 3}, {"capabilities": ["VOICE"]}):
        changed = {**option, "requestedQuantity": 1, **wrong}
        assert 404 == (await api.post(CREATE, {**kind, "quantityOrderOption": changed})).status
    order = answer.json["idNumberOrder"]
    details = {"requestDetails": {"data": [{"companyName": "Acme", "taxId": "1"}]}}
    assert 200 == (await register(api, order, details)).status
    assert 200 == (await api.post(f"numberOrders/{order}/submit")).status
    clock.advance(2.0)
    await api.get("activeNumbers")
    assert numbers == [one.phone_number for one in sandbox.ledger if one.operation == "rent"]


WITHOUT_REQUIREMENTS = [("US", "LOCAL"), ("US", "TOLL_FREE"), ("GB", "MOBILE"), ("AU", "LOCAL")]
BY_NUMBER = {"numberOrderOption": {"phoneNumbers": ["+12025550101"]}}
BY_QUANTITY = {"quantityOrderOption": {"requestedQuantity": 3}}


@pytest.fixture(params=WITHOUT_REQUIREMENTS, ids="-".join)
async def free(request: pytest.FixtureRequest, sandbox: Sandbox) -> dict[str, str]:
    """Add three numbers of a region and type without requirements."""
    region, number_type = request.param
    for last in (1, 2, 3):
        sandbox.project().add_available(
            phone_number=f"+1202555010{last}", region_code=region, type=number_type
        )
    return {"regionCode": region, "numberType": number_type}


@pytest.mark.parametrize("option", [BY_NUMBER, BY_QUANTITY], ids=["number", "quantity"])
async def test_an_order_without_requirements_needs_no_registration(
    api: Any, sandbox: Sandbox, clock: Clock, free: dict[str, str], option: dict[str, Any]
) -> None:
    """It is submitted directly, and has the states, events and charges of every order."""
    assert 404 == (await api.post(LOOKUP, free)).status
    created = (
        await api.post(CREATE, {**free, **option, "callbackUrl": "https://h.example/"})
    ).json
    order = created["idNumberOrder"]
    numbers = [one["phoneNumber"] for one in created["orderNumbers"]]
    assert ("CREATED", (1 if option is BY_NUMBER else 3)) == (created["state"], len(set(numbers)))
    assert not sandbox.project().stock.keys() & set(numbers)

    answer = await api.post(f"numberOrders/{order}/submit")

    assert (200, "IN_REVIEW") == (answer.status, answer.json["state"])
    assert 400 == (await api.post(f"numberOrders/{order}/submit")).status
    clock.advance(2.0)
    assert "COMPLETED" == await state(api, order)
    events = [event for event in sandbox.project().events if event.resource_id == order]
    assert [("IN_REVIEW", "https://h.example/"), ("COMPLETED", "https://h.example/")] == [
        (event.status, event.callback_url) for event in events
    ]
    rents = [entry for entry in sandbox.ledger if entry.operation == "rent"]
    assert [(number, "1.00") for number in numbers] == [
        (rent.phone_number, str(rent.amount)) for rent in rents
    ]


@pytest.mark.parametrize(
    ("purpose", "ends"), [("reject", "REJECTED"), ("block", "BLOCKED"), ("stuck", "IN_REVIEW")]
)
async def test_a_registration_without_requirements_is_optional(
    api: Any, clock: Clock, free: dict[str, str], purpose: str, ends: str
) -> None:
    """Any object is accepted, so tests can select the outcome; there is no document to upload."""
    order = (await api.post(CREATE, {**free, **BY_NUMBER})).json["idNumberOrder"]

    assert 200 == (await register(api, order, {"requestDetails": {"note": purpose}})).status
    assert 404 == (await attach(api, order)).status
    assert 200 == (await api.post(f"numberOrders/{order}/submit")).status

    clock.advance(2.0)
    assert ends == await state(api, order)


async def test_an_order_without_requirements_expires(
    api: Any, sandbox: Sandbox, clock: Clock, free: dict[str, str]
) -> None:
    """Like every order, it must be submitted within 48 hours; then its numbers are free again."""
    order = (await api.post(CREATE, {**free, **BY_QUANTITY})).json["idNumberOrder"]

    clock.advance(timedelta(hours=48))

    assert "EXPIRED" == await state(api, order)
    assert 400 == (await api.post(f"numberOrders/{order}/submit")).status
    assert ["EXPIRED"] == [event.status for event in sandbox.project().events]
    assert 200 == (await api.post(CREATE, {**free, **BY_QUANTITY})).status


async def test_an_order_reserves_all_numbers_or_none(
    api: Any, sandbox: Sandbox, free: dict[str, str]
) -> None:
    """A quantity that is not available is a 404, and nothing is reserved."""
    option = {"quantityOrderOption": {"requestedQuantity": 4}}

    assert 404 == (await api.post(CREATE, {**free, **option})).status
    assert [] == sandbox.ledger
    assert 200 == (await api.post(CREATE, {**free, **BY_QUANTITY})).status
