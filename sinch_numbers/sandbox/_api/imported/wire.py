"""
Response serialization for the second host.

Missing objects are ``null``, missing strings are ``""``.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sinch_numbers.sandbox._protocol.clock import timestamp
from sinch_numbers.sandbox._state.imported.models import (
    ImportedNumber,
    Order,
    OrderNumber,
    QualifiedNumber,
)
from sinch_numbers.sandbox._state.numbers import SmsConfiguration

__all__ = ["imported_number", "order_json", "order_number", "qualified_number", "report"]

_HELD = ("60135", "held by another aggregator")


def imported_number(
    number: ImportedNumber, project_id: str, *, held: bool = False, details: bool = True
) -> dict[str, Any]:
    """Serialize an imported number, optionally with carrier and provisioning states."""
    sms = number.sms
    job = sms.scheduled_provisioning
    shown: dict[str, Any] = {
        "phoneNumber": number.phone_number,
        "projectId": project_id,
        "regionCode": number.region_code,
        "displayName": number.display_name,
        "smsConfiguration": {
            "servicePlanId": sms.service_plan_id,
            "campaignId": sms.campaign_id,
            "scheduledProvisioning": None
            if job is None
            else {
                "servicePlanId": job.service_plan_id,
                "campaignId": job.campaign_id,
                "status": job.status,
                "lastUpdatedTime": timestamp(job.last_updated_time),
                "errorCodes": job.error_codes,
            },
            "migrateToSinchTmo": number.migrate_to_sinch_tmo,
        },
        "callbackUrl": number.callback_url,
    }
    if not details:
        return shown
    moved = number.moved_time
    plan, campaign = _link_states(sms)
    state = campaign[1] or plan[1] or "WAITING"
    carriers = _carriers(state, moved, held=held and not number.migrate_to_sinch_tmo)
    return shown | {
        "mnoConfiguration": {
            name: carrier | {"operation": "PROVISIONING"} for name, carrier in carriers.items()
        },
        "smsProvisioning": _service("SMS", plan, sms, moved),
        "campaignProvisioning": _service("CAMPAIGN", campaign, sms, moved),
    }


def order_json(order: Order, project_id: str) -> dict[str, Any]:
    """Serialize a hosting order; text-enable orders include the letter."""
    shown: dict[str, Any] = {
        "projectId": project_id,
        "hostingOrderId": order.hosting_order_id,
        "displayName": order.display_name,
        "regionCode": order.region_code,
        "state": order.state,
        "type": order.type,
        "createdTime": timestamp(order.created_time),
        "updatedTime": timestamp(order.updated_time),
        "servicePlanId": order.service_plan_id,
        "campaignId": order.campaign_id,
        "migrateToSinchTmo": order.migrate_to_sinch_tmo,
        "callbackUrl": order.callback_url,
    }
    if order.letter is None:
        return shown
    scheduled = order.scheduled_time
    shown["scheduledOsrUpdateTime"] = None if scheduled is None else timestamp(scheduled)
    shown["textEnableInfo"] = {
        "businessName": "",
        "currentVoiceCarrier": "",
        **order.letter.members,
        "serviceProvider": "",
        "nnid": order.nnid,
        "loaType": order.letter.kind,
    }
    return shown


def order_number(
    number: OrderNumber, order: Order, project_id: str, *, held: bool
) -> dict[str, Any]:
    """Serialize a number of an order."""
    campaign = number.campaign if order.campaign_id else "STATE_UNSPECIFIED"
    state = number.campaign if order.campaign_id else number.platform
    return {
        "projectId": project_id,
        "hostingOrderId": order.hosting_order_id,
        "phoneNumber": number.phone_number,
        "osrUpdate": {"nnid": order.nnid or "100200", "state": number.osr},
        "campaignProvisioning": {"campaignId": order.campaign_id, "state": campaign},
        "platformProvisioning": {
            "servicePlanId": order.service_plan_id,
            "state": number.platform,
        },
        **_carriers(state, number.moved_time, held=held and not order.migrate_to_sinch_tmo),
    }


def report(order: Order, numbers: Iterable[OrderNumber]) -> dict[str, int]:
    """Count the numbers of an order by progress; counters of zero are omitted."""
    listed = list(numbers)
    waiting = order.state == "WAITING_FOR_LOA_SIGNATURE"
    counted = {
        "total": len(listed),
        "osrUpdated": sum(number.osr == "DONE" for number in listed),
        "smsProvisioned": sum(number.platform == "DONE" for number in listed),
        "addedToCampaign": sum(
            bool(order.campaign_id) and number.campaign == "DONE" for number in listed
        ),
        "ongoingManualAction": len(listed) if waiting else 0,
    }
    return {name: count for name, count in counted.items() if count}


def qualified_number(number: QualifiedNumber, project_id: str) -> dict[str, Any]:
    """Serialize a qualified number; the hosting status is written as a number."""
    return {
        "phoneNumber": number.phone_number,
        "projectId": project_id,
        "regionCode": number.region_code,
        "globalProcessState": f"GLOBAL_PROCESS_STATE_{number.state}",
        "osrEligibility": {"status": number.eligibility, "error": number.eligibility_error},
        "ownershipVerification": {"status": number.ownership, "error": number.ownership_error},
        "hostedNumber": {"status": number.hosted, "error": number.hosted_error},
        "createdTime": timestamp(number.created_time),
        "updatedTime": timestamp(number.updated_time),
    }


Link = tuple[str, str]  # identifier that is linked or pending, and its status


def _link_states(sms: SmsConfiguration) -> tuple[Link, Link]:
    job = sms.scheduled_provisioning
    plan: Link = (sms.service_plan_id, "DONE" if sms.service_plan_id else "")
    campaign: Link = (sms.campaign_id, "DONE" if sms.campaign_id else "")
    if job is not None:
        if job.service_plan_id != sms.service_plan_id:
            plan = (job.service_plan_id, job.status)
        if job.campaign_id and job.campaign_id != sms.campaign_id:
            campaign = (job.campaign_id, job.status)
    return plan, campaign


def _service(kind: str, link: Link, sms: SmsConfiguration, moved: datetime) -> Any:
    service_id, state = link
    if not service_id:
        return None
    job = sms.scheduled_provisioning
    failed = state == "FAILED" and job is not None
    return {
        "serviceType": kind,
        "serviceId": service_id,
        "type": "PROVISIONING",
        "state": state,
        "updateTime": timestamp(moved),
        "errorMessage": "the link could not be made" if failed else "",
        "errorCode": job.error_codes[0] if job is not None and failed else "",
    }


def _carriers(state: str, moved: datetime, *, held: bool) -> dict[str, dict[str, Any]]:
    shown: dict[str, dict[str, Any]] = {}
    for name in ("smsAtt", "smsTmo", "mmsAtt", "mmsTmo"):
        refused = held and name == "smsTmo" and state == "DONE"
        code, message = _HELD if refused else ("", "")
        shown[name] = {
            "state": "FAILED" if refused else state,
            "errorCode": code,
            "errorMessage": message,
            "updateTime": timestamp(moved),
        }
    return shown
