"""
Contenders in worker processes, each measured on request.

In separate processes, contenders don't share imports, caches, or garbage. Whether the
package uses orjson is decided per process: for `OURS`, importing orjson fails as if it
weren't installed.
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

from benchmarks._clock import clock
from benchmarks._cores import pin
from benchmarks._target import Target

OURS = "sinch_numbers"
FAST = "sinch_numbers + orjson"
VENDOR = "sinch"
JSON = "aiohttp + json"
ORJSON = "aiohttp + orjson"
GC_OFF = ", gc off"
"""Suffix of a contender's name: runs with the garbage collector disabled."""

Work = Callable[[], int]
"""Does the job once, and returns the number of units."""
Contender = Callable[[Target], AbstractContextManager[Work]]
"""Prepares the job. Preparation isn't measured."""

_NEEDS = {FAST: "orjson", ORJSON: "orjson", "orjson": "orjson", VENDOR: "sinch"}


def can_run(name: str) -> bool:
    """Whether the packages that the contender *name* needs are installed."""
    return find_spec(_NEEDS.get(name.split(",", maxsplit=1)[0], "sys")) is not None


def left_out(names: Sequence[str]) -> tuple[str, ...]:
    """Return a note for each missing package."""
    missing = {_NEEDS[name.split(",")[0]] for name in names if not can_run(name)}
    return tuple(f"{one} isn't installed: its rows are missing" for one in sorted(missing))


@contextmanager
def at_work(
    module: str,
    names: Sequence[str],
    target: Target,
    *,
    timed_by: Callable[[Mapping[str, str]], dict[str, str]] = dict,
    collects: bool = True,
) -> Iterator[Mapping[str, Callable[[], float]]]:
    """
    Start the contenders of *module* that can run; each call returns units per second.

    Contenders are in ``CONTENDERS``, or in the table named after a colon. *timed_by* sets the
    clock: `wall_time` where waiting is part of the result, even if CPU time was requested.
    Without *collects*, the garbage collector is disabled during each measurement; the suffix
    `GC_OFF` does the same for one contender.
    """
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                _worker(module, name, target, timed_by(os.environ), collects)
            )
            for name in names
            if can_run(name)
        }


@contextmanager
def _worker(
    module: str, name: str, target: Target, environment: Mapping[str, str], collects: bool
) -> Iterator[Callable[[], float]]:
    arguments = [module, name if collects else name + GC_OFF, json.dumps(asdict(target))]
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks._worker", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the worker has no pipes")

        def run() -> float:
            with suppress(BrokenPipeError):  # the worker has already printed its traceback
                print("go", file=stdin, flush=True)
            line = stdout.readline()
            if not line:
                raise RuntimeError(f"{name} of {module} has failed")
            return float(line)

        try:
            yield run
        finally:
            with suppress(BrokenPipeError):
                stdin.close()


def main(module: str, name: str, target: str) -> None:
    """Do the job once per line of stdin."""
    pin(0)
    contender_name = name.removesuffix(GC_OFF)
    if name.split(",", maxsplit=1)[0] == OURS:
        sys.modules["orjson"] = None  # type: ignore[assignment]  # which makes importing it fail
    path, _, table = module.partition(":")
    contender = getattr(importlib.import_module(path), table or "CONTENDERS")[contender_name]
    with contender(Target(**json.loads(target))) as work:
        for _ in sys.stdin:
            gc.collect()
            if name.endswith(GC_OFF):
                gc.disable()
            started = clock()
            units = work()
            taken = clock() - started
            gc.enable()
            print(units / taken, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
