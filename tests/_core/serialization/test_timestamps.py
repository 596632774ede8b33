"""Timestamps are read in every form of ISO 8601 that states one time."""

from datetime import UTC, datetime, timedelta, timezone

import malformed
import pytest
from hypothesis import strategies as st
from products import every, examples, named

from sinch_numbers._core.serialization.timestamps import parse_timestamp

WHOLE = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


@every(
    ("text", "expected"),
    [
        ("2026-03-14T09:26:53Z", WHOLE),
        ("2026-03-14T09:26:53", WHOLE),
        ("2026-03-14t09:26:53z", WHOLE),
        ("2026-03-14 09:26:53Z", WHOLE),
        ("20260314T092653Z", WHOLE),
        ("20260314T09:26:53Z", WHOLE),
        ("2026-03-14T092653Z", WHOLE),
        ("2026-073T09:26:53Z", WHOLE),
        ("2026073T092653Z", WHOLE),
        ("2026-W11-6T09:26:53Z", WHOLE),
        ("2026W116T092653Z", WHOLE),
        ("2026-03-14T11:26:53+02", WHOLE),
        ("2026-03-14T11:26:53+0200", WHOLE),
        ("2026-03-14T03:56:53-05:30", WHOLE),
        ("20260314T035653-0530", WHOLE),
        ("2026-03-14T09:26:53-00", WHOLE),
        ("2026-03-14T09:26Z", WHOLE.replace(second=0)),
        ("20260314T0926Z", WHOLE.replace(second=0)),
        ("2026-03-14T09Z", WHOLE.replace(minute=0, second=0)),
        ("2026-03-14T09:26:53.5Z", WHOLE.replace(microsecond=500_000)),
        ("2026-03-14T09:26:53,5Z", WHOLE.replace(microsecond=500_000)),
        ("2026-03-14T09:26:53,589793+00", WHOLE.replace(microsecond=589_793)),
        ("2026-03-14T09:26:53.1234567Z", WHOLE.replace(microsecond=123_456)),
        ("2026-03-14T09:26:53.999999999999Z", WHOLE.replace(microsecond=999_999)),
        ("2026-03-14T09:26.5Z", WHOLE.replace(second=30)),
        ("2026-03-14T09,25Z", WHOLE.replace(minute=15, second=0)),
        ("2026-03-13T24:00:00Z", datetime(2026, 3, 14, tzinfo=UTC)),
        ("2026-03-13T24:00Z", datetime(2026, 3, 14, tzinfo=UTC)),
        ("20260313T24Z", datetime(2026, 3, 14, tzinfo=UTC)),
        ("2026-12-31T24:00:00.000+01:00", datetime(2026, 12, 31, 23, tzinfo=UTC)),
        ("2024-366T00:00:00Z", datetime(2024, 12, 31, tzinfo=UTC)),
        ("2026-W01-1T00:00:00Z", datetime(2025, 12, 29, tzinfo=UTC)),
        ("2026-W53-7T00:00:00Z", datetime(2027, 1, 3, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999Z", datetime.max.replace(tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_a_timestamp_is_read_in_every_form(text: str, expected: datetime) -> None:
    """The result is in UTC; digits beyond microseconds are cut off."""
    read = parse_timestamp(text)

    assert expected == read
    assert read.tzinfo is UTC


@every("text", named(malformed.NOT_TIMESTAMPS))
def test_other_text_is_not_a_timestamp(text: str) -> None:
    """It is rejected, not completed or rounded."""
    with pytest.raises(ValueError, match=r"."):
        parse_timestamp(text)


@examples(
    50,
    1000,
    when=st.datetimes(
        min_value=datetime(2, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
        max_value=datetime(9998, 12, 31),  # noqa: DTZ001 - as above
        timezones=st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    ),
)
def test_the_forms_of_one_time_agree(when: datetime) -> None:
    """Calendar, week and ordinal dates, and every offset, state the same time."""
    year, week, weekday = when.isocalendar()
    time = when.isoformat().partition("T")[2]
    days = (f"{when:%Y-%m-%d}".zfill(10), f"{year:04}-W{week:02}-{weekday}")
    days += (f"{when.year:04}-{when:%j}",)

    texts = [f"{day}T{time}" for day in days]
    texts += [text.replace("-", "", 2).replace(":", "", 2) for text in texts if "-W" in text]

    assert {when} == {parse_timestamp(text) for text in texts}


@examples(200, 3000, text=st.text("0123456789-:.,TWZtz +", max_size=32) | st.text(max_size=40))
def test_what_python_reads_otherwise_is_not_read(text: str) -> None:
    """Where `datetime.fromisoformat` reads the text, too, both read the same time."""
    try:
        read = parse_timestamp(text)
        known = datetime.fromisoformat(text)
    except ValueError:
        return
    assert read == (known if known.tzinfo else known.replace(tzinfo=UTC))
