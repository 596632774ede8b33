"""Every snippet of README, docs, and docstrings type-checks, as strictly as users may check."""

import ast
import builtins
import inspect
import json
import re
import subprocess
import sys
import textwrap
from collections import Counter
from importlib import import_module
from pathlib import Path

import attrs
import pytest
from snippets import PACKAGE, PAGES, Block, blocks, examples

import sinch_numbers

pytestmark = pytest.mark.slow

GIVEN = {
    "client": "NumbersClient",
    "number": "ActiveNumber",
    "numbers": "list[str]",
    "now": "datetime",
    "secret": "Secret",
    "report": "Report",
    "handle": "Handler",
    "project": "Any",
    "recorded": "Any",
    "order_id": "str",
    "hosting_order_id": "str",
    "code": "str",
    "letter": "DirectLoaInfo",
    "details": "dict[str, Any]",
}
"""The types of names that the examples of docstrings take for granted."""
GIVEN_IN = {
    "sync": {"client": "SyncNumbersClient"},
    "exports": {"numbers": "list[ActiveNumber]"},
}
"""Other types in the docstrings of a package."""
MODULES = ("pandas", "polars", "sinch_numbers")
MYPY = """[mypy]
strict = true
python_version = 3.11
[mypy-pandas.*,pyarrow.*]
ignore_missing_imports = true
[mypy-sinch_numbers.*]
follow_imports = silent
"""
"""Strict. Two packages have no types, and this one is checked by ``nox -s types``."""
PLAIN = {
    "Any": "typing",
    "Path": "pathlib",
    "ProcessPoolExecutor": "concurrent.futures",
    **dict.fromkeys(("UTC", "date", "datetime", "timedelta"), "datetime"),
}
BUILTINS = set(vars(builtins))
PACKAGES = ["sinch_numbers", *(f"sinch_numbers.{name}" for name in sinch_numbers._PACKAGES)]


WRONG = Block(PAGES[0], 6, "python", None, 'right = 1\nwrong: int = "a"\n')
"""A snippet with a mistake, which each checker must find, in this line of the page."""


@attrs.frozen
class Checked:
    """A snippet as a file for the checkers, whose lines have the numbers of the page."""

    block: Block
    name: str
    text: str


def of_page(block: Block, imported: set[str]) -> Checked:
    stem = f"{block.page.stem}_{block.line}".replace("-", "_")
    is_imported = (block.title or "").removesuffix(".py") in imported
    name = block.title if block.title and is_imported else f"page_{stem}.py"
    return Checked(block, name, "\n" * block.line + block.text)


def of_docstring(block: Block) -> Checked:
    """Wrap an example in a function whose parameters are the names that it takes for granted."""
    code = textwrap.dedent(block.text)
    free = free_names(ast.parse(code))
    given = GIVEN | GIVEN_IN.get(block.page.relative_to(PACKAGE).parts[0], {})
    parameters = {name: given[name] for name in sorted(free & given.keys())}
    types = {one for kind in parameters.values() for one in re.findall(r"\w+", kind)}
    imports = [
        imported_as(name, block) for name in sorted((free - parameters.keys()) | types - BUILTINS)
    ]
    is_async = re.search(r"\b(?:await|async)\b", code) is not None
    arguments = ", ".join(f"{name}: {kind}" for name, kind in parameters.items())
    lines = ["; ".join(imports), f"{'async ' * is_async}def example({arguments}) -> None:"]
    # Lines of the example keep their numbers.
    text = "\n" * (block.line - len(lines)) + "\n".join([*lines, textwrap.indent(code, "    ")])
    stem = "_".join(block.page.relative_to(PACKAGE).with_suffix("").parts)
    return Checked(block, f"docstring_{stem}_{block.line}.py", text)


