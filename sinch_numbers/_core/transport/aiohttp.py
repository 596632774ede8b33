"""Transport over aiohttp, the only module that imports it."""

import asyncio
import os
import re
import select
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextvars import ContextVar, Token
from functools import cached_property
from io import BytesIO
from math import inf
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import aiohttp
from aiohttp import hdrs
from aiohttp.connector import Connection
from aiohttp.http_exceptions import ContentEncodingError
from aiohttp.tracing import Trace
from yarl import URL

from sinch_numbers._core.escaping import printable
from sinch_numbers._core.native_threads import new_lock, original
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._core.shared_objects import SharedObject
from sinch_numbers._core.transport import tls
from sinch_numbers._core.transport.base import Reply, Request, Stream
from sinch_numbers._core.transport.descriptors import by_process_state
from sinch_numbers._core.transport.fork_safety import register_fork_reset
from sinch_numbers._core.transport.proxies import (
    Bypass,
    bypass_none,
    is_proxied,
    refusal,
    unused_variable,
)
from sinch_numbers._core.transport.timeouts import TimeLimit, TimeLimits
from sinch_numbers.errors import (
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APITimeoutError,
    ClientClosedError,
    InvalidArgumentError,
    ProxyError,
    SinchNumbersError,
    TLSError,
    TooManyOpenFilesError,
    UploadError,
)
from sinch_numbers.models._secret import Secret

_PLAIN_CODINGS: Final = frozenset(("", "gzip", "identity"))

# Error bodies are capped lower: parsing costs several times the size, and real ones are small.
_LARGEST_REFUSAL: Final = 1024 * 1024
_LONGEST_CODING: Final = 40
_KNOWN_CODING: Final = re.compile(r"\b(br|deflate|gzip|zstd)\b")

_new_poll: Callable[[], Any] | None
try:
    _new_poll = original("select", "poll")  # gevent and eventlet remove it from the module
except AttributeError:  # on Windows
    _new_poll = None


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
        bypass: Bypass = bypass_none,
        proxy_from_env: bool = False,
        ca_bundle: Path | str | None = None,
        ca_bundle_source: str | None = None,
    ) -> None:
        self._read_timeout = read_timeout
        # `TimeLimits` enforces the other timeouts.
        self._times = aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout)
        self._stream_times = aiohttp.ClientTimeout(
            total=None, sock_connect=connect_timeout, sock_read=read_timeout
        )
        self._proxy = proxy
        self._bypass = bypass
        # The caller reads the environment; without it, errors name variables that are not used.
        self._proxy_from_env = proxy_from_env
        # Read here, so that a wrong path fails at construction. The system's certificates are
        # loaded by the first https request: loading takes up to 70 ms.
        self._own_trust = None if ca_bundle is None else tls.trusting(ca_bundle, ca_bundle_source)
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
        limit: _Exchange | None = None
        passage: Token[_Exchange] | None = None
        try:
            resources = self._by_loop.get(asyncio.get_running_loop()) or await self._open()
            # No limit for silence while a body is streamed: progress is only visible to aiohttp,
            # which enforces `sock_read`.
            silence = inf if stream else self._read_timeout
            limit = _Exchange(request, resources.limits, silence)
            passage = _current.set(limit)
            with limit:
                response = await (resources.fresh if request.fresh else resources.pooled).request(
                    request.method,
                    URL(request.url, encoded=True),
                    headers=_headers(request, stream),
                    data=_data(request, stream),
                    skip_auto_headers=None if request.method == "GET" else (hdrs.CONTENT_TYPE,),
                    allow_redirects=False,
                    ssl=self._ssl if request.url.startswith("https:") else True,
                    proxy=self._proxy_for(request.url),
                    timeout=self._stream_times if stream else self._times,
                )
                async with response:
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
                _current.reset(passage)
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
        return self._own_trust or tls.trusting_the_system()

    def is_proxied(self, url: str) -> bool:
        """Whether requests to *url* go through a proxy."""
        return self._proxy is not None and is_proxied(url, self._bypass)

    def _proxy_for(self, url: str) -> str | None:
        if self._proxy is None or not self.is_proxied(url):
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
        if not request.sent:
            return self._not_sent(error, request)
        if isinstance(error, TimeoutError):
            late = f"no response within {request.timeout:g} s"
            return APITimeoutError(
                late if limit is None or limit.is_over else f"no data for {self._read_timeout:g} s"
            )
        coding = _undecodable(error)
        if coding is not None and coding not in _PLAIN_CODINGS:
            return APIResponseError(_unsupported(coding))
        return APIReplyLostError(f"the response was lost: {_why(error)}")

    def _not_sent(self, error: Exception, request: Request) -> SinchNumbersError:
        """Return the `SinchNumbersError` for *error*, which occurred before the first byte."""
        if self._closed:
            return ClientClosedError("the client is closed")
        try:
            target = urlsplit(request.url)
            proxy = _without_credentials(self._proxy_for(request.url))
            unused = self._unused_proxy(request.url)
        except ValueError:  # the URL of a wrapper: the client's are checked
            target, proxy, unused = urlsplit(""), None, None
        where = target.netloc or "an invalid URL"
        at_proxy = proxy is not None and _is_about_proxy(error, proxy)
        if (cause := _tls_error(error)) is not None:
            return self._not_trusted(cause, where, proxy, at_proxy=at_proxy)
        way = f"{where} through the proxy {proxy.geturl()}" if proxy is not None else where
        why = _refusal_of_proxy(error, where) or _why(error)
        if target.scheme == "https" and isinstance(_connection_cause(error), ConnectionResetError):
            why = f"the TLS handshake failed: {why}"
        if unused is not None:
            why += f" ({unused} is not used unless proxy_from_env is set)"
        kind = ProxyError if at_proxy else APIConnectionError
        failure = kind(f"could not connect to {way}: {why}")
        failure.transient = _may_pass(error)
        if isinstance(failure, ProxyError) and isinstance(error, aiohttp.ClientHttpProxyError):
            failure.status = error.status
        return failure

    def _unused_proxy(self, url: str) -> str | None:
        """Return the variable whose proxy curl would use for *url*, if the client doesn't."""
        if self._proxy_from_env or self._proxy is not None or not is_proxied(url, bypass_none):
            return None
        return unused_variable()

    def _not_trusted(
        self, error: ssl.SSLError, where: str, proxy: SplitResult | None, *, at_proxy: bool
    ) -> TLSError:
        if proxy is not None:
            through = f"the proxy {proxy.geturl()}"
            where = through if at_proxy else f"{where} through {through}"
        # Not `self._ssl`: the error may be that the context cannot be made.
        context: ssl.SSLContext | None = vars(self).get("_ssl")
        why = tls.explanation(error, context, own_cas=self._own_trust is not None)
        if at_proxy and tls.is_not_tls(error):
            why += ", which is http:// for most proxies"
        return TLSError(f"TLS verification failed for {where}: {why}")


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


