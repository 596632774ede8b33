"""Every error code and failure state of the API is explained, with advice and its sources."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import attrs
from products import every

from sinch_numbers import Page, WaitOutcome, WaitResult, models
from sinch_numbers.models import (
    ActiveNumber,
    CarrierState,
    EventFailureCode,
    Explanation,
    HostingOrderState,
    NumberEvent,
    NumberOrder,
    NumberOrderEventStatus,
    NumberOrderState,
    SmsErrorCode,
    explain,
    explanations,
)
from sinch_numbers.models._error_codes import EXPLANATIONS, FAILURE_STATES
from sinch_numbers.models._explaining import CODE_FIELDS

DATA = Path(__file__).parent.parent / "data"
UNKNOWN = explain("BRAND_ON_FIRE")
INTERNAL = {"CRS0001", "CRS0003", "CRS0013", "CRS0015", "CRS0018", "501", "502"}
"""Internal failure codes that the vendor's documents and SDKs name."""
FAILING = {
    "BLOCKED", "REJECTED", "EXPIRED", "FAILED", "HOSTING_STATUS_FAILED",
    "GLOBAL_PROCESS_STATE_NOT_ELIGIBLE", "GLOBAL_PROCESS_STATE_VERIFICATION_FAILED",
    "GLOBAL_PROCESS_STATE_VERIFICATION_BLOCKED", "GLOBAL_PROCESS_STATE_HOSTING_FAILED",
}  # fmt: skip


def documented() -> Iterator[str]:
    """Yield the error codes in the descriptions of both API hosts, and in their examples."""
    for host in ("numbers", "imported-numbers"):
        api = json.loads((DATA / f"{host}.openapi.json").read_text())
        for name, schema in api["components"]["schemas"].items():
            if re.search(r"(Error|Failure)Code$", name):
                yield from schema["enum"]
        yield from re.findall(r'"errorCode": "(\w+)"', json.dumps(api))


CODES = sorted({*documented(), *SmsErrorCode, *EventFailureCode, *INTERNAL})


@every("code", CODES)
def test_every_error_code_is_explained(code: str) -> None:
    """A code that a source names has its own meaning, advice and source."""
    why = explain(code)

    assert code == why.code
    assert why.meaning != UNKNOWN.meaning
    assert why.advice.endswith(".")
    assert why.meaning[0].islower() or why.meaning.startswith(("Sinch", "T-Mobile"))
    assert why.sources
    assert all(source.startswith("https://") for source in why.sources)


def test_the_codes_that_are_explained_are_documented() -> None:
    """The registry has no code that no source names, except for hosting operations."""
    operations = set(models.ImportedNumberEventType)

    assert set(EXPLANATIONS) - operations == set(CODES)


@every(
    "enum",
    [
        NumberOrderState,
        NumberOrderEventStatus,
        HostingOrderState,
        models.UploadStatus,
        models.GlobalProcessState,
        models.HostingStatus,
    ],
)
def test_every_failure_state_is_explained(enum: Any) -> None:
    """A state in which something has failed has advice; other states have none."""
    for state in enum:
        assert (str(state) in FAILING) == ((enum, str(state)) in FAILURE_STATES), state
        if str(state) in FAILING:
            assert explain(state).advice.endswith(".")


def test_a_state_is_explained_by_its_enum() -> None:
    """Two enums share the word REJECTED, and each has its own advice."""
    assert explain(NumberOrderState.REJECTED).advice != explain(HostingOrderState.REJECTED).advice


def test_an_unknown_code_is_named_with_a_place_to_look() -> None:
    """The generic explanation has the code, the vendor's page, and what to tell support."""
    assert UNKNOWN.code in UNKNOWN.advice
    assert "Sinch support" in UNKNOWN.advice
    assert UNKNOWN.sources == explain(SmsErrorCode.INTERNAL_ERROR).sources
    assert explain(SmsErrorCode("BRAND_ON_FIRE")) == UNKNOWN


