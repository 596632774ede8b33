"""
Response serialization for the Numbers host.

Every field is always present: ``null`` for missing objects and times, ``""`` for missing
strings. Lists can hold thousands of numbers, so numbers are formatted directly as text, and
fragments shared by many numbers are formatted once.
"""

from functools import lru_cache
from json.encoder import encode_basestring as quote
from typing import Any

from sinch_numbers.sandbox._protocol.clock import timestamp
from sinch_numbers.sandbox._protocol.json_text import encode
from sinch_numbers.sandbox._state.numbers import (
    IDENTIFIERS,
    ActiveNumber,
    AvailableNumber,
    Money,
    SmsConfiguration,
    SmsJob,
    VoiceConfiguration,
    VoiceJob,
)

__all__ = ["active_number", "available_number", "page"]

_CONFIGURATIONS = 32_768
"""Distinct configurations whose text is kept: about 10 MB."""


def active_number(number: ActiveNumber, project_id: str) -> str:
    """Serialize an active number of the project *project_id*."""
    expire_at = "null" if number.expire_at is None else quote(timestamp(number.expire_at))
    return (
        f'{{"phoneNumber":{quote(number.phone_number)},'
        f'"projectId":{quote(project_id)},'
        f'"displayName":{quote(number.display_name)},'
        f'"regionCode":{quote(number.region_code)},'
        f'"type":{quote(number.type)},'
        f'"capability":{_words(number.capability)},'
        f'"money":{_money(number.money)},'
        f'"paymentIntervalMonths":{number.payment_interval_months},'
        f'"nextChargeDate":{quote(timestamp(number.next_charge_date))},'
        f'"expireAt":{expire_at},'
        f'"smsConfiguration":{_sms(number.sms_configuration)},'
        f'"voiceConfiguration":{_voice(number.voice_configuration)},'
        f'"callbackUrl":{quote(number.callback_url)}}}'
    )


def available_number(number: AvailableNumber) -> str:
    """Serialize an available number."""
    return encode(
        {
            "phoneNumber": number.phone_number,
            "regionCode": number.region_code,
            "type": number.type,
            "capability": number.capability,
            "setupPrice": _price(number.setup_price),
            "monthlyPrice": _price(number.monthly_price),
            "paymentIntervalMonths": number.payment_interval_months,
            "supportingDocumentationRequired": number.supporting_documentation_required,
        }
    )


def page(numbers: list[str], next_page_token: str, total_size: int) -> str:
    """Serialize one page of already serialized numbers."""
    listed = ",".join(numbers)
    return (
        f'{{"activeNumbers":[{listed}],'
        f'"nextPageToken":{encode(next_page_token)},"totalSize":{total_size}}}'
    )


def _price(money: Money) -> dict[str, str]:
    return {"currencyCode": money.currency_code, "amount": money.amount}


@lru_cache(maxsize=256)
def _words(words: tuple[str, ...]) -> str:
    return encode(words)


@lru_cache(maxsize=256)
def _money(money: Money) -> str:
    return encode(_price(money))


@lru_cache(maxsize=_CONFIGURATIONS)
def _sms(sms: SmsConfiguration) -> str:
    job = sms.scheduled_provisioning
    return encode(
        {
            "servicePlanId": sms.service_plan_id,
            "scheduledProvisioning": None if job is None else _sms_job(job),
            "campaignId": sms.campaign_id,
        }
    )


def _sms_job(job: SmsJob) -> dict[str, Any]:
    return {
        "servicePlanId": job.service_plan_id,
        "campaignId": job.campaign_id,
        "status": job.status,
        "lastUpdatedTime": timestamp(job.last_updated_time),
        "errorCodes": job.error_codes,
    }


@lru_cache(maxsize=_CONFIGURATIONS)
def _voice(voice: VoiceConfiguration) -> str:
    job = voice.scheduled_voice_provisioning
    updated = voice.last_updated_time
    return encode(
        {
            **_identifiers(voice.type, voice.identifier),
            "type": voice.type,
            "scheduledVoiceProvisioning": None if job is None else _voice_job(job),
            "lastUpdatedTime": None if updated is None else timestamp(updated),
        }
    )


def _voice_job(job: VoiceJob) -> dict[str, Any]:
    return {
        **_identifiers(job.type, job.identifier),
        "status": job.status,
        "lastUpdatedTime": timestamp(job.last_updated_time),
        "type": job.type,
    }


def _identifiers(type: str, identifier: str) -> dict[str, str]:
    return {
        member: identifier if voice_type == type else ""
        for voice_type, member in IDENTIFIERS.items()
    }
