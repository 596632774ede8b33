"""
Pipeline: the steps of one call, from resource method to returned model.

A call passes these steps, from top to bottom; each is entered once per attempt::

    Resource         describe: operation, parameters, body
    Claim            billable calls only, once per call: see `claim`
    EndOnClose       ends the waits of the call when the client is closed
    Retry            the only owner of retries: resend, verify by reading, or raise
    Read             response -> model
    RateLimit        a slot and a pace
    Authenticate     a token; replays after a 401
    Journal          billable calls only: record that the request may be sent
    Send             one exchange
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Collection, Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast
from urllib.parse import urlencode

import anyio
import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.auth.cache import Authorizer, Token, cached, is_young, late
from sinch_numbers._core.billing.decisions import Action, Event
from sinch_numbers._core.billing.evidence import Evidence, tagged
from sinch_numbers._core.billing.foreign_rents import OTHER_RENTER
from sinch_numbers._core.billing.journal import Claims, OperationStore
from sinch_numbers._core.billing.memory import SHARED
from sinch_numbers._core.billing.options import BillingOptions
from sinch_numbers._core.billing.outcomes import attempt_event, is_own_404
from sinch_numbers._core.billing.recovery import Confirm, reconcile
from sinch_numbers._core.billing.register import Register
from sinch_numbers._core.billing.service_clock import ServiceClock, now_with_suspend
from sinch_numbers._core.billing.settlement import settle
from sinch_numbers._core.call import Call, Step
from sinch_numbers._core.claim import Claim, Journal
from sinch_numbers._core.closing import Closing
from sinch_numbers._core.current_captures import current_captures
from sinch_numbers._core.delivery import current_delivery
from sinch_numbers._core.extras import Extras
from sinch_numbers._core.items import OnUnreadable, checked, is_of, report
from sinch_numbers._core.logging import logger, masked
from sinch_numbers._core.masking import credentials, secrets_in
from sinch_numbers._core.notifier import Notifier
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pagination import (
    CountOnly,
    ListModel,
    Page,
    Pager,
    total_of,
)
from sinch_numbers._core.progress import OnProgress, ProgressReporter
from sinch_numbers._core.progress_events import OpenFilesWait
from sinch_numbers._core.rate_limit.limiter import RateLimiter
from sinch_numbers._core.responses import Nothing, refusal
from sinch_numbers._core.retry.driver import RetryLater, repeat, run_again
from sinch_numbers._core.retry.policy import NO_RETRY, Backoff, Decision, RetryBudget
from sinch_numbers._core.running_loop import running_loop
from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers._core.shared_objects import SharedObject
from sinch_numbers._core.transport.base import Body, Reply, Request, Transport
from sinch_numbers._core.turns import turn
from sinch_numbers.errors import (
    AlreadyOwnedError,
    APIResponseError,
    APIStatusError,
    AuthenticationError,
    AuthUnavailableError,
    ClientClosedError,
    InvalidArgumentError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitError,
    SinchNumbersError,
    StoreError,
    TooManyOpenFilesError,
    UnexpectedResultError,
)

if TYPE_CHECKING:
    from sinch_numbers._core.observing.instrumentation import CallInstrumentation
    from sinch_numbers._core.observing.observer import Observer

T = TypeVar("T")

_REPLAYS: Final = 4
"""Replays of a request whose token the service may not know yet."""
_DELAY_WITHOUT_FILES: Final = 0.2
_LONGEST_WITHOUT_FILES: Final = 20.0
"""Seconds that a call waits for a file descriptor."""
_LONGEST_FIRST_DELAY: Final = 0.25
"""Maximum seconds before the first replay. The delays double: at most 4.7 s in total."""


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
    on_progress: OnProgress | None = attrs.field(default=None, repr=False)
    """Called with each wait."""
    extras: Extras = attrs.field(factory=Extras)
    """Query parameters and body fields that are added to every request."""


@attrs.frozen(eq=False)
class ClientContext(SharedObject):
    """State that all calls of a client and its siblings share."""

    transport: Transport
    tokens: Authorizer
    limiter: RateLimiter
    budget: RetryBudget
    backoff: Backoff
    unresolved: Register
    store: OperationStore = SHARED
    """Journal of the billable calls."""
    sole_renter: bool = False
    """Whether no one else rents numbers in the project."""
    tag_callback: bool = False
    """Whether rents add an ID to their callback URL."""
    notifier: Notifier = attrs.field(factory=Notifier)
    closing: Closing = attrs.field(factory=Closing)
    observer: "Observer | None" = None


class Pipeline:
    """The steps of one client's calls to one host."""

    def __init__(
        self,
        context: ClientContext,
        origin: str,
        prefix: str,
        options: Options,
        *,
        names_missing: bool = True,
    ) -> None:
        self.context: Final = context
        self.project_id: Final[str] = prefix.rpartition("/")[2]
        self._origin = origin
        self._prefix = prefix
        self._max_retries = options.retries
        self.extras: Final = options.extras
        self._has_extras = bool(options.extras)
        self.without_extras: Pipeline = self
        """The pipeline of the reads that verify a call."""
        if self._has_extras:
            plain = attrs.evolve(options, extras=Extras())
            self.without_extras = Pipeline(
                context, origin, prefix, plain, names_missing=names_missing
            )
        self.report: Final = ProgressReporter(options.on_progress)
        billing = BillingOptions(
            store=context.store,
            exclusive=context.store.exclusive or context.sole_renter,
            origin=origin,
            project_id=self.project_id,
            timeout=options.timeout,
            deadline=options.deadline,
            settle_timeout=options.settle_timeout,
            names_missing=names_missing,
            report=self.report,
        )
        self.billing: BillingOptions = billing
        clock = ServiceClock()
        send = Send(context.transport, Journal(billing, clock), clock, options, context.closing)
        authenticate = Authenticate(send, context.tokens, context.backoff)
        limited = RateLimit(authenticate, context.limiter, options.deadline)
        retry = Retry(Read(limited, self.project_id), context, billing)
        self._run = EndOnClose(retry, context.closing)
        self._claim = Claim(self._run, context.unresolved, context.backoff, billing, clock)

    async def run(
        self,
        operation: Operation[Any],
        returns: Any,
        path: str,
        *,
        resource: "Resource | None" = None,
        segments: tuple[str, ...] = (),
        query: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        body: Body | None = None,
        expected_number: str | None = None,
        validate: Callable[[Any], bool] | None = None,
        waits: bool = True,
        must_be_new: bool = False,
        needs: Collection[str] | None = None,
    ) -> Any:
        """Run one call of *operation*; `Resource` describes the arguments."""
        if asyncio._get_running_loop() is None:  # noqa: SLF001 - documented
            running_loop()  # raises the typed error
        policy = operation.policy
        if self._max_retries is not None:
            policy = policy.at_most(self._max_retries)
        sent, tag = json, None
        if self._has_extras:
            query = self.extras.added_to_query(query)
            sent = self.extras.added_to_body(operation, json, body)
            resource = resource and resource._without_extras()  # noqa: SLF001 - same module
            if self.extras.body and not policy.billable:
                # The read would miss the extra fields: a repetition is safe, and applies them.
                operation = attrs.evolve(operation, confirm=None)
        if (
            self.context.tag_callback
            and operation.claims in (Claims.ACQUIRES, Claims.PICKS)
            and sent
        ):
            sent, tag = tagged(sent)
            json = {**(json or {}), "callbackUrl": sent["callbackUrl"]} if tag else json
        call = Call(
            operation,
            returns,
            resource,
            segments,
            self._prefix + path,
            self._url(path, query),
            policy,
            json,
            body if sent is None else _encoded(sent),
            expected_number,
            validate,
            # Masked if an error response quotes them.
            tuple(secrets_in(sent)) if sent else (),
            waits,
            must_be_new,
            tag,
            needs,
            report=self.report,
        )
        if policy.billable:
            confirm = operation.confirm and partial(operation.confirm, resource)
            call.reconcile = partial(self.reconcile, confirm)
        step: Step = self._claim if policy.billable else self._run
        if current_captures.get():
            from sinch_numbers._core.captured import captured_call  # on call: few programs use it

            step = partial(captured_call, step)
        if (observer := self.context.observer) is None:
            return await step(call)
        # Imported only with an observer, to keep `import sinch_numbers` fast.
        from sinch_numbers._core.observing.instrumentation import CallInstrumentation

        with CallInstrumentation(observer, self._origin, operation) as call.instrumentation:
            return await step(call)

    async def reconcile(self, confirm: Confirm | None, op_id: str) -> Any:
        """Read the effect of an unresolved call with *confirm*, and record its outcome."""
        return await reconcile(op_id, confirm, self.billing, self.context.unresolved)

    def _url(self, path: str, query: Mapping[str, Any] | None) -> str:
        pairs = converter.dump_query(query) if query else []
        try:
            query_string = f"?{urlencode(pairs)}" if pairs else ""
        except UnicodeError:
            raise InvalidArgumentError("query", "valid UTF-8") from None
        return f"{self._origin}{self._prefix}{path}{query_string}"


