"""
AuditAccumulator: the intermediate result of an audit.

A plain value: it can be pickled, and written and read as JSON. Two accumulators with the same
`AuditCriteria` can be merged in any order, so an audit can be resumed, or run by several
processes.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar, Final, Self

import attrs
from attrs.validators import ge

from sinch_numbers._core.serialization import converter
from sinch_numbers.audit._charges import Charges, Entry
from sinch_numbers.audit._expected import Difference
from sinch_numbers.audit._findings import AuditedNumber, Finding
from sinch_numbers.audit._groups import GroupEntry, Groups
from sinch_numbers.audit._sorted_lines import SortedLines
from sinch_numbers.errors import APIResponseError, InvalidArgumentError
from sinch_numbers.models._number_status import NumberStatus
from sinch_numbers.models._serializable import Serializable

__all__ = ["AuditAccumulator", "AuditCriteria", "ImportedCounts"]

_FORMAT: Final = 2


@attrs.frozen(kw_only=True)
class AuditCriteria:
    """The criteria of an audit. Rules are stored by id, since checks are code."""

    rules: list[str]
    now: datetime
    """The reference time of the rules, in UTC."""
    months: int = attrs.field(validator=ge(1))
    """Number of months in the forecast."""
    emergency: bool
    """Whether to collect the numbers whose emergency addresses must be read."""
    expected: str | None = None
    """The digest of the expectations, if any."""
    imported: bool = False
    """Whether to read imported numbers, hosting orders and qualified numbers."""
    settings: str = ""
    """The digest of the severities and parameters of the rules."""
    states: bool = False
    """Whether to collect the states of numbers, for the history."""


@attrs.frozen(kw_only=True)
class ImportedCounts(Serializable):
    """Counts of the host for imported numbers."""

    numbers: int = 0
    """Imported numbers."""
    orders: int = 0
    """Hosting orders, except completed ones."""
    qualified: int = 0
    """Qualified numbers."""

    def plus(self, other: "ImportedCounts | None") -> "ImportedCounts":
        """
        Return the sums of both.

        Called by the package.

        Args:
            other: The counts to add; ``None`` adds nothing.
        """
        if other is None:
            return self
        return ImportedCounts(
            numbers=self.numbers + other.numbers,
            orders=self.orders + other.orders,
            qualified=self.qualified + other.qualified,
        )


@attrs.define
class RuleFailure:
    """Count of a rule's exceptions of one type."""

    rule: str
    error: str
    """Class name of the exception; messages aren't stored, they may hold anything."""
    count: int
    example: AuditedNumber
    """The lowest number that the rule failed on."""


@attrs.frozen(kw_only=True)
class _State:
    """The state of an accumulator in plain JSON types, sorted."""

    format: int
    basis: AuditCriteria
    numbers: int
    released: int
    unpriced: int
    charges: list[Entry]
    statuses: dict[str, int]
    releases: dict[str, int]
    findings: list[Finding]
    failures: list[RuleFailure]
    differences: list[Difference]
    met: list[str]
    callers: list[AuditedNumber]
    addressable: dict[str, int]
    toll_free: int
    groups: list[GroupEntry]
    states: list[list[str]] = attrs.field(factory=list)
    imported: ImportedCounts | None = None


