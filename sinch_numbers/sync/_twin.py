"""What every generated client has in common."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

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


class _Twin:
    """The twin of a collection of operations, loaded when it is first asked for."""

    def __init__(self, home: str, kind: str) -> None:
        self._home = home
        self._kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, client: "ClientTwin[Any] | None", owner: type | None = None) -> Any:
        if client is None:
            return self
        kind = getattr(import_module(f"sinch_numbers.sync._twins.{self._home}"), self._kind)
        twin = kind(getattr(client._core, self._name), client._runner)  # noqa: SLF001
        setattr(client, self._name, twin)
        return twin


def twin_of(home: str, kind: str) -> Any:
    """Declare the twin of a collection of operations."""
    return _Twin(home, kind)


class ClientTwin(ABC, Generic[C]):
    """A client that runs the coroutines of another, its core, on the private loop."""

    _core: C
    _runner: Runner

    @abstractmethod
    def close(self) -> None:
        """Close the core."""

    def _begin(self, core: C) -> None:
        self._core, self._runner = core, Runner(core)

    def _around(self, core: C) -> Self:
        sibling = copy.copy(self)
        sibling._core = core  # noqa: SLF001 - of its own kind
        for name in list(vars(sibling)):
            if isinstance(getattr(type(self), name, None), _Twin):
                delattr(sibling, name)  # made for this client's core
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
