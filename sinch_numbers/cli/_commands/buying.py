"""The command that buys numbers: by orders, or by the deprecated rent."""

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import attrs
import typer

from sinch_numbers._client.prices import Budget, Quote
from sinch_numbers.cli._commands import orders
from sinch_numbers.cli._shared import applying, bulk, options, provisioning, state_waits
from sinch_numbers.cli._shared.applying import ApplyOptions
from sinch_numbers.cli._shared.billable import billable, opened_billable
from sinch_numbers.cli._shared.errors import exit_code, print_left_out, reporting_errors, sentence
from sinch_numbers.cli._shared.output import stdout_console
from sinch_numbers.cli._shared.planned_purchases import PlannedPurchase, links_of
from sinch_numbers.cli._shared.problems import Problem, report
from sinch_numbers.cli._shared.prompts import confirm
from sinch_numbers.cli._shared.session import Session
from sinch_numbers.cli._views import tables
from sinch_numbers.errors import InvalidArgumentError, PurchaseIncompleteError
from sinch_numbers.models import ActiveNumber, NumberOrder, NumberOrderState, NumberType

commands = typer.Typer()


class Method(StrEnum):
    """How numbers are bought."""

    ORDER = "order"
    RENT = "rent"


def _amount(text: str) -> str:
    """Validate an amount, with or without a currency."""
    try:
        Budget.of(text, None)
    except InvalidArgumentError:
        raise typer.BadParameter(f"must be an amount such as 5.00, not {text!r}") from None
    return text


Numbers = Annotated[
    list[str] | None,
    typer.Argument(metavar="NUMBER...", help="Phone numbers in E.164 to buy."),
]
Quantity = Annotated[
    int | None,
    typer.Option(
        "--quantity",
        "--count",
        "-q",
        metavar="COUNT",
        help="Matching numbers to buy, 1 to 100, instead of NUMBER (default: 1).",
    ),
]
MaxMonthlyPrice = Annotated[
    str | None,
    typer.Option(
        "--max-monthly-price",
        parser=_amount,
        metavar="AMOUNT",
        help="Maximum monthly price of all numbers together (default: the price shown).",
    ),
]
MaxSetupPrice = Annotated[
    str | None,
    typer.Option(
        "--max-setup-price",
        parser=_amount,
        metavar="AMOUNT",
        help="Maximum setup price of all numbers together (default: the price shown).",
    ),
]
MaxMonthly = Annotated[
    str | None,
    typer.Option(
        "--max-monthly",
        parser=_amount,
        metavar="AMOUNT",
        help="Maximum price of each number per month; the cheapest matching ones are bought.",
    ),
]
PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="Write the purchase to this plan, which apply resumes (default: a file of the user).",
    ),
]
MethodOption = Annotated[
    Method | None,
    typer.Option(
        "--method",
        help="order, or the deprecated rent of US LOCAL numbers (default: order; rent only "
        "US LOCAL, and only if the account has no number orders).",
    ),
]


