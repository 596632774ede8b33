"""Columns of any model: names of the API, sub-fields, projections, and invalid names."""

import io
from decimal import Decimal

import attrs
import pytest
from products import every

from sinch_numbers import models
from sinch_numbers._core.serialization.converter import load
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.exports import Kind, projection, table_of, write_csv, write_markdown
from sinch_numbers.models import ActiveNumber

NUMBER = load(
    {
        "phoneNumber": "+12025550134",
        "displayName": "a|b",
        "capability": ["SMS", "VOICE"],
        "money": {"currencyCode": "USD", "amount": "2.50", "tax": True},
        "voiceConfiguration": {"type": "FAX", "serviceId": "fax"},
    },
    ActiveNumber,
)


@every(
    "model",
    [
        models.ActiveNumber,
        models.AvailableNumber,
        models.AvailableRegion,
        models.HostingOrder,
        models.HostingOrderNumber,
        models.ImportedNumber,
        models.NumberOrder,
        models.QualifiedNumber,
    ],
)
def test_every_field_is_a_column(model: type) -> None:
    """The columns of a model are all of its fields that are not objects, and sub-fields."""
    names = [column.name.split(".")[0] for column in table_of(model).columns]

    fields = [field.name for field in attrs.fields(model)]
    assert set(names) - {"status"} == {models._fields.wire_name(field) for field in fields}
    assert len(set(table_of(model).header)) == len(table_of(model).header)


def test_columns_are_read_at_any_depth() -> None:
    """A column has the value of a sub-field, of an object as JSON, and of unknown fields."""
    names = ["money.amount", "voiceConfiguration.serviceId", "voiceConfiguration.appId"]
    table = table_of(ActiveNumber, [*names, "status", "capability", "extra"])

    assert [
        Decimal("2.50"),
        "fax",
        None,
        "linked",
        ("SMS", "VOICE"),
        '{"money":{"tax":true}}',
    ] == [column.read(NUMBER) for column in table.columns]
    assert Kind.AMOUNT is table.columns[0].kind
    (money,) = table_of(ActiveNumber, ["MONEY"]).columns
    assert '{"currencyCode":"USD","amount":"2.50","tax":true}' == money.read(NUMBER)


def test_a_projection_keeps_objects() -> None:
    """A projection has the columns in the shape of the API; absent values are ``None``."""
    project = projection(
        ActiveNumber, ["money.amount", "money.currencyCode", "expireAt", "status"]
    )

    assert {
        "money": {"amount": "2.50", "currencyCode": "USD"},
        "expireAt": None,
        "status": "linked",
    } == project(NUMBER)


@every(
    ("columns", "message"),
    [
        (["phoneNumbr"], r"phoneNumber, projectId, .*\(did you mean phoneNumber\?\)"),
        (["phone_number"], "phoneNumber, projectId"),
        (["money.tax"], "money.amount"),
        ([], "at least one of phoneNumber"),
        (["type", "type"], "each column once, got 'type'"),
        (["money", "money.amount"], "a field or its sub-fields, not both"),
    ],
)
def test_an_invalid_column_lists_the_valid_ones(columns: list[str], message: str) -> None:
    """An unknown or repeated name is an error that lists the valid names."""
    with pytest.raises(InvalidArgumentError, match=message):
        table_of(ActiveNumber, columns)


def test_markdown_is_rendered_as_it_is() -> None:
    """Pipes, markup and control characters are escaped, so that a row is one line of cells."""
    names = [
        "a|b",
        "<b>x</b>",
        "*x* _y_ `z`",
        "[a](b)",
        "line\nbreak",
        "\\|",
        "# x",
        "&amp;",
        None,
    ]
    rows = [ActiveNumber("+12025550134", display_name=name) for name in names]
    file = io.BytesIO()
    write_markdown(rows, file, table_of(ActiveNumber, ["phoneNumber", "displayName"]))

    heading, rule, *lines = file.getvalue().decode().splitlines()
    assert ("| phoneNumber | displayName |", "| --- | --- |") == (heading, rule)
    assert [
        *(r"a\|b", r"\<b\>x\</b\>", r"\*x\* \_y\_ \`z\`", r"\[a\](b)", r"line\\nbreak"),
        *(r"\\\|", r"\# x", r"\&amp;", ""),
    ] == [line.removeprefix("| +12025550134 | ").removesuffix(" |") for line in lines]


def test_csv_has_these_columns() -> None:
    """Row formats take the table."""
    file = io.BytesIO()
    write_csv([NUMBER], file, table_of(ActiveNumber, ["phoneNumber", "money.amount"]))

    assert b"phoneNumber,money.amount\n+12025550134,2.50\n" == file.getvalue()
