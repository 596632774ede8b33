"""Rules and findings: what can be wrong with a number, and what was found."""

import enum
import functools
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import attrs

from sinch_numbers.models import ActiveNumber, NumberType


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
class Remark:
    """What a rule has to say about a number, with advice of its own where there is some."""

    message: str
    advice: str | None = None


Check = Callable[[ActiveNumber, datetime], Iterable[Remark | str]]
"""Looks at a number, at a moment, and says what is wrong with it: nothing, mostly."""


def nothing(_number: ActiveNumber, _now: datetime) -> tuple[()]:
    """Find nothing: the check of rules that need more than the number to decide."""
    return ()


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
    """What is wrong, about this number."""
    advice: str
    """What to do about it."""


@attrs.frozen(kw_only=True)
class Rule:
    """One thing that can be wrong with a number."""

    id: str
    """A short name that stays the same, such as ``unused``."""
    severity: Severity
    title: str
    meaning: str
    """What it means when the rule finds something."""
    advice: str
    """What to do about it, unless a remark knows better."""
    check: Check = attrs.field(default=nothing, repr=False)

    def findings(self, number: ActiveNumber, now: datetime) -> Iterator[Finding]:
        """Return what is wrong with *number* at the moment *now*."""
        for remark in self.check(number, now):
            yield self.finding(number, Remark(remark) if isinstance(remark, str) else remark)

    def finding(self, number: ActiveNumber, remark: Remark) -> Finding:
        """Return *remark* as a finding about *number*."""
        return Finding(
            rule=self.id,
            severity=self.severity,
            phone_number=number.phone_number,
            region_code=number.region_code,
            type=number.type,
            display_name=number.display_name,
            message=remark.message,
            advice=remark.advice or self.advice,
        )
