"""Outgoing webhook requests, to loopback only."""

import aiohttp

__all__ = ["Poster"]


class Poster:
    """Webhook poster with pooled connections."""

    def __init__(self, timeout: float = 10.0) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Post *body* and return the response status; 0 without a response."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        try:
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as reply:
                return reply.status
        except (aiohttp.ClientError, OSError, ValueError):  # a timeout is an OSError
            return 0

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
