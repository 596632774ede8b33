"""
Distributed audit on the workers of an executor: threads, processes, a cluster.

Workers receive and return plain values: a part of a project's numbers, and its result. No
credentials are sent; a worker creates its own clients and keeps them, each with its own token.
"""

import pickle
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from datetime import UTC, datetime
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias, TypeVar

import attrs

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core import arguments
from sinch_numbers._core.portal import Runner
from sinch_numbers.audit._accumulator import AuditAccumulator
from sinch_numbers.audit._auditing import Progress, Work
from sinch_numbers.audit._charges import Charges
from sinch_numbers.audit._checkpoint import Standing
from sinch_numbers.audit._costs import costs_of
from sinch_numbers.audit._expected import Expectations
from sinch_numbers.audit._findings import Rule
from sinch_numbers.audit._forecast import forecast_of
from sinch_numbers.audit._plan import AuditPlan
from sinch_numbers.audit._projects import ProjectFailure, Reports, failure_of
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._rules import DEFAULT_RULES
from sinch_numbers.errors import InvalidArgumentError, SinchNumbersError
from sinch_numbers.inventory import Checkpoint, Completeness, Inventory

__all__ = ["Connect", "DistributedAudit", "PartResult", "audit_part", "plan_project"]

P = ParamSpec("P")
T = TypeVar("T")

Connect: TypeAlias = Callable[[str], NumbersClient]
"""Makes a project's client. Called in the workers, so it must be a module-level function."""

_UNPICKLABLE: Final = (pickle.PicklingError, AttributeError, TypeError)
"""Exceptions of pickle for unpicklable objects."""

_clients: Final[dict[tuple[Connect, str], tuple[NumbersClient, Runner]]] = {}
"""The clients of this worker process, and what runs their calls on the private event loop."""


@attrs.frozen(kw_only=True)
class PartResult:
    """Result of a part: its checkpoint, counts, and completeness."""

    standing: Standing
    completeness: Completeness


@attrs.define(kw_only=True)
class _Project:
    """How far a project is."""

    plan: AuditPlan
    started_at: datetime
    whole: Checkpoint | None = None
    """All partitions, once they are counted."""
    open: list[Checkpoint] = attrs.field(factory=list)
    """The parts that nobody has read yet."""
    read: list[Checkpoint] = attrs.field(factory=list)
    tally: AuditAccumulator
    outcome: Report | ProjectFailure | None = None


