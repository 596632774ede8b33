"""aiohttp integration: a webhook handler and a standalone server; and routes of applications."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio

from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.webhooks._asgi import add_asgi_routes, paths
from sinch_numbers.webhooks._core import BODY_SECONDS, TOO_LARGE, TOO_SLOW, TRUNCATED, Answer
from sinch_numbers.webhooks._events import LARGEST_BODY, SIGNATURE_HEADER
from sinch_numbers.webhooks._receiver import Receiver

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["add_route", "aiohttp_handler", "serve"]


def aiohttp_handler(
    receiver: Receiver,
) -> "Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]":
    """
    Return a handler that passes webhooks to *receiver*; see also `add_route`.

    aiohttp decompresses bodies unless the server has ``auto_decompress=False``. The signature of a
    decompressed body cannot be verified, so it is answered 415.

    Args:
        receiver: The receiver, which the caller starts and closes.

    Example::

        from aiohttp import web

        app = web.Application()
        app.router.add_post("/events", aiohttp_handler(Receiver(print, "s" * 32)))
    """
    from aiohttp import web

    def coding(request: web.BaseRequest) -> str:
        return ",".join(request.headers.getall("Content-Encoding", ()))

    async def answered(request: web.BaseRequest) -> Answer:
        refusal = receiver.gate.refusal(
            method=request.method,
            peer=request.remote,
            forwarded_for=",".join(request.headers.getall("X-Forwarded-For", ())),
            length=request.content_length,
            content_encoding=coding(request),
        )
        if refusal is not None:
            return refusal
        body = bytearray()
        try:
            with anyio.fail_after(BODY_SECONDS):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > LARGEST_BODY:
                        return TOO_LARGE
        except TimeoutError:
            return TOO_SLOW
        except (OSError, web.PayloadAccessError, web.RequestPayloadError):
            return TRUNCATED
        signature = request.headers.get(SIGNATURE_HEADER)
        return await receiver.receive(bytes(body), signature, coding(request))

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        answer = await answered(request)
        response = web.Response(status=answer.status, body=answer.body, headers=answer.all_headers)
        if "Connection" in answer.headers:
            response.force_close()
        return response

    return handle


def add_route(app: Any, path: str, receiver: Receiver) -> None:
    """
    Add a route for webhooks at *path*, with and without a trailing slash.

    *app* is an application of aiohttp, Starlette, or FastAPI. *receiver* is started when *app*
    starts, and closed when it shuts down. The service follows no redirect, such as those by which
    frameworks add or remove a trailing slash.

    Args:
        app: An application of aiohttp, Starlette, or FastAPI.
        path: Path of the route.
        receiver: Started and closed with the application.

    Raises:
        InvalidArgumentError: *path* doesn't start with a slash, or *app* is another object.

    Example::

        from aiohttp import web

        app = web.Application()
        add_route(app, "/events", Receiver(print, "s" * 32))
    """
    if not isinstance(path, str) or not path.startswith("/"):
        raise InvalidArgumentError("path", "a path that starts with a slash", path)
    if hasattr(app, "add_route"):  # Starlette, FastAPI, and their routers
        add_asgi_routes(app, path, receiver)
        return
    from aiohttp import web

    if not isinstance(app, web.Application):
        expected = "an application of aiohttp, Starlette, or FastAPI"
        raise InvalidArgumentError("app", expected, type(app).__name__)

    async def start(_: "web.Application") -> None:
        await receiver.start()

    async def close(_: "web.Application") -> None:
        await receiver.close()

    handler = aiohttp_handler(receiver)
    for one in paths(path):
        # All methods: the receiver returns the 405 for other requests than POST.
        app.router.add_route("*", one, handler)
    app.on_startup.append(start)
    app.on_shutdown.append(close)


@asynccontextmanager
async def serve(
    receiver: Receiver, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncGenerator[str, None]:
    """
    Serve *receiver* on a port, by default a free one, and yield the URL.

    Every path accepts webhooks, also with gzip. On exit the port is closed before the receiver.

    Args:
        receiver: The receiver.
        host: Address to listen on.
        port: Port to listen on; 0 selects a free one.

    Example::

        async with serve(Receiver(print, "s" * 32)) as url:
            print(url)
    """
    from aiohttp import web

    # The signature is that of the body as sent.
    server = web.Server(aiohttp_handler(receiver), access_log=None, auto_decompress=False)
    runner = web.ServerRunner(server)
    await runner.setup()
    await receiver.start()
    try:
        await web.TCPSite(runner, host, port).start()
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
        await receiver.close()
