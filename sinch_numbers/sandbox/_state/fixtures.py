"""
Test fixtures: numbers that a test defines itself.

Every field of `ActiveNumber` or `AvailableNumber` can be passed by its name here or in the API;
the others get defaults. Configurations, prices and times may also be passed as the API writes
them, so a recorded number can be added unchanged, to the project that it was recorded from::

    project.add_active(
        phone_number="+12025550147",
        sms_configuration={"servicePlanId": "plan-1", "campaignId": "C1"},
        expire_at="2026-04-14T09:26:53.589793Z",
    )
    project.add_active(**recorded)

A value is stored as given or rejected, never changed. Dates that have passed when they are added
stay as they are: such a number isn't charged or removed. A job added this way never changes, no
matter how much time passes, unless it is an `SmsJob` or `VoiceJob` with a ``pace``.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from sinch_numbers.sandbox._protocol.clock import a_month_after
from sinch_numbers.sandbox._state import planted_values as read
from sinch_numbers.sandbox._state.numbers import ActiveNumber, AvailableNumber

__all__ = ["E164", "phone_number", "planted_active", "planted_available"]

E164 = re.compile(r"\+[1-9][0-9]{1,14}", re.ASCII)


def planted_active(
    count: int, now: datetime, overrides: Mapping[str, object], project_id: str = ""
) -> ActiveNumber:
    """Create the *count*-th active number added by a test to the project *project_id*."""
    given = _read(count, now, overrides, ActiveNumber, project_id)
    charge = given.setdefault("next_charge_date", a_month_after(now, now.day))
    given.setdefault("charge_day", charge.day)
    return ActiveNumber(**given, planted_at=now)


def planted_available(
    count: int, now: datetime, overrides: Mapping[str, object]
) -> AvailableNumber:
    """Create the *count*-th available number added by a test."""
    return AvailableNumber(**_read(count, now, overrides, AvailableNumber))


def phone_number(value: object) -> str:
    """Return a phone number, which must be in E.164."""
    if not isinstance(value, str) or not E164.fullmatch(value):
        msg = f"not a phone number in E.164 form: {value!r}"
        raise ValueError(msg)
    return value


def _read(
    count: int, now: datetime, overrides: Mapping[str, object], kind: type, project_id: str = ""
) -> dict[str, Any]:
    names = [field.name for field in attrs.fields(kind) if field.name in _READ]
    document = read.by_name(overrides, [*names, *(["project_id"] if project_id else [])], "")
    if document.pop("project_id", project_id) != project_id:
        msg = f"projectId must be {project_id!r}: pass project_id to the sandbox"
        raise ValueError(msg)
    given = {name: _READ[name](value, name, now) for name, value in document.items()}
    given["phone_number"] = phone_number(given.get("phone_number", f"+1202556{count:04}"))
    return given


_READ: Mapping[str, read.Reader] = {
    "phone_number": read.text,
    "region_code": read.text,
    "type": read.text,
    "capability": read.sequence,
    "money": read.money,
    "setup_price": read.money,
    "monthly_price": read.money,
    "payment_interval_months": read.integer,
    "supporting_documentation_required": read.flag,
    "display_name": read.text,
    "next_charge_date": read.time,
    "charge_day": read.day,
    "expire_at": read.time_or_none,
    "sms_configuration": read.sms,
    "voice_configuration": read.voice,
    "callback_url": read.text,
}
