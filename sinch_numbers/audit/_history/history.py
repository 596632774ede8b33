"""AuditHistory: the audits of projects, in SQLite or PostgreSQL."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from sinch_numbers._core import arguments
from sinch_numbers.audit._changes import Changes, TrackedFinding, cost_changes
from sinch_numbers.audit._findings import Finding
from sinch_numbers.audit._history import tables
from sinch_numbers.audit._history.comparison import (
    Baseline,
    Checked,
    Comparison,
    CurrentFindings,
    StoredFinding,
)
from sinch_numbers.audit._history.streams import (
    RunDeletedError,
    Writer,
    as_async,
    compared,
    lines,
    sweep,
)
from sinch_numbers.audit._history.summaries import (
    checked_rules,
    is_of,
    microseconds,
    run_of,
    summary_of,
)
from sinch_numbers.audit._history.tables import (
    FINDINGS,
    HISTORY,
    INCOMPLETE,
    NUMBERS,
    STORED,
    StoredRun,
)
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._runs import AuditRun, RunSelector
from sinch_numbers.audit._sorted_lines import SortedLines, decode, split
from sinch_numbers.errors import InvalidArgumentError, StoreError
from sinch_numbers.store._database import Script, Scripted, Session

if TYPE_CHECKING:
    from sinch_numbers.store import PostgresStore, SQLiteStore

__all__ = ["AuditHistory"]

T = TypeVar("T")

_TREND_RUNS: Final = 90
_ATTEMPTS: Final = 5
"""Attempts, if other audits of the project are stored, or pruned, at the same time."""
_RETENTION_SLACK: Final = 0.1
"""Share of the retention by which runs may be older before they are removed."""
_SELECTOR: Final = "the number of a run, a datetime with a time zone, or 'last'"


class AuditHistory:
    """
    Stored audits of projects: changes between runs, and the trend of findings and costs.

    Pass it to `audit`, which then stores each complete audit and sets ``report.changes``.

    Of each run, the history has the time, the completeness, counts and costs, the findings, and a
    compact state of each number. A run takes only the space of its differences from the one
    before: about 90 bytes for each number that is added or changed. Runs are written in short
    transactions, the last of which publishes the run: a process that is killed before leaves the
    history as it was. Incomplete audits are listed, and never compared.

    The tables, whose names start with ``sinch_audit``, may be in the database of the journal of
    billable calls. They contain phone numbers and display names, but no secret: of callback URLs,
    user information and query are replaced by a digest.

    Raises `InvalidArgumentError` for arguments that name no store, and `MissingExtraError` for
    PostgreSQL without the extra ``postgres``. Methods raise `StoreError` if the database cannot be
    used, for example because a newer version of this package has changed the tables.

    Args:
        where: Path of an SQLite file, a URL as for `open_store`, or a store that is already open.
            For audits on several hosts, it must be in PostgreSQL.
        retention: Age of the runs that each audit removes, as by `prune`; by default all runs
            are kept. The latest run is always kept.

    Example::

        history = AuditHistory("audits.db")
        first = await audit(client, history=history)
        second = await audit(client, history=history)
        if second.changes is not None:
            print(second.changes.counts)

        for project_id in await history.projects():
            runs = await history.runs(project_id, limit=7)
            run = await history.run(project_id, "last")
            findings = await history.findings(project_id, run.run)
            changes = await history.changes(project_id, since=runs[-1].run)
            removed = await history.prune(project_id, keep=30)
        await history.close()
    """

    def __init__(
        self,
        where: "str | os.PathLike[str] | SQLiteStore | PostgresStore",
        *,
        retention: timedelta | None = None,
    ) -> None:
        if retention is not None and not (
            isinstance(retention, timedelta) and retention > timedelta(0)
        ):
            raise InvalidArgumentError("retention", "a timedelta above zero", retention)
        self._retention = retention
        from sinch_numbers.store._open import open_database  # SQLite is only loaded if needed

        self._database, self._is_ours = open_database(where)

    async def projects(self) -> tuple[str, ...]:
        """Return the projects that have runs, sorted. Raises `StoreError`."""
        return tuple(await self._read(tables.projects))

    async def runs(self, project_id: str, *, limit: int | None = None) -> tuple[AuditRun, ...]:
        """
        Return the runs of a project, also incomplete ones, the latest first.

        *limit* is the maximum number of runs; by default all are returned.

        Args:
            project_id: ID of the project.
            limit: Maximum number of runs (default: all).

        Raises:
            StoreError: The database cannot be used.
        """
        if limit is not None:
            limit = arguments.positive(limit, "limit")
        found = await self._runs(project_id, limit=limit)
        return tuple(map(run_of, found))

    async def run(self, project_id: str, selector: RunSelector = "last") -> AuditRun:
        """
        Return a complete run of a project: by its number, or the last one before or at a time.

        Args:
            project_id: ID of the project.
            selector: Number of the run, a time, or ``"last"``.

        Raises:
            InvalidArgumentError: The run does not exist.
            StoreError: The database cannot be used.
        """
        return run_of(await self._selected(project_id, selector, "selector"))

    async def findings(
        self, project_id: str, selector: RunSelector = "last"
    ) -> tuple[TrackedFinding, ...]:
        """
        Return the findings of a run with their age, the most severe first, without waived ones.

        Messages are those of the first report.

        Args:
            project_id: ID of the project.
            selector: Number of the run, a time, or ``"last"``.

        Raises:
            InvalidArgumentError: The run does not exist.
            StoreError: The database cannot be used.
        """

        async def read() -> tuple[TrackedFinding, ...]:
            chosen = await self._selected(project_id, selector, "selector")
            comparison = Comparison(frozenset(), checked_rules(chosen))
            async with aclosing(await self._lines(chosen, FINDINGS)) as found:
                async for line in found:
                    key, value = split(line)
                    stored = StoredFinding.parse(value)
                    comparison.add_finding(key, stored, stored)
            return comparison.changes().open

        return await _repeated(read)

    async def changes(
        self, project_id: str, since: RunSelector, until: RunSelector = "last"
    ) -> Changes:
        """
        Return the differences between two runs of a project; *until* is the later one.

        Messages are those of the first report.

        Args:
            project_id: ID of the project.
            since: The earlier run: its number, a time, or ``"last"``.
            until: The later run.

        Raises:
            InvalidArgumentError: A run does not exist.
            StoreError: The database cannot be used.
        """

        async def compare() -> Changes:
            before = await self._selected(project_id, since, "since")
            after = await self._selected(project_id, until, "until")
            if before.number > after.number:
                expected = f"a run before run {after.number}"
                raise InvalidArgumentError("since", expected, before.number)
            return await self._compared(before, after)

        return await _repeated(compare)

    async def record(
        self,
        report: Report,
        numbers: SortedLines,
        *,
        since: RunSelector = "last",
        at: datetime | None = None,
    ) -> Report:
        """
        Store *report*, and return it with its ``changes`` and ``trend``; `audit` calls this.

        A report that is already stored, of an audit that was resumed, is not stored again.

        Raises `InvalidArgumentError` if the run *since* does not exist, and `StoreError`.

        Called by the package.

        Args:
            report: The report of a complete or incomplete audit.
            numbers: The states of all its numbers: ``tally.states``.
            since: The run to compare with.
            at: Time of the run in the history; by default the start of the audit.
        """

        async def store() -> Report:
            before = await self._before(report, since)
            if not report.completeness.complete:
                return await self._recorded_incomplete(report, at)
            changes, run = await self._recorded(report, numbers, before, since, at)
            return attrs.evolve(report, changes=changes, trend=await self._trend(run))

        recorded = await _repeated(store)
        if self._retention is not None:
            moment = at or report.started_at
            await self._apply_retention(report.project_id, moment, self._retention)
        return recorded

    async def check(self, project_id: str, since: RunSelector = "last") -> None:
        """
        Raise unless an audit can be compared with the run *since*; an audit calls this first.

        ``"last"`` is valid without a run.

        Called by the package.

        Args:
            project_id: ID of the project.
            since: The run: its number, a time, or ``"last"``.

        Raises:
            InvalidArgumentError: The run does not exist.
            StoreError: The database cannot be used.
        """
        _check_selector(since, "since")
        if since != "last":
            await self._selected(project_id, since, "since")
        await self._read(tables.projects)

    async def prune(
        self, project_id: str, *, before: datetime | None = None, keep: int | None = None
    ) -> int:
        """
        Remove old runs of a project, and return how many. The latest complete run is kept.

        Args:
            project_id: ID of the project.
            before: Remove the runs before this time.
            keep: Number of complete runs to keep at most. With both arguments, a run that either
                of them removes is removed.

        Raises:
            InvalidArgumentError: Neither *before* nor *keep* is given.
            StoreError: The database cannot be used.
        """
        if before is None and keep is None:
            raise InvalidArgumentError("before", "a time, or keep=, the number of runs to keep")
        if before is not None:
            arguments.moment(before, "before")
        if keep is not None:
            arguments.positive(keep, "keep")

        async def remove() -> int:
            every = await self._runs(project_id)
            kept = [run for run in every if run.state == STORED][:keep]
            if before is not None:
                kept = [r for r in kept if r.started_at >= microseconds(before)] or kept[:1]
            if not kept:
                return 0
            first = kept[-1]
            removed = sum(run.number < first.number for run in every)
            if removed:
                await self._made_full(first, before=True)
            return removed

        removed = await _repeated(remove)
        await sweep(self._database)
        return removed

    async def baseline(self, project_id: str, selector: RunSelector) -> Baseline:
        """
        Return the findings of a run, which `audit` waives.

        Called by the package.

        Args:
            project_id: ID of the project.
            selector: Number of the run, a time, or ``"last"``.

        Raises:
            InvalidArgumentError: The run does not exist.
            StoreError: The database cannot be used.
        """

        async def read() -> Baseline:
            chosen = await self._selected(project_id, selector, "baseline")
            async with aclosing(await self._lines(chosen, FINDINGS)) as found:
                keys = frozenset([hash(split(line)[0]) async for line in found])
            return Baseline(run_of(chosen), keys)

        return await _repeated(read)

    async def close(self) -> None:
        """Close the connections, unless *where* was an open store. Raises `StoreError`."""
        if self._is_ours:
            await self._database.close()

    def __repr__(self) -> str:
        return f"<AuditHistory {self._database.where}>"

    # Selecting runs

    async def _selected(self, project_id: str, selector: RunSelector, argument: str) -> StoredRun:
        """Return a complete run, or raise `InvalidArgumentError` that lists the runs."""
        _check_selector(selector, argument)
        runs = await self._runs(project_id, STORED)
        if selector == "last":
            found = runs[:1]
        elif isinstance(selector, int):
            found = [run for run in runs if run.number == selector]
        else:
            moment = microseconds(selector)
            found = [run for run in runs if run.started_at <= moment][:1]
        if found:
            return found[0]
        if not runs:
            expected = f"a complete run of project {project_id}, which has none"
        else:
            first = run_of(runs[-1])
            expected = (
                f"a complete run of project {project_id}: the first one is run {first.run} of"
                f" {first.started_at:%Y-%m-%d %H:%M} UTC, the last one is run {runs[0].number}"
            )
        got = selector.isoformat() if isinstance(selector, datetime) else selector
        raise InvalidArgumentError(argument, expected, got)

    async def _before(self, report: Report, since: RunSelector) -> StoredRun | None:
        """Return the run that *report* is compared with, if any."""
        _check_selector(since, "since")
        if since != "last":
            return await self._selected(report.project_id, since, "since")
        runs = await self._runs(report.project_id, STORED, 2)
        return next((run for run in runs if not is_of(run, report)), None)

    async def _runs(
        self, project_id: str, state: str | None = None, limit: int | None = None
    ) -> list[StoredRun]:
        project_id = arguments.text(project_id, "project_id")
        return await self._read(partial(tables.runs, project=project_id, state=state, limit=limit))

    async def _trend(self, run: AuditRun) -> tuple[AuditRun, ...]:
        """Return the complete runs up to *run*, the earliest first."""
        found = await self._runs(run.project_id, STORED, _TREND_RUNS)
        return tuple(run_of(one) for one in reversed(found) if one.number <= run.run)

    async def _apply_retention(self, project_id: str, now: datetime, retention: timedelta) -> None:
        """Prune a project, but not each day: the first run that is kept is written in full."""
        oldest = next(reversed(await self._runs(project_id, STORED)), None)
        overdue = microseconds(now - retention * (1 + _RETENTION_SLACK))
        if oldest is not None and oldest.started_at < overdue:
            await self.prune(project_id, before=now - retention)

    # Reading and comparing

    async def _lines(self, run: StoredRun, stream: str) -> AsyncGenerator[bytes, None]:
        """Return the lines of *run*: those of the latest full run, and the differences since."""
        chain = []
        for one in await self._runs(run.project, STORED):
            if one.number <= run.number:
                chain.append(one.content)
                if one.is_full:
                    break
        return lines(self._database, chain, stream)

    async def _compared(
        self,
        before: StoredRun,
        after: StoredRun,
        current: CurrentFindings | None = None,
    ) -> Changes:
        """Return the differences between two stored runs."""
        comparison = Comparison(checked_rules(before), checked_rules(after))
        old, new = await self._lines(before, NUMBERS), await self._lines(after, NUMBERS)
        async for key, old_value, new_value in compared(old, new):
            comparison.add_number(key, old_value, new_value)
        old, new = await self._lines(before, FINDINGS), await self._lines(after, FINDINGS)
        if current is not None:
            new = _with_index(new, current)
        async for key, old_value, new_value in compared(old, new, equal=True):
            finding = None
            if new_value is not None and current is not None:
                index = decode(new_value)[-1]
                finding = None if index is None else current.at(index)[0]
            comparison.add_finding(key, _stored(old_value), _stored(new_value), finding)
        return await self._changes(comparison, before, run_of(after))

    async def _changes(
        self, comparison: Comparison, before: StoredRun | None, after: AuditRun
    ) -> Changes:
        if before is None:
            return Changes(run=after, reason="this is the first complete audit in the history")
        earlier = run_of(before)
        between = await self._runs(before.project, INCOMPLETE)
        totals, differing = cost_changes(earlier.costs, after.costs)
        return comparison.changes(
            run=after,
            since=earlier,
            incomplete=tuple(
                run_of(run) for run in reversed(between) if before.number < run.number < after.run
            ),
            costs=totals,
            cost_lines=differing,
        )

    # Writing

    async def _recorded_incomplete(self, report: Report, at: datetime | None) -> Report:
        writer = Writer(self._database, report.project_id)
        await writer.begin()
        run = await self._published(writer, report, at, INCOMPLETE, None)
        if run is None:  # of stored runs only, which have a predecessor
            raise RunDeletedError
        explanation = report.completeness.explanation
        reason = f"this audit is not compared: the inventory is {explanation}"
        return attrs.evolve(report, changes=Changes(run=run_of(run), reason=reason))

    async def _recorded(
        self,
        report: Report,
        numbers: SortedLines,
        before: StoredRun | None,
        since: RunSelector,
        at: datetime | None,
    ) -> tuple[Changes, AuditRun]:
        """Store *report*, and return its changes since the run *before*."""
        latest = next(iter(await self._runs(report.project_id, STORED, 1)), None)
        current = CurrentFindings(report)
        if latest is not None and is_of(latest, report):
            if before is None:
                return await self._changes(_nothing(), None, run_of(latest)), run_of(latest)
            return await self._compared(before, latest, current), run_of(latest)
        if since == "last":
            before = latest  # another audit may have been stored after *before* was read
        comparison = Comparison(
            frozenset() if latest is None else checked_rules(latest), Checked.by(report).rules
        )
        writer = Writer(self._database, report.project_id)
        await writer.begin()
        try:
            await self._write(writer, report, numbers, latest, comparison, at, current)
        except BaseException:
            await writer.discard()
            raise
        run = await self._published(writer, report, at, STORED, latest)
        if run is None:  # another audit of the project was stored meanwhile
            await writer.discard()
            raise RunDeletedError
        if run.since_full > await self._full_size(run):
            await self._made_full(run, before=False)
        await sweep(self._database)
        if before is None or (latest is not None and before.number == latest.number):
            return await self._changes(comparison, before, run_of(run)), run_of(run)
        return await self._compared(before, run, current), run_of(run)

    async def _write(
        self,
        writer: Writer,
        report: Report,
        numbers: SortedLines,
        latest: StoredRun | None,
        comparison: Comparison,
        at: datetime | None,
        current: CurrentFindings,
    ) -> None:
        """Write the differences of *report* from the run *latest*, and collect them."""
        is_first = latest is None
        gone: set[str] = set()
        pairs = compared(await self._old(latest, NUMBERS), as_async(numbers))
        async for key, before, after in pairs:
            await writer.add(NUMBERS, key + b"\t" + (after or b""))
            if after is None:
                gone.add(decode(key))
            if not is_first:
                comparison.add_number(key, before, after)
        await writer.finish(NUMBERS)
        moment, checked = (at or report.started_at).astimezone(UTC), Checked.by(report)
        pairs = compared(await self._old(latest, FINDINGS), as_async(current.lines), equal=True)
        async for key, before, index in pairs:
            old = _stored(before)
            finding: Finding | None = None
            if index is None:
                number, rule = decode(key)[:2]
                new = None if number in gone or checked.covers(rule, number) else old
            else:
                finding, waived = current.at(index)
                first = StoredFinding.first(finding, moment, waived=waived)
                new = (
                    first
                    if old is None
                    else attrs.evolve(old, severity=first.severity, waived=waived)
                )
            if new != old:
                value = b"" if new is None else new.dump().encode()
                await writer.add(FINDINGS, key + b"\t" + value)
            if not is_first:
                comparison.add_finding(key, old, new, finding)
        await writer.finish(FINDINGS)
        await writer.flush()

    async def _old(self, run: StoredRun | None, stream: str) -> AsyncGenerator[bytes, None]:
        return as_async(()) if run is None else await self._lines(run, stream)

    async def _published(
        self,
        writer: Writer,
        report: Report,
        at: datetime | None,
        state: str,
        latest: StoredRun | None,
    ) -> StoredRun | None:
        """Publish the run of *writer*; return ``None`` if *latest* is not the latest run."""
        is_full = latest is None and state == STORED
        run = StoredRun(
            id=writer.run_id,
            project=report.project_id,
            number=0,
            state=state,
            content=writer.run_id,
            is_full=is_full,
            started_at=microseconds(at or report.started_at),
            finished_at=microseconds(report.finished_at),
            bytes=writer.size,
            since_full=0 if latest is None else latest.since_full + writer.size,
            summary=summary_of(report, Checked.by(report).rules),
        )
        number = await self._database.run(
            HISTORY,
            partial(tables.publish, run=run, previous=None if latest is None else latest.number),
            confirm=partial(tables.is_published, run_id=run.id),
        )
        return None if number is None else attrs.evolve(run, number=number)

    async def _full_size(self, run: StoredRun) -> int:
        """Return the size of the full run that the chain of *run* begins with."""
        for one in await self._runs(run.project, STORED):
            if one.number <= run.number and one.is_full:
                return one.bytes
        return 0

    async def _made_full(self, run: StoredRun, *, before: bool) -> None:
        """Write all lines of *run*, so that the runs before it aren't needed; delete these."""
        if run.is_full:
            if before:
                delete = partial(tables.delete_before, project=run.project, number=run.number)
                await self._database.run(HISTORY, delete, confirm=partial(_repeat, delete))
            return
        writer = Writer(self._database, run.project)
        await writer.begin()
        try:
            for stream in tables.STREAMS:
                async with aclosing(await self._lines(run, stream)) as found:
                    async for line in found:
                        await writer.add(stream, line)
                await writer.finish(stream)
            await writer.flush()
        except BaseException:
            await writer.discard()
            raise
        replaced = await self._database.run(
            HISTORY,
            partial(
                tables.replace_content,
                run=run,
                content=writer.run_id,
                size=writer.size,
                before=before,
            ),
            confirm=partial(tables.has_content, run_id=run.id, content=writer.run_id),
        )
        if not replaced:
            await writer.discard()
            raise RunDeletedError

    async def _read(self, script: Scripted[T]) -> T:
        return await self._database.run(HISTORY, script, write=False)


