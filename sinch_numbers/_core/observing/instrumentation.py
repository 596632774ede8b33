"""Calls observers and isolates the client from their exceptions."""

import inspect
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from sinch_numbers._core import arguments
from sinch_numbers._core.auth.cache import Fetch, Token
from sinch_numbers._core.callbacks import call_plain, reject_coroutines
from sinch_numbers._core.logging import logger
from sinch_numbers._core.observing.events import (
    AttemptEnded,
    CallEnded,
    CallStarted,
    Resending,
    TokenFetched,
)
from sinch_numbers._core.observing.observer import CallObserver, Observer
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.errors import SinchNumbersError

T = TypeVar("T")

_PORTS: Final = {"http": 80, "https": 443}

_CALL_METHODS: Final = ("headers", "attempted", "resending", "ended")
_plain_types: Final[weakref.WeakSet[type]] = weakref.WeakSet()
"""Classes of call observers whose methods are known to be plain functions."""


def check_methods(observer: object, *names: str) -> None:
    """Reject an *observer* with coroutine functions, whose coroutines nothing would await."""
    for name in names:
        # Static: a property or `__getattr__` of the observer may raise.
        method = inspect.getattr_static(observer, name, None)
        if method is not None:
            reject_coroutines(getattr(method, "__func__", method), f"observer.{name}")


class CallInstrumentation:
    """Reports one call to an observer; a context manager around the call."""

    def __init__(self, observer: Observer, origin: str, operation: Operation[Any]) -> None:
        parts = urlsplit(origin)
        self._observer = observer
        self._call = CallStarted(
            method=operation.method,
            template=operation.path or None,
            host=parts.hostname or "",
            port=parts.port or _PORTS[parts.scheme],
            billable=operation.policy.billable,
        )
        self._observed: CallObserver | None = None
        self._started = 0.0
        self._attempts = 0
        self._status: int | None = None
        self._unknown = False

    def __enter__(self) -> "CallInstrumentation":
        self._started = time.monotonic()
        # ``None`` if the observer raised: then the call is not reported.
        self._observed = _safely(
            lambda: call_plain(self._observer.call_started, "observer.call_started", self._call),
            None,
        )
        if self._observed is not None and type(self._observed) not in _plain_types:
            check_methods(self._observed, *_CALL_METHODS)
            _plain_types.add(type(self._observed))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if (observed := self._observed) is None:
            return
        ended = CallEnded(
            seconds=time.monotonic() - self._started,
            attempts=self._attempts,
            status=self._status,
            error=None if kind is None else kind.__name__,
            outcome_unknown=self._unknown,
        )
        _safely(lambda: observed.ended(ended), None)

    def headers(self) -> Mapping[str, str]:
        """Return the headers that the observer adds."""
        if (observed := self._observed) is None:
            return {}
        return _safely(lambda: arguments.headers(observed.headers()), {})

    @contextmanager
    def attempt(self) -> Iterator[Callable[[Reply], Reply]]:
        """Report one exchange; pass the response to the yielded function."""
        started = time.monotonic()
        self._attempts += 1
        self._status = None  # don't report the status of an earlier attempt
        failure: str | None = None

        def answered(reply: Reply) -> Reply:
            self._status = reply.status
            return reply

        try:
            yield answered
        except BaseException as error:  # a cancellation also ends the attempt
            failure = type(error).__name__
            raise
        finally:
            if (observed := self._observed) is not None:
                attempt = AttemptEnded(
                    number=self._attempts,
                    seconds=time.monotonic() - started,
                    status=self._status,
                    error=failure,
                )
                _safely(lambda: observed.attempted(attempt), None)

    def resending(self, error: SinchNumbersError, pause: float) -> None:
        """Report a retry after *error*."""
        if (observed := self._observed) is not None:
            resending = Resending(error=type(error).__name__, pause=pause)
            _safely(lambda: observed.resending(resending), None)

    def unknown(self) -> None:
        """Record that the outcome is unknown."""
        self._unknown = True


def watched_fetch(fetch: Fetch, observer: Observer) -> Fetch:
    """Return *fetch*, wrapped so that *observer* is notified when it ends."""

    async def watched(*, patiently: bool) -> Token:
        started = time.monotonic()
        failure: str | None = None
        try:
            return await fetch(patiently=patiently)
        except BaseException as error:
            failure = type(error).__name__
            raise
        finally:
            fetched = TokenFetched(seconds=time.monotonic() - started, error=failure)
            _safely(lambda: observer.token_fetched(fetched), None)

    return watched


def _safely(report: Callable[[], T], otherwise: T) -> T:
    try:
        return report()
    except Exception:  # noqa: BLE001 - the call must not fail because of its observer
        logger.exception("the observer failed")
        return otherwise
