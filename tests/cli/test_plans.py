"""The commands plan and apply: output, files, rejections, and exit codes."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox
from sinch_numbers.testing._served import ServedSandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

DESK, OLD, NEW = "+12025550101", "+12025550102", "+12025550103"


@pytest.fixture
def desired(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Write a desired state with an update, a release, and a purchase."""
    project = sandbox.project()
    project.add_active(phone_number=DESK, display_name="Old name")
    project.add_active(phone_number=OLD)
    project.add_available(phone_number=NEW)
    path = tmp_path / "desired.csv"
    path.write_text(
        "phone_number,display_name,service_plan_id,released\n"
        f"{DESK},Desk,my-plan,\n{OLD},,,true\n{NEW},New,,\n"
    )
    return path


def written(path: Path, cli: Run, *options: str) -> Path:
    """Write the plan of *path* to a file."""
    plan = path.with_name("plan.json")
    assert 0 == cli("plan", str(path), "-o", str(plan), *options).code
    return plan


def test_a_plan_is_shown_and_written(cli: Run, desired: Path, sandbox: Sandbox) -> None:
    """Each change has a mark; the totals name the cost; nothing is changed."""
    review = desired.with_name("plan.md")

    ended = cli("plan", str(desired), "-o", str(desired.with_name("p.json")), "-o", str(review))

    assert 0 == ended.code, ended.err
    marks = {line.split()[1]: line[0] for line in ended.lines if line[0] in "+~-" and "+1" in line}
    assert {DESK: "~", OLD: "-", NEW: "+"} == marks
    assert "Plan: 1 to buy, 1 to update, 1 to release; 0 unchanged." in ended.out
    assert "Due at once: USD 1.00" in ended.out
    assert review.read_text().startswith("## Plan for project `sandbox`")
    assert [] == sandbox.ledger


def test_a_plan_on_stdout_is_the_plan_file(cli: Run, desired: Path) -> None:
    """With --json, stdout has the JSON of a plan file, which apply accepts."""
    ended = cli("--json", "plan", str(desired))
    plan = desired.with_name("plan.json")
    plan.write_text(ended.out)

    assert 3 == len(json.loads(ended.out)["plan"]["numbers"])
    assert 1 == cli("apply", str(plan), "--yes").code


def test_apply_needs_permission_for_each_kind(cli: Run, desired: Path, sandbox: Sandbox) -> None:
    """Without flags only updates are done; with them the rest, and a second plan is empty."""
    plan = written(desired, cli)
    results = desired.with_name("results.jsonl")

    part = cli("apply", str(plan), "--yes")
    ended = cli(
        *("apply", str(plan), "--yes", "--allow-buy", "--budget", "USD 1.00", "--allow-release"),
        *("--longest-pause", "0.05", "--results", str(results)),
    )

    assert (1, 2) == (part.code, part.out.count("requires allow_"))
    assert 0 == ended.code, ended.err
    found = [json.loads(line) for line in results.read_text().splitlines()]
    assert {DESK: "unchanged", OLD: "applied", NEW: "applied"} == {
        one["phone_number"]: one["outcome"] for one in found
    }
    assert "No changes: 3 numbers" in cli("plan", str(desired), "--detailed-exitcode").out
    assert 1 == sum(one.operation == "rent" for one in sandbox.ledger)


def test_the_exit_code_tells_of_changes(cli: Run, desired: Path) -> None:
    """With --detailed-exitcode, 3 means that there are changes; 7, that some are impossible."""
    assert 3 == cli("plan", str(desired), "--detailed-exitcode").code
    desired.write_text("phone_number\n+12025550199\n")
    rejected = cli("plan", str(desired), "--detailed-exitcode")

    assert (7, True) == (rejected.code, "cannot be reached" in rejected.err)


def test_all_errors_of_a_file_are_printed(cli: Run, desired: Path, sandbox: Sandbox) -> None:
    """A malformed file prints a line for each error, and sends nothing."""
    desired.write_text("phone_number,released\n1,\n2,\n+12025550101,maybe\n")

    ended = cli("plan", str(desired))

    assert 2 == ended.code
    assert ["line 2", "line 3", "line 4"] == [
        place for place in ("line 2", "line 3", "line 4") if place in ended.err
    ]
    assert [] == sandbox.calls