def free_names(tree: ast.AST) -> set[str]:
    """Return the names that *tree* uses and does not bind."""
    used, bound = set(), set(BUILTINS)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.alias):
            bound.add(node.asname or node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
    return used - bound


def imported_as(name: str, block: Block) -> str:
    """Return the import of a *name* that an example takes for granted."""
    if name in MODULES:
        return f"import {name}"
    homes = [PLAIN[name]] if name in PLAIN else []
    homes += [
        package.__name__
        for package in map(import_module, PACKAGES)
        if name in dir(package) and not inspect.ismodule(getattr(package, name))
    ]
    # Both clients have functions of the same names.
    homes.sort(key=lambda home: ("sync" in home) != ("sync" in block.page.parts))
    assert homes, f"{block}: {name} is not public: import it there, or add it to GIVEN"
    return f"from {homes[0]} import {name}"


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Checked]:
    """Write all snippets to files; return them by file."""
    of_pages = [one for page in PAGES for one in blocks(page) if one.language == "python"]
    stems = Counter((one.title or "").removesuffix(".py") for one in of_pages)
    imported = {
        stem
        for stem in stems
        if stem
        and any(
            re.search(rf"^(?:from|import) {stem}\b", one.text, re.MULTILINE) for one in of_pages
        )
    }
    assert {1} == {stems[stem] for stem in imported}
    found = [of_page(one, imported) for one in [*of_pages, WRONG]] + [
        of_docstring(one) for one in examples()
    ]
    directory = tmp_path_factory.mktemp("snippets")
    # Installed by `nox -s distributed` only.
    (directory / "distributed.pyi").write_text(
        "from typing import Any\ndef __getattr__(name: str) -> Any: ...\n"
    )
    for one in found:
        (directory / one.name).write_text(one.text, encoding="utf-8")
    assert len(found) == len({one.name for one in found}) > 100
    return {directory / one.name: one for one in found}


def run(checker: str, directory: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", checker, *arguments, "."],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr or done.stdout
    return done.stdout


def located(checked: dict[Path, Checked], file: Path, line: int, problem: str) -> str:
    page = str(checked[file].block).rpartition(":")[0]
    return f"{page}:{line}: {problem}"


def test_every_snippet_passes_mypy_strict(checked: dict[Path, Checked]) -> None:
    """Each error has the file and the line of the page."""
    directory = next(iter(checked)).parent
    (directory / "mypy.ini").write_text(MYPY)
    shown = run("mypy", directory)
    found = re.findall(r"^(?:\./)?(\w+\.pyi?):(\d+): error: (.*)$", shown, re.MULTILINE)
    errors = [located(checked, directory / file, int(line), why) for file, line, why in found]

    assert not errors[1:], "\n".join(errors)
    assert re.fullmatch(r"README.md:8: .*\[assignment\]", errors[0])
    assert f"(checked {len(checked) + 1} source files)" in shown


def test_every_snippet_passes_pyright(checked: dict[Path, Checked]) -> None:
    """Each error has the file and the line of the page."""
    directory = next(iter(checked)).parent
    (directory / "pyrightconfig.json").write_text(json.dumps({"pythonVersion": "3.11"}))
    shown = json.loads(run("pyright", directory, "--pythonpath", sys.executable, "--outputjson"))
    errors = [
        located(checked, Path(one["file"]), one["range"]["start"]["line"] + 1, one["message"])
        for one in shown["generalDiagnostics"]
        if one["severity"] == "error"
    ]

    assert not errors[1:], "\n".join(errors)
    assert errors[0].startswith("README.md:8: Type ")
    assert len(checked) < shown["summary"]["filesAnalyzed"]


def test_snippets_keep_the_lines_of_their_pages(checked: dict[Path, Checked]) -> None:
    """So an error in a snippet is found in the page."""
    for one in checked.values():
        if one.block is not WRONG:
            page = one.block.page.read_text(encoding="utf-8").split("\n")
            lines = one.text.rstrip("\n").split("\n")
            shown = page[one.block.line : len(lines)]
            assert [line.strip() for line in shown] == [
                line.strip() for line in lines[one.block.line :]
            ], one.block
