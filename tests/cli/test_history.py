"""The history of audits on the command line: changes, waivers, and the commands `history`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from products import every

from sinch_numbers.cli._shared.histories import RunName, run_name
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]
ONE, OTHER = "+12025550101", "+12025550102"
LINK = {"smsConfiguration": {"servicePlanId": "plan", "campaignId": "C1"}}


@pytest.fixture
def home(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current directory of the commands, of a project with an unused number."""
    sandbox.project().add_active(phone_number=ONE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def changed(home: Path, sandbox: Sandbox, cli: Run) -> Path:
    """Return the directory after two audits, between which a number was added."""
    assert 0 == cli("audit").code
    sandbox.project().add_active(phone_number=OTHER)
    return home


def parsed(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_an_audit_shows_what_has_changed(changed: Path, cli: Run) -> None:
    """The second audit names its predecessor, and counts new findings, numbers and cost."""
    out = cli("audit", "--details", "changes").out

    assert "Since run 1 of " in out
    assert "1 new finding, 1 number added, USD +0.50 a month" in out
    assert OTHER in out[out.index("New findings") :]


def test_an_audit_can_be_compared_with_any_run(changed: Path, cli: Run) -> None:
    """`--since` names a run by number, or by a time; without changes, the output says so."""
    cli("audit")
    assert "Since run 2 of" in cli("audit").out
    assert "no changes" in cli("audit", "--since", "last").out
    assert "Since run 1 of" in cli("audit", "--since", "1").out
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert "Since run 5 of" in cli("audit", "--since", today).out


def test_runs_that_do_not_exist_are_rejected(home: Path, sandbox: Sandbox, cli: Run) -> None:
    """A run that does not exist is a usage error, before any number is read."""
    for argv in (["--since", "4"], ["--baseline", "last"]):
        ended = cli("audit", *argv)
        assert 2 == ended.code
        assert f"{argv[0]}: expected a complete run of project sandbox, which has none" in (
            ended.err
        )
    assert not any("activeNumbers" in call for call in sandbox.calls)


def test_an_audit_fails_on_new_findings_only(changed: Path, cli: Run) -> None:
    """`--fail-on new-warning` fails once for a new finding, then not any more."""
    assert [3, 0] == [cli("audit", "--fail-on", "new-warning").code for _ in range(2)]
    assert 0 == cli("audit", "--fail-on", "new-error").code
    assert 3 == cli("audit", "--fail-on", "warning").code


def test_without_history_nothing_is_stored(home: Path, state: Path, cli: Run) -> None:
    """`--no-history` neither stores nor compares, and contradicts options that need a history."""
    assert 0 == cli("audit", "--no-history").code
    assert not (state / "sinch-numbers" / "audits.db").exists()
    for argv in (["--since", "last"], ["--baseline", "1"], ["--fail-on", "new-error"]):
        ended = cli("audit", "--no-history", *argv)
        assert 2 == ended.code
        assert "--no-history cannot be combined with" in ended.err


def test_a_history_that_cannot_be_used_does_not_stop_an_audit(
    home: Path, state: Path, cli: Run
) -> None:
    """If the user's file is damaged, the audit is reported without changes, on stderr as well."""
    path = state / "sinch-numbers" / "audits.db"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database" * 100)
    ended = cli("audit")
    assert 0 == ended.code
    assert "this audit is not compared with earlier ones: cannot use the store" in ended.err
    assert "unused" in ended.out
    assert 1 == cli("audit", "--since", "last").code
    assert 1 == cli("--store", str(path), "audit").code


@pytest.mark.slow
def test_a_sandbox_has_a_history_only_in_a_named_store(home: Path, state: Path, cli: Run) -> None:
    """Audits of a throwaway sandbox are stored only where `--store` says."""
    sandbox = ("--sandbox", "--sandbox-numbers", "3")
    assert "Changes" not in cli(*sandbox, "audit").out
    ended = cli(*sandbox, "audit", "--since", "last")
    assert 2 == ended.code
    assert "a sandbox has no history: name a file for it with --store" in ended.err
    named = (*sandbox, "--store", str(home / "a.db"))
    assert "this is the first complete audit" in cli(*named, "audit").out
    assert "Since run 1" in cli(*named, "audit").out
    assert 2 == len(parsed(cli(*named, "history", "list", "--jsonl").out))
    assert not state.exists()


def test_waivers_are_listed_and_expire(home: Path, cli: Run) -> None:
    """Waived findings are counted, listed on request, and do not fail the audit."""
    path = home / "waivers.toml"
    path.write_text(f'[[waivers]]\nrule = "unused"\nnumber = "{ONE}"\nreason = "for Easter"\n')
    ended = cli("audit", "--waivers", str(path), "--details", "waived", "--fail-on", "info")
    assert 0 == ended.code
    assert "Waived: 1 finding" in ended.out
    assert "for Easter" in ended.out
    lines = parsed(cli("--jsonl", "audit", "--waivers", str(path)).out)
    assert ["waived", "summary"] == [line["kind"] for line in lines]

    path.write_text(path.read_text() + "expires = 2020-01-01\n")
    ended = cli("audit", "--waivers", str(path), "--fail-on", "new-warning")
    assert 3 == ended.code
    assert "waiver-expired" in ended.out


def test_a_bad_waiver_file_is_rejected_before_a_request(
    home: Path, sandbox: Sandbox, cli: Run
) -> None:
    """A malformed file is a usage error with its line and the valid keys; nothing is sent."""
    (home / "waivers.toml").write_text('[[waivers]]\nrule = "unused"\nbecause = "x"\n')
    before = len(sandbox.calls)
    ended = cli("audit", "--waivers", "waivers.toml")
    assert 2 == ended.code
    assert "waivers.toml, line 3: expected one of the keys rule, number, reason" in ended.err
    assert before == len(sandbox.calls)


def test_a_baseline_accepts_what_was_there(changed: Path, cli: Run) -> None:
    """`--baseline 1` waives the findings of run 1, and leaves the new one."""
    lines = parsed(cli("--jsonl", "audit", "--baseline", "1").out)
    assert [("finding", OTHER), ("waived", ONE)] == [
        (line["kind"], line["phoneNumber"])
        for line in lines
        if line["kind"] in ("finding", "waived")
    ]


def test_runs_are_listed_shown_and_compared(changed: Path, cli: Run) -> None:
    """`history` lists runs, shows findings with their age, and compares two runs."""
    cli("audit")
    listed = parsed(cli("--jsonl", "history", "list").out)
    assert [2, 1] == [run["run"] for run in listed]
    assert {"info": 0, "warning": 2, "error": 0} == listed[0]["counts"]
    assert [1] == [run["run"] for run in parsed(cli("--jsonl", "history", "list").out)[1:]]

    (shown,) = parsed(cli("--jsonl", "history", "show", "1").out)
    assert [ONE] == [one["finding"]["phoneNumber"] for one in shown["findings"]]
    assert "0 days" in cli("history", "show").out

    (difference,) = parsed(cli("--jsonl", "history", "diff", "1").out)
    assert [OTHER] == [one["phoneNumber"] for one in difference["added"]]
    assert "1 number added" in cli("history", "diff", "1", "2").out
    assert "no changes" in cli("history", "diff", "2").out
    ended = cli("history", "diff", "2", "1")
    assert 2 == ended.code
    assert "SINCE: expected a run before run 1, got 2" in ended.err


def test_the_trend_shows_first_and_last_values(changed: Path, cli: Run) -> None:
    """`history trend` has a line for numbers, findings and each currency."""
    cli("audit")
    out = cli("history", "trend").out
    assert "Numbers   ▁█  1 -> 2" in out
    assert "Warnings  ▁█  1 -> 2" in out
    assert "USD       ▁█  0.5 -> 1" in out


def test_old_runs_are_removed_after_confirmation(changed: Path, cli: Run) -> None:
    """`history prune` asks, and keeps the latest run."""
    for _ in range(3):
        cli("audit")
    assert 2 == cli("history", "prune").code
    assert 2 == cli("history", "prune", "--keep", "1").code
    assert 1 == cli("history", "prune", "--keep", "1", typed="n\n").code
    assert "Removed 0 runs." in cli("history", "prune", "--older-than-days", "1", "--yes").out
    assert "Removed 3 runs." in cli("history", "prune", "--keep", "1", typed="y\n").out
    assert [4] == [run["run"] for run in parsed(cli("--jsonl", "history", "list").out)]
    assert "no changes" in cli("audit").out


def test_a_history_that_does_not_exist_is_not_created(home: Path, state: Path, cli: Run) -> None:
    """`history` of a mistyped path is a usage error, and creates no file."""
    ended = cli("--store", str(home / "typo.db"), "history", "list")
    assert 2 == ended.code
    assert "it is created by the first audit" in ended.err
    assert not (home / "typo.db").exists()


@pytest.mark.slow
def test_several_projects_have_their_own_runs(home: Path, cli: Run) -> None:
    """With several projects, each one is compared with its own last run."""
    argv = ("--sandbox", "--sandbox-numbers", "2", "--sandbox-projects", "2", "--store", "a.db")
    cli(*argv, "audit")
    out = cli(*argv, "audit").out
    assert 2 == out.count("Since run 1 of")


@every(
    "text, expected",
    [
        ("last", "last"),
        ("LAST", "last"),
        ("12", 12),
        ("2026-03-14", datetime(2026, 3, 14, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2026-03-14T06:00", datetime(2026, 3, 14, 6, tzinfo=UTC)),
        ("2026-03-14T06:00+02:00", datetime(2026, 3, 14, 4, tzinfo=UTC)),
    ],
)
def test_runs_are_named(text: str, expected: object) -> None:
    """A run has a number or a time; a date means the end of that day in UTC."""
    assert RunName(expected) == run_name(text)  # type: ignore[arg-type]  # of one of its three types


@every("text", ["", "0", "-1", "first", "14.3.2026", "1.5", "2026-02-30"])
def test_other_names_of_runs_are_rejected(text: str) -> None:
    """Anything else is a usage error that names the valid forms."""
    with pytest.raises(typer.BadParameter, match="must be 'last', the number of a run, or a date"):
        run_name(text)
