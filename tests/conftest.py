"""The lanes, a clean environment for every test, and a sandbox with a client on it."""

import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator

import hypothesis
import pytest
from case_ids import readable_id

from sinch_numbers import Backoff, NumbersClient
from sinch_numbers.sandbox import Sandbox

# Registered already where the package is installed; here also from a bare checkout.
pytest_plugins = ["sinch_numbers.testing.plugin"]

QUICK = Backoff(first=0.001, throttled=0.001, longest=0.01)

LANES = ("unit", "sandbox", "slow")

KEPT = (
    *("PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV"),
    *("PYTHONPATH", "PYTHONHOME", "PYTHONHASHSEED"),
    *("AIOHTTP_NO_EXTENSIONS", "DOCS_SITE", "SCREENSHOTS"),
)
KEPT_PREFIXES = ("PYTEST_", "COV", "PYENV")
"""What says where programs are, and how the tests are run. No test depends on anything else."""

# Each example of a property takes as long as the machine lets it, and each run tries the same.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put every test without a lane into the lane `unit`."""
    for item in items:
        if not any(item.get_closest_marker(lane) for lane in LANES):
            item.add_marker("unit")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name the values of a parametrization that pytest would number."""
    return readable_id(val, argname)


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """
    Replace the caller's environment, umask, and signal handling by fixed ones.

    Without this, results depend on TERM, NO_COLOR, COLUMNS, locale, time zone, proxies,
    credentials in SINCH_*, and on whether SIGINT is ignored, as it is in a background job.
    """
    callers = dict(os.environ)
    clean = {
        name: value
        for name, value in callers.items()
        if name in KEPT or name.startswith(KEPT_PREFIXES)
    }
    clean |= {"HOME": str(tmp_path_factory.mktemp("home")), "LANG": "C.UTF-8", "TZ": "UTC"}
    clean |= {"TERM": "xterm-256color"}
    _use(clean)
    mask = os.umask(0o022)
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield clean
    signal.signal(signal.SIGINT, interrupt)
    os.umask(mask)
    _use(callers)


@pytest.fixture(autouse=True)
def same_environment(clean_environment: dict[str, str]) -> Iterator[None]:
    """Undo any change of the environment that a test leaves behind."""
    yield
    if os.environ != clean_environment:
        _use(clean_environment)


def _use(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
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


@pytest.fixture(autouse=True)
def no_sockets_in_unit_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test of the lane `unit` that connects or listens."""
    NETWORK.rejected = False and request.node.get_closest_marker("unit") is not None
    yield
    NETWORK.rejected = False


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run a project of a few numbers, with a stock to rent from."""
    async with Sandbox(numbers=40, stock=200, provisioning=0.05) as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[NumbersClient]:
    """Open a client that gives up soon and proves absence within a tenth of a second."""
    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        imported_numbers_url=sandbox.imported_url,
        auth_url=sandbox.auth_url,
        timeout=2.0,
        settle=0.1,
        backoff=QUICK,
        max_concurrency=32,  # both ends of a connection count against `ulimit -n`
    ) as client:
        yield client
