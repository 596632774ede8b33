"""Help pages: sections, width, plain words, and styles."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from products import every

from sinch_numbers.cli._app import command_tree
from sinch_numbers.cli._help.pages import text
from sinch_numbers.cli._help.sections import OTHERS, SECTIONS, section_of
from sinch_numbers.cli._parsing.commands import context_of
from sinch_numbers.cli._parsing.suggestions import commands_of
from sinch_numbers.cli._shared import colors

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

TREE: Any = command_tree()
PAGES = sorted({p[:n] for p in commands_of(TREE) for n in range(len(p) + 1)})


def test_every_command_is_in_a_section() -> None:
    """Add a new command or group to `SECTIONS` in `sinch_numbers/cli/_help/sections.py`."""
    assert [] == [name for name in TREE.commands if section_of(name) == OTHERS]


def test_the_first_page_has_all_sections(cli: Run) -> None:
    """Commands are grouped, and the global options come after them."""
    lines = cli("--help").lines
    titles = [line for line in lines if line and not line.startswith(" ")]

    expected = ["Usage", *SECTIONS, "Global options", "Sandbox options"]
    assert expected == [title for title in titles if title in expected]


@every("path", PAGES)
def test_pages_fit_80_columns(path: tuple[str, ...]) -> None:
    """No line is longer, and none has boxes, types in angle brackets, or bounds in symbols."""
    page = text(context_of(TREE, path), width=80)

    for line in page.splitlines():
        assert len(line) <= 80, line
    assert not re.search(r"[╭│╰─]|<[a-z]+>|x>=|<=x|\[default|\[required", page)


@every("path", [path for path in PAGES if path])
def test_options_of_the_command_come_first(path: tuple[str, ...]) -> None:
    """The global options are named at the end, in at most eight lines."""
    _, _, after = text(context_of(TREE, path), width=80).rpartition("\n\nGlobal options\n")

    assert len(after.splitlines()) <= 8
    for one in TREE.params:
        assert max(one.opts, key=len) in after


@every(
    ("variables", "is_terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, True, False),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"CLICOLOR_FORCE": "0"}, False, False),
        ({"CLICOLOR": "0"}, True, False),
        ({"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "dumb", "CLICOLOR_FORCE": "1"}, True, True),
    ],
)
def test_colors(
    variables: dict[str, str], is_terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variables decide in the documented order, and ``--no-color`` wins over all."""

    class Stream:
        def isatty(self) -> bool:
            return is_terminal

    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert expected is colors.enabled(Stream())
    with colors.option_scope():
        colors.disable()
        assert not colors.enabled(Stream())


@every(
    "argv", [["--no-color", "--help"], ["get", "-h", "--no-color"], ["--no-color", "get", "-h"]]
)
def test_no_color_at_any_place(argv: list[str], cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headings are bold if that is forced, and plain with ``--no-color``."""
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    styled = cli(*(word for word in argv if word != "--no-color"))
    plain = cli(*argv)

    assert "\x1b[1m" in styled.out
    assert "\x1b" not in plain.out
