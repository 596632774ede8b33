"""A front that speaks TLS and passes everything on: the sandbox over https."""

import asyncio
import ssl


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def front(context: ssl.SSLContext, port: int) -> asyncio.Server:
    """Serve TLS on a free port of this machine, for what listens on *port*."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pass_on(reader, there[1]), _pass_on(there[0], writer))

    return await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
