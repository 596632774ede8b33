"""Jobs in fresh processes, for what a process does once: import, grow."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from benchmarks._target import Target


def fresh(script: str, target: Target, **values: object) -> Callable[[], float]:
    """
    Return what runs *script* in a process of its own, and gives the number that it prints.

    It has what *target* has as ``TARGET``, without importing anything for it.
    """
    told: Mapping[str, object] = {
        "url": target.url,
        "project_id": target.project_id,
        "numbers_url": target.numbers_url,
        "token_url": target.token_url,
        **values,
    }

    def run() -> float:
        done = subprocess.run(
            [sys.executable, "-c", f"TARGET = {told!r}\n{script}"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            # Compiled once, as installed packages are, wherever this one is run from.
            env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
        )
        return float(done.stdout)

    return run
