"""Errors of the connection, and responses that cannot be parsed."""

from typing import Any

from sinch_numbers.errors._base import SinchNumbersError


class APIConnectionError(SinchNumbersError):
    """
    The connection failed.

    - Took effect: no, the call was not sent.
    - Retried: yes, until the retries or the deadline were exhausted.
    - Next step: check the network, then call again.
    """

    transient = True


class TLSError(APIConnectionError):
    """
    The TLS handshake or certificate verification failed.

    - Took effect: no, the call was not sent.
    - Retried: no, a retry would fail the same way.
    - Next step: correct the CA certificates, the URL, or the clock, as the message describes.
    """

    transient = False


class ProxyError(APIConnectionError):
    """
    The proxy is unreachable, or did not open a connection to the host.

    Transient unless the proxy rejected the connection, such as a wrong password (407) or a host
    that its rules forbid (403).

    - Took effect: no, the call was not sent.
    - Retried: yes, if transient.
    - Next step: correct the password (407), or have the proxy allow the host (403).
    """

    status: int | None = None
    """The HTTP status of the proxy's response; ``None`` if it sent none."""


class TooManyOpenFilesError(APIConnectionError):
    """
    The process, or the system, has no file descriptor left for a connection.

    - Took effect: no, nothing was sent.
    - Retried: yes, for 20 seconds, with fewer concurrent requests.
    - Next step: raise the limit (``ulimit -n``), close files, or lower ``max_concurrency``.
    """


class AuthUnavailableError(APIConnectionError):
    """
    No access token: the token service is unavailable.

    ``__cause__`` is the error of the last attempt to get a token; ``None`` if the deadline passed
    during the first one. Not transient if the cause is a connection error that isn't, such as a
    `TLSError`.

    - Took effect: no, the call was not sent.
    - Retried: the token request was.
    - Next step: call again later; ``__cause__`` has the reason.
    """


class APIReplyLostError(SinchNumbersError):
    """
    The call was sent, but its response was lost or incomplete.

    - Took effect: maybe.
    - Retried: reads and idempotent writes were; billable calls never are.
    - Next step: read the resource to see whether the call took effect, then decide.
    """

    transient = True
    maybe_applied = True


class APITimeoutError(APIReplyLostError):
    """
    The call was sent, but its response timed out.

    - Took effect: maybe.
    - Retried: reads and idempotent writes were; billable calls never are.
    - Next step: read the resource to see whether it took effect; raise ``timeout`` if needed.
    """


class APIResponseError(SinchNumbersError):
    """
    A successful response could not be parsed.

    Not transient if it is the requested resource with an invalid value: a retry would return
    the same.

    - Took effect: maybe.
    - Retried: reads and idempotent writes were, if transient; billable calls never are.
    - Next step: read the resource; if it stays unreadable, report it to Sinch.
    """

    transient = True
    maybe_applied = True


class UnreadableItemError(APIResponseError):
    """
    An item of a list could not be read.

    Raised by lists with ``on_unreadable="raise"``; otherwise the item is left out.

    - Took effect: no, lists change nothing.
    - Retried: no, a retry would return the same.
    - Next step: report ``item`` to Sinch; leave it out with ``on_unreadable="skip"``.
    """

    transient = False
    maybe_applied = False

    item: Any
    """The `UnreadableItem`: its position, the reason, and its JSON."""

    def __init__(self, message: str, item: Any = None) -> None:
        super().__init__(message)
        self.item = item


class UnreadableItemWarning(UserWarning):
    """Items of a list could not be read and were left out; the message names the first."""
