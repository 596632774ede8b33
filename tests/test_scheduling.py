"""Recipes that schedule audits: run against a sandbox, or linted."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from sinch_numbers.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
RECIPES = ROOT / "tools" / "scheduling"
PAGE = ROOT / "docs" / "operations" / "scheduling.md"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
UNITS = ("sinch-numbers-audit.service", "sinch-numbers-audit.timer")
SCRIPTS = Path(sys.executable).parent

pytestmark = [pytest.mark.slow, pytest.mark.posix]


_sandboxes: list[Sandbox] = []


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the environment of a job, whose PATH has the command and the script."""
    programs = tmp_path / "bin"
    programs.mkdir()
    command = programs / "sinch-numbers"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sinch_numbers "$@"\n')
    command.chmod(0o755)
    (programs / "nightly-audit.sh").symlink_to(RECIPES / "nightly-audit.sh")
    with Sandbox(numbers=0, stock=0) as sandbox:
        sandbox.project().add_active(phone_number="+12025550101")
        _sandboxes[:] = [sandbox]
        yield {
            "HOME": str(tmp_path),
            "PATH": f"{programs}:{os.defpath}",
            "PYTHONPATH": str(ROOT),
            **sandbox.environment,
        }


def run(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def cron_lines() -> tuple[dict[str, str], list[list[str]]]:
    lines = (RECIPES / "crontab").read_text().splitlines()
    used = [line for line in lines if line and not line.startswith("#")]
    settings = dict(line.split("=", 1) for line in used if re.match(r"[A-Z]+=", line))
    return settings, [line.split(maxsplit=5) for line in used if not re.match(r"[A-Z]+=", line)]


def test_the_job_of_cron_audits_a_project(environment: dict[str, str], tmp_path: Path) -> None:
    """
    The line of the crontab runs as cron runs it, writes reports, and exits with the audit's code.
    """
    settings, ((*times, command),) = cron_lines()
    assert 5 == len(times)
    assert all(re.fullmatch(r"\*|\d{1,2}", time) for time in times)
    assert "%" not in command  # cron replaces it by a line break
    assert "/bin/sh" == settings["SHELL"]
    directory = tmp_path / ".config" / "sinch-numbers"
    directory.mkdir(parents=True)
    secret = [f"export {name}='{value}'" for name, value in environment.items() if "SINCH" in name]
    (directory / "environment").write_text("\n".join(secret))
    minimal = {name: value for name, value in environment.items() if "SINCH" not in name}

    first = run(command, minimal)
    failed = {"scheduledProvisioning": {"servicePlanId": "plan", "status": "FAILED"}}
    _sandboxes[0].project().add_active(phone_number="+12025550102", sms_configuration=failed)
    second = run(command, minimal)

    assert (0, "", "") == (first.returncode, first.stdout, first.stderr)
    assert (3, "", "") == (second.returncode, second.stdout, second.stderr)  # a new error
    audits = tmp_path / "audits"
    (report,) = audits.glob("*.json")
    assert 2 == json.loads(report.read_text())["numbers"]
    assert {".html", ".json", ".md", ".txt", ".sqlite"} <= {one.suffix for one in audits.iterdir()}
    assert {0o600} == {one.stat().st_mode & 0o777 for one in audits.iterdir()}


def test_old_reports_are_removed(environment: dict[str, str], tmp_path: Path) -> None:
    """
    Reports older than 30 days are removed, and nothing else.
    """
    audits = tmp_path / "audits"
    audits.mkdir()
    for name in ("2020-01-01.html", "2020-01-01.json", "notes.txt"):
        (audits / name).touch()
        os.utime(audits / name, (0, 0))

    assert run(f"nightly-audit.sh '{audits}'", environment).returncode in (0, 3)

    assert {"notes.txt"} == {one.name for one in audits.iterdir() if one.stat().st_mtime == 0}
    assert 2 == run("nightly-audit.sh", environment).returncode  # the usage


def parsed(directory: Path) -> None:
    """Check that units have the sections and keys that systemd needs."""
    units = {}
    for name in UNITS:
        units[name] = configparser.ConfigParser(strict=False, interpolation=None)
        units[name].optionxform = str  # type: ignore[method-assign, assignment]
        units[name].read(directory / name)
    service, timer = (units[name] for name in UNITS)
    assert {"Unit", "Service"} == set(service.sections())
    assert {"Unit", "Timer", "Install"} == set(timer.sections())
    assert "oneshot" == service["Service"]["Type"]
    assert "timers.target" == timer["Install"]["WantedBy"]


def verified(directory: Path) -> None:
    """Let systemd check the units."""
    units = [str(directory / name) for name in UNITS]
    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    # Of other units on the machine, systemd may complain as well.
    assert "" == "\n".join(line for line in ended.stderr.splitlines() if "sinch-numbers" in line)
    assert 0 == ended.returncode


CHECKS = [parsed, *([verified] if shutil.which("systemd-analyze") else [])]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_units_of_systemd_are_valid(check: Callable[[Path], None], tmp_path: Path) -> None:
    """
    Service and timer have no unknown key or value, and the service starts the script.
    """
    for name in UNITS:
        text = (RECIPES / name).read_text()
        script = str(RECIPES / "nightly-audit.sh")
        assert text.count("/usr/local/bin/nightly-audit.sh") == name.endswith(".service")
        text = text.replace("/usr/local/bin/nightly-audit.sh", script)
        (tmp_path / name).write_text(text)

    check(tmp_path)


def test_workflows_fit_the_schema() -> None:
    """
    All workflows are valid by the schema of GitHub Actions, and the audit has no secret inline.
    """
    schema = ("--builtin-schema", "vendor.github-workflows")
    ended = subprocess.run(
        [SCRIPTS / "check-jsonschema", *schema, *WORKFLOWS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == ended.returncode, ended.stdout
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "audit.yml").read_text())
    (job,) = workflow["jobs"].values()
    variables = job["steps"][-1]["env"]
    assert {"SINCH_KEY_SECRET", "SINCH_NOTIFY_URLS"} <= {
        name for name, value in variables.items() if value.startswith("${{ secrets.")
    }


def test_the_container_file_is_clean() -> None:
    """
    Hadolint finds nothing, and the container runs without root and without secrets.
    """
    file = RECIPES / "Containerfile"
    ended = subprocess.run(
        [SCRIPTS / "hadolint", "--no-color", file], capture_output=True, text=True, check=False
    )
    assert (0, "") == (ended.returncode, ended.stdout)
    text = file.read_text()
    assert re.search(r"^USER [1-9]\d*$", text, re.MULTILINE)
    assert "SECRET" not in text


@pytest.mark.parametrize("name", ["nightly-audit.sh", "crontab", *UNITS, "Containerfile"])
def test_the_page_names_each_recipe(name: str) -> None:
    """
    The page about scheduling has each recipe, with how it was tested.
    """
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    (row,) = [line for line in rows if f"`tools/scheduling/{name}`" in line]
    assert re.search(r"\| (run|linted|not tried)[^|]*\|$", row)


def test_options_of_the_recipes_exist() -> None:
    """
    Each option in a recipe is one of the audit command.
    """
    from typer.main import get_command

    from sinch_numbers.cli._app import app

    command = get_command(app).commands["audit"]  # type: ignore[attr-defined]  # a group
    known = {option for one in command.params for option in one.opts}
    texts = [
        (RECIPES / "nightly-audit.sh").read_text(),
        (RECIPES / "Containerfile").read_text().partition("CMD")[2],
        (ROOT / ".github/workflows/audit.yml").read_text().partition("run: sinch-numbers")[2],
    ]
    used = {option for text in texts for option in re.findall(r"(?<=[ \"])--[a-z-]+", text)}
    assert used
    assert set() == used - known
