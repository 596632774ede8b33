"""Nightly audits of numbers in memory: no service, no clock, one history."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sinch_numbers import ActiveNumber
from sinch_numbers._core.serialization.converter import load
from sinch_numbers.audit import (
    DEFAULT_RULES,
    AuditHistory,
    AuditPlan,
    Report,
    Rule,
    RunSelector,
    Waivers,
)
from sinch_numbers.inventory import Completeness, Gap, Partition

FIRST_NIGHT = datetime(2026, 3, 14, 2, tzinfo=UTC)
PROJECT = "acme"


def night(number: int) -> datetime:
    """Return the time of the audit of a night."""
    return FIRST_NIGHT + timedelta(days=number)


def number(index: int = 0, **wire: Any) -> ActiveNumber:
    """Return a number without problems, except for those of the fields *wire*."""
    return load(
        {
            "phoneNumber": f"+1202555{index:04}",
            "displayName": f"Desk {index}",
            "regionCode": "US",
            "type": "LOCAL",
            "capability": ["SMS", "VOICE"],
            "money": {"currencyCode": "USD", "amount": "0.50"},
            "paymentIntervalMonths": 1,
            "smsConfiguration": {"servicePlanId": "plan", "campaignId": "C1"},
            "voiceConfiguration": {"type": "RTC", "appId": "app"},
            "callbackUrl": "https://example.com/numbers",
            **wire,
        },
        ActiveNumber,
    )


def unused(index: int = 0, **wire: Any) -> ActiveNumber:
    """Return a number with one finding: it is paid for and has no provisioning."""
    return number(index, smsConfiguration=None, voiceConfiguration=None, **wire)


def completeness(read: int, *, complete: bool = True) -> Completeness:
    """Return the completeness of an inventory of *read* numbers."""
    gap = Gap(Partition(region_code="US"), "503")
    return Completeness(
        counted_before=read, total_size=read, read=read, gaps=() if complete else (gap,)
    )


async def audited(
    history: AuditHistory,
    at: datetime,
    numbers: Iterable[ActiveNumber],
    *,
    rules: Sequence[Rule] = DEFAULT_RULES,
    waivers: Waivers | None = None,
    baseline: RunSelector | None = None,
    since: RunSelector = "last",
    complete: bool = True,
    project: str = PROJECT,
    began: datetime | None = None,
) -> Report:
    """Audit *numbers* at a time, and store the report."""
    plan = AuditPlan(rules, now=at, waivers=waivers, states=True)
    tally = plan.begin()
    for one in numbers:
        plan.look(one, tally)
    known = None if baseline is None else await history.baseline(project, baseline)
    report = plan.report(
        tally,
        project_id=project,
        started_at=began or at,
        finished_at=at + timedelta(minutes=1),
        completeness=completeness(tally.numbers, complete=complete),
        baseline=known,
    )
    return await history.record(report, tally.states, since=since, at=at)
