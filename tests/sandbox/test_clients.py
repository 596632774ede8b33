"""Clients of a sandbox, without arguments."""

import inspect
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import (
    AuthenticationError,
    ClientClosedError,
    InvalidArgumentError,
    NumbersClient,
    PermissionDeniedError,
    SyncNumbersClient,
)
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

ROOT = Path(__file__).parents[2]
WRONG: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"project_id": "elsewhere"}, PermissionDeniedError),
    ({"key_secret": "wrong"}, AuthenticationError),
    ({"auth": "basic", "key_secret": "wrong"}, AuthenticationError),
    ({"timeout": -1}, InvalidArgumentError),
    ({"time_out": 1}, TypeError),
]


async def test_sandbox_creates_async_clients() -> None:
    """A client of a sandbox reaches both of its hosts, with a token."""
    async with Sandbox(numbers=3, stock=0) as sandbox, sandbox.client() as client:
        sandbox.project().imported.numbers.add("+12025550147")
        numbers = [number async for number in client.active_numbers.list()]
        imported = [number async for number in client.imported_numbers.list(region_code="US")]

    assert (3, 1) == (len(numbers), len(imported))
    assert "POST /oauth2/token" in sandbox.calls


def test_sandbox_serves_sync_code() -> None:
    """A plain ``with`` statement serves from another thread, which ends with the block."""
    before = threading.active_count()
    with Sandbox(numbers=3, stock=0) as sandbox, sandbox.sync_client() as client:
        assert 3 == len(list(client.active_numbers.list()))
        assert threading.current_thread().name != "sinch-sandbox"
    names = [thread.name for thread in threading.enumerate()]

    assert "sinch-sandbox" not in names
    assert threading.active_count() <= before + 1  # the loop of all sync clients stays
    with pytest.raises(ClientClosedError):
        client.active_numbers.get("+12025550147")


def test_sandbox_can_be_served_again() -> None:
    """Each block starts and stops the server; the state stays."""
    sandbox = Sandbox(numbers=2, stock=0)
    for _ in range(2):
        with sandbox, sandbox.sync_client() as client:
            assert 2 == client.active_numbers.list().page().total_size


@every(("options", "error"), WRONG)
async def test_options_are_those_of_the_client(
    options: dict[str, Any], error: type[Exception]
) -> None:
    """Options are passed to the client, and can replace its address and credentials."""
    async with Sandbox(numbers=0, stock=0) as sandbox:
        with pytest.raises(error):
            async with sandbox.client(**options) as client:
                await client.active_numbers.list().page()


@every(("options", "error"), WRONG)
def test_options_of_sync_clients(options: dict[str, Any], error: type[Exception]) -> None:
    """Sync clients take the same options."""
    with (
        Sandbox(numbers=0, stock=0) as sandbox,
        pytest.raises(error),
        sandbox.sync_client(**options) as client,
    ):
        client.active_numbers.list().page()


def test_sandbox_must_have_been_started() -> None:
    """A sandbox has no address before it is started."""
    with pytest.raises(RuntimeError, match="not been started"):
        Sandbox(numbers=0, stock=0).client()


async def test_client_starts_a_private_sandbox() -> None:
    """The class starts a sandbox with the given settings, and closes both."""
    async with NumbersClient.sandbox(numbers=2, project_id="acme") as client:
        page = await client.active_numbers.list().page()

    assert (NumbersClient, "acme", 2) == (type(client), client.project_id, page.total_size)
    with pytest.raises(ClientClosedError):
        await client.active_numbers.list().page()


def test_sync_client_starts_a_private_sandbox() -> None:
    """The sync class does the same, in another thread."""
    with SyncNumbersClient.sandbox(numbers=2, project_id="acme") as client:
        page = client.active_numbers.list().page()

    assert (SyncNumbersClient, "acme", 2) == (type(client), client.project_id, page.total_size)
    assert "sinch-sandbox" not in [thread.name for thread in threading.enumerate()]


async def test_private_sandboxes_leave_the_store_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal of real purchases, named by a variable, has no entries of a private sandbox."""
    monkeypatch.setenv("SINCH_STORE", str(tmp_path / "operations.db"))
    async with NumbersClient.sandbox(numbers=0) as client:
        await client.available_numbers.rent_first(region_code="US", type="LOCAL")

    assert [] == list(tmp_path.iterdir())


@every("settings", [{"rent_policy": "x"}, {"host": "0.0.0.0"}, {"project_id": []}, {"num": 1}])
async def test_invalid_settings_start_nothing(settings: dict[str, Any]) -> None:
    """A mistake in the settings raises, and leaves no thread."""
    with pytest.raises((TypeError, ValueError)):
        async with NumbersClient.sandbox(**settings):
            raise AssertionError
    with pytest.raises((TypeError, ValueError)), SyncNumbersClient.sandbox(**settings):
        raise AssertionError
    assert "sinch-sandbox" not in [thread.name for thread in threading.enumerate()]


def test_failed_start_leaves_no_thread() -> None:
    """A port in use raises from the ``with`` statement, and the thread ends."""
    with Sandbox(numbers=0, stock=0) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match=str(port)), Sandbox(numbers=0, stock=0, port=port):
            raise AssertionError
    assert "sinch-sandbox" not in [thread.name for thread in threading.enumerate()]


def test_examples_create_clients_without_addresses() -> None:
    """No page or docstring passes the address of a sandbox to a client."""
    pages = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("sinch_numbers/**/*.py")]
    texts = {page: page.read_text(encoding="utf-8") for page in pages}

    assert len(texts) > 100
    assert [] == [page for page, text in texts.items() if re.search(r"_url=sandbox\.", text)]
    assert "sandbox.client()" in inspect.getdoc(Sandbox)  # type: ignore[operator]  # it has one