class AuditAccumulator:
    """
    Intermediate result of the numbers that were checked by the criteria *basis*.

    Created by the package.

    Args:
        basis: The criteria of the audit.

    Example::

        plan = AuditPlan()
        morning, evening = plan.begin(), plan.begin()
        async for number in client.active_numbers.list():
            plan.look(number, morning if number.region_code == "US" else evening)
        morning.merge(evening)
        stored = morning.dump()
        total = AuditAccumulator.load(stored)
    """

    def __init__(self, basis: AuditCriteria) -> None:
        self.basis = basis
        self.numbers: int = 0
        """Numbers checked."""
        self.charges: Charges = Charges(basis.now, basis.months)
        self.statuses: Counter[NumberStatus] = Counter()
        self.releases: Counter[date] = Counter()
        """Released numbers by end date (UTC)."""
        self.findings: list[Finding] = []
        self.failures: dict[tuple[str, str], RuleFailure] = {}
        """Exceptions raised by rules, by rule and exception type."""
        self.differences: list[Difference] = []
        self.met: set[str] = set()
        """The expected numbers that were found."""
        self.callers: list[AuditedNumber] = []
        """The numbers whose emergency addresses must still be read."""
        self.addressable: Counter[str] = Counter()
        """Numbers that need an emergency address, by region, even if addresses aren't read."""
        self.states: SortedLines = SortedLines()
        """The states of the numbers, if the history needs them."""
        self.toll_free: int = 0
        """US and CA toll-free numbers, which need a verification to send messages."""
        self.groups: Groups = Groups()
        """The numbers by price and configuration."""
        self.imported: ImportedCounts | None = None
        """The counts of the second host; ``None`` until it is read."""

    def failed(self, rule: str, error: str, about: AuditedNumber, count: int = 1) -> None:
        """
        Record that *rule* raised *error* for a number.

        Called by the package.

        Args:
            rule: ID of the rule.
            error: Class name of the exception.
            about: The number.
            count: How many numbers have failed so.
        """
        known = self.failures.get((rule, error))
        if known is None:
            self.failures[rule, error] = RuleFailure(rule, error, count, about)
            return
        known.count += count
        known.example = min(known.example, about, key=by_number)

    def merge(self, other: Self) -> None:
        """
        Add the results of *other*, from other numbers with the same criteria.

        Args:
            other: The results to add.

        Raises:
            InvalidArgumentError: The criteria differ; nothing is changed.
        """
        if other.basis != self.basis:
            raise InvalidArgumentError("other", "a tally with the same rules and reference time")
        self.numbers += other.numbers
        self.charges.merge(other.charges)
        self.statuses.update(other.statuses)
        self.releases.update(other.releases)
        self.findings += other.findings
        for failure in list(other.failures.values()):
            self.failed(failure.rule, failure.error, failure.example, failure.count)
        self.differences += other.differences
        self.met |= other.met
        self.callers += other.callers
        self.addressable.update(other.addressable)
        self.states.merge(other.states)
        self.toll_free += other.toll_free
        self.groups.merge(other.groups)
        if other.imported is not None:
            self.imported = other.imported.plus(self.imported)

    def dump(self) -> dict[str, Any]:
        """
        Return the state as plain JSON types.

        Equal accumulators return equal values, except for the order of ``states``.
        """
        written = attrs.evolve(self._state(), states=self.states.dump())
        state: dict[str, Any] = converter.dump({"tally": written})["tally"]
        return state

    @classmethod
    def load(cls, payload: Any) -> Self:
        """
        Restore an accumulator from the result of `dump`.

        Args:
            payload: The value of `dump`.

        Raises:
            InvalidArgumentError: *payload* is anything else.
        """
        problem: str
        try:
            state = converter.load(payload, _State)
            if state.format == _FORMAT:
                return cls._from(state)
            problem = f"format {state.format}"
        except APIResponseError as error:
            problem = error.message.partition(": ")[2]
        except (ValueError, OverflowError) as error:
            problem = str(error)
        raise InvalidArgumentError("payload", f"a tally of format {_FORMAT}, not: {problem}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AuditAccumulator):
            return NotImplemented
        return self._state() == other._state() and self.states == other.states

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # mutable

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.numbers} numbers>"

    def _state(self) -> _State:
        return _State(
            format=_FORMAT,
            basis=self.basis,
            numbers=self.numbers,
            released=self.charges.released,
            unpriced=self.charges.unpriced,
            charges=self.charges.entries(),
            statuses={str(status): self.statuses[status] for status in sorted(self.statuses)},
            releases={day.isoformat(): self.releases[day] for day in sorted(self.releases)},
            findings=sorted(self.findings, key=_by_words),
            failures=[self.failures[key] for key in sorted(self.failures)],
            differences=sorted(self.differences, key=by_difference),
            met=sorted(self.met),
            callers=sorted(self.callers, key=by_number),
            addressable={region: self.addressable[region] for region in sorted(self.addressable)},
            toll_free=self.toll_free,
            groups=self.groups.entries(),
            imported=self.imported,
        )

    @classmethod
    def _from(cls, state: _State) -> Self:
        tally = cls(state.basis)
        tally.numbers = state.numbers
        tally.charges.load(state.charges)
        tally.charges.released = state.released
        tally.charges.unpriced = state.unpriced
        tally.statuses.update({NumberStatus(name): n for name, n in state.statuses.items()})
        tally.releases.update({date.fromisoformat(day): n for day, n in state.releases.items()})
        tally.findings = state.findings
        tally.failures = {(failure.rule, failure.error): failure for failure in state.failures}
        tally.differences = state.differences
        tally.met = set(state.met)
        tally.callers = state.callers
        tally.addressable.update(state.addressable)
        tally.states = SortedLines.load(state.states)
        tally.toll_free = state.toll_free
        tally.groups.load(state.groups)
        tally.imported = state.imported
        return tally


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return *findings* by descending severity, then by number, rule and message."""
    found = sorted(findings, key=_by_words)
    found.sort(key=lambda finding: finding.severity.rank, reverse=True)
    return tuple(found)


def by_difference(difference: Difference) -> tuple[str, ...]:
    """Return the sort key of a difference: the number first."""
    words = " ".join(map(str, difference.fields))
    return difference.phone_number, difference.kind.value, words


def _by_words(finding: Finding) -> tuple[str, ...]:
    number = finding.phone_number
    return (number, finding.rule, finding.message, finding.advice, *_known_by(finding))


def by_number(subject: AuditedNumber) -> tuple[str, ...]:
    """Return the sort key of a number."""
    return (subject.phone_number, *_known_by(subject))


def _known_by(subject: AuditedNumber | Finding) -> tuple[str, ...]:
    return subject.region_code or "", subject.type or "", subject.display_name or ""
