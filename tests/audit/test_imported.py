"""Imported numbers, hosting orders and qualified numbers in an audit."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers import AuthorisedPerson, BusinessAddress, DirectLoaInfo, NumbersClient
from sinch_numbers.audit import (
    DEFAULT_RULES,
    DistributedAudit,
    ImportedCounts,
    Report,
    Severity,
    audit,
    display_name,
)
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
FAILED: dict[str, Any] = {
    "servicePlanId": "",
    "scheduledProvisioning": {
        "servicePlanId": "plan",
        "status": "FAILED",
        "errorCodes": ["CAMPAIGN_EXPIRED"],
    },
}


LETTER = DirectLoaInfo(
    authorised_person=AuthorisedPerson(
        first_name="Ada", last_name="Example", email="ada@example.net"
    ),
    address=BusinessAddress(
        building_number="77",
        street="Harbor Way",
        city="Portland",
        state="OR",
        postal_code="97209",
        country="US",
    ),
    current_voice_carrier="Example Telecom",
)


@pytest.fixture
async def client(sandbox: Sandbox) -> Any:
    async with sandbox.client() as client:
        yield client


def found(report: Report) -> set[tuple[str, str]]:
    return {(one.rule, one.phone_number or one.subject or "") for one in report.findings}


async def test_imported_numbers_are_checked_like_rented_ones(
    sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    The rules for rented numbers, also configured ones, find the same in imported numbers.
    """
    add = sandbox.project().imported.numbers.add
    add("+12025550101", sms=FAILED, display_name="US-1")
    add("+12025550102", service_plan_id="plan", display_name="US-2")
    add("+18005550103", service_plan_id="plan", display_name="US-3")
    add("+12025550104", service_plan_id="plan", campaign_id="C1", callback_url="http://a.example")
    rules = [*DEFAULT_RULES, display_name("US-.+")]

    report = await audit(client, rules=rules, imported=True)

    assert {
        ("provisioning-failed", "+12025550101"),
        ("without-campaign", "+12025550102"),
        ("callback-in-the-clear", "+12025550104"),
        ("display-name", "+12025550104"),
    } <= found(report)
    assert not any("+18005550103" == number for _, number in found(report))
    assert ImportedCounts(numbers=4) == report.imported
    assert report.health.headline.endswith(" of 4 numbers")
    assert 0 == report.numbers
    checks = [one.check for one in report.not_checked]
    assert "imported-numbers" not in checks
    assert "hosting-orders" in checks


async def test_orders_and_qualifications_are_checked(
    sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    Rejected and stuck orders, and failed and stuck qualifications, are findings.
    """
    imported = sandbox.project().imported
    imported.qualified.plant("+12025550101", state="NOT_ELIGIBLE", eligibility_error="landline")
    imported.qualified.plant("+12025550102", state="VERIFICATION_PENDING")
    orders = []
    for number in ("+12025550103", "+12025550104"):
        imported.qualified.plant(number, state="VERIFIED")
        order = await client.hosting_orders.text_enable(
            [number],
            region_code="US",
            service_plan_id="plan",
            campaign_id="C1",
            loa_info=LETTER,
        )
        orders.append(order.hosting_order_id)
    sandbox.clock.advance(60)
    imported.orders.refuse(orders[0])
    sandbox.project().add_active(
        phone_number="+12025550105",
        sms_configuration={"servicePlanId": "plan", "campaignId": "C1"},
    )
    sandbox.clock.advance(8 * 86_400)

    report = await audit(client, imported=True, now=sandbox.clock.now())

    assert {
        ("qualification-failed", "+12025550101"),
        ("qualification-stuck", "+12025550102"),
        ("hosting-order-rejected", orders[0]),
        ("hosting-order-stuck", orders[1]),
        ("qualification-failed", "+12025550103"),  # of the rejected order
    } == found(report)
    assert ImportedCounts(numbers=0, orders=2, qualified=4) == report.imported
    failed = next(one for one in report.findings if one.phone_number == "+12025550101")
    assert ("NOT_ELIGIBLE; landline", Severity.ERROR) == (failed.message, failed.severity)
    early = await audit(client, imported=True, now=sandbox.clock.now() - timedelta(days=2))
    assert not any("stuck" in rule for rule, _ in found(early))


async def test_a_list_that_cannot_be_read_is_a_finding(
    sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    An error of the second host is a finding, and the rest of the audit is complete.
    """
    sandbox.project().imported.qualified.plant("+12025550101", state="NOT_ELIGIBLE")
    sandbox.faults.add("403", path="importedNumbers")

    report = await audit(client, imported=True)

    assert {
        ("imported-unchecked", "imported numbers"),
        ("qualification-failed", "+12025550101"),
    } == found(report)
    assert report.completeness.complete


async def test_nothing_is_read_unless_requested(sandbox: Sandbox, client: NumbersClient) -> None:
    """
    Without *imported*, no request is sent to the second host, and the report says so.
    """
    report = await audit(client)

    assert [] == [call for call in sandbox.calls if "imported" in call or "hosting" in call]
    assert None is report.imported
    assert "imported-numbers" in [one.check for one in report.not_checked]


async def test_a_stopped_audit_reads_the_second_host_again(
    sandbox: Sandbox, client: NumbersClient, tmp_path: Path
) -> None:
    """
    An audit that was stopped among the hosting orders resumes, and counts nothing twice.
    """
    add = sandbox.project().imported.numbers.add
    add("+12025550101", sms=FAILED)
    add("+12025550102", service_plan_id="plan", campaign_id="C1")
    sandbox.project().imported.qualified.plant("+12025550103", state="NOT_ELIGIBLE")
    saved = tmp_path / "audit.state"

    def stop(what: str, done: int, _total: int | None) -> None:
        if what.startswith("hosting orders") and done > 15:
            raise KeyError(what)

    with pytest.raises(KeyError):
        await audit(client, imported=True, now=NOW, saved=saved, progress=stop)
    resumed = await audit(client, imported=True, now=NOW, saved=saved)

    at_once = await audit(client, imported=True, now=NOW)
    assert at_once.findings == resumed.findings
    assert (at_once.health, at_once.imported) == (resumed.health, resumed.imported)
    assert not saved.exists()


_sandbox_for_workers: list[Sandbox] = []


def connect(project_id: str) -> NumbersClient:
    return _sandbox_for_workers[0].client(project_id=project_id)


@pytest.fixture
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


async def test_workers_find_the_same(executor: Executor) -> None:
    """
    A distributed audit reads the second host once, and merges campaign counts over all parts.
    """
    with Sandbox(numbers=0, stock=0) as sandbox:
        _sandbox_for_workers[:] = [sandbox]
        project = sandbox.project()
        sms = {"servicePlanId": "plan", "campaignId": "C9"}
        for one in range(40):
            region = "US" if one % 2 else "CA"
            project.add_active(
                phone_number=f"+12025550{one:03}", region_code=region, sms_configuration=sms
            )
        for one in range(8):
            number = f"+12025551{one:03}"
            project.imported.numbers.add(number, service_plan_id="plan", campaign_id="C9")
        distributed = DistributedAudit(
            ["sandbox"], connect=connect, imported=True, size=10, now=NOW
        )

        (report,) = distributed.run(executor).reports
        async with sandbox.client() as client:
            alone = await audit(client, imported=True, now=NOW)

    assert ("campaign-capacity", "C9") in found(report)
    assert "campaign C9: 48 of 49" in {one.message for one in report.findings}
    assert alone.findings == report.findings
    assert (alone.health, alone.imported) == (report.health, report.imported)
