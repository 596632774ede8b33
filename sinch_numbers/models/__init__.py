"""The shapes that the API sends and takes: immutable, hashable, without behaviour."""

from sinch_numbers.models.callbacks import CallbackConfiguration
from sinch_numbers.models.details import (
    BadRequest,
    ContentTooLarge,
    ErrorDetail,
    FieldViolation,
    ResourceInfo,
    UnknownDetail,
)
from sinch_numbers.models.emergency import AddressValidation, EmergencyAddress
from sinch_numbers.models.enums import (
    Capability,
    NumberOrderState,
    NumberType,
    OpenEnum,
    OrderBy,
    ProvisioningStatus,
    SearchPattern,
    SmsErrorCode,
    UploadStatus,
    ValidationResult,
    VoiceType,
)
from sinch_numbers.models.fields import Extra
from sinch_numbers.models.numbers import ActiveNumber, AvailableNumber, Money
from sinch_numbers.models.orders import (
    Attachment,
    AttachmentTemplate,
    NumberOrder,
    NumberPrice,
    NumberRequirements,
    OrderNumber,
    Registration,
    RegistrationLog,
    RequiredAttachment,
)
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
    "Attachment",
    "AttachmentTemplate",
    "AvailableNumber",
    "AvailableRegion",
    "BadRequest",
    "CallbackConfiguration",
    "Capability",
    "ContentTooLarge",
    "EmergencyAddress",
    "ErrorDetail",
    "EstVoice",
    "Extra",
    "FaxVoice",
    "FieldViolation",
    "Money",
    "NumberOrder",
    "NumberOrderState",
    "NumberPrice",
    "NumberRequirements",
    "NumberType",
    "OpenEnum",
    "OrderBy",
    "OrderNumber",
    "ProvisioningStatus",
    "Registration",
    "RegistrationLog",
    "RequiredAttachment",
    "ResourceInfo",
    "RtcVoice",
    "SearchPattern",
    "SmsConfiguration",
    "SmsErrorCode",
    "SmsProvisioning",
    "UnknownDetail",
    "UnknownVoice",
    "UploadStatus",
    "ValidationResult",
    "VoiceConfiguration",
    "VoiceProvisioning",
    "VoiceType",
]
