"""Tables of the reference name all that the code has: variables, rules, events, and metrics."""

import ast
import re
import runpy
import ssl
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

import sinch_numbers
from sinch_numbers import audit
from sinch_numbers._core import profiles, progress_events
from sinch_numbers._core.observing import events

ROOT = Path(__file__).parents[1]
PACKAGE = Path(sinch_numbers.__file__).parent
TABLES: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "_build" / "tables.py"))
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")


def rows(name: str) -> list[list[str]]:
    """Return the cells of a generated table, without its head."""
    lines = "\n".join(TABLES[name]("")).splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


class Reads(ast.NodeVisitor):
    """
    The names of the environment variables that a module reads.

    A name is a literal where ``os.environ`` is used, or a constant of the module that a function
    with ``os.environ`` uses. A function whose parameter is the name is a reader: the same counts
    for the arguments of its calls.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.names: set[str] = set()
        self.constants = {
            target.id: {one for one in strings(node.value) if VARIABLE.fullmatch(one)}
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        self.readers = {one.name for one in functions if one.args.args and uses_environ(one)}
        for node in (*functions, *(one for one in tree.body if isinstance(one, ast.Expr))):
            if uses_environ(node):
                self.add_constants(node)
        self.visit(tree)

    def add_constants(self, node: ast.AST) -> None:
        for one in ast.walk(node):
            if isinstance(one, ast.Name):
                self.names |= self.constants.get(one.id, set())

    def add(self, node: ast.AST) -> None:
        self.add_constants(node)
        self.names |= {one for one in strings(node) if VARIABLE.fullmatch(one)}

    def visit_Call(self, node: ast.Call) -> None:
        """Add the arguments of ``os.environ.get`` and of readers."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        passed = {one.id for one in node.args if isinstance(one, ast.Name)}
        if uses_environ(node.func) or name in self.readers or passed & self.readers:
            for one in node.args[:2]:  # client._secret(value, variable)
                self.add(one)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Add the name in ``name in os.environ``."""
        if uses_environ(node.comparators[0]):
            self.add(node.left)
        self.generic_visit(node)


def strings(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def uses_environ(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Attribute) and one.attr == "environ" for one in ast.walk(node))


@cache
def variables_in_code() -> dict[str, set[str]]:
    """Return the variables by name, each with the modules that read it."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        if where.startswith("sandbox/"):  # writes the variables of clients, and reads none
            continue
        text = path.read_text("utf-8")
        if "SINCH_" not in text and "environ" not in text:  # parsing all takes seconds
            continue
        tree = ast.parse(text)
        ours = {one for one in strings(tree) if re.fullmatch(r"SINCH_[A-Z_]+", one)}
        for name in (ours | Reads(tree).names) - {"SINCH_"}:  # and the name of an argument
            found.setdefault(f"{name}*" if name.endswith("_") else name, set()).add(where)
    return found


def test_every_variable_is_in_the_table() -> None:
    """In the code by name, or as an argument of the client, or as Python's module `ssl` has it."""
    code = variables_in_code()
    ours = {f"SINCH_{name.upper()}" for name in profiles._VARIABLES}
    paths = ssl.get_default_verify_paths()
    of_ssl = {paths.openssl_cafile_env, paths.openssl_capath_env}
    listed = [name for row in rows("environment") for name in quoted(row[0])]

    assert set(listed) == set(code) | ours | of_ssl
    assert len(set(listed)) == len(listed) > 30


def test_readers_of_variables_are_those_in_the_code() -> None:
    """A variable that only modules of the command line read is marked so."""
    code = variables_in_code()
    for row in rows("environment"):
        where = {module for name in quoted(row[0]) for module in code.get(name, ())}
        only_commands = bool(where) and all(module.startswith("cli/") for module in where)
        assert row[-1] in ({"command line"} if only_commands else {"client", "command line"}), row


def test_every_rule_is_in_the_table() -> None:
    """Each that the package makes, once, with its severity and each of its parameters."""
    made = {
        keyword.value.value
        for path in (PACKAGE / "audit").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        if {"id", "severity", "title"} <= {keyword.arg for keyword in node.keywords}
        for keyword in node.keywords
        if keyword.arg == "id" and isinstance(keyword.value, ast.Constant)
    }
    table = rows("audit_rules")
    listed = [quoted(row[0])[0] for row in table]

    assert made == set(listed)
    assert len(set(listed)) == len(listed) > 25
    assert {row[1] for row in table} == {one.value for one in audit.Severity}


@pytest.mark.parametrize(("table", "module"), [
    ("observer_events", events),
    ("progress_events", progress_events),
])  # fmt: skip
def test_every_event_is_in_the_table(table: str, module: Any) -> None:
    """With all its fields, and the method or function that it is passed to."""
    classes = {name: getattr(module, name) for name in module.__all__}
    fields = {
        name: [field.name for field in attrs.fields(one)]
        for name, one in classes.items()
        if isinstance(one, type) and attrs.has(one)
    }
    table_rows = rows(table)

    assert fields == {quoted(row[0])[0]: quoted(row[3]) for row in table_rows}
    assert all(quoted(row[1]) and row[2] for row in table_rows)
