"""
Standing: the progress of an audit, as a value and in a file.

An audit that was stopped or killed resumes from the file, without reading numbers again.
"""

import stat
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import attrs

from sinch_numbers._core.atomic_files import PRIVATE, check_replaceable, replaced, valid_mode
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._core.serialization import converter, json_text
from sinch_numbers.audit._accumulator import AuditAccumulator
from sinch_numbers.errors import APIResponseError, InvalidArgumentError, OutputFileError
from sinch_numbers.inventory import Checkpoint

_FORM: Final = 1
_EVERY: Final = 5.0
"""Minimum seconds between two saves."""
_SHARE: Final = 0.05
"""Maximum share of the time spent on saving."""


@attrs.frozen(kw_only=True)
class _Written:
    form: int
    started_at: datetime
    checkpoint: Checkpoint
    tally: Any


@attrs.frozen(kw_only=True)
class Standing:
    """The progress of an audit; numbers before the checkpoint are in the tally."""

    started_at: datetime
    checkpoint: Checkpoint
    tally: AuditAccumulator

    def dumps(self) -> str:
        """Serialize the progress as JSON."""
        written = _Written(
            form=_FORM,
            started_at=self.started_at,
            checkpoint=self.checkpoint,
            tally=self.tally.dump(),
        )
        return json_text.encode(converter.dump({"audit": written})).decode()

    @classmethod
    def loads(cls, text: str) -> "Standing":
        """
        Parse the result of `dumps`.

        Raises `InvalidArgumentError` when *text* is anything else.
        """
        try:
            payload = json_text.decode(text.encode())
            written = converter.load(payload.get("audit"), _Written)
            if written.form == _FORM:
                return cls(
                    started_at=written.started_at,
                    checkpoint=written.checkpoint,
                    tally=AuditAccumulator.load(written.tally),
                )
        except (ValueError, AttributeError, APIResponseError):
            pass  # each of them means that the format is wrong
        raise InvalidArgumentError("saved", "a progress file of an audit")


def a_path(value: object) -> Path:
    """Convert *value* to a path; raise `InvalidArgumentError` if it isn't one."""
    try:
        return Path(value)  # type: ignore[arg-type]  # checked here
    except TypeError:
        raise InvalidArgumentError("saved", "a path", value) from None


class SavedStanding:
    """The file with an audit's progress, replaced atomically at intervals."""

    def __init__(self, path: Path, *, mode: int = PRIVATE, force: bool = False) -> None:
        self._path = a_path(path)
        self._mode = valid_mode(mode)
        self._force = force
        self._due = time.monotonic() + _EVERY

    def read(self) -> Standing | None:
        """
        Return the progress stored in the file; ``None`` if the file doesn't exist.

        Raises `InvalidArgumentError` when the content is invalid, the file cannot be read, or it
        could not be replaced later.
        """
        text = None
        try:
            if not stat.S_ISREG(self._path.stat().st_mode):
                raise InvalidArgumentError("saved", "a regular file", str(self._path))
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            pass  # a new audit
        except InvalidArgumentError:
            raise
        except (OSError, ValueError) as error:
            problem = f"{self._path}: {os_reason(error, str(error))}"
            raise InvalidArgumentError("saved", "a readable file", problem) from None
        standing = None if text is None else Standing.loads(text)
        try:
            check_replaceable(self._path, force=self._force, mode=self._mode)
        except OutputFileError as error:
            expected = f"a file that can be replaced ({error.message})"
            raise InvalidArgumentError("saved", expected) from None
        return standing

    def write_if_due(self, standing: Callable[[], Standing]) -> None:
        """Write the file if enough time has passed since the last save."""
        if time.monotonic() >= self._due:
            self.write(standing())

    def write(self, standing: Standing) -> None:
        """Replace the content of the file."""
        started = time.monotonic()
        with replaced(self._path, force=self._force, mode=self._mode) as file:
            file.write(standing.dumps())
        ended = time.monotonic()
        self._due = ended + max(_EVERY, (ended - started) / _SHARE)

    def remove(self) -> None:
        """Remove the file when the audit is done."""
        path = self._path.resolve() if self._force else self._path  # the symlink stays
        path.unlink(missing_ok=True)
