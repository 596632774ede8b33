"""
Token cache: one shared fetch per event loop, and renewal before expiry.

`TokenCache` is independent of HTTP: it calls a `Fetch` function and caches the `Token`.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeGuard

import attrs

from sinch_numbers._core.logging import logger, masked
from sinch_numbers._core.native_threads import new_lock
from sinch_numbers._core.running_loop import running_loop
from sinch_numbers._core.shared_objects import SharedObject
from sinch_numbers._core.transport.fork_safety import register_fork_reset
from sinch_numbers.errors import (
    APIConnectionError,
    APIStatusError,
    AuthUnavailableError,
    ClientClosedError,
    SinchNumbersError,
)
from sinch_numbers.models._secret import Secret

__all__ = ["Authorizer", "Token", "TokenCache"]

_REFUSED_FOR: Final = 5.0
"""Seconds for which rejected credentials are not tried again."""
_CALM_RETRY: Final = 30.0
"""Seconds between renewal attempts while the token is valid for long."""
_URGENT: Final = 60.0
"""Remaining seconds of validity below which renewal is attempted more often."""
_CREDENTIALS: Final = frozenset((400, 401, 403))
"""Statuses of the token endpoint that reject the credentials."""


@attrs.frozen(eq=False)
class Token:
    """An access token, or the credentials of basic authentication."""

    authorization: Secret
    """The value of the ``Authorization`` header."""
    lifetime: float
    """Seconds of validity, from the start of the fetch."""


class Authorizer(Protocol):
    """Protocol of objects that authorize requests."""

    async def get(self) -> Token:
        """
        Return a token.

        Called by the package.
        """
        ...

    def invalidate(self, token: Token) -> bool:
        """
        Record a 401 for *token*; return whether a new token may help.

        Called by the package.

        Args:
            token: The token that was rejected.
        """
        ...

    async def close(self) -> None:
        """
        Cancel background fetches.

        Called by the package.
        """
        ...


def cached(tokens: Authorizer) -> Token | None:
    """Return the token that *tokens* would return without waiting, if known."""
    # Exact types only: a subclass may override `get`.
    if type(tokens) is TokenCache or type(tokens) is BasicAuthorizer:
        return tokens.cached()
    return None


def is_young(tokens: Authorizer, token: Token) -> bool:
    """Whether *tokens* fetched *token* so recently that the service may not know it yet."""
    return isinstance(tokens, TokenCache) and tokens.is_young(token)


def unavailable(problem: str, cause: SinchNumbersError | None) -> AuthUnavailableError:
    """Return the error for a missing token; *cause* is the error of the last attempt."""
    if isinstance(cause, APIStatusError):
        problem += f": HTTP {cause}"
    elif cause is not None:
        problem += f": {cause}"
    error = AuthUnavailableError(problem)
    if isinstance(cause, APIConnectionError):
        error.transient = cause.transient  # false for certificates and proxies that reject us
    if cause is not None:
        error.attempts, error.retry_after = cause.attempts, cause.retry_after
        error.__cause__ = cause.copy()  # without the traceback, whose frames hold the request
    return error


def late(tokens: Authorizer) -> AuthUnavailableError:
    """Return the error for a token that *tokens* did not return before the deadline."""
    cause = tokens.last_failure() if isinstance(tokens, TokenCache) else None
    waiting = "" if cause is not None else ": no response of the token service yet"
    return unavailable(f"no access token before the deadline{waiting}", cause)


class Fetch(Protocol):
    """Function that fetches a token."""

    def __call__(self, *, patiently: bool) -> Awaitable[Token]:
        """Fetch a token; retry if *patiently*."""
        ...


class BasicAuthorizer:
    """
    Basic authentication: sends the key with each request.

    The service throttles it, so use it for trials only.
    """

    def __init__(self, authorization: Secret) -> None:
        self._token = Token(authorization, float("inf"))

    async def get(self) -> Token:
        """Return the credentials."""
        return self._token

    def cached(self) -> Token:
        """Return the credentials."""
        return self._token

    def invalidate(self, token: Token) -> bool:  # noqa: ARG002 - the protocol's signature
        """Return false: the same key would be rejected again."""
        return False

    async def close(self) -> None:
        """Do nothing."""


@attrs.frozen(eq=False)
class _CachedToken:
    """A token and its `time.monotonic` deadlines."""

    token: Token
    renew_at: float
    """Renew the token in the background from this time on."""
    wait_at: float
    """Make calls wait for the renewal from this time on."""
    ends_at: float
    """Expiry of the token."""
    fetched_at: float
    """Time at which the fetch ended."""

    @classmethod
    def of(cls, token: Token, since: float, fetched_at: float) -> "_CachedToken":
        ends_at = since + token.lifetime
        window = min(300.0, 0.2 * token.lifetime)
        # Jitter of 20 % of the window: processes that start together renew at different times.
        return cls(
            token,
            renew_at=ends_at - random.uniform(0.8, 1.0) * window,
            wait_at=ends_at - min(30.0, 0.1 * token.lifetime),
            ends_at=ends_at,
            fetched_at=fetched_at,
        )


class TokenCache(SharedObject):
    """
    Access token cache for one key, shared by all clients that use it.

    Concurrent callers share one fetch and its result or error. Cancelling a caller doesn't
    cancel the fetch. A token is renewed in the background in the last fifth of its lifetime
    (at most 5 minutes); a failed renewal doesn't fail calls while the token is valid. Rejected
    credentials are not tried again for 5 seconds. Can be used from several event loops and
    threads.

    Created by the package.

    Args:
        fetch: Fetches a token.
        forced_refresh_interval: Minimum seconds between two fetches that a 401 causes.
        last_failure: Returns the error of the last attempt of a fetch, for messages.

    Example::

        second = NumbersClient("my-other-project", "key", "secret", tokens=client.tokens)
        token = await client.tokens.get()  # shared by both
    """

    def __init__(
        self,
        fetch: Fetch,
        *,
        forced_refresh_interval: float = 10.0,
        last_failure: Callable[[], SinchNumbersError | None] = lambda: None,
    ) -> None:
        self._fetch = fetch
        self.last_failure = last_failure
        """Return the error of the last attempt of the running fetch, if it is known."""
        self._forced_refresh_interval = forced_refresh_interval
        self._lease: _CachedToken | None = None
        self._flights: dict[asyncio.AbstractEventLoop, asyncio.Task[Token | None]] = {}
        self._refused: tuple[SinchNumbersError, float] | None = None
        self._forced_at = float("-inf")
        self._failures = 0
        self._next_try_at = 0.0
        self._lock = new_lock()
        register_fork_reset(self)

    async def get(self) -> Token:
        """
        Return a valid token; fetch one if necessary.

        Raises `AuthenticationError`, `PermissionDeniedError` or `BadRequestError` when the
        token service rejects the key, and `AuthUnavailableError` when it is unavailable.
        """
        return self.cached() or await self._fetched()

    def cached(self) -> Token | None:
        """
        Return the current token, ``None`` if a fetch must finish first.

        Called by the package.
        """
        lease = self._lease
        now = time.monotonic()
        if lease is None or now >= lease.ends_at:
            return None
        if now < lease.renew_at:
            return lease.token
        if now < self._next_try_at:
            return lease.token  # the last renewal failed, but the token is still valid
        if now < lease.wait_at:
            self._pending_fetch()
            return lease.token
        return None

    def is_young(self, token: Token) -> bool:
        """
        Whether *token* is the current one, and was fetched in the last 10 seconds.

        A 401 doesn't prove then that it is invalid: a node of the service may not know it yet.

        Called by the package.

        Args:
            token: A token of the cache.
        """
        lease = self._lease
        if lease is None or lease.token is not token:
            return False
        now = time.monotonic()
        return now < min(lease.fetched_at + self._forced_refresh_interval, lease.ends_at)

    def invalidate(self, token: Token) -> bool:
        """
        Remove *token* after a 401, unless it was already replaced.

        Return whether a retry may succeed. A 401 forces at most one fetch per 10 seconds, so a
        permanent 401 doesn't flood the token endpoint. An expired token doesn't count.

        Called by the package.

        Args:
            token: The token that was rejected.
        """
        with self._lock:
            # Another caller's 401 already replaced it: retry with the new token.
            if self._lease is None or self._lease.token is not token:
                return True
            now = time.monotonic()
            if now < self._lease.ends_at:  # an expired token forces nothing
                if now - self._forced_at < self._forced_refresh_interval:
                    return False
                self._forced_at = now
            self._lease = None
            logger.debug("token rejected (401), fetching a new one")
            return True

    async def close(self) -> None:
        """
        Cancel the fetch of the running event loop; its callers get `ClientClosedError`.

        Called by the package.
        """
        # A task can only be cancelled from the thread of its event loop.
        for loop, flight in list(self._flights.items()):
            if loop is asyncio.get_running_loop():
                flight.cancel()

    async def _fetched(self) -> Token:
        """Wait for the shared fetch; if it fails, return the old token while it is valid."""
        while True:
            if self._refused and time.monotonic() < self._refused[1]:
                # A copy per caller: raising one instance again would extend its traceback.
                raise self._refused[0].copy()
            failure: SinchNumbersError | None = None
            flight, token = self._pending_fetch(), None
            try:
                # Shield: cancelling one waiter must not cancel the shared fetch.
                token = await asyncio.shield(flight)
            except SinchNumbersError as error:
                failure = error
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if not flight.cancelled() or task is None or task.cancelling():
                    raise
                failure = ClientClosedError("the client is closed")  # see `close`
            if token is not None:
                return token
            lease = self._lease
            if lease is not None and time.monotonic() < lease.ends_at:
                return lease.token
            if failure is not None:
                raise failure.copy()
            # The fetch had succeeded, but its token expired before this task resumed.

    def _pending_fetch(self) -> "asyncio.Task[Token | None]":
        """Return the running fetch of this event loop; start one if there isn't any."""
        loop = running_loop()
        flight = self._flights.get(loop)
        if flight is None or flight.done():
            for other in [other for other in self._flights if other.is_closed()]:
                del self._flights[other]
            flight = self._flights[loop] = loop.create_task(self._renew())
            # Mark the exception as retrieved: a background renewal may have no waiter, and
            # asyncio would log an error. `_renew` has recorded it.
            flight.add_done_callback(lambda done: done.cancelled() or done.exception())
        return flight

    async def _renew(self) -> Token | None:
        """Fetch a token; ``None`` if one attempt failed and the old token is still valid."""
        while True:
            started = time.monotonic()
            lease = self._lease
            alive = lease is not None and started < lease.ends_at
            try:
                token = await self._fetch(patiently=not alive)
            except Exception as error:  # also a bug of a token source, as long as a token is valid
                self._note_failure(error, lease)
                if not alive or _is_refusal(error):
                    raise
                if self._is_good(lease):
                    return None
                continue  # the old token expired during the attempt: fetch with retries
            with self._lock:
                self._lease = _CachedToken.of(token, started, time.monotonic())
                self._failures, self._refused = 0, None
            logger.debug("token fetched, valid for %d s", token.lifetime)
            return token

    def _is_good(self, lease: _CachedToken | None) -> bool:
        return lease is not None and lease is self._lease and time.monotonic() < lease.ends_at

    def _note_failure(self, error: Exception, lease: _CachedToken | None) -> None:
        now = time.monotonic()
        if _is_refusal(error):
            self._refused = (error, now + _REFUSED_FOR)
        if lease is None or now >= lease.ends_at:
            return
        if lease.ends_at - now > _URGENT:
            self._next_try_at = now + _CALM_RETRY
        else:
            pause = min(2.0**self._failures, 8.0, lease.ends_at - now)
            self._next_try_at = now + pause * random.uniform(0.5, 1.0)
        if not self._failures:  # one warning per outage
            logger.warning(
                "token renewal failed, the current token is still valid: %s", masked(error)
            )
        self._failures += 1

    def reset_after_fork(self) -> object:
        """
        Keep the token in a forked child, but renew it earlier than the parent does.

        Called by the package.
        """
        left, self._flights = self._flights, {}
        self._lock = new_lock()
        if self._lease is not None:
            earlier = random.uniform(0, 0.2) * (self._lease.ends_at - self._lease.renew_at)
            self._lease = attrs.evolve(self._lease, renew_at=self._lease.renew_at - earlier)
        return left


def _is_refusal(error: Exception) -> TypeGuard[APIStatusError]:
    return isinstance(error, APIStatusError) and error.status in _CREDENTIALS
