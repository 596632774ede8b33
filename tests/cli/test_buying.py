"""The command buy: shows the price, never pays more, and prints all bought numbers."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.sandbox import Fault, Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

US = ["-r", "us", "-t", "local"]
FREE = [f"+1202555019{digit}" for digit in range(5)]
PAUSE = ["--longest-pause", "0.01"]
NUMBER = "+61491570156"


@pytest.fixture(autouse=True)
def shop(sandbox: Sandbox) -> Sandbox:
    for number in FREE:
        sandbox.project().add_available(phone_number=number)
    sandbox.project().add_available(phone_number=NUMBER, region_code="AU", type="MOBILE")
    return sandbox


def billed(sandbox: Sandbox) -> list[str]:
    return [entry.phone_number for entry in sandbox.ledger if entry.operation == "rent"]


def posts(sandbox: Sandbox) -> list[str]:
    """Return the ends of the paths of the calls that could be billed."""
    return [
        call.rpartition("/")[2].rpartition(":")[2]
        for call in sandbox.calls
        if call.startswith("POST") and "oauth2" not in call and "lookup" not in call
    ]


@pytest.mark.parametrize(
    ("kind", "quantity"),
    [(US, 2), (["-r", "gb", "-t", "mobile"], 1), (["-r", "us", "-t", "toll-free"], 1)],
)
def test_numbers_of_any_kind_are_bought_by_an_order(
    sandbox: Sandbox, cli: Run, kind: list[str], quantity: int
) -> None:
    """One JSON line for each number; the order's ID is on stderr as soon as it exists."""
    ended = cli("--jsonl", "buy", *kind, "--quantity", str(quantity), *PAUSE, "--yes")

    assert 0 == ended.code, ended.err
    bought = [json.loads(line)["phoneNumber"] for line in ended.lines]
    assert quantity == len(bought)
    assert sorted(billed(sandbox)) == sorted(bought)
    assert ["createNumberOrder", "submit"] == posts(sandbox)
    (order,) = sandbox.project().orders
    steps = [json.loads(line)["notice"] for line in ended.err.splitlines()]
    assert [f"order {order}: created", f"order {order}: submitted"] == steps[-2:]


def test_given_numbers_are_bought(sandbox: Sandbox, cli: Run) -> None:
    """Each by its own order; a table lists them."""
    ended = cli("buy", *FREE[:2], *PAUSE, "--yes")

    assert 0 == ended.code, ended.err
    assert FREE[:2] == billed(sandbox)
    assert all(number in ended.out for number in FREE[:2])
    assert f"{FREE[0]}, {FREE[1]} cost USD 1.00 once and USD 1.00 a month." in ended.err


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_the_price_is_shown_before_the_question(sandbox: Sandbox, cli: Run, answer: str) -> None:
    """Anything but a clear yes buys nothing."""
    ended = cli("buy", *US, "-q", "2", typed=answer)

    assert 1 == ended.code
    assert "2 US LOCAL numbers cost USD 1.00 once and USD 1.00 a month.\nBuy? [y/N] " in ended.err
    assert [] == posts(sandbox)


def test_nothing_is_sent_where_nobody_can_be_asked(sandbox: Sandbox, cli: Run) -> None:
    """Without --yes and without a terminal the command exits with 2."""
    ended = cli("buy", *US, piped="y\n")

    assert 2 == ended.code
    assert [] == sandbox.calls


@pytest.mark.parametrize("option", ["--max-monthly-price", "--max-setup-price"])
def test_a_price_above_the_budget_is_not_asked_about(
    sandbox: Sandbox, cli: Run, option: str
) -> None:
    """The error names price and budget, and nothing is reserved."""
    ended = cli("buy", *US, "-q", "2", option, "0.99", typed="y\n")

    assert 1 == ended.code
    what = option.removeprefix("--max-").replace("-", " ")
    assert f"the {what} USD 1.00 exceeds {option} USD 0.99: nothing was bought" in ended.err
    assert "Buy?" not in ended.err
    assert [] == posts(sandbox)


def test_the_cheapest_numbers_are_shown_and_bought(sandbox: Sandbox, cli: Run) -> None:
    """If only they fit the budget, and the service might pick others."""
    sandbox.project().stock.take(FREE[0])
    price = {"amount": "0.10", "currencyCode": "USD"}
    sandbox.project().add_available(phone_number=FREE[0], monthly_price=price)

    ended = cli(
        *("buy", *US, "-p", "+1202555019", "--search-pattern", "start"),
        *("--max-monthly-price", "0.20", *PAUSE),
        typed="y\n",
    )

    assert 0 == ended.code, ended.err
    assert f"{FREE[0]} costs USD 0.50 once and USD 0.10 a month." in ended.err
    assert FREE[:1] == billed(sandbox)


def test_no_more_is_paid_than_was_shown(sandbox: Sandbox, cli: Run) -> None:
    """A price that rises after the question ends the command, before anything is submitted."""
    faults, strike = sandbox.faults, sandbox.faults.strike

    def dearer(method: str, path: str, query: Any = None) -> Fault | None:
        if path.endswith("createNumberOrder"):
            sandbox.project().stock.take(FREE[0])
            price = {"amount": "7.00", "currencyCode": "USD"}
            sandbox.project().add_available(phone_number=FREE[0], monthly_price=price)
        return strike(method, path, query)

    faults.strike = dearer  # type: ignore[method-assign]  # no rule changes prices
    ended = cli("buy", FREE[0], typed="y\n")

    (order,) = sandbox.project().orders
    assert 1 == ended.code
    assert "the monthly price USD 7.00 exceeds max_monthly_price USD 0.50" in ended.err
    assert f"not submitted: order {order}" in ended.err
    assert ["createNumberOrder"] == posts(sandbox)


