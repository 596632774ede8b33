"""AuditPlan: the rules, reference time and expectations of an audit."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from sinch_numbers._core import arguments
from sinch_numbers.audit import _not_checked as not_checked
from sinch_numbers.audit._accumulator import (
    AuditAccumulator,
    AuditCriteria,
    ImportedCounts,
    RuleFailure,
    by_difference,
    by_number,
    ordered,
)
from sinch_numbers.audit._costs import costs_of
from sinch_numbers.audit._emergency_coverage import (
    EmergencyCoverage,
    coverage_findings,
    coverage_of,
    members_without,
)
from sinch_numbers.audit._expected import Difference, Drift, Expectation, Expectations
from sinch_numbers.audit._findings import AuditedNumber, Finding, Message, Rule
from sinch_numbers.audit._forecast import forecast_of
from sinch_numbers.audit._groups import Members
from sinch_numbers.audit._health import Health
from sinch_numbers.audit._history.comparison import Baseline
from sinch_numbers.audit._not_checked import NotChecked
from sinch_numbers.audit._number_state import number_line
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._rule_set import DRIFT, EMERGENCY, IMPORTED, WAIVERS, RuleSet
from sinch_numbers.audit._rules import (
    DEFAULT_RULES,
    DRIFT_DIFFERENT,
    DRIFT_MISSING,
    DRIFT_UNEXPECTED,
    EMERGENCY_MISSING,
    EMERGENCY_UNCHECKED,
    RULE_FAILED,
    UNREADABLE_ITEM,
)
from sinch_numbers.audit._waivers import WaivedFinding, Waivers
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.inventory import Completeness, Gap
from sinch_numbers.models import ActiveNumber, Capability, NumberType
from sinch_numbers.models._number_status import (
    NumberStatus,
    status_of,
    voice_job,
    voice_link,
)
from sinch_numbers.models._unset import UNSET

__all__ = ["AuditPlan"]

_LONGEST_RAW: Final = 1000
"""Maximum characters of an item's JSON in a finding; the completeness has more of it."""


