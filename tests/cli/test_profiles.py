"""Profiles: stored by `configure`, used by all commands and by `NumbersClient.from_env`."""

import json
import os
import shlex
import stat
import sys
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import InvalidArgumentError, NumbersClient
from sinch_numbers._core import profiles
from sinch_numbers.cli._completion.profiles import profile_names
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sync import SyncNumbersClient

Run = Callable[..., Any]

NUMBER = "+12025550101"
SECRET = "canary-s3cret"
CREDENTIALS = ("SINCH_PROJECT_ID", "SINCH_KEY_ID", "SINCH_KEY_SECRET")


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty configuration directory."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "sinch-numbers" / "profiles.toml"


def written(file: Path, text: str, mode: int = 0o600) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)


@pytest.fixture
def leave(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Return a sandbox to which no variable leads."""
    for name in sandbox.environment:
        monkeypatch.delenv(name)
    return sandbox


@pytest.mark.sandbox
def test_a_profile_leads_to_a_sandbox(leave: Sandbox, cli: Run, file: Path) -> None:
    """With its URLs, project, and key; the secret is on stdin, and the file for its owner only."""
    leave.project().add_active(phone_number=NUMBER)
    environment = leave.environment
    stored = cli(
        "configure", "--project", environment["SINCH_PROJECT_ID"],
        "--key-id", environment["SINCH_KEY_ID"], "--secret-stdin",
        "--numbers-url", leave.url, "--imported-numbers-url", leave.url, "--auth-url", leave.url,
        "--timeout", "7", piped=f"{environment['SINCH_KEY_SECRET']}\n",
    )  # fmt: skip
    found = cli("--json", "get", NUMBER)

    assert (0, 0) == (stored.code, found.code), stored.err + found.err
    assert NUMBER == json.loads(found.out)["phoneNumber"]
    assert f"Stored in {file} (mode 600), the secret included, unencrypted." in stored.err
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)


@pytest.mark.sandbox
def test_the_environment_can_be_stored(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is after ``eval "$(sinch-numbers sandbox)"``."""
    sandbox.project().add_active(phone_number=NUMBER)
    assert 0 == cli("configure", "--profile", "box", "--from-env").code
    for name in sandbox.environment:
        monkeypatch.delenv(name)

    assert 0 == cli("--profile", "box", "get", NUMBER).code
    monkeypatch.setenv("SINCH_PROFILE", "box")
    assert 0 == cli("get", NUMBER).code


@pytest.mark.sandbox
def test_a_client_is_made_from_a_profile(
    leave: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sync client, too; options and variables have precedence."""
    leave.project().add_active(phone_number=NUMBER)
    values = {
        name.removeprefix("SINCH_").lower(): value for name, value in leave.environment.items()
    }
    lines = [
        f"{name} = {json.dumps(value)}"
        for name, value in values.items()
        if name in profiles.CHECKS
    ]
    written(file, "\n".join(["[profiles.box]", *lines]))
    monkeypatch.setenv("SINCH_PROFILE", "box")

    with SyncNumbersClient.from_env() as client:
        assert NUMBER == client.active_numbers.get(NUMBER).phone_number
    with SyncNumbersClient.from_env("box", project_id="other") as twin:
        assert "other" == twin.project_id
    monkeypatch.setenv("SINCH_PROJECT_ID", "variable")
    assert "variable" == NumbersClient.from_env("box").project_id


def test_options_precede_variables_and_these_the_profile(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each value by itself; those without a variable come from the profile."""
    written(file, '[profiles.default]\nproject_id = "p"\nkey_id = "k"\nauth_url = "https://a.example"\n'
                  'key_secret = "s"\ntimeout = 5\nretries = 0\nstore = "x.db"\n')  # fmt: skip
    profile = profiles.load_profile()
    assert profile is not None
    monkeypatch.setenv("SINCH_KEY_ID", "variable")

    found = profile.arguments({"timeout"})

    assert {"project_id", "auth_url", "key_secret", "retries", "store"} == set(found)
    assert None is profile.argument("project_id", option="given")
    assert "s" not in repr(profile).replace("default", "").replace("profiles", "")[-3:]


@pytest.mark.sandbox
@pytest.mark.posix
def test_a_secret_has_five_sources(
    leave: Sandbox, cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable, a command, a private file, the prompt, and stdin; the last one replaces it."""
    leave.project().add_active(phone_number=NUMBER)
    environment = leave.environment
    secret = environment["SINCH_KEY_SECRET"]
    (tmp_path / "secret").write_text(f"{secret}\n")
    (tmp_path / "secret").chmod(0o600)
    monkeypatch.setenv("ACME", secret)
    command = shlex.join([sys.executable, "-c", f"print({secret!r})"])
    urls = [
        "--numbers-url",
        leave.url,
        "--imported-numbers-url",
        leave.url,
        "--auth-url",
        leave.url,
    ]
    key = ["--project", environment["SINCH_PROJECT_ID"], "--key-id", environment["SINCH_KEY_ID"]]
    for source in (
        ["--secret-variable", "ACME"],
        ["--secret-command", command],
        ["--secret-file", str(tmp_path / "secret")],
    ):
        stored = cli("configure", *key, *urls, *source)
        assert (0, True) == (stored.code, stored.err.endswith("without a secret.\n")), stored.err
        assert 0 == cli("get", NUMBER).code, source
    monkeypatch.setattr("sinch_numbers.cli._commands.configure.getpass", lambda *_, **__: secret)
    asked = cli("configure", "--profile", "asked", *urls, typed="{}\n{}\n".format(*key[1::2]))
    assert 0 == asked.code, asked.err
    assert "Project ID: Key ID: " in asked.err
    assert 0 == cli("get", NUMBER, "--profile", "asked").code


def test_profiles_are_listed_selected_and_removed(cli: Run, file: Path) -> None:
    """Never with a secret."""
    for name in ("one", "two"):
        stored = cli("configure", "--profile", name, "--project", name, "--key-id", "k",
                     "--secret-stdin", piped=f"{SECRET}\n")  # fmt: skip
        assert 0 == stored.code, stored.err
    listed = cli("--json", "profiles", "list")
    used = cli("profiles", "use", "two")
    shown = cli("--json", "profiles", "show", "two")
    missing = cli("profiles", "show", "tow")
    unconfirmed = cli("profiles", "remove", "one")
    removed = cli("profiles", "remove", "one", "--yes")

    assert [("one", True), ("two", False)] == [
        (one["profile"], one["default"]) for one in json.loads(listed.out)
    ]
    assert (0, True) == (used.code, json.loads(shown.out)["default"])
    assert (6, True) == (missing.code, "did you mean two?" in missing.err)
    assert (2, 0) == (unconfirmed.code, removed.code)
    content = tomllib.loads(file.read_text())
    assert ["two"] == list(content["profiles"])
    assert SECRET == content["profiles"]["two"]["key_secret"]
    for ended in (listed, used, shown, removed, cli("profiles", "list")):
        assert SECRET not in ended.out + ended.err


KEY = '[profiles.default]\nproject_id = "p"\nkey_id = "k"\n'
BAD_FILES = {
    "no TOML": ("[profiles", "expected TOML ("),
    "another table": ("[profile.x]\n", "expected default_profile, and tables"),
    "no table": ("profiles = 1", "expected default_profile, and tables"),
    "unknown key": (f'{KEY}projectid = "x"', "did you mean project_id?"),
    "wrong type": ("[profiles.default]\nproject_id = 1", "default.project_id: expected"),
    "two secrets": (f'{KEY}key_secret = "a"\nkey_secret_file = "b"', "expected one source"),
    "no number": (f'{KEY}timeout = "5"', "profiles.default.timeout: expected a positive"),
    "no URL": (f'{KEY}auth_url = "x"', "profiles.default.auth_url: expected"),
    "unset variable": (f'{KEY}key_secret_variable = "NONE"', "the variable NONE to be set"),
    "no command": (f'{KEY}key_secret_command = ["/no/such"]', "(/no/such: No such file"),
    "failing command": (f'{KEY}key_secret_command = ["false"]', "its exit code is 1"),
    "silent command": (f'{KEY}key_secret_command = ["true"]', "not an empty output"),
    "missing file": (f'{KEY}key_secret_file = "/no/such"', "(/no/such: No such file"),
}


@every(("text", "problem"), list(BAD_FILES.values()))
@pytest.mark.posix
def test_a_malformed_file_is_named(text: str, problem: str, cli: Run, file: Path) -> None:
    """With the key; nothing is sent."""
    written(file, text)

    ended = cli("list")

    assert (2, "") == (ended.code, ended.out)
    assert problem in ended.err
    assert str(file) in ended.err


@pytest.mark.posix
@every(
    ("text", "mode", "is_private"),
    [
        (f'[profiles.x]\nkey_secret = "{SECRET}"', 0o640, True),
        (f'[profiles.x]\nkey_secret = "{SECRET}"', 0o604, True),
        (f'[profiles.x]\nproxy = "http://u:{SECRET}@proxy"', 0o644, True),
        ('[profiles.x]\nproject_id = "p"', 0o644, False),
        (f'[profiles.x]\nkey_secret = "{SECRET}"', 0o400, False),
    ],
)
def test_a_secret_that_others_can_read_is_rejected(
    text: str, mode: int, is_private: bool, cli: Run, file: Path
) -> None:
    """With the command that corrects it, and without the secret."""
    written(file, text, mode)

    ended = cli("profiles", "list")

    assert (2 if is_private else 0) == ended.code
    assert is_private is (f"run chmod 600 {file}" in ended.err)
    assert SECRET not in ended.out + ended.err
    file.chmod(0o600)


def test_a_named_profile_must_exist(cli: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its option or variable; without a name none is needed."""
    written(file, '[profiles.prod]\nproject_id = "p"\n')
    monkeypatch.setenv("SINCH_PROFILE", "prd")

    option, variable = cli("--profile", "porduction", "list"), cli("list")

    assert (2, 2) == (option.code, variable.code)
    assert "--profile: expected a profile in" in option.err
    assert "SINCH_PROFILE: expected a profile in" in variable.err
    assert "did you mean prod?" in variable.err
    with pytest.raises(InvalidArgumentError, match="profile: expected"):
        NumbersClient.from_env("nope")
    with pytest.raises(InvalidArgumentError, match="non-empty"):
        NumbersClient.from_env("")


def test_incomplete_profiles_are_not_stored(cli: Run, file: Path) -> None:
    """Without a terminal, the missing options are named; no argument takes a secret."""
    ended = cli("configure", "--project", "p")
    both = cli("configure", "--secret-stdin", "--secret-variable", "X")
    wrong = cli("configure", "--project", "a b", "--key-id", "k", "--secret-variable", "X")
    name = cli("configure", "--profile", "a.b", "--project", "p")
    copied = cli("configure", "--project", "p", "--key-id", "k", "--secret-stdin", piped='"x"\n')

    assert [2] * 5 == [one.code for one in (ended, both, wrong, name, copied)]
    assert "pass --key-id, --secret-variable, " in ended.err
    assert "exclude each other" in both.err
    assert "project_id: expected" in wrong.err
    assert "a name of letters" in name.err
    assert "quotation mark" in copied.err
    assert not file.exists()
    assert 2 == cli("configure", "--key-secret", SECRET).code


@pytest.mark.sandbox
def test_no_profile_is_read_for_a_sandbox(cli: Run, file: Path) -> None:
    """It is a try-out that depends on nothing of the user."""
    written(file, "[broken")

    assert os.environ["XDG_CONFIG_HOME"] in str(file)
    assert 0 == cli("--sandbox", "--sandbox-numbers", "1", "list").code


def test_profile_names_complete_the_option(file: Path) -> None:
    """Without a file there are none, and a malformed one is no error."""
    assert () == profile_names()
    written(file, "[profiles.two]\n[profiles.one]\n")
    assert ("one", "two") == profile_names()
    written(file, "[profiles")
    assert () == profile_names()


@pytest.mark.slow
@pytest.mark.posix
def test_the_secret_is_not_echoed_on_a_terminal(file: Path) -> None:
    """The terminal shows project and key as they are typed, and never the secret."""
    import pty

    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "sinch_numbers", "configure"])
    shown = b""
    for prompt, typed in (
        (b"Project ID: ", b"p\n"),
        (b"Key ID: ", b"k\n"),
        (b"shown): ", SECRET.encode() + b"\n"),
    ):
        while not shown.endswith(prompt):
            shown += os.read(terminal, 1)
        os.write(terminal, typed)
    with suppress(OSError):  # the child has closed the terminal
        while piece := os.read(terminal, 1024):
            shown += piece
    _, status = os.waitpid(child, 0)
    os.close(terminal)

    assert 0 == status, shown
    assert SECRET.encode() not in shown
    assert b"The secret is stored unencrypted in " in shown
    assert SECRET == tomllib.loads(file.read_text())["profiles"]["default"]["key_secret"]
