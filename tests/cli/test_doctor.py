"""`doctor` finds planted failures, names what to correct, and shows no secret."""

import asyncio
import json
import socket
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from anyio.from_thread import BlockingPortal, start_blocking_portal
from connect_proxy import ConnectProxy
from tcp_server import serving

from sinch_numbers.cli._doctor import machine
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._protocol.faults import TOKEN_PATH

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]
CLOSED = "http://127.0.0.1:9"
SECRET = "canary-s3cret"
HOSTS = ("SINCH_NUMBERS_URL", "SINCH_IMPORTED_NUMBERS_URL", "SINCH_AUTH_URL")


@pytest.fixture(autouse=True)
def _own_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def served(portal: BlockingPortal) -> Iterator[Callable[..., int]]:
    """Return a function that serves a response with a given date, and returns the port."""
    with ExitStack() as stack:

        def serve(date: datetime, tls: ssl.SSLContext | None = None) -> int:
            async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await reader.readuntil(b"\r\n\r\n")
                sent = f"Date: {date:%a, %d %b %Y %H:%M:%S} GMT\r\n"
                writer.write(f"HTTP/1.1 404 No\r\n{sent}Content-Length: 0\r\n\r\n".encode())
                await writer.drain()

            return stack.enter_context(portal.wrap_async_context_manager(serving(answer, tls)))

        yield serve


def checks(ended: Any) -> dict[str, dict[str, Any]]:
    assert SECRET not in ended.out + ended.err
    return {one["name"]: one for one in json.loads(ended.out)}


def lead_to(url: str, patch: pytest.MonkeyPatch) -> None:
    for name in HOSTS:
        patch.setenv(name, url)


def the_failure(ended: Any, name: str, code: int, *named: str) -> None:
    """Check that *name* failed with *code*, and that its fix names all of *named*."""
    found = checks(ended)
    check = found[name]
    assert ("failed", code) == (check["status"], check["exitCode"]), found
    assert [] == [one for one in named if one not in check["fix"]], check["fix"]
    first = next(one for one in found.values() if one["status"] == "failed")
    error = json.loads(ended.err.splitlines()[-1])
    assert ("check_failed", first["exitCode"], first["fix"]) == (
        error["code"], error["exitCode"], error["nextStep"]
    )  # fmt: skip
    assert first["exitCode"] == ended.code


def test_all_is_well_with_a_sandbox(sandbox: Sandbox, cli: Run) -> None:
    """Each check is a line for people, and an object for programs."""
    found, shown = checks(cli("--json", "doctor")), cli("doctor")

    assert {"ok"} == {one["status"] for one in found.values()}
    assert [
        "python", "settings", "dns 127.0.0.1", "connection 127.0.0.1", "clock", "token", "project",
        "permission: callback configuration", "permission: imported numbers", "store",
        "operations",
    ] == list(found)  # fmt: skip
    assert (0, "") == (shown.code, shown.err)
    assert "ok       token: the key is valid\n" in shown.out


