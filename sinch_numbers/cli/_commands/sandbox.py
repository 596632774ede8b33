"""The command that serves a standalone sandbox to other programs."""

import asyncio
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.cli._shared import errors as exits
from sinch_numbers.cli._shared.interrupts import run_until_interrupted
from sinch_numbers.cli._shared.options import RentPolicy
from sinch_numbers.cli._shared.session import Settings, report_reset_secrets

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
    stock: Annotated[
        int, typer.Option("--stock", min=0, help="Available numbers at the start.")
    ] = 2000,
    seed: Annotated[int, typer.Option("--seed", help="Random seed of the numbers.")] = 7,
    provisioning: Annotated[
        float,
        typer.Option(
            "--provisioning", min=0, help="Duration of provisioning and reviews, in seconds."
        ),
    ] = 2.0,
    latency: Annotated[
        float, typer.Option("--latency", min=0, help="Delay of each response, in seconds.")
    ] = 0.0,
    rate_limit: Annotated[
        float | None,
        typer.Option(
            "--rate-limit", min=0.001, help="Maximum requests per second; more of them get a 429."
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="RULE",
            help="Inject a fault: a kind and settings, such as 503 or "
            "429,path=/availableRegions,times=inf,retry_after=2. Repeatable.",
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="FILE", help="Keep the state in this file between runs."),
    ] = None,
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
    vendor_mock: Annotated[
        bool,
        typer.Option(
            "--vendor-mock", help="Accept what only the vendor's mock accepts, such as relinking."
        ),
    ] = False,
) -> None:
    """
    Run a local mock of the API.

    Prints the environment variables for clients as shell commands. Ctrl-C stops it.
    """
    settings: Settings = context.obj
    arguments: dict[str, Any] = {
        "project_id": settings.project_id or "sandbox",
        "port": port,
        "numbers": numbers,
        "stock": stock,
        "seed": seed,
        "provisioning": provisioning,
        "latency": latency,
        "rate_limit": rate_limit,
        "state": state,
        "webhooks": webhooks,
        "rent_policy": rent_policy.setting,
        "absent": absent.replace("-", "_") if absent else absent,
        "vendor_mock": vendor_mock,
    }
    with exits.reporting_errors(context):
        try:
            run_until_interrupted(_serve(arguments, fault or []))
        except KeyboardInterrupt:
            return  # the normal way to stop
        except BrokenPipeError:
            raise
        except OSError as error:
            exits.fail(
                f"cannot listen on port {port}: {os_reason(error, str(error))}",
                exits.ExitCode.OTHER,
            )


async def _serve(arguments: dict[str, Any], faults: list[str]) -> None:
    from sinch_numbers.sandbox import Sandbox

    try:
        sandbox = Sandbox(**arguments)
        for rule in faults:
            sandbox.faults.add_rule(rule)
    except ValueError as error:
        exits.fail(str(error), exits.ExitCode.USAGE)
    report_reset_secrets(sandbox)
    async with sandbox as running:
        for name, value in running.environment.items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
        sys.stdout.flush()
        sys.stderr.write(f"Sandbox running at {running.url}; press Ctrl-C to stop.\n")
        sys.stderr.flush()
        await asyncio.Event().wait()
