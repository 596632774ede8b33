"""
The wait for background work of the service: numbers, orders, and qualifications.

Only a read determines the state; an event merely triggers the next read.
"""

import math
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final, Generic, TypeVar

import anyio
import attrs

from sinch_numbers._client.wait_results import WaitOutcome, WaitResult
from sinch_numbers._core import arguments
from sinch_numbers._core.pipeline import Pipeline
from sinch_numbers._core.polling import Polling
from sinch_numbers._core.progress import OnProgress, ProgressReporter
from sinch_numbers._core.progress_events import StateWait
from sinch_numbers._core.running_loop import running_loop
from sinch_numbers.errors import NotFoundError, SinchNumbersError

T = TypeVar("T")

_FIRST_PAUSE: Final = 0.5
_GROWTH: Final = 1.5
_BURST: Final = 0.25
"""Seconds in which events of a topic cause one read."""
_MISSES: Final = 3
"""Consecutive 404s that end a wait: a read may lag behind the write that created the resource."""


@attrs.frozen(kw_only=True)
class WaitOptions:
    """Arguments that every wait has."""

    deadline: float | None
    longest_pause: float
    report: ProgressReporter | None = None
    """Receives the progress, instead of the client's callback."""

    @classmethod
    def checked(
        cls, *, deadline: object, longest_pause: object, on_progress: OnProgress | None = None
    ) -> "WaitOptions":
        """Return validated options, or raise `InvalidArgumentError`."""
        return cls(
            deadline=(
                None if deadline is None else arguments.seconds(deadline, "deadline", zero=True)
            ),
            longest_pause=arguments.seconds(longest_pause, "longest_pause"),
            report=None if on_progress is None else ProgressReporter(on_progress),
        )


@attrs.frozen(kw_only=True)
class Reading:
    """Conclusion from one read; *outcome* is ``None`` while the work is in progress."""

    state: str
    outcome: WaitOutcome | None = None
    steps: Mapping[str, str] = attrs.field(factory=dict)
    problem: str | None = None
    error_codes: tuple[str, ...] = ()
    reads: int = 1
    """Consecutive reads with this outcome that are needed, as a read may be stale."""
    current_reads: int = 1
    """The same, once a read or an event showed that reads are current."""


async def wait(
    pipeline: Pipeline,
    awaited: str,
    subject: str,
    read: Callable[[], Awaitable[T]],
    judge: Callable[[T], Reading],
    options: WaitOptions,
    *,
    topics: tuple[str, ...] = (),
    known: T | None = None,
    slot: AbstractAsyncContextManager[object] | None = None,
) -> WaitResult[T]:
    """
    Poll *subject* at growing intervals, until *judge* returns an outcome or the deadline passes.

    An event about *subject*, or one of *topics*, ends an interval. *known* is judged first, in
    place of a read. Each read runs in *slot*. A deadline of 0 reads once, and any outcome counts.
    *awaited* names the wait in progress events.
    """
    running_loop()
    tracker = _Tracker(subject, judge, once=options.deadline == 0)
    report = options.report or pipeline.report
    started = anyio.current_time()
    end = math.inf if options.deadline is None else started + options.deadline
    polling = Polling(first=_FIRST_PAUSE, longest=options.longest_pause, factor=_GROWTH)
    with pipeline.context.notifier.subscribe(subject, *topics) as notified:
        while True:
            notified.clear()
            outcome = None
            if known is not None:
                outcome, known = tracker.judged(known), None
            else:
                with anyio.CancelScope(deadline=end if options.deadline else math.inf):
                    async with slot or nullcontext():
                        outcome = await tracker.poll(read)
            now = anyio.current_time()
            if outcome is not None or now >= end:
                return tracker.result(outcome or WaitOutcome.TIMED_OUT, now - started)
            left = None if options.deadline is None else end - now
            report(
                StateWait(
                    subject=subject,
                    awaited=awaited,
                    state=tracker.state,
                    elapsed=now - started,
                    at_most=left,
                )
            )
            if await polling.wait(notified, left):
                tracker.current = True
                if topics:  # events of other resources come in bursts: read once for each
                    await anyio.sleep(min(_BURST, end - anyio.current_time()))


def _shown(step: str) -> str:
    return "SMS" if step == "sms" else step


class _Tracker(Generic[T]):
    """Outcome of a wait, derived from the reads so far."""

    def __init__(self, subject: str, judge: Callable[[T], Reading], *, once: bool) -> None:
        self.current = False
        """Whether reads are known to show the last write."""
        self._subject = subject
        self._judge = judge
        self._once = once
        self._resource: T | None = None
        self._reading: Reading | None = None
        self._error: SinchNumbersError | None = None
        self._alike = 0
        self._misses = 0
        self._polls = 0

    async def poll(self, read: Callable[[], Awaitable[T]]) -> WaitOutcome | None:
        """Read once; return the outcome, or ``None`` while undecided."""
        self._polls += 1
        try:
            resource = await read()
        except SinchNumbersError as error:
            missing = isinstance(error, NotFoundError)
            self._misses += missing
            if self._misses >= _MISSES or self._once or not (error.transient or missing):
                raise
            self._error = error
            return None
        return self.judged(resource)

    def judged(self, resource: T) -> WaitOutcome | None:
        """Return the outcome that *resource* shows, ``None`` while undecided."""
        self._resource, self._error, self._misses = resource, None, 0
        before = self._reading.outcome if self._reading else None
        reading = self._reading = self._judge(resource)
        self._alike = self._alike + 1 if reading.outcome == before else 1
        if reading.outcome is None:
            self.current = True  # the last write is visible, so an end state is current
            return None
        needed = reading.current_reads if self.current else reading.reads
        return reading.outcome if self._once or self._alike >= needed else None

    @property
    def state(self) -> str | None:
        """The state as text; ``None`` if the last read failed."""
        reading = self._reading
        if reading is None or self._error is not None:
            return None
        steps = ", ".join(f"{_shown(name)} {state}" for name, state in reading.steps.items())
        return steps or reading.state

    def result(self, outcome: WaitOutcome, elapsed: float) -> WaitResult[T]:
        """Return a result with *outcome* and the state as last read."""
        reading = self._reading
        failed = reading if outcome is WaitOutcome.FAILED else None
        return WaitResult(
            subject=self._subject,
            outcome=outcome,
            state=reading.state if reading else None,
            steps=reading.steps if reading else {},
            problem=failed.problem if failed else None,
            error_codes=reading.error_codes if reading else (),
            resource=self._resource,
            error=self._error,
            polls=self._polls,
            elapsed=elapsed,
        )
