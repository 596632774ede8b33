"""Commands for the numbers of a file: each makes a plan, shows it, and applies it."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import attrs
import typer
from rich.console import Group
from rich.text import Text

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._client.prices import Budget, PriceInput, total
from sinch_numbers._client.wait_results import WaitOutcome, WaitResult
from sinch_numbers._core.escaping import printable
from sinch_numbers.cli._shared import applying
from sinch_numbers.cli._shared.applying import ApplyOptions
from sinch_numbers.cli._shared.billable import opened_billable
from sinch_numbers.cli._shared.errors import ExitCode, fail, print_error, reporting_errors
from sinch_numbers.cli._shared.number_lists import read_numbers
from sinch_numbers.cli._shared.session import Session, default_path, opened
from sinch_numbers.errors import BudgetExceededError, OutOfStockError
from sinch_numbers.models import ActiveNumber, AvailableNumber
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.operations import (
    DesiredNumber,
    Plan,
    PlanAction,
    RejectedNumber,
    plan_changes,
    save_plan,
)
from sinch_numbers.operations._results import write_rows

_LARGEST_SEARCH: Final = 1000

From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Numbers of this file instead, each with its own values: columns as for plan.",
    ),
]
NumbersFrom = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="Numbers of this file instead; - is stdin."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the changes and their cost; change nothing.")
]


@attrs.frozen(kw_only=True)
class Bulk:
    """A command for many numbers."""

    context: typer.Context
    options: ApplyOptions
    dry_run: bool
    actions: frozenset[PlanAction]
    """Permitted actions; a number that needs another one is rejected."""
    save_to: Path | None = None
    """File for the plan, from which an interrupted purchase is resumed."""
    budget: Budget = Budget.of(None, None)

    def run(
        self, desired: Callable[[NumbersClient], Coroutine[Any, Any, Iterable[DesiredNumber]]]
    ) -> None:
        """Plan the changes that lead to *desired*, and apply them unless it is a dry run."""
        with self._session() as session:
            plan = session.run(self._plan(session.client, desired))
            self._check_budget(plan)
            if self.dry_run or (plan.is_empty and not plan.rejected):
                applying.show_plan(session, plan)
                if not self.dry_run:
                    applying.save([], self.options)
                if plan.rejected:
                    fail("not all changes are possible", ExitCode.REJECTED, "plan_rejected")
                return
            if self.save_to is not None:
                save_plan(plan, self.save_to, mode=self.options.rule.mode)
                print_error(f"plan written to {self.save_to}")
            due = plan.due_at_once
            options = attrs.evolve(
                self.options,
                allow_buy=bool(due),
                budget=str(total(due)) if due else None,
                allow_release=PlanAction.RELEASE in self.actions,
            )
            applying.apply(session, plan, options, path=self.save_to, report_rejected=True)

    @contextmanager
    def _session(self) -> Any:
        if self.dry_run:
            with opened(self.context) as session:
                yield session
        else:
            with opened_billable(self.context, yes=self.options.yes) as session:
                yield session

    async def _plan(
        self,
        client: NumbersClient,
        desired: Callable[[NumbersClient], Coroutine[Any, Any, Iterable[DesiredNumber]]],
    ) -> Plan:
        plan = await plan_changes(client, await desired(client))
        return restricted(plan, self.actions)

    def _check_budget(self, plan: Plan) -> None:
        if bought := plan.of(PlanAction.BUY):
            self.budget.check(
                total([one.price for one in bought if one.price]),
                total([one.setup_price for one in bought if one.setup_price]),
            )


_REASONS: Final = {
    PlanAction.BUY: "the project does not rent the number",
    PlanAction.UPDATE: "the number is configured differently: use update",
    PlanAction.RELEASE: "the file says to release the number: use release",
}


def restricted(plan: Plan, actions: frozenset[PlanAction]) -> Plan:
    """Return *plan* with only these *actions*; the other numbers are rejected."""
    others = tuple(
        RejectedNumber(phone_number=one.phone_number, reasons=(_REASONS[one.action],))
        for one in plan.numbers
        if one.action not in actions
    )
    numbers = tuple(one for one in plan.numbers if one.action in actions)
    return attrs.evolve(plan, numbers=numbers, rejected=(*plan.rejected, *others))


def given(
    desired: Iterable[DesiredNumber],
) -> Callable[[NumbersClient], Coroutine[Any, Any, Iterable[DesiredNumber]]]:
    """Return a coroutine function that returns *desired*."""

    async def known(_: NumbersClient) -> Iterable[DesiredNumber]:
        return desired

    return known


@attrs.frozen(kw_only=True)
class Offers:
    """The cheapest available numbers that match, each within a price."""

    count: int
    search: dict[str, Any]
    max_monthly: PriceInput | None
    links: dict[str, Any]

    async def desired(self, client: NumbersClient) -> Iterable[DesiredNumber]:
        """Search numbers to buy. Raises `OutOfStockError` if there are too few."""
        size = min(max(50, 5 * self.count), _LARGEST_SEARCH)
        found = await client.available_numbers.search(**self.search, size=size)
        within = sorted((one for one in found if self._is_within(one)), key=_prices)
        if len(within) < self.count:
            limit = "" if self.max_monthly is None else f" for {self.max_monthly} a month"
            raise OutOfStockError(
                f"{len(within):,} of {self.count:,} matching numbers are available{limit}"
            )
        chosen = sorted(one.phone_number for one in within[: self.count])
        return [DesiredNumber(number, **self.links) for number in chosen]

    def _is_within(self, offer: AvailableNumber) -> bool:
        try:
            Budget.of(self.max_monthly, None).check(offer.monthly_cost, None)
        except BudgetExceededError:
            return False
        return True


def _prices(offer: AvailableNumber) -> tuple[Any, Any, str]:
    return offer.monthly_cost.amount, offer.setup_price.amount, offer.phone_number


def plan_file(context: typer.Context, given_path: Path | None, name: str) -> Path | None:
    """Return the file for the plan of a purchase: the given one, or one of the user."""
    settings = context.obj
    if given_path is not None or (settings.sandbox and settings.sandbox_state is None):
        return given_path
    return default_path().with_name("plans") / name


@attrs.frozen(kw_only=True)
class _Row(Serializable):
    """A row of a file of results of waits."""

    phone_number: str
    outcome: WaitOutcome
    message: str


_ROW: Final = tuple(field.name for field in attrs.fields(_Row))


def wait_for(context: typer.Context, source: Path, results: Path | None, **options: Any) -> None:
    """Wait until the numbers in the file *source* are provisioned."""
    with reporting_errors(context):
        applying.check_results(results)
    numbers = read_numbers(str(source))
    with opened(context) as session:
        found = session.run(
            session.client.active_numbers.wait_until_all_provisioned(numbers, **options)
        )
        _show_waits(session, list(found.values()))
        if results is not None:
            rows = [
                _Row(phone_number=number, outcome=one.outcome, message=printable(one.explanation))
                for number, one in found.items()
            ]
            write_rows(rows, results, columns=_ROW, mode=context.obj.mode)
        waits = found.values()
        left = sum(not one.ok for one in waits)
        if left:
            code = ExitCode.OTHER
            if any(one.outcome is WaitOutcome.FAILED for one in waits):
                code = ExitCode.REJECTED
            fail(f"{left:,} of {len(numbers):,} numbers are not provisioned", code, "wait_failed")


def _show_waits(session: Session, found: Sequence[WaitResult[ActiveNumber]]) -> None:
    lines = [Text(printable(one.explanation)) for one in found if not one.ok]
    done = sum(one.ok for one in found)
    session.output.many(found, Group(*lines, Text(f"{done:,} provisioned")))
