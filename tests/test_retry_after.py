"""How long the service asked to wait: a finite number of seconds, or nothing that makes sense."""

import math
import time

import pytest
from hypothesis import strategies as st
from products import examples

from sinch_numbers.retry_after import parse_retry_after

DATE = "Sat, 14 Mar 2026 09:26:53 GMT"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param("0", 0.0, id="no wait"),
        pytest.param("2", 2.0, id="seconds"),
        pytest.param(" 2\t", 2.0, id="seconds with space around"),
        pytest.param("1.5", 1.5, id="seconds and a half"),
        pytest.param("0.125", 0.125, id="milliseconds"),
        pytest.param("007", 7.0, id="leading zeros"),
        pytest.param("999999999", 999999999.0, id="thirty years, which is for others to judge"),
        pytest.param("Sat, 14 Mar 2026 09:27:00 GMT", 7.0, id="a date"),
        pytest.param("Saturday, 14-Mar-26 09:27:00 GMT", 7.0, id="a date of the elder kind"),
        pytest.param("Sat Mar 14 09:27:00 2026", 7.0, id="a date of the eldest kind"),
        pytest.param("Sat, 14 Mar 2026 10:27:00 +0100", 7.0, id="a date elsewhere"),
        pytest.param(DATE, 0.0, id="a date right now"),
        pytest.param("Sat, 14 Mar 2026 09:00:00 GMT", 0.0, id="a date in the past"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", 0.0, id="a date long ago"),
        pytest.param("", None, id="empty"),
        pytest.param("inf", None, id="infinity"),
        pytest.param("Infinity", None, id="infinity, spelt out"),
        pytest.param("nan", None, id="not a number"),
        pytest.param("1e9", None, id="an exponent"),
        pytest.param("9" * 10, None, id="ten digits"),
        pytest.param("9" * 400, None, id="400 digits"),
        pytest.param("1." + "0" * 4, None, id="four decimals"),
        pytest.param("-5", None, id="a negative number"),
        pytest.param("+5", None, id="a plus sign"),
        pytest.param("5, 6", None, id="two headers in one"),
        pytest.param("5 6", None, id="two numbers"),
        pytest.param("5s", None, id="a unit"),
        pytest.param("0x10", None, id="a hexadecimal number"),
        pytest.param("1_000", None, id="an underscore"),
        pytest.param(".5", None, id="no digit before the point"),
        pytest.param("5.", None, id="no digit after the point"),
        pytest.param("\u0665", None, id="an Arabic digit"),
        pytest.param("\u00b2", None, id="a superscript digit"),
        pytest.param("soon", None, id="a word"),
        pytest.param("Sat, 14 Mar 99999 09:26:53 GMT", None, id="the year 99999"),
        pytest.param("Sat, 32 Mar 2026 09:26:53 GMT", None, id="the 32nd of March"),
        pytest.param("Sat, 14 Mar 2026 25:61:61 GMT", None, id="an hour that is none"),
        pytest.param("Sat, 14 Mar 2026 09:26:53 +999999999", None, id="a zone that is none"),
        pytest.param(DATE + " " * 100_000 + "x", None, id="a date and a hundred thousand blanks"),
    ],
)
def test_what_the_header_asks_for(asked, expected):
    """Measured from the reply's own date."""
    assert expected == parse_retry_after({"Retry-After": asked, "Date": DATE})


def test_without_the_header_nothing_is_asked():
    """A date alone asks for nothing."""
    assert parse_retry_after({"Date": DATE}) is None


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no date"),
        pytest.param({"Date": ""}, id="an empty date"),
        pytest.param({"Date": "yesterday"}, id="a date that is none"),
        pytest.param({"Date": "Sat, 14 Mar 99999 09:26:53 GMT"}, id="a date beyond time"),
    ],
)
def test_without_a_date_in_the_reply_this_machine_s_clock_counts(headers, monkeypatch):
    """Better than nothing."""
    monkeypatch.setattr(time, "time", lambda: 1773480413.0)  # DATE

    assert parse_retry_after({"Retry-After": "Sat, 14 Mar 2026 09:27:00 GMT", **headers}) == 7.0


def test_a_clock_that_is_off_does_not_matter(monkeypatch):
    """As long as the service says what time it thinks it is."""
    monkeypatch.setattr(time, "time", lambda: 0.0)

    waits = parse_retry_after({"Retry-After": "Sat, 14 Mar 2026 09:27:00 GMT", "Date": DATE})

    assert waits == 7.0


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
