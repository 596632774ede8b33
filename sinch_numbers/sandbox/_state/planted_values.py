"""Values that tests plant: read as given, or rejected with a `ValueError`."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, cast

import attrs

from sinch_numbers.sandbox._state.numbers import (
    IDENTIFIERS,
    Money,
    SmsConfiguration,
    SmsJob,
    VoiceConfiguration,
    VoiceJob,
)

__all__ = [
    "Reader",
    "by_name",
    "day",
    "flag",
    "integer",
    "money",
    "sequence",
    "sms",
    "text",
    "time",
    "time_or_none",
    "voice",
]

Reader: TypeAlias = Callable[[Any, str, datetime], Any]
"""Reads a value; the other arguments are its name, for errors, and the time."""

_UNSTORABLE = re.compile(r"[.,]\d{6}0*[1-9]")  # digits after the microseconds


def by_name(given: Mapping[str, Any], names: Iterable[str], where: str) -> dict[str, Any]:
    """Return *given* by the names used here; keys can also be those of the API."""
    known = {spelling: name for name in names for spelling in (name, _camel(name))}
    found: dict[str, Any] = {}
    for key, value in given.items():
        name = known.get(key)
        if name is None:
            msg = f"unknown field {where}{key}; there are {', '.join(sorted(known.values()))}"
            raise TypeError(msg)
        if name in found:
            msg = f"{where}{name} is given twice, in both spellings"
            raise TypeError(msg)
        found[name] = value
    return found


def text(value: Any, name: str, _now: datetime) -> str:
    """Read a str."""
    if not isinstance(value, str):
        raise _rejected(name, "a str", value)
    return value


def flag(value: Any, name: str, _now: datetime) -> bool:
    """Read a bool."""
    if not isinstance(value, bool):
        raise _rejected(name, "True or False", value)
    return value


def integer(value: Any, name: str, _now: datetime) -> int:
    """Read an int."""
    if type(value) is not int:
        raise _rejected(name, "an int", value)
    return value


def day(value: Any, name: str, now: datetime) -> int:
    """Read a day of the month."""
    if not 1 <= integer(value, name, now) <= 31:
        raise _rejected(name, "a day of the month", value)
    return int(value)


def sequence(value: Any, name: str, _now: datetime) -> tuple[Any, ...]:
    """Read a list; a str would become a list of its letters."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _rejected(name, "a list", value)
    return tuple(value)


def time(value: Any, name: str, _now: datetime) -> datetime:
    """Read a time with its zone, as a datetime or in ISO 8601; replies show it in UTC."""
    expected = "a time with its zone, of microseconds at most"
    moment: Any = value
    if isinstance(value, str):
        try:
            moment = None if _UNSTORABLE.search(value) else datetime.fromisoformat(value)
        except ValueError:
            raise _rejected(name, expected, value) from None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise _rejected(name, expected, value)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise _rejected(name, expected, value) from None


def time_or_none(value: Any, name: str, now: datetime) -> datetime | None:
    """Read a time that can be missing."""
    return None if value is None else time(value, name, now)


def money(value: Any, name: str, now: datetime) -> Money:
    """Read an amount, which is a str, and its currency."""
    given = _fields(value, name, Money, ("amount", "currency_code"))
    if given.keys() != {"amount", "currency_code"}:
        raise _rejected(name, "an amount and a currencyCode", value)
    return Money(**{key: text(one, f"{name}.{key}", now) for key, one in given.items()})


def sms(value: Any, name: str, now: datetime) -> SmsConfiguration:
    """Read an SMS configuration."""
    return cast("SmsConfiguration", _attributes(value, name, now, SmsConfiguration, _SMS))


def voice(value: Any, name: str, now: datetime) -> VoiceConfiguration:
    """Read a voice configuration."""
    return cast("VoiceConfiguration", _attributes(value, name, now, VoiceConfiguration, _VOICE))


