"""Several projects in one audit, on the command line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

SECRET = "sandbox-secret-of-tests"
LINKED: dict[str, Any] = {
    "sms_configuration": {"servicePlanId": "plan", "campaignId": "C1"},
    "voice_configuration": {"type": "RTC", "appId": "app"},
}
TOML = """\
[[projects]]
project_id = "alpha"
key_id = "key"

[[projects]]
project_id = "beta-2"
key_id = "key"
key_secret_env = "THE_OTHER"
expect = "lists/beta.csv"
"""


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """Run a sandbox of two projects; their secrets are in the environment."""
    with start_blocking_portal() as portal:
        sandbox = Sandbox(
            numbers=0, stock=0, project_id=("alpha", "beta-2"), key_id="key", key_secret=SECRET
        )
        portal.call(sandbox.start)
        for name in ("SINCH_PROJECT_ID", "SINCH_KEY_ID", "SINCH_KEY_SECRET"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("SINCH_NUMBERS_URL", sandbox.url)
        monkeypatch.setenv("SINCH_AUTH_URL", sandbox.auth_url)
        monkeypatch.setenv("SINCH_KEY_SECRET_ALPHA", SECRET)
        monkeypatch.setenv("THE_OTHER", SECRET)
        monkeypatch.chdir(tmp_path)
        (tmp_path / "projects.toml").write_text(TOML)
        (tmp_path / "lists").mkdir()
        (tmp_path / "lists" / "beta.csv").write_text("phone_number\n+12025550109\n")
        sandbox.project("alpha").add_active(phone_number="+12025550101")
        sandbox.project("beta-2").add_active(phone_number="+12025550102", **LINKED)
        yield sandbox
        portal.call(sandbox.stop)


def test_a_secret_that_copying_has_changed_is_named(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the variable of the project, before anything is sent."""
    monkeypatch.setenv("THE_OTHER", f"{SECRET}\n")

    ended = cli("audit", "--projects", "projects.toml")

    assert (2, "") == (ended.code, ended.out)
    assert "sinch-numbers: THE_OTHER: expected a value without a line break" in ended.err
    assert SECRET not in ended.err
    assert [] == sandbox.calls


@pytest.mark.slow
def test_it_can_be_tried_in_a_sandbox(process: Run) -> None:
    """
    A sandbox of several projects shows each, and then all of them together.
    """
    ended = process("--sandbox", "--sandbox-projects", "3", "--sandbox-numbers", "200", "audit")

    assert (0, "") == (ended.code, ended.err)
    for project in ("sandbox", "sandbox-2", "sandbox-3"):
        assert any(line.startswith(f"{project}: ") for line in ended.lines)
    assert "\nAll projects: " in ended.out
    assert any(line.startswith("600 numbers in 3 projects, ") for line in ended.lines)


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 100])
def test_it_fits_the_terminal(width: int, process: Run) -> None:
    """
    No line is wider than the terminal, with several projects as with one.
    """
    ended = process(
        *("--sandbox", "--sandbox-projects", "2", "--sandbox-numbers", "100", "audit"),
        env={"COLUMNS": str(width)},
    )

    assert max(map(len, ended.lines)) <= width


def test_projects_come_from_a_file(sandbox: Sandbox, cli: Run) -> None:
    """
    Each has its key, its list of expected numbers, and lines that name it.
    """
    shown = cli("audit", "--projects", "projects.toml")
    reported = cli("--jsonl", "audit", "--projects", "projects.toml")

    assert (0, "") == (shown.code, shown.err)
    assert "2 numbers in 2 projects, " in shown.out
    lines = [json.loads(line) for line in reported.lines]
    assert [
        ("finding", "alpha", "unused"),
        ("summary", "alpha", None),
        ("finding", "beta-2", "drift-missing"),
        ("finding", "beta-2", "drift-unexpected"),
        ("difference", "beta-2", None),
        ("difference", "beta-2", None),
        ("summary", "beta-2", None),
        ("total", None, None),
    ] == [(line["kind"], line.get("projectId"), line.get("rule")) for line in lines]
    total = lines[-1]
    assert (2, 0, True, 2) == (
        total["projects"],
        total["failed"],
        total["complete"],
        total["numbers"],
    )
    assert [{"currencyCode": "USD", "amount": "1.00"}] == total["costs"]["totals"]
    assert 3 == cli("audit", "--projects", "projects.toml", "--fail-on", "error").code


