"""Checks of this machine: Python, dependencies, and the store of billable calls."""

import os
import platform
import re
from importlib import metadata
from pathlib import Path
from typing import Final

from sinch_numbers._core.billing.journal import OPEN_STATES
from sinch_numbers._version import __version__
from sinch_numbers.cli._doctor.results import Check, failed, ok, skipped, warning
from sinch_numbers.cli._shared.exit_codes import ExitCode
from sinch_numbers.cli._shared.session import Settings, default_path, named_store, store_name
from sinch_numbers.errors import MissingExtraError, SinchNumbersError
from sinch_numbers.store import SQLiteStore

_DISTRIBUTION: Final = "sinch-numbers"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def python_check() -> Check:
    """Return the versions of Python, the package, and its dependencies."""
    try:
        requirements = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return warning("python", f"{_DISTRIBUTION} runs without being installed",
                       f"pip install '{_DISTRIBUTION}[cli]'")  # fmt: skip
    found, missing = [], []
    for requirement in requirements:
        text, _, marker = requirement.partition(";")
        name = _NAME.match(text.strip())
        if name is None or "python_version" in marker or "sys_platform" in marker:
            continue
        try:
            found.append(f"{name[0]} {metadata.version(name[0])}")
        except metadata.PackageNotFoundError:
            if "extra" not in marker or '"cli"' in marker.replace("'", '"'):
                missing.append(name[0])
    if missing:
        names = ", ".join(missing)
        fix = f"pip install --force-reinstall '{_DISTRIBUTION}[cli]'"
        return failed("python", f"not installed: {names}", fix, ExitCode.OTHER)
    versions = ", ".join(dict.fromkeys(found))
    return ok(
        "python", f"Python {platform.python_version()}, {_DISTRIBUTION} {__version__}, {versions}"
    )


async def store_checks(settings: Settings, project_id: str | None) -> list[Check]:
    """Return the checks of the store: it opens, can be written, and has no open operation."""
    if settings.no_store:
        return [skipped("store", "--no-store is given: no journal of billable calls")]
    source = "--store"
    try:
        named = store_name(settings)
        source = "--store or SINCH_STORE" if named is None else named[1]
        store = named_store(settings) or SQLiteStore(default_path(), exclusive=False)
    except SinchNumbersError as error:
        return [failed("store", error, _fix(error, source), ExitCode.OTHER)]
    try:
        entries = await store.entries(states=tuple(OPEN_STATES))
        if isinstance(store, SQLiteStore) and (problem := _unwritable(store.path)):
            return [failed("store", problem, _fix(None, source), ExitCode.OTHER)]
    except SinchNumbersError as error:
        return [failed("store", error, _fix(error, source), ExitCode.OTHER)]
    finally:
        await store.close()
    kind = f"{store.path}" if isinstance(store, SQLiteStore) else "PostgreSQL"
    checks = [ok("store", f"{kind}, readable and writable")]
    if mine := [one for one in entries if project_id in (None, one.project_id)]:
        checks.append(
            warning(
                "operations",
                f"{len(mine)} billable {'call is' if len(mine) == 1 else 'calls are'} unresolved",
                "sinch-numbers operations recover, then operations list",
            )
        )
    else:
        checks.append(ok("operations", "no billable call is unresolved"))
    return checks


def _unwritable(path: Path) -> str | None:
    """Return why the file or its directory cannot be written; SQLite writes files beside it."""
    for place in (path, path.parent):
        if not os.access(place, os.W_OK):
            return f"{place} cannot be written by this user"
    return None


def _fix(error: SinchNumbersError | None, source: str) -> str:
    if isinstance(error, MissingExtraError):
        return f"install the extra, or change {source}"
    return f"correct the file and its permissions, or name another store with {source}"
