"""A PostgreSQL server for tests: Debian's binaries, a temporary cluster on loopback."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

_INSTALLED = Path("/usr/lib/postgresql")
_START_SECONDS = 60.0
_SETTINGS = ("max_connections=100", "listen_addresses=127.0.0.1")
_names = count()


def binaries() -> Path | None:
    """Return the directory of the newest server that is installed, or ``None``."""
    found = [path for path in _INSTALLED.glob("*/bin") if (path / "initdb").exists()]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def unavailable() -> str:
    """Return why tests with a server cannot run, or nothing if they can."""
    if binaries() is None:
        return "no server in /usr/lib/postgresql (apt-get install postgresql)"
    return "" if find_spec("psycopg") else "psycopg is not installed (extra postgres)"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that this machine cannot run."""
    if unavailable():
        marked = [item for item in items if item.get_closest_marker("postgres")]
        config.hook.pytest_deselected(items=marked)
        items[:] = [item for item in items if not item.get_closest_marker("postgres")]


def pytest_report_header() -> list[str]:
    """Name the tests that this machine cannot run."""
    reason = unavailable()
    return [f"deselected: tests marked `postgres`: {reason}"] if reason else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeat the header where ``-q`` hides it."""
    if not terminalreporter.showheader:
        for line in pytest_report_header():
            terminalreporter.write_line(line)


class Server:
    """
    A cluster that tests can stop, suspend, and start again on the same port.

    Without *fsync*, it survives crashes of the server, but not of the machine.
    """

    def __init__(self, directory: Path, *, fsync: bool = False) -> None:
        found = binaries()
        assert found is not None
        self._binaries = found
        self._directory = directory
        self._data = directory / "data"
        self._log = directory / "log"
        self._settings = (*_SETTINGS, f"fsync={'on' if fsync else 'off'}")
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._user: dict[str, object] = {}
        if os.geteuid() == 0:  # the server refuses to run as root
            account = _unprivileged()
            os.chown(directory, account.pw_uid, account.pw_gid)
            self._user = {
                "user": account.pw_uid,
                "group": account.pw_gid,
                "extra_groups": [],
            }
        initialize = ("-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
        self._run(str(self._binaries / "initdb"), "-D", str(self._data), *initialize)

    def dsn(self, database: str = "postgres", *, port: int | None = None) -> str:
        """Return the URL of a database, with a password that the server does not check."""
        return f"postgresql://postgres:swordfish@127.0.0.1:{port or self.port}/{database}"

    def start(self) -> None:
        """Start the server, and wait until it accepts connections."""
        settings = [part for one in self._settings for part in ("-c", one)]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-k", str(self._directory), *settings],
                stdout=log,
                stderr=log,
                cwd=self._directory,
                **self._user,
            )
        until = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < until, self._log.read_text()
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: by SIGINT orderly, by SIGQUIT as in a crash."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(_START_SECONDS)

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run a statement by psql, and return what it prints."""
        psql = str(self._binaries / "psql")
        options = ("-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.dsn(database))
        return self._run(psql, *options, "-c", statement).strip()

    def configure(self, name: str, value: str) -> None:
        """Change a setting of the server, and wait until new connections have it."""
        self.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        self.execute("SELECT pg_reload_conf()")
        while self.execute(f"SHOW {name}") != value:
            time.sleep(0.02)

    def new_database(self) -> str:
        """Create an empty database, and return its name."""
        name = f"test_{next(_names)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def _is_ready(self) -> bool:
        ready = str(self._binaries / "pg_isready")
        done = subprocess.run(
            [ready, "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False, timeout=30
        )
        return done.returncode == 0

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=self._directory,
            timeout=_START_SECONDS,
            **self._user,
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout


def _unprivileged():
    import pwd  # not on Windows, where this file is imported, too

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise AssertionError("neither a user postgres nor a user nobody")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(*, fsync: bool = False) -> Iterator[Server]:
    """Run a server in a temporary directory."""
    # Not below pytest's directory, which only its own user can enter.
    directory = Path(tempfile.mkdtemp(prefix="sinch-numbers-postgres-"))
    try:
        server = Server(directory, fsync=fsync)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Run a server for all tests of this worker; it takes about two seconds to start."""
    with running() as server:
        yield server


@pytest.fixture
def postgres_dsn(postgres: Server) -> str:
    """Return the URL of an empty database."""
    return postgres.dsn(postgres.new_database())
