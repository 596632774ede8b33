"""Proxies: sources of their URLs, and the hosts in ``NO_PROXY``."""

import os
import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from sinch_numbers._core.urls import is_loopback
from sinch_numbers._core.urls import proxy as valid_proxy
from sinch_numbers.models._secret import Secret

_OWN_VARIABLE: Final = "SINCH_PROXY"
_USUAL: Final = ("HTTPS_PROXY", "ALL_PROXY")
"""
Variables in order of precedence.

``HTTP_PROXY`` is not among them: it is for http URLs, which the client only uses on loopback. A
web server that runs CGI scripts sets it from a header of the request.
"""
_HTTPS_PORT: Final = 443
_PORT: Final = re.compile(r"[0-9]{1,5}")
_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z-]{0,20})\b")
"""An authentication scheme, at the start of a header."""

Bypass: TypeAlias = Callable[[str, int], bool]
"""Whether requests to a host and port are made without the proxy."""

_Address: TypeAlias = IPv4Address | IPv6Address
_Rule: TypeAlias = Callable[[str, _Address | None, int], bool]
"""Whether a rule of ``NO_PROXY`` matches a host, its address if it is one, and its port."""


def bypass_none(host: str, port: int) -> bool:  # noqa: ARG001 - the signature of `Bypass`
    """Return false: all hosts are reached through the proxy."""
    return False


def is_proxied(url: str, bypass: Bypass) -> bool:
    """Whether requests to *url* go through a proxy; never those to this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return not is_loopback(host) and not bypass(host, parts.port or _HTTPS_PORT)


def configured(
    proxy: Secret, *, from_env: bool, urls: tuple[str, ...]
) -> tuple[Secret | None, Bypass]:
    """
    Return the proxy of the argument *proxy*, or of the environment, and its exceptions.

    Without the argument, ``SINCH_PROXY`` counts; then, if *from_env*, the usual variables, and
    the settings of Windows and macOS. ``NO_PROXY`` applies to proxies of the environment, and
    with *from_env* also to the argument. The proxy is ``None`` if none of *urls* needs it.

    Raises `InvalidArgumentError` when the URL is malformed. The usual variables are for all
    programs, so their proxy is validated only if it is needed.
    """
    source: str | None = None
    bypass = _exceptions() if from_env else bypass_none
    if proxy:
        valid_proxy(proxy)
    elif own := _variable(_OWN_VARIABLE):
        proxy = valid_proxy(with_scheme(own), _OWN_VARIABLE)
        bypass = _exceptions()
    elif from_env:
        proxy, source, bypass = _of_environment()
    if not proxy or not any(is_proxied(url, bypass) for url in urls):
        return None, bypass
    return valid_proxy(proxy, source), bypass


def refusal(status: int, where: str, offered: Sequence[str]) -> str:
    """
    Return the meaning of *status*, the response of a proxy to the request to connect to *where*.

    *offered* are the values of its headers ``Proxy-Authenticate``.
    """
    meanings = {
        403: f": its rules don't allow {where}",
        407: f": it requires {_required_authentication(offered)}",
        502: f": it could not reach {where}",
        503: ": it is unavailable",
        504: f": {where} did not respond to it",
    }
    return f"the proxy responded {status}{meanings.get(status, '')}"


def _required_authentication(offered: Sequence[str]) -> str:
    schemes = [found[1] for one in offered[:5] if (found := _SCHEME.match(one))]
    if schemes and "basic" not in map(str.lower, schemes):
        return f"{' or '.join(schemes)} authentication, which is not supported"
    return "a valid user name and password, in the proxy's URL"


def unused_variable() -> str | None:
    """Return the name of a variable that names a proxy, for messages; ``None`` if none does."""
    return next((name for name in map(_spelling, _USUAL) if _variable(name)), None)


def with_scheme(url: Secret) -> Secret:
    """Return *url* with ``http://`` if it has no scheme, as curl and pip do."""
    text = url.reveal()
    return url if "://" in text else Secret(f"http://{text.removeprefix('//')}")


def _of_environment() -> tuple[Secret, str, Bypass]:
    """Return the proxy of the environment, empty if none, its source, and the exceptions."""
    for name in map(_spelling, _USUAL):
        if value := _variable(name):
            return with_scheme(value), name, _exceptions()
    # Without variables, these are the settings of Windows and macOS.
    return (
        Secret(getproxies().get("https", "")),
        "the system's proxy settings",
        _bypassed_by_system,
    )


def _spelling(name: str) -> str:
    """Return *name* in the case in which it is set; lower case takes precedence, even if empty."""
    return name.lower() if name.lower() in os.environ else name


def _variable(name: str) -> Secret:
    # Wrapped here: tracebacks can show local variables, and the URL may contain a password.
    return Secret(os.environ.get(name, ""))


def _bypassed_by_system(host: str, port: int) -> bool:  # noqa: ARG001 - the signature of `Bypass`
    return bool(proxy_bypass(host))


def _exceptions() -> Bypass:
    return no_proxy(os.environ.get(_spelling("NO_PROXY"), ""))


def no_proxy(text: str) -> Bypass:
    """
    Return the exceptions that *text* makes, the value of ``NO_PROXY``.

    Its rules are separated by commas or white space: ``*`` for all hosts, a host name, which
    includes its subdomains with or without a leading dot, an IP address, or a network such as
    ``10.0.0.0/8``. Names and addresses may have a port. Names are not resolved, so addresses and
    networks match only hosts that are written as addresses. Malformed rules match nothing.
    """
    rules = [rule for entry in re.split(r"[\s,]+", text) if (rule := _rule(entry)) is not None]

    def bypass(host: str, port: int) -> bool:
        host = host.lower().rstrip(".")
        address = _address(host)
        return any(rule(host, address, port) for rule in rules)

    return bypass if rules else bypass_none


def _rule(entry: str) -> _Rule | None:
    if entry == "*":
        return lambda host, address, port: True  # noqa: ARG005
    if "/" in entry:
        return _network_rule(entry)
    name, only = entry, ""
    if entry.startswith("["):
        name, _, only = entry[1:].partition("]")
    elif entry.count(":") == 1:  # more colons are an IPv6 address without a port
        name, only = entry.split(":")
    only, name = only.removeprefix(":"), name.lower().removeprefix("*").strip(".")
    if not name or (only and not _PORT.fullmatch(only)):
        return None
    wanted = _address(name)

    def rule(host: str, address: _Address | None, port: int) -> bool:
        if only and int(only) != port:
            return False
        if address is not None:
            return address == wanted
        return host == name or host.endswith(f".{name}")

    return rule


def _network_rule(entry: str) -> _Rule | None:
    try:
        network = ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None
    return lambda host, address, port: address is not None and address in network  # noqa: ARG005


def _address(text: str) -> _Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
