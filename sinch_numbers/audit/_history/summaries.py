"""Summaries: the data of a report in the history, besides findings and numbers."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sinch_numbers.audit._costs import CostLine, Costs
from sinch_numbers.audit._findings import Severity
from sinch_numbers.audit._history.tables import STORED, StoredRun
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._runs import AuditRun
from sinch_numbers.models import NumberType

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def summary_of(report: Report, rules: Collection[str]) -> str:
    """Return the summary of *report*, which checked *rules*, as it is stored."""
    return json.dumps(
        {
            "began": report.started_at.isoformat(),
            "explanation": report.completeness.explanation,
            "numbers": report.numbers,
            "counts": {severity.value: count for severity, count in report.counts.items()},
            "waived": len(report.waived),
            "rules": sorted(rules),
            "costs": [_cost(line) for line in report.costs.lines],
            "unpriced": report.costs.unpriced,
            "released": report.costs.released,
        },
        separators=(",", ":"),
    )


def _cost(line: CostLine) -> list[str | int | None]:
    amount = f"{line.monthly:f}"
    return [line.currency_code, line.region_code, line.type, line.numbers, amount]


def is_of(stored: StoredRun, report: Report) -> bool:
    """Whether *stored* is the run of *report*, which was resumed after it was stored."""
    found: bool = json.loads(stored.summary)["began"] == report.started_at.isoformat()
    return found


def microseconds(at: datetime) -> int:
    """Return *at* as microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def checked_rules(stored: StoredRun) -> frozenset[str]:
    """Return the ids of the rules that *stored* checked on all numbers."""
    return frozenset(json.loads(stored.summary)["rules"])


def run_of(stored: StoredRun) -> AuditRun:
    """Return the summary in *stored*."""
    summary: Mapping[str, Any] = json.loads(stored.summary)
    return AuditRun(
        run=stored.number,
        project_id=stored.project,
        started_at=_EPOCH + stored.started_at * _MICROSECOND,
        finished_at=_EPOCH + stored.finished_at * _MICROSECOND,
        complete=stored.state == STORED,
        explanation=summary["explanation"],
        numbers=summary["numbers"],
        counts={severity: summary["counts"].get(severity.value, 0) for severity in Severity},
        waived=summary["waived"],
        rules=tuple(summary["rules"]),
        costs=Costs(
            lines=tuple(map(_cost_line, summary["costs"])),
            unpriced=summary["unpriced"],
            released=summary["released"],
        ),
        size=stored.bytes,
    )


def _cost_line(values: Iterable[Any]) -> CostLine:
    currency, region, kind, numbers, monthly = values
    return CostLine(
        currency, region, None if kind is None else NumberType(kind), numbers, Decimal(monthly)
    )
