"""
Distributed audit on an executor's workers: threads, processes, or a cluster.

Only plain values are sent: a part of a project's numbers, and the result. No credentials are sent;
each worker creates and keeps its own clients, each with its own token.
"""

import pickle
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from datetime import UTC, datetime
from functools import partial
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias, TypeVar

import attrs

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core import arguments
from sinch_numbers._core.callbacks import call_plain, plain
from sinch_numbers._core.portal import Runner
from sinch_numbers.audit._accumulator import AuditAccumulator
from sinch_numbers.audit._auditing import Progress, Work
from sinch_numbers.audit._charges import Charges
from sinch_numbers.audit._checkpoint import Standing
from sinch_numbers.audit._costs import costs_of
from sinch_numbers.audit._expected import Expectations
from sinch_numbers.audit._findings import Rule
from sinch_numbers.audit._forecast import forecast_of
from sinch_numbers.audit._imported import Pair, pairs_of
from sinch_numbers.audit._plan import AuditPlan
from sinch_numbers.audit._projects import ProjectFailure, Reports, check_projects, failure_of
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._rules import DEFAULT_RULES
from sinch_numbers.errors import InvalidArgumentError, SinchNumbersError
from sinch_numbers.inventory import Checkpoint, Completeness, Inventory

__all__ = ["Connect", "DistributedAudit", "PartResult", "audit_part", "plan_project"]

P = ParamSpec("P")
T = TypeVar("T")

Connect: TypeAlias = Callable[[str], NumbersClient]
"""Creates a project's client, in the workers: must be a module-level function."""

_UNPICKLABLE: Final = (pickle.PicklingError, AttributeError, TypeError)
"""The exceptions that pickle raises for objects it can't serialize."""

_clients: Final[dict[tuple[Connect, str], tuple[NumbersClient, Runner]]] = {}
"""The clients of this worker process, with runners on the private event loop."""


@attrs.frozen(kw_only=True)
class PartResult:
    """The result of a part: progress, counts, and completeness."""

    standing: Standing
    completeness: Completeness


@attrs.define(kw_only=True)
class _Project:
    """The progress of one project."""

    plan: AuditPlan
    started_at: datetime
    whole: Checkpoint | None = None
    """The checkpoint of the whole project, once planned."""
    open: list[Checkpoint] = attrs.field(factory=list)
    """The parts that must still be read."""
    read: list[Checkpoint] = attrs.field(factory=list)
    tally: AuditAccumulator
    outcome: Report | ProjectFailure | None = None


