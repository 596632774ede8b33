"""`OperationStore` on a database: each method is one transaction."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from sinch_numbers._core.billing.journal import Holder, JournalEntry, OperationState
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.store import _operations
from sinch_numbers.store._database import LARGEST_LIMIT, Database, Script, Scripted, Session

T = TypeVar("T")


class JournalStore:
    """Base class of the durable stores."""

    def __init__(self, database: Database, *, exclusive: bool) -> None:
        self._database = database
        self._exclusive = bool(exclusive)

    @property
    def exclusive(self) -> bool:
        """Whether all renters of the projects use this store, as its user asserts."""
        return self._exclusive

    async def claim(self, entry: JournalEntry, lease: float) -> JournalEntry | Holder:
        """
        Insert *entry* and claim its subject, or return the `Holder` of the subject.

        The lease ends in *lease* seconds. All processes see the claim when the method returns; in
        SQLite, `mark_sent` makes it survive a power failure. Raises `StoreError`, and
        `InvalidArgumentError` for a lease that is not finite.
        """
        # Not durable: nothing is sent before `mark_sent`, whose commit makes the claim durable.
        claimed = partial(_operations.claim, entry=entry, lease=lease)
        return await self._change(entry.id, claimed, durable=False)

    async def mark_sent(self, entry: JournalEntry, lease: float) -> JournalEntry:
        """
        Record that the request may be sent from now on, and renew the lease.

        Raises `StoreError` if the entry or its claim was taken over or is missing, or if the
        database was deleted or replaced: then the request must not be sent.
        """
        return await self._change(
            entry.id, partial(_operations.mark_sent, entry=entry, lease=lease)
        )

    async def renew(self, entry: JournalEntry, lease: float) -> bool:
        """
        Renew the lease; return whether *entry* still belongs to its owner.

        Raises `StoreError`.
        """
        return await self._change(entry.id, partial(_operations.renew, entry=entry, lease=lease))

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

        After a takeover, only ``applied`` is recorded, as ``applied_late``. Raises `StoreError`.
        """
        finished = partial(
            _operations.finish,
            entry=entry,
            state=state,
            reason=reason,
            result=result or {},
            owns=owns,
        )
        # Not durable: a power failure may leave the entry open, with its claim, as if the process
        # had ended before this commit. `recover` then reads the outcome again.
        return await self._change(entry.id, finished, durable=False)

    async def get(self, entry_id: str) -> JournalEntry | None:
        """Return an entry, or ``None``. Raises `StoreError`."""
        return await self._read(partial(_operations.get, entry_id=entry_id))

    async def entries(
        self,
        *,
        origin: str | None = None,
        project_id: str | None = None,
        states: Sequence[OperationState] = (),
        limit: int | None = None,
    ) -> tuple[JournalEntry, ...]:
        """
        Return the entries that match, newest first, of all states by default.

        Raises `StoreError`, and `InvalidArgumentError` for a negative *limit*.
        """
        if limit is not None and limit < 0:
            raise InvalidArgumentError("limit", "a number of entries, 0 or more", limit)
        limit = None if limit is None else min(limit, LARGEST_LIMIT)
        return await self._read(
            partial(
                _operations.entries,
                origin=origin,
                project_id=project_id,
                states=tuple(states),
                limit=limit,
            )
        )

    async def take_over(self, entry: JournalEntry, lease: float) -> JournalEntry | None:
        """
        Become the owner of an open *entry* whose owner has ended, or return ``None``.

        Raises `StoreError`.
        """
        return await self._change(
            entry.id, partial(_operations.take_over, entry=entry, lease=lease)
        )

    async def dismiss(self, entry_id: str, reason: str) -> JournalEntry | None:
        """Close an open entry that a person has resolved. Raises `StoreError`."""
        return await self._change(
            entry_id, partial(_operations.dismiss, entry_id=entry_id, reason=reason)
        )

    async def holder(self, origin: str, project_id: str, subject: str) -> Holder | None:
        """Return the entry that claims or owns *subject*. Raises `StoreError`."""
        return await self._read(
            partial(_operations.holder, origin=origin, project_id=project_id, subject=subject)
        )

    async def owned(self, origin: str, project_id: str) -> Mapping[str, str]:
        """Return the owned subjects of a project, with their entries. Raises `StoreError`."""
        return await self._read(partial(_operations.owned, origin=origin, project_id=project_id))

    async def end_ownership(self, origin: str, project_id: str, subject: str) -> None:
        """Remove the ownership record of *subject*. Raises `StoreError`."""
        ended = partial(
            _operations.end_ownership, origin=origin, project_id=project_id, subject=subject
        )
        # Repeating it has no further effect, so that it confirms itself.
        await self._database.run(_operations.OPERATIONS, ended, confirm=partial(_repeat, ended))

    async def close(self) -> None:
        """Close the connections; using the store again opens them. Raises `StoreError`."""
        await self._database.close()

    async def _change(self, entry_id: str, script: Scripted[T], *, durable: bool = True) -> T:
        confirm = partial(_has_changed, entry_id=entry_id)
        return await self._database.run(
            _operations.OPERATIONS, script, durable=durable, confirm=confirm
        )

    async def _read(self, script: Scripted[T]) -> T:
        return await self._database.run(_operations.OPERATIONS, script, write=False)


def database_of(store: JournalStore) -> Database:
    """Return the database of *store*, for the tables of other parts of the package."""
    return store._database  # noqa: SLF001 - not for users


def _has_changed(session: Session, entry_id: str) -> Script[bool]:
    return _operations.has_changed(session, entry_id, session.change)


def _repeat(script: Scripted[None], session: Session) -> Script[bool]:
    yield from script(session)
    return True
