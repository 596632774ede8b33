"""Transport over aiohttp, the only module that imports it."""

import asyncio
import errno
import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextvars import ContextVar, Token
from functools import cached_property
from io import BytesIO
from math import inf
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp import hdrs
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL

from sinch_numbers._core.arguments import is_loopback
from sinch_numbers._core.native_threads import new_lock
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._core.shared_objects import SharedObject
from sinch_numbers._core.transport.base import Reply, Request, Stream
from sinch_numbers._core.transport.descriptors import by_process_state
from sinch_numbers._core.transport.fork_safety import register_fork_reset
from sinch_numbers._core.transport.timeouts import TimeLimit, TimeLimits
from sinch_numbers.errors import (
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APITimeoutError,
    ClientClosedError,
    InvalidArgumentError,
    SinchNumbersError,
    TLSError,
    TooManyOpenFilesError,
    UploadError,
)
from sinch_numbers.models._secret import Secret

_PLAIN_CODINGS: Final = frozenset(("", "gzip", "identity"))

# Error bodies are capped lower: parsing costs several times the size, and real ones are small.
_LARGEST_REFUSAL: Final = 1024 * 1024
_TOO_MANY_FILES: Final = frozenset((errno.EMFILE, errno.ENFILE))


class AiohttpTransport(SharedObject):
    """
    Sends requests over pooled connections, with one pool per event loop.

    It doesn't follow redirects, stores no cookies, and reads no proxy or credentials from the
    environment. Each request is sent once: aiohttp's own retries are disabled.
    """

    def __init__(
        self,
        *,
        connect_timeout: float = 5.0,
        read_timeout: float = 20.0,
        proxy: Secret | None = None,
        ca_bundle: Path | str | None = None,
    ) -> None:
        self._read_timeout = read_timeout
        # `TimeLimits` enforces the other timeouts.
        self._times = aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout)
        self._stream_times = aiohttp.ClientTimeout(
            total=None, sock_connect=connect_timeout, sock_read=read_timeout
        )
        self._proxy = proxy
        # Read here, so that a wrong path fails at construction. The system's certificates are
        # loaded by the first https request: loading takes up to 70 ms.
        self._own_trust = None if ca_bundle is None else _trusting(ca_bundle)
        self._closed = False
        self._lock = new_lock()
        self._by_loop: dict[asyncio.AbstractEventLoop, _LoopResources] = {}
        register_fork_reset(self)

    async def exchange(self, request: Request) -> Reply:
        """Send *request* once and return the response, of any status."""
        request.sent = request.sent or False  # opening the body or the session may fail
        # Don't bind the body to a local variable: tracebacks can show it, and it may be secret.
        if request.body is None or isinstance(request.body, bytes):
            return await self._exchange(request, None)
        async with request.body.opened() as stream:
            return await self._exchange(request, stream)

    async def _exchange(self, request: Request, stream: Stream | None) -> Reply:
        _check_headers(request)
        limit: TimeLimit | None = None
        passage: Token[_RequestContext] | None = None
        try:
            resources = self._by_loop.get(asyncio.get_running_loop()) or await self._open()
            # No limit for silence while a body is streamed: progress is only visible to aiohttp,
            # which enforces `sock_read`.
            silence = inf if stream else self._read_timeout
            limit = TimeLimit(resources.limits, request.timeout, silence)
            passage = _passage.set(_RequestContext(request, limit))
            with limit:
                async with (resources.fresh if request.fresh else resources.pooled).request(
                    request.method,
                    URL(request.url, encoded=True),
                    headers=_headers(request, stream),
                    data=_data(request, stream),
                    skip_auto_headers=None if request.method == "GET" else (hdrs.CONTENT_TYPE,),
                    allow_redirects=False,
                    ssl=self._ssl if request.url.startswith("https:") else True,
                    proxy=self._proxy_for(request.url),
                    timeout=self._stream_times if stream else self._times,
                ) as response:
                    body = await _read(response, request.max_body, limit)
                    return Reply(response.status, response.headers, body)
        except SinchNumbersError:
            raise
        except Exception as error:  # noqa: BLE001 - also ValueError (IDNA), OverflowError (ports)
            failure = self._translated(error, request, limit)
            if type(failure) is APIConnectionError:
                failure = by_process_state(failure, error)
                if isinstance(failure, TooManyOpenFilesError):
                    self._close_idle()
        finally:
            if passage is not None:
                _passage.reset(passage)
        # Raise outside the `except` block so `__context__` doesn't keep aiohttp's exception,
        # whose request holds the token.
        raise failure

    async def close(self) -> None:
        """Close all connections; later exchanges raise `ClientClosedError`."""
        with self._lock:
            self._closed = True
            all_resources, self._by_loop = self._by_loop, {}
        # A session must be closed in its event loop, if that is still running.
        for loop, resources in all_resources.items():
            if loop is asyncio.get_running_loop() or not loop.is_running():
                await resources.close()
            else:
                asyncio.run_coroutine_threadsafe(resources.close(), loop)

    def _close_idle(self) -> None:
        """Close the idle connections of this event loop, to free file descriptors."""
        resources = self._by_loop.get(asyncio.get_running_loop())
        if resources is not None and isinstance(resources.pooled.connector, _Connector):
            resources.pooled.connector.close_idle()

    def reset_after_fork(self) -> object:
        """Drop the connections that a forked child inherits."""
        left, self._by_loop = self._by_loop, {}
        self._lock = new_lock()
        return left

    async def _open(self) -> "_LoopResources":
        """Open the pools of this event loop, and close those of closed loops."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._closed:
                raise ClientClosedError("the client is closed")
            gone = [self._by_loop.pop(other) for other in list(self._by_loop) if other.is_closed()]
            resources = self._by_loop[loop] = _LoopResources()
        for other in gone:
            await other.close()
        return resources

    @cached_property
    def _ssl(self) -> ssl.SSLContext:
        return self._own_trust or _trusting_the_system()

    def _proxy_for(self, url: str) -> str | None:
        if self._proxy is None or is_loopback(urlsplit(url).hostname or ""):
            return None
        return self._proxy.reveal()

    def _translated(
        self, error: Exception, request: Request, limit: TimeLimit | None
    ) -> SinchNumbersError:
        """Return the `SinchNumbersError` for *error*, by whether the request was sent."""
        if isinstance(error, _UnreadableError):
            return APIResponseError(str(error))
        if (unread := _unread(error)) is not None:
            return unread
        why = _why(error)
        if not request.sent:
            return self._not_sent(error, request, why)
        if isinstance(error, TimeoutError):
            late = f"no response within {request.timeout:g} s"
            return APITimeoutError(
                late if limit is None or limit.is_over else f"no data for {self._read_timeout:g} s"
            )
        return APIReplyLostError(f"the response was lost: {why}")

    def _not_sent(self, error: Exception, request: Request, why: str) -> SinchNumbersError:
        """Return the `SinchNumbersError` for *error*, which occurred before the first byte."""
        if self._closed:
            return ClientClosedError("the client is closed")
        try:
            where = urlsplit(request.url).netloc
            if self._proxy_for(request.url) is not None:
                where += " through the proxy"
        except ValueError:  # the URL of a wrapper: the client's are checked
            where = "an invalid URL"
        if _is_about_trust(error):
            return TLSError(f"TLS verification failed for {where}: {why}")
        failure = APIConnectionError(f"could not connect to {where}: {why}")
        failure.transient = _may_pass(error)
        return failure


def _tls_context() -> ssl.SSLContext:
    # Not create_default_context: it honors SSLKEYLOGFILE, which writes session keys to a file.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _trusting(ca_bundle: Path | str) -> ssl.SSLContext:
    """Return a TLS context that trusts the certificates in the file *ca_bundle* only."""
    expected = "a readable file of PEM certificates"
    if not isinstance(ca_bundle, str | os.PathLike):
        raise InvalidArgumentError("ca_bundle", expected, ca_bundle)
    context = _tls_context()
    try:
        # Unlike Path.expanduser, it accepts unknown users, and keeps an empty path empty.
        context.load_verify_locations(os.path.expanduser(ca_bundle))  # noqa: PTH111
    except ssl.SSLError:
        why = "no valid PEM certificate in it"
    except OSError as error:
        why = os_reason(error)
        if error.errno in _TOO_MANY_FILES:
            raise APIConnectionError(f"could not read ca_bundle: {why}") from None
    except ValueError:
        why = "not a path"
    else:
        if context.cert_store_stats()["x509"]:
            return context
        why = "no certificate in it"
    raise InvalidArgumentError("ca_bundle", f"{expected} ({why})", str(ca_bundle))


def _trusting_the_system() -> ssl.SSLContext:
    """Return a TLS context that trusts the certificates of the system."""
    context = _tls_context()
    context.load_default_certs()
    file = ssl.get_default_verify_paths().cafile
    if file is not None and not context.cert_store_stats()["x509_ca"]:
        # OpenSSL ignores a file that it cannot open. If too many files are open, a context without
        # certificates would reject every server from then on.
        try:
            Path(file).open("rb").close()
        except OSError as error:
            if error.errno in _TOO_MANY_FILES:
                raise
    return context


class _UnreadableError(Exception):
    """A response whose body is too large, or has an unsupported content coding."""


_CLOSED_BY_PEER: Final = "connection closed by the peer"


class _LostError(aiohttp.ClientError):
    """A broken connection. Unlike aiohttp's class, it does not make aiohttp retry."""


