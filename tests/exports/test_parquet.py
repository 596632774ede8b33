"""Parquet: typed columns, exact amounts, and no more memory for a million than for a few."""

import io
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from sinch_numbers import ActiveNumber, InvalidArgumentError, Money
from sinch_numbers.audit import Finding, Report
from sinch_numbers.exports import FINDINGS, NUMBERS, ParquetWriter, write_parquet

from .conftest import HOSTILE


def read(file: io.BytesIO) -> Any:
    return parquet.read_table(io.BytesIO(file.getvalue()))


@pytest.mark.sandbox
@pytest.mark.anyio
async def test_findings_are_rows(report: Report) -> None:
    """All of them, in their order."""
    file = io.BytesIO()
    write_parquet(report.findings, file, FINDINGS)

    table = read(file)
    assert list(FINDINGS.header) == table.column_names
    assert [f.phone_number for f in report.findings] == table["phone_number"].to_pylist()
    assert [f.severity.value for f in report.findings] == table["severity"].to_pylist()


def test_columns_are_typed(number: Callable[..., ActiveNumber]) -> None:
    """Amounts are decimals, times are in UTC to the microsecond, several words are a list."""
    file = io.BytesIO()
    wire = {
        "capability": ["SMS", "VOICE"],
        "money": {"currencyCode": "EUR", "amount": "1.05"},
        "paymentIntervalMonths": 3,
        "nextChargeDate": "2026-04-14T11:26:53.589793+02:00",
    }
    write_parquet([number(**wire), number()], file, NUMBERS)

    table = read(file)
    assert pyarrow.decimal128(38, 18) == table.schema.field("amount").type
    assert pyarrow.timestamp("us", tz="UTC") == table.schema.field("expire_at").type
    assert pyarrow.int64() == table.schema.field("payment_interval_months").type
    full, empty = table.to_pylist()
    assert ["SMS", "VOICE"] == full["capability"]
    assert Decimal("1.05") == full["amount"]
    assert datetime(2026, 4, 14, 9, 26, 53, 589793, tzinfo=UTC) == full["next_charge_date"]
    assert 3 == full["payment_interval_months"]
    assert {"phone_number": "+12025550101", "capability": [], "status": "unlinked"} == {
        name: cell for name, cell in empty.items() if cell is not None
    }


def test_nothing_is_a_schema_alone() -> None:
    """An empty project has a file that says what would be in it."""
    file = io.BytesIO()
    write_parquet([], file, NUMBERS)

    assert (0, list(NUMBERS.header)) == (read(file).num_rows, read(file).column_names)


def test_texts_come_back_as_they_were(finding: Callable[..., Finding]) -> None:
    """But for halves of characters, which UTF-8 does not know: those are escapes."""
    file = io.BytesIO()
    write_parquet([finding(display_name=name) for name in HOSTILE], file, FINDINGS)

    wanted = [name.encode("utf-8", "backslashreplace").decode() for name in HOSTILE]
    assert wanted == read(file)["display_name"].to_pylist()


@pytest.mark.parametrize(
    ("amount", "fits"),
    [
        ("12345678901234567890.123456789012345678", True),
        ("-0.000000000000000001", True),
        ("0", True),
        ("123456789012345678901", False),
        ("0.0000000000000000001", False),
        ("NaN", False),
        ("Infinity", False),
    ],
)
def test_amounts_are_exact_or_refused(amount: str, fits: bool) -> None:
    """Nothing is rounded, ever."""
    file = io.BytesIO()
    number = ActiveNumber("+12025550101", money=Money("USD", Decimal(amount)))
    if fits:
        write_parquet([number], file, NUMBERS)
        assert [Decimal(amount)] == read(file)["amount"].to_pylist()
        return
    with pytest.raises(InvalidArgumentError, match="amount: expected at most 20 digits before"):
        write_parquet([number], file, NUMBERS)


@pytest.mark.parametrize("months", [2**63, -(2**63) - 1])
def test_counts_without_end_are_refused(months: int) -> None:
    """By a typed error, not by whatever pyarrow makes of them."""
    number = ActiveNumber("+12025550101", payment_interval_months=months)
    with pytest.raises(InvalidArgumentError, match="payment_interval_months"):
        write_parquet([number], io.BytesIO(), NUMBERS)


def test_what_is_broken_off_does_not_look_complete() -> None:
    """Without its footer the file cannot be read, also when the writer is thrown away later."""
    file = io.BytesIO()

    def numbers() -> Iterator[ActiveNumber]:
        yield ActiveNumber("+12025550101")
        raise KeyError("gone")

    with pytest.raises(KeyError), ParquetWriter(file, NUMBERS) as writer:
        writer.write(numbers())
    del writer

    with pytest.raises(pyarrow.ArrowInvalid):
        read(file)


class Counted:
    """A file that remembers only how much it was given."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows() -> None:
    """Rows come in groups, and a group is gone when it is written."""

    def peak(count: int) -> int:
        numbers = (ActiveNumber(f"+1202{place:07}") for place in range(count))
        tracemalloc.start()
        write_parquet(numbers, Counted(), NUMBERS)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # whatever is loaded once
    assert peak(40_000) < 1.5 * peak(20_000)


def test_groups_are_complete_and_in_order() -> None:
    """Whatever the batches, no row is lost at the edge of a group."""
    file = io.BytesIO()
    numbers = [ActiveNumber(f"+1202{place:07}") for place in range(25_001)]
    with ParquetWriter(file, NUMBERS) as writer:
        for start in range(0, len(numbers), 7_000):
            writer.write(numbers[start : start + 7_000])

    metadata = parquet.read_metadata(io.BytesIO(file.getvalue()))
    groups = [metadata.row_group(place).num_rows for place in range(metadata.num_row_groups)]
    assert [10_000, 10_000, 5_001] == groups
    assert [n.phone_number for n in numbers] == read(file)["phone_number"].to_pylist()
