"""Billable or irreversible commands, which ask for confirmation."""

from collections.abc import Sequence

import typer

from sinch_numbers.cli._shared import applying, bulk, options, provisioning, state_waits
from sinch_numbers.cli._shared.applying import ApplyOptions
from sinch_numbers.cli._shared.billable import billable, opened_billable
from sinch_numbers.cli._shared.errors import print_error, print_left_out, reporting_errors
from sinch_numbers.cli._shared.lists import listing
from sinch_numbers.cli._shared.many_numbers import ChosenNumbers, ManyNumbers, chosen_numbers
from sinch_numbers.cli._shared.number_lists import read_numbers
from sinch_numbers.cli._shared.prompts import confirm
from sinch_numbers.cli._shared.session import Session
from sinch_numbers.cli._views import lists, tables
from sinch_numbers.errors import OutOfStockError
from sinch_numbers.models import (
    ActiveNumber,
    AvailableNumber,
    NumberType,
    SmsConfiguration,
    VoiceConfiguration,
)
from sinch_numbers.operations import DesiredNumber, PlanAction

commands = typer.Typer()

_BULK = frozenset(("dry_run", "results", "max_failures"))
"""Options of a release that only apply to the numbers of a file."""

_HITS = 10


@commands.command("rent")
def rent(
    context: typer.Context,
    number: options.PhoneNumber,
    sms_plan: options.SmsPlan = None,
    campaign: options.Campaign = None,
    voice_app: options.VoiceApp = None,
    voice_trunk: options.VoiceTrunk = None,
    fax_service: options.FaxService = None,
    callback_url: options.CallbackUrl = None,
    wait: provisioning.WaitFlag = False,
    wait_timeout: state_waits.WaitTimeout = 600.0,
    yes: options.Yes = False,
) -> None:
    """Rent a number. Deprecated by the vendor; US LOCAL only: prefer buy. Billable."""
    sms = options.rented_sms_link(sms_plan, campaign)
    voice = options.voice_link(voice_app, voice_trunk, fax_service)
    with opened_billable(context, yes=yes) as session:
        offer = session.run(session.client.available_numbers.get(number))
        confirm(f"{number} ({_kind(offer)}) costs {cost([offer])}.", "Rent it?", yes=yes)
        with billable(session, f"renting {number}"):
            rented = session.run(
                session.client.available_numbers.rent(
                    number,
                    sms_configuration=sms,
                    voice_configuration=voice,
                    callback_url=callback_url,
                )
            )
            _end(session, rented, _awaited(sms, voice, wait_timeout) if wait else None)


@commands.command("rent-first")
def rent_first(
    context: typer.Context,
    region: options.Region,
    type: options.Type,
    capability: options.Capabilities = None,
    pattern: options.Pattern = None,
    search_pattern: options.SearchPattern = None,
    sms_plan: options.SmsPlan = None,
    campaign: options.Campaign = None,
    voice_app: options.VoiceApp = None,
    voice_trunk: options.VoiceTrunk = None,
    fax_service: options.FaxService = None,
    callback_url: options.CallbackUrl = None,
    wait: provisioning.WaitFlag = False,
    wait_timeout: state_waits.WaitTimeout = 600.0,
    yes: options.Yes = False,
) -> None:
    """Rent the first available number. Deprecated by the vendor; US LOCAL only: prefer buy."""
    sms = options.rented_sms_link(sms_plan, campaign)
    voice = options.voice_link(voice_app, voice_trunk, fax_service)
    with opened_billable(context, yes=yes) as session:
        stock = session.client.available_numbers
        hits = session.run(
            stock.search(
                region_code=region,
                type=type,
                capabilities=capability or (),
                number_pattern=pattern,
                search_pattern=search_pattern,
                size=_HITS,
                on_unreadable=print_left_out,
            )
        )
        if not hits:
            raise OutOfStockError("no matching numbers available")
        confirm(
            f"A number such as {hits[0].phone_number} costs {cost(hits)}.", "Rent one?", yes=yes
        )
        with billable(session, "renting a number"):
            rented = session.run(
                stock.rent_first(
                    region_code=region,
                    type=type,
                    capabilities=capability or (),
                    number_pattern=pattern,
                    search_pattern=search_pattern,
                    sms_configuration=sms,
                    voice_configuration=voice,
                    callback_url=callback_url,
                    candidates=_HITS,
                )
            )
            _end(session, rented, _awaited(sms, voice, wait_timeout) if wait else None)


