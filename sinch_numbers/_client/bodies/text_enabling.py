"""Request bodies of text-enabling orders, shared by two collections."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sinch_numbers._client.bodies.letters_of_authorization import TOLL_FREE_LETTERS, letter
from sinch_numbers._core import arguments
from sinch_numbers.models import LoaInfoInput, TollFreeLoaInfoInput

_MOST: Final = 500


def text_enabling(
    numbers: Sequence[str],
    *,
    region_code: str,
    service_plan_id: str,
    loa_info: LoaInfoInput,
    campaign_id: str | None,
    nnid: str | None,
    display_name: str | None,
    callback_url: str | None,
    scheduled_osr_update_time: datetime | None,
    migrate_to_sinch_tmo: bool | None,
) -> dict[str, Any]:
    """Return the body of a text-enabling order."""
    return {
        "displayName": arguments.optional(display_name, arguments.text, "display_name"),
        "regionCode": arguments.region_code(region_code),
        "numbers": arguments.phone_numbers(numbers, "numbers", most=_MOST),
        "nnid": arguments.optional(nnid, arguments.text, "nnid"),
        "servicePlanId": arguments.identifier(service_plan_id, "service_plan_id"),
        "campaignId": arguments.optional(campaign_id, arguments.text, "campaign_id"),
        **letter(loa_info),
        "scheduledOsrUpdateTime": arguments.optional(
            scheduled_osr_update_time, arguments.moment, "scheduled_osr_update_time"
        ),
        "migrateToSinchTmo": arguments.optional(
            migrate_to_sinch_tmo, arguments.flag, "migrate_to_sinch_tmo"
        ),
        "callbackUrl": arguments.optional(callback_url, arguments.text, "callback_url"),
    }


def text_enabling_toll_free(
    project_id: str,
    numbers: Sequence[str],
    *,
    region_code: str,
    service_plan_id: str,
    loa_info: TollFreeLoaInfoInput,
    display_name: str | None,
    callback_url: str | None,
    scheduled_zipwhip_provisioning_time: datetime | None,
) -> dict[str, Any]:
    """Return the body of a text-enabling order for toll-free numbers."""
    return {
        "projectId": project_id,  # required by the API reference, although in the path
        "displayName": arguments.optional(display_name, arguments.text, "display_name"),
        "regionCode": arguments.region_code(region_code),
        "numbers": arguments.phone_numbers(numbers, "numbers", most=_MOST),
        "servicePlanId": arguments.identifier(service_plan_id, "service_plan_id"),
        "callbackUrl": arguments.optional(callback_url, arguments.text, "callback_url"),
        "scheduledZipwhipProvisioningTime": arguments.optional(
            scheduled_zipwhip_provisioning_time,
            arguments.moment,
            "scheduled_zipwhip_provisioning_time",
        ),
        **letter(loa_info, TOLL_FREE_LETTERS),
    }
