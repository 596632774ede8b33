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
    from sinch_numbers.documents import (
        Document,
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
        ContentTooLargeError,
        InternalServerError,
        InvalidArgumentError,
        NoRequirementsError,
        NotFoundError,
        OrderIncompleteError,
        OrderRefusedError,
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
        UploadError,
    )
    from sinch_numbers.models import (
        ActiveNumber,
        AddressValidation,
        Attachment,
        AttachmentTemplate,
        AvailableNumber,
        AvailableRegion,
        BadRequest,
        CallbackConfiguration,
        Capability,
        ContentTooLarge,
        EmergencyAddress,
        ErrorDetail,
        EstVoice,
        Extra,
        FaxVoice,
        FieldViolation,
        Money,
        NumberOrder,
        NumberOrderState,
        NumberPrice,
        NumberRequirements,
        NumberType,
        OpenEnum,
        OrderBy,
        OrderNumber,
        ProvisioningStatus,
        Registration,
        RegistrationLog,
        RequiredAttachment,
        ResourceInfo,
        RtcVoice,
        SearchPattern,
        SmsConfiguration,
        SmsErrorCode,
        SmsProvisioning,
        UnknownDetail,
        UnknownVoice,
        UploadStatus,
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
        Body,
        Reply,
        Request,
        Stream,
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
    "Attachment",
    "AttachmentTemplate",
    "AuthUnavailableError",
    "AuthenticationError",
    "Authorizer",
    "AvailableNumber",
    "AvailableRegion",
    "Backoff",
    "BadRequest",
    "BadRequestError",
    "Body",
    "CallbackConfiguration",
    "Capability",
    "ClientClosedError",
    "ConflictError",
    "ContentTooLarge",
    "ContentTooLargeError",
    "Document",
    "EmergencyAddress",
    "ErrorDetail",
    "EstVoice",
    "Extra",
    "FaxVoice",
    "FieldViolation",
    "InternalServerError",
    "InvalidArgumentError",
    "Maybe",
    "Money",
    "NoRequirementsError",
    "NotFoundError",
    "NumberOrder",
    "NumberOrderState",
    "NumberPrice",
    "NumberRequirements",
    "NumberType",
    "NumbersClient",
    "OpenEnum",
    "OrderBy",
    "OrderIncompleteError",
    "OrderNumber",
    "OrderRefusedError",
    "OutOfStockError",
    "OutcomeUnknownError",
    "Page",
    "Pager",
    "PaginationError",
    "PermissionDeniedError",
    "ProvisioningStatus",
    "RateLimitError",
    "Registration",
    "RegistrationLog",
    "Reply",
    "Request",
    "RequiredAttachment",
    "ResourceInfo",
    "Retry",
    "RtcVoice",
    "SearchPattern",
    "Secret",
    "SinchNumbersError",
    "SmsConfiguration",
    "SmsErrorCode",
    "SmsProvisioning",
    "Stream",
    "SyncInLoopError",
    "SyncNumbersClient",
    "SyncPager",
    "TLSError",
    "Token",
    "TokenCache",
    "Transport",
    "UnexpectedRedirectError",
    "UnexpectedStatusError",
    "UnknownDetail",
    "UnknownVoice",
    "Unresolved",
    "UploadError",
    "UploadStatus",
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
    "documents",
    "retry",
    "unresolved",
    "auth",
    "client",
    "sync",
)
_MODULES = frozenset(("audit", "errors", "inventory", "models", "ordering", "sandbox"))


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
