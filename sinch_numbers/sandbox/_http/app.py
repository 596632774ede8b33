"""HTTP layer of the sandbox, including connection-level faults."""

import asyncio
import logging
import secrets
import socket
import struct
import sys
from asyncio import Event, Task
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, unquote

import attrs
from aiohttp import web

from sinch_numbers.sandbox._api.imported.errors import flattened
from sinch_numbers.sandbox._api.sandbox_state import SandboxState
from sinch_numbers.sandbox._api.service import answer, largest_body
from sinch_numbers.sandbox._http.control import PREFIX, control
from sinch_numbers.sandbox._protocol.absent import shaped
from sinch_numbers.sandbox._protocol.clock import timestamp
from sinch_numbers.sandbox._protocol.errors import forbidden, too_large
from sinch_numbers.sandbox._protocol.exchange import Call, Reply
from sinch_numbers.sandbox._protocol.fault_effects import changed, refusal, refused
from sinch_numbers.sandbox._protocol.faults import TOKEN_PATH, Fault
from sinch_numbers.sandbox._protocol.hosts import is_loopback

__all__ = ["HttpServer"]

_logger = logging.getLogger(__name__)

_GARBAGE = b"\x15\x03\x01\x00\x02\x02\x16 this is not HTTP\r\n\r\n"
# SO_LINGER on, with a timeout of 0: closing the socket sends RST.
_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
_WATCH = 0.02  # seconds between checks whether the client is still connected


class _Hangup(Exception):  # noqa: N818
    """Closes the connection without a response."""

    def __init__(self, *, reset: bool = False, last_words: bytes = b"") -> None:
        super().__init__()
        self.reset = reset
        self.last_words = last_words


class HttpServer:
    """
    HTTP server: parses and dispatches requests, sends replies, applies faults.

    It calls *save* before it replies to a request that may have changed something.
    """

    def __init__(self, world: SandboxState, save: Callable[[], None]) -> None:
        self._world = world
        self._save = save
        self._closing = Event()
        self._late: set[Task[None]] = set()

    async def close(self) -> None:
        """Wake all waiting handlers."""
        self._closing.set()
        for task in list(self._late):
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        try:
            reply = await self._reply(request)
        except _Hangup as hangup:
            _hang_up(request, hangup)
            return web.Response()
        except Exception:
            # A bug here must not affect more than this connection.
            _logger.exception("the sandbox failed to answer")
            return _response(Reply(status=500))
        return _response(reply)

    async def _reply(self, request: web.BaseRequest) -> Reply:
        if "Origin" in request.headers or not is_loopback(_host(request)):
            # A web page must not reach a sandbox on its visitor's machine.
            return refused(forbidden())
        try:
            body = await _body(request)
        except (OSError, web.PayloadAccessError, web.RequestPayloadError) as error:
            # Ignore a truncated request: the client has gone, or doesn't speak HTTP.
            raise _Hangup from error
        call = _call(request, body)
        if call.path == PREFIX or call.path.startswith(f"{PREFIX}/"):
            return self._saved(call, control(self._world, call))
        self._world.calls.append(call.line)
        fault = self._world.faults.strike(call.method, call.path, call.query)
        if fault is None:
            reply = self._answer(call)
        else:
            reply = await self._go_wrong(request, attrs.evolve(call, fault=fault), fault)
        if call.path != TOKEN_PATH:
            reply = shaped(reply, self._world.settings.absent)
        await self._pause(request, self._world.settings.latency)
        return reply

    async def _go_wrong(self, request: web.BaseRequest, call: Call, fault: Fault) -> Reply:
        if fault.kind == "late_commit":
            await self._pause(request, fault.hold)
            self._commit_late(call, fault.seconds)
            raise _Hangup
        if fault.kind == "endless_list":  # its tokens are unknown
            query = {name: given for name, given in call.query.items() if name != "pageToken"}
            call = attrs.evolve(call, query=query)
        reply = self._answer(call) if fault.executed else Reply()
        match fault.kind:
            case "drop" | "drop_before":
                raise _Hangup
            case "reset" | "reset_before":
                raise _Hangup(reset=True)
            case "stall" | "stall_before":
                await self._pause(request, fault.seconds)
                raise _Hangup
            case "garbage":
                raise _Hangup(last_words=_GARBAGE)
            case "truncated":
                raise _Hangup(last_words=_cut_short(reply))
            case "slow":
                await self._pause(request, fault.seconds)
            case _:
                pass
        instead = refusal(fault, timestamp(self._world.clock.now()))
        if instead is None:
            return changed(fault, call, reply)
        return flattened(call.path, instead)

    def _answer(self, call: Call) -> Reply:
        return self._saved(call, answer(self._world, call))

    def _saved(self, call: Call, reply: Reply) -> Reply:
        if call.method != "GET" and call.path != TOKEN_PATH:
            self._save()
        return reply

    def _commit_late(self, call: Call, seconds: float) -> None:
        async def commit() -> None:
            await asyncio.sleep(seconds)
            self._answer(call)

        task = asyncio.create_task(commit())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _pause(self, request: web.BaseRequest, seconds: float) -> None:
        """Wait; return early if the client disconnects or the sandbox closes."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0 and not self._closing.is_set():
            if request.transport is None or request.transport.is_closing():
                return
            await asyncio.sleep(min(left, _WATCH))


async def _body(request: web.BaseRequest) -> bytes:
    """Read the body, stopping once it exceeds the size limit."""
    limit = largest_body(request.method, request.path)
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > limit:
            break
    return bytes(body)


def _call(request: web.BaseRequest, body: bytes) -> Call:
    # Not decoded by aiohttp: `+` is a plus sign in a path, but a space in a query.
    path, _, query = request.raw_path.partition("?")
    return Call(
        method=request.method,
        path=unquote(path),
        query=parse_qs(query, keep_blank_values=True),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )


def _host(request: web.BaseRequest) -> str:
    host = request.headers.get("Host", "")
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host


def _response(reply: Reply) -> web.Response:
    headers = {"X-Sinch-Sandbox": "1", "X-Request-Id": secrets.token_hex(8), **reply.headers}
    headers["Content-Type"] = reply.content_type
    response = web.Response(body=reply.body, status=reply.status, headers=headers)
    if reply.status == too_large().code:
        response.force_close()
    return response


def _cut_short(reply: Reply) -> bytes:
    phrase = HTTPStatus(reply.status).phrase
    head = (
        f"HTTP/1.1 {reply.status} {phrase}\r\nContent-Type: {reply.content_type}\r\n"
        f"Content-Length: {len(reply.body) + 1}\r\nX-Sinch-Sandbox: 1\r\n\r\n"
    )
    return head.encode() + reply.body[: len(reply.body) // 2]


def _hang_up(request: web.BaseRequest, hangup: _Hangup) -> None:
    transport = request.transport
    if transport is None:
        return
    if hangup.last_words:
        transport.write(hangup.last_words)
    if hangup.reset:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        transport.abort()
    else:
        transport.close()
