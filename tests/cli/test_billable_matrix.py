"""Each billable command with each failing stdout and each signal: no lost result."""

import asyncio
import math
import os
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import attrs
import pytest
from billable_commands import COMMANDS, RENT, Command, arguments, effect_name, prepare
from forked_commands import Commands

from sinch_numbers.cli._commands import operations
from sinch_numbers.cli._views import operations as views
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.store import SQLiteStore
from sinch_numbers.testing._served import ServedSandbox

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

CONCURRENCY = 6


@attrs.frozen(kw_only=True)
class Situation:
    """What happens to the command, and its exit code."""

    id: str
    code: int
    stdout: str = "file"
    has_stderr: bool = True
    event: str = ""
    """``close`` of the reader, or a signal, after the billable request has taken effect."""

    @property
    def is_billed(self) -> bool:
        return bool(self.event)


SITUATIONS = [
    Situation(id="full device", stdout="/dev/full", code=1),
    Situation(id="closed", stdout="", code=1),
    Situation(id="no reader", stdout="broken", code=141),
    Situation(id="reader leaves", stdout="pipe", event="close", code=5),
    Situation(
        id="reader leaves, no stderr", stdout="pipe", has_stderr=False, event="close", code=5
    ),
    *(Situation(id=name, event=name, code=0) for name in ("SIGINT", "SIGTERM", "SIGHUP")),
]
UNDER_REVIEW = ("orders order", "orders resume", "buy")
"""Commands that wait for the review, which a signal ends."""


@attrs.frozen(kw_only=True)
class Market:
    """A sandbox with a project for each case, and one journal for all of them."""

    sandbox: Sandbox
    commands: Commands
    directory: Path

    def run(self, situation: Situation, command: Command) -> list[str]:
        """Run *command* in *situation*; return what was wrong."""
        project, directory = project_of(situation, command), self.directory / situation.id
        directory = directory / command.id
        directory.mkdir(parents=True)
        argv = ["--jsonl", *arguments(command, self.sandbox, directory, project)]
        code, err = self._ended(situation, command, project, directory, argv)
        billable = [call for call in self._calls(project) if command.path in call]
        problems = []
        expected = situation.code
        if situation.event.startswith("SIG") and command.id in UNDER_REVIEW:
            expected = 5
        if code != expected:
            problems.append(f"exit code {code}, expected {expected}: {err}")
        if len(billable) != situation.is_billed:
            problems.append(f"{len(billable)} billable requests")
        if situation.is_billed:
            name = effect_name(command, self.sandbox, project)
            if situation.has_stderr and name not in err:
                problems.append(f"{name} is not on stderr: {err}")
        elif situation.stdout == "broken" and err:
            problems.append(f"stderr: {err}")
        if "Traceback" in err:
            problems.append(err)
        return [f"{command.id}: {problem}" for problem in problems]

    def _ended(
        self,
        situation: Situation,
        command: Command,
        project: str,
        directory: Path,
        argv: list[str],
    ) -> tuple[int, str]:
        """Run the command to its end; return its exit code, and its own lines of stderr."""
        reader, stdout = self._stdout(situation, directory)
        stderr = (
            os.open(directory / "err", os.O_CREAT | os.O_RDWR) if situation.has_stderr else None
        )
        nothing = os.open(os.devnull, os.O_RDONLY)
        running = self.commands.start(argv, self._environment(project), nothing, stdout, stderr)
        for descriptor in (nothing, stdout, stderr):
            if descriptor is not None:
                os.close(descriptor)
        if situation.event:
            self._wait_until_billed(project, command)
            if situation.event != "close":
                os.kill(running.pid, getattr(signal, situation.event))
        if reader is not None:
            os.close(reader)
        code = running.wait()
        err = (directory / "err").read_text() if situation.has_stderr else ""
        # Without the price and the steps, which name the number or order before it is billed.
        own = [
            line
            for line in err.splitlines()
            if line.startswith(('{"code":', '{"notice":"interrupted'))
        ]
        return code, "\n".join(own if "Traceback" not in err else [err])

    def _stdout(self, situation: Situation, directory: Path) -> tuple[int | None, int | None]:
        """Return the descriptor to read from, if any, and that of stdout."""
        if not situation.stdout:
            return None, None
        if situation.stdout in ("pipe", "broken"):
            reader, writer = os.pipe()
            if situation.stdout == "pipe":
                return reader, writer
            os.close(reader)
            return None, writer
        path = directory / "out" if situation.stdout == "file" else situation.stdout
        return None, os.open(path, os.O_CREAT | os.O_WRONLY)

    def listed(self, project: str) -> str:
        """Return what ``operations list`` prints."""
        path = self.directory / f"{project} list"
        nothing, stdout = os.open(os.devnull, os.O_RDWR), os.open(path, os.O_CREAT | os.O_WRONLY)
        argv = ["--jsonl", "operations", "list"]
        running = self.commands.start(argv, self._environment(project), nothing, stdout, nothing)
        os.close(nothing)
        os.close(stdout)
        assert 0 == running.wait()
        return path.read_text()

    async def journal(self) -> dict[str, str]:
        """Return the entries of each project that ``operations list`` would print."""
        store = SQLiteStore(self.directory / "state" / "sinch-numbers" / "operations.db")
        since = datetime.now(UTC) - timedelta(hours=1)
        found: dict[str, str] = defaultdict(str)
        for entry in await store.entries():
            if operations._is_listed(entry, since):
                found[entry.project_id] += f"{views.shown(entry)}\n"
        await store.close()
        return found

    def _environment(self, project: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if "SINCH" not in name}
        return {
            **clean,
            **self.sandbox.environment,
            "SINCH_PROJECT_ID": project,
            "XDG_STATE_HOME": str(self.directory / "state"),
        }

    def _calls(self, project: str) -> list[str]:
        calls = [call for call in list(self.sandbox.calls) if call.startswith("POST ")]
        return [call for call in calls if f"/projects/{project}/" in call]

    def _wait_until_billed(self, project: str, command: Command) -> None:
        limit = time.monotonic() + 60
        while not any(command.path in call for call in self._calls(project)):
            assert time.monotonic() < limit, self._calls(project)
            time.sleep(0.01)
        time.sleep(0.05)


