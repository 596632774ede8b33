"""Webhook events: provisioning results and order state changes."""

from datetime import datetime
from typing import TypeAlias

import attrs

from sinch_numbers.models._enums import OpenEnum
from sinch_numbers.models._fields import Extra, extra, numbered

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
    """Type of the resource that an event is about."""

    ACTIVE_NUMBER = "ACTIVE_NUMBER"
    """Rented (active) number."""
    NUMBER_ORDER = "NUMBER_ORDER"
    """Number order."""
    IMPORTED_NUMBER = "IMPORTED_NUMBER"
    """Imported number; sent by the host for imported numbers."""
    HOSTING_ORDER_NUMBER = "HOSTING_ORDER_NUMBER"
    """Number in an open hosting order; sent by the host for imported numbers."""


class NumberEventType(OpenEnum):
    """Event type for a rented number."""

    PROVISIONING_TO_SMS_PLATFORM = "PROVISIONING_TO_SMS_PLATFORM"
    DEPROVISIONING_FROM_SMS_PLATFORM = "DEPROVISIONING_FROM_SMS_PLATFORM"
    PROVISIONING_TO_CAMPAIGN = "PROVISIONING_TO_CAMPAIGN"
    DEPROVISIONING_FROM_CAMPAIGN = "DEPROVISIONING_FROM_CAMPAIGN"
    PROVISIONING_TO_VOICE_PLATFORM = "PROVISIONING_TO_VOICE_PLATFORM"
    DEPROVISIONING_FROM_VOICE_PLATFORM = "DEPROVISIONING_FROM_VOICE_PLATFORM"


class NumberOrderEventType(OpenEnum):
    """Event type for a number order."""

    NUMBER_ORDER_PROCESSING = "NUMBER_ORDER_PROCESSING"


class ImportedNumberEventType(OpenEnum):
    """Event type for an imported number; values differ from `NumberEventType`."""

    PROVISIONING_TO_SMS_PLATFORM = "PROVISIONING_TO_SMS_PLATFORM"
    DEPROVISIONING_TO_SMS_PLATFORM = "DEPROVISIONING_TO_SMS_PLATFORM"
    LINK_TO_10DLC_CAMPAIGN = "LINK_TO_10DLC_CAMPAIGN"
    UNLINK_TO_10DLC_CAMPAIGN = "UNLINK_TO_10DLC_CAMPAIGN"
    HOSTING_PROCESS = "HOSTING_PROCESS"
    OSR_UPDATE = "OSR_UPDATE"
    DELETE = "DELETE"


class EventStatus(OpenEnum):
    """Outcome of the operation that an event reports."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class NumberOrderEventStatus(OpenEnum):
    """New state of a number order; the last three are final."""

    IN_REVIEW = "IN_REVIEW"
    BLOCKED = "BLOCKED"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


class EventFailureCode(OpenEnum):
    """Failure code of a provisioning event."""

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
    """Webhook event: a rented number's provisioning or deprovisioning has ended."""

    event_id: str | None = None
    """Unique event ID; a duplicate delivery has the same ID."""
    timestamp: datetime | None = None
    """Event time in UTC, to the microsecond."""
    project_id: str | None = None
    resource_id: str | None = None
    """Phone number, in E.164."""
    resource_type: EventResourceType = EventResourceType.ACTIVE_NUMBER
    event_type: NumberEventType | None = None
    status: EventStatus | None = None
    failure_code: EventFailureCode | None = numbered()
    """Failure code, if the operation failed; SMS platform failures have none."""
    internal_failure_code: str | None = None
    """More specific failure code, for some failures."""
    extra: Extra = extra()
    """Unknown event fields, under the API's names."""


@attrs.frozen(kw_only=True)
class NumberOrderEvent:
    """Webhook event: a number order changed state."""

    event_id: str | None = None
    """Unique event ID; a duplicate delivery has the same ID."""
    timestamp: datetime | None = None
    """Event time in UTC, to the microsecond."""
    project_id: str | None = None
    resource_id: str | None = None
    """Order ID."""
    resource_type: EventResourceType = EventResourceType.NUMBER_ORDER
    event_type: NumberOrderEventType | None = None
    status: NumberOrderEventStatus | None = None
    """New state of the order."""
    extra: Extra = extra()
    """Unknown event fields, under the API's names."""


@attrs.frozen(kw_only=True)
class ImportedNumberEvent:
    """Webhook event: an operation on an imported or hosting order number ended."""

    event_id: str | None = None
    """Unique event ID; a duplicate delivery has the same ID."""
    timestamp: datetime | None = None
    """Event time in UTC, to the microsecond."""
    project_id: str | None = None
    resource_id: str | None = None
    """Phone number, in E.164."""
    resource_type: EventResourceType = EventResourceType.IMPORTED_NUMBER
    event_type: ImportedNumberEventType | None = None
    status: EventStatus | None = None
    failure_code: EventFailureCode | None = numbered()
    """Failure code, if the operation failed; SMS platform failures have none."""
    extra: Extra = extra()
    """Unknown event fields, under the API's names."""


@attrs.frozen(kw_only=True)
class UnknownEvent:
    """Webhook event for a resource type unknown to this release, as sent."""

    event_id: str | None = None
    timestamp: datetime | None = None
    """Event time in UTC; ``None`` if it cannot be parsed."""
    project_id: str | None = None
    resource_id: str | None = None
    resource_type: EventResourceType
    """Unknown enum value."""
    event_type: str | None = None
    status: str | None = None
    fields: Extra = attrs.field(hash=False)
    """Complete payload, under the API's names."""


Event: TypeAlias = NumberEvent | NumberOrderEvent | ImportedNumberEvent | UnknownEvent
"""Any webhook event."""
