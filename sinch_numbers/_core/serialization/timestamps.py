"""
ISO 8601 timestamps, as different services write them.

`datetime.fromisoformat` reads most forms, but not all, and not the same ones in every release of
Python. It also reads a date as midnight, which is a guess.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

_PARTS: Final = re.compile(
    # A calendar date, a week date, or an ordinal date, with or without hyphens.
    r"(?P<year>\d{4})(?P<hyphen>-?)"
    r"(?:(?P<month>\d\d)(?P=hyphen)(?P<day>\d\d)"
    r"|W(?P<week>\d\d)(?P=hyphen)(?P<weekday>\d)"
    r"|(?P<ordinal>\d{3}))"
    # RFC 3339 also allows a lower-case t, and a space.
    r"[Tt ]"
    # A time, with or without colons. A fraction belongs to the last part.
    r"(?P<hour>\d\d)(?:(?P<colon>:?)(?P<minute>\d\d)(?:(?P=colon)(?P<second>\d\d))?)?"
    r"(?:[.,](?P<fraction>\d{1,30}))?"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<hours>\d\d)(?::?(?P<minutes>[0-5]\d))?)?",
    re.ASCII,
)

# The form that the API writes; `datetime.fromisoformat` reads it in a tenth of the time.
_is_usual: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII).fullmatch

_DAY: Final = timedelta(days=1)


def parse_timestamp(text: str) -> datetime:
    """
    Return the time that *text* states, in UTC, to the microsecond.

    Reads calendar, week and ordinal dates, with or without separators; times to the hour, minute
    or second, with a fraction after a point or comma; ``24:00``; ``Z`` and offsets. Without a
    zone, the time is UTC. Digits beyond microseconds are cut off, never rounded.

    Raises `ValueError` for everything else: dates without a time, two-digit years, a leap
    second, dates and times that don't exist, and years outside 1 to 9999.
    """
    if _is_usual(text) and text[11:13] != "24":  # which Python reads from 3.14 on
        return datetime.fromisoformat(text)
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise ValueError("not an ISO 8601 timestamp")
    try:
        day, time = _date(parts), _time(parts)
        moment = datetime(day.year, day.month, day.day, tzinfo=_zone(parts)) + time
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


def _date(parts: re.Match[str]) -> date:
    year = int(parts["year"])
    if parts["month"]:
        return date(year, int(parts["month"]), int(parts["day"]))
    if parts["week"]:
        return date.fromisocalendar(year, int(parts["week"]), int(parts["weekday"]))
    ordinal = int(parts["ordinal"])
    day = date(year, 1, 1) + (ordinal - 1) * _DAY
    if day.year != year:  # day 0, or day 366 of a year with 365
        raise ValueError("no such day")
    return day


def _time(parts: re.Match[str]) -> timedelta:
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if minute > 59 or second > 59:
        raise ValueError("no such time")
    fraction = parts["fraction"] or "0"
    unit = 1_000_000 * (1 if parts["second"] else 60 if parts["minute"] else 3600)
    microseconds = int(fraction) * unit // 10 ** len(fraction)
    time = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microseconds)
    if time > _DAY:  # 24:00 is the end of the day, and nothing comes after it
        raise ValueError("no such time")
    return time


def _zone(parts: re.Match[str]) -> timezone:
    if not parts["sign"]:
        return UTC
    # Raises for 24 hours and more.
    offset = timedelta(hours=int(parts["hours"]), minutes=int(parts["minutes"] or 0))
    return timezone(-offset if parts["sign"] == "-" else offset)
