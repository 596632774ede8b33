"""Test fixtures of the second host: values are stored as given, or rejected."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sinch_numbers.sandbox._state import planted_values as read
from sinch_numbers.sandbox._state.fixtures import phone_number
from sinch_numbers.sandbox._state.imported.models import ImportedNumber, QualifiedNumber
from sinch_numbers.sandbox._state.imported.regions import region_of
from sinch_numbers.sandbox._state.numbers import SmsConfiguration

__all__ = ["QUALIFICATIONS", "planted_imported", "planted_qualified"]

QUALIFICATIONS = (
    "ELIGIBLE_CHECK_PENDING",
    "ELIGIBLE",
    "NOT_ELIGIBLE",
    "VERIFICATION_PENDING",
    "VERIFICATION_FAILED",
    "VERIFICATION_BLOCKED",
    "VERIFIED",
    "HOSTING_IN_PROGRESS",
    "HOSTING_DONE",
    "HOSTING_FAILED",
)
"""States of qualified numbers, without their common prefix."""


def planted_imported(
    number: str, now: datetime, overrides: Mapping[str, object]
) -> ImportedNumber:
    """Create an imported number."""
    given = _read(number, now, overrides, _IMPORTED)
    link = {name: given.pop(name) for name in ("service_plan_id", "campaign_id") if name in given}
    if link and given.setdefault("sms", SmsConfiguration(**link)) != SmsConfiguration(**link):
        msg = "sms is given, and so are service_plan_id or campaign_id"
        raise ValueError(msg)
    return ImportedNumber(**{"moved_time": now, **given})


def planted_qualified(
    number: str, now: datetime, state: str, overrides: Mapping[str, object]
) -> QualifiedNumber:
    """Create a qualified number in *state*."""
    if state not in QUALIFICATIONS:
        msg = f"state must be one of {', '.join(QUALIFICATIONS)}, not {state!r}"
        raise ValueError(msg)
    verified = "DONE" if state == "VERIFIED" else "WAITING"
    given = _read(number, now, overrides, _QUALIFIED)
    return QualifiedNumber(
        **{"state": state, "eligibility": "DONE", "ownership": verified, **given}
    )


def _read(
    number: str, now: datetime, overrides: Mapping[str, object], readers: Mapping[str, read.Reader]
) -> dict[str, Any]:
    number = phone_number(number)
    given = {
        name: readers[name](value, name, now)
        for name, value in read.by_name(overrides, readers, "").items()
    }
    return {
        "phone_number": number,
        "region_code": region_of(number),
        "created_time": now,
        "updated_time": now,
        **given,
    }


_IMPORTED: Mapping[str, read.Reader] = {
    "region_code": read.text,
    "display_name": read.text,
    "callback_url": read.text,
    "service_plan_id": read.text,
    "campaign_id": read.text,
    "sms": read.sms,
    "migrate_to_sinch_tmo": read.flag,
    "created_time": read.time,
    "updated_time": read.time,
    "moved_time": read.time,
}
_QUALIFIED: Mapping[str, read.Reader] = {
    "region_code": read.text,
    "eligibility": read.text,
    "eligibility_error": read.text,
    "ownership": read.text,
    "ownership_error": read.text,
    "hosted": read.integer,
    "hosted_error": read.text,
    "wrong_codes": read.integer,
    "created_time": read.time,
    "updated_time": read.time,
}
