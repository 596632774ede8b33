"""Errors of commands name the option, argument, variable, or file that the user wrote."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from products import sampled

import sinch_numbers
from sinch_numbers.cli._app import app
from sinch_numbers.cli._shared.errors import sentence
from sinch_numbers.cli._shared.written_names import _PARAMETERS, spelled
from sinch_numbers.errors import AuthenticationError, InvalidArgumentError, PermissionDeniedError
from sinch_numbers.operations import Plan, save_plan
from sinch_numbers.sandbox import Sandbox

from .conftest import Ended

pytestmark = pytest.mark.sandbox

Run = Callable[..., Ended]
NUMBER = "+12025550134"
AVAILABLE = "+12025550135"
BAD = "bad\udc80"
"""Not valid UTF-8, as a shell can pass it: no option accepts it as a text, number, or word."""
FILES = frozenset(
    (
        "--config",
        "--expect",
        "--from",
        "--output",
        "--plan",
        "--projects",
        "--record",
        "--results",
        "--resume",
        "--waivers",
        "PLAN",
    )
)
"""Options whose errors name the file instead."""
LEFT_OUT = frozenset((("sandbox",), ("webhooks", "listen")))
"""Commands that run until Ctrl-C."""
LETTER = {
    "authorisedPerson": {"firstName": "A", "lastName": "B", "email": "a@example.net"},
    "address": {
        "buildingNumber": "77",
        "street": "Harbor Way",
        "city": "Portland",
        "state": "OR",
        "postalCode": "97209",
        "country": "US",
    },
    "currentVoiceCarrier": "Example Telecom",
}
VALUES = {
    "--campaign": "C1",
    "--city": "Boston",
    "--display-name": "Front desk",
    "--code": "1234",
    "--letter": "letter.json",
    "--postal-code": "02101",
    "--reason": "checked",
    "--region": "us",
    "--sms-plan": "plan",
    "--street": "Main St",
    "--street-number": "1",
    "--type": "local",
    "FILE": "letter.json",
    "ID": "01k",
    "NUMBER": NUMBER,
    "ORDER": "01k",
    "METHOD": "GET",
    "PATH": "/activeNumbers",
    "PLAN": "plan.json",
    "SINCE": "1",
}
"""Valid values of options and arguments that are required."""
OTHERS = {
    ("plan",): {"FILE": "desired.csv"},
    ("rent",): {"NUMBER": AVAILABLE},
    ("hosting", "list"): {"--type": "import", "--state": "completed"},
    ("qualified", "list"): {"--state": "verified"},
    ("emergency", "provision"): {"--state": "MA"},
    ("emergency", "validate"): {"--state": "MA"},
}
"""Valid values where an option of a command has its own ones."""
TOGETHER = {
    ("update",): ["--sms-plan", "plan"],
    ("imported", "update"): ["--sms-plan", "plan"],
    ("buy",): ["--region", "us", "--type", "local"],
    ("orders", "create"): ["--quantity", "1"],
    ("orders", "order"): ["--quantity", "1", "--no-check"],
}
"""Options that a command requires although it doesn't declare that."""


WITH_NUMBER = frozenset((("release",), ("update",), ("wait",)))
"""Commands whose number is not required by its declaration, since it can be in a file."""


def leaves(group: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, *path, name)
        elif (*path, name) not in LEFT_OUT:
            yield (*path, name), command


def words(path: tuple[str, ...], command: Any, wrong: Any) -> list[str]:
    """Return the arguments of a command that are valid but for the parameter *wrong*."""
    options: list[str] = []
    arguments: list[str] = []
    for parameter in command.params:
        name = spelled(parameter)
        if parameter is wrong:
            value = "letter.json/x.csv" if name in FILES or path == ("plan",) else BAD
        elif parameter.required:
            value = OTHERS.get(path, {}).get(name) or VALUES[name]
        else:
            continue
        if parameter.param_type_name == "option":
            options += [name, value]
        else:
            arguments.append(value)
    if path in WITH_NUMBER and spelled(wrong) not in ("NUMBER", "--from"):
        arguments.append(NUMBER)
    together = TOGETHER.get(path, [])
    if spelled(wrong) in together:
        at = together.index(spelled(wrong))
        together = [*together[:at], *together[at + 2 :]]
    elif spelled(wrong) == "NUMBER":
        together = [one for one in together if one not in ("--quantity", "1")]
    confirmed = ["--yes"] if any("--yes" in one.opts for one in command.params) else []
    return [*path, *options, *together, *confirmed, *arguments]


