"""Audits check every number, and make only the requested checks."""

import pickle
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sinch_numbers import InvalidArgumentError, NumbersClient, PermissionDeniedError
from sinch_numbers.audit import DEFAULT_RULES, NumberStatus, Severity, audit
from sinch_numbers.audit._findings import nothing
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

LINKED: dict[str, Any] = {
    "sms_configuration": {"servicePlanId": "plan", "campaignId": "C1"},
    "voice_configuration": {"type": "RTC", "appId": "app"},
}
ADDRESS = "/emergencyAddress"


async def test_the_sandbox_has_something_of_everything() -> None:
    """
    Out of the box, every default rule about one number has something to show.
    """
    async with (
        Sandbox() as sandbox,
        NumbersClient(
            "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.url
        ) as client,
    ):
        report = await audit(client)

    assert 3000 == report.numbers == report.completeness.read
    assert report.completeness.complete
    found = Counter(finding.rule for finding in report.findings)
    assert {rule.id for rule in DEFAULT_RULES if rule.check is not nothing} == set(found)
    assert {"EUR", "USD"} == {total.currency_code for total in report.costs.totals}
    assert 3000 == sum(line.numbers for line in report.costs.lines) + report.costs.released
    assert 3000 == sum(count for _, count in report.statuses)
    assert report.costs.released == sum(count for _, count in report.releases)
    assert not any(ADDRESS in call for call in sandbox.calls)
    assert {"GET"} == {call.split()[0] for call in sandbox.calls if "oauth2" not in call}
    assert report == pickle.loads(pickle.dumps(report))


async def test_findings_come_worst_first(sandbox: Sandbox, client: NumbersClient) -> None:
    """
    Findings stand by severity, then by number.
    """
    project = sandbox.project()
    plan_only = {"sms_configuration": {"servicePlanId": "plan"}}
    project.add_active(phone_number="+12025550101")
    project.add_active(phone_number="+12025550103", **plan_only)
    project.add_active(phone_number="+12025550102", **plan_only)

    report = await audit(client)

    assert [
        (Severity.ERROR, "+12025550102"),
        (Severity.ERROR, "+12025550103"),
        (Severity.WARNING, "+12025550101"),
    ] == [(finding.severity, finding.phone_number) for finding in report.findings]
    assert 2 == report.count(Severity.ERROR) == len(report.at_least(Severity.ERROR))
    assert 3 == len(report.at_least(Severity.INFO))


async def test_ends_are_counted_by_day(sandbox: Sandbox, client: NumbersClient) -> None:
    """
    The report tells how many numbers end on which day.
    """
    ends = datetime.now(UTC) + timedelta(days=3)
    for _ in range(2):
        sandbox.project().add_active(expire_at=ends, **LINKED)

    report = await audit(client)

    assert ((ends.date(), 2),) == report.releases
    assert ((NumberStatus.RELEASED, 2),) == report.statuses
    assert isinstance(report.releases[0][0], date)


