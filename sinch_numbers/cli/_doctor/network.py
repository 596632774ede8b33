"""Network checks of a host: DNS, proxy, connection, TLS, and the clock."""

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._core.retry.retry_after import parse_http_date
from sinch_numbers._core.transport.base import Request
from sinch_numbers.cli._doctor.configuration import Configuration
from sinch_numbers.cli._doctor.results import Check, failed, ok, skipped, warning
from sinch_numbers.cli._shared.exit_codes import ExitCode
from sinch_numbers.errors import ProxyError, SinchNumbersError, TLSError
from sinch_numbers.models._secret import Secret

_SKEW_WARNING: Final = 30.0
_SKEW_FAILURE: Final = 300.0
"""Seconds of clock difference from which tokens and certificates can fail."""
_CLOCK_FIX: Final = "set this machine's clock, for example with timedatectl set-ntp true"


async def host_checks(configuration: Configuration, argument: str) -> list[Check]:
    """Return the checks of the host in the URL *argument*; no credentials are sent."""
    url = configuration.urls[argument]
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    fix = f"check {configuration.source(argument)} ({url})"
    is_proxied = configuration.transport.is_proxied(url)
    checks = [await _dns(host, port, fix) if not is_proxied else _by_proxy(host)]
    if checks[0].exit_code is not ExitCode.DONE:
        return [*checks, skipped(f"connection {host}", "needs DNS")]
    started = time.time()
    request = Request("GET", f"{url}/", {}, Secret(""), timeout=20.0)
    try:
        reply = await configuration.transport.exchange(request)
    except TLSError as error:
        skew = None if is_proxied else await _unverified_skew(host, port)
        if skew is not None and abs(skew) > _SKEW_FAILURE:
            checks.append(_clock(skew))
        fix = f"{fix}, and --ca-bundle or SINCH_CA_BUNDLE"
        return [*checks, failed(f"tls {host}", error, fix, ExitCode.UNREACHABLE)]
    except ProxyError as error:
        fix = "check --proxy, SINCH_PROXY or HTTPS_PROXY, or except the host with NO_PROXY"
        return [*checks, failed(f"proxy {host}", error, fix, ExitCode.UNREACHABLE)]
    except SinchNumbersError as error:
        fix = f"{fix}, firewalls, and whether a proxy is needed (--proxy, SINCH_PROXY)"
        return [*checks, failed(f"connection {host}", error, fix, ExitCode.UNREACHABLE)]
    through = "through the proxy, " if is_proxied else ""
    tls = "TLS verified" if parts.scheme == "https" else "without TLS, on this machine"
    elapsed = f"{1000 * (time.time() - started):.0f} ms"
    checks.append(ok(f"connection {host}", f"{through}{tls}, HTTP {reply.status} in {elapsed}"))
    sent = _date(reply.headers)
    if sent is not None:
        checks.append(_clock(_skew(sent, started, time.time())))
    return checks


async def _dns(host: str, port: int, fix: str) -> Check:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = os_reason(error, str(error)) if isinstance(error, OSError) else "invalid name"
        fix = f"{fix}, and the DNS server of this machine; behind a proxy, set SINCH_PROXY"
        return failed(f"dns {host}", f"{host}: {reason}", fix, ExitCode.UNREACHABLE)
    addresses = dict.fromkeys(str(address[0]) for *_, address in found)
    return ok(f"dns {host}", ", ".join(addresses))


def _by_proxy(host: str) -> Check:
    return ok(f"dns {host}", "resolved by the proxy")


def _date(headers: Mapping[str, str]) -> float | None:
    return parse_http_date(headers.get("Date", ""))


def _skew(sent: float, started: float, ended: float) -> float:
    """Return the seconds by which the local clock is ahead, at least; the date has no fraction."""
    if started > sent + 1.0:
        return started - sent - 1.0
    return min(ended - sent, 0.0)


def _clock(skew: float) -> Check:
    if abs(skew) <= _SKEW_WARNING:
        return ok("clock", "agrees with the service's")
    ahead = "ahead of" if skew > 0 else "behind"
    detail = f"this machine's clock is {abs(skew):.0f} s {ahead} the service's"
    if abs(skew) <= _SKEW_FAILURE:
        return warning("clock", detail, _CLOCK_FIX)
    return failed("clock", detail, _CLOCK_FIX, ExitCode.UNREACHABLE)


async def _unverified_skew(host: str, port: int) -> float | None:
    """
    Return the clock difference by the ``Date`` of a server whose certificate is not valid.

    An invalid date of the certificate may be caused by the local clock. Nothing secret is sent,
    and the response is used for this hint only.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    started = time.time()
    with contextlib.suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
        async with asyncio.timeout(5.0):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
            try:
                head = f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
                writer.write(head.encode())
                head = (await reader.read(65536)).decode("latin-1")
            finally:
                writer.close()
        for line in head.split("\r\n"):
            name, _, value = line.partition(":")
            if name.strip().lower() == "date" and (sent := _date({"Date": value.strip()})):
                return _skew(sent, started, time.time())
    return None
