"""Many calls at once, but not too many: a bounded number of workers, an outcome for each."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

import anyio
import attrs

from sinch_numbers._core import arguments
from sinch_numbers.errors import SinchNumbersError

I = TypeVar("I")  # noqa: E741 - item, as T is the result
T = TypeVar("T")


@attrs.frozen
class Outcome(Generic[I, T]):
    """The outcome of the call for one item: a result or an error."""

    item: I
    result: T | None = None
    error: SinchNumbersError | None = None

    @property
    def ok(self) -> bool:
        """Whether there is a result."""
        return self.error is None

    def get(self) -> T:
        """Return the result, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]  # set whenever there is no error


async def gather(
    call: Callable[[I], Awaitable[T]],
    items: Iterable[I],
    *,
    concurrency: int = 20,
    progress: Callable[[Outcome[I, T]], object] | None = None,
) -> tuple[Outcome[I, T], ...]:
    """
    Await *call* for each of *items*, and return an outcome for each, in their order::

        outcomes = await gather(client.active_numbers.get, numbers)

    *concurrency* calls are under way at a time; *items* may be of any length, and is read as the
    work goes on. An error of the API takes its place among the outcomes and stops nothing;
    any other exception is a bug, stops the rest and is raised. *progress* is called in the
    event loop with each outcome as soon as there is one, so that nothing is lost when the
    whole is cancelled. It costs what the calls cost.

    Raises `InvalidArgumentError` when *concurrency* is not positive.
    """
    arguments.positive(concurrency, "concurrency")
    outcomes: dict[int, Outcome[I, T]] = {}

    async def work(numbered: tuple[int, I]) -> None:
        index, item = numbered
        try:
            outcome = Outcome[I, T](item, result=await call(item))
        except SinchNumbersError as error:
            outcome = Outcome[I, T](item, error=error)
        outcomes[index] = outcome
        if progress is not None:
            progress(outcome)

    await for_each(enumerate(items), work, concurrency=concurrency)
    return tuple(outcomes[index] for index in range(len(outcomes)))


async def for_each(
    items: Iterable[T], work: Callable[[T], Awaitable[None]], *, concurrency: int
) -> None:
    """
    Await *work* on each of *items*, *concurrency* of them at a time.

    The first error cancels the rest and is raised as it is, without a group around it.
    """
    left = iter(items)

    async def worker() -> None:
        for item in left:
            await work(item)

    failure: BaseException | None = None
    try:
        async with anyio.create_task_group() as group:
            for _ in range(concurrency):
                group.start_soon(worker)
    except BaseExceptionGroup as failures:
        failure = failures
    # Raised out here, so that the error keeps the cause it came with.
    if failure is not None:
        raise _first(failure)


def _first(failure: BaseException) -> BaseException:
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure
