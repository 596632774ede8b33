"""Pipeline: one call, from its description to the returned model."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import attrs

from sinch_numbers._core.auth.cache import Authorizer, Token, cached
from sinch_numbers._core.logging import logger, masked
from sinch_numbers._core.notifier import Notifier
from sinch_numbers._core.rate_limit.limiter import Throttle
from sinch_numbers._core.responses import is_success, read, refusal
from sinch_numbers._core.retry.keyed_locks import KeyedLocks
from sinch_numbers._core.retry.policy import BILLABLE, Backoff, Retry, RetryBudget, resending
from sinch_numbers._core.retry.settlement import (
    confirm_by_reading,
    resolve_ambiguous,
    settle_idempotent,
)
from sinch_numbers._core.retry.unresolved import Register, Unresolved
from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers._core.transport.base import Body, Reply, Request, Transport
from sinch_numbers.errors import (
    APIResponseError,
    APIStatusError,
    AuthUnavailableError,
    InvalidArgumentError,
    OutcomeUnknownError,
    RateLimitError,
    SinchNumbersError,
    reconciled_by,
)
from sinch_numbers.models._secret import Secret

if TYPE_CHECKING:
    from sinch_numbers._core.observing.instrumentation import CallInstrumentation
    from sinch_numbers._core.observing.observer import Observer

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Options:
    """Options that callers can set for calls."""

    timeout: float = 30.0
    """Seconds per attempt."""
    deadline: float | None = 90.0
    """Seconds per call, including retries and delays; ``None`` for no limit."""
    retries: int | None = None
    """Maximum retries; ``None`` for the default of each operation."""
    settle_timeout: float = 30.0
    """Seconds after which an abandoned request can no longer take effect."""
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    """Extra headers of every request."""


@attrs.frozen(eq=False)
class ClientContext:
    """State that all calls of a client and its siblings share."""

    transport: Transport
    tokens: Authorizer
    throttle: Throttle
    quota: RetryBudget
    backoff: Backoff
    turns: KeyedLocks
    unresolved: Register
    bell: Notifier = attrs.field(factory=Notifier)
    observer: "Observer | None" = None


@attrs.define(eq=False)
class _Call:
    """The state of one call: attempts, deadline, and spent budget."""

    method: str
    path: str
    url: str
    body: bytes | Body | None = attrs.field(repr=False)
    retry: Retry
    about: str | None
    hide: tuple[Secret, ...]
    attempts: int = 0
    resent: int = 0
    resent_in_doubt: int = 0
    paid: float = 0.0
    deadline: float | None = None
    first_sent: float | None = None
    watch: "CallInstrumentation | None" = None

    def restart(self) -> None:
        """Reset the deadline: the previous attempts are known to have had no effect."""
        self.deadline = None

    @property
    def stream(self) -> Body | None:
        """The streamed body, if the body is streamed."""
        return None if self.body is None or isinstance(self.body, bytes) else self.body

    @property
    def spent(self) -> bool:
        """Whether the body was read and cannot be rewound."""
        return self.stream is not None and self.stream.spent

    def describe(self, error: SinchNumbersError) -> None:
        """Set method, path, and attempts of *error*, unless set."""
        if error.method is None:
            error.method, error.path = self.method, self.path
        error.attempts = self.attempts


class Pipeline:
    """Runs calls: authenticates, retries as their policies allow, and parses responses."""

    def __init__(self, wire: ClientContext, origin: str, prefix: str, options: Options) -> None:
        self._context = wire
        self._origin = origin
        self._prefix = prefix
        self._options = options
        self._headers = {"Accept": "application/json", "Accept-Encoding": "gzip"} | dict(
            options.headers
        )
        self._json_headers = self._headers | {"Content-Type": "application/json"}

    @property
    def turns(self) -> KeyedLocks:
        """Per-number locks of billable calls."""
        return self._context.turns

    @property
    def bell(self) -> Notifier:
        """Notifications for tasks that wait for a number."""
        return self._context.bell

    @property
    def project_id(self) -> str:
        """Project ID of the calls."""
        return self._prefix.rpartition("/")[2]

    async def call(
        self,
        returns: type[T],
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        body: Body | None = None,
        about: str | None = None,
        fits: Callable[[T], bool] | None = None,
        retry: Retry = BILLABLE,
    ) -> T:
        """
        Run one call and parse its response as *returns*.

        The request body is *json*, or *body*, which is streamed. The response must be about
        the phone number *about*, and pass *fits*, if given. A call without a policy counts as
        billable.
        """
        if self._options.retries is not None:
            retry = retry.at_most(self._options.retries)
        call = _Call(
            method,
            self._prefix + path,
            self._url(path, query),
            body if json is None else _encoded(json),
            retry,
            about,
            tuple([v for v in json.values() if isinstance(v, Secret)]) if json else (),
        )
        observer = self._context.observer
        if observer is None:
            return await self._run(call, returns, fits)
        from sinch_numbers._core.observing.instrumentation import CallInstrumentation

        with CallInstrumentation(
            observer, self._origin, method, path, billable=retry.billable
        ) as call.watch:
            return await self._run(call, returns, fits)

    async def _run(self, call: _Call, returns: type[T], fits: Callable[[T], bool] | None) -> T:
        """Run *call* as its policy requires."""
        retry = call.retry
        attempt = partial(self._attempt, call, returns, fits)
        send = partial(resending, attempt, partial(self._resend, call))
        if retry.billable:
            return await self._call_once(call, send)
        if retry.confirm is not None:
            return await settle_idempotent(
                send,
                retry.confirm,
                max_retries=retry.max_ambiguous_retries,
                pause_after=partial(self._pause, call),
            )
        return await send()

    async def reconcile(self, op_id: str) -> Any:
        """Read the effect of an unresolved call; ``None`` if absence is proven."""
        found = self._context.unresolved.find(op_id)
        if found is None:
            raise InvalidArgumentError("unknown", "a call that is still unresolved", op_id)
        unresolved, effect_of = found
        try:
            effect = await confirm_by_reading(
                effect_of, self._options.settle_timeout, SinchNumbersError(unresolved.reason)
            )
        except OutcomeUnknownError as error:
            self._name(error, unresolved)
            raise
        self._context.unresolved.settle(op_id)
        return effect

    async def _call_once(self, call: _Call, send: Callable[[], Awaitable[T]]) -> T:
        """Run a billable call; log and record an outcome that stays unknown."""
        try:
            async with self._context.turns.turn(call.about) if call.about else nullcontext():
                return await resolve_ambiguous(
                    send,
                    call.retry.confirm,
                    settle_timeout=self._options.settle_timeout,
                    max_retries=call.retry.max_retries,
                    pause_after=partial(self._pause, call),
                    restart=call.restart,
                )
        except OutcomeUnknownError as error:
            reason = error.cause.message if error.cause else error.message
            self._name(error, self._note(call, reason))
            call.describe(error)
            logger.warning("outcome unknown: %s", masked(error))
            raise
        except asyncio.CancelledError:
            if call.first_sent is not None:
                self._note(call, "cancelled")
                where = masked(call.path)
                logger.warning("cancelled, outcome unknown: %s %s", call.method, where)
            raise

    def _note(self, call: _Call, reason: str) -> Unresolved:
        if call.watch is not None:
            call.watch.unknown()
        return self._context.unresolved.add(
            method=call.method,
            path=call.path,
            phone_number=call.about,
            first_sent=call.first_sent or time.time(),
            reason=reason,
            read=call.retry.confirm,
        )

    def _name(self, error: OutcomeUnknownError, unresolved: Unresolved) -> None:
        error.op_id = unresolved.op_id
        error.phone_number = unresolved.phone_number
        error.first_sent_at = unresolved.first_sent_at
        error.method, error.path = unresolved.method, unresolved.path
        reconciled_by(error, partial(self.reconcile, unresolved.op_id))

    async def _attempt(self, call: _Call, returns: type[T], fits: Callable[[T], bool] | None) -> T:
        """Run one attempt of *call*; errors get its method, path, and attempts."""
        throttle = self._context.throttle
        if call.deadline is None and self._options.deadline is not None:
            call.deadline = time.monotonic() + self._options.deadline
        try:
            waited = await throttle.enter(call.deadline)
            try:
                call.attempts += 1
                if call.deadline is not None:
                    call.deadline += waited  # time in the queue does not count
                result = read(await self._exchange(call), returns)
            finally:
                throttle.leave()
            answered = getattr(result, "phone_number", call.about)
            if call.about is not None and answered != call.about:
                raise APIResponseError("the reply is about another number")
            if fits is not None and not fits(result):
                raise APIResponseError("the reply is about something else")
        except SinchNumbersError as error:
            call.describe(error)
            if isinstance(error, APIStatusError) and not error.transient:
                throttle.served()  # an error response that is not about the rate
            elif error.maybe_applied:
                throttle.passed()
            raise
        throttle.served()
        self._context.quota.refund(call.paid or 1.0)
        call.paid = 0.0
        return result

    async def _exchange(self, call: _Call) -> Reply:
        """Send *call* with a token; after a 401, replay it once with a new token."""
        token = await self._token(call)
        reply = await self._send(call, token)
        if reply.status == 401 and self._context.tokens.invalidate(token) and not call.spent:
            # A 401 means that the request had no effect, so a billable call can be replayed, too.
            token = await self._token(call)
            reply = await self._send(call, token)
        if not is_success(reply):
            raise refusal(reply, hide=(*call.hide, _bare(token)))
        return reply

    async def _token(self, call: _Call) -> Token:
        """Return a token before the deadline; a slower fetch continues for other callers."""
        if (token := cached(self._context.tokens)) is not None:
            return token  # the common case, without a timer
        try:
            async with asyncio.timeout(
                None if call.deadline is None else call.deadline - time.monotonic()
            ):
                return await self._context.tokens.get()
        except TimeoutError:
            pass
        raise AuthUnavailableError("no token could be had before the deadline")

    async def _send(self, call: _Call, token: Token) -> Reply:
        timeout = self._options.timeout
        if call.deadline is not None:
            timeout = max(0.001, min(timeout, call.deadline - time.monotonic()))
        request = Request(
            call.method,
            call.url,
            self._headers_for(call),
            token.authorization,
            call.body,
            timeout=timeout,
            # A streamed body may be lost if the server is closing a pooled connection.
            fresh=call.retry.billable or call.stream is not None,
        )
        started = time.monotonic()
        sent_at = time.time()
        status: int | str = "no reply"
        try:
            if call.watch is None:
                reply = await self._context.transport.exchange(request)
            else:
                with call.watch.attempt() as answered:
                    reply = answered(await self._context.transport.exchange(request))
            status = reply.status
            return reply
        finally:
            if request.sent:
                call.first_sent = call.first_sent or sent_at
            logger.debug(
                "%s %s: %s in %.0f ms, attempt %d",
                call.method,
                call.path,
                status,
                1000 * (time.monotonic() - started),
                call.attempts,
            )

    def _headers_for(self, call: _Call) -> Mapping[str, str]:
        if call.body is None:
            headers = self._headers
        elif isinstance(call.body, bytes):
            headers = self._json_headers
        else:
            headers = self._headers | {"Content-Type": call.body.content_type}
        return headers if call.watch is None else {**headers, **call.watch.headers()}

    def _resend(self, call: _Call, error: SinchNumbersError) -> float | None:
        """Return the delay before a retry after *error*, ``None`` for no retry."""
        if not call.retry.allows(error, call.resent, call.resent_in_doubt):
            if isinstance(error, RateLimitError):
                self._close_gate(error, error.retry_after or 0.0)
            return None
        return self._pause(call, error)

    def _pause(self, call: _Call, error: SinchNumbersError) -> float | None:
        """Return the delay before a retry that deadline and budget allow, else ``None``."""
        pause = self._context.backoff.pause(error, call.resent)
        if isinstance(error, RateLimitError):
            self._close_gate(error, error.retry_after or pause or 0.0)
        if call.spent:
            error.add_note("not sent again: what was to be sent can be read only once")
            return None
        if pause is None or (
            call.deadline is not None and time.monotonic() + pause > call.deadline
        ):
            return None
        cost = RetryBudget.cost(error)
        if not self._context.quota.take(cost):
            error.quota_exhausted = True
            return None
        call.paid = cost
        call.resent += 1
        call.resent_in_doubt += error.maybe_applied
        if call.watch is not None:
            call.watch.resending(error, pause)
        logger.warning(
            "sending again in %.2f s: %s %s: %s",
            pause,
            call.method,
            masked(call.path),
            masked(error.message),
        )
        return pause

    def _close_gate(self, error: RateLimitError, seconds: float) -> None:
        self._context.throttle.pause(min(seconds, self._context.backoff.longest_asked), error)

    def _url(self, path: str, query: Mapping[str, Any] | None) -> str:
        pairs = converter.dump_query(query) if query else []
        try:
            query_string = f"?{urlencode(pairs)}" if pairs else ""
        except UnicodeError:
            raise InvalidArgumentError("query", "text that UTF-8 can say") from None
        return f"{self._origin}{self._prefix}{path}{query_string}"


def _encoded(body: Mapping[str, Any]) -> bytes:
    try:
        return json_text.encode(converter.dump(body))
    except (TypeError, ValueError, RecursionError) as error:
        why = type(error).__name__
    raise InvalidArgumentError("request body", f"what JSON can say ({why})")


def _bare(token: Token) -> Secret:
    return Secret(token.authorization.reveal().rpartition(" ")[2])
