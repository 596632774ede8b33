"""Tables of imported, ordered and qualified numbers, for people."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table

from sinch_numbers.cli._views import tables
from sinch_numbers.cli._views.listing import Listing, listing
from sinch_numbers.models import (
    CarrierState,
    HostingOrder,
    HostingOrderNumber,
    HostingOrderReport,
    ImportedNumber,
    QualifiedNumber,
    ServiceProvisioning,
)

_PREFIX = "GLOBAL_PROCESS_STATE_"


def imported_numbers(numbers: Iterable[ImportedNumber]) -> Listing:
    """Return imported numbers as a table."""
    return listing(
        ("Number", "Region", "SMS", "Name"),
        ((n.phone_number, n.region_code, _sms(n), n.display_name) for n in numbers),
    )


def imported_number(number: ImportedNumber) -> Table:
    """Return all details of an imported number."""
    carriers = number.mno_configuration
    return tables.facts(
        {
            "Number": tables.safe(number.phone_number, "bold"),
            "Name": number.display_name,
            "Region": number.region_code,
            "SMS": _sms(number),
            "Service plan": _service(number.sms_provisioning),
            "Campaign": _service(number.campaign_provisioning),
            **(_carriers(carriers) if carriers else {}),
            "Callback URL": number.callback_url,
        }
    )


def orders(found: Iterable[HostingOrder]) -> Listing:
    """Return hosting orders as a table."""
    return listing(
        ("Order", "State", "Region", "SMS", "Name"),
        ((o.hosting_order_id, o.state, o.region_code, _links(o), o.display_name) for o in found),
    )


def order(found: HostingOrder) -> Table:
    """Return the details of a hosting order."""
    letter = found.text_enable_info
    person = letter.authorised_person if letter else None
    return tables.facts(
        {
            "Order": tables.safe(found.hosting_order_id, "bold"),
            "Name": found.display_name,
            "Type": found.type,
            "State": found.state,
            "Region": found.region_code,
            "SMS": _links(found),
            "Carrier record": found.scheduled_osr_update_time,
            "Letter to": person.email if person else None,
            "Callback URL": found.callback_url,
        }
    )


def report(found: HostingOrderReport) -> Table:
    """Return the counts of a hosting order."""
    return tables.facts(
        {
            "Numbers": str(found.total),
            "Carrier record updated": str(found.osr_updated),
            "SMS provisioned": str(found.sms_provisioned),
            "Added to campaign": str(found.added_to_campaign),
            "Manual action required": str(found.ongoing_manual_action),
        }
    )


def order_numbers(numbers: Iterable[HostingOrderNumber]) -> Listing:
    """Return the numbers of an order as a table."""
    return listing(
        ("Number", "Carrier record", "SMS", "Campaign"),
        ((n.phone_number, *_steps(n).values()) for n in numbers),
    )


def order_number(number: HostingOrderNumber) -> Table:
    """Return the progress of a number of an order."""
    return tables.facts(
        {
            "Number": tables.safe(number.phone_number, "bold"),
            **_steps(number),
            **_carriers(number),
        }
    )


def qualified_numbers(numbers: Iterable[QualifiedNumber]) -> Listing:
    """Return numbers in qualification as a table."""
    return listing(
        ("Number", "Region", "State", "Eligible", "Owned"),
        ((n.phone_number, n.region_code, *_qualification(n).values()) for n in numbers),
    )


def qualified_number(number: QualifiedNumber) -> Table:
    """Return the qualification progress of a number."""
    return tables.facts(
        {
            "Number": tables.safe(number.phone_number, "bold"),
            "Region": number.region_code,
            **_qualification(number),
        }
    )


def _sms(number: ImportedNumber) -> str:
    sms = number.sms_configuration
    if sms is None:
        return ""
    shown = " ".join(one for one in (sms.service_plan_id, sms.campaign_id) if one)
    job = sms.scheduled_provisioning
    if job is None:
        return shown
    wanted = " ".join(one for one in (job.service_plan_id, job.campaign_id) if one)
    state = " ".join((str(job.status or "scheduled"), *job.error_codes))
    return f"{shown} {wanted} ({state})".lstrip()


def _links(found: HostingOrder) -> str:
    return " ".join(one for one in (found.service_plan_id, found.campaign_id) if one)


def _service(found: ServiceProvisioning | None) -> str:
    if found is None:
        return ""
    parts = (found.service_id, found.state, found.error_code, found.error_message)
    return " ".join(str(one) for one in parts if one)


def _carriers(states: Any) -> Mapping[str, str]:
    carriers: dict[str, CarrierState | None] = {
        "AT&T SMS": states.sms_att,
        "T-Mobile SMS": states.sms_tmo,
        "AT&T MMS": states.mms_att,
        "T-Mobile MMS": states.mms_tmo,
    }
    return {
        name: " ".join(
            str(one) for one in (state.state, state.error_code, state.error_message) if one
        )
        for name, state in carriers.items()
        if state is not None
    }


def _steps(number: HostingOrderNumber) -> dict[str, object]:
    record, plan, campaign = (
        number.osr_update,
        number.platform_provisioning,
        number.campaign_provisioning,
    )
    return {
        "Carrier record": record.state if record else None,
        "SMS": plan.state if plan else None,
        "Campaign": campaign.state if campaign else None,
    }


def _qualification(number: QualifiedNumber) -> dict[str, object]:
    eligible, owned = number.osr_eligibility, number.ownership_verification
    return {
        "State": (number.global_process_state or "").removeprefix(_PREFIX),
        "Eligible": eligible and (eligible.error or eligible.status),
        "Owned": owned and (owned.error or owned.status),
    }