class DistributedAudit:
    """
    Audits projects on any `concurrent.futures.Executor`, even a Dask cluster.

    Each project is counted and divided into parts of about *size* numbers. If a worker dies or
    fails, its part is retried on another one, up to *tries* attempts. If the executor itself
    breaks, its error is raised: call `run` with a new executor to continue without reading again
    what was read. Changes nothing and is free of charge.

    A worker creates one client for each project that it audits, with its own token, and keeps it
    until its process ends.

    Raises `InvalidArgumentError` when an argument is invalid: no project or a duplicate one,
    expectations of a project that is not audited, or a *connect* that is not equal to itself after
    pickling.

    Args:
        project_ids: The projects to audit.
        connect: Creates the client of a project, in the worker; a module-level function. By
            default credentials come from the worker's environment.
        rules: The checks. They are sent to the workers: if those are processes, check functions
            must be module-level.
        expected: The expected numbers, by project.
        emergency: Whether to check emergency addresses as well.
        imported: Whether to check imported numbers, hosting orders and qualified numbers as well;
            one worker reads those of a project.
        months: Number of months to forecast charges for.
        now: The reference time of the rules; by default the current time.
        size: Approximate maximum size of a part.
        concurrency: Maximum number of concurrent requests of each worker.
        tries: Maximum attempts for each part.

    Example::

        from concurrent.futures import ThreadPoolExecutor

        distributed = DistributedAudit([client.project_id])
        with ThreadPoolExecutor() as executor:
            reports = distributed.run(executor)
    """

    def __init__(
        self,
        project_ids: Sequence[str],
        *,
        connect: Connect = NumbersClient,
        rules: Sequence[Rule] = DEFAULT_RULES,
        expected: Mapping[str, Expectations] | None = None,
        emergency: bool = False,
        imported: bool = False,
        months: int = 12,
        now: datetime | None = None,
        size: int = 50_000,
        concurrency: int = 8,
        tries: int = 3,
    ) -> None:
        if isinstance(project_ids, str | bytes) or not isinstance(project_ids, Sequence):
            raise InvalidArgumentError("project_ids", "a list of project IDs", project_ids)
        for project_id in project_ids:
            arguments.project_id(project_id, "project_ids")
        if not project_ids or len(set(project_ids)) < len(project_ids):
            raise InvalidArgumentError("project_ids", "unique project IDs", list(project_ids))
        check_projects(expected, project_ids)
        self._connect = plain(_known_again(connect), "connect")
        self._size = arguments.positive(size, "size")
        self._concurrency = arguments.positive(concurrency, "concurrency")
        self._tries = arguments.positive(tries, "tries")
        started_at = datetime.now(UTC)
        self._projects: dict[str, _Project] = {}
        for project_id in project_ids:
            plan = AuditPlan(
                rules,
                now=now or started_at,
                expected=(expected or {}).get(project_id),
                months=months,
                emergency=emergency,
                imported=imported,
            )
            self._projects[project_id] = _Project(
                plan=plan, started_at=started_at, tally=plan.begin()
            )

    def run(self, executor: Executor, *, progress: Progress | None = None) -> Reports:
        """
        Run the remaining work, and return a report for each project.

        A project that cannot be audited doesn't stop the others: its entry is a `ProjectFailure`.
        *progress*, a plain function, is called in this thread when parts are done.

        Args:
            executor: An executor of threads, processes, or a cluster.
            progress: A plain function that is called with the project ID, the numbers read, and
                their total when parts are done, in this thread.

        Raises:
            InvalidArgumentError: Rules cannot be pickled for the workers, or *progress* is a
                coroutine function.
        """
        given = _silent if progress is None else plain(progress, "progress")
        report_progress = partial(call_plain, given, "progress")
        tasks: dict[Future[Any], _Task] = {}

        def submit(task: _Task) -> None:
            tasks[executor.submit(task.call, *task.arguments)] = task

        try:
            for project_id, project in self._projects.items():
                for task in self._next(project_id, project):
                    submit(task)
            while tasks:
                done, _ = wait(tasks, return_when=FIRST_COMPLETED)
                for future in done:
                    task = tasks.pop(future)
                    for following in self._taken(task, future):
                        submit(following)
                    report_progress("numbers", self._read(), self._total())
        finally:
            # On an early exit: record finished tasks, and cancel those that have not started.
            for future, task in tasks.items():
                if not future.cancel() and future.done() and future.exception() is None:
                    self._taken(task, future)
        return self._reports()

    def _next(self, project_id: str, project: _Project) -> "list[_Task]":
        """Return the next tasks of a project."""
        if project.outcome is not None:
            return []
        if project.whole is None:
            arguments = (self._connect, project_id, self._size, self._concurrency)
            return [_Task(project_id, plan_project, arguments)]
        # When all parts are read, retry their failures and search outside the regions.
        parts = project.open or [project.whole.merge(project.read)]
        pairs = None
        if not project.open and project.plan.basis.imported:
            pairs = pairs_of(project.tally.groups)
        return [
            _Task(
                project_id,
                audit_part,
                (self._connect, project.plan, part, self._concurrency, pairs),
                part=part,
                last=not project.open,
            )
            for part in parts
        ]

    def _taken(self, task: "_Task", future: "Future[Any]") -> "list[_Task]":
        """Process the result of *task*; return the tasks that can run next."""
        project = self._projects[task.project_id]
        if project.outcome is not None:
            return []  # the project has failed in the meantime
        try:
            result = future.result()
        except SinchNumbersError as error:
            return self._failed(task, project, error)
        except Exception as error:
            if isinstance(error, _UNPICKLABLE):
                _check_travel(project.plan)
            # A worker died. If the executor broke, resubmitting raises its error.
            if task.tried < self._tries:
                return [attrs.evolve(task, tried=task.tried + 1)]
            raise
        if isinstance(result, Checkpoint):
            project.whole = attrs.evolve(result, open=())
            project.open = list(result.divide(self._size))
            return self._next(task.project_id, project)
        project.tally.merge(result.standing.tally)
        if task.last:
            project.outcome = project.plan.report(
                project.tally,
                project_id=task.project_id,
                started_at=project.started_at,
                finished_at=datetime.now(UTC),
                completeness=result.completeness,
            )
            return []
        project.open = [part for part in project.open if part is not task.part]
        project.read.append(result.standing.checkpoint)
        return [] if project.open else self._next(task.project_id, project)

    def _failed(self, task: "_Task", project: _Project, error: SinchNumbersError) -> "list[_Task]":
        if error.transient and task.tried < self._tries:
            return [attrs.evolve(task, tried=task.tried + 1)]
        project.outcome = failure_of(task.project_id, error)
        return []

    def _read(self) -> int:
        return sum(project.tally.numbers for project in self._projects.values())

    def _total(self) -> int | None:
        total = 0
        for project in self._projects.values():
            if isinstance(project.outcome, ProjectFailure):
                total += project.tally.numbers  # its remaining numbers will not be read
            elif project.whole is None or project.whole.counted_before is None:
                return None
            else:
                total += project.whole.counted_before
        return total

    def _reports(self) -> Reports:
        projects = list(self._projects.values())
        basis = projects[0].plan.basis
        charges = Charges(basis.now, basis.months)
        for project in projects:
            if isinstance(project.outcome, Report):
                charges.merge(project.tally.charges)
        return Reports(
            projects=tuple(one.outcome for one in projects if one.outcome is not None),
            costs=costs_of(charges),
            forecast=forecast_of(charges),
        )


