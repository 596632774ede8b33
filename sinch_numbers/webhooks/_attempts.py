"""Attempts: calls the handler for an event, and stores the outcome."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import attrs

from sinch_numbers._core.logging import logger, masked
from sinch_numbers._core.polling import set_within
from sinch_numbers.models import Event
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.webhooks._failures import failure_of
from sinch_numbers.webhooks._handlers import Handler, call_handler
from sinch_numbers.webhooks._queue import Delivery, EventQueue
from sinch_numbers.webhooks._transaction import StatementTransaction, attach

__all__ = ["Counts"]

_LONGEST_PAUSE: Final = 60.0
_STORE_PAUSE: Final = 0.5
"""Seconds until the next attempt to store an outcome; doubled each time."""


@attrs.define
class Counts(Serializable):
    """Counts of webhooks by outcome, in this process."""

    accepted: int = 0
    """Answered 200, to be handled."""
    duplicates: int = 0
    """Answered 200, and not handled again."""
    refused: int = 0
    """Invalid signature, or unreadable."""
    turned_away: int = 0
    """Answered 503 and retried by the service: queue full, closing, or store error."""
    handled: int = 0
    """Accepted, and handled without an error."""
    stale: int = 0
    """Accepted, but older than a handled event; passed to ``on_stale`` if set."""
    dropped: int = 0
    """Accepted, and given up: the handler failed, or the shutdown timed out."""


@attrs.frozen(kw_only=True)
class Handlers:
    """The functions of the application, and how they are called."""

    handler: Handler
    on_stale: Handler | None
    on_dropped: Handler | None
    attempts: int
    initial_delay: float
    timeout: float
    secrets: tuple[Secret, ...]
    """Masked in errors of handlers."""


class Attempts:
    """
    Calls of the handlers for the events of *queue*.

    *closing* is set when the receiver is closing: then outcomes that the store does not take are
    given up, and their events are handled again by another process, or after a restart.
    """

    def __init__(
        self, handlers: Handlers, queue: EventQueue, counts: Counts, closing: asyncio.Event
    ) -> None:
        self._handlers = handlers
        self._queue = queue
        self._counts = counts
        self._closing = closing
        self.giving_up = 0
        """Number of events that `on_dropped` is called with."""

    async def handle(self, delivery: Delivery) -> None:
        """Call the handler once, and record the outcome."""
        failure: BaseException | None
        try:
            is_stale = await self._queue.is_stale(delivery)
        except Exception as error:  # noqa: BLE001 - user-supplied store
            failure = error
        else:
            handler = self._handlers.on_stale if is_stale else self._handlers.handler
            failure = None if handler is None else await self._call(handler, delivery)
            if failure is None:
                failure = await self._finish(delivery, is_stale=is_stale)
        if failure is not None:
            await self._fail(delivery, failure)

    async def _call(self, handler: Handler, delivery: Delivery) -> BaseException | None:
        if not self._queue.is_durable:
            return await call_handler(handler, delivery.event, self._handlers.timeout)
        transaction = delivery.transaction = StatementTransaction()
        attach(delivery.event, transaction)
        try:
            return await call_handler(handler, delivery.event, self._handlers.timeout)
        finally:
            transaction.end()  # what a thread that was left behind adds comes too late

    async def _finish(self, delivery: Delivery, *, is_stale: bool) -> BaseException | None:
        """Record that the event was handled; return the error if the handler failed by it."""
        is_ours: bool | None
        if not self._queue.is_durable or (delivery.transaction and delivery.transaction.end()):
            try:
                is_ours = await self._queue.finish(delivery)
            except Exception as error:  # noqa: BLE001 - of a statement, or a user-supplied store
                return error
        else:
            is_ours = await self._stored(lambda: self._queue.finish(delivery))
        if is_ours is False:
            self._log_takeover(delivery)
        elif is_ours:
            self._counts.stale += is_stale
            self._counts.handled += not is_stale
        return None

    async def _fail(self, delivery: Delivery, error: BaseException) -> None:
        """Record a failed attempt; drop the event after the last one."""
        failed = delivery.attempts + 1
        left = max(0, self._handlers.attempts - failed)
        logger.warning(
            "event handler failed, %d attempts left: %s",
            left,
            _about(delivery.event),
            exc_info=error,
        )
        delay = min(self._handlers.initial_delay * 2.0 ** min(failed - 1, 30), _LONGEST_PAUSE)
        failure = failure_of(error, self._handlers.secrets)
        is_ours = await self._stored(
            lambda: self._queue.fail(delivery, failure, delay if left else None)
        )
        if is_ours is False:
            self._log_takeover(delivery)
        elif is_ours and not left:
            kept = "; kept as a dead letter" if self._queue.is_durable else ""
            await self.give_up(delivery, f"the handler failed {failed} times{kept}")

    async def _stored(self, store: Callable[[], Awaitable[bool]]) -> bool | None:
        """Call *store* until it succeeds; return its result, ``None`` if the receiver closes."""
        pause = _STORE_PAUSE
        while True:
            try:
                return await store()
            except Exception:  # noqa: BLE001 - the store may work later
                logger.exception("the outcome of an event could not be stored")
            if await set_within(self._closing, pause):
                return None
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def give_up(self, delivery: Delivery, why: str) -> None:
        """Log an event that is not handled again, and pass it to `on_dropped`."""
        self._counts.dropped += 1
        logger.error("event dropped, %s: %s", why, _about(delivery.event))
        on_dropped = self._handlers.on_dropped
        if on_dropped is None:
            return
        self.giving_up += 1
        try:
            error = await call_handler(on_dropped, delivery.event, self._handlers.timeout)
        finally:
            self.giving_up -= 1
        if error is not None:
            logger.error("on_dropped failed: %s", _about(delivery.event), exc_info=error)

    def _log_takeover(self, delivery: Delivery) -> None:
        logger.warning("another process has taken over an event: %s", _about(delivery.event))


def _about(event: Event) -> str:
    kind = masked(event.event_type or event.resource_type or "event of an unknown type")
    return f"{kind} {event.status and masked(event.status)} {masked(event.resource_id)}"
