"""
The compact state of a number, whose differences between two audits are reported.

Dates that the service moves by itself are left out: the next charge, and the last update of a
provisioning. Callback URLs are stored without user information and query, which may hold secrets.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

import attrs

from sinch_numbers._core.billing.redaction import redacted_url
from sinch_numbers.audit._sorted_lines import decode, line_of, split
from sinch_numbers.models import ActiveNumber, SmsProvisioning, VoiceProvisioning
from sinch_numbers.models import _number_status as links
from sinch_numbers.models._serializable import Serializable

__all__ = ["FieldChange", "NumberChange", "NumberState"]


@attrs.frozen
class NumberState(Serializable):
    """The state of a number in an audit; ``None`` means empty."""

    phone_number: str
    display_name: str | None
    region_code: str | None
    type: str | None
    capability: str | None
    """The products that can use the number, separated by commas."""
    price: str | None
    """The price of each payment interval, such as ``USD 0.5``."""
    payment_interval_months: str | None
    expire_at: str | None
    """Expiration of a released number, ISO 8601 in UTC."""
    service_plan_id: str | None
    campaign_id: str | None
    sms_provisioning: str | None
    """Provisioning that is pending or has failed: status, target, and error codes."""
    voice_type: str | None
    voice_target: str | None
    """The app, trunk or fax service."""
    voice_provisioning: str | None
    """Provisioning that is pending or has failed: status and target."""
    callback_url: str | None
    """The URL, with a digest in place of user information and query."""


FIELDS: Final = tuple(field.name for field in attrs.fields(NumberState))[1:]
"""The fields that are compared, in the order of a line."""


@attrs.frozen
class FieldChange(Serializable):
    """A field of a number that changed between two audits; ``None`` means empty."""

    field: str
    """The name of the field in `NumberState`."""
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{self.field}: {_shown(self.before)} -> {_shown(self.after)}"


@attrs.frozen(weakref_slot=False)  # a report may hold a million: 8 bytes less for each
class NumberChange(Serializable):
    """A number whose state changed between two audits."""

    phone_number: str
    fields: tuple[FieldChange, ...]


def number_line(number: ActiveNumber) -> bytes:
    """Return the state of *number* as a line."""
    money, voice = number.money, number.voice_configuration
    target = links.voice_link(number)
    state = (
        number.display_name,
        number.region_code,
        number.type,
        ",".join(sorted(number.capability)) or None,
        None if money is None else _price(money.currency_code, money.amount),
        None if number.payment_interval_months is None else str(number.payment_interval_months),
        None if number.expire_at is None else number.expire_at.isoformat(),
        links.service_plan(number),
        links.campaign(number),
        _job(links.sms_job(number)),
        None if voice is None or target is None else voice.type,
        target,
        _job(links.voice_job(number)),
        None if number.callback_url is None else _url(number.callback_url),
    )
    return line_of(number.phone_number, state)


def state_of(line: bytes) -> NumberState:
    """Return the state in *line*."""
    key, value = map(decode, split(line))
    # Columns that a later version adds at the end are unknown here.
    return NumberState(key, *value[: len(FIELDS)])


def change_of(key: bytes, before: bytes, after: bytes) -> NumberChange:
    """Return the fields that differ between two values of one key."""
    return NumberChange(decode(key), _shared(*_differences(decode(before), decode(after))))


def _differences(before: Sequence[str], after: Sequence[str]) -> Iterator[FieldChange]:
    for name, old, new in zip(FIELDS, before, after, strict=False):
        if old != new:
            yield _field_change(name, old, new)


@lru_cache(maxsize=1024)
def _shared(*changes: FieldChange) -> tuple[FieldChange, ...]:
    """Return *changes*; numbers with equal ones share a tuple, which saves 64 bytes for each."""
    return changes


@lru_cache(maxsize=1024)
def _field_change(name: str, before: str | None, after: str | None) -> FieldChange:
    """Return the change of a field; a bulk change of many numbers shares one value."""
    return FieldChange(name, before, after)


def _job(job: SmsProvisioning | VoiceProvisioning | None) -> str | None:
    if job is None:
        return None
    parts = [str(job.status or "no status")]
    if isinstance(job, SmsProvisioning):
        parts += [one for one in (job.service_plan_id, job.campaign_id) if one]
        parts += sorted(map(str, job.error_codes))
    else:
        targets = (getattr(job, name, None) for name in ("app_id", "trunk_id", "service_id"))
        parts += [str(target) for target in targets if target]
    return " ".join(parts)


@lru_cache(maxsize=1024)
def _price(currency: str, amount: Decimal) -> str:
    return f"{currency} {amount.normalize():f}"


@lru_cache(maxsize=1024)
def _url(url: str) -> str:
    found: str = redacted_url(url)
    return found


def _shown(value: str | None) -> str:
    return "empty" if value is None else repr(value)