@pytest.mark.slow
def test_every_option_with_a_value_is_named(
    sandbox: Sandbox, cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad value of any option or argument of any command is reported by its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    Path("letter.json").write_text(json.dumps({"directLoaInfo": LETTER}), encoding="utf-8")
    Path("desired.csv").write_text(f"phone_number\n{NUMBER}\n")
    plan = Plan(project_id="sandbox", origin="http://localhost", created_at=datetime.now(UTC))
    save_plan(plan, "plan.json")
    sandbox.project().add_active(phone_number=NUMBER)
    sandbox.project().add_available(phone_number=AVAILABLE)
    wrong: list[str] = []
    count = 0
    for path, command in leaves(typer.main.get_command(app)):
        for parameter in command.params:
            if getattr(parameter, "is_flag", False):
                continue
            count += 1
            name = spelled(parameter)
            argv = words(path, command, parameter)
            ended = cli(*argv)
            text = " ".join(ended.err.replace("│", " ").replace("─", "").split())
            named = name in text or "letter.json/x.csv" in text
            if ended.code == 0 or not named or "Traceback" in text:
                wrong.append(f"{argv}: exit code {ended.code}, {text[-300:]}")

    print("\n".join(wrong))
    assert [] == wrong
    assert count > 200


@pytest.mark.parametrize(
    ("argv", "named"),
    [
        (["--store", "redis://host", "get", NUMBER], "--store: expected a path"),
        (["--store", f"{__file__}/x.db", "operations", "list"], "(--store): "),
        (["--proxy", "ftp://host", "get", NUMBER], "--proxy: expected an http or https URL"),
        (["--ca-bundle", "missing.pem", "get", NUMBER], "--ca-bundle: expected a readable file"),
        (["--project", "a/b", "get", NUMBER], "--project: expected letters"),
        (["--timeout", "1e12", "get", NUMBER], "--timeout: expected"),
        (["--mode", "9", "get", NUMBER], "'--mode'"),
        (["audit", "--expect", "missing.csv"], "missing.csv: expected a readable file"),
        (["audit", "--projects", "missing.toml"], "missing.toml: expected a readable file"),
        (["audit", "--rules", "missing.module:x"], "--rules: expected"),
        (["audit", "--stuck-hours", "9" * 30], "--stuck-hours"),
        (["audit", "--ends-within-days", "9" * 30], "--ends-within-days"),
        (["orders", "register", "01k", "missing.json"], "FILE"),
        (["orders", "upload", "01k", "x", "missing.pdf"], "missing.pdf"),
        (["webhooks", "queue", "--state", "x"], "--state"),
    ],
)
def test_global_options_and_files_are_named(
    sandbox: Sandbox, cli: Run, argv: list[str], named: str
) -> None:
    """Also where the error is raised by the client or the store."""
    sandbox.project().add_active(phone_number=NUMBER)
    ended = cli(*argv)

    assert ended.code != 0
    assert named in ended.err


VARIABLES = {
    "SINCH_PROJECT_ID": "a/b",
    "SINCH_KEY_ID": "a:b",
    "SINCH_KEY_SECRET": "secret\n",
    "SINCH_NUMBERS_URL": "ftp://host",
    "SINCH_IMPORTED_NUMBERS_URL": "ftp://host",
    "SINCH_AUTH_URL": "ftp://host",
    "SINCH_PROXY": "ftp://host",
    "SINCH_CA_BUNDLE": "missing.pem",
    "SINCH_STORE": "redis://host",
    "SINCH_PROFILE": "missing",
    "SINCH_HMAC_SECRET": "secret\n",
    "SINCH_LOG": "loud",
    "SINCH_NOTIFY_URLS": "nonsense://host",
    "SINCH_UVLOOP": "maybe",
}
"""A bad value of each environment variable."""
ELSEWHERE = frozenset(("SINCH_HMAC_SECRET", "SINCH_LOG", "SINCH_NOTIFY_URLS", "SINCH_UVLOOP"))
"""Variables that the command `get` doesn't read: tested below, and where they are used."""


def test_every_variable_has_a_bad_value() -> None:
    """The table has every variable that the package reads by name."""
    package = Path(sinch_numbers.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    named = {name for text in texts for name in re.findall(r'"(SINCH_[A-Z_]+[A-Z])"', text)}

    assert named == VARIABLES.keys()


@pytest.mark.parametrize("variable", sorted(VARIABLES.keys() - ELSEWHERE))
def test_every_variable_is_named(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """A bad value of an environment variable is reported by the name of the variable."""
    monkeypatch.setenv(variable, VARIABLES[variable])
    ended = cli("get", NUMBER)

    assert 2 == ended.code
    assert ended.err.startswith(f"sinch-numbers: {variable}: expected ")


def test_an_unusable_store_is_named_by_its_variable(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The path can be opened only when the store is used."""
    (tmp_path / "x.db").write_text("not a database, but a text of some length", encoding="utf-8")
    monkeypatch.setenv("SINCH_STORE", str(tmp_path / "x.db"))
    ended = cli("operations", "list")

    assert 1 == ended.code
    assert f"cannot use the store {tmp_path / 'x.db'} (SINCH_STORE): " in ended.err


def test_the_signing_secret_is_named_by_its_variable(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without quoting it."""
    monkeypatch.setenv("SINCH_HMAC_SECRET", VARIABLES["SINCH_HMAC_SECRET"])
    ended = cli("callback", "set")

    assert 2 == ended.code
    assert ended.err.startswith("sinch-numbers: SINCH_HMAC_SECRET: expected ")
    assert "secret\\n" not in ended.err


def test_all_missing_credentials_are_named(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the option for the project, and the sandbox."""
    for name in ("SINCH_PROJECT_ID", "SINCH_KEY_ID", "SINCH_KEY_SECRET"):
        monkeypatch.delenv(name, raising=False)
    ended = cli("get", NUMBER)

    assert 8 == ended.code
    assert (
        "sinch-numbers: missing credentials: set SINCH_PROJECT_ID (or --project), SINCH_KEY_ID "
        "and SINCH_KEY_SECRET, or run sinch-numbers configure; to try it without an account, use "
        "--sandbox\n"
    ) == ended.err


def test_a_wrong_project_and_a_wrong_key_get_the_same_advice(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """403 and 401: each of the three may be wrong."""
    project = cli("--project", "elsewhere", "get", NUMBER)
    monkeypatch.setenv("SINCH_KEY_SECRET", "wrong")
    key = cli("get", NUMBER)

    advice = "check SINCH_PROJECT_ID (or --project), SINCH_KEY_ID and SINCH_KEY_SECRET: the key "
    for ended in (project, key):
        assert 8 == ended.code
        assert advice in ended.err
        assert 1 == ended.err.count("check ")


def test_the_advice_of_an_audit_names_the_file_of_projects() -> None:
    """The keys are in that file, not in the usual variables."""
    command = typer.main.get_command(app)
    context: Any = type("Context", (), {"params": {"projects": Path("projects.toml")}})()
    for cls, status in ((AuthenticationError, 401), (PermissionDeniedError, 403)):
        text = sentence(cls("", status=status), context)
        assert "check the project and its key in projects.toml" in text
        assert "SINCH_KEY_ID" not in text
    assert command.name == "sinch-numbers"


@pytest.mark.parametrize(
    "argv",
    sampled(
        [
            ["get", "x" * 10_000_000],
            ["list", "--limit", "x" * 10_000_000],
            ["list", "--region", "x" * 10_000_000],
            ["list", "--type", "x" * 10_000_000],
            ["list", "--" + "x" * 100_000],  # Typer looks for similar names
            ["x" * 100_000],
            ["get", NUMBER, "x" * 10_000_000],
            ["--store", "redis:" + "x" * 10_000_000, "get", NUMBER],
            ["audit", "--expect", "x" * 10_000_000 + ".csv"],
            ["audit", "--output", "x" * 10_000_000],
            ["orders", "register", "01k", "x" * 10_000_000],
            ["orders", "get", "x" * 10_000_000],
        ],
        3,
    ),
    ids=lambda argv: " ".join(one[:12] for one in argv),
)
def test_a_long_value_does_not_make_a_long_message(
    sandbox: Sandbox, cli: Run, argv: list[str]
) -> None:
    """Up to ten million characters of an option are shortened in the middle."""
    ended = cli(*argv)

    assert ended.code != 0
    assert len(ended.err) < 10_000


def test_aliases_name_parameters_that_exist() -> None:
    """A renamed option must not lose its name in errors."""
    root = typer.main.get_command(app)
    commands = [root, *(command for _, command in leaves(root))]
    existing = {parameter.name for command in commands for parameter in command.params}

    assert set() == {name for names in _PARAMETERS.values() for name in names} - existing


def test_an_argument_without_an_option_keeps_its_name() -> None:
    """Outside of a command there is no other name."""
    error = InvalidArgumentError("phone_number", "a number", "x")

    assert "phone_number: expected a number, got 'x'" == sentence(error)


@pytest.mark.slow
@pytest.mark.parametrize(("variable", "value"), [("SINCH_LOG", "loud"), ("SINCH_UVLOOP", "maybe")])
def test_variables_of_the_process_are_named(variable: str, value: str) -> None:
    """``SINCH_LOG`` by a warning at import, ``SINCH_UVLOOP`` when a sync call starts its loop."""
    program = (
        "from sinch_numbers import SyncNumbersClient\n"
        "SyncNumbersClient('p', 'k', 's', numbers_url='http://127.0.0.1:9',"
        " auth_url='http://127.0.0.1:9', retries=0, deadline=1).available_regions.list()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={variable: value, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert f"{variable}: expected" in ended.stderr