def test_plans_that_must_not_be_applied(cli: Run, desired: Path, sandbox: Sandbox) -> None:
    """An edited plan, one of another project, and one over the budget change nothing."""
    plan = written(desired, cli)
    edited = desired.with_name("edited.json")
    edited.write_text(plan.read_text().replace("my-plan", "other"))
    options = ["--yes", "--allow-buy"]

    cases = {
        ("apply", str(edited), "--yes"): (2, "content hash"),
        ("--project", "other", "apply", str(plan), "--yes"): (2, "a plan for project other"),
        ("apply", str(plan), *options, "--budget", "0.99"): (1, "--budget"),
        ("apply", str(plan), *options): (2, "budget"),
        ("apply", str(plan), "--yes", "--results", "x.txt"): (2, "suffix"),
        ("apply", str(plan)): (2, "--yes"),
        ("apply", str(desired), "--yes"): (2, "a plan"),
    }
    ended = {case: cli(*case) for case in cases}

    assert {case: code for case, (code, _) in cases.items()} == {
        case: one.code for case, one in ended.items()
    }
    assert [] == [case for case, (_, text) in cases.items() if text not in ended[case].err]
    assert [] == sandbox.ledger


@pytest.mark.slow
def test_the_session_of_the_guide(
    cli: Run, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands of the guide, in order, print what the guide shows."""
    guide = Path(__file__).parents[2] / "docs" / "guides" / "plan-and-apply.md"
    text = guide.read_text(encoding="utf-8")
    (desired,) = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)
    session, *_ = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    project = sandbox.project()
    project.add_active(
        phone_number="+12025550134",
        display_name="Reception",
        sms_configuration={"servicePlanId": "old-plan", "campaignId": "C007"},
        callback_url="https://hooks.example.com/numbers",
    )
    project.add_active(phone_number="+12025550135")
    project.add_available(phone_number="+12025550136")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desired.csv").write_text(desired)

    for part in session.split("$ sinch-numbers ")[1:]:
        command, _, shown = part.replace(" \\\n", " ").partition("\n")
        ended = cli(*shlex.split(command))
        assert (0, undated(shown)) == (ended.code, undated(ended.err + ended.out)), command


def undated(text: str) -> str:
    """Return *text* without dates, which depend on the day of the test."""
    return re.sub(r"\d{4}-\d\d-\d\d", "DATE", text)


@pytest.mark.slow
@pytest.mark.posix
def test_an_interrupted_apply_is_continued(tmp_path: Path) -> None:
    """Ctrl-C writes the results so far and names the next command, which does the rest once."""
    with ServedSandbox(numbers=60, stock=0, latency=0.01, provisioning=0.0) as served:
        sandbox = served.sandbox
        environment = os.environ | sandbox.environment | {"XDG_STATE_HOME": str(tmp_path)}
        rows = [
            f"{number},Name {index},{'true' if index % 3 == 0 else ''}\n"
            for index, number in enumerate(sandbox.project().active)
        ]
        (tmp_path / "d.csv").write_text("phone_number,display_name,released\n" + "".join(rows))

        def start(*words: str) -> "subprocess.Popen[str]":
            return subprocess.Popen(
                [sys.executable, "-m", "sinch_numbers", *words],
                env=environment,
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )

        apply = ("apply", "p.json", "--yes", "--allow-release", "--results", "r.jsonl")
        start("plan", "d.csv", "-o", "p.json").communicate()
        first = start(*apply, "--concurrency", "2")
        while len(sandbox.ledger) < 10:
            time.sleep(0.002)
        first.send_signal(signal.SIGINT)
        _, complaint = first.communicate()
        done = (tmp_path / "r.jsonl").read_text().count('"applied"')
        again = start(*apply)
        shown, _ = again.communicate()

        changed = Counter((one.operation, one.phone_number) for one in sandbox.ledger)
        assert (5, 0) == (first.returncode, again.returncode), complaint
        assert "to continue, run sinch-numbers apply p.json" in complaint
        assert 0 < done < 60
        assert 1 == max(changed.values())
        assert 60 > int(re.findall(r"(\d+) applied", shown)[0]) > 0
