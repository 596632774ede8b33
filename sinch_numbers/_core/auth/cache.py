"""
Tokens: fetched once for everybody, renewed before they end, never shown.

`TokenCache` knows nothing of HTTP; it is given a way to fetch and gives out `Token`s.
"""

import asyncio
import random
import threading
import time
from collections.abc import Awaitable
from typing import Final, Protocol

import attrs

from sinch_numbers._core.logging import logger, masked
from sinch_numbers._core.transport.fork_safety import register_fork_reset
from sinch_numbers.errors import APIStatusError, SinchNumbersError
from sinch_numbers.models._secret import Secret

__all__ = ["Authorizer", "Token", "TokenCache"]

_REFUSED_FOR: Final = 5.0
_CALM_RETRY: Final = 30.0
_URGENT: Final = 60.0
_CREDENTIALS: Final = frozenset((400, 401, 403))


@attrs.frozen(eq=False)
class Token:
    """An access token, or the credentials of basic authentication."""

    authorization: Secret
    """The value of the ``Authorization`` header."""
    lifetime: float
    """Seconds of validity when it was fetched."""


class Authorizer(Protocol):
    """Protocol of objects that authorize requests."""

    async def get(self) -> Token:
        """Return a token."""
        ...

    def invalidate(self, token: Token) -> bool:
        """Record a 401 for *token*; return whether a new token may help."""
        ...

    async def close(self) -> None:
        """Cancel background fetches."""
        ...


def cached(tokens: Authorizer) -> Token | None:
    """Return the token that *tokens* would return without waiting, if known."""
    # Exact types only: a subclass may override `get`.
    if type(tokens) is TokenCache or type(tokens) is BasicAuthorizer:
        return tokens.cached()
    return None


class Fetch(Protocol):
    """A way to fetch a token."""

    def __call__(self, *, patiently: bool) -> Awaitable[Token]:
        """Fetch a token, with more than one try when *patiently*."""
        ...


class BasicAuthorizer:
    """Sends the key itself with each request; the service throttles that, so: for trials."""

    def __init__(self, authorization: Secret) -> None:
        self._token = Token(authorization, float("inf"))

    async def get(self) -> Token:
        """Return the key."""
        return self._token

    def cached(self) -> Token:
        """Return the key."""
        return self._token

    def invalidate(self, token: Token) -> bool:  # noqa: ARG002 - there is only one
        """Return false: the same key would be refused again."""
        return False

    async def close(self) -> None:
        """Do nothing."""


@attrs.frozen(eq=False)
class _CachedToken:
    """A token and its `time.monotonic` deadlines."""

    token: Token
    renew_at: float
    """From then on it is renewed in the background."""
    wait_at: float
    """From here on calls wait for the renewal."""
    ends_at: float

    @classmethod
    def of(cls, token: Token, since: float) -> "_CachedToken":
        ends_at = since + token.lifetime
        window = min(300.0, 0.2 * token.lifetime)
        return cls(
            token,
            renew_at=ends_at - random.uniform(0.8, 1.0) * window,
            wait_at=ends_at - min(30.0, 0.1 * token.lifetime),
            ends_at=ends_at,
        )


