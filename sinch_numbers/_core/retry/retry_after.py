"""Parsers for ``Retry-After`` and dates in headers."""

import re
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

# Stricter than float(), which accepts "nan": `asyncio.sleep(nan)` never returns.
_SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """
    Return ``Retry-After`` in seconds; ``None`` if it is missing or invalid.

    The value is a number of seconds or a date, which is compared to the response's ``Date``. A
    date in the past returns 0.
    """
    asked = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(asked):
        return float(asked)
    until = parse_http_date(asked)
    if until is None:
        return None
    # The server's clock: the local one may be off.
    now = parse_http_date(headers.get("Date", ""))
    return max(0.0, until - (time.time() if now is None else now))


def parse_http_date(text: str) -> float | None:
    """Return the date of a header as a `time.time` value; ``None`` if it is invalid."""
    if not text.isascii() or len(text) > 64:  # the parser accepts other Unicode digits
        return None
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
