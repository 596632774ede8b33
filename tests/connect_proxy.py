"""An HTTP proxy for tests: `CONNECT` tunnels to servers on loopback, whatever the host's name."""

import asyncio
import base64
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tcp_server import serving


class ConnectProxy:
    """Opens tunnels to *there*, a port on loopback, if the client has the *credentials*."""

    def __init__(self, there: int, credentials: str | None = None) -> None:
        self._there = there
        self._expected = credentials and base64.b64encode(credentials.encode("latin-1"))
        self.port = 0
        self.targets: list[str] = []
        """Host and port of each tunnel, also of those that were refused."""

    @asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator["ConnectProxy"]:
        """Serve on a free port, with *tls* between client and proxy."""
        async with serving(self._handle, tls) as self.port:
            yield self

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b" ", 2)
        self.targets.append(target.decode())
        if method != b"CONNECT":
            writer.write(b"HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n")
            return
        if self._expected and b"Basic " + self._expected not in head:
            writer.write(
                b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
            )
            return
        try:
            from_there, to_there = await asyncio.open_connection("127.0.0.1", self._there)
        except OSError:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(_copy(reader, to_there), _copy(from_there, writer))
        finally:
            to_there.close()
            with contextlib.suppress(OSError):
                await to_there.wait_closed()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()


async def service(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer like the token service and the API; a sandbox rejects other hosts than loopback."""
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        answer: dict[str, object] = {"activeNumbers": [], "totalSize": 0}
        if head.startswith(b"POST /oauth2/token"):
            await reader.readexactly(len(b"grant_type=client_credentials"))
            answer = {"access_token": "t0ken", "token_type": "bearer", "expires_in": 3600}
        body = json.dumps(answer).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
