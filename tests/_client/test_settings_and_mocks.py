"""Clients in settings objects, process pools, and other programs' mocks."""

import asyncio
import copy
import dataclasses
import inspect
import pickle
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec, patch

import pytest
from products import sampled

import sinch_numbers
from sinch_numbers import SAFE, Backoff, NumbersClient, SyncNumbersClient
from sinch_numbers._core.lazy import Part
from sinch_numbers.inventory import Inventory
from sinch_numbers.store import SQLiteStore
from sinch_numbers.sync import SyncInventory
from sinch_numbers.webhooks import Receiver

CLIENTS = pytest.mark.parametrize("kind", [NumbersClient, SyncNumbersClient])
WORD = "top" + "secret"


def parts(kind: type) -> list[str]:
    """Return the names of the client's resources."""
    return [name for name, value in vars(kind).items() if isinstance(value, Part)]


def public_methods(kind: type) -> list[str]:
    return [
        name
        for name, _ in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    ]


def called(method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call *method*, in an event loop if it is async."""
    result = method(*arguments, **options)
    return asyncio.run(result) if inspect.iscoroutine(result) else result


@CLIENTS
@pytest.mark.parametrize(
    "make",
    sampled(
        [
            pytest.param(lambda kind: create_autospec(kind, instance=True), id="an instance"),
            pytest.param(create_autospec, id="the class"),
            pytest.param(
                lambda kind: create_autospec(kind)("p", "k", "s"), id="what a class makes"
            ),
        ],
        1,
    ),
)
def test_a_mock_with_the_clients_spec_checks_the_signatures_of_all_resources(
    kind: type, make: Callable[[type], Any]
) -> None:
    """An unknown argument or method of a resource is an error in the tests of users, too."""
    mock = make(kind)
    assert 10 == len(parts(kind))
    mock.active_numbers.get.return_value = 5
    assert 5 == called(mock.active_numbers.get, "+12025550134")

    for name in parts(kind):
        resource = getattr(mock, name)
        for method in public_methods(getattr(kind, name)):
            with pytest.raises(TypeError, match="argument"):
                called(getattr(resource, method), wrong=1)
        with pytest.raises(AttributeError):
            resource.no_such_method  # noqa: B018 - the access is the test
    assert mock.project_id


@CLIENTS
def test_a_patched_client_class_makes_mocks(kind: type) -> None:
    """``patch(..., autospec=True)`` replaces the class, and puts it back."""
    with patch(f"sinch_numbers.{kind.__name__}", autospec=True):
        made = getattr(sinch_numbers, kind.__name__)("p", "k", "s")
        made.active_numbers.get.return_value = 5
        assert 5 == called(made.active_numbers.get, "+12025550134")
        made.active_numbers.get.assert_called_once_with("+12025550134")

    assert getattr(sinch_numbers, kind.__name__) is kind


@pytest.mark.parametrize("kind", [Inventory, SyncInventory, Receiver])
def test_other_public_classes_have_usable_specs(kind: type) -> None:
    """Each public method exists in a mock of the class."""
    mock = create_autospec(kind, instance=True)
    for name in public_methods(kind):
        assert callable(getattr(mock, name))


@CLIENTS
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_of_a_client_is_the_client(kind: Any, copied: Callable[[Any], Any]) -> None:
    """Connections and tokens exist once, in whatever is copied around them."""
    client = kind("p", "k", WORD)

    @dataclasses.dataclass
    class Settings:
        client: Any
        name: str = "x"

    assert copied(client) is client
    assert {"client": client, "name": "x"} == dataclasses.asdict(Settings(client))
    assert copied(client.tokens) is client.tokens
    assert type(client.active_numbers) is type(copied(client.active_numbers))


@CLIENTS
def test_siblings_share_what_copies_would(kind: Any) -> None:
    """`with_options` returns another client, whose resources have its options."""
    client = kind("p", "k", WORD, timeout=5)
    resource = client.active_numbers
    sibling = client.with_options(timeout=6)

    assert sibling is not client
    assert sibling.active_numbers is not resource
    assert client.active_numbers is resource
    assert sibling.tokens is client.tokens


@CLIENTS
def test_pickling_a_client_says_what_to_do(kind: Any) -> None:
    """Neither clients nor their resources are pickled; the error holds no secret."""
    client = kind("p", "k", WORD)

    for value in (client, *(getattr(client, name) for name in ("tokens", *parts(kind)))):
        with pytest.raises(TypeError, match="create the client in each process") as caught:
            pickle.dumps(value)
        assert type(value).__name__.removeprefix("Sync") in str(caught.value)
        assert WORD not in "".join(traceback.format_exception(caught.value))


@CLIENTS
def test_settings_can_be_pickled(
    kind: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client is made in another process from the same arguments, with the key from there."""
    monkeypatch.setenv("SINCH_KEY_SECRET", WORD)
    recipe = partial(
        kind,
        "p",
        "k",
        timeout=5,
        backoff=Backoff(first=0.1),
        headers={"X-Team": "red"},
        store=SQLiteStore(tmp_path / "numbers.db"),
    )

    data = pickle.dumps(recipe)
    client = pickle.loads(data)()

    assert "p" == client.project_id
    assert WORD.encode() not in data
    assert SAFE.max_retries == pickle.loads(pickle.dumps(SAFE)).max_retries
