"""What PyInstaller needs to freeze programs; ``nox -s frozen`` freezes one."""

import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from runpy import run_path
from types import ModuleType

import pytest

import sinch_numbers
from sinch_numbers._core.public_names import HOMES

PACKAGE = Path(sinch_numbers.__file__).parent
PYPROJECT = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())


def test_the_hook_collects_every_module_that_is_imported_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The entry point names the hook's directory, and the hook all modules with public names."""
    module, _, function = PYPROJECT["project"]["entry-points"]["pyinstaller40"][
        "hook-dirs"
    ].partition(":")
    (directory,) = getattr(import_module(module), function)()

    def collect_submodules(name: str, filter: Callable[[str], bool]) -> list[str]:
        found = walk_packages([str(PACKAGE)], f"{name}.")
        return [one.name for one in found if filter(one.name)]

    hooks = ModuleType("PyInstaller.utils.hooks")
    hooks.collect_submodules = collect_submodules
    hooks.collect_data_files = lambda name: [f"data of {name}"]
    monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
    hook = run_path(str(Path(directory) / "hook-sinch_numbers.py"))

    lazy = {home for homes in HOMES.values() for home in homes.values()}
    missing = {home for home in lazy if home not in hook["hiddenimports"]}
    assert {home for home in missing if not home.startswith("sinch_numbers.testing")} == set()
    assert ["data of sinch_numbers"] == hook["datas"]
    assert "sinch_numbers.testing.plugin" not in hook["hiddenimports"]
