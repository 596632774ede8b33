"""
Open enums: the API's enum values, including values newer than this release.

The service adds values over time. An unknown value becomes a separate member: it equals,
hashes, compares and pickles like its str, and its ``known`` is false.
"""

from enum import StrEnum
from typing import Any, Self

from sinch_numbers.models._value_repr import ValueRepr

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


class OpenEnum(ValueRepr, StrEnum):
    """Open enum: every str is a valid member."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        # Not registered, so a hostile server cannot make the enum grow.
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member

    @property
    def known(self) -> bool:
        """Whether this release defines the value."""
        return self._value_ in type(self)._value2member_map_

    def __hash__(self) -> int:
        return str.__hash__(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        # Called by pydantic, which is then installed; this package doesn't require it.
        from sinch_numbers._core.serialization import pydantic_schema

        return pydantic_schema.of_enum(cls)


class NumberType(OpenEnum):
    """Type of a phone number."""

    MOBILE = "MOBILE"
    """Mobile number range."""
    LOCAL = "LOCAL"
    """Geographic number."""
    TOLL_FREE = "TOLL_FREE"
    """Toll-free: the called party pays."""


class Capability(OpenEnum):
    """Product that can use a number; voice includes fax and SIP trunks."""

    SMS = "SMS"
    """Text messages."""
    VOICE = "VOICE"
    """Voice calls."""


class SearchPattern(OpenEnum):
    """Position of a search pattern in the full E.164 number, plus sign included."""

    START = "START"
    """The number starts with the pattern."""
    CONTAINS = "CONTAINS"
    """The number contains the pattern."""
    END = "END"
    """The number ends with the pattern."""


class OrderBy(OpenEnum):
    """Sort order for lists of active numbers."""

    PHONE_NUMBER = "phoneNumber"
    """By phone number."""
    DISPLAY_NAME = "displayName"
    """By display name."""


class ProvisioningStatus(OpenEnum):
    """Provisioning status. A completed job disappears instead of having a status."""

    UNSPECIFIED = "PROVISIONING_STATUS_UNSPECIFIED"
    """No status was given."""
    WAITING = "WAITING"
    """Not started yet."""
    IN_PROGRESS = "IN_PROGRESS"
    """Started."""
    FAILED = "FAILED"
    """Failed; the error codes have the reason."""


class SmsErrorCode(OpenEnum):
    """Error code of a failed SMS provisioning."""

    UNSPECIFIED = "ERROR_CODE_UNSPECIFIED"
    """No code was given."""
    INTERNAL_ERROR = "INTERNAL_ERROR"
    """An internal error at Sinch, or the account could not be checked."""
    SMS_PROVISIONING_FAILED = "SMS_PROVISIONING_FAILED"
    """The service plan did not accept the number."""
    CAMPAIGN_PROVISIONING_FAILED = "CAMPAIGN_PROVISIONING_FAILED"
    """The number could not be linked to the campaign."""
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


class VoiceType(OpenEnum):
    """Voice product that answers calls to a number."""

    RTC = "RTC"
    """Voice API app."""
    EST = "EST"
    """Elastic SIP trunk."""
    FAX = "FAX"
    """Fax service."""


class ValidationResult(OpenEnum):
    """Match quality of an emergency address."""

    UNSPECIFIED = "ADDRESS_VALIDATION_RESULT_CODE_UNSPECIFIED"
    """No result was given."""
    EXACT_MATCH = "EXACT_MATCH"
    """Valid as submitted."""
    NEAR_MATCH = "NEAR_MATCH"
    """Valid after correction."""
    NO_MATCH = "NO_MATCH"
    """Invalid."""


class NumberOrderState(OpenEnum):
    """Number order state. `COMPLETED`, `REJECTED` and `EXPIRED` are final."""

    UNSPECIFIED = "NUMBER_ORDER_STATE_UNSPECIFIED"
    """No state was given."""
    CREATED = "CREATED"
    """Numbers are reserved until ``expire_time``; registration and documents are due."""
    IN_REVIEW = "IN_REVIEW"
    """Under manual review, which takes hours or days."""
    BLOCKED = "BLOCKED"
    """Correction required; see the registration's ``logs`` for details."""
    REJECTED = "REJECTED"
    """Rejected; see the registration's ``logs`` for the reason."""
    COMPLETED = "COMPLETED"
    """All numbers are rented."""
    EXPIRED = "EXPIRED"
    """Not submitted in time; the numbers are available again."""


class UploadStatus(OpenEnum):
    """Processing status of an uploaded document."""

    WAITING = "WAITING"
    """Not uploaded yet."""
    COMPLETED = "COMPLETED"
    """Uploaded and stored."""
    FAILED = "FAILED"
    """The upload failed: upload the document again."""
