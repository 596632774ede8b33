"""The clients that are compared, each made as its own documentation makes it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, TypedDict

from benchmarks._target import Target

if TYPE_CHECKING:
    import aiohttp

    from sinch_numbers import NumbersClient, SyncNumbersClient

Loads = Callable[[bytes], Any]
Job = Callable[[], Coroutine[Any, Any, int]]
"""A job to await, which returns how many units of it there were."""


class ClientArguments(TypedDict):
    """What either client of ours is made with."""

    project_id: str
    key_id: str
    key_secret: str
    numbers_url: str
    auth_url: str


def client_arguments(target: Target) -> ClientArguments:
    """Return the arguments of either client of ours for *target*."""
    return {
        "project_id": target.project_id,
        "key_id": target.key_id,
        "key_secret": target.key_secret,
        "numbers_url": target.url,
        "auth_url": target.auth_url or target.url,
    }


def ours(target: Target) -> "NumbersClient":
    """Return our client."""
    from sinch_numbers import NumbersClient

    return NumbersClient(**client_arguments(target))


def ours_sync(target: Target) -> "SyncNumbersClient":
    """Return our client for those who await nothing."""
    from sinch_numbers import SyncNumbersClient

    return SyncNumbersClient(**client_arguments(target))


def vendor(target: Target, *, connections: int = 10) -> Any:
    """
    Return the vendor's client, pointed to *target*.

    Its session keeps ten connections, however many threads use it, and throws away what
    comes above: for more threads it is given a pool that is large enough.
    """
    import requests
    from sinch import SinchClient

    client = SinchClient(
        key_id=target.key_id, key_secret=target.key_secret, project_id=target.project_id
    )
    client.configuration.numbers_origin = target.url
    client.configuration.auth_origin = target.auth_url or target.url
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=connections)
    client.configuration.transport.http_session.mount("http://", adapter)
    return client


@asynccontextmanager
async def bare(target: Target) -> "AsyncIterator[aiohttp.ClientSession]":
    """Open a session that sends the token, and does nothing else for anybody."""
    import aiohttp

    async with (
        aiohttp.ClientSession() as asking,
        asking.post(
            target.token_url,
            data={"grant_type": "client_credentials"},
            headers={"Authorization": aiohttp.encode_basic_auth(target.key_id, target.key_secret)},
        ) as reply,
    ):
        token = (await reply.json())["access_token"]
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {token}"},
        connector=aiohttp.TCPConnector(limit=0),
    ) as session:
        yield session


def loads_of(name: str) -> Loads:
    """Return what reads JSON: that of ``json`` or of ``orjson``."""
    if name == "json":
        return json.loads
    import orjson

    return orjson.loads


@contextmanager
def running(
    opened: Callable[[], AbstractAsyncContextManager[Job]],
) -> Iterator[Callable[[], int]]:
    """Turn an async job into one to call: its loop is made before, and closed after it."""
    with asyncio.Runner() as loop:
        context = opened()

        async def enter() -> Job:
            return await context.__aenter__()

        async def leave() -> None:
            await context.__aexit__(None, None, None)

        job = loop.run(enter())
        try:
            yield lambda: loop.run(job())
        finally:
            loop.run(leave())


def bare_get(
    session: "aiohttp.ClientSession", target: Target, loads: Loads
) -> Callable[[str], Coroutine[Any, Any, Any]]:
    """Return what gets one number with as little as it takes."""
    from yarl import URL

    start = f"{target.numbers_url}/activeNumbers/"

    async def get(number: str) -> Any:
        async with session.get(URL(start + number, encoded=True)) as reply:
            return loads(await reply.read())

    return get
