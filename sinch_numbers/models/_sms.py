"""SMS configuration of a number."""

from datetime import datetime

import attrs

from sinch_numbers.models._enums import ProvisioningStatus, SmsErrorCode
from sinch_numbers.models._fields import read_only

__all__ = ["SmsConfiguration", "SmsProvisioning"]


@attrs.frozen
class SmsProvisioning:
    """An SMS link that is being made, or that could not be."""

    service_plan_id: str | None = None
    """The service plan to link."""
    campaign_id: str | None = None
    """The 10DLC campaign to link."""
    status: ProvisioningStatus | None = None
    """How far the job is. It disappears when both links are made."""
    last_updated_time: datetime | None = None
    """When the job last moved, in UTC."""
    error_codes: tuple[SmsErrorCode, ...] = ()
    """Why the job failed; empty while nothing went wrong."""


@attrs.frozen
class SmsConfiguration:
    """
    The SMS link of a number, read and sent.

    In an update, an empty text unlinks: ``SmsConfiguration(service_plan_id="")``. A number
    has to be unlinked before it can be linked to another service plan or campaign, and to
    unlink only the campaign its current service plan has to be named along.
    """

    service_plan_id: str | None = None
    """SMS service plan of the number; ``None`` if not configured."""
    campaign_id: str | None = None
    """10DLC campaign, which US numbers need for sending; ``None`` if not configured."""
    scheduled_provisioning: SmsProvisioning | None = read_only()
    """The link in the making or failed; ``None`` once it is made. Not sent."""
