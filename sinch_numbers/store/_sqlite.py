"""
SQLite: an embedded store for the processes of one host.

Its file is opened by `SQLiteDatabase`, in a worker thread.
"""

import os
from functools import partial
from pathlib import Path
from typing import Any

from sinch_numbers._core.atomic_files import PRIVATE, valid_mode
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.store._database import valid_timeout
from sinch_numbers.store._journal_store import JournalStore
from sinch_numbers.store._sqlite_database import SQLiteDatabase

__all__ = ["SQLiteStore"]


class SQLiteStore(JournalStore):
    """
    Store of billable calls in an SQLite file, for the processes of one host.

    Any number of processes, threads, and event loops may use the same file, also through one
    store object. The file is opened by the first call. It and the files next to it (``-wal``,
    ``-shm``, ``-lock``) get the same mode; missing directories are created, by default with 0700.
    A symlink is followed, since the file is never replaced. Each change is a commit in a worker
    thread. A billable call waits for one sync of the disk, before its request is sent; calls at
    the same time share it. A power failure, but not the end of a process, may undo outcomes that
    were recorded since the last sync: then the calls are open again, and `recover` reads their
    outcomes. The file contains phone numbers and request bodies, but no secret and no token.

    An entry can be taken over once the process that owns it has ended, which the kernel shows by
    a lock on the ``-lock`` file: a suspended process keeps its entries. A process keeps that
    file open until it ends. Containers that share the file must share the kernel.

    Forked children and pickled copies open their own connection. Before Python forks, the
    connection is closed, and opened again by the next call: SQLite's state must not be inherited.

    Don't put the file on a network file system: it is rejected on Linux, and on Windows for
    shares and mapped drives; other systems are not checked. Copy it with SQLite's backup
    function only, and restore it while no process uses it.

    Raises `InvalidArgumentError` for arguments that name no file, and for a mode that does not
    let the owner read and write. Methods raise `StoreError`,
    with the reason and the path, if the file cannot be used: disk full, not writable, locked for
    longer than *timeout*, damaged, created by a newer version, no database, or deleted or
    replaced since it was opened. After `close`, the next call opens the file again.

    Args:
        path: Path of the file, absolute or relative to the current directory.
        exclusive: Whether every renter of the projects uses this store, so that a number that
            appears can only be the result of a call in it (default: True).
        timeout: Seconds that a call waits for other processes, such as one that is suspended in
            a transaction (default: 5).
        mode: Permissions of the files (default: 0o600). With others, all processes must pass the
            same mode: each sets what group and others may do when it opens the file.

    Example::

        store = SQLiteStore("numbers.db")
        async with NumbersClient("my-project", "key", "secret", store=store) as client:
            print(await client.operations())
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        exclusive: bool = True,
        timeout: float = 5.0,
        mode: int = PRIVATE,
    ) -> None:
        self._path = _valid_path(path)
        self._timeout = valid_timeout(timeout)
        self._mode = valid_mode(mode, required=PRIVATE)
        database = SQLiteDatabase(self._path, self._timeout, self._mode)
        super().__init__(database, exclusive=exclusive)

    @property
    def path(self) -> Path:
        """The absolute path of the file."""
        return self._path

    def __repr__(self) -> str:
        return f"SQLiteStore({str(self._path)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        settings: dict[str, Any] = {
            "exclusive": self.exclusive,
            "timeout": self._timeout,
            "mode": self._mode,
        }
        return partial(type(self), self._path, **settings), ()


def _valid_path(path: object) -> Path:
    expected = "the path of a file"
    if not isinstance(path, str | os.PathLike):
        raise InvalidArgumentError("path", expected, path)
    text = os.fspath(path)
    if not isinstance(text, str) or not text or "\0" in text:
        raise InvalidArgumentError("path", expected, text)
    if text.startswith((":memory:", "file:")):
        raise InvalidArgumentError(
            "path", "the path of a file (clients without a store share a journal in memory)", text
        )
    return Path(os.path.abspath(text))  # noqa: PTH100 - `resolve` would follow a symlink now
