"""Clocks of the benchmarks: wall time, or CPU time of the client."""

import os
import time
from collections.abc import Mapping

_NAME = "BENCHMARK_CLOCK"


def count_cpu_time() -> None:
    """Let this process, and what it starts, count CPU time, which other load hardly moves."""
    os.environ.update(cpu_time({}))


def name() -> str:
    """Return what a second is here."""
    return (
        "CPU time of the client, where it does not wait for others"
        if os.environ.get(_NAME)
        else "wall time"
    )


def cpu_time(environment: Mapping[str, str]) -> dict[str, str]:
    """Return *environment* for a process that counts CPU time in any case."""
    return {**environment, _NAME: "process_time"}


def wall_time(environment: Mapping[str, str]) -> dict[str, str]:
    """Return *environment* for a process that goes by the wall's time in any case."""
    return {name: value for name, value in environment.items() if name != _NAME}


def clock() -> float:
    """Return a moment, in seconds."""
    return time.process_time() if os.environ.get(_NAME) else time.perf_counter()
