"""The command that audits all numbers of one or more projects."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Annotated

import typer

from sinch_numbers.audit import (
    Report,
    Reports,
    Rule,
    audit_projects,
    read_expectations,
    read_waivers,
)
from sinch_numbers.audit import audit as run_audit
from sinch_numbers.audit._checkpoint import SavedStanding
from sinch_numbers.audit._rule_set import SYSTEM_RULES
from sinch_numbers.cli._shared import (
    audit_options,
    audit_rules,
    notifications,
    options,
    output_files,
    progress,
)
from sinch_numbers.cli._shared import errors as exits
from sinch_numbers.cli._shared.errors import ExitCode
from sinch_numbers.cli._shared.histories import FailOn, recorded
from sinch_numbers.cli._shared.output import is_bounded, readable_width
from sinch_numbers.cli._shared.projects import read_projects
from sinch_numbers.cli._shared.report_files import REPORTS, print_report, save_report
from sinch_numbers.cli._shared.session import Settings, opened
from sinch_numbers.cli._views import audit as audit_report
from sinch_numbers.cli._views import audit_lines
from sinch_numbers.exports import NotifyOn
from sinch_numbers.inventory import CompletenessStatus

commands = typer.Typer()


@commands.command("audit")
def audit(
    context: typer.Context,
    emergency: Annotated[
        bool,
        typer.Option(
            "--emergency",
            help="Also check emergency addresses: one request per US or CA number with voice.",
        ),
    ] = False,
    imported: Annotated[
        bool,
        typer.Option(
            "--imported",
            help="Also check imported numbers, hosting orders and qualified numbers, which are on "
            "the second API host.",
        ),
    ] = False,
    expect: Annotated[
        Path | None,
        typer.Option(
            "--expect",
            metavar="FILE",
            help="Expected numbers to compare with, as .csv, .json, .jsonl, .yaml or .toml: the "
            "column phone_number, and any columns to compare. In CSV, an empty cell is not "
            "compared, and - means empty.",
        ),
    ] = None,
    projects: Annotated[
        Path | None,
        typer.Option(
            "--projects",
            metavar="FILE",
            help="Audit the projects in this file: project_id, key_id, and optionally "
            "key_secret_env and expect. Secrets come from the environment, by default from "
            "SINCH_KEY_SECRET_<PROJECT_ID>.",
        ),
    ] = None,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules",
            metavar="MODULE:NAME",
            help="Additional rules: an attribute of a module, also in the current directory, or "
            "the entry point of an installed package. Imports the module. A rule with the id "
            "of a default rule replaces it.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Severity, parameters, and on or off for each rule, in TOML; by default "
            "audit.toml in the current directory, if it exists.",
            show_default=False,
        ),
    ] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=100, help="Maximum concurrent requests.")
    ] = 8,
    stuck_hours: Annotated[
        int | None,
        typer.Option(
            "--stuck-hours",
            min=1,
            max=87_600,
            help="Report provisioning without progress for this many hours (default: 24).",
        ),
    ] = None,
    ends_within_days: Annotated[
        int | None,
        typer.Option(
            "--ends-within-days",
            min=1,
            max=100_000,
            help="Report numbers that end within this many days (default: 14).",
        ),
    ] = None,
    months: Annotated[
        int,
        typer.Option("--months", min=1, max=120, help="Months to forecast charges for."),
    ] = 12,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on",
            help="Exit with code 3 if a finding has this severity or higher; with new-, if it is "
            "new since the last audit.",
        ),
    ] = None,
    since: audit_options.Since = None,
    baseline: audit_options.BaselineRun = None,
    waivers: audit_options.WaiverFile = None,
    no_history: audit_options.NoHistory = False,
    retention_days: audit_options.RetentionDays = None,
    details: Annotated[
        list[str] | None,
        typer.Option(
            "--details",
            metavar="RULE",
            help="Also show the findings of this rule; repeatable. 'changes', 'waived', 'costs', "
            "'forecast' and 'expiring' show these tables, 'all' shows everything.",
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(
            "--limit", min=0, help="Maximum findings per rule in --details; --json shows all."
        ),
    ] = 5,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume",
            metavar="FILE",
            help="Save progress to this file, and resume from it if it exists; a directory for "
            "several projects. Removed when the audit is done.",
        ),
    ] = None,
    notify: notifications.Notify = None,
    notify_on: notifications.On = NotifyOn.ALWAYS,
    notify_numbers: notifications.Numbers = False,
    output: options.ReportFiles = None,
    force: options.Force = False,
) -> None:
    """
    Check every number: problems, monthly cost, upcoming expirations.

    Read-only and free of charge. Each audit is compared with the last complete one, which is kept
    in the user's state directory, or in --store.
    """
    settings: Settings = context.obj
    rule = options.file_rule(
        context,
        force=force,
        files=[resume, *(output or ())],
        named="--output or --resume",
    )
    files = output_files.files(output, REPORTS, rule, settings.form)
    if projects and (settings.sandbox or settings.project_id):
        raise typer.BadParameter("--projects cannot be combined with --sandbox or --project")
    if expect and (projects or settings.sandbox_projects > 1):
        raise typer.BadParameter(
            "--expect is for one project; for several, use the column expect of --projects"
        )
    compared = "last" if since is None else since.selector
    accepted = None if baseline is None else baseline.selector
    required = since is not None or baseline is not None or retention_days is not None
    required = required or (fail_on is not None and fail_on.is_new)
    required = required or notify_on is not NotifyOn.ALWAYS
    if no_history and required:
        raise typer.BadParameter(
            "--no-history cannot be combined with --since, --baseline, --retention-days or "
            "--fail-on new-..., or with --notify-on"
        )
    # Validate all files, rules and URLs before any request.
    with exits.reporting_errors(context):
        sending = notifications.Notifications.checked(notify, notify_on, notify_numbers)
        keys = None if projects is None else read_projects(projects)
        by_project = {
            key.project_id: read_expectations(key.expect) for key in keys or () if key.expect
        }
        expected = None if expect is None else read_expectations(expect)
        waived = None if waivers is None else read_waivers(waivers)
        looked_for = audit_rules.rules_of(
            rules or (), config, stuck_hours=stuck_hours, ends_within_days=ends_within_days
        )
    chosen = _chosen(details or (), [*looked_for, *SYSTEM_RULES])
    with (
        opened(context, projects=keys) as session,
        _resumable(resume),
        output_files.opened(files) as written,
        sending.about_failures(),
        nullcontext()
        if no_history
        else recorded(
            session, settings, required=required, retention_days=retention_days
        ) as history,
    ):
        found: Report | Reports
        with progress.shown() as report_progress:
            if keys or len(session.clients) > 1:
                found = session.run(
                    audit_projects(
                        session.clients,
                        rules=looked_for,
                        expected=by_project,
                        emergency=emergency,
                        imported=imported,
                        months=months,
                        concurrency=concurrency,
                        saved=resume,
                        mode=rule.mode,
                        force=rule.force,
                        keep=True,
                        progress=report_progress,
                        history=history,
                        since=compared,
                        waivers=waived,
                        baseline=accepted,
                    )
                )
            else:
                found = session.run(
                    run_audit(
                        session.client,
                        rules=looked_for,
                        expected=expected,
                        emergency=emergency,
                        imported=imported,
                        months=months,
                        concurrency=concurrency,
                        saved=resume,
                        mode=rule.mode,
                        force=rule.force,
                        keep=True,
                        progress=report_progress,
                        history=history,
                        since=compared,
                        waivers=waived,
                        baseline=accepted,
                    )
                )
        save_report(settings.csv, session, found, written)
        if not output_files.includes_stdout(output):
            pass  # only to files
        elif session.output.as_json:
            print_report(found, session.output.form)
        else:
            session.output.draw(
                lambda console: (
                    audit_report.shown(
                        found, chosen=chosen, limit=limit, width=readable_width(console)
                    )
                    if is_bounded(console)
                    else audit_lines.shown(found, chosen=chosen, limit=limit)
                )
            )
    _forget(resume, found)
    notifications.write_job_summary(found)
    _end(found, fail_on, notified=sending.send(found))


def _forget(resume: Path | None, found: Report | Reports) -> None:
    """Remove the progress of an audit whose report is written; of several, if all have one."""
    if resume is None:
        return
    if isinstance(found, Report):
        SavedStanding(resume, force=True).remove()
    elif not found.failures:
        for report in found.reports:
            SavedStanding(resume / f"{report.project_id}.json", force=True).remove()


@contextmanager
def _resumable(resume: Path | None) -> Iterator[None]:
    """Describe how to resume the audit if it is interrupted."""
    try:
        yield
    except KeyboardInterrupt as error:
        error.add_note(_how_to_resume(resume))
        raise


def _how_to_resume(resume: Path | None) -> str:
    if resume is None:
        return "nothing was saved; --resume FILE saves the progress of an audit"
    with suppress(OSError):
        if any(resume.iterdir()) if resume.is_dir() else resume.exists():
            return f"progress is saved: run the same command again to resume from {resume}"
    return "nothing was read: run the same command again"


def _chosen(details: Sequence[str], rules: Sequence[Rule]) -> Sequence[str]:
    """Return *details*; exit if one is neither a rule nor a section."""
    known = [audit_report.ALL, *audit_report.SECTIONS, *(rule.id for rule in rules)]
    for name in details:
        if name not in known:
            raise typer.BadParameter(f"--details {name}: must be one of {', '.join(known)}")
    return details


def _end(found: Report | Reports, fail_on: FailOn | None, *, notified: bool) -> None:
    """Exit with the code for the audit's results, or for notifications that failed."""
    failures = found.failures if isinstance(found, Reports) else ()
    for failure in failures:
        exits.print_error(f"no report for {failure.project_id}: {failure.message}")
    if failures or _is_incomplete(found):
        raise typer.Exit(ExitCode.OTHER)
    if fail_on is not None and fail_on.matches(found):
        raise typer.Exit(ExitCode.FINDINGS)
    if not notified:
        raise typer.Exit(ExitCode.NOT_NOTIFIED)


def _is_incomplete(found: Report | Reports) -> bool:
    """Whether an inventory is incomplete: the missing numbers may have problems."""
    reports = found.reports if isinstance(found, Reports) else (found,)
    return any(report.completeness.status is CompletenessStatus.INCOMPLETE for report in reports)
