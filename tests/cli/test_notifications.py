"""Notifications and job summaries of the audit command."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]
UNREACHABLE = "json://127.0.0.1:1/s3cret"


@pytest.mark.slow
def test_a_failed_notification_changes_no_result(
    sandbox: Sandbox, cli: Run, tmp_path: Path
) -> None:
    """
    The files and the printed report are the same; the exit code is 12, unless there is a worse.
    """
    sandbox.project().add_active(phone_number="+12025550101")
    report = tmp_path / "report.json"
    files = ("--output", "-", "--output", str(report))

    plain = cli("audit", *files)
    expected = json.loads(report.read_text())
    ended = cli("audit", *files, "--notify", UNREACHABLE)

    assert (0, 12) == (plain.code, ended.code)
    assert "notification 1 (JSON) was not sent" in ended.err
    assert "s3cret" not in ended.err + ended.out
    assert plain.lines[0] == ended.lines[0]
    assert expected["findings"] == json.loads(report.read_text())["findings"]


@pytest.mark.slow
def test_the_result_of_the_audit_wins(sandbox: Sandbox, cli: Run) -> None:
    """
    Findings have their exit code, and without a new error nothing is sent.
    """
    sandbox.project().add_active(phone_number="+12025550101")

    assert 3 == cli("audit", "--fail-on", "warning", "--notify", UNREACHABLE).code
    assert 0 == cli("audit", "--notify-on", "new-error", "--notify", UNREACHABLE).code


def test_an_audit_without_a_report_is_sent(sandbox: Sandbox, cli: Run) -> None:
    """
    An error that ends the audit is sent, also with --notify-on new-error, and its code is kept.
    """
    sandbox.faults.add("403", path="activeNumbers")

    ended = cli("audit", "--notify-on", "new-error", "--notify", UNREACHABLE)

    assert 8 == ended.code
    assert "notification 1 (JSON) was not sent" in ended.err


def test_urls_come_from_the_environment(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The variable has any number of URLs, and an invalid one is a usage error that hides it.
    """
    monkeypatch.setenv("SINCH_NOTIFY_URLS", f"{UNREACHABLE} {UNREACHABLE}\n")
    ended = cli("audit")
    assert 12 == ended.code
    assert "notification 2 (JSON) was not sent" in ended.err
    before = len(sandbox.calls)
    monkeypatch.setenv("SINCH_NOTIFY_URLS", "nonsense://s3cret")

    rejected = cli("audit")

    assert (2, "") == (rejected.code, rejected.out)
    assert "SINCH_NOTIFY_URLS: expected URLs that apprise supports" in rejected.err
    assert "s3cret" not in rejected.err
    option = cli("audit", "--notify", "nonsense://s3cret")
    assert "--notify: expected URLs that apprise supports" in option.err
    assert before == len(sandbox.calls)


def test_a_summary_is_written_as_markdown(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """
    --output summary.md has the health first, and the findings.
    """
    sandbox.project().add_active(phone_number="+12025550101")

    assert 0 == cli("audit", "--output", str(tmp_path / "summary.md")).code

    lines = (tmp_path / "summary.md").read_text().splitlines()
    assert lines[0].startswith("# sandbox: no errors, 1 warning on 1 of 1 number; ")
    assert any("+12025550101" in line for line in lines)


def test_github_gets_a_masked_job_summary(
    sandbox: Sandbox, cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    In GitHub Actions the summary is appended to the job's, with masked numbers.
    """
    sandbox.project().add_active(phone_number="+12025550101")
    summary = tmp_path / "step.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    assert 0 == cli("audit").code

    text = summary.read_text()
    assert text.startswith("before\n# sandbox: ")
    assert "+1••••••••01" in text
    assert "2025550101" not in text
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))  # a directory
    ended = cli("audit")
    assert 0 == ended.code
    assert "$GITHUB_STEP_SUMMARY could not be written" in ended.err
