"""OAuth 2.0 client credentials: exchange a key for an access token."""

import base64
import math
import re
import time
from collections.abc import Mapping
from typing import Any, Final

from sinch_numbers._core.auth.cache import Token, unavailable
from sinch_numbers._core.logging import logger, masked
from sinch_numbers._core.masking import credentials
from sinch_numbers._core.progress import TOKEN_PATH, UNREPORTED, ProgressReporter
from sinch_numbers._core.progress_events import RetryDelay
from sinch_numbers._core.responses import is_success, refusal
from sinch_numbers._core.retry.driver import RetryLater, repeat
from sinch_numbers._core.retry.policy import Backoff
from sinch_numbers._core.retry.retry_after import parse_http_date
from sinch_numbers._core.serialization import json_text
from sinch_numbers._core.serialization.exact import exact_int
from sinch_numbers._core.transport.base import Reply, Request, Transport
from sinch_numbers.errors import (
    APIResponseError,
    APIStatusError,
    ClientClosedError,
    InvalidArgumentError,
    SinchNumbersError,
)
from sinch_numbers.models._secret import Secret

_TEXT: Final = re.compile(r"[\x21-\x7e]{1,16384}")
_MAX_BODY: Final = 64 * 1024
_TRIES: Final = 8
_PATIENCE: Final = 30.0
"""Seconds after the start beyond which no retry is made."""
_DEFAULT_LIFETIME: Final = 300.0
"""Lifetime in seconds if ``expires_in`` is missing or unusable."""
_LONGEST_LIFETIME: Final = 86400
_CLOCK_SKEW: Final = 300.0
"""Seconds of clock difference that are logged."""


def basic_authorization(key_id: str, key_secret: Secret) -> Secret:
    """Return the ``Authorization`` header of basic authentication."""
    pair = f"{key_id}:{key_secret.reveal()}".encode()
    return Secret(f"Basic {base64.b64encode(pair).decode()}")


class TokenService:
    """The token endpoint at *auth_url*, for one key."""

    def __init__(
        self,
        transport: Transport,
        auth_url: str,
        key_id: str,
        key_secret: Secret,
        *,
        headers: Mapping[str, str],
        timeout: float,
        backoff: Backoff,
        report: ProgressReporter = UNREPORTED,
        retries: int | None = None,
    ) -> None:
        self._transport = transport
        self._url = f"{auth_url}/oauth2/token"
        self._authorization = basic_authorization(key_id, key_secret)
        self._key_secret = key_secret
        self._headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        self._timeout = timeout
        # The gateway allows 10 requests per second, and its 429 has no Retry-After. With a base
        # of 1 s and 8 attempts, 200 simulated simultaneous cold starts all got a token.
        self._backoff = Backoff(
            first=4 * backoff.first, throttled=backoff.throttled, longest=backoff.longest
        )
        self._report = report
        self._retries = retries
        self._skew_reported = False
        self.last_failure: SinchNumbersError | None = None
        """The error of the last attempt of the current fetch; ``None`` before its end."""

    async def fetch(self, *, patiently: bool) -> Token:
        """
        Fetch a token; if *patiently*, with up to 8 attempts in 30 seconds, or the retries given.

        A 4xx is raised unchanged, as are errors about the client itself. Anything else becomes
        `AuthUnavailableError`: the call that needed the token was not sent, so it cannot have
        taken effect.
        """
        tries = 0
        most = _TRIES if self._retries is None else min(self._retries + 1, _TRIES)
        self.last_failure = None
        give_up_at = time.monotonic() + _PATIENCE

        async def attempt() -> Token:
            nonlocal tries
            try:
                return await self._fetch_once()
            except SinchNumbersError as error:
                tries += 1
                failure = self.last_failure = error
            if not (patiently and failure.transient and tries < most):
                raise failure
            delay = self._backoff.pause(failure, tries - 1)
            if delay is None or time.monotonic() + delay > give_up_at:
                raise failure
            logger.warning("no token yet, retrying in %.2f s: %s", delay, masked(failure))
            self._report(
                RetryDelay(
                    seconds=delay,
                    attempt=tries + 1,
                    max_attempts=most,
                    error=failure,
                    method="POST",
                    path=TOKEN_PATH,
                )
            )
            raise RetryLater(delay)

        try:
            return await repeat(attempt)
        except (ClientClosedError, InvalidArgumentError):
            raise
        except APIStatusError as error:
            failure: SinchNumbersError = error
            refused = not error.transient and 400 <= error.status < 500
        except SinchNumbersError as error:
            failure, refused = error, False
        failure.attempts = max(tries, 1)
        if refused:
            failure.method, failure.path = "POST", "/oauth2/token"
            raise failure
        times = f" ({failure.attempts} attempts)" if failure.attempts > 1 else ""
        raise unavailable(f"could not get an access token{times}", failure)

    async def _fetch_once(self) -> Token:
        reply = await self._transport.exchange(
            Request(
                "POST",
                self._url,
                self._headers,
                self._authorization,
                b"grant_type=client_credentials",
                timeout=self._timeout,
                max_body=_MAX_BODY,
            )
        )
        self._compare_clocks(reply)
        if not is_success(reply):  # error bodies may quote the credentials
            raise refusal(reply, hide=[self._key_secret, *credentials(self._authorization)])
        token = _token(reply.body)
        if isinstance(token, str):
            raise APIResponseError(f"invalid response of the token service: {token}")
        return token

    def _compare_clocks(self, reply: Reply) -> None:
        # Token lifetimes don't depend on the wall clock, but callers compare it with timestamps
        # of the API.
        there = parse_http_date(reply.headers.get("Date", ""))
        if self._skew_reported or there is None:
            return
        skew = time.time() - there
        if abs(skew) > _CLOCK_SKEW:
            self._skew_reported = True
            logger.warning("local clock differs from the service's by %+d s", skew)


def _token(body: bytes) -> Token | str:
    # Problems are returned, not raised: tracebacks can show local variables, and these frames
    # hold the token.
    try:
        return _read(body)
    except ValueError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - an unexpected error must not show the secret
        return type(error).__name__


def _read(body: bytes) -> Token | str:
    payload = json_text.decode(body)
    if not isinstance(payload, dict):
        return "not a JSON object"
    text, kind = payload.get("access_token"), payload.get("token_type", "bearer")
    if not isinstance(text, str) or not _TEXT.fullmatch(text):
        return "access_token is not printable ASCII"
    if not isinstance(kind, str) or kind.lower() != "bearer":
        return "token_type is not bearer"
    return Token(Secret(f"Bearer {text}"), _lifetime(payload.get("expires_in")))


def _lifetime(value: Any) -> float:
    """Return *value* in seconds, capped at a day, or 300 if it is unusable."""
    if isinstance(value, str):  # some token services send "3599"
        value = exact_int(value)
    # Compare without converting: JSON integers can exceed the range of float.
    sane = isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < math.inf
    return float(min(int(value), _LONGEST_LIFETIME)) if sane else _DEFAULT_LIFETIME
