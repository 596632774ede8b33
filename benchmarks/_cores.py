"""CPU cores: servers never share the core of a measured process."""

import os

_NAME = "BENCHMARK_CORES"


def pin(number: int) -> None:
    """Keep this process, and what it starts, on one core, where there are several."""
    if not hasattr(os, "sched_setaffinity"):
        return
    # Told to all descendants: once its parent is pinned, a process sees that one core only.
    told = os.environ.setdefault(_NAME, ",".join(map(str, sorted(os.sched_getaffinity(0)))))
    cores = [int(core) for core in told.split(",")]
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[number]})


def unpin() -> None:
    """Let this process, and what it starts, use all cores again."""
    if _NAME in os.environ:
        os.sched_setaffinity(0, {int(core) for core in os.environ[_NAME].split(",")})
