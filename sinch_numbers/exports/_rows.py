"""Protocols that all row formats share: writers, and their targets."""

from collections.abc import Iterable
from types import TracebackType
from typing import Protocol, Self, TypeVar, runtime_checkable

T_contra = TypeVar("T_contra", contravariant=True)


@runtime_checkable
class BinaryFile(Protocol):
    """Something that takes bytes, such as ``open(path, "wb")``."""

    def write(self, data: bytes, /) -> object:
        """Take *data*, all of it."""
        ...


class RowWriter(Protocol[T_contra]):
    """
    Writes values as rows, batch by batch, and never holds more than a few thousand.

    The file is complete when the writer is closed, which a ``with`` block does when it ends
    well. It is never closed by the writer.
    """

    def write(self, values: Iterable[T_contra]) -> None:
        """Add *values*."""
        ...

    def close(self) -> None:
        """Complete the file."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Writer:
    """The ``with`` block of a writer."""

    def close(self) -> None:
        """Complete the file; without a footer there is nothing to do."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # An incomplete file must not look complete.
        if error is None:
            self.close()
