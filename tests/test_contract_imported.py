"""The client says what the description of the second host says, and reads every example in it."""

import inspect
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest
from notations import NOTATIONS, readers
from products import every

from sinch_numbers import models
from sinch_numbers._client.client import NumbersClient
from sinch_numbers._client.resources import hosting_orders, imported_numbers, qualified_numbers
from sinch_numbers._core.pagination import Page
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers._core.serialization.converter import make_converter
from sinch_numbers.errors import APIStatusError, OutcomeUnknownError
from sinch_numbers.errors._status import status_error
from sinch_numbers.models import (
    AuthorisedPerson,
    BlanketLoaInfo,
    BusinessAddress,
    DirectLoaInfo,
    HostingOrder,
    HostingOrderNumber,
    HostingOrderReport,
    ImportedNumber,
    QualifiedNumber,
    ResellerLoaInfo,
    SmsConfiguration,
    UnknownDetail,
)
from sinch_numbers.models._fields import wire_name
from sinch_numbers.sandbox._protocol.absent import rewritten

from .declared import declared, default_calls, model_of
from .openapi import (
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
from .test_contract import as_read, as_told

pytestmark = pytest.mark.anyio

HOSTED = Description("imported-numbers")
OPERATIONS = HOSTED.operations


@pytest.fixture
def anyio_backend():
    return "asyncio"


def schema(name: str) -> dict[str, Any]:
    """Return the properties of a schema, those that it is composed of included."""
    found = HOSTED.resolved(HOSTED.api["components"]["schemas"][name])
    parts = found.get("allOf", [found])
    return {n: value for part in parts for n, value in part["properties"].items()}


# Operation -> its declaration, and the model of its response.
DECLARED = {
    name: declared(HOSTED.url).get((operation["method"], below_project(operation["path"])))
    for name, operation in OPERATIONS.items()
}
READ_AS = {name: model_of(operation) for name, operation in DECLARED.items() if operation}

ORDER = "01k5s1a3c5e7g9j1m3p5r7t9v1"
IMPORTED, SECOND, QUALIFIED = "+12025550171", "+12025550172", "+12025550181"
PLAN, CAMPAIGN = "plan-7c1e", "CSANDB1"
HMAC = "sandbox-hmac-secret-0123456789-abcd"
HOOK = "https://hooks.example.net/hosting"
WHEN = datetime(2026, 3, 20, 15, tzinfo=UTC)
PERSON = AuthorisedPerson(first_name="Ada", last_name="Example", email="ada@example.net")
ADDRESS = BusinessAddress(
    building_number="77", street="Harbor Way", city="Portland", state="OR",
    postal_code="97209", country="US",
)  # fmt: skip
LETTER = {
    "authorised_person": PERSON,
    "address": ADDRESS,
    "current_voice_carrier": "Example Telecom",
}
DIRECT = DirectLoaInfo(**LETTER)
US = {"region_code": "US", "service_plan_id": PLAN}
LINKED = {**US, "campaign_id": CAMPAIGN}
TOLL_FREE = {
    **US, "loa_info": DIRECT, "callback_url": HOOK, "scheduled_zipwhip_provisioning_time": WHEN,
}  # fmt: skip


def enabling(call):
    """Return the calls of the three examples, which both collections take."""
    reseller = ResellerLoaInfo(business_name="Example Resale LLC", **LETTER)
    return {
        "direct": lambda c: call(c)(
            [QUALIFIED], **LINKED, loa_info=DIRECT, scheduled_osr_update_time=WHEN
        ),
        "reseller": lambda c: call(c)([QUALIFIED], **LINKED, loa_info=reseller),
        "blanket": lambda c: call(c)(
            ["+14165550123"], region_code="CA", service_plan_id=PLAN, loa_info=BlanketLoaInfo()
        ),
    }


# Operation -> example of a request (or "" where it has no body) -> the call that sends it.
CALLS = default_calls(HOSTED) | {
    "listImportedNumbers": {
        "": lambda c: first_page(
            c.imported_numbers.list(
                region_code="US", number_pattern="+1202", search_pattern="CONTAINS",
                service_plan_id=PLAN, campaign_id=CAMPAIGN, order_by="createdTime", page_size=20,
            )
        ),
    },
    "importNumber": {
        "example": lambda c: c.imported_numbers.import_number(
            IMPORTED, region_code="US", display_name="Old office line",
            sms_configuration=SmsConfiguration(PLAN, CAMPAIGN),
            callback_url="https://hooks.example.net/imported",
        ),
    },
    "getImportedNumber": {"": lambda c: c.imported_numbers.get(IMPORTED)},
    "updateImportedNumber": {
        "unlink": lambda c: c.imported_numbers.update(
            IMPORTED, display_name="Old office line", sms_configuration=SmsConfiguration("", "")
        ),
        "link": lambda c: c.imported_numbers.update(
            IMPORTED, sms_configuration=SmsConfiguration("plan-9d20", "CSANDB2")
        ),
    },
    "deleteImportedNumber": {"": lambda c: c.imported_numbers.delete(IMPORTED)},
    "listHostingOrders": {
        "": lambda c: first_page(
            c.hosting_orders.list(
                states="IN_PROGRESS", type="IMPORT", service_plan_id=PLAN, campaign_id=CAMPAIGN,
                region_code="US", order_by="createdTime", page_size=20,
            )
        ),
    },
    "getHostingOrder": {"": lambda c: c.hosting_orders.get(ORDER)},
    "getHostingOrderReport": {"": lambda c: c.hosting_orders.report(ORDER)},
    "listHostingOrderNumbers": {
        "": lambda c: first_page(
            c.hosting_orders.numbers(
                ORDER, osr_update_state="DONE", campaign_provisioning_state="IN_PROGRESS",
                platform_provisioning_state="DONE", order_by="updatedTime", page_size=20,
            )
        ),
    },
    "getHostingOrderNumber": {"": lambda c: c.hosting_orders.number(ORDER, SECOND)},
    "importNumbersByOrder": {
        "example": lambda c: c.hosting_orders.import_numbers(
            [IMPORTED, SECOND], **LINKED, display_name="Branch offices", callback_url=HOOK,
            migrate_to_sinch_tmo=True,
        ),
    },
    "textEnableNumbersByOrder": enabling(lambda c: c.hosting_orders.text_enable),
    "textEnableTollFreeNumbersByOrder": {
        "example": lambda c: c.hosting_orders.text_enable_toll_free(["+18335550144"], **TOLL_FREE),
    },
    "getImportedCallbackConfiguration": {"": lambda c: c.imported_callback_configuration.get()},
    "updateImportedCallbackConfiguration": {
        "example": lambda c: c.imported_callback_configuration.update(hmac_secret=HMAC),
    },
    "listQualifiedNumbers": {
        "": lambda c: first_page(
            c.qualified_numbers.list(
                states="ELIGIBLE", region_code="US", order_by="createdTime", page_size=20
            )
        ),
    },
    "getQualifiedNumber": {"": lambda c: c.qualified_numbers.get(QUALIFIED)},
    "deleteQualifiedNumber": {"": lambda c: c.qualified_numbers.delete(QUALIFIED)},
    "addQualifiedNumbers": {
        "example": lambda c: c.qualified_numbers.add([QUALIFIED, "+12025550182"]),
    },
    "textEnableQualifiedNumbers": enabling(lambda c: c.qualified_numbers.text_enable),
    "textEnableQualifiedTollFreeNumbers": {
        "example": lambda c: c.qualified_numbers.text_enable_toll_free(
            ["+18335550144"], **TOLL_FREE
        ),
    },
    "sendVoiceChallenge": {"": lambda c: c.qualified_numbers.send_voice_challenge(QUALIFIED)},
    "verifyVoiceChallenge": {
        "example": lambda c: c.qualified_numbers.verify_voice_challenge(QUALIFIED, code="4071"),
    },
}  # fmt: skip

# What the description calls an operation -> our policy.
POLICIES = {"safe": SAFE, "repeatable": IDEMPOTENT, "verify-first": BILLABLE}
# Billable, and no read can tell whether they happened.
UNREADABLE = {
    "importNumbersByOrder",
    "textEnableNumbersByOrder",
    "textEnableTollFreeNumbersByOrder",
    "textEnableQualifiedNumbers",
    "textEnableQualifiedTollFreeNumbers",
    "sendVoiceChallenge",
}
# Deletions are said to have no reply worth reading.
SILENT = {"deleteImportedNumber", "deleteQualifiedNumber"}


def replying(status: int, body: Any, **options: Any) -> tuple[NumbersClient, Recorder]:
    written = b"" if body is None else json.dumps(body).encode()
    return answered(status, written, imported_numbers_url=HOSTED.url, **options)


YES = [
    pytest.param(name, value, id=f"{name} {example}")
    for name, operation in OPERATIONS.items()
    for example, value in (examples(operation["responses"]["200"]) or {"silent": None}).items()
]
ASKED = HOSTED.requests(CALLS)
NO = HOSTED.refusals()


def any_yes(name: str) -> Any:
    return next(iter(examples(OPERATIONS[name]["responses"]["200"]).values()), None)


def path_of(name: str) -> str:
    number = SECOND if name == "getHostingOrderNumber" else IMPORTED
    if "/qualifiedNumbers/" in OPERATIONS[name]["path"]:
        number = QUALIFIED
    template: str = OPERATIONS[name]["path"]
    return template.format(projectId=PROJECT, phoneNumber=number, hostingOrderId=ORDER)


def test_every_operation_is_in_the_tables():
    """An operation that is added to the description is missed here."""
    assert OPERATIONS.keys() == READ_AS.keys() == CALLS.keys()
    assert {name for name in OPERATIONS if any_yes(name) is None} == SILENT
    assert OPERATIONS.keys() == {param.values[0] for param in NO}


def test_every_example_of_a_request_has_a_call():
    """And every call an example."""
    for name, operation in OPERATIONS.items():
        assert asked(operation).keys() == CALLS[name].keys()


# Reading


@pytest.mark.parametrize(("name", "value"), YES)
def test_every_example_of_a_reply_is_read_strictly(name, value):
    """No member is unknown, and none is lost or altered on the way into the model."""
    if name in SILENT:
        assert READ_AS[name] is Nothing
        return
    model = make_converter(forbid_unknown=True).structure(value, READ_AS[name])

    assert type(model) is READ_AS[name]
    told = as_told(value)
    if "hostedNumber" in told:  # a number there, a word here
        told["hostedNumber"]["status"] = "HOSTING_STATUS_UNSPECIFIED"
    if name in ("listHostingOrders", "addQualifiedNumbers", "listQualifiedNumbers"):
        told = json.loads(json.dumps(told).replace("[]", "null"))
        assert json.loads(json.dumps(as_read(model))) == told
        return
    assert told == {n: v for n, v in as_read(model).items() if v != 0 or n in told}


@every(("name", "value"), [one for one in YES if one.values[1] is not None])
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
    client, _ = replying(200, value)

    result = await next(iter(CALLS[name].values()))(client)

    if name in SILENT:
        assert result is None
        return
    expected = make_converter().structure(value, READ_AS[name])
    if isinstance(result, Page):
        shown = (result.items, result.next_page_token, result.total_size, result.extra)
        assert shown == attrs.astuple(expected, recurse=False)
    elif isinstance(result, tuple | str):
        assert (result,) == attrs.astuple(expected, recurse=False)
    else:
        assert expected == result
        assert not result.extra


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("ImportedNumberDetails", ImportedNumber),
        ("SmsConfiguration", models.ImportedSmsConfiguration),
        ("ScheduledProvisioning", models.ImportedSmsProvisioning),
        ("MnoConfiguration", models.MnoConfiguration),
        ("CarrierOperationState", models.CarrierState),
        ("ServiceProvisioning", models.ServiceProvisioning),
        ("TextEnableInfo", models.TextEnableInfo),
        ("HostingOrderReport", HostingOrderReport),
        ("HostingOrderNumber", HostingOrderNumber),
        ("AuthorisedPerson", AuthorisedPerson),
        ("BusinessAddress", BusinessAddress),
        ("DirectLoaInfo", DirectLoaInfo),
        ("ResellerLoaInfo", ResellerLoaInfo),
        ("QualifiedNumber", QualifiedNumber),
        ("QualificationStep", models.QualificationStep),
    ],
)
def test_models_have_the_members_of_the_schemas(name, cls):
    """Those, and no others."""
    assert schema(name).keys() == {
        wire_name(field.name) for field in attrs.fields(cls) if field.name != "extra"
    }