def test_numbers_with_requirements_take_data(sandbox: Sandbox, cli: Run) -> None:
    """Missing data ends the command with 7, before anything is ordered."""
    ended = cli("buy", NUMBER, "--yes")

    assert 7 == ended.code
    assert "requestDetails.data: is missing" in ended.err
    assert [] == posts(sandbox)


def test_a_registration_is_sent(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """From a file, as with orders."""
    number = "+5511900000001"
    sandbox.project().add_available(phone_number=number, region_code="BR", type="MOBILE")
    data = tmp_path / "data.json"
    data.write_text(json.dumps([{"companyName": "Acme", "taxId": "12"}]))

    ended = cli("buy", number, "--registration", str(data), *PAUSE, "--yes")

    assert 0 == ended.code, ended.err
    assert [number] == billed(sandbox)


@pytest.mark.parametrize("options", [["--jsonl"], []])
def test_what_was_bought_is_printed_when_the_rest_fails(
    sandbox: Sandbox, cli: Run, options: list[str]
) -> None:
    """Stdout has the numbers, stderr the orders that remain; the code is that of the error."""
    faults, strike = sandbox.faults, sandbox.faults.strike

    def fail_the_fourth(method: str, path: str, query: Any = None) -> Fault | None:
        if path.endswith("/submit") and posts(sandbox).count("submit") == 4:
            faults.add("bad_request", path="/submit", times=math.inf)
        return strike(method, path, query)

    faults.strike = fail_the_fourth  # type: ignore[method-assign]  # no rule counts
    ended = cli(*options, "buy", *FREE, *PAUSE, "--yes")

    assert 7 == ended.code, ended.err
    assert FREE[:3] == billed(sandbox)
    assert FREE[:3] == [number for number in FREE if number in ended.out]
    assert f"bought 3 of 5 numbers ({', '.join(FREE[:3])})" in ended.err
    for order in list(sandbox.project().orders)[3:]:
        assert f"continue: sinch-numbers orders resume {order}" in ended.err


def test_an_order_in_review_is_named(sandbox: Sandbox, cli: Run) -> None:
    """With the command that continues to wait; exit code 1, since nothing failed."""
    sandbox.faults.add("slow", method="GET", path="/numberOrders/", seconds=0.0)
    ended = cli("buy", *US, "--wait-timeout", "0", *PAUSE, "--yes")

    (order,) = sandbox.project().orders
    assert 1 == ended.code
    assert f"continue: sinch-numbers orders wait {order}" in ended.err
    assert 0 == cli("orders", "wait", order, *PAUSE).code
    assert 1 == len(billed(sandbox))


def test_a_rejected_order_is_7(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """The reviewers' reason is on stderr."""
    number = "+5511900000001"
    sandbox.project().add_available(phone_number=number, region_code="BR", type="MOBILE")
    data = tmp_path / "data.json"
    data.write_text(json.dumps([{"companyName": "reject: no shop", "taxId": "12"}]))

    ended = cli("buy", number, "--registration", str(data), *PAUSE, "--yes")

    assert 7 == ended.code
    assert "rejected: reject: no shop" in ended.err
    assert [] == billed(sandbox)


def test_us_local_is_rented_on_request(sandbox: Sandbox, cli: Run) -> None:
    """And only that; the sandbox itself rejects others, too."""
    rented = cli("buy", FREE[0], "--method", "rent", "--yes")
    other = cli("buy", NUMBER, "--method", "rent", "--yes")
    sent = cli("rent", NUMBER, "--yes")

    assert (0, [FREE[0]]) == (rented.code, billed(sandbox))
    assert 2 == other.code
    assert "order: only US LOCAL numbers" in other.err
    assert 7 == sent.code
    assert "only numbers of region US and type LOCAL" in sent.err


def test_an_account_without_orders(sandbox: Sandbox, cli: Run) -> None:
    """US LOCAL numbers are rented; for others the error says how to get orders."""
    sandbox.faults.add("403", path="lookup", times=math.inf)

    rented = cli("buy", *US, "--yes")
    other = cli("buy", "-r", "gb", "-t", "mobile", "--yes")

    assert 0 == rented.code, rented.err
    assert ["rent"] == [entry.operation for entry in sandbox.ledger]
    assert 8 == other.code
    assert "ask Sinch to enable them" in other.err


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        ([], 2, "specify --region, NUMBER, or --from"),
        ([FREE[0], "-q", "2"], 2, "NUMBER: expected no quantity"),
        (
            [*US, "--max-setup-price", "cheap"],
            2,
            "must be an amount such as 5.00, not 'cheap'",
        ),
        ([*US, "-p", "+99", "--search-pattern", "start"], 6, "no available number matches"),
        (["+12025550100"], 6, "no such number"),
        ([*US, "--method", "steal"], 2, "steal"),
    ],
)
def test_errors_before_the_question(
    sandbox: Sandbox, cli: Run, argv: list[str], code: int, message: str
) -> None:
    """Nothing is reserved or asked."""
    ended = cli("buy", *argv, typed="y\n")

    assert code == ended.code, ended.err
    assert message in " ".join(ended.err.replace("│", " ").split())
    assert [] == posts(sandbox)
