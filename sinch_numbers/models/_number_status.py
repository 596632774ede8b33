"""Number status: linked products, pending provisioning, and a summary."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from sinch_numbers.models import (
    ActiveNumber,
    EstVoice,
    FaxVoice,
    ProvisioningStatus,
    RtcVoice,
    SmsProvisioning,
    UnknownVoice,
    VoiceProvisioning,
    VoiceType,
)
from sinch_numbers.models._value_repr import ValueRepr

__all__ = ["NumberStatus", "status_of"]

TARGETS: Final[Mapping[VoiceType, str]] = {
    VoiceType.RTC: "voice app",
    VoiceType.EST: "trunk",
    VoiceType.FAX: "fax service",
}


_NO_TARGETS: Final = ("type", "lastUpdatedTime", "scheduledVoiceProvisioning")
"""Fields that every type of voice configuration has."""


class NumberStatus(ValueRepr, StrEnum):
    """Status of a number; if several apply, the first one defined here wins."""

    RELEASED = "released"
    """Released; expires at the end of the paid month."""
    FAILED = "failed"
    """Provisioning failed."""
    PENDING = "pending"
    """Provisioning is pending."""
    LINKED = "linked"
    """Linked to at least one product."""
    UNLINKED = "unlinked"
    """Not linked to any product."""


def status_of(number: ActiveNumber) -> NumberStatus:
    """
    Return the status of *number*.

    Args:
        number: A rented number.

    Example::

        number = await client.active_numbers.get("+12025550134")
        print(status_of(number))  # as number.status
    """
    if number.expire_at is not None:
        return NumberStatus.RELEASED
    under_way = jobs(number)
    if any(has_failed(job) for _, job in under_way):
        return NumberStatus.FAILED
    if under_way:
        return NumberStatus.PENDING
    if service_plan(number) is not None or voice_link(number) is not None:
        return NumberStatus.LINKED
    return NumberStatus.UNLINKED


def service_plan(number: ActiveNumber) -> str | None:
    """Return the ID of the service plan that *number* is linked to."""
    sms = number.sms_configuration
    return sms.service_plan_id if sms else None


def campaign(number: ActiveNumber) -> str | None:
    """Return the ID of the campaign that *number* is linked to."""
    sms = number.sms_configuration
    return sms.campaign_id if sms else None


def sms_job(number: ActiveNumber) -> SmsProvisioning | None:
    """Return the pending or failed SMS provisioning."""
    sms = number.sms_configuration
    return sms.scheduled_provisioning if sms else None


def voice_link(number: ActiveNumber) -> str | None:
    """Return the ID of the voice target of *number*, or the type if it is unknown."""
    match number.voice_configuration:
        case RtcVoice(app_id=target) | EstVoice(trunk_id=target) | FaxVoice(service_id=target):
            return target
        case UnknownVoice(type=kind, fields=fields):
            return str(kind) if _has_target(fields) else None
        case None:
            return None


def _has_target(fields: Mapping[str, Any]) -> bool:
    """Whether *fields*, of an unknown voice type, contain anything that can be a target."""
    targets = [value for name, value in fields.items() if name not in _NO_TARGETS]
    return any(value not in (None, "", {}, []) for value in targets)


def voice_job(number: ActiveNumber) -> VoiceProvisioning | None:
    """Return the pending or failed voice provisioning."""
    voice = number.voice_configuration
    return voice.scheduled_voice_provisioning if voice else None


def jobs(number: ActiveNumber) -> list[tuple[str, SmsProvisioning | VoiceProvisioning]]:
    """Return pending or failed provisioning jobs, each with its product name."""
    both = (("SMS", sms_job(number)), ("voice", voice_job(number)))
    return [(name, job) for name, job in both if job is not None]


def described(number: ActiveNumber) -> dict[str, str]:
    """Return a description of the current links of *number*, by product."""
    plan, target = service_plan(number), voice_link(number)
    voice = number.voice_configuration
    words = {}
    if plan is not None:
        words["SMS"] = f"service plan {plan}"
    if target is not None and voice is not None:
        words["voice"] = f"{TARGETS.get(voice.type, 'voice')} {target}"
    return words


def has_failed(job: SmsProvisioning | VoiceProvisioning) -> bool:
    """Whether *job* has failed. Error codes can appear before the status changes."""
    has_errors = isinstance(job, SmsProvisioning) and bool(job.error_codes)
    return has_errors or job.status == ProvisioningStatus.FAILED
