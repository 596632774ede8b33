"""gather: bounded concurrency for sync code, on the private event loop."""

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
    Call *call* concurrently for each item, and return the outcomes in order.

    *call* must be a method of a client's resource; calls run as tasks on the private event
    loop, without additional threads. Otherwise this is `sinch_numbers.operations.gather`: a
    `SinchNumbersError` becomes the outcome of its item, and *progress* is called on the private
    loop with each outcome as soon as it is known. Billable if *call* is.

    Args:
        call: A method of a client's resource.
        items: The items, of any number; consumed lazily.
        concurrency: Maximum number of concurrent calls.
        progress: Called with each outcome as soon as it is known, on the private event loop.

    Raises:
        InvalidArgumentError: *call* is not such a method, or *concurrency* is not positive.

    Example::

        outcomes = gather(client.active_numbers.get, ["+12025550134", "+12025550135"])
        for outcome in outcomes:
            print(outcome.item, outcome.ok)
    """
    runner, core = _core_of(call)
    return runner.run(operations.gather, core, items, concurrency=concurrency, progress=progress)


def _core_of(call: Callable[[I], T]) -> tuple[Runner, Callable[[I], Awaitable[T]]]:
    """Return the runner of *call*, and the coroutine function that *call* wraps."""
    twin = getattr(call, "__self__", None)
    runner = getattr(twin, "_runner", None)
    core = getattr(getattr(twin, "_core", None), getattr(call, "__name__", ""), None)
    if not isinstance(runner, Runner) or core is None:
        raise InvalidArgumentError("call", "a method of a resource, such as active_numbers.get")
    return runner, core
