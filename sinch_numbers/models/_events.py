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
    """The service plan is being set."""
    DEPROVISIONING_FROM_SMS_PLATFORM = "DEPROVISIONING_FROM_SMS_PLATFORM"
    """The service plan is being removed."""
    PROVISIONING_TO_CAMPAIGN = "PROVISIONING_TO_CAMPAIGN"
    """The campaign is being set."""
    DEPROVISIONING_FROM_CAMPAIGN = "DEPROVISIONING_FROM_CAMPAIGN"
    """The campaign is being removed."""
    PROVISIONING_TO_VOICE_PLATFORM = "PROVISIONING_TO_VOICE_PLATFORM"
    """The voice configuration is being set."""
    DEPROVISIONING_FROM_VOICE_PLATFORM = "DEPROVISIONING_FROM_VOICE_PLATFORM"
    """The voice configuration is being removed."""


class NumberOrderEventType(OpenEnum):
    """Event type for a number order."""

    NUMBER_ORDER_PROCESSING = "NUMBER_ORDER_PROCESSING"
    """The state of the order changed."""


class ImportedNumberEventType(OpenEnum):
    """Event type for an imported number; values differ from `NumberEventType`."""

    PROVISIONING_TO_SMS_PLATFORM = "PROVISIONING_TO_SMS_PLATFORM"
    """The service plan is being set."""
    DEPROVISIONING_TO_SMS_PLATFORM = "DEPROVISIONING_TO_SMS_PLATFORM"
    """The service plan is being removed."""
    LINK_TO_10DLC_CAMPAIGN = "LINK_TO_10DLC_CAMPAIGN"
    """The campaign is being set."""
    UNLINK_TO_10DLC_CAMPAIGN = "UNLINK_TO_10DLC_CAMPAIGN"
    """The campaign is being removed."""
    HOSTING_PROCESS = "HOSTING_PROCESS"
    """The number's part of a hosting order changed."""
    OSR_UPDATE = "OSR_UPDATE"
    """The carrier record (OSR) is being updated."""
    DELETE = "DELETE"
    """The number is being removed."""


class EventStatus(OpenEnum):
    """Outcome of the operation that an event reports."""

    SUCCEEDED = "SUCCEEDED"
    """The change took effect."""
    FAILED = "FAILED"
    """The change failed; ``failure_code`` has the reason."""


class NumberOrderEventStatus(OpenEnum):
    """New state of a number order; the last three are final."""

    IN_REVIEW = "IN_REVIEW"
    """Submitted, and reviewed by people."""
    BLOCKED = "BLOCKED"
    """Data must be corrected and submitted again."""
    COMPLETED = "COMPLETED"
    """Accepted; the numbers are rented and billed."""
    REJECTED = "REJECTED"
    """Rejected by the reviewers, finally."""
    EXPIRED = "EXPIRED"
    """Not submitted or corrected in time."""


class EventFailureCode(OpenEnum):
    """Failure code of a provisioning event."""

    CAMPAIGN_NOT_AVAILABLE = "CAMPAIGN_NOT_AVAILABLE"
    """The registry does not offer the campaign to Sinch."""
    EXCEEDED_10DLC_LIMIT = "EXCEEDED_10DLC_LIMIT"
    """The campaign has reached its maximum of numbers."""
    NUMBER_PROVISIONING_FAILED = "NUMBER_PROVISIONING_FAILED"
    """This number cannot join a campaign."""
    PARTNER_SERVICE_UNAVAILABLE = "PARTNER_SERVICE_UNAVAILABLE"
    """A partner of Sinch could not be reached."""
    CAMPAIGN_PENDING_ACCEPTANCE = "CAMPAIGN_PENDING_ACCEPTANCE"
    """Sinch has not accepted the campaign yet."""
    MNO_SHARING_ERROR = "MNO_SHARING_ERROR"
    """The campaign is not shared with all carriers."""
    CAMPAIGN_PROVISIONING_FAILED = "CAMPAIGN_PROVISIONING_FAILED"
    """The number could not be linked to the campaign."""
    CAMPAIGN_EXPIRED = "CAMPAIGN_EXPIRED"
    """The campaign has expired."""
    CAMPAIGN_MNO_REJECTED = "CAMPAIGN_MNO_REJECTED"
    """A carrier rejected the campaign."""
    CAMPAIGN_MNO_SUSPENDED = "CAMPAIGN_MNO_SUSPENDED"
    """A carrier suspended the campaign."""
    CAMPAIGN_MNO_REVIEW = "CAMPAIGN_MNO_REVIEW"
    """A carrier is still reviewing the campaign."""
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
    """The account's balance is insufficient."""
    MOCK_CAMPAIGN_NOT_ALLOWED = "MOCK_CAMPAIGN_NOT_ALLOWED"
    """The campaign is a mock campaign, for tests only."""
    TFN_NOT_ALLOWED = "TFN_NOT_ALLOWED"
    """Toll-free numbers cannot join a campaign."""
    INVALID_NNID = "INVALID_NNID"
    """The network ID (NNID) of the number is not valid."""
    PROVISIONING_TO_VOICE_PLATFORM_FAILED = "PROVISIONING_TO_VOICE_PLATFORM_FAILED"
    """Voice provisioning failed."""


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

        Raises `InvalidArgumentError` for a statement that cannot be part of the transaction, and
        `StoreError` when the handler has ended.

        Called by the package.

        Args:
            statement: One statement, with parameters as ``:name`` on every database. It must
                neither begin nor end a transaction.
            parameters: Values of the parameters.
            changes: Number of rows that the statement must change; any by default.
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
    """ID of the project."""
    resource_id: str | None = None
    """Phone number, in E.164."""
    resource_type: EventResourceType = EventResourceType.ACTIVE_NUMBER
    """Type of the resource: an active number."""
    event_type: NumberEventType | None = None
    """The change that the event reports."""
    status: EventStatus | None = None
    """Whether the change succeeded."""
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
    """ID of the project."""
    resource_id: str | None = None
    """Order ID."""
    resource_type: EventResourceType = EventResourceType.NUMBER_ORDER
    """Type of the resource: a number order."""
    event_type: NumberOrderEventType | None = None
    """The change that the event reports."""
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
    """ID of the project."""
    resource_id: str | None = None
    """Phone number, in E.164."""
    resource_type: EventResourceType = EventResourceType.IMPORTED_NUMBER
    """Type of the resource: an imported number, or a number in a hosting order."""
    event_type: ImportedNumberEventType | None = None
    """The change that the event reports."""
    status: EventStatus | None = None
    """Whether the change succeeded."""
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
    """ID of the event, the same in repeated deliveries."""
    timestamp: datetime | None = None
    """Event time in UTC; ``None`` if it cannot be parsed."""
    project_id: str | None = None
    """ID of the project."""
    resource_id: str | None = None
    """Phone number or ID of the resource."""
    resource_type: EventResourceType | None = None
    """Unknown enum value; ``None`` if missing."""
    event_type: str | None = None
    """The change that the event reports, as it was sent."""
    status: str | None = None
    """Status of the change, as it was sent."""
    failure_code: str | None = None
    """Reason of a failure, as it was sent."""
    internal_failure_code: str | None = None
    """Internal code of a failure: see `explain`."""
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
