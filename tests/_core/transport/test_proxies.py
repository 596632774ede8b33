"""Which proxy a request takes: the argument, the environment, and the exceptions."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme
from connect_proxy import ConnectProxy, service
from hypothesis import strategies
from products import every, examples, named
from tcp_server import serving

from sinch_numbers import (
    APIConnectionError,
    InvalidArgumentError,
    NumbersClient,
    ProxyError,
    Secret,
    SinchNumbersError,
    SyncNumbersClient,
)
from sinch_numbers._core.transport import proxies
from sinch_numbers._core.transport.aiohttp import AiohttpTransport

NUMBERS, IMPORTED, AUTH = (
    "numbers.api.sinch.com",
    "imported.numbers.api.sinch.com",
    "auth.sinch.com",
)
PROXY = "http://proxy.example:3128"
KEY = ("p", "k", "s3cret")


def routes(client: NumbersClient) -> dict[str, str | None]:
    """Return the proxy of each host of the service."""
    transport = client._context.transport
    return {host: transport._proxy_for(f"https://{host}/x") for host in (NUMBERS, IMPORTED, AUTH)}


def everywhere(proxy: str | None) -> dict[str, str | None]:
    return dict.fromkeys((NUMBERS, IMPORTED, AUTH), proxy)


# Variables

ENVIRONMENTS = {
    "nothing": ({}, None),
    "a URL": ({"HTTPS_PROXY": PROXY}, PROXY),
    "https to the proxy": ({"HTTPS_PROXY": "https://proxy.example"}, "https://proxy.example"),
    "lower case": ({"https_proxy": PROXY}, PROXY),
    "lower case first": ({"https_proxy": PROXY, "HTTPS_PROXY": "http://other.example"}, PROXY),
    "empty lower case": ({"https_proxy": "", "HTTPS_PROXY": PROXY}, None),
    "host and port": ({"HTTPS_PROXY": "proxy.example:3128"}, PROXY),
    "address and port": ({"https_proxy": "10.252.250.10:3192"}, "http://10.252.250.10:3192"),
    "IPv6 and port": ({"https_proxy": "[fd00::1]:3128"}, "http://[fd00::1]:3128"),
    "host": ({"HTTPS_PROXY": "proxy.example"}, "http://proxy.example"),
    "user and host": ({"HTTPS_PROXY": "u:p@proxy.example:1"}, "http://u:p@proxy.example:1"),
    "slashes": ({"HTTPS_PROXY": "//proxy.example:3128"}, PROXY),
    "a slash at the end": ({"HTTPS_PROXY": f"{PROXY}/"}, f"{PROXY}/"),
    "all": ({"ALL_PROXY": PROXY}, PROXY),
    "all in lower case": ({"all_proxy": "proxy.example:3128"}, PROXY),
    "https before all": ({"ALL_PROXY": "socks5://s.example", "HTTPS_PROXY": PROXY}, PROXY),
    "an empty one, and all": ({"ALL_PROXY": PROXY, "HTTPS_PROXY": ""}, PROXY),
    "http is for other URLs": ({"HTTP_PROXY": PROXY, "http_proxy": PROXY}, None),
    "a header of CGI": ({"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}, None),
    "our own first": ({"HTTPS_PROXY": "http://other.example", "SINCH_PROXY": PROXY}, PROXY),
    "our own without scheme": ({"SINCH_PROXY": "proxy.example:3128"}, PROXY),
    "our own is empty": ({"SINCH_PROXY": "", "HTTPS_PROXY": PROXY}, PROXY),
}


def set_all(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name == "REQUEST_METHOD":
            monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@every(("variables", "proxy"), named(ENVIRONMENTS))
def test_every_form_that_curl_and_pip_read_is_read(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], proxy: str | None
) -> None:
    """With `proxy_from_env`, all hosts take the proxy of the environment."""
    set_all(monkeypatch, variables)

    assert everywhere(proxy) == routes(NumbersClient(*KEY, proxy_from_env=True))


@every(("variables", "proxy"), named(ENVIRONMENTS))
def test_without_consent_only_our_own_variable_counts(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], proxy: str | None
) -> None:
    """What is set for other programs doesn't redirect the traffic of a library."""
    set_all(monkeypatch, variables)

    expected = proxy if variables.get("SINCH_PROXY") else None
    assert everywhere(expected) == routes(NumbersClient(*KEY))