@attrs.frozen(kw_only=False)
class _Task:
    """A call to run in a worker."""

    project_id: str
    call: Callable[..., Any]
    arguments: tuple[Any, ...]
    part: Checkpoint | None = None
    last: bool = False
    tried: int = 1


def plan_project(connect: Connect, project_id: str, size: int, concurrency: int) -> Checkpoint:
    """
    Count a project's numbers, in a worker; return the plan for reading them.

    Args:
        connect: Creates the client of a project, in the worker.
        project_id: ID of the project.
        size: Approximate maximum size of a part.
        concurrency: Maximum number of concurrent requests.

    Example::

        checkpoint = plan_project(NumbersClient, client.project_id, 10_000, 4)
        parts = checkpoint.divide(10_000)
    """
    return _run(_plan_project, connect, project_id, size, concurrency)


async def _plan_project(client: NumbersClient, size: int, concurrency: int) -> Checkpoint:
    return await Inventory(client, concurrency=concurrency).plan(size)


def audit_part(
    connect: Connect,
    plan: AuditPlan,
    part: Checkpoint,
    concurrency: int,
    pairs: frozenset[Pair] | None = None,
) -> PartResult:
    """
    Audit a part of a project's numbers, in a worker; return the result.

    With *pairs*, service plans and campaigns, the second host is read as well.

    Args:
        connect: Creates the client of a project, in the worker.
        plan: The checks.
        part: The partitions to read, of `plan_project` and `Checkpoint.divide`.
        concurrency: Maximum number of concurrent requests.
        pairs: Service plans and campaigns for which the second host is read as well.

    Example::

        plan = AuditPlan()
        checkpoint = plan_project(NumbersClient, client.project_id, 10_000, 4)
        results = [audit_part(NumbersClient, plan, part, 4) for part in checkpoint.divide(10_000)]
    """
    return _run(_audit_part, connect, part.project_id, plan, part, concurrency, pairs)


async def _audit_part(
    client: NumbersClient,
    plan: AuditPlan,
    part: Checkpoint,
    concurrency: int,
    pairs: frozenset[Pair] | None,
) -> PartResult:
    standing = Standing(started_at=datetime.now(UTC), checkpoint=part, tally=plan.begin())
    work = Work(
        client,
        plan,
        concurrency=concurrency,
        standing=standing,
        pairs=pairs,
        imported=pairs is not None,
    )
    completeness = await work.examine(_silent)
    return PartResult(standing=work.standing or standing, completeness=completeness)


def _run(
    call: Callable[Concatenate[NumbersClient, P], Awaitable[T]],
    connect: Connect,
    project_id: str,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run *call* on the private event loop with the worker's client of a project."""
    known = _clients.get((connect, project_id))
    if known is None:
        client = connect(project_id)
        # If two threads get here at once, both use the first client; the other has no token yet.
        known = _clients.setdefault((connect, project_id), (client, Runner(client)))
    client, runner = known
    return runner.run(call, client, *args, **kwargs)


def _known_again(connect: Connect) -> Connect:
    """Return *connect* if pickling preserves it, so that clients can be reused."""
    try:
        there: object = pickle.loads(pickle.dumps(connect))  # noqa: S301 - dumped in the same line
        if there == connect and hash(there) == hash(connect) and callable(connect):
            return connect
    except _UNPICKLABLE:
        pass  # workers couldn't import it either
    # The value is omitted from the error: a bound argument may be a secret.
    raise InvalidArgumentError("connect", "a module-level function that workers can import")


def _check_travel(plan: AuditPlan) -> None:
    """Raise `InvalidArgumentError` when a rule cannot be pickled."""
    for rule in plan.rules:
        try:
            pickle.dumps(rule)
        except _UNPICKLABLE as error:
            expected = "module-level functions as checks, since workers receive them pickled"
            raise InvalidArgumentError("rules", expected, rule.id) from error


def _silent(_what: str, _done: int, _total: int | None) -> None:
    """Ignore the progress."""
