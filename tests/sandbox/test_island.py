"""The sandbox shares nothing with the client."""

import ast
import sys
from pathlib import Path

from products import every

import sinch_numbers.sandbox as package

ROOT = Path(package.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
CLIENT_SIDE = ROOT / "_client_side.py"
ALLOWED = {"aiohttp", "attrs", *sys.stdlib_module_names}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert 0 == node.level, path
            names.add(node.module or "")
    return names


@every("path", [path for path in FILES if path != CLIENT_SIDE])
def test_sandbox_imports_nothing_of_the_client(path: Path) -> None:
    """A mistake could hide if both sides made it."""
    for name in imported(path):
        top = name.split(".")[0]
        assert name.startswith("sinch_numbers.sandbox") or top in ALLOWED, name


def test_client_side_is_out_of_the_way_of_requests() -> None:
    """The exception imports on call only, and only the parts around the server use it."""
    module = ast.parse(CLIENT_SIDE.read_text())
    at_once = {node.module for node in module.body if isinstance(node, ast.ImportFrom)}
    users = {
        path.relative_to(ROOT).as_posix()
        for path in FILES
        if "sinch_numbers.sandbox._client_side" in imported(path)
    }

    assert {"abc", "contextlib", "pathlib", "typing"} == at_once
    assert {"_http/server.py", "_http/state_file.py"} == users


def test_only_the_front_knows_http() -> None:
    """Everything else is values and functions; what goes out goes by one way."""
    assert {"app.py", "poster.py", "server.py"} == {
        path.name for path in FILES if "aiohttp" in imported(path)
    }


@every("path", FILES)
def test_files_are_short_and_say_what_they_are(path: Path) -> None:
    """One idea per file: at most 250 lines, without the docstrings, which are the reference."""
    text = path.read_text()
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    docstrings = [node.body[0] for node in nodes if ast.get_docstring(node)]
    lines = sum((one.end_lineno or one.lineno) - one.lineno + 1 for one in docstrings)

    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) - lines <= 250


def test_public_names_are_sorted() -> None:
    """And they are all there."""
    assert sorted(package.__all__) == package.__all__
    assert all(hasattr(package, name) for name in package.__all__)
