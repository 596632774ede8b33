"""README and docs: snippets run, links and tables are correct."""

import ast
import contextlib
import gc
import inspect
import io
import json
import re
import runpy
import shlex
import sys
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from snippets import (
    APART,
    DOCS,
    FENCE,
    PAGES,
    ROOT,
    TAB,
    WALKTHROUGH,
    Block,
    blocks,
    run_tests,
)

import sinch_numbers
from sinch_numbers import NumbersClient, sync
from sinch_numbers._client import provisioning, resources
from sinch_numbers.cli._app import command_tree
from sinch_numbers.cli._shared.errors import ExitCode
from sinch_numbers.testing._served import ServedSandbox

pytestmark = pytest.mark.slow

README = (ROOT / "README.md").read_text(encoding="utf-8")
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
TABLES = runpy.run_path(str(DOCS / "_build" / "tables.py"))
CLUSTER = "from distributed import"
"""What takes a cluster is run by ``nox -s distributed``."""


TASKS = [page for page in PAGES if page.parent == DOCS / "tasks"]
BLOCKS = [block for page in PAGES for block in blocks(page)]
SNIPPETS = [block for block in BLOCKS if block.language == "python"]
RUN_HERE = [
    block
    for block in SNIPPETS
    if CLUSTER not in block.text and block.page not in (*APART, WALKTHROUGH)
]
RUNS = [
    pytest.param(page, tab, id=f"{page.relative_to(ROOT)}{f'-{tab}' if tab else ''}")
    for page in dict.fromkeys(block.page for block in RUN_HERE)
    for tab in dict.fromkeys(block.tab for block in RUN_HERE if block.page == page and block.tab)
    or [None]
]
"""Each page, and if it has tabs, once for each label: readers follow one of them."""
COMMANDS = [
    pytest.param(command, id=f"{block}-{number}")
    for block in BLOCKS
    if block.language in ("sh", "console")
    for number, line in enumerate(block.text.replace("\\\n", " ").splitlines())
    for command in line.removeprefix("$ ").split(" | ")
    if command.startswith("sinch-numbers ")
]


def outputs() -> dict[Block, str]:
    """Return what snippets print: the block of text below. Below tabs it is for each of them."""
    found = {}
    for above, output in pairwise(BLOCKS):
        if above in RUN_HERE and output.language == "text" and above.page == output.page:
            found[above] = output.text
            if above.tab is not None and output.tab is None:
                found |= dict.fromkeys(beside(above), output.text)
    return found


def beside(last: Block) -> Iterator[Block]:
    """Yield the snippets in the tabs beside that of *last*."""
    labels = {last.tab, None}
    for block in reversed(RUN_HERE[: RUN_HERE.index(last)]):
        if block.page != last.page or block.tab in labels:
            break
        labels.add(block.tab)
        yield block


SHOWN = outputs()


def run(block: Block, directory: Path, environment: dict[str, str]) -> str:
    """Run a snippet as a program in this process; return what it prints."""
    source = directory / (block.title or "snippet.py")
    module = ModuleType("__main__")
    if block.title:
        module.__file__ = str(source)  # the processes that it starts import it
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(io.StringIO()) as printed,
        contextlib.redirect_stderr(io.StringIO()) as complaints,
    ):
        patch.setitem(sys.modules, "__main__", module)
        patch.setattr(sys, "argv", [source.name])
        for name, value in environment.items():
            patch.setenv(name, value)
        exec(compile(block.text, str(block), "exec"), vars(module))
        gc.collect()  # what was left open is noticed here, and not by the next snippet
    assert "" == complaints.getvalue(), block
    return printed.getvalue()


