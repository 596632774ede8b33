"""Commands for the events of a durable receiver: list them, retry or drop dead letters."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeVar

import typer

from sinch_numbers.cli._shared import list_options, options
from sinch_numbers.cli._shared.errors import ExitCode, print_error, reporting_errors
from sinch_numbers.cli._shared.event_stores import event_store
from sinch_numbers.cli._shared.lists import listing
from sinch_numbers.cli._shared.output import Output
from sinch_numbers.cli._shared.prompts import confirm, require_answer
from sinch_numbers.cli._shared.session import Settings
from sinch_numbers.cli._views import lists
from sinch_numbers.cli._views import webhook_queue as views
from sinch_numbers.webhooks import EventState, EventStore, StoredEvent

T = TypeVar("T")

commands = typer.Typer()

EventIds = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="Event IDs, as queue lists them.")
]


@commands.command("queue")
def queue(
    context: typer.Context,
    state: Annotated[
        list[EventState] | None,
        typer.Option(
            "--state", help="Only events in this state; repeatable (default: not handled yet)."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="At most this many events.")
    ] = None,
    columns: list_options.Columns = None,
    sort: list_options.Sort = None,
    output: options.OutputFiles = None,
    force: options.Force = False,
) -> None:
    """
    List the events of a durable receiver, oldest first.

    The store is that of the receiver: --store, or SINCH_STORE.
    """
    settings: Settings = context.obj
    wanted = listing(context, lists.EVENTS, output=output, force=force, columns=columns, sort=sort)

    async def read(store: EventStore) -> tuple[StoredEvent, ...]:
        if state:
            return await store.events(states=state, limit=limit)
        return await store.events(limit=limit)

    with reporting_errors(context), wanted.opened(Output(form=settings.form)) as rows:
        rows.add([views.shown(event) for event in _run(settings, read)])


@commands.command("retry")
def retry(
    context: typer.Context,
    event_ids: EventIds = None,
    every: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
) -> None:
    """
    Let a receiver handle dead letters again, or make delayed retries due now.

    Repeats neither a webhook nor a request to the API.
    """
    _check(event_ids, every=every)
    _change(context, event_ids, every=every, verb="retried", change=EventStore.retry)


@commands.command("drop")
def drop(
    context: typer.Context,
    event_ids: EventIds = None,
    every: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    yes: options.Yes = False,
) -> None:
    """
    Drop events, so that they are never handled. Cannot be undone.

    An event whose handler is running is not dropped.
    """
    _check(event_ids, every=every)
    with reporting_errors(context):
        require_answer(yes=yes)
        count = "all dead letters" if every else f"{len(event_ids or ())} events"
        confirm(f"{count} will never be handled", "Drop them?", yes=yes)
    _change(context, event_ids, every=every, verb="dropped", change=EventStore.drop)


def _check(event_ids: Sequence[str] | None, *, every: bool) -> None:
    if every == bool(event_ids):
        raise typer.BadParameter("name events by their IDs, or use --all")


def _change(
    context: typer.Context,
    event_ids: Sequence[str] | None,
    *,
    every: bool,
    verb: str,
    change: Callable[[EventStore, str], Awaitable[bool]],
) -> None:
    """Change events, and print their new state; those that cannot be changed are an error."""

    async def run(store: EventStore) -> tuple[list[StoredEvent], list[str]]:
        wanted = list(event_ids or ())
        if every:
            wanted = [one.event_id for one in await store.events(states=[EventState.DEAD])]
        changed = {one for one in wanted if await change(store, one)}
        found = await store.events(states=list(EventState)) if changed else ()
        return (
            [one for one in found if one.event_id in changed],
            [one for one in wanted if one not in changed],
        )

    with reporting_errors(context):
        settings: Settings = context.obj
        changed, unchanged = _run(settings, run)
        output = Output(form=settings.form)
        shown = [views.shown(event) for event in changed]
        output.many([views.explained(event) for event in shown], views.table(shown))
        for event_id in unchanged:
            print_error(f"event {event_id} is unknown, or in a state in which it is not {verb}")
        if unchanged:
            raise typer.Exit(ExitCode.NOT_FOUND)


def _run(settings: Settings, call: Callable[[EventStore], Awaitable[T]]) -> T:
    async def run() -> T:
        store = event_store(settings)
        try:
            return await call(store)
        finally:
            await store.close()

    return asyncio.run(run())
