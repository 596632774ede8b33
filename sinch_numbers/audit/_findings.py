"""Rules and findings: the checks for a number, and the problems found."""

import functools
import re
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Context, Decimal
from typing import Final, Literal, Self, TypeAlias

import attrs
from attrs.validators import instance_of, matches_re, optional

from sinch_numbers._core.callbacks import plain
from sinch_numbers.models import ActiveNumber, Money, NumberType
from sinch_numbers.models._numbers import months_paid
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._value_repr import ValueRepr

__all__ = [
    "AuditedNumber",
    "Check",
    "Finding",
    "Message",
    "Rule",
    "Severity",
    "SeverityInput",
]

# Amounts have up to 30 digits before and after the point; the default context has 28 digits.
_PRECISE: Final = Context(prec=100)
_SMALLEST: Final = Decimal("1E-12")


_DIGITS: Final = re.compile(r"\d[\d.,:]*(?<=\d)")
"""Numbers, amounts and times, which change in the messages of an unchanged problem."""


@functools.total_ordering
class Severity(ValueRepr):
    """The severity of a finding; severities can be compared."""

    INFO = "info"
    """For information."""
    WARNING = "warning"
    """Costs money, or will soon be a problem."""
    ERROR = "error"
    """Does not work."""

    def __str__(self) -> str:
        return self.value

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Severity):
            return NotImplemented
        return self.rank < other.rank

    @property
    def rank(self) -> int:
        """The position among the severities, the lowest first."""
        return _RANKS[self.value]


_RANKS: Final = {severity.value: rank for rank, severity in enumerate(Severity)}

SeverityInput: TypeAlias = Literal["info", "warning", "error"] | Severity
"""A `Severity`, or its value."""


@attrs.frozen
class Message(Serializable):
    """A problem that a rule reports for a number, optionally with specific advice."""

    message: str = attrs.field(validator=instance_of(str))
    advice: str | None = attrs.field(default=None, validator=optional(instance_of(str)))
    cause: str | None = attrs.field(default=None, validator=optional(instance_of(str)))
    """
    The part that distinguishes problems of one rule with one number, such as an error code.

    It must not change from one audit to the next as long as the problem is the same. By default
    the message, with a zero in place of each number in it.
    """


Check = Callable[[ActiveNumber, datetime], Iterable[Message | str]]
"""Checks a number at a point in time, and returns the problems: usually none."""


def nothing(_number: ActiveNumber, _now: datetime) -> tuple[()]:
    """Report no problems: the check of rules that need more than the number."""
    return ()


@attrs.frozen
class AuditedNumber(Serializable):
    """The number that a finding is about, reduced to save memory."""

    phone_number: str
    region_code: str | None = None
    type: NumberType | None = None
    display_name: str | None = None
    monthly_cost: Money | None = None
    """The cost per month; ``None`` if the number does not renew, or its price is unknown."""

    @classmethod
    def of(cls, number: ActiveNumber) -> Self:
        """
        Return the identifying fields of *number*, and its cost.

        Args:
            number: The number.

        Example::

            number = await client.active_numbers.get("+12025550134")
            about = AuditedNumber.of(number)
        """
        return cls(
            number.phone_number,
            number.region_code,
            number.type,
            number.display_name,
            cost_of(number),
        )


def cost_of(number: ActiveNumber) -> Money | None:
    """
    Return the cost of *number* per month; ``None`` if it was released or has no price.

    A price for several months is divided and rounded to 12 decimals.
    """
    if number.expire_at is not None or number.money is None:
        return None
    return per_month(number.money, months_paid(number.payment_interval_months))


def per_month(price: Money, months: int) -> Money:
    """Return the cost per month of a *price* for several *months*."""
    if months == 1:
        return price
    amount = _PRECISE.quantize(_PRECISE.divide(price.amount, Decimal(months)), _SMALLEST)
    return Money(price.currency_code, amount)


@attrs.frozen(kw_only=True)
class Finding(Serializable):
    """A problem with a number."""

    rule: str
    """The id of the rule that found it."""
    severity: Severity
    phone_number: str
    """Empty if the number could not be read, or the finding is not about one number."""
    region_code: str | None = None
    type: NumberType | None = None
    display_name: str | None = None
    """The customer's name for the number, unescaped: escape it before displaying it."""
    message: str
    """The problem with this number."""
    advice: str
    """How to fix it."""
    monthly_cost: Money | None = None
    """The cost of the number per month; ``None`` if it does not renew or has no price."""
    subject: str | None = None
    """The ID that the finding is about if it is not about one number, such as a campaign."""
    cause: str = ""
    """With rule and number, the key by which audits of different days are compared."""


@functools.lru_cache(maxsize=1024)
def _cause_of(message: str) -> str:
    """Return the cause of messages like *message*."""
    return _DIGITS.sub("0", message)


@attrs.frozen(kw_only=True)
class Rule(Serializable):
    """A check for one kind of problem."""

    id: str = attrs.field(validator=matches_re(r"\S+"))
    """A short, stable name, such as ``unused``."""
    severity: Severity = attrs.field(validator=instance_of(Severity))
    title: str = attrs.field(validator=instance_of(str))
    meaning: str = attrs.field(validator=instance_of(str))
    """The meaning of a finding of this rule."""
    advice: str = attrs.field(validator=instance_of(str))
    """How to fix it, unless a `Message` has specific advice."""
    enabled: bool = attrs.field(default=True, validator=instance_of(bool))
    """Whether the rule is checked; a report lists disabled rules as not checked."""
    check: Check = attrs.field(
        default=nothing,
        repr=False,
        eq=False,
        validator=lambda _rule, _field, value: plain(value, "check"),
    )

    def findings(self, number: ActiveNumber, now: datetime) -> list[Finding]:
        """
        Return the problems with *number* at the time *now*.

        Raises any exception of the check, and `TypeError` if the check returns invalid values.

        Args:
            number: A rented number.
            now: The reference time.

        Example::

            number = await client.active_numbers.get("+12025550134")
            print(UNUSED.findings(number, datetime.now(UTC)))
        """
        remarks = self.check(number, now)
        if isinstance(remarks, str):
            # Iterating over a str would report each character.
            raise TypeError("a check must return an iterable of messages, not a str")
        return [
            self.finding(number, Message(remark) if isinstance(remark, str) else remark)
            for remark in remarks
        ]

    def finding(self, about: ActiveNumber | AuditedNumber, remark: Message) -> Finding:
        """
        Return *remark* as a finding about a number.

        Args:
            about: The number.
            remark: The problem.

        Example::

            number = await client.active_numbers.get("+12025550134")
            finding = UNUSED.finding(number, Message("not used since March"))
        """
        return Finding(
            rule=self.id,
            severity=self.severity,
            phone_number=about.phone_number,
            # Shared by the findings, of which there may be some for each fourth number.
            region_code=about.region_code and sys.intern(about.region_code),
            type=about.type,
            display_name=about.display_name,
            message=remark.message,
            advice=remark.advice or self.advice,
            monthly_cost=(
                about.monthly_cost if isinstance(about, AuditedNumber) else cost_of(about)
            ),
            cause=_cause_of(remark.message) if remark.cause is None else remark.cause,
        )

    def like(self, other: "Rule") -> Self:
        """
        Return the rule with the severity of *other*, and enabled if that is.

        Called by the package.

        Args:
            other: The rule with the wanted severity and state.
        """
        return attrs.evolve(self, severity=other.severity, enabled=other.enabled)

    def described(self) -> Self:
        """
        Return the rule without its check, as a plain value that can be pickled.

        Called by the package.
        """
        return attrs.evolve(self, check=nothing)
