"""The client says what the API's description says, and reads every example in it."""

import inspect
import json
import re
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest
from notations import NOTATIONS, readers
from products import every

from sinch_numbers import models
from sinch_numbers._client.bodies.documents import Document
from sinch_numbers._client.client import NumbersClient
from sinch_numbers._client.resources import active_numbers, available_numbers, available_regions
from sinch_numbers._core.pagination import Page
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers._core.serialization.converter import make_converter
from sinch_numbers.errors import (
    APIStatusError,
    ContentTooLargeError,
    OutcomeUnknownError,
)
from sinch_numbers.errors._status import status_error
from sinch_numbers.models import (
    ActiveNumber,
    AddressValidation,
    AvailableNumber,
    AvailableRegion,
    BadRequest,
    CallbackConfiguration,
    EmergencyAddress,
    EstVoice,
    FaxVoice,
    FieldViolation,
    OpenEnum,
    ResourceInfo,
    RtcVoice,
    SmsConfiguration,
    UnknownDetail,
)
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._secret import Secret
from sinch_numbers.sandbox._protocol.absent import rewritten

from .declared import declared, default_calls, model_of
from .openapi import (
    METHODS,
    PROJECT,
    Description,
    Recorder,
    ambiguous,
    answered,
    asked,
    below_project,
    check_body,
    examples,
    first_page,
    query_of,
)

pytestmark = pytest.mark.anyio

NUMBERS = Description("numbers")
OPERATIONS = NUMBERS.operations
NUMBER = "+12025550147"


@pytest.fixture
def anyio_backend():
    return "asyncio"


# What the client has no method for: tokens are traded elsewhere.
OTHERS = {"createAccessToken"}
UPLOAD = "uploadNumberOrderAttachment"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
# Operation -> its declaration, and the model of its response.
DECLARED = {
    name: declared(NUMBERS.url).get((operation["method"], below_project(operation["path"])))
    for name, operation in OPERATIONS.items()
}
READ_AS = {name: model_of(operation) for name, operation in DECLARED.items() if operation}

APP, TRUNK = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", "01k5r0m2n4p6q8s0t2v4w6x8y0"
FAX, HOOK = "01k5r0n3p5q7r9s1t3v5w7x9y1", "https://hooks.example.net/numbers"
ADDRESS = EmergencyAddress(
    street_number="77", street_info="Harbor Way", city="Portland", state="OR", postal_code="97209"
)
WAREHOUSE = {"display_name": "Warehouse", "address": ADDRESS}
ORDER, ATTACHMENT = "01k5q7zzq4e2d8n6m0p3r5s7tv", "01k5rb2c4d6e8f0g2h4j6k8m0n"
BILL = Document(b"bytes of bill.pdf", filename="bill.pdf", document_type="Utility bill")
HMAC = "sandbox-hmac-secret-0123456789-abcd"


