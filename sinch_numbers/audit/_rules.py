"""The built-in rules about one number: small pure functions, one for each problem."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sinch_numbers.audit._findings import Message, Rule, Severity
from sinch_numbers.audit._project_rules import (
    CAMPAIGN_IN_SEVERAL_PLANS,
    SINGLE_NUMBER,
    campaign_capacity,
    price_outlier,
)
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import (
    ActiveNumber,
    Capability,
    NumberType,
    SmsProvisioning,
    explanations,
)
from sinch_numbers.models import _number_status as links

__all__ = [
    "CALLBACK_IN_THE_CLEAR",
    "DEFAULT_RULES",
    "DRIFT_DIFFERENT",
    "DRIFT_MISSING",
    "DRIFT_UNEXPECTED",
    "EMERGENCY_MISSING",
    "EMERGENCY_UNCHECKED",
    "PROVISIONING_FAILED",
    "RELEASED_IN_USE",
    "RULE_FAILED",
    "UNREADABLE_ITEM",
    "UNUSED",
    "WITHOUT_CAMPAIGN",
    "default_rules",
    "display_name",
    "ends_soon",
    "provisioning_stuck",
]

_DAY: Final = timedelta(days=1)


def _failed(number: ActiveNumber, _now: datetime) -> Iterator[Message]:
    for name, job in links.jobs(number):
        if links.has_failed(job):
            sent = isinstance(job, SmsProvisioning) and job.error_codes
            for why in explanations(job):
                code = f" ({why.code})" if sent else ""
                yield Message(f"{name}: {why.meaning}{code}", why.advice, f"{name} {why.code}")


def _stuck(number: ActiveNumber, now: datetime, *, after: timedelta) -> Iterator[Message]:
    for name, job in links.jobs(number):
        if links.has_failed(job) or job.last_updated_time is None:
            continue
        idle = now - job.last_updated_time
        if idle > after:
            live = links.described(number).get(name)
            still = f", still on {live}" if live else ""
            yield Message(
                f"{name}: {job.status or 'no status'} for {span(idle)}{still}", cause=name
            )


def _unused(number: ActiveNumber, _now: datetime) -> Iterator[Message]:
    if links.status_of(number) == links.NumberStatus.UNLINKED:
        price, charge = number.monthly_cost, number.next_charge_date
        cost = f"{price.currency_code} {price.amount:,.2f}" if price else "an unknown price"
        again = f", next charge on {charge:%Y-%m-%d}" if charge else ""
        yield Message(f"{cost} a month, unused{again}", cause="")


def _without_campaign(number: ActiveNumber, _now: datetime) -> Iterator[Message]:
    job = links.sms_job(number)
    plan = links.service_plan(number) or (job and job.service_plan_id)
    campaign = links.campaign(number) or (job and job.campaign_id)
    if (
        number.region_code == "US"
        and number.type != NumberType.TOLL_FREE
        and Capability.SMS in number.capability
        and number.expire_at is None
        and plan
        and not campaign
    ):
        yield Message(f"on service plan {plan} without a campaign", cause="")


def _ends_soon(number: ActiveNumber, now: datetime, *, within: timedelta) -> Iterator[Message]:
    end = number.expire_at
    if end is None or end - now > within:
        return
    if end <= now:
        yield Message(f"ended on {end:%Y-%m-%d}", cause="")
    else:
        yield Message(f"ends on {end:%Y-%m-%d}, in {span(end - now)}", cause="")


def _released_in_use(number: ActiveNumber, now: datetime) -> Iterator[Message]:
    end, uses = number.expire_at, links.described(number)
    if end is not None and end > now and uses:
        yield Message(f"used by {' and '.join(uses.values())} until {end:%Y-%m-%d}", cause="")


def _display_name(
    number: ActiveNumber, _now: datetime, *, pattern: re.Pattern[str]
) -> Iterator[Message]:
    name = number.display_name
    if name is None:
        yield Message("has no display name")
    elif not pattern.fullmatch(name):
        yield Message(f"display name {name!r} does not match", cause="pattern")


def _callback_in_the_clear(number: ActiveNumber, _now: datetime) -> Iterator[Message]:
    # Show only the scheme: the rest of a URL may contain a password.
    scheme, separator, _ = (number.callback_url or "").partition("://")
    if scheme and scheme.lower() != "https":
        words = f"events are sent over {scheme}" if separator else "callback URL is not a URL"
        yield Message(words, cause="")


def span(span: timedelta) -> str:
    """Return a duration in words: hours below two days, then days."""
    if span < 2 * _DAY:
        hours = span // timedelta(hours=1)
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{span // _DAY} days"


PROVISIONING_FAILED: Final = Rule(
    id="provisioning-failed",
    severity=Severity.ERROR,
    title="Provisioning failed",
    meaning="SMS or voice provisioning failed, so the number cannot use that service.",
    advice="Unlink the number and link it again; if it fails again, ask Sinch support.",
    check=_failed,
)
"""Provisioning has failed."""

WITHOUT_CAMPAIGN: Final = Rule(
    id="without-campaign",
    severity=Severity.ERROR,
    title="US number without a campaign",
    meaning="US carriers block messages from numbers without a registered campaign.",
    advice="Link the number to a 10DLC campaign.",
    check=_without_campaign,
)
"""US numbers on a service plan without a campaign, which sending requires."""

UNUSED: Final = Rule(
    id="unused",
    severity=Severity.WARNING,
    title="Paid but unused",
    meaning="The number renews but has no SMS or voice configuration.",
    advice="Link the number to a service, or release it.",
    check=_unused,
)
"""Numbers that renew without any provisioning, active or in progress."""

RELEASED_IN_USE: Final = Rule(
    id="released-in-use",
    severity=Severity.WARNING,
    title="Released but still in use",
    meaning="The services that use the number stop receiving its messages and calls.",
    advice="Move its traffic to another number; a release cannot be undone.",
    check=_released_in_use,
)
"""Released numbers that are still provisioned."""

CALLBACK_IN_THE_CLEAR: Final = Rule(
    id="callback-in-the-clear",
    severity=Severity.WARNING,
    title="Events are not encrypted",
    meaning="Events are sent without TLS and can be read in transit.",
    advice="Set a callback URL that starts with https.",
    check=_callback_in_the_clear,
)
"""Callback URLs without TLS."""

EMERGENCY_MISSING: Final = Rule(
    id="emergency-address-missing",
    severity=Severity.WARNING,
    title="No emergency address",
    meaning="Emergency calls from this number have no dispatchable address.",
    advice="Validate an address for the number, then provision it.",
)
"""Numbers that can make calls in the US or Canada without an emergency address."""

EMERGENCY_UNCHECKED: Final = Rule(
    id="emergency-address-unchecked",
    severity=Severity.INFO,
    title="Emergency address could not be checked",
    meaning="It is unknown whether the number has an emergency address.",
    advice="Audit again, or check this number individually.",
)
"""Numbers whose emergency address could not be read."""

DRIFT_MISSING: Final = Rule(
    id="drift-missing",
    severity=Severity.ERROR,
    title="Missing number",
    meaning="The project does not rent an expected number.",
    advice="Find out who released it, or remove it from the list; it may still be available.",
)
"""Expected numbers that the project does not have."""

DRIFT_UNEXPECTED: Final = Rule(
    id="drift-unexpected",
    severity=Severity.WARNING,
    title="Unexpected number",
    meaning="The project pays for a number that is not in the list of expected numbers.",
    advice="Add it to the list, or release it.",
)
"""Numbers of the project that are not expected."""

DRIFT_DIFFERENT: Final = Rule(
    id="drift-different",
    severity=Severity.WARNING,
    title="Configuration differs",
    meaning="The configuration of the number differs from the expected one.",
    advice="Update the number, or correct the list.",
)
"""Numbers whose fields differ from the expectations."""

RULE_FAILED: Final = Rule(
    id="rule-failed",
    severity=Severity.ERROR,
    title="Rule failed",
    meaning="A rule raised an exception, so it did not check all numbers.",
    advice="Fix the rule, then audit again.",
)
"""Rules that raised an exception; the finding names one of the affected numbers."""

UNREADABLE_ITEM: Final = Rule(
    id="unreadable-item",
    severity=Severity.ERROR,
    title="Unreadable number",
    meaning="The service listed a number that cannot be read, or that belongs to another project. "
    "It was not checked, and its cost is not included.",
    advice="Check the number in the dashboard, and report the response to Sinch.",
)
"""Items of the list that are not numbers of the project; the message has their JSON."""


def provisioning_stuck(after: timedelta = _DAY) -> Rule:
    """
    Return the rule for provisioning without progress for longer than *after*.

    Args:
        after: Time without progress.

    Example::

        report = await audit(client, rules=[provisioning_stuck(after=timedelta(hours=6))])
    """
    return Rule(
        id="provisioning-stuck",
        severity=Severity.WARNING,
        title="Provisioning is stuck",
        meaning=f"Provisioning has made no progress for more than {span(after)}.",
        advice="Ask Sinch support about the number; linking it again may help.",
        check=partial(_stuck, after=after),
    )


def ends_soon(within: timedelta = 14 * _DAY) -> Rule:
    """
    Return the rule for released numbers that end within *within*.

    Args:
        within: Time before the end of a released number.

    Example::

        report = await audit(client, rules=[ends_soon(within=timedelta(days=30))])
    """
    return Rule(
        id="ends-soon",
        severity=Severity.WARNING,
        title="Ends soon",
        meaning=f"The number was released and stops working within {span(within)}.",
        advice="Make sure that nothing depends on it; a release cannot be undone.",
        check=partial(_ends_soon, within=within),
    )


def display_name(pattern: str) -> Rule:
    """
    Return the rule for display names that do not match *pattern* completely.

    *pattern* is a regular expression; a number without a display name does not match. Not one of
    the default rules.

    Args:
        pattern: Regular expression for the complete name; a number without a name does not match.

    Raises:
        InvalidArgumentError: *pattern* is not a regular expression.

    Example::

        report = await audit(client, rules=[*DEFAULT_RULES, display_name("[a-z]+-[0-9]+")])
    """
    try:
        compiled = re.compile(pattern)
    except (re.error, TypeError, RecursionError, OverflowError) as error:
        raise InvalidArgumentError("pattern", f"a regular expression ({error})", pattern) from None
    return Rule(
        id="display-name",
        severity=Severity.WARNING,
        title="Display name violates the pattern",
        meaning=f"The display name does not match {pattern}",
        advice="Change the display name, or the pattern in the configuration of the audit.",
        check=partial(_display_name, pattern=compiled),
    )


def default_rules(
    *, stuck_after: timedelta = _DAY, ends_within: timedelta = 14 * _DAY
) -> tuple[Rule, ...]:
    """
    Return the default rules, which need no request beyond the list of numbers.

    Args:
        stuck_after: Time without progress after which provisioning is stuck.
        ends_within: Time before the end of a released number.

    Example::

        report = await audit(client, rules=default_rules(ends_within=timedelta(days=30)))
    """
    return (
        PROVISIONING_FAILED,
        WITHOUT_CAMPAIGN,
        provisioning_stuck(stuck_after),
        UNUSED,
        ends_soon(ends_within),
        RELEASED_IN_USE,
        CALLBACK_IN_THE_CLEAR,
        campaign_capacity(),
        CAMPAIGN_IN_SEVERAL_PLANS,
        SINGLE_NUMBER,
        price_outlier(),
    )


DEFAULT_RULES: Final = default_rules()
"""The default rules, which need no request beyond the list of numbers."""