def test_the_argument_counts_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for the sync client, and as a `Secret`."""
    for name in ("SINCH_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://other.example")
    for proxy in (PROXY, Secret(PROXY)):
        client = NumbersClient(*KEY, proxy=proxy, proxy_from_env=True)
        assert everywhere(PROXY) == routes(client)
    with SyncNumbersClient(*KEY, proxy=PROXY) as sync:
        assert everywhere(PROXY) == routes(sync._core)


def test_the_settings_of_the_system_count_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no variable is set, Windows and macOS say which proxy to take, and for which hosts."""
    monkeypatch.setattr(proxies, "getproxies", lambda: {"https": PROXY})
    monkeypatch.setattr(proxies, "proxy_bypass", lambda host: host == AUTH)

    assert {**everywhere(PROXY), AUTH: None} == routes(NumbersClient(*KEY, proxy_from_env=True))
    assert everywhere(None) == routes(NumbersClient(*KEY))

    monkeypatch.setattr(proxies, "getproxies", lambda: {"https": "socks://a.example:1"})
    with pytest.raises(InvalidArgumentError, match=r"^the system.s proxy settings: .*SOCKS"):
        NumbersClient(*KEY, proxy_from_env=True)


SOURCES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "SINCH_PROXY"]


@every("source", SOURCES)
def test_a_malformed_proxy_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """The error doesn't quote the URL, which may have a password."""
    wrong = {
        "socks5://u:canary@proxy.example:1080": r"SOCKS proxies \(socks5\) are not supported",
        "socks5h://canary.example": r"SOCKS proxies \(socks5h\) are not supported",
        "socks4a://canary.example": r"SOCKS proxies \(socks4a\) are not supported",
        "SOCKS://canary.example": r"SOCKS proxies \(socks\) are not supported",
        "ftp://canary.example": "an http or https URL, such as",
        "http://u:12#canary@proxy.example:1": "user name and password percent-encoded",
        "http://u:12/canary@proxy.example:1": "user name and password percent-encoded",
        "http://u:12?canary@proxy.example:1": "user name and password percent-encoded",
        "http://u:12[canary@proxy.example:1": "user name and password percent-encoded",
        "http:\\\\proxy.example:canary": "a URL with a port",
        "http://proxy.example/canary.pac": "a URL without path",
        "proxy.example:canary": "a port from 1 to 65535",
        "proxy.example:3128\n": "an http or https URL",
        "canary proxy.example": "an http or https URL",
        "http://": "an http or https URL",
    }
    for url, reason in wrong.items():
        set_all(monkeypatch, {source: url})
        with pytest.raises(InvalidArgumentError, match=reason) as caught:
            NumbersClient(*KEY, proxy_from_env=True)
        assert ("proxy", source) == (caught.value.argument, caught.value.source)
        assert str(caught.value).startswith(f"{source}: expected ")
        assert "canary" not in str(caught.value)


def test_a_proxy_for_other_programs_matters_only_if_it_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A SOCKS proxy in ``ALL_PROXY`` doesn't keep a client from a sandbox on this machine."""
    set_all(monkeypatch, {"ALL_PROXY": "socks5://proxy.example"})
    here = dict.fromkeys(("numbers_url", "imported_numbers_url", "auth_url"), "http://127.0.0.1:9")

    assert NumbersClient(*KEY, proxy_from_env=True, **here)._context.transport._proxy is None
    monkeypatch.setenv("NO_PROXY", "sinch.com")
    assert everywhere(None) == routes(NumbersClient(*KEY, proxy_from_env=True))
    for explicit in ({"proxy": "socks5://proxy.example"}, {}):
        if not explicit:
            monkeypatch.setenv("SINCH_PROXY", "socks5://proxy.example")
        with pytest.raises(InvalidArgumentError, match="SOCKS"):
            NumbersClient(*KEY, **explicit, **here)


# Exceptions

