"""A server that terminates TLS in front of the sandbox."""

import asyncio
import ssl
from contextlib import AbstractAsyncContextManager

from tcp_server import serving


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


def tls_front(context: ssl.SSLContext, port: int) -> AbstractAsyncContextManager[int]:
    """Serve TLS on a free loopback port, which is yielded, for the server on *port*."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))

    return serving(handle, context)
