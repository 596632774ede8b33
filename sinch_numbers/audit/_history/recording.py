"""Recording: the history of one audit, from the checks before it to the stored run."""

from datetime import datetime

import attrs

from sinch_numbers._core import arguments
from sinch_numbers.audit._history.comparison import Baseline
from sinch_numbers.audit._history.history import AuditHistory
from sinch_numbers.audit._report import Report
from sinch_numbers.audit._runs import RunSelector
from sinch_numbers.audit._sorted_lines import SortedLines
from sinch_numbers.errors import InvalidArgumentError


@attrs.frozen
class Recording:
    """The history that an audit is stored in, and the runs that it is compared with."""

    history: AuditHistory
    since: RunSelector
    baseline: Baseline | None
    at: datetime | None

    async def done(self, report: Report, numbers: SortedLines) -> Report:
        """Store *report*, and return it with its changes."""
        return await self.history.record(report, numbers, since=self.since, at=self.at)


async def begin_recording(
    project_id: str,
    history: AuditHistory | None,
    *,
    since: RunSelector,
    baseline: RunSelector | None,
    at: datetime | None,
) -> Recording | None:
    """
    Check the history before an audit, and read the baseline.

    Raises `InvalidArgumentError` if a run is missing, or named without a history, and
    `StoreError`.
    """
    if since is None:  # of untyped callers: `baseline` may be missing, `since` has a default
        raise InvalidArgumentError("since", "'last', a run, or a date", since)
    if history is None:
        named = {"since": None if since == "last" else since, "baseline": baseline}
        for name, selector in named.items():
            if selector is not None:
                raise InvalidArgumentError(name, "a history that has this run", selector)
        return None
    arguments.instance(history, AuditHistory, "history")
    await history.check(project_id, since)
    known = None if baseline is None else await history.baseline(project_id, baseline)
    return Recording(history, since, known, at)
