"""WSGI integration: Flask, Django, Pyramid, or standalone."""

import atexit
import weakref
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, TypeAlias

from sinch_numbers._core.portal import Runner
from sinch_numbers.errors import ClientClosedError
from sinch_numbers.webhooks._core import TOO_LARGE, TRUNCATED, Answer, content_length
from sinch_numbers.webhooks._events import LARGEST_BODY
from sinch_numbers.webhooks._receiver import Receiver

__all__ = ["WsgiApp"]

StartResponse: TypeAlias = Callable[[str, list[tuple[str, str]]], object]


class _Closing:
    """Closes a receiver and discards the result, as `Runner` expects."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    async def close(self) -> None:
        await self._receiver.close()


class WsgiApp:
    """
    WSGI application that passes webhooks at any path to *receiver*.

    The receiver runs in a separate thread, one for each process that the server forks. A handler
    that is a coroutine function runs in the event loop of that thread, a plain function in another
    thread. `close` finishes accepted events; it is also called when the interpreter exits.

    WSGI servers don't report their start: until the first webhook, call `start` in each process to
    handle what an `EventStore` has.

    Args:
        receiver: The receiver.

    Example::

        app = WsgiApp(Receiver(print, "s" * 32))  # gunicorn module:app
        app.start()
        app.close()
    """

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._runner = Runner(_Closing(receiver))
        atexit.register(_close, weakref.ref(self))

    def start(self) -> None:
        """Start handling the events of an `EventStore`; call after the server has forked."""
        self._runner.run(self._receiver.start)

    def close(self) -> None:
        """Stop accepting events, and finish the accepted ones."""
        self._runner.run(self._receiver.close)

    def __call__(
        self, environ: Mapping[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Handle one request."""
        answer = self._answered(environ)
        status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        # Hop-by-hop header: under WSGI the server manages the connection.
        headers = [pair for pair in answer.all_headers.items() if pair[0] != "Connection"]
        start_response(status, headers)
        return [answer.body]

    def _answered(self, environ: Mapping[str, Any]) -> Answer:
        named = environ.get("CONTENT_LENGTH") or ""
        length = content_length(named)
        refusal = self._receiver.gate.refusal(
            method=environ["REQUEST_METHOD"],
            peer=environ.get("REMOTE_ADDR"),
            forwarded_for=environ.get("HTTP_X_FORWARDED_FOR"),
            length=length,
            content_encoding=environ.get("HTTP_CONTENT_ENCODING"),
        )
        if refusal is not None:
            return refusal
        if length is None:
            # Without a length, read only from servers that signal the end of the body.
            length = LARGEST_BODY + 1 if environ.get("wsgi.input_terminated") else 0
        try:
            body: bytes = environ["wsgi.input"].read(length)
        except OSError:
            return TRUNCATED
        if len(body) > LARGEST_BODY:
            return TOO_LARGE
        if named and len(body) < length:
            return TRUNCATED
        signature = environ.get("HTTP_X_SINCH_SIGNATURE")
        coding = environ.get("HTTP_CONTENT_ENCODING")
        return self._runner.run(self._receiver.receive, body, signature, coding)


def _close(app: "weakref.ref[WsgiApp]") -> None:
    alive = app()
    if alive is not None:
        # Since Python 3.12 a thread can't be started at exit; a runner that never started has no
        # events to finish.
        with suppress(ClientClosedError):
            alive.close()
