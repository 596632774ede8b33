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
    authorised_person: AuthorisedPerson | None = None
    address: BusinessAddress | None = None
    service_provider: str | None = None
    current_voice_carrier: str | None = None
    nnid: str | None = None
    """Network number ID (NNID) to set in the carrier record."""
    loa_type: LoaType | None = None
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class HostingOrder(Model):
    """Hosting order: imports or text-enables numbers."""

    hosting_order_id: str
    project_id: str | None = None
    display_name: str | None = None
    """Display name, set by the customer."""
    region_code: str | None = None
    """``US`` or ``CA``."""
    state: HostingOrderState | None = None
    type: HostingOrderType | None = None
    created_time: datetime | None = None
    """In UTC."""
    updated_time: datetime | None = None
    """In UTC."""
    service_plan_id: str | None = None
    campaign_id: str | None = None
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
    osr_updated: int = 0
    """Numbers with an updated carrier record."""
    sms_provisioned: int = 0
    """Numbers provisioned to the service plan."""
    added_to_campaign: int = 0
    ongoing_manual_action: int = 0
    """Numbers that wait for a manual action."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class OsrUpdate(Model):
    """Carrier record update."""

    nnid: str | None = None
    state: StepState | None = None
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class CampaignProvisioning(Model):
    """Campaign provisioning."""

    campaign_id: str | None = None
    state: StepState | None = None
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class PlatformProvisioning(Model):
    """SMS service plan provisioning."""

    service_plan_id: str | None = None
    state: StepState | None = None
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class HostingOrderNumber(Model):
    """Number in a hosting order, with its progress."""

    phone_number: str
    """Phone number in E.164, plus sign included."""
    project_id: str | None = None
    hosting_order_id: str | None = None
    osr_update: OsrUpdate | None = None
    campaign_provisioning: CampaignProvisioning | None = None
    platform_provisioning: PlatformProvisioning | None = None
    sms_att: CarrierState | None = None
    sms_tmo: CarrierState | None = None
    mms_att: CarrierState | None = None
    mms_tmo: CarrierState | None = None
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""

    def _repr_html_(self) -> str:
        return number_html(self)
