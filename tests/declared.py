"""The operations that the resource classes declare."""

import inspect
import re
from functools import cache, partial
from importlib import import_module
from typing import Any

import attrs

from sinch_numbers import NumbersClient, Pager
from sinch_numbers._client import resources
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pagination import ListModel, envelope_model
from sinch_numbers._core.transport import default

from .openapi import PROJECT_PATH as PROJECT
from .openapi import Description, first_page, takes_nothing

# Not the URLs of the environment, which tests replace only after collection.
CLIENT = NumbersClient(
    "p",
    "k",
    "s",
    numbers_url=default.NUMBERS_URL,
    imported_numbers_url=default.IMPORTED_NUMBERS_URL,
)
GROUPS = tuple(
    name
    for name in NumbersClient.__annotations__
    if type(getattr(CLIENT, name)).__module__.startswith(resources.__name__)
)
"""The attributes of a client that hold operations."""


def operations_of(resource: type) -> list[Operation[Any]]:
    """Return the operations that a resource class declares."""
    return [one for one in vars(resource).values() if isinstance(one, Operation)]


def declared(url: str) -> dict[tuple[str, str], Operation[Any]]:
    """Return the operations of the host at *url* by method and path."""
    return {
        (operation.method, operation.path): operation
        for group in GROUPS
        if getattr(CLIENT, group)._pipeline._origin == url
        for operation in operations_of(type(getattr(CLIENT, group)))
    }


@cache
def model_of(operation: Operation[Any]) -> Any:
    """Return the model of the response, with typed items if it is a list."""
    if operation.items is None:
        return operation.returns
    fields = {
        field.name: attrs.field(type=field.type, default=field.default, hash=field.hash)
        for field in attrs.fields(envelope_model(operation.items))
    }
    items = tuple[operation.returns, ...]  # type: ignore[name-defined]  # a type made at run time
    typed = {operation.items: attrs.field(type=items, default=())}
    count: Any = {"total_size": attrs.field(type=int | None, default=None)}
    return attrs.make_class("Page", {**fields, **typed, **count}, frozen=True)


def origin(group: Any) -> str:
    """Return where a group of operations sends its calls."""
    return str(group._pipeline._origin)


def documented(client: Any, core: Any) -> dict[tuple[str, tuple[str, str]], list[str]]:
    """Return the methods that name an operation in their docstrings, by origin and operation."""
    found: dict[tuple[str, tuple[str, str]], list[str]] = {}
    for group in GROUPS:
        for name, method in inspect.getmembers(type(getattr(client, group)), callable):
            told = re.search(r"\(API:\s+``([A-Z]+) (/\S+)``\)", inspect.getdoc(method) or "")
            if told and not name.startswith("_"):
                wanted = (told[1].lower(), PROJECT + told[2])
                key = (origin(getattr(core, group)), wanted)
                found.setdefault(key, []).append(f"{group}.{name}")
    return found


METHODS = documented(CLIENT, CLIENT)
"""The methods of each operation, by origin, HTTP method, and path."""


def default_calls(host: Description) -> dict[str, dict[str, Any]]:
    """Return the call of each operation without parameters; the others need a call by hand."""
    calls = {}
    for name, operation in host.operations.items():
        key = (host.url, (operation["method"].lower(), operation["path"]))
        if takes_nothing(operation) and key in METHODS:
            group, _, method = METHODS[key][0].partition(".")
            calls[name] = {"": partial(_call, group, method)}
    return calls


async def _call(group: str, method: str, client: NumbersClient) -> Any:
    result = getattr(getattr(client, group), method)()
    return await (first_page(result) if isinstance(result, Pager) else result)


def response_models() -> tuple[Any, ...]:
    """Return the model of each response that has a body."""
    return tuple({model_of(operation): None for operation in _all_operations()})


def list_models() -> tuple[ListModel[Any], ...]:
    """Return the model by which each list is read, of the project ``p``."""
    return tuple(
        ListModel(operation.items, operation.returns, "p")
        for operation in _all_operations()
        if operation.items
    )


def _all_operations() -> list[Operation[Any]]:
    return [
        operation
        for name in resources.__all__
        for operation in operations_of(getattr(import_module(resources.__name__), name))
    ]
