"""A pytest plugin: Windows leaves out the tests that need more, and the header says so."""

import re
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pytest

_POSIX = ("fcntl", "pty", "resource", "termios")


def _is_missing(module: str) -> bool:
    try:
        import_module(module)
    except ImportError:
        return True
    return False


def _imports(path: Path, modules: Iterable[str]) -> bool:
    """Whether the file at *path* imports one of *modules*."""
    pattern = rf"^\s*(?:import|from) (?:{'|'.join(modules)})\b"
    return re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE) is not None


_MISSING = [module for module in _POSIX if _is_missing(module)]
_UNUSABLE = [*_MISSING]
"""Missing modules, and modules of the tests that import them."""
if _MISSING:
    _helpers = [path for path in Path(__file__).parent.rglob("*.py") if _imports(path, _MISSING)]
    _UNUSABLE += [path.stem for path in _helpers if not path.stem.startswith("test_")]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out files that import a missing module."""
    if not _MISSING or collection_path.suffix != ".py":
        return None
    return True if _imports(collection_path, _UNUSABLE) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests with the marker `posix`."""
    if _MISSING:
        marked = [item for item in items if item.get_closest_marker("posix")]
        config.hook.pytest_deselected(items=marked)
        items[:] = [item for item in items if not item.get_closest_marker("posix")]


def pytest_report_header() -> list[str]:
    missing = ", ".join(_MISSING)
    return [f"left out: tests marked `posix`, or that import {missing}"] if missing else []
