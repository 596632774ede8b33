"""Rules and findings: what can be wrong with a number, and what was found."""

import enum
import functools
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Self

import attrs
from attrs.validators import instance_of, matches_re, optional

from sinch_numbers.models import ActiveNumber, NumberType

__all__ = ["AuditedNumber", "Check", "Finding", "Message", "Rule", "Severity"]


@functools.total_ordering
class Severity(enum.Enum):
    """How bad a finding is; severities can be compared."""

    INFO = "info"
    """Good to know."""
    WARNING = "warning"
    """Costs money or is about to bite."""
    ERROR = "error"
    """Does not work."""

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Severity):
            return NotImplemented
        order = list(Severity)
        return order.index(self) < order.index(other)


@attrs.frozen
class Message:
    """Message of a rule about a number, optionally with its own advice."""

    message: str = attrs.field(validator=instance_of(str))
    advice: str | None = attrs.field(default=None, validator=optional(instance_of(str)))


Check = Callable[[ActiveNumber, datetime], Iterable[Message | str]]
"""Looks at a number, at a moment, and says what is wrong with it: nothing, mostly."""


def nothing(_number: ActiveNumber, _now: datetime) -> tuple[()]:
    """Find nothing: the check of rules that need more than the number to decide."""
    return ()


@attrs.frozen
class AuditedNumber:
    """The number that a finding is about, without what takes memory."""

    phone_number: str
    region_code: str | None = None
    type: NumberType | None = None
    display_name: str | None = None

    @classmethod
    def of(cls, number: ActiveNumber) -> Self:
        """Return what *number* is known by."""
        return cls(number.phone_number, number.region_code, number.type, number.display_name)


@attrs.frozen(kw_only=True)
class Finding:
    """Something that is wrong with a number."""

    rule: str
    """The id of the rule that found it."""
    severity: Severity
    phone_number: str
    region_code: str | None = None
    type: NumberType | None = None
    display_name: str | None = None
    """The customer's name for the number, as it is: escape it before it is shown."""
    message: str
    """Description of the problem with this number."""
    advice: str
    """Recommended action."""


@attrs.frozen(kw_only=True)
class Rule:
    """One thing that can be wrong with a number."""

    id: str = attrs.field(validator=matches_re(r"\S+"))
    """A short name that stays the same, such as ``unused``."""
    severity: Severity = attrs.field(validator=instance_of(Severity))
    title: str = attrs.field(validator=instance_of(str))
    meaning: str = attrs.field(validator=instance_of(str))
    """Meaning of a finding of this rule."""
    advice: str = attrs.field(validator=instance_of(str))
    """Recommended action, unless a message has its own."""
    check: Check = attrs.field(default=nothing, repr=False, eq=False)

    def findings(self, number: ActiveNumber, now: datetime) -> list[Finding]:
        """
        Return what is wrong with *number* at the moment *now*.

        Raises whatever the check raises, and `TypeError` when it does not return remarks.
        """
        remarks = self.check(number, now)
        if isinstance(remarks, str):
            # Or each of its letters would be a remark.
            raise TypeError("a check returns several texts or none, not one")
        return [
            self.finding(number, Message(remark) if isinstance(remark, str) else remark)
            for remark in remarks
        ]

    def finding(self, about: ActiveNumber | AuditedNumber, remark: Message) -> Finding:
        """Return *remark* as a finding about a number."""
        return Finding(
            rule=self.id,
            severity=self.severity,
            phone_number=about.phone_number,
            region_code=about.region_code,
            type=about.type,
            display_name=about.display_name,
            message=remark.message,
            advice=remark.advice or self.advice,
        )

    def described(self) -> Self:
        """Return the rule without its check: a plain value, whatever the check is."""
        return attrs.evolve(self, check=nothing)
