"""Commands for the history of audits: runs, differences, trend, and retention."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

import typer
from rich.console import Group
from rich.text import Text

from sinch_numbers.audit import AuditHistory, AuditRun, RunSelector, Severity, TrackedFinding
from sinch_numbers.cli._shared import options
from sinch_numbers.cli._shared.errors import ExitCode, fail, reporting_errors
from sinch_numbers.cli._shared.histories import RunName, history_store, run_name
from sinch_numbers.cli._shared.output import Output
from sinch_numbers.cli._shared.prompts import confirm, require_answer
from sinch_numbers.cli._shared.session import Settings
from sinch_numbers.cli._views import changes as views
from sinch_numbers.store import SQLiteStore

T = TypeVar("T")

commands = typer.Typer(no_args_is_help=True, help="Show and compare the audits that were stored.")

Run = Annotated[
    RunName | None,
    typer.Argument(
        parser=run_name,
        metavar="[RUN]",
        help="Number of a run, a date or time (UTC) for the last run up to then, or last.",
    ),
]
Since = Annotated[
    RunName,
    typer.Argument(parser=run_name, metavar="SINCE", help="The earlier run, as for show."),
]
Lines = Annotated[
    int, typer.Option("--limit", min=1, help="Maximum rows of each list; --json shows all.")
]


@commands.command("list")
def list_(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Maximum number of runs.")] = 30,
) -> None:
    """List the stored audits of a project, the latest first."""
    with reporting_errors(context):
        settings: Settings = context.obj
        project = _project(settings)
        found = _read(settings, lambda history: history.runs(project, limit=limit))
        Output(form=settings.form).many(found, views.runs(found))


@commands.command("show")
def show(context: typer.Context, run: Run = None, limit: Lines = 20) -> None:
    """Show an audit: its counts and cost, and its findings with their age."""
    with reporting_errors(context):
        settings: Settings = context.obj
        project = _project(settings)

        async def read(history: AuditHistory) -> tuple[AuditRun, Sequence[TrackedFinding]]:
            found = await history.run(project, _selector(run))
            return found, await history.findings(project, found.run)

        found, findings = _read(settings, read)
        output = Output(form=settings.form)
        value = {**found.to_dict(names="python"), "findings": findings}
        more = max(0, len(findings) - limit)
        output.one(
            value,
            Group(
                views.runs([found]),
                views.tracked(findings[:limit], found.started_at),
                *([Text(f"and {more:,} more", "dim")] if more else ()),
            ),
        )


@commands.command("diff")
def diff(context: typer.Context, since: Since, until: Run = None, limit: Lines = 20) -> None:
    """Show the differences between two audits: findings, numbers, fields, and cost."""
    with reporting_errors(context):
        settings: Settings = context.obj
        project = _project(settings)
        found = _read(
            settings, lambda history: history.changes(project, since.selector, _selector(until))
        )
        text = [Text(line) for line in views.lines(found)]
        Output(form=settings.form).one(found, Group(*text, *views.shown(found, limit)))


@commands.command("trend")
def trend(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=2, help="Maximum number of runs.")] = 30,
) -> None:
    """Show how numbers, findings and cost developed over the last complete audits."""
    with reporting_errors(context):
        settings: Settings = context.obj
        project = _project(settings)
        every = _read(settings, lambda history: history.runs(project))
        found = [run for run in every if run.complete][:limit][::-1]
        series = {
            "Numbers": [float(run.numbers) for run in found],
            "Errors": [float(run.counts[Severity.ERROR]) for run in found],
            "Warnings": [float(run.counts[Severity.WARNING]) for run in found],
        }
        for code in sorted({money.currency_code for run in found for money in run.monthly}):
            series[code] = [
                float(sum(one.amount for one in run.monthly if one.currency_code == code))
                for run in found
            ]
        rows = [
            Text(f"{name:10}{views.sparkline(values)}  {values[0]:,.10g} -> {values[-1]:,.10g}")
            for name, values in series.items()
            if values
        ]
        Output(form=settings.form).many(found, Group(*rows, views.runs(found)))


@commands.command("prune")
def prune(
    context: typer.Context,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Complete runs to keep at most.")
    ] = None,
    older_than_days: Annotated[
        int | None,
        typer.Option(
            "--older-than-days", min=1, max=36_500, help="Remove the runs before that time."
        ),
    ] = None,
    yes: options.Yes = False,
) -> None:
    """
    Remove old audits of a project from the history. Cannot be undone.

    The latest complete audit is kept.
    """
    if keep is None and older_than_days is None:
        raise typer.BadParameter("name the runs to remove: --keep, --older-than-days, or both")
    with reporting_errors(context):
        settings: Settings = context.obj
        project = _project(settings)
        require_answer(yes=yes)
        confirm(f"old audits of project {project} will be removed", "Remove them?", yes=yes)
        before = (
            None
            if older_than_days is None
            else datetime.now(UTC) - timedelta(days=older_than_days)
        )
        removed = _read(settings, lambda history: history.prune(project, before=before, keep=keep))
        value = {"project_id": project, "removed": removed}
        plural = "" if removed == 1 else "s"
        Output(form=settings.form).one(value, Text(f"Removed {removed:,} run{plural}."))


def _selector(run: RunName | None) -> RunSelector:
    return "last" if run is None else run.selector


def _project(settings: Settings) -> str:
    """Return the project; its credentials are not needed, since no request is sent."""
    sandbox = "sandbox" if settings.sandbox else None
    found = settings.project_id or sandbox or os.environ.get("SINCH_PROJECT_ID")
    if not found:
        fail("no project: set SINCH_PROJECT_ID, or use --project", ExitCode.USAGE)
    return found


def _read(settings: Settings, call: Callable[[AuditHistory], Awaitable[T]]) -> T:
    store = history_store(settings)
    # A mistyped path would create an empty history.
    if isinstance(store, SQLiteStore) and not store.path.exists():
        fail(f"no history at {store.path}: it is created by the first audit", ExitCode.USAGE)

    async def run() -> T:
        try:
            return await call(AuditHistory(store))
        finally:
            await store.close()

    return asyncio.run(run())
