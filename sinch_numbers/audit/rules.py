"""The rules that an audit goes by: small pure functions, each about one thing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import attrs

from sinch_numbers import links
from sinch_numbers.audit.costs import monthly_price
from sinch_numbers.audit.findings import Remark, Rule, Severity
from sinch_numbers.error_codes import explain
from sinch_numbers.models import ActiveNumber, Capability, NumberType

_DAY: Final = timedelta(days=1)


def _failed(number: ActiveNumber, _now: datetime) -> Iterator[Remark]:
    sms, voice = links.sms_job(number), links.voice_job(number)
    if sms is not None and links.has_failed(sms):
        for code in sms.error_codes:
            why = explain(code)
            yield Remark(f"SMS: {why.meaning} ({code})", why.advice)
        if not sms.error_codes:
            yield Remark("SMS: the service gave no reason")
    if voice is not None and links.has_failed(voice):
        yield Remark(
            "voice: the link could not be made",
            "Check that the app, trunk or fax service exists, then link it again.",
        )


@attrs.frozen
class _Stuck:
    """Finds links that have not moved for longer than *after*."""

    # A class, not a closure: rules go into reports, and those can be pickled and compared.
    after: timedelta

    def __call__(self, number: ActiveNumber, now: datetime) -> Iterator[str]:
        for name, job in (("SMS", links.sms_job(number)), ("voice", links.voice_job(number))):
            if job is None or links.has_failed(job) or job.last_updated_time is None:
                continue
            idle = now - job.last_updated_time
            if idle > self.after:
                yield f"{name}: {job.status or 'no status'} for {_span(idle)}"


def _unused(number: ActiveNumber, _now: datetime) -> Iterator[str]:
    if links.status_of(number) == links.NumberStatus.UNLINKED:
        price = monthly_price(number)
        cost = f"{price.currency_code} {price.amount:,.2f}" if price else "an unknown price"
        yield f"{cost} a month for nothing"


def _without_campaign(number: ActiveNumber, _now: datetime) -> Iterator[str]:
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
        yield f"on service plan {plan}, in no campaign"


@attrs.frozen
class _EndsSoon:
    """Finds released numbers that end within *within*."""

    within: timedelta

    def __call__(self, number: ActiveNumber, now: datetime) -> Iterator[str]:
        end = number.expire_at
        if end is None or end > now + self.within:
            return
        if end <= now:
            yield f"ended on {end:%Y-%m-%d}"
        else:
            yield f"ends on {end:%Y-%m-%d}, in {_span(end - now)}"


def _span(span: timedelta) -> str:
    if span < 2 * _DAY:
        hours = span // timedelta(hours=1)
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{span // _DAY} days"


PROVISIONING_FAILED: Final = Rule(
    id="provisioning-failed",
    severity=Severity.ERROR,
    title="Provisioning failed",
    meaning="A link could not be made, so the number does not do what it is paid for.",
    advice="Unlink the number and link it again; if it fails again, ask Sinch support.",
    check=_failed,
)
"""A link could not be made."""

UNUSED: Final = Rule(
    id="unused",
    severity=Severity.WARNING,
    title="Paid for, linked to nothing",
    meaning="The number renews every month, and neither messages nor calls go anywhere.",
    advice="Link the number, or release it.",
    check=_unused,
)
"""Neither linked nor about to be, and still renewing."""

WITHOUT_CAMPAIGN: Final = Rule(
    id="without-campaign",
    severity=Severity.ERROR,
    title="US number without a campaign",
    meaning="US carriers block messages from numbers that are in no registered campaign.",
    advice="Link the number to a 10DLC campaign.",
    check=_without_campaign,
)
"""On a service plan in the US, where sending takes a campaign, too."""

EMERGENCY_MISSING: Final = Rule(
    id="emergency-address-missing",
    severity=Severity.WARNING,
    title="No emergency address",
    meaning="When somebody calls for help with the number, nobody knows where to send it.",
    advice="Validate an address for the number, then provision it.",
)
"""Calls can be made in the US or Canada, without an address for emergencies."""

EMERGENCY_UNCHECKED: Final = Rule(
    id="emergency-address-unchecked",
    severity=Severity.INFO,
    title="Emergency address could not be checked",
    meaning="The service did not say whether the number has an emergency address.",
    advice="Audit again, or look at the number by itself.",
)
"""The emergency address could not be read."""


def provisioning_stuck(after: timedelta = _DAY) -> Rule:
    """Return the rule about links that have not moved for longer than *after*."""
    return Rule(
        id="provisioning-stuck",
        severity=Severity.WARNING,
        title="Provisioning is stuck",
        meaning=f"A link is being made, and has not moved for more than {_span(after)}.",
        advice="Ask Sinch support about the number; linking it again may help.",
        check=_Stuck(after),
    )


def ends_soon(within: timedelta = 14 * _DAY) -> Rule:
    """Return the rule about released numbers that end within *within*."""
    return Rule(
        id="ends-soon",
        severity=Severity.WARNING,
        title="Ends soon",
        meaning=f"The number was released, stops working within {_span(within)}, and is lost.",
        advice="Make sure that nobody relies on it; there is no way back.",
        check=_EndsSoon(within),
    )


def default_rules(
    *, stuck_after: timedelta = _DAY, ends_within: timedelta = 14 * _DAY
) -> tuple[Rule, ...]:
    """Return the rules that need nothing but the number itself."""
    return (
        PROVISIONING_FAILED,
        WITHOUT_CAMPAIGN,
        provisioning_stuck(stuck_after),
        UNUSED,
        ends_soon(ends_within),
    )


DEFAULT_RULES: Final = default_rules()
"""The rules that need nothing but the number itself, as they come."""
