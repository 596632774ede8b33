"""The table of the service's behavior names code and tests that exist."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import typer
from products import every

from sinch_numbers.cli._app import app

ROOT = Path(__file__).parents[2]
TABLE = tomllib.loads((ROOT / "tests/contract/behavior.toml").read_text(encoding="utf-8"))
STATEMENTS = TABLE["statement"]
CONTRADICTIONS = [one for one in STATEMENTS if one["topic"] == "contradictions"]


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


def exists(node_id: str) -> bool:
    """Whether a test with this ID, without parameters, can be collected."""
    path, _, name = node_id.partition("::")
    return (ROOT / path).is_file() and name.startswith("test_") and name in names_in(path)


@cache
def commands() -> dict[str, Any]:
    """Return the commands of the command line by their names."""

    def walk(group: Any, *names: str) -> Any:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from walk(command, *names, name)
            else:
                yield " ".join((*names, name)), command

    return dict(walk(typer.main.get_command(app)))


def test_the_table_is_complete():
    """Every statement and contradiction of the sources has an ID of its own."""
    ids = [one["id"] for one in STATEMENTS]

    assert len(ids) == len(set(ids))
    assert (186, 29) == (len(STATEMENTS) - len(CONTRADICTIONS), len(CONTRADICTIONS))


@every("one", STATEMENTS)
def test_a_statement_is_covered_or_says_why_not(one):
    """It names modules and tests that exist, or the reason why no test can check it."""
    assert one["id"] == re.sub(r"[^a-z0-9-]", "", one["id"])
    assert one["text"].endswith(".")
    if "unchecked" in one:
        assert one.keys() == {"id", "topic", "text", "unchecked"}
        return
    missing = [
        module
        for module in one["modules"]
        if not (ROOT / "sinch_numbers" / f"{module}.py").is_file()
        and not (ROOT / "sinch_numbers" / module).is_dir()
    ]
    assert [] == missing
    assert one["tests"]
    assert [] == [test for test in one["tests"] if not exists(test)]


@every("one", CONTRADICTIONS)
def test_a_decision_is_shown_to_users(one):
    """A contradiction is decided in code with a test, and shown in a page or help text."""
    assert "unchecked" not in one
    for place, words in one["shown"].items():
        assert " ".join(words.split()) in " ".join(text_of(place).split()), place


def text_of(place: str) -> str:
    """Return the text of a page, of a module, or of the help of a command with its options."""
    if place.endswith((".md", ".py")):
        return (ROOT / place).read_text(encoding="utf-8")
    command = commands()[place.removesuffix(" --help")]
    options = [" ".join((*one.opts, getattr(one, "help", None) or "")) for one in command.params]
    return " ".join((command.help, *options))


def test_a_missing_test_is_noticed():
    """The check of node IDs can fail."""
    path = "tests/contract/test_table.py"

    assert exists(f"{path}::test_a_missing_test_is_noticed")
    assert not exists(f"{path}::test_that_is_not_there")
    assert not exists("tests/contract/test_nothing.py::test_a_missing_test_is_noticed")
