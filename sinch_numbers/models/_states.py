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
    """No state was given."""
    WAITING = "WAITING"
    """Not started yet."""
    IN_PROGRESS = "IN_PROGRESS"
    """Started."""
    DONE = "DONE"
    """Completed."""
    FAILED = "FAILED"
    """Failed."""


class CarrierOperation(OpenEnum):
    """Operation in progress at a carrier."""

    UNSPECIFIED = "OPERATION_UNSPECIFIED"
    """No operation was given."""
    PROVISIONING = "PROVISIONING"
    """The number is set up at the carrier."""
    DEPROVISIONING = "DEPROVISIONING"
    """The number is removed from the carrier."""


class LinkedService(OpenEnum):
    """Service that an imported number is linked to."""

    SMS = "SMS"
    """SMS service plan."""
    CAMPAIGN = "CAMPAIGN"
    """10DLC campaign."""


class LinkDirection(OpenEnum):
    """Direction of a job: provisioning or deprovisioning."""

    PROVISIONING = "PROVISIONING"
    """The service is set."""
    DEPROVISIONING = "DEPROVISIONING"
    """The service is removed."""


class HostingOrderState(OpenEnum):
    """State of a hosting order."""

    UNSPECIFIED = "HOSTING_ORDER_STATE_UNSPECIFIED"
    """No state was given."""
    DRAFT = "DRAFT"
    """Not submitted yet."""
    SUBMITTED = "SUBMITTED"
    """Submitted, not started."""
    WAITING_FOR_LOA_SIGNATURE = "WAITING_FOR_LOA_SIGNATURE"
    """The letter of authorization was e-mailed. Not used for import orders."""
    IN_PROGRESS = "IN_PROGRESS"
    """Being processed."""
    COMPLETED = "COMPLETED"
    """Completed; single numbers may have failed."""
    REJECTED = "REJECTED"
    """Rejected, finally."""


class HostingOrderType(OpenEnum):
    """Type of a hosting order."""

    UNSPECIFIED = "HOSTING_ORDER_TYPE_UNSPECIFIED"
    """No type was given."""
    IMPORT = "IMPORT"
    """Imports numbers with their own NNID."""
    TEXT_ENABLE = "TYPE_TEXT_ENABLE"
    """Text-enables numbers with a letter of authorization."""


class LoaType(OpenEnum):
    """Type of a letter of authorization; case-insensitive, as spellings vary."""

    DIRECT = "Direct"
    """For a business that uses the numbers itself."""
    RESELLER = "Reseller"
    """For a business that resells numbers."""

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
    """No state was given."""
    ELIGIBLE_CHECK_PENDING = "GLOBAL_PROCESS_STATE_ELIGIBLE_CHECK_PENDING"
    """Eligibility is being checked."""
    ELIGIBLE = "GLOBAL_PROCESS_STATE_ELIGIBLE"
    """Eligible: ownership must be proven next."""
    NOT_ELIGIBLE = "GLOBAL_PROCESS_STATE_NOT_ELIGIBLE"
    """Not eligible for text-enabling."""
    VERIFICATION_PENDING = "GLOBAL_PROCESS_STATE_VERIFICATION_PENDING"
    """Waiting for proof of ownership: invoices by e-mail, or the code from a call."""
    VERIFICATION_FAILED = "GLOBAL_PROCESS_STATE_VERIFICATION_FAILED"
    """Ownership could not be proven."""
    VERIFICATION_BLOCKED = "GLOBAL_PROCESS_STATE_VERIFICATION_BLOCKED"
    """Verification is blocked."""
    VERIFIED = "GLOBAL_PROCESS_STATE_VERIFIED"
    """Ready to be text-enabled."""
    HOSTING_IN_PROGRESS = "GLOBAL_PROCESS_STATE_HOSTING_IN_PROGRESS"
    """Being text-enabled."""
    HOSTING_DONE = "GLOBAL_PROCESS_STATE_HOSTING_DONE"
    """Text-enabled."""
    HOSTING_FAILED = "GLOBAL_PROCESS_STATE_HOSTING_FAILED"
    """Text-enabling failed."""

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
    """Text-enabled."""
    FAILED = "HOSTING_STATUS_FAILED"
    """Text-enabling failed."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        for number, member in enumerate(cls):
            if value == str(number):
                return member
        return super()._missing_(value)


class TimeOrder(OpenEnum):
    """Sort order for lists on the host for imported numbers."""

    CREATED_TIME = "createdTime"
    """By time of creation."""
    UPDATED_TIME = "updatedTime"
    """By time of the last change."""
