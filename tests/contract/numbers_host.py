"""The calls of the Numbers host by operation, and the examples of its description."""

import json
from typing import Any

import pytest

from sinch_numbers._client.bodies.documents import Document
from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers.models import (
    EmergencyAddress,
    EstVoice,
    FaxVoice,
    RtcVoice,
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

NUMBERS = Description("numbers")
OPERATIONS = NUMBERS.operations
NUMBER = "+12025550147"


# What the client has no method for: tokens are traded elsewhere.
OTHERS = {"createAccessToken"}
UPLOAD = "uploadNumberOrderAttachment"
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
