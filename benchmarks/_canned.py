"""
A server that costs next to nothing, so that what is measured is the client.

It speaks as much HTTP/1.1 as clients of this API do: requests one after the other or
pipelined, bodies with a length, replies with a length. What it answers is made once and
kept. The project's id says how many numbers there are and how long each reply takes to
come, ``20000-numbers-50-ms``, so one server does for all sizes and all distances.
"""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from benchmarks import _wire
from benchmarks._cores import pin
from benchmarks._target import Target

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PROJECT: Final = re.compile(r"/v1/projects/(\d+)-numbers-(\d+)-ms/(\w+)(?:/([^/?]+))?")
_LARGEST_PAGE: Final = 1000
_DEFAULT_PAGE: Final = 100


def _reply(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        status,
        len(body),
        body,
    )


class Answers:
    """What is answered, and how often a token was asked for."""

    def __init__(self, expires_in: int = 3599) -> None:
        self._expires_in = expires_in
        self._tokens = 0
        # Enough for every page of the usual lists and every number that is asked for.
        self._kept = lru_cache(maxsize=1100)(self._listed)
        self._large = lru_cache(maxsize=64)(self._listed)

    def answer(self, method: bytes, target: bytes) -> tuple[bytes, float]:
        """Return the reply, and in how many seconds it is to be sent."""
        if method == b"POST":
            if target != b"/oauth2/token":
                return _reply(b"{}", b"404 Not Found"), 0.0
            self._tokens += 1
            return _reply(_wire.token(self._tokens, self._expires_in)), 0.0
        if target == b"/tokens":
            return _reply(b"%d" % self._tokens), 0.0
        return (self._large if b"?" in target else self._kept)(target)

    def _listed(self, target: bytes) -> tuple[bytes, float]:
        parts = urlsplit(target.decode("ascii"))
        asked = _PROJECT.fullmatch(parts.path)
        if asked is None:
            return _reply(b"{}", b"404 Not Found"), 0.0
        held, delay = int(asked[1]), int(asked[2]) / 1000
        if asked[3] == "availableRegions":
            return _reply(_wire.REGIONS), delay
        if asked[4]:
            return _reply(_wire.one(unquote(asked[4]).encode())), delay
        query = dict(parse_qsl(parts.query))
        size = min(int(query.get("pageSize", _DEFAULT_PAGE)), _LARGEST_PAGE)
        return _reply(_wire.page(held, int(query.get("pageToken", 0)), size)), delay


class Connection(asyncio.Protocol):
    """One connection, and what has come over it and is no whole request yet."""

    def __init__(self, answer: Callable[[bytes, bytes], tuple[bytes, float]]) -> None:
        self._answer = answer
        self._received = b""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        received = self._received + data
        while (end := received.find(b"\r\n\r\n")) >= 0:
            head = received[: end + 2]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(received) < whole:
                break
            method, target, _ = head.split(b" ", 2)
            received = received[whole:]
            reply, delay = self._answer(method, target)
            if delay:
                self._loop.call_later(delay, self._send, reply)
            else:
                self._send(reply)
        self._received = received

    def _send(self, reply: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(reply)


@contextmanager
def canned_server(*, expires_in: int = 3599) -> Iterator[Target]:
    """Run the server in a process and on a core of its own; yield what points to it."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks._canned", json.dumps({"expires_in": expires_in})],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the server has no pipes")
        try:
            yield Target(process.stdout.readline().strip())
        finally:
            process.stdin.close()  # the server ends when nobody holds the other end any more


async def _serve(expires_in: int) -> None:
    answers = Answers(expires_in)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(answers.answer), "127.0.0.1", 0, backlog=1024
    )
    async with server:
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    pin(-1)
    asyncio.run(_serve(**json.loads(sys.argv[1])))
