"""Webhook events: provisioning results and order state changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol, TypeAlias

import attrs

from sinch_numbers.models._enums import OpenEnum
from sinch_numbers.models._fields import Extra, extra, numbered
from sinch_numbers.models._serializable import Model

__all__ = [
    "Event",
    "EventFailureCode",
    "EventResourceType",
    "EventStatus",
    "EventTransaction",
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


class EventTransaction(Protocol):
    """
    Statements of a handler, which run in the transaction that marks its event as handled.

    So their effect happens once, although a handler may be called again for the same event: after
    an error, or in another process after a crash.
    """

    def add(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        changes: int | None = None,
    ) -> None:
        """
        Add an SQL statement that runs when the handler has returned.

        Nothing runs if the handler raises. If a statement fails, all are rolled back, and the
        attempt has failed. Works in coroutines and in threads, without ``await``.

        Arguments:
            statement: One statement, with parameters as ``:name`` on every database. It must
                neither begin nor end a transaction.
            parameters: Values of the parameters.
            changes: Number of rows that the statement must change; any by default.

        Raises `InvalidArgumentError` for a statement that cannot be part of the transaction, and
        `StoreError` when the handler has ended.
        """
        ...


class _Handled(Model):
    """Base class of events: a handler gets an event with a transaction."""

    # Not a field: it is neither compared, copied, pickled, nor shown.
    __slots__ = ("_transaction",)
    _transaction: EventTransaction

    @property
    def transaction(self) -> EventTransaction:
        """
        The transaction that marks the event as handled; see `EventTransaction`.

        Only in a handler of a receiver with an `EventStore`. Raises `RuntimeError` elsewhere.
        """
        try:
            return self._transaction
        except AttributeError:
            pass
        raise RuntimeError(
            "event.transaction requires a handler that is called by a Receiver with an EventStore"
        )


@attrs.frozen(kw_only=True)
class NumberEvent(_Handled):
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
class NumberOrderEvent(_Handled):
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
    failure_code: EventFailureCode | None = None
    """Failure code, such as that of an expired campaign."""
    internal_failure_code: str | None = None
    """More specific failure code, for some failures."""
    extra: Extra = extra()
    """Unknown event fields, under the API's names."""


@attrs.frozen(kw_only=True)
class ImportedNumberEvent(_Handled):
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
    internal_failure_code: str | None = None
    """More specific failure code, for some failures."""
    extra: Extra = extra()
    """Unknown event fields, under the API's names."""


@attrs.frozen(kw_only=True)
class UnknownEvent(_Handled):
    """Webhook event whose resource type is missing or unknown to this release, as sent."""

    event_id: str | None = None
    timestamp: datetime | None = None
    """Event time in UTC; ``None`` if it cannot be parsed."""
    project_id: str | None = None
    resource_id: str | None = None
    resource_type: EventResourceType | None = None
    """Unknown enum value; ``None`` if missing."""
    event_type: str | None = None
    status: str | None = None
    failure_code: str | None = None
    internal_failure_code: str | None = None
    fields: Extra = attrs.field(hash=False)
    """Complete payload, under the API's names."""


Event: TypeAlias = NumberEvent | NumberOrderEvent | ImportedNumberEvent | UnknownEvent
"""Any webhook event."""


EVENT_KINDS: Final[Mapping[str, type[NumberEvent | NumberOrderEvent | ImportedNumberEvent]]] = {
    EventResourceType.ACTIVE_NUMBER: NumberEvent,
    EventResourceType.NUMBER_ORDER: NumberOrderEvent,
    EventResourceType.IMPORTED_NUMBER: ImportedNumberEvent,
    EventResourceType.HOSTING_ORDER_NUMBER: ImportedNumberEvent,
}
"""The classes of the events about each known type of resource."""
