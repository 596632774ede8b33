"""Webhook events: provisioning of numbers, progress of orders."""

from datetime import datetime
from typing import TypeAlias

import attrs

from sinch_numbers.models._enums import OpenEnum
from sinch_numbers.models._fields import Extra, extra

__all__ = [
    "Event",
    "EventFailureCode",
    "EventResourceType",
    "EventStatus",
    "ImportedNumberEvent",
    "ImportedNumberEventType",
    "NumberEvent",
    "NumberEventType",
    "NumberOrderEvent",
    "NumberOrderEventStatus",
    "NumberOrderEventType",
    "UnknownEvent",
]


class EventResourceType(OpenEnum):
    """Resource type of an event."""

    ACTIVE_NUMBER = "ACTIVE_NUMBER"
    """A number that the project rents."""
    NUMBER_ORDER = "NUMBER_ORDER"
    """An order of numbers."""
    IMPORTED_NUMBER = "IMPORTED_NUMBER"
    """An imported number; sent by the host for imported numbers."""
    HOSTING_ORDER_NUMBER = "HOSTING_ORDER_NUMBER"
    """A number of a hosting order; sent by the host for imported numbers."""


class NumberEventType(OpenEnum):
    """Event of a rented number."""

    PROVISIONING_TO_SMS_PLATFORM = "PROVISIONING_TO_SMS_PLATFORM"
    DEPROVISIONING_FROM_SMS_PLATFORM = "DEPROVISIONING_FROM_SMS_PLATFORM"
    PROVISIONING_TO_CAMPAIGN = "PROVISIONING_TO_CAMPAIGN"
    DEPROVISIONING_FROM_CAMPAIGN = "DEPROVISIONING_FROM_CAMPAIGN"
    PROVISIONING_TO_VOICE_PLATFORM = "PROVISIONING_TO_VOICE_PLATFORM"
    DEPROVISIONING_FROM_VOICE_PLATFORM = "DEPROVISIONING_FROM_VOICE_PLATFORM"


class NumberOrderEventType(OpenEnum):
    """Event of a number order."""

    NUMBER_ORDER_PROCESSING = "NUMBER_ORDER_PROCESSING"


class ImportedNumberEventType(OpenEnum):
    """Event of an imported number; its values differ from those of rented numbers."""

    PROVISIONING_TO_SMS_PLATFORM = "PROVISIONING_TO_SMS_PLATFORM"
    DEPROVISIONING_TO_SMS_PLATFORM = "DEPROVISIONING_TO_SMS_PLATFORM"
    LINK_TO_10DLC_CAMPAIGN = "LINK_TO_10DLC_CAMPAIGN"
    UNLINK_TO_10DLC_CAMPAIGN = "UNLINK_TO_10DLC_CAMPAIGN"
    HOSTING_PROCESS = "HOSTING_PROCESS"
    OSR_UPDATE = "OSR_UPDATE"
    DELETE = "DELETE"


class EventStatus(OpenEnum):
    """How it ended."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class NumberOrderEventStatus(OpenEnum):
    """The state that an order has entered; the last three are final."""

    IN_REVIEW = "IN_REVIEW"
    BLOCKED = "BLOCKED"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


class EventFailureCode(OpenEnum):
    """Why a link could not be made."""

    CAMPAIGN_NOT_AVAILABLE = "CAMPAIGN_NOT_AVAILABLE"
    EXCEEDED_10DLC_LIMIT = "EXCEEDED_10DLC_LIMIT"
    NUMBER_PROVISIONING_FAILED = "NUMBER_PROVISIONING_FAILED"
    PARTNER_SERVICE_UNAVAILABLE = "PARTNER_SERVICE_UNAVAILABLE"
    CAMPAIGN_PENDING_ACCEPTANCE = "CAMPAIGN_PENDING_ACCEPTANCE"
    MNO_SHARING_ERROR = "MNO_SHARING_ERROR"
    CAMPAIGN_PROVISIONING_FAILED = "CAMPAIGN_PROVISIONING_FAILED"
    CAMPAIGN_EXPIRED = "CAMPAIGN_EXPIRED"
    CAMPAIGN_MNO_REJECTED = "CAMPAIGN_MNO_REJECTED"
    CAMPAIGN_MNO_SUSPENDED = "CAMPAIGN_MNO_SUSPENDED"
    CAMPAIGN_MNO_REVIEW = "CAMPAIGN_MNO_REVIEW"
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
    MOCK_CAMPAIGN_NOT_ALLOWED = "MOCK_CAMPAIGN_NOT_ALLOWED"
    TFN_NOT_ALLOWED = "TFN_NOT_ALLOWED"
    INVALID_NNID = "INVALID_NNID"
    PROVISIONING_TO_VOICE_PLATFORM_FAILED = "PROVISIONING_TO_VOICE_PLATFORM_FAILED"


@attrs.frozen(kw_only=True)
class NumberEvent:
    """A link of a rented number was made or cut, or could not be."""

    event_id: str | None = None
    """The event's own name: what comes twice bears the same."""
    timestamp: datetime | None = None
    """When it happened, in UTC, to the microsecond."""
    project_id: str | None = None
    resource_id: str | None = None
    """The phone number, in E.164."""
    resource_type: EventResourceType = EventResourceType.ACTIVE_NUMBER
    event_type: NumberEventType | None = None
    status: EventStatus | None = None
    failure_code: EventFailureCode | None = None
    """Why it failed; SMS platform failures bear no code."""
    internal_failure_code: str | None = None
    """A finer reason, for some failures."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""


@attrs.frozen(kw_only=True)
class NumberOrderEvent:
    """An order has entered another state."""

    event_id: str | None = None
    """The event's own name: what comes twice bears the same."""
    timestamp: datetime | None = None
    """When it happened, in UTC, to the microsecond."""
    project_id: str | None = None
    resource_id: str | None = None
    """The id of the order."""
    resource_type: EventResourceType = EventResourceType.NUMBER_ORDER
    event_type: NumberOrderEventType | None = None
    status: NumberOrderEventStatus | None = None
    """The state that it has entered."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""


@attrs.frozen(kw_only=True)
class ImportedNumberEvent:
    """Something was done, or could not be, about an imported number or one to be hosted."""

    event_id: str | None = None
    """The event's own name: what comes twice bears the same."""
    timestamp: datetime | None = None
    """When it happened, in UTC, to the microsecond."""
    project_id: str | None = None
    resource_id: str | None = None
    """The phone number, in E.164."""
    resource_type: EventResourceType = EventResourceType.IMPORTED_NUMBER
    event_type: ImportedNumberEventType | None = None
    status: EventStatus | None = None
    failure_code: EventFailureCode | None = None
    """Why it failed; SMS platform failures bear no code."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""


@attrs.frozen(kw_only=True)
class UnknownEvent:
    """An event about something that is newer than this release, as the service sent it."""

    event_id: str | None = None
    timestamp: datetime | None = None
    """When it happened, in UTC; ``None`` where that cannot be read."""
    project_id: str | None = None
    resource_id: str | None = None
    resource_type: EventResourceType
    """The unknown word."""
    event_type: str | None = None
    status: str | None = None
    fields: Extra = attrs.field(hash=False)
    """Everything that was sent, under the API's names."""


Event: TypeAlias = NumberEvent | NumberOrderEvent | ImportedNumberEvent | UnknownEvent
"""Any webhook event."""
