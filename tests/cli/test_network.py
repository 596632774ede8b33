"""The command line behind proxies, and with CAs of a company."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from anyio.from_thread import start_blocking_portal
from connect_proxy import ConnectProxy, service
from tcp_server import serving

Run = Callable[..., Any]

PASSWORD = "canary-p4ss"


@pytest.fixture
def ca(tmp_path: Path) -> trustme.CA:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    return ca


@pytest.fixture
def proxy(ca: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectProxy]:
    """Run the service where only a proxy with a password reaches it, and name it to commands."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("numbers.example", "auth.example").configure_cert(tls)
    for name, value in {
        "PROJECT_ID": "p",
        "KEY_ID": "k",
        "KEY_SECRET": "s3cret",
        "NUMBERS_URL": "https://numbers.example",
        "IMPORTED_NUMBERS_URL": "https://numbers.example",
        "AUTH_URL": "https://auth.example",
    }.items():
        monkeypatch.setenv(f"SINCH_{name}", value)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(serving(service, tls)) as port,
        portal.wrap_async_context_manager(
            ConnectProxy(port, f"user:{PASSWORD}").running()
        ) as proxy,
    ):
        yield proxy


@pytest.mark.sandbox
def test_commands_go_through_the_proxy_and_trust_the_file(
    cli: Run, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By option or by variable, with or without a scheme, and not where ``NO_PROXY`` says so."""
    bundle, url = str(tmp_path / "company.pem"), f"user:{PASSWORD}@127.0.0.1:{proxy.port}"
    options = ["--ca-bundle", bundle]

    for name in ("SINCH_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, url)
        monkeypatch.setenv("SINCH_CA_BUNDLE", bundle)
        ended = cli("list")
        assert (0, "") == (ended.code, ended.err)
        monkeypatch.delenv(name)
    assert 3 * ["auth.example:443", "numbers.example:443"] == proxy.targets
    monkeypatch.setenv("SINCH_PROXY", url)

    def unknown(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setenv("NO_PROXY", "auth.example")
    monkeypatch.setattr("socket.getaddrinfo", unknown)
    monkeypatch.setattr("sinch_numbers._core.auth.oauth._TRIES", 1)
    ended = cli(*options, "list")
    assert 10 == ended.code
    assert "could not connect to auth.example: " in ended.err
    assert 6 == len(proxy.targets)


@pytest.mark.sandbox
def test_a_wrong_password_is_tried_once(
    cli: Run, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The proxy is asked once, and no password is shown."""
    url = f"http://user:{PASSWORD}-wrong@127.0.0.1:{proxy.port}"
    monkeypatch.setenv("SINCH_PROXY", url)

    ended = cli("--verbose", "--ca-bundle", str(tmp_path / "company.pem"), "list")

    assert 10 == ended.code
    assert "the proxy responded 407: it requires a valid user name and password" in ended.err
    assert ["auth.example:443"] == proxy.targets
    assert "canary" not in ended.out + ended.err


@pytest.mark.sandbox
def test_a_ca_that_is_not_named_is_in_the_error(
    cli: Run, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is the variable that names one."""
    monkeypatch.setenv("SINCH_PROXY", f"user:{PASSWORD}@127.0.0.1:{proxy.port}")

    ended = cli("list")

    assert 10 == ended.code
    assert "unable to get local issuer certificate; for a server or proxy of your" in ended.err
    assert "SINCH_CA_BUNDLE" in ended.err
    assert "canary" not in ended.err


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--proxy", "socks5://a.example"], "SOCKS proxies (socks5) are not"),
        (["--proxy", "http://a.example:0"], "a URL with a port from 1 to 65535"),
        (["--proxy", f"http://u:{PASSWORD}@a.example"], "set $SINCH_PROXY to the URL instead"),
        (["--ca-bundle", "/no/such.pem"], "(No such file or directory), got '/no/such.pem'"),
    ],
)
def test_a_wrong_option_is_wrong_usage(
    cli: Run, monkeypatch: pytest.MonkeyPatch, options: list[str], reason: str
) -> None:
    """Nothing is sent, and no password is shown."""
    for name in ("PROJECT_ID", "KEY_ID", "KEY_SECRET"):
        monkeypatch.setenv(f"SINCH_{name}", "x")

    ended = cli(*options, "list")

    assert (2, "") == (ended.code, ended.out)
    assert reason in ended.err
    assert "canary" not in ended.err


@pytest.mark.sandbox
def test_the_sandbox_needs_no_proxy(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is on this machine, so a proxy that could not be used doesn't matter."""
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy.example")

    assert 0 == cli("--sandbox", "--sandbox-numbers", "1", "list").code


@pytest.mark.parametrize("added", ["\n", "\r\n", " ", '"'])
@pytest.mark.parametrize("variable", ["SINCH_KEY_SECRET", "SINCH_KEY_ID", "SINCH_HMAC_SECRET"])
def test_a_secret_that_copying_has_changed_is_named(
    cli: Run, monkeypatch: pytest.MonkeyPatch, variable: str, added: str
) -> None:
    """By its variable, before anything is sent, and without its value."""
    for name in ("PROJECT_ID", "KEY_ID", "KEY_SECRET", "HMAC_SECRET"):
        monkeypatch.setenv(f"SINCH_{name}", "x")
    monkeypatch.setenv(variable, f"canary{added}")

    ended = cli("callback", "set")

    assert (2, "") == (ended.code, ended.out)
    assert f"sinch-numbers: {variable}: expected a value without " in ended.err
    assert " at its end" in ended.err
    assert "canary" not in ended.err
