"""Commands that plan changes of many numbers, and apply them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sinch_numbers.cli._commands.buying import MethodOption
from sinch_numbers.cli._shared import applying, options, state_waits
from sinch_numbers.cli._shared.applying import ApplyOptions
from sinch_numbers.cli._shared.billable import opened_billable
from sinch_numbers.cli._shared.errors import ExitCode, fail, reporting_errors
from sinch_numbers.cli._shared.output_files import STDOUT
from sinch_numbers.cli._shared.session import opened
from sinch_numbers.operations import plan_changes, plan_markdown, read_plan, save_plan

commands = typer.Typer()

_SUFFIXES = (".json", ".md")


@commands.command("plan")
def plan(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Desired state: .csv, .json, .jsonl, .toml or .yaml, a row per number.",
        ),
    ],
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the plan to this file: .json for apply, .md for a review. Repeatable.",
        ),
    ] = None,
    release_others: Annotated[
        bool,
        typer.Option(
            "--release-others", help="Plan to release all numbers that are not in the file."
        ),
    ] = False,
    detailed_exitcode: Annotated[
        bool,
        typer.Option(
            "--detailed-exitcode", help="Exit with 3 if there are changes, 0 if there are none."
        ),
    ] = False,
    force: options.Force = False,
) -> None:
    """
    Compare numbers with a file of desired states, and plan the changes. Free of charge.

    Changes nothing: apply does. Columns: phone_number, display_name, service_plan_id, campaign_id,
    app_id, trunk_id, service_id, callback_url, emergency_street_number and the other fields of an
    address, released. An absent column is not managed; - removes the value. Exits with 7 if a
    desired state cannot be reached.
    """
    rule = options.file_rule(context, force=force, files=output or ())
    for path in _files(output):
        if path.suffix.lower() not in _SUFFIXES:
            raise typer.BadParameter(f"--output {path}: the suffix must be .json or .md")
    with reporting_errors(context):
        desired = applying.desired_of(file)
    with opened(context) as session:
        found = session.run(plan_changes(session.client, desired, release_others=release_others))
        for path in _files(output):
            if path.suffix.lower() == ".json":
                save_plan(found, path, force=rule.force, mode=rule.mode)
            else:
                with options.Target(path, rule.force, rule.mode).replaced() as written:
                    written.write(plan_markdown(found))
        applying.show_plan(session, found)
        if count := len(found.rejected):
            numbers = "1 number" if count == 1 else f"{count:,} numbers"
            message = f"the desired state of {numbers} cannot be reached"
            fail(message, ExitCode.REJECTED, "plan_rejected")
        if detailed_exitcode and found.numbers:
            raise typer.Exit(ExitCode.FINDINGS)


@commands.command("apply")
def apply(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="PLAN", help="File that plan has written with --output.")
    ],
    allow_buy: Annotated[
        bool, typer.Option("--allow-buy", help="Buy numbers; requires --budget.")
    ] = False,
    allow_release: Annotated[
        bool, typer.Option("--allow-release", help="Release numbers.")
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option(
            "--budget",
            metavar="AMOUNT",
            help="Maximum of all setup prices and first charges, such as 'USD 20.00'.",
        ),
    ] = None,
    max_failures: applying.MaxFailures = None,
    results: applying.Results = None,
    method: MethodOption = None,
    concurrency: applying.Concurrency = 20,
    wait_timeout: state_waits.WaitTimeout = 600.0,
    longest_pause: state_waits.LongestPause = 15.0,
    yes: options.Yes = False,
    force: options.Force = False,
) -> None:
    """
    Apply a plan. Billable with --allow-buy.

    Each number is read first, and changed only if it is as it was when the plan was made. After an
    interruption, run the same command again: finished steps are skipped. Exits with 0 if all
    numbers have the desired state, with 4 if the outcome of a billable step is unknown, else
    with 1.
    """
    rule = options.file_rule(context, force=force, files=[results], named="--results")
    with reporting_errors(context):
        applying.check_results(results)
        found = read_plan(file)
    given = ApplyOptions(
        yes=yes,
        results=results,
        rule=rule,
        allow_buy=allow_buy,
        allow_release=allow_release,
        budget=budget,
        max_failures=max_failures,
        method=None if method is None else method.value,
        concurrency=concurrency,
        wait_timeout=wait_timeout,
        longest_pause=longest_pause,
    )
    with opened_billable(context, yes=yes) as session:
        applying.apply(session, found, given, path=file)


def _files(output: Sequence[Path] | None) -> Sequence[Path]:
    return [path for path in output or () if str(path) not in STDOUT]
