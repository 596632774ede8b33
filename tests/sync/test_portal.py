"""The private loop: threads, forks, exits, interrupts, and other people's loops."""

import _thread
import asyncio
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import pytest
import trustme
from anyio.from_thread import start_blocking_portal
from tls_front import tls_front

from sinch_numbers import ClientClosedError, NotFoundError, SyncInLoopError, SyncNumbersClient
from sinch_numbers._core import portal as _portal
from sinch_numbers._core.portal import Runner
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="module")
def service() -> Iterator[Sandbox]:
    """Run one sandbox for all scripts, in a thread."""
    with start_blocking_portal() as portal:
        sandbox = Sandbox(numbers=40, stock=40)
        with portal.wrap_async_context_manager(sandbox):
            yield sandbox


@pytest.fixture
def environment(service: Sandbox) -> dict[str, str]:
    """Return an environment that leads to the sandbox."""
    return os.environ | service.environment | {"NUMBER": next(iter(service.project().active))}


def script(
    name: str,
    *arguments: str,
    environment: dict[str, str],
    timeout: float = 60,
    flags: tuple[str, ...] = ("-X", "dev"),
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *flags, SCRIPTS / f"{name}.py", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.mark.slow
def test_forks_under_load_over_http(environment: dict[str, str]) -> None:
    """Twenty children of a busy parent: none hangs, none fails, the parent notices nothing."""
    # Not in dev mode: asyncio would complain that a machine with this much to do is slow.
    done = script("fork", "20", environment=environment, timeout=240, flags=())
    print(done.stdout)

    assert "forks=20 hung=0 failed=0 parent_stuck=0 parent_errors=0 " in done.stdout, done.stderr
    assert "" == done.stderr


@pytest.mark.slow
def test_forks_under_load_over_https(
    environment: dict[str, str], service: Sandbox, tmp_path: Path
) -> None:
    """The same with TLS on every connection."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    front = tls_front(context, int(service.url.rpartition(":")[2]))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(front) as port,
    ):
        url = f"https://127.0.0.1:{port}"
        secure = {"SINCH_NUMBERS_URL": url, "SINCH_AUTH_URL": url, "CA_BUNDLE": str(bundle)}

        done = script("fork", "10", environment=environment | secure, timeout=240, flags=())
    print(done.stdout)
    assert "forks=10 hung=0 failed=0 parent_stuck=0 parent_errors=0 " in done.stdout, done.stderr
    assert "" == done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("loop", ["1", "0"], ids=["uvloop", "asyncio"])
@pytest.mark.parametrize("method", ["gunicorn", "fork", "spawn"])
def test_workers_of_a_process_that_called_before(
    environment: dict[str, str], method: str, loop: str
) -> None:
    """Prefork servers and pools: every worker's every call is answered."""
    quiet = {"PYTHONWARNINGS": "ignore::DeprecationWarning", "SINCH_UVLOOP": loop}
    done = script("prefork", method, environment=environment | quiet)

    assert (0, "done=400\n", "") == (done.returncode, done.stdout, done.stderr)


def test_an_interrupt_cancels_the_call_and_says_what_it_leaves(
    environment: dict[str, str], service: Sandbox
) -> None:
    """Ctrl-C in a rent: the call is cancelled, its open outcome logged, the client still good."""
    number = next(iter(service.project().stock))
    service.faults.add("stall", path=":rent", seconds=30)
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", SCRIPTS / "interrupt.py"],
        env=environment | {"NUMBER": number},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert "ready\n" == process.stdout.readline()
    rent = f"POST /v1/projects/sandbox/availableNumbers/{number}:rent"
    while rent not in service.calls:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    told, noise = process.communicate(timeout=120)
    lines = told.splitlines()

    assert f"cancelled, outcome unknown: {rent.replace(number, '+***' + number[-4:])}" == lines[0]
    assert ["interrupted", "still good"] == lines[1:]
    assert (0, "") == (process.returncode, noise)


class Idle:
    """Has nothing to close."""

    async def close(self) -> None:
        pass


def test_a_signal_that_does_not_interrupt_the_wait_is_noticed() -> None:
    """Whatever thread the system delivers Ctrl-C to, and at whatever moment, the call ends."""
    cancelled = threading.Event()

    async def wait() -> None:
        try:
            interrupting.start()
            await anyio.sleep(30)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    interrupting = threading.Timer(0.1, _thread.interrupt_main)
    with pytest.raises(KeyboardInterrupt):
        Runner(Idle()).run(wait)

    assert cancelled.is_set()


@pytest.mark.slow
def test_threads_that_looked_up_names_end_without_a_word(environment: dict[str, str]) -> None:
    """At exit no thread can be started any more, also none to wait for those of the loop."""
    named = {
        name: environment[name].replace("127.0.0.1", "localhost")
        for name in ("SINCH_NUMBERS_URL", "SINCH_AUTH_URL")
    }
    assert all("localhost" in url for url in named.values())

    done = script("ending", "no close", environment=environment | named, flags=())

    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.slow
@pytest.mark.parametrize("loop", ["1", "0"], ids=["uvloop", "asyncio"])
@pytest.mark.parametrize("stored", [False, True], ids=["memory", "store"])
@pytest.mark.parametrize("start", ["cold", "warm"])
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_thread_that_outlives_the_main_thread(
    kind: str, start: str, stored: bool, loop: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """Its calls are served, or raise at once: not every Python starts threads at that time."""
    named = {
        name: environment[name].replace("127.0.0.1", "localhost")
        for name in ("SINCH_NUMBERS_URL", "SINCH_AUTH_URL")
    }
    store = str(tmp_path / "numbers.db") if stored else ""
    settings = {"SINCH_UVLOOP": loop}

    done = script(
        "outliving", kind, start, store, environment=environment | named | settings, flags=()
    )

    ends = done.stdout.splitlines()
    assert (0, "", 2) == (done.returncode, done.stderr, len(ends)), done.stdout
    assert {"served", "closed"} >= set(ends)
    if kind == "sync" and sys.version_info[:2] != (3, 12):
        assert ["served", "served"] == ends


@pytest.mark.parametrize(
    ("threads", "calls"), [(16, 20), pytest.param(64, 100, marks=pytest.mark.slow)]
)
def test_many_threads_on_one_client(threads: int, calls: int, service: Sandbox) -> None:
    """Each thread receives the response to its own request."""
    numbers = sorted(service.project().active)
    with SyncNumbersClient(
        "sandbox", "sandbox", "sandbox", numbers_url=service.url, auth_url=service.auth_url
    ) as client:

        def work(thread: int) -> int:
            wanted = numbers[thread % len(numbers)]
            return sum(
                client.active_numbers.get(wanted).phone_number != wanted for _ in range(calls)
            )

        with ThreadPoolExecutor(threads) as pool:
            assert 0 == sum(pool.map(work, range(threads)))


def test_a_call_from_the_loops_own_thread_is_an_error(sync_client: SyncNumbersClient) -> None:
    """A callback that calls back in would wait for itself: it is told so."""
    caught: list[BaseException] = []

    async def callback() -> None:
        try:
            sync_client.available_regions.list()
        except SyncInLoopError as error:
            caught.append(error)

    sync_client._runner.run(callback)

    assert 1 == len(caught)


def test_inside_of_a_running_loop(sync_client: SyncNumbersClient) -> None:
    """As in a notebook: it works, and says once that the loop stands still."""

    async def cell() -> int:
        return len(sync_client.available_regions.list())

    _portal._process._warned = False
    with pytest.warns(RuntimeWarning, match="blocks that loop") as told:
        assert asyncio.run(cell()) > 0
    assert __file__ == told[0].filename

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert asyncio.run(cell()) > 0


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), ValueError("a bug")])
def test_what_is_raised_inside_does_not_end_the_loop(
    sync_client: SyncNumbersClient, error: BaseException
) -> None:
    """An exit in a hook reaches the caller; everybody else's calls go on."""

    async def hook() -> None:
        raise error

    with pytest.raises(type(error)):
        sync_client._runner.run(hook)

    assert sync_client.available_regions.list()