class AuditPlan:
    """
    The checks of an audit: rules, a reference time, and expectations.

    Results go into an `AuditAccumulator`, which stores rules by name only. Several processes with
    the same plan can each check a part of the numbers.

    Raises `InvalidArgumentError` when *rules* are not rules or their ids are not unique, *now* has
    no time zone, or *months* is not from 1 to 120.

    Args:
        rules: The checks.
        now: The reference time of the rules; by default the current time.
        expected: The expected numbers.
        months: Number of months to forecast charges for, including the month of *now*.
        emergency: Whether to collect the numbers whose emergency addresses must be read.
        imported: Whether imported numbers, hosting orders and qualified numbers are read.
        waivers: The findings that are accepted.
        states: Whether to collect the states of numbers, for `AuditHistory.record`.

    Example::

        inventory = Inventory(client)
        started_at = datetime.now(UTC)
        plan = AuditPlan(now=started_at)
        tally = plan.begin()
        async for number in inventory:
            plan.look(number, tally)
        report = plan.report(
            tally,
            project_id=client.project_id,
            started_at=started_at,
            finished_at=datetime.now(UTC),
            completeness=inventory.completeness,
        )
    """

    def __init__(
        self,
        rules: Sequence[Rule] = DEFAULT_RULES,
        *,
        now: datetime | None = None,
        expected: Expectations | None = None,
        months: int = 12,
        emergency: bool = False,
        imported: bool = False,
        waivers: Waivers | None = None,
        states: bool = False,
    ) -> None:
        if now is not None:
            arguments.moment(now, "now")
        if expected is not None:
            arguments.instance(expected, Expectations, "expected")
        arguments.flag(emergency, "emergency")
        arguments.flag(states, "states")
        if waivers is not None:
            arguments.instance(waivers, Waivers, "waivers")
        if arguments.positive(months, "months") > 120:
            raise InvalidArgumentError("months", "at most 120", months)
        arguments.flag(imported, "imported")
        self._set = RuleSet.of(rules)
        self.rules: tuple[Rule, ...] = self._set.rules
        self._per_number = self._set.per_number
        self.expected = expected
        self.waivers = waivers
        self.basis: AuditCriteria = AuditCriteria(
            rules=[rule.id for rule in self.rules],
            now=(now or datetime.now(UTC)).astimezone(UTC),
            months=months,
            emergency=emergency,
            expected=None if expected is None else expected.digest,
            imported=imported,
            settings=self._set.digest,
            states=states,
        )

    def begin(self) -> AuditAccumulator:
        """Return an empty tally."""
        return AuditAccumulator(self.basis)

    def look(self, number: ActiveNumber, tally: AuditAccumulator) -> None:
        """
        Check *number* by the rules and expectations, and add the results to *tally*.

        If a rule raises an exception, it adds no findings, and the exception is counted.

        Args:
            number: A rented number.
            tally: Where the results are added.
        """
        tally.numbers += 1
        if self.basis.states:
            tally.states.add(number_line(number))
        self._check(number, tally)
        if self.expected is not None:
            self._compare(number, self.expected, tally)
        if wants_address(number):
            tally.addressable[number.region_code or ""] += 1
            if self.basis.emergency:
                tally.callers.append(AuditedNumber.of(number))
        tally.toll_free += needs_verification(number)
        tally.charges.add(number)
        tally.statuses[status_of(number)] += 1
        if number.expire_at is not None:
            tally.releases[number.expire_at.date()] += 1

    def look_imported(self, number: ActiveNumber, tally: AuditAccumulator) -> None:
        """
        Check an imported *number* by the rules, and add the results to *tally*.

        Called by the package.

        Args:
            number: An imported number, in the form of an active one.
            tally: Where the results are added.
        """
        self._check(number, tally)

    def system_rule(self, id: str) -> Rule:
        """
        Return the system rule *id*, with its parameters.

        Called by the package.

        Args:
            id: ID of the rule.
        """
        return self._set.system[id]

    def _check(self, number: ActiveNumber, tally: AuditAccumulator) -> None:
        for rule in self._per_number:
            try:
                tally.findings.extend(rule.findings(number, self.basis.now))
            except Exception as error:  # noqa: BLE001 - a failing rule must not stop the audit
                tally.failed(rule.id, type(error).__name__, AuditedNumber.of(number))
        tally.groups.add(number)

    def report(
        self,
        tally: AuditAccumulator,
        *,
        project_id: str,
        started_at: datetime,
        finished_at: datetime,
        completeness: Completeness,
        baseline: Baseline | None = None,
    ) -> Report:
        """
        Return the report of *tally*, which covers all numbers of a project.

        Findings that are in *baseline*, see `AuditHistory.baseline`, are waived.

        Args:
            tally: The results of all numbers.
            project_id: ID of the project.
            started_at: Start of the read.
            finished_at: End of the read.
            completeness: The completeness of the read.
            baseline: Findings to waive, of `AuditHistory.baseline`.
        """
        missing = self._missing(tally, completeness)
        findings = [*tally.findings, *(finding for _, finding in missing)]
        findings += _failures(tally.failures.values())
        findings += [_unreadable(gap) for gap in completeness.gaps if gap.is_item]
        differences = [*tally.differences, *(difference for difference, _ in missing)]
        members: dict[str, Members] = {}
        for rule in self._set.per_project:
            of_rule, members[rule.id] = rule.examined(tally.groups)
            findings += of_rule
        coverage = self._coverage(tally, findings, members)
        rules = (*self.rules, *self._system_rules(tally, completeness))
        applied = self._set.applied(findings)
        found, waived = self._waived(ordered(applied), baseline)
        found = ordered(self._set.applied(found))
        imported = tally.imported or ImportedCounts()
        checked = tally.numbers + imported.numbers + imported.qualified
        return Report(
            project_id=project_id,
            started_at=started_at,
            finished_at=finished_at,
            completeness=completeness,
            numbers=tally.numbers,
            rules=tuple(rule.described() for rule in rules),
            findings=found,
            waived=tuple(waived),
            costs=costs_of(tally.charges),
            forecast=forecast_of(tally.charges),
            statuses=tuple(
                (status, tally.statuses[status])
                for status in NumberStatus
                if tally.statuses[status]
            ),
            releases=tuple(sorted(tally.releases.items())),
            differences=tuple(sorted(differences, key=by_difference)),
            not_checked=tuple(self._not_checked(tally)),
            imported=tally.imported,
            health=Health.of(checked, rules, found, members, coverage),
        )

    def _coverage(
        self, tally: AuditAccumulator, findings: list[Finding], members: dict[str, Members]
    ) -> tuple[EmergencyCoverage, ...]:
        """Return the share of numbers with an emergency address, and add its findings."""
        if not self.basis.emergency:
            return ()
        missing = [one for one in findings if one.rule == EMERGENCY_MISSING.id]
        unknown = [one for one in findings if one.rule == EMERGENCY_UNCHECKED.id]
        coverage = coverage_of(tally.addressable, missing, unknown)
        rule = self.system_rule("emergency-coverage")
        members[rule.id] = members_without(missing)
        findings += coverage_findings(rule, coverage)
        return coverage

    def _waived(
        self, findings: Iterable[Finding], baseline: Baseline | None
    ) -> tuple[Iterable[Finding], list[WaivedFinding]]:
        found, waived = findings, list[WaivedFinding]()
        if self.waivers is not None:
            found, waived = self.waivers.apply(found, self.basis.now)
        if baseline is not None:
            found, known = baseline.apply(found)
            waived += known
        return found, waived

    def _system_rules(self, tally: AuditAccumulator, completeness: Completeness) -> Iterator[Rule]:
        """Yield the system rules that this audit has checked."""
        yield from self._set.enabled(EMERGENCY if self.basis.emergency else ())
        yield from self._set.enabled(DRIFT if self.expected is not None else ())
        yield from self._set.enabled(IMPORTED if self.basis.imported else ())
        yield from self._set.enabled((RULE_FAILED.id,) if tally.failures else ())
        yield from self._set.enabled((UNREADABLE_ITEM.id,) if completeness.unreadable else ())
        yield from self._set.enabled(WAIVERS if self.waivers is not None else ())

    def _not_checked(self, tally: AuditAccumulator) -> Iterator[NotChecked]:
        if tally.addressable and not self.basis.emergency:
            yield not_checked.emergency_addresses(tally.addressable.total())
        if self.expected is None:
            yield not_checked.drift()
        yield not_checked.hosting_orders() if self.basis.imported else not_checked.imported()
        if tally.toll_free:
            yield not_checked.toll_free(tally.toll_free)
        yield from map(not_checked.disabled, self._set.disabled)

    def _compare(
        self, number: ActiveNumber, expected: Expectations, tally: AuditAccumulator
    ) -> None:
        if number.phone_number in expected:
            tally.met.add(number.phone_number)
        difference = expected.difference(number)
        if difference is None:
            return
        tally.differences.append(difference)
        if difference.kind is Drift.UNEXPECTED:
            finding = DRIFT_UNEXPECTED.finding(
                number, Message("is rented but not expected", cause="")
            )
        else:
            words = "; ".join(map(str, difference.fields))
            cause = " ".join(field.field for field in difference.fields)
            finding = DRIFT_DIFFERENT.finding(number, Message(words, cause=cause))
        tally.findings.append(finding)

    def _missing(
        self, tally: AuditAccumulator, completeness: Completeness
    ) -> list[tuple[Difference, Finding]]:
        if self.expected is None:
            return []
        words = "is not rented by the project"
        if not completeness.complete:
            words = "was not found, but the inventory may be incomplete"
        found = tally.met.union(gap.phone_number for gap in completeness.gaps if gap.phone_number)
        return [
            (
                Difference(Drift.MISSING, expectation.phone_number),
                DRIFT_MISSING.finding(_subject(expectation), Message(words, cause="")),
            )
            for expectation in self.expected.missing(found)
        ]


