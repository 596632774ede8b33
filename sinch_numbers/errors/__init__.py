"""
Exceptions raised by this package.

Each class has two properties that determine retries. *Transient*: the same call may succeed
later. *Maybe applied*: the call may have taken effect in spite of the error.

::

    SinchNumbersError                        transient   maybe applied
    ├─ InvalidArgumentError     not sent        no           no
    │  └─ MissingCredentialsError               no           no
    ├─ InvalidEventError        bad webhook     no           no
    ├─ ClientClosedError        not sent        no           no
    ├─ SyncInLoopError          not sent        no           no
    ├─ UnsupportedRuntimeError  no asyncio      no           no
    ├─ MissingExtraError        not installed   no           no
    ├─ OutOfStockError          none available  no           no
    ├─ AlreadyOwnedError        already rented  no           no
    ├─ NumberBusyError          claimed         yes          no
    ├─ StoreError               store unusable  no           no
    ├─ PaginationError          endless list    no           no
    ├─ UploadError              file unreadable no           no
    ├─ OutputFileError          not written     no           no
    ├─ SandboxStateError        file unusable   no           no
    ├─ CassetteError            not a cassette  no           no
    ├─ UnexpectedRequestError   not recorded    no           no
    ├─ OrderIncompleteError     data missing    no           no
    ├─ OrderRefusedError        data rejected   no           no
    ├─ BudgetExceededError      too expensive   no           no
    ├─ CurrencyMismatchError    two currencies  no           no
    ├─ PurchaseIncompleteError  some not bought no           yes
    ├─ WaitFailedError          wait failed     no           no
    ├─ WaitTimeoutError         wait timed out  yes          no
    ├─ OutcomeUnknownError      billable        no           yes
    ├─ UnexpectedResultError    wrong number    no           yes
    ├─ APIConnectionError       not sent        yes          no
    │  ├─ TLSError              not verified    no           no
    │  ├─ ProxyError            no tunnel       yes          no
    │  ├─ TooManyOpenFilesError no descriptor   yes          no
    │  └─ AuthUnavailableError  no token        yes          no
    ├─ APIReplyLostError        no response     yes          yes
    │  └─ APITimeoutError       timeout         yes          yes
    ├─ APIResponseError         cannot parse    yes          yes
    │  └─ UnreadableItemError   in a list       no           no
    └─ APIStatusError           error response  no           no
       ├─ UnexpectedRedirectError      3xx      no           no
       ├─ BadRequestError              400      no           no
       ├─ AuthenticationError          401      no           no
       ├─ PermissionDeniedError        403      no           no
       ├─ NotFoundError                404      no           no
       ├─ ConflictError                409      no           no
       ├─ ContentTooLargeError         413      no           no
       ├─ RateLimitError               429      yes          no
       ├─ InternalServerError     408, 5xx      yes          yes
       └─ UnexpectedStatusError      other      no           yes

All can be pickled. None references a connection, a token, or a secret. ``str(error)`` has no
control characters: those of a server's text are escaped. Long values are shortened in the middle.
"""

from sinch_numbers.errors._base import (
    SinchNumbersError,
)
from sinch_numbers.errors._connection import (
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APITimeoutError,
    AuthUnavailableError,
    ProxyError,
    TLSError,
    TooManyOpenFilesError,
    UnreadableItemError,
    UnreadableItemWarning,
)
from sinch_numbers.errors._numbers import (
    AlreadyOwnedError,
    BudgetExceededError,
    CurrencyMismatchError,
    NumberBusyError,
    OrderIncompleteError,
    OrderRefusedError,
    OutcomeUnknownError,
    OutOfStockError,
    PaginationError,
    PurchaseIncompleteError,
    UnexpectedResultError,
    WaitFailedError,
    WaitTimeoutError,
)
from sinch_numbers.errors._status import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ContentTooLargeError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnexpectedRedirectError,
    UnexpectedStatusError,
)
from sinch_numbers.errors._usage import (
    CassetteError,
    ClientClosedError,
    InvalidArgumentError,
    InvalidEventError,
    MissingCredentialsError,
    MissingExtraError,
    OutputFileError,
    SandboxStateError,
    StoreError,
    SyncInLoopError,
    UnexpectedRequestError,
    UnsupportedRuntimeError,
    UploadError,
)

__all__ = [
    "APIConnectionError",
    "APIReplyLostError",
    "APIResponseError",
    "APIStatusError",
    "APITimeoutError",
    "AlreadyOwnedError",
    "AuthUnavailableError",
    "AuthenticationError",
    "BadRequestError",
    "BudgetExceededError",
    "CassetteError",
    "ClientClosedError",
    "ConflictError",
    "ContentTooLargeError",
    "CurrencyMismatchError",
    "InternalServerError",
    "InvalidArgumentError",
    "InvalidEventError",
    "MissingCredentialsError",
    "MissingExtraError",
    "NotFoundError",
    "NumberBusyError",
    "OrderIncompleteError",
    "OrderRefusedError",
    "OutOfStockError",
    "OutcomeUnknownError",
    "OutputFileError",
    "PaginationError",
    "PermissionDeniedError",
    "ProxyError",
    "PurchaseIncompleteError",
    "RateLimitError",
    "SandboxStateError",
    "SinchNumbersError",
    "StoreError",
    "SyncInLoopError",
    "TLSError",
    "TooManyOpenFilesError",
    "UnexpectedRedirectError",
    "UnexpectedRequestError",
    "UnexpectedResultError",
    "UnexpectedStatusError",
    "UnreadableItemError",
    "UnreadableItemWarning",
    "UnsupportedRuntimeError",
    "UploadError",
    "WaitFailedError",
    "WaitTimeoutError",
]

# The public path, in tracebacks and pickles.
for _name in __all__:
    globals()[_name].__module__ = __name__