@every(
    ("code", "words"),
    [
        ("INTERNAL_ERROR", ("Sinch support",)),
        ("EXCEEDED_10DLC_LIMIT", ("create a new campaign", "number pool", "49", "50", "T-Mobile")),
        ("CAMPAIGN_EXPIRED", ("Contact Sinch or create a new campaign",)),
        ("CAMPAIGN_MNO_SUSPENDED", ("account manager",)),
        ("CAMPAIGN_NOT_AVAILABLE", ("Direct Connection Aggregator", "Campaign Registry")),
        ("NUMBER_PROVISIONING_FAILED", ("another number", "Sinch support")),
        ("TFN_NOT_ALLOWED", ("toll-free verification", "31 January 2024", "account manager")),
        ("CRS0001", ("number pool",)),
        ("60135", ("migrate_to_sinch_tmo",)),
    ],
)
def test_advice_says_whom_to_contact_and_what_to_change(code: str, words: tuple[str, ...]) -> None:
    """The advice has the action that the sources recommend."""
    assert [] == [word for word in words if word not in explain(code).advice]


def of_type(kind: Any, depth: int = 0) -> Iterator[type]:
    """Yield the models that a field of type *kind* can hold."""
    if attrs.has(kind):
        yield kind
    for inner in get_args(kind):
        yield from of_type(inner)


def filled(cls: type, name: str, value: Any) -> Any:
    """Return an instance of *cls* with only the required fields and *name*."""
    required = {
        field.name: "+12025550101"
        for field in attrs.fields(cls)
        if field.default is attrs.NOTHING and field.name != "fields"
    }
    extra = {"fields": {}} if any(field.name == "fields" for field in attrs.fields(cls)) else {}
    return cls(**{**required, **extra, name: value})


MODELS = [model for _, model in inspect.getmembers(models, inspect.isclass) if attrs.has(model)]
WITH_CODES = [
    (model, field.name)
    for model in MODELS
    for field in attrs.fields(model)
    if re.search(r"(^|_)codes?$", field.name) and field.name not in ("region_code", "code",
        "postal_code", "currency_code")
]  # fmt: skip


def test_every_field_with_codes_is_known() -> None:
    """A new field with error codes has to be added to those that are explained."""
    assert {name for _, name in WITH_CODES} == set(CODE_FIELDS)
    assert {model.__name__ for model, _ in WITH_CODES} == {
        "SmsProvisioning", "ImportedSmsProvisioning", "CarrierState", "ServiceProvisioning",
        "NumberEvent", "NumberOrderEvent", "ImportedNumberEvent", "UnknownEvent",
    }  # fmt: skip


@every(("model", "name"), WITH_CODES)
def test_a_code_is_explained_in_every_model_that_has_it(model: type, name: str) -> None:
    """`explanations` finds the codes of every field, known and unknown ones."""
    for code in ("CAMPAIGN_EXPIRED", "BRAND_ON_FIRE"):
        value = (code,) if name == "error_codes" else code

        assert (explain(code),) == explanations(filled(model, name, value))


@every("model", MODELS)
def test_a_code_is_found_at_any_depth(model: type) -> None:
    """Wherever a model holds another one with codes, `explanations` of the outer one has them."""
    coded = dict(WITH_CODES)
    for field in attrs.fields(model):
        for inner in of_type(field.type):
            if inner in coded:
                value = (
                    ("CAMPAIGN_EXPIRED",) if coded[inner] == "error_codes" else "CAMPAIGN_EXPIRED"
                )
                part = filled(inner, coded[inner], value)
                assert explain("CAMPAIGN_EXPIRED") in explanations(filled(model, field.name, part))


