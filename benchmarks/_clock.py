"""What time is measured by: the wall's, or the CPU time that the client itself took."""

import os
import time

_NAME = "BENCHMARK_CLOCK"


def count_cpu_time() -> None:
    """Let this process, and what it starts, count CPU time, which other load hardly moves."""
    os.environ[_NAME] = "process_time"


def clock() -> float:
    """Return a moment, in seconds."""
    return time.process_time() if os.environ.get(_NAME) else time.perf_counter()
