"""The command line application: its commands and global options."""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

import typer

from sinch_numbers._version import __version__
from sinch_numbers.cli._commands import (
    audit,
    callback,
    emergency,
    hosting,
    imported,
    numbers,
    orders,
    qualified,
    renting,
    sandbox,
    webhooks,
)
from sinch_numbers.cli._shared import errors as exits
from sinch_numbers.cli._shared.session import Settings

_NAME = "sinch-numbers"

app: typer.Typer = typer.Typer(
    name=_NAME,
    help="Search, rent, configure, audit and release phone numbers of the Sinch Numbers API.",
    epilog=exits.EPILOG,
    no_args_is_help=True,
    add_completion=False,
    # Our tracebacks with local variables could show secrets.
    pretty_exceptions_enable=False,
)
_emergency = typer.Typer(no_args_is_help=True, help="Manage emergency (E911) addresses.")
_callback = typer.Typer(no_args_is_help=True, help="Show or replace the webhook signing secret.")
_webhooks = typer.Typer(no_args_is_help=True, help="Receive and inspect webhooks.")
_imported = typer.Typer(
    no_args_is_help=True, help="Manage imported numbers: SMS for numbers of other carriers."
)
_hosting = typer.Typer(
    no_args_is_help=True, help="Create and track hosting orders: import or text-enable numbers."
)
_qualified = typer.Typer(no_args_is_help=True, help="Qualify numbers for text-enabling.")
_orders = typer.Typer(
    no_args_is_help=True, help="Order numbers that require know-your-customer data."
)

app.command("audit")(audit.audit)
app.command("list")(numbers.list_)
app.command("get")(numbers.get)
app.command("search")(numbers.search)
app.command("price")(numbers.price)
app.command("regions")(numbers.regions)
app.command("rent")(renting.rent)
app.command("rent-first")(renting.rent_first)
app.command("rent-any")(renting.rent_any)
app.command("update")(numbers.update)
app.command("release")(renting.release)
_emergency.command("get")(emergency.get)
_emergency.command("validate")(emergency.validate)
_emergency.command("provision")(emergency.provision)
_emergency.command("deprovision")(emergency.deprovision)
app.add_typer(_emergency, name="emergency")
_callback.command("get")(callback.get)
_callback.command("set")(callback.set_)
app.add_typer(_callback, name="callback")
_webhooks.command("listen")(webhooks.listen)
app.add_typer(_webhooks, name="webhooks")
_imported.command("list")(imported.list_)
_imported.command("get")(imported.get)
_imported.command("import")(imported.import_)
_imported.command("update")(imported.update)
_imported.command("delete")(imported.delete)
app.add_typer(_imported, name="imported")
_hosting.command("list")(hosting.list_)
_hosting.command("get")(hosting.get)
_hosting.command("report")(hosting.report)
_hosting.command("numbers")(hosting.numbers)
_hosting.command("number")(hosting.number)
_hosting.command("import")(hosting.import_)
_hosting.command("text-enable")(hosting.text_enable)
_hosting.command("text-enable-toll-free")(hosting.text_enable_toll_free)
app.add_typer(_hosting, name="hosting")
_qualified.command("list")(qualified.list_)
_qualified.command("get")(qualified.get)
_qualified.command("add")(qualified.add)
_qualified.command("delete")(qualified.delete)
_qualified.command("call")(qualified.call)
_qualified.command("verify")(qualified.verify)
_qualified.command("text-enable")(qualified.text_enable)
_qualified.command("text-enable-toll-free")(qualified.text_enable_toll_free)
app.add_typer(_qualified, name="qualified")
_orders.command("requirements")(orders.requirements)
_orders.command("order")(orders.order)
_orders.command("resume")(orders.resume)
_orders.command("create")(orders.create)
_orders.command("get")(orders.get)
_orders.command("registration")(orders.registration)
_orders.command("register")(orders.register)
_orders.command("upload")(orders.upload)
_orders.command("submit")(orders.submit)
_orders.command("wait")(orders.wait)
app.add_typer(_orders, name="orders")
app.command("sandbox")(sandbox.sandbox)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"{_NAME} {__version__}\n")
        raise typer.Exit


@app.callback()
def _main(
    context: typer.Context,
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="Use a throwaway local sandbox instead of the real API."),
    ] = False,
    sandbox_numbers: Annotated[
        int, typer.Option("--sandbox-numbers", min=0, help="Rented numbers in the sandbox.")
    ] = 3000,
    sandbox_seed: Annotated[
        int, typer.Option("--sandbox-seed", help="Random seed of the sandbox's numbers.")
    ] = 7,
    sandbox_projects: Annotated[
        int,
        typer.Option("--sandbox-projects", min=1, max=100, help="Projects in the sandbox."),
    ] = 1,
    project: Annotated[
        str | None,
        typer.Option("--project", metavar="ID", help="Project ID (default: $SINCH_PROJECT_ID)."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")] = False,
    timeout: Annotated[
        float,
        typer.Option("--timeout", min=0.001, help="Timeout of a request attempt, in seconds."),
    ] = 30.0,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Write debug logs to stderr.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """
    Search, rent, configure, audit and release phone numbers of the Sinch Numbers API.

    Credentials come from SINCH_PROJECT_ID, SINCH_KEY_ID and SINCH_KEY_SECRET. To try it
    without credentials: sinch-numbers --sandbox audit
    """
    context.obj = Settings(
        sandbox=sandbox,
        sandbox_numbers=sandbox_numbers,
        sandbox_seed=sandbox_seed,
        sandbox_projects=sandbox_projects,
        project_id=project,
        json=json,
        timeout=timeout,
        verbose=verbose,
    )


@cache
def _command() -> Any:
    """Build the command tree, which takes 30 ms, once per process."""
    return typer.main.get_command(app)


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line with *argv* and return its exit code."""
    _never_fail_to_write(sys.stdout)
    try:
        _command()(args=None if argv is None else list(argv), prog_name=_NAME)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    else:
        code = 0
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        exits.redirect_to_devnull(sys.stdout)
        code = exits.ExitCode.PIPE_CLOSED
    return int(code)


def _never_fail_to_write(stream: Any) -> None:
    """Make *stream* escape characters that its encoding can't represent."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
