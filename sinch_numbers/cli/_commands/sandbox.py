"""The command that serves a standalone sandbox to other programs."""

import asyncio
import shlex
import sys
from typing import Annotated

import typer

from sinch_numbers.cli._shared import errors as exits
from sinch_numbers.cli._shared.session import Settings


def sandbox(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 0,
    numbers: Annotated[
        int, typer.Option("--numbers", min=0, help="How many it rents to begin with.")
    ] = 3000,
    seed: Annotated[int, typer.Option("--seed", help="The same numbers for the same seed.")] = 7,
    webhooks: Annotated[
        str,
        typer.Option(
            "--webhooks", metavar="URL", help="Where events go that name no place of their own."
        ),
    ] = "",
) -> None:
    """
    Run a local stand-in for the API, until Ctrl-C.

    Prints the variables that lead clients to it, as lines that a shell can evaluate.
    """
    settings: Settings = context.obj
    with exits.reporting_errors():
        try:
            asyncio.run(_serve(settings, port=port, numbers=numbers, seed=seed, webhooks=webhooks))
        except KeyboardInterrupt:
            return  # the normal way to stop
        except BrokenPipeError:
            raise
        except OSError as error:
            exits.print_error(f"cannot listen on port {port}: {error.strerror or error}")
            raise typer.Exit(exits.ExitCode.REFUSED) from None


async def _serve(settings: Settings, *, port: int, numbers: int, seed: int, webhooks: str) -> None:
    from sinch_numbers.sandbox import Sandbox

    project_id = settings.project_id or "sandbox"
    try:
        sandbox = Sandbox(
            port=port, numbers=numbers, seed=seed, project_id=project_id, webhooks=webhooks
        )
    except ValueError as error:
        exits.print_error(str(error))
        raise typer.Exit(exits.ExitCode.USAGE) from None
    async with sandbox as running:
        for name, value in running.environment.items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
        sys.stdout.flush()
        sys.stderr.write(f"The sandbox listens at {running.url}; Ctrl-C ends it.\n")
        sys.stderr.flush()
        await asyncio.Event().wait()