class TokenCache:
    """
    The token of one key, for all clients that are given this cache.

    However many callers ask, one fetch is under way at a time, and its outcome, good or bad,
    is everybody's. Cancelling a caller cancels no fetch. A token is renewed in the
    background in the last fifth of its life (at most five minutes), and as long as it is
    good a failing renewal fails no call. Credentials that were refused are not tried again
    for five seconds. It can be used from several event loops and threads.
    """

    def __init__(self, fetch: Fetch, *, forced_refresh_interval: float = 10.0) -> None:
        self._fetch = fetch
        self._forced_refresh_interval = forced_refresh_interval
        self._lease: _CachedToken | None = None
        self._flights: dict[asyncio.AbstractEventLoop, asyncio.Task[Token | None]] = {}
        self._refused: tuple[SinchNumbersError, float] | None = None
        self._forced_at = float("-inf")
        self._failures = 0
        self._next_try_at = 0.0
        self._lock = threading.Lock()
        register_fork_reset(self)

    async def get(self) -> Token:
        """
        Return a token that is good now.

        Raises `AuthenticationError`, `PermissionDeniedError` or `BadRequestError` when the
        token service refuses the key and `AuthUnavailableError` when it cannot be asked.
        """
        return self.cached() or await self._fetched()

    def cached(self) -> Token | None:
        """Return the current token, if it needs no fetch first."""
        lease = self._lease
        now = time.monotonic()
        if lease is None or now >= lease.ends_at:
            return None
        if now < lease.renew_at:
            return lease.token
        if now < self._next_try_at:
            return lease.token  # the last try failed, the token is still good
        if now < lease.wait_at:
            self._pending_fetch()
            return lease.token
        return None

    def invalidate(self, token: Token) -> bool:
        """
        Forget *token*, which the service refused, unless it was replaced already.

        Returns whether another try is worth it: a refused token leads to one fetch, and
        within ten seconds no second one is forced. A token whose time is over is replaced
        whenever that may be.
        """
        with self._lock:
            if self._lease is None or self._lease.token is not token:
                return True
            now = time.monotonic()
            if now < self._lease.ends_at:  # else it ended on its way, which forces nothing
                if now - self._forced_at < self._forced_refresh_interval:
                    return False
                self._forced_at = now
            self._lease = None
            logger.debug("token refused, fetching another")
            return True

    async def close(self) -> None:
        """Stop fetching."""
        for loop, flight in list(self._flights.items()):
            if loop is asyncio.get_running_loop():
                flight.cancel()

    async def _fetched(self) -> Token:
        """Wait for the fetch under way; a token that is still good outlives its failure."""
        while True:
            if self._refused and time.monotonic() < self._refused[1]:
                raise self._refused[0].copy()
            failure: SinchNumbersError | None = None
            try:
                # Shield: cancelling one waiter must not cancel the shared fetch.
                token = await asyncio.shield(self._pending_fetch())
            except SinchNumbersError as error:
                token, failure = None, error
            if token is not None:
                return token
            lease = self._lease
            if lease is not None and time.monotonic() < lease.ends_at:
                return lease.token
            if failure is not None:
                raise failure.copy()
            # The fetch had succeeded, but its token expired before this task resumed.

    def _pending_fetch(self) -> "asyncio.Task[Token | None]":
        """Return this loop's fetch that is under way, or start one."""
        loop = asyncio.get_running_loop()
        flight = self._flights.get(loop)
        if flight is None or flight.done():
            for other in [other for other in self._flights if other.is_closed()]:
                del self._flights[other]
            flight = self._flights[loop] = loop.create_task(self._renew())
            # Nobody may be waiting for it: its failure was dealt with in _renew.
            flight.add_done_callback(lambda done: done.cancelled() or done.exception())
        return flight

    async def _renew(self) -> Token | None:
        """Fetch a token; ``None`` when one try failed and the old token is still good."""
        while True:
            started = time.monotonic()
            lease = self._lease
            alive = lease is not None and started < lease.ends_at
            try:
                token = await self._fetch(patiently=not alive)
            except SinchNumbersError as error:
                self._note_failure(error, lease)
                if not alive or _is_refusal(error):
                    raise
                if self._is_good(lease):
                    return None
                continue  # one try was enough with a token at hand: it ended meanwhile
            with self._lock:
                self._lease = _CachedToken.of(token, started)
                self._failures, self._refused = 0, None
            logger.debug("token fetched, good for %d s", token.lifetime)
            return token

    def _is_good(self, lease: _CachedToken | None) -> bool:
        return lease is not None and lease is self._lease and time.monotonic() < lease.ends_at

    def _note_failure(self, error: SinchNumbersError, lease: _CachedToken | None) -> None:
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
        if not self._failures:
            logger.warning(
                "token could not be renewed, the old one is still good: %s", masked(error)
            )
        self._failures += 1

    def reset_after_fork(self) -> object:
        """Keep the token in a forked child, and renew it at a different time than the parent."""
        left, self._flights = self._flights, {}
        self._lock = threading.Lock()
        if self._lease is not None:
            earlier = random.uniform(0, 0.2) * (self._lease.ends_at - self._lease.renew_at)
            self._lease = attrs.evolve(self._lease, renew_at=self._lease.renew_at - earlier)
        return left


def _is_refusal(error: SinchNumbersError) -> bool:
    return isinstance(error, APIStatusError) and error.status in _CREDENTIALS
