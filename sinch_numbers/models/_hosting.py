"""Hosting orders: batches of numbers imported or text-enabled in the background."""

from datetime import datetime

import attrs

from sinch_numbers.models._display import number_html
from sinch_numbers.models._fields import Extra, alias, extra
from sinch_numbers.models._imported import CarrierState
from sinch_numbers.models._letters import AuthorisedPerson, BusinessAddress
from sinch_numbers.models._serializable import Model
from sinch_numbers.models._states import HostingOrderState, HostingOrderType, LoaType, StepState

__all__ = [
    "CampaignProvisioning",
    "HostingOrder",
    "HostingOrderNumber",
    "HostingOrderReport",
    "OsrUpdate",
    "PlatformProvisioning",
    "TextEnableInfo",
]


@attrs.frozen(kw_only=True)
class TextEnableInfo(Model):
    """Letter of authorization (LOA) that an order was created with."""

    business_name: str | None = None
    """Business that holds the numbers."""
    authorised_person: AuthorisedPerson | None = None
    """Person who signs the letter."""
    address: BusinessAddress | None = None
    """Address of the business."""
    service_provider: str | None = None
    """Provider named in the letter."""
    current_voice_carrier: str | None = None
    """Carrier of the numbers' voice calls."""
    nnid: str | None = None
    """Network number ID (NNID) to set in the carrier record."""
    loa_type: LoaType | None = None
    """Type of the letter of authorization."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class HostingOrder(Model):
    """Hosting order: imports or text-enables numbers."""

    hosting_order_id: str
    """ID of the order."""
    project_id: str | None = None
    """ID of the project."""
    display_name: str | None = None
    """Display name, set by the customer."""
    region_code: str | None = None
    """``US`` or ``CA``."""
    state: HostingOrderState | None = None
    """State of the order."""
    type: HostingOrderType | None = None
    """Whether the order imports or text-enables numbers."""
    created_time: datetime | None = None
    """In UTC."""
    updated_time: datetime | None = None
    """In UTC."""
    service_plan_id: str | None = None
    """Service plan for the numbers."""
    campaign_id: str | None = None
    """Campaign for the numbers."""
    migrate_to_sinch_tmo: bool | None = None
    """Whether the numbers are migrated from another aggregator at T-Mobile."""
    callback_url: str | None = None
    """Callback URL for events about the order's numbers."""
    scheduled_osr_update_time: datetime | None = None
    """Scheduled time of the carrier record update, in UTC."""
    text_enable_info: TextEnableInfo | None = alias("hostingOrderInfo")
    """
    Letter of authorization; ``None`` for an import order.

    Also read under the name used by the API reference's examples, which is unconfirmed.
    """
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class HostingOrderReport(Model):
    """Progress of a hosting order, as number counts. Missing counts are 0."""

    total: int = 0
    """Count of all numbers in the order."""
    osr_updated: int = 0
    """Numbers with an updated carrier record."""
    sms_provisioned: int = 0
    """Numbers provisioned to the service plan."""
    added_to_campaign: int = 0
    """Count of numbers whose campaign is set."""
    ongoing_manual_action: int = 0
    """Numbers that wait for a manual action."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class OsrUpdate(Model):
    """Carrier record update."""

    nnid: str | None = None
    """Network number ID (NNID) in the carrier record."""
    state: StepState | None = None
    """State of the update of the carrier record."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class CampaignProvisioning(Model):
    """Campaign provisioning."""

    campaign_id: str | None = None
    """Campaign to set."""
    state: StepState | None = None
    """State of the step."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class PlatformProvisioning(Model):
    """SMS service plan provisioning."""

    service_plan_id: str | None = None
    """Service plan to set."""
    state: StepState | None = None
    """State of the step."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class HostingOrderNumber(Model):
    """Number in a hosting order, with its progress."""

    phone_number: str
    """Phone number in E.164, plus sign included."""
    project_id: str | None = None
    """ID of the project."""
    hosting_order_id: str | None = None
    """ID of the order."""
    osr_update: OsrUpdate | None = None
    """Update of the carrier record (OSR)."""
    campaign_provisioning: CampaignProvisioning | None = None
    """Step that sets the campaign."""
    platform_provisioning: PlatformProvisioning | None = None
    """Step that sets the service plan."""
    sms_att: CarrierState | None = None
    """SMS at AT&T."""
    sms_tmo: CarrierState | None = None
    """SMS at T-Mobile."""
    mms_att: CarrierState | None = None
    """MMS at AT&T."""
    mms_tmo: CarrierState | None = None
    """MMS at T-Mobile."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""

    def _repr_html_(self) -> str:
        return number_html(self)
