"""
Journal: entries of billable calls, and the protocol of the stores that keep them.

An entry is claimed before anything is sent, marked as sent before the first byte, and finished
with the outcome. An entry of a process that died is taken over by another one, which reads the
effect and never sends a billable request.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import attrs

from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._value_repr import ValueRepr

__all__ = ["Claims", "Holder", "JournalEntry", "OperationState", "OperationStore"]


class OperationState(ValueRepr, StrEnum):
    """State of a journal entry; it only moves forward."""

    CLAIMED = "claimed"
    """Nothing was sent."""
    SENT = "sent"
    """The request may have been sent, and its outcome is not recorded."""
    UNKNOWN = "unknown"
    """The call ended, and reads did not show whether it took effect."""
    APPLIED = "applied"
    """The call took effect."""
    APPLIED_LATE = "applied_late"
    """The call took effect, which its owner recorded after another process had taken over."""
    ABSENT = "absent"
    """The call had no effect: it was not sent, was rejected, or reads proved it."""
    DISMISSED = "dismissed"
    """A person resolved the entry."""


OPEN_STATES = frozenset({OperationState.CLAIMED, OperationState.SENT, OperationState.UNKNOWN})
"""The states of entries whose outcome is not known."""
APPLIED_STATES = frozenset({OperationState.APPLIED, OperationState.APPLIED_LATE})
"""The states of entries whose call took effect."""


class Claims(ValueRepr, StrEnum):
    """The claim of an operation on its subject, such as a phone number."""

    ACQUIRES = "acquires"
    """The project gets the subject: no other entry may claim or own it."""
    PICKS = "picks"
    """
    The service picks what the project gets: such calls run one at a time.

    Success owns the result, and an unknown outcome does not block the next call.
    """
    CHANGES = "changes"
    """The subject is changed: no other entry may claim it, one may own it."""
    ENDS = "ends"
    """Like `CHANGES`; success ends the ownership."""


@attrs.frozen(kw_only=True)
class JournalEntry(Serializable):
    """One billable call as the store keeps it. Contains no secret and no token."""

    id: str
    """Operation ID, also in the `OutcomeUnknownError` that the call raised."""
    operation: str
    """Operation ID of the OpenAPI description, such as ``rentNumber``."""
    origin: str
    """Origin of the service, such as ``https://numbers.api.sinch.com``."""
    project_id: str
    subject: str | None
    """
    The subject of the call: a phone number, or the ID of an order.

    For calls that let the service pick, a constant that serializes them, such as ``rent_any``;
    ``None`` if nothing needs to be claimed.
    """
    claims: Claims = Claims.CHANGES
    segments: tuple[str, ...] = ()
    """The values of the path's parameters."""
    request: Mapping[str, Any] = attrs.field(factory=dict)
    """
    The request body: configuration, callback, or criteria.

    Secrets are left out, and user information and query of a URL are replaced by a digest.
    """
    tag: str | None = None
    """ID in the query of the callback URL that identifies the effect; see ``tag_callback``."""
    exclusive: bool = False
    """Whether every renter of the project uses the same store."""
    absent_before: bool = False
    """Whether a read between claim and request returned the service's own 404."""
    sent_after: datetime | None = None
    """Earliest time of the first request by the service's clock, as far as it is known."""
    settle_timeout: float = 30.0
    """Seconds after which an abandoned request can no longer take effect."""
    attempt_timeout: float = 30.0
    """Seconds after which an attempt has ended."""
    state: OperationState = OperationState.CLAIMED
    created_at: datetime | None = None
    """Time of the claim, by the clock of the store, in UTC; set by the store."""
    sent_at: datetime | None = None
    """Time of the first `OperationStore.mark_sent`, by the clock of the store."""
    finished_at: datetime | None = None
    """Time of the last change to a state other than ``sent``; set by the store."""
    lease_until: datetime | None = None
    """End of the owner's lease; set by the store."""
    owner: str = ""
    """Host and process of the owner; set by the store."""
    epoch: int = 0
    """Number of takeovers: changes by an earlier owner are recognized by it."""
    reason: str = ""
    """Why the outcome is unknown or the call had no effect."""
    result: Mapping[str, Any] = attrs.field(factory=dict)
    """Number or order ID, prices, and rent instant, as far as they are known."""

    @property
    def acquires(self) -> bool:
        """Whether success gives the project something that another caller may get instead."""
        return self.claims in (Claims.ACQUIRES, Claims.PICKS)

    @property
    def is_open(self) -> bool:
        """Whether the outcome is not known."""
        return self.state in OPEN_STATES


@attrs.frozen(kw_only=True)
class Holder(Serializable):
    """The entry that claims or owns a subject, which therefore could not be claimed."""

    entry_id: str
    owned: bool
    """Whether it owns the subject, rather than claims it for a call that is in progress."""


def keeps_claim(entry: JournalEntry, state: OperationState) -> bool:
    """Whether *entry* still claims its subject in *state*."""
    unknown = state is OperationState.UNKNOWN and entry.claims is not Claims.PICKS
    return unknown or state in (OperationState.CLAIMED, OperationState.SENT)


_API_NAMES = {"phoneNumber": "phoneNumber", "orderId": "idNumberOrder"}


def summary(result: Any) -> dict[str, Any]:
    """Return what the journal keeps of a *result*: the IDs by which it is found again."""
    if isinstance(result, Mapping):  # of a request without a model
        given = {name: result.get(api) for name, api in _API_NAMES.items()}
        given["orderId"] = given["orderId"] or result.get("hostingOrderId")
        return {name: value for name, value in given.items() if value and isinstance(value, str)}
    names = {
        "phoneNumber": getattr(result, "phone_number", None),
        "orderId": getattr(result, "id_number_order", None)
        or getattr(result, "hosting_order_id", None),
    }
    return {name: value for name, value in names.items() if value}


