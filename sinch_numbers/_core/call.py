"""Call: the state of one call while the steps of the pipeline run it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from sinch_numbers._core.operation import Operation
from sinch_numbers._core.transport.base import Body
from sinch_numbers.errors import SinchNumbersError
from sinch_numbers.models._secret import Secret

if TYPE_CHECKING:
    from sinch_numbers._core.observing.instrumentation import CallInstrumentation
    from sinch_numbers._core.retry.policy import RetryPolicy

Step = Callable[["Call"], Awaitable[Any]]
"""A step of the pipeline: it does its part and awaits the next step."""


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
    attempts: int = 0
    retries: int = 0
    ambiguous_retries: int = 0
    rate_limit_retries: int = 0
    """Retries of a billable call after a 429."""
    in_doubt: bool = False
    """Whether the outcome of an earlier attempt was ambiguous."""
    unconfirmed: SinchNumbersError | None = None
    """The 429 of a billable call; a read must confirm its lack of effect."""
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
    first_sent: float | None = None
    """A `time.time` value; ``None`` while no request may have been sent."""
    instrumentation: "CallInstrumentation | None" = attrs.field(default=None, repr=False)

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.operation.method

    @property
    def confirm(self) -> Callable[[], Awaitable[Any]] | None:
        """The read that returns the effect of the call; ``None`` if no read shows it."""
        confirm = self.operation.confirm
        return None if confirm is None else partial(confirm, self.resource, self)

    @property
    def consumed(self) -> bool:
        """Whether the streamed body was read and cannot be rewound."""
        return not (self.body is None or isinstance(self.body, bytes)) and self.body.spent

    def restart(self) -> None:
        """Reset the deadline: the previous attempts are known to have had no effect."""
        self.deadline = None

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
        """Forbid further retries: they would repeat those of another loop, or be in vain."""
        self.policy = self.policy.at_most(0)

    def describe(self, error: SinchNumbersError) -> None:
        """Set method, path, and attempts of *error*, unless set."""
        if error.method is None:
            error.method, error.path = self.method, self.path
        error.attempts = self.attempts
