"""The command line application: its commands and global options."""

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from sinch_numbers._core.atomic_files import PRIVATE, remove_unfinished
from sinch_numbers._core.transport.proxies import with_scheme
from sinch_numbers._version import __version__
from sinch_numbers.cli._commands import (
    audit,
    buying,
    callback,
    configure,
    doctor,
    emergency,
    export,
    history,
    hosting,
    imported,
    numbers,
    operations,
    orders,
    plans,
    profiles,
    qualified,
    renting,
    requests,
    sandbox,
    webhook_queue,
    webhooks,
)
from sinch_numbers.cli._completion import install as completion
from sinch_numbers.cli._parsing.commands import CommandGroup, build
from sinch_numbers.cli._parsing.parser import OPTIONAL
from sinch_numbers.cli._parsing.usage_errors import UsageError, report
from sinch_numbers.cli._shared import colors, help_texts, options, problems, streams
from sinch_numbers.cli._shared import errors as exits
from sinch_numbers.cli._shared.options import RentPolicy
from sinch_numbers.cli._shared.output import Form
from sinch_numbers.cli._shared.session import Settings
from sinch_numbers.models._secret import Secret

_NAME = "sinch-numbers"
_JSON_OPTIONS = frozenset(("--json", "--jsonl"))

app: typer.Typer = typer.Typer(
    name=_NAME,
    help="Search, buy, configure, audit and release phone numbers of the Sinch Numbers API.",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
    # Our tracebacks with local variables could show secrets.
    pretty_exceptions_enable=False,
)
app.add_typer(audit.commands)
app.add_typer(history.commands, name="history")
app.add_typer(numbers.commands)
app.add_typer(export.commands)
app.add_typer(buying.commands)
app.add_typer(renting.commands)
app.add_typer(emergency.commands, name="emergency")
app.add_typer(callback.commands, name="callback")
webhooks.commands.add_typer(webhook_queue.commands)
app.add_typer(webhooks.commands, name="webhooks")
app.add_typer(imported.commands, name="imported")
app.add_typer(hosting.commands, name="hosting")
app.add_typer(qualified.commands, name="qualified")
app.add_typer(orders.commands, name="orders")
app.add_typer(operations.commands, name="operations")
app.add_typer(plans.commands)
app.add_typer(requests.commands)
app.add_typer(sandbox.commands)
app.add_typer(configure.commands)
app.add_typer(doctor.commands)
app.add_typer(profiles.commands, name="profiles")


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"{_NAME} {__version__}\n")
        raise typer.Exit


def _without_password(url: str | None) -> str | None:
    """Reject a proxy's user name and password: every user of the machine can read arguments."""
    if url and "@" in url:
        raise typer.BadParameter(
            "user name and password would be visible in ps: set $SINCH_PROXY to the URL instead"
        )
    return url


def _form(*, json: bool, jsonl: bool) -> Form:
    if json and jsonl:
        raise typer.BadParameter("--json and --jsonl cannot be combined")
    if jsonl:
        return Form.JSONL
    return Form.JSON if json else Form.TEXT


