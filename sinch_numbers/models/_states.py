"""
Open enums of the API host for imported numbers.

No recorded traffic with this host is available. Where its reference contradicts itself, both
spellings are accepted and map to the same member.
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
    """State of one step of an import, hosting order or qualification."""

    UNSPECIFIED = "STATE_UNSPECIFIED"
    WAITING = "WAITING"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    FAILED = "FAILED"


class CarrierOperation(OpenEnum):
    """Operation in progress at a carrier."""

    UNSPECIFIED = "OPERATION_UNSPECIFIED"
    PROVISIONING = "PROVISIONING"
    DEPROVISIONING = "DEPROVISIONING"


class LinkedService(OpenEnum):
    """Service that an imported number is linked to."""

    SMS = "SMS"
    """SMS service plan."""
    CAMPAIGN = "CAMPAIGN"
    """10DLC campaign."""


class LinkDirection(OpenEnum):
    """Direction of a job: provisioning or deprovisioning."""

    PROVISIONING = "PROVISIONING"
    DEPROVISIONING = "DEPROVISIONING"


class HostingOrderState(OpenEnum):
    """State of a hosting order."""

    UNSPECIFIED = "HOSTING_ORDER_STATE_UNSPECIFIED"
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    WAITING_FOR_LOA_SIGNATURE = "WAITING_FOR_LOA_SIGNATURE"
    """The letter of authorization was e-mailed. Not used for import orders."""
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"


class HostingOrderType(OpenEnum):
    """Type of a hosting order."""

    UNSPECIFIED = "HOSTING_ORDER_TYPE_UNSPECIFIED"
    IMPORT = "IMPORT"
    TEXT_ENABLE = "TYPE_TEXT_ENABLE"


class LoaType(OpenEnum):
    """Type of a letter of authorization; case-insensitive, as spellings vary."""

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
    Progress of a number toward being text-enabled.

    Values are accepted with and without the common prefix ``GLOBAL_PROCESS_STATE_``, and sent
    with it.
    """

    UNSPECIFIED = "GLOBAL_PROCESS_STATE_UNSPECIFIED"
    ELIGIBLE_CHECK_PENDING = "GLOBAL_PROCESS_STATE_ELIGIBLE_CHECK_PENDING"
    ELIGIBLE = "GLOBAL_PROCESS_STATE_ELIGIBLE"
    NOT_ELIGIBLE = "GLOBAL_PROCESS_STATE_NOT_ELIGIBLE"
    VERIFICATION_PENDING = "GLOBAL_PROCESS_STATE_VERIFICATION_PENDING"
    """Waiting for proof of ownership: invoices by e-mail, or the code from a call."""
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
    """Result of hosting a number; the reference lists both strings and numbers."""

    UNSPECIFIED = "HOSTING_STATUS_UNSPECIFIED"
    """Not hosted yet."""
    HOSTED = "HOSTING_STATUS_HOSTED"
    FAILED = "HOSTING_STATUS_FAILED"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        for number, member in enumerate(cls):
            if value == str(number):
                return member
        return super()._missing_(value)


class TimeOrder(OpenEnum):
    """Sort order for lists on the host for imported numbers."""

    CREATED_TIME = "createdTime"
    UPDATED_TIME = "updatedTime"
