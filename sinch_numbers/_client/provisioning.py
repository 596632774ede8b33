"""
Provisioning of SMS and voice configurations, and waiting for it to end.

The service provisions in the background. Only a read determines the state; an event merely
triggers the next read.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Final

import anyio
import attrs

from sinch_numbers._core.arguments import seconds
from sinch_numbers._core.notifier import Notifier
from sinch_numbers._core.polling import Polling
from sinch_numbers._core.running_loop import running_loop
from sinch_numbers.errors import InvalidArgumentError, NotFoundError, SinchNumbersError
from sinch_numbers.models import (
    ActiveNumber,
    SmsErrorCode,
)
from sinch_numbers.models import _number_status as links
from sinch_numbers.models._error_codes import VOICE_FAILED, explain
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._value_repr import ValueRepr

__all__ = ["LinkState", "Provisioning", "ProvisioningOutcome"]

_FIRST_PAUSE: Final = 0.5
_MISSES: Final = 3


class LinkState(ValueRepr, StrEnum):
    """State of one configuration of a number, SMS or voice."""

    LINKED = "linked"
    """Configured, and no provisioning in progress."""
    PENDING = "pending"
    """Provisioning in progress, of a first configuration or a replacement."""
    FAILED = "failed"
    """Provisioning failed."""
    UNLINKED = "unlinked"
    """Not configured, and no provisioning in progress."""


class ProvisioningOutcome(ValueRepr, StrEnum):
    """Outcome of waiting for a number's provisioning."""

    PROVISIONED = "provisioned"
    """Every configuration that was waited for is provisioned."""
    FAILED = "failed"
    """A configuration failed or was never requested; waiting longer does not help."""
    TIMED_OUT = "timed_out"
    """The deadline passed before provisioning ended."""
    UNREADABLE = "unreadable"
    """
    The number could not be read; ``error`` has the reason. Only set by
    `wait_until_all_provisioned`; `wait_until_provisioned` raises the error.
    """


@attrs.frozen(kw_only=True)
class Provisioning(Serializable):
    """Result of waiting for a number's provisioning, with the number as last read."""

    phone_number: str
    outcome: ProvisioningOutcome
    sms: LinkState | None = None
    """State of SMS configuration and campaign; ``None`` if not awaited or never read."""
    voice: LinkState | None = None
    """State of the voice configuration."""
    error_codes: tuple[SmsErrorCode, ...] = ()
    """Error codes of the SMS provisioning job; failed voice jobs have none."""
    number: ActiveNumber | None = attrs.field(default=None, repr=False)
    """The number as last read."""
    error: SinchNumbersError | None = attrs.field(default=None, eq=False)
    """Error of the last read, if it failed."""

    @property
    def explanation(self) -> str:
        """Return the outcome in plain text, with the cause of a failure and advice."""
        states = {"SMS": self.sms, "voice": self.voice}
        parts = [f"{name} {state}" for name, state in states.items() if state is not None]
        codes: list[str] = list(self.error_codes)
        if self.sms is LinkState.FAILED and not codes:
            codes.append(SmsErrorCode.UNSPECIFIED)
        if self.voice is LinkState.FAILED:
            codes.append(VOICE_FAILED)
        parts += [str(explain(code)) for code in codes]
        if self.error is not None:
            parts.append(str(self.error))
        outcome = self.outcome.replace("_", " ")
        return f"{outcome}: {'; '.join(parts)}" if parts else outcome


@attrs.frozen(kw_only=True)
class WaitOptions:
    """Arguments of a wait: what to wait for, and for how long."""

    sms: bool | None
    voice: bool | None
    deadline: float | None
    longest_pause: float

    @classmethod
    def checked(
        cls, *, sms: object, voice: object, deadline: object, longest_pause: object
    ) -> "WaitOptions":
        """Return validated options, or raise `InvalidArgumentError`."""
        for name, value in (("sms", sms), ("voice", voice)):
            if value is not None and not isinstance(value, bool):
                raise InvalidArgumentError(name, "True, False or None", value)
        if sms is False and voice is False:
            raise InvalidArgumentError("sms", "True or None, since voice is False")
        return cls(
            sms=sms if isinstance(sms, bool) else None,
            voice=voice if isinstance(voice, bool) else None,
            deadline=None if deadline is None else seconds(deadline, "deadline"),
            longest_pause=seconds(longest_pause, "longest_pause"),
        )


