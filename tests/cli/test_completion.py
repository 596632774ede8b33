"""Candidates of completion, and the installation of its scripts, without a shell."""

import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers.cli._app import command_tree
from sinch_numbers.cli._completion.candidates import FILES, candidates, respond
from sinch_numbers.cli._completion.scripts import SCRIPTS, script
from sinch_numbers.cli._completion.table import TABLE
from sinch_numbers.cli._parsing.suggestions import commands_of

Run = Callable[..., Any]

TREE: Any = command_tree()
ROOT = Path(__file__).parents[2]


def words(line: str) -> list[str]:
    """Return the candidates for the last word of *line*."""
    *before, current = line.split(" ")
    return [word for word, _ in candidates(before, current)]


def test_the_table_is_current() -> None:
    """After a change of commands or options: ``python tools/generate_completion.py``."""
    sys.path.insert(0, str(ROOT / "tools"))
    from generate_completion import TARGET, generated

    assert TARGET.read_text(encoding="utf-8") == generated()
    assert TABLE in generated()


def test_every_command_and_option_is_a_candidate() -> None:
    """Each at its place, and global options after every command."""
    shared = {name for one in TREE.params for name in (*one.opts, *one.secondary_opts)}
    for path in commands_of(TREE):
        command = TREE
        for size, name in enumerate(path):
            assert name in words(" ".join((*path[:size], "")))
            command = command.commands[name]
        own = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        offered = {name for name in {*shared, *own, "--help"} if name.startswith("--")}
        assert offered == set(words(" ".join((*path, "--")))), path


@every(
    ("line", "expected"),
    [
        ("list --type ", ["mobile", "local", "toll-free"]),
        ("list -t m", ["mobile"]),
        ("list --type M", ["mobile"]),
        ("list --type = m", ["mobile"]),
        ("list --type=m", ["--type=mobile"]),
        ("audit --fail-on i", ["info"]),
        ("search --region gb", ["GB"]),
        ("request P", ["POST", "PUT", "PATCH"]),
        ("request GET ", []),
        ("--install-completion ", ["bash", "zsh", "fish"]),
        ("--sandbox-rent-policy u", ["us-local"]),
        ("list --sandbox-rent-policy u", ["us-local"]),
        ("audit --expect e.cs", ["e.csv", FILES]),
        ("orders register X ", [FILES]),
        ("get ", []),
        ("get -- -", []),
        ("list --pattern --j", []),
        ("nonsense ", []),
        ("list --nonsense=", []),
        ("list --json --jso", ["--jsonl"]),
        ("orders --project orders ge", ["get"]),
        ("list --capability sms --capabil", ["--capability"]),
    ],
)
def test_candidates(line: str, expected: list[str]) -> None:
    """Values follow their option; options that were given are only offered if repeatable."""
    assert expected == words(line)


