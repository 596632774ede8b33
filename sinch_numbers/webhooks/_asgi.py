"""ASGI integration: Starlette, FastAPI, Litestar, Quart, Django, or standalone."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import anyio

from sinch_numbers.webhooks._core import (
    BODY_SECONDS,
    TOO_LARGE,
    TOO_SLOW,
    TRUNCATED,
    Answer,
    content_length,
)
from sinch_numbers.webhooks._events import LARGEST_BODY, SIGNATURE_HEADER
from sinch_numbers.webhooks._receiver import Receiver
from sinch_numbers.webhooks._starlette import answer_bare_paths

__all__ = ["AsgiApp"]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_SIGNATURE: Final = SIGNATURE_HEADER.lower().encode()


class AsgiApp:
    """
    ASGI application that passes webhooks at any path to *receiver*.

    Served standalone, it starts the receiver with the server, and closes it when the server shuts
    down. A mounted application receives no lifespan events: enter the receiver in the lifespan of
    the outer application. In Starlette and FastAPI, use `add_route` instead of ``mount``.

    Args:
        receiver: The receiver.

    Example::

        app = AsgiApp(Receiver(print, "s" * 32))  # uvicorn module:app
    """

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        answer_bare_paths(AsgiApp)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "lifespan":
                await self._lifespan(receive, send)
            case "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1000})
            case _:
                pass

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answered(scope, receive)
        headers = [
            (name.lower().encode(), value.encode()) for name, value in answer.all_headers.items()
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answered(self, scope: Scope, receive: Receive) -> Answer:
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            held = headers.get(name.lower())
            headers[name.lower()] = value if held is None else held + b"," + value
        coding = headers.get(b"content-encoding", b"").decode("latin-1")
        client = scope.get("client")
        refusal = self._receiver.gate.refusal(
            method=scope["method"],
            peer=client[0] if client else None,
            forwarded_for=headers.get(b"x-forwarded-for", b"").decode("latin-1"),
            length=content_length(headers.get(b"content-length", b"").decode("latin-1")),
            content_encoding=coding,
        )
        if refusal is not None:
            return refusal
        try:
            with anyio.fail_after(BODY_SECONDS):
                body = await _body(receive)
        except TimeoutError:
            return TOO_SLOW
        if isinstance(body, Answer):
            return body
        signature = headers.get(_SIGNATURE)
        return await self._receiver.receive(
            body, None if signature is None else signature.decode("latin-1"), coding
        )

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._receiver.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._receiver.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _body(receive: Receive) -> bytes | Answer:
    """Return the body of a request, or the error response."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return TRUNCATED  # the sender disconnected
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return TOO_LARGE
        more = message.get("more_body", False)
    return bytes(body)


def add_asgi_routes(app: Any, path: str, receiver: Receiver) -> None:
    """Add routes to a Starlette application or router, and run *receiver* in its lifespan."""
    endpoint = AsgiApp(receiver)
    for one in paths(path):
        app.add_route(one, endpoint, include_in_schema=False)
    router = getattr(app, "router", app)
    outer = router.lifespan_context

    @asynccontextmanager
    async def lifespan(started: Any) -> AsyncIterator[Any]:
        # Closed before what the application has opened, which handlers may use.
        async with outer(started) as state, receiver:
            yield state

    router.lifespan_context = lifespan


def paths(path: str) -> tuple[str, ...]:
    """Return *path* without and with a trailing slash: senders follow no redirect."""
    bare = path.rstrip("/")
    return (bare, f"{bare}/") if bare else ("/",)
