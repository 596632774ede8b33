"""aiohttp integration: a webhook handler, a route, and a standalone server."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sinch_numbers.webhooks._core import TOO_LARGE, TRUNCATED, Answer
from sinch_numbers.webhooks._events import LARGEST_BODY, SIGNATURE_HEADER
from sinch_numbers.webhooks._receiver import Receiver

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["add_route", "aiohttp_handler", "serve"]


def aiohttp_handler(
    receiver: Receiver,
) -> "Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]":
    """Return a handler that passes webhooks to *receiver*; see also `add_route`."""
    from aiohttp import web

    async def answered(request: web.BaseRequest) -> Answer:
        refusal = receiver.gate.refusal(
            method=request.method,
            peer=request.remote,
            forwarded_for=",".join(request.headers.getall("X-Forwarded-For", ())),
            length=request.content_length,
        )
        if refusal is not None:
            return refusal
        body = bytearray()
        try:
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > LARGEST_BODY:
                    return TOO_LARGE
        except (OSError, web.PayloadAccessError, web.RequestPayloadError):
            return TRUNCATED
        return await receiver.receive(bytes(body), request.headers.get(SIGNATURE_HEADER))

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        answer = await answered(request)
        response = web.Response(status=answer.status, body=answer.body, headers=answer.all_headers)
        if "Connection" in answer.headers:
            response.force_close()
        return response

    return handle


def add_route(app: "web.Application", path: str, receiver: Receiver) -> None:
    """Add a route for webhooks at *path*, and close *receiver* when *app* shuts down."""

    async def close(_: "web.Application") -> None:
        await receiver.close()

    # All methods: the receiver returns the 405 for other requests than POST.
    app.router.add_route("*", path, aiohttp_handler(receiver))
    app.on_shutdown.append(close)


@asynccontextmanager
async def serve(
    receiver: Receiver, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncGenerator[str, None]:
    """
    Serve *receiver* on a port, by default a free one, and yield the URL.

    Every path accepts webhooks. On exit the port is closed before the receiver.
    """
    from aiohttp import web

    runner = web.ServerRunner(web.Server(aiohttp_handler(receiver), access_log=None))
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
        await receiver.close()
