"""The command that audits all numbers of a project."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

import typer

from sinch_numbers.audit import Report, Severity, default_rules
from sinch_numbers.audit import audit as run_audit
from sinch_numbers.cli import audit_report, options, progress
from sinch_numbers.cli.exits import ExitCode
from sinch_numbers.cli.output import readable_width
from sinch_numbers.plain import plain
from sinch_numbers.cli.session import opened


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
    output: options.OutputFile = None,
    force: options.Force = False,
) -> None:
    """
    Look at every number: what is wrong, what it costs, what ends when.

    Nothing is changed, and nothing costs.
    """
    target = options.target(output, force=force)
    rules = default_rules(
        stuck_after=timedelta(hours=stuck_hours), ends_within=timedelta(days=ends_within_days)
    )
    with opened(context, target) as session:
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
        if session.output.as_json:
            for finding in report.findings:
                session.output.json({"kind": "finding", **plain(finding)})
            session.output.json(_summary(report))
        else:
            session.output.draw(
                lambda console: audit_report.shown(
                    report, limit=limit, width=readable_width(console)
                )
            )
    if fail_on is not None and report.at_least(fail_on):
        raise typer.Exit(ExitCode.FINDINGS)


def _summary(report: Report) -> Mapping[str, object]:
    verdict = report.verdict
    return {
        "kind": "summary",
        "project_id": report.project_id,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "numbers": report.numbers,
        "verdict": {
            **plain(verdict),
            "complete": verdict.complete,
            "explanation": verdict.explanation,
        },
        "findings": {str(severity.value): report.count(severity) for severity in Severity},
        "costs": {**plain(report.costs), "totals": report.costs.totals},
        "statuses": dict(report.statuses),
        "releases": [{"date": day, "numbers": count} for day, count in report.releases],
    }
