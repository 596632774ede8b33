"""URL arguments: validate base URLs and proxies without quoting passwords."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models._secret import Secret

# No segments of dots only: `..` in a path would address another operation.
PATH: Final = re.compile(r"(?:/(?!\.+(?:/|\Z))[A-Za-z0-9._~+:-]+)+")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}\.?")
_LABEL: Final = re.compile(r"[A-Za-z0-9-]{1,63}")
# Resolvers accept forms such as 127.1 and 0x7f.0.0.1 as addresses; aiohttp rejects most of them.
_PORT: Final = re.compile(r":[0-9]{1,5}")
_NUMERIC: Final = re.compile(r"[0-9]+|0[Xx][0-9A-Fa-f]*")


def origin(value: object, argument: str, source: str | None = None) -> str:
    """Validate a base URL: https, or http to a loopback host. *source* names a variable."""
    if not isinstance(value, str):
        raise InvalidArgumentError(argument, "a URL", type(value).__name__)
    # Don't quote the URL: it may contain a password.
    if (problem := _origin_problem(value)) is not None:
        raise InvalidArgumentError(argument, problem, source=source)
    parts = urlsplit(value)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _origin_problem(url: str) -> str | None:
    """Return the violated requirement of *url*, ``None`` for a valid base URL."""
    parts = _split(url)
    if parts is None or not parts.hostname or parts.query or parts.fragment:
        return "a URL with a host, and without query or fragment"
    if parts.username is not None or parts.password is not None:
        return "a URL without credentials"
    if parts.path.strip("/") and not PATH.fullmatch(parts.path.rstrip("/")):
        return "a URL without special characters in its path"
    if (problem := _authority_problem(parts)) is not None:
        return problem
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        return "an https URL, or http to a loopback host"
    return None


def proxy(value: Secret, source: str | None = None) -> Secret:
    """
    Validate the URL of a proxy, and return it encoded.

    Errors don't quote the URL: it may contain a password.
    """
    problem = _proxy_problem(value)
    if problem is not None:
        raise InvalidArgumentError("proxy", problem, source=source)
    return _with_domain_encoded(value)


def _with_domain_encoded(proxy: Secret) -> Secret:
    """Return *proxy* with the backslash of a Windows user name encoded, as curl and pip do."""
    text = proxy.reveal()
    return Secret(text.replace("\\", "%5C")) if "\\" in text else proxy


def _proxy_problem(proxy: Secret) -> str | None:
    # A separate function that doesn't raise: tracebacks can show local variables.
    url: object = proxy.reveal()
    parts = _split(url) if isinstance(url, str) else None
    if parts is not None and parts.scheme.startswith("socks"):
        return f"an http or https URL: SOCKS proxies ({parts.scheme}) are not supported"
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return (
            "an http or https URL, such as http://proxy.example.com:3128, with user name and "
            "password percent-encoded"
        )
    if parts.path.strip("/") or parts.query or parts.fragment:
        return "a URL without path, and with user name and password percent-encoded"
    if (problem := _authority_problem(parts)) is not None:
        return problem
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    try:
        f"{user}:{password}".encode("latin-1")  # the encoding of aiohttp's basic authentication
    except UnicodeError:
        return "a URL with user name and password in Latin-1"
    return "a URL without a colon in its user name" if ":" in user else None


def _authority_problem(parts: SplitResult) -> str | None:
    """Return the violated requirement of host and port, ``None`` if both are valid."""
    host = parts.netloc.rpartition("@")[2]
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        valid = _is_address(name, 6) and parts.hostname == name.lower()
    else:
        name, colon, port = host.partition(":")
        port = colon + port
        valid = _is_host_name(name)
    if not valid:
        return "a URL with a valid host name or address"
    if port and not _PORT.fullmatch(port):
        return "a URL with a port from 1 to 65535"
    try:
        usable = parts.port != 0
    except ValueError:
        usable = False
    return None if usable else "a URL with a port from 1 to 65535"


def _is_host_name(name: str) -> bool:
    """Whether *name* is an IPv4 address, or a host name that resolvers accept, in ASCII."""
    labels = name.removesuffix(".").split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        return _is_address(name, 4)
    return _HOST.fullmatch(name) is not None and all(map(_is_label, labels))


def _is_label(label: str) -> bool:
    if not _LABEL.fullmatch(label):
        return False
    if not label.lower().startswith("xn--"):
        return True
    try:  # not the codec `idna`: it rejects names that are valid since IDNA 2008
        return not label[4:].encode().decode("punycode").isascii()
    except UnicodeError:
        return False


def _is_address(text: str, version: int) -> bool:
    try:
        return "%" not in text and ip_address(text).version == version
    except ValueError:
        return False


def _split(url: str) -> SplitResult | None:
    """Return the parts of *url*, ``None`` if malformed or with control characters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    # urlsplit silently removes control characters, so the parts could differ from the URL.
    return parts if url.isprintable() and " " not in url else None


def is_loopback(host: str) -> bool:
    """Whether *host* is ``localhost`` or a loopback address."""
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # Releases of Python disagree about an IPv4 address in an IPv6 address.
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None
