"""
Imported numbers: rented elsewhere, and linked to Sinch for text messages.

No exchange with their host is on record. What its reference leaves open is said to be
unconfirmed, and read in either way.
"""

from datetime import datetime

import attrs

from sinch_numbers.models._enums import ProvisioningStatus, SmsErrorCode
from sinch_numbers.models._fields import Extra, extra, numbered, read_only
from sinch_numbers.models._sms import SmsConfiguration, SmsProvisioning
from sinch_numbers.models._states import CarrierOperation, LinkDirection, LinkedService, StepState

__all__ = [
    "CarrierState",
    "ImportedNumber",
    "ImportedSmsConfiguration",
    "ImportedSmsProvisioning",
    "MnoConfiguration",
    "ServiceProvisioning",
]


@attrs.frozen
class ImportedSmsProvisioning(SmsProvisioning):
    """
    A link that is being made, or that could not be.

    Status and error codes are numbers by the reference, words on the sister host:
    unconfirmed. A number is read as the text of its digits, which is no known word.
    """

    status: ProvisioningStatus | None = numbered()
    """How far the job is."""
    error_codes: tuple[SmsErrorCode, ...] = numbered(())
    """Why the job failed; empty while nothing went wrong."""


@attrs.frozen
class ImportedSmsConfiguration(SmsConfiguration):
    """
    The SMS link of an imported number.

    In an update, an empty text unlinks, and a number has to be unlinked before it can be
    linked to another service plan or campaign: two requests.
    """

    scheduled_provisioning: ImportedSmsProvisioning | None = read_only()
    """The link in the making or failed; ``None`` once it is made. Not sent."""
    migrate_to_sinch_tmo: bool | None = read_only()
    """Whether the number has to be moved here from another aggregator at T-Mobile. Not sent."""


@attrs.frozen(kw_only=True)
class CarrierState:
    """Status of one service of a number at one carrier."""

    state: StepState | None = None
    error_code: str | None = None
    """For example ``60135``: at T-Mobile another aggregator holds the number."""
    error_message: str | None = None
    update_time: datetime | None = None
    """When it last moved, in UTC."""
    operation: CarrierOperation | None = None
    """Current operation; absent for numbers of a hosting order."""


@attrs.frozen(kw_only=True)
class MnoConfiguration:
    """The states at AT&T and T-Mobile, for SMS and for MMS."""

    sms_att: CarrierState | None = None
    sms_tmo: CarrierState | None = None
    mms_att: CarrierState | None = None
    mms_tmo: CarrierState | None = None


@attrs.frozen(kw_only=True)
class ServiceProvisioning:
    """How far the link to a service plan or a campaign is made or cut."""

    service_type: LinkedService | None = None
    service_id: str | None = None
    """The service plan or the campaign."""
    type: LinkDirection | None = None
    state: StepState | None = None
    update_time: datetime | None = None
    """When it last moved, in UTC."""
    error_message: str | None = None
    error_code: str | None = None


@attrs.frozen
class ImportedNumber:
    """A number of another carrier that is linked to Sinch; for text messages, US and CA only."""

    phone_number: str
    """The number in E.164, plus sign included."""
    project_id: str | None = None
    region_code: str | None = None
    """``US`` or ``CA``."""
    display_name: str | None = None
    """The customer's own name for it."""
    sms_configuration: ImportedSmsConfiguration | None = None
    """Its SMS link."""
    callback_url: str | None = None
    """Where events about it are posted."""
    mno_configuration: MnoConfiguration | None = None
    """Status at the carriers; absent in responses to imports and updates."""
    sms_provisioning: ServiceProvisioning | None = None
    """Provisioning of the service plan; absent in responses to imports and updates."""
    campaign_provisioning: ServiceProvisioning | None = None
    """Provisioning of the campaign; absent in responses to imports and updates."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""