def test_a_closed_client_says_so(sync_client: SyncNumbersClient) -> None:
    """What is called after the end is a typed error; closing twice is fine."""
    sync_client.available_regions.list()
    sync_client.close()
    sync_client.close()

    with pytest.raises(ClientClosedError):
        sync_client.available_regions.list()


@pytest.mark.parametrize("races", [10, pytest.param(60, marks=pytest.mark.slow)])
def test_closing_races_with_calls(races: int, service: Sandbox) -> None:
    """Whoever loses the race gets an answer or a typed error, and nobody hangs."""
    number = next(iter(service.project().active))
    ends: list[object] = []

    def call(client: SyncNumbersClient, barrier: threading.Barrier) -> None:
        barrier.wait()
        try:
            ends.append(client.active_numbers.get(number).phone_number)
        except Exception as error:
            ends.append(type(error).__module__)

    for _ in range(races):
        client = SyncNumbersClient(
            "sandbox",
            "sandbox",
            "sandbox",
            numbers_url=service.url,
            auth_url=service.auth_url,
            retries=0,
        )
        barrier = threading.Barrier(5)
        threads = [threading.Thread(target=call, args=(client, barrier)) for _ in range(4)]
        for thread in threads:
            thread.start()
        barrier.wait()
        client.close()
        for thread in threads:
            thread.join(10)
            assert not thread.is_alive()

    assert 4 * races == len(ends)
    assert {number, "sinch_numbers.errors"} >= set(ends)


def test_all_clients_share_one_thread(sync_client: SyncNumbersClient) -> None:
    """A second client starts no second loop."""
    sync_client.available_regions.list()
    with sync_client.with_options(timeout=5) as sibling:
        sibling.available_regions.list()

    assert 1 == sum(thread.name == "sinch_numbers" for thread in threading.enumerate())


def test_a_dropped_client_closes_its_connections(service: Sandbox) -> None:
    """Whoever forgets to close leaves no connection open."""
    import gc

    client = SyncNumbersClient(
        "sandbox", "sandbox", "sandbox", numbers_url=service.url, auth_url=service.auth_url
    )
    client.available_regions.list()
    transport = client._core._context.transport
    del client
    gc.collect()
    end = time.monotonic() + 5
    while not transport._closed and time.monotonic() < end:
        time.sleep(0.01)

    assert transport._closed


def test_errors_are_the_async_ones(sync_client: SyncNumbersClient) -> None:
    """The same classes with the same contents."""
    with pytest.raises(NotFoundError) as caught:
        sync_client.active_numbers.get("+12025550199")

    assert ("NOT_FOUND", 1) == (caught.value.code, caught.value.attempts)


def test_a_dropped_runner_is_forgotten() -> None:
    """The registry of what is to be closed does not grow."""
    closed = threading.Event()

    class Core:
        async def close(self) -> None:
            closed.set()

    before = len(_portal._process.closables)
    Runner(Core()).run(Core().close)
    closed.wait(5)
    end = time.monotonic() + 5
    while len(_portal._process.closables) > before and time.monotonic() < end:
        time.sleep(0.001)

    assert before == len(_portal._process.closables)
