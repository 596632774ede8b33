"""Fixtures: a server with scripted bytes, and a search for secrets in errors."""

import asyncio
import contextlib
import pickle
import socket
import struct
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sinch_numbers
from sinch_numbers import Backoff, NumbersClient, Secret, Token

TOKEN = "canary.token.5f0e"
PACKAGE = str(Path(sinch_numbers.__file__).parent)

Step = bytes | float | str
"""Bytes to send, seconds to wait, or one of "reset", "hang" and "flood"."""
Script = list[Step]


class RawServer:
    """Answers every request on a loopback port by a script, then closes the connection."""

    def __init__(self, script: Script | Callable[[str, str], Script], *, greets: bool = False):
        self.script = script
        self.greets = greets
        self.keeps = False
        self.requests: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _connected(self, reader, writer):
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader, writer):
        self.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            try:
                if self.greets:
                    await self._play(self.script, writer)
                    return
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                    first, *lines = head.strip().split("\r\n")
                    headers = {
                        n.lower(): v.strip() for n, _, v in (x.partition(":") for x in lines)
                    }
                    await reader.readexactly(int(headers.get("content-length", "0")))
                    method, target, _ = first.split(" ")
                    self.requests.append((method, target))
                    self.headers.append(headers)
                    script = self.script
                    await self._play(
                        script(method, target) if callable(script) else script, writer
                    )
                    if not self.keeps:
                        return
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

    async def _play(self, script, writer):
        for step in script:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            elif isinstance(step, float):
                await asyncio.sleep(step)
            elif step == "hang":
                await asyncio.sleep(60)
            elif step == "flood":
                while True:
                    writer.write(b"HTTP/1.1 102 Processing\r\n\r\n" * 50)
                    await writer.drain()
                    await asyncio.sleep(0.001)
            else:
                assert step == "reset"
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                writer.transport.abort()


class FixedToken:
    """Authorises by one token, and has no other."""

    async def get(self) -> Token:
        return Token(Secret(f"Bearer {TOKEN}"), 3600.0)

    def invalidate(self, token: Token) -> bool:
        return False

    async def close(self) -> None:
        pass


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if any(one is other for other in seen):
            continue
        seen.append(one)
        yield one
        linked = (one.__cause__, one.__context__, getattr(one, "cause", None))
        waiting += [other for other in linked if isinstance(other, BaseException)]


def _reachable(thing: Any, seen: dict[int, Any]) -> Iterator[Any]:
    if id(thing) in seen or isinstance(thing, type):
        return
    seen[id(thing)] = thing
    yield thing
    inner: list[Any] = []
    if isinstance(thing, BaseException):
        inner += [thing.__cause__, thing.__context__, *thing.args]
    if isinstance(thing, dict):
        inner += [*thing.keys(), *thing.values()]
    elif isinstance(thing, list | tuple | set | frozenset):
        inner += thing
    inner += list(getattr(thing, "__dict__", {}).values())
    inner += [getattr(thing, name, None) for name in getattr(type(thing), "__slots__", ())]
    for one in inner:
        yield from _reachable(one, seen)


def frames_of(error: BaseException) -> list[str]:
    """Return the variables of this package's frames, one text a frame, as trackers show them."""
    shown = []
    for one in _chain(error):
        told = traceback.TracebackException.from_exception(one, capture_locals=True)
        shown += [
            f"{frame.name}: {frame.locals}"
            for frame in told.stack
            if frame.filename.startswith(PACKAGE)
        ]
    return shown


def gives_away(error: BaseException, *secrets: str) -> list[str]:
    """Return where *error* shows one of the *secrets*, or holds on to a library's object."""
    shown = {"traceback": "".join(traceback.format_exception(error))}
    for one in _chain(error):
        shown[f"str of {type(one).__name__}"] = f"{one} {one!s:>3} {one.args}"
        shown[f"repr of {type(one).__name__}"] = repr(one)
        shown[f"vars of {type(one).__name__}"] = repr(vars(one))
    shown["pickle"] = pickle.dumps(error, 0).decode("latin-1")
    shown["pickle, again"] = repr(vars(pickle.loads(pickle.dumps(error))))
    shown |= {frame.split(":")[0]: frame for frame in frames_of(error)}
    told = [where for where, text in shown.items() if any(s in text for s in secrets)]
    held = [
        repr(type(thing))
        for thing in _reachable(error, {})
        if type(thing).__module__.split(".")[0] in ("aiohttp", "yarl", "multidict", "ssl", "_ssl")
    ]
    return told + held


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def serve():
    """Make a server, to be used as a context manager."""
    return RawServer


@pytest.fixture
def leaks():
    """Search an error for what it gives away."""
    return gives_away


@pytest.fixture
def sdk_frames():
    """Show the variables of this package's frames."""
    return frames_of


@pytest.fixture
def client_for():
    """Make a client that sends once and gives up soon."""

    def make(url: str, **options: Any) -> NumbersClient:
        options = {
            "project_id": "p",
            "tokens": FixedToken(),
            "retries": 0,
            "settle_timeout": 0.02,
            "timeout": 1.0,
            "backoff": Backoff(first=0.001, throttled=0.001, longest=0.01),
            **options,
        }
        return NumbersClient(numbers_url=url, **options)

    return make
