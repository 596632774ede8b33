"""
The built-in rules about several numbers: campaigns, plans and apps, prices, emergency addresses.

They are checked on `Groups` when all numbers are read, and cost no request.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Final

import attrs

from sinch_numbers.audit._findings import AuditedNumber, Finding, Message, Rule, Severity
from sinch_numbers.audit._groups import Group, Groups, Members, put
from sinch_numbers.models import Money
from sinch_numbers.models import _number_status as links

__all__ = [
    "CAMPAIGN_IN_SEVERAL_PLANS",
    "SINGLE_NUMBER",
    "campaign_capacity",
    "price_outlier",
]

_MAD_TO_DEVIATION: Final = Decimal("1.4826")
"""A standard deviation in median absolute deviations, for a normal distribution."""


@attrs.frozen(kw_only=True)
class ProjectMessage:
    """A problem that a project rule reports."""

    message: str
    subject: str
    """The ID of what it is about."""
    number: AuditedNumber | None = None
    """The number that it is about, if there is one."""
    groups: Sequence[tuple[Group, Any]] = ()
    """The groups of the numbers that are affected, unless it is one *number*."""


ProjectCheck = Callable[[Groups], Iterable[ProjectMessage]]


def _no_messages(_groups: Groups) -> tuple[()]:
    return ()


@attrs.frozen(kw_only=True)
class ProjectRule(Rule):
    """A check of all numbers of a project together."""

    examine: ProjectCheck = attrs.field(default=_no_messages, repr=False, eq=False)

    def described(self) -> "ProjectRule":
        """Return the rule without its check, as a plain value that can be pickled."""
        return attrs.evolve(self, examine=_no_messages)

    def examined(self, groups: Groups) -> tuple[list[Finding], Members]:
        """Return the findings, and the numbers that they affect but don't list."""
        findings: list[Finding] = []
        members: dict[str, Money | None] = {}
        for one in self.examine(groups):
            about = one.number or AuditedNumber("")
            remark = Message(one.message, cause=one.subject)
            finding = self.finding(about, remark)
            findings.append(attrs.evolve(finding, subject=one.subject))
            for group, numbers in one.groups:
                cost = group.monthly_cost
                for stored in numbers:
                    put(members, group.phone_number(stored), cost)
        return findings, members


def _by(groups: Groups, fact: Callable[[Group], Any]) -> Mapping[Any, list[tuple[Group, Any]]]:
    """Return the *groups* by one of their facts, without those where it is ``None``."""
    found: dict[Any, list[tuple[Group, Any]]] = {}
    for group, numbers in groups:
        key = fact(group)
        if key is not None:
            found.setdefault(key, []).append((group, numbers))
    return {key: found[key] for key in sorted(found)}


def _size(groups: Iterable[tuple[Group, Any]]) -> int:
    return sum(len(numbers) for _, numbers in groups)


def _capacity(groups: Groups, *, limit: int, percent: int) -> Iterator[ProjectMessage]:
    for campaign, found in _by(groups, lambda group: group.campaign_id).items():
        linked = _size(one for one in found if one[0].campaign_linked)
        count = _size(found)
        # More links than any limit without a number pool: the campaign has one.
        if linked <= limit + 1 and count * 100 >= limit * percent:
            state = ", over the limit" if count > limit else ", full" if count == limit else ""
            yield ProjectMessage(
                message=f"campaign {campaign}: {count:,} of {limit:,}{state}",
                subject=campaign,
                groups=found,
            )


def _several_plans(groups: Groups) -> Iterator[ProjectMessage]:
    for campaign, found in _by(groups, lambda group: group.campaign_id).items():
        plans: dict[str, int] = {}
        for group, numbers in found:
            if group.service_plan_id is not None:
                plan = group.service_plan_id
                plans[plan] = plans.get(plan, 0) + len(numbers)
        if len(plans) > 1:
            shown = ", ".join(f"{plan} ({count:,})" for plan, count in sorted(plans.items()))
            yield ProjectMessage(
                message=f"campaign {campaign} is used by {len(plans):,} service plans: {shown}",
                subject=campaign,
                groups=found,
            )


def _single(groups: Groups) -> Iterator[ProjectMessage]:
    facts: tuple[Callable[[Group], tuple[str, str] | None], ...] = (_plan, _voice)
    for fact in facts:
        targets = _by(groups, fact)
        # A project whose targets all have one number each is set up that way.
        if not any(_size(found) > 1 for found in targets.values()):
            continue
        for target, found in targets.items():
            if _size(found) == 1:
                ((group, numbers),) = found
                kind, subject = target
                yield ProjectMessage(
                    message=f"the only number of {kind} {subject}",
                    subject=subject,
                    number=group.audited(numbers[0]),
                )


def _plan(group: Group) -> tuple[str, str] | None:
    return None if group.service_plan_id is None else ("service plan", group.service_plan_id)