class DistributedAudit:
    """
    Audits projects on any `concurrent.futures.Executor`, a Dask cluster's included::

        audit = DistributedAudit(["acme-prod", "acme-test"])
        with ProcessPoolExecutor() as executor:
            reports = audit.run(executor)

    Each project is counted and divided into parts of about *size* numbers. A part whose
    worker dies or fails is given to another one, *tries* times in all. Should the executor
    itself break, its error is raised: `run` goes on with another one, and what was read is
    not read again. Nothing is changed and nothing costs.

    A worker makes one client for each project it meets, with a token of its own, and keeps
    it for as long as its process lives.

    Arguments:
        project_ids: The projects to audit.
        connect: Makes the client of a project, in the worker; a function of a module. By
            default credentials come from the worker's environment.
        rules: What to look for. They travel to the workers: where those are processes, checks
            have to be functions of a module.
        expected: What the numbers are meant to be, by project.
        emergency: Whether to look for emergency addresses as well.
        months: How many months to forecast charges for.
        now: The moment to judge by; without one it is now.
        size: How many numbers a part may have, about.
        workers: How many requests each worker may have under way at a time.
        tries: How often a part is tried.

    Raises `InvalidArgumentError` when an argument makes no sense: no project or one named
    twice, expectations of a project that is not audited, or a *connect* that a worker could
    not tell from another.
    """

    def __init__(
        self,
        project_ids: Sequence[str],
        *,
        connect: Connect = NumbersClient,
        rules: Sequence[Rule] = DEFAULT_RULES,
        expected: Mapping[str, Expectations] | None = None,
        emergency: bool = False,
        months: int = 12,
        now: datetime | None = None,
        size: int = 50_000,
        concurrency: int = 8,
        tries: int = 3,
    ) -> None:
        if not project_ids or len(set(project_ids)) < len(project_ids):
            raise InvalidArgumentError("project_ids", "each project once", list(project_ids))
        strangers = sorted(set(expected or {}) - set(project_ids))
        if strangers:
            raise InvalidArgumentError(
                "expected", "projects that are audited", ", ".join(strangers)
            )
        self._connect = _known_again(connect)
        self._size = arguments.positive(size, "size")
        self._concurrency = arguments.positive(concurrency, "concurrency")
        self._tries = arguments.positive(tries, "tries")
        started_at = datetime.now(UTC)
        self._projects: dict[str, _Project] = {}
        for project_id in project_ids:
            plan = AuditPlan(
                rules,
                now=now or started_at,
                expected=(expected or {}).get(arguments.project_id(project_id)),
                months=months,
                emergency=emergency,
            )
            self._projects[project_id] = _Project(
                plan=plan, started_at=started_at, tally=plan.begin()
            )

    def run(self, executor: Executor, *, progress: Progress | None = None) -> Reports:
        """
        Do what is left to be done, and return a report about each project.

        A project that cannot be audited does not keep the others from it: its place holds a
        `ProjectFailure`. *progress* is called in this thread, as parts are done.

        Raises `InvalidArgumentError` when rules cannot travel to the workers, and whatever
        the executor raises when it breaks.
        """
        tell = progress or _silent
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
                    tell("numbers", self._read(), self._total())
        finally:
            # When this ends early: what is done counts, what is not begun need not be.
            for future, task in tasks.items():
                if not future.cancel() and future.done() and future.exception() is None:
                    self._taken(task, future)
        return self._reports()

    def _next(self, project_id: str, project: _Project) -> "list[_Task]":
        """Return what can be done for a project, given how far it is."""
        if project.outcome is not None:
            return []
        if project.whole is None:
            arguments = (self._connect, project_id, self._size, self._concurrency)
            return [_Task(project_id, plan_project, arguments)]
        # When no part is left: what failed in them, and whether anything lies outside of them.
        parts = project.open or [project.whole.merge(project.read)]
        return [
            _Task(
                project_id,
                audit_part,
                (self._connect, project.plan, part, self._concurrency),
                part=part,
                last=not project.open,
            )
            for part in parts
        ]

    def _taken(self, task: "_Task", future: "Future[Any]") -> "list[_Task]":
        """Take in what came of *task*; return what can be done now."""
        project = self._projects[task.project_id]
        if project.outcome is not None:
            return []  # given up meanwhile
        try:
            result = future.result()
        except SinchNumbersError as error:
            return self._failed(task, project, error)
        except Exception as error:
            if isinstance(error, _UNPICKLABLE):
                _check_travel(project.plan)
            # A worker that died; an executor that broke refuses the next try with its error.
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
                total += project.tally.numbers  # no more of it will be read
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
    """Something for a worker to do."""

    project_id: str
    call: Callable[..., Any]
    arguments: tuple[Any, ...]
    part: Checkpoint | None = None
    last: bool = False
    tried: int = 1


def plan_project(connect: Connect, project_id: str, size: int, concurrency: int) -> Checkpoint:
    """Count a project's numbers, in a worker; return what there is to read."""
    return _run(_plan_project, connect, project_id, size, concurrency)


async def _plan_project(client: NumbersClient, size: int, concurrency: int) -> Checkpoint:
    return await Inventory(client, concurrency=concurrency).plan(size)


def audit_part(
    connect: Connect, plan: AuditPlan, part: Checkpoint, concurrency: int
) -> PartResult:
    """Look at a part of a project's numbers, in a worker; return what came of it."""
    return _run(_audit_part, connect, part.project_id, plan, part, concurrency)


async def _audit_part(
    client: NumbersClient, plan: AuditPlan, part: Checkpoint, concurrency: int
) -> PartResult:
    standing = Standing(started_at=datetime.now(UTC), checkpoint=part, tally=plan.begin())
    work = Work(client, plan, concurrency=concurrency, standing=standing)
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
    """Return *connect* when it is the same in each task: or each would make a client."""
    try:
        there: object = pickle.loads(pickle.dumps(connect))  # noqa: S301 - what was just dumped
        if there == connect and hash(there) == hash(connect) and callable(connect):
            return connect
    except _UNPICKLABLE:
        pass  # nor could a worker know it
    # It is not shown: what is bound to it may be a secret.
    raise InvalidArgumentError("connect", "a function of a module, which workers can import")


def _check_travel(plan: AuditPlan) -> None:
    """Raise `InvalidArgumentError` when it is the rules that cannot be sent to a process."""
    for rule in plan.rules:
        try:
            pickle.dumps(rule)
        except _UNPICKLABLE as error:
            expected = "checks that are functions of a module, to be sent to processes"
            raise InvalidArgumentError("rules", expected, rule.id) from error


def _silent(_what: str, _done: int, _total: int | None) -> None:
    """Tell nobody."""
