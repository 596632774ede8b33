"""
A transport that records the requests of each operation, and checks each response.

The check is independent of the client: it reads statuses and bodies itself.
"""

import json
import re
from collections import defaultdict
from contextvars import ContextVar
from typing import Any
from urllib.parse import unquote, urlsplit

from sinch_numbers._core.transport.base import Reply, Request, Transport

OPERATION: ContextVar[int | None] = ContextVar("OPERATION", default=None)
"""The operation that the current task works for."""
PROOF = 3
"""Reads without a trace of the effect that prove its absence."""


class Recorder:
    """Sends requests, and counts those that break the rules for billable calls."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._doubts: defaultdict[int, dict[str, int]] = defaultdict(dict)
        """For each operation: POSTs without a conclusion, and the proof they still need."""
        self.unproven = 0
        """POSTs repeated without proof that the one before had no effect."""
        self.others = 0
        """POSTs for another number while an outcome was unknown."""

    async def exchange(self, request: Request) -> Reply:
        operation = OPERATION.get()
        path = unquote(urlsplit(request.url).path)
        if operation is None or path.endswith("/oauth2/token"):
            return await self._transport.exchange(request)
        doubts = self._doubts[operation]
        if request.method == "POST":
            self._check(doubts, path)
        reply: Reply | None = None
        try:
            reply = await self._transport.exchange(request)
            return reply
        finally:
            if request.method == "POST":
                self._sent(doubts, path, reply, sent=request.sent)
            elif reply is not None:
                self._read(doubts, path, reply)

    async def close(self) -> None:
        await self._transport.close()

    def _check(self, doubts: dict[str, int], path: str) -> None:
        self.unproven += doubts.get(path, 0) > 0
        self.others += any(
            needed > 0 and other != path and other.endswith(":rent") and path.endswith(":rent")
            for other, needed in doubts.items()
        )

    def _sent(self, doubts: dict[str, int], path: str, reply: Reply | None, *, sent: bool) -> None:
        needed = 0
        if reply is None:
            needed = PROOF if sent else 0
        elif reply.status == 429:
            needed = 1
        elif reply.status == 408 or reply.status >= 500:
            needed = PROOF
        elif reply.status < 300 and _document(reply):
            doubts[path] = 0
        elif reply.status < 300:
            needed = PROOF
        doubts[path] = max(needed, doubts.get(path, 0))

    def _read(self, doubts: dict[str, int], path: str, reply: Reply) -> None:
        """Count a read of a number as proof, when the API itself answered it."""
        match = re.search(r"/activeNumbers/(\+[0-9]+)$", path)
        document = _document(reply)
        if match is None or document is None:
            return
        error = document.get("error")
        missing = reply.status == 404 and isinstance(error, dict) and bool(error.get("details"))
        if not missing and reply.status != 200:
            return
        released = document.get("expireAt") is not None
        for posted in doubts:
            if match[1] not in posted:
                continue
            happened = not missing and (posted.endswith(":rent") or released)
            doubts[posted] = 0 if happened else max(0, doubts[posted] - 1)


def _document(reply: Reply) -> dict[str, Any] | None:
    """Return the JSON object of a reply, if it has one."""
    try:
        document = json.loads(reply.body)
    except ValueError:
        return None
    return document if isinstance(document, dict) and document else None
