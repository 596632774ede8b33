"""
Health of a project: numbers affected by findings, and their cost.

A number is counted once for each rule, and once in the total, even with several findings.
Currencies are never added up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, Final, Self

import attrs

from sinch_numbers.audit._charges import total
from sinch_numbers.audit._costs import amounts
from sinch_numbers.audit._emergency_coverage import EmergencyCoverage, summed
from sinch_numbers.audit._findings import Finding, Rule, Severity
from sinch_numbers.audit._groups import Members, put
from sinch_numbers.models import Money
from sinch_numbers.models._serializable import Serializable

__all__ = ["Health", "RuleImpact"]

UNUSED_ID: Final = "unused"
"""The rule whose numbers are paid for and not used."""


@attrs.frozen(kw_only=True)
class RuleImpact(Serializable):
    """The numbers that the findings of one rule affect, and their cost."""

    rule: str
    """The id of the rule."""
    severity: Severity
    title: str
    findings: int
    numbers: int
    """Distinct numbers affected; an item that could not be read counts as a number."""
    monthly: tuple[Money, ...] = ()
    """Cost per month of these numbers, for each currency; released ones have no cost."""


@attrs.frozen(kw_only=True)
class Health(Serializable):
    """The state of a project in one line, and the numbers and costs that findings affect."""

    _computed: ClassVar = {"headline": "headline"}

    numbers: int
    """Numbers checked."""
    errors: int = 0
    """Findings that are errors."""
    error_numbers: int = 0
    """Distinct numbers with errors."""
    warnings: int = 0
    """Findings that are warnings."""
    warning_numbers: int = 0
    """Distinct numbers with warnings."""
    affected: int = 0
    """Distinct numbers with findings of any severity."""
    monthly: tuple[Money, ...] = ()
    """Cost per month of the affected numbers, for each currency."""
    unused: tuple[Money, ...] = ()
    """Cost per month of the numbers that the rule ``unused`` found, for each currency."""
    emergency: tuple[EmergencyCoverage, ...] = ()
    """Share of numbers with an emergency address by region; empty unless they were read."""
    rules: tuple[RuleImpact, ...] = ()
    """The rules with findings, by descending severity, then by descending count of numbers."""

    @property
    def headline(self) -> str:
        """Return the health in one line: errors or warnings, numbers, and unused cost."""
        checked = _count(self.numbers, "number")
        if self.errors:
            words = _on(_count(self.errors, "error"), self.error_numbers, checked)
        elif self.warnings:
            words = _on(_count(self.warnings, "warning"), self.warning_numbers, checked)
            words = f"no errors, {words}"
        else:
            words = f"no errors or warnings on {checked}"
        return f"{words}; {amounts(self.unused)} a month unused" if self.unused else words

    def __repr__(self) -> str:
        return f"<Health: {self.headline}>"

    @classmethod
    def of(
        cls,
        numbers: int,
        rules: Sequence[Rule],
        findings: Iterable[Finding],
        others: Mapping[str, Members] | None = None,
        emergency: tuple[EmergencyCoverage, ...] = (),
    ) -> Self:
        """
        Return the health of *numbers* checked numbers with *findings*.

        *others* has the numbers that the findings of a rule affect without naming them, such as
        the numbers of a campaign, by the id of the rule.

        Called by the package.

        Args:
            numbers: Number of checked numbers.
            rules: The rules that were checked.
            findings: The findings.
            others: Numbers that the findings of a rule affect without naming them, such as those
                of a campaign, with their cost, by rule.
            emergency: The coverage with emergency addresses, by region.
        """
        groups = others or {}
        by_rule: dict[str, list[Finding]] = {}
        for finding in findings:
            by_rule.setdefault(finding.rule, []).append(finding)
        impacts = []
        of_severity: dict[Severity, set[str]] = {severity: set() for severity in Severity}
        sums = _Sums()
        for rule in rules:
            if rule.id in by_rule:
                found = by_rule[rule.id]
                affected = _affected(found, groups.get(rule.id, {}))
                impacts.append(_impact(rule, len(found), affected))
                of_severity[rule.severity].update(affected)
                sums.add(affected)
        impacts.sort(key=lambda one: (one.severity, one.numbers, one.findings), reverse=True)
        counts = {
            severity: sum(one.findings for one in impacts if one.severity is severity)
            for severity in Severity
        }
        return cls(
            numbers=numbers,
            errors=counts[Severity.ERROR],
            error_numbers=len(of_severity[Severity.ERROR]),
            warnings=counts[Severity.WARNING],
            warning_numbers=len(of_severity[Severity.WARNING]),
            affected=len(sums.seen),
            monthly=sums.totals(),
            unused=next((one.monthly for one in impacts if one.rule == UNUSED_ID), ()),
            emergency=emergency,
            rules=tuple(impacts),
        )

    @classmethod
    def sum(cls, parts: Iterable["Health"]) -> Self:
        """
        Return the health of several projects, which have different numbers.

        Args:
            parts: The health of each project.

        Example::

            first, second = await audit(client), await audit(client)
            print(Health.sum([first.health, second.health]).headline)
        """
        found = list(parts)
        by_rule: dict[tuple[str, Severity], list[RuleImpact]] = {}
        for one in (impact for part in found for impact in part.rules):
            by_rule.setdefault((one.rule, one.severity), []).append(one)
        impacts = [
            attrs.evolve(
                same[0],
                findings=sum(one.findings for one in same),
                numbers=sum(one.numbers for one in same),
                monthly=_added(one.monthly for one in same),
            )
            for same in by_rule.values()
        ]
        impacts.sort(key=lambda one: (one.severity, one.numbers, one.findings), reverse=True)
        return cls(
            numbers=sum(part.numbers for part in found),
            errors=sum(part.errors for part in found),
            error_numbers=sum(part.error_numbers for part in found),
            warnings=sum(part.warnings for part in found),
            warning_numbers=sum(part.warning_numbers for part in found),
            affected=sum(part.affected for part in found),
            monthly=_added(part.monthly for part in found),
            unused=_added(part.unused for part in found),
            emergency=summed(one for part in found for one in part.emergency),
            rules=tuple(impacts),
        )


class _Sums:
    """Adds up the monthly costs of distinct numbers."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._amounts: dict[str, Decimal] = {}

    def add(self, numbers: Members) -> None:
        """Add *numbers*, unless they were added before."""
        for number, cost in numbers.items():
            if number not in self.seen:
                self.seen.add(number)
                if cost is not None:
                    known = self._amounts.get(cost.currency_code, Decimal(0))
                    self._amounts[cost.currency_code] = total((known, cost.amount))

    def totals(self) -> tuple[Money, ...]:
        """Return the total for each currency."""
        return tuple(Money(*item) for item in sorted(self._amounts.items()))


