"""Explanations of the error codes and failure states in a response or event."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, TypeVar, get_args

import attrs

from sinch_numbers.models._enums import ProvisioningStatus, SmsErrorCode
from sinch_numbers.models._error_codes import FAILURE_STATES, VOICE_FAILED, Explanation, explain
from sinch_numbers.models._events import (
    EventStatus,
    ImportedNumberEvent,
    ImportedNumberEventType,
    NumberEvent,
    NumberEventType,
    UnknownEvent,
)
from sinch_numbers.models._hosting import CampaignProvisioning, OsrUpdate, PlatformProvisioning
from sinch_numbers.models._imported import CarrierState, ServiceProvisioning
from sinch_numbers.models._sms import SmsProvisioning
from sinch_numbers.models._states import LinkedService, StepState
from sinch_numbers.models._voice import VoiceProvisioning

__all__ = ["explanations"]

CODE_FIELDS: Final = ("error_codes", "error_code", "failure_code", "internal_failure_code")
"""Names of the fields with error codes, in every model."""

_STATE_ENUMS: Final = frozenset(enum for enum, _ in FAILURE_STATES)
_WITHOUT_CODE: Final[dict[str, str]] = {
    NumberEventType.PROVISIONING_TO_SMS_PLATFORM: SmsErrorCode.SMS_PROVISIONING_FAILED,
    NumberEventType.PROVISIONING_TO_CAMPAIGN: SmsErrorCode.CAMPAIGN_PROVISIONING_FAILED,
    NumberEventType.PROVISIONING_TO_VOICE_PLATFORM: VOICE_FAILED,
    ImportedNumberEventType.LINK_TO_10DLC_CAMPAIGN: SmsErrorCode.CAMPAIGN_PROVISIONING_FAILED,
    ImportedNumberEventType.HOSTING_PROCESS: "HOSTING_PROCESS",
    ImportedNumberEventType.OSR_UPDATE: "OSR_UPDATE",
    ImportedNumberEventType.DELETE: "DELETE",
    LinkedService.SMS: SmsErrorCode.SMS_PROVISIONING_FAILED,
    LinkedService.CAMPAIGN: SmsErrorCode.CAMPAIGN_PROVISIONING_FAILED,
}


def explanations(resource: object) -> tuple[Explanation, ...]:
    """
    Return the explanation of each error code and failure state in *resource* and its parts.

    Each code is explained once. A failure that the API reports without a code, such as that of
    a voice provisioning, is explained, too. Empty if nothing has failed. Sends no request.

    Args:
        resource: A number, an order, a registration, an event, or any part of one; a page of
            them, or the result of a wait for one.

    Example::

        number = await client.active_numbers.get("+12025550134")
        for why in explanations(number):
            print(number.phone_number, why.code, why.advice)
    """
    return tuple({code: explain(code) for code in _codes_in(resource)}.values())


def _codes_in(resource: Any) -> Iterator[str]:
    cls: Any = type(resource)
    if not attrs.has(cls):
        return
    coded, states, parts = _plan(cls)
    codes = [code for name in coded for code in _each(getattr(resource, name)) if code]
    yield from codes or _without_code(resource)
    for name in states:
        state = getattr(resource, name)
        if (type(state), state) in FAILURE_STATES:
            yield state
    for name in parts:
        for part in _each(getattr(resource, name)):
            yield from _codes_in(part)


def _without_code(resource: object) -> Iterator[str]:
    """Yield the code of a failure that the API reports without one."""
    match resource:
        case SmsProvisioning(status=ProvisioningStatus.FAILED):
            yield SmsErrorCode.UNSPECIFIED
        case VoiceProvisioning(status=ProvisioningStatus.FAILED):
            yield VOICE_FAILED
        case (
            NumberEvent(status=EventStatus.FAILED, event_type=subject)
            | ImportedNumberEvent(status=EventStatus.FAILED, event_type=subject)
            | UnknownEvent(status=EventStatus.FAILED, event_type=subject)
            | ServiceProvisioning(state=StepState.FAILED, service_type=subject)
        ):
            yield _WITHOUT_CODE.get(str(subject), SmsErrorCode.UNSPECIFIED)
        case CarrierState(state=StepState.FAILED):
            yield SmsErrorCode.UNSPECIFIED
        case OsrUpdate(state=StepState.FAILED):
            yield "OSR_UPDATE"
        case PlatformProvisioning(state=StepState.FAILED):
            yield SmsErrorCode.SMS_PROVISIONING_FAILED
        case CampaignProvisioning(state=StepState.FAILED):
            yield SmsErrorCode.CAMPAIGN_PROVISIONING_FAILED


@cache
def _plan(cls: Any) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the names of the fields of *cls* with codes, states, and other models."""
    coded = tuple(field.name for field in attrs.fields(cls) if field.name in CODE_FIELDS)
    states = tuple(
        field.name for field in attrs.fields(cls) if _STATE_ENUMS & set(get_args(field.type))
    )
    parts = tuple(field.name for field in attrs.fields(cls) if _holds_models(field.type))
    return coded, states, parts


def _holds_models(kind: Any) -> bool:
    # A type variable stands for the resource of a page or of the result of a wait.
    own = isinstance(kind, TypeVar) or attrs.has(kind)
    return own or any(map(_holds_models, get_args(kind)))


def _each(value: Any) -> tuple[Any, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)
