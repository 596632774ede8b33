"""
Provisioning jobs: they take time and can fail.

A job waits for half of the sandbox's ``provisioning`` seconds and is in progress for the
other half. Then either the link exists and the job disappears, or the job has failed and
stays. Nothing runs in the background: a number is updated whenever it is read. Its events
occur on time all the same: see `event_log`.

The identifiers determine the outcome:

=============================================  ===========================================
``servicePlanId`` begins with ``fail``         FAILED, ``SMS_PROVISIONING_FAILED``
``campaignId`` is an SMS error code            FAILED, that code
``campaignId`` is ``fail-`` and an error code  FAILED, that code
``campaignId`` begins with ``fail``, otherwise FAILED, ``CAMPAIGN_PROVISIONING_FAILED``
``appId``, ``trunkId``, ``serviceId`` begin    FAILED; voice jobs have no error codes
with ``fail``
any identifier begins with ``stuck``           IN_PROGRESS forever
=============================================  ===========================================
"""

from datetime import datetime, timedelta

import attrs

from sinch_numbers.sandbox._protocol.clock import a_month_after
from sinch_numbers.sandbox._state.numbers import (
    ActiveNumber,
    SmsConfiguration,
    SmsJob,
    VoiceConfiguration,
    VoiceJob,
)

__all__ = ["SMS_ERROR_CODES", "linked", "next_step", "settled", "sms_job", "voice_job"]

SMS_ERROR_CODES = (
    "ERROR_CODE_UNSPECIFIED",
    "INTERNAL_ERROR",
    "SMS_PROVISIONING_FAILED",
    "CAMPAIGN_PROVISIONING_FAILED",
    "CAMPAIGN_NOT_AVAILABLE",
    "EXCEEDED_10DLC_LIMIT",
    "NUMBER_PROVISIONING_FAILED",
    "PARTNER_SERVICE_UNAVAILABLE",
    "CAMPAIGN_PENDING_ACCEPTANCE",
    "MNO_SHARING_ERROR",
    "CAMPAIGN_EXPIRED",
    "CAMPAIGN_MNO_REJECTED",
    "CAMPAIGN_MNO_SUSPENDED",
    "CAMPAIGN_MNO_REVIEW",
    "INSUFFICIENT_BALANCE",
    "MOCK_CAMPAIGN_NOT_ALLOWED",
    "TFN_NOT_ALLOWED",
    "INVALID_NNID",
)
"""Error codes of failed SMS jobs, as the API names them."""


def sms_job(
    service_plan_id: str, campaign_id: str, *, now: datetime, duration: timedelta
) -> SmsJob:
    """Create the job that links a service plan and, if named, a campaign."""
    return SmsJob(
        service_plan_id=service_plan_id,
        campaign_id=campaign_id,
        last_updated_time=now,
        pace=duration / 2,
    )


def voice_job(type: str, identifier: str, *, now: datetime, duration: timedelta) -> VoiceJob:
    """Create the job that links a Voice API app, a trunk or a fax service."""
    return VoiceJob(type=type, identifier=identifier, last_updated_time=now, pace=duration / 2)


def settled(number: ActiveNumber, now: datetime) -> ActiveNumber:
    """Return the number as of *now*, with jobs completed and renewals charged."""
    sms, voice = number.sms_configuration, number.voice_configuration
    charge = number.next_charge_date
    while charge <= now and number.expire_at is None and not number.keeps(charge):
        charge = a_month_after(charge, number.charge_day)
    # Most numbers have no pending jobs and lists are long: copy only if needed.
    if sms.scheduled_provisioning is not None:
        sms = _sms_settled(sms, sms.scheduled_provisioning, now)
    if voice.scheduled_voice_provisioning is not None:
        voice = _voice_settled(voice, voice.scheduled_voice_provisioning, now)
    if (
        charge is number.next_charge_date
        and sms is number.sms_configuration
        and voice is number.voice_configuration
    ):
        return number
    return attrs.evolve(
        number, next_charge_date=charge, sms_configuration=sms, voice_configuration=voice
    )


def next_step(number: ActiveNumber) -> datetime | None:
    """Return when a job of the number advances next; ``None`` if none does."""
    jobs: tuple[SmsJob | VoiceJob | None, ...] = (
        number.sms_configuration.scheduled_provisioning,
        number.voice_configuration.scheduled_voice_provisioning,
    )
    steps = [job.last_updated_time + job.pace for job in jobs if job and job.pace is not None]
    return min(steps, default=None)


def linked(sms: SmsConfiguration, now: datetime) -> SmsConfiguration:
    """Return an SMS configuration as of *now*."""
    job = sms.scheduled_provisioning
    return sms if job is None else _sms_settled(sms, job, now)


def _sms_settled(sms: SmsConfiguration, job: SmsJob, now: datetime) -> SmsConfiguration:
    while job.pace is not None and (due := job.last_updated_time + job.pace) <= now:
        stuck = _stuck(job.service_plan_id, job.campaign_id)
        if job.status == "WAITING":
            job = attrs.evolve(
                job,
                status="IN_PROGRESS",
                last_updated_time=due,
                pace=None if stuck else job.pace,
            )
        elif codes := _error_codes(job):
            job = attrs.evolve(
                job, status="FAILED", last_updated_time=due, error_codes=codes, pace=None
            )
        else:
            return SmsConfiguration(
                service_plan_id=job.service_plan_id,
                campaign_id=job.campaign_id or sms.campaign_id,
            )
    if job is sms.scheduled_provisioning:
        return sms
    return attrs.evolve(sms, scheduled_provisioning=job)


def _voice_settled(voice: VoiceConfiguration, job: VoiceJob, now: datetime) -> VoiceConfiguration:
    while job.pace is not None and (due := job.last_updated_time + job.pace) <= now:
        if job.status == "WAITING":
            pace = None if _stuck(job.identifier) else job.pace
            job = attrs.evolve(job, status="IN_PROGRESS", last_updated_time=due, pace=pace)
        elif job.identifier.startswith("fail"):
            job = attrs.evolve(job, status="FAILED", last_updated_time=due, pace=None)
        else:
            return VoiceConfiguration(
                type=job.type, identifier=job.identifier, last_updated_time=due
            )
    if job is voice.scheduled_voice_provisioning:
        return voice
    return attrs.evolve(voice, scheduled_voice_provisioning=job)


def _stuck(*identifiers: str) -> bool:
    return any(identifier.startswith("stuck") for identifier in identifiers)


def _error_codes(job: SmsJob) -> tuple[str, ...]:
    if job.service_plan_id.startswith("fail"):
        return ("SMS_PROVISIONING_FAILED",)
    code = job.campaign_id.removeprefix("fail-")
    if code in SMS_ERROR_CODES:
        return (code,)
    if job.campaign_id.startswith("fail"):
        return ("CAMPAIGN_PROVISIONING_FAILED",)
    return ()