class _LoopResources:
    """The resources of a transport in one event loop."""

    def __init__(self) -> None:
        self.pooled = _session()
        self.fresh = _session(force_close=True)
        self.limits = TimeLimits()

    async def close(self) -> None:
        """Close all connections."""
        await self.pooled.close()
        await self.fresh.close()
        self.limits.close()


class _RequestContext:
    """The request of the current task, passed to `_Connector` in a context variable."""

    __slots__ = ("begun", "limit", "request")

    def __init__(self, request: Request, limit: TimeLimit) -> None:
        self.request = request
        self.limit = limit
        self.begun = False


_passage: Final[ContextVar[_RequestContext]] = ContextVar("_passage")


class _Connector(aiohttp.TCPConnector):
    """Connects each request once, and marks it as sent when the connection is ready."""

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> Connection:
        """Return a connection for the current request; raise if it already had one."""
        passage = _passage.get()
        if passage.begun:
            # aiohttp silently retries idempotent methods on a dropped connection; we must see
            # every attempt.
            raise _LostError("connection dropped")
        passage.begun = True
        connection = await super().connect(req, traces, timeout)
        if connection.transport is None or connection.transport.is_closing():
            connection.close()
            raise _LostError(_CLOSED_BY_PEER)  # nothing was written yet
        passage.request.sent = True
        passage.limit.moved()
        return connection

    def close_idle(self) -> None:
        """Close the connections that no request uses."""
        for idle in self._conns.values():
            for protocol, _ in idle:
                protocol.close()
        self._conns.clear()


