"""A progress bar on stderr, if it is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from sinch_numbers.audit import Progress as ReportProgress
from sinch_numbers.cli._shared.colors import console_options
from sinch_numbers.cli._shared.output import PlainConsole
from sinch_numbers.cli._shared.problems import is_json, shows_progress


class _Speed(ProgressColumn):
    """The current speed per second."""

    def render(self, task: Task) -> Text:
        """Return the speed, once known."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", "dim")


@contextmanager
def shown(*, beside_output: bool = False) -> Iterator[ReportProgress | None]:
    """
    Yield a progress callback, ``None`` if no person would see it; erase on exit.

    *beside_output*: whether stdout gets results meanwhile. On a terminal they show the progress.
    """
    hidden = is_json() or (beside_output and sys.stdout.isatty())
    if hidden or not shows_progress():
        yield None
        return
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        _Speed(),
        TimeElapsedColumn(),
        console=PlainConsole(
            file=sys.stderr,
            markup=False,
            emoji=False,
            highlight=False,
            **console_options(sys.stderr),
        ),
        transient=True,
        redirect_stdout=False,  # or results would go to stderr
    )
    tasks: dict[str, TaskID] = {}

    def report_progress(what: str, done: int, total: int | None) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=total)
        bars.update(tasks[what], completed=done, total=total)

    with bars:
        yield report_progress
