"""gather: many calls at once from sync code, on the private loop."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from sinch_numbers import operations
from sinch_numbers._core.portal import Runner
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.operations import Outcome

__all__ = ["gather"]

I = TypeVar("I")  # noqa: E741 - item, as T is the result
T = TypeVar("T")


def gather(
    call: Callable[[I], T],
    items: Iterable[I],
    *,
    concurrency: int = 20,
    progress: Callable[[Outcome[I, T]], object] | None = None,
) -> tuple[Outcome[I, T], ...]:
    """
    Call *call* for each of *items*, many at once, and return an outcome for each, in order::

        outcomes = gather(client.active_numbers.get, numbers)

    *call* is a method of one of a client's endpoints; no threads are involved. The rest is
    as with `sinch_numbers.operations.gather`: an error of the API takes its place among the
    outcomes, *progress* is called (on the private loop) with each outcome as it comes, and
    it costs what the calls cost.

    Raises `InvalidArgumentError` when *call* is something else, or *concurrency* not positive.
    """
    runner, core = _core_of(call)
    return runner.run(operations.gather, core, items, concurrency=concurrency, progress=progress)


def _core_of(call: Callable[[I], T]) -> tuple[Runner, Callable[[I], Awaitable[T]]]:
    """Return the coroutine function that *call* is the twin of, and what runs it."""
    twin = getattr(call, "__self__", None)
    runner = getattr(twin, "_runner", None)
    core = getattr(getattr(twin, "_core", None), getattr(call, "__name__", ""), None)
    if not isinstance(runner, Runner) or core is None:
        raise InvalidArgumentError("call", "a method of an endpoint, such as active_numbers.get")
    return runner, core
