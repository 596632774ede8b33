"""Scripts in fresh processes, for measuring imports and peak memory."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from benchmarks._inventories import INVENTORIES
from benchmarks._target import Target


def fresh(script: str, target: Target, **values: object) -> Callable[[], float]:
    """
    Return a function that runs *script* in a new process, and returns the printed number.

    The script finds the URLs of *target* in the dictionary ``TARGET``, without an import.
    """
    given: Mapping[str, object] = {
        "url": target.url,
        "project_id": target.project_id,
        "numbers_url": target.numbers_url,
        "token_url": target.token_url,
        "phone_number": INVENTORIES[target.inventory].phone_number(36),
        **values,
    }

    def run() -> float:
        done = subprocess.run(
            [sys.executable, "-c", f"TARGET = {given!r}\n{script}"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            # Allow bytecode caching, as for an installed package.
            env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
        )
        return float(done.stdout)

    return run