@every("line", ["--profile a", "list --profile=a", "profiles use a", "configure --profile a"])
def test_profiles(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of profiles are read from the configuration; an unreadable file has none."""
    path = tmp_path / "sinch-numbers" / "profiles.toml"
    path.parent.mkdir(exist_ok=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path.write_text('[profiles.acme]\nproject_id = "p"\n[profiles.box]\nproject_id = "q"\n')
    path.chmod(0o600)
    prefix = "--profile=" if "=" in line else ""
    assert [f"{prefix}acme"] == words(line)
    path.write_text("not TOML")
    assert [] == words(line)


@every(
    "arguments",
    [[], ["x"], ["99"], ["-1", "a"], ["1"], ["2", "a", "\udc80"], ["3", "a", "--", "-"]],
)
def test_no_arguments_of_a_script_are_an_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is printed to stderr, since a shell would show it in the edited line."""
    assert respond(arguments) in (0, 1)
    assert "" == capsys.readouterr().err


@pytest.mark.slow
def test_completing_imports_few_modules() -> None:
    """Neither commands nor third-party packages are imported, and no socket is opened."""
    code = (
        "import os, sys; os.environ['_SINCH_NUMBERS_COMPLETE'] = 'bash'; "
        "sys.argv = ['x', '2', 'sinch-numbers', 'list', '--']; "
        "before = set(sys.modules); from sinch_numbers.cli import main; main(); "
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = ended.stderr.split()

    assert "--region" in ended.stdout
    assert [] == [one for one in loaded if one.split(".")[0] in ("typer", "rich", "aiohttp")]
    assert "socket" not in loaded
    assert len(loaded) < 60, loaded


@every("shell", list(SCRIPTS))
def test_the_script_is_shown(shell: str, cli: Run) -> None:
    """``--show-completion`` prints it, at any place, and nothing else."""
    shown = cli("--show-completion", shell)
    after = cli("list", f"--show-completion={shell}")

    assert (0, script(shell), "") == (shown.code, shown.out, shown.err)
    assert shown == after


@every(
    ("argv", "message"),
    [
        (["--show-completion", "bsh"], "'bsh' is not bash, zsh or fish; did you mean bash?"),
        (["--install-completion", "powershell"], "'powershell' is not bash, zsh or fish"),
    ],
)
def test_other_shells_are_an_error(argv: list[str], message: str, cli: Run) -> None:
    """The supported ones are listed."""
    ended = cli(*argv)

    assert (2, "") == (ended.code, ended.out)
    assert message in ended.err


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty home directory."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "ZDOTDIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.posix
def test_installing_twice_changes_nothing(home: Path, cli: Run) -> None:
    """The startup file gets one line, its content and mode are kept, and both are reported."""
    startup = home / ".bashrc"
    startup.write_bytes(b"alias x=y # caf\xe9")
    startup.chmod(0o640)
    first = cli("--install-completion", "bash")
    content = startup.read_bytes()
    second = cli("--install-completion", "bash")

    assert (0, 0) == (first.code, second.code)
    assert content == startup.read_bytes()
    before, line, end = content.split(b"\n")
    assert (b"alias x=y # caf\xe9", b"") == (before, end)
    assert line.endswith(b"# completion of sinch-numbers")
    assert 0o640 == stat.S_IMODE(startup.stat().st_mode)
    assert f"Added a line to {startup}." in first.out
    assert f"{startup} is up to date." in second.out


@pytest.mark.posix
def test_directories_of_the_environment_are_used(
    home: Path, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ZDOTDIR and XDG_CONFIG_HOME; an older line is replaced, and a symlink stays one."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "it's config"))
    monkeypatch.setenv("ZDOTDIR", str(home / "zsh"))
    (home / "zsh").mkdir()
    real = home / "dotfiles.zsh"
    real.write_text(
        "old  # completion of sinch-numbers\nmine\nold  # completion of sinch-numbers\n"
    )
    (home / "zsh" / ".zshrc").symlink_to(real)
    ended = cli("--install-completion", "zsh")
    fish = cli("--install-completion", "fish")

    assert (0, 0) == (ended.code, fish.code), ended.err
    assert (home / "zsh" / ".zshrc").is_symlink()
    line, mine, end = real.read_text().split("\n")
    assert ("mine", "") == (mine, end)
    assert "it'\\''s config/sinch-numbers/completion.zsh" in line
    assert (home / "it's config" / "fish" / "completions" / "sinch-numbers.fish").is_file()


@pytest.mark.posix
def test_a_script_of_an_older_release_is_updated(home: Path, cli: Run) -> None:
    """The file is replaced, and the message says so."""
    path = home / ".config" / "sinch-numbers" / "completion.bash"
    path.parent.mkdir(parents=True)
    path.write_text("old")
    ended = cli("--install-completion", "bash")

    assert f"Updated {path}." in ended.out
    assert script("bash") == path.read_text()


@pytest.mark.posix
def test_a_file_that_cannot_be_written_is_an_error(home: Path, cli: Run) -> None:
    """It is named in one line, and nothing else changes."""
    (home / ".config").write_text("a file instead of a directory")
    ended = cli("--install-completion", "fish")

    assert ended.code in (1, 2)
    assert str(home / ".config") in ended.err
    assert 1 == ended.err.count("\n")
    assert [home / ".config"] == list(home.iterdir())


def test_the_current_shell_is_detected(
    home: Path, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a name, the shell that runs the command is used, else $SHELL."""
    import shellingham

    monkeypatch.setattr(shellingham, "detect_shell", lambda: ("zsh", "/bin/zsh"))
    assert script("zsh") == cli("--show-completion").out

    def fail() -> None:
        raise shellingham.ShellDetectionFailure

    monkeypatch.setattr(shellingham, "detect_shell", fail)
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    assert script("fish") == cli("--show-completion").out
