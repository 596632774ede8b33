"""Installation of the completion scripts, and the options that show or install them."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer

from sinch_numbers._core.atomic_files import replaced
from sinch_numbers._core.choices import listed, suggestion
from sinch_numbers.cli._completion.scripts import SCRIPTS, script
from sinch_numbers.cli._shared.errors import reporting_errors
from sinch_numbers.cli._shared.streams import writing_stdout

_MARK: Final = "# completion of sinch-numbers"
_READABLE: Final = 0o644


def show(shell: str | None) -> None:
    """Print the completion script for *shell*, or for the current one, and exit."""
    if shell is None:
        return
    name = _named(shell)
    with reporting_errors(), writing_stdout():
        sys.stdout.write(script(name))
    raise typer.Exit


def install(shell: str | None) -> None:
    """Install completion for *shell*, or for the current one, print what changed, and exit."""
    if shell is None:
        return
    name = _named(shell)
    with reporting_errors():
        changes = list(installed(name))
        with writing_stdout():
            sys.stdout.write("".join(f"{line}\n" for line in changes))
    raise typer.Exit


def installed(shell: str) -> Iterator[str]:
    """Install the completion script for *shell*; yield a line for each file."""
    path = _script_path(shell)
    yield _written(path, script(shell))
    if shell == "fish":  # it reads the file by its name
        yield "Completion works in new shells."
        return
    startup = _startup_path(shell)
    yield _with_line(startup, _line(shell, path))
    yield f"Completion works in new shells; in this one, run: . {_quoted(path)}"


def _script_path(shell: str) -> Path:
    base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    if shell == "fish":
        return base / "fish" / "completions" / "sinch-numbers.fish"
    return base / "sinch-numbers" / f"completion.{shell}"


def _startup_path(shell: str) -> Path:
    if shell == "bash":
        return Path.home() / ".bashrc"
    return Path(os.environ.get("ZDOTDIR") or Path.home()) / ".zshrc"


def _line(shell: str, path: Path) -> str:
    load = f". {_quoted(path)}"
    if shell == "zsh":
        load = f"(( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit -i; }}; {load}"
    return f"[ ! -r {_quoted(path)} ] || {{ {load}; }}  {_MARK}"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


def _written(path: Path, text: str) -> str:
    """Write *text* to *path* unless it is there."""
    if path.is_file() and path.read_bytes() == text.encode():
        return f"{path} is up to date."
    verb = "Updated" if path.exists() else "Wrote"
    _replace(path, text)
    return f"{verb} {path}."


def _with_line(path: Path, line: str) -> str:
    """Add *line* to *path*, in place of an older one."""
    before = path.read_bytes().decode(errors="surrogateescape") if path.exists() else ""
    lines = before.split("\n")
    marked = [place for place, one in enumerate(lines) if one.endswith(_MARK)]
    if [lines[place] for place in marked] == [line]:
        return f"{path} is up to date."
    if marked:
        lines[marked[0]] = line
        for place in reversed(marked[1:]):
            del lines[place]
        _replace(path, "\n".join(lines))
        return f"Replaced a line in {path}."
    start = before if not before or before.endswith("\n") else f"{before}\n"
    _replace(path, f"{start}{line}\n")
    return f"Added a line to {path}."


def _replace(path: Path, text: str) -> None:
    """Replace *path* atomically; a symlink stays, and so do the permissions."""
    target = path.resolve()
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else _READABLE
    with replaced(target, mode=mode) as file:
        file.binary.write(text.encode(errors="surrogateescape"))


def _named(shell: str) -> str:
    """Return the name of a supported shell; without one, that of the current shell."""
    name = shell or _current_shell()
    if name in SCRIPTS:
        return name
    similar = suggestion(name, list(SCRIPTS))
    hint = f"; did you mean {similar}?" if similar else ""
    raise typer.BadParameter(f"{name!r} is not {listed(SCRIPTS)}{hint}")


def _current_shell() -> str:
    from shellingham import ShellDetectionFailure, detect_shell

    try:
        return str(detect_shell()[0])
    except (ShellDetectionFailure, OSError):
        return Path(os.environ.get("SHELL", "")).name
