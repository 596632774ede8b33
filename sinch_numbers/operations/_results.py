"""Results of an applied plan, and the files that they are saved to."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Final

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.atomic_files import PRIVATE, replaced
from sinch_numbers._core.csv_cells import escape
from sinch_numbers._core.serialization.jsonable import line
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._value_repr import ValueRepr
from sinch_numbers.operations._plan import PlanAction

__all__ = ["ApplyOutcome", "ApplyReport", "ApplyResult", "save_results"]


class ApplyOutcome(ValueRepr, StrEnum):
    """The outcome for one number of a plan."""

    APPLIED = "applied"
    """All steps were done, and provisioning has succeeded."""
    UNCHANGED = "unchanged"
    """The number already had the desired state."""
    PENDING = "pending"
    """All requests were sent; provisioning or a review did not end in time: apply again."""
    REFUSED = "refused"
    """The number has a state that is not of the plan: nothing was sent; plan again."""
    FAILED = "failed"
    """A step failed, or provisioning did; earlier steps may have been done."""
    UNKNOWN = "unknown"
    """The outcome of a billable step is unknown: see `NumbersClient.unresolved`."""
    NOT_ALLOWED = "not_allowed"
    """A purchase or release without permission; nothing was sent."""
    STOPPED = "stopped"
    """Not begun, since too many others failed."""


FAILURES: Final = frozenset((ApplyOutcome.REFUSED, ApplyOutcome.FAILED, ApplyOutcome.UNKNOWN))
"""Outcomes that count as a failure."""


@attrs.frozen(kw_only=True)
class ApplyResult(Serializable):
    """The result for one number of a plan."""

    phone_number: str
    action: PlanAction
    outcome: ApplyOutcome
    steps: int
    """Count of steps that are done, by this call or an earlier one."""
    total: int
    """Count of steps of the plan."""
    message: str = ""
    """The reason, unless the outcome is *applied* or *unchanged*."""


@attrs.frozen(kw_only=True)
class ApplyReport(Serializable):
    """The results of an applied plan, in its order."""

    _computed: ClassVar = {"counts": "counts", "ok": "ok"}

    plan: str
    """Content hash of the plan."""
    results: tuple[ApplyResult, ...]

    def __repr__(self) -> str:
        counts = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        return f"<ApplyReport: {counts or 'nothing to do'}>"

    @property
    def counts(self) -> Mapping[str, int]:
        """Count of numbers by outcome, without those of zero."""
        found = Counter(result.outcome for result in self.results)
        return {str(outcome): found[outcome] for outcome in ApplyOutcome if found[outcome]}

    @property
    def ok(self) -> bool:
        """Whether all numbers have the desired state."""
        return all(
            one.outcome in (ApplyOutcome.APPLIED, ApplyOutcome.UNCHANGED) for one in self.results
        )

    def of(self, outcome: ApplyOutcome) -> tuple[ApplyResult, ...]:
        """
        Return the results with *outcome*.

        Args:
            outcome: The outcome.

        Example::

            desired = [DesiredNumber("+12025550134", display_name="Front desk")]
            plan = await plan_changes(client, desired)
            report = await apply_plan(client, plan, journal="journal.db")
            print(len(report.of(ApplyOutcome.APPLIED)), "applied")
        """
        return tuple(one for one in self.results if one.outcome == outcome)


_COLUMNS: Final = tuple(field.name for field in attrs.fields(ApplyResult))
SUFFIXES: Final = (".jsonl", ".csv")


def save_results(
    results: Sequence[ApplyResult] | ApplyReport,
    path: Path | str,
    *,
    force: bool = False,
    mode: int = PRIVATE,
) -> None:
    """
    Write a row for each of *results* to a file; its suffix is ``.jsonl`` or ``.csv``.

    The file is replaced atomically. *mode* are its permissions (default: 0o600). Only *force*
    replaces the target of a symlink, or a file of another user. No request is sent.

    Args:
        results: The results of `apply_plan`.
        path: Path of the file, with the suffix ``.jsonl`` or ``.csv``.
        force: Whether to replace the target of a symlink, or a file of another user.
        mode: Permissions of the file.

    Raises:
        InvalidArgumentError: The suffix is another one.
        OutputFileError: The file cannot be written.

    Example::

        desired = [DesiredNumber("+12025550134", display_name="Front desk")]
        plan = await plan_changes(client, desired)
        save_results(await apply_plan(client, plan, journal="journal.db"), "results.csv")
    """
    rows = results.results if isinstance(results, ApplyReport) else results
    for row in rows:
        arguments.instance(row, ApplyResult, "results")
    write_rows(rows, path, columns=_COLUMNS, force=force, mode=mode)


def write_rows(
    rows: Sequence[Any],
    path: Path | str,
    *,
    columns: Sequence[str],
    force: bool = False,
    mode: int = PRIVATE,
) -> None:
    """Write the *columns* of *rows*, values with a JSON form, as `save_results` does."""
    path = results_path(path)
    with replaced(path, force=force, mode=mode) as file:
        if path.suffix.lower() == ".jsonl":
            for row in rows:
                file.write(f"{line(row, names='python')}\n")
            return
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(columns)
        for row in rows:
            cells = {name: getattr(row, name) for name in columns}
            writer.writerow(
                value if name == "phone_number" else escape(str(value))
                for name, value in cells.items()
            )
        file.write(text.getvalue())


def results_path(path: Path | str) -> Path:
    """Return *path* of a file of results; raise `InvalidArgumentError` for another suffix."""
    found = Path(path)
    if found.suffix.lower() not in SUFFIXES:
        expected = f"a file name with one of the suffixes {', '.join(SUFFIXES)}"
        raise InvalidArgumentError("path", expected, str(path))
    return found