# Operation -> example of a request (or "" where it has no body) -> the call that sends it.
CALLS = default_calls(NUMBERS) | {
    "searchAvailableNumbers": {
        "": lambda c: c.available_numbers.search(
            region_code="US", type="LOCAL", capabilities=["SMS", "VOICE"],
            number_pattern="+1202", search_pattern="START", size=5,
        ),
    },
    "getAvailableNumber": {"": lambda c: c.available_numbers.get("+447700900321")},
    "rentNumber": {
        "smsOnly": lambda c: c.available_numbers.rent(
            NUMBER, sms_configuration=SmsConfiguration("plan-7c1e", "CSANDB1"), callback_url=HOOK
        ),
        "voiceOnly": lambda c: c.available_numbers.rent(NUMBER, voice_configuration=RtcVoice(APP)),
        "sipTrunk": lambda c: c.available_numbers.rent(
            NUMBER, voice_configuration=EstVoice(TRUNK)
        ),
        "fax": lambda c: c.available_numbers.rent(NUMBER, voice_configuration=FaxVoice(FAX)),
    },
    "rentAnyNumber": {
        "example": lambda c: c.available_numbers.rent_any(
            region_code="US", type="LOCAL", capabilities=["SMS", "VOICE"], number_pattern="+1202",
            search_pattern="START", sms_configuration=SmsConfiguration("plan-7c1e"),
            voice_configuration=RtcVoice(APP), callback_url=HOOK,
        ),
    },
    "listActiveNumbers": {
        "": lambda c: first_page(
            c.active_numbers.list(
                region_code="US", type="LOCAL", capability=["VOICE"], number_pattern="+1202",
                search_pattern="START", order_by="phoneNumber", page_size=100,
            )
        ),
    },
    "getActiveNumber": {"": lambda c: c.active_numbers.get(NUMBER)},
    "updateActiveNumber": {
        "rename": lambda c: c.active_numbers.update(NUMBER, display_name="Front desk"),
        "unlinkSms": lambda c: c.active_numbers.update(
            NUMBER, sms_configuration=SmsConfiguration("", "")
        ),
        "linkSms": lambda c: c.active_numbers.update(
            NUMBER, sms_configuration=SmsConfiguration("plan-9d20", "CSANDB2")
        ),
        "moveVoiceToTrunk": lambda c: c.active_numbers.update(
            NUMBER, voice_configuration=EstVoice(TRUNK)
        ),
    },
    "releaseActiveNumber": {"": lambda c: c.active_numbers.release(NUMBER)},
    "getEmergencyAddress": {"": lambda c: c.emergency_address.get(NUMBER)},
    "provisionEmergencyAddress": {
        "example": lambda c: c.emergency_address.provision(NUMBER, **WAREHOUSE)
    },
    "deprovisionEmergencyAddress": {"": lambda c: c.emergency_address.deprovision(NUMBER)},
    "validateEmergencyAddress": {
        "example": lambda c: c.emergency_address.validate(NUMBER, **WAREHOUSE)
    },
    "listAvailableRegions": {
        "": lambda c: c.available_regions.list(types=["MOBILE", "TOLL_FREE"])
    },
    "getCallbackConfiguration": {"": lambda c: c.callback_configuration.get()},
    "updateCallbackConfiguration": {
        "example": lambda c: c.callback_configuration.update(hmac_secret=HMAC)
    },
    "lookupNumberRequirements": {
        "example": lambda c: c.number_orders.requirements(region_code="AU", type="MOBILE")
    },
    "createNumberOrder": {
        "oneNumber": lambda c: c.number_orders.create(
            region_code="AU", type="MOBILE", phone_number="+61491570156",
            sms_configuration=SmsConfiguration("plan-7c1e"),
            callback_url="https://hooks.example.net/orders",
        ),
        "byQuantity": lambda c: c.number_orders.create(
            region_code="US", type="LOCAL", requested_quantity=4, sequential=False,
            capabilities=["VOICE"], number_pattern="+1307", search_pattern="START",
            voice_configuration={"appId": APP},
        ),
    },
    "getNumberOrder": {"": lambda c: c.number_orders.get(ORDER)},
    "getNumberOrderRegistration": {"": lambda c: c.number_orders.get_registration(ORDER)},
    "updateNumberOrderRegistration": {
        "example": lambda c: c.number_orders.update_registration(
            ORDER,
            request_details={
                "data": (
                    [{"senderName": "ACME", "purpose": "Appointment reminders"}],
                    {
                        "companyName": "Acme Dental Pty", "street": "4 Quay St",
                        "city": "Hobart", "state": "TAS", "country": "AU",
                        "postalCode": "7000",
                    },
                )
            },
        )
    },
    "uploadNumberOrderAttachment": {
        "": lambda c: c.number_orders.upload_attachment(ORDER, ATTACHMENT, BILL)
    },
    "submitNumberOrder": {"": lambda c: c.number_orders.submit(ORDER)},
}  # fmt: skip

# What the description calls an operation -> our policy; what differs, and why.
POLICIES = {"safe": SAFE, "repeatable": IDEMPOTENT, "verify-first": BILLABLE}
# No read can show their effect.
UNREADABLE = {"createNumberOrder", UPLOAD}
# Billable operation -> the number that the call above is about.
SUBJECTS = dict.fromkeys(
    ("rentNumber", "releaseActiveNumber", "provisionEmergencyAddress"), NUMBER
) | {"createNumberOrder": "+61491570156"}
STRICTER = {"provisionEmergencyAddress": BILLABLE}  # no source says whether it costs


def replying(status: int, body: Any, **options: Any) -> tuple[NumbersClient, Recorder]:
    return answered(status, json.dumps(body).encode(), numbers_url=NUMBERS.url, **options)


YES = [
    pytest.param(name, value, id=f"{name} {example}")
    for name, operation in OPERATIONS.items()
    for example, value in examples(operation["responses"]["200"]).items()
]
ASKED = NUMBERS.requests(CALLS, UPLOAD)
NO = NUMBERS.refusals()


def any_yes(name: str) -> Any:
    return next(iter(examples(OPERATIONS[name]["responses"]["200"]).values()), {})


