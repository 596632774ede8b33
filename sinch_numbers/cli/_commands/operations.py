"""Commands for the journal of billable calls: outcomes that no process has found yet."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

from sinch_numbers._core.billing.journal import APPLIED_STATES, JournalEntry
from sinch_numbers._core.billing.recovery import Recovered
from sinch_numbers.cli._shared import list_options, options
from sinch_numbers.cli._shared.errors import ExitCode, fail
from sinch_numbers.cli._shared.lists import listing
from sinch_numbers.cli._shared.session import opened
from sinch_numbers.cli._views import lists
from sinch_numbers.cli._views import operations as views

commands = typer.Typer(
    no_args_is_help=True, help="List billable calls, and resolve those whose outcome is open."
)

_RECENT: Final = timedelta(hours=24)

OperationId = Annotated[str, typer.Argument(metavar="ID", help="The operation ID.")]


@commands.command("list")
def list_(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="All calls.")] = False,
    limit: options.Limit = None,
    columns: list_options.Columns = None,
    sort: list_options.Sort = None,
    output: options.OutputFiles = None,
    force: options.Force = False,
) -> None:
    """List billable calls, newest first: open outcomes, and effects of the last 24 hours."""
    wanted = listing(
        context,
        lists.OPERATIONS,
        output=output,
        force=force,
        columns=columns,
        sort=sort,
        limit=limit,
    )
    with opened(context) as session, wanted.opened(session.output) as rows:
        entries = session.run(session.client.operations(open_only=False))
        if not everything:
            since = datetime.now(UTC) - _RECENT
            entries = tuple([entry for entry in entries if _is_listed(entry, since)])
        rows.add([views.shown(entry) for entry in entries])


def _is_listed(entry: JournalEntry, since: datetime) -> bool:
    """Whether a person may have to see *entry*: the output of its command may be lost."""
    at = entry.finished_at
    recent = at is None or at >= since
    return entry.is_open or (entry.state in APPLIED_STATES and recent)


@commands.command("show")
def show(context: typer.Context, operation_id: OperationId) -> None:
    """Show one billable call with its request."""
    with opened(context) as session:
        entry = _find(session.run(session.client.operations(open_only=False)), operation_id)
        session.output.one(views.shown(entry), views.facts(entry))


@commands.command("recover")
def recover(context: typer.Context) -> None:
    """
    Find the outcome of calls that an earlier process did not finish.

    Reads the numbers and orders that they are about; sends no billable request. Proving that a
    call had no effect takes half a minute.
    """
    with opened(context) as session:
        found: tuple[Recovered, ...] = session.run(session.client.recover())
        entries = [one.entry for one in found]
        shown = [views.shown(entry) for entry in entries]
        session.output.many(shown, views.table(shown))
        if any(entry.is_open for entry in entries):
            fail(
                "some outcomes are still unknown: check them, then dismiss them",
                ExitCode.OUTCOME_UNKNOWN,
            )


@commands.command("dismiss")
def dismiss(
    context: typer.Context,
    operation_id: OperationId,
    reason: Annotated[
        str, typer.Option("--reason", help="The outcome that you found; kept with the operation.")
    ],
) -> None:
    """Close an operation whose outcome you have found out yourself."""
    with opened(context) as session:
        entry = session.run(session.client.dismiss(operation_id, reason))
        session.output.one(views.shown(entry), views.facts(entry))


def _find(entries: tuple[JournalEntry, ...], operation_id: str) -> JournalEntry:
    found = next((entry for entry in entries if entry.id == operation_id), None)
    if found is None:
        fail(f"no operation has the ID {operation_id}", ExitCode.NOT_FOUND)
    return found
