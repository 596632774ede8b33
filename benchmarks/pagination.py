"""Numbers a second through `list`, beside a bare aiohttp and json loop on the same server."""

import json
from collections.abc import Mapping

import aiohttp
from yarl import URL

from benchmarks._measure import Figures, in_turns
from benchmarks._server import sandbox_process
from sinch_numbers import NumbersClient

TITLE = "list, page by page"
UNIT = "numbers"

NUMBERS = 20_000
PAGE_SIZE = 1000


async def run(rounds: int) -> tuple[list[Figures], Figures]:
    """Return the figures of all contenders, and which of them is the floor."""
    with sandbox_process(numbers=NUMBERS, stock=0) as environment:
        async with (
            aiohttp.ClientSession() as session,
            NumbersClient(
                environment["SINCH_PROJECT_ID"],
                environment["SINCH_KEY_ID"],
                environment["SINCH_KEY_SECRET"],
                numbers_url=environment["SINCH_NUMBERS_URL"],
                auth_url=environment["SINCH_AUTH_URL"],
            ) as client,
        ):
            token = await _token(session, environment)

            async def ours() -> int:
                count = 0
                async for _ in client.active_numbers.list(page_size=PAGE_SIZE):
                    count += 1
                return count

            async def bare() -> int:
                return await _bare(session, environment, token)

            figures = await in_turns({"sinch_numbers": ours, "aiohttp + json": bare}, rounds)
    return figures, figures[1]


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
