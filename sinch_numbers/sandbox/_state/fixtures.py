"""
Test fixtures: numbers that a test defines itself.

Every field of `ActiveNumber` or `AvailableNumber` can be passed by its name here; the others
get defaults. Configurations, prices and times may also be passed as the API writes them::

    project.add_active(
        phone_number="+12025550147",
        sms_configuration={"servicePlanId": "plan-1", "campaignId": "C1"},
        expire_at="2026-04-14T09:26:53.589793Z",
    )

A job added this way never changes, no matter how much time passes.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from sinch_numbers.sandbox._protocol.clock import a_month_after
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

__all__ = ["E164", "planted_active", "planted_available"]

E164 = re.compile(r"\+[1-9][0-9]{1,14}", re.ASCII)


def planted_active(count: int, now: datetime, overrides: Mapping[str, object]) -> ActiveNumber:
    """Create the *count*-th active number added by a test."""
    given = _read(count, overrides)
    charge = given.setdefault("next_charge_date", a_month_after(now, now.day))
    given.setdefault("charge_day", charge.day)
    return ActiveNumber(**given)


def planted_available(count: int, overrides: Mapping[str, object]) -> AvailableNumber:
    """Create the *count*-th available number added by a test."""
    return AvailableNumber(**_read(count, overrides))


def _read(count: int, overrides: Mapping[str, object]) -> dict[str, Any]:
    given: dict[str, Any] = {
        name: _READ.get(name, _as_it_is)(value) for name, value in overrides.items()
    }
    given.setdefault("phone_number", f"+1202556{count:04}")
    if not E164.fullmatch(given["phone_number"]):
        msg = f"not a phone number in E.164 form: {given['phone_number']!r}"
        raise ValueError(msg)
    return given


def _as_it_is(value: Any) -> Any:
    return value


def _time(value: Any) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.astimezone(UTC) if value else None


def _money(value: Any) -> Money:
    if isinstance(value, Money):
        return value
    return Money(value["amount"], value["currencyCode"])


def _sms(value: Any) -> SmsConfiguration:
    if isinstance(value, SmsConfiguration):
        return value
    given = _members(value)
    job = _members(given.get("scheduledProvisioning"))
    return SmsConfiguration(
        service_plan_id=given.get("servicePlanId", ""),
        campaign_id=given.get("campaignId", ""),
        scheduled_provisioning=SmsJob(
            service_plan_id=job.get("servicePlanId", ""),
            campaign_id=job.get("campaignId", ""),
            status=job.get("status", "WAITING"),
            last_updated_time=_job_time(job),
            error_codes=tuple(job.get("errorCodes", ())),
        )
        if job
        else None,
    )


def _voice(value: Any) -> VoiceConfiguration:
    if isinstance(value, VoiceConfiguration):
        return value
    given = _members(value)
    job = _members(given.get("scheduledVoiceProvisioning"))
    return VoiceConfiguration(
        type=given.get("type", "RTC"),
        identifier=_identifier(given),
        last_updated_time=_time(given.get("lastUpdatedTime")),
        scheduled_voice_provisioning=VoiceJob(
            type=job.get("type", "RTC"),
            identifier=_identifier(job),
            status=job.get("status", "WAITING"),
            last_updated_time=_job_time(job),
        )
        if job
        else None,
    )


def _members(value: Any) -> dict[str, Any]:
    return dict(cast("Mapping[str, Any]", value or {}))


def _identifier(given: Mapping[str, Any]) -> str:
    return str(given.get(IDENTIFIERS[given.get("type", "RTC")], ""))


def _job_time(job: Mapping[str, Any]) -> datetime:
    return _time(job.get("lastUpdatedTime")) or datetime.now(UTC)


_READ: dict[str, Callable[[Any], Any]] = {
    "capability": tuple,
    "money": _money,
    "setup_price": _money,
    "monthly_price": _money,
    "next_charge_date": _time,
    "expire_at": _time,
    "sms_configuration": _sms,
    "voice_configuration": _voice,
}