class Resource(SharedObject):
    """Base class of the resources: one method per operation."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of project {self._pipeline.project_id}>"

    def _without_extras(self) -> Self:
        """Return the resource whose requests have no extra query parameters and body fields."""
        plain = self._pipeline.without_extras
        return self if plain is self._pipeline else type(self)(plain)

    def _call(
        self,
        operation: Operation[T],
        *segments: str,
        query: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        body: Body | None = None,
        expected_number: str | None = None,
        validate: Callable[[T], bool] | None = None,
        waits: bool = True,
        must_be_new: bool = False,
        needs: Collection[str] | None = None,
    ) -> Coroutine[Any, Any, T]:
        """
        Return a coroutine that calls *operation* and returns its parsed response.

        *segments* are the values of the path's parameters. The request body is *json*, or
        *body*, which is streamed. The response must be about the phone number
        *expected_number*, and pass *validate*, if given. A billable call *waits* for another one
        with the same subject, and does not send a request for a subject that the project has
        already if it *must_be_new*.
        """
        return self._pipeline.run(
            operation,
            operation.returns,
            arguments.path(operation.template, *segments),
            resource=self,
            segments=segments,
            query=query,
            json=json,
            body=body,
            expected_number=expected_number,
            validate=validate,
            waits=waits,
            must_be_new=must_be_new,
            needs=needs,
        )

    async def _read(
        self,
        operation: Operation[T],
        *segments: str,
        expected_number: str | None = None,
        needs: Collection[str] | None = None,
    ) -> T:
        """Call *operation*, a read, without retries: `Retry` does those."""
        once = attrs.evolve(operation, policy=NO_RETRY)
        return await self._call(once, *segments, expected_number=expected_number, needs=needs)

    async def _exists(self, operation: Operation[Any], *segments: str) -> bool:
        """Call *operation* without retries; return whether it finds anything, even unreadable."""
        return await self._find(attrs.evolve(operation, returns=Nothing), *segments) is not None

    async def _find(
        self,
        operation: Operation[T],
        *segments: str,
        expected_number: str | None = None,
        needs: Collection[str] | None = None,
    ) -> T | None:
        """
        Call *operation* without retries; return ``None`` for a 404 by the service.

        A result that lacks fields because they cannot be read is enough if it has those that the
        caller *needs*; by default all.
        """
        try:
            return await self._read(
                operation, *segments, expected_number=expected_number, needs=needs
            )
        except NotFoundError as error:
            # Another 404 may come from a gateway: no proof of absence.
            subject = expected_number if self._pipeline.billing.names_missing else None
            if not is_own_404(error, subject):
                raise
            return None

    def _paged(
        self,
        operation: Operation[T],
        *segments: str,
        query: Mapping[str, Any],
        limit: int | None,
        on_unreadable: OnUnreadable,
    ) -> Pager[T]:
        """Return the pages of *operation*, a list."""
        path = arguments.path(operation.template, *segments)

        async def fetch(page_token: str | None) -> Page[T]:
            return await self._page(operation, path, {**query, "pageToken": page_token})

        async def count() -> int | None:
            one = {**query, "pageSize": 1}
            run = self._pipeline.run
            return total_of(await run(operation, CountOnly, path, resource=self, query=one))

        return Pager(
            fetch,
            limit=limit,
            on_unreadable=checked(on_unreadable),
            count=count,
            source=f"{operation.method} {path}",
        )

    async def _listed(
        self, operation: Operation[T], *, query: Mapping[str, Any], on_unreadable: OnUnreadable
    ) -> tuple[T, ...]:
        """Return the items of *operation*, a list without pages."""
        on_unreadable = checked(on_unreadable)
        page = await self._page(operation, operation.template, query)
        report(page.unreadable, on_unreadable, read=len(page.items))
        return page.items

    async def _page(self, operation: Operation[T], path: str, query: Mapping[str, Any]) -> Page[T]:
        model = ListModel(
            str(operation.items),
            operation.returns,
            self._pipeline.project_id,
            query.get("pageToken"),
        )
        page = await self._pipeline.run(operation, model, path, resource=self, query=query)
        return cast("Page[T]", page)


class EndOnClose:
    """Run a call; if it waits when the client is closed, end it with `ClientClosedError`."""

    def __init__(self, run: Step, closing: Closing) -> None:
        self._run = run
        self._closing = closing

    async def __call__(self, call: Call) -> Any:
        """Run *call*, unless the client is closed."""
        task = call.task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a call needs a task")
        cancelling = task.cancelling()
        self._closing.calls.add(call)
        try:
            if not self._closing.closed:  # after `add`: `close` sets it before it reads the set
                return await self._run(call)
            closed = ClientClosedError("the client is closed")
        except ClientClosedError as error:
            closed = error
        except asyncio.CancelledError:
            # As with `asyncio.timeout`, a cancellation by another task takes precedence.
            if not call.ended or task.cancelling() > cancelling + 1:
                raise
            closed = ClientClosedError("the client was closed during the call")
        finally:
            self._closing.calls.discard(call)
            if call.ended:
                task.uncancel()
        call.describe(closed)
        # A read changes nothing, and `Claim` knows whether a billable call is unresolved.
        if call.method != "GET" and not call.policy.billable:
            closed.maybe_applied = call.in_doubt or call.ambiguous_retries > 0
        raise closed


class Retry:
    """Run attempts of a call as its policy decides."""

    def __init__(self, attempt: Step, context: ClientContext, billing: BillingOptions) -> None:
        self._attempt = attempt
        self._backoff = context.backoff
        self._budget = context.budget
        self._limiter = context.limiter
        self._billing = billing

    async def __call__(self, call: Call) -> Any:
        """Run *call*; backoff repeats it as long as `_recover` raises `RetryLater`."""
        try:
            return self._succeeded(call, await self._attempt(call))
        except SinchNumbersError as error:
            failure = error
        try:  # the first attempt without backoff, which takes 16 us per call
            return await self._recover(call, failure)
        except RetryLater as error:
            later = error
        return await run_again(partial(self._again, call), later)

    async def _again(self, call: Call) -> Any:
        # After a 429, check that a billable call had no effect before sending it again.
        if call.unconfirmed is not None and (done := await self._recheck(call)) is not None:
            return done
        try:
            return self._succeeded(call, await self._attempt(call))
        except SinchNumbersError as error:
            failure = error
        return await self._recover(call, failure)

    def _succeeded(self, call: Call, result: Any) -> Any:
        """Return *result* of *call*, and refund the retry budget."""
        if self._budget.spent:  # refund as botocore does: the cost of the retry, else 1
            self._budget.refund(call.cost or 1.0)
            call.cost = 0.0
        return result

    async def _recover(self, call: Call, error: SinchNumbersError) -> Any:
        """Return the effect of *call* if found; else raise *error* or `RetryLater`."""
        call.describe(error)
        if isinstance(error, TooManyOpenFilesError):
            self._wait_for_files(call)
        if call.progress is not None:
            return await self._recover_billable(call, error)
        decide = partial(
            call.policy.decide, error, call, readable=call.operation.confirm is not None
        )
        decision = decide()
        delay: float | None = None
        if decision is Decision.RESEND:
            delay = self._delay(call, error)
            if delay is None:  # deadline, budget, or body forbid a retry: verify or raise
                decision = decide(may_resend=False)
        elif isinstance(error, RateLimitError):
            # Even if this call isn't retried, the 429 must slow down the others.
            self._close_gate(error, error.retry_after or 0.0)
        if decision is Decision.VERIFY:
            return await self._look(call, error)
        if delay is None:
            raise error
        raise RetryLater(delay)

    async def _recover_billable(self, call: Call, error: SinchNumbersError) -> Any:
        """Apply the decision of `billing.decisions` after a failed attempt."""
        subject = call.subject if self._billing.names_missing else None
        action = call.on(attempt_event(error, subject))
        delay: float | None = None
        if action in (Action.RESEND, Action.RESEND_IF_ABSENT):
            delay = self._delay(call, error)
            if delay is None:  # deadline, budget, or body forbid a retry: verify or raise
                action = call.on(Event.NO_RETRY)
        elif isinstance(error, RateLimitError):
            # Even if this call isn't retried, the 429 must slow down the others.
            self._close_gate(error, error.retry_after or 0.0)
        evidence = None
        if action is Action.READ:
            progress = call.journaled_progress
            until = call.verification_end(progress.settle_timeout)
            report = partial(self._billing.report_check, call.operation.id, call.subject)
            renew = partial(self._renew, call)
            settled = await settle(call.read_effect, progress, renew, until, report)
            action, call.progress, evidence = settled.action, settled.progress, settled.evidence
            call.verified_for += settled.seconds
            if action is Action.RESEND:  # absence is proven: a new call, in effect
                call.restart()
                delay = 0.0
        if action in (Action.RESEND, Action.RESEND_IF_ABSENT) and delay is not None:
            call.unconfirmed = error if action is Action.RESEND_IF_ABSENT else None
            raise RetryLater(delay)
        return self._end(call, action, evidence, error)

    async def _recheck(self, call: Call) -> Any:
        """Read once after a 429; return the effect of *call*, or ``None`` to send it again."""
        error, call.unconfirmed = call.unconfirmed or SinchNumbersError("429"), None
        evidence = None
        try:
            evidence = await call.read_effect()
            action = call.on(evidence.event)
        except SinchNumbersError:
            action = call.on(Event.READ_FAILED)
        if action is Action.SEND:
            return None
        return self._end(call, action, evidence, error)

    def _end(
        self, call: Call, action: Action, evidence: Evidence | None, error: SinchNumbersError
    ) -> Any:
        """Return the effect that was read, or raise the error that ends the call."""
        if action is Action.RETURN_READ and evidence is not None:
            return evidence.value
        why = evidence.why if evidence else ""
        if action is Action.FAIL_OWNED:
            progress = call.journaled_progress
            if progress.exclusive and progress.absent_before:  # rented since our own claim
                with contextlib.suppress(Exception):  # a log filter may raise
                    logger.warning("%s was rented by another renter", masked(call.subject))
                why = f"{why}; {OTHER_RENTER}"
            raise AlreadyOwnedError(str(call.subject), why)
        if action is Action.FAIL_UNKNOWN:
            unknown = OutcomeUnknownError(
                "unknown whether the call took effect: "
                f"{why or error.message or type(error).__name__}"
            )
            unknown.cause = error
            unknown.candidates = evidence.candidates if evidence else ()
            raise unknown
        if action is Action.FAIL:
            error.maybe_applied = False  # proven, although errors of this class may be ambiguous
        raise error

    async def _renew(self, call: Call) -> bool:
        """Renew the lease of *call*; return whether no other process can have taken it over."""
        billing = self._billing
        started = now_with_suspend()
        try:
            is_ours = await billing.store.renew(call.journaled, billing.lease)
        except StoreError:
            # Reads need no store, but must end before the lease does.
            return started + billing.timeout < call.leased_at + billing.lease
        call.leased_at = started
        return is_ours

    async def _look(self, call: Call, error: SinchNumbersError) -> Any:
        """Read the effect of an idempotent call once; resend once if it is not found."""
        with contextlib.suppress(SinchNumbersError):  # repeating the write is safe without proof
            evidence = await call.read_effect()
            if evidence.event is Event.READ_MATCH:
                return evidence.value
        may_resend = not call.in_doubt and call.policy.max_ambiguous_retries > 0
        delay = self._delay(call, error) if may_resend else None
        if delay is None:
            raise error
        call.in_doubt = True
        raise RetryLater(delay)

    def _delay(self, call: Call, error: SinchNumbersError) -> float | None:
        """Return the delay before a retry that deadline and budget allow, else ``None``."""
        if isinstance(error, TooManyOpenFilesError):
            return None  # it has waited long enough
        delay = self._backoff.pause(error, call.retries)
        if isinstance(error, RateLimitError):
            self._close_gate(error, error.retry_after or delay or 0.0)
        if call.consumed:
            error.add_note("not retried: the request body can be read only once")
            return None
        late = call.deadline is not None and time.monotonic() + (delay or 0.0) > call.deadline
        if delay is None or late:
            return None
        # Last, so that a retry that won't happen spends nothing.
        cost = RetryBudget.cost(error)
        if not self._budget.take(cost):
            error.quota_exhausted = True
            return None
        call.cost = cost
        call.retries += 1
        call.ambiguous_retries += error.maybe_applied
        allowed = call.policy.max_ambiguous_retries if error.maybe_applied else 0
        most = allowed or call.policy.max_retries
        call.report_retry(error, delay, call.retries + 1, most + 1)
        if call.instrumentation is not None:
            call.instrumentation.resending(error, delay)
        logger.warning(
            "retrying in %.2f s: %s %s: %s",
            delay,
            call.method,
            masked(call.path),
            masked(error.message or str(error)),
        )
        return delay

    def _wait_for_files(self, call: Call) -> None:
        """Raise `RetryLater` until other requests, or other code, had time to close files."""
        now = time.monotonic()
        if call.files_until is None:
            call.files_until = now + _LONGEST_WITHOUT_FILES
            call.report(OpenFilesWait(subject=call.subject, at_most=_LONGEST_WITHOUT_FILES))
        # Not a retry, and free: no request was sent, and the service is not at fault.
        delay = random.uniform(0.5, 1.0) * _DELAY_WITHOUT_FILES
        until = call.files_until if call.deadline is None else min(call.files_until, call.deadline)
        if now + delay < until:
            raise RetryLater(delay)

    def _close_gate(self, error: RateLimitError, seconds: float) -> None:
        self._limiter.close_for(min(seconds, self._backoff.longest_asked), error)


_IDENTITIES: Final = ("phone_number", "id_number_order", "hosting_order_id")
"""The fields by which a result says what it is about."""


class Read:
    """Parse the response as the call's model, and check that it is the right one."""

    def __init__(self, fetch: Step, project_id: str) -> None:
        self._fetch = fetch
        self._project_id = project_id

    async def __call__(self, call: Call) -> Any:
        """Return the result of *call*."""
        reply = await self._fetch(call)
        if json_text.is_large(reply.body):
            await turn()
        try:
            result = read(reply, call.returns)
        except APIResponseError as error:
            error.transient = _may_become_readable(reply, call.returns)
            result = self._in_part(call, reply)
            if result is None:
                raise
        if call.policy.billable and any(getattr(result, name, None) == "" for name in _IDENTITIES):
            raise APIResponseError("invalid response: it names no number and no order")
        number = call.expected_number
        if number is not None and getattr(result, "phone_number", number) != number:
            problem = "the response is about another number"
        elif call.operation.method == "GET" and not self._is_ours(result):
            problem = "the response is about another project"
        elif call.validate is not None and not call.validate(result):
            problem = "the response is about another resource"
        else:
            return result
        if call.policy.billable:
            raise UnexpectedResultError(problem, result)
        raise APIResponseError(problem)

    @staticmethod
    def _in_part(call: Call, reply: Reply) -> Any:
        """Return the result without unreadable fields; ``None`` if that is not enough."""
        if call.method == "GET" and call.needs is None:
            return None
        result = read_in_part(reply, call.returns)
        missing = () if result is None else result.extra.unreadable
        return None if call.needs and not set(call.needs).isdisjoint(missing) else result

    def _is_ours(self, result: Any) -> bool:
        named = getattr(result, "project_id", None)
        return named in (None, self._project_id) or is_of(self._project_id, named)


