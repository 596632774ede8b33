"""The command that serves a standalone sandbox to other programs."""

import asyncio
import shlex
import sys
from typing import Annotated, Any, cast

import typer

from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.cli._shared import errors as exits
from sinch_numbers.cli._shared.interrupts import run_until_interrupted
from sinch_numbers.cli._shared.options import RentPolicy
from sinch_numbers.cli._shared.session import Settings

commands = typer.Typer()


@commands.command("sandbox")
def sandbox(
    context: typer.Context,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 selects a free one.")
    ] = 0,
    numbers: Annotated[
        int, typer.Option("--numbers", min=0, help="Rented numbers at the start.")
    ] = 3000,
    seed: Annotated[int, typer.Option("--seed", help="Random seed of the numbers.")] = 7,
    webhooks: Annotated[
        str,
        typer.Option("--webhooks", metavar="URL", help="Default callback URL of events."),
    ] = "",
    rent_policy: Annotated[
        RentPolicy,
        typer.Option(
            "--rent-policy", help="Numbers that can be rented without an order; legacy: all."
        ),
    ] = RentPolicy.US_LOCAL,
    absent: Annotated[
        str | None,
        typer.Option(
            "--absent",
            metavar="omit|null|empty-string|empty-object",
            help="How absent values are written; by default, as production does.",
        ),
    ] = None,
) -> None:
    """
    Run a local mock of the API.

    Prints the environment variables for clients as shell commands. Ctrl-C stops it.
    """
    settings: Settings = context.obj
    with exits.reporting_errors(context):
        try:
            run_until_interrupted(
                _serve(
                    settings,
                    port=port,
                    numbers=numbers,
                    seed=seed,
                    webhooks=webhooks,
                    rent_policy=rent_policy,
                    absent=absent,
                )
            )
        except KeyboardInterrupt:
            return  # the normal way to stop
        except BrokenPipeError:
            raise
        except OSError as error:
            exits.print_error(f"cannot listen on port {port}: {os_reason(error, str(error))}")
            raise typer.Exit(exits.ExitCode.OTHER) from None


async def _serve(
    settings: Settings,
    *,
    port: int,
    numbers: int,
    seed: int,
    webhooks: str,
    rent_policy: RentPolicy,
    absent: str | None,
) -> None:
    from sinch_numbers.sandbox import Sandbox

    project_id = settings.project_id or "sandbox"
    try:
        sandbox = Sandbox(
            port=port,
            numbers=numbers,
            seed=seed,
            project_id=project_id,
            webhooks=webhooks,
            rent_policy=rent_policy.setting,
            absent=cast("Any", absent.replace("-", "_") if absent else absent),
        )
    except ValueError as error:
        exits.print_error(str(error))
        raise typer.Exit(exits.ExitCode.USAGE) from None
    async with sandbox as running:
        for name, value in running.environment.items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
        sys.stdout.flush()
        sys.stderr.write(f"Sandbox running at {running.url}; press Ctrl-C to stop.\n")
        sys.stderr.flush()
        await asyncio.Event().wait()
