"""Commands for the qualification of numbers before text-enabling them."""

from typing import Annotated

import typer

from sinch_numbers.cli._commands.hosting import ordering, own_letter
from sinch_numbers.cli._shared import letters, list_options, options, state_waits
from sinch_numbers.cli._shared.billable import billable, opened_billable
from sinch_numbers.cli._shared.lists import listing
from sinch_numbers.cli._shared.prompts import confirm, require_answer
from sinch_numbers.cli._shared.session import opened
from sinch_numbers.cli._views import hosting as hosting_tables
from sinch_numbers.cli._views import lists, tables
from sinch_numbers.models import GlobalProcessState, QualifiedNumber

commands = typer.Typer(no_args_is_help=True, help="Qualify numbers for text-enabling.")


@commands.command("list")
def list_(
    context: typer.Context,
    state: Annotated[
        GlobalProcessState,
        typer.Option(
            "--state",
            parser=options.OneOf(GlobalProcessState),
            metavar="WORD",
            help="Qualification state, such as verified.",
        ),
    ],
    region: list_options.Regions = None,
    limit: options.Limit = None,
    columns: list_options.Columns = None,
    sort: list_options.Sort = None,
    output: options.OutputFiles = None,
    force: options.Force = False,
) -> None:
    """List numbers in qualification by state."""
    wanted = listing(
        context,
        lists.QUALIFIED_NUMBERS,
        output=output,
        force=force,
        columns=columns,
        sort=sort,
        limit=limit,
    )
    with opened(context) as session, wanted.opened(session.output) as rows:
        pagers = [
            session.client.qualified_numbers.list(
                states=state,
                region_code=one_region,
                limit=wanted.api_limit,
                on_unreadable=session.leave_out,
            )
            for one_region in list_options.flat(region) or (None,)
        ]
        session.run(rows.read(*pagers))


@commands.command("get")
def get(context: typer.Context, number: options.PhoneNumber) -> None:
    """Show the qualification progress of a number."""
    with opened(context) as session:
        found = session.run(session.client.qualified_numbers.get(number))
        session.output.one(found, hosting_tables.qualified_number(found))


@commands.command("wait")
def wait(
    context: typer.Context,
    number: options.PhoneNumber,
    until: Annotated[
        GlobalProcessState,
        typer.Option(
            "--until",
            parser=options.OneOf(GlobalProcessState),
            metavar="STATE",
            help="eligible, verification-pending, verified, hosting-in-progress or hosting-done.",
        ),
    ] = GlobalProcessState.VERIFIED,
    wait_timeout: state_waits.WaitTimeout = 3600.0,
    longest_pause: state_waits.LongestPause = 60.0,
) -> None:
    """Wait until the qualification of a number reaches a state. Read-only."""
    with opened(context) as session:
        result = session.run(
            session.client.qualified_numbers.wait_until_qualified(
                number,
                until=until,
                deadline=wait_timeout,
                longest_pause=longest_pause,
            )
        )
        found = result.resource or QualifiedNumber(number)
        state_waits.end(session, result, hosting_tables.qualified_number(found))


@commands.command("add")
def add(context: typer.Context, numbers: options.PhoneNumbers, yes: options.Yes = False) -> None:
    """Request qualification of numbers. May be billable, depending on your contract."""
    with ordering(
        context, numbers, "submitted for qualification", doing="requesting qualification", yes=yes
    ) as session:
        found = session.run(session.client.qualified_numbers.add(numbers))
        session.output.many(found, hosting_tables.qualified_numbers(found))


@commands.command("delete")
def delete(context: typer.Context, number: options.PhoneNumber, yes: options.Yes = False) -> None:
    """Remove a number from qualification."""
    require_answer(yes=yes)
    with opened(context) as session:
        confirm(f"{number} must then be qualified again.", "Remove it?", yes=yes)
        session.run(session.client.qualified_numbers.delete(number))
        dropped = {"phoneNumber": number, "deleted": True}
        session.output.one(dropped, tables.safe(f"{number} was removed from qualification"))


@commands.command("call")
def call(context: typer.Context, number: options.PhoneNumber, yes: options.Yes = False) -> None:
    """Call a number and read out a code that proves ownership."""
    with opened_billable(context, yes=yes) as session:
        confirm(f"{number} will be called, and a code read out.", "Call it?", yes=yes)
        with billable(session, f"calling {number}"):
            found = session.run(session.client.qualified_numbers.send_voice_challenge(number))
            session.output.one(found, hosting_tables.qualified_number(found))


@commands.command("verify")
def verify(
    context: typer.Context,
    number: options.PhoneNumber,
    code: Annotated[str, typer.Option("--code", metavar="DIGITS", help="Code from the call.")],
) -> None:
    """Verify ownership of a number with the code from the call."""
    with (
        opened_billable(context, yes=True) as session,
        billable(session, f"verifying {number}"),
    ):
        found = session.run(
            session.client.qualified_numbers.verify_voice_challenge(number, code=code)
        )
        session.output.one(found, hosting_tables.qualified_number(found))


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
    """Text-enable verified numbers. May be billable, depending on your contract."""
    loa_info = letters.read(letter)
    with ordering(
        context, numbers, "text-enabled", loa_info, doing="ordering to text-enable", yes=yes
    ) as session:
        order_id = session.run(
            session.client.qualified_numbers.text_enable(
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
        opened_order = {"hostingOrderId": order_id}
        session.output.one(opened_order, tables.facts({"Order": order_id}))


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
    """Text-enable verified toll-free numbers. May be billable, depending on your contract."""
    loa_info = own_letter(letters.read(letter))
    with ordering(
        context, numbers, "text-enabled", loa_info, doing="ordering to text-enable", yes=yes
    ) as session:
        found = session.run(
            session.client.qualified_numbers.text_enable_toll_free(
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
