"""The three kinds of mounts, each behind a real server, and a scripted sender."""

import asyncio
import hashlib
import hmac
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import attrs
from anyio.from_thread import start_blocking_portal

from sinch_numbers.webhooks import AsgiApp, Receiver, WsgiApp, add_route

SECRET = "receiver-hmac-secret-0123456789-abcd"
NUMBER = "+12025550147"


def body_of(number: int = 0, **members: Any) -> bytes:
    """Return the body of an event; each *number* is another one."""
    event = {
        "eventId": f"event-{number}",
        "timestamp": f"2026-03-14T09:{number // 60 % 60:02}:{number % 60:02}.000000001",
        "projectId": "p",
        "resourceId": f"+1202555{number % 10_000:04}",
        "resourceType": "ACTIVE_NUMBER",
        "eventType": "PROVISIONING_TO_SMS_PLATFORM",
        "status": "SUCCEEDED",
        "failureCode": None,
        "internalFailureCode": None,
    }
    return json.dumps(event | members, ensure_ascii=False).encode()


def signed(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()


@attrs.define
class Sender:
    """Post over a connection that is kept."""

    url: str
    connection: http.client.HTTPConnection = attrs.field(init=False)
    last: Any = attrs.field(init=False, default=None)
    stop: Any = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        parts = urlsplit(self.url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)

    def post(
        self, body: Any, signature: str | None = "sign", method: str = "POST", **headers: str
    ) -> int:
        if signature == "sign":
            signature = signed(body)
        if signature is not None:
            headers.setdefault("X-Sinch-Signature", signature)
        self.connection.request(
            method, "/events", body, {name.replace("_", "-"): v for name, v in headers.items()}
        )
        reply = self.connection.getresponse()
        reply.read()
        self.last = reply
        return reply.status


class Handled(list[Any]):
    """What a handler was given, in order; it can be held up, or fail."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Semaphore(0)
        self.failures = 0

    async def coroutine(self, event: Any) -> None:
        self.entered.release()
        while not self.open.is_set():
            await asyncio.sleep(0.001)
        self._take(event)

    def plain(self, event: Any) -> None:
        self.entered.release()
        self.open.wait()
        self._take(event)

    def _take(self, event: Any) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the handler fails")
        self.append(event)

    @property
    def ids(self) -> list[str]:
        return [event.event_id for event in self]


@contextmanager
def aiohttp_server(receiver: Receiver) -> Iterator[str]:
    """Serve with aiohttp's own server, in a thread."""
    from aiohttp import web

    @asynccontextmanager
    async def served():
        app = web.Application()
        add_route(app, "/events", receiver)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()

    with start_blocking_portal() as portal, portal.wrap_async_context_manager(served()) as url:
        yield url


@contextmanager
def asgi_server(receiver: Receiver) -> Iterator[str]:
    """Serve with uvicorn and Starlette, in a thread."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    @asynccontextmanager
    async def lifespan(_: Any):
        async with receiver:
            yield

    app = Starlette(routes=[Route("/events", AsgiApp(receiver))], lifespan=lifespan)
    with uvicorn_server(app) as url:
        yield url


@contextmanager
def bare_asgi_server(receiver: Receiver) -> Iterator[str]:
    """Serve with uvicorn alone: it is told when the server shuts down."""
    with uvicorn_server(AsgiApp(receiver)) as url:
        yield url


@contextmanager
def uvicorn_server(app: Any) -> Iterator[str]:
    """Serve an ASGI application with uvicorn, in a thread."""
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, proxy_headers=False)
    )
    started = threading.Event()
    startup = server.startup

    async def tell(*arguments: Any, **named: Any) -> None:
        await startup(*arguments, **named)
        started.set()

    server.startup = tell
    thread = threading.Thread(target=server.run)
    thread.start()
    assert started.wait(30)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)


@contextmanager
def wsgi_server(receiver: Receiver) -> Iterator[str]:
    """Serve with waitress and Flask, in threads."""
    import waitress
    from flask import Flask
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    app, door = Flask(__name__), WsgiApp(receiver)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/events": door})
    server = waitress.create_server(
        app, host="127.0.0.1", port=0, threads=4, clear_untrusted_proxy_headers=False
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    door.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        door.close()
        # Closed in its own thread: the server waits on what it is about to close.
        server.trigger.pull_trigger(server.task_dispatcher.shutdown)
        server.trigger.pull_trigger(server.close)
        thread.join(30)


SERVERS = {
    "aiohttp": aiohttp_server,
    "uvicorn + Starlette": asgi_server,
    "uvicorn": bare_asgi_server,
    "waitress + Flask": wsgi_server,
}
