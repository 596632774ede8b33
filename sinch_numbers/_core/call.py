"""Call: the state of one call while the steps of the pipeline run it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from sinch_numbers._core.billing.decisions import Action, Event, Progress, step
from sinch_numbers._core.billing.evidence import Evidence
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.billing.redaction import redacted
from sinch_numbers._core.billing.settlement import limit
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.progress import UNREPORTED, ProgressReporter
from sinch_numbers._core.progress_events import RateLimitDelay, RetryDelay
from sinch_numbers._core.serialization import converter
from sinch_numbers._core.transport.base import Body
from sinch_numbers.errors import SinchNumbersError
from sinch_numbers.models._secret import Secret

if TYPE_CHECKING:
    from sinch_numbers._core.captured import Capture
    from sinch_numbers._core.observing.instrumentation import CallInstrumentation
    from sinch_numbers._core.retry.policy import RetryPolicy

Step = Callable[["Call"], Awaitable[Any]]
"""A step of the pipeline: it does its part and awaits the next step."""


async def _nothing(op_id: str) -> None:
    """Do nothing: calls that are not billable have no unknown outcomes."""


@attrs.define(eq=False)
class Call:
    """One call: its request, and its attempts so far."""

    operation: Operation[Any]
    returns: Any
    """The model of the response."""
    resource: Any = attrs.field(repr=False)
    """The resource that the operation belongs to."""
    segments: tuple[str, ...]
    """The values of the path's parameters."""
    path: str
    url: str
    policy: "RetryPolicy"
    json: Mapping[str, Any] | None = attrs.field(repr=False)
    body: bytes | Body | None = attrs.field(repr=False)
    expected_number: str | None
    """The phone number that the response must be about."""
    validate: Callable[[Any], bool] | None
    """Whether the response is about the same resource."""
    redact: tuple[Secret, ...]
    """Secrets in the request, masked in errors."""
    waits: bool = True
    """Whether a billable call waits for the claim of another one on its subject."""
    must_be_new: bool = False
    """Whether a read before a billable call must not find its subject."""
    tag: str | None = None
    """ID in the query of the callback URL, also that of the journal entry."""
    needs: Collection[str] | None = None
    """Fields that the result of a read must have, under the API's names; ``None`` for all."""
    reconcile: Callable[[str], Awaitable[Any]] = attrs.field(default=_nothing, repr=False)
    """Verifies the outcome of a billable call that stayed unknown."""
    entry: JournalEntry | None = attrs.field(default=None, repr=False)
    """The journal entry of a billable call."""
    progress: Progress | None = attrs.field(default=None, repr=False)
    """The history of a billable call, as far as decisions depend on it."""
    attempts: int = 0
    retries: int = 0
    ambiguous_retries: int = 0
    in_doubt: bool = False
    """Whether the outcome of an earlier attempt was ambiguous."""
    unconfirmed: SinchNumbersError | None = None
    """The 429 of a billable call; a read must show that its subject is absent."""
    task: asyncio.Task[Any] | None = attrs.field(default=None, repr=False)
    """The task that runs the call."""
    ended: bool = False
    """Whether the task was cancelled because the client was closed."""
    sending: bool = False
    """Whether a request is in flight."""
    cost: float = 0.0
    """Cost of the current retry, refunded to the retry budget on success."""
    deadline: float | None = None
    """A `time.monotonic` value; ``None`` until the first attempt."""
    files_until: float | None = None
    """A `time.monotonic` value: the end of the wait for a file descriptor."""
    leased_at: float = 0.0
    """Time of the latest renewal of the entry's lease, by `now_with_suspend`."""
    verified_for: float = 0.0
    """Seconds that verifications of the call took."""
    first_sent: float | None = None
    """A `time.time` value; ``None`` while no request may have been sent."""
    under_way: bool = False
    """Whether the current `Delivery` counts the call as under way."""
    instrumentation: "CallInstrumentation | None" = attrs.field(default=None, repr=False)
    capture: "Capture | None" = attrs.field(default=None, repr=False)
    """The responses to the call, in a block of `capture_responses`."""
    report: ProgressReporter = attrs.field(default=UNREPORTED, repr=False)
    """Reports the waits of the call."""

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.operation.method

    @property
    def subject(self) -> str | None:
        """The subject of the call: a phone number, or the ID of an order."""
        return self.expected_number or (self.segments[0] if self.segments else None)

    @property
    def plain_request(self) -> Mapping[str, Any]:
        """The request body as JSON values, without secrets; of any other body, its target."""
        if not self.operation.template:
            return {"method": self.method, "path": self.path, **self.operation.journaled}
        plain: Mapping[str, Any] = converter.dump(redacted(self.json or {}))
        return plain

    @property
    def journaled(self) -> JournalEntry:
        """The journal entry of a billable call that has claimed its subject."""
        if self.entry is None:
            raise RuntimeError("the call has no journal entry")
        return self.entry

    @property
    def journaled_progress(self) -> Progress:
        """The history of a billable call that has claimed its subject."""
        if self.progress is None:
            raise RuntimeError("the call has no progress")
        return self.progress

    def on(self, event: Event, at: float = 0.0) -> Action:
        """Record *event* of a billable call, and return the next action."""
        self.progress, action = step(self.journaled_progress, event, at)
        return action

    async def read_effect(self, entry: JournalEntry | None = None) -> Evidence:
        """Read the effect of the call, which must be readable."""
        if self.operation.confirm is None:
            raise RuntimeError(f"no read shows the effect of {self.operation.id}")
        entry = entry or self.entry or self._as_entry()
        if self.capture is None:
            return await self.operation.confirm(self.resource, entry)
        from sinch_numbers._core.captured import capture_reads  # on call, as in `Pipeline.run`

        self.capture.response = None  # of an earlier attempt, and not readable
        with capture_reads() as reads:
            evidence = await self.operation.confirm(self.resource, entry)
        self.capture.read = reads[-1] if reads else None
        return evidence

    def _as_entry(self) -> JournalEntry:
        """Return the facts of an idempotent call in the form of a journal entry."""
        return JournalEntry(
            id="",
            operation=self.operation.id,
            origin="",
            project_id="",
            subject=self.subject,
            segments=self.segments,
            request=self.json or {},
        )

    @property
    def consumed(self) -> bool:
        """Whether the streamed body was read and cannot be rewound."""
        return not (self.body is None or isinstance(self.body, bytes)) and self.body.spent

    def restart(self) -> None:
        """Reset the deadline: the previous attempts are known to have had no effect."""
        self.deadline = None

    def verification_end(self, settle_timeout: float) -> float:
        """Return the time, by `time.monotonic`, at which a verification that starts now ends."""
        return limit(settle_timeout, spent=self.verified_for)

    @property
    def is_waiting(self) -> bool:
        """Whether the call waits, and no read has to verify its effect."""
        if self.sending:
            return False
        # By contract, a 429 had no effect. After any other response, or without one, reads verify
        # the effect of a billable call.
        sent = self.first_sent is not None and self.unconfirmed is None
        return not (self.policy.billable and sent)

    def give_up(self) -> None:
        """Forbid further retries: another loop has made them, or they would fail."""
        self.policy = self.policy.at_most(0)

    def report_retry(
        self, error: SinchNumbersError, seconds: float, attempt: int, max_attempts: int
    ) -> None:
        """Report the delay before another attempt."""
        self.report(
            RetryDelay(
                subject=self.subject,
                seconds=seconds,
                attempt=attempt,
                max_attempts=max(attempt, max_attempts),
                error=error,
                method=self.method,
                path=self.path,
            )
        )

    def report_rate_limit(self, seconds: float) -> None:
        """Report that the rate limiter delays the request."""
        self.report(
            RateLimitDelay(
                subject=self.subject, seconds=seconds, method=self.method, path=self.path
            )
        )

    def describe(self, error: SinchNumbersError) -> None:
        """Set method, path, and attempts of *error*, unless set."""
        if error.method is None:
            error.method, error.path = self.method, self.path
        error.attempts = self.attempts
