"""Destinations of exports: an open file, or a path whose file is replaced atomically."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sinch_numbers._core.atomic_files import PRIVATE, replaced, valid_mode
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.exports._rows import BinaryFile

Destination = BinaryFile | str | os.PathLike[str]
"""An open binary file, or the path of a file."""


@contextmanager
def output_file(
    path: str | os.PathLike[str], *, mode: int = PRIVATE, force: bool = False
) -> Iterator[BinaryFile]:
    """
    Yield a binary file that replaces *path* if the block succeeds.

    The file has the permissions *mode* (default: 0o600), independent of the umask and of the mode
    of an existing file. Missing directories are created. Only *force* replaces the target of a
    symlink or a file of another user. A device or a pipe, such as ``/dev/stdout``, is written
    directly.

    Args:
        path: Path of the file.
        mode: Permissions of the file, independent of the umask and of the mode of an existing
            file.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        InvalidArgumentError: *mode* does not let the owner read.
        OutputFileError: The file cannot be written; an existing file is then unchanged.

    Example::

        report = await audit(client)
        with output_file("audit.html") as file:
            write_html(report, file)
    """
    with replaced(Path(path), mode=valid_mode(mode), force=force) as file:
        yield file.binary


def opened(file: Destination, mode: int | None, force: bool) -> AbstractContextManager[BinaryFile]:
    """Return the context in which *file* is written; *mode* and *force* require a path."""
    if isinstance(file, str | os.PathLike):
        return output_file(file, mode=PRIVATE if mode is None else mode, force=force)
    if mode is not None or force:
        name = "force" if mode is None else "mode"
        raise InvalidArgumentError(name, "a path to write to, not an open file")
    return nullcontext(file)
