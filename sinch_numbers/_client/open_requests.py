"""Requests for operations that have no method yet, and the reads that verify them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import attrs

from sinch_numbers._core import arguments, extras
from sinch_numbers._core.billing.decisions import Event
from sinch_numbers._core.billing.evidence import ABSENT, Evidence
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.billing.outcomes import is_own_404
from sinch_numbers._core.billing.recovery import Confirm
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Pipeline
from sinch_numbers._core.retry.policy import BILLABLE, NO_RETRY, SAFE, RetryPolicy
from sinch_numbers.errors import InvalidArgumentError, NotFoundError
from sinch_numbers.models._secret import Secret

__all__ = ["Confirmation"]

OPERATION: Final = "request"
"""Operation ID of these requests in the journal."""
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


@attrs.frozen
class Confirmation:
    """
    A read that shows whether a request of `NumbersClient.request` took effect::

        Confirmation("/numberTags/sales", shows={"color": "green"})
        Confirmation("/numberTags", shows={"tags": [{"name": "sales"}]})
        Confirmation("/numberTags/sales", missing=True)

    It is kept in the journal, so `NumbersClient.recover` can use it in another process: it must
    contain no secret.
    """

    path: str
    """Path of a ``GET`` request, like that of `NumbersClient.request`."""
    shows: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True)
    """
    Fields that the response has if the request took effect; none if any success shows it.

    An object may have further fields, and a list further elements.
    """
    query: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True)
    """Query parameters of the request."""
    missing: bool = attrs.field(default=False, kw_only=True)
    """Whether the request took effect if the service's own 404 says that the resource is gone."""

    def __attrs_post_init__(self) -> None:
        # Copies, which later changes of the caller's mappings do not reach.
        object.__setattr__(self, "shows", _plain(self.shows))
        object.__setattr__(self, "query", extras.query(self.query, "query"))
        if not isinstance(self.missing, bool):
            raise InvalidArgumentError("missing", "True or False", self.missing)
        if self.missing and self.shows:
            raise InvalidArgumentError("shows", "no fields of a resource that is missing")


def _plain(shows: object) -> dict[str, Any]:
    if _has_secret(shows):
        raise InvalidArgumentError("shows", "no secret: the journal keeps it")
    return extras.body(shows, "shows")


def _has_secret(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_secret, value.values()))
    return isinstance(value, Secret) or (
        isinstance(value, list | tuple) and any(map(_has_secret, value))
    )


async def send(
    pipeline: Pipeline,
    method: str,
    path: str,
    *,
    query: Mapping[str, Any] | None,
    json: Mapping[str, Any] | None,
    retry: RetryPolicy | None,
    confirm: Confirmation | None,
) -> Any:
    """Send a request; see `NumbersClient.request`."""
    if method not in METHODS:
        raise InvalidArgumentError("method", "GET, POST, PUT, PATCH or DELETE", method)
    if retry is not None and not isinstance(retry, RetryPolicy):
        raise InvalidArgumentError("retry", "SAFE, IDEMPOTENT or BILLABLE", retry)
    for name, value in (("query", query), ("json", json)):
        if value is not None and not isinstance(value, Mapping):
            raise InvalidArgumentError(name, "a mapping, or None", type(value).__name__)
    if method == "GET" and json is not None:
        raise InvalidArgumentError("json", "None for a GET request")
    path = arguments.request_path(path, pipeline.project_id)
    policy = retry or (SAFE if method == "GET" else BILLABLE)
    operation = Operation(OPERATION, method, "", object, policy)
    segments: tuple[str, ...] = ()
    if confirm is not None:
        if not isinstance(confirm, Confirmation):
            raise InvalidArgumentError("confirm", "a Confirmation", confirm)
        if method == "GET":
            raise InvalidArgumentError("confirm", "None for a GET request, which has no effect")
        operation = attrs.evolve(
            operation,
            confirm=_of_any_resource(_check(pipeline, confirm)),
            journaled={"confirm": attrs.asdict(confirm)},
        )
        segments = (_subject(path),)
    return await pipeline.run(operation, object, path, segments=segments, query=query, json=json)


def _of_any_resource(check: Confirm) -> Callable[[Any, JournalEntry], Awaitable[Evidence]]:
    return lambda _, entry: check(entry)


def recorded_confirm(pipeline: Pipeline, entry: JournalEntry) -> Confirm | None:
    """Return the function that reads the effect of *entry*, if its caller gave a confirmation."""
    if (given := entry.request.get("confirm")) is None:
        return None
    try:
        return _check(pipeline, Confirmation(**given))
    except (TypeError, InvalidArgumentError):  # of another release
        return None


def _check(pipeline: Pipeline, confirm: Confirmation) -> Confirm:
    """Return a function that does the read of *confirm*; reject its path if it is invalid."""
    plain = pipeline.without_extras
    path = arguments.request_path(confirm.path, pipeline.project_id, "confirm")
    operation = Operation(OPERATION, "GET", "", object, NO_RETRY)

    async def check(_: JournalEntry) -> Evidence:
        try:
            found = await plain.run(operation, object, path, query=confirm.query)
        except NotFoundError as error:
            # Another 404 may come from a gateway: no proof of absence.
            if not is_own_404(error, None):
                raise
            return Evidence(Event.READ_MATCH, {}) if confirm.missing else ABSENT
        if confirm.missing or (confirm.shows and not _shows(found, confirm.shows)):
            return ABSENT
        return Evidence(Event.READ_MATCH, {} if found is None else found)

    return check


def _subject(path: str) -> str:
    """Return the phone number in *path*, on which other calls can have a claim, or the path."""
    for segment in path.split("/"):
        number = segment.partition(":")[0]
        if arguments.is_phone_number(number):
            return number
    return path


def _shows(found: object, expected: object) -> bool:
    """Whether *found*, of a response, has all that is *expected*."""
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            name in found and _shows(found[name], value) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(found, list) and all(
            any(_shows(one, wanted) for one in found) for wanted in expected
        )
    return bool(found == expected) and isinstance(found, bool) == isinstance(expected, bool)
