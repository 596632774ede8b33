"""
A pytest plugin: every test gets the same environment, and unit tests get no sockets.

A test that leaves a file in the root directory or in the working directory fails.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

KEPT = (
    *("PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV"),
    *("PYTHONPATH", "PYTHONHOME", "PYTHONHASHSEED"),
    *("AIOHTTP_NO_EXTENSIONS", "DOCS_SITE", "NODE_PACKAGES", "SCREENSHOTS"),
)
KEPT_PREFIXES = ("PYTEST_", "COV", "PYENV")
"""What says where programs are, and how the tests are run. No test depends on anything else."""


CLEAN: dict[str, str] = {}
"""The environment of every test, from the first one on."""


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """
    Replace the caller's environment, umask, and signal handling by fixed ones.

    Without this, results depend on TERM, NO_COLOR, COLUMNS, locale, time zone, proxies,
    credentials in SINCH_*, and on whether SIGINT is ignored, as it is in a background job.
    """
    callers = dict(os.environ)
    clean = {
        name: value
        for name, value in callers.items()
        if (name in KEPT or name.startswith(KEPT_PREFIXES)) and name != "PYTEST_CURRENT_TEST"
    }
    clean |= {"HOME": str(tmp_path_factory.mktemp("home")), "LANG": "C.UTF-8", "TZ": "UTC"}
    clean |= {"TERM": "xterm-256color"}
    CLEAN.update(clean)
    _use(clean)
    mask = os.umask(0o022)
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    CLEAN.clear()
    signal.signal(signal.SIGINT, interrupt)
    os.umask(mask)
    _use(callers)


def _use(environment: dict[str, str]) -> None:
    current = os.environ.get("PYTEST_CURRENT_TEST", "")
    os.environ.clear()
    os.environ.update(environment, PYTEST_CURRENT_TEST=current)  # pytest insists on removing it
    if hasattr(time, "tzset"):
        time.tzset()


class _Network:
    """Rejects sockets while a test of the lane `unit` runs."""

    def __init__(self) -> None:
        self.rejected = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.rejected and event in ("socket.bind", "socket.connect"):
            address = arguments[1]
            if isinstance(address, tuple):  # an address of the Internet, not a path
                raise RuntimeError(f"a unit test uses the socket {address}: mark it `sandbox`")


NETWORK = _Network()
# On Windows, event loops themselves wake up through a loopback socket.
if sys.platform != "win32":
    sys.addaudithook(NETWORK)


COLLECTED: list[str] = []
"""The ids of all tests, also of those that this run deselects."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    COLLECTED[:] = [item.nodeid for item in items]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Fail a unit test that connects or listens, and undo changes of the environment."""
    NETWORK.rejected = item.get_closest_marker("unit") is not None
    try:
        return (yield)
    finally:
        NETWORK.rejected = False
        changed = dict(os.environ)
        changed.pop("PYTEST_CURRENT_TEST", None)
        if CLEAN and changed != CLEAN:
            _use(CLEAN)


ROOT = Path(__file__).parents[1]
IGNORED = [".*", *(line.strip("/") for line in (ROOT / ".gitignore").read_text().split())]
"""Names that tools and editors create: hidden ones, and those that Git ignores."""


def names(directory: Path) -> set[str]:
    """Return the names of all entries of *directory*; `Path` objects would take twice the time."""
    return {entry.name for entry in os.scandir(directory)}


class Leftovers:
    """Finds entries that a test adds to one of *directories*."""

    def __init__(self, directories: set[Path]) -> None:
        self._known = {directory: names(directory) for directory in directories}

    def check(self) -> None:
        """Fail if there are new entries since the last check; takes 0.1 ms."""
        for directory, known in self._known.items():
            created = names(directory) - known
            known |= created
            left = sorted(n for n in created if not any(fnmatch(n, one) for one in IGNORED))
            if left:
                pytest.fail(f"left in {directory}: {', '.join(left)}", pytrace=False)


LEFTOVERS = Leftovers({path for path in (ROOT, Path.cwd()) if path.is_relative_to(ROOT)})


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Fail a test that leaves files; with workers, also the tests that ran at that moment."""
    yield
    LEFTOVERS.check()