@pytest.mark.parametrize(("page", "tab"), RUNS)
def test_every_snippet_runs(
    page: Path,
    tab: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    The snippets of a page are whole programs, which end well, in order, without a warning.

    A block of text after a snippet is what it prints. Each label of tabs is a separate run.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    shown = [block for block in RUN_HERE if block.page == page and block.tab in (None, tab)]
    for block in shown:
        if block.title is not None:
            (tmp_path / block.title).write_text(block.text, encoding="utf-8")
            # Other pages have modules of the same name: whatever is imported, forget it.
            monkeypatch.setitem(sys.modules, Path(block.title).stem, ModuleType("forgotten"))
            del sys.modules[Path(block.title).stem]
    with ServedSandbox(provisioning=0.5) as served:
        environment = served.sandbox.environment | {"NUMBERS_SIGNING_SECRET": "a-signing-secret"}
        for block in shown:
            if not block.is_test:
                printed = run(block, tmp_path, environment)
                assert SHOWN.get(block, printed) == printed, block
        # What asyncio logs, such as an exception that was never retrieved, is a failure as well.
        assert [] == [one for one in caplog.records if one.name == "asyncio"]
        if titles := [block.title for block in shown if block.title and block.is_test]:
            run_tests(page, titles, tmp_path, environment)


def test_every_snippet_in_tabs_runs() -> None:
    """Each one is in the run of its page for its label, or its page is run by other tests."""
    runs = {run.values for run in RUNS}
    elsewhere = {*APART, WALKTHROUGH}
    in_tabs = [block for block in SNIPPETS if block.tab and block.page not in elsewhere]

    assert in_tabs
    assert [] == [block for block in in_tabs if block not in RUN_HERE]
    assert set() == {(block.page, block.tab) for block in in_tabs} - runs


@pytest.mark.parametrize("page", TASKS, ids=lambda page: page.stem)
def test_a_task_is_shown_with_both_clients_and_a_command(page: Path) -> None:
    """A page of a task has pairs of tabs, a command, the price, and a table of errors."""
    snippets = [block for block in blocks(page) if block.language == "python"]
    text = page.read_text(encoding="utf-8")

    assert snippets
    assert ["Async", "Sync"] * (len(snippets) // 2) == [block.tab for block in snippets]
    for block in snippets:
        assert (block.tab == "Async") == ("await " in block.text or "async with" in block.text)
        assert (block.tab == "Sync") == ("SyncNumbersClient" in block.text)
    assert any(block.language == "console" for block in blocks(page))
    assert "\n**Price:** " in text
    assert "\n| Error | Meaning |\n" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_code_is_kept_from_the_tests(page: Path) -> None:
    """Python is called Python, test_notebook.py runs cells, and every other block is none."""
    known = {"ipython", "python", "sh", "console", "text", "toml", "json", "ini", "csv"}
    found = list(blocks(page))

    assert set() == {block.language for block in found} - known
    fences = re.findall(r"^\s*```", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert 2 * len(found) == len(fences), "a malformed fence"
    tabs = re.findall(r"^ *===", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(TAB.findall(page.read_text(encoding="utf-8"))) == len(tabs), "a malformed tab"


@pytest.mark.parametrize("snippet", SNIPPETS, ids=str)
def test_every_snippet_is_in_the_style_of_the_code(snippet: Block) -> None:
    """Lines fit, and the code can be parsed: also that of what is run elsewhere."""
    ast.parse(snippet.text)

    assert [] == [line for line in snippet.text.splitlines() if len(line) > 99]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_typed(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands and options that are shown exist, and nothing is missing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.json").touch()  # where a file is named, it has to be there
    words = shlex.split(command.partition(" #")[0])[1:]
    end = next((place for place, word in enumerate(words) if word in ("<", ">")), None)
    words = words[:end]
    current = command_tree()
    context = current.make_context("sinch-numbers", words)
    while hasattr(current, "resolve_command"):
        name, current, rest = current.resolve_command(
            context, [*context._protected_args, *context.args]
        )
        context = current.make_context(name, rest, parent=context)


def table(page: str, heading: str) -> list[list[str]]:
    """Return the rows of the first table under *heading*, without its head."""
    section = page.partition(f"\n## {heading}\n")[2]
    rows = re.search(r"^\|[-|: ]+\|\n((?:\|.*\n)+)", section, re.MULTILINE)
    assert rows
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1].splitlines()]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_exit_code_is_in_the_reference() -> None:
    """The table of exit codes is complete."""
    page = (DOCS / "operations" / "exit-codes.md").read_text(encoding="utf-8")

    assert {str(code.value) for code in ExitCode} == {row[0] for row in table(page, "Exit codes")}


def slugs(page: Path) -> set[str]:
    """Return the anchors of the headings of *page*."""
    text = re.sub(FENCE, "", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in headings)
    return {re.sub(r"[-\s]+", "-", heading) for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """Links between pages, the README's included, name a file and a heading that are there."""
    text = re.sub(FENCE, "", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.is_file(), f"{page.name}: {target}"
        if anchor and not anchor.startswith("sinch_numbers."):
            assert anchor in slugs(linked), f"{page.name}: {target}"


def test_every_page_can_be_found() -> None:
    """The navigation names each page once."""
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    named = re.findall(r"([\w/-]+\.md)$", nav, re.MULTILINE)

    assert len(set(named)) == len(named)
    assert set() == {str(page.relative_to(DOCS)) for page in PAGES[1:]} - set(named)


def filled(page: Path) -> str:
    """Return a page with the tables that MkDocs fills in."""
    return str(TABLES["on_page_markdown"](page.read_text(encoding="utf-8")))


def test_every_operation_links_to_the_reference_of_the_vendor() -> None:
    """Each row of the table of operations has a link."""
    rows = [row.split("|") for row in TABLES["operations"]("")][2:]

    assert rows
    assert [] == [row for row in rows if f"]({TABLES['NUMBERS_API']}" not in row[3]]


def documented() -> set[str]:
    """Return the full names that the pages of the reference describe."""
    found = set()
    for page in sorted((DOCS / "reference").rglob("*.md")):
        for name, options in re.findall(
            r"^::: ([\w.]+)\n((?:    .*\n)*)", f"{filled(page)}\n", re.MULTILINE
        ):
            members = re.findall(r"^        - (\w+)$", options, re.MULTILINE)
            found |= {f"{name}.{member}" for member in members}
    return found


def public(module: ModuleType) -> set[str]:
    """Return the names that *module* offers: what ``__all__`` says, else what it defines."""
    offered = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
        if inspect.isclass(value) or inspect.isfunction(value)
    ]
    return set(offered) - {"__version__"}


HELPERS = {"reconciled_by", "status_error"}
"""What the package needs of its own errors; nobody else does."""
MODULES = [
    *(getattr(sinch_numbers, name) for name in sorted(sinch_numbers._PACKAGES - {"sync"})),
    resources,
    provisioning,
    sinch_numbers,
    sync,
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_name_is_in_the_reference(module: ModuleType) -> None:
    """Whatever can be imported is described, at the place it is imported from or at another."""
    described = documented()
    at_the_top = {name for name in sinch_numbers.__all__ if f"sinch_numbers.{name}" in described}
    here = {
        member
        for home, _, member in (name.rpartition(".") for name in described)
        if home == module.__name__
    }

    assert set() == public(module) - at_the_top - here - HELPERS


def test_the_reference_describes_what_there_is() -> None:
    """No name is described that is not there, and none twice."""
    for name in documented():
        module, _, member = name.rpartition(".")
        __import__(module)
        assert hasattr(sys.modules[module], member), name


MIGRATING = (DOCS / "guides" / "migrating.md").read_text(encoding="utf-8")
VENDOR = json.loads((ROOT / "tests" / "data" / "vendor-methods.json").read_text(encoding="utf-8"))[
    "releases"
]


def target(name: str) -> object:
    """Return what *name* in a table leads to, a client's or the package's."""
    head, *rest = name.split(".")
    found = NumbersClient("p", "k", "s") if head == "client" else sys.modules[head]
    for part in rest:
        found = getattr(found, part)
    return found


METHODS = {
    (version, name): row[1]
    for version, heading in (("2.3.0", "Method by method"), ("1.1.4", "Names of 1.1"))
    for row in table(MIGRATING, heading)
    for name in quoted(row[0])
}
ARGUMENTS = {name for there, _, _ in table(MIGRATING, "Arguments") for name in quoted(there)} | {
    "page_size"
}


@pytest.mark.parametrize("version", VENDOR)
def test_every_method_of_the_vendor_has_its_row(version: str) -> None:
    """The table is complete, and names nothing that the vendor's package has not got."""
    assert set(VENDOR[version]) == {name for release, name in METHODS if release == version}


@pytest.mark.parametrize("here", sorted(set(METHODS.values())))
def test_every_method_leads_somewhere(here: str) -> None:
    """What the table says to call instead is there to be called."""
    (name,) = quoted(here)

    assert callable(target(name))


@pytest.mark.parametrize(("version", "name"), METHODS, ids="-".join)
def test_every_argument_of_the_vendor_is_told_of(version: str, name: str) -> None:
    """An argument has the same name here, or is in the table of those that have not."""
    (here,) = quoted(METHODS[version, name])
    known = set(inspect.signature(target(here)).parameters)

    assert set() == set(VENDOR[version][name]) - known - ARGUMENTS


def test_every_error_is_in_the_table() -> None:
    """The reference has a row with the next step for each class that can be raised."""
    page = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
    assert "<!-- errors -->" in page
    told = {quoted(row.split("|")[1])[0] for row in list(TABLES["errors"](page))[2:]}
    raised = {name for name in sinch_numbers.__all__ if name.endswith("Error")}

    assert raised - {"SinchNumbersError"} == told


def test_contributors_are_told_of_every_session() -> None:
    """What nox can run is what the page says that it can, and no page names another."""
    page = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    sessions = {
        node.name
        for node in ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and any("nox.session" in ast.unparse(one) for one in node.decorator_list)
    }

    assert sessions == set(re.findall(r"^\| `([a-z]+)` \|", page, re.MULTILINE))
    named = {
        name.partition("-")[0]
        for page in PAGES
        for run in re.findall(
            r"nox -s ((?:[a-z][a-z0-9.-]* ?)+)", page.read_text(encoding="utf-8")
        )
        for name in run.split()
        if name != "--"
    }
    assert set() == named - sessions


ELSEWHERE = [
    # Page, its statement about another page, that page or section, and a pattern found there
    ("README.md", "operations/sizing.md) has figures", "docs/operations/sizing.md", "## Measured"),
    ("README.md", "has the conditions", "docs/explanation/billable-calls.md", "## Conditions"),
    ("docs/contributing.md", "environment and runs the tests", "README.md", r"venv .*-m pytest\n"),
    ("docs/explanation/pace.md", "has examples", "docs/guides/retries.md", "```python"),
    (
        "docs/explanation/unknown-outcomes.md",
        "has a program that reconciles",
        "docs/guides/errors.md#When the outcome is unknown",
        r"```python\n(?:.*\n)*?.*\.reconcile\(",
    ),
    (
        "docs/explanation/unknown-outcomes.md",
        "has more steps, each with an entry",
        "docs/guides/buying.md#Incomplete purchases",
        "on_step",
    ),
    *(
        (
            "docs/guides/notifications.md",
            "has recipes for cron",
            "docs/operations/scheduling.md",
            f"## {one}",
        )
        for one in ("cron", "systemd", "GitHub Actions", "Container")
    ),
    (
        "docs/guides/audit.md",
        "has figures up to a billion",
        "docs/operations/sizing.md#Requests and time",
        r"^ *1,000,000,000 ",
    ),
    (
        "docs/guides/errors.md",
        "has the errors of `buy`",
        "docs/guides/buying.md",
        "PurchaseIncompleteError",
    ),
    (
        "docs/operations/upgrading.md",
        "has the advice for accounts without number orders",
        "docs/guides/buying.md#Accounts without number orders",
        r"with 403\b",
    ),
    (
        "docs/reference/observing.md",
        "has examples",
        "docs/operations/observability.md",
        "```python",
    ),
]


@pytest.mark.parametrize(("page", "statement", "place", "pattern"), ELSEWHERE)
def test_a_statement_about_another_page_is_true(
    page: str, statement: str, place: str, pattern: str
) -> None:
    """A page that another one recommends for an example, a figure, or a recipe has it."""
    said = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    name, _, heading = place.partition("#")
    text = (ROOT / name).read_text(encoding="utf-8")
    if heading:
        text = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]

    assert statement in said
    assert re.search(pattern, text, re.MULTILINE)


def test_figures_are_those_of_the_results() -> None:
    """The README quotes what the benchmarks wrote, to the digit."""
    measured = {tuple(row[:2]) for row in table(RESULTS.read_text(encoding="utf-8"), "Bars")}
    quoted = {tuple(row[:2]) for row in table(README, "How fast")}

    assert quoted
    assert set() == quoted - measured


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


def test_blocks_in_tabs_are_found(tmp_path: Path) -> None:
    """A block in a tab has its label, and its text is without the indentation."""
    page = tmp_path / "page.md"
    code = "if 1:\n\n    pass\n"
    fence = textwrap.indent(f"```python\n{code}```", "    ")
    tabs = "".join(f'=== "{label}"\n\n{fence}\n\n' for label in ("Async", "Sync"))
    page.write_text(f"{tabs}```text\nshown\n```\n", encoding="utf-8")

    found = [(block.tab, block.line, block.text) for block in blocks(page)]

    assert [("Async", 3, code), ("Sync", 11, code), (None, 17, "shown\n")] == found
