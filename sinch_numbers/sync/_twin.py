"""What every generated client has in common."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Concatenate, Generic, ParamSpec, Self, TypeVar

from sinch_numbers.sync._portal import Closable, Runner, Running

C = TypeVar("C", bound=Closable)
P = ParamSpec("P")
T = TypeVar("T")


def run_together(
    call: Callable[Concatenate[Sequence[C], P], Awaitable[T]],
    clients: "Sequence[ClientTwin[C]]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run *call* with the cores of *clients* on the private loop, which they have in common."""
    cores = [client._core for client in clients]  # noqa: SLF001 - of their own kind
    return Running(call, cores, *args, **kwargs).result()


class ClientTwin(ABC, Generic[C]):
    """A client that runs the coroutines of another, its core, on the private loop."""

    _core: C
    _runner: Runner

    @abstractmethod
    def _wrap(self, core: C, runner: Runner) -> None:
        """Take on *core*, and a twin for each of its endpoints."""

    @abstractmethod
    def close(self) -> None:
        """Close the core."""

    def _begin(self, core: C) -> None:
        self._wrap(core, Runner(core))

    def _around(self, core: C) -> Self:
        sibling = copy.copy(self)
        sibling._wrap(core, self._runner)  # noqa: SLF001 - of its own kind
        return sibling

    def _run(
        self, call: Callable[Concatenate[C, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return self._runner.run(call, self._core, *args, **kwargs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._core).replace("<", "<Sync", 1)
