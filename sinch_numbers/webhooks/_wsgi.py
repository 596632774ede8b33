"""The door for WSGI: Flask, Django, Pyramid, or a server alone."""

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
    """Closes a receiver, and keeps what it returns to itself."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    async def close(self) -> None:
        await self._receiver.close()


class WsgiApp:
    """
    A WSGI application that gives webhooks to *receiver*, whatever the path.

    The receiver works in a thread of its own, one for each process that the server forks. A
    coroutine function as handler runs in the event loop of that thread, a plain function in
    another thread. `close` finishes what was accepted; it is called when the interpreter
    exits.
    """

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._runner = Runner(_Closing(receiver))
        atexit.register(_close, weakref.ref(self))

    def close(self) -> None:
        """Accept nothing more, and finish what was accepted."""
        self._runner.run(self._receiver.close)

    def __call__(
        self, environ: Mapping[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request."""
        answer = self._answered(environ)
        status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        # The server decides whether to close the connection.
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
        )
        if refusal is not None:
            return refusal
        if length is None:
            # Without a length, only servers that mark the end of the body let us read it.
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
        return self._runner.run(self._receiver.receive, body, signature)


def _close(app: "weakref.ref[WsgiApp]") -> None:
    alive = app()
    if alive is not None:
        # From Python 3.12 on, what was never begun cannot be begun now, and has nothing to finish.
        with suppress(ClientClosedError):
            alive.close()
