"""Without an asyncio event loop, as under trio, every call raises a typed error."""

from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import NumbersClient, SyncNumbersClient, UnsupportedRuntimeError
from sinch_numbers.audit import audit
from sinch_numbers.inventory import Inventory
from sinch_numbers.operations import gather
from sinch_numbers.sandbox import Sandbox

NUMBER = "+12025550134"


async def iterated(items: AsyncIterator[Any]) -> None:
    async for _ in items:
        pass


Call = Callable[[NumbersClient], Coroutine[Any, Any, Any]]

CALLS: dict[str, Call] = {
    "read": lambda client: client.active_numbers.get(NUMBER),
    "billable": lambda client: client.available_numbers.rent(NUMBER),
    "list": lambda client: iterated(aiter(client.active_numbers.list())),
    "wait": lambda client: client.active_numbers.wait_until_provisioned(NUMBER),
    "inventory": lambda client: iterated(aiter(Inventory(client))),
    "audit": audit,
    "request": lambda client: client.request("GET", "/activeNumbers"),
    "token": lambda client: client.tokens.get(),
}
STORED: dict[str, Call] = {
    "recover": lambda client: client.recover(),
    "operations": lambda client: client.operations(),
    "close": lambda client: client.close(),
}


def offline(**settings: Any) -> NumbersClient:
    url = "http://127.0.0.1:9"
    return NumbersClient("p", "k", "s", numbers_url=url, auth_url=url, **settings)


def by_hand(work: Coroutine[Any, Any, Any]) -> Any:
    """Run *work* up to its first wait."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    finally:
        work.close()
    raise AssertionError("it waits")


@every(("name", "call"), CALLS.items())
def test_a_call_without_an_event_loop(name: str, call: Call) -> None:
    """A coroutine that another library drives raises before anything is sent."""
    with pytest.raises(UnsupportedRuntimeError, match="no asyncio event loop is running"):
        by_hand(call(offline()))
    by_hand(offline().close())  # nothing to close is no error


@every(("name", "call"), STORED.items())
def test_a_store_without_an_event_loop(name: str, call: Call, tmp_path: Path) -> None:
    """Calls that only use the store raise the same error."""
    with pytest.raises(UnsupportedRuntimeError, match="no asyncio event loop is running"):
        by_hand(call(offline(store=tmp_path / "numbers.db")))


@pytest.mark.anyio
@pytest.mark.slow
@pytest.mark.sandbox
async def test_trio(sandbox: Sandbox) -> None:
    """Under trio the error names the way that works: sync calls in a worker thread."""
    import trio  # of the dependency group `slow`
    from anyio.to_thread import run_sync

    number = next(iter(sandbox.project().active))

    async def main() -> str:
        async with NumbersClient("p", "k", "s", numbers_url=sandbox.url) as wrong:
            with pytest.raises(UnsupportedRuntimeError, match="to_thread"):
                await wrong.active_numbers.get(number)
            with pytest.raises(UnsupportedRuntimeError, match="to_thread"):
                await gather(wrong.active_numbers.get, [number])
        with pytest.raises(RuntimeError, match="the sandbox needs a running asyncio"):
            await Sandbox().start()
        right = SyncNumbersClient(
            *("sandbox", "sandbox", "sandbox"),
            numbers_url=sandbox.url,
            auth_url=sandbox.auth_url,
        )
        with right:
            found = await trio.to_thread.run_sync(right.active_numbers.get, number)
            return str(found.phone_number)

    assert number == await run_sync(trio.run, main)
