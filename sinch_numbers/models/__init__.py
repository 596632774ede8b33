"""The shapes that the API sends and takes: immutable, hashable, without behaviour."""

from typing import TYPE_CHECKING, Any

from sinch_numbers.lazy import loading

if TYPE_CHECKING:
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
    from sinch_numbers.models.hosting import (
        CampaignProvisioning,
        HostingOrder,
        HostingOrderNumber,
        HostingOrderReport,
        OsrUpdate,
        PlatformProvisioning,
        TextEnableInfo,
    )
    from sinch_numbers.models.imported import (
        CarrierState,
        ImportedNumber,
        ImportedSmsConfiguration,
        ImportedSmsProvisioning,
        MnoConfiguration,
        ServiceProvisioning,
    )
    from sinch_numbers.models.letters import (
        AuthorisedPerson,
        BlanketLoaInfo,
        BusinessAddress,
        DirectLoaInfo,
        LoaInfo,
        ResellerLoaInfo,
    )
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
    from sinch_numbers.models.qualified import (
        HostedNumber,
        QualificationStep,
        QualifiedNumber,
    )
    from sinch_numbers.models.regions import AvailableRegion
    from sinch_numbers.models.sms import SmsConfiguration, SmsProvisioning
    from sinch_numbers.models.states import (
        CarrierOperation,
        GlobalProcessState,
        HostingOrderState,
        HostingOrderType,
        HostingStatus,
        LinkDirection,
        LinkedService,
        LoaType,
        StepState,
        TimeOrder,
    )
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
    "AuthorisedPerson",
    "AvailableNumber",
    "AvailableRegion",
    "BadRequest",
    "BlanketLoaInfo",
    "BusinessAddress",
    "CallbackConfiguration",
    "CampaignProvisioning",
    "Capability",
    "CarrierOperation",
    "CarrierState",
    "ContentTooLarge",
    "DirectLoaInfo",
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
    "GlobalProcessState",
    "HostedNumber",
    "HostingOrder",
    "HostingOrderNumber",
    "HostingOrderReport",
    "HostingOrderState",
    "HostingOrderType",
    "HostingStatus",
    "ImportedNumber",
    "ImportedNumberEvent",
    "ImportedNumberEventType",
    "ImportedSmsConfiguration",
    "ImportedSmsProvisioning",
    "LinkDirection",
    "LinkedService",
    "LoaInfo",
    "LoaType",
    "MnoConfiguration",
    "Money",
    "NumberEvent",
    "NumberEventType",
    "NumberOrder",
    "NumberOrderEvent",
    "NumberOrderEventStatus",
    "NumberOrderEventType",
    "NumberOrderState",
    "NumberPrice",
    "NumberRequirements",
    "NumberType",
    "OpenEnum",
    "OrderBy",
    "OrderNumber",
    "OsrUpdate",
    "PlatformProvisioning",
    "ProvisioningStatus",
    "QualificationStep",
    "QualifiedNumber",
    "Registration",
    "RegistrationLog",
    "RequiredAttachment",
    "ResellerLoaInfo",
    "ResourceInfo",
    "RtcVoice",
    "SearchPattern",
    "ServiceProvisioning",
    "SmsConfiguration",
    "SmsErrorCode",
    "SmsProvisioning",
    "StepState",
    "TextEnableInfo",
    "TimeOrder",
    "UnknownDetail",
    "UnknownEvent",
    "UnknownVoice",
    "UploadStatus",
    "ValidationResult",
    "VoiceConfiguration",
    "VoiceProvisioning",
    "VoiceType",
]

# What most calls are about comes first.
_find = loading(
    __name__,
    __all__,
    (
        "enums",
        "fields",
        "sms",
        "voice",
        "numbers",
        "regions",
        "emergency",
        "events",
        "callbacks",
        "details",
        "states",
        "letters",
        "imported",
        "qualified",
        "hosting",
        "orders",
    ),
)


def __getattr__(name: str) -> Any:
    return _find(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
