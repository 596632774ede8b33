"""Arrow tables and data frames: typed columns, from values, CSV, and Parquet."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pyarrow
import pytest
from products import every

from sinch_numbers import ActiveNumber, InvalidArgumentError, Money
from sinch_numbers.audit import Finding, InputFileError
from sinch_numbers.exports import (
    FINDINGS,
    NUMBERS,
    read_csv,
    schema_of,
    to_arrow,
    write_csv,
    write_parquet,
)

from .conftest import HOSTILE

WIRE = {
    "capability": ["SMS", "VOICE"],
    "regionCode": "US",
    "type": "LOCAL",
    "displayName": "Zoë, front desk",
    "money": {"currencyCode": "EUR", "amount": "1.05"},
    "paymentIntervalMonths": 3,
    "nextChargeDate": "2026-04-14T11:26:53.589793+02:00",
}


@pytest.fixture
def numbers(number: Callable[..., ActiveNumber]) -> list[ActiveNumber]:
    return [number(**WIRE), number(phoneNumber="+4915112345678")]


def test_values_become_typed_columns(numbers: list[ActiveNumber]) -> None:
    """The plus sign, all digits of an amount, and the microseconds of a timestamp are kept."""
    table = to_arrow(iter(numbers), NUMBERS)

    assert schema_of(NUMBERS) == table.schema
    full, empty = table.to_pylist()
    assert ("+12025550101", "+4915112345678") == (full["phone_number"], empty["phone_number"])
    assert Decimal("1.05") == full["amount"]
    assert datetime(2026, 4, 14, 9, 26, 53, 589793, tzinfo=UTC) == full["next_charge_date"]
    assert (["SMS", "VOICE"], 3, None) == (
        full["capability"],
        full["payment_interval_months"],
        empty["payment_interval_months"],
    )


def test_an_empty_list_has_the_columns_too() -> None:
    """Without rows, a table has its schema, so that programs need no special case."""
    table = to_arrow([], NUMBERS)

    assert (0, schema_of(NUMBERS)) == (table.num_rows, table.schema)


def test_many_rows_are_converted_in_batches(number: Callable[..., ActiveNumber]) -> None:
    """No row is lost or repeated at the end of a batch."""
    found = [number(phoneNumber=f"+{n}") for n in range(1, 20_002)]

    table = to_arrow(found, NUMBERS)

    assert [one.phone_number for one in found] == table["phone_number"].to_pylist()


def test_amounts_are_never_rounded(number: Callable[..., ActiveNumber]) -> None:
    """An amount that does not fit raises an error that names the column."""
    odd = attrs.evolve(number(), money=Money("USD", Decimal("1e-19")))

    with pytest.raises(InvalidArgumentError, match="amount: expected at most 20 digits before"):
        to_arrow([odd], NUMBERS)


def test_a_csv_file_is_read_as_it_was_written(numbers: list[ActiveNumber], tmp_path: Path) -> None:
    """All columns have the types and values of `to_arrow`; an empty list is null."""
    write_csv(numbers, tmp_path / "numbers.csv", NUMBERS)

    table = read_csv(tmp_path / "numbers.csv", NUMBERS)

    expected = to_arrow(numbers, NUMBERS).to_pylist()
    assert [] == expected[1]["capability"]
    expected[1]["capability"] = None
    assert schema_of(NUMBERS) == table.schema
    assert expected == table.to_pylist()


def test_hostile_text_is_read_as_it_was(finding: Callable[..., Finding], tmp_path: Path) -> None:
    """Texts that were escaped for spreadsheets have their characters again."""
    texts = [text for text in HOSTILE if "\ud800" not in text]
    found = [finding(message=text, display_name=text) for text in texts]
    write_csv(found, tmp_path / "findings.csv", FINDINGS)

    table = read_csv(str(tmp_path / "findings.csv"), FINDINGS)

    assert texts == table["message"].to_pylist()
    assert texts == table["display_name"].to_pylist()


@every(
    ("text", "problem"),
    [
        ("phone_number,amount\n+1,abc\n", "line 2, amount: expected an amount"),
        ("phone_number,payment_interval_months\n+1,1.5\n", "line 2, payment_interval_months"),
        ("phone_number,expire_at\n+1,2026-01-01\n", "line 2, expire_at: expected an ISO 8601"),
        ("phone_number,nonsense\n+1,x\n", "line 1: expected one of phone_number, project_id"),
        ("phone_number,amount\n+1\n", "line 2: expected 2 cells"),
        ("", "a header line"),
    ],
)
def test_a_csv_file_with_other_values_is_an_error(text: str, problem: str, tmp_path: Path) -> None:
    """The error names the file, the line, and the column."""
    (tmp_path / "numbers.csv").write_text(text)

    with pytest.raises(InputFileError) as caught:
        read_csv(tmp_path / "numbers.csv", NUMBERS)

    assert problem in str(caught.value)
    assert "numbers.csv" in str(caught.value)


def test_a_csv_file_may_lack_columns(tmp_path: Path) -> None:
    """Missing columns are null, with their types."""
    (tmp_path / "numbers.csv").write_text("phone_number\n+12025550101\n")

    table = read_csv(tmp_path / "numbers.csv", NUMBERS)

    assert schema_of(NUMBERS) == table.schema
    assert ["+12025550101"] == table["phone_number"].to_pylist()
    assert [None] == table["amount"].to_pylist()


@pytest.fixture(params=["list", "csv", "parquet"])
def source(request: pytest.FixtureRequest, numbers: list[ActiveNumber], tmp_path: Path) -> Any:
    """Return a table of numbers, from values or from a file, or the path of a Parquet file."""
    if request.param == "list":
        return to_arrow(numbers, NUMBERS)
    path = tmp_path / f"numbers.{request.param}"
    if request.param == "parquet":
        write_parquet(numbers, path, NUMBERS)
        return path
    write_csv(numbers, path, NUMBERS)
    return read_csv(path, NUMBERS)


@pytest.mark.slow
def test_a_pandas_frame_has_the_types(source: Any) -> None:
    """Text, decimals, integers with nulls, and timestamps in UTC, from each source."""
    import pandas

    if isinstance(source, Path):
        frame = pandas.read_parquet(source, dtype_backend="pyarrow")
    else:
        frame = source.to_pandas(types_mapper=pandas.ArrowDtype)

    types = {name: frame[name].dtype.pyarrow_dtype for name in frame.columns}
    assert {field.name: field.type for field in schema_of(NUMBERS)} == types
    assert ["+12025550101", "+4915112345678"] == frame["phone_number"].tolist()
    assert Decimal("1.05") == frame["amount"].iloc[0] == frame["amount"].sum()
    assert 3 == frame["payment_interval_months"].iloc[0]
    assert frame["payment_interval_months"].isna().tolist() == [False, True]
    assert "2026-04-14T09:26:53.589793+00:00" == frame["next_charge_date"].iloc[0].isoformat()


@pytest.mark.slow
def test_a_polars_frame_has_the_types(source: Any) -> None:
    """Text, decimals, integers with nulls, and timestamps in UTC, from each source."""
    import polars

    frame = polars.read_parquet(source) if isinstance(source, Path) else polars.DataFrame(source)

    types = dict(zip(frame.columns, frame.dtypes, strict=True))
    assert polars.String == types["phone_number"] == types["status"]
    assert polars.Decimal(38, 18) == types["amount"]
    assert polars.Int64 == types["payment_interval_months"]
    assert polars.Datetime("us", "UTC") == types["next_charge_date"] == types["expire_at"]
    assert polars.List(polars.String) == types["capability"]
    assert ["+12025550101", "+4915112345678"] == frame["phone_number"].to_list()
    assert Decimal("1.05") == frame["amount"].sum()
    assert "2026-04-14T09:26:53.589793+00:00" == frame["next_charge_date"][0].isoformat()


def test_a_table_can_be_written_with_pyarrow(numbers: list[ActiveNumber]) -> None:
    """The table is a `pyarrow.Table`, which all of pyarrow's formats accept."""
    from pyarrow import feather

    file = io.BytesIO()
    feather.write_feather(to_arrow(numbers, NUMBERS), file)

    assert isinstance(feather.read_table(file), pyarrow.Table)
