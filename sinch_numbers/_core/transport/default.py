"""The transport that clients use by default, made from their options and the environment."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sinch_numbers._core import arguments
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers._core.transport.base import Transport
from sinch_numbers._core.transport.proxies import configured
from sinch_numbers.models._secret import Secret

__all__ = ["default_transport"]

CONNECTION_OPTIONS: Final = ("connect_timeout", "proxy", "proxy_from_env", "ca_bundle")
"""The options of a client that are options of its transport."""
NUMBERS_URL: Final = "https://numbers.api.sinch.com"
IMPORTED_NUMBERS_URL: Final = "https://imported.numbers.api.sinch.com"
AUTH_URL: Final = "https://auth.sinch.com"


def default_transport(
    *,
    connect_timeout: float = 5.0,
    proxy: Secret | str | None = None,
    proxy_from_env: bool = False,
    ca_bundle: Path | str | None = None,
    urls: Iterable[str] = (NUMBERS_URL, IMPORTED_NUMBERS_URL, AUTH_URL),
) -> Transport:
    """
    Return the transport that a client uses by default, to wrap it in another one.

    Sends no request. Free of charge.

    Args:
        connect_timeout: Timeout for opening a connection in seconds, TLS handshake included.
        proxy: URL of an HTTP proxy. Default: ``SINCH_PROXY``, except for hosts in ``NO_PROXY``.
        proxy_from_env: Whether to use ``HTTPS_PROXY`` or ``ALL_PROXY`` if *proxy* isn't given.
        ca_bundle: PEM file of trusted CA certificates. Default: ``SINCH_CA_BUNDLE``, else those
            of the system.
        urls: Base URLs that it connects to, for the choice of the proxy.

    Raises:
        InvalidArgumentError: An argument is malformed, or *ca_bundle* cannot be read.
        APIConnectionError: *ca_bundle* cannot be opened because too many files are open.

    Example::

        transport = default_transport(connect_timeout=10)
    """
    return client_transport(
        connect_timeout=connect_timeout,
        proxy=proxy,
        proxy_from_env=proxy_from_env,
        ca_bundle=ca_bundle,
        urls=urls,
    )


def client_transport(
    *,
    connect_timeout: float,
    proxy: Secret | str | None,
    proxy_from_env: bool,
    ca_bundle: Path | str | None,
    urls: Iterable[str],
) -> AiohttpTransport:
    """Return the transport of a client with these options."""
    proxy = Secret(proxy or "")  # first: tracebacks can show the local variables of a frame
    used_proxy, bypass = configured(proxy, from_env=proxy_from_env, urls=tuple(urls))
    variable = "SINCH_CA_BUNDLE" if ca_bundle is None else None
    return AiohttpTransport(
        connect_timeout=arguments.seconds(connect_timeout, "connect_timeout"),
        proxy=used_proxy,
        bypass=bypass,
        proxy_from_env=proxy_from_env,
        ca_bundle=(os.environ.get(variable) or None) if variable else ca_bundle,
        ca_bundle_source=variable,
    )
