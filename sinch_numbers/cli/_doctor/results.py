"""Results of checks."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import attrs

from sinch_numbers.cli._shared.exit_codes import ExitCode, exit_code
from sinch_numbers.errors import SinchNumbersError


class Status(StrEnum):
    """Status of a check."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@attrs.frozen(kw_only=True)
class Check:
    """The result of a check, without secrets."""

    name: str
    status: Status
    detail: str
    fix: str | None = None
    """The correction, by the name of an option or environment variable."""
    exit_code: ExitCode = ExitCode.DONE

    def shown(self) -> dict[str, Any]:
        """Return the check for JSON."""
        return {
            "name": self.name,
            "status": str(self.status),
            "detail": self.detail,
            "fix": self.fix,
            "exitCode": int(self.exit_code),
        }


def ok(name: str, detail: str) -> Check:
    """Return a check that found no problem."""
    return Check(name=name, status=Status.OK, detail=detail)


def warning(name: str, detail: str, fix: str) -> Check:
    """Return a check with a warning."""
    return Check(name=name, status=Status.WARNING, detail=detail, fix=fix)


def skipped(name: str, detail: str) -> Check:
    """Return a check that needs another one, which failed."""
    return Check(name=name, status=Status.SKIPPED, detail=detail)


def failed(name: str, problem: SinchNumbersError | str, fix: str, code: ExitCode) -> Check:
    """Return a check that found a *problem*, with the exit code of the error, or *code*."""
    found = exit_code(problem) if isinstance(problem, SinchNumbersError) else code
    detail = str(problem)
    return Check(name=name, status=Status.FAILED, detail=detail, fix=fix, exit_code=found)


def worst(checks: Sequence[Check]) -> ExitCode:
    """Return the exit code of the first check that failed: later ones may be consequences."""
    return next((one.exit_code for one in checks if one.status is Status.FAILED), ExitCode.DONE)
