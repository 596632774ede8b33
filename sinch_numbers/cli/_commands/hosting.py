"""Commands for hosting orders, which import or text-enable numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from sinch_numbers.cli._shared import letters, list_options, options, state_waits
from sinch_numbers.cli._shared.billable import billable, opened_billable
from sinch_numbers.cli._shared.lists import listing
from sinch_numbers.cli._shared.prompts import confirm
from sinch_numbers.cli._shared.session import Session, opened
from sinch_numbers.cli._views import hosting as hosting_tables
from sinch_numbers.cli._views import lists
from sinch_numbers.models import (
    BlanketLoaInfo,
    DirectLoaInfo,
    HostingOrder,
    HostingOrderState,
    HostingOrderType,
    LoaInfo,
    ResellerLoaInfo,
)

commands = typer.Typer(
    no_args_is_help=True, help="Create and track hosting orders: import or text-enable numbers."
)

OrderId = Annotated[str, typer.Argument(metavar="ORDER", help="Order ID.")]


@commands.command("list")
def list_(
    context: typer.Context,
    state: Annotated[
        HostingOrderState,
        typer.Option(
            "--state",
            parser=options.OneOf(HostingOrderState),
            metavar="WORD",
            help="Order state, such as in-progress.",
        ),
    ],
    type: Annotated[
        HostingOrderType,
        typer.Option(
            "--type",
            "-t",
            parser=options.OneOf(HostingOrderType),
            metavar="TYPE",
            help="import or text-enable.",
        ),
    ],
    sms_plan: options.RequiredSmsPlan,
    campaign: Annotated[
        str,
        typer.Option(
            "--campaign", metavar="ID", help="Campaign ID; '' for orders without a campaign."
        ),
    ],
    region: list_options.Regions = None,
    limit: options.Limit = None,
    columns: list_options.Columns = None,
    sort: list_options.Sort = None,
    output: options.OutputFiles = None,
    force: options.Force = False,
) -> None:
    """List hosting orders (all four filters are required by the API)."""
    wanted = listing(
        context,
        lists.HOSTING_ORDERS,
        output=output,
        force=force,
        columns=columns,
        sort=sort,
        limit=limit,
    )
    with opened(context) as session, wanted.opened(session.output) as rows:
        pagers = [
            session.client.hosting_orders.list(
                states=state,
                type=type,
                service_plan_id=sms_plan,
                campaign_id=campaign,
                region_code=one_region,
                limit=wanted.api_limit,
                on_unreadable=session.leave_out,
            )
            for one_region in list_options.flat(region) or (None,)
        ]
        session.run(rows.read(*pagers))


@commands.command("get")
def get(context: typer.Context, order: OrderId) -> None:
    """Show a hosting order."""
    with opened(context) as session:
        found = session.run(session.client.hosting_orders.get(order))
        session.output.one(found, hosting_tables.order(found))


@commands.command("wait")
def wait(
    context: typer.Context,
    order: OrderId,
    wait_timeout: state_waits.WaitTimeout = 3600.0,
    longest_pause: state_waits.LongestPause = 60.0,
) -> None:
    """Wait for the outcome of a hosting order. Read-only."""
    with opened(context) as session:
        result = session.run(
            session.client.hosting_orders.wait_until_completed(
                order,
                deadline=wait_timeout,
                longest_pause=longest_pause,
            )
        )
        state_waits.end(
            session, result, hosting_tables.order(result.resource or HostingOrder(order))
        )


@commands.command("report")
def report(context: typer.Context, order: OrderId) -> None:
    """Show the progress of an order as counts of numbers."""
    with opened(context) as session:
        found = session.run(session.client.hosting_orders.report(order))
        session.output.one(found, hosting_tables.report(found))


@commands.command("numbers")
def numbers(
    context: typer.Context,
    order: OrderId,
    limit: options.Limit = None,
    columns: list_options.Columns = None,
    sort: list_options.Sort = None,
    output: options.OutputFiles = None,
    force: options.Force = False,
) -> None:
    """List the numbers of an order."""
    wanted = listing(
        context,
        lists.HOSTING_ORDER_NUMBERS,
        output=output,
        force=force,
        columns=columns,
        sort=sort,
        limit=limit,
    )
    with opened(context) as session, wanted.opened(session.output) as rows:
        pager = session.client.hosting_orders.numbers(
            order, limit=wanted.api_limit, on_unreadable=session.leave_out
        )
        session.run(rows.read(pager))


@commands.command("number")
def number(context: typer.Context, order: OrderId, number: options.PhoneNumber) -> None:
    """Show the progress of one number of an order."""
    with opened(context) as session:
        found = session.run(session.client.hosting_orders.number(order, number))
        session.output.one(found, hosting_tables.order_number(found))


@commands.command("import")
def import_(
    context: typer.Context,
    numbers: options.PhoneNumbers,
    region: options.Region,
    sms_plan: options.RequiredSmsPlan,
    campaign: options.Campaign = None,
    display_name: options.DisplayName = None,
    callback_url: options.CallbackUrl = None,
    migrate_tmo: Annotated[
        bool,
        typer.Option("--migrate-tmo", help="Migrate from another aggregator at T-Mobile."),
    ] = False,
    max_numbers: Annotated[
        int,
        typer.Option("--max-numbers", min=1, help="Maximum numbers per order of your account."),
    ] = 5,
    yes: options.Yes = False,
) -> None:
    """Import numbers with one order. May be billable, depending on your contract."""
    with ordering(context, numbers, "imported", doing="ordering an import", yes=yes) as session:
        found = session.run(
            session.client.hosting_orders.import_numbers(
                numbers,
                region_code=region,
                service_plan_id=sms_plan,
                campaign_id=campaign,
                display_name=display_name,
                callback_url=callback_url,
                migrate_to_sinch_tmo=True if migrate_tmo else None,
                max_numbers=max_numbers,
            )
        )
        session.output.one(found, hosting_tables.order(found))


@commands.command("text-enable")
def text_enable(
    context: typer.Context,
    numbers: options.PhoneNumbers,
    region: options.Region,
    sms_plan: options.RequiredSmsPlan,
    letter: letters.Letter,
    campaign: options.Campaign = None,
    nnid: options.Nnid = None,
    display_name: options.DisplayName = None,
    callback_url: options.CallbackUrl = None,
    at: options.At = None,
    yes: options.Yes = False,
) -> None:
    """Text-enable numbers. May be billable, depending on your contract."""
    loa_info = letters.read(letter)
    with ordering(
        context, numbers, "text-enabled", loa_info, doing="ordering to text-enable", yes=yes
    ) as session:
        found = session.run(
            session.client.hosting_orders.text_enable(
                numbers,
                region_code=region,
                service_plan_id=sms_plan,
                loa_info=loa_info,
                campaign_id=campaign,
                nnid=nnid,
                display_name=display_name,
                callback_url=callback_url,
                scheduled_osr_update_time=at,
            )
        )
        session.output.one(found, hosting_tables.order(found))


@commands.command("text-enable-toll-free")
def text_enable_toll_free(
    context: typer.Context,
    numbers: options.PhoneNumbers,
    region: options.Region,
    sms_plan: options.RequiredSmsPlan,
    letter: letters.Letter,
    display_name: options.DisplayName = None,
    callback_url: options.CallbackUrl = None,
    at: options.At = None,
    yes: options.Yes = False,
) -> None:
    """Text-enable toll-free numbers. May be billable, depending on your contract."""
    loa_info = own_letter(letters.read(letter))
    with ordering(
        context, numbers, "text-enabled", loa_info, doing="ordering to text-enable", yes=yes
    ) as session:
        found = session.run(
            session.client.hosting_orders.text_enable_toll_free(
                numbers,
                region_code=region,
                service_plan_id=sms_plan,
                loa_info=loa_info,
                display_name=display_name,
                callback_url=callback_url,
                scheduled_zipwhip_provisioning_time=at,
            )
        )
        session.output.one(found, hosting_tables.order(found))


@contextmanager
def ordering(
    context: typer.Context,
    numbers: list[str],
    done: str,
    letter: LoaInfo | None = None,
    *,
    doing: str,
    yes: bool,
) -> Iterator[Session]:
    """Confirm an order and open a session, for the billable request and its output."""
    with opened_billable(context, yes=yes) as session:
        ask(numbers, done, letter, yes=yes)
        with billable(session, doing):
            yield session


def ask(numbers: list[str], done: str, letter: LoaInfo | None = None, *, yes: bool) -> None:
    """Print the effect of an order, and exit unless it is confirmed."""
    mailed = ""
    if isinstance(letter, DirectLoaInfo | ResellerLoaInfo):
        mailed = f" {letter.authorised_person.email} will receive a letter to sign."
    shown = ", ".join(numbers[:3]) + (f" and {len(numbers) - 3} others" if numbers[3:] else "")
    confirm(
        f"{shown} will be {done}.{mailed} The API does not return a price; check your contract.",
        "Place the order?",
        yes=yes,
    )


def own_letter(letter: LoaInfo) -> DirectLoaInfo | ResellerLoaInfo:
    """Return *letter*; reject a blanket letter, which toll-free numbers can't use."""
    if isinstance(letter, BlanketLoaInfo):
        raise typer.BadParameter(
            "toll-free numbers require a direct or reseller letter, not a blanket one",
            param_hint="--letter",
        )
    return letter
