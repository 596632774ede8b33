"""Missing extras: errors name the command that installs them."""

import io
import pickle
import subprocess
import sys
from collections.abc import Callable

import pytest

from sinch_numbers import MissingExtraError
from sinch_numbers.audit import Report
from sinch_numbers.exports import (
    FINDINGS,
    require,
    schema_of,
    write_html,
    write_parquet,
    write_xlsx,
    write_xlsx_report,
)


@pytest.mark.parametrize(
    ("module", "extra", "write"),
    [
        ("pyarrow", "parquet", lambda report, file: write_parquet([], file, FINDINGS)),
        ("pyarrow", "parquet", lambda report, file: schema_of(FINDINGS)),
        ("jinja2", "html", lambda report, file: write_html(report, file)),
        ("xlsxwriter", "xlsx", lambda report, file: write_xlsx([], file, FINDINGS)),
        ("xlsxwriter", "xlsx", lambda report, file: write_xlsx_report(report, file)),
    ],
)
def test_a_missing_library_is_a_typed_error(
    module: str,
    extra: str,
    write: Callable[..., object],
    made_up: Callable[..., Report],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It names the extra, is an `ImportError`, too, and nothing was written."""
    monkeypatch.setitem(sys.modules, module, None)
    file = io.BytesIO()
    with pytest.raises(MissingExtraError) as missing:
        write(made_up(), file)

    assert b"" == file.getvalue()
    assert extra == missing.value.extra
    assert f"pip install 'sinch-numbers[{extra}]'" in str(missing.value)
    assert isinstance(missing.value, ImportError)
    again = pickle.loads(pickle.dumps(missing.value))
    assert (extra, str(missing.value)) == (again.extra, str(again))


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl", ".html", ".parquet", ".xlsx"])
def test_what_is_installed_is_not_missing(suffix: str) -> None:
    """Here everything is."""
    require(suffix)


@pytest.mark.slow
@pytest.mark.parametrize("module", ["pyarrow", "jinja2", "xlsxwriter"])
def test_libraries_are_loaded_when_they_are_needed(module: str) -> None:
    """Neither the exports nor the command line pay for formats that nobody asked for."""
    code = (
        "import sinch_numbers.exports, sinch_numbers.cli._app, sys; "
        f"sys.exit({module!r} in sys.modules)"
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