def _session(*, force_close: bool = False) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        # No limit: `RateLimiter` limits concurrency before the attempt's timer starts. Otherwise
        # waiting for a connection would count as part of the timeout.
        connector=_Connector(limit=0, ttl_dns_cache=10, force_close=force_close),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        raise_for_status=False,
    )


def _headers(request: Request, stream: Stream | None) -> Mapping[str, str]:
    # The only function with the token in a local variable. It cannot raise: tracebacks can show
    # local variables.
    headers = {**request.headers, hdrs.AUTHORIZATION: request.authorization.reveal()}
    if stream is not None and stream.length is not None:
        headers[hdrs.CONTENT_LENGTH] = str(stream.length)
    return headers


def _data(request: Request, stream: Stream | None) -> bytes | AsyncIterator[bytes] | None:
    if stream is not None:
        return stream.pieces
    return request.body if isinstance(request.body, bytes) else None


def _unread(error: BaseException | None) -> UploadError | None:
    """Return the `UploadError` that caused *error*, if any."""
    while error is not None and not isinstance(error, UploadError):
        error = error.__cause__
    return None if error is None else error.copy()


async def _read(response: aiohttp.ClientResponse, most: int, limit: TimeLimit) -> bytes:
    coding = response.headers.get(hdrs.CONTENT_ENCODING, "").lower()
    if coding not in _PLAIN_CODINGS:
        raise _UnreadableError("the response has an unsupported content coding")
    refused = response.status >= 300
    most = min(most, _LARGEST_REFUSAL) if refused else most
    body = BytesIO()
    while chunk := await response.content.readany():
        limit.moved()
        body.write(chunk)
        if body.tell() > most:
            response.close()
            if refused:  # the status matters more than the complete body
                return body.getvalue()[:most]
            raise _UnreadableError(f"the response is larger than {most} bytes")
    return body.getvalue()  # doesn't copy


def _is_printable(text: object) -> bool:
    # A function that doesn't raise: tracebacks can show local variables.
    return isinstance(text, str) and text.isprintable()


def _check_headers(request: Request) -> None:
    """
    Raise `InvalidArgumentError` for header values that cannot be sent.

    The client checks its own earlier, but a transport around this one may have added some, and
    another `Authorizer` returns any token.
    """
    if not _is_printable(request.authorization.reveal()):
        raise InvalidArgumentError("tokens", "a token without control characters")
    if not all(map(_is_printable, (*request.headers, *request.headers.values()))):
        raise InvalidArgumentError("headers", "str values without control characters")


def _is_about_trust(error: Exception) -> bool:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return isinstance(cause, aiohttp.ClientSSLError | ssl.SSLError)


def _may_pass(error: Exception) -> bool:
    """Whether *error*, which occurred before the first byte, may not occur again."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return error.status in (408, 429) or error.status >= 500
    # A URL that aiohttp, yarl, or the resolver rejects, stays rejected.
    if isinstance(error, ValueError | aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return False
    # OSError: also EMFILE and ENFILE. RuntimeError: also a thread that could not be started.
    return isinstance(error, aiohttp.ClientError | OSError | RuntimeError)


def _why(error: BaseException) -> str:
    # Never str(error), which may quote URLs, headers, and passwords.
    if isinstance(error, _LostError):
        return str(error)
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy responded {error.status}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause: BaseException = error.certificate_error
    else:
        cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, TimeoutError) and cause.errno is None:
        return "timed out"
    if isinstance(cause, ConnectionError) and cause.errno is None:
        return _CLOSED_BY_PEER  # asyncio's own, for example during the TLS handshake
    # Only errors of OpenSSL have these attributes, such as "certificate has expired".
    if isinstance(cause, ssl.SSLError) and (found := getattr(cause, "verify_message", None)):
        return str(found)
    if isinstance(cause, ssl.SSLError) and (found := getattr(cause, "reason", None)):
        return str(found).replace("_", " ").lower()
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"the host name was not resolved ({os_reason(cause)})"
    if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
        return os.strerror(cause.errno)  # asyncio's text also quotes the address
    return os_reason(cause)