def test_an_order_has_the_members_of_its_schema():
    """But for the one whose other name is read as well, and the one that is to be ignored."""
    described = schema("HostingOrder").keys() - {"hostingOrderInfo", "numberImport"}

    assert described == {
        wire_name(field.name) for field in attrs.fields(HostingOrder) if field.name != "extra"
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("State", models.StepState),
        ("Operation", models.CarrierOperation),
        ("ServiceType", models.LinkedService),
        ("ProvisioningDirection", models.LinkDirection),
        ("HostingOrderState", models.HostingOrderState),
        ("HostingOrderType", models.HostingOrderType),
        ("GlobalProcessState", models.GlobalProcessState),
    ],
)
def test_word_lists_have_the_words_of_the_schemas(name, words):
    """Those, and no others."""
    assert HOSTED.words(name) == {word.value for word in words}


def test_lists_are_sorted_by_the_words_described():
    """Other ones than on the first host."""
    described = HOSTED.api["components"]["parameters"]["OrderBy"]["schema"]["enum"]

    assert set(described) == {word.value for word in models.TimeOrder}


# Asking


@every(("name", "body", "call"), ASKED)
async def test_every_example_of_a_request_is_what_a_call_sends(name, body, call):
    """Method, host, path, body and content type, as they are described."""
    client, transport = replying(200, any_yes(name))

    await call(client)

    [request] = transport.requests
    parts = urlsplit(request.url)
    assert (OPERATIONS[name]["method"], path_of(name)) == (request.method, parts.path)
    assert ("https", "imported.numbers.api.sinch.com") == (parts.scheme, parts.netloc)
    assert body == (None if request.body is None else json.loads(request.body))
    assert (body is not None) == ("Content-Type" in request.headers)


