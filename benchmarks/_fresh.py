"""Scripts in fresh processes, for measuring imports and peak memory."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping

from benchmarks._inventories import INVENTORIES
from benchmarks._target import Target

_IMPORT_TIME = re.compile(r"^import time:\s*(\d+) \|\s*\d+ \|\s*(\S+)$", re.MULTILINE)

_REPORT_DYNAMIC_IMPORTS = """
import importlib, sys
def import_module(name, package=None, imported=importlib.import_module):
    if name[0] == ".":
        return imported(name, package)
    __import__(name)
    return sys.modules[name]
importlib.import_module = import_module
"""
"""Replaces `importlib.import_module`, whose imports ``-X importtime`` doesn't print."""


def fresh(script: str, target: Target, **values: object) -> Callable[[], float]:
    """
    Return a function that runs *script* in a new process, and returns the printed number.

    The script finds the URLs of *target* in the dictionary ``TARGET``, without an import.
    """
    prepared = _prepared(script, target, values)
    return lambda: float(_run(prepared).stdout)


def import_times(script: str, target: Target) -> dict[str, float]:
    """
    Run *script* in a new process; return the milliseconds of each import, without nested ones.

    Modules that Python imports at startup are left out.
    """
    startup = parse_import_times(_run("pass", "-X", "importtime").stderr)
    done = _run(_prepared(_REPORT_DYNAMIC_IMPORTS + script, target, {}), "-X", "importtime")
    found = parse_import_times(done.stderr)
    return {name: taken for name, taken in found.items() if name not in startup}


def parse_import_times(printed: str) -> dict[str, float]:
    """Return milliseconds by module, from the output of ``python -X importtime``."""
    return {name: int(micros) / 1000 for micros, name in _IMPORT_TIME.findall(printed)}


def _prepared(script: str, target: Target, values: Mapping[str, object]) -> str:
    given: Mapping[str, object] = {
        "url": target.url,
        "project_id": target.project_id,
        "numbers_url": target.numbers_url,
        "token_url": target.token_url,
        "phone_number": INVENTORIES[target.inventory].phone_number(36),
        **values,
    }
    return f"TARGET = {given!r}\n{script}"


def _run(script: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", script],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if options else None,
        text=True,
        # Allow bytecode caching, as for an installed package.
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
    )
