"""
A TCP proxy on loopback that disturbs the connection between client and server.

It has the eight toxics of Toxiproxy, by their names, working on the chunks of bytes that pass::

    async with FaultProxy("127.0.0.1", port) as proxy:
        proxy.add("latency", seconds=0.1)
        proxy.add("limit_data", size=100, share=0.5)

A toxic applies to the bytes from the server, or with ``upstream=True`` to those sent to it, on
all connections or on a *share* of them, until it is removed. Kinds and settings:

* ``latency``: each chunk waits *seconds*, give or take *jitter*
* ``down``: connections are closed, and new ones refused as far as a listener can: by RST
* ``bandwidth``: at most *rate* bytes a second
* ``slow_close``: the end of the connection waits *seconds*
* ``timeout``: what comes is lost, and after *seconds* (0: never) the connection is closed
* ``reset_peer``: after *seconds*, RST
* ``slicer``: chunks are cut into pieces of *size*, give or take *variation*, *seconds* apart
* ``limit_data``: the connection is closed after *size* bytes
"""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Iterator

import attrs

_NO_LINGER = struct.pack("ii", 1, 0)
TOXICS = (
    "latency",
    "down",
    "bandwidth",
    "slow_close",
    "timeout",
    "reset_peer",
    "slicer",
    "limit_data",
)


@attrs.frozen(kw_only=True, eq=False)
class Toxic:
    """A disturbance of connections."""

    kind: str = attrs.field(validator=attrs.validators.in_(TOXICS))
    upstream: bool = False
    share: float = 1.0
    seconds: float = 0.0
    jitter: float = 0.0
    rate: float = 1024.0
    size: int = 64
    variation: int = 0


class _Cut(Exception):  # noqa: N818
    """The connection ends here."""

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__()
        self.reset = reset


class _Link:
    """One connection from the client through the proxy to the server."""

    def __init__(self, proxy: "FaultProxy", client: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._hit: dict[Toxic, bool] = {}
        self._passed = {True: 0, False: 0}
        self.writers = [client]

    def toxics(self, *, upstream: bool) -> Iterator[Toxic]:
        """Return the toxics that apply to this direction of this connection."""
        for toxic in tuple(self._proxy.toxics):
            if toxic.kind == "down" or toxic.upstream == upstream:
                if toxic not in self._hit:
                    self._hit[toxic] = self._proxy.dice.random() < toxic.share
                if self._hit[toxic]:
                    yield toxic

    async def pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, upstream: bool
    ) -> None:
        """Forward one direction until it ends."""
        while chunk := await reader.read(65536):
            await self._pass(chunk, writer, upstream)
        for toxic in self.toxics(upstream=upstream):
            if toxic.kind == "slow_close":
                await asyncio.sleep(toxic.seconds)

    async def _pass(self, chunk: bytes, writer: asyncio.StreamWriter, upstream: bool) -> None:
        pieces, ends = [chunk], False
        for toxic in self.toxics(upstream=upstream):
            match toxic.kind:
                case "down":
                    raise _Cut(reset=True)
                case "latency":
                    give_or_take = self._proxy.dice.uniform(-toxic.jitter, toxic.jitter)
                    await asyncio.sleep(max(0.0, toxic.seconds + give_or_take))
                case "timeout":
                    if not toxic.seconds:
                        return
                    await asyncio.sleep(toxic.seconds)
                    raise _Cut
                case "reset_peer":
                    await asyncio.sleep(toxic.seconds)
                    raise _Cut(reset=True)
                case "bandwidth":
                    pieces = [piece for whole in pieces for piece in _cut(whole, 256, 0)]
                case "slicer":
                    pieces = [
                        piece
                        for whole in pieces
                        for piece in _cut(whole, toxic.size, toxic.variation, self._proxy.dice)
                    ]
                case "limit_data":
                    left = max(0, toxic.size - self._passed[upstream])
                    whole = b"".join(pieces)
                    ends = len(whole) >= left
                    pieces = [whole[:left]] if ends else pieces
                case _:
                    pass
        for piece in pieces:
            for toxic in self.toxics(upstream=upstream):
                if toxic.kind == "bandwidth":
                    await asyncio.sleep(len(piece) / toxic.rate)
                elif toxic.kind == "slicer":
                    await asyncio.sleep(toxic.seconds)
            writer.write(piece)
            await writer.drain()
            self._passed[upstream] += len(piece)
        if ends:
            raise _Cut

    def close(self, *, reset: bool) -> None:
        """End the connection on both sides."""
        for writer in self.writers:
            if reset and not writer.transport.is_closing():
                line = writer.get_extra_info("socket")
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                writer.transport.abort()
            writer.close()


class FaultProxy:
    """Forwards connections to *host* and *port* through the toxics."""

    def __init__(self, host: str, port: int, *, seed: int = 0) -> None:
        self._upstream = host, port
        self.dice = random.Random(seed)
        self.toxics: list[Toxic] = []
        self.connections = 0
        self._links: dict[_Link, asyncio.Task[None]] = {}

    def __repr__(self) -> str:
        return f"FaultProxy({self._upstream}, {[toxic.kind for toxic in self.toxics]})"

    async def __aenter__(self) -> "FaultProxy":
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._links.values(), return_exceptions=True)
        await self._server.wait_closed()

    @property
    def open(self) -> int:
        """Return the number of open connections."""
        return len(self._links)

    def add(self, kind: str, **settings: object) -> Toxic:
        """Add a toxic, and return it."""
        toxic = Toxic(kind=kind, **settings)
        self.toxics.append(toxic)
        if kind == "down":
            self.cut()
        return toxic

    def remove(self, toxic: Toxic) -> None:
        """Remove a toxic."""
        self.toxics.remove(toxic)

    def cut(self) -> None:
        """End all connections."""
        for task in self._links.values():
            task.cancel()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        link = _Link(self, writer)
        task = self._links[link] = asyncio.create_task(self._carry(link, reader, writer))
        task.add_done_callback(lambda _: self._links.pop(link))

    async def _carry(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        reset = True
        try:
            if any(toxic.kind == "down" for toxic in link.toxics(upstream=True)):
                return
            beyond = await asyncio.open_connection(*self._upstream)
            link.writers.append(beyond[1])
            pumps = [
                asyncio.create_task(link.pump(reader, beyond[1], upstream=True)),
                asyncio.create_task(link.pump(beyond[0], writer, upstream=False)),
            ]
            try:
                # The end of either direction is the end: HTTP closes both at once.
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                ends = await asyncio.gather(*pumps, return_exceptions=True)
            reset = any(isinstance(end, _Cut) and end.reset for end in ends)
        except OSError:
            pass
        finally:
            link.close(reset=reset)
            for line in link.writers:
                with contextlib.suppress(OSError):
                    await line.wait_closed()


def _cut(
    chunk: bytes, size: int, variation: int, dice: random.Random | None = None
) -> Iterator[bytes]:
    start = 0
    while start < len(chunk):
        spread = dice.randint(-variation, variation) if dice and variation else 0
        end = start + max(1, size + spread)
        yield chunk[start:end]
        start = end
