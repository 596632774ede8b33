"""The command that buys numbers: by orders, or by the deprecated rent."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import attrs
import typer

from sinch_numbers._client.prices import Budget, Quote
from sinch_numbers.cli._commands import orders
from sinch_numbers.cli._shared import options, provisioning, state_waits
from sinch_numbers.cli._shared.billable import billable, opened_billable
from sinch_numbers.cli._shared.errors import exit_code, print_left_out, sentence
from sinch_numbers.cli._shared.output import stdout_console
from sinch_numbers.cli._shared.problems import Problem, report
from sinch_numbers.cli._shared.prompts import confirm
from sinch_numbers.cli._shared.session import Session
from sinch_numbers.cli._views import tables
from sinch_numbers.errors import InvalidArgumentError, PurchaseIncompleteError
from sinch_numbers.models import ActiveNumber, NumberOrder, NumberOrderState

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
    yes: options.Yes = False,
) -> None:
    """Buy numbers of any region and type, within a budget. Billable: setup price and month."""
    if (region is None) is not (type is None) or (region is None and not numbers):
        raise typer.BadParameter("specify --region together with --type, or NUMBER")
    sms = options.rented_sms_link(sms_plan, campaign)
    voice = options.voice_link(voice_app, voice_trunk, fax_service)
    budget = Budget.of(max_monthly_price, max_setup_price)
    given = None if registration is None else orders.read(registration)
    attachments = orders.documents(attach, document_type)
    criteria: dict[str, Any] = {
        "region_code": region,
        "type": type,
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