def filled(path: str, number: str) -> str:
    return path.format(
        projectId=PROJECT, phoneNumber=number, numberOrderId=ORDER, attachmentId=ATTACHMENT
    )


def test_every_operation_is_in_the_tables():
    """An operation that is added to the description is missed here."""
    described = {
        operation["operationId"]
        for item in NUMBERS.api["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    }

    assert OPERATIONS.keys() == READ_AS.keys() == CALLS.keys()
    assert described - OPERATIONS.keys() == OTHERS
    assert len(YES) > 15
    assert len(NO) > 100


def test_every_example_of_a_request_has_a_call():
    """And every call an example."""
    for name, operation in OPERATIONS.items():
        assert asked(operation).keys() == CALLS[name].keys()


# Reading


def as_told(value: Any) -> Any:
    """Return what a reply says, nothing left out but what says nothing: null, "", [], {}."""
    if isinstance(value, dict):
        told = {name: as_told(member) for name, member in value.items()}
        return {name: member for name, member in told.items() if member not in (None, (), {})}
    if isinstance(value, list):
        return tuple(as_told(item) for item in value)
    if isinstance(value, str) and TIME.fullmatch(value):
        # Six digits, three or none: they mean the same.
        return f"{value[:19]}{value[19:-1] or '.'}".ljust(26, "0") + "Z"
    return None if value == "" else value


def as_read(model: Any) -> Any:
    """Return what a model holds, under the API's names, nothing left out likewise."""
    if isinstance(model, Secret):
        return model.reveal()
    if isinstance(model, tuple):
        return tuple(as_read(item) for item in model)
    if isinstance(model, models.Extra):
        return as_told(dict(model))
    if hasattr(model, "isoformat"):
        return model.isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(model, (str, int)) or model is None:
        return model
    if not attrs.has(type(model)):
        return str(model)
    members = {
        wire_name(field.name): as_read(getattr(model, field.name))
        for field in attrs.fields(type(model))
        if field.name != "extra"
    }
    if isinstance(getattr(type(model), "type", None), OpenEnum):
        members["type"] = model.type
    return {name: member for name, member in members.items() if member not in (None, (), {})}


@pytest.mark.parametrize(("name", "value"), YES)
def test_every_example_of_a_reply_is_read_strictly(name, value):
    """No member is unknown, and none is lost or altered on the way into the model."""
    model = make_converter(forbid_unknown=True).structure(value, READ_AS[name])

    assert type(model) is READ_AS[name]
    assert as_told(value) == as_read(model)


@every(("name", "value"), YES)
def test_an_example_is_read_alike_in_every_notation_of_absence(name, value):
    """Left out, null, an empty string and an empty object mean the same."""
    for reader in readers():
        expected = as_read(reader.structure(value, READ_AS[name]))
        for absent in NOTATIONS:
            read = reader.structure(rewritten(value, absent), READ_AS[name])
            assert expected == as_read(read), absent


@pytest.mark.parametrize(("name", "value"), YES)
async def test_every_example_of_a_reply_is_what_a_call_returns(name, value):
    """Through the client, with nothing unknown left over."""
    number = value.get("phoneNumber")
    client, _ = replying(200, value)
    call = next(iter(CALLS[name].values()))
    if name == "getActiveNumber":
        call = lambda c: c.active_numbers.get(number)  # noqa: E731 - as in the table

    result = await call(client)

    expected = make_converter().structure(value, READ_AS[name])
    if isinstance(result, Page):
        shown = (result.items, result.next_page_token, result.total_size, result.extra)
        assert shown == attrs.astuple(expected, recurse=False)
        assert () == result.unreadable
    elif isinstance(result, tuple):
        assert result == attrs.astuple(expected, recurse=False)[0]
    elif expected == Nothing():
        assert result is None
    else:
        assert expected == result
        assert not result.extra


@every(
    ("schema", "cls"),
    [
        ("ActiveNumber", ActiveNumber),
        ("AvailableNumber", AvailableNumber),
        ("AvailableRegion", AvailableRegion),
        ("EmergencyAddress", EmergencyAddress),
        ("ValidateEmergencyAddressResponse", AddressValidation),
        ("CallbackConfiguration", CallbackConfiguration),
        ("Money", models.Money),
        ("SmsConfiguration", SmsConfiguration),
        ("ScheduledSmsProvisioning", models.SmsProvisioning),
        ("ScheduledVoiceProvisioning", models.VoiceProvisioning),
        ("NumberRequirements", models.NumberRequirements),
        ("RequiredAttachment", models.RequiredAttachment),
        ("AttachmentTemplate", models.AttachmentTemplate),
        ("NumberOrder", models.NumberOrder),
        ("OrderNumber", models.OrderNumber),
        ("NumberPrice", models.NumberPrice),
        ("Registration", models.Registration),
        ("Attachment", models.Attachment),
        ("RegistrationLog", models.RegistrationLog),
    ],
)
def test_models_have_the_members_of_the_schemas(schema, cls):
    """Those, and no others."""
    expected = set(NUMBERS.api["components"]["schemas"][schema]["properties"])

    assert expected == {
        wire_name(field.name) for field in attrs.fields(cls) if field.name != "extra"
    }


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("NumberType", models.NumberType),
        ("NumberCapability", models.Capability),
        ("SearchPattern", models.SearchPattern),
        ("ProvisioningStatus", models.ProvisioningStatus),
        ("SmsErrorCode", models.SmsErrorCode),
        ("VoiceApplicationType", models.VoiceType),
        ("AddressValidationResult", models.ValidationResult),
        ("NumberOrderState", models.NumberOrderState),
        ("UploadStatus", models.UploadStatus),
    ],
)
def test_word_lists_have_the_words_of_the_schemas(schema, words):
    """Those, and no others."""
    assert NUMBERS.words(schema) == {word.value for word in words}