def _sms_job(value: Any, name: str, now: datetime) -> SmsJob | None:
    return cast("SmsJob | None", _job(value, name, now, SmsJob, _SMS_JOB))


def _voice_job(value: Any, name: str, now: datetime) -> VoiceJob | None:
    return cast("VoiceJob | None", _job(value, name, now, VoiceJob, _VOICE_JOB))


def _job(value: Any, name: str, now: datetime, kind: Any, readers: Mapping[str, Reader]) -> Any:
    """Read a job; ``null`` and ``{}`` mean no job."""
    if value is None or value == {}:
        return None
    return _attributes(value, name, now, kind, {**readers, "last_updated_time": _time_or_now})


def _time_or_now(value: Any, name: str, now: datetime) -> datetime:
    return now if value is None else time(value, name, now)


def _pace(value: Any, name: str, _now: datetime) -> timedelta | None:
    if value is not None and not (isinstance(value, timedelta) and value > timedelta()):
        raise _rejected(name, "a positive timedelta, or None", value)
    return value


def _attributes(
    value: Any, name: str, now: datetime, kind: Any, readers: Mapping[str, Reader]
) -> Any:
    """Create a *kind* from one, or from a mapping, whose values *readers* read."""
    voice_ids = ("app_id", "trunk_id", "service_id") if "identifier" in readers else ()
    given = _fields(value, name, kind, [*readers, *voice_ids])
    if voice_ids:
        given = _identified(given, name, now)
    if "last_updated_time" in readers:
        given.setdefault("last_updated_time", None)
    return kind(**{key: readers[key](one, f"{name}.{key}", now) for key, one in given.items()})


def _fields(value: Any, name: str, kind: Any, names: Iterable[str]) -> dict[str, Any]:
    if isinstance(value, kind):
        return {field.name: getattr(value, field.name) for field in attrs.fields(kind)}
    if not isinstance(value, Mapping):
        raise _rejected(name, f"a {kind.__name__} or a mapping", value)
    return by_name(cast("Mapping[str, Any]", value), names, f"{name}.")


def _identified(given: dict[str, Any], name: str, now: datetime) -> dict[str, Any]:
    """Replace ``appId``, ``trunkId`` and ``serviceId`` by the identifier of the voice type."""
    kind = text(given.get("type", "RTC"), f"{name}.type", now)
    if kind not in IDENTIFIERS:
        raise _rejected(f"{name}.type", ", ".join(IDENTIFIERS), kind)
    named = {api: given.pop(python) for api, python in _VOICE_IDS.items() if python in given}
    fits = named.pop(IDENTIFIERS[kind], None)
    for api, other in named.items():
        if other != "":
            raise _rejected(f"{name}.{api}", f"empty for type {kind}", other)
    if fits is not None and given.setdefault("identifier", fits) != fits:
        raise _rejected(f"{name}.identifier", f"the {IDENTIFIERS[kind]}", given["identifier"])
    return {"identifier": "", **given}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _rejected(name: str, expected: str, value: object) -> ValueError:
    return ValueError(f"{name} must be {expected}, not {value!r}")


_VOICE_IDS = {"appId": "app_id", "trunkId": "trunk_id", "serviceId": "service_id"}

_SMS: Mapping[str, Reader] = {
    "service_plan_id": text,
    "campaign_id": text,
    "scheduled_provisioning": _sms_job,
}
_VOICE: Mapping[str, Reader] = {
    "type": text,
    "identifier": text,
    "last_updated_time": time_or_none,
    "scheduled_voice_provisioning": _voice_job,
}
_SMS_JOB: Mapping[str, Reader] = {
    "service_plan_id": text,
    "campaign_id": text,
    "status": text,
    "error_codes": sequence,
    "pace": _pace,
}
_VOICE_JOB: Mapping[str, Reader] = {
    "type": text,
    "identifier": text,
    "status": text,
    "pace": _pace,
}
