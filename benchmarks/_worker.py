"""
A contender in a process of its own, which runs when it is told to.

So nothing that one contender imports, caches or leaves behind is another's. Whether the
package finds orjson is a matter of the process: where it is to do without, the import
fails there as if it had not been installed.
"""

import gc
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import asdict
from importlib.util import find_spec

from benchmarks._clock import clock, wall_time
from benchmarks._cores import pin
from benchmarks._target import Target

OURS = "sinch_numbers"
FAST = "sinch_numbers + orjson"
VENDOR = "sinch"
JSON = "aiohttp + json"
ORJSON = "aiohttp + orjson"

Work = Callable[[], int]
"""Does the job once, and returns how many units of it there were."""
Contender = Callable[[Target], AbstractContextManager[Work]]
"""Prepares the job: what is done in there is not measured."""

_NEEDS = {FAST: "orjson", ORJSON: "orjson", "orjson": "orjson", VENDOR: "sinch"}


def can_run(name: str) -> bool:
    """Whether what the contender *name* takes is installed."""
    return find_spec(_NEEDS.get(name.split(",", maxsplit=1)[0], "sys")) is not None


def left_out(names: Sequence[str]) -> tuple[str, ...]:
    """Return a note for each package whose contenders cannot run."""
    missing = {_NEEDS[name.split(",")[0]] for name in names if not can_run(name)}
    return tuple(f"left out, as {one} is not installed: its rows" for one in sorted(missing))


@contextmanager
def at_work(
    module: str, names: Sequence[str], target: Target, *, waits: bool = False
) -> Iterator[Mapping[str, Callable[[], float]]]:
    """
    Start those contenders of *module* that can run; each call gives units a second.

    They are in its ``CONTENDERS``, or what is named after a colon. Where what a contender
    *waits* for is part of what is measured, only the wall's time will do.
    """
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(_worker(module, name, target, waits))
            for name in names
            if can_run(name)
        }


@contextmanager
def _worker(module: str, name: str, target: Target, waits: bool) -> Iterator[Callable[[], float]]:
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks._worker", module, name, json.dumps(asdict(target))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=wall_time(os.environ) if waits else None,
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the worker has no pipes")

        def run() -> float:
            with suppress(BrokenPipeError):  # it is gone, and has told why
                print("go", file=stdin, flush=True)
            told = stdout.readline()
            if not told:
                raise RuntimeError(f"{name} of {module} has failed")
            return float(told)

        try:
            yield run
        finally:
            with suppress(BrokenPipeError):
                stdin.close()


def main(module: str, name: str, target: str) -> None:
    """Do the job once for each line that comes in."""
    pin(0)
    if name.split(",", maxsplit=1)[0] == OURS:
        sys.modules["orjson"] = None  # type: ignore[assignment]  # which makes importing it fail
    path, _, table = module.partition(":")
    contender = getattr(importlib.import_module(path), table or "CONTENDERS")[name]
    with contender(Target(**json.loads(target))) as work:
        for _ in sys.stdin:
            gc.collect()
            started = clock()
            units = work()
            print(units / (clock() - started), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
