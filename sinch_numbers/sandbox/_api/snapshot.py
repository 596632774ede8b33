"""Snapshot of a sandbox as a JSON document, in a versioned format."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import attrs

from sinch_numbers.sandbox._api.sandbox_state import SandboxState
from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._protocol.errors import ApiError
from sinch_numbers.sandbox._protocol.snapshots import Dumper, SnapshotError, load
from sinch_numbers.sandbox._state.ledger import LedgerEntry
from sinch_numbers.sandbox._state.numbers import ActiveNumber, AvailableNumber
from sinch_numbers.sandbox._state.snapshot import (
    ProjectSnapshot,
    project_snapshot,
    restore_project,
)
from sinch_numbers.sandbox._webhooks.webhooks import Delivery

__all__ = ["SandboxSnapshot", "SnapshotWriter", "read_snapshot", "restore", "set_clock"]

_FORMAT = "sinch-numbers sandbox"
_VERSION = 1
_IMPOSSIBLE = (ApiError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@attrs.frozen(kw_only=True)
class SandboxSnapshot:
    """A sandbox; *saved_at* is the real time of its time *now*."""

    now: datetime
    saved_at: datetime
    seed: int
    page_tokens: int
    requests: list[str]
    ledger: list[LedgerEntry]
    deliveries: list[Delivery]
    changed_secrets: list[str]
    projects: dict[str, ProjectSnapshot]


class SnapshotWriter:
    """Writes snapshots of one sandbox; numbers that didn't change are converted once."""

    def __init__(self) -> None:
        self._dumper = Dumper(ActiveNumber, AvailableNumber)

    def write(self, world: SandboxState) -> str:
        """Return the snapshot of a sandbox as text."""
        with world.clock.stopped() as now:
            snapshot = SandboxSnapshot(
                now=now,
                saved_at=datetime.now(UTC),
                seed=world.settings.seed,
                page_tokens=world.pages.issued,
                requests=list(world.calls),
                ledger=list(world.ledger),
                deliveries=list(world.webhooks.deliveries),
                changed_secrets=world.changed_secrets(),
                projects={
                    name: project_snapshot(project, world.webhooks.taken[name])
                    for name, project in world.projects.items()
                },
            )
            dumped = self._dumper.dump(snapshot)
        document = {"format": _FORMAT, "version": _VERSION, **dumped}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def read_snapshot(text: str) -> SandboxSnapshot:
    """Parse a snapshot; raises `SnapshotError` for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise SnapshotError("it isn't valid JSON") from None
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise SnapshotError("it isn't the state of a sandbox")
    document = cast("dict[str, Any]", found)
    del document["format"]
    version = document.pop("version", None)
    if version != _VERSION:
        raise SnapshotError(f"its format has version {version!r}; this release reads {_VERSION}")
    try:
        return cast("SandboxSnapshot", load(SandboxSnapshot, document))
    except (SnapshotError, RecursionError) as error:
        raise SnapshotError(f"it is damaged: {error}") from None


def set_clock(clock: Clock, snapshot: SandboxSnapshot) -> None:
    """Continue the time of a snapshot: a running clock went on meanwhile."""
    passed = max(datetime.now(UTC) - snapshot.saved_at, timedelta())
    try:
        clock.set(snapshot.now + passed if clock.running else snapshot.now)
    except OverflowError as error:
        raise SnapshotError(f"it is damaged: {error}") from None


def restore(world: SandboxState, snapshot: SandboxSnapshot) -> None:
    """Fill the empty projects of *snapshot*; raises `SnapshotError` for an impossible state."""
    try:
        world.pages.issued = snapshot.page_tokens
        world.calls.extend(snapshot.requests)
        world.ledger.extend(snapshot.ledger)
        world.webhooks.deliveries.extend(snapshot.deliveries)
        for name, saved in snapshot.projects.items():
            restore_project(world.projects[name], saved)
            world.webhooks.taken[name] = saved.events_sent
            world.projects[name].orders.settle()
            world.projects[name].imported.settle()
    except _IMPOSSIBLE as error:
        raise SnapshotError(f"it is damaged: {error}") from None
