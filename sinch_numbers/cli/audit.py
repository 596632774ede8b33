"""The command that audits all numbers of a project."""

from datetime import timedelta
from typing import Annotated

import typer

from sinch_numbers.audit import Severity, default_rules
from sinch_numbers.audit import audit as run_audit
from sinch_numbers.cli import audit_report, options, progress, saving
from sinch_numbers.cli.exits import ExitCode
from sinch_numbers.cli.output import readable_width
from sinch_numbers.cli.session import opened
from sinch_numbers.exports import report_lines


def audit(
    context: typer.Context,
    emergency: Annotated[
        bool,
        typer.Option(
            "--emergency",
            help="Also look for emergency addresses: one request for each voice number in US, CA.",
        ),
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=100, help="Requests at a time.")
    ] = 8,
    stuck_hours: Annotated[
        int, typer.Option("--stuck-hours", min=1, help="After how long a link counts as stuck.")
    ] = 24,
    ends_within_days: Annotated[
        int, typer.Option("--ends-within-days", min=1, help="How soon an end counts as soon.")
    ] = 14,
    fail_on: Annotated[
        Severity | None,
        typer.Option("--fail-on", help="Exit with 3 when a finding is as bad as this, or worse."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="Findings to show per rule; --json shows all.")
    ] = 5,
    save: options.SavedReports = None,
    output: options.OutputFile = None,
    force: options.Force = False,
) -> None:
    """
    Look at every number: what is wrong, what it costs, what ends when.

    Nothing is changed, and nothing costs.
    """
    target = options.target(output, force=force, saved=save)
    savings = saving.savings(save, saving.REPORTS, force=force, output=target)
    rules = default_rules(
        stuck_after=timedelta(hours=stuck_hours), ends_within=timedelta(days=ends_within_days)
    )
    with opened(context, target) as session, saving.opened(savings) as files:
        with progress.shown() as tell:
            report = session.run(
                run_audit(
                    session.client,
                    rules=rules,
                    emergency=emergency,
                    workers=workers,
                    progress=tell,
                )
            )
        saving.save_report(report, files)
        if session.output.as_json:
            for line in report_lines(report):
                session.output.json(line)
        else:
            session.output.draw(
                lambda console: audit_report.shown(
                    report, limit=limit, width=readable_width(console)
                )
            )
    if fail_on is not None and report.at_least(fail_on):
        raise typer.Exit(ExitCode.FINDINGS)
