"""
Evidence: whether a call can have caused the state that a read shows.

Only differences are conclusive: a number with another configuration, or one that was rented
before the call was sent, belongs to another rent. Equality proves nothing by itself, since
another worker may have requested the same; see `decisions`.
"""

import calendar
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import attrs

from sinch_numbers._core.billing.decisions import Event
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.billing.redaction import redacted_url
from sinch_numbers.models import ActiveNumber
from sinch_numbers.models._number_status import has_failed

__all__ = [
    "ABSENT",
    "SHOWN_BY_RELEASES",
    "SHOWN_BY_RENTS",
    "TAG",
    "Evidence",
    "compared",
    "of_release",
    "of_rent",
    "rent_instants",
    "rented_at",
    "shown_values",
]

TAG: Final = "sinch_op"
"""Name of the query parameter of a callback URL that identifies an operation."""
SHOWN_BY_RELEASES: Final = frozenset(("expireAt", "nextChargeDate", "paymentIntervalMonths"))
"""The fields of a number by which `of_release` decides."""
SHOWN_BY_RENTS: Final = SHOWN_BY_RELEASES | {
    "callbackUrl",
    "projectId",
    "smsConfiguration",
    "voiceConfiguration",
}
"""The fields of a number by which `of_rent` decides."""
_CLOCK_MARGIN: Final = timedelta(seconds=120)
"""A rent this long before the request is excluded; rent instants rest on one observation."""

_NEW_RENT_MARGIN: Final = timedelta(seconds=5)
"""A rent this long after a release was sent is another one; ``Date`` has whole seconds."""


@attrs.frozen
class Evidence:
    """The result of a read, as evidence about a call."""

    event: Event
    """One of the events ``READ_*``."""
    value: Any = None
    """The result of the call, if it caused what the read found."""
    why: str = ""
    """The reason why the call is excluded or cannot be confirmed."""
    candidates: tuple[Any, ...] = ()
    """Numbers that may be the effect of the call."""


ABSENT: Final = Evidence(Event.READ_ABSENT)


def of_effect(value: Any) -> Evidence:
    """Return the evidence of a read that shows the requested state, or ``None`` if it doesn't."""
    return ABSENT if value is None else Evidence(Event.READ_MATCH, value)


def of_rent(entry: JournalEntry, number: ActiveNumber | None) -> Evidence:
    """Return the evidence that *number*, as read, gives about the rent *entry*."""
    if number is None:
        return ABSENT
    if entry.tag is not None:
        found = _tag(number.callback_url)
        if found == entry.tag:
            return Evidence(Event.READ_PROOF, number)
        if found is not None:
            return Evidence(Event.READ_OTHER, number, "it was rented by another operation")
    different, missing = compared(shown_values(number), entry.request)
    if different:
        return Evidence(Event.READ_OTHER, number, f"it has another {different[0]}")
    if number.expire_at is not None:
        return Evidence(Event.READ_OTHER, number, "it is already released")
    since = rented_at(number)
    if since and entry.sent_after and max(since) < entry.sent_after - _CLOCK_MARGIN:
        return Evidence(Event.READ_OTHER, number, f"it is rented since {max(since):%F %T} UTC")
    when = f" since {since[-1]:%F %T} UTC" if since else ""
    if missing:
        why = f"the project holds {number.phone_number}{when}, without the {missing[0]}"
        return Evidence(Event.READ_FAILED, None, why, (number,))
    why = f"the project holds {number.phone_number}{when}; it may be another worker's"
    return Evidence(Event.READ_MATCH, number, why, (number,))


def of_release(entry: JournalEntry, number: ActiveNumber | None) -> Evidence:
    """Return the evidence that *number*, as read, gives about the release *entry*."""
    if number is None:
        return Evidence(Event.READ_GONE, None, "the project no longer holds the number")
    since = rented_at(number)
    if since and entry.sent_after and min(since) > entry.sent_after + _NEW_RENT_MARGIN:
        why = f"the number was rented again on {since[0]:%F %T} UTC"
        return Evidence(Event.READ_AGAIN, None, why, (number,))
    return of_effect(number if number.expire_at else None)


def of_rents(
    entry: JournalEntry, alike: Sequence[JournalEntry], numbers: Iterable[ActiveNumber]
) -> Evidence:
    """
    Return the evidence about *entry*, whose number the service picked.

    *alike* are the open entries with the same request, *numbers* those of the project that match
    it, and that no entry owns. If all renters use the journal, and as many numbers were rented
    since the request as entries are open, their effects are interchangeable: each gets one.
    """
    found = [of_rent(entry, number) for number in numbers]
    for one in found:
        if one.event is Event.READ_PROOF:
            return one
    possible = [one.value for one in found if one.event is Event.READ_MATCH]
    possible = [number for number in possible if _may_be_since(number, entry.sent_after)]
    if entry.exclusive and not possible:
        return ABSENT
    dated = entry.sent_after is not None and all(one.next_charge_date for one in possible)
    places = sorted({entry.id, *(one.id for one in alike)})
    if entry.exclusive and dated and len(possible) == len(places):
        possible.sort(key=lambda number: number.phone_number)
        return Evidence(Event.READ_PROOF, possible[places.index(entry.id)])
    names = ", ".join(number.phone_number for number in possible[:10])
    why = f"it may have rented one of {len(possible)} numbers that the project holds: {names}"
    if entry.exclusive and len(possible) > len(places):
        why = f"{why}; the project may have another renter, which does not use this journal"
    return Evidence(Event.READ_MATCH, None, why, tuple(possible))