class _Exchange(TimeLimit):
    """The exchange of the current task, passed to `_Connector` in a context variable."""

    __slots__ = ("begun", "request")

    def __init__(self, request: Request, limits: TimeLimits, silence: float) -> None:
        super().__init__(limits, request.timeout, silence)
        self.request = request
        self.begun = False


_current: Final[ContextVar[_Exchange]] = ContextVar("_current")


class _Connector(aiohttp.TCPConnector):
    """Connects each request once, and marks it as sent when the connection is ready."""

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> Connection:
        """Return a connection for the current request; raise if it already had one."""
        exchange = _current.get()
        if exchange.begun:
            # aiohttp silently retries idempotent methods on a dropped connection; we must see
            # every attempt.
            raise _LostError("connection dropped")
        exchange.begun = True
        is_new = not self._has_idle(req)
        connection = await super().connect(req, traces, timeout)
        while not is_new and _has_unread_bytes(connection):
            connection.close()
            is_new = not self._has_idle(req)
            connection = await super().connect(req, traces, timeout)
        if connection.transport is None or connection.transport.is_closing():
            connection.close()
            raise _LostError(_CLOSED_BY_PEER)  # nothing was written yet
        exchange.request.sent = True
        exchange.moved()
        return connection

    def _has_idle(self, req: aiohttp.ClientRequest) -> bool:
        """Whether *req* may get a connection that an earlier request used."""
        return req.connection_key in self._conns

    def close_idle(self) -> None:
        """Close the connections that no request uses."""
        for idle in self._conns.values():
            for protocol, _ in idle:
                protocol.close()
        self._conns.clear()


def _has_unread_bytes(connection: Connection) -> bool:
    """
    Whether bytes arrived on an idle *connection*.

    They are not the response to the next request: the server is closing the connection, or sent a
    response twice. aiohttp would return them as the next response.
    """
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or protocol.should_close:
        return True
    sock = transport.get_extra_info("socket")
    return sock is not None and _is_readable(sock.fileno())


