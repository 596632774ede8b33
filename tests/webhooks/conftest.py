"""Each of the doors, served."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.webhooks import Receiver

# What the tests here share is a module beside them.
sys.path.append(str(Path(__file__).parent))

from doors import SERVERS, Handled, Sender


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


# The fast lane has one server for each adapter: aiohttp, ASGI, WSGI.
@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.slow if name == "uvicorn + Starlette" else ())
        for name in SERVERS
    ]
)
def door(request: pytest.FixtureRequest) -> Callable[[Receiver], Any]:
    """Return what serves a receiver, one server after the other."""
    return SERVERS[request.param]


@pytest.fixture
def handled() -> Handled:
    return Handled()


@pytest.fixture
def served(door: Callable[..., Any]) -> Iterator[Callable[..., Sender]]:
    """Serve a receiver until the test ends, or until it says so."""
    with ExitStack() as stack:

        def serve(receiver: Receiver) -> Sender:
            sender = Sender(stack.enter_context(door(receiver)))
            stack.callback(sender.connection.close)
            sender.stop = stack.close
            return sender

        yield serve
