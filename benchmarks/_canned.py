"""
HTTP server with prebuilt responses, so cheap that benchmarks measure the client only.

It supports the part of HTTP/1.1 that clients of this API use: sequential or pipelined
requests, bodies and responses with a length. Responses are cached. The project ID selects
size, inventory, and latency, as in ``20000-realistic-numbers-50-ms``, so one server process
serves every benchmark.
"""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from benchmarks import _wire
from benchmarks._cores import pin
from benchmarks._inventories import NAMES
from benchmarks._target import Target

try:
    import uvloop  # the server then takes half the time
except ImportError:
    _new_event_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
else:
    _new_event_loop = uvloop.new_event_loop

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PROJECT: Final = re.compile(
    rf"/v1/projects/(\d+)-({'|'.join(NAMES)})-numbers-(\d+)-ms/(\w+)(?:/([^/?]+))?"
)
_LARGEST_PAGE: Final = 1000
_DEFAULT_PAGE: Final = 100


def _reply(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        status,
        len(body),
        body,
    )


class Answers:
    """Cached responses, and a counter of token requests."""

    def __init__(self, expires_in: int = 3599) -> None:
        self._expires_in = expires_in
        self._tokens = 0
        # Large enough for every number that a suite gets, and for every page of 20,000 numbers
        # in three inventories.
        self._kept = lru_cache(maxsize=20_000)(self._listed)
        self._large = lru_cache(maxsize=64)(self._listed)

    def answer(self, method: bytes, target: bytes) -> tuple[bytes, float]:
        """Return the response, and the delay in seconds before it is sent."""
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
        held, inventory, delay = int(asked[1]), asked[2], int(asked[3]) / 1000
        if asked[4] == "availableRegions":
            return _reply(_wire.regions(inventory)), delay
        if asked[5]:
            number = _wire.one(unquote(asked[5]), inventory)
            if number is None:
                return _reply(b"{}", b"404 Not Found"), delay
            return _reply(_of_project(number, parts.path)), delay
        query = dict(parse_qsl(parts.query))
        size = min(int(query.get("pageSize", _DEFAULT_PAGE)), _LARGEST_PAGE)
        page = _wire.page(held, int(query.get("pageToken", 0)), size, inventory)
        return _reply(_of_project(page, parts.path)), delay


def _of_project(body: bytes, path: str) -> bytes:
    """Return *body* with the project ID in *path*, whose numbers the client expects."""
    return body.replace(b'"benchmark"', json.dumps(path.split("/")[3]).encode())


class Connection(asyncio.Protocol):
    """Connection with a buffer for incomplete requests."""

    def __init__(self, answer: Callable[[bytes, bytes], tuple[bytes, float]]) -> None:
        self._answer = answer
        self._received = b""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are not derived from it

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
    """Run the server in its own process, on its own core; yield a target for it."""
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
            process.stdin.close()  # the server exits at EOF


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
    with asyncio.Runner(loop_factory=_new_event_loop) as runner:
        runner.run(_serve(**json.loads(sys.argv[1])))
