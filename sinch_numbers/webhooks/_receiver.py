"""Receiver: accepts webhooks immediately, and handles them in the background."""

import asyncio
import os
from types import TracebackType
from typing import Self, TypeAlias

import anyio

from sinch_numbers._core import arguments
from sinch_numbers._core.callbacks import function
from sinch_numbers._core.logging import logger
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import Event
from sinch_numbers.store import PostgresStore, SQLiteStore
from sinch_numbers.webhooks._addresses import AllowList
from sinch_numbers.webhooks._attempts import Attempts, Counts, Handlers
from sinch_numbers.webhooks._core import ACCEPTED, BUSY, DUPLICATE, Answer, RequestCheck, Verified
from sinch_numbers.webhooks._dispatcher import Dispatcher
from sinch_numbers.webhooks._event_store import DurableQueue, EventStore
from sinch_numbers.webhooks._event_tables import Accepted
from sinch_numbers.webhooks._events import Secrets
from sinch_numbers.webhooks._handlers import Handler
from sinch_numbers.webhooks._queue import EventQueue, MemoryQueue
from sinch_numbers.webhooks._store import DeduplicationStore, MemoryStore

__all__ = ["Receiver"]

Store: TypeAlias = (
    EventStore | DeduplicationStore | SQLiteStore | PostgresStore | str | os.PathLike[str]
)


