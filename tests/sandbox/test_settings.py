"""Every setting of the sandbox is documented, in one place."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from sinch_numbers.cli._app import app
from sinch_numbers.sandbox import Sandbox, SandboxSettings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "sandbox.md"
ROW = re.compile(r"^\| (.*?) \| (.*?) ?\| (.*?) ?\| (.*?) ?\| .+ \|$", re.MULTILINE)
PARAMETERS = inspect.signature(Sandbox).parameters


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    """Return the table: settings, defaults, and the options of both kinds of commands."""
    section = PAGE.read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    return [[cell.strip() for cell in row] for row in ROW.findall(section)][1:]


def options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if "--" in name}


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_setting_has_a_row(rows: list[list[str]]) -> None:
    """The table has the arguments of `Sandbox`, in their order, with their defaults."""
    settings = [(name, default) for names, default, *_ in rows for name in named(names) if default]

    assert list(PARAMETERS) == [name for name, _ in settings]
    for name, default in settings:
        assert named(default) == [repr(PARAMETERS[name].default).replace("'", '"')]


def test_every_option_has_a_cell(rows: list[list[str]]) -> None:
    """The table has the options of the command ``sandbox``, and those beside ``--sandbox``."""
    root: Any = typer.main.get_command(app)
    served = options(root.commands["sandbox"]) - {"--help"}
    beside = {name for name in options(root) if name.startswith("--sandbox-")}

    assert served | {"--project"} == {name for row in rows for name in named(row[2])}
    assert beside | {"--project"} == {name for row in rows for name in named(row[3])}


def test_every_setting_is_in_the_docstring() -> None:
    """The docstring describes each argument."""
    described = re.findall(r"^ {4}(\w+): ", inspect.getdoc(Sandbox) or "", re.MULTILINE)

    assert list(PARAMETERS) == described


def test_every_setting_can_be_passed_on() -> None:
    """`SandboxSettings` has the arguments of `Sandbox`, with their types."""
    types = {name: parameter.annotation for name, parameter in PARAMETERS.items()}

    assert types == SandboxSettings.__annotations__


def test_every_switch_is_off_by_default() -> None:
    """A sandbox without settings is the strict one, and saves nothing."""
    assert ("us_local", None, False, None) == tuple(
        PARAMETERS[name].default for name in ("rent_policy", "absent", "vendor_mock", "state")
    )
