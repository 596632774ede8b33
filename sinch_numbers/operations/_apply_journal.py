"""The journal of applied plans: claims on numbers, and started steps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import anyio

from sinch_numbers._client.client import NumbersClient
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.operations import _apply_tables as tables
from sinch_numbers.operations._apply_tables import Claim, Subject
from sinch_numbers.operations._plan import Plan
from sinch_numbers.store import PostgresStore, SQLiteStore
from sinch_numbers.store._database import Database, Scripted, uncancelled
from sinch_numbers.store._journal_store import JournalStore
from sinch_numbers.store._open import open_database

T = TypeVar("T")

_LEASE: Final = 60.0
"""Seconds after which the numbers of a process that does not renew its leases are free."""


class ClaimLostError(Exception):
    """Another process took over a number, since the lease of this one had ended."""


class ApplyJournal:
    """The rows of one plan in a store."""

    def __init__(self, database: Database, plan: Plan) -> None:
        self._database = database
        self._plan, self._digest = plan, plan.digest
        self._claims: dict[str, Claim] = {}

    async def claim(self, phone_number: str) -> Claim | None:
        """Claim a number; ``None`` while another process works on it. Raises `StoreError`."""
        # Shield: a claim that a cancelled caller doesn't know would stay until its lease ends.
        return await uncancelled(self._claim(phone_number))

    async def _claim(self, phone_number: str) -> Claim | None:
        subject = Subject(
            origin=self._plan.origin,
            project_id=self._plan.project_id,
            phone_number=phone_number,
        )
        found = await self._run(
            partial(tables.claim, subject=subject, plan=self._digest, lease=_LEASE)
        )
        if found is not None:
            self._claims[phone_number] = found
        return found

    async def begin(self, claim: Claim, step: int) -> None:
        """Record that *step* has started; durable on return. Raises `StoreError`."""
        self._require(
            await self._run(partial(tables.begin, claim=claim, step=step, lease=_LEASE)), claim
        )

    async def note_order(self, claim: Claim, order_id: str) -> None:
        """Record the order of a purchase; durable on return. Raises `StoreError`."""
        self._require(
            await self._run(partial(tables.note_order, claim=claim, order_id=order_id)), claim
        )

    async def finish(self, claim: Claim) -> None:
        """End a claim, also if the caller is cancelled. Raises `StoreError`."""
        await uncancelled(self._run(partial(tables.finish, claim=claim)))
        self._claims.pop(claim.subject.phone_number, None)

    async def renew_forever(self) -> None:
        """Renew the leases until cancelled. Raises `StoreError`."""
        while True:
            await anyio.sleep(_LEASE / 3)
            claims = tuple(self._claims.values())
            await self._run(partial(tables.renew, claims=claims, lease=_LEASE))

    def _require(self, is_ours: bool, claim: Claim) -> None:
        if not is_ours:
            self._claims.pop(claim.subject.phone_number, None)
            raise ClaimLostError

    async def _run(self, script: Scripted[T]) -> T:
        return await self._database.run(tables.PLANS, script, confirm=tables.has_changed)


@asynccontextmanager
async def opened_journal(
    client: NumbersClient,
    plan: Plan,
    journal: Path | str | SQLiteStore | PostgresStore | None,
) -> AsyncIterator[ApplyJournal]:
    """Open the journal of *plan*: the given one, or the store of *client*."""
    where = client._context.store if journal is None else journal  # noqa: SLF001 - of this package
    if journal is None and not isinstance(where, JournalStore):
        raise InvalidArgumentError(
            "journal", "a path, URL, or store, since the client's own store is in memory"
        )
    database, is_ours = open_database(where)  # type: ignore[arg-type]  # a store, by the check
    try:
        yield ApplyJournal(database, plan)
    finally:
        if is_ours:
            with anyio.CancelScope(shield=True):
                await database.close()
