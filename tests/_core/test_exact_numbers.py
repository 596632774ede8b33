"""Numbers in responses are read from their text: exactly, or not at all."""

import json
from decimal import Decimal
from typing import Any

import pytest
from products import every

from sinch_numbers import ActiveNumber, Money
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pagination import page_model
from sinch_numbers._core.pipeline import read, read_in_part
from sinch_numbers._core.retry.policy import SAFE
from sinch_numbers._core.serialization import json_text
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.errors import APIResponseError

pytestmark = pytest.mark.usefixtures("both_readers")

NUMBER = "+12025550134"
PAGE = page_model(Operation("list", "GET", "/", ActiveNumber, SAFE, items="active_numbers"))[0]
AMOUNT = "a decimal string, got a number"
SIZES = {"small": "", "large": " " * json_text._LARGE}
"""White space in front of a body; a large one is decoded by orjson, if that is installed."""


def reply(members: str, padding: str = "") -> Reply:
    return Reply(200, {}, f'{padding}{{"phoneNumber":"{NUMBER}",{members}}}'.encode())


@pytest.mark.parametrize("padding", SIZES.values(), ids=SIZES)
@every(
    ("text", "expected"),
    [
        ("0.8", "0.8"),
        ("0.80", "0.80"),
        ("8E-1", "0.8"),
        ("1e1", "10"),
        ("1.50E+2", "150"),
        ("0E-8", "0.00000000"),
        ("-0.5", "-0.5"),
        ("3", "3"),
        ("0.1234567890123456789", "0.1234567890123456789"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("12345678901234567.89", "12345678901234567.89"),
    ],
)
def test_an_amount_is_exactly_the_number_of_the_response(
    text: str, expected: str, padding: str
) -> None:
    """All digits are kept, also those that a float can't hold."""
    price = f'"money":{{"currencyCode":"EUR","amount":{text}}}'

    number = read(reply(price, padding), ActiveNumber)

    assert Money("EUR", Decimal(expected)) == number.money
    assert expected == f"{number.money.amount:f}"


@pytest.mark.parametrize("padding", SIZES.values(), ids=SIZES)
@every(
    ("members", "message"),
    [
        ('"money":{"currencyCode":"EUR","amount":1e30}', AMOUNT),
        ('"money":{"currencyCode":"EUR","amount":1e-31}', AMOUNT),
        (f'"money":{{"currencyCode":"EUR","amount":1e-{"9" * 30}}}', AMOUNT),
        (f'"money":{{"currencyCode":"EUR","amount":0.{"1" * 5000}}}', AMOUNT),
        ('"money":{"currencyCode":"EUR","amount":true}', "a decimal string, got a boolean"),
        ('"paymentIntervalMonths":1.5', "an integer, got a number"),
        ('"paymentIntervalMonths":9007199254740993.5', "an integer, got a number"),
        ('"displayName":1.5', "a string, got a number"),
        ('"projectId":1.0', "a string, got a number"),
    ],
)
def test_a_number_that_is_not_exact_is_an_error(members: str, message: str, padding: str) -> None:
    """It is neither rounded nor guessed."""
    with pytest.raises(APIResponseError, match=f"expected {message} @ ActiveNumber"):
        read(reply(members, padding), ActiveNumber)


@pytest.mark.parametrize("padding", SIZES.values(), ids=SIZES)
def test_integers_of_any_size_are_exact(padding: str) -> None:
    """Also those of more than 64 bits, which orjson decodes as floats."""
    members = f'"projectId":{2**70 + 1},"paymentIntervalMonths":1.0'

    number = read(reply(members, padding), ActiveNumber)

    assert (str(2**70 + 1), 1) == (number.project_id, number.payment_interval_months)


@pytest.mark.parametrize("padding", SIZES.values(), ids=SIZES)
def test_unknown_fields_are_plain_json(padding: str) -> None:
    """Their numbers are floats, whether or not an amount was a number."""
    unknown = {"rate": 0.1, "deep": [{"er": [2.5, 3, None]}]}
    text = json.dumps(unknown)[1:-1]
    for amount in ('"0.80"', "0.80"):
        price = f'"money":{{"currencyCode":"EUR","amount":{amount},"rate":0.1}}'
        number = read(reply(f"{price},{text}", padding), ActiveNumber)

        assert unknown == number.extra
        assert json.dumps(unknown) == json.dumps(dict(number.extra))
        assert {"rate": 0.1} == number.money.extra
        assert float is type(number.money.extra["rate"])


def test_every_number_of_a_page_is_read() -> None:
    """A page with amounts of both forms has all of its numbers."""
    forms: list[Any] = ['"0.80"', "0.80", "1", "1e1"]
    numbers = ",".join(
        f'{{"phoneNumber":"+1202555010{place}","money":{{"currencyCode":"EUR","amount":{form}}}}}'
        for place, form in enumerate(forms * 2)
    )

    for padding in SIZES.values():
        page = read(Reply(200, {}, f'{padding}{{"activeNumbers":[{numbers}]}}'.encode()), PAGE)

        amounts = [str(number.money.amount) for number in page.active_numbers]
        assert ["0.80", "0.80", "1", "10"] * 2 == amounts


def test_a_success_with_another_unreadable_field_keeps_its_price() -> None:
    """Only the unreadable field is listed, and ``extra`` stays plain JSON."""
    members = '"money":{"currencyCode":"EUR","amount":0.80},"capability":{"a":[0.5]},"new":0.25'

    number = read_in_part(reply(members), ActiveNumber)

    assert Money("EUR", Decimal("0.80")) == number.money
    assert ("capability",) == number.extra.unreadable
    assert {"capability": {"a": [0.5]}, "new": 0.25} == number.extra
    assert '{"new": 0.25, "capability": {"a": [0.5]}}' == json.dumps(dict(number.extra))
