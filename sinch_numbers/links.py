"""What a number is linked to, what is being linked, and what that adds up to."""

from enum import StrEnum

from sinch_numbers.models import (
    ActiveNumber,
    EstVoice,
    FaxVoice,
    ProvisioningStatus,
    RtcVoice,
    SmsProvisioning,
    UnknownVoice,
    VoiceProvisioning,
)


class NumberStatus(StrEnum):
    """What state a number is in, in one word; where several fit, the first one counts."""

    RELEASED = "released"
    """It ends with the month that is paid."""
    FAILED = "failed"
    """A link could not be made."""
    PENDING = "pending"
    """A link is being made."""
    LINKED = "linked"
    """It is linked to something."""
    UNLINKED = "unlinked"
    """It is linked to nothing."""


def status_of(number: ActiveNumber) -> NumberStatus:
    """Return the state of *number*."""
    sms, voice = sms_job(number), voice_job(number)
    if number.expire_at is not None:
        return NumberStatus.RELEASED
    if (sms is not None and has_failed(sms)) or (voice is not None and has_failed(voice)):
        return NumberStatus.FAILED
    if sms is not None or voice is not None:
        return NumberStatus.PENDING
    if service_plan(number) is not None or voice_link(number) is not None:
        return NumberStatus.LINKED
    return NumberStatus.UNLINKED


def service_plan(number: ActiveNumber) -> str | None:
    """Return the service plan that *number* is linked to."""
    sms = number.sms_configuration
    return sms.service_plan_id if sms else None


def campaign(number: ActiveNumber) -> str | None:
    """Return the campaign that *number* is linked to."""
    sms = number.sms_configuration
    return sms.campaign_id if sms else None


def sms_job(number: ActiveNumber) -> SmsProvisioning | None:
    """Return the SMS link in the making, or failed."""
    sms = number.sms_configuration
    return sms.scheduled_provisioning if sms else None


def voice_link(number: ActiveNumber) -> str | None:
    """Return what answers calls to *number*; of a kind yet unknown, the word for it."""
    match number.voice_configuration:
        case RtcVoice(app_id=target) | EstVoice(trunk_id=target) | FaxVoice(service_id=target):
            return target
        case UnknownVoice(type=kind):
            return str(kind)
        case None:
            return None


def voice_job(number: ActiveNumber) -> VoiceProvisioning | None:
    """Return the voice link in the making, or failed."""
    voice = number.voice_configuration
    if voice is None or isinstance(voice, UnknownVoice):
        return None
    return voice.scheduled_voice_provisioning


def has_failed(job: SmsProvisioning | VoiceProvisioning) -> bool:
    """Whether *job* has come to nothing; an error says so before the status does."""
    has_errors = isinstance(job, SmsProvisioning) and bool(job.error_codes)
    return has_errors or job.status == ProvisioningStatus.FAILED