async def test_the_moment_to_judge_by_can_be_given(
    sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    An audit can be made as of another time.
    """
    ends = datetime.now(UTC) + timedelta(days=30)
    sandbox.project().add_active(expire_at=ends)

    assert () == (await audit(client)).findings
    assert 1 == len((await audit(client, now=ends - timedelta(days=1))).findings)


async def test_progress_is_told(sandbox: Sandbox, client: NumbersClient) -> None:
    """
    Who watches hears of every page, and of every emergency address.
    """
    sandbox.project().add_active(**LINKED)
    told: list[tuple[str, int, int | None]] = []

    await audit(client, emergency=True, progress=lambda *step: told.append(step))

    assert [("numbers", 0, 1), ("numbers", 1, 1), ("emergency addresses", 1, 1)] == told


@pytest.mark.parametrize("wrong", [{"concurrency": 0}, {"now": datetime(2026, 1, 1)}])  # noqa: DTZ001
async def test_arguments_are_checked(
    wrong: dict[str, Any], sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    Nothing is sent for arguments that make no sense.
    """
    with pytest.raises(InvalidArgumentError):
        await audit(client, **wrong)

    assert [] == sandbox.calls


async def test_an_unreadable_inventory_is_an_error(
    sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    A report is about all numbers, or there is none.
    """
    sandbox.faults.add("403", path="activeNumbers")

    with pytest.raises(PermissionDeniedError):
        await audit(client)


async def test_missing_emergency_addresses_are_found(
    sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    Only numbers are asked about that can call for help in the US or Canada.
    """
    project = sandbox.project()
    project.add_active(phone_number="+12025550101", **LINKED)
    project.add_active(phone_number="+14165550101", region_code="CA", **LINKED)
    project.add_active(phone_number="+46700000001", region_code="SE", **LINKED)
    project.add_active(
        phone_number="+12025550102",
        sms_configuration={"servicePlanId": "plan", "campaignId": "C1"},
    )
    ends = datetime.now(UTC) + timedelta(days=90)
    project.add_active(phone_number="+12025550103", expire_at=ends, **LINKED)
    await client.emergency_address.provision(
        "+14165550101",
        display_name="Front desk",
        address={
            "streetNumber": "1",
            "streetInfo": "Harbor Way",
            "city": "Halifax",
            "state": "NS",
            "postalCode": "B3H 0A1",
        },
    )
    before = len(sandbox.calls)

    report = await audit(client, rules=[], emergency=True)

    asked = {call.split("/")[-2] for call in sandbox.calls[before:] if call.endswith(ADDRESS)}
    assert {"+12025550101", "+14165550101"} == asked
    assert [
        ("emergency-address-missing", "+12025550101", None),
        ("emergency-coverage", "", "US"),
    ] == [(finding.rule, finding.phone_number, finding.subject) for finding in report.findings]
    assert [("CA", 1, Decimal("100.0")), ("US", 1, Decimal("0.0"))] == [
        (one.region_code, one.numbers, one.percent) for one in report.health.emergency
    ]
    assert "emergency-address-missing" in {rule.id for rule in report.rules}


@pytest.mark.parametrize(
    ("fault", "message"),
    [("403", "403 PERMISSION_DENIED"), ("404_html", "404"), ("503", "503")],
)
async def test_what_could_not_be_checked_is_told(
    fault: str, message: str, sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    One number's error is a finding about it, and the others are looked at all the same.
    """
    sandbox.project().add_active(phone_number="+12025550101", **LINKED)
    sandbox.project().add_active(phone_number="+12025550102", **LINKED)
    sandbox.faults.add(fault, path=f"+12025550101{ADDRESS}")

    report = await audit(client, emergency=True)

    assert {
        ("emergency-address-unchecked", Severity.INFO, "+12025550101", message),
        (
            "emergency-address-missing",
            Severity.WARNING,
            "+12025550102",
            "has no emergency address",
        ),
        ("emergency-coverage", Severity.INFO, "", "US: 0.0 %, 0 of 2 numbers, 1 unknown"),
    } == {(f.rule, f.severity, f.phone_number, f.message) for f in report.findings}


async def test_a_number_that_is_gone_meanwhile_lacks_nothing(
    sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    That the number is not there is another 404 than that its address is not.
    """
    ends = datetime.now(UTC) + timedelta(days=90)
    sandbox.project().add_active(phone_number="+12025550101", **LINKED)

    def release(what: str, done: int, _total: int | None) -> None:
        if (what, done) == ("numbers", 1):
            sandbox.project().add_active(phone_number="+12025550101", expire_at=ends, **LINKED)
            sandbox.clock.set(ends + timedelta(days=1))

    report = await audit(client, emergency=True, progress=release)

    assert [("emergency-address-unchecked", "the number has left the project")] == [
        (finding.rule, finding.message) for finding in report.findings
    ]