class Receiver:
    """
    Webhook receiver: accepts events at once, runs *handler* in the background.

    Events about the same resource are handled sequentially, in the order of arrival; those about
    different resources concurrently, *concurrency* at a time. Duplicates are not handled again. An
    event older than a handled one about the same kind of provisioning of the same number is stale:
    it is passed to *on_stale*, or dropped if that is not set.

    If the handler raises, is cancelled, or takes longer than *handler_timeout*, it is called
    again, up to *attempts* calls in total, after *initial_delay* seconds and then growing delays.
    Meanwhile, events about other resources are handled. After that the event is given up: it is
    logged, and passed to *on_dropped*. The service does not resend events that were answered 200.

    With an `EventStore`, an event is committed before it is answered 200, and survives the
    process: it is handled at least once, by any receiver with the same store. An event that was
    given up is kept as a dead letter. `close` finishes what is being handled, and leaves the rest
    in the store.

    Without one, accepted events wait in memory. `close` waits at most *shutdown_timeout* seconds
    for them; a killed process loses them. After that, read the state of the numbers again. An
    event that was given up is forgotten, so that it would be accepted again.

    When *capacity* events wait, the response is a 503, which the service retries.

    Raises `InvalidArgumentError` when a secret is empty, or a number is out of range, and the
    errors of `EventStore` for a path or URL.

    Args:
        handler: Called with each event. A coroutine function runs in the event loop, a plain
            function in a thread.
        secrets: The signing secret of the project, or several during a rotation.
        store: An `EventStore`, or what it is made of, such as a path, for durable events; or a
            `DeduplicationStore`, by default in memory, 100,000 events for a day.
        on_stale: Called with stale events; see `refetching`.
        on_dropped: Called with events that were given up.
        capacity: Maximum number of accepted events that wait.
        concurrency: Maximum number of events handled concurrently in this process.
        attempts: Maximum calls of the handler for each event.
        initial_delay: Seconds before the first retry; doubled each time.
        handler_timeout: Seconds for each call of a handler. A plain function is not interrupted:
            its thread is left behind.
        store_timeout: Seconds for each call of a deduplication store, and for the answer.
        shutdown_timeout: Seconds that `close` waits for accepted events.
        allow: Allowed source addresses, by default any.
        max_age: Seconds after which an event is rejected; by default never.
        max_skew: Seconds that the timestamp of an event may be in the future; later ones are
            rejected.

    Example::

        body = b'{"eventId": "1", "resourceType": "ACTIVE_NUMBER"}'
        receiver = Receiver(print, "s" * 32)
        await receiver.start()  # as async with does
        answer = await receiver.receive(body, sign(body, "s" * 32))
        print(answer.status)
        left = await receiver.close()
    """

    def __init__(
        self,
        handler: Handler,
        secrets: Secrets,
        *,
        store: Store | None = None,
        on_stale: Handler | None = None,
        on_dropped: Handler | None = None,
        capacity: int = 10_000,
        concurrency: int = 16,
        attempts: int = 3,
        initial_delay: float = 1.0,
        handler_timeout: float = 60.0,
        store_timeout: float = 10.0,
        shutdown_timeout: float = 30.0,
        allow: AllowList | None = None,
        max_age: float | None = None,
        max_skew: float = 300.0,
    ) -> None:
        function(handler, "handler")
        for name, callback in (("on_stale", on_stale), ("on_dropped", on_dropped)):
            if callback is not None:
                function(callback, name)
        if allow is not None:
            arguments.instance(allow, AllowList, "allow")
        if max_age is not None:
            arguments.seconds(max_age, "max_age")
        arguments.seconds(max_skew, "max_skew")
        self.gate: RequestCheck = RequestCheck(
            secrets, allow=allow, max_age=max_age, max_skew=max_skew
        )
        self.counts: Counts = Counts()
        self._capacity = arguments.positive(capacity, "capacity")
        self._handlers = Handlers(
            handler=handler,
            on_stale=on_stale,
            on_dropped=on_dropped,
            attempts=arguments.positive(attempts, "attempts"),
            initial_delay=arguments.seconds(initial_delay, "initial_delay"),
            timeout=arguments.seconds(handler_timeout, "handler_timeout"),
            secrets=self.gate.secrets,
        )
        self._store_timeout = arguments.seconds(store_timeout, "store_timeout")
        self._shutdown_timeout = arguments.seconds(shutdown_timeout, "shutdown_timeout")
        self._concurrency = arguments.positive(concurrency, "concurrency")
        self._store, self._is_store_ours = _opened(store)
        self._closed = False
        self._begin_process()

    @property
    def pending(self) -> int:
        """Accepted events in this process that are not handled yet."""
        admissions = len(self._admissions) if self._queue.is_durable else 0
        giving_up = 0 if self._attempts is None else self._attempts.giving_up
        return self._queue.pending + giving_up + admissions

    async def start(self) -> None:
        """
        Start handling events of an `EventStore`, without waiting for a webhook.

        Called by ``async with``, and by adapters whose server reports its start.
        """
        self._dispatching()

    async def receive(
        self, body: bytes, signature: object, content_encoding: str | None = None
    ) -> Answer:
        """
        Return the response to a webhook with this *body* and *signature*, as received.

        *content_encoding* is the value of the header ``Content-Encoding``; a body with ``gzip`` is
        decompressed after its signature was verified. Does not wait for the handler, and never
        raises because of a request.

        Args:
            body: The bytes as received.
            signature: Value of the header ``X-Sinch-Signature``.
            content_encoding: Value of the header ``Content-Encoding``.

        Raises:
            InvalidArgumentError: *body* isn't bytes.
        """
        checked = self.gate.check(body, signature, content_encoding)
        if isinstance(checked, Answer):
            self.counts.refused += 1
            logger.warning("webhook refused: %d, %s", checked.status, checked.text)
            return checked
        if self._closed or len(self._admissions) >= self._capacity:
            self.counts.turned_away += 1
            return BUSY
        dispatcher = self._dispatching()
        if self._queue.is_prompt:
            return await self._admit(checked, dispatcher)
        admission = asyncio.create_task(self._admit(checked, dispatcher))
        self._admissions.add(admission)
        admission.add_done_callback(self._admissions.discard)
        # Not awaited: a sender that disconnects must not leave an event claimed but never queued.
        done, _ = await asyncio.wait({admission}, timeout=self._store_timeout)
        if not done or admission.cancelled():
            self.counts.turned_away += 1
            logger.error("webhook answered with 503: the event store does not respond")
            return BUSY
        return admission.result()

    async def close(self) -> tuple[Event, ...]:
        """
        Stop accepting events, finish accepted ones, and return the unfinished ones.

        Waits at most *shutdown_timeout* seconds; unfinished events are passed to *on_dropped*.
        With an `EventStore`, only events whose handler is running are finished, and none are left
        over: the others stay in the store.
        """
        self._closed = True
        ends = anyio.current_time() + self._shutdown_timeout
        if self._admissions:
            await asyncio.wait(set(self._admissions), timeout=self._shutdown_timeout)
        for admission in self._admissions:
            admission.cancel()
        if self._dispatcher is not None:
            await self._dispatcher.close(max(0.0, ends - anyio.current_time()))
        try:
            lost = await self._queue.release()
        except Exception:  # noqa: BLE001 - leases end by themselves
            logger.exception("events could not be given back before their leases end")
            lost = ()
        if self._attempts is not None:
            for delivery in lost:
                await self._attempts.give_up(delivery, "shutdown timed out")
        if self._is_store_ours and isinstance(self._store, EventStore):
            await self._store.close()
        return tuple(delivery.event for delivery in lost)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.pending} pending>"

    def _begin_process(self) -> None:
        self._pid = os.getpid()
        self._queue: EventQueue = (
            DurableQueue(self._store, self._capacity)
            if isinstance(self._store, EventStore)
            else MemoryQueue(self._store, self._capacity, self._store_timeout)
        )
        self._dispatcher: Dispatcher | None = None
        self._attempts: Attempts | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._admissions: set[asyncio.Task[Answer]] = set()

    def _dispatching(self) -> Dispatcher:
        """Return the dispatcher of the running event loop; start it if there isn't one."""
        if self._pid != os.getpid():  # the parent handles what a forked child inherits
            self._begin_process()
        loop = asyncio.get_running_loop()
        if self._dispatcher is None or self._loop is not loop:
            if self._loop is not None and self._loop.is_closed():
                self._admissions.clear()
                self._queue.restart()
            self._loop = loop
            closing = asyncio.Event()
            self._attempts = Attempts(self._handlers, self._queue, self.counts, closing)
            self._dispatcher = Dispatcher(
                self._queue, self._attempts.handle, self._concurrency, closing
            )
        return self._dispatcher

    async def _admit(self, verified: Verified, dispatcher: Dispatcher) -> Answer:
        try:
            accepted = await self._queue.accept(verified)
        except Exception:  # noqa: BLE001 - user-supplied store
            logger.exception("webhook answered with 503: the event store failed")
            accepted = Accepted.FULL
        if accepted is Accepted.FULL:
            self.counts.turned_away += 1
            return BUSY
        if accepted is Accepted.DUPLICATE:
            self.counts.duplicates += 1
            return DUPLICATE
        self.counts.accepted += 1
        dispatcher.wake()
        return ACCEPTED


def _opened(store: Store | None) -> tuple[EventStore | DeduplicationStore, bool]:
    """Return the store, and whether it was opened here."""
    if store is None:
        return MemoryStore(), False
    if isinstance(store, str | os.PathLike | SQLiteStore | PostgresStore):
        return EventStore(store), True
    if not isinstance(store, EventStore) and not callable(getattr(store, "claim", None)):
        expected = "an EventStore, the path or URL of one, or a DeduplicationStore"
        raise InvalidArgumentError("store", expected, type(store).__name__)
    return store, False
