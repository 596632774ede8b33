"""Request bodies of text-enabling orders, shared by two collections."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sinch_numbers._client.bodies.letters_of_authorization import letter
from sinch_numbers._core import arguments
from sinch_numbers.models import DirectLoaInfo, LoaInfo, ResellerLoaInfo
from sinch_numbers.models._unset import UNSET

_MOST: Final = 500


def text_enabling(
    numbers: Sequence[str],
    *,
    region_code: str,
    service_plan_id: str,
    loa_info: LoaInfo,
    campaign_id: str | None,
    nnid: str | None,
    display_name: str | None,
    callback_url: str | None,
    scheduled_osr_update_time: datetime | None,
    migrate_to_sinch_tmo: bool | None,
) -> dict[str, Any]:
    """Return the body of a text-enabling order."""
    when = scheduled_osr_update_time
    body = {
        "displayName": display_name,
        "regionCode": arguments.region_code(region_code),
        "numbers": arguments.phone_numbers(numbers, "numbers", most=_MOST),
        "nnid": nnid,
        "servicePlanId": arguments.identifier(service_plan_id, "service_plan_id"),
        "campaignId": campaign_id,
        **letter(loa_info),
        "scheduledOsrUpdateTime": (
            None if when is None else arguments.moment(when, "scheduled_osr_update_time")
        ),
        "migrateToSinchTmo": migrate_to_sinch_tmo,
        "callbackUrl": callback_url,
    }
    return {name: UNSET if value is None else value for name, value in body.items()}


def text_enabling_toll_free(
    project_id: str,
    numbers: Sequence[str],
    *,
    region_code: str,
    service_plan_id: str,
    loa_info: DirectLoaInfo | ResellerLoaInfo,
    display_name: str | None,
    callback_url: str | None,
    scheduled_zipwhip_provisioning_time: datetime | None,
) -> dict[str, Any]:
    """Return the body of a text-enabling order for toll-free numbers."""
    when = scheduled_zipwhip_provisioning_time
    body = {
        "projectId": project_id,  # required by the API reference, although in the path
        "displayName": display_name,
        "regionCode": arguments.region_code(region_code),
        "numbers": arguments.phone_numbers(numbers, "numbers", most=_MOST),
        "servicePlanId": arguments.identifier(service_plan_id, "service_plan_id"),
        "callbackUrl": callback_url,
        "scheduledZipwhipProvisioningTime": (
            None if when is None else arguments.moment(when, "scheduled_zipwhip_provisioning_time")
        ),
        **letter(loa_info, (DirectLoaInfo, ResellerLoaInfo)),
    }
    return {name: UNSET if value is None else value for name, value in body.items()}
