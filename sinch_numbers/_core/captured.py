"""
Metadata of responses: status, headers, request ID, attempts, and duration of successful calls.

A context variable carries the captures of a block to its calls, also to those in other tasks, and
in the thread of the sync client. Raw responses as results would not do: a list, a bulk call, or an
order consists of many calls, and results would have another type.
"""

import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, overload

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.current_captures import current_captures
from sinch_numbers._core.masking import Masker
from sinch_numbers._core.responses import request_id
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._serializable import Serializable

__all__ = ["CapturedResponse", "CapturedResponses", "ResponseHeaders", "capture_responses"]

_KEPT: Final = 1000
_SENSITIVE: Final = re.compile(
    r"cookie|authorization|authentication-info|token|secret|password|api-?key|credential|session",
    re.IGNORECASE,
)
"""Names of headers whose values are masked; an ID of a request has none of these words."""


class ResponseHeaders(Mapping[str, str]):
    """
    Headers of a response, by case-insensitive name; repeated ones are joined by commas.

    Created by the package.

    Args:
        values: The headers by name.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name.lower(): value for name, value in values.items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._values!r})"


@attrs.frozen(kw_only=True)
class CapturedResponse(Serializable):
    """The response to one successful call: one operation, or one page of a list."""

    method: str
    """The HTTP method."""
    path: str
    """The path of the call, without host and query."""
    status: int
    """The HTTP status."""
    headers: ResponseHeaders = attrs.field(repr=False)
    """The response headers; values with credentials are masked."""
    request_id: str | None
    """The service's ID of the request, if a response header has one."""
    attempts: int
    """Number of attempts of the call."""
    seconds: float
    """Duration of the call, including retries, delays, and verifying reads."""
    verified: bool = False
    """
    Whether the response to the call was lost, and a read showed that it took effect.

    Then status, headers, and request ID are those of the read.
    """


class CapturedResponses(Sequence[CapturedResponse]):
    """
    The responses of a block, in the order in which the calls ended; see `capture_responses`.

    Created by the package.

    Args:
        limit: Maximum number of responses; older ones are dropped.
    """

    def __init__(self, limit: int) -> None:
        self._responses: deque[CapturedResponse] = deque(maxlen=limit)
        self._ended = False
        self.dropped: int = 0
        """Number of earlier responses that the limit dropped."""

    @overload
    def __getitem__(self, index: int) -> CapturedResponse: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[CapturedResponse, ...]: ...

    def __getitem__(self, index: int | slice) -> CapturedResponse | tuple[CapturedResponse, ...]:
        return tuple(self._responses)[index]

    def __len__(self) -> int:
        return len(self._responses)

    def __iter__(self) -> Iterator[CapturedResponse]:
        return iter(tuple(self._responses))  # a copy: calls in other tasks may end meanwhile

    def __repr__(self) -> str:
        dropped = f", {self.dropped} dropped" if self.dropped else ""
        return f"<{type(self).__name__}: {len(self)}{dropped}>"

    def _add(self, response: CapturedResponse) -> None:
        if not self._ended:  # a task that the block left behind may still make calls
            self.dropped += len(self._responses) == self._responses.maxlen
            self._responses.append(response)

    def _end(self) -> None:
        self._ended = True


@contextmanager
def capture_responses(*, limit: int = _KEPT) -> Generator[CapturedResponses, None, None]:
    """
    Capture status, headers, request ID, attempts, and duration of successful calls in the block.

    Works for all clients, async and sync, and for calls in tasks that the block starts: lists
    (each page is a call), `gather`, inventories, and orders. Blocks can be nested; a call belongs
    to all blocks around it. A failed call is described by its error. Requests for access tokens,
    and reads that verify a lost response, are not captured. The newest *limit* responses are kept,
    and calls that end after the block are left out. Bodies are not kept, and secrets in headers,
    cookies included, are masked. Free of charge.

    Args:
        limit: Maximum number of responses; older ones are dropped.

    Raises:
        InvalidArgumentError: *limit* is not positive.

    Example::

        with capture_responses() as responses:
            number = await client.active_numbers.get("+12025550134")
        print(responses[-1].request_id, responses[-1].seconds)
    """
    captured = CapturedResponses(arguments.positive(limit, "limit"))
    with _capturing((*current_captures.get(), captured)):
        try:
            yield captured
        finally:
            captured._end()  # noqa: SLF001 - same module


@contextmanager
def capture_reads() -> Generator[CapturedResponses, None, None]:
    """Capture the reads that verify a call, and hide them from the blocks around it."""
    captured = CapturedResponses(1)
    with _capturing((captured,)):
        yield captured


@contextmanager
def _capturing(captures: tuple[CapturedResponses, ...]) -> Generator[None, None, None]:
    token = current_captures.set(captures)
    try:
        yield
    finally:
        with suppress(ValueError):  # a generator can end in another context than it began in
            current_captures.reset(token)


@attrs.frozen
class ResponseHead:
    """The response to a call, without its body."""

    status: int
    headers: ResponseHeaders
    request_id: str | None


@attrs.define(eq=False)
class Capture:
    """The responses to a call that is captured."""

    response: ResponseHead | None = None
    """The successful response; ``None`` if it was lost, or could not be read."""
    read: CapturedResponse | None = None
    """The response to the last read that verified the call."""


def head_of(reply: Reply, hide: Sequence[Secret]) -> ResponseHead:
    """Return the head of *reply*, with credentials and the secrets in *hide* masked."""
    # Few responses quote a secret, and a search of all values at once takes a tenth of the time.
    values = "\n".join(reply.headers.values())
    masker = Masker(hide).relevant_to(values.encode("utf-8", "surrogatepass"))
    mask = str(Secret(""))
    headers: dict[str, str] = {}
    for name, value in reply.headers.items():
        shown = mask if _SENSITIVE.search(name) else masker.text(value)
        known = headers.get(name.lower())
        headers[name.lower()] = shown if known is None else f"{known}, {shown}"
    return ResponseHead(reply.status, ResponseHeaders(headers), request_id(reply, masker))


async def captured_call(run: Callable[[Any], Awaitable[Any]], call: Any) -> Any:
    """Await ``run(call)``, and add its response to the current captures."""
    capture = call.capture = Capture()
    started = time.monotonic()
    result = await run(call)
    seconds = time.monotonic() - started
    head = capture.response or capture.read
    if head is not None:
        response = CapturedResponse(
            method=call.method,
            path=call.path,
            status=head.status,
            headers=head.headers,
            request_id=head.request_id,
            attempts=call.attempts,
            seconds=seconds,
            verified=capture.response is None,
        )
        for captures in current_captures.get():
            captures._add(response)  # noqa: SLF001 - same module
    return result
