"""Row writers: the interface and base class shared by all row formats."""

from collections.abc import Iterable
from types import TracebackType
from typing import Protocol, Self, TypeVar, runtime_checkable

T_contra = TypeVar("T_contra", contravariant=True)


@runtime_checkable
class BinaryFile(Protocol):
    """Binary file protocol, satisfied by ``open(path, "wb")``."""

    def write(self, data: bytes, /) -> object:
        """
        Write all of *data*.

        Called by the package.

        Args:
            data: The bytes.
        """
        ...


class RowWriter(Protocol[T_contra]):
    """
    Row writer protocol: writes in batches of at most a few thousand rows.

    The file is complete once the writer is closed, which a ``with`` block does unless it
    raises.
    The writer never closes the file.
    """

    def write(self, values: Iterable[T_contra]) -> None:
        """
        Write *values* as rows.

        Called by the package.

        Args:
            values: The values of the rows.
        """
        ...

    def close(self) -> None:
        """
        Complete the file.

        Called by the package.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Writer:
    """Base class of row writers: implements the ``with`` block."""

    def close(self) -> None:
        """Complete the file; formats without a footer do nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A partial file must not look complete.
        if error is None:
            self.close()
