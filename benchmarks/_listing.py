"""Ways through a list, one for each client: each returns how many numbers it saw."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from yarl import URL

from benchmarks._clients import Loads
from benchmarks._target import Target

if TYPE_CHECKING:
    import aiohttp

    from sinch_numbers import NumbersClient

PAGE_SIZE = 1000


async def listed(client: "NumbersClient") -> int:
    """Walk our list, number by number."""
    count = 0
    async for _ in client.active_numbers.list(page_size=PAGE_SIZE):
        count += 1
    return count


def vendor_numbers(client: Any) -> Iterator[Any]:
    """Walk the vendor's list as its documentation does."""
    return iter(client.numbers.list(page_size=PAGE_SIZE).iterator())


async def bare_numbers(session: "aiohttp.ClientSession", target: Target, loads: Loads) -> int:
    """Walk the list with as little as it takes."""
    url = URL(target.numbers_url) / "activeNumbers"
    query = {"pageSize": str(PAGE_SIZE)}
    count = 0
    while True:
        async with session.get(url.with_query(query)) as reply:
            page = loads(await reply.read())
        for _ in page["activeNumbers"]:
            count += 1
        if not page["nextPageToken"]:
            return count
        query["pageToken"] = page["nextPageToken"]
