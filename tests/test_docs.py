"""What the README and the docs show is what works."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from sinch_numbers.sandbox import Sandbox

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SNIPPETS = [
    pytest.param(code, id=f"{page.name}:{page.read_text()[: match.start()].count(chr(10)) + 1}")
    for page in PAGES
    for match in re.finditer(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    for code in [match[1]]
]


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """Run a sandbox in a thread, and say how to get there."""
    with start_blocking_portal() as portal:
        sandbox = Sandbox(numbers=300, stock=300)
        with portal.wrap_async_context_manager(sandbox):
            yield os.environ | sandbox.environment


@pytest.mark.parametrize("code", SNIPPETS)
def test_every_snippet_runs(code: str, environment: dict[str, str], tmp_path: Path) -> None:
    """A snippet is a whole program, and ends well, without a warning."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)


SHOWN = re.compile(
    r"^```python\n((?:(?!```).*\n)*)```\n\n```text\n((?:(?!```).*\n)*)```$", re.MULTILINE
)


@pytest.mark.parametrize("page", [page for page in PAGES if SHOWN.search(page.read_text())])
def test_the_output_that_is_shown_is_what_comes(page: Path) -> None:
    """A block of text right after a snippet is what that prints."""
    for code, shown in SHOWN.findall(page.read_text()):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
        )
        assert shown == done.stdout


def test_contributors_are_told_of_every_session() -> None:
    """What nox can run is what the page says that it can, and no page names another."""
    page = (ROOT / "docs" / "contributing.md").read_text()
    sessions = {
        node.name
        for node in ast.parse((ROOT / "noxfile.py").read_text()).body
        if isinstance(node, ast.FunctionDef)
        and any("nox.session" in ast.unparse(one) for one in node.decorator_list)
    }

    assert sessions == set(re.findall(r"^\| `([a-z]+)` \|", page, re.MULTILINE))
    named = {
        name.partition("-")[0]
        for page in PAGES
        for run in re.findall(r"nox -s ((?:[a-z][a-z0-9.-]* ?)+)", page.read_text())
        for name in run.split()
        if name != "--"
    }
    assert set() == named - sessions


def test_links_between_pages_lead_somewhere() -> None:
    """Every file that a page links to is there."""
    missing = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
        if not (page.parent / target).exists()
    ]

    assert [] == missing


def test_the_readme_has_two_commands() -> None:
    """Exactly two, each one line."""
    section = re.search(r"^## Two commands$(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    assert section
    commands = re.findall(r"```sh\n(.*?)\n```", section[1], re.DOTALL)

    assert [1, 1] == [len(command.splitlines()) for command in commands]
    assert all(command.startswith("python3 -m venv .venv && ") for command in commands)


def test_the_readme_begins_with_what_it_is() -> None:
    """Three lines, then the commands."""
    head = README.split("## Two commands")[0].strip().splitlines()

    assert ["# sinch_numbers", ""] == head[:2]
    assert 3 == len(head[2:])
