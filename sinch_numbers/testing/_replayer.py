"""Replay of a cassette: its responses instead of a service."""

from pathlib import Path
from typing import Any, Final

import attrs

from sinch_numbers import NumbersClient, SyncNumbersClient
from sinch_numbers._core.billing.memory import MemoryStore
from sinch_numbers._core.native_threads import new_lock
from sinch_numbers._core.shared_objects import SharedObject
from sinch_numbers._core.transport.base import Reply, Request, Transport
from sinch_numbers._core.transport.default import AUTH_URL, IMPORTED_NUMBERS_URL, NUMBERS_URL
from sinch_numbers.errors import UnexpectedRequestError
from sinch_numbers.testing._cassettes import (
    Interaction,
    RecordedFailure,
    RecordedRequest,
    RecordedResponse,
    load,
)
from sinch_numbers.testing._fields import segments
from sinch_numbers.testing._matching import Bindings, bound, differences, shape, similarity
from sinch_numbers.testing._redaction import HEAD, parsed

__all__ = ["Replayer"]

_TOKEN: Final = RecordedResponse(
    200, {}, b'{"access_token":"replayed","expires_in":3599,"scope":"","token_type":"bearer"}'
)


@attrs.define(eq=False)
class _Entry:
    """An interaction, and whether it was replayed."""

    interaction: Interaction
    shape: dict[str, Any] = attrs.field(repr=False)
    replayed: bool = False


