"""Commands for imported numbers."""

from typing import Annotated

import attrs
import typer

from sinch_numbers.cli._shared import list_options, options, state_waits
from sinch_numbers.cli._shared.billable import billable, opened_billable
from sinch_numbers.cli._shared.errors import ExitCode, fail
from sinch_numbers.cli._shared.lists import listing
from sinch_numbers.cli._shared.prompts import confirm, require_answer
from sinch_numbers.cli._shared.session import Session, opened
from sinch_numbers.cli._views import hosting as hosting_tables
from sinch_numbers.cli._views import lists, tables
from sinch_numbers.models import ImportedNumber, SmsConfiguration
from sinch_numbers.models._unset import UNSET

commands = typer.Typer(
    no_args_is_help=True, help="Manage imported numbers: SMS for numbers of other carriers."
)


@commands.command("list")
def list_(
    context: typer.Context,
    sms_plan: Annotated[
        str | None,
        typer.Option("--sms-plan", metavar="ID", help="Only numbers on this SMS service plan."),
    ] = None,
    campaign: Annotated[
        str | None, typer.Option("--campaign", metavar="ID", help="Only numbers in this campaign.")
    ] = None,
    region: list_options.Regions = None,
    pattern: options.Pattern = None,
    search_pattern: options.SearchPattern = None,
    limit: options.Limit = None,
    columns: list_options.Columns = None,
    sort: list_options.Sort = None,
    output: options.OutputFiles = None,
    force: options.Force = False,
) -> None:
    """List the imported numbers."""
    wanted = listing(
        context,
        lists.IMPORTED_NUMBERS,
        output=output,
        force=force,
        columns=columns,
        sort=sort,
        limit=limit,
    )
    with opened(context) as session, wanted.opened(session.output) as rows:
        pagers = [
            session.client.imported_numbers.list(
                service_plan_id=sms_plan,
                campaign_id=campaign,
                region_code=one_region,
                number_pattern=pattern,
                search_pattern=search_pattern,
                limit=wanted.api_limit,
                on_unreadable=session.leave_out,
            )
            for one_region in list_options.flat(region) or (None,)
        ]
        session.run(rows.read(*pagers))


@commands.command("get")
def get(context: typer.Context, number: options.PhoneNumber) -> None:
    """Show an imported number and its provisioning at the carriers."""
    with opened(context) as session:
        found = session.run(session.client.imported_numbers.get(number))
        session.output.one(found, hosting_tables.imported_number(found))


@commands.command("wait")
def wait(
    context: typer.Context,
    number: options.PhoneNumber,
    wait_timeout: state_waits.WaitTimeout = 600.0,
    longest_pause: state_waits.LongestPause = 15.0,
) -> None:
    """Wait until an imported number is provisioned. Read-only."""
    with opened(context) as session:
        result = session.run(
            session.client.imported_numbers.wait_until_provisioned(
                number,
                deadline=wait_timeout,
                longest_pause=longest_pause,
            )
        )
        found = result.resource or ImportedNumber(number)
        state_waits.end(session, result, hosting_tables.imported_number(found))


@commands.command("import")
def import_(
    context: typer.Context,
    number: options.PhoneNumber,
    region: options.Region,
    sms_plan: options.RequiredSmsPlan,
    campaign: options.Campaign = None,
    display_name: options.DisplayName = None,
    callback_url: options.CallbackUrl = None,
    yes: options.Yes = False,
) -> None:
    """
    Import a number that has a network number ID (NNID).

    May be billable, depending on your contract.
    """
    with opened_billable(context, yes=yes) as session:
        confirm(
            f"Text messages to {number} will be routed to this project. "
            "The API does not return a price; check your contract.",
            "Import it?",
            yes=yes,
        )
        with billable(session, f"importing {number}"):
            found = session.run(
                session.client.imported_numbers.import_number(
                    number,
                    region_code=region,
                    sms_configuration=SmsConfiguration(sms_plan, campaign),
                    display_name=display_name,
                    callback_url=callback_url,
                )
            )
            session.output.one(found, hosting_tables.imported_number(found))


@commands.command("update")
def update(
    context: typer.Context,
    number: options.PhoneNumber,
    display_name: options.DisplayName = None,
    sms_plan: options.SmsPlan = None,
    campaign: options.Campaign = None,
    unlink_sms: Annotated[
        bool, typer.Option("--unlink-sms", help="Unlink the service plan and campaign.")
    ] = False,
    unlink_campaign: Annotated[
        bool, typer.Option("--unlink-campaign", help="Unlink the campaign.")
    ] = False,
    callback_url: options.CallbackUrl = None,
) -> None:
    """
    Update an imported number's name, links and callback URL.

    Options that are not given leave their field unchanged. Unlink a number before linking it to
    another service plan or campaign.
    """
    if (unlink_sms or unlink_campaign) and (sms_plan is not None or campaign is not None):
        raise typer.BadParameter(
            "--unlink-sms and --unlink-campaign cannot be combined with --sms-plan or --campaign"
        )
    if unlink_sms and unlink_campaign:
        raise typer.BadParameter("--unlink-sms already unlinks the campaign")
    sms = options.sms_link(sms_plan, campaign)
    if unlink_sms:
        sms = SmsConfiguration(service_plan_id="", campaign_id="")
    elif unlink_campaign:
        sms = SmsConfiguration(campaign_id="")
    with opened(context) as session:
        changed = session.run(
            session.client.imported_numbers.update(
                number,
                display_name=UNSET if display_name is None else display_name,
                sms_configuration=UNSET if sms is None else _with_plan(session, number, sms),
                callback_url=UNSET if callback_url is None else callback_url,
            )
        )
        session.output.one(changed, hosting_tables.imported_number(changed))


@commands.command("delete")
def delete(context: typer.Context, number: options.PhoneNumber, yes: options.Yes = False) -> None:
    """Remove an imported number from the project."""
    require_answer(yes=yes)
    with opened(context) as session:
        confirm(
            f"Text messages to {number} will no longer be routed to this project.",
            "Delete it?",
            yes=yes,
        )
        session.run(session.client.imported_numbers.delete(number))
        deleted = {"phoneNumber": number, "deleted": True}
        session.output.one(deleted, tables.safe(f"{number} was removed from the project"))


def _with_plan(session: Session, number: str, sms: SmsConfiguration) -> SmsConfiguration:
    """Return *sms* with a service plan, which the API requires to set the campaign."""
    if sms.service_plan_id is not None:
        return sms
    now = session.run(session.client.imported_numbers.get(number)).sms_configuration
    if now is None or now.service_plan_id is None:
        fail(f"{number} has no service plan: specify one with --sms-plan", ExitCode.USAGE)
    return attrs.evolve(sms, service_plan_id=now.service_plan_id)
