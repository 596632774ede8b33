"""Fixtures: a sandbox on a socket, and a plain HTTP client independent of the SDK."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp
import attrs
import pytest
from yarl import URL

from sinch_numbers.sandbox import Clock, Project, Sandbox

START = datetime(2026, 3, 14, 9, 26, 53, 589793, UTC)


@attrs.frozen
class Answer:
    """A reply that has been read to its end."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def message(self) -> str:
        return self.json["error"]["message"]


def basic(key_id: str = "sandbox", key_secret: str = "sandbox") -> dict[str, str]:
    pair = base64.b64encode(f"{key_id}:{key_secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


@attrs.define
class Api:
    """Send requests as they are written here, character by character."""

    sandbox: Sandbox
    session: aiohttp.ClientSession
    headers: dict[str, str] = attrs.field(factory=basic)

    async def send(
        self, method: str, path: str, *, project: str = "sandbox", **options: Any
    ) -> Answer:
        if not path.startswith("/"):
            path = f"/v1/projects/{project}/{path}"
        headers = {**self.headers, **options.pop("headers", {})}
        url = URL(self.sandbox.url + path, encoded=True)
        async with self.session.request(
            method, url, headers=headers, allow_redirects=False, **options
        ) as reply:
            return Answer(reply.status, reply.headers, await reply.text())

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.send("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        if body is not None:
            options["json"] = body
        return await self.send("POST", path, **options)

    async def patch(self, path: str, body: Any, **options: Any) -> Answer:
        return await self.send("PATCH", path, json=body, **options)

    async def token(self, **options: Any) -> Answer:
        options.setdefault("data", {"grant_type": "client_credentials"})
        return await self.send("POST", "/oauth2/token", **options)

    async def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {(await self.token()).json['access_token']}"}

    async def walk(self, **query: Any) -> list[str]:
        """Read a list page by page and return its phone numbers."""
        numbers: list[str] = []
        token = ""
        while True:
            params = "&".join(f"{name}={value}" for name, value in query.items())
            page = (await self.get(f"activeNumbers?{params}&pageToken={token}")).json
            numbers += [number["phoneNumber"] for number in page["activeNumbers"]]
            token = page["nextPageToken"]
            if not token:
                return numbers


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    """Make a clock that stands still."""
    return Clock(START, running=False)


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    """Run an empty sandbox, to be filled by hand."""
    async with Sandbox(numbers=0, stock=0, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(sandbox, session)


@pytest.fixture
def project(clock: Clock) -> Project:
    """Make a project without a server around it."""
    return Project("p", clock=clock, provisioning=2.0)
