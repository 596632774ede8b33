"""
Imported numbers: rented from another carrier and used with Sinch for SMS.

No recorded traffic with this API host is available. Where its reference is ambiguous, the
docstrings say "unconfirmed" and both readings are accepted.
"""

from datetime import datetime

import attrs

from sinch_numbers.models._display import number_html
from sinch_numbers.models._enums import ProvisioningStatus, SmsErrorCode
from sinch_numbers.models._fields import Extra, extra, numbered, read_only
from sinch_numbers.models._serializable import Model
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
    Pending or failed SMS provisioning of an imported number.

    Status and error codes are numbers in the reference, but strings on the Numbers host:
    unconfirmed. A number is read as the str of its digits, which is not a known enum value.
    """

    status: ProvisioningStatus | None = numbered()
    """Status of the provisioning job."""
    error_codes: tuple[SmsErrorCode, ...] = numbered(())
    """Error codes of a failed job; empty otherwise."""


@attrs.frozen
class ImportedSmsConfiguration(SmsConfiguration):
    """
    SMS configuration of an imported number.

    In an update, an empty str unlinks. A number must be unlinked before it can be linked to
    another service plan or campaign, which takes two requests.
    """

    scheduled_provisioning: ImportedSmsProvisioning | None = read_only()
    """Pending or failed provisioning; ``None`` once completed. Not sent."""
    migrate_to_sinch_tmo: bool | None = read_only()
    """Whether the number must be migrated from another T-Mobile aggregator. Not sent."""


@attrs.frozen(kw_only=True)
class CarrierState(Model):
    """Status of one service (SMS or MMS) of a number at one carrier."""

    state: StepState | None = None
    """State of the step at the carrier."""
    error_code: str | None = None
    """For example ``60135``: another aggregator holds the number at T-Mobile."""
    error_message: str | None = None
    """Reason of a failure, for people."""
    update_time: datetime | None = None
    """Last update, in UTC."""
    operation: CarrierOperation | None = None
    """Current operation; missing for the numbers of a hosting order."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class MnoConfiguration(Model):
    """Carrier status at AT&T and T-Mobile, for SMS and MMS."""

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


@attrs.frozen(kw_only=True)
class ServiceProvisioning(Model):
    """Provisioning or deprovisioning status for a service plan or campaign."""

    service_type: LinkedService | None = None
    """Kind of service that is set or removed."""
    service_id: str | None = None
    """ID of the service plan or campaign."""
    type: LinkDirection | None = None
    """Whether the service is set or removed."""
    state: StepState | None = None
    """State of the job."""
    update_time: datetime | None = None
    """Last update, in UTC."""
    error_message: str | None = None
    """Reason of a failure, for people."""
    error_code: str | None = None
    """Code of a failure: see `explain`."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class ImportedNumber(Model):
    """Imported number: another carrier's number, used for SMS (US and CA only)."""

    phone_number: str
    """Phone number in E.164, plus sign included."""
    project_id: str | None = None
    """ID of the project that owns the number."""
    region_code: str | None = None
    """``US`` or ``CA``."""
    display_name: str | None = None
    """Display name, set by the customer."""
    sms_configuration: ImportedSmsConfiguration | None = None
    """SMS configuration."""
    callback_url: str | None = None
    """Callback URL for events about the number."""
    mno_configuration: MnoConfiguration | None = None
    """Carrier status; missing in responses to an import or update."""
    sms_provisioning: ServiceProvisioning | None = None
    """Service plan provisioning; missing in responses to an import or update."""
    campaign_provisioning: ServiceProvisioning | None = None
    """Campaign provisioning; missing in responses to an import or update."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""

    def _repr_html_(self) -> str:
        return number_html(self)