def _may_become_readable(reply: Reply, model: Any) -> bool:
    """
    Whether a retry may read the response to a call that returns *model*.

    Not if it is the right resource with a wrong value, which the service would send again. Any
    other body may come from a gateway, or may be cut.
    """
    try:
        payload = json_text.decode(reply.body)
    except ValueError:
        return True
    cls = model.envelope if isinstance(model, ListModel) else model
    return not (isinstance(payload, dict) and converter.is_like(payload, cls))


def read(reply: Reply, model: Any) -> Any:
    """
    Parse the body of a successful response as *model*.

    For `Nothing` the body is ignored; for `object` it is plain JSON, or ``None`` if empty; for a
    `ListModel` the result is a `Page`.
    """
    if isinstance(model, ListModel):
        if (page := model.long_page(reply.body)) is not None:
            return page
        envelope = model.envelope
        return model.page(
            read(reply, envelope),
            lambda: converter.load(json_text.decode_exactly(reply.body), envelope),
        )
    if model is Nothing:
        return Nothing()
    if model is object and not reply.body:
        return None
    inexact = False
    try:
        payload = json_text.decode(reply.body)
        return payload if model is object else converter.structure_hook(model)(payload, model)
    except json_text.JSONTextError as error:
        problem = f"the response is not JSON: {error}" if reply.body else "the response is empty"
    except Exception as error:  # noqa: BLE001 - cattrs raises groups of the hooks' exceptions
        problem = converter.explain(error, model)
        inexact = converter.is_inexact(error)
    # The value may contain a secret, and tracebacks can show local variables.
    payload = None
    if inexact:  # decimals take longer to decode, and few services send amounts as numbers
        return converter.load(json_text.decode_exactly(reply.body), model)
    raise APIResponseError(problem)