async def _repeated(work: Callable[[], Awaitable[T]]) -> T:
    """Return the result of *work*, again if runs are stored or deleted at the same time."""
    for _ in range(_ATTEMPTS):
        try:
            return await work()
        except RunDeletedError:
            continue
        except ValueError as error:
            if isinstance(error, InvalidArgumentError):
                raise
            raise StoreError(f"cannot use the audit history: {error}") from None
    raise StoreError(
        f"cannot use the audit history: other audits changed it during {_ATTEMPTS} attempts"
    )


async def _with_index(
    stored: AsyncGenerator[bytes, None], current: CurrentFindings
) -> AsyncGenerator[bytes, None]:
    """Yield the lines of *stored*, each value with the position of its finding in a report."""
    async for key, value, index in compared(stored, as_async(current.lines), equal=True):
        if value is not None:
            yield key + b"\t" + value[:-1] + b"," + (index or b"null") + b"]"


def _check_selector(selector: object, argument: str) -> None:
    if isinstance(selector, datetime):
        arguments.moment(selector, argument)
    elif selector != "last" and (
        isinstance(selector, bool) or not isinstance(selector, int) or selector < 1
    ):
        raise InvalidArgumentError(argument, _SELECTOR, selector)


def _stored(value: bytes | None) -> StoredFinding | None:
    return None if value is None else StoredFinding.parse(value)


def _nothing() -> Comparison:
    return Comparison(frozenset(), frozenset())


def _repeat(script: Scripted[Any], session: Session) -> Script[bool]:
    yield from script(session)
    return True
