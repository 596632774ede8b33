"""A pytest plugin: Windows leaves out the tests that need more, and the header says so."""

import re
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


_MISSING = [module for module in _POSIX if _is_missing(module)]
_IMPORTS = re.compile(rf"^\s*(?:import|from) (?:{'|'.join(_MISSING)})\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out files that import a missing module."""
    if not _MISSING or collection_path.suffix != ".py":
        return None
    return True if _IMPORTS.search(collection_path.read_text(encoding="utf-8")) else None


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
