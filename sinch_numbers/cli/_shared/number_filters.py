"""Filters of rented numbers that the API does not have: status, service plan, campaign."""

from collections.abc import Callable, Sequence

from sinch_numbers.models import ActiveNumber
from sinch_numbers.models._number_status import (
    NumberStatus,
    campaign,
    service_plan,
    sms_job,
    status_of,
)


def keep(
    statuses: Sequence[NumberStatus], plan: str | None, campaign_id: str | None
) -> Callable[[ActiveNumber], bool] | None:
    """
    Return whether a number has one of *statuses*, the service *plan*, and the campaign.

    Links that are scheduled count, too; an empty ID selects numbers without any. Returns ``None``
    if all numbers are listed.
    """
    if not statuses and plan is None and campaign_id is None:
        return None

    def wanted(number: ActiveNumber) -> bool:
        job = sms_job(number)
        plans = {service_plan(number), job.service_plan_id if job else None}
        campaigns = {campaign(number), job.campaign_id if job else None}
        return (
            (not statuses or status_of(number) in statuses)
            and _has(plans, plan)
            and _has(campaigns, campaign_id)
        )

    return wanted


def _has(found: set[str | None], wanted: str | None) -> bool:
    present = {one for one in found if one}
    return wanted is None or (wanted in present if wanted else not present)
