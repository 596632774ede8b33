"""Requested SMS and voice links of a number."""

from datetime import datetime, timedelta

import attrs

from sinch_numbers.sandbox._protocol.errors import violation
from sinch_numbers.sandbox._state.numbers import SmsConfiguration, VoiceConfiguration
from sinch_numbers.sandbox._state.provisioning import sms_job, voice_job

__all__ = ["SmsLink", "VoiceLink", "linked_sms", "linked_voice"]


@attrs.frozen
class SmsLink:
    """Requested SMS link: ``""`` unlinks, a campaign of ``None`` is unchanged."""

    service_plan_id: str
    campaign_id: str | None = None


@attrs.frozen
class VoiceLink:
    """Requested voice link: an identifier of ``""`` unlinks."""

    type: str
    identifier: str


def linked_sms(
    sms: SmsConfiguration,
    link: SmsLink,
    *,
    now: datetime,
    duration: timedelta,
    relink: bool = False,
) -> SmsConfiguration:
    """
    Return the configuration after the request for *link* was accepted.

    Only with *relink*, as the vendor's mock, it replaces an existing link without unlinking first.
    """
    job = sms.scheduled_provisioning
    plan, campaign = link.service_plan_id, link.campaign_id
    if not relink:
        _check_cut("servicePlanId", sms.service_plan_id, plan)
        _check_cut("campaignId", sms.campaign_id, campaign or "")
    if not plan and campaign and campaign != sms.campaign_id:
        raise violation(
            "smsConfiguration.servicePlanId", "a campaign can only be linked with a service plan"
        )
    kept = SmsConfiguration(
        service_plan_id=sms.service_plan_id if plan else "",
        campaign_id="" if campaign == "" else sms.campaign_id,
    )
    # An omitted campaign is unchanged, even if its provisioning is still pending.
    on_its_way = job.campaign_id if job is not None and campaign is None else ""
    new_campaign = campaign if campaign and campaign != sms.campaign_id else on_its_way
    if not plan or (plan == sms.service_plan_id and not new_campaign):
        return kept
    pending = job is not None and job.status != "FAILED"
    if (
        job is None
        or not pending
        or (job.service_plan_id, job.campaign_id) != (plan, new_campaign)
    ):
        job = sms_job(plan, new_campaign, now=now, duration=duration)
    return attrs.evolve(kept, scheduled_provisioning=job)


def linked_voice(
    voice: VoiceConfiguration, link: VoiceLink, *, now: datetime, duration: timedelta
) -> VoiceConfiguration:
    """Return the configuration after the request for *link* was accepted."""
    if not link.identifier:
        return VoiceConfiguration(type=link.type)
    kept = attrs.evolve(voice, scheduled_voice_provisioning=None)
    if (link.type, link.identifier) == (voice.type, voice.identifier):
        return kept
    job = voice.scheduled_voice_provisioning
    pending = job is not None and job.status != "FAILED"
    if job is None or not pending or (job.type, job.identifier) != (link.type, link.identifier):
        job = voice_job(link.type, link.identifier, now=now, duration=duration)
    return attrs.evolve(kept, scheduled_voice_provisioning=job)


def _check_cut(member: str, current: str, wanted: str) -> None:
    if current and wanted and current != wanted:
        raise violation(
            f"smsConfiguration.{member}", "the number is linked already: cut that link first"
        )
