"""
All ways in which a program with a sync client can end, repeated many times.

The private loop must not keep the process alive, change its exit code, or print anything::

    python tests/chaos/exits.py --repeats 60
"""

import argparse
import itertools
import math
import os
import signal as signals
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import attrs
from anyio.from_thread import start_blocking_portal
from results import Result

from sinch_numbers.sandbox import Sandbox

SCRIPT = Path(__file__).parent.parent / "sync" / "scripts" / "ending.py"
HUNG = 60.0
"""Seconds after which a process counts as hung."""
AT_ONCE = 2


@attrs.frozen
class Way:
    """A way in which a process ends, and its expected exit code and output."""

    code: int = 0
    says: str = ""
    """Output during the exit."""
    raises: str = ""
    """Last line of the only traceback."""
    signal: signals.Signals | None = None
    call: str = ""
    """The call that the signal interrupts, if any."""


GET, SUBMIT = "GET /v1/projects/sandbox/activeNumbers/{}", "/submit"
WAYS = {
    "no close": Way(),
    "close": Way(),
    "dropped": Way(),
    "iterating": Way(),
    "daemon": Way(),
    "atexit before the package's own": Way(says="closed"),
    "atexit before the first call": Way(says="served"),
    "atexit after the first call": Way(says="served"),
    "sys.exit": Way(3),
    "exception": Way(1, raises="ValueError: a bug of the caller's"),
    "SIGTERM": Way(-signals.SIGTERM, signal=signals.SIGTERM),
    "SIGTERM in a call": Way(-signals.SIGTERM, signal=signals.SIGTERM, call=GET),
    # Python ends by the signal itself, after it has printed the traceback.
    "SIGINT": Way(-signals.SIGINT, raises="KeyboardInterrupt", signal=signals.SIGINT),
    "SIGINT in a call": Way(
        -signals.SIGINT, raises="KeyboardInterrupt", signal=signals.SIGINT, call=GET
    ),
    "SIGTERM in a purchase": Way(-signals.SIGTERM, signal=signals.SIGTERM, call=SUBMIT),
    "SIGINT in a purchase": Way(
        -signals.SIGINT, raises="KeyboardInterrupt", signal=signals.SIGINT, call=SUBMIT
    ),
}


@contextmanager
def elsewhere() -> Iterator[Sandbox]:
    """Run a sandbox in a thread; reads of numbers from +1999 get no response."""
    with start_blocking_portal() as portal:
        sandbox = Sandbox(numbers=40, stock=0)
        with portal.wrap_async_context_manager(sandbox):
            sandbox.faults.add("stall", path="/activeNumbers/+1999", times=math.inf)
            yield sandbox


class Exits:
    """Runs processes that call *sandbox* and end."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._environment = os.environ | sandbox.environment
        self._environment["NUMBER"] = next(iter(sandbox.project().active))
        self._unanswered = itertools.count(19990000000)

    def once(self, how: str) -> tuple[str, float]:
        """End one process; return what was wrong, and the seconds until its end."""
        way, number = WAYS[how], f"+{next(self._unanswered)}"
        if way.call is SUBMIT:
            self._sandbox.project().add_available(phone_number=number)
        with (
            tempfile.TemporaryFile("w+") as errors,
            subprocess.Popen(
                [sys.executable, "-X", "dev", SCRIPT, how, number],
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process,
        ):
            watchdog = Timer(HUNG, process.kill)
            watchdog.start()
            last = self._last_moment(process, way, number)
            assert process.stdout is not None
            said = process.stdout.read()
            process.wait()
            took = time.time() - last
            hung = not watchdog.is_alive()
            watchdog.cancel()
            errors.seek(0)
            noise = errors.read()
        if hung:
            return "it hung", took
        if way.code != process.returncode:
            return f"code {process.returncode}, {noise[-300:]!r}", took
        if way.says != said.strip():
            return f"it said {said!r}", took
        return _noise(noise, way.raises), took

    def _last_moment(self, process: "subprocess.Popen[str]", way: Way, number: str) -> float:
        """Return the time before the process ends; send the signal of *way* if it has one."""
        assert process.stdout is not None
        printed = process.stdout.readline()
        if way.signal is None or not printed:
            return float(printed or time.time())
        while way.call and process.poll() is None and not self._is_sent(way, number):
            time.sleep(0.001)
        sent = time.time()
        process.send_signal(way.signal)
        return sent

    def _is_sent(self, way: Way, number: str) -> bool:
        """Whether the call of *way* has reached the sandbox."""
        if way.call is SUBMIT:
            orders = list(self._sandbox.project().orders.values())
            return any(
                order.numbers[0].phone_number == number and order.state != "CREATED"
                for order in orders
            )
        return way.call.format(number) in self._sandbox.calls[-20:]


def _noise(errors: str, raised: str) -> str:
    """Return the text of *errors*, a standard error, unless it is one traceback of *raised*."""
    first, *others = errors.splitlines() or [""]
    if not raised:
        return f"noise: {errors!r}" if errors else ""
    whole = first.startswith("Traceback") and others and others[-1] == raised
    if whole and all(line.startswith(" ") for line in others[:-1]):
        return ""
    return f"noise: {errors!r}"


def matrix(repeats: int, ways: Iterable[str] = tuple(WAYS)) -> Result:
    """End a process in each of these *ways*, *repeats* times."""
    ways = tuple(ways)
    result = Result(f"exits/{ways[0]}" if len(ways) == 1 else "exits", 0)
    with elsewhere() as sandbox, ThreadPoolExecutor(AT_ONCE) as pool:
        exits = Exits(sandbox)
        for how in ways:
            ends = list(pool.map(exits.once, [how] * repeats))
            sandbox.calls.clear()
            wrong = [what for what, _ in ends if what]
            delays = [1000 * took for _, took in ends]
            median, longest = statistics.median(delays), max(delays)
            result.note(**{how: f"{repeats - len(wrong)}/{repeats} {median:.0f}-{longest:.0f} ms"})
            result.hold(f"{how}: {'; '.join(sorted(set(wrong))[:3])}", not wrong)
    return result.done()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=60)
    return int(bool(matrix(parser.parse_args().repeats).breaches))


if __name__ == "__main__":
    sys.exit(main())