def read_in_part(reply: Reply, model: Any) -> Any:
    """
    Return *model* without the fields that cannot be read; ``None`` if that is not enough.

    A success that identifies its number or order is a success, even if other fields are invalid.
    """
    try:
        json_text.decode(reply.body)  # more checks than `decode_exactly`
        return converter.load_in_part(json_text.decode_exactly(reply.body), model)
    except (ValueError, APIResponseError):
        return None


class RateLimit:
    """Wait for a slot and the pace of the service; hold the slot during the exchange."""

    def __init__(self, exchange: Step, limiter: RateLimiter, deadline: float | None) -> None:
        self._exchange = exchange
        self._limiter = limiter
        self._deadline = deadline

    async def __call__(self, call: Call) -> Reply:
        """Return the response to *call*."""
        limiter = self._limiter
        if call.deadline is None and self._deadline is not None:
            call.deadline = time.monotonic() + self._deadline
        waited = await limiter.acquire(call.deadline, call.report_rate_limit)
        try:
            call.attempts += 1
            if call.deadline is not None:
                call.deadline += waited  # time in the queue doesn't count
            reply: Reply = await self._exchange(call)
        except SinchNumbersError as error:
            if isinstance(error, APIStatusError) and not error.transient:
                limiter.on_success()  # an error response that is not about the rate
            elif isinstance(error, TooManyOpenFilesError):
                limiter.on_too_many_files()
            elif error.maybe_applied:
                limiter.on_failure()  # it was sent, so it counts toward the measured rate
            raise
        else:
            limiter.on_success()
            return reply
        finally:
            limiter.release()


