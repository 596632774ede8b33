"""Callbacks of users: awaited where a task calls them, and plain functions elsewhere."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from sinch_numbers.errors import InvalidArgumentError

F = TypeVar("F", bound=Callable[..., Any])


async def notify(callback: Callable[..., object], *args: object) -> None:
    """Call *callback*, and await its result if awaitable."""
    returned = callback(*args)
    if inspect.isawaitable(returned):
        await returned


def function(callback: F, argument: str) -> F:
    """Return *callback*, a function or a coroutine function; reject other values."""
    if not callable(callback):
        raise InvalidArgumentError(argument, f"a function, not {type(callback).__name__}")
    return callback


def plain(callback: F, argument: str) -> F:
    """Return *callback*, a function; reject a coroutine function."""
    reject_coroutines(function(callback, argument), argument)
    return callback


def reject_coroutines(callback: object, argument: str) -> None:
    """Raise if *callback* is a coroutine function, whose coroutine nothing would await."""
    if _is_coroutine_function(callback):
        raise InvalidArgumentError(argument, "a plain function, not a coroutine function")


def call_plain(callback: Callable[..., Any], argument: str, *args: object) -> Any:
    """Call *callback* and return its result; reject an awaitable, which nothing would await."""
    returned = callback(*args)
    if inspect.isawaitable(returned):
        if inspect.iscoroutine(returned):
            returned.close()  # else Python warns that it was never awaited
        raise InvalidArgumentError(argument, "a plain function, not one that returns an awaitable")
    return returned


def _is_coroutine_function(callback: Any) -> bool:
    while isinstance(callback, partial):
        callback = callback.func
    return inspect.iscoroutinefunction(callback) or inspect.iscoroutinefunction(
        getattr(type(callback), "__call__", None)  # noqa: B004 - its kind, not its existence
    )
