"""Scripts in processes of their own, whose memory and files nobody else touches."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from tcp_server import serving

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def script() -> Callable[..., Any]:
    """Run a script of this directory and return what it prints: a line of JSON at the end."""

    def run(name: str, *argv: object, env: dict[str, str] | None = None, timeout: int = 60) -> Any:
        clean = {name: value for name, value in os.environ.items() if "SINCH" not in name}
        ended = subprocess.run(
            [sys.executable, SCRIPTS / f"{name}.py", *map(str, argv)],
            env={**clean, **(env or {})},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert (0, "") == (ended.returncode, ended.stderr)
        return json.loads(ended.stdout.splitlines()[-1])

    return run


class Service:
    """
    Answers over kept connections, in a thread of its own; a number's last digit says how.

    0 to 3 are fine, 4 to 9 go wrong in ways of their own; ``...55`` is answered when two
    such requests wait at once, ``...66`` after a moment.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self.most = 0
        self.open = 0
        self.under_way = 0
        self._two = asyncio.Event()

    async def start(self) -> None:
        self._serving = serving(self._connected)
        self.url = f"http://127.0.0.1:{await self._serving.__aenter__()}"

    async def stop(self) -> None:
        await self._serving.__aexit__(None, None, None)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                while await self._one(reader, writer):
                    pass
        finally:
            self.open -= 1

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        target = head.split(" ")[1]
        for line in head.lower().split("\r\n"):
            if line.startswith("content-length:"):
                await reader.readexactly(int(line.split(":")[1]))
        self.under_way += "oauth2" not in target
        self.most = max(self.most, self.under_way)
        try:
            answer = await self._answer(target)
        finally:
            self.under_way -= "oauth2" not in target
        if answer is None:
            return False
        status, body = answer
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        return True

    async def _answer(self, target: str) -> tuple[str, bytes] | None:
        if "oauth2" in target:
            return "200 OK", b'{"access_token": "t", "expires_in": 3600}'
        number = target.rpartition("/")[2].replace("%2B", "+").removesuffix(":rent")
        fine = "200 OK", json.dumps({"phoneNumber": number, "displayName": "x" * 200}).encode()
        if number.endswith("55"):
            self.waiting += 1
            if self.waiting == 2:
                self._two.set()
            await self._two.wait()
            return fine
        if number.endswith("66"):
            await asyncio.sleep(0.002)
            return fine
        refused = {
            "4": ("404 Gone", b'{"error": {"code": 404, "status": "NOT_FOUND"}}'),
            "5": ("500 Oops", b"<html>" * 100),
            "6": ("400 Bad", b'{"error": {"details": [{"type": "BadRequest"}, {"type": "x"}]}}'),
            "7": ("200 OK", b'{"phoneNumber": '),
            "8": None,
            "9": ("429 Slow", b"{}"),
        }
        return refused.get(number[-1], fine)


@pytest.fixture
def service() -> Iterator[Service]:
    """Run a service."""
    with start_blocking_portal() as portal:
        service = portal.call(Service)
        portal.call(service.start)
        yield service
        portal.call(service.stop)


class Mirror:
    """
    Gives away, in whatever it answers, all that it was sent and all that it knows.

    *token_says* and *api_says* are how it answers: ``fine``, ``refused``, ``broken``,
    ``garbled``, ``elsewhere``, ``cut`` or ``hangs``.
    """

    def __init__(self, token: str, hmac: str) -> None:
        self.token, self.hmac = token, hmac
        self.token_says = self.api_says = "fine"
        self.lifetime = 3600
        self.asked: list[str] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                mirror.asked.append(self.path)
                try:
                    mirror.answer(self, f"{self.headers['Authorization']} {body.decode()}")
                except OSError:
                    self.close_connection = True

            do_POST = do_PATCH = do_GET  # noqa: N815 - the library finds them by name

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler, sent: str) -> None:
        is_token = "oauth2" in handler.path
        says = self.token_says if is_token else self.api_says
        number = handler.path.rpartition("/")[2].replace("%2B", "+").removesuffix(":rent")
        fine = {"phoneNumber": number, "projectId": "p"}
        if "callback" in handler.path:
            fine["hmacSecret"] = self.hmac
        if is_token:
            fine = {"access_token": self.token, "expires_in": self.lifetime}
        error = {"message": sent, "status": sent, "details": [{"type": "x", "owner": sent}]}
        error["details"] += [
            {"type": "BadRequest", "fieldViolations": [{"field": sent, "description": sent}]}
        ]
        status, body = {
            "fine": (200, json.dumps(fine)),
            "refused": (401 if is_token else 400, json.dumps({"error": error})),
            "broken": (500, f"<html>{sent}</html>"),
            "garbled": (200, json.dumps({**fine, "projectId": 5, "expires_in": 5})[:-9]),
            "elsewhere": (307, sent),
            "cut": (0, ""),
            "hangs": (-1, ""),
        }[says]
        if status <= 0:
            time.sleep(30 if status else 0)
            handler.close_connection = True
            return
        handler.send_response(status)
        if status == 307:
            handler.send_header("Location", f"http://127.0.0.1:9/{self.token}")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body.encode())


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """Run a mirror."""
    mirror = Mirror("canary.token.c0ffee", "canary-hmac-0123456789-0123456789")
    yield mirror
    mirror.close()
