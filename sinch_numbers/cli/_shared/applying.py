"""Commands that apply a plan: confirmation, progress, the file of results, and exit codes."""

import json
import shlex
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import attrs
import typer

from sinch_numbers._client.client import PurchaseMethod
from sinch_numbers.cli._shared import progress
from sinch_numbers.cli._shared.billable import billable
from sinch_numbers.cli._shared.errors import ExitCode, fail, print_error
from sinch_numbers.cli._shared.options import FileRule
from sinch_numbers.cli._shared.problems import Problem, report
from sinch_numbers.cli._shared.prompts import confirm
from sinch_numbers.cli._shared.session import Session
from sinch_numbers.cli._views import plans as views
from sinch_numbers.operations import (
    ApplyOutcome,
    ApplyResult,
    DesiredNumber,
    DesiredStateError,
    Plan,
    PlanAction,
    RejectedNumber,
    apply_plan,
    read_desired,
    save_results,
)
from sinch_numbers.operations._plan_files import document_text
from sinch_numbers.operations._plan_text import costs, summary
from sinch_numbers.operations._results import results_path
from sinch_numbers.store._journal_store import JournalStore

Results = Annotated[
    Path | None,
    typer.Option(
        "--results",
        metavar="FILE",
        help="Write the result of each number to this .jsonl or .csv file.",
    ),
]
MaxFailures = Annotated[
    int | None,
    typer.Option(
        "--max-failures",
        min=1,
        metavar="COUNT",
        help="Begin no further number after so many failures (default: no limit).",
    ),
]
Concurrency = Annotated[
    int, typer.Option("--concurrency", min=1, help="Numbers that are changed at a time.")
]


@attrs.frozen(kw_only=True)
class ApplyOptions:
    """The options of a command that applies a plan."""

    yes: bool
    results: Path | None
    rule: FileRule
    allow_buy: bool = False
    allow_release: bool = False
    budget: str | None = None
    max_failures: int | None = None
    method: PurchaseMethod | None = None
    concurrency: int = 20
    wait_timeout: float = 600.0
    longest_pause: float = 15.0


def desired_of(path: Path) -> tuple[DesiredNumber, ...]:
    """Read a file of desired numbers; report each of its errors on a line, and exit."""
    try:
        return read_desired(path)
    except DesiredStateError as error:
        report(Problem.of(error), *map(str, error.problems))
        raise typer.Exit(ExitCode.USAGE) from None


def check_results(path: Path | None) -> None:
    """Raise `InvalidArgumentError` unless *path* has the suffix of a file of results."""
    if path is not None:
        results_path(path)


def show_plan(session: Session, plan: Plan) -> None:
    """Print *plan*: for people, or as the JSON of a plan file."""
    session.output.one(json.loads(document_text(plan, None)), views.plan(plan))


def apply(
    session: Session,
    plan: Plan,
    given: ApplyOptions,
    *,
    path: Path | None = None,
    report_rejected: bool = False,
) -> None:
    """
    Confirm and apply *plan*, print the results, and exit with an error unless all is done.

    *path* is the file of the plan; the journal is next to it if the store of the session is not
    durable. With *report_rejected*, rejected numbers of the plan are among the results.
    """
    consequence = " ".join((summary(plan), *costs(plan)))
    confirm(consequence, "Apply?", yes=given.yes)
    found: list[ApplyResult] = []
    rejected = [_rejected(one) for one in plan.rejected] if report_rejected else []
    again = (
        "run the same command again"
        if path is None
        else f"run sinch-numbers apply {_quoted(path)}"
    )
    with ExitStack() as stack:
        journal = _journal(session, path, stack)
        stack.enter_context(billable(session, "applying the plan"))
        report_progress = stack.enter_context(progress.shown())

        def note(result: ApplyResult) -> None:
            found.append(result)
            if report_progress is not None:
                report_progress("Numbers", len(found), len(plan.numbers))

        try:
            done = session.run(_applied(session, plan, given, journal, note))
        except BaseException as error:
            if found or isinstance(error, KeyboardInterrupt):
                print_error(f"{views.counts(found)}; to continue, {again}")
                save(found, given)
            raise
        results = [*done.results, *rejected]
        save(results, given)
        session.output.many(results, views.results(results))
        if not done.ok or rejected:
            unknown = done.of(ApplyOutcome.UNKNOWN)
            code = ExitCode.OUTCOME_UNKNOWN if unknown else ExitCode.OTHER
            message = f"not all numbers have the desired state: {views.counts(results)}"
            fail(message, code, "apply_incomplete", next_step=f"correct the causes, then {again}")


def _rejected(number: RejectedNumber) -> ApplyResult:
    return ApplyResult(
        phone_number=number.phone_number,
        action=PlanAction.UPDATE,
        outcome=ApplyOutcome.REFUSED,
        steps=0,
        total=0,
        message="; ".join(number.reasons),
    )


def save(found: Sequence[ApplyResult], given: ApplyOptions) -> None:
    """Write the file of results, if there is one."""
    if given.results is not None:
        save_results(found, given.results, force=given.rule.force, mode=given.rule.mode)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _journal(session: Session, path: Path | None, stack: ExitStack) -> Path | None:
    if isinstance(session.client._context.store, JournalStore):  # noqa: SLF001 - of this package
        return None
    if path is not None:
        return path.with_name(f"{path.name}.journal.db")
    directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="sinch-numbers-"))
    return Path(directory) / "journal.db"


def _applied(
    session: Session, plan: Plan, given: ApplyOptions, journal: Path | None, note: Any
) -> Any:
    return apply_plan(
        session.client,
        plan,
        journal=journal,
        allow_buy=given.allow_buy,
        allow_release=given.allow_release,
        budget=given.budget,
        max_failures=given.max_failures,
        method=given.method,
        concurrency=given.concurrency,
        deadline=given.wait_timeout,
        longest_pause=given.longest_pause,
        on_result=note,
    )
