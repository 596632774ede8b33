"""Authentication: the token endpoint and the check of every request."""

import hmac
import json
import secrets
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from sinch_numbers.sandbox._protocol.clock import Clock, timestamp
from sinch_numbers.sandbox._protocol.errors import too_many_requests, unauthenticated, wrong_method
from sinch_numbers.sandbox._protocol.exchange import Call, Reply
from sinch_numbers.sandbox._protocol.fault_effects import EXPIRED, REVOKED
from sinch_numbers.sandbox._protocol.throttle import Bucket

__all__ = ["Keys"]


class Keys:
    """
    The sandbox's key pair and the tokens issued for it.

    Wrong credentials are compared and discarded: never stored, never logged.
    """

    def __init__(
        self, key_id: str, key_secret: str, *, clock: Clock, lifetime: int, throttled: bool
    ) -> None:
        self._pair = f"{key_id}:{key_secret}".encode()
        self._clock = clock
        self._lifetime = lifetime
        # Limits that one of the official SDKs documents for the real gateway.
        self._bucket = Bucket(rate=10, room=30) if throttled else None
        self._tokens: dict[str, datetime] = {}

    def __repr__(self) -> str:
        return f"Keys(tokens={len(self._tokens)})"

    def token(self, call: Call) -> Reply:
        """Answer a call of the token endpoint."""
        if call.method != "POST":
            raise wrong_method()
        if self._bucket is not None and not self._bucket.take():
            raise too_many_requests()
        if not self._is_key_pair(call.headers.get("authorization", "")):
            return _refused(401, "invalid_client", "The key pair was not recognised")
        form = parse_qs(call.body.decode("utf-8", "replace"))
        if form.get("grant_type") != ["client_credentials"]:
            return _refused(
                400, "unsupported_grant_type", "Only client_credentials is accepted here"
            )
        return Reply.json(
            {
                "access_token": self._issue(),
                "expires_in": self._lifetime,
                "scope": "",
                "token_type": "bearer",
            }
        )

    def check(self, call: Call) -> None:
        """Authenticate a call by a valid token or by the key pair itself."""
        authorization = call.headers.get("authorization", "")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "basic":
            if self._is_key_pair(authorization):
                return
            raise unauthenticated("Basic")
        if scheme.lower() != "bearer":
            raise unauthenticated("Bearer")
        end = self._tokens.get(token.strip())
        if end is None:
            raise unauthenticated(REVOKED)
        if end <= self._clock.now():
            raise unauthenticated(EXPIRED.format(timestamp(end)))

    def revoke(self) -> None:
        """Revoke all tokens."""
        self._tokens.clear()

    def expire(self) -> None:
        """Expire all tokens."""
        now = self._clock.now()
        self._tokens.update({token: min(end, now) for token, end in self._tokens.items()})

    def _issue(self) -> str:
        end = self._clock.now() + timedelta(seconds=self._lifetime)
        # Three parts like a real JWT, with a readable expiry.
        claims = {"exp": int(end.timestamp()), "jti": secrets.token_hex(8)}
        parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
        parts.append(secrets.token_bytes(24))
        token = ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
        self._tokens[token] = end
        return token

    def _is_key_pair(self, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        try:
            pair = b64decode(encoded.strip(), validate=True)
        except (Base64Error, ValueError):
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(pair, self._pair)


def _refused(status: int, error: str, description: str) -> Reply:
    return Reply.json({"error": error, "error_description": description}, status=status)