class Authenticate:
    """
    Add a token; after a 401, replay the request.

    A young token may be unknown to the node that responded: the request is replayed with the
    same token, after a delay. Otherwise the request is replayed once with a new token. The API
    authenticates before it executes, so a billable call can be replayed, too.
    """

    def __init__(self, send: "Send", tokens: Authorizer, backoff: Backoff) -> None:
        self._send = send
        self._tokens = tokens
        self._first_delay = min(backoff.first, _LONGEST_FIRST_DELAY)

    async def __call__(self, call: Call) -> Reply:
        """Return the successful response to *call*."""
        first_sent = call.first_sent
        token = cached(self._tokens) or await self._fetched(call)
        reply = await self._send(call, token)
        if reply.status == 401:
            call.first_sent = first_sent  # as if not sent: see above
            reply = await self._replayed(call, token, reply)
            if reply.status == 401 and not self._may_be_unknown(reply, token):
                token, reply = await self._renewed(call, token, reply)
                reply = await self._replayed(call, token, reply)
        if not 200 <= reply.status < 300:
            error = refusal(reply, hide=(*call.redact, *credentials(token.authorization)))
            if reply.status == 401 and is_young(self._tokens, token):
                error.transient = True
                call.give_up()  # it was retried here
            raise error
        if call.capture is not None:
            from sinch_numbers._core.captured import head_of  # on call, as in `Pipeline.run`

            call.capture.response = head_of(
                reply, (*call.redact, *credentials(token.authorization))
            )
        return reply

    def _may_be_unknown(self, reply: Reply, token: Token) -> bool:
        """Whether *reply* is a 401 that may be due to a node that doesn't know *token* yet."""
        if reply.status != 401 or not is_young(self._tokens, token):
            return False
        # A node that calls the token expired knows it: only a new token helps.
        return "expired" not in reply.headers.get("WWW-Authenticate", "").lower()

    async def _renewed(self, call: Call, token: Token, reply: Reply) -> tuple[Token, Reply]:
        """Replay *call* with a new token, unless that would fail; return the last response."""
        if not self._tokens.invalidate(token) or call.consumed:
            return token, reply
        token = cached(self._tokens) or await self._fetched(call)
        return token, await self._send(call, token)

    async def _replayed(self, call: Call, token: Token, reply: Reply) -> Reply:
        """Replay *call* while *token* may be unknown; return the last response."""
        first_sent = call.first_sent
        delays = enumerate([self._first_delay * 2**n for n in range(_REPLAYS)], start=2)
        waited = False

        async def attempt() -> Reply:
            nonlocal reply, waited
            if waited:
                reply = await self._send(call, token)
            if call.consumed or not self._may_be_unknown(reply, token):
                return reply
            number, delay = next(delays, (0, 0.0))
            if not number:
                return reply
            # Jitter: calls that shared the fetch get their 401s at the same time.
            delay *= random.uniform(1.0, 1.25)
            if call.deadline is not None and time.monotonic() + delay > call.deadline:
                return reply
            error = AuthenticationError("access token not accepted yet", status=reply.status)
            call.report_retry(error, delay, number, _REPLAYS + 1)
            waited = True
            call.first_sent = first_sent
            raise RetryLater(delay)

        return await repeat(attempt)

    async def _fetched(self, call: Call) -> Token:
        """Fetch a token before the deadline; a slower fetch continues for other callers."""
        left = None if call.deadline is None else call.deadline - time.monotonic()
        try:
            with anyio.move_on_after(left):
                return await self._tokens.get()
            failure = late(self._tokens)
        except AuthUnavailableError as error:
            failure = error
        # The token request was retried up to 8 times: retries of the call would multiply that.
        call.give_up()
        raise failure