@commands.command("buy")
def buy(
    context: typer.Context,
    numbers: Numbers = None,
    region: options.AnyRegion = None,
    type: options.AnyType = None,
    quantity: Quantity = None,
    capability: options.Capabilities = None,
    pattern: options.Pattern = None,
    search_pattern: options.SearchPattern = None,
    max_monthly_price: MaxMonthlyPrice = None,
    max_setup_price: MaxSetupPrice = None,
    sms_plan: options.SmsPlan = None,
    campaign: options.Campaign = None,
    voice_app: options.VoiceApp = None,
    voice_trunk: options.VoiceTrunk = None,
    fax_service: options.FaxService = None,
    callback_url: options.CallbackUrl = None,
    registration: orders.RegistrationOption = None,
    attach: orders.Attach = None,
    document_type: orders.Kinds = None,
    method: MethodOption = None,
    wait: provisioning.WaitFlag = False,
    wait_timeout: state_waits.WaitTimeout = 3600.0,
    longest_pause: state_waits.LongestPause = 60.0,
    max_monthly: MaxMonthly = None,
    from_file: bulk.From = None,
    plan: PlanFile = None,
    dry_run: bulk.DryRun = False,
    results: applying.Results = None,
    max_failures: applying.MaxFailures = None,
    yes: options.Yes = False,
) -> None:
    """
    Buy numbers of any region and type, within a budget. Billable: setup price and month.

    With --region, the default of --type is local. A pattern of digits is an area code in the US
    and Canada, unless --search-pattern says otherwise.

    With --from, --max-monthly, --plan, or --dry-run, the numbers are chosen first, and the
    purchase is a plan: after an interruption, apply it, which buys none of them twice.
    """
    kind = NumberType.LOCAL if type is None and region is not None else type
    if (region is None) is not (kind is None) or (
        region is None and not numbers and from_file is None
    ):
        raise typer.BadParameter("specify --region, NUMBER, or --from")
    if pattern is not None and search_pattern is None and region in ("US", "CA"):
        pattern = f"+1{pattern}" if re.fullmatch("[0-9]{3,10}", pattern, re.ASCII) else pattern
    if from_file is not None or max_monthly is not None or plan is not None or dry_run:
        with reporting_errors(context):
            applying.check_results(results)
            PlannedPurchase(
                context=context,
                numbers=numbers,
                from_file=from_file,
                search={
                    "region_code": region,
                    "type": kind,
                    "capabilities": capability or (),
                    "number_pattern": pattern,
                    "search_pattern": search_pattern,
                },
                count=1 if quantity is None else quantity,
                max_monthly=max_monthly,
                links=links_of(
                    sms_plan=sms_plan,
                    campaign=campaign,
                    voice_app=voice_app,
                    voice_trunk=voice_trunk,
                    fax_service=fax_service,
                    callback_url=callback_url,
                ),
                budget=Budget.of(max_monthly_price, max_setup_price),
                plan=plan,
                dry_run=dry_run,
                options=ApplyOptions(
                    yes=yes,
                    results=results,
                    rule=options.FileRule(force=False, mode=context.obj.mode),
                    max_failures=max_failures,
                    method=None if method is None else method.value,
                    wait_timeout=wait_timeout,
                    longest_pause=longest_pause,
                ),
            ).run()
        return
    options.without_from(context, {"results", "max_failures"})
    sms = options.rented_sms_link(sms_plan, campaign)
    voice = options.voice_link(voice_app, voice_trunk, fax_service)
    budget = Budget.of(max_monthly_price, max_setup_price)
    given = None if registration is None else orders.read(registration)
    attachments = orders.documents(attach, document_type)
    criteria: dict[str, Any] = {
        "region_code": region,
        "type": kind,
        "phone_numbers": numbers or None,
        "quantity": quantity,
        "capabilities": capability or (),
        "number_pattern": pattern,
        "search_pattern": search_pattern,
    }
    with opened_billable(context, yes=yes) as session:
        client = session.client
        quote = session.run(client.quote(**criteria, on_unreadable=print_left_out))
        offered = budget.within(quote)
        if offered.is_exact:
            only = [number.phone_number for number in offered.numbers]
            criteria = {"phone_numbers": only}
        confirm(_price(offered), "Buy?", yes=yes)
        limits = budget.or_at_most(offered)
        with billable(session, "buying numbers"):
            try:
                bought = session.run(
                    client.buy(
                        **criteria,
                        sms_configuration=sms,
                        voice_configuration=voice,
                        callback_url=callback_url,
                        max_monthly_price=limits.max_monthly_price,
                        max_setup_price=limits.max_setup_price,
                        registration=given,
                        attachments=attachments,
                        method=None if method is None else method.value,
                        deadline=wait_timeout,
                        longest_pause=longest_pause,
                        on_step=orders.print_step,
                    )
                )
            except PurchaseIncompleteError as error:
                _show(session, error.numbers)
                states = list(map(_state, error.orders))
                problem = attrs.evolve(Problem.of(error), next_step="; ".join(states) or None)
                report(problem, sentence(error), *states)
                raise typer.Exit(exit_code(error)) from None
            awaited = provisioning.Wanted(
                sms=sms is not None or None,
                voice=voice is not None or None,
                timeout=wait_timeout,
                longest_pause=longest_pause,
            )
            ended = provisioning.after(
                session, bought, awaited if wait else None, did="bought", billed=True
            )
            _show(session, ended.numbers)
            ended.end()


def _show(session: Session, numbers: Sequence[ActiveNumber]) -> None:
    if len(numbers) == 1:
        session.output.one(numbers[0], tables.active_number(numbers[0]))
    elif numbers:
        session.output.many(numbers, tables.active_numbers(numbers, width=stdout_console().width))


def _state(order: NumberOrder) -> str:
    """Describe an order of an incomplete purchase, and how to continue it."""
    numbers = ", ".join(number.phone_number for number in order.order_numbers)
    action = {
        NumberOrderState.CREATED: "resume",
        NumberOrderState.BLOCKED: "resume",
        NumberOrderState.IN_REVIEW: "wait",
    }.get(order.state or NumberOrderState.UNSPECIFIED)
    then = f"; continue: sinch-numbers orders {action} {order.id_number_order}" if action else ""
    return f"order {order.id_number_order}: {order.state} ({numbers}){then}"


def _price(quote: Quote) -> str:
    """Describe the price of a purchase, which is also its limit."""
    first = quote.numbers[0]
    kind = f"{first.region_code} {first.type}"
    what = f"1 {kind} number" if quote.quantity == 1 else f"{quote.quantity} {kind} numbers"
    if quote.is_exact:
        what = ", ".join(number.phone_number for number in quote.numbers)
    costs = "costs" if quote.quantity == 1 else "cost"
    return (
        f"{what} {costs} {tables.price(quote.setup_price)} once and "
        f"{tables.price(quote.monthly_price)} {tables.interval(quote.payment_interval_months)}."
    )
