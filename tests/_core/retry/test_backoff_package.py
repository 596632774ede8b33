"""The package `backoff` without its files is noticed on import."""

import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from sinch_numbers._core.retry import backoff_package
from sinch_numbers._core.retry.backoff_package import require_backoff

COMMAND = r"-m pip install --force-reinstall --no-deps (python-)?backoff$"


def test_a_complete_package_is_accepted() -> None:
    """It is installed here."""
    require_backoff()


@pytest.mark.parametrize("leftover", [True, False], ids=["an empty directory", "nothing"])
def test_missing_files_name_the_command_that_repairs_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, leftover: bool
) -> None:
    """An uninstalled distribution may leave a directory behind, which can be imported."""
    if leftover:
        (tmp_path / "backoff" / "__pycache__").mkdir(parents=True)

    class Finder:
        @staticmethod
        def find_spec(name: str) -> object:
            return PathFinder.find_spec(name, [str(tmp_path)])

    monkeypatch.setattr(backoff_package, "PathFinder", Finder)

    with pytest.raises(ImportError, match=COMMAND) as caught:
        require_backoff()

    assert "backoff" == caught.value.name
    assert sys.executable in str(caught.value)


@pytest.mark.slow
def test_uninstalling_one_distribution_is_reported(tmp_path: Path) -> None:
    """With the metadata of one left and the files of both gone, the command names that one."""
    site = tmp_path / "site"
    metadata = site / "python_backoff-3.0.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: python-backoff\nVersion: 3.0\n"
    )
    root = Path(__file__).parents[3]
    script = f"import sys; sys.path[:] = [{str(site)!r}, {str(root)!r}, *sys.path[1:]]\n"
    script += "sys.path = [p for p in sys.path if 'site-packages' not in p]\nimport sinch_numbers"

    done = subprocess.run(
        [sys.executable, "-S", "-c", script], capture_output=True, text=True, check=False
    )

    assert 1 == done.returncode
    assert done.stderr.strip().splitlines()[-1].startswith("ImportError")
    assert done.stderr.strip().endswith("--no-deps python-backoff")


def test_a_frozen_program_has_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyInstaller and other tools put modules where only their own importer finds them."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(backoff_package, "PathFinder", None)

    require_backoff()
