"""
Groups: numbers with the same price and configuration, in 8 bytes for each number.

Rules about several numbers, such as the numbers of a campaign, are checked on groups when all
numbers are read. Groups from different parts of the inventory can be merged in any order.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple, Self

import attrs

from sinch_numbers.audit._findings import AuditedNumber, per_month
from sinch_numbers.models import ActiveNumber, Money, NumberType, VoiceType
from sinch_numbers.models import _number_status as links
from sinch_numbers.models._numbers import months_paid

_LONGEST: Final = 19
"""Longer numbers don't fit into 64 bits; E.164 has at most 15 digits."""


Members = Mapping[str, Money | None]
"""Phone numbers, and the cost per month of each that renews at a known price."""


def put(members: dict[str, Money | None], number: str, cost: Money | None) -> None:
    """Add a *number* to *members*; of several costs the highest, in any order."""
    known = members.get(number)
    if known is None or (cost is not None and _by_amount(cost) > _by_amount(known)):
        members[number] = cost


def _by_amount(money: Money) -> tuple[str, Decimal]:
    return money.currency_code, money.amount


class Group(NamedTuple):
    """The facts that all numbers of a group share."""

    region_code: str | None
    type: NumberType | None
    currency_code: str | None
    """``None`` if the numbers have no price or do not renew."""
    amount: str
    """The price as sent, for `months`."""
    months: int
    service_plan_id: str | None
    """The plan that the numbers are linked to, or that is being provisioned."""
    campaign_id: str | None
    """The campaign that the numbers are linked to, or that is being provisioned."""
    campaign_linked: bool
    """Whether the campaign is linked, rather than being provisioned."""
    voice_type: VoiceType | None
    voice_target: str | None
    """The voice app, trunk or fax service."""
    name: str | None = None
    """The phone number itself, if it isn't in E.164."""

    @property
    def monthly_cost(self) -> Money | None:
        """The cost of each number per month; ``None`` if unknown, or if it does not renew."""
        if self.currency_code is None:
            return None
        return _monthly_cost(self.currency_code, self.amount, self.months)

    def phone_number(self, stored: int) -> str:
        """Return the phone number that is *stored* in this group."""
        return f"+{stored}" if self.name is None else self.name

    def audited(self, stored: int) -> AuditedNumber:
        """Return the number that is *stored* in this group, for a finding."""
        number = self.phone_number(stored)
        return AuditedNumber(number, self.region_code, self.type, None, self.monthly_cost)


@lru_cache(maxsize=1024)  # the findings about a group's numbers share it
def _monthly_cost(currency_code: str, amount: str, months: int) -> Money:
    return per_month(Money(currency_code, Decimal(amount)), months)


@attrs.frozen(kw_only=True)
class GroupEntry:
    """A group in plain JSON types."""

    region_code: str | None = None
    type: NumberType | None = None
    currency_code: str | None = None
    amount: str = ""
    months: int = 1
    service_plan_id: str | None = None
    campaign_id: str | None = None
    campaign_linked: bool = False
    voice_type: VoiceType | None = None
    voice_target: str | None = None
    name: str | None = None
    numbers: list[int]


class Groups:
    """Collects numbers by their facts."""

    def __init__(self) -> None:
        self._numbers: dict[Group, array[int]] = {}

    def add(self, number: ActiveNumber) -> None:
        """Add *number*."""
        price = None if number.expire_at is not None else number.money
        plan, campaign, linked = _sms_target(number)
        voice, target = number.voice_configuration, links.voice_link(number)
        text = number.phone_number
        stored = _stored(text)
        group = Group(
            number.region_code,
            number.type,
            None if price is None else price.currency_code,
            "" if price is None else str(price.amount),
            1 if price is None else months_paid(number.payment_interval_months),
            plan,
            campaign,
            linked,
            None if target is None or voice is None else voice.type,
            target,
            text if stored is None else None,
        )
        numbers = self._numbers.get(group)
        if numbers is None:
            numbers = self._numbers[group] = array("Q")
        numbers.append(stored or 0)

    def merge(self, other: "Groups") -> None:
        """Add the numbers of *other*."""
        for group, numbers in other:
            self._numbers.setdefault(group, array("Q")).extend(numbers)

    def __iter__(self) -> Iterator[tuple[Group, "array[int]"]]:
        yield from self._numbers.items()

    def entries(self) -> list[GroupEntry]:
        """Return the groups as plain values, sorted."""
        found = [GroupEntry(**group._asdict(), numbers=sorted(numbers)) for group, numbers in self]
        found.sort(key=lambda entry: (entry.numbers[0], repr(entry)))
        return found

    def load(self, entries: Iterable[GroupEntry]) -> Self:
        """Add the result of `entries`; raise `ValueError` or `OverflowError` otherwise."""
        for entry in entries:
            facts = attrs.asdict(entry)
            numbers = facts.pop("numbers")
            if not numbers:
                raise ValueError("a group has no numbers")
            group = Group(**facts)
            if group.currency_code is not None:
                _check_amount(group.amount)
            self._numbers.setdefault(group, array("Q")).extend(array("Q", numbers))
        return self


def _sms_target(number: ActiveNumber) -> tuple[str | None, str | None, bool]:
    """Return the service plan and campaign of *number*, and whether the campaign is linked."""
    plan, campaign = links.service_plan(number), links.campaign(number)
    job = links.sms_job(number)
    if job is None or links.has_failed(job):
        return plan, campaign, campaign is not None
    wanted = job.campaign_id or campaign
    return job.service_plan_id or plan, wanted, wanted is not None and wanted == campaign


def _stored(text: str) -> int | None:
    digits = text[1:]
    plain = text[:1] == "+" and digits.isascii() and digits.isdigit() and digits[0] != "0"
    return int(digits) if plain and len(digits) <= _LONGEST - 1 else None


def _check_amount(text: str) -> None:
    try:
        if Decimal(text).is_finite():
            return
    except ArithmeticError:
        pass  # reported below
    raise ValueError("an amount is not a finite number")
