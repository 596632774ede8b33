"""The shapes that the API sends and takes: immutable, hashable, without behaviour."""

from sinch_numbers.models.callbacks import CallbackConfiguration
from sinch_numbers.models.details import (
    BadRequest,
    ErrorDetail,
    FieldViolation,
    ResourceInfo,
    UnknownDetail,
)
from sinch_numbers.models.emergency import AddressValidation, EmergencyAddress
from sinch_numbers.models.enums import (
    Capability,
    NumberType,
    OpenEnum,
    OrderBy,
    ProvisioningStatus,
    SearchPattern,
    SmsErrorCode,
    ValidationResult,
    VoiceType,
)
from sinch_numbers.models.events import (
    Event,
    EventFailureCode,
    EventResourceType,
    EventStatus,
    ImportedNumberEvent,
    ImportedNumberEventType,
    NumberEvent,
    NumberEventType,
    NumberOrderEvent,
    NumberOrderEventStatus,
    NumberOrderEventType,
    UnknownEvent,
)
from sinch_numbers.models.fields import Extra
from sinch_numbers.models.numbers import ActiveNumber, AvailableNumber, Money
from sinch_numbers.models.regions import AvailableRegion
from sinch_numbers.models.sms import SmsConfiguration, SmsProvisioning
from sinch_numbers.models.voice import (
    EstVoice,
    FaxVoice,
    RtcVoice,
    UnknownVoice,
    VoiceConfiguration,
    VoiceProvisioning,
)

__all__ = [
    "ActiveNumber",
    "AddressValidation",
    "AvailableNumber",
    "AvailableRegion",
    "BadRequest",
    "CallbackConfiguration",
    "Capability",
    "EmergencyAddress",
    "ErrorDetail",
    "EstVoice",
    "Event",
    "EventFailureCode",
    "EventResourceType",
    "EventStatus",
    "Extra",
    "FaxVoice",
    "FieldViolation",
    "ImportedNumberEvent",
    "ImportedNumberEventType",
    "Money",
    "NumberEvent",
    "NumberEventType",
    "NumberOrderEvent",
    "NumberOrderEventStatus",
    "NumberOrderEventType",
    "NumberType",
    "OpenEnum",
    "OrderBy",
    "ProvisioningStatus",
    "ResourceInfo",
    "RtcVoice",
    "SearchPattern",
    "SmsConfiguration",
    "SmsErrorCode",
    "SmsProvisioning",
    "UnknownDetail",
    "UnknownEvent",
    "UnknownVoice",
    "ValidationResult",
    "VoiceConfiguration",
    "VoiceProvisioning",
    "VoiceType",
]
