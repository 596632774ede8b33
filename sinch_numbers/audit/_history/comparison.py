"""Comparison of two runs, line by line: which findings and numbers differ."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import attrs

from sinch_numbers.audit._changes import Changes, TrackedFinding
from sinch_numbers.audit._findings import Finding, Severity
from sinch_numbers.audit._number_state import (
    NumberChange,
    NumberState,
    change_of,
    state_of,
)
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._rules import (
    EMERGENCY_MISSING,
    EMERGENCY_UNCHECKED,
    RULE_FAILED,
    UNREADABLE_ITEM,
)
from sinch_numbers.audit._runs import AuditRun
from sinch_numbers.audit._sorted_lines import SortedLines, decode, encode, line_of
from sinch_numbers.audit._waivers import RULES as WAIVER_RULES
from sinch_numbers.audit._waivers import WaivedFinding
from sinch_numbers.models import NumberType

_ALWAYS_CHECKED: Final = frozenset(
    rule.id for rule in (RULE_FAILED, UNREADABLE_ITEM, *WAIVER_RULES)
)

_RANKS: Final = {severity: rank for rank, severity in enumerate(reversed(Severity))}
"""Comparing severities takes ten times as long."""


@attrs.frozen
class StoredFinding:
    """A finding as the history stores it, under its phone number, rule and cause."""

    severity: str
    first_seen: str
    waived: bool
    message: str
    region_code: str | None
    type: str | None
    display_name: str | None

    @classmethod
    def first(cls, finding: Finding, at: datetime, *, waived: bool) -> "StoredFinding":
        """Return *finding* as it is stored by the first audit that reports it."""
        return cls(
            finding.severity.value,
            at.isoformat(),
            waived,
            finding.message,
            finding.region_code,
            finding.type,
            finding.display_name,
        )

    @classmethod
    def parse(cls, value: bytes) -> "StoredFinding":
        """Return the finding in the value of a line."""
        return cls(*decode(value)[:7])

    def dump(self) -> str:
        """Return the value of a line."""
        return encode(attrs.astuple(self))

    def tracked(self, key: bytes, finding: Finding | None = None) -> TrackedFinding:
        """Return *finding*, by default as it was first reported, with its age."""
        if finding is None:
            number, rule, cause, subject, _ = decode(key)
            finding = Finding(
                rule=rule,
                severity=Severity(self.severity),
                phone_number=number,
                region_code=self.region_code,
                type=None if self.type is None else NumberType(self.type),
                display_name=self.display_name,
                message=self.message,
                advice="",
                subject=subject or None,
                cause=cause,
            )
        return TrackedFinding(finding, datetime.fromisoformat(self.first_seen))


@attrs.frozen
class Checked:
    """The checks that an audit made, which decide whether a missing finding is fixed."""

    rules: frozenset[str]
    """The rules that checked all numbers."""
    unknown: frozenset[str] = frozenset()
    """Numbers whose emergency address could not be read."""
    unreadable: frozenset[str] = frozenset()
    """Numbers that could not be read."""

    @classmethod
    def by(cls, report: Report) -> "Checked":
        """Return the checks of *report*."""
        failed = {one.cause for one in report.findings if one.rule == RULE_FAILED.id}
        return cls(
            frozenset(rule.id for rule in report.rules if rule.id not in failed) | _ALWAYS_CHECKED,
            _numbers(report, EMERGENCY_UNCHECKED.id),
            _numbers(report, UNREADABLE_ITEM.id),
        )

    def covers(self, rule: str, phone_number: str) -> bool:
        """Whether the audit would have reported a finding of *rule* for a number."""
        if rule == EMERGENCY_MISSING.id and phone_number in self.unknown:
            return False
        return rule in self.rules and phone_number not in self.unreadable


def _numbers(report: Report, rule: str) -> frozenset[str]:
    return frozenset(one.phone_number for one in report.findings if one.rule == rule)


class CurrentFindings:
    """The findings of a report, waived ones included, sorted by their key."""

    def __init__(self, report: Report) -> None:
        self._findings = (*report.findings, *(one.finding for one in report.waived))
        self._waived_from = len(report.findings)
        self.lines = SortedLines()
        for index, key in enumerate(keys_of(self._findings)):
            self.lines.add(line_of(key, index))

    def at(self, index: bytes | int) -> tuple[Finding, bool]:
        """Return the finding whose line has the value *index*, and whether it is waived."""
        position = int(index)
        return self._findings[position], position >= self._waived_from


def keys_of(findings: Iterable[Finding]) -> Iterator[tuple[str, str, str, str, int]]:
    """Return the key of each finding: number, rule, cause, subject, and a count of equal ones."""
    group: tuple[str, str] | None = None
    seen: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        # The number of a failed rule is an example, which may be another one the next day.
        number = "" if finding.rule == RULE_FAILED.id else finding.phone_number
        if group != (number, finding.rule):  # equal ones follow each other in a report
            group = number, finding.rule
            seen.clear()
        cause = finding.cause, finding.subject or ""
        yield number, finding.rule, *cause, seen[cause]
        seen[cause] += 1


class Baseline:
    """The findings of an earlier run, which are accepted."""

    def __init__(self, run: AuditRun, keys: frozenset[int]) -> None:
        self._reason = f"in the baseline, run {run.run} of {run.started_at:%Y-%m-%d}"
        self._keys = keys

    def apply(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[WaivedFinding]]:
        """Split findings into those that are not in the run and those that are."""
        every = list(findings)
        kept, waived = [], []
        for finding, key in zip(every, keys_of(every), strict=True):
            if hash(encode(key).encode()) in self._keys:
                waived.append(WaivedFinding(finding=finding, reason=self._reason))
            else:
                kept.append(finding)
        return kept, waived


class Comparison:
    """Collects the differences between the lines of two runs; the findings come last."""

    def __init__(self, before: frozenset[str], after: frozenset[str]) -> None:
        self._before = before
        self._after = after
        self._new: list[Finding] = []
        self._unwaived: list[TrackedFinding] = []
        self._fixed: list[TrackedFinding] = []
        self._open: list[TrackedFinding] = []
        self._first_checked: list[Finding] = []
        self._added: list[NumberState] = []
        self._removed: list[NumberState] = []
        self._changed: list[NumberChange] = []

    def add_number(self, key: bytes, before: bytes | None, after: bytes | None) -> None:
        """Add a number whose states differ."""
        if before is None:
            self._added.append(state_of(key + b"\t" + (after or b"")))
        elif after is None:
            self._removed.append(state_of(key + b"\t" + before))
        else:
            change = change_of(key, before, after)
            if change.fields:  # none if only fields of another version differ
                self._changed.append(change)

    def add_finding(
        self,
        key: bytes,
        before: StoredFinding | None,
        after: StoredFinding | None,
        finding: Finding | None = None,
    ) -> None:
        """Add the finding of *key* in both runs, as it is stored, and as it is in a report."""
        rule = decode(key)[1]
        if after is None:
            if before is not None:
                self._fixed.append(before.tracked(key))
        elif after.waived or rule not in self._after:
            pass  # listed as waived, or kept from an audit that checked the rule
        elif before is None:
            tracked = after.tracked(key, finding)
            found = self._new if rule in self._before else self._first_checked
            found.append(tracked.finding)
        else:
            tracked = after.tracked(key, finding)
            (self._unwaived if before.waived else self._open).append(tracked)

    def changes(self, **facts: Any) -> Changes:
        """Return the differences, with other *facts* about the runs."""
        return Changes(
            new=_worst_first(self._new),
            unwaived=_tracked_first(self._unwaived),
            fixed=_tracked_first(self._fixed),
            open=_tracked_first(self._open),
            first_checked=_worst_first(self._first_checked),
            added=tuple(self._added),
            removed=tuple(self._removed),
            changed=tuple(self._changed),
            unchecked_rules=tuple(sorted(self._before - self._after)),
            **facts,
        )


def _worst_first(findings: list[Finding]) -> tuple[Finding, ...]:
    findings.sort(key=lambda one: _RANKS[one.severity])  # stable: by number within
    return tuple(findings)


def _tracked_first(findings: list[TrackedFinding]) -> tuple[TrackedFinding, ...]:
    findings.sort(key=lambda one: _RANKS[one.finding.severity])
    return tuple(findings)