async def wait(
    phone_number: str,
    read: Callable[[], Awaitable[ActiveNumber]],
    notifier: Notifier,
    options: WaitOptions,
    slot: AbstractAsyncContextManager[object],
) -> Provisioning:
    """
    Poll until provisioning ends or the deadline passes, at growing intervals.

    A read may lag behind the preceding write. So an end state counts if provisioning was seen
    or notified before, or if a second read shows the same; "not requested" needs a third
    read. Each read runs in *slot*.
    """
    tracker = _ProvisioningTracker(phone_number, options)
    polling = Polling(first=_FIRST_PAUSE, longest=options.longest_pause, factor=1.5)
    running_loop()
    with anyio.move_on_after(options.deadline), notifier.subscribe(phone_number) as notified:
        while True:
            notified.clear()
            async with slot:
                ended = await tracker.poll(read)
            if ended is not None:
                return ended
            if await polling.wait(notified):
                tracker.notified()
    return tracker.result(ProvisioningOutcome.TIMED_OUT)


class _ProvisioningTracker:
    """Outcome of a wait, derived from the reads so far."""

    def __init__(self, phone_number: str, options: WaitOptions) -> None:
        self._phone_number = phone_number
        self._options = options
        self._number: ActiveNumber | None = None
        self._error: SinchNumbersError | None = None
        self._sure = False
        self._ending: ProvisioningOutcome | None = None
        self._alike = 0
        self._misses = 0

    def notified(self) -> None:
        """Record an event: from now on, one read of an end state is sufficient."""
        self._sure = True

    async def poll(self, read: Callable[[], Awaitable[ActiveNumber]]) -> Provisioning | None:
        """Read the number once; return the result, or ``None`` while undecided."""
        try:
            self._number = await read()
        except SinchNumbersError as error:
            self._misses += isinstance(error, NotFoundError)
            gone = isinstance(error, NotFoundError) and self._misses >= _MISSES
            if gone or not (error.transient or isinstance(error, NotFoundError)):
                raise
            self._error = error
            return None
        self._error, self._misses = None, 0
        ending, needed = self._judged()
        self._alike = self._alike + 1 if ending == self._ending else 1
        self._ending = ending
        if ending is None:
            self._sure = True  # the last write is visible, so an end state is current
        elif self._alike >= needed:
            return self.result(ending)
        return None

    def result(self, outcome: ProvisioningOutcome) -> Provisioning:
        """Return a result with *outcome* and the state as last read."""
        number, states = self._number, self._states()
        job = links.sms_job(number) if number and "sms" in states else None
        return Provisioning(
            phone_number=self._phone_number,
            outcome=outcome,
            sms=states.get("sms"),
            voice=states.get("voice"),
            error_codes=job.error_codes if job else (),
            number=number,
            error=self._error,
        )

    def _states(self) -> dict[str, LinkState]:
        number = self._number
        if number is None:
            return {}
        states = {}
        if self._options.sms is not False:
            states["sms"] = sms_state(number)
        if self._options.voice is not False:
            states["voice"] = voice_state(number)
        return states

    def _judged(self) -> tuple[ProvisioningOutcome | None, int]:
        """Return the outcome, if any, and how many reads in a row it needs."""
        states = self._states()
        if LinkState.FAILED in states.values():
            return ProvisioningOutcome.FAILED, 1 if self._sure else 2
        if LinkState.PENDING in states.values():
            return None, 0
        wanted = {"sms": self._options.sms, "voice": self._options.voice}
        if any(wanted[name] and state == LinkState.UNLINKED for name, state in states.items()):
            return ProvisioningOutcome.FAILED, 3
        return ProvisioningOutcome.PROVISIONED, 1 if self._sure else 2


def sms_state(number: ActiveNumber) -> LinkState:
    """Return the state of the SMS configuration of *number*."""
    job = links.sms_job(number)
    if job is not None:
        return LinkState.FAILED if links.has_failed(job) else LinkState.PENDING
    return LinkState.LINKED if links.service_plan(number) else LinkState.UNLINKED


def voice_state(number: ActiveNumber) -> LinkState:
    """Return the state of the voice configuration of *number*, of any type."""
    job = links.voice_job(number)
    if job is not None:
        return LinkState.FAILED if links.has_failed(job) else LinkState.PENDING
    return LinkState.LINKED if links.voice_link(number) else LinkState.UNLINKED