@pytest.mark.parametrize(("name", "body", "call"), ASKED)
async def test_a_body_is_sent_where_one_is_described(name, body, call):
    """It holds against the schema; where none is described none is sent."""
    client, transport = replying(200, any_yes(name))

    await call(client)

    check_body(OPERATIONS[name], body, transport.requests[0].body)


@every(("name", "body", "call"), ASKED)
async def test_query_names_are_those_described(name, body, call):
    """The calls above use every one there is, and words that the description knows."""
    client, transport = replying(200, any_yes(name))
    described = query_of(OPERATIONS[name])

    await call(client)

    query = parse_qsl(urlsplit(transport.requests[0].url).query, strict_parsing=bool(described))
    assert described.keys() == {name for name, _ in query}
    for member, value in query:
        parameter = described[member]
        if "example" in parameter:
            assert str(parameter["example"]) == value
        if "enum" in parameter["schema"]:
            assert value in parameter["schema"]["enum"]


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("listImportedNumbers", imported_numbers.ImportedNumbers.list),
        ("listHostingOrders", hosting_orders.HostingOrders.list),
        ("listHostingOrderNumbers", hosting_orders.HostingOrders.numbers),
        ("listQualifiedNumbers", qualified_numbers.QualifiedNumbers.list),
    ],
)
def test_query_arguments_exist_for_all_that_is_described(name, method):
    """Under the API's names, in Python's spelling; required where the service insists."""
    described = query_of(OPERATIONS[name])
    wanted = {n.removeprefix("numberPattern.") for n in described}
    wanted = {"numberPattern" if n == "pattern" else n for n in wanted} - {"pageToken"}
    parameters = inspect.signature(method).parameters
    names = {wire_name(n): p for n, p in parameters.items()}

    assert wanted == names.keys() - {"self", "limit", "onUnreadable", "hostingOrderId"}
    if name != "listImportedNumbers":  # whose requirement contradicts the reference itself
        assert {n for n, p in described.items() if p["required"]} == {
            n for n, p in names.items() if p.default is p.empty
        } - {"self", "hostingOrderId"}


