"""Checkpoints: a stopped or killed audit resumes, with the same report."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import attrs
import pytest
from products import sampled

from sinch_numbers import InvalidArgumentError, NumbersClient
from sinch_numbers.audit import (
    DEFAULT_RULES,
    EMERGENCY_MISSING,
    Expectation,
    Expectations,
    ProjectFailure,
    Report,
    Reports,
    Rule,
    Severity,
    _auditing,
    audit,
    audit_projects,
)
from sinch_numbers.audit._checkpoint import Standing
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NAMES = ("alpha", "beta", "gamma")
RULE = Rule(
    id="unnamed",
    severity=Severity.INFO,
    title="Without a name",
    meaning="Nobody knows whose it is.",
    advice="Name it.",
    check=lambda number, now: [] if number.display_name else ["has no name"],
)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run a sandbox whose pages are small, so that there are many."""
    async with Sandbox(
        numbers=300, stock=0, provisioning=3600.0, max_page_size=5, project_id=NAMES
    ) as sandbox:
        yield sandbox


def connected(sandbox: Sandbox, name: str = "alpha") -> NumbersClient:
    return NumbersClient(
        name, "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.url, retries=0
    )


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[NumbersClient]:
    async with connected(sandbox) as client:
        yield client


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return tmp_path / "audit.json"


def timeless(found: Any) -> Any:
    """Return a report, or several, without the moments at which it was made."""
    if isinstance(found, Reports):
        return attrs.evolve(found, projects=tuple(timeless(one) for one in found.projects))
    return attrs.evolve(found, started_at=found.completeness, finished_at=found.completeness)


async def stopped(call: Any, *arguments: Any, after: int, what: str = "numbers", **options: Any):
    """Make *call*, cancelled at its step number *after*; return what it comes to, if it ends."""
    steps = 0

    def progress(told: str, *_: object) -> None:
        nonlocal steps
        steps += told == what
        if steps == after:
            task.cancel()

    task = asyncio.create_task(call(*arguments, progress=progress, **options))
    await asyncio.wait([task])
    return None if task.cancelled() else task.result()


def listings(sandbox: Sandbox, name: str = "alpha") -> int:
    """Return how many pages and counts were asked for."""
    return sandbox.calls.count(f"GET /v1/projects/{name}/activeNumbers")


@pytest.mark.parametrize("concurrency", sampled([8, 1], 1))
@pytest.mark.parametrize(
    "after",
    [
        pytest.param(1, marks=pytest.mark.slow),
        pytest.param(2, marks=pytest.mark.slow),
        7,
        pytest.param(30, marks=pytest.mark.slow),
    ],
)
async def test_it_may_be_stopped_anywhere(
    after: int, concurrency: int, sandbox: Sandbox, client: NumbersClient, saved: Path
) -> None:
    """
    However often it is stopped, the report is that of an audit in one go; what was looked at
    is not read again, and the file is gone in the end.
    """
    now = sandbox.clock.now()
    expected = Expectations([Expectation("+12025550101"), Expectation("+12025550102")])
    at_once = await audit(client, now=now, expected=expected)
    pages = listings(sandbox)
    stops, before, report = 0, -1, None
    while report is None:
        report = await stopped(
            audit,
            client,
            after=after,
            now=now,
            expected=expected,
            saved=saved,
            concurrency=concurrency,
        )
        if report is None:
            stops += 1
            read = Standing.loads(saved.read_text()).tally.numbers
            assert read > before or after == 1
            before = read
            after = max(after, 2)  # the first step tells what there is; nothing is read by it

    assert timeless(at_once) == timeless(report)
    assert stops >= 2
    # Each stop may cost what was under way at the time, and the look at the whole once more.
    assert pages <= listings(sandbox) - pages <= pages + stops * concurrency
    assert [] == list(saved.parent.iterdir())


@pytest.mark.parametrize("concurrency", [1, 8])
async def test_the_moment_is_kept(
    concurrency: int, sandbox: Sandbox, client: NumbersClient, saved: Path
) -> None:
    """
    Who names no moment goes on by the one that the audit began with, and with its start.
    """
    assert None is await stopped(audit, client, after=5, saved=saved, concurrency=concurrency)
    standing = Standing.loads(saved.read_text())

    report = await audit(client, saved=saved, concurrency=concurrency)

    at_once = await audit(client, now=standing.tally.basis.now)
    assert standing.started_at == report.started_at
    assert timeless(at_once) == timeless(report)