@app.command("version")
def _version_command() -> None:
    """Show the version."""
    _show_version(True)


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
    sandbox_rent_policy: Annotated[
        RentPolicy,
        typer.Option(
            "--sandbox-rent-policy",
            help="Numbers that can be rented without an order; legacy: all.",
        ),
    ] = RentPolicy.US_LOCAL,
    sandbox_state: Annotated[
        Path | None,
        typer.Option(
            "--sandbox-state",
            metavar="FILE",
            help="Keep the state of the sandbox in this file between commands.",
        ),
    ] = None,
    project: Annotated[
        str | None,
        typer.Option("--project", metavar="ID", help="Project ID (default: $SINCH_PROJECT_ID)."),
    ] = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="Print one JSON document: an object, or an array for lists."),
    ] = False,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help="Print one JSON object per line, as it is read."),
    ] = False,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="NAME",
            help="Profile of sinch-numbers configure (default: $SINCH_PROFILE, or the default "
            "profile). Options and environment variables have precedence.",
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout",
            min=0.001,
            metavar="SECONDS",
            help="Timeout of a request attempt (default: 30).",
        ),
    ] = None,
    retries: Annotated[
        int | None,
        typer.Option(
            "--retries",
            min=0,
            metavar="COUNT",
            help="Maximum retries where a retry is safe (default: 3 for reads, 2 for writes).",
        ),
    ] = None,
    deadline: Annotated[
        float | None,
        typer.Option(
            "--deadline",
            min=0.0,
            metavar="SECONDS",
            help="Time limit of a request with its retries (default: 90); 0 for no limit.",
        ),
    ] = None,
    proxy: Annotated[
        str | None,
        typer.Option(
            "--proxy",
            metavar="URL",
            callback=_without_password,
            help="HTTP proxy (default: $SINCH_PROXY, $HTTPS_PROXY or $ALL_PROXY, except for the "
            "hosts in $NO_PROXY). With a password: only in $SINCH_PROXY.",
        ),
    ] = None,
    ca_bundle: Annotated[
        Path | None,
        typer.Option(
            "--ca-bundle",
            metavar="FILE",
            help="PEM file of trusted CA certificates (default: $SINCH_CA_BUNDLE, or the "
            "system's).",
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="PATH|URL",
            help="Journal of billable calls (default: $SINCH_STORE, or a file of the user).",
        ),
    ] = None,
    no_store: Annotated[
        bool, typer.Option("--no-store", help="Keep no journal of billable calls.")
    ] = False,
    mode: options.Mode = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", help="Show no progress, and no reasons for delays."),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Write debug logs to stderr.")
    ] = False,
    no_color: Annotated[
        bool,
        typer.Option("--no-color", help="No colors and styles (default: $NO_COLOR is set)."),
    ] = False,
    csv_bom: options.CsvBom = False,
    csv_delimiter: options.CsvDelimiter = ",",
    _install_completion: Annotated[
        str | None,
        typer.Option(
            "--install-completion",
            metavar=OPTIONAL,
            callback=completion.install,
            is_eager=True,
            help="Install completion for bash, zsh or fish (default: the current shell).",
        ),
    ] = None,
    _show_completion: Annotated[
        str | None,
        typer.Option(
            "--show-completion",
            metavar=OPTIONAL,
            callback=completion.show,
            is_eager=True,
            help="Print the completion script for bash, zsh or fish, to be sourced.",
        ),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """
    Search, buy, configure, audit and release phone numbers of the Sinch Numbers API.

    Credentials come from SINCH_PROJECT_ID, SINCH_KEY_ID and SINCH_KEY_SECRET. To try it
    without credentials: sinch-numbers --sandbox audit
    """
    if no_color:
        colors.disable()
    if sandbox_state is not None and not sandbox:
        raise typer.BadParameter("--sandbox-state requires --sandbox")
    problems.configure(as_json=json or jsonl, quiet=quiet)
    context.obj = Settings(
        sandbox=sandbox,
        sandbox_numbers=sandbox_numbers,
        sandbox_seed=sandbox_seed,
        sandbox_projects=sandbox_projects,
        sandbox_rent_policy=sandbox_rent_policy,
        sandbox_state=sandbox_state,
        project_id=project,
        form=_form(json=json, jsonl=jsonl),
        timeout=timeout,
        retries=retries,
        deadline=deadline,
        proxy=with_scheme(Secret(proxy)) if proxy else None,
        ca_bundle=ca_bundle,
        store=store,
        no_store=no_store,
        mode=PRIVATE if mode is None else mode,
        csv=options.CsvForm(csv_delimiter, csv_bom),
        verbose=verbose,
        profile_name=profile,
    )


@cache
def command_tree() -> CommandGroup:
    """Build the command tree, which takes 30 ms, once per process."""
    if sys.flags.optimize > 1:
        help_texts.restore(app)
    return build(app)


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line with *argv* and return its exit code."""
    streams.replace_closed_streams()
    _never_fail_to_write(sys.stdout)
    given = sys.argv[1:] if argv is None else list(argv)
    # Errors of the parser occur before it knows all options.
    problems.begin(as_json=not _JSON_OPTIONS.isdisjoint(_before_separator(given)))
    with colors.option_scope():
        code = _run(given)
    problems.end(code)
    remove_unfinished()
    try:
        with streams.writing_stdout():
            sys.stdout.flush()
    except streams.StdoutError as error:
        failed = exits.stdout_failed(error)
        if code not in (exits.ExitCode.OUTCOME_UNKNOWN, exits.ExitCode.OUTPUT_FAILED):
            code = failed
    problems.begin(as_json=False)
    return int(code)


def _before_separator(words: list[str]) -> list[str]:
    return words[: words.index("--")] if "--" in words else words


def _run(argv: list[str]) -> int:
    try:
        return int(command_tree().main(argv, _NAME, standalone_mode=False) or 0)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except UsageError as error:
        return report(error)
    except typer.Abort:  # stdin ended at a prompt
        return exits.ExitCode.OTHER
    except OSError:
        try:
            streams.check_stdout()
        except streams.StdoutError as error:  # of the help, which typer prints
            return exits.stdout_failed(error)
        raise
    except Exception as error:
        if not problems.is_json():
            raise
        return problems.report_bug(error)


def _never_fail_to_write(stream: Any) -> None:
    """Make *stream* escape characters that its encoding can't represent."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
