"""
Every command at terminals of two sizes, without colors, and in pipes of several encodings.

The commands are those of the command tree, with the first example of their help: a new command
is included as soon as it has examples. To update the snapshots after an intended change::

    UPDATE_SNAPSHOTS=1 python -m pytest -n 0 -m slow tests/cli/terminal
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from products import every

sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from example_sandbox import ExampleSandbox, stable
from pseudo_terminal import Terminal, run

from sinch_numbers.cli._app import command_tree
from sinch_numbers.cli._help.examples import EXAMPLES
from sinch_numbers.cli._parsing.suggestions import commands_of

pytestmark = [pytest.mark.slow, pytest.mark.posix]

COMMANDS = [" ".join(path) for path in commands_of(command_tree())]
TERMINALS = {
    "80x24": Terminal(80, 24),
    "120x40": Terminal(120, 40),
    "NO_COLOR": Terminal(80, 24, variables={"NO_COLOR": "1"}),
    "dumb": Terminal(80, 24, variables={"TERM": "dumb"}),
    "ascii": Terminal(80, 24, "ascii", {"LANG": "C", "LC_ALL": "C"}),
    "piped": Terminal(),
    "cp1252": Terminal(encoding="cp1252"),
    "utf-16": Terminal(encoding="utf-16"),
}
SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = bool(os.environ.get("UPDATE_SNAPSHOTS"))  # before tests replace the environment
MAIN = (
    *("list", "get", "search", "price", "regions", "audit"),
    *("orders get", "hosting get", "emergency get"),
)
"""Commands whose output is compared with a file."""
KEY = re.compile(r"\+\d{10,15}\b|\b01[0-9a-z]{24}\b|\b[0-9a-f]{32}\b", re.IGNORECASE)
"""Phone numbers, and identifiers of orders, events, and billable calls."""


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleSandbox]:
    """Start one sandbox for all commands and terminals."""
    projects = len(COMMANDS) * (len(TERMINALS) + 2) + 2 * len(MAIN)
    with ExampleSandbox(tmp_path_factory.mktemp("terminals"), projects) as running:
        yield running


def test_every_command_has_an_example() -> None:
    """Add those of a new command to `sinch_numbers/cli/_help/examples.py`."""
    assert [] == [command for command in COMMANDS if not EXAMPLES.get(command)]


@pytest.mark.parametrize("name", TERMINALS)
@every("command", COMMANDS)
def test_commands(name: str, command: str, examples: ExampleSandbox) -> None:
    """No traceback, no cut key values, no escape sequences where they aren't wanted."""
    terminal = TERMINALS[name]
    line = line_of(command, terminal)
    example = examples.prepare(command, line)
    shown = run(example, terminal)
    text = example.as_written(shown.text)

    assert shown.code in (0, 3), text
    assert "Traceback" not in text
    assert keys_of(command, line, examples) <= fixed(KEY.findall(text)), text
    if not terminal.columns or name in ("NO_COLOR", "dumb"):
        assert not re.search(r"\x1b\[[0-9;]*m", shown.raw)
    if not terminal.columns or name == "dumb":
        assert "\x1b" not in shown.raw


@pytest.mark.parametrize("name", ["80x24", "piped"])
@every("command", MAIN)
def test_snapshots(name: str, command: str, examples: ExampleSandbox) -> None:
    """The output of the main commands is that of the file; see above for how to update it."""
    terminal = TERMINALS[name]
    example = examples.prepare(command, line_of(command, terminal))
    shown = run(example, terminal)
    found = stable(example.as_written(shown.screen if terminal.columns else shown.text))
    file = SNAPSHOTS / f"{command.replace(' ', '-')}-{name}.txt"
    if UPDATE:
        file.write_text(found, encoding="utf-8")

    assert file.read_text(encoding="utf-8") == found


def line_of(command: str, terminal: Terminal) -> str:
    """Return the example to run: in a pipe, one that doesn't ask."""
    first, *others = EXAMPLES[command]
    confirmed = [line for line in others if "--yes" in line]
    return confirmed[0] if confirmed and not terminal.columns else first


def keys_of(command: str, line: str, examples: ExampleSandbox) -> set[str]:
    """Return the key values in the output of the example in a pipe, where nothing is cut."""
    if line not in _KEYS:
        example = examples.prepare(command, line)
        _KEYS[line] = fixed(KEY.findall(example.as_written(run(example, Terminal()).text)))
    return _KEYS[line]


_KEYS: dict[str, set[str]] = {}


def fixed(keys: Iterable[str]) -> set[str]:
    """Return *keys* without those that differ in each run: of orders made by the command."""
    return {stable(key) for key in keys}
