"""The tutorial of the command line shows commands with the output that they have."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import load_workbook
from session_page import PAGE, rendered

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]


def test_the_session_is_current() -> None:
    """After a change of output, run ``session_page.py`` as its docstring says."""
    # Not `tmp_path`, which is so long that lines of the output would be wrapped.
    with TemporaryDirectory() as directory:
        assert PAGE.read_text("utf-8") == rendered(Path(directory))
        sheet = load_workbook(Path(directory) / "numbers.xlsx").worksheets[0]
    numbers = [cell.value for row in sheet.iter_rows() for cell in row]
    assert {"+14105551716", "+18005557294"} <= set(numbers)