# Asking


@every(("name", "body", "call"), ASKED)
async def test_every_example_of_a_request_is_what_a_call_sends(name, body, call):
    """Method, path, body and content type, as they are described."""
    operation = OPERATIONS[name]
    reply = any_yes(name)
    if name in ("rentNumber", "updateActiveNumber", "releaseActiveNumber", "getActiveNumber"):
        assert reply["phoneNumber"] == NUMBER
    client, transport = replying(200, reply)

    await call(client)

    [request] = transport.requests
    number = "+447700900321" if name == "getAvailableNumber" else NUMBER
    path = filled(operation["path"], number)
    parts = urlsplit(request.url)
    assert (operation["method"], path) == (request.method, parts.path)
    assert (parts.scheme, parts.netloc) == ("https", "numbers.api.sinch.com")
    assert body == (None if request.body is None else json.loads(request.body))
    assert (body is not None) == ("Content-Type" in request.headers)


@pytest.mark.parametrize(("name", "body", "call"), ASKED)
async def test_a_body_is_sent_where_one_is_described(name, body, call):
    """It holds against the schema; where none is described none is sent."""
    client, transport = replying(200, any_yes(name))

    await call(client)

    check_body(OPERATIONS[name], body, transport.requests[0].body)


async def test_an_upload_is_the_form_that_is_described():
    """The parts that the description names, and no others; what is required is there."""
    client, transport = replying(200, {})
    schema = OPERATIONS[UPLOAD]["requestBody"]["content"]["multipart/form-data"]

    await CALLS[UPLOAD][""](client)

    [request] = transport.requests
    async with request.body.opened() as stream:
        sent = b"".join([piece async for piece in stream.pieces])
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + sent).get_payload()
    form = {part.get_param("name", header="content-disposition"): part for part in parts}
    assert schema["schema"]["properties"].keys() == form.keys()
    assert schema["example"] == {
        name: part.get_payload(decode=True).decode() for name, part in form.items()
    }
    assert ("bill.pdf", "application/pdf") == (
        form["file"].get_filename(),
        form["file"].get_content_type(),
    )
    assert ("POST", filled(OPERATIONS[UPLOAD]["path"], "")) == (
        request.method,
        urlsplit(request.url).path,
    )
    assert len(sent) == stream.length


@every(("name", "body", "call"), ASKED)
async def test_query_names_are_those_described(name, body, call):
    """`capability` here, `capabilities` there; the calls above use every one there is."""
    client, transport = replying(200, any_yes(name))
    described = query_of(OPERATIONS[name])

    await call(client)

    query = parse_qsl(urlsplit(transport.requests[0].url).query, strict_parsing=bool(described))
    assert list(dict(query)) == [n for n in dict(query) if n in described]
    assert described.keys() == {name for name, _ in query}
    for member, parameter in described.items():
        if "example" in parameter:
            expected = parameter["example"]
            values = [value for n, value in query if n == member]
            assert [str(e) for e in (expected if isinstance(expected, list) else [expected])] == (
                values
            )


