"""The calls of the second host by operation, and the examples of its description."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers.models import (
    AuthorisedPerson,
    BlanketLoaInfo,
    BusinessAddress,
    DirectLoaInfo,
    ResellerLoaInfo,
    SmsConfiguration,
)
from tests.declared import declared, default_calls, model_of
from tests.openapi import (
    PROJECT,
    Description,
    Recorder,
    answered,
    below_project,
    examples,
    first_page,
)

HOSTED = Description("imported-numbers")
OPERATIONS = HOSTED.operations


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