@pytest.mark.parametrize(
    "after", [pytest.param(1, marks=pytest.mark.slow), 4, pytest.param(9, marks=pytest.mark.slow)]
)
async def test_addresses_are_asked_for_once(
    after: int,
    sandbox: Sandbox,
    client: NumbersClient,
    saved: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Stopped among the emergency addresses, an audit reads no number again, and of the
    addresses only those that were under way.
    """
    monkeypatch.setattr(_auditing, "_SOME", 4)
    now = sandbox.clock.now()
    at_once = await audit(client, now=now, emergency=True)
    assert any(EMERGENCY_MISSING.id == finding.rule for finding in at_once.findings)
    addresses = sum("emergencyAddress" in call for call in sandbox.calls)
    options: Any = {"now": now, "emergency": True, "saved": saved, "concurrency": 2}
    stop: Any = {"after": after, "what": "emergency addresses"}

    assert None is await stopped(audit, client, **stop, **options)
    pages = listings(sandbox)
    report = await audit(client, **options)

    assert timeless(at_once) == timeless(report)
    assert pages + 1 == listings(sandbox)  # the count that everything is held against
    asked = sum("emergencyAddress" in call for call in sandbox.calls) - addresses
    assert addresses <= asked <= addresses + 4


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from sinch_numbers.audit import _checkpoint as standing
from sinch_numbers.sync import SyncNumbersClient, audit

standing._EVERY, standing._SHARE = 0.0, 1e9  # after every page
steps = 0

def progress(*_):
    global steps
    steps += 1
    if steps == 9:
        os.kill(os.getpid(), signal.SIGKILL)

client = SyncNumbersClient()
audit(
    client,
    now=datetime.fromisoformat(sys.argv[2]),
    saved=Path(sys.argv[1]),
    emergency=True,
    concurrency=3,
    progress=progress,
)
"""


@pytest.mark.slow
async def test_it_may_be_killed(sandbox: Sandbox, client: NumbersClient, saved: Path) -> None:
    """
    What a killed process had saved is gone on from, and the report is that of one go.
    """
    now = sandbox.clock.now()
    at_once = await audit(client, now=now, emergency=True)
    pages = listings(sandbox)
    kills, read = 3, [0]
    for _ in range(kills):
        killed = await anyio.run_process(
            [sys.executable, "-c", KILLED, str(saved), now.isoformat()],
            env=os.environ | sandbox.environment,
            check=False,
        )
        assert (-9, b"") == (killed.returncode, killed.stderr)
        read.append(Standing.loads(saved.read_text()).tally.numbers)
    assert sorted(set(read)) == read

    report = await audit(client, now=now, emergency=True, saved=saved)

    assert timeless(at_once) == timeless(report)
    # A kill costs what was under way, and the page that was about to be saved.
    assert pages <= listings(sandbox) - pages <= pages + kills * 4
    assert [] == list(saved.parent.iterdir())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"audit":{}}',
        b'{"audit":{"form":1,"started_at":"yesterday"}}',
        b"+12025550101,Front desk\n",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"audit":' * 50_000,
    ],
)
async def test_another_file_is_refused(
    content: bytes, sandbox: Sandbox, client: NumbersClient, saved: Path
) -> None:
    """
    What is no saved audit is not gone on from, and not overwritten; nothing is sent.
    """
    saved.write_bytes(content)

    with pytest.raises(InvalidArgumentError, match=r"^saved: "):
        await audit(client, saved=saved)

    assert content == saved.read_bytes()
    assert [] == sandbox.calls


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
async def test_a_damaged_file_is_refused(
    keep: float, sandbox: Sandbox, client: NumbersClient, saved: Path
) -> None:
    """
    A file that stops short is as good as none, and the error says which argument it was.
    """
    await stopped(audit, client, after=5, saved=saved)
    whole = saved.read_text()
    saved.write_text(whole[: int(len(whole) * keep)])
    sandbox.calls.clear()

    with pytest.raises(InvalidArgumentError, match=r"^saved: "):
        await audit(client, saved=saved)

    assert [] == sandbox.calls