def _is_readable(descriptor: int) -> bool:
    # The event loop may not have read the bytes yet.
    if descriptor < 0:
        return True
    if _new_poll is None:
        try:
            return bool(select.select([descriptor], [], [], 0)[0])
        except ValueError:  # a descriptor above 1023, but not on Windows
            return False
    poll = _new_poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


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
        raise _UnreadableError(_unsupported(coding, response.status))
    refused = response.status >= 300
    most = min(most, _LARGEST_REFUSAL) if refused else most
    body = BytesIO()
    content = response.content
    while not content.at_eof():
        body.write(await content.readany())
        limit.moved()
        if body.tell() > most:
            response.close()
            if refused:  # the status matters more than the complete body
                return body.getvalue()[:most]
            raise _UnreadableError(f"the response is larger than {most} bytes")
    return body.getvalue()  # doesn't copy


def _are_printable(texts: Iterable[str]) -> bool:
    # A function that doesn't raise: tracebacks can show local variables.
    try:
        return "".join(texts).isprintable()
    except TypeError:  # not all are str
        return False


def _check_headers(request: Request) -> None:
    """
    Raise `InvalidArgumentError` for header values that cannot be sent.

    The client checks its own earlier, but a transport around this one may have added some, and
    another `Authorizer` returns any token.
    """
    if not _are_printable((request.authorization.reveal(),)):
        raise InvalidArgumentError("tokens", "a token without control characters")
    if not _are_printable((*request.headers, *request.headers.values())):
        raise InvalidArgumentError("headers", "str values without control characters")


def _unsupported(coding: str, status: int | None = None) -> str:
    which = "the response" if status is None else f"the response (HTTP {status})"
    shown = printable(coding[:_LONGEST_CODING])
    return f"{which} has the unsupported content encoding '{shown}', expected gzip or none"


def _undecodable(error: BaseException | None) -> str | None:
    """Return the content encoding that aiohttp could not decode, if that caused *error*."""
    while error is not None and not isinstance(error, ContentEncodingError):
        error = error.__cause__
    found = None if error is None else _KNOWN_CODING.search(error.message)
    return None if found is None else found[1]


def _without_credentials(proxy: str | None) -> SplitResult | None:
    """Return the parts of a proxy's URL that errors may show."""
    if proxy is None:
        return None
    parts = urlsplit(proxy)
    netloc = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=netloc, path="", query="", fragment="")


def _is_about_proxy(error: Exception, proxy: SplitResult) -> bool:
    """Whether *error* occurred between the client and *proxy*, or in a response of *proxy*."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientConnectorCertificateError):
        default = 443 if proxy.scheme == "https" else 80
        return (error.host, error.port) == (proxy.hostname, proxy.port or default)
    return isinstance(
        error,
        aiohttp.ClientResponseError | aiohttp.ServerDisconnectedError | aiohttp.ClientOSError,
    )


def _refusal_of_proxy(error: Exception, where: str) -> str | None:
    """Return the meaning of a proxy's response to ``CONNECT``, ``None`` for other errors."""
    if not isinstance(error, aiohttp.ClientHttpProxyError):
        return None
    # Not the reason phrase or the body: they may be long, and have control characters.
    offered = error.headers.getall(hdrs.PROXY_AUTHENTICATE, []) if error.headers else []
    return refusal(error.status, where, offered)


def _connection_cause(error: BaseException) -> BaseException:
    """Return the error of the operating system or of OpenSSL that aiohttp reports as *error*."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return error.certificate_error
    return error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error


def _tls_error(error: Exception) -> ssl.SSLError | None:
    """Return the error of OpenSSL, if that caused *error*."""
    cause = _connection_cause(error)
    return cause if isinstance(cause, ssl.SSLError) else None


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
    if isinstance(error, aiohttp.ClientResponseError):
        return "invalid HTTP"
    if isinstance(error, aiohttp.ClientPayloadError) and (coding := _undecodable(error)):
        return f"invalid {coding} encoding"
    cause = _connection_cause(error)
    if isinstance(cause, TimeoutError) and cause.errno is None:
        return "timed out"
    if isinstance(cause, ConnectionError) and cause.errno is None:
        return _CLOSED_BY_PEER  # asyncio's own, for example during the TLS handshake
    if isinstance(cause, ssl.SSLError):
        return tls.reason(cause)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"the host name was not resolved ({os_reason(cause)})"
    if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
        return os.strerror(cause.errno)  # asyncio's text also quotes the address
    return os_reason(cause)
