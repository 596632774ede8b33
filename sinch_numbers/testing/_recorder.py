"""Recording of the requests and responses of clients into a cassette."""

import base64
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast
from urllib.parse import quote

import attrs

from sinch_numbers import NumbersClient, SyncNumbersClient
from sinch_numbers._core import atomic_files
from sinch_numbers._core.shared_objects import SharedObject
from sinch_numbers._core.transport.base import Body, Reply, Request, Stream, Transport
from sinch_numbers._core.transport.default import CONNECTION_OPTIONS, default_transport
from sinch_numbers.errors import CassetteError, InvalidArgumentError, SinchNumbersError
from sinch_numbers.models._secret import Secret
from sinch_numbers.testing._cassettes import (
    RECORDED_ERRORS,
    Interaction,
    RecordedFailure,
    dumped,
)
from sinch_numbers.testing._pseudonyms import Pseudonyms, is_number
from sinch_numbers.testing._redaction import HEAD, Redactor, parsed

__all__ = ["Recorder"]


@attrs.define(eq=False)
class _Exchange:
    """An exchange as it took place, with secrets and personal data; only in memory."""

    request: Request = attrs.field(repr=False)
    body: bytes | None = attrs.field(default=None, repr=False)
    outcome: Reply | SinchNumbersError | None = attrs.field(default=None, repr=False)


class Recorder(SharedObject):
    """
    Records the requests of clients, and the responses, into the cassette *path*.

    The file is written at the end of the ``with`` block, also if the block raises, with mode
    0600. It contains neither secrets nor phone numbers: each value that the API does not define
    (numbers, IDs, names, addresses, URLs, tokens, and every field unknown to this version) is
    replaced, and the same value always by the same pseudonym. A phone number is replaced by one
    of the same length, region, and type. Headers are left out, except some of responses.
    Documents are not recorded.

    Several clients, also of different projects, can record into one cassette, from any thread.
    A call that is cancelled while its response is awaited is not recorded.

    The ``with`` block raises `OutputFileError` if the file cannot be written, and
    `CassetteError` if it would contain a secret or phone number in spite of the replacements;
    nothing is written then. `InvalidArgumentError` is raised when *replacements* are invalid.

    Args:
        path: The file. An existing one is replaced.
        replacements: Your replacements, by the original value; they take precedence. Use
            them for values in your tests: ``{"+12025550134": "+12025550100"}``.

    Example::

        with Recorder("numbers.json") as recorder:
            async with recorder.client() as recorded:
                await recorded.active_numbers.get("+12025550134")
        print(recorder.pseudonym("+12025550134"))
    """

    def __init__(self, path: Path | str, *, replacements: Mapping[str, str] | None = None) -> None:
        self._path = Path(path)
        self._replacements = _checked(replacements or {})
        self._exchanges: list[_Exchange] = []
        self._pseudonyms: Pseudonyms | None = None

    def __repr__(self) -> str:
        return f"Recorder({str(self._path)!r}, interactions={len(self._exchanges)})"

    def __enter__(self) -> Self:
        atomic_files.check_replaceable(self._path)  # before any request
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._save()

    def client(self, *args: Any, **options: Any) -> NumbersClient:
        """
        Create an async client that records, with the arguments of `NumbersClient`.

        Args:
            args: Positional arguments of `NumbersClient`.
            options: Keyword arguments of `NumbersClient`.

        Raises:
            InvalidArgumentError: As by `NumbersClient`.
        """
        return NumbersClient(*args, **self._recording(options))

    def sync_client(self, *args: Any, **options: Any) -> SyncNumbersClient:
        """
        Create a sync client that records, with the arguments of `SyncNumbersClient`.

        Args:
            args: Positional arguments of `SyncNumbersClient`.
            options: Keyword arguments of `SyncNumbersClient`.

        Raises:
            InvalidArgumentError: As by `SyncNumbersClient`.

        Example::

            with Recorder("numbers.json") as recorder, recorder.sync_client() as recorded:
                recorded.active_numbers.get("+12025550134")
        """
        return SyncNumbersClient(*args, **self._recording(options))

    def transport(self, transport: Transport | None = None) -> Transport:
        """
        Return a transport that sends requests through *transport*, and records them.

        Pass it to a client as ``transport=``. By default, requests are sent as those of a client
        are, with the proxy of ``SINCH_PROXY`` and the certificates of ``SINCH_CA_BUNDLE``.

        Args:
            transport: Sends the requests (default: as a client does).

        Raises:
            InvalidArgumentError: The proxy or the certificates of the environment are invalid.

        Example::

            with Recorder("numbers.json") as recorder:
                async with NumbersClient(transport=recorder.transport()) as recorded:
                    await recorded.active_numbers.get("+12025550134")
        """
        return _RecordingTransport(transport or default_transport(), self._exchanges)

    def pseudonym(self, value: str) -> str:
        """
        Return the replacement of *value* in the cassette: of a phone number, an ID, or a name.

        Available once the ``with`` block has ended.

        Args:
            value: A phone number, an ID, or a name.

        Raises:
            InvalidArgumentError: *value* was not recorded.
        """
        known = None if self._pseudonyms is None else self._pseudonyms.known(value)
        if known is None:
            raise InvalidArgumentError("value", "a value of the finished recording")
        return known

    def _recording(self, options: dict[str, Any]) -> dict[str, Any]:
        connecting = {name: options.pop(name) for name in CONNECTION_OPTIONS if name in options}
        transport = options.pop("transport", None) or default_transport(**connecting)
        return {**options, "transport": self.transport(transport)}

    def _save(self) -> None:
        finished = [one for one in self._exchanges if one.outcome is not None]
        pseudonyms = self._pseudonyms = _pseudonyms(finished, self._replacements)
        text = _text(finished, pseudonyms)
        if text is None:
            raise CassetteError(
                self._path, "was not written: it would contain a secret or a phone number"
            )
        with atomic_files.replaced(self._path) as file:
            file.write(text)