def project_of(situation: Situation, command: Command) -> str:
    return f"{SITUATIONS.index(situation)}-{COMMANDS.index(command)}"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Iterator[Market]:
    directory = tmp_path_factory.mktemp("market")
    projects = [project_of(one, command) for one in SITUATIONS for command in COMMANDS]
    with ServedSandbox(numbers=0, stock=0, provisioning=0.0, project_id=projects) as served:
        for project in projects:
            prepare(served.sandbox, project)
        for path in {command.path for command in COMMANDS}:
            served.sandbox.faults.add(
                "slow", method="POST", path=path, seconds=0.4, times=math.inf
            )
        yield Market(sandbox=served.sandbox, commands=commands, directory=directory)


@pytest.mark.parametrize("situation", [pytest.param(one, id=one.id) for one in SITUATIONS])
def test_nothing_that_is_paid_is_lost(market: Market, situation: Situation) -> None:
    """
    What took effect is named on stderr, and listed in the journal, with the exit code for it.

    A stdout that certainly fails ends the command before anything is sent.
    """
    run: Callable[[Command], list[str]] = partial(market.run, situation)
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        problems = [problem for found in pool.map(run, COMMANDS) for problem in found]

    assert [] == problems
    journal = asyncio.run(market.journal()) if situation.is_billed else {}
    for command in COMMANDS if situation.is_billed else ():
        project = project_of(situation, command)
        name = effect_name(command, market.sandbox, project).removeprefix("order ")
        assert name in journal[project], command.id
        if command is RENT:  # starting all of them would take half of the time
            assert name in market.listed(project)