RULES = {
    "nothing": ("", AUTH, 443, False),
    "the host": ("auth.sinch.com", AUTH, 443, True),
    "capitals": ("AUTH.Sinch.COM", AUTH, 443, True),
    "another host": (NUMBERS, AUTH, 443, False),
    "a longer host": (NUMBERS, IMPORTED, 443, True),
    "the domain": ("sinch.com", AUTH, 443, True),
    "a dot in front": (".sinch.com", AUTH, 443, True),
    "the domain itself": (".sinch.com", "sinch.com", 443, True),
    "a star in front": ("*.sinch.com", AUTH, 443, True),
    "a dot at the end": ("sinch.com.", "auth.sinch.com.", 443, True),
    "half a label": ("inch.com", AUTH, 443, False),
    "the start of a name": ("auth", AUTH, 443, False),
    "all": ("*", AUTH, 443, True),
    "all among others": ("a.example, *", AUTH, 443, True),
    "several": ("localhost,127.0.0.1,.sinch.com", AUTH, 443, True),
    "several with blanks": ("localhost  127.0.0.1 ,\tsinch.com", AUTH, 443, True),
    "the port": ("sinch.com:443", AUTH, 443, True),
    "another port": ("sinch.com:8443", AUTH, 443, False),
    "a port that is none": ("sinch.com:https", AUTH, 443, False),
    "an address": ("10.1.2.3", "10.1.2.3", 443, True),
    "an address and the port": ("10.1.2.3:443", "10.1.2.3", 443, True),
    "an address and another port": ("10.1.2.3:80", "10.1.2.3", 443, False),
    "an address that ends alike": ("0.1.2.3", "10.1.2.3", 443, False),
    "a network": ("10.0.0.0/8", "10.1.2.3", 443, True),
    "a network of a host": ("10.1.2.99/24", "10.1.2.3", 443, True),
    "another network": ("192.168.0.0/16", "10.1.2.3", 443, False),
    "a network and a name": ("0.0.0.0/0", AUTH, 443, False),
    "a network that is none": ("10.0.0.0/99,sinch.com/8", "10.1.2.3", 443, False),
    "IPv6": ("fd00::5", "fd00:0:0::5", 443, True),
    "IPv6 in brackets": ("[fd00::5]", "fd00::5", 443, True),
    "IPv6 and the port": ("[fd00::5]:443", "fd00::5", 443, True),
    "IPv6 and another port": ("[fd00::5]:1", "fd00::5", 443, False),
    "a network of IPv6": ("fd00::/8", "fd00::5", 443, True),
    "a network of the other kind": ("::/0", "10.1.2.3", 443, False),
    "a port of many digits": (f"sinch.com:{'4' * 5000}", AUTH, 443, False),
    "brackets": ("[,],[]:,[::1", AUTH, 443, False),
    "colons": (":,::::,:443", AUTH, 443, False),
    "dots only": ("...,*.", AUTH, 443, False),
}


@every(("text", "host", "port", "expected"), named(RULES))
def test_rules_of_no_proxy(text: str, host: str, port: int, expected: bool) -> None:
    """Names, suffixes, ports, addresses, and networks are exceptions; nothing else is."""
    assert expected is proxies.no_proxy(text)(host, port)


@examples(100, 2_000, 5_000, text=strategies.text(max_size=40))
def test_no_rule_fails(text: str) -> None:
    """Whatever the variable has, a decision is made."""
    for host in (AUTH, "10.1.2.3", "fd00::5"):
        assert proxies.no_proxy(text)(host, 443) in (True, False)


def test_exceptions_are_per_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens, numbers, and imported numbers each go their way; lower case takes precedence."""
    for variable in ("HTTPS_PROXY", "SINCH_PROXY"):
        for host in (AUTH, IMPORTED):
            set_all(monkeypatch, {variable: PROXY, "NO_PROXY": host})
            client = NumbersClient(*KEY, proxy_from_env=True)
            assert {**everywhere(PROXY), host: None} == routes(client)
    set_all(monkeypatch, {"SINCH_PROXY": PROXY, "NO_PROXY": "*", "no_proxy": AUTH})
    assert {**everywhere(PROXY), AUTH: None} == routes(NumbersClient(*KEY))


def test_the_argument_has_exceptions_if_the_environment_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise no variable has any effect on it."""
    set_all(monkeypatch, {"NO_PROXY": AUTH})

    assert everywhere(PROXY) == routes(NumbersClient(*KEY, proxy=PROXY))
    client = NumbersClient(*KEY, proxy=PROXY, proxy_from_env=True)
    assert {**everywhere(PROXY), AUTH: None} == routes(client)


# Connections


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return tmp_path / "ca.pem"


def context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
async def port(authority: trustme.CA) -> AsyncIterator[int]:
    """Run the service behind TLS, as two hosts that only a proxy can reach."""
    async with serving(service, context(authority, "numbers.example", "auth.example")) as port:
        yield port


def client_behind(proxy: str | None, bundle: Path, **options: object) -> NumbersClient:
    return NumbersClient(
        *KEY,
        numbers_url="https://numbers.example",
        auth_url="https://auth.example",
        proxy=proxy,
        ca_bundle=bundle,
        **options,
    )


@pytest.mark.anyio
@pytest.mark.sandbox
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("way", ["the argument", "a variable"])
async def test_calls_and_tokens_go_through_the_tunnel(
    authority: trustme.CA,
    bundle: Path,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    way: str,
) -> None:
    """Over http and https to the proxy, with a password of special characters."""
    tls = context(authority, "127.0.0.1") if scheme == "https" else None
    async with ConnectProxy(port, "us@r:p/ss#1é").running(tls) as proxy:
        url = f"{scheme}://us%40r:p%2Fss%231%C3%A9@127.0.0.1:{proxy.port}"
        if way == "a variable":
            monkeypatch.setenv("https_proxy", url)
        given = url if way == "the argument" else None
        async with client_behind(given, bundle, proxy_from_env=not given) as client:
            page = await client.active_numbers.list().page()

    assert 0 == page.total_size
    assert ["auth.example:443", "numbers.example:443"] == proxy.targets


