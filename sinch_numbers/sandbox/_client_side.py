"""
The only module of the sandbox that imports the client, and only on call.

It creates clients of a sandbox, and writes state files by the package's rules for files. Nothing
that answers a request uses it, so a mistake of the client still isn't hidden by the sandbox.
"""

from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sinch_numbers._client.client import NumbersClient
    from sinch_numbers.sync import SyncNumbersClient

__all__ = ["ClientFactory", "check_replaceable", "create_private", "replace", "state_error"]


class ClientFactory(ABC):
    """Creates clients of a server, whose address is in the environment variables of a client."""

    @property
    @abstractmethod
    def environment(self) -> dict[str, str]:
        """Return environment variables that configure a client."""

    @property
    def client_arguments(self) -> dict[str, Any]:
        """Return the arguments of a client of the first project."""
        return {
            name.removeprefix("SINCH_").lower(): value for name, value in self.environment.items()
        }

    def client(self, **options: Any) -> "NumbersClient":
        """
        Create an async client of the first project.

        *options* are arguments of `NumbersClient`, which can also replace those of
        `client_arguments`: ``sandbox.client(project_id="other", timeout=5)``. Close the client, or
        use it as a context manager. Raises `RuntimeError` when the sandbox has not been started,
        and `InvalidArgumentError` when an option is invalid.
        """
        from sinch_numbers._client.client import NumbersClient

        return NumbersClient(**{**self.client_arguments, **options})

    def sync_client(self, **options: Any) -> "SyncNumbersClient":
        """
        Create a sync client of the first project; see `client`.

        A call blocks its thread, so the sandbox must be served by another one: start it by
        ``with Sandbox() as sandbox``, or make the calls in a worker thread.
        """
        from sinch_numbers.sync import SyncNumbersClient

        return SyncNumbersClient(**{**self.client_arguments, **options})


def create_private(path: Path) -> None:
    """Create a missing file, empty and for its owner only, and missing directories."""
    from sinch_numbers._core.atomic_files import create, make_directories

    make_directories(path.parent)
    with suppress(FileExistsError):
        create(path)


def check_replaceable(path: Path) -> None:
    """Raise `OutputFileError` if *path* can't be replaced."""
    from sinch_numbers._core import atomic_files

    atomic_files.check_replaceable(path)


def replace(path: Path, text: str) -> None:
    """Replace a file atomically, for its owner only; raises `OutputFileError` if that fails."""
    from sinch_numbers._core.atomic_files import replaced

    with replaced(path) as file:
        file.write(text)


def state_error(path: Path, problem: str) -> Exception:
    """Return the error for a state file that can't be used."""
    from sinch_numbers.errors import SandboxStateError

    return SandboxStateError(path, problem)