def _affected(findings: Sequence[Finding], others: Members) -> Members:
    if not any(finding.phone_number for finding in findings) and others:
        return others  # up to all numbers of the project: not copied
    found = dict(others)
    for finding in findings:
        if finding.phone_number:
            put(found, finding.phone_number, finding.monthly_cost)
        elif finding.subject is None:
            found[finding.message] = None  # an item without a number; the message has its JSON
    return found


def _impact(rule: Rule, findings: int, affected: Members) -> RuleImpact:
    sums = _Sums()
    sums.add(affected)
    return RuleImpact(
        rule=rule.id,
        severity=rule.severity,
        title=rule.title,
        findings=findings,
        numbers=len(affected),
        monthly=sums.totals(),
    )


def _added(parts: Iterable[tuple[Money, ...]]) -> tuple[Money, ...]:
    sums: dict[str, Decimal] = {}
    for money in _flat(parts):
        known = sums.get(money.currency_code, Decimal(0))
        sums[money.currency_code] = total((known, money.amount))
    return tuple(Money(*item) for item in sorted(sums.items()))


def _flat(parts: Iterable[tuple[Money, ...]]) -> Iterator[Money]:
    for part in parts:
        yield from part


def _on(findings: str, numbers: int, checked: str) -> str:
    # A finding about a campaign or an order may affect no number.
    return f"{findings} on {numbers:,} of {checked}" if numbers else f"{findings}, {checked}"


def _count(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
