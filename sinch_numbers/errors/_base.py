"""The base class of all exceptions, and how they are copied and pickled."""

from typing import Any, Final, Self

from sinch_numbers._core.escaping import printable, shortened
from sinch_numbers.models._serializable import Serializable

_LONGEST: Final = 4_000
"""Maximum length of a message; longer ones are shortened in the middle."""
_LONGEST_PATH: Final = 400


class SinchNumbersError(Exception, Serializable):
    """
    Base class of all exceptions; attributes describe the failed call.

    - Took effect: see ``maybe_applied``.
    - Retried: what is safe to retry was retried before the error was raised; see ``attempts``.
    - Next step: call again later if ``transient``, and not ``maybe_applied``; else see the class.
    """

    transient: bool = False
    """Whether the same call may succeed later."""
    maybe_applied: bool = False
    """
    Whether the call may have taken effect in spite of the error.

    False if a read proved that it did not, even in classes where the default is true.
    """

    message: str
    """The problem, without method and path."""
    method: str | None = None
    """The HTTP method of the call."""
    path: str | None = None
    """The path of the call, without host and query."""
    attempts: int = 0
    """Number of attempts, including those that were not sent."""
    retry_after: float | None = None
    """Seconds to wait, from the ``Retry-After`` header."""
    request_id: str | None = None
    """The service's ID of the request, if a response header has one."""
    quota_exhausted: bool = False
    """Whether a retry was skipped because the retry budget was exhausted."""
    page_token: str | None = None
    """In a list: token of the page that failed, to resume with ``pages(page_token)``."""

    def __init__(self, message: str) -> None:
        message = shortened(message, _LONGEST)
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        # Escaped here, once for all classes: messages quote servers, proxies, and file names.
        return printable("; ".join((self._described(), *self._appended())))

    def _described(self) -> str:
        """Return the message with the call."""
        if self.method is None:
            return self.message
        times = f", attempt {self.attempts}" if self.attempts > 1 else ""
        return f"{self.message} ({self.method} {shortened(str(self.path), _LONGEST_PATH)}{times})"

    def _appended(self) -> tuple[str, ...]:
        """Return the parts after the message: field violations, advice, and request ID."""
        return (f"request id {shortened(self.request_id)}",) if self.request_id else ()

    def __reduce__(self) -> tuple[Any, ...]:
        # Other causes may hold a connection, or not be picklable.
        cause = self.__cause__ if isinstance(self.__cause__, SinchNumbersError) else None
        return _restore, (type(self), self.args, vars(self), cause)

    def copy(self) -> Self:
        """Return a copy without the traceback, to raise for another caller."""
        restore, state = self.__reduce__()
        twin: Self = restore(*state)
        return twin


def _restore(
    cls: type[SinchNumbersError],
    args: tuple[Any, ...],
    state: dict[str, Any],
    cause: SinchNumbersError | None,
) -> Any:
    # Bypass `__init__`: its signature differs between the classes.
    error = cls.__new__(cls, *args)
    error.args = args
    vars(error).update(state)
    error.__cause__ = cause
    return error