def _may_be_since(number: ActiveNumber, sent_after: datetime | None) -> bool:
    """Whether *number* may have been rented after *sent_after*."""
    since = rented_at(number)
    return not since or sent_after is None or max(since) >= sent_after - _CLOCK_MARGIN


def rented_at(number: ActiveNumber) -> tuple[datetime, ...]:
    """Return the possible `rent_instants` of *number*; none if it is not charged monthly."""
    if number.payment_interval_months not in (None, 1):
        return ()
    return rent_instants(number.next_charge_date)


def rent_instants(next_charge: datetime | None) -> tuple[datetime, ...]:
    """
    Return the instants at which a number with its first *next_charge* can have been rented.

    One month before; days that the next month lacks move to its last day, so that a charge on
    February 28 belongs to a rent on January 28, 29, 30, or 31. The earliest comes first.
    """
    if next_charge is None:
        return ()
    last_of_month = calendar.monthrange(next_charge.year, next_charge.month)[1]
    before = next_charge.replace(day=1) - timedelta(days=1)
    days = [next_charge.day]
    if next_charge.day == last_of_month:
        days = [*range(next_charge.day, before.day + 1)]
    return tuple(before.replace(day=day) for day in days if day <= before.day)


def shown_values(number: ActiveNumber, *, failed: bool = True) -> Mapping[str, set[Any]]:
    """
    Return the values that *number* shows for each request field, scheduled ones included.

    Values of failed jobs identify the call that scheduled them, but are not set: exclude them by
    *failed* to see whether a change was accepted.
    """
    sms, voice = number.sms_configuration, number.voice_configuration
    job, voice_job = (
        one if one is not None and (failed or not has_failed(one)) else None
        for one in (
            sms.scheduled_provisioning if sms else None,
            getattr(voice, "scheduled_voice_provisioning", None),
        )
    )
    return {
        "displayName": {number.display_name},
        "callbackUrl": {number.callback_url},
        "servicePlanId": {getattr(one, "service_plan_id", None) for one in (sms, job)},
        "campaignId": {getattr(one, "campaign_id", None) for one in (sms, job)},
        "type": {getattr(one, "type", None) for one in (voice, voice_job)},
        "appId": {getattr(one, "app_id", None) for one in (voice, voice_job)},
        "trunkId": {getattr(one, "trunk_id", None) for one in (voice, voice_job)},
        "serviceId": {getattr(one, "service_id", None) for one in (voice, voice_job)},
    }


def compared(
    shown: Mapping[str, set[Any]], request: Mapping[str, Any]
) -> tuple[list[str], list[str]]:
    """Return the requested settings that are *shown* with another value, and without one."""
    different: list[str] = []
    missing: list[str] = []
    for name, value in _leaves(request):
        # An entry of the journal has URLs redacted.
        values = {redacted_url(one) for one in shown[name] - {None, ""}}
        if value and redacted_url(value) not in values:
            (different if values else missing).append(_NAMES[name])
    return different, missing


_NAMES: Final[Mapping[str, str]] = {
    "callbackUrl": "callback URL",
    "servicePlanId": "service plan",
    "campaignId": "campaign",
    "type": "voice type",
    "appId": "voice app",
    "trunkId": "trunk",
    "serviceId": "fax service",
}


def _leaves(request: Mapping[str, Any]) -> list[tuple[str, Any]]:
    given: list[tuple[str, Any]] = []
    for name in ("smsConfiguration", "voiceConfiguration"):
        if isinstance(configuration := request.get(name), Mapping):
            given.extend(configuration.items())
    given.append(("callbackUrl", request.get("callbackUrl")))
    return [(name, value) for name, value in given if name in _NAMES]


def tagged(request: Mapping[str, Any]) -> tuple[Mapping[str, Any], str | None]:
    """Return *request* with an ID in the query of its callback URL, and the ID."""
    url = request.get("callbackUrl")
    if not isinstance(url, str) or not url:
        return request, None
    tag = uuid.uuid4().hex
    parts = urlsplit(url)
    query = f"{parts.query}&{TAG}={tag}" if parts.query else f"{TAG}={tag}"
    return {**request, "callbackUrl": urlunsplit(parts._replace(query=query))}, tag


def _tag(callback_url: str | None) -> str | None:
    if not callback_url:
        return None
    try:
        return dict(parse_qsl(urlsplit(callback_url).query)).get(TAG)
    except ValueError:
        return None
