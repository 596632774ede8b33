"""Page tokens: opaque, signed, and valid for one list only."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from sinch_numbers.sandbox._protocol.errors import violation
from sinch_numbers.sandbox._state.active_index import Position

__all__ = ["PageTokens"]

_SIGNATURE = 12


class PageTokens:
    """
    Issues and verifies page tokens.

    A token contains the position where the next page starts, not a page number, so added or
    removed numbers don't shift it. It is bound to one list, that is a project and its filters.
    """

    def __init__(self, seed: int) -> None:
        self._key = f"page tokens of {seed}".encode()
        self.issued: int = 0

    def issue(self, listing: str, position: Position) -> str:
        """Return a token that continues *listing* after *position*."""
        # The counter makes every token unique, even for the same position.
        text = json.dumps([self.issued, *position]).encode()
        self.issued += 1
        return urlsafe_b64encode(self._sign(listing, text) + text).decode()

    def read(self, listing: str, token: str) -> Position:
        """Return the position in *token*; a token of another list is rejected."""
        try:
            raw = urlsafe_b64decode(token.encode("ascii"))
        except ValueError:
            raw = b""
        signature, text = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not text or not hmac.compare_digest(signature, self._sign(listing, text)):
            raise violation("pageToken", "is not a page token of this list")
        _, *position = json.loads(text)
        return tuple(position)

    def _sign(self, listing: str, text: bytes) -> bytes:
        message = listing.encode("utf-8", "replace") + b"\0" + text
        return hmac.digest(self._key, message, "sha256")[:_SIGNATURE]
