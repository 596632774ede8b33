"""Rules of an audit: the passed rules and the system rules."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final

import attrs

from sinch_numbers.audit._emergency_coverage import emergency_coverage
from sinch_numbers.audit._findings import Finding, Rule, nothing
from sinch_numbers.audit._imported_rules import (
    HOSTING_ORDER_REJECTED,
    IMPORTED_FAILED,
    IMPORTED_UNCHECKED,
    QUALIFICATION_FAILED,
    hosting_order_stuck,
    imported_stuck,
    qualification_stuck,
)
from sinch_numbers.audit._project_rules import ProjectRule
from sinch_numbers.audit._rules import (
    DRIFT_DIFFERENT,
    DRIFT_MISSING,
    DRIFT_UNEXPECTED,
    EMERGENCY_MISSING,
    EMERGENCY_UNCHECKED,
    RULE_FAILED,
    UNREADABLE_ITEM,
)
from sinch_numbers.audit._waivers import RULES as WAIVER_RULES
from sinch_numbers.errors import InvalidArgumentError

__all__ = ["SYSTEM_RULES"]

EMERGENCY: Final = (EMERGENCY_MISSING.id, EMERGENCY_UNCHECKED.id, "emergency-coverage")
DRIFT: Final = (DRIFT_MISSING.id, DRIFT_UNEXPECTED.id, DRIFT_DIFFERENT.id)
IMPORTED_RULES: Final = (
    IMPORTED_FAILED,
    imported_stuck(),
    HOSTING_ORDER_REJECTED,
    hosting_order_stuck(),
    QUALIFICATION_FAILED,
    qualification_stuck(),
    IMPORTED_UNCHECKED,
)
WAIVERS: Final = tuple(rule.id for rule in WAIVER_RULES)
IMPORTED: Final = tuple(rule.id for rule in IMPORTED_RULES)

SYSTEM_RULES: Final[tuple[Rule, ...]] = (
    EMERGENCY_MISSING,
    EMERGENCY_UNCHECKED,
    emergency_coverage(),
    DRIFT_MISSING,
    DRIFT_UNEXPECTED,
    DRIFT_DIFFERENT,
    *IMPORTED_RULES,
    RULE_FAILED,
    UNREADABLE_ITEM,
    *WAIVER_RULES,
)
"""
The rules whose checks need more than the list of numbers, and are part of every audit.

To change the severity of one, or to disable it, pass a changed copy among the rules of an audit:
``[*DEFAULT_RULES, attrs.evolve(EMERGENCY_MISSING, severity=Severity.ERROR)]``.
"""


@attrs.frozen
class RuleSet:
    """The rules that were passed, and the system rules with the changes that were passed."""

    rules: tuple[Rule, ...]
    """The enabled rules that were passed."""
    system: Mapping[str, Rule]
    """The system rules by id, enabled or not."""
    disabled: tuple[Rule, ...]

    @classmethod
    def of(cls, rules: object) -> "RuleSet":
        """Return the set of *rules*; raise `InvalidArgumentError` unless ids are unique."""
        given = checked(rules)
        system = {rule.id: rule for rule in SYSTEM_RULES}
        own = [rule for rule in given if rule.id not in system]
        system |= {rule.id: rule for rule in given if rule.id in system}
        return cls(
            rules=tuple(rule for rule in own if rule.enabled),
            system=system,
            disabled=tuple(rule for rule in (*own, *system.values()) if not rule.enabled),
        )

    @property
    def per_number(self) -> tuple[Rule, ...]:
        """Return the rules that check one number at a time."""
        return tuple(rule for rule in self.rules if not isinstance(rule, ProjectRule))

    @property
    def per_project(self) -> tuple[ProjectRule, ...]:
        """Return the rules that check all numbers together."""
        return tuple(rule for rule in self.rules if isinstance(rule, ProjectRule))

    @property
    def digest(self) -> str:
        """Return a hash of the severities and texts, which contain the parameters."""
        lines = sorted(repr(rule) for rule in (*self.rules, *self.system.values()))
        return sha256("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()

    def enabled(self, ids: Iterable[str]) -> tuple[Rule, ...]:
        """Return the enabled system rules with these *ids*."""
        return tuple(self.system[one] for one in ids if self.system[one].enabled)

    def applied(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield *findings* with the severities of the system rules, without disabled rules."""
        for finding in findings:
            rule = self.system.get(finding.rule)
            if rule is None or (rule.enabled and rule.severity is finding.severity):
                yield finding
            elif rule.enabled:
                yield attrs.evolve(finding, severity=rule.severity)


def checked(rules: object) -> tuple[Rule, ...]:
    """Return *rules* as a tuple; raise `InvalidArgumentError` unless ids are unique."""
    if isinstance(rules, str) or not isinstance(rules, Sequence):
        raise InvalidArgumentError("rules", "a sequence of rules", type(rules).__name__)
    system = {rule.id for rule in SYSTEM_RULES}
    seen: set[str] = set()
    for rule in rules:
        if not isinstance(rule, Rule):
            raise InvalidArgumentError("rules", "a sequence of rules", type(rule).__name__)
        if rule.id in seen:
            raise InvalidArgumentError("rules", "unique rule ids", rule.id)
        if rule.id in system and rule.check is not nothing:
            expected = "unique rule ids (the check of a system rule cannot be replaced)"
            raise InvalidArgumentError("rules", expected, rule.id)
        seen.add(rule.id)
    return tuple(rules)
