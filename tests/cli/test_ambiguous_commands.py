"""Purchases with an ambiguous outcome: exit code 4, and no further billable request."""

import json
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from products import sampled

from sinch_numbers import Backoff, NumbersClient
from sinch_numbers.cli._shared import session
from sinch_numbers.sandbox import Fault, Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

FREE = "+12025550199"
ORDERED = "+5511900000001"
US = ["-r", "us", "-t", "local"]
BRAZIL = ["-r", "br", "-t", "mobile"]
CREATE, SUBMIT = "numberOrders:createNumberOrder", "submit"


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[NumbersClient]:
    """Collect the clients of commands, which stop looking for an effect within 50 ms."""
    made: list[NumbersClient] = []
    quick = partial(
        NumbersClient,
        settle_timeout=0.1,
        backoff=Backoff(first=0.001, throttled=0.001, longest=0.01),
    )

    def make(*given: Any, **settings: Any) -> NumbersClient:
        made.append(quick(*given, **settings))
        return made[-1]

    monkeypatch.setattr(session, "NumbersClient", make)
    return made


@pytest.fixture
def shop(sandbox: Sandbox, clients: list[NumbersClient]) -> Sandbox:
    project = sandbox.project()
    project.add_available(phone_number=FREE)
    project.add_available(phone_number=ORDERED, region_code="BR", type="MOBILE")
    return sandbox


def blind_after(sandbox: Sandbox, ending: str) -> None:
    """Fail every GET from the first POST on whose path has this *ending*."""
    faults, strike = sandbox.faults, sandbox.faults.strike

    def then_blind(method: str, path: str, query: Any = None) -> Fault | None:
        fault = strike(method, path, query)
        if path.endswith(ending):
            faults.add("404_json", method="GET", times=math.inf)
        return fault

    faults.strike = then_blind  # type: ignore[method-assign]  # no rule can wait for another call


@pytest.mark.parametrize("fault", sampled(["drop", "drop_before"], 1))
@pytest.mark.parametrize(
    ("command", "ambiguous", "sent", "look"),
    [
        pytest.param(["rent", FREE], ":rent", [":rent"], f"get {FREE}", id="rent"),
        pytest.param(["rent-first", *US], ":rent", [":rent"], "get +1", id="rent-first"),
        pytest.param(["buy", *US], CREATE, [CREATE], "cannot list orders", id="buy-create"),
        pytest.param(["buy", FREE], SUBMIT, [CREATE, SUBMIT], "orders get ", id="buy-submit"),
        pytest.param(
            ["buy", FREE, "--method", "rent"], ":rent", [":rent"], f"get {FREE}", id="buy-rent"
        ),
        pytest.param(
            ["orders", "create", *BRAZIL, ORDERED],
            CREATE,
            [CREATE],
            "cannot list orders",
            id="create",
        ),
        pytest.param(
            ["orders", "order", *BRAZIL, ORDERED],
            CREATE,
            [CREATE],
            "cannot list orders",
            id="order-create",
        ),
        pytest.param(
            ["orders", "order", *BRAZIL, ORDERED],
            SUBMIT,
            [CREATE, SUBMIT],
            "orders get ",
            id="order-submit",
        ),
        pytest.param(["orders", "submit", "ID"], SUBMIT, [SUBMIT], "orders get ", id="submit"),
        pytest.param(["orders", "resume", "ID"], SUBMIT, [SUBMIT], "orders get ", id="resume"),
    ],
)
def test_nothing_billable_follows_an_ambiguous_outcome(
    shop: Sandbox,
    cli: Run,
    clients: list[NumbersClient],
    tmp_path: Path,
    command: list[str],
    ambiguous: str,
    sent: list[str],
    look: str,
    fault: str,
) -> None:
    """Exit code 4, advice how to look, one unresolved record, and no call that costs after it."""
    data = tmp_path / "data.json"
    data.write_text(json.dumps([{"companyName": "Acme", "taxId": "12"}]))
    given = ["--registration", str(data)] if command[1:2] in (["order"], ["resume"]) else []
    if "ID" in command:
        made = json.loads(cli("--jsonl", "orders", "create", *BRAZIL, ORDERED, "-y").out)
        order_id = made["idNumberOrder"]
        assert 0 == cli("orders", "register", order_id, str(data)).code
        command = [order_id if word == "ID" else word for word in command]
    shop.calls.clear()
    clients.clear()
    shop.faults.add(fault, path=ambiguous)
    blind_after(shop, ambiguous)

    ended = cli(*command, *given, "--yes")

    assert 4 == ended.code, ended.err
    assert "outcome unknown" in ended.err
    assert look in ended.err
    billable = [call for call in shop.calls if call.endswith((":rent", CREATE, SUBMIT))]
    assert sent == [
        next(ending for ending in (":rent", CREATE, SUBMIT) if call.endswith(ending))
        for call in billable
    ]
    (client,) = clients
    assert [ambiguous] == [one.path[-len(ambiguous) :] for one in client.unresolved]