# Not methods that raise: tracebacks can show local variables, and these frames hold secrets.
def _pseudonyms(exchanges: list[_Exchange], replacements: Mapping[str, str]) -> Pseudonyms:
    secrets = (secret for one in exchanges for secret in _secrets(one.request.authorization))
    pseudonyms = Pseudonyms(replacements, secrets)
    redactor = Redactor(pseudonyms)
    for exchange in exchanges:
        _redacted(exchange, redactor)  # finds all values, some of which are quoted earlier
    pseudonyms.settle()
    return pseudonyms


def _text(exchanges: list[_Exchange], pseudonyms: Pseudonyms) -> str | None:
    """Return the text of the cassette, ``None`` if it would contain a secret or a number."""
    redactor = Redactor(pseudonyms)
    text = dumped([_redacted(exchange, redactor) for exchange in exchanges])
    return None if pseudonyms.appear_in(text) else text


def _checked(replacements: Mapping[str, str]) -> dict[str, str]:
    for original, replacement in replacements.items():
        is_text = isinstance(original, str) and isinstance(replacement, str)
        if not is_text or not original:
            raise InvalidArgumentError("replacements", "str values by non-empty str")
        if is_number(original) and not is_number(replacement):
            raise InvalidArgumentError(
                "replacements", "a number in E.164 as the replacement of one", replacement
            )
    return dict(replacements)


def _secrets(authorization: Secret) -> set[str]:
    """Return the secrets in a header ``Authorization``, in the spellings that may be quoted."""
    scheme, _, credentials = authorization.reveal().partition(" ")
    secrets = {credentials or scheme}
    if scheme.lower() == "basic":
        with contextlib.suppress(ValueError):
            pair = base64.b64decode(credentials, validate=True).decode()
            secrets |= set(pair.partition(":")[::2])
    return {spelled for one in secrets if one for spelled in (one, quote(one, safe=""))}


def _redacted(exchange: _Exchange, redactor: Redactor) -> Interaction:
    sent = parsed(exchange.request, exchange.body)
    request, outcome = redactor.request(sent), exchange.outcome
    if isinstance(outcome, Reply):
        return Interaction(request, redactor.response(outcome, sent))
    error = cast("SinchNumbersError", outcome)
    message = redactor.message(error.message)
    sent_state = exchange.request.sent
    return Interaction(
        request, RecordedFailure(type(error).__name__, message, sent_state, error.transient)
    )


class _RecordingTransport:
    """Records the exchanges of another transport."""

    def __init__(self, transport: Transport, exchanges: list[_Exchange]) -> None:
        self._transport = transport
        self._exchanges = exchanges

    async def exchange(self, request: Request) -> Reply:
        """Send *request*; record the response, or the error."""
        exchange = _Exchange(request)
        self._exchanges.append(exchange)  # in the order of the requests
        body = request.body
        if body is None or isinstance(body, bytes):
            exchange.body = body
        else:
            request.body = _Tee(body, exchange)
        try:
            exchange.outcome = await self._transport.exchange(request)
        except RECORDED_ERRORS as error:
            exchange.outcome = error
            raise
        finally:
            request.body = body
        return exchange.outcome

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


class _Tee:
    """A streamed body, whose beginning is recorded while it is read."""

    def __init__(self, body: Body, exchange: _Exchange) -> None:
        self._body = body
        self._exchange = exchange
        self.content_type: Final = body.content_type

    @property
    def spent(self) -> bool:
        """Whether the body cannot be read again."""
        return self._body.spent

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Stream]:
        """Open the body at its start."""
        async with self._body.opened() as stream:
            yield Stream(stream.length, self._recorded(stream.pieces))

    async def _recorded(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        self._exchange.body = b""
        async for piece in pieces:
            if len(self._exchange.body) < HEAD:
                self._exchange.body += piece[:HEAD]
            yield piece
