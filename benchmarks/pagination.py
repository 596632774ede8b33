"""Numbers a second through `list`, beside a bare aiohttp and json loop on the same server."""

import asyncio
import json
from collections.abc import Mapping

import aiohttp
from yarl import URL

from benchmarks._measure import Comparison, in_turns
from benchmarks._server import sandbox_process, settings
from sinch_numbers import NumbersClient

NUMBERS = 20_000
PAGE_SIZE = 1000


def run(rounds: int) -> list[Comparison]:
    """Measure, and return what there is to show."""
    with (
        sandbox_process(numbers=NUMBERS, stock=0) as environment,
        asyncio.Runner() as loop,
    ):
        client = NumbersClient(**settings(environment))
        session = loop.run(_session())
        token = loop.run(_token(session, environment))

        async def ours() -> int:
            count = 0
            async for _ in client.active_numbers.list(page_size=PAGE_SIZE):
                count += 1
            return count

        figures = in_turns(
            {
                "sinch_numbers": lambda: loop.run(ours()),
                "aiohttp + json": lambda: loop.run(_bare(session, environment, token)),
            },
            rounds,
        )
        loop.run(client.close())
        loop.run(session.close())
    return [Comparison("pagination", "list, page by page", "numbers", figures, "aiohttp + json")]


async def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession()


async def _token(session: aiohttp.ClientSession, environment: Mapping[str, str]) -> str:
    async with session.post(
        f"{environment['SINCH_AUTH_URL']}/oauth2/token",
        data={"grant_type": "client_credentials"},
        headers={
            "Authorization": aiohttp.encode_basic_auth(
                environment["SINCH_KEY_ID"], environment["SINCH_KEY_SECRET"]
            )
        },
    ) as response:
        return str((await response.json())["access_token"])


async def _bare(session: aiohttp.ClientSession, environment: Mapping[str, str], token: str) -> int:
    """Page through the list with as little as it takes."""
    url = URL(environment["SINCH_NUMBERS_URL"]) / (
        f"v1/projects/{environment['SINCH_PROJECT_ID']}/activeNumbers"
    )
    count, page_token = 0, ""
    while True:
        query = (
            {"pageSize": PAGE_SIZE, "pageToken": page_token}
            if page_token
            else {"pageSize": PAGE_SIZE}
        )
        async with session.get(
            url.with_query(query), headers={"Authorization": f"Bearer {token}"}
        ) as response:
            page = json.loads(await response.read())
        count += len(page["activeNumbers"])
        page_token = page["nextPageToken"]
        if not page_token:
            return count