def test_missing_and_malformed_settings(
    cli: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The variable, or the key of the profile, is named; nothing is sent."""
    monkeypatch.setenv("SINCH_CA_BUNDLE", "/no/such.pem")
    the_failure(cli("--json", "doctor"), "settings", 2, "SINCH_CA_BUNDLE")
    monkeypatch.delenv("SINCH_CA_BUNDLE")
    monkeypatch.setenv("SINCH_AUTH_URL", "ftp://x")
    the_failure(cli("--json", "doctor"), "settings", 2, "SINCH_AUTH_URL")
    monkeypatch.delenv("SINCH_KEY_ID")
    the_failure(cli("--json", "doctor"), "settings", 8, "SINCH_KEY_ID", "configure")
    directory = tmp_path / "config" / "sinch-numbers"
    directory.mkdir(parents=True)
    (directory / "profiles.toml").write_text("[profiles.default]\nproject = 1")
    the_failure(cli("--json", "doctor"), "settings", 2, "profiles.default.project")


def test_an_unknown_host(sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable of its URL, DNS, and the proxy are named."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    monkeypatch.setenv("SINCH_NUMBERS_URL", "https://numbers.invalid")

    ended = cli("--json", "doctor")

    the_failure(ended, "dns numbers.invalid", 10, "SINCH_NUMBERS_URL", "DNS", "SINCH_PROXY")
    assert "skipped" == checks(ended)["connection numbers.invalid"]["status"]


def test_a_refused_connection(sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable of the URL is named, and the key in the profile."""
    monkeypatch.setenv("SINCH_IMPORTED_NUMBERS_URL", CLOSED)
    ended = cli("--json", "doctor")

    the_failure(ended, "permission: imported numbers", 10)
    assert "SINCH_IMPORTED_NUMBERS_URL" in json.loads(ended.err.splitlines()[-1])["nextStep"]


def test_an_untrusted_certificate(
    cli: Run,
    sandbox: Sandbox,
    served: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The option and variable for CAs are named; with them, the connection is verified."""
    ca, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(tls)
    lead_to(f"https://localhost:{served(datetime.now(UTC), tls)}", monkeypatch)

    the_failure(cli("--json", "doctor"), "tls localhost", 10, "--ca-bundle", "SINCH_CA_BUNDLE")
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    trusted = checks(cli("--json", "--ca-bundle", str(tmp_path / "ca.pem"), "doctor"))
    assert "TLS verified" in trusted["connection localhost"]["detail"]


def test_a_certificate_that_is_invalid_because_of_the_clock(
    cli: Run,
    sandbox: Sandbox,
    served: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """It has expired by this machine's clock, but not by the server's, so the clock is named."""
    ca, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    past = datetime.now(UTC) - timedelta(days=400)
    ca.issue_cert(
        "localhost", not_before=past - timedelta(1), not_after=past + timedelta(1)
    ).configure_cert(tls)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    lead_to(f"https://localhost:{served(past, tls)}", monkeypatch)

    ended = cli("--json", "--ca-bundle", str(tmp_path / "ca.pem"), "doctor")

    the_failure(ended, "clock", 10, "set this machine's clock")
    the_failure(ended, "tls localhost", 10)
    assert "ahead of the service's" in checks(ended)["clock"]["detail"]


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(120, "warning"), (-120, "warning"), (4000, "failed"), (-4000, "failed"), (3, "ok")],
)
def test_a_wrong_clock(
    cli: Run,
    sandbox: Sandbox,
    served: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    seconds: int,
    status: str,
) -> None:
    """A difference of 30 seconds is a warning, one of 5 minutes a failure."""
    port = served(datetime.now(UTC) - timedelta(seconds=seconds))
    lead_to(f"http://127.0.0.1:{port}", monkeypatch)

    check = checks(cli("--json", "doctor"))["clock"]

    assert status == check["status"]
    if status != "ok":
        assert ("ahead of" if seconds > 0 else "behind") in check["detail"]
        assert "clock" in check["fix"]


def test_a_proxy_that_is_unreachable_or_rejects_us(
    cli: Run, sandbox: Sandbox, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Option and variables are named, and no password is shown."""
    lead_to("https://numbers.example", monkeypatch)
    monkeypatch.setenv("SINCH_PROXY", f"http://u:{SECRET}@127.0.0.1:9")
    named = ("--proxy", "SINCH_PROXY", "NO_PROXY")
    the_failure(cli("--json", "doctor"), "proxy numbers.example", 10, *named)
    with portal.wrap_async_context_manager(ConnectProxy(9, "u:other").running()) as proxy:
        monkeypatch.setenv("SINCH_PROXY", f"http://u:{SECRET}@127.0.0.1:{proxy.port}")
        ended = cli("--json", "doctor")
    the_failure(ended, "proxy numbers.example", 10, *named)
    assert "407" in checks(ended)["proxy numbers.example"]["detail"]


def test_a_rejected_key(cli: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables of key and secret are named; without a token, the rest is skipped."""
    monkeypatch.setenv("SINCH_KEY_SECRET", SECRET)

    ended = cli("--json", "doctor")

    the_failure(ended, "token", 8, "SINCH_KEY_ID", "SINCH_KEY_SECRET")
    assert "skipped" == checks(ended)["project"]["status"]


def test_a_token_service_that_fails(cli: Run, sandbox: Sandbox) -> None:
    """The exit code is that of the error."""
    sandbox.faults.add("429", path=TOKEN_PATH, times=100)

    the_failure(cli("--json", "doctor"), "token", 9, "later")


def test_a_project_that_the_key_does_not_belong_to(cli: Run, sandbox: Sandbox) -> None:
    """The option is named if it was given."""
    ended = cli("--json", "--project", "elsewhere", "doctor")

    the_failure(ended, "project", 8, "--project", "SINCH_KEY_ID")


def test_a_project_that_does_not_exist(cli: Run, sandbox: Sandbox) -> None:
    """The variable is named."""
    sandbox.faults.add("404_json", path="/activeNumbers", times=100)

    the_failure(cli("--json", "doctor"), "project", 6, "SINCH_PROJECT_ID")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/callbackConfiguration", "permission: callback configuration"),
        ("/importedNumbers", "permission: imported numbers"),
    ],
)
def test_a_missing_permission(cli: Run, sandbox: Sandbox, path: str, name: str) -> None:
    """The others are checked, too."""
    sandbox.faults.add("403", path=path, times=100)

    ended = cli("--json", "doctor")

    the_failure(ended, name, 8, "SINCH_PROJECT_ID", "SINCH_KEY_ID")
    assert "ok" == checks(ended)["project"]["status"]


def test_a_store_that_cannot_be_used(
    cli: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not a database, below a file, on a network file system, not writable, or malformed."""
    (tmp_path / "text.db").write_text("not a database, but a text of some length")
    the_failure(
        cli("--json", "--store", str(tmp_path / "text.db"), "doctor"), "store", 1, "--store"
    )
    monkeypatch.setenv("SINCH_STORE", str(tmp_path / "text.db" / "x.db"))
    the_failure(cli("--json", "doctor"), "store", 1, "SINCH_STORE")
    monkeypatch.setenv("SINCH_STORE", str(tmp_path / "new.db"))
    with monkeypatch.context() as patch:
        patch.setattr("sinch_numbers.store._database_file.network_file_system", lambda _: "nfs4")
        ended = cli("--json", "doctor")
        the_failure(ended, "store", 1, "SINCH_STORE")
        assert "network file system (nfs4)" in checks(ended)["store"]["detail"]
    with monkeypatch.context() as patch:
        patch.setattr(machine.os, "access", lambda *_: False)
        the_failure(cli("--json", "doctor"), "store", 1, "SINCH_STORE", "permissions")
    monkeypatch.setenv("SINCH_STORE", "redis://host")
    the_failure(cli("--json", "doctor"), "store", 2, "SINCH_STORE")


def test_a_store_of_a_newer_release(cli: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    """The error names both versions."""
    path = tmp_path / "numbers.db"
    assert 0 == cli("--store", str(path), "doctor").code
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE sinch_schemas SET version = 800, min_writer_version = 700")
    database.close()

    ended = cli("--json", "--store", str(path), "doctor")

    the_failure(ended, "store", 1, "--store")
    assert "700" in checks(ended)["store"]["detail"]


def test_an_open_operation_is_a_warning(cli: Run, sandbox: Sandbox) -> None:
    """With the command that resolves it; the exit code stays 0."""
    number = next(
        number
        for number, one in sandbox.project().stock.items()
        if (one.region_code, one.type) == ("US", "LOCAL")
    )
    sandbox.faults.queue("drop")
    assert 4 == cli("rent", number, "--yes").code

    ended = cli("--json", "doctor")

    assert 0 == ended.code
    assert "warning" == checks(ended)["operations"]["status"]
    assert "operations recover" in checks(ended)["operations"]["fix"]


def test_a_missing_dependency(cli: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that installs it is named."""
    version = machine.metadata.version

    def missing(name: str) -> str:
        if name == "cattrs":
            raise machine.metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(machine.metadata, "version", missing)

    the_failure(cli("--json", "doctor"), "python", 1, "pip install")


def test_a_sandbox_has_no_settings_to_check(cli: Run) -> None:
    """Nothing of it can be corrected."""
    assert 2 == cli("--sandbox", "doctor").code