@pytest.mark.parametrize(
    "changed",
    [
        {"rules": [RULE]},
        {"rules": DEFAULT_RULES[1:]},
        {"months": 3},
        {"emergency": True},
        {"expected": Expectations([Expectation("+12025550101")])},
        {"now": timedelta(hours=1)},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_another_audit_is_refused(
    changed: dict[str, Any], sandbox: Sandbox, client: NumbersClient, saved: Path
) -> None:
    """
    Half of a report by some rules and half by others would be none.
    """
    now = sandbox.clock.now()
    await stopped(audit, client, after=5, saved=saved, now=now)
    sandbox.calls.clear()
    if "now" in changed:
        changed = {"now": now + changed["now"]}

    with pytest.raises(InvalidArgumentError, match=r"^saved: expected an audit with the same"):
        await audit(client, saved=saved, **changed)

    assert [] == sandbox.calls
    assert saved.exists()


async def test_another_projects_audit_is_refused(
    sandbox: Sandbox, client: NumbersClient, saved: Path
) -> None:
    """
    Numbers of two projects are not mixed up.
    """
    await stopped(audit, client, after=5, saved=saved)
    sandbox.calls.clear()

    async with connected(sandbox, "beta") as other:
        with pytest.raises(InvalidArgumentError, match=r"^saved: .* project beta.*alpha"):
            await audit(other, saved=saved)

    assert [] == sandbox.calls


@pytest.mark.parametrize("place", ["file/audit.json", ".", "link", "pipe"])
async def test_a_place_that_cannot_be_written_to_is_refused(
    place: str, sandbox: Sandbox, client: NumbersClient, tmp_path: Path
) -> None:
    """
    That is told at once, not when the first five seconds' work is to be saved.
    """
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("elsewhere")
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(InvalidArgumentError, match=r"^saved: "):
        await audit(client, saved=tmp_path / place)

    assert [] == sandbox.calls


@pytest.mark.parametrize("saved", [7, b"audit.json", "audit\0.json"])
async def test_what_is_no_path_is_refused(
    saved: Any, sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    Neither by an audit of one project nor by one of several.
    """
    for call, first in ((audit, client), (audit_projects, [client])):
        with pytest.raises(InvalidArgumentError, match=r"^saved: "):
            await call(first, saved=saved)

    assert [] == sandbox.calls


async def test_a_path_may_be_a_text(sandbox: Sandbox, client: NumbersClient, saved: Path) -> None:
    """
    As with `open`.
    """
    assert None is await stopped(audit, client, after=5, saved=str(saved))
    assert saved.exists()
    assert (await audit(client, saved=str(saved))).completeness.complete
    assert not saved.exists()


async def test_what_is_saved_is_no_secret(
    sandbox: Sandbox, client: NumbersClient, saved: Path
) -> None:
    """
    It holds neither the key's secret nor a token.
    """
    await stopped(audit, client, after=20, saved=saved)

    text = saved.read_text()
    assert "sandbox" not in text
    assert "Bearer" not in text


@pytest.mark.slow
@pytest.mark.parametrize(
    "after",
    [pytest.param(2, marks=pytest.mark.slow), 11, pytest.param(60, marks=pytest.mark.slow)],
)
async def test_several_projects_go_on_as_well(
    after: int, sandbox: Sandbox, tmp_path: Path
) -> None:
    """
    Each has a file of its own, and together they come to what they would at once.
    """
    clients = [connected(sandbox, name) for name in NAMES]
    now = sandbox.clock.now()
    at_once = await audit_projects(clients, now=now)
    pages = {name: listings(sandbox, name) for name in NAMES}
    stops, found = 0, None
    while found is None:
        found = await stopped(audit_projects, clients, after=after, now=now, saved=tmp_path)
        stops += found is None
        after += 10

    assert timeless(at_once) == timeless(found)
    assert stops
    for name in NAMES:
        # A project that was done takes a count each time; the workers are shared by all.
        assert listings(sandbox, name) - pages[name] <= pages[name] + stops * 6
    assert [] == list(tmp_path.iterdir())
    for client in clients:
        await client.close()


async def test_a_project_that_failed_is_made_up_for(sandbox: Sandbox, tmp_path: Path) -> None:
    """
    The files stay until there is a report about each project; those that had one are not
    read again.
    """
    clients = [connected(sandbox, name) for name in NAMES]
    sandbox.faults.add("403", path="projects/beta/activeNumbers", times=1e9)
    now = sandbox.clock.now()

    first = await audit_projects(clients, now=now, saved=tmp_path)
    assert isinstance(first.projects[1], ProjectFailure)
    assert {"alpha.json", "gamma.json"} <= {path.name for path in tmp_path.iterdir()}
    sandbox.faults.clear()
    sandbox.calls.clear()
    second = await audit_projects(clients, saved=tmp_path)

    assert timeless(await audit_projects(clients, now=now)) == timeless(second)
    assert timeless(first.projects[0]) == timeless(second.projects[0])
    assert [] == list(tmp_path.iterdir())
    for client in clients:
        await client.close()


async def test_a_damaged_file_of_one_project_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    """
    Before anything is sent for any of them.
    """
    (tmp_path / "beta.json").write_text("{}")
    async with connected(sandbox) as alpha, connected(sandbox, "beta") as beta:
        with pytest.raises(InvalidArgumentError, match=r"^saved: "):
            await audit_projects([alpha, beta], saved=tmp_path)

    assert [] == sandbox.calls


async def test_the_file_can_be_kept(
    sandbox: Sandbox, client: NumbersClient, tmp_path: Path
) -> None:
    """With *keep* the file stays until the report is stored; the next audit reads no page."""
    saved = tmp_path / "audit.json"
    first = await audit(client, saved=saved, keep=True)
    pages = len(sandbox.calls)
    sandbox.calls.clear()
    second = await audit(client, saved=saved)

    assert saved.exists() is False
    assert (first.findings, first.costs, first.numbers) == (
        second.findings,
        second.costs,
        second.numbers,
    )
    assert pages > 60 > 5 > len(sandbox.calls)
    await audit_projects([client], saved=tmp_path / "all", keep=True)
    assert ["alpha.json"] == [file.name for file in (tmp_path / "all").iterdir()]


@pytest.mark.parametrize(("mode", "directory"), [(0o600, 0o700), (0o640, 0o750)])
async def test_the_file_has_the_mode(
    mode: int, directory: int, client: NumbersClient, tmp_path: Path
) -> None:
    """The progress has the mode that was passed, in a directory that is created."""
    saved = tmp_path / "new" / "audit.json"
    seen = []

    def stop(what: str, done: int, total: int | None) -> None:
        if done > 50:
            raise InterruptedError

    before = os.umask(0)
    try:
        with pytest.raises(InterruptedError):
            await audit(client, saved=saved, mode=mode, progress=stop)
        seen = [stat.S_IMODE(one.stat().st_mode) for one in (saved, saved.parent)]
    finally:
        os.umask(before)

    assert [mode, directory] == seen


@pytest.mark.parametrize("mode", [640, 0o1600, 0o240, -1, True, "640", None])
async def test_a_mode_is_validated(
    mode: Any, sandbox: Sandbox, client: NumbersClient, saved: Path
) -> None:
    """A mode in decimal, or one that does not let the owner read, is rejected by name."""
    for call, first in ((audit, client), (audit_projects, [client])):
        with pytest.raises(InvalidArgumentError, match=r"^mode: expected a mode such as 0o640"):
            await call(first, saved=saved, mode=mode)

    assert [] == sandbox.calls


async def test_an_audit_that_ends_leaves_no_file(
    sandbox: Sandbox, client: NumbersClient, saved: Path
) -> None:
    """
    Nothing is there before, nothing after: a second audit is a new one.
    """
    first = await audit(client, saved=saved)
    sandbox.project("alpha").add_active(phone_number="+12025550101")
    second = await audit(client, saved=saved)

    assert isinstance(first, Report)
    assert first.numbers + 1 == second.numbers
    assert not saved.exists()