class Send:
    """Send the request once."""

    def __init__(
        self,
        transport: Transport,
        journal: Journal,
        clock: ServiceClock,
        options: Options,
        closing: Closing,
    ) -> None:
        self._transport = transport
        self._closing = closing
        self._journal = journal
        self._clock = clock
        self._timeout = options.timeout
        self._headers = {"Accept": "application/json", "Accept-Encoding": "gzip"} | dict(
            options.headers
        )
        self._json_headers = self._headers | {"Content-Type": "application/json"}

    async def __call__(self, call: Call, token: Token) -> Reply:
        """Return the response to *call*, of any status."""
        if call.policy.billable:
            self._check_delivery(call)
        if call.entry is not None:
            await self._journal(call)
        timeout = self._timeout
        if call.deadline is not None:
            timeout = max(0.001, min(timeout, call.deadline - time.monotonic()))
        request = Request(
            call.operation.method,
            call.url,
            self._headers if call.body is None else self._headers_for(call.body),
            token.authorization,
            call.body,
            timeout=timeout,
            # The server may close a pooled connection as the request is sent: in such a race, 154
            # of 400 requests became ambiguous, and none over new connections.
            fresh=call.policy.billable or not isinstance(call.body, bytes | None),
        )
        started = time.monotonic()
        sent_at = time.time()
        status: int | str = "no response"
        call.sending = True
        try:
            if call.instrumentation is None:
                reply = await self._transport.exchange(request)
            else:
                reply = await self._instrumented(request, call.instrumentation)
            status = reply.status
            if date := reply.headers.get("Date"):
                self._clock.latest = date, now_with_suspend()
            return reply
        except SinchNumbersError as error:
            if type(error) is SinchNumbersError and request.sent is not False:
                error.maybe_applied = True  # of a custom transport, which does not say more
            raise
        except asyncio.CancelledError:
            raise
        except BaseException:
            request.sent = True  # a bug, perhaps of a wrapper that passed on a copy
            raise
        finally:
            call.sending = False
            if self._closing.closed:
                call.give_up()  # a delay before a retry would be in vain
            if request.sent is not False:
                call.first_sent = call.first_sent or sent_at
            logger.debug(
                "%s %s: %s in %.0f ms, attempt %d",
                request.method,
                call.path,
                status,
                1000 * (time.monotonic() - started),
                call.attempts,
            )

    def _check_delivery(self, call: Call) -> None:
        """Count a billable call as in progress; raise if no further one may be sent."""
        if (delivery := current_delivery.get()) is None:
            return
        if delivery.stopping:
            raise ClientClosedError("interrupted: no further billable request is sent")
        if not call.under_way:
            call.under_way = True
            delivery.began()

    async def _instrumented(
        self, request: Request, instrumentation: "CallInstrumentation"
    ) -> Reply:
        request.headers = {**request.headers, **instrumentation.headers()}
        with instrumentation.attempt() as answered:
            return answered(await self._transport.exchange(request))

    def _headers_for(self, body: bytes | Body) -> Mapping[str, str]:
        if isinstance(body, bytes):
            return self._json_headers
        return self._headers | {"Content-Type": body.content_type}


def _encoded(body: Mapping[str, Any]) -> bytes:
    try:
        return json_text.encode(converter.dump(body))
    except (TypeError, ValueError, RecursionError) as error:
        why = type(error).__name__
    raise InvalidArgumentError("request body", f"JSON-serializable values ({why})")
