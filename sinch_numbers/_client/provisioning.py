"""
How a number's links come along, and waiting for them: they are made in the background.

The truth is what a read shows. An event only says when a read is worth while.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Final

import anyio
import attrs

from sinch_numbers._core.arguments import seconds
from sinch_numbers._core.notifier import Notifier
from sinch_numbers._core.polling import Polling
from sinch_numbers.errors import InvalidArgumentError, NotFoundError, SinchNumbersError
from sinch_numbers.models import (
    ActiveNumber,
    ProvisioningStatus,
    SmsErrorCode,
    UnknownVoice,
)
from sinch_numbers.models import _number_status as links
from sinch_numbers.models._error_codes import explain

__all__ = ["LinkState", "Provisioning", "ProvisioningOutcome"]

_FIRST_PAUSE: Final = 0.5
_MISSES: Final = 3


class LinkState(StrEnum):
    """How far one link of a number is."""

    LINKED = "linked"
    """It is made, and nothing else is under way."""
    PENDING = "pending"
    """It is being made, or another one is to take its place."""
    FAILED = "failed"
    """It could not be made."""
    UNLINKED = "unlinked"
    """Not configured, and no provisioning in progress."""


class ProvisioningOutcome(StrEnum):
    """How waiting for a number's links ended."""

    PROVISIONED = "provisioned"
    """Every link that was waited for is made."""
    FAILED = "failed"
    """One of them could not be made, or was never asked for; waiting longer does not help."""
    TIMED_OUT = "timed_out"
    """Time was up before it was decided."""
    UNREADABLE = "unreadable"
    """The number could not be read; ``error`` says why. In bulk only: else it is raised."""


@attrs.frozen(kw_only=True)
class Provisioning:
    """How waiting for a number's links ended, and the number as it was seen last."""

    phone_number: str
    outcome: ProvisioningOutcome
    sms: LinkState | None = None
    """The SMS link, campaign included; ``None`` when it was not waited for or never seen."""
    voice: LinkState | None = None
    """State of the voice configuration."""
    error_codes: tuple[SmsErrorCode, ...] = ()
    """Why the SMS link failed; failures of voice links have no codes."""
    number: ActiveNumber | None = attrs.field(default=None, repr=False)
    """The number as it was seen last."""
    error: SinchNumbersError | None = attrs.field(default=None, eq=False)
    """Error of the last read, if it failed."""

    @property
    def explanation(self) -> str:
        """Say in plain words how it ended, and what to do where something failed."""
        states = {"SMS": self.sms, "voice": self.voice}
        told = [f"{name} {state}" for name, state in states.items() if state is not None]
        told += [
            f"{code}: {why.meaning}. {why.advice}"
            for code in self.error_codes
            for why in [explain(code)]
        ]
        if self.error is not None:
            told.append(str(self.error))
        outcome = self.outcome.replace("_", " ")
        return f"{outcome}: {'; '.join(told)}" if told else outcome


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
        """Return the options, or refuse what makes no sense."""
        for name, value in (("sms", sms), ("voice", voice)):
            if value is not None and not isinstance(value, bool):
                raise InvalidArgumentError(name, "True, False or None", value)
        if sms is False and voice is False:
            raise InvalidArgumentError("sms", "a link to wait for, sms or voice")
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
    Poll until provisioning has ended or the deadline passed, at growing intervals.

    A read may lag behind the preceding write. So an end state counts if provisioning was seen
    or notified before, or if a second read shows the same; "not requested" needs a third
    read. Each read runs in *slot*.
    """
    tracker = _ProvisioningTracker(phone_number, options)
    polling = Polling(first=_FIRST_PAUSE, longest=options.longest_pause, factor=1.5)
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
    """The outcome, according to the reads so far."""

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
        """Note that an event came: what is read from now on is news."""
        self._sure = True

    async def poll(self, read: Callable[[], Awaitable[ActiveNumber]]) -> Provisioning | None:
        """Read once; return how it ended, ``None`` while it has not."""
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
            self._sure = True  # the making was seen
        elif self._alike >= needed:
            return self.result(ending)
        return None

    def result(self, outcome: ProvisioningOutcome) -> Provisioning:
        """Return *outcome* with all that is known."""
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
        """Return how it ended, if it did, and how many reads have to say so."""
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
    """Return how far the SMS link of *number* is."""
    job = links.sms_job(number)
    if job is not None:
        return LinkState.FAILED if links.has_failed(job) else LinkState.PENDING
    return LinkState.LINKED if links.service_plan(number) else LinkState.UNLINKED


def voice_state(number: ActiveNumber) -> LinkState:
    """Return how far the voice link of *number* is, of kinds yet unknown as well."""
    voice = number.voice_configuration
    if isinstance(voice, UnknownVoice):
        raw = voice.fields.get("scheduledVoiceProvisioning")
        if not isinstance(raw, Mapping):
            return LinkState.LINKED
        failed = raw.get("status") == ProvisioningStatus.FAILED
        return LinkState.FAILED if failed else LinkState.PENDING
    job = links.voice_job(number)
    if job is not None:
        return LinkState.FAILED if links.has_failed(job) else LinkState.PENDING
    return LinkState.LINKED if links.voice_link(number) else LinkState.UNLINKED
