"""Hosting orders: batches of numbers that are imported or text-enabled in the background."""

from datetime import datetime

import attrs

from sinch_numbers.models._fields import Extra, alias, extra
from sinch_numbers.models._imported import CarrierState
from sinch_numbers.models._letters import AuthorisedPerson, BusinessAddress
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
class TextEnableInfo:
    """The letter of authorisation that an order was opened with."""

    business_name: str | None = None
    authorised_person: AuthorisedPerson | None = None
    address: BusinessAddress | None = None
    service_provider: str | None = None
    current_voice_carrier: str | None = None
    nnid: str | None = None
    """The network number id that the carrier record is to name."""
    loa_type: LoaType | None = None


@attrs.frozen
class HostingOrder:
    """An order to import numbers, or to text-enable them."""

    hosting_order_id: str
    project_id: str | None = None
    display_name: str | None = None
    """The customer's own name for it."""
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
    """Whether its numbers are moved here from another aggregator at T-Mobile."""
    callback_url: str | None = None
    """Where events about its numbers are posted."""
    scheduled_osr_update_time: datetime | None = None
    """When the carrier record will be updated, in UTC."""
    text_enable_info: TextEnableInfo | None = alias("hostingOrderInfo")
    """
    The letter of authorisation; ``None`` for an order to import. Also read under the name
    that the reference's examples give it: unconfirmed.
    """
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""


@attrs.frozen(kw_only=True)
class HostingOrderReport:
    """Numbers of an order by progress; absent counts are 0."""

    total: int = 0
    osr_updated: int = 0
    """Their carrier record is updated."""
    sms_provisioned: int = 0
    """They are linked to the service plan."""
    added_to_campaign: int = 0
    ongoing_manual_action: int = 0
    """Somebody has to do something about them."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""


@attrs.frozen(kw_only=True)
class OsrUpdate:
    """The update of the carrier record."""

    nnid: str | None = None
    state: StepState | None = None


@attrs.frozen(kw_only=True)
class CampaignProvisioning:
    """The link to the campaign."""

    campaign_id: str | None = None
    state: StepState | None = None


@attrs.frozen(kw_only=True)
class PlatformProvisioning:
    """The link to the SMS service plan."""

    service_plan_id: str | None = None
    state: StepState | None = None


@attrs.frozen
class HostingOrderNumber:
    """A number of an order, and how far it has come."""

    phone_number: str
    """The number in E.164, plus sign included."""
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
    """Members that this release does not know, under the API's names."""
