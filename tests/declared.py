"""The operations that the resource classes declare."""

from importlib import import_module
from typing import Any

from sinch_numbers import NumbersClient
from sinch_numbers._client import resources
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pagination import page_model

CLIENT = NumbersClient("p", "k", "s")
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


def model_of(operation: Operation[Any]) -> Any:
    """Return the model of the response."""
    return page_model(operation)[0] if operation.items else operation.returns


def response_models() -> tuple[Any, ...]:
    """Return the model of each response that has a body."""
    classes = {
        operation: operation
        for name in resources.__all__
        for operation in operations_of(getattr(import_module(resources.__name__), name))
    }
    return tuple({model_of(operation): None for operation in classes})
