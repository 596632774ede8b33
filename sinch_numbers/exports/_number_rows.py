"""Active numbers as rows, with flattened SMS and voice configuration."""

from collections.abc import Callable
from typing import Any, Final

from sinch_numbers._core.serialization.jsonable import line, unknown_fields
from sinch_numbers.audit import status_of
from sinch_numbers.exports._columns import Column, Kind, Table
from sinch_numbers.models import (
    ActiveNumber,
    Money,
    SmsConfiguration,
    SmsProvisioning,
    VoiceProvisioning,
)
from sinch_numbers.models._number_status import sms_job, voice_job, voice_link


def _money(read: Callable[[Money], Any]) -> Callable[[ActiveNumber], Any]:
    return lambda number: number.money and read(number.money)


def _sms(read: Callable[[SmsConfiguration], Any]) -> Callable[[ActiveNumber], Any]:
    return lambda number: number.sms_configuration and read(number.sms_configuration)


def _sms_job(read: Callable[[SmsProvisioning], Any]) -> Callable[[ActiveNumber], Any]:
    def of(number: ActiveNumber) -> Any:
        job = sms_job(number)
        return job and read(job)

    return of


def _voice_job(read: Callable[[VoiceProvisioning], Any]) -> Callable[[ActiveNumber], Any]:
    def of(number: ActiveNumber) -> Any:
        job = voice_job(number)
        return job and read(job)

    return of


def _voice_type(number: ActiveNumber) -> Any:
    # The API also sends a type for numbers without voice provisioning.
    voice = number.voice_configuration
    return voice.type if voice and voice_link(number) else None


def _target(name: str) -> Callable[[ActiveNumber], Any]:
    # Each known variant has one of the three IDs, an unknown variant has none.
    return lambda number: getattr(number.voice_configuration, name, None)


def _extra(number: ActiveNumber) -> str | None:
    unknown = unknown_fields(number)
    return line(unknown) if unknown else None


NUMBERS: Final[Table[ActiveNumber]] = Table(
    "numbers",
    (
        Column("phone_number", Kind.PHONE_NUMBER, lambda number: number.phone_number),
        Column("project_id", Kind.TEXT, lambda number: number.project_id),
        Column("display_name", Kind.TEXT, lambda number: number.display_name),
        Column("region_code", Kind.TEXT, lambda number: number.region_code),
        Column("type", Kind.TEXT, lambda number: number.type),
        Column("capability", Kind.WORDS, lambda number: number.capability),
        Column("status", Kind.TEXT, status_of),
        Column("currency_code", Kind.TEXT, _money(lambda money: money.currency_code)),
        Column("amount", Kind.AMOUNT, _money(lambda money: money.amount)),
        Column(
            "payment_interval_months", Kind.COUNT, lambda number: number.payment_interval_months
        ),
        Column("next_charge_date", Kind.MOMENT, lambda number: number.next_charge_date),
        Column("expire_at", Kind.MOMENT, lambda number: number.expire_at),
        Column("service_plan_id", Kind.TEXT, _sms(lambda sms: sms.service_plan_id)),
        Column("campaign_id", Kind.TEXT, _sms(lambda sms: sms.campaign_id)),
        Column("scheduled_service_plan_id", Kind.TEXT, _sms_job(lambda job: job.service_plan_id)),
        Column("scheduled_campaign_id", Kind.TEXT, _sms_job(lambda job: job.campaign_id)),
        Column("sms_provisioning_status", Kind.TEXT, _sms_job(lambda job: job.status)),
        Column("sms_error_codes", Kind.WORDS, _sms_job(lambda job: job.error_codes)),
        Column("sms_last_updated_time", Kind.MOMENT, _sms_job(lambda job: job.last_updated_time)),
        Column("voice_type", Kind.TEXT, _voice_type),
        Column("app_id", Kind.TEXT, _target("app_id")),
        Column("trunk_id", Kind.TEXT, _target("trunk_id")),
        Column("service_id", Kind.TEXT, _target("service_id")),
        Column("scheduled_voice_type", Kind.TEXT, _voice_job(lambda job: job.type)),
        Column("scheduled_app_id", Kind.TEXT, _voice_job(lambda job: job.app_id)),
        Column("scheduled_trunk_id", Kind.TEXT, _voice_job(lambda job: job.trunk_id)),
        Column("scheduled_service_id", Kind.TEXT, _voice_job(lambda job: job.service_id)),
        Column("voice_provisioning_status", Kind.TEXT, _voice_job(lambda job: job.status)),
        Column(
            "voice_last_updated_time", Kind.MOMENT, _voice_job(lambda job: job.last_updated_time)
        ),
        Column("callback_url", Kind.TEXT, lambda number: number.callback_url),
        Column("extra", Kind.TEXT, _extra),
    ),
)
"""
Columns of active numbers: identity, price, current and pending configuration.

``status`` is the overall status of the number. ``extra`` contains unknown response fields, also
those of the price and the configurations, as JSON with the API's names.
"""
