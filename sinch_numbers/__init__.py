"""
The async-first Python SDK for the Sinch Numbers APIs.

Importing it is cheap: what a name needs is loaded when the name is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sinch_numbers._version import __version__

if TYPE_CHECKING:
    from sinch_numbers.auth import (
        Authorizer,
        Token,
        TokenCache,
    )
    from sinch_numbers.client import (
        NumbersClient,
    )
    from sinch_numbers.errors import (
        AlreadyOwnedError,
        APIConnectionError,
        APIReplyLostError,
        APIResponseError,
        APIStatusError,
        APITimeoutError,
        AuthenticationError,
        AuthUnavailableError,
        BadRequestError,
        ClientClosedError,
        ConflictError,
        InternalServerError,
        InvalidArgumentError,
        NotFoundError,
        OutcomeUnknownError,
        OutOfStockError,
        PaginationError,
        PermissionDeniedError,
        RateLimitError,
        SinchNumbersError,
        SyncInLoopError,
        TLSError,
        UnexpectedRedirectError,
        UnexpectedStatusError,
    )
    from sinch_numbers.models import (
        ActiveNumber,
        AddressValidation,
        AuthorisedPerson,
        AvailableNumber,
        AvailableRegion,
        BadRequest,
        BlanketLoaInfo,
        BusinessAddress,
        CallbackConfiguration,
        CampaignProvisioning,
        Capability,
        CarrierOperation,
        CarrierState,
        DirectLoaInfo,
        EmergencyAddress,
        ErrorDetail,
        EstVoice,
        Extra,
        FaxVoice,
        FieldViolation,
        GlobalProcessState,
        HostedNumber,
        HostingOrder,
        HostingOrderNumber,
        HostingOrderReport,
        HostingOrderState,
        HostingOrderType,
        HostingStatus,
        ImportedNumber,
        ImportedSmsConfiguration,
        ImportedSmsProvisioning,
        LinkDirection,
        LinkedService,
        LoaInfo,
        LoaType,
        MnoConfiguration,
        Money,
        NumberType,
        OpenEnum,
        OrderBy,
        OsrUpdate,
        PlatformProvisioning,
        ProvisioningStatus,
        QualificationStep,
        QualifiedNumber,
        ResellerLoaInfo,
        ResourceInfo,
        RtcVoice,
        SearchPattern,
        ServiceProvisioning,
        SmsConfiguration,
        SmsErrorCode,
        SmsProvisioning,
        StepState,
        TextEnableInfo,
        TimeOrder,
        UnknownDetail,
        UnknownVoice,
        ValidationResult,
        VoiceConfiguration,
        VoiceProvisioning,
        VoiceType,
    )
    from sinch_numbers.pagination import (
        Page,
        Pager,
    )
    from sinch_numbers.retry import (
        BILLABLE,
        IDEMPOTENT,
        SAFE,
        Backoff,
        Retry,
    )
    from sinch_numbers.secret import (
        Secret,
    )
    from sinch_numbers.sync import SyncNumbersClient, SyncPager
    from sinch_numbers.transport import (
        Reply,
        Request,
        Transport,
    )
    from sinch_numbers.unresolved import Unresolved
    from sinch_numbers.unset import (
        UNSET,
        Maybe,
    )

__all__ = [
    "BILLABLE",
    "IDEMPOTENT",
    "SAFE",
    "UNSET",
    "APIConnectionError",
    "APIReplyLostError",
    "APIResponseError",
    "APIStatusError",
    "APITimeoutError",
    "ActiveNumber",
    "AddressValidation",
    "AlreadyOwnedError",
    "AuthUnavailableError",
    "AuthenticationError",
    "AuthorisedPerson",
    "Authorizer",
    "AvailableNumber",
    "AvailableRegion",
    "Backoff",
    "BadRequest",
    "BadRequestError",
    "BlanketLoaInfo",
    "BusinessAddress",
    "CallbackConfiguration",
    "CampaignProvisioning",
    "Capability",
    "CarrierOperation",
    "CarrierState",
    "ClientClosedError",
    "ConflictError",
    "DirectLoaInfo",
    "EmergencyAddress",
    "ErrorDetail",
    "EstVoice",
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
    "ImportedSmsConfiguration",
    "ImportedSmsProvisioning",
    "InternalServerError",
    "InvalidArgumentError",
    "LinkDirection",
    "LinkedService",
    "LoaInfo",
    "LoaType",
    "Maybe",
    "MnoConfiguration",
    "Money",
    "NotFoundError",
    "NumberType",
    "NumbersClient",
    "OpenEnum",
    "OrderBy",
    "OsrUpdate",
    "OutOfStockError",
    "OutcomeUnknownError",
    "Page",
    "Pager",
    "PaginationError",
    "PermissionDeniedError",
    "PlatformProvisioning",
    "ProvisioningStatus",
    "QualificationStep",
    "QualifiedNumber",
    "RateLimitError",
    "Reply",
    "Request",
    "ResellerLoaInfo",
    "ResourceInfo",
    "Retry",
    "RtcVoice",
    "SearchPattern",
    "Secret",
    "ServiceProvisioning",
    "SinchNumbersError",
    "SmsConfiguration",
    "SmsErrorCode",
    "SmsProvisioning",
    "StepState",
    "SyncInLoopError",
    "SyncNumbersClient",
    "SyncPager",
    "TLSError",
    "TextEnableInfo",
    "TimeOrder",
    "Token",
    "TokenCache",
    "Transport",
    "UnexpectedRedirectError",
    "UnexpectedStatusError",
    "UnknownDetail",
    "UnknownVoice",
    "Unresolved",
    "ValidationResult",
    "VoiceConfiguration",
    "VoiceProvisioning",
    "VoiceType",
    "__version__",
]

# Lightest first: what is asked for is found before what is heavier gets loaded.
_HOMES = (
    "unset",
    "secret",
    "errors",
    "models",
    "pagination",
    "transport",
    "retry",
    "unresolved",
    "auth",
    "client",
    "sync",
)
_MODULES = frozenset(("audit", "errors", "inventory", "models", "sandbox"))


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"sinch_numbers.{name}")
    if name in __all__:
        for home in _HOMES:
            module = import_module(f"sinch_numbers.{home}")
            if hasattr(module, name):
                value = globals()[name] = getattr(module, name)
                return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
