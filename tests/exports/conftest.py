"""A report to write, of an audit or made up, and numbers with hostile names."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sinch_numbers import ActiveNumber, NumbersClient, NumberType
from sinch_numbers._core.serialization.converter import load
from sinch_numbers.audit import (
    CostLine,
    Costs,
    Finding,
    NumberStatus,
    Report,
    Rule,
    Severity,
    audit,
)
from sinch_numbers.inventory import Completeness, Partition, PartitionCount
from sinch_numbers.sandbox import Sandbox

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)

RULE = Rule(
    id="unused",
    severity=Severity.WARNING,
    title="Paid but unused",
    meaning="It renews, and nothing goes anywhere.",
    advice="Link it, or release it.",
)

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</td></table><style>*{display:none}</style>",
    "<!-- --><![CDATA[ ]]>&lt;&#60;&nbsp;",
    "{{ 7 * 7 }} {% include 'x' %} ${7*7}",
    "javascript:alert(1)",
    "https://example.com/pixel.png",
    "abc\u202egpj.exe \u2066isolated\u2069",
    "\x1b[31mred\x1b[0m \x9b2J",
    "nul\0 bell\x07 del\x7f",
    "two\r\nlines\tand a tab",
    "half \ud800 of a character \udfff",
    "no\u200bwidth\ufeff",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\uff1d1+1",
    'quoted "twice", with a comma',
    "Zoë 受付 👩\u200d🚒",
    "x" * 5000,
]


@pytest.fixture
def finding() -> Callable[..., Finding]:
    """Return what makes a finding, unremarkable but for what is given."""

    def make(**given: Any) -> Finding:
        return Finding(
            **{
                "rule": RULE.id,
                "severity": RULE.severity,
                "phone_number": "+12025550101",
                "region_code": "US",
                "type": NumberType.LOCAL,
                "display_name": "Front desk",
                "message": "USD 0.50 a month, unused",
                "advice": RULE.advice,
                **given,
            }
        )

    return make


@pytest.fixture
def number() -> Callable[..., ActiveNumber]:
    """Return what makes a number from what the API would say about it."""

    def make(**wire: Any) -> ActiveNumber:
        return load({"phoneNumber": "+12025550101", **wire}, ActiveNumber)

    return make


@pytest.fixture
def made_up(finding: Callable[..., Finding]) -> Callable[..., Report]:
    """Return what makes a report of some numbers, but for what is given."""

    def make(findings: list[Finding] | None = None, **given: Any) -> Report:
        found = [finding()] if findings is None else findings
        report = Report(
            project_id="made-up",
            started_at=NOW,
            finished_at=NOW.replace(second=59),
            completeness=Completeness(
                counted_before=12,
                total_size=12,
                read=12,
                duplicates=0,
                partitions=(
                    PartitionCount(Partition("US", NumberType.LOCAL), 9),
                    PartitionCount(Partition("SE", NumberType.MOBILE), 3),
                ),
            ),
            numbers=12,
            rules=(RULE,),
            findings=tuple(found),
            costs=Costs(
                lines=(
                    CostLine("EUR", "SE", NumberType.MOBILE, 3, Decimal("4.50")),
                    CostLine("USD", "US", NumberType.LOCAL, 7, Decimal(10) / 3),
                    CostLine("USD", "US", NumberType.TOLL_FREE, 1, Decimal("1234.56")),
                ),
                released=1,
            ),
            statuses=((NumberStatus.RELEASED, 1), (NumberStatus.LINKED, 11)),
            releases=((date(2026, 3, 31), 2), (date(2026, 4, 1), 5), (date(2027, 2, 28), 1)),
        )
        return attrs.evolve(report, **given)

    return make


@pytest.fixture
async def report() -> Report:
    """Audit a sandbox of a few hundred numbers, of which something is wrong with some."""
    async with (
        Sandbox(numbers=400, stock=0) as sandbox,
        NumbersClient(
            "sandbox",
            "sandbox",
            "sandbox",
            numbers_url=sandbox.url,
            auth_url=sandbox.auth_url,
        ) as client,
    ):
        return await audit(client)
