"""Several projects: side by side, each with a report or a reason why there is none."""

import math
import pickle
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from decimal import Decimal
from typing import Any

import pytest

from sinch_numbers import (
    InvalidArgumentError,
    Money,
    NumbersClient,
    Reply,
    Request,
    SyncNumbersClient,
)
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.audit import (
    Drift,
    Expectation,
    Expectations,
    ProjectFailure,
    Report,
    Severity,
    audit,
    audit_projects,
)
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sync import audit_projects as sync_audit_projects

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NAMES = ("alpha", "beta", "gamma")
LINKED: dict[str, Any] = {
    "sms_configuration": {"servicePlanId": "plan", "campaignId": "C1"},
    "voice_configuration": {"type": "RTC", "appId": "app"},
}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run a sandbox of three projects."""
    async with Sandbox(numbers=60, stock=0, project_id=NAMES) as sandbox:
        yield sandbox


@pytest.fixture
async def clients(sandbox: Sandbox) -> AsyncIterator[list[NumbersClient]]:
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(made(NumbersClient, sandbox, name)) for name in NAMES
        ]


def made(cls: Any, sandbox: Sandbox, name: str, secret: str = "sandbox") -> Any:
    return cls(
        name, "sandbox", secret, numbers_url=sandbox.url, auth_url=sandbox.auth_url, retries=0
    )


async def test_each_project_has_a_report(sandbox: Sandbox, clients: list[NumbersClient]) -> None:
    """
    It is what an audit of the project alone would say, and the sums are those of all.
    """
    reports = await audit_projects(clients)

    assert NAMES == tuple(report.project_id for report in reports.reports)
    assert reports.complete
    assert 180 == reports.numbers
    moment = sandbox.clock.now()
    together = await audit_projects(clients, now=moment)
    for client, report in zip(clients, together.reports, strict=True):
        alone = await audit(client, now=moment)
        assert alone.findings == report.findings
        assert (alone.costs, alone.forecast) == (report.costs, report.forecast)
    assert reports == pickle.loads(pickle.dumps(reports))


async def test_sums_are_exact_and_kept_apart(
    sandbox: Sandbox, clients: list[NumbersClient]
) -> None:
    """
    Costs and forecast add up over projects, line by line, and never over currencies.
    """
    reports = await audit_projects(clients, months=3)

    for currency in ("EUR", "USD"):
        totals = [
            total.amount
            for report in reports.reports
            for total in report.costs.totals
            if total.currency_code == currency
        ]
        assert 3 == len(totals)
        assert Money(currency, sum(totals, Decimal(0))) in reports.costs.totals
    assert 2 == len(reports.costs.totals)
    for month in reports.forecast.months:
        for total in reports.forecast.totals(month):
            parts = [
                part.amount
                for report in reports.reports
                for part in report.forecast.totals(month)
                if part.currency_code == total.currency_code
            ]
            assert total.amount == sum(parts, Decimal(0))
    assert reports.costs.released == sum(report.costs.released for report in reports.reports)


async def test_findings_name_their_project(clients: list[NumbersClient]) -> None:
    """
    The worst come first, whichever project they are in.
    """
    reports = await audit_projects(clients)
    findings = reports.findings

    assert sum(len(report.findings) for report in reports.reports) == len(findings)
    assert set(NAMES) == {found.project_id for found in findings}
    severities = [found.finding.severity for found in findings]
    assert sorted(severities, reverse=True) == severities
    errors = reports.at_least(Severity.ERROR)
    assert 0 < len(errors) == reports.count(Severity.ERROR) < len(findings)


async def test_one_that_fails_does_not_stop_the_others(
    sandbox: Sandbox, clients: list[NumbersClient]
) -> None:
    """
    Wrong credentials are the matter of one project; its place says what went wrong.
    """
    async with made(NumbersClient, sandbox, "beta", "wrong-secret") as wrong:
        reports = await audit_projects([clients[0], wrong, clients[2]])

    first, second, third = reports.projects
    assert isinstance(first, Report)
    assert isinstance(third, Report)
    assert isinstance(second, ProjectFailure)
    assert ("beta", "AuthenticationError", False) == (
        second.project_id,
        second.error,
        second.transient,
    )
    assert (second,) == reports.failures
    assert "wrong-secret" not in repr(reports)
    assert not reports.complete
    assert 120 == reports.numbers
    assert reports == pickle.loads(pickle.dumps(reports))


async def test_a_failure_says_where(sandbox: Sandbox, clients: list[NumbersClient]) -> None:
    """
    What is read of a project before it fails counts for nothing.
    """
    sandbox.faults.add("503", path="projects/beta/activeNumbers")

    reports = await audit_projects(clients)

    (failure,) = reports.failures
    assert ("beta", "InternalServerError", True) == (
        failure.project_id,
        failure.error,
        failure.transient,
    )
    assert sum(report.costs.released for report in reports.reports) == reports.costs.released


async def test_all_may_fail(sandbox: Sandbox, clients: list[NumbersClient]) -> None:
    """
    Then there is nothing to add up.
    """
    sandbox.faults.add("403", path="activeNumbers", times=math.inf)

    reports = await audit_projects(clients)

    assert NAMES == tuple(failure.project_id for failure in reports.failures)
    assert (0, (), ()) == (reports.numbers, reports.findings, reports.costs.lines)


async def test_each_has_expectations_of_its_own(
    sandbox: Sandbox, clients: list[NumbersClient]
) -> None:
    """
    What is expected of one project says nothing about another.
    """
    sandbox.project("beta").add_active(phone_number="+12025550101", **LINKED)
    expected = {"beta": Expectations([Expectation("+12025550101"), Expectation("+12025550102")])}

    alpha, beta, _ = (await audit_projects(clients, expected=expected)).reports

    assert () == alpha.differences
    missing = [one.phone_number for one in beta.differences if one.kind is Drift.MISSING]
    assert ["+12025550102"] == missing
    assert 60 == sum(one.kind is Drift.UNEXPECTED for one in beta.differences)


@pytest.mark.parametrize("concurrency", [1, 2, 8])
async def test_any_number_of_workers_will_do(
    concurrency: int, sandbox: Sandbox, clients: list[NumbersClient]
) -> None:
    """
    Fewer workers than projects take the projects one after the other.
    """
    reports = await audit_projects(clients, concurrency=concurrency)

    assert (True, 180) == (reports.complete, reports.numbers)


class Gauge:
    """A transport that knows how many requests were under way at once, for several clients."""

    def __init__(self) -> None:
        self.inner = AiohttpTransport()
        self.now = self.most = 0

    async def exchange(self, request: Request) -> Reply:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await self.inner.exchange(request)
        finally:
            self.now -= 1

    async def close(self) -> None:
        await self.inner.close()


@pytest.mark.parametrize("concurrency", [2, 5, 12])
async def test_the_projects_share_the_workers(concurrency: int, sandbox: Sandbox) -> None:
    """
    That many requests are under way at a time in all, not in each project.
    """
    gauge = Gauge()
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                NumbersClient(
                    name,
                    "sandbox",
                    "sandbox",
                    numbers_url=sandbox.url,
                    auth_url=sandbox.auth_url,
                    transport=gauge,
                )
            )
            for name in NAMES
        ]
        reports = await audit_projects(clients, concurrency=concurrency, emergency=True)

    assert (True, 180) == (reports.complete, reports.numbers)
    assert 1 < gauge.most <= concurrency


async def test_progress_is_told_for_all_together(clients: list[NumbersClient]) -> None:
    """
    Who watches sees one count that grows, and how many projects are done.
    """
    told: list[tuple[str, int, int | None]] = []

    await audit_projects(clients, progress=lambda *step: told.append(step))

    numbers = [done for what, done, _ in told if what == "numbers"]
    assert sorted(numbers) == numbers
    assert ("numbers", 180, 180) in told
    assert [1, 2, 3] == [done for what, done, _ in told if what == "projects"]
    assert {3} == {total for what, _, total in told if what == "projects"}


async def test_arguments_are_checked(sandbox: Sandbox, clients: list[NumbersClient]) -> None:
    """
    Nothing is sent for what makes no sense.
    """
    for wrong in (
        {"clients": []},
        {"clients": [clients[0], clients[0]]},
        {"clients": clients, "concurrency": 0},
        {"clients": clients, "months": 0},
        {"clients": clients, "rules": None},
        {"clients": clients, "expected": {"delta": Expectations([])}},
    ):
        with pytest.raises(InvalidArgumentError):
            await audit_projects(**wrong)

    assert [] == sandbox.calls


async def test_the_clients_stay_apart(sandbox: Sandbox, clients: list[NumbersClient]) -> None:
    """
    Each client fetches a token of its own, and calls for its own project only.
    """
    await audit_projects(clients)

    assert 3 == sum("oauth2/token" in call for call in sandbox.calls)
    for name in NAMES:
        assert any(f"/projects/{name}/activeNumbers" in call for call in sandbox.calls)


async def test_it_has_a_twin(sandbox: Sandbox, clients: list[NumbersClient]) -> None:
    """
    Sync clients are audited together, too, on their own loop.
    """
    from anyio import to_thread

    moment = sandbox.clock.now()

    def look() -> Any:
        twins = [made(SyncNumbersClient, sandbox, name) for name in NAMES]
        try:
            return sync_audit_projects(twins, now=moment)
        finally:
            for twin in twins:
                twin.close()

    reports = await to_thread.run_sync(look)

    assert (await audit_projects(clients, now=moment)).findings == reports.findings
