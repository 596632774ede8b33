"""Receivers in applications of other frameworks: at both paths, started and closed with them."""

import gzip
import http.client
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from anyio.from_thread import start_blocking_portal
from doors import SECRET, Handled, body_of, signed, uvicorn_server

from sinch_numbers import InvalidArgumentError
from sinch_numbers.webhooks import AsgiApp, Receiver, add_route, serve

pytestmark = pytest.mark.sandbox

PATHS = ("/hook", "/hook/")


def post(url: str, path: str, body: bytes, **headers: str) -> int:
    """Post like the service, which follows no redirect."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    sent = {"X-Sinch-Signature": signed(body)} | headers
    connection.request("POST", path, body, sent)
    status = connection.getresponse().status
    connection.close()
    return status


def starlette_app() -> Any:
    from starlette.applications import Starlette

    return Starlette


def fastapi_app() -> Any:
    from fastapi import FastAPI

    return FastAPI


@pytest.mark.parametrize("path", ["/hook", "/hook/"])
@pytest.mark.parametrize(
    "framework", [starlette_app, pytest.param(fastapi_app, marks=pytest.mark.slow)]
)
def test_a_route_takes_webhooks_with_and_without_a_slash(
    framework: Any, path: str, handled: Handled
) -> None:
    """The service follows no redirect; the receiver lives within the lifespan of the app."""
    order: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any):
        order.append("opened")
        yield
        order.append(f"closed after {len(handled)} events, {receiver.pending} pending")

    app = framework()(lifespan=lifespan)
    receiver = Receiver(handled.coroutine, SECRET)
    add_route(app, path, receiver)
    with uvicorn_server(app) as url:
        statuses = [post(url, one, body_of(number)) for number, one in enumerate(PATHS)]
        assert [200, 200] == statuses
        assert 404 == post(url, "/hook/deeper", body_of(3))

    assert ["opened", "closed after 2 events, 0 pending"] == order


@pytest.mark.parametrize(
    "framework", [starlette_app, pytest.param(fastapi_app, marks=pytest.mark.slow)]
)
def test_a_mount_takes_webhooks_with_and_without_a_slash(framework: Any, handled: Handled) -> None:
    """The path without a slash is not redirected; mounts of other applications still do that."""
    app, receiver = framework()(), Receiver(handled.coroutine, SECRET)
    other = framework()()
    app.mount("/hook", AsgiApp(receiver))
    app.mount("/nested", other)
    app.mount("/other", framework()())
    other.mount("/hook", AsgiApp(receiver))
    paths = ("/hook", "/hook/", "/nested/hook", "/hook/deeper")
    with uvicorn_server(app) as url:
        assert [200] * 4 == [post(url, one, body_of(n)) for n, one in enumerate(paths)]
        assert [307, 404] == [post(url, one, body_of(5)) for one in ("/other", "/hooks")]


def test_an_aiohttp_route_takes_webhooks_with_and_without_a_slash(handled: Handled) -> None:
    """
    Both paths reach the receiver; at the root there is one.

    A server that decompresses nothing takes compressed bodies.
    """
    from aiohttp import web

    @asynccontextmanager
    async def served(path: str):
        app = web.Application()
        add_route(app, path, Receiver(handled.coroutine, SECRET))
        runner = web.AppRunner(app, auto_decompress=False)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()

    with start_blocking_portal() as portal:
        with portal.wrap_async_context_manager(served("/hook/")) as url:
            assert [200, 200] == [post(url, one, body_of(n)) for n, one in enumerate(PATHS)]
        with portal.wrap_async_context_manager(served("/")) as url:
            packed = gzip.compress(body_of(3))
            assert 200 == post(url, "/", packed, **{"Content-Encoding": "gzip"})

    assert ["event-0", "event-1", "event-3"] == sorted(handled.ids)


def test_the_own_server_takes_compressed_bodies(handled: Handled) -> None:
    """It leaves bodies as they were sent."""

    @contextmanager
    def served() -> Iterator[str]:
        receiver = Receiver(handled.coroutine, SECRET)
        with (
            start_blocking_portal() as portal,
            portal.wrap_async_context_manager(serve(receiver)) as url,
        ):
            yield url

    with served() as url:
        packed = gzip.compress(body_of(1))
        assert 200 == post(url, "/", packed, **{"Content-Encoding": "gzip"})

    assert ["event-1"] == handled.ids


@pytest.mark.parametrize(("app", "path"), [(object(), "/hook"), (None, "hook"), (None, "")])
def test_neither_an_app_nor_a_path(app: object, path: str, handled: Handled) -> None:
    """The error names what is wrong, before anything is added."""
    with pytest.raises(InvalidArgumentError, match="app: expected" if app else "path: expected"):
        add_route(app, path, Receiver(handled.coroutine, SECRET))
