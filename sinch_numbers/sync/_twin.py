"""Base of the generated sync clients."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Self, TypeVar, Unpack, cast

from sinch_numbers._client.from_env import FromEnv
from sinch_numbers._core.billing import memory
from sinch_numbers._core.lazy import Part, without_parts
from sinch_numbers._core.portal import Closable, Runner, Running
from sinch_numbers._core.shared_objects import SharedObject

if TYPE_CHECKING:
    from sinch_numbers.sandbox import SandboxSettings

C = TypeVar("C", bound=Closable)
P = ParamSpec("P")
T = TypeVar("T")


def run_together(
    call: Callable[Concatenate[Sequence[C], P], Awaitable[T]],
    clients: "Sequence[ClientTwin[C]]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run *call* with the cores of *clients*, which share the private event loop."""
    cores = [client._core for client in clients]  # noqa: SLF001 - base class of the clients
    return Running(call, cores, *args, **kwargs).start_and_wait()


def twin_of(home: str, kind: str) -> Any:
    """Declare the lazy sync twin of a resource."""
    return Part(
        f"sinch_numbers.sync._generated.resources.{home}",
        kind,
        lambda client, twin, name: twin(getattr(client._core, name), client._runner),  # noqa: SLF001
    )


class ResourceTwin:
    """Base class of the sync twins of resources."""

    def __repr__(self) -> str:
        return repr(vars(self).get("_core")).replace("<", "<Sync", 1)


class ClientTwin(FromEnv, SharedObject, ABC, Generic[C]):
    """Base class of sync clients: runs an async client on the private event loop."""

    _core: C
    _runner: Runner

    @abstractmethod
    def close(self) -> None:
        """Close the core."""

    @classmethod
    @contextmanager
    def sandbox(cls, **settings: "Unpack[SandboxSettings]") -> Iterator[Self]:
        """
        Start a private sandbox in another thread, and open a client of it::

            with SyncNumbersClient.sandbox(numbers=10) as client:
                page = client.active_numbers.list().page()

        *settings* are arguments of `sinch_numbers.sandbox.Sandbox`. Sandbox and client are closed
        at the end of the block. Nothing leaves the machine, nothing is billed, and the store of
        ``SINCH_STORE`` is not used. To inject faults, move the clock, or set options of the
        client, start a `Sandbox` and call its method ``sync_client``.

        Raises `ValueError` or `TypeError` when a setting is invalid.
        """
        from sinch_numbers.sandbox import Sandbox

        with (
            Sandbox(**settings) as sandbox,
            cast("Any", cls)(**sandbox.client_arguments, store=memory.SHARED) as client,
        ):
            yield client

    def _begin(self, core: C) -> None:
        self._core, self._runner = core, Runner(core)

    def _around(self, core: C) -> Self:
        sibling = without_parts(self)
        sibling._core = core  # noqa: SLF001 - same class
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