def test_one_that_fails_is_told_and_the_rest_is_shown(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The exit code says that something is missing, and stderr what.
    """
    monkeypatch.setenv("THE_OTHER", "some-wrong-secret")

    shown = cli("audit", "--projects", "projects.toml")
    reported = cli("--jsonl", "audit", "--projects", "projects.toml")

    assert 1 == shown.code == reported.code
    assert "no report for beta-2: " in shown.err
    assert "failed: AuthenticationError" in shown.out
    assert shown.out.startswith("alpha: no errors, 1 warning on 1 of 1 number; ")
    failures = [line for line in map(json.loads, reported.lines) if line["kind"] == "failure"]
    assert [("beta-2", "AuthenticationError")] == [
        (failure["projectId"], failure["error"]) for failure in failures
    ]
    for text in (shown.out, shown.err, reported.out, reported.err):
        assert "some-wrong-secret" not in text
        assert SECRET not in text


def test_a_secret_that_is_not_there_is_named(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    All variables that are missing are reported at once, and nothing is sent.
    """
    monkeypatch.delenv("SINCH_KEY_SECRET_ALPHA")
    monkeypatch.delenv("THE_OTHER")

    ended = cli("audit", "--projects", "projects.toml")

    assert (2, "") == (ended.code, ended.out)
    assert "SINCH_KEY_SECRET_ALPHA, THE_OTHER" in ended.err
    assert [] == sandbox.calls


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("project_id,key_id\n", "at least one project"),
        ("project_id\nalpha\n", "a column key_id"),
        ("project_id,key_id\nalpha,\n", "line 2, key_id: expected a value"),
        ("project_id,key_id\n../x,key\n", "line 2, project_id"),
        ("project_id,key_id\nalpha,a:b\n", "line 2, key_id"),
        ("project_id,key_id\nalpha,key\nalpha,key\n", "line 3, project_id"),
        ("project_id,key_id,key_secret\nalpha,key,hunter2-hunter2\n", "one of project_id"),
        ("project_id,key_id,key_secret_env\nalpha,key,hunter2-hunter2\n", "environment variable"),
        ("project_id,key_id,expect\nalpha,key,none.csv\n", "none.csv"),
    ],
)
def test_a_file_that_is_wrong_sends_nothing(
    content: str, problem: str, sandbox: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    It is a usage error with a place, and a secret that strayed into it is not repeated.
    """
    (tmp_path / "projects.csv").write_text(content)

    ended = cli("audit", "--projects", "projects.csv")

    assert (2, "") == (ended.code, ended.out)
    assert problem in ended.err
    assert "hunter2" not in ended.err
    assert [] == sandbox.calls


@pytest.mark.parametrize(
    "argv",
    [
        ["--sandbox", "audit", "--projects", "projects.toml"],
        ["--project", "alpha", "audit", "--projects", "projects.toml"],
        ["audit", "--projects", "projects.toml", "--expect", "lists/beta.csv"],
        ["--sandbox", "--sandbox-projects", "2", "audit", "--expect", "lists/beta.csv"],
    ],
)
def test_what_does_not_go_together_is_refused(argv: list[str], sandbox: Sandbox, cli: Run) -> None:
    """
    Two ways to say which project it is are one too many.
    """
    ended = cli(*argv)

    assert 2 == ended.code
    assert "for one project" in ended.err or "cannot be combined" in ended.err
    assert [] == sandbox.calls
