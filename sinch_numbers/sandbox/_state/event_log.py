"""
Event log of a project: events occur when they are due by the clock.

Numbers are updated lazily, when a request reads them, but their events occur even without a
request. So this keeps each number with pending jobs as the last request left it; the outcome
of its jobs is already determined.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from heapq import heappop, heappush
from threading import RLock
from typing import SupportsIndex

from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._state.events import Event
from sinch_numbers.sandbox._state.numbers import ActiveNumber
from sinch_numbers.sandbox._state.provisioning import next_step, settled

__all__ = ["FAILURE_CODES", "Announcements"]

FAILURE_CODES = (
    "CAMPAIGN_NOT_AVAILABLE",
    "EXCEEDED_10DLC_LIMIT",
    "NUMBER_PROVISIONING_FAILED",
    "PARTNER_SERVICE_UNAVAILABLE",
    "CAMPAIGN_PENDING_ACCEPTANCE",
    "MNO_SHARING_ERROR",
    "CAMPAIGN_PROVISIONING_FAILED",
    "CAMPAIGN_EXPIRED",
    "CAMPAIGN_MNO_REJECTED",
    "CAMPAIGN_MNO_SUSPENDED",
    "CAMPAIGN_MNO_REVIEW",
    "INSUFFICIENT_BALANCE",
    "MOCK_CAMPAIGN_NOT_ALLOWED",
    "TFN_NOT_ALLOWED",
    "INVALID_NNID",
)
"""Failure codes of campaign provisioning in events; jobs have some more."""

INTERNAL_CODES = {"EXCEEDED_10DLC_LIMIT": "CRS0001", "CAMPAIGN_NOT_AVAILABLE": "501"}
"""Internal codes that the vendor documents beside a failure code."""


class _Log(list[Event]):
    """List that calls back when an item is added."""

    def __init__(self, added: Callable[[], None]) -> None:
        super().__init__()
        self._added = added

    def append(self, event: Event, /) -> None:
        super().append(event)
        self._added()

    def extend(self, events: Iterable[Event], /) -> None:
        super().extend(events)
        self._added()

    def insert(self, place: SupportsIndex, event: Event, /) -> None:
        super().insert(place, event)
        self._added()


class Announcements:
    """Past and scheduled events of a project."""

    def __init__(self, project_id: str, clock: Clock) -> None:
        self.events: list[Event] = _Log(self._notify)
        self._project_id = project_id
        self._clock = clock
        self._watched: dict[str, ActiveNumber] = {}
        self._due: list[tuple[datetime, str]] = []
        self._listeners: list[Callable[[], None]] = []
        # A test may read from its thread while the sandbox's loop delivers.
        self._lock = RLock()

    def listen(self, listener: Callable[[], None]) -> None:
        """Register a callback for new or newly scheduled events."""
        self._listeners.append(listener)

    def watch(self, number: ActiveNumber) -> None:
        """Schedule events for the jobs of *number*, replacing those scheduled before."""
        with self._lock:
            self.catch_up()
            self._watch(number)
        if number.phone_number in self._watched:
            self._notify()

    def changed(self, old: ActiveNumber, new: ActiveNumber) -> None:
        """Record the events of a request's changes and schedule those of its new jobs."""
        self.watch(new)
        self.events.extend(self._cuts(old, new))

    def catch_up(self) -> None:
        """Record all events that are due."""
        with self._lock:
            self._catch_up(self._clock.now())

    def _catch_up(self, now: datetime) -> None:
        while self._due and self._due[0][0] <= now:
            due, phone_number = heappop(self._due)
            number = self._watched.get(phone_number)
            if number is None or next_step(number) != due:
                continue  # a request has canceled it since
            if number.ended(due):
                del self._watched[phone_number]
                continue
            after = settled(number, due)
            self._watch(after)
            self.events.extend(self._ends(number, after, due))

    def next(self) -> datetime | None:
        """Return when the next event may be due."""
        return self._due[0][0] if self._due else None

    def _watch(self, number: ActiveNumber) -> None:
        due = next_step(number)
        if due is None:
            self._watched.pop(number.phone_number, None)
        else:
            self._watched[number.phone_number] = number
            heappush(self._due, (due, number.phone_number))

    def _cuts(self, old: ActiveNumber, new: ActiveNumber) -> Iterator[Event]:
        for platform, was, now in (
            ("CAMPAIGN", old.sms_configuration.campaign_id, new.sms_configuration.campaign_id),
            (
                "SMS_PLATFORM",
                old.sms_configuration.service_plan_id,
                new.sms_configuration.service_plan_id,
            ),
            (
                "VOICE_PLATFORM",
                old.voice_configuration.identifier,
                new.voice_configuration.identifier,
            ),
        ):
            if was and not now:
                yield self._event(new, f"DEPROVISIONING_FROM_{platform}", self._clock.now())

    def _ends(self, old: ActiveNumber, new: ActiveNumber, at: datetime) -> Iterator[Event]:
        """Yield the events of the jobs of *old* that advanced at *at*."""
        sms, left = (number.sms_configuration.scheduled_provisioning for number in (old, new))
        if sms is not None and left is None:
            if sms.service_plan_id != old.sms_configuration.service_plan_id:
                yield self._event(new, "PROVISIONING_TO_SMS_PLATFORM", at)
            if sms.campaign_id:
                yield self._event(new, "PROVISIONING_TO_CAMPAIGN", at)
        elif sms is not None and left is not None and sms.status != left.status == "FAILED":
            code = left.error_codes[0]
            if code == "SMS_PROVISIONING_FAILED":
                yield self._event(new, "PROVISIONING_TO_SMS_PLATFORM", at, failed=True)
            else:
                known = code if code in FAILURE_CODES else ""
                yield self._event(new, "PROVISIONING_TO_CAMPAIGN", at, failed=True, code=known)
        voice, kept = (
            number.voice_configuration.scheduled_voice_provisioning for number in (old, new)
        )
        if voice is not None and kept is None:
            yield self._event(new, "PROVISIONING_TO_VOICE_PLATFORM", at)
        elif voice is not None and kept is not None and voice.status != kept.status == "FAILED":
            kind = "PROVISIONING_TO_VOICE_PLATFORM"
            yield self._event(new, kind, at, failed=True, code=f"{kind}_FAILED")

    def _event(
        self,
        number: ActiveNumber,
        kind: str,
        at: datetime,
        *,
        failed: bool = False,
        code: str = "",
    ) -> Event:
        return Event(
            project_id=self._project_id,
            resource_id=number.phone_number,
            resource_type="ACTIVE_NUMBER",
            event_type=kind,
            status="FAILED" if failed else "SUCCEEDED",
            failure_code=code,
            internal_failure_code=INTERNAL_CODES.get(code, ""),
            callback_url=number.callback_url,
            at=at,
        )

    def _notify(self) -> None:
        for listener in self._listeners:
            listener()
