"""Commands for the journal of billable calls: outcomes that no process has found yet."""

from typing import Annotated

import typer

from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.billing.recovery import Recovered
from sinch_numbers.cli._shared.errors import ExitCode, print_error
from sinch_numbers.cli._shared.session import opened
from sinch_numbers.cli._views import operations as views

commands = typer.Typer(
    no_args_is_help=True, help="List and resolve billable calls whose outcome is open."
)

OperationId = Annotated[str, typer.Argument(metavar="ID", help="The operation ID.")]


@commands.command("list")
def list_(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those whose outcome is known.")
    ] = False,
) -> None:
    """List billable calls whose outcome is open, newest first."""
    with opened(context) as session:
        entries = session.run(session.client.operations(open_only=not everything))
        session.output.many([views.shown(entry) for entry in entries], views.table(entries))


@commands.command("show")
def show(context: typer.Context, operation_id: OperationId) -> None:
    """Show one billable call, with what was requested."""
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
        session.output.many([views.shown(entry) for entry in entries], views.table(entries))
        if any(entry.is_open for entry in entries):
            print_error("some outcomes are still unknown: check them, then dismiss them")
            raise typer.Exit(ExitCode.OUTCOME_UNKNOWN)


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
    for entry in entries:
        if entry.id == operation_id:
            return entry
    print_error(f"no operation has the ID {operation_id}")
    raise typer.Exit(ExitCode.NOT_FOUND)
