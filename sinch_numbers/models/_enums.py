"""
Open enums of the API.

The service adds values over time. A value that this release does not know becomes a new
member: it equals, hashes, compares, and pickles like its string, and its ``known`` is false.
"""

from enum import StrEnum
from typing import Self

__all__ = [
    "Capability",
    "NumberOrderState",
    "NumberType",
    "OpenEnum",
    "OrderBy",
    "ProvisioningStatus",
    "SearchPattern",
    "SmsErrorCode",
    "UploadStatus",
    "ValidationResult",
    "VoiceType",
]


class OpenEnum(StrEnum):
    """An enumeration that is not closed: any text is a member."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        # Not registered, so that a hostile server cannot make the enumeration grow.
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member

    @property
    def known(self) -> bool:
        """Whether this release knew the word."""
        return self._value_ in type(self)._value2member_map_

    def __hash__(self) -> int:
        return str.__hash__(self)


class NumberType(OpenEnum):
    """Type of a phone number."""

    MOBILE = "MOBILE"
    """From a mobile range."""
    LOCAL = "LOCAL"
    """Tied to a place."""
    TOLL_FREE = "TOLL_FREE"
    """Free for the caller; the called side pays."""


class Capability(OpenEnum):
    """Which product can use a number; voice includes fax and SIP trunks."""

    SMS = "SMS"
    VOICE = "VOICE"


class SearchPattern(OpenEnum):
    """Position of a pattern in the full E.164 number, including the plus sign."""

    START = "START"
    CONTAINS = "CONTAINS"
    END = "END"


class OrderBy(OpenEnum):
    """Sort key of lists of active numbers."""

    PHONE_NUMBER = "phoneNumber"
    DISPLAY_NAME = "displayName"


class ProvisioningStatus(OpenEnum):
    """Provisioning status. No value means "done": the job disappears."""

    UNSPECIFIED = "PROVISIONING_STATUS_UNSPECIFIED"
    WAITING = "WAITING"
    IN_PROGRESS = "IN_PROGRESS"
    FAILED = "FAILED"


class SmsErrorCode(OpenEnum):
    """Why an SMS link could not be made."""

    UNSPECIFIED = "ERROR_CODE_UNSPECIFIED"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    SMS_PROVISIONING_FAILED = "SMS_PROVISIONING_FAILED"
    CAMPAIGN_PROVISIONING_FAILED = "CAMPAIGN_PROVISIONING_FAILED"
    CAMPAIGN_NOT_AVAILABLE = "CAMPAIGN_NOT_AVAILABLE"
    EXCEEDED_10DLC_LIMIT = "EXCEEDED_10DLC_LIMIT"
    NUMBER_PROVISIONING_FAILED = "NUMBER_PROVISIONING_FAILED"
    PARTNER_SERVICE_UNAVAILABLE = "PARTNER_SERVICE_UNAVAILABLE"
    CAMPAIGN_PENDING_ACCEPTANCE = "CAMPAIGN_PENDING_ACCEPTANCE"
    MNO_SHARING_ERROR = "MNO_SHARING_ERROR"
    CAMPAIGN_EXPIRED = "CAMPAIGN_EXPIRED"
    CAMPAIGN_MNO_REJECTED = "CAMPAIGN_MNO_REJECTED"
    CAMPAIGN_MNO_SUSPENDED = "CAMPAIGN_MNO_SUSPENDED"
    CAMPAIGN_MNO_REVIEW = "CAMPAIGN_MNO_REVIEW"
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
    MOCK_CAMPAIGN_NOT_ALLOWED = "MOCK_CAMPAIGN_NOT_ALLOWED"
    TFN_NOT_ALLOWED = "TFN_NOT_ALLOWED"
    INVALID_NNID = "INVALID_NNID"


class VoiceType(OpenEnum):
    """Type of a voice configuration."""

    RTC = "RTC"
    """A Voice API app."""
    EST = "EST"
    """An elastic SIP trunk."""
    FAX = "FAX"
    """A fax service."""


class ValidationResult(OpenEnum):
    """How well an emergency address is known."""

    UNSPECIFIED = "ADDRESS_VALIDATION_RESULT_CODE_UNSPECIFIED"
    EXACT_MATCH = "EXACT_MATCH"
    """Usable as sent."""
    NEAR_MATCH = "NEAR_MATCH"
    """Usable once corrected."""
    NO_MATCH = "NO_MATCH"
    """Not usable."""


class NumberOrderState(OpenEnum):
    """How far a number order is. `COMPLETED`, `REJECTED` and `EXPIRED` are final."""

    UNSPECIFIED = "NUMBER_ORDER_STATE_UNSPECIFIED"
    CREATED = "CREATED"
    """Its numbers are reserved until ``expire_time``; registration and documents are due."""
    IN_REVIEW = "IN_REVIEW"
    """People look at it; that takes hours or days."""
    BLOCKED = "BLOCKED"
    """The registration needs corrections; its ``logs`` name them."""
    REJECTED = "REJECTED"
    """It was turned down; the registration's ``logs`` say why."""
    COMPLETED = "COMPLETED"
    """The numbers are rented."""
    EXPIRED = "EXPIRED"
    """It was not submitted in time; its numbers are free again."""


class UploadStatus(OpenEnum):
    """Status of an uploaded document."""

    WAITING = "WAITING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
