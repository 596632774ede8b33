"""The command that checks settings, network, credentials, and store."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

import typer
from rich.text import Text

from sinch_numbers._core.escaping import printable
from sinch_numbers.cli._doctor.account import PROJECT, TOKEN, account_checks
from sinch_numbers.cli._doctor.configuration import HOSTS, Configuration, configured
from sinch_numbers.cli._doctor.machine import python_check, store_checks
from sinch_numbers.cli._doctor.network import host_checks
from sinch_numbers.cli._doctor.results import Check, Status, skipped, worst
from sinch_numbers.cli._shared.errors import fail, reporting_errors
from sinch_numbers.cli._shared.exit_codes import ExitCode
from sinch_numbers.cli._shared.interrupts import run_until_interrupted
from sinch_numbers.cli._shared.output import Output
from sinch_numbers.cli._shared.session import Settings

commands = typer.Typer()

_WIDEST = 8


@commands.command("doctor")
def doctor(context: typer.Context) -> None:
    """
    Check settings, network, credentials, and store; print how to fix problems.

    Read-only and free of charge. Shows no secret. The exit code is that of the first check that
    failed.
    """
    settings: Settings = context.obj
    with reporting_errors(context):
        if settings.sandbox:
            fail("doctor checks the real settings: leave out --sandbox", ExitCode.USAGE, "usage")
        checks = run_until_interrupted(_checks(settings))
        output = Output(form=settings.form)
        output.many([one.shown() for one in checks], _lines(checks))
        if code := worst(checks):
            names = [one.name for one in checks if one.status is Status.FAILED]
            count = "1 check" if len(names) == 1 else f"{len(names)} checks"
            first = next(one for one in checks if one.status is Status.FAILED)
            fail(f"{count} failed: {', '.join(names)}", code, "check_failed", next_step=first.fix)


async def _checks(settings: Settings) -> Sequence[Check]:
    checks = [python_check()]
    configuration, found = configured(settings)
    checks.append(found)
    project_id = settings.project_id if configuration is None else configuration.project_id
    if configuration is None:
        checks += [skipped(name, "needs valid settings") for name in ("network", TOKEN, PROJECT)]
    else:
        try:
            checks += await _online(configuration)
        finally:
            await configuration.transport.close()
    return [*checks, *await store_checks(settings, project_id)]


async def _online(configuration: Configuration) -> list[Check]:
    """Return the checks of each host once, and of the account."""
    by_host = {urlsplit(configuration.urls[name]).netloc: name for name in reversed(HOSTS)}
    names = [name for name in HOSTS if name in by_host.values()]
    several = await asyncio.gather(*(host_checks(configuration, name) for name in names))
    checks = [check for found in several for check in found if check.name != "clock"]
    clocks = [check for found in several for check in found if check.name == "clock"]
    if clocks:  # of the host that differs most
        checks.append(max(clocks, key=lambda one: (one.exit_code, one.status is Status.WARNING)))
    return [*checks, *await account_checks(configuration)]


def _lines(checks: Sequence[Check]) -> Text:
    """Return the checks as lines; details are wrapped, never cut off."""
    text = Text()
    for check in checks:
        text.append(f"{check.status:<{_WIDEST}} {printable(f'{check.name}: {check.detail}')}\n")
        if check.fix is not None:
            text.append(f"{'':<{_WIDEST}} fix: {printable(check.fix)}\n")
    text.right_crop(1)
    return text