@commands.command("rent-any")
def rent_any(
    context: typer.Context,
    region: options.Region = "US",
    type: options.Type = NumberType.LOCAL,
    capability: options.Capabilities = None,
    pattern: options.Pattern = None,
    search_pattern: options.SearchPattern = None,
    sms_plan: options.SmsPlan = None,
    campaign: options.Campaign = None,
    voice_app: options.VoiceApp = None,
    voice_trunk: options.VoiceTrunk = None,
    fax_service: options.FaxService = None,
    callback_url: options.CallbackUrl = None,
    wait: provisioning.WaitFlag = False,
    wait_timeout: state_waits.WaitTimeout = 600.0,
    yes: options.Yes = False,
) -> None:
    """Rent any matching number. Deprecated by the vendor; US LOCAL only: prefer buy."""
    sms = options.rented_sms_link(sms_plan, campaign)
    voice = options.voice_link(voice_app, voice_trunk, fax_service)
    with opened_billable(context, yes=yes) as session:
        stock = session.client.available_numbers
        hits = session.run(
            stock.search(
                region_code=region,
                type=type,
                capabilities=capability or (),
                number_pattern=pattern,
                search_pattern=search_pattern,
                size=_HITS,
                on_unreadable=print_left_out,
            )
        )
        price = f"matching numbers cost {cost(hits)}" if hits else "the price is unknown"
        confirm(f"The service selects the number; {price}.", "Rent one?", yes=yes)
        with billable(session, "renting a number"):
            rented = session.run(
                stock.rent_any(
                    region_code=region,
                    type=type,
                    capabilities=capability or (),
                    number_pattern=pattern,
                    search_pattern=search_pattern,
                    sms_configuration=sms,
                    voice_configuration=voice,
                    callback_url=callback_url,
                )
            )
            _end(session, rented, _awaited(sms, voice, wait_timeout) if wait else None)


@commands.command("release")
def release(
    context: typer.Context,
    numbers: options.SomeNumbersOrStdin = None,
    from_file: bulk.NumbersFrom = None,
    dry_run: bulk.DryRun = False,
    results: applying.Results = None,
    max_failures: applying.MaxFailures = None,
    yes: options.Yes = False,
) -> None:
    """
    Release numbers at the end of their billing period. Not refundable, cannot be undone.

    With --from, numbers that are already released are skipped: after an interruption, run the
    same command again.
    """
    if from_file is not None:
        options.only_from(context, "from_file", {*_BULK, "yes"})
        with reporting_errors(context):
            applying.check_results(results)
        desired = [DesiredNumber(number, released=True) for number in read_numbers(str(from_file))]
        rule = options.FileRule(force=False, mode=context.obj.mode)
        bulk.Bulk(
            context=context,
            options=ApplyOptions(yes=yes, results=results, rule=rule, max_failures=max_failures),
            dry_run=dry_run,
            actions=frozenset((PlanAction.RELEASE,)),
        ).run(bulk.given(desired))
        return
    options.without_from(context, _BULK)
    chosen = chosen_numbers(context, options.required_numbers(numbers), confirmed=yes)
    if not chosen.is_single:
        _release_many(context, chosen, yes=yes)
        return
    (number,) = chosen.numbers
    with opened_billable(context, yes=yes) as session:
        now = session.run(session.client.active_numbers.get(number))
        if now.expire_at is not None:
            print_error(f"{number} is already released; it ends on {now.expire_at:%Y-%m-%d}")
            _show(session, now)
            return
        name = f" ({now.display_name})" if now.display_name else ""
        until = f"{now.next_charge_date:%Y-%m-%d}" if now.next_charge_date else "the month's end"
        confirm(
            f"{number}{name} works until {until}, then it is lost. Not refundable.",
            "Release it?",
            yes=yes,
        )
        with billable(session, f"releasing {number}"):
            released = session.run(session.client.active_numbers.release(number))
            _show(session, released)


def _release_many(context: typer.Context, chosen: ChosenNumbers, *, yes: bool) -> None:
    wanted = listing(context, lists.ACTIVE_NUMBERS, output=None, force=False)
    with opened_billable(context, yes=yes) as session:
        numbers = session.client.active_numbers
        calls = ManyNumbers(context)
        now: list[ActiveNumber] = []
        session.run(calls.run(chosen.numbers, numbers.get, now.append))
        rented = [number.phone_number for number in now if number.expire_at is None]
        if ended := len(now) - len(rented):
            print_error(f"{ended:,} of {len(chosen.numbers):,} numbers are already released")
        if rented:
            count = f"{len(rented):,} number{'s' * (len(rented) > 1)}"
            confirm(
                f"{count} will be lost at the end of the paid month. Not refundable.",
                f"Release {count}?",
                yes=yes,
            )
        with billable(session, f"releasing {len(rented)} numbers"):
            with wanted.opened(session.output) as rows:
                rows.add([number for number in now if number.expire_at is not None])
                session.run(calls.run(rented, numbers.release, lambda one: rows.add([one])))
            calls.end(len(chosen.numbers), "not released")


def _awaited(
    sms: SmsConfiguration | None, voice: VoiceConfiguration | None, timeout: float
) -> provisioning.Wanted:
    return provisioning.Wanted(
        sms=sms is not None or None, voice=voice is not None or None, timeout=timeout
    )


def _end(session: Session, rented: ActiveNumber, awaited: provisioning.Wanted | None) -> None:
    """Wait for a rented number if requested, and print it."""
    ended = provisioning.after(session, [rented], awaited, did="rented", billed=True)
    (number,) = ended.numbers
    _show(session, number)
    ended.end()


def _show(session: Session, number: ActiveNumber) -> None:
    session.output.one(number, tables.active_number(number))


def _kind(offer: AvailableNumber) -> str:
    return f"{offer.region_code} {offer.type}"


def cost(offers: Sequence[AvailableNumber]) -> str:
    """Describe the cost of the offers; list each price if they differ."""
    prices = sorted(
        {
            f"{tables.price(offer.setup_price)} once and {tables.price(offer.monthly_price)} "
            f"{tables.interval(offer.payment_interval_months)}"
            for offer in offers
        }
    )
    return ", or ".join(prices)