class Replayer(SharedObject):
    """
    Replays the cassette *path* that a `Recorder` has written; sends nothing.

    Each recorded response is replayed once, byte for byte, and errors without a response are
    raised again. Requests are matched by method, host, path, query, and body. Phone numbers must
    be those of the cassette. For other values that the recording replaced, such as IDs and names,
    a request may have the pseudonym, or any other value that always stands for the same
    pseudonym. Token requests never fail: the number of tokens that a client fetches depends on
    time.

    A request without a recorded response raises `UnexpectedRequestError`, which names the
    nearest recorded one. Delays before retries, and waits, are those of the client.

    Args:
        path: The cassette.

    Raises:
        CassetteError: The file cannot be read, or has another format.

    Example::

        with Recorder("numbers.json") as recorder, recorder.sync_client() as recorded:
            recorded.active_numbers.get("+12025550134")

        replayer = Replayer("numbers.json")
        with replayer.sync_client() as client:
            client.active_numbers.get(recorder.pseudonym("+12025550134"))
        assert not replayer.unused
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._entries = [_Entry(one, shape(one.request)) for one in load(self._path)]
        self._bindings: Bindings = {}
        self._lock = new_lock()

    def __repr__(self) -> str:
        return (
            f"Replayer({str(self._path)!r}, interactions={len(self._entries)}, "
            f"unused={len(self.unused)})"
        )

    @property
    def project_ids(self) -> tuple[str, ...]:
        """The pseudonyms of the recorded projects, in order of their first request."""
        parts = (
            part for entry in self._entries for part in segments(entry.interaction.request.path)
        )
        return tuple(dict.fromkeys(part.text for part in parts if part.field == "projectId"))

    @property
    def unused(self) -> tuple[str, ...]:
        """The recorded requests, except for tokens, that were not replayed yet."""
        return tuple(
            str(entry.interaction.request)
            for entry in self._entries
            if not entry.replayed and entry.interaction.request.host != "auth"
        )

    def client(self, project_id: str | None = None, **options: Any) -> NumbersClient:
        """
        Create an async client for the cassette, with the *options* of `NumbersClient`.

        Neither credentials nor environment variables are needed. The default *project_id* is the
        first of `project_ids`.

        Args:
            project_id: ID of the project (default: the first of `project_ids`).
            options: Keyword arguments of `NumbersClient`.

        Raises:
            InvalidArgumentError: As by `NumbersClient`.
        """
        return NumbersClient(**self._replaying(project_id, options))

    def sync_client(self, project_id: str | None = None, **options: Any) -> SyncNumbersClient:
        """
        Create a sync client for the cassette, with the *options* of `SyncNumbersClient`.

        See `client`.

        Args:
            project_id: ID of the project (default: the first of `project_ids`).
            options: Keyword arguments of `SyncNumbersClient`.

        Raises:
            InvalidArgumentError: As by `SyncNumbersClient`.
        """
        return SyncNumbersClient(**self._replaying(project_id, options))

    @property
    def transport(self) -> Transport:
        """A transport that replays, for the argument ``transport=`` of any client."""
        return _ReplayingTransport(self)

    def _replaying(self, project_id: str | None, options: dict[str, Any]) -> dict[str, Any]:
        return {
            "project_id": project_id or next(iter(self.project_ids), "replayed"),
            "key_id": "replayed",
            "key_secret": "replayed",
            "numbers_url": NUMBERS_URL,
            "imported_numbers_url": IMPORTED_NUMBERS_URL,
            "auth_url": AUTH_URL,
            "store": MemoryStore(),  # not the journal of real calls
            **options,
            "transport": self.transport,
        }

    def find(self, sent: RecordedRequest) -> RecordedResponse | RecordedFailure:
        """
        Return the outcome of *sent*; raise `UnexpectedRequestError` if it has none.

        Called by the package.

        Args:
            sent: The request.
        """
        with self._lock:
            found = self._token() if sent.host == "auth" else self._matching(sent)
            if found is not None:
                found.replayed = True
                return found.interaction.outcome
            if sent.host == "auth":
                return _TOKEN
            raise self._unexpected(sent)

    def _token(self) -> _Entry | None:
        tokens = [entry for entry in self._entries if entry.interaction.request.host == "auth"]
        return next(
            (entry for entry in tokens if not entry.replayed), next(reversed(tokens), None)
        )

    def _matching(self, sent: RecordedRequest) -> _Entry | None:
        wanted = shape(sent)
        open_entries = [entry for entry in self._entries if not entry.replayed]
        for entry in open_entries:
            if entry.shape == wanted:
                return entry
        for entry in open_entries:
            if (bindings := bound(entry.shape, wanted, self._bindings)) is not None:
                self._bindings = bindings
                return entry
        return None

    def _unexpected(self, sent: RecordedRequest) -> UnexpectedRequestError:
        wanted = shape(sent)
        others = [entry for entry in self._entries if entry.interaction.request.host != "auth"]
        nearest = max(
            others,
            key=lambda entry: (
                bound(entry.shape, wanted, self._bindings) is not None,
                similarity(entry.interaction.request, sent),
                not entry.replayed,
            ),
            default=None,
        )
        if nearest is None:
            return UnexpectedRequestError(self._path, str(sent))
        found = tuple(differences(nearest.shape, wanted))
        if not found and not nearest.replayed:
            found = ("value that stands for one of its pseudonyms",)
        return UnexpectedRequestError(
            self._path, str(sent), str(nearest.interaction.request), found
        )


class _Headers(dict[str, str]):
    """Recorded headers, whose names are lower case, for any spelling of a name."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of *name*, or *default*."""
        return super().get(name.lower(), default)


class _ReplayingTransport:
    """Returns the recorded outcomes of requests."""

    def __init__(self, replayer: Replayer) -> None:
        self._replayer = replayer

    async def exchange(self, request: Request) -> Reply:
        """Return the recorded response of *request*, or raise the recorded error."""
        request.sent = False
        body = await _read(request)
        outcome = self._replayer.find(parsed(request, body))
        if isinstance(outcome, RecordedFailure):
            request.sent = outcome.sent
            raise outcome.error()
        request.sent = True
        return Reply(outcome.status, _Headers(outcome.headers), outcome.body)

    async def close(self) -> None:
        """Do nothing: a replay has no connections."""


async def _read(request: Request) -> bytes | None:
    if request.body is None or isinstance(request.body, bytes):
        return request.body
    head = b""
    async with request.body.opened() as stream:
        async for piece in stream.pieces:
            head += piece[: max(0, HEAD - len(head))]
    return head
