"""
The word lists of the host for imported numbers, kept open like the others.

No exchange with that host is on record, so where its reference contradicts itself the other
spelling is read as well; it comes out as the same member.
"""

from typing import Self

from sinch_numbers.models._enums import OpenEnum

__all__ = [
    "CarrierOperation",
    "GlobalProcessState",
    "HostingOrderState",
    "HostingOrderType",
    "HostingStatus",
    "LinkDirection",
    "LinkedService",
    "LoaType",
    "StepState",
    "TimeOrder",
]


class StepState(OpenEnum):
    """How far one step is: of an import, of a hosting order, of a qualification."""

    UNSPECIFIED = "STATE_UNSPECIFIED"
    WAITING = "WAITING"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    FAILED = "FAILED"


class CarrierOperation(OpenEnum):
    """Operation at a carrier."""

    UNSPECIFIED = "OPERATION_UNSPECIFIED"
    PROVISIONING = "PROVISIONING"
    DEPROVISIONING = "DEPROVISIONING"


class LinkedService(OpenEnum):
    """Service that an imported number is configured for."""

    SMS = "SMS"
    """An SMS service plan."""
    CAMPAIGN = "CAMPAIGN"
    """A 10DLC campaign."""


class LinkDirection(OpenEnum):
    """Whether a link is being made or cut."""

    PROVISIONING = "PROVISIONING"
    DEPROVISIONING = "DEPROVISIONING"


class HostingOrderState(OpenEnum):
    """How far a hosting order is."""

    UNSPECIFIED = "HOSTING_ORDER_STATE_UNSPECIFIED"
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    WAITING_FOR_LOA_SIGNATURE = "WAITING_FOR_LOA_SIGNATURE"
    """The letter of authorisation was e-mailed; orders to import have none."""
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"


class HostingOrderType(OpenEnum):
    """Type of a hosting order."""

    UNSPECIFIED = "HOSTING_ORDER_TYPE_UNSPECIFIED"
    IMPORT = "IMPORT"
    TEXT_ENABLE = "TYPE_TEXT_ENABLE"


class LoaType(OpenEnum):
    """Whose letter of authorisation it is; the reference spells them in two ways."""

    DIRECT = "Direct"
    RESELLER = "Reseller"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        for member in cls:
            if isinstance(value, str) and value.casefold() == member.casefold():
                return member
        return super()._missing_(value)


class GlobalProcessState(OpenEnum):
    """
    How far a number is from text-enabled.

    The words are read and taken with and without their common prefix,
    ``GLOBAL_PROCESS_STATE_``, and sent with it.
    """

    UNSPECIFIED = "GLOBAL_PROCESS_STATE_UNSPECIFIED"
    ELIGIBLE_CHECK_PENDING = "GLOBAL_PROCESS_STATE_ELIGIBLE_CHECK_PENDING"
    ELIGIBLE = "GLOBAL_PROCESS_STATE_ELIGIBLE"
    NOT_ELIGIBLE = "GLOBAL_PROCESS_STATE_NOT_ELIGIBLE"
    VERIFICATION_PENDING = "GLOBAL_PROCESS_STATE_VERIFICATION_PENDING"
    """The proof of ownership is awaited: invoices by e-mail, or the code from a call."""
    VERIFICATION_FAILED = "GLOBAL_PROCESS_STATE_VERIFICATION_FAILED"
    VERIFICATION_BLOCKED = "GLOBAL_PROCESS_STATE_VERIFICATION_BLOCKED"
    VERIFIED = "GLOBAL_PROCESS_STATE_VERIFIED"
    """Ready to be text-enabled."""
    HOSTING_IN_PROGRESS = "GLOBAL_PROCESS_STATE_HOSTING_IN_PROGRESS"
    HOSTING_DONE = "GLOBAL_PROCESS_STATE_HOSTING_DONE"
    HOSTING_FAILED = "GLOBAL_PROCESS_STATE_HOSTING_FAILED"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        for member in cls:
            if value == member.removeprefix("GLOBAL_PROCESS_STATE_"):
                return member
        return super()._missing_(value)


class HostingStatus(OpenEnum):
    """How the hosting of a number ended; the reference gives both words and numbers."""

    UNSPECIFIED = "HOSTING_STATUS_UNSPECIFIED"
    """Not yet."""
    HOSTED = "HOSTING_STATUS_HOSTED"
    FAILED = "HOSTING_STATUS_FAILED"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        for number, member in enumerate(cls):
            if value == str(number):
                return member
        return super()._missing_(value)


class TimeOrder(OpenEnum):
    """Sort key of lists of imported numbers, orders, and qualified numbers."""

    CREATED_TIME = "createdTime"
    UPDATED_TIME = "updatedTime"
