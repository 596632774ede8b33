"""The history of audits after SIGKILL at every statement of a transaction."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from nights import PROJECT, audited, night, number, unused

from sinch_numbers.audit import AuditHistory
from sinch_numbers.store._database import Dialect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.parametrize(
        "kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
    ),
]

STEPS = {"sqlite": 3, "postgres": 8}
"""Statements between two kills."""
FIRST = [number(index) for index in range(4)]
SECOND = [unused(index, displayName=f"New {index}" * 5) for index in range(2, 60)]
Work = Callable[[AuditHistory], Awaitable[Any]]


@pytest.fixture
def new_place(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[int], Any]:
    """Return a function that names an empty database."""
    if kind == "sqlite":
        return lambda attempt: tmp_path / f"{attempt}.db"
    server = request.getfixturevalue("postgres")
    return lambda _: server.dsn(server.new_database())


def run(where: Any, work: Work) -> Any:
    """Run *work* with a history of its own."""

    async def main() -> Any:
        history = AuditHistory(where)
        try:
            return await work(history)
        finally:
            await history.close()

    return asyncio.run(main())


def is_killed(where: Any, work: Work, statement: int) -> bool:
    """Run *work* in a child that is killed before a statement; return whether it got there."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _kill_before(statement)
            run(where, work)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert signal.SIGKILL == os.WTERMSIG(status)
        return True
    assert 0 == os.WEXITSTATUS(status)
    return False


def _kill_before(statement: int) -> None:
    left = iter(range(statement))

    def count() -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    render = Dialect.sql

    def counted(dialect: Dialect, statement: Any) -> str:
        count()
        return render(dialect, statement)

    Dialect.sql = counted  # type: ignore[method-assign]  # counts statements


async def second(history: AuditHistory) -> Any:
    return (await audited(history, night(1), SECOND)).changes


async def last(history: AuditHistory) -> Any:
    changes = (await audited(history, night(2), SECOND)).changes
    return changes, [run.run for run in await history.runs(PROJECT)]


def test_a_killed_audit_leaves_the_previous_runs(
    kind: str, new_place: Callable[[int], Any]
) -> None:
    """Before a statement, SIGKILL leaves the run stored completely or not at all."""
    stored = []
    for statement in range(0, 500, STEPS[kind]):
        where = new_place(statement)
        run(where, lambda history: audited(history, night(0), FIRST))
        killed = is_killed(where, second, statement)
        changes, numbers = run(where, last)
        is_stored = len(numbers) == 3
        stored.append(is_stored)
        if is_stored:
            assert changes.is_empty
            assert 58 == len(changes.open)
        else:
            assert [2, 1] == numbers
            assert (58, 56, 2, 2) == tuple(
                len(getattr(changes, name)) for name in ("new", "added", "removed", "changed")
            )
        if not killed:
            break
    assert is_stored
    assert sorted(stored) == stored  # from one statement on, the run is stored
    assert not stored[0]


def test_a_killed_prune_leaves_all_that_is_kept(
    kind: str, new_place: Callable[[int], Any]
) -> None:
    """Before a statement, SIGKILL of a prune leaves runs that can be compared and pruned."""

    async def prepare(history: AuditHistory) -> None:
        for day in range(4):
            await audited(history, night(day), [unused(index) for index in range(day, 40)])

    async def prune(history: AuditHistory) -> int:
        return await history.prune(PROJECT, keep=2)

    async def check(history: AuditHistory) -> list[int]:
        numbers = [run.run for run in await history.runs(PROJECT)]
        for since in numbers:
            changes = await history.changes(PROJECT, since)
            assert 4 - since == len(changes.removed) == len(changes.fixed)
            assert 37 == len(changes.open)
        await prune(history)
        changes = await history.changes(PROJECT, 3)
        assert 1 == len(changes.removed)
        return numbers

    seen = set()
    for statement in range(0, 500, STEPS[kind]):
        where = new_place(statement)
        run(where, prepare)
        killed = is_killed(where, prune, statement)
        seen.add(tuple(run(where, check)))
        if not killed:
            break
    assert not killed
    assert {(4, 3, 2, 1), (4, 3)} == seen