def _voice(group: Group) -> tuple[str, str] | None:
    if group.voice_target is None or group.voice_type is None:
        return None
    return links.TARGETS.get(group.voice_type, "voice"), group.voice_target


def _outliers(
    groups: Groups, *, deviations: float, ratio: float, minimum: int
) -> Iterator[ProjectMessage]:
    for (currency, region, kind), found in _by(groups, _price_group).items():
        count = _size(found)
        if count < minimum:
            continue
        costs = [(_amount(group), len(numbers)) for group, numbers in found]
        middle = median(costs)
        spread = median((abs(cost - middle), size) for cost, size in costs)
        least = Decimal(str(deviations)) * _MAD_TO_DEVIATION * spread
        factor = Decimal(str(ratio))
        for group, numbers in found:
            cost = _amount(group)
            low, high = sorted((cost, middle))
            if abs(cost - middle) > least and high >= low * factor and high > low:
                where = " ".join(part for part in (region, kind) if part) or "unknown region"
                words = (
                    f"{currency} {cost:,.2f} a month, {'above' if cost > middle else 'below'} the "
                    f"median of {currency} {middle:,.2f} for {count:,} numbers ({where})"
                )
                for stored in sorted(numbers):
                    number = group.audited(stored)
                    yield ProjectMessage(message=words, subject=where, number=number)


def _price_group(group: Group) -> tuple[str, str, str] | None:
    if group.currency_code is None:
        return None
    return group.currency_code, group.region_code or "", str(group.type or "")


def _amount(group: Group) -> Decimal:
    cost = group.monthly_cost
    return Decimal(0) if cost is None else cost.amount


def median(values: Iterable[tuple[Decimal, int]]) -> Decimal:
    """Return the lower median of *values*, each of which occurs a number of times."""
    ordered = sorted(values)
    left = (sum(count for _, count in ordered) + 1) // 2
    for value, count in ordered:
        left -= count
        if left <= 0:
            return value
    raise ValueError("values must not be empty")


def campaign_capacity(limit: int = 49, percent: int = 90) -> Rule:
    """
    Return the rule for campaigns that are nearly full.

    *limit* is the maximum count of numbers of a campaign without a number pool; *percent* of it
    is reported, with numbers whose provisioning is in progress. A campaign with more than
    *limit* + 1 linked numbers has a number pool and is not reported.

    Args:
        limit: Maximum count of numbers of a campaign without a number pool.
        percent: Share of *limit* from which a campaign is reported.

    Example::

        report = await audit(client, rules=[campaign_capacity(percent=80)])
    """
    return ProjectRule(
        id="campaign-capacity",
        severity=Severity.WARNING,
        title="Campaign is nearly full",
        meaning=f"Carriers accept {limit:,} numbers in a campaign without a number pool.",
        advice="Request a number pool for the campaign, or register another campaign.",
        examine=partial(_capacity, limit=limit, percent=percent),
    )


CAMPAIGN_IN_SEVERAL_PLANS: Final[Rule] = ProjectRule(
    id="campaign-in-several-plans",
    severity=Severity.WARNING,
    title="One campaign in several service plans",
    meaning="Numbers of the same 10DLC campaign are linked to different service plans.",
    advice="Move the numbers to one service plan, or register a campaign for each.",
    examine=_several_plans,
)
"""Campaigns whose numbers are linked to more than one service plan."""

SINGLE_NUMBER: Final[Rule] = ProjectRule(
    id="single-number",
    severity=Severity.INFO,
    title="Only number of a service plan or app",
    meaning="A service plan, voice app, trunk or fax service has one number, others have more.",
    advice="Add a second number as a fallback, or check that the target is still used.",
    examine=_single,
)
"""Service plans and voice targets with one number, in a project where others have more."""


def price_outlier(deviations: float = 3.5, ratio: float = 1.5, minimum: int = 10) -> Rule:
    """
    Return the rule for numbers whose price is far from that of similar numbers.

    Prices per month are compared within a currency, region and type that has at least *minimum*
    numbers with a price. A price is reported if it differs from the median by more than
    *deviations* robust standard deviations (1.4826 times the median absolute deviation), and by
    at least the factor *ratio*.

    Args:
        deviations: Minimum distance from the median, in robust standard deviations.
        ratio: Minimum factor between the price and the median.
        minimum: Minimum count of numbers to compare with.

    Example::

        report = await audit(client, rules=[price_outlier(ratio=2.0)])
    """
    return ProjectRule(
        id="price-outlier",
        severity=Severity.WARNING,
        title="Unusual price",
        meaning="The price per month is far from the median of the same region and type.",
        advice="Compare the price with your contract, and ask Sinch about the difference.",
        examine=partial(_outliers, deviations=deviations, ratio=ratio, minimum=minimum),
    )