# Errors


@pytest.mark.parametrize("nested", [False, True], ids=["as described", "in the other form"])
@every(("name", "status", "value"), NO)
async def test_every_example_of_an_error_is_raised(name, status, value, nested):
    """By its class, with code, message and details, be it flat or nested."""
    described = value.get("error", value)
    if nested:
        value = described if "error" in value else {"error": {**value, "code": status}}
    client, _ = replying(status, value, retries=0, settle_timeout=0.001)
    call = next(iter(CALLS[name].values()))

    billable = OPERATIONS[name]["x-retry"] == "verify-first"
    if billable and ambiguous(status, described, None):  # a 404 of this host names no number
        # Whether it happened is another question, for other tests.
        with pytest.raises(OutcomeUnknownError) as unknown:
            await call(client)
        error = unknown.value.cause
    else:
        with pytest.raises(APIStatusError) as refused:
            await call(client)
        error = refused.value

    assert type(error) is status_error(status)
    assert (status, described["status"]) == (error.status, error.code)
    assert described["message"] == error.message
    assert len(described.get("details", [])) == len(error.details)
    assert not any(isinstance(detail, UnknownDetail) for detail in error.details)
    assert (OPERATIONS[name]["method"], path_of(name)) == (error.method, error.path)


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

    expected = POLICIES[OPERATIONS[name]["x-retry"]]
    for operation in used:
        policy = operation.policy
        assert operation is DECLARED[name]
        assert (expected.max_retries, expected.max_ambiguous_retries, expected.billable) == (
            policy.max_retries,
            policy.max_ambiguous_retries,
            policy.billable,
        )
        # What changes something is settled by a read, wherever one can tell.
        settled = expected is not SAFE and name not in UNREADABLE
        assert settled is (operation.confirm is not None)
    assert len(CALLS[name]) == len(used)


def test_what_opens_something_is_billable():
    """Every POST opens an order, a call or a review: none is repeated in doubt."""
    opening = {name for name, operation in OPERATIONS.items() if operation["method"] == "POST"}

    assert opening == {n for n, o in OPERATIONS.items() if o["x-retry"] == "verify-first"}
    assert opening >= UNREADABLE
