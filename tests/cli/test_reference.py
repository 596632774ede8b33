"""The generated page about the command line: each command, option, and exit code."""

import re
import sys
from pathlib import Path
from typing import Any

from sinch_numbers.cli._app import command_tree
from sinch_numbers.cli._help.pages import notes, summary
from sinch_numbers.cli._parsing.suggestions import commands_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
TREE: Any = command_tree()
RUN = "run python tools/generate_command_line.py"


def sections() -> dict[str, str]:
    """Return the sections of the reference by their headings."""
    parts = re.split(r"^### (.+)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_has_a_section() -> None:
    """With a link in the table of commands; after a change, generate the page."""
    names = [" ".join(path) for path in commands_of(TREE)]
    linked = dict(re.findall(r"^\| \[`([^`]+)`\]\(#([a-z-]+)\) \|", PAGE, re.MULTILINE))

    assert set(names) == set(linked), RUN
    assert set(names) <= set(sections()), RUN
    assert all(name.replace(" ", "-") == anchor for name, anchor in linked.items())


def test_every_option_has_a_row_with_its_description() -> None:
    """Those of the command, with ranges and defaults; and examples with their output."""
    found = sections()
    cell = _tool().cell
    for path in (("",), *commands_of(TREE)):
        command = TREE
        for name in path if path != ("",) else ():
            command = command.commands[name]
        section = found[" ".join(path) if path != ("",) else "Global options"]
        assert path == ("",) or summary(command) in " ".join(section.split()), RUN
        for one in command.params:
            if one.param_type_name == "option" and not one.hidden:
                name = max(one.opts, key=len)
                assert re.search(rf"^\| `[^|]*{name}\b", section, re.MULTILINE), f"{name}: {RUN}"
                assert cell(notes(one, command.values[one.name])) in section, f"{name}: {RUN}"
        assert path == ("",) or section.count("$ sinch-numbers ") >= 2, RUN


def test_tables_are_current() -> None:
    """The tables of commands and exit codes."""
    tool = _tool()
    for part in ("commands", "exit-codes"):
        assert "\n".join(tool.PARTS[part]()).strip() in PAGE, f"{part}: {RUN}"


def _tool() -> Any:
    sys.path.insert(0, str(ROOT / "tools"))
    import generate_command_line

    return generate_command_line