@every(
    ("resource", "code"),
    [
        (models.SmsProvisioning(status="FAILED"), "ERROR_CODE_UNSPECIFIED"),
        (models.VoiceProvisioning(status="FAILED"), "PROVISIONING_TO_VOICE_PLATFORM_FAILED"),
        (
            models.RtcVoice(
                scheduled_voice_provisioning=models.VoiceProvisioning(status="FAILED")
            ),
            "PROVISIONING_TO_VOICE_PLATFORM_FAILED",
        ),
        (CarrierState(state="FAILED"), "ERROR_CODE_UNSPECIFIED"),
        (models.OsrUpdate(state="FAILED"), "OSR_UPDATE"),
        (models.PlatformProvisioning(state="FAILED"), "SMS_PROVISIONING_FAILED"),
        (models.CampaignProvisioning(state="FAILED"), "CAMPAIGN_PROVISIONING_FAILED"),
        (
            models.ServiceProvisioning(state="FAILED", service_type="CAMPAIGN"),
            "CAMPAIGN_PROVISIONING_FAILED",
        ),
        (
            NumberEvent(status="FAILED", event_type="PROVISIONING_TO_SMS_PLATFORM"),
            "SMS_PROVISIONING_FAILED",
        ),
        (
            NumberEvent(status="FAILED", event_type="DEPROVISIONING_FROM_VOICE_PLATFORM"),
            "ERROR_CODE_UNSPECIFIED",
        ),
        (
            models.ImportedNumberEvent(status="FAILED", event_type="HOSTING_PROCESS"),
            "HOSTING_PROCESS",
        ),
        (models.UnknownEvent(status="FAILED", fields={}), "ERROR_CODE_UNSPECIFIED"),
        (NumberOrder("order", state=NumberOrderState.BLOCKED), "BLOCKED"),
        (models.NumberOrderEvent(status=NumberOrderEventStatus.EXPIRED), "EXPIRED"),
        (models.HostingOrder("order", state=HostingOrderState.REJECTED), "REJECTED"),
    ],
)
def test_a_failure_without_a_code_is_explained(resource: object, code: str) -> None:
    """The API reports some failures only by a status or state."""
    (why,) = explanations(resource)

    assert code == why.code


def test_pages_and_results_of_waits_are_explained() -> None:
    """`explanations` looks into generic containers of resources, too."""
    number = ActiveNumber(
        "+12025550101",
        sms_configuration=models.SmsConfiguration(
            scheduled_provisioning=models.SmsProvisioning(
                error_codes=(SmsErrorCode.CAMPAIGN_EXPIRED,)
            )
        ),
    )
    waited = WaitResult(subject="+12025550101", outcome=WaitOutcome.FAILED, resource=number)

    expected = (explain("CAMPAIGN_EXPIRED"),)
    assert expected == explanations(Page((number, number), None, 2))
    assert expected == explanations(waited)


def test_a_code_is_explained_once() -> None:
    """Failure code and internal code of an event come in this order, repeated ones once."""
    event = NumberEvent(
        status="FAILED", failure_code="EXCEEDED_10DLC_LIMIT", internal_failure_code="CRS0001"
    )
    job = models.SmsProvisioning(error_codes=("INVALID_NNID", "INVALID_NNID"))

    assert ["EXCEEDED_10DLC_LIMIT", "CRS0001"] == [why.code for why in explanations(event)]
    assert 1 == len(explanations(job))


@every(
    "resource",
    [
        ActiveNumber("+12025550101"),
        NumberOrder("order", state=NumberOrderState.COMPLETED),
        NumberEvent(status="SUCCEEDED"),
        models.SmsProvisioning(status="WAITING"),
        None,
        "CAMPAIGN_EXPIRED",
        {"failure_code": "CAMPAIGN_EXPIRED"},
    ],
)
def test_nothing_is_explained_where_nothing_failed(resource: object) -> None:
    """Neither a resource without failures nor any other object has explanations."""
    assert () == explanations(resource)


def test_an_explanation_reads_as_one_line() -> None:
    """The text of an explanation has code, meaning and advice."""
    assert "A: b. C." == str(Explanation("b", "C.", "A"))