class OperationStore(Protocol):
    """
    Keeps journal entries, claims, and ownership records.

    A record of ownership names the entry that got a subject (a number) for the project. It lasts
    until an entry with ``Claims.ENDS`` succeeds on the subject, or `end_ownership`. Each method
    is one transaction, visible to all processes when the method returns, and raises `StoreError`
    if the store cannot do that. Methods can be called from several threads and event loops.

    A change survives a power failure as soon as a `mark_sent` that begins later has returned; only
    `claim` and `finish` may wait for that. A power failure undoes no change without those after
    it. So a request is never sent without its entry and claim, and an outcome that is lost leaves
    the entry open, as if the process had ended before `finish`.
    """

    @property
    def exclusive(self) -> bool:
        """Whether the user gave the store, which asserts that all renters of a project use it."""
        ...

    async def claim(self, entry: JournalEntry, lease: float) -> JournalEntry | Holder:
        """
        Insert *entry* in state ``claimed``, with a lease of *lease* seconds.

        Return it as stored, or the `Holder` of its subject, in which case nothing is stored. A
        subject is identified by origin, project, and `JournalEntry.subject`.

        Called by the package.

        Args:
            entry: The entry of the call, with its subject.
            lease: Seconds after which another process may take over.
        """
        ...

    async def mark_sent(self, entry: JournalEntry, lease: float) -> JournalEntry:
        """
        Record that the request may be sent from now on, and renew the lease.

        Of *entry*, ``absent_before`` is stored too; ``sent_at`` and ``sent_after`` by the first
        call only. Raise `StoreError` if the entry was taken over
        or is missing: then the request must not be sent.

        Called by the package.

        Args:
            entry: The entry, as `claim` returned it.
            lease: Seconds after which another process may take over.
        """
        ...

    async def renew(self, entry: JournalEntry, lease: float) -> bool:
        """
        Renew the lease; return whether *entry* still belongs to its owner.

        Called by the package.

        Args:
            entry: The entry, as last stored.
            lease: Seconds after which another process may take over.
        """
        ...

    async def finish(
        self,
        entry: JournalEntry,
        state: OperationState,
        *,
        reason: str = "",
        result: Mapping[str, Any] | None = None,
        owns: str | None = None,
    ) -> JournalEntry:
        """
        Record the outcome, and return the entry as it is now stored.

        ``applied`` releases the claim; *owns* then names the subject that the entry owns from
        now on, and ``Claims.ENDS`` ends the ownership of its subject. ``absent`` releases the
        claim. ``unknown`` keeps it, except for ``Claims.PICKS``. ``claimed`` takes back
        `mark_sent` after a request that was proven to not have been sent.

        If another process has taken over since (the epochs differ), ``applied`` is stored as
        ``applied_late`` unless the entry is ``applied`` already, and any other state changes
        nothing.

        Called by the package.

        Args:
            entry: The entry, as last stored.
            state: The outcome.
            reason: Why the outcome is not known, or how it was found.
            result: The JSON of the result, if the call took effect.
            owns: The subject that the entry owns from now on.
        """
        ...

    async def get(self, entry_id: str) -> JournalEntry | None:
        """
        Return an entry.

        Called by the package.

        Args:
            entry_id: ID of the entry.
        """
        ...

    async def entries(
        self,
        *,
        origin: str | None = None,
        project_id: str | None = None,
        states: Sequence[OperationState] = (),
        limit: int | None = None,
    ) -> tuple[JournalEntry, ...]:
        """
        Return the entries that match, of all states if *states* is empty, newest first.

        Called by the package.

        Args:
            origin: Base URL of the API (default: all).
            project_id: ID of the project (default: all).
            states: States of the entries (default: all).
            limit: Maximum number of entries (default: all).
        """
        ...

    async def take_over(self, entry: JournalEntry, lease: float) -> JournalEntry | None:
        """
        Become the owner of an open *entry* whose owner is gone.

        The owner is gone if its lease has ended, or if the store detects that its process
        has. Compare-and-swap on the epoch: of two processes that try, one succeeds. Return the
        entry with its new epoch, or ``None``.

        Called by the package.

        Args:
            entry: The open entry of another process.
            lease: Seconds after which another process may take over again.
        """
        ...

    async def dismiss(self, entry_id: str, reason: str) -> JournalEntry | None:
        """
        Close an open entry that a person has resolved; its claim is released.

        Called by the package.

        Args:
            entry_id: ID of the entry.
            reason: The outcome and how it was found.
        """
        ...

    async def holder(self, origin: str, project_id: str, subject: str) -> Holder | None:
        """
        Return the entry that claims or owns *subject*, a claim before an ownership.

        Called by the package.

        Args:
            origin: Base URL of the API.
            project_id: ID of the project.
            subject: The number, order, or path.
        """
        ...

    async def owned(self, origin: str, project_id: str) -> Mapping[str, str]:
        """
        Return the owned subjects of a project, with the IDs of the entries that own them.

        Called by the package.

        Args:
            origin: Base URL of the API.
            project_id: ID of the project.
        """
        ...

    async def end_ownership(self, origin: str, project_id: str, subject: str) -> None:
        """
        Remove the ownership record of *subject*, whose end was confirmed by reading.

        Called by the package.

        Args:
            origin: Base URL of the API.
            project_id: ID of the project.
            subject: The number whose rent has ended.
        """
        ...

    async def close(self) -> None:
        """
        Close connections; the store opens them again if it is used again.

        Called by the package.
        """
        ...
