"""
Journal in memory, of clients without a store.

All clients of a process share it, so that two of them never buy the same number. It does not
outlive the process, and a forked child starts without the open entries of its parent.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

import attrs

from sinch_numbers._core.billing.journal import (
    APPLIED_STATES,
    Claims,
    Holder,
    JournalEntry,
    OperationState,
    keeps_claim,
)
from sinch_numbers._core.native_threads import new_lock
from sinch_numbers._core.transport.fork_safety import register_fork_reset
from sinch_numbers.errors import StoreError

Subject = tuple[str, str, str]
"""Origin, project, and subject."""

_FINISHED_KEPT: Final = 1000
"""Finished entries that are kept for `MemoryStore.entries`."""


class MemoryStore:
    """An `OperationStore` without durability."""

    exclusive = False

    def __init__(self) -> None:
        self._lock = new_lock()
        self._entries: dict[str, JournalEntry] = {}
        self._finished: dict[str, None] = {}  # in order of time
        self._claims: dict[Subject, str] = {}
        self._owners: dict[Subject, str] = {}
        register_fork_reset(self)

    async def claim(self, entry: JournalEntry, lease: float) -> JournalEntry | Holder:
        """Insert *entry*, unless another one holds its subject."""
        key = _key(entry)
        with self._lock:
            if entry.id in self._entries:
                raise StoreError(f"operation {entry.id} exists already")
            if key is not None:
                if (holder := self._claims.get(key)) is not None:
                    return Holder(entry_id=holder, owned=False)
                owner = self._owners.get(key)
                if owner is not None and entry.claims is Claims.ACQUIRES:
                    return Holder(entry_id=owner, owned=True)
                self._claims[key] = entry.id
            now = datetime.now(UTC)
            entry = attrs.evolve(
                entry,
                state=OperationState.CLAIMED,
                created_at=now,
                lease_until=now + timedelta(seconds=lease),
            )
            self._entries[entry.id] = entry
            return entry

    async def mark_sent(self, entry: JournalEntry, lease: float) -> JournalEntry:
        """Record that the request may be sent from now on."""
        now = datetime.now(UTC)
        with self._lock:
            kept = self._entries.get(entry.id)
            if kept is None or kept.epoch != entry.epoch or not kept.is_open:
                raise StoreError(f"operation {entry.id} was taken over")
            return self._put(
                attrs.evolve(
                    kept,
                    state=OperationState.SENT,
                    sent_at=kept.sent_at or now,
                    sent_after=kept.sent_after or entry.sent_after,
                    absent_before=entry.absent_before,
                    lease_until=now + timedelta(seconds=lease),
                )
            )

    async def renew(self, entry: JournalEntry, lease: float) -> bool:
        """Renew the lease; return whether *entry* still belongs to its owner."""
        until = datetime.now(UTC) + timedelta(seconds=lease)
        with self._lock:
            kept = self._entries.get(entry.id)
            if kept is None or kept.epoch != entry.epoch or not kept.is_open:
                return False
            self._put(attrs.evolve(kept, lease_until=until))
            return True

    async def finish(
        self,
        entry: JournalEntry,
        state: OperationState,
        *,
        reason: str = "",
        result: Mapping[str, Any] | None = None,
        owns: str | None = None,
    ) -> JournalEntry:
        """Record the outcome."""
        with self._lock:
            kept = self._entries.get(entry.id, entry)
            superseded = kept.epoch != entry.epoch or not kept.is_open
            if superseded:
                if state is not OperationState.APPLIED or kept.state in APPLIED_STATES:
                    return kept
                state = OperationState.APPLIED_LATE
            kept = self._put(
                attrs.evolve(
                    kept,
                    state=state,
                    sent_at=None if state is OperationState.CLAIMED else kept.sent_at,
                    finished_at=datetime.now(UTC),
                    reason=reason,
                    result=result or {},
                )
            )
            if not keeps_claim(kept, state):
                self._settle(kept, owns)
            return kept

    async def get(self, entry_id: str) -> JournalEntry | None:
        """Return an entry."""
        with self._lock:
            return self._entries.get(entry_id)

    async def entries(
        self,
        *,
        origin: str | None = None,
        project_id: str | None = None,
        states: Sequence[OperationState] = (),
        limit: int | None = None,
    ) -> tuple[JournalEntry, ...]:
        """Return the entries that match, newest first."""
        with self._lock:
            newest_first = list(reversed(self._entries.values()))
        found = (
            entry
            for entry in newest_first
            if origin in (None, entry.origin)
            and project_id in (None, entry.project_id)
            and (not states or entry.state in states)
        )
        return tuple(islice(found, limit))

    async def take_over(self, entry: JournalEntry, lease: float) -> JournalEntry | None:
        """Become the owner of an open *entry* whose lease has ended."""
        now = datetime.now(UTC)
        with self._lock:
            kept = self._entries.get(entry.id)
            if kept is None or kept.epoch != entry.epoch or not kept.is_open:
                return None
            working = kept.state is not OperationState.UNKNOWN  # an unknown one has no owner
            if working and kept.lease_until is not None and kept.lease_until > now:
                return None
            return self._put(
                attrs.evolve(
                    kept, epoch=kept.epoch + 1, lease_until=now + timedelta(seconds=lease)
                )
            )

    async def dismiss(self, entry_id: str, reason: str) -> JournalEntry | None:
        """Close an open entry that a person has resolved."""
        with self._lock:
            kept = self._entries.get(entry_id)
            if kept is None or not kept.is_open:
                return None
            kept = attrs.evolve(
                kept,
                state=OperationState.DISMISSED,
                epoch=kept.epoch + 1,
                finished_at=datetime.now(UTC),
                reason=reason,
            )
            self._settle(self._put(kept), None)
            return kept

    async def holder(self, origin: str, project_id: str, subject: str) -> Holder | None:
        """Return the entry that claims or owns *subject*."""
        key = (origin, project_id, subject)
        with self._lock:
            if (claimed_by := self._claims.get(key)) is not None:
                return Holder(entry_id=claimed_by, owned=False)
            owned_by = self._owners.get(key)
            return None if owned_by is None else Holder(entry_id=owned_by, owned=True)

    async def owned(self, origin: str, project_id: str) -> Mapping[str, str]:
        """Return the owned subjects of a project."""
        with self._lock:
            return {
                key[2]: owner
                for key, owner in self._owners.items()
                if key[:2] == (origin, project_id)
            }

    async def end_ownership(self, origin: str, project_id: str, subject: str) -> None:
        """Remove the ownership record of *subject*."""
        with self._lock:
            self._owners.pop((origin, project_id, subject), None)

    async def close(self) -> None:
        """Keep everything: other clients of the process use the same store."""

    def reset_after_fork(self) -> object:
        """Forget the open entries of the parent, whose calls do not run in a forked child."""
        self._lock = new_lock()  # another thread of the parent may hold the old one
        self._entries, self._finished, self._claims = {}, {}, {}
        return None

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            for kept in (self._entries, self._finished, self._claims, self._owners):
                kept.clear()

    def _put(self, entry: JournalEntry) -> JournalEntry:
        self._entries[entry.id] = entry
        return entry

    def _settle(self, entry: JournalEntry, owns: str | None) -> None:
        """Release the claim of a finished entry, and record what it owns."""
        key = _key(entry)
        if key is not None and self._claims.get(key) == entry.id:
            del self._claims[key]
        applied = entry.state in APPLIED_STATES
        if applied and owns is not None:
            self._owners.setdefault((entry.origin, entry.project_id, owns), entry.id)
        if applied and key is not None and entry.claims is Claims.ENDS:
            self._owners.pop(key, None)
        if entry.is_open:
            return
        self._finished[entry.id] = None
        while len(self._finished) > _FINISHED_KEPT:
            oldest = next(iter(self._finished))
            del self._finished[oldest], self._entries[oldest]


def _key(entry: JournalEntry) -> Subject | None:
    return None if entry.subject is None else (entry.origin, entry.project_id, entry.subject)


SHARED: Final = MemoryStore()
"""The journal of all clients of the process that have no store."""