def wants_address(number: ActiveNumber) -> bool:
    """Whether *number* can make calls where emergency services require an address."""
    return (
        number.region_code in ("US", "CA")
        and number.expire_at is None
        and (voice_link(number) or voice_job(number)) is not None
    )


def needs_verification(number: ActiveNumber) -> bool:
    """Whether *number* may only send messages after a toll-free verification."""
    return (
        number.type == NumberType.TOLL_FREE
        and number.region_code in ("US", "CA")
        and number.expire_at is None
        and Capability.SMS in number.capability
    )


def _failures(failures: Iterable[RuleFailure]) -> list[Finding]:
    """Return one finding for each rule that raised exceptions."""
    by_rule: dict[str, list[RuleFailure]] = {}
    for failure in failures:
        by_rule.setdefault(failure.rule, []).append(failure)
    findings = []
    for rule, all_of_it in by_rule.items():
        errors = ", ".join(sorted(f"{one.error} ({one.count:,})" for one in all_of_it))
        count = sum(one.count for one in all_of_it)
        example = min((one.example for one in all_of_it), key=by_number)
        words = f"rule {rule} failed on {count:,} number{'' if count == 1 else 's'}: {errors}"
        findings.append(RULE_FAILED.finding(example, Message(words, cause=rule)))
    return findings


def _unreadable(gap: Gap) -> Finding:
    page = "the first page" if gap.page_token is None else f"page {gap.page_token}"
    raw = gap.raw or ""
    shown = raw if len(raw) <= _LONGEST_RAW else f"{raw[:_LONGEST_RAW]}..."
    words = f"{gap.reason}; item {gap.index} of {page} of {gap.partition}: {shown}"
    where = gap.partition
    about = AuditedNumber(gap.phone_number or "", where.region_code, where.type)
    return UNREADABLE_ITEM.finding(about, Message(words))


def _subject(expectation: Expectation) -> AuditedNumber:
    known = {
        name: None if (value := getattr(expectation, name)) is UNSET else value
        for name in ("region_code", "type", "display_name")
    }
    return AuditedNumber(expectation.phone_number, **known)
