"""The code that readers see: the blocks of README and docs, and the examples of docstrings."""

import ast
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PACKAGE = ROOT / "sinch_numbers"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
APART = (DOCS / "guides" / "celery.md", DOCS / "guides" / "django.md")
"""Pages that `test_frameworks.py` runs: their frameworks are configured once for a process."""
WALKTHROUGH = DOCS / "tutorial" / "walkthrough.md"
"""The page that `test_walkthrough.py` runs: its commands and programs belong together."""
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)(?P<info>.*)\n"
    r"(?P<text>(?:(?! *```).*\n)*)^(?P=indent)```$",
    re.MULTILINE,
)
"""A block of code, also one that is indented because it is in a tab or a list."""
TAB = re.compile(r'^=== "(.+)"\n\n(?:(?: {4}.*)?\n)*', re.MULTILINE)
"""A tab: its label, and the indented lines below."""
TITLE = re.compile(r' title="([\w.]+)"')
NOT_PYTHON = {
    "errors/__init__.py": "the tree of classes",
    "_core/pipeline.py": "the steps of a call",
    "audit/_files/expectations.py": "CSV",
    "audit/_files/waivers.py": "TOML",
    "cli/_shared/projects.py": "TOML",
}
"""Files whose docstrings have blocks of something else."""

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@attrs.frozen
class Block:
    """A block of a page: what it is written in, and what it says."""

    page: Path
    line: int
    """The line before its first one."""
    language: str
    title: str | None
    text: str
    """Without the indentation of a tab."""
    tab: str | None = None
    """The label of the tab that the block is in."""

    @property
    def is_test(self) -> bool:
        """Whether pytest is to run it."""
        return self.title is not None and self.title.startswith("test_")

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page, also those in tabs."""
    text = page.read_text(encoding="utf-8")
    tabs = list(TAB.finditer(text))
    for match in FENCE.finditer(text):
        title = TITLE.fullmatch(match["info"])
        assert title or not match["info"], f"{page}: {match[0]}"
        yield Block(
            page,
            text[: match.start()].count("\n") + 1,
            match["language"],
            title and title[1],
            textwrap.dedent(match["text"]) if match["indent"] else match["text"],
            next((tab[1] for tab in tabs if tab.start() < match.start() < tab.end()), None),
        )


def run_tests(page: Path, titles: list[str], directory: Path, environment: dict[str, str]) -> None:
    """Run the snippets of a page that are test modules, all in one process."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", *titles],
        env=os.environ | environment,
        cwd=directory,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr), f"{page}: {done.stdout}"


def examples() -> Iterator[Block]:
    """Yield the examples in all docstrings of the package, as they are indented there."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if str(file.relative_to(PACKAGE)) not in NOT_PYTHON:
            yield from _examples(file)


def _examples(file: Path) -> Iterator[Block]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, _Documented) and ast.get_docstring(node) is not None:
            lines = str(ast.get_docstring(node, clean=False)).split("\n")
            for at, code in _code(lines):
                yield Block(file, node.body[0].lineno + at, "python", None, code)


def _code(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the blocks of code in the lines of a docstring, each with the line above it."""
    for number, line in enumerate(lines):
        assert not line.lstrip().startswith(">>>"), line
        if line.endswith("::"):
            indent = _indent(line if number else lines[-1])
            ends = (n for n, one in enumerate(lines) if n > number and _ends(one, indent))
            yield number, "\n".join(lines[number + 1 : next(ends, None)]).rstrip() + "\n"
        elif line.strip() == "```python":
            end = next(n for n, one in enumerate(lines) if n > number and one.strip() == "```")
            yield number, "\n".join(lines[number + 1 : end]) + "\n"


def _ends(line: str, indent: int) -> bool:
    return bool(line.strip()) and _indent(line) <= indent


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
