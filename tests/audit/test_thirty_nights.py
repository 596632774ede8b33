"""Thirty nightly audits of a sandbox: each change is reported on its night, once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import attrs
import pytest

from sinch_numbers.audit import (
    CALLBACK_IN_THE_CLEAR,
    RELEASED_IN_USE,
    UNUSED,
    WITHOUT_CAMPAIGN,
    AuditHistory,
    Changes,
    audit,
    ends_soon,
)
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._protocol.clock import Clock

pytestmark = [pytest.mark.slow, pytest.mark.anyio, pytest.mark.sandbox]

NIGHTS = 30
NUMBERS = 3_000
CHANGES = 15
"""Numbers that change each night."""
START = datetime(2026, 3, 1, 2, tzinfo=UTC)
RULES = (UNUSED, WITHOUT_CAMPAIGN, CALLBACK_IN_THE_CLEAR, RELEASED_IN_USE, ends_soon())


@attrs.frozen
class Planted:
    """The fields of a number that the test changes."""

    name: str = "Desk"
    plan: str | None = "plan"
    campaign: str | None = "C1"
    url: str = "https://example.com"
    price: Decimal = Decimal("0.50")
    currency: str = "USD"
    expire_at: datetime | None = None

    def put(self, sandbox: Sandbox, phone_number: str) -> None:
        """Make the number in the sandbox like this."""
        sms = {"servicePlanId": self.plan or "", "campaignId": self.campaign or ""}
        sandbox.project().add_active(
            phone_number=phone_number,
            display_name=self.name,
            region_code="US",
            type="LOCAL",
            capability=["SMS"],
            money={"currencyCode": self.currency, "amount": str(self.price)},
            sms_configuration=sms,
            callback_url=self.url,
            expire_at=self.expire_at,
        )

    def rules(self, now: datetime) -> set[str]:
        """Return the rules that find something, by a second implementation."""
        found = set()
        if self.plan is None and self.expire_at is None:
            found.add("unused")
        if self.plan is not None and self.campaign is None and self.expire_at is None:
            found.add("without-campaign")
        if self.url.startswith("http:"):
            found.add("callback-in-the-clear")
        if self.expire_at is not None and self.plan is not None:
            found.add("released-in-use")
        if self.expire_at is not None and self.expire_at - now <= timedelta(days=14):
            found.add("ends-soon")
        return found


def changed(one: Planted, now: datetime, random: Random) -> Planted:
    """Return *one* with a random change."""
    kinds = [
        {"name": f"Desk {random.randrange(1000)}"},
        {"plan": None, "campaign": None},
        {"plan": "plan", "campaign": "C1"},
        {"plan": "other", "campaign": None},
        {"url": "http://example.com"},
        {"url": "https://example.com"},
        {"price": Decimal(random.randrange(1, 500)) / 100},
        {"currency": "EUR"},
        {"expire_at": now + timedelta(days=random.randrange(1, 25), hours=5)},
    ]
    return attrs.evolve(one, **random.choice(kinds))


def costs(numbers: dict[str, Planted]) -> dict[str, Decimal]:
    """Return the cost per month for each currency."""
    found: dict[str, Decimal] = {}
    for one in numbers.values():
        if one.expire_at is None:
            found[one.currency] = found.get(one.currency, Decimal(0)) + one.price
    return found


def names_of(changes: Changes, kind: str) -> set[tuple[str, str]]:
    found = [getattr(one, "finding", one) for one in getattr(changes, kind)]
    assert len(found) == len({(one.phone_number, one.rule) for one in found})
    return {(one.phone_number, one.rule) for one in found}


async def test_every_change_is_reported_on_its_night_once(tmp_path: Path) -> None:
    """
    Of 3,000 numbers, about 15 change each night: findings, fields, numbers and costs agree with
    what was planted, with their ages, and nothing else is reported.
    """
    seed = 20_260_301
    print(f"seed: {seed}")
    random = Random(seed)
    clock = Clock(START, running=False)
    history = AuditHistory(tmp_path / "audits.db")
    numbers = {f"+1202{index:07}": Planted() for index in range(2_000_000, 2_000_000 + NUMBERS)}
    added = iter(range(3_000_000, 4_000_000))
    first_seen: dict[tuple[str, str], datetime] = {}
    reported = 0
    async with Sandbox(numbers=0, stock=0, clock=clock) as sandbox:
        for phone_number, one in numbers.items():
            one.put(sandbox, phone_number)
        for night in range(NIGHTS):
            before = dict(numbers)
            now = clock.now()
            if night:
                clock.advance(timedelta(days=1))
                now = clock.now()
                numbers = {
                    key: one for key, one in numbers.items()
                    if one.expire_at is None or one.expire_at > now
                }  # fmt: skip
                for phone_number in random.sample(sorted(numbers), CHANGES):
                    if numbers[phone_number].expire_at is None:
                        numbers[phone_number] = changed(numbers[phone_number], now, random)
                        numbers[phone_number].put(sandbox, phone_number)
                for _ in range(random.randrange(3)):
                    phone_number = f"+1202{next(added):07}"
                    numbers[phone_number] = changed(Planted(), now, random)
                    numbers[phone_number].put(sandbox, phone_number)
            found = {(key, rule) for key, one in numbers.items() for rule in one.rules(now)}
            async with sandbox.client() as client:  # tokens end with the day
                report = await audit(client, rules=RULES, now=now, history=history)

            assert report.completeness.complete
            assert found == {(one.phone_number, one.rule) for one in report.findings}
            changes = report.changes
            assert changes is not None
            if night:
                assert found - first_seen.keys() == names_of(changes, "new")
                assert first_seen.keys() - found == names_of(changes, "fixed")
                assert found & first_seen.keys() == names_of(changes, "open")
                for one in (*changes.fixed, *changes.open):
                    key = one.finding.phone_number, one.finding.rule
                    assert first_seen[key] == one.first_seen
                assert numbers.keys() - before == {one.phone_number for one in changes.added}
                assert before.keys() - numbers == {one.phone_number for one in changes.removed}
                differing = {key for key in numbers.keys() & before if numbers[key] != before[key]}
                assert differing == {one.phone_number for one in changes.changed}
                was, now_is = costs(before), costs(numbers)
                assert {
                    code: now_is.get(code, Decimal(0)) - was.get(code, Decimal(0))
                    for code in {*was, *now_is}
                } == {one.currency_code: one.difference for one in changes.costs}
                assert () == changes.unwaived == changes.first_checked
                reported += sum(changes.counts.values()) - len(changes.open)
            first_seen = {key: first_seen.get(key, now) for key in found}
        runs = await history.runs("sandbox")
        whole = await history.changes("sandbox", 1, NIGHTS)
        await history.close()

    assert NIGHTS == len(runs)
    assert reported > NIGHTS * CHANGES
    assert set(first_seen) == names_of(whole, "new")
    assert 200 * reported > sum(run.size for run in runs[:-1])
