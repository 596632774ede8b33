"""Handler wrapper that re-fetches the number before handling an event."""

from collections.abc import Awaitable, Callable

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.callbacks import notify
from sinch_numbers.errors import NotFoundError
from sinch_numbers.models import ActiveNumber, Event, NumberEvent

__all__ = ["refetching"]


def refetching(
    client: NumbersClient, handle: Callable[[Event, ActiveNumber | None], object]
) -> Callable[[Event], Awaitable[None]]:
    """
    Return a handler that fetches the event's number, and calls *handle* with both.

    Events arrive late and out of order; the fetched state is the current one. Use it as the
    handler of a receiver, or as its *on_stale* to fetch for stale events only. The number is
    ``None`` for events about other resources, and when the project no longer rents it. One read
    for each event, free of charge. If the read fails, the receiver retries.

    Args:
        client: Reads the numbers.
        handle: Called with the event, and the number or ``None``; may be a coroutine function.

    Example::

        receiver = Receiver(refetching(client, print), "s" * 32)
    """

    async def read(event: Event) -> None:
        number = None
        if isinstance(event, NumberEvent) and event.resource_id is not None:
            try:
                number = await client.active_numbers.get(event.resource_id)
            except NotFoundError:
                number = None
        await notify(handle, event, number)

    return read
