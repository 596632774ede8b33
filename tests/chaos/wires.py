"""Transports that record requests or answer in the process, and an authorizer."""

import asyncio
from collections.abc import Callable

from sinch_numbers import Secret, Token
from sinch_numbers._core.transport.base import Reply, Request, Transport


class Tap:
    """Sends requests through another transport, and keeps them."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.requests: list[Request] = []

    async def exchange(self, request: Request) -> Reply:
        if not request.url.endswith("/oauth2/token"):
            self.requests.append(request)
        return await self._transport.exchange(request)

    async def close(self) -> None:
        await self._transport.close()


class Puppet:
    """Answers by a function, within the process."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self._answer = answer
        self.count = 0

    async def exchange(self, request: Request) -> Reply:
        self.count += 1
        request.sent = True
        await asyncio.sleep(0)
        return self._answer(request)

    async def close(self) -> None:
        pass


class FixedToken:
    """Authorizes with one token."""

    async def get(self) -> Token:
        return Token(Secret("Bearer chaos"), 3600.0)

    def invalidate(self, token: Token) -> bool:
        return False

    async def close(self) -> None:
        pass
