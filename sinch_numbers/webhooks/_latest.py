"""Handler wrapper that re-fetches the number before handling an event."""

from collections.abc import Awaitable, Callable

from sinch_numbers._client.client import NumbersClient
from sinch_numbers.errors import NotFoundError
from sinch_numbers.models import ActiveNumber, Event, NumberEvent

__all__ = ["refetching"]


def refetching(
    client: NumbersClient, handle: Callable[[Event, ActiveNumber | None], Awaitable[object]]
) -> Callable[[Event], Awaitable[None]]:
    """
    Return a handler that reads the number which an event is about, and gives *handle* both.

    Events come late and out of order; what is read is the state that counts. Use it as the
    handler of a receiver, or as its *on_stale* for those events only that are old news. The
    number is ``None`` for events about other things, and when the project rents it no more.
    One read for each event, free of charge. What goes wrong with it, the receiver tries again.
    """

    async def read(event: Event) -> None:
        number = None
        if isinstance(event, NumberEvent) and event.resource_id is not None:
            try:
                number = await client.active_numbers.get(event.resource_id)
            except NotFoundError:
                number = None
        await handle(event, number)

    return read
