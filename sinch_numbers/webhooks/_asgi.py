"""ASGI integration: Starlette, FastAPI, Litestar, Quart, Django, or standalone."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

from sinch_numbers.webhooks._core import TOO_LARGE, TRUNCATED, Answer, content_length
from sinch_numbers.webhooks._events import LARGEST_BODY, SIGNATURE_HEADER
from sinch_numbers.webhooks._receiver import Receiver

__all__ = ["AsgiApp"]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_SIGNATURE: Final = SIGNATURE_HEADER.lower().encode()


class AsgiApp:
    """
    ASGI application that passes webhooks at any path to *receiver*.

    Served standalone, it closes the receiver when the server shuts down. A mounted application
    receives no lifespan events: close the receiver in the lifespan of the outer application.
    """

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

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
        client = scope.get("client")
        refusal = self._receiver.gate.refusal(
            method=scope["method"],
            peer=client[0] if client else None,
            forwarded_for=headers.get(b"x-forwarded-for", b"").decode("latin-1"),
            length=content_length(headers.get(b"content-length", b"").decode("latin-1")),
        )
        if refusal is not None:
            return refusal
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
        signature = headers.get(_SIGNATURE)
        return await self._receiver.receive(
            bytes(body), None if signature is None else signature.decode("latin-1")
        )

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._receiver.close()
                await send({"type": "lifespan.shutdown.complete"})
                return
