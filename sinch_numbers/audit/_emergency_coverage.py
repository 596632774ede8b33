"""Share of numbers with an emergency address, by region."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import ClassVar, Final

import attrs

from sinch_numbers.audit._findings import AuditedNumber, Finding, Message, Rule, Severity
from sinch_numbers.audit._groups import Members
from sinch_numbers.models._serializable import Serializable

__all__ = ["EmergencyCoverage", "emergency_coverage"]

_TENTH: Final = Decimal("0.1")


@attrs.frozen(kw_only=True)
class EmergencyCoverage(Serializable):
    """The numbers of a region that need an emergency address, and how many have one."""

    _computed: ClassVar = {"covered": "covered", "percent": "percent"}

    region_code: str
    numbers: int
    """Numbers with voice in the US or Canada that renew."""
    missing: int
    """Numbers without an emergency address."""
    unknown: int
    """Numbers whose address could not be read."""

    @property
    def covered(self) -> int:
        """Return how many numbers have an emergency address."""
        return self.numbers - self.missing - self.unknown

    @property
    def percent(self) -> Decimal | None:
        """Return the share of known numbers with an address, rounded down to a tenth."""
        known = self.numbers - self.unknown
        if not known:
            return None
        return Decimal(self.covered * 1000 // known) * _TENTH


@attrs.frozen(kw_only=True)
class CoverageRule(Rule):
    """Rule about the share of numbers with an emergency address."""

    percent: int = 100
    """Regions with a lower share are reported."""


def emergency_coverage(percent: int = 100) -> Rule:
    """
    Return the rule for regions in which less than *percent* of numbers have an address.

    Args:
        percent: Minimum share of numbers with an address.

    Example::

        report = await audit(
            client, rules=[*DEFAULT_RULES, emergency_coverage(percent=95)], emergency=True
        )
    """
    return CoverageRule(
        id="emergency-coverage",
        severity=Severity.INFO,
        title="Emergency addresses are incomplete",
        meaning=f"In the region, less than {percent} % of numbers have an emergency address.",
        advice="Provision an emergency address for each number of emergency-address-missing.",
        percent=percent,
    )


def coverage_of(
    numbers: Mapping[str, int], missing: Iterable[Finding], unknown: Iterable[Finding]
) -> tuple[EmergencyCoverage, ...]:
    """Return the coverage of each region, from the findings about addresses."""
    without, unread = _by_region(missing), _by_region(unknown)
    return tuple(
        EmergencyCoverage(
            region_code=region,
            numbers=count,
            missing=without.get(region, 0),
            unknown=unread.get(region, 0),
        )
        for region, count in sorted(numbers.items())
        if count
    )


def coverage_findings(rule: Rule, coverage: Iterable[EmergencyCoverage]) -> Iterator[Finding]:
    """Yield a finding of *rule* for each region whose coverage is too low."""
    least = rule.percent if isinstance(rule, CoverageRule) else 100
    for one in coverage:
        if one.percent is not None and one.percent < least:
            region = one.region_code
            words = f"{region}: {one.percent} %, {one.covered:,} of {one.numbers:,} numbers"
            if one.unknown:
                words += f", {one.unknown:,} unknown"
            about = AuditedNumber("", region)
            finding = rule.finding(about, Message(words, cause=region))
            yield attrs.evolve(finding, subject=region)


def members_without(missing: Iterable[Finding]) -> Members:
    """Return the numbers without an address, with their cost."""
    return {finding.phone_number: finding.monthly_cost for finding in missing}


def summed(parts: Iterable[EmergencyCoverage]) -> tuple[EmergencyCoverage, ...]:
    """Return the coverage of several projects, by region."""
    by_region: dict[str, EmergencyCoverage] = {}
    for part in parts:
        known = by_region.get(part.region_code)
        by_region[part.region_code] = (
            part
            if known is None
            else EmergencyCoverage(
                region_code=part.region_code,
                numbers=known.numbers + part.numbers,
                missing=known.missing + part.missing,
                unknown=known.unknown + part.unknown,
            )
        )
    return tuple(by_region[region] for region in sorted(by_region))


def _by_region(findings: Iterable[Finding]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in findings:
        region = finding.region_code or ""
        counts[region] = counts.get(region, 0) + 1
    return counts
