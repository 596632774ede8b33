"""SMS configuration and provisioning of a number."""

from datetime import datetime

import attrs

from sinch_numbers.models._enums import ProvisioningStatus, SmsErrorCode
from sinch_numbers.models._fields import Extra, extra, numbered, read_only
from sinch_numbers.models._serializable import Model

__all__ = ["SmsConfiguration", "SmsProvisioning"]


@attrs.frozen
class SmsProvisioning(Model):
    """Pending or failed SMS provisioning."""

    service_plan_id: str | None = None
    """Service plan to link."""
    campaign_id: str | None = None
    """10DLC campaign to link."""
    status: ProvisioningStatus | None = None
    """Status of the job, which disappears once plan and campaign are linked."""
    last_updated_time: datetime | None = None
    """Last update of the job, in UTC."""
    error_codes: tuple[SmsErrorCode, ...] = numbered(())
    """Error codes of a failed job; empty otherwise."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class SmsConfiguration(Model):
    """
    SMS configuration of a number, in requests and responses.

    In an update, an empty str unlinks: ``SmsConfiguration(service_plan_id="")``. A number must
    be unlinked before it can be linked to another service plan or campaign. To unlink only the
    campaign, also name the current service plan.
    """

    service_plan_id: str | None = None
    """SMS service plan that uses the number; ``None`` if not linked."""
    campaign_id: str | None = None
    """10DLC campaign, required for US numbers to send SMS; ``None`` if not linked."""
    scheduled_provisioning: SmsProvisioning | None = read_only()
    """Pending or failed provisioning; ``None`` once completed. Not sent."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""
