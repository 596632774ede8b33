"""Results of waits for background work of the service."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

import attrs

from sinch_numbers.errors import SinchNumbersError, WaitFailedError, WaitTimeoutError
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._value_repr import ValueRepr

__all__ = ["WaitOutcome", "WaitResult"]

T = TypeVar("T")


class WaitOutcome(ValueRepr, StrEnum):
    """Outcome of a wait."""

    SUCCEEDED = "succeeded"
    """The resource reached the state that was waited for."""
    FAILED = "failed"
    """The resource is in a state that waiting doesn't change; ``problem`` has the reason."""
    TIMED_OUT = "timed_out"
    """The deadline passed first; ``state`` is the last one read."""
    UNREADABLE = "unreadable"
    """
    The resource could not be read; ``error`` has the reason. Only set by waits for many numbers;
    the others raise the error.
    """


@attrs.frozen(kw_only=True)
class WaitResult(Serializable, Generic[T]):
    """Result of a wait, with the resource as last read."""

    subject: str
    """The phone number, or the order's ID."""
    outcome: WaitOutcome
    state: str | None = None
    """State as last read; ``None`` if the resource was never read."""
    steps: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    """State of each step, such as ``sms`` and ``voice`` of a rented number."""
    problem: str | None = None
    """Reason of a failure, with advice; ``None`` unless the outcome is ``FAILED``."""
    error_codes: tuple[str, ...] = ()
    """Error codes of failed steps, if the API sends any."""
    resource: T | None = attrs.field(default=None, repr=False)
    """The number or order, as last read."""
    error: SinchNumbersError | None = attrs.field(default=None, eq=False)
    """Error of the last read, if it failed."""
    polls: int = attrs.field(default=0, eq=False)
    """Number of reads."""
    elapsed: float = attrs.field(default=0.0, eq=False)
    """Duration of the wait, in seconds."""

    @property
    def ok(self) -> bool:
        """Whether the resource reached the state that was waited for."""
        return self.outcome is WaitOutcome.SUCCEEDED

    def get(self) -> T:
        """
        Return the resource.

        Raises `WaitFailedError` when the outcome is ``FAILED``, `WaitTimeoutError` when it is
        ``TIMED_OUT``, and ``error`` when it is ``UNREADABLE``.

        Example::

            wait = client.active_numbers.wait_until_provisioned
            result = await wait("+12025550134", deadline=60)
            if result.ok:
                number = result.get()
        """
        if self.outcome is WaitOutcome.UNREADABLE and self.error is not None:
            raise self.error
        if self.outcome is WaitOutcome.TIMED_OUT:
            raise WaitTimeoutError(self.explanation, self)
        if not self.ok or self.resource is None:
            raise WaitFailedError(self.explanation, self)
        return self.resource

    @property
    def explanation(self) -> str:
        """Return the outcome in one line, with the reason of a failure and advice."""
        words = self.outcome.replace("_", " ")
        if self.outcome is WaitOutcome.TIMED_OUT:
            words += f" after {self.elapsed:.0f} s"
        parts = [f"{name} {state}" for name, state in self.steps.items()]
        if not parts and self.state is not None:
            parts = [self.state]
        parts += [str(part) for part in (self.problem, self.error) if part is not None]
        return f"{self.subject} {words}{': ' if parts else ''}{'; '.join(parts)}"
