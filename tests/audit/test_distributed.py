"""Distributed audits have the same report as audits in one process."""

import itertools
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest
from anyio.from_thread import start_blocking_portal

from sinch_numbers import InvalidArgumentError, NumbersClient, SyncNumbersClient
from sinch_numbers.audit import (
    DEFAULT_RULES,
    Expectation,
    Expectations,
    ProjectFailure,
    Reports,
    Rule,
    Severity,
    _distributed,
)
from sinch_numbers.audit._distributed import DistributedAudit, _Task, audit_part, plan_project
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sync import audit_projects

pytestmark = pytest.mark.sandbox

SECRET = "a-secret-that-stays-where-it-is"
LOCAL_RULE = Rule(
    id="unnamed",
    severity=Severity.INFO,
    title="Without a name",
    meaning="Nobody knows whose it is.",
    advice="Name it.",
    check=lambda number, now: [] if number.display_name else ["has no name"],
)
Serve = Callable[..., Sandbox]
_numbers = itertools.count()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Run a sandbox that the environment leads to, with projects that no other test has."""
    with start_blocking_portal() as portal:
        started = []

        def start(projects: int = 3, numbers: int = 300) -> Sandbox:
            test = next(_numbers)
            sandbox = Sandbox(
                numbers=numbers,
                stock=0,
                provisioning=3600.0,  # what is under way stays so while a test looks twice
                max_page_size=20,
                key_secret=SECRET,
                project_id=[f"test-{test}-{name}" for name in "abcdef"[:projects]],
            )
            portal.call(sandbox.start)
            started.append(sandbox)
            for name, value in sandbox.environment.items():
                monkeypatch.setenv(name, value)
            return sandbox

        yield start
        for client, runner in _distributed._clients.values():  # of the threads of this process
            runner.run(client.close)
        _distributed._clients.clear()
        for sandbox in started:
            portal.call(sandbox.stop)


@attrs.frozen
class Impatient:
    """Makes clients that repeat nothing; equal to another that leads to the same place."""

    url: str
    secret: str = attrs.field(default=SECRET, repr=False)

    def __call__(self, project_id: str) -> NumbersClient:
        return NumbersClient(
            project_id,
            "sandbox",
            self.secret if project_id[-1] != "x" else "wrong",
            numbers_url=self.url,
            auth_url=self.url,
            retries=0,
        )


class Watched(ThreadPoolExecutor):
    """
    Knows what was submitted and what came of it.

    *before* is told what is submitted next; a part is begun when the *gate* lets it through.
    """

    def __init__(
        self,
        concurrency: int,
        before: Callable[..., None] | None = None,
        gate: threading.Semaphore | None = None,
    ) -> None:
        super().__init__(concurrency)
        self.before = before
        self.gate = gate
        self.submitted: list[tuple[Any, ...]] = []
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.before is not None:
            self.before(fn)
        self.submitted.append((fn, *args))
        self.futures.append(super().submit(self._call, fn, *args, **kwargs))
        return self.futures[-1]

    def _call(self, fn: Any, /, *args: Any) -> Any:
        if self.gate is not None and fn is audit_part:
            self.gate.acquire()
        return fn(*args)

    @property
    def parts(self) -> list[Any]:
        """Return the parts that were submitted, in order."""
        return [call[3] for call in self.submitted if call[0] is audit_part]


def processes(concurrency: int, method: str = "spawn") -> ProcessPoolExecutor:
    """Return a pool of processes that have this environment, whenever they were prepared."""
    return ProcessPoolExecutor(
        concurrency,
        mp_context=multiprocessing.get_context(method),
        initializer=exec,
        initargs=(f"import os; os.environ.update({dict(os.environ)!r})",),
    )


def ids(sandbox: Sandbox) -> list[str]:
    return list(sandbox._world.projects)


def in_one_place(sandbox: Sandbox, **options: Any) -> Reports:
    """Return what an audit in this process says."""
    clients = [SyncNumbersClient(name) for name in ids(sandbox)]
    try:
        return audit_projects(clients, **options)
    finally:
        for client in clients:
            client.close()


def timeless(found: Reports) -> Any:
    """Return it without the moments at which it was made."""
    return attrs.evolve(
        found,
        projects=tuple(
            one
            if isinstance(one, ProjectFailure)
            else attrs.evolve(one, started_at=one.completeness, finished_at=one.completeness)
            for one in found.projects
        ),
    )


def tokens(sandbox: Sandbox) -> int:
    return sum("oauth2/token" in call for call in sandbox.calls)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "emergency"),
    [
        (25, False),
        *(
            pytest.param(size, emergency, marks=pytest.mark.slow)
            for size, emergency in (
                (50_000, True),
                (25, True),
                (100, False),
                (100, True),
                (50_000, False),
            )
        ),
    ],
)
def test_threads_say_the_same(size: int, emergency: bool, serve: Serve) -> None:
    """
    Whatever the size of the parts, the reports are those of one process; threads share a
    client for each project.
    """
    sandbox = serve()
    options: Any = {
        "now": sandbox.clock.now(),
        "months": 3,
        "emergency": emergency,
        "expected": {ids(sandbox)[1]: Expectations([Expectation("+12025550101")])},
    }
    expected = in_one_place(sandbox, **options)
    sandbox.calls.clear()

    with Watched(4) as executor:
        found = DistributedAudit(ids(sandbox), size=size, **options).run(executor)

    assert timeless(expected) == timeless(found)
    assert (True, 900) == (found.complete, found.numbers)
    assert 3 == tokens(sandbox)
    assert (len(executor.parts) > 20) == (size == 25)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_say_the_same(method: str, serve: Serve) -> None:
    """
    Other processes come to the same, each with tokens of its own.
    """
    sandbox = serve()
    now = sandbox.clock.now()
    expected = in_one_place(sandbox, now=now, emergency=True)
    sandbox.calls.clear()

    with processes(2, method) as executor:
        found = DistributedAudit(ids(sandbox), now=now, emergency=True, size=60).run(executor)

    assert timeless(expected) == timeless(found)
    assert 3 <= tokens(sandbox) <= 6


def test_a_project_that_fails_does_not_stop_the_others(serve: Serve) -> None:
    """
    Its place says why there is no report.
    """
    sandbox = serve(2)
    first, second = ids(sandbox)
    now = sandbox.clock.now()

    with ThreadPoolExecutor(2) as executor:
        audit = DistributedAudit(
            [first, "test-x", second], connect=Impatient(sandbox.url), now=now
        )
        found = audit.run(executor)

    (failure,) = found.failures
    assert failure == found.projects[1]
    assert ("test-x", "AuthenticationError", False) == (
        failure.project_id,
        failure.error,
        failure.transient,
    )
    assert [first, second] == [report.project_id for report in found.reports]
    assert timeless(in_one_place(sandbox, now=now)).projects == (
        timeless(found).projects[0],
        timeless(found).projects[2],
    )


def test_a_failure_in_the_middle_is_one(serve: Serve) -> None:
    """
    A project that fails for good after some of it was read has no report, and adds nothing
    to the sums.
    """
    sandbox = serve(2)
    first, second = ids(sandbox)

    def refuse(call: Any) -> None:
        if call is audit_part and not sandbox.faults.applied:
            sandbox.faults.clear()
            sandbox.faults.add("403", path=f"{second}/activeNumbers", times=1e9)

    with Watched(1, refuse) as executor:
        audit = DistributedAudit([first, second], connect=Impatient(sandbox.url), size=50)
        found = audit.run(executor)

    assert [first] == [report.project_id for report in found.reports]
    assert [second] == [failure.project_id for failure in found.failures]
    assert found.costs == found.reports[0].costs


@pytest.mark.parametrize(("where", "strikes"), [(plan_project, 1), (audit_part, 2)])
def test_a_transient_failure_is_retried(where: Any, strikes: int, serve: Serve) -> None:
    """
    A part that failed in a way that may pass is tried again, as often as it may be.
    """
    sandbox = serve(1)
    now = sandbox.clock.now()
    failed = []

    def fail(call: Any) -> None:
        if call is where and len(failed) < 2:
            failed.append(call)
            sandbox.faults.add("503", path="activeNumbers", times=strikes)

    with Watched(1, fail) as executor:
        audit = DistributedAudit(
            ids(sandbox), connect=Impatient(sandbox.url), now=now, concurrency=1, tries=3
        )
        found = audit.run(executor)

    assert 2 * strikes == len(sandbox.faults.applied)
    errors = [future.exception() for future in executor.futures]
    assert 2 == sum(error is not None for error in errors)
    assert timeless(in_one_place(sandbox, now=now)) == timeless(found)


def test_a_failure_that_does_not_pass_ends_the_project(serve: Serve) -> None:
    """
    After so many tries there is no report.
    """
    sandbox = serve(1)
    sandbox.faults.add("503", path="activeNumbers", times=1e9)

    with Watched(2) as executor:
        audit = DistributedAudit(ids(sandbox), connect=Impatient(sandbox.url), tries=2)
        found = audit.run(executor)

    assert 2 == len(executor.submitted)
    assert ["InternalServerError"] == [failure.error for failure in found.failures]
    assert found.failures[0].transient


def test_a_gap_is_read_in_the_end(serve: Serve) -> None:
    """
    A page that failed in one part is asked for once more, when the rest is read.
    """
    sandbox = serve(1)
    now = sandbox.clock.now()
    struck: list[int] = []

    def fail(call: Any) -> None:
        if call is audit_part and not struck:
            struck.append(1)
            sandbox.faults.add("503", path="activeNumbers")

    with Watched(1, fail) as executor:
        audit = DistributedAudit(ids(sandbox), connect=Impatient(sandbox.url), now=now, size=50)
        found = audit.run(executor)

    assert ["503"] == sandbox.faults.applied
    assert timeless(in_one_place(sandbox, now=now)) == timeless(found)


@pytest.mark.slow
def test_a_killed_worker_costs_no_number(serve: Serve) -> None:
    """
    The broken executor's error is raised; with another executor the audit goes on, and what
    was done is not done again, nor counted twice.
    """
    sandbox = serve()
    now = sandbox.clock.now()
    expected = in_one_place(sandbox, now=now)
    audit = DistributedAudit(ids(sandbox), now=now, size=30)
    # One request, of some four hundred, gets no reply: when all is planned and some is read.
    sandbox.faults.add("stall", path="activeNumbers", times=1, probability=0.004, seed=3366)
    over = threading.Event()

    def kill(executor: ProcessPoolExecutor) -> None:
        while not sandbox.faults.applied and not over.wait(0.005):
            pass
        for pid in list(executor._processes):
            os.kill(pid, signal.SIGKILL)

    with processes(2) as executor, ThreadPoolExecutor(1) as killers:
        killing = killers.submit(kill, executor)
        try:
            with pytest.raises(BrokenProcessPool):
                audit.run(executor)
        finally:
            over.set()
        killing.result()
    before = {name: attrs.evolve(one) for name, one in audit._projects.items()}
    left = {name: list(one.open) for name, one in before.items()}
    assert any(one.read for one in before.values())
    assert not all(one.outcome for one in before.values())
    with Watched(2) as fresh:
        found = audit.run(fresh)

    assert timeless(expected) == timeless(found)
    assert 900 == found.numbers
    for name, one in before.items():
        given = [part for part in fresh.parts if part.project_id == name]
        assert given == [] if one.outcome else len(given) >= len(left[name])
        if one.whole is not None:
            # Besides, the project's rest: that which is in no part.
            assert len(given) <= len(left[name]) + 1
            assert all(any(part is there for there in given) for part in left[name])


def test_what_is_done_counts_when_the_end_comes_early(serve: Serve) -> None:
    """
    Whatever ends a run, results that are there already are not thrown away, and what was not
    begun is called off.
    """
    sandbox = serve(1)
    now = sandbox.clock.now()
    audit = DistributedAudit(ids(sandbox), now=now, size=30)
    gate = threading.Semaphore(2)

    def stop(_what: str, read: int, _total: int | None) -> None:
        if read:
            executor.futures[2].result()  # the second part: done, and not looked at yet
            raise KeyboardInterrupt

    with Watched(1, gate=gate) as executor:
        try:
            with pytest.raises(KeyboardInterrupt):
                audit.run(executor, progress=stop)
        finally:
            gate.release(100)
    parts = len(executor.parts)
    assert parts > 5
    # The third may have been begun already, and be behind the gate.
    assert sum(future.cancelled() for future in executor.futures) in (parts - 3, parts - 2)
    with Watched(1) as fresh:
        found = audit.run(fresh)

    assert timeless(in_one_place(sandbox, now=now)) == timeless(found)
    assert parts - 2 + 1 == len(fresh.parts)  # and what is in no part


def test_a_run_that_is_over_has_its_reports(serve: Serve) -> None:
    """
    Another run does nothing, and returns the same.
    """
    sandbox = serve(2, numbers=40)
    audit = DistributedAudit(ids(sandbox))
    with ThreadPoolExecutor(2) as executor:
        found = audit.run(executor)
    sandbox.calls.clear()

    with Watched(1) as executor:
        assert found == audit.run(executor)

    assert ([], []) == (executor.submitted, sandbox.calls)


@pytest.mark.slow
def test_rules_that_cannot_travel_are_told(serve: Serve) -> None:
    """
    A check that is no function of a module is known in this process only; the error says
    which rule it is.
    """
    sandbox = serve(1, numbers=20)
    audit = DistributedAudit(ids(sandbox), rules=[*DEFAULT_RULES, LOCAL_RULE])

    with processes(1) as executor, pytest.raises(InvalidArgumentError) as caught:
        audit.run(executor)

    assert ("rules", True) == (caught.value.argument, "unnamed" in str(caught.value))
    assert "module-level functions" in caught.value.expected


def test_threads_take_any_rule(serve: Serve) -> None:
    """
    Where nothing is sent to another process, nothing has to be fit for it.
    """
    sandbox = serve(1)
    now, rules = sandbox.clock.now(), [*DEFAULT_RULES, LOCAL_RULE]

    with ThreadPoolExecutor(2) as executor:
        found = DistributedAudit(ids(sandbox), rules=rules, now=now).run(executor)

    assert any("unnamed" == one.finding.rule for one in found.findings)
    assert timeless(in_one_place(sandbox, rules=rules, now=now)) == timeless(found)


def test_no_secret_travels(serve: Serve) -> None:
    """
    Neither what goes to a worker nor what comes back holds a key or a token.
    """
    sandbox = serve(2)
    with Watched(2) as executor:
        found = DistributedAudit(ids(sandbox), size=50, emergency=True).run(executor)

    travelled = [pickle.dumps(call) for call in executor.submitted]
    travelled += [pickle.dumps(future.result()) for future in executor.futures]
    assert len(travelled) > 20
    assert found.complete
    for secret in (SECRET, "Bearer", "access_token"):
        assert not [one for one in travelled if secret.encode() in one]


def test_a_failure_tells_no_secret(serve: Serve) -> None:
    """
    An error that comes back from a worker holds none, either.
    """
    sandbox = serve(1)
    sandbox.revoke_tokens()
    sandbox.faults.add("403", path="activeNumbers", times=1e9)

    with Watched(1) as executor:
        found = DistributedAudit(ids(sandbox)).run(executor)

    errors = [future.exception() for future in executor.futures]
    assert found.failures
    assert SECRET.encode() not in pickle.dumps([found, *errors])


def test_progress_is_told(serve: Serve) -> None:
    """
    Who watches sees the numbers grow up to the total, in the thread that called.
    """
    sandbox = serve(2)
    told: list[tuple[str, int, int | None]] = []

    with ThreadPoolExecutor(2) as executor:
        DistributedAudit(ids(sandbox), size=50).run(
            executor, progress=lambda *step: told.append(step)
        )

    assert {"numbers"} == {what for what, _, _ in told}
    assert sorted(done for _, done, _ in told) == [done for _, done, _ in told]
    assert (600, 600) == told[-1][1:]
    assert {None, 600} >= {total for _, _, total in told}


def test_a_failed_project_leaves_a_total(serve: Serve) -> None:
    """
    What will not be read is not waited for.
    """
    sandbox = serve(1)
    told: list[tuple[str, int, int | None]] = []

    with ThreadPoolExecutor(1) as executor:
        DistributedAudit(["test-x", *ids(sandbox)], connect=Impatient(sandbox.url)).run(
            executor, progress=lambda *step: told.append(step)
        )

    assert ("numbers", 300, 300) == told[-1]


def test_arguments_are_checked() -> None:
    """
    What makes no sense is refused before anything is submitted.
    """
    for wrong in (
        {"project_ids": []},
        {"project_ids": ["one", "one"]},
        {"project_ids": ["../one"]},
        {"project_ids": ["one"], "size": 0},
        {"project_ids": ["one"], "concurrency": 0},
        {"project_ids": ["one"], "tries": 0},
        {"project_ids": ["one"], "months": 121},
        {"project_ids": ["one"], "rules": None},
        {"project_ids": ["one"], "expected": {"two": Expectations([])}},
    ):
        with pytest.raises(InvalidArgumentError):
            DistributedAudit(**wrong)


@attrs.define
class Fickle:
    """Makes clients, and has no hash to be known by."""

    def __call__(self, project_id: str) -> NumbersClient:
        return NumbersClient(project_id)


@pytest.mark.parametrize(
    "connect",
    [
        lambda project_id: NumbersClient(project_id),
        partial(NumbersClient, key_secret=SECRET),
        Fickle(),
        SECRET,
        None,
    ],
    ids=["lambda", "partial", "unhashable", "text", "none"],
)
def test_what_makes_clients_is_known_again(connect: Any) -> None:
    """
    Else each task would make a client, and fetch a token; the error shows nothing of it.
    """
    with pytest.raises(InvalidArgumentError, match=r"^connect: ") as caught:
        DistributedAudit(["one"], connect=connect)

    assert SECRET not in str(caught.value)


def test_any_executor_will_do(serve: Serve, tmp_path: Path) -> None:
    """
    Nothing but `submit` is asked of it.
    """
    sandbox = serve(1, numbers=60)

    class AtOnce(Executor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:
                future.set_exception(error)
            return future

    assert DistributedAudit(ids(sandbox), size=20).run(AtOnce()).complete


def test_a_part_that_crashes_is_tried_as_often_as_allowed(serve: Serve) -> None:
    """
    A worker that dies each time ends the run with its error, after *tries* tries.
    """
    sandbox = serve(1)
    tried: list[Any] = []

    class Crashing(Watched):
        def _call(self, fn: Any, /, *args: Any) -> Any:
            tried.append(fn)
            if len(tried) > 20:
                pytest.fail("it is tried without end")
            raise RuntimeError("the worker died")

    with Crashing(1) as executor, pytest.raises(RuntimeError, match="the worker died"):
        DistributedAudit(ids(sandbox), connect=Impatient(sandbox.url), tries=3).run(executor)

    assert [plan_project] * 3 == tried


def test_the_given_time_is_that_of_the_audit() -> None:
    """All projects are audited as of the same time: the given one, or that of the start."""
    given = datetime(2026, 3, 1, tzinfo=UTC)
    before = datetime.now(UTC)

    assert given == DistributedAudit(["p"], now=given)._projects["p"].plan.basis.now
    assert before <= DistributedAudit(["p"])._projects["p"].plan.basis.now <= datetime.now(UTC)


def test_a_task_is_not_the_last_of_its_project_unless_it_says_so() -> None:
    """Else a project would be complete after its first part."""
    assert not _Task("p", print, ()).last
