"""Notebooks: the cells of the guide run in a kernel, and values have their displays."""

import re
from typing import Any

import pytest
from snippets import DOCS, blocks

from sinch_numbers.testing._served import ServedSandbox

# A kernel is a process, which takes about two seconds to start.
pytestmark = [pytest.mark.slow, pytest.mark.posix]

GUIDE = DOCS / "guides" / "notebooks.md"


@pytest.fixture(scope="module")
def executed(tmp_path_factory: Any) -> list[Any]:
    """Run the cells of the guide in a kernel, on a sandbox; return the executed cells."""
    import nbformat
    from nbclient import NotebookClient

    directory = tmp_path_factory.mktemp("notebook")
    sources = [block.text for block in blocks(GUIDE) if block.language == "ipython"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in sources])
    with ServedSandbox() as served, pytest.MonkeyPatch.context() as patch:
        for name, value in served.sandbox.environment.items():
            patch.setenv(name, value)
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")  # otherwise jupyter_core warns
        NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            resources={"metadata": {"path": str(directory)}},
        ).execute()
    return list(notebook.cells)


def display(cell: Any, mime: str = "text/html") -> str:
    """Return what the last expression of *cell* displays as *mime*."""
    (data,) = [out.data for out in cell.outputs if out.output_type == "execute_result"]
    return str(data[mime])


def showing(executed: list[Any], expression: str) -> list[Any]:
    """Return the cells with and without ``await`` that end with *expression*."""
    cells = [cell for cell in executed if cell.source.rstrip().endswith(f"\n{expression}")]
    assert 2 == len(cells)
    return cells


def test_a_report_shows_an_overview(executed: list[Any]) -> None:
    """It is HTML of less than 20 kB, with the completeness, and a `repr` of one line."""
    for cell in showing(executed, "report"):
        assert "Inventory complete" in display(cell)
        assert "Monthly cost" in display(cell)
        assert len(display(cell).encode()) < 20_000
        assert "\n" not in display(cell, "text/plain")
        assert display(cell, "text/plain").startswith("<Report of sandbox: ")


def test_a_number_shows_one_line(executed: list[Any]) -> None:
    """Its number, status, and price are on one line."""
    for cell in showing(executed, "number"):
        assert re.fullmatch(r"<code>\+1\d+</code>, US, [A-Z_]+, [a-z]+, USD .*", display(cell))
        assert "\n" not in display(cell, "text/plain")


def test_pages_costs_and_frames_are_tables(executed: list[Any]) -> None:
    """The other cells that show a value display a table."""
    for ending in (".page()", "report.costs", ".head(3)"):
        cells = [cell for cell in executed if cell.source.rstrip().endswith(ending)]
        assert 2 == len(cells)
        assert all("<table" in display(cell) for cell in cells)


def test_no_cell_fails(executed: list[Any]) -> None:
    """The only text on stderr is the warning about sync calls in an event loop."""
    outputs = [out for cell in executed for out in cell.outputs]

    assert [] == [out for out in outputs if out.output_type == "error"]
    streams = [out.text for out in outputs if out.output_type == "stream"]
    assert 1 == len(streams)
    assert "event loop" in streams[0]
