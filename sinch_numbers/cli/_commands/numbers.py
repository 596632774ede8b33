"""Commands that read or update numbers; all free of charge."""

from typing import Annotated, TypeVar

import attrs
import typer

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._client.wait_results import WaitOutcome
from sinch_numbers.cli._shared import (
    applying,
    bulk,
    list_options,
    number_filters,
    options,
    provisioning,
    state_waits,
)
from sinch_numbers.cli._shared.applying import ApplyOptions
from sinch_numbers.cli._shared.errors import reporting_errors
from sinch_numbers.cli._shared.lists import listing
from sinch_numbers.cli._shared.many_numbers import chosen_numbers, print_each
from sinch_numbers.cli._shared.session import opened
from sinch_numbers.cli._views import lists, tables
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import ActiveNumber, NumberType, SmsConfiguration, VoiceConfiguration
from sinch_numbers.models._unset import UNSET, Maybe
from sinch_numbers.operations import PlanAction

commands = typer.Typer()

_BULK = frozenset(("dry_run", "results", "max_failures"))
"""Options of an update that only apply to the numbers of a file."""

T = TypeVar("T")


@commands.command("list")
def list_(
    context: typer.Context,
    region: list_options.Regions = None,
    type: list_options.Types = None,
    capability: options.Capabilities = None,
    pattern: options.Pattern = None,
    search_pattern: options.SearchPattern = None,
    order_by: Annotated[options.Order | None, typer.Option("--order-by", help="Sort key.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, help="Maximum number of results.")
    ] = None,
    page_size: Annotated[
        int, typer.Option("--page-size", min=1, help="Numbers per request.")
    ] = 1000,
    status: list_options.Statuses = None,
    sms_plan: Annotated[
        str | None,
        typer.Option(
            "--sms-plan",
            metavar="ID",
            help="Only numbers on this SMS service plan, or scheduled for it; '' for none.",
        ),
    ] = None,
    campaign: Annotated[
        str | None,
        typer.Option(
            "--campaign",
            metavar="ID",
            help="Only numbers in this campaign, or scheduled for it; '' for none.",
        ),
    ] = None,
    columns: list_options.Columns = None,
    sort: list_options.Sort = None,
    output: options.OutputFiles = None,
    force: options.Force = False,
) -> None:
    """
    List the numbers that the project rents.

    --status, --sms-plan, --campaign and --sort read all numbers of the other filters.
    """
    wanted = listing(
        context,
        lists.ACTIVE_NUMBERS,
        output=output,
        force=force,
        columns=columns,
        sort=sort,
        limit=limit,
        keep=number_filters.keep(list_options.flat(status), sms_plan, campaign),
    )
    with opened(context) as session, wanted.opened(session.output) as rows:
        pagers = [
            session.client.active_numbers.list(
                region_code=one_region,
                type=one_type,
                capability=capability,
                number_pattern=pattern,
                search_pattern=search_pattern,
                order_by=None if order_by is None else order_by.order_by,
                limit=wanted.api_limit,
                page_size=page_size,
                on_unreadable=session.leave_out,
            )
            for one_region in list_options.flat(region) or (None,)
            for one_type in list_options.flat(type) or (None,)
        ]
        session.run(rows.read(*pagers))


@commands.command("get")
def get(
    context: typer.Context,
    numbers: options.NumbersOrStdin,
    columns: list_options.Columns = None,
    output: options.OutputFiles = None,
    force: options.Force = False,
) -> None:
    """Show rented numbers: one with all details, several as a list."""
    view = lists.ACTIVE_NUMBERS
    wanted = listing(context, view, output=output, force=force, columns=columns)
    chosen = chosen_numbers(context, numbers)
    with opened(context) as session:
        found = session.client.active_numbers
        if chosen.is_single and not output and columns is None:
            number = session.run(found.get(chosen.numbers[0]))
            session.output.one(number, tables.active_number(number))
        else:
            print_each(session, chosen, wanted, found.get, "not shown")


@commands.command("wait")
def wait(
    context: typer.Context,
    numbers: options.SomeNumbersOrStdin = None,
    sms: Annotated[
        bool | None,
        typer.Option("--sms/--no-sms", help="Require, or ignore, an SMS configuration."),
    ] = None,
    voice: Annotated[
        bool | None,
        typer.Option("--voice/--no-voice", help="Require, or ignore, a voice configuration."),
    ] = None,
    wait_timeout: state_waits.WaitTimeout = 600.0,
    longest_pause: state_waits.LongestPause = 15.0,
    from_file: bulk.NumbersFrom = None,
    results: applying.Results = None,
) -> None:
    """Wait until rented numbers are provisioned, or provisioning has failed. Read-only."""
    if from_file is not None:
        if numbers:
            raise typer.BadParameter("specify NUMBER or --from, not both")
        bulk.wait_for(
            context,
            from_file,
            results,
            sms=sms,
            voice=voice,
            deadline=wait_timeout,
            longest_pause=longest_pause,
        )
        return
    options.without_from(context, frozenset(("results",)))
    wanted = provisioning.Wanted(
        sms=sms, voice=voice, timeout=wait_timeout, longest_pause=longest_pause
    )
    chosen = chosen_numbers(context, options.required_numbers(numbers))
    with opened(context) as session:
        ended = provisioning.wait(session, chosen.numbers, wanted)
        if chosen.is_single:
            (result,) = ended
            if result.error is not None and result.outcome is WaitOutcome.UNREADABLE:
                raise result.error
            number = result.resource or ActiveNumber(result.subject)
            session.output.one(result, tables.active_number(number))
        else:
            session.output.many(ended, tables.waits(ended))
        provisioning.end(ended)


@commands.command("search")
def search(
    context: typer.Context,
    region: options.Region,
    type: options.Type,
    capability: options.Capabilities = None,
    pattern: options.Pattern = None,
    search_pattern: options.SearchPattern = None,
    size: Annotated[
        int | None,
        typer.Option("--size", "--limit", "-n", min=1, help="Maximum number of results."),
    ] = None,
    columns: list_options.Columns = None,
    sort: list_options.Sort = None,
    output: options.OutputFiles = None,
    force: options.Force = False,
) -> None:
    """Search available numbers."""
    view = lists.AVAILABLE_NUMBERS
    wanted = listing(context, view, output=output, force=force, columns=columns, sort=sort)
    with opened(context) as session, wanted.opened(session.output) as rows:
        found = session.run(
            session.client.available_numbers.search(
                region_code=region,
                type=type,
                capabilities=capability or (),
                number_pattern=pattern,
                search_pattern=search_pattern,
                size=size,
                on_unreadable=session.leave_out,
            )
        )
        rows.add(found)


@commands.command("price")
def price(context: typer.Context, number: options.PhoneNumber) -> None:
    """Show the price and capabilities of an available number."""
    with opened(context) as session:
        offer = session.run(session.client.available_numbers.get(number))
        session.output.one(offer, tables.available_number(offer))


@commands.command("regions")
def regions(
    context: typer.Context,
    type: Annotated[
        list[NumberType] | None,
        typer.Option(
            "--type",
            "-t",
            parser=options.OneOf(NumberType),
            metavar="TYPE",
            help="Only regions that offer mobile, local or toll-free.",
        ),
    ] = None,
    columns: list_options.Columns = None,
    sort: list_options.Sort = None,
    output: options.OutputFiles = None,
    force: options.Force = False,
) -> None:
    """List the regions where numbers can be rented."""
    view = lists.REGIONS
    wanted = listing(context, view, output=output, force=force, columns=columns, sort=sort)
    with opened(context) as session, wanted.opened(session.output) as rows:
        found = session.run(
            session.client.available_regions.list(
                types=type or (), on_unreadable=session.leave_out
            )
        )
        rows.add(found)


@commands.command("update")
def update(
    context: typer.Context,
    numbers: options.SomeNumbersOrStdin = None,
    display_name: Annotated[
        str | None, typer.Option("--display-name", metavar="TEXT", help="Display name.")
    ] = None,
    sms_plan: options.SmsPlan = None,
    campaign: options.Campaign = None,
    unlink_sms: Annotated[
        bool, typer.Option("--unlink-sms", help="Unlink the SMS service plan.")
    ] = False,
    unlink_campaign: Annotated[
        bool, typer.Option("--unlink-campaign", help="Unlink the campaign.")
    ] = False,
    voice_app: options.VoiceApp = None,
    voice_trunk: options.VoiceTrunk = None,
    fax_service: options.FaxService = None,
    callback_url: options.CallbackUrl = None,
    wait: provisioning.WaitFlag = False,
    wait_timeout: state_waits.WaitTimeout = 600.0,
    from_file: bulk.From = None,
    dry_run: bulk.DryRun = False,
    results: applying.Results = None,
    max_failures: applying.MaxFailures = None,
    yes: options.Yes = False,
) -> None:
    """
    Update the name, links and callback URL of numbers.

    Options that are not given leave their field unchanged. Unlink a number before linking it to
    another service plan or campaign. Provisioning runs in the background.

    With --from, the steps are planned and confirmed as by plan and apply, with unlinking, and
    provisioning is awaited. After an interruption, run the same command again.
    """
    if from_file is not None:
        options.only_from(context, "from_file", {*_BULK, "yes"})
        with reporting_errors(context):
            applying.check_results(results)
        desired = applying.desired_of(from_file)
        rule = options.FileRule(force=False, mode=context.obj.mode)
        given = ApplyOptions(yes=yes, results=results, rule=rule, max_failures=max_failures)
        bulk.Bulk(
            context=context,
            options=given,
            dry_run=dry_run,
            actions=frozenset((PlanAction.UPDATE,)),
        ).run(bulk.given(desired))
        return
    options.without_from(context, _BULK)
    voice = options.voice_link(voice_app, voice_trunk, fax_service)
    if unlink_sms and (sms_plan is not None or campaign is not None or unlink_campaign):
        raise typer.BadParameter("--unlink-sms cannot be combined with other SMS options")
    if unlink_campaign and (sms_plan is not None or campaign is not None):
        raise typer.BadParameter(
            "--unlink-campaign cannot be combined with --sms-plan or --campaign"
        )
    sms = options.sms_link(sms_plan, campaign)
    if unlink_sms:
        sms = SmsConfiguration(service_plan_id="")
    elif unlink_campaign:
        sms = SmsConfiguration(campaign_id="")
    wanted = listing(context, lists.ACTIVE_NUMBERS, output=None, force=False)
    chosen = chosen_numbers(context, options.required_numbers(numbers))
    with opened(context) as session:
        client = session.client

        awaited = _awaited(sms, voice, wait_timeout) if wait else None

        async def change(number: str) -> ActiveNumber:
            changed = await client.active_numbers.update(
                number,
                display_name=_given(display_name),
                sms_configuration=_given(sms and await _with_plan(client, number, sms)),
                voice_configuration=_given(voice),
                callback_url=_given(callback_url),
            )
            if awaited is None or chosen.is_single:
                return changed
            return await provisioning.awaited(session, number, awaited)

        if chosen.is_single:
            changed = session.run(change(chosen.numbers[0]))
            ended = provisioning.after(session, [changed], awaited, did="updated")
            (changed,) = ended.numbers
            session.output.one(changed, tables.active_number(changed))
            ended.end()
        else:
            print_each(session, chosen, wanted, change, "not updated")


def _awaited(
    sms: SmsConfiguration | None, voice: VoiceConfiguration | None, timeout: float
) -> provisioning.Wanted:
    """Return the wait for a change: a configuration that was set must be there after the wait."""
    is_set = sms is not None and sms.service_plan_id != "" and sms.campaign_id != ""
    return provisioning.Wanted(
        sms=is_set or None, voice=voice is not None or None, timeout=timeout
    )


async def _with_plan(
    client: NumbersClient, number: str, sms: SmsConfiguration
) -> SmsConfiguration:
    """Return *sms* with a service plan, which the API requires to set the campaign."""
    if sms.service_plan_id is not None:
        return sms
    now = (await client.active_numbers.get(number)).sms_configuration
    if now is None or now.service_plan_id is None:
        expected = f"a service plan, since {number} has none"
        raise InvalidArgumentError("sms_configuration", expected, source="--sms-plan")
    return attrs.evolve(sms, service_plan_id=now.service_plan_id)


def _given(value: T | None) -> Maybe[T]:
    return UNSET if value is None else value