def test_query_arguments_exist_for_all_that_is_described():
    """Under the API's names, in Python's spelling."""
    for name, method in (
        ("searchAvailableNumbers", available_numbers.AvailableNumbers.search),
        ("listActiveNumbers", active_numbers.ActiveNumbers.list),
        ("listAvailableRegions", available_regions.AvailableRegions.list),
    ):
        wanted = {n.removeprefix("numberPattern.") for n in query_of(OPERATIONS[name])}
        wanted = {"numberPattern" if n == "pattern" else n for n in wanted} - {"pageToken"}
        names = {wire_name(n) for n in inspect.signature(method).parameters}
        assert wanted == names - {"self", "limit", "onUnreadable"}


# Errors


def expected_details(value: Any) -> tuple[Any, ...]:
    error = value["error"]
    known = {"BadRequest": BadRequest, "ResourceInfo": ResourceInfo}
    details = []
    for detail in error["details"] if isinstance(error, dict) else ():
        if detail["type"] == "ContentTooLarge":
            assert (status_error(413), 413) == (ContentTooLargeError, error["code"])
            details.append(models.ContentTooLarge(detail["resourceName"], detail["description"]))
        elif detail["type"] == "BadRequest":
            violations = (FieldViolation(**v) for v in detail["fieldViolations"])
            details.append(BadRequest(tuple(violations)))
        else:
            assert known[detail["type"]] is ResourceInfo
            details.append(
                ResourceInfo(
                    detail["resourceType"] or None,
                    detail["resourceName"] or None,
                    detail["owner"] or None,
                    detail["description"] or None,
                )
            )
    return tuple(details)


@every(("name", "status", "value"), NO)
async def test_every_example_of_an_error_is_raised(name, status, value):
    """By its class, with code, message and details, and where it happened."""
    client, _ = replying(status, value, retries=0, settle_timeout=0.001)
    method, path = OPERATIONS[name]["method"], OPERATIONS[name]["path"]
    call = next(iter(CALLS[name].values()))

    billable = STRICTER.get(name, POLICIES[OPERATIONS[name]["x-retry"]]) is BILLABLE
    if billable and ambiguous(status, value["error"], SUBJECTS.get(name)):
        # Whether it happened is another question, for other tests.
        with pytest.raises(OutcomeUnknownError) as unknown:
            await call(client)
        error = unknown.value.cause
    else:
        with pytest.raises(APIStatusError) as refused:
            await call(client)
        error = refused.value

    described = value["error"] if isinstance(value["error"], dict) else {"message": value["error"]}
    assert type(error) is status_error(status)
    assert (status, described.get("status")) == (error.status, error.code)
    assert described["message"] == error.message
    assert expected_details(value) == error.details
    assert not any(isinstance(detail, UnknownDetail) for detail in error.details)
    number = "+447700900321" if name == "getAvailableNumber" else NUMBER
    assert (method, filled(path, number)) == (
        error.method,
        error.path,
    )


# Sending again


@every("name", OPERATIONS)
async def test_a_call_is_sent_again_as_the_description_allows(name):
    """Safe, repeatable or to be verified first; nothing goes by the default."""
    client, _ = replying(200, any_yes(name))
    used = []

    async def spy(operation, returns, path, **options):
        used.append(operation)
        raise LookupError

    client._pipeline.run = client._imported.run = spy
    for call in CALLS[name].values():
        with pytest.raises(LookupError):
            await call(client)

    expected = STRICTER.get(name, POLICIES[OPERATIONS[name]["x-retry"]])
    for operation in used:
        policy = operation.policy
        assert operation is DECLARED[name]
        assert (expected.max_retries, expected.max_ambiguous_retries, expected.billable) == (
            policy.max_retries,
            policy.max_ambiguous_retries,
            policy.billable,
        )
        # Changes are verified by a read, where one can show them.
        changes = expected is not SAFE and name not in UNREADABLE
        assert changes is (operation.confirm is not None)
    assert len(CALLS[name]) == len(used)


def test_whatever_costs_is_billable():
    """Whatever the description says costs, or may cost, is never repeated in doubt."""
    costly = {n for n, operation in OPERATIONS.items() if operation["x-billable"] is not False}

    assert costly == {
        "rentNumber",
        "rentAnyNumber",
        "provisionEmergencyAddress",
        "createNumberOrder",
        "submitNumberOrder",
    }
    for name in costly:
        assert BILLABLE is STRICTER.get(name, POLICIES[OPERATIONS[name]["x-retry"]])
    assert {operation["x-retry"] for operation in OPERATIONS.values()} == POLICIES.keys()
