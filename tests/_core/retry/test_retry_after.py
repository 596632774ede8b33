"""Parsing of Retry-After: a finite number of seconds, or ``None``."""

import math
import time

import malformed
import pytest
from hypothesis import strategies as st
from malformed import DATE
from products import every, examples, named

from sinch_numbers._core.retry.retry_after import parse_http_date, parse_retry_after


@every(("asked", "expected"), named(malformed.RETRY_AFTER))
def test_what_the_header_asks_for(asked, expected):
    """Measured from the reply's own date."""
    assert expected == parse_retry_after({"Retry-After": asked, "Date": DATE})


def test_without_the_header_nothing_is_asked():
    """A date alone asks for nothing."""
    assert parse_retry_after({"Date": DATE}) is None


@pytest.mark.parametrize("headers", named(malformed.NOT_DATES))
def test_without_a_date_in_the_reply_this_machine_s_clock_counts(headers, monkeypatch):
    """Better than nothing."""
    monkeypatch.setattr(time, "time", lambda: 1773480413.0)  # DATE

    assert parse_retry_after({"Retry-After": "Sat, 14 Mar 2026 09:27:00 GMT", **headers}) == 7.0


def test_a_clock_that_is_off_does_not_matter(monkeypatch):
    """As long as the service says what time it thinks it is."""
    monkeypatch.setattr(time, "time", lambda: 0.0)

    waits = parse_retry_after({"Retry-After": "Sat, 14 Mar 2026 09:27:00 GMT", "Date": DATE})

    assert waits == 7.0


@pytest.mark.parametrize(("length", "expected"), [(64, 784111777.0), (65, None)])
def test_a_long_date_is_not_parsed(length: int, expected: float | None) -> None:
    """A date has 29 characters; the limit bounds the work of a hostile header."""
    date = "Sun, 06 Nov 1994 08:49:37 GMT"
    comment = "x" * (length - len(date) - 3)

    assert expected == parse_http_date(f"{date} ({comment})")


@examples(
    40,
    500,
    asked=st.text() | st.from_regex(r"[A-Z][a-z]{2}, ?[0-9]{1,5} [A-Z][a-z]{2} [0-9:+ -]{0,40}"),
)
def test_whatever_it_says(asked):
    """The answer is nothing or a finite number that is not negative: `asyncio.sleep` is safe."""
    for date in (DATE, asked):
        waits = parse_retry_after({"Retry-After": asked, "Date": date})

        assert waits is None or (math.isfinite(waits) and waits >= 0)
