"""Rents outside of the journal: detection and reports."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest
from products import every

from sinch_numbers import AlreadyOwnedError, NumbersClient, Reply, Request
from sinch_numbers._core.billing.foreign_rents import OTHER_RENTER, foreign_rent
from sinch_numbers._core.billing.journal import Claims, JournalEntry, OperationState
from sinch_numbers._core.serialization import converter
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.models import ActiveNumber
from sinch_numbers.sandbox import Sandbox

NUMBER, OTHER = "+12025550134", "+12025550199"
FIRST = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
S = OperationState


def rented(after: float, **shown: Any) -> ActiveNumber:
    """Return a number that was rented *after* seconds after the first request of the journal."""
    charge = (FIRST + timedelta(seconds=after)).replace(month=4)
    plain = {"phoneNumber": NUMBER, "nextChargeDate": charge.isoformat(), **shown}
    return converter.load(plain, ActiveNumber)


def entry(subject: str | None = OTHER, **changes: Any) -> JournalEntry:
    values: dict[str, Any] = {
        "id": "op",
        "operation": "rentNumber",
        "origin": "https://numbers.example.com",
        "project_id": "p",
        "subject": subject,
        "claims": Claims.ACQUIRES,
        "sent_after": FIRST,
        "state": S.APPLIED,
    }
    return JournalEntry(**values | changes)


PICK = entry(None, claims=Claims.PICKS)


@every(
    ("number", "entries", "is_foreign"),
    [
        pytest.param(rented(121), [entry()], True, id="within the time of the journal"),
        pytest.param(rented(119), [entry()], False, id="within the margin"),
        pytest.param(rented(-60), [entry()], False, id="before the first request"),
        pytest.param(rented(600), [], False, id="an empty journal"),
        pytest.param(rented(600), [entry(sent_after=None)], False, id="no time of the service"),
        pytest.param(rented(600, paymentIntervalMonths=12), [entry()], False, id="not monthly"),
        pytest.param(rented(600, nextChargeDate=None), [entry()], False, id="no charge date"),
        pytest.param(rented(600), [entry(NUMBER)], False, id="an own rent"),
        pytest.param(rented(600), [entry(NUMBER, state=S.UNKNOWN)], False, id="an unknown rent"),
        pytest.param(rented(600), [entry(NUMBER, state=S.ABSENT)], True, id="a rent in vain"),
        pytest.param(
            rented(600), [attrs.evolve(PICK, state=S.UNKNOWN)], False, id="an unknown rent_any"
        ),
        pytest.param(
            rented(600), [attrs.evolve(PICK, state=S.ABSENT)], True, id="a rent_any in vain"
        ),
        pytest.param(
            rented(600),
            [attrs.evolve(PICK, result={"phoneNumber": OTHER})],
            True,
            id="a rent_any of another number",
        ),
        pytest.param(
            rented(600),
            [attrs.evolve(PICK, result={"phoneNumber": NUMBER})],
            False,
            id="the result of rent_any",
        ),
        pytest.param(
            rented(600),
            [entry("order", operation="submitNumberOrder", claims=Claims.CHANGES)],
            False,
            id="a submitted order",
        ),
    ],
)
def test_a_rent_that_no_entry_explains_is_foreign(
    number: ActiveNumber, entries: list[JournalEntry], is_foreign: bool
) -> None:
    """Only if it certainly falls within the time that the entries cover."""
    assert is_foreign is (foreign_rent(number, entries) is not None)


# Two stores for one project


def client_at(sandbox: Sandbox, store: Path, **options: Any) -> NumbersClient:
    return NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        imported_numbers_url=sandbox.imported_url,
        auth_url=sandbox.auth_url,
        settle_timeout=0.1,
        store=store,
        **options,
    )


@pytest.mark.anyio
@pytest.mark.sandbox
@pytest.mark.parametrize("used", [True, False], ids=["used before", "new"])
async def test_a_number_of_another_store_is_reported(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture, used: bool
) -> None:
    """The error and the log say that the store is not exclusive, if the rent is new enough."""
    caplog.set_level(logging.WARNING, "sinch_numbers")
    first, second = [
        one.phone_number
        for one in sandbox.project().stock.values()
        if (one.region_code, one.type) == ("US", "LOCAL")
    ][:2]
    async with (
        client_at(sandbox, tmp_path / "a.db") as a,
        client_at(sandbox, tmp_path / "b.db") as b,
    ):
        if used:
            await b.available_numbers.rent(first)
        sandbox.clock.advance(timedelta(minutes=10))
        await a.available_numbers.rent(second)

        with pytest.raises(AlreadyOwnedError) as caught:
            await b.available_numbers.rent(second)

    assert used is (OTHER_RENTER in caught.value.message)
    assert used is ("another renter" in caplog.text)
    assert second not in caplog.text
    assert 1 + used == len(sandbox.ledger)


class Overtaken(AiohttpTransport):
    """Transport that lets another renter send its request just before the client's rent."""

    def __init__(self, rent: Callable[[], Awaitable[Any]]) -> None:
        super().__init__()
        self._rent = rent

    async def exchange(self, request: Request) -> Reply:
        if request.method == "POST" and ":rent" in request.url:
            await self._rent()
        return await super().exchange(request)


@pytest.mark.anyio
@pytest.mark.sandbox
async def test_a_rent_by_another_store_during_a_call_is_reported(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The number was absent after the claim: no call with this store can have rented it."""
    caplog.set_level(logging.WARNING, "sinch_numbers")
    sandbox.project().add_available(phone_number=NUMBER)
    sandbox.faults.queue("ok", "drop_before")
    async with client_at(sandbox, tmp_path / "a.db") as first:
        theirs = partial(
            first.available_numbers.rent, NUMBER, callback_url="https://theirs.example.net"
        )
        overtaken = {"transport": Overtaken(theirs)}
        async with client_at(sandbox, tmp_path / "b.db", **overtaken) as second:
            with pytest.raises(AlreadyOwnedError, match="another callback URL") as caught:
                await second.available_numbers.rent(
                    NUMBER, callback_url="https://ours.example.net"
                )

    assert OTHER_RENTER in caught.value.message
    assert "another renter" in caplog.text
    assert [NUMBER] == [one.phone_number for one in sandbox.ledger]