CREDENTIALS = {
    "plain": ("user:p", "user:p"),
    "encoded": ("us%40r:p%2Fss%231", "us@r:p/ss#1"),
    "at signs": ("user:p@s@s", "user:p@s@s"),
    "a domain of Windows": ("DOMAIN\\user:p", "DOMAIN\\user:p"),
    "a domain, encoded": ("DOMAIN%5Cuser:p", "DOMAIN\\user:p"),
    "colons": ("user:p:q", "user:p:q"),
    "a percent sign": ("user:50%off", "user:50%off"),
    "a percent sign, encoded": ("user:50%25off", "user:50%off"),
    "a plus": ("user:a+b%2B", "user:a+b+"),
    "an accent": ("user:%C3%A9\xe9", "user:\xe9\xe9"),
    "signs": ("user:'\"<>`{}|^~!$&*()=;,-._", "user:'\"<>`{}|^~!$&*()=;,-._"),
    "no password": ("user", "user:"),
    "no user": (":p", ":p"),
}


@pytest.mark.anyio
@pytest.mark.sandbox
@every(("written", "sent"), named(CREDENTIALS))
async def test_user_and_password_are_sent_as_meant(written: str, sent: str) -> None:
    """As curl and pip read them: percent-encoded, or plain where that is unambiguous."""
    async with ConnectProxy(9, sent).running() as proxy:
        client = NumbersClient(
            *KEY, auth="basic", proxy=f"http://{written}@127.0.0.1:{proxy.port}"
        )
        async with client:
            with pytest.raises(ProxyError) as caught:
                await client.with_options(retries=0).active_numbers.list().page()

    assert 502 == caught.value.status  # not 407


@pytest.mark.anyio
@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("scheme", "speaks_tls", "trusted", "reason"),
    named(
        {
            "no TLS": ("https", False, True, "which is http:// for most proxies"),
            "another CA": ("https", True, False, "unable to get local issuer certificate"),
        }
    ),
)
async def test_a_proxy_that_is_not_trusted_is_named(
    bundle: Path, scheme: str, speaks_tls: bool, trusted: bool, reason: str
) -> None:
    """The error says that the TLS of the proxy failed, not that of the service."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    tls = context(trustme.CA(), "127.0.0.1") if speaks_tls else None
    async with serving(plain, tls) as port:
        url = f"{scheme}://u:canary@127.0.0.1:{port}"
        async with client_behind(url, bundle, auth="basic") as client:
            with pytest.raises(SinchNumbersError, match=reason) as caught:
                await client.active_numbers.list().page()

    expected = f"TLS verification failed for the proxy https://127.0.0.1:{port}: "
    assert str(caught.value).startswith(expected)
    assert "canary" not in str(caught.value)


@pytest.mark.anyio
@pytest.mark.sandbox
async def test_a_server_behind_a_proxy_that_is_not_trusted_is_named(
    authority: trustme.CA, bundle: Path
) -> None:
    """A proxy that inspects TLS has certificates of its own CA: the error names host and proxy."""
    async with (
        serving(service, context(trustme.CA(), "numbers.example")) as port,
        ConnectProxy(port).running() as proxy,
        client_behind(f"http://127.0.0.1:{proxy.port}", bundle, auth="basic") as client,
    ):
        with pytest.raises(SinchNumbersError) as caught:
            await client.active_numbers.list().page()

    way = f"numbers.example through the proxy http://127.0.0.1:{proxy.port}"
    assert str(caught.value).startswith(f"TLS verification failed for {way}: unable to get local")


@pytest.mark.anyio
async def test_a_proxy_that_is_not_used_is_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where curl gets through and the client doesn't, the error says which variable to allow."""

    def unknown(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    monkeypatch.setenv("HTTPS_PROXY", "http://u:canary@127.0.0.1:9")
    async with NumbersClient(*KEY, auth="basic", retries=0) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.active_numbers.list().page()

    hint = "(HTTPS_PROXY is not used unless proxy_from_env is set)"
    assert hint in str(caught.value)
    assert "canary" not in str(caught.value)
    assert not isinstance(caught.value, ProxyError)

    monkeypatch.setenv("NO_PROXY", "*")
    async with NumbersClient(*KEY, auth="basic", retries=0, proxy_from_env=True) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.active_numbers.list().page()
    assert hint not in str(caught.value)


def test_a_transport_uses_the_proxy_it_is_given() -> None:
    """Without exceptions, unless it is given some; never for this machine."""
    given = AiohttpTransport(proxy=Secret(PROXY))

    assert [PROXY, None, None, None] == [
        given._proxy_for(url)
        for url in ("https://a.example", "http://localhost", "http://127.0.0.1:1", "http://[::1]")
    ]
