"""
Tables and transactions of applied plans: one row per number with its last step.

A row is `running` while a process works on the number. Its lease keeps other processes away, and
ends when the process does: at once on SQLite, when it expires on PostgreSQL. The epoch grows with
each claim, so that a process that lost its claim cannot begin another step.
"""

from collections.abc import Sequence
from typing import Any, Final

import attrs

from sinch_numbers.store._database import Script, Session, Statement
from sinch_numbers.store._migrations import Migration, Schema

PLANS: Final = Schema(
    "plans",
    (
        Migration(
            (
                (
                    "CREATE TABLE sinch_plan_numbers ("
                    " origin TEXT NOT NULL, project_id TEXT NOT NULL, phone_number TEXT NOT NULL,"
                    " plan TEXT NOT NULL, state TEXT NOT NULL, step BIGINT NOT NULL,"
                    " order_id TEXT NOT NULL, updated_at BIGINT NOT NULL, epoch BIGINT NOT NULL,"
                    " lease_until BIGINT, owner TEXT, owner_boot TEXT, owner_slot BIGINT,"
                    " change TEXT NOT NULL, PRIMARY KEY (origin, project_id, phone_number))"
                ),
                "CREATE INDEX sinch_plan_numbers_by_change ON sinch_plan_numbers (change)",
            ),
            min_writer_version=1,
        ),
    ),
)
"""Times are in microseconds since 1970."""

_SECOND: Final = 1_000_000
_KEY: Final = "origin = :origin AND project_id = :project_id AND phone_number = :phone_number"
_OURS: Final = f"{_KEY} AND epoch = :epoch AND state = 'running'"
_OWNER: Final = (
    "lease_until = {now} + :lease, owner = :owner, owner_boot = :boot, owner_slot = :slot"
)


@attrs.frozen(kw_only=True)
class Subject:
    """A number of a project at a service."""

    origin: str
    project_id: str
    phone_number: str

    @property
    def key(self) -> dict[str, str]:
        """The parameters that select the row."""
        return attrs.asdict(self)


@attrs.frozen(kw_only=True)
class Claim:
    """The row of a number that this process works on."""

    subject: Subject
    epoch: int
    step: int = 0
    """The step of the plan that was begun last; 0 for none."""
    order_id: str = ""
    """The order of a purchase that was begun."""

    @property
    def key(self) -> dict[str, Any]:
        """The parameters that select the row, unless the claim was lost."""
        return {**self.subject.key, "epoch": self.epoch}


def claim(session: Session, subject: Subject, plan: str, lease: float) -> Script[Claim | None]:
    """Claim the row of *subject* for *plan*; ``None`` while another process works on it."""
    yield from session.dialect.locked(f"sinch_plan {subject.project_id} {subject.phone_number}")
    found = yield Statement(
        "SELECT plan, state, step, order_id, epoch, owner_boot, owner_slot,"
        " CASE WHEN lease_until <= {now} THEN 1 ELSE 0 END AS ended"
        f" FROM sinch_plan_numbers WHERE {_KEY}{{for_update}}",
        subject.key,
    )
    owner = session.owner
    values = {
        **subject.key,
        "plan": plan,
        "lease": int(lease * _SECOND),
        "owner": owner.name,
        "boot": owner.boot,
        "slot": owner.slot,
        "change": session.change,
    }
    if not found.rows:
        yield Statement(
            "INSERT INTO sinch_plan_numbers (origin, project_id, phone_number, plan, state, step,"
            " order_id, updated_at, epoch, lease_until, owner, owner_boot,"
            " owner_slot, change) VALUES (:origin, :project_id, :phone_number, :plan, 'running',"
            " 0, '', {now}, 1, {now} + :lease, :owner, :boot, :slot, :change)",
            values,
        )
        return Claim(subject=subject, epoch=1)
    (row,) = found.rows
    if row["state"] == "running":
        ended = bool(row["ended"])
        if not session.is_gone(row["owner_boot"], row["owner_slot"], lease_ended=ended):
            return None
    is_same = row["plan"] == plan
    step, order_id = (int(row["step"]), str(row["order_id"])) if is_same else (0, "")
    epoch = int(row["epoch"]) + 1
    yield Statement(
        "UPDATE sinch_plan_numbers SET plan = :plan, state = 'running', step = :step,"
        f" order_id = :order_id, updated_at = {{now}}, epoch = :epoch, {_OWNER},"
        f" change = :change WHERE {_KEY}",
        {**values, "step": step, "order_id": order_id, "epoch": epoch},
    )
    return Claim(subject=subject, epoch=epoch, step=step, order_id=order_id)


def begin(session: Session, claim: Claim, step: int, lease: float) -> Script[bool]:
    """Record that *step* has started, and renew the lease; false if the claim was lost."""
    changed = yield Statement(
        "UPDATE sinch_plan_numbers SET step = :step, updated_at = {now},"
        f" lease_until = {{now}} + :lease, change = :change WHERE {_OURS}",
        {
            **claim.key,
            "step": step,
            "lease": int(lease * _SECOND),
            "change": session.change,
        },
    )
    return bool(changed.changed)


def note_order(session: Session, claim: Claim, order_id: str) -> Script[bool]:
    """Record the order of a purchase, or ``""`` if it ended; false if the claim was lost."""
    changed = yield Statement(
        f"UPDATE sinch_plan_numbers SET order_id = :order_id, change = :change WHERE {_OURS}",
        {**claim.key, "order_id": order_id, "change": session.change},
    )
    return bool(changed.changed)


def finish(session: Session, claim: Claim) -> Script[bool]:
    """End the claim; false if it was lost."""
    changed = yield Statement(
        "UPDATE sinch_plan_numbers SET state = 'ended',"
        " updated_at = {now}, lease_until = NULL, owner = NULL, owner_boot = NULL,"
        f" owner_slot = NULL, change = :change WHERE {_OURS}",
        {**claim.key, "change": session.change},
    )
    return bool(changed.changed)


def renew(session: Session, claims: Sequence[Claim], lease: float) -> Script[None]:
    """Extend the leases of *claims* that are still ours."""
    for one in claims:
        yield Statement(
            f"UPDATE sinch_plan_numbers SET lease_until = {{now}} + :lease WHERE {_OURS}",
            {**one.key, "lease": int(lease * _SECOND)},
        )


def has_changed(session: Session) -> Script[bool]:
    """Whether the transaction of *session* took effect."""
    found = yield Statement(
        "SELECT 1 FROM sinch_plan_numbers WHERE change = :change", {"change": session.change}
    )
    return bool(found.rows)
