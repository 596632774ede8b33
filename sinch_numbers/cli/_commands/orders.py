"""Commands for number orders: purchases that require know-your-customer data."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sinch_numbers._client.bodies.documents import Document
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.cli._commands.renting import cost
from sinch_numbers.cli._shared import options, provisioning, state_waits
from sinch_numbers.cli._shared.billable import billable, opened_billable
from sinch_numbers.cli._shared.errors import ExitCode, fail, print_left_out
from sinch_numbers.cli._shared.problems import print_line
from sinch_numbers.cli._shared.prompts import confirm
from sinch_numbers.cli._shared.session import Session, opened
from sinch_numbers.cli._views import orders as order_tables
from sinch_numbers.cli._views import tables
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import ActiveNumber, Capability, NumberOrder, NumberType, SearchPattern
from sinch_numbers.ordering import (
    OrderOutcome,
    OrderResult,
    Step,
    order_numbers,
    resume_order,
)

commands = typer.Typer(
    no_args_is_help=True, help="Number orders in single steps; buy performs all of them."
)

_HITS = 10

OrderId = Annotated[str, typer.Argument(metavar="ORDER", help="Order ID.")]
Number = Annotated[
    str | None,
    typer.Argument(metavar="[NUMBER]", help="Phone number in E.164, such as +61491570156."),
]
Quantity = Annotated[
    int | None,
    typer.Option(
        "--quantity",
        "-q",
        metavar="COUNT",
        help="Matching numbers to order, 1 to 100, instead of NUMBER.",
    ),
]
Sequential = Annotated[
    bool | None,
    typer.Option("--sequential/--any", help="Whether the numbers must be consecutive."),
]
RegistrationFile = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="JSON file: the registration details, or their data list; - for stdin.",
    ),
]
RegistrationOption = Annotated[
    str | None,
    typer.Option(
        "--registration",
        metavar="FILE",
        help="JSON file: the registration details, or their data list.",
    ),
]
Attach = Annotated[
    list[str] | None,
    typer.Option("--attach", metavar="ID=FILE", help="Document to upload. Repeatable."),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--document-type", metavar="ID=KIND", help="Type of an attached document. Repeatable."
    ),
]
NoCheck = Annotated[
    bool, typer.Option("--no-check", help="Skip the local check for missing data.")
]


@commands.command("requirements")
def requirements(context: typer.Context, region: options.Region, type: options.Type) -> None:
    """Show the data and documents that an order requires."""
    with opened(context) as session:
        found = session.run(
            session.client.number_orders.requirements(region_code=region, type=type)
        )
        session.output.one(found, order_tables.requirements(found))


@commands.command("create")
def create(
    context: typer.Context,
    region: options.Region,
    type: options.Type,
    number: Number = None,
    quantity: Quantity = None,
    sequential: Sequential = None,
    capability: options.Capabilities = None,
    pattern: options.Pattern = None,
    search_pattern: options.SearchPattern = None,
    sms_plan: options.SmsPlan = None,
    campaign: options.Campaign = None,
    voice_app: options.VoiceApp = None,
    voice_trunk: options.VoiceTrunk = None,
    fax_service: options.FaxService = None,
    callback_url: options.CallbackUrl = None,
    yes: options.Yes = False,
) -> None:
    """Create an order, which reserves its numbers. Billable once accepted."""
    wanted = _wanted(
        region, type, number, quantity, sequential, capability, pattern, search_pattern
    )
    wanted |= {
        "sms_configuration": options.rented_sms_link(sms_plan, campaign),
        "voice_configuration": options.voice_link(voice_app, voice_trunk, fax_service),
        "callback_url": callback_url,
    }
    with opened_billable(context, yes=yes) as session:
        confirm(_consequence(session, wanted), "Create the order?", yes=yes)
        with billable(session, "creating an order"):
            order = session.run(session.client.number_orders.create(**wanted))
            _show(session, order)


@commands.command("get")
def get(context: typer.Context, order_id: OrderId) -> None:
    """Show a number order."""
    with opened(context) as session:
        _show(session, session.run(session.client.number_orders.get(order_id)))


@commands.command("registration")
def registration(context: typer.Context, order_id: OrderId) -> None:
    """Show the registration data, documents and reviewers' remarks of an order."""
    with opened(context) as session:
        found = session.run(session.client.number_orders.get_registration(order_id))
        session.output.one(found, order_tables.registration(found))


@commands.command("register")
def register(context: typer.Context, order_id: OrderId, file: RegistrationFile) -> None:
    """Replace the registration data of an order."""
    given = read(file, "FILE")
    details = given if isinstance(given, dict) else {"data": given}
    with opened(context) as session:
        found = session.run(
            session.client.number_orders.update_registration(order_id, request_details=details)
        )
        session.output.one(found, order_tables.registration(found))


@commands.command("upload")
def upload(
    context: typer.Context,
    order_id: OrderId,
    attachment_id: Annotated[
        str, typer.Argument(metavar="ID", help="Attachment ID from the requirements.")
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    document_type: Annotated[
        str | None, typer.Option("--document-type", metavar="KIND", help="Document type.")
    ] = None,
    content_type: Annotated[
        str,
        typer.Option(
            "--content-type", metavar="MIME", help="MIME type (default: from the file name)."
        ),
    ] = "",
) -> None:
    """Upload a document for an order. Replaces an earlier one."""
    with opened(context) as session:
        document = Document(file, content_type=content_type, document_type=document_type)
        session.run(
            session.client.number_orders.upload_attachment(order_id, attachment_id, document)
        )
        uploaded = {"orderId": order_id, "attachmentId": attachment_id, "uploaded": True}
        session.output.one(uploaded, tables.safe(f"{document.filename} was uploaded"))


@commands.command("submit")
def submit(
    context: typer.Context,
    order_id: OrderId,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for the outcome of the review.")
    ] = False,
    wait_timeout: state_waits.WaitTimeout = 3600.0,
    longest_pause: state_waits.LongestPause = 60.0,
    yes: options.Yes = False,
) -> None:
    """Submit an order for review. Billable once accepted."""
    with opened_billable(context, yes=yes) as session:
        now = session.run(session.client.number_orders.get(order_id))
        confirm(f"Once accepted, {order_tables.price_of(now)}.", "Submit the order?", yes=yes)
        with billable(session, "submitting the order"):
            order = session.run(session.client.number_orders.submit(order_id))
            if not wait:
                _show(session, order)
                return
            print_line(f"submitted order {order_id}; waiting for the review")
            _end_wait(session, order_id, wait_timeout, longest_pause)


@commands.command("wait")
def wait(
    context: typer.Context,
    order_id: OrderId,
    wait_timeout: state_waits.WaitTimeout = 3600.0,
    longest_pause: state_waits.LongestPause = 60.0,
) -> None:
    """Wait for the outcome of an order. Read-only."""
    with opened(context) as session:
        _end_wait(session, order_id, wait_timeout, longest_pause)


def _end_wait(session: Session, order_id: str, wait_timeout: float, longest_pause: float) -> None:
    """Wait for the outcome of an order, and print it; an interrupt names the last state."""
    states = provisioning.States([order_id])
    try:
        result = session.run(
            session.client.number_orders.wait_until_completed(
                order_id,
                deadline=wait_timeout,
                longest_pause=longest_pause,
                on_progress=states,
            )
        )
    except KeyboardInterrupt as error:
        state = states.last.get(order_id) or "not read yet"
        error.add_note(
            f"order {order_id} {state}, to wait again: sinch-numbers orders wait {order_id}"
        )
        raise
    state_waits.end(session, result, order_tables.order(result.resource or NumberOrder(order_id)))


@commands.command("order")
def order(
    context: typer.Context,
    region: options.Region,
    type: options.Type,
    number: Number = None,
    quantity: Quantity = None,
    sequential: Sequential = None,
    capability: options.Capabilities = None,
    pattern: options.Pattern = None,
    search_pattern: options.SearchPattern = None,
    sms_plan: options.SmsPlan = None,
    campaign: options.Campaign = None,
    voice_app: options.VoiceApp = None,
    voice_trunk: options.VoiceTrunk = None,
    fax_service: options.FaxService = None,
    callback_url: options.CallbackUrl = None,
    registration: RegistrationOption = None,
    attach: Attach = None,
    document_type: Kinds = None,
    no_check: NoCheck = False,
    wait: provisioning.WaitFlag = False,
    wait_timeout: state_waits.WaitTimeout = 3600.0,
    longest_pause: state_waits.LongestPause = 60.0,
    yes: options.Yes = False,
) -> None:
    """Order numbers: create, register, upload, submit and wait. Billable once accepted."""
    wanted = _wanted(
        region, type, number, quantity, sequential, capability, pattern, search_pattern
    )
    wanted |= {
        "sms_configuration": options.rented_sms_link(sms_plan, campaign),
        "voice_configuration": options.voice_link(voice_app, voice_trunk, fax_service),
        "callback_url": callback_url,
    }
    given = None if registration is None else read(registration)
    attachments = documents(attach, document_type)
    with opened_billable(context, yes=yes) as session:
        confirm(_consequence(session, wanted), "Place the order?", yes=yes)
        with billable(session, "ordering"):
            result = session.run(
                order_numbers(
                    session.client,
                    **wanted,
                    registration=given,
                    attachments=attachments,
                    check=not no_check,
                    deadline=wait_timeout,
                    longest_pause=longest_pause,
                    on_step=print_step,
                )
            )
            _end(session, result, _awaited(wanted, wait_timeout) if wait else None)


@commands.command("resume")
def resume(
    context: typer.Context,
    order_id: OrderId,
    registration: RegistrationOption = None,
    attach: Attach = None,
    document_type: Kinds = None,
    no_check: NoCheck = False,
    wait: provisioning.WaitFlag = False,
    wait_timeout: state_waits.WaitTimeout = 3600.0,
    longest_pause: state_waits.LongestPause = 60.0,
    yes: options.Yes = False,
) -> None:
    """Resume an order from its current state. Billable once accepted."""
    given = None if registration is None else read(registration)
    attachments = documents(attach, document_type)
    with opened_billable(context, yes=yes) as session:
        now = session.run(session.client.number_orders.get(order_id))
        confirm(f"Once accepted, {order_tables.price_of(now)}.", "Resume the order?", yes=yes)
        with billable(session, "resuming the order"):
            result = session.run(
                resume_order(
                    session.client,
                    order_id,
                    registration=given,
                    attachments=attachments,
                    check=not no_check,
                    deadline=wait_timeout,
                    longest_pause=longest_pause,
                    on_step=print_step,
                )
            )
            _end(session, result, provisioning.Wanted(timeout=wait_timeout) if wait else None)


def _awaited(wanted: dict[str, Any], timeout: float) -> provisioning.Wanted:
    return provisioning.Wanted(
        sms=wanted["sms_configuration"] is not None or None,
        voice=wanted["voice_configuration"] is not None or None,
        timeout=timeout,
    )


def _wanted(
    region: str,
    type: NumberType,
    number: str | None,
    quantity: int | None,
    sequential: bool | None,
    capability: list[Capability] | None,
    pattern: str | None,
    search_pattern: SearchPattern | None,
) -> dict[str, Any]:
    if (number is None) is (quantity is None):
        raise typer.BadParameter("specify either NUMBER or --quantity")
    return {
        "region_code": region,
        "type": type,
        "phone_number": number,
        "requested_quantity": quantity,
        "sequential": sequential,
        "capabilities": capability or (),
        "number_pattern": pattern,
        "search_pattern": search_pattern,
    }


def _consequence(session: Session, wanted: dict[str, Any]) -> str:
    """Describe the effect of an order, including its cost where it can be read."""
    stock = session.client.available_numbers
    if wanted["phone_number"] is not None:
        offer = session.run(stock.get(wanted["phone_number"]))
        return f"Once accepted, {offer.phone_number} costs {cost([offer])}."
    hits = session.run(
        stock.search(
            region_code=wanted["region_code"],
            type=wanted["type"],
            capabilities=wanted["capabilities"],
            number_pattern=wanted["number_pattern"],
            search_pattern=wanted["search_pattern"],
            size=_HITS,
            on_unreadable=print_left_out,
        )
    )
    each = f"each costs {cost(hits)}" if hits else "the price is unknown"
    count = wanted["requested_quantity"]
    numbers = "1 number" if count == 1 else f"{count} numbers"
    return f"Once accepted, the order rents {numbers}; {each}."


def read(file: str, written: str = "--registration") -> Any:
    """Return the JSON object or list in *file*, given as *written*; ``-`` reads stdin."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        given = json.loads(text)
    except OSError as error:
        raise typer.BadParameter(
            f"cannot read {file}: {os_reason(error)}", param_hint=written
        ) from None
    except (ValueError, RecursionError):
        raise typer.BadParameter(f"{file} is not valid JSON", param_hint=written) from None
    if not isinstance(given, dict | list):
        raise typer.BadParameter(f"{file} must contain a JSON object or list", param_hint=written)
    return given


def documents(attach: list[str] | None, kinds: list[str] | None) -> dict[str, Document]:
    kind_of = dict(_pair(one, "--document-type") for one in kinds or ())
    files = dict(_pair(one, "--attach") for one in attach or ())
    if unknown := kind_of.keys() - files.keys():
        raise typer.BadParameter(f"--document-type without --attach: {', '.join(sorted(unknown))}")
    try:
        return {
            name: Document(Path(file), document_type=kind_of.get(name))
            for name, file in files.items()
        }
    except InvalidArgumentError as error:
        raise typer.BadParameter(error.naming("--attach")) from None


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise typer.BadParameter(f"{option} must be ID=VALUE, not {text}")
    return name, value


def print_step(step: Step, order: NumberOrder) -> None:
    """Print each step to stderr, including the order's id in case of an interrupt."""
    print_line(f"order {order.id_number_order}: {step}")


def _show(session: Session, order: NumberOrder) -> None:
    session.output.one(order, order_tables.order(order))


def _end(session: Session, result: OrderResult, awaited: provisioning.Wanted | None) -> None:
    """
    Wait for the numbers of an order if requested, and print the order's outcome.

    Exits with an error unless numbers were bought, and provisioned if that is wanted.
    """
    bought = [ActiveNumber(number) for number in result.phone_numbers]
    ended = provisioning.after(session, bought, awaited, did="bought", billed=True)
    session.output.one(result, order_tables.result(result))
    ended.end()
    if result.outcome is not OrderOutcome.COMPLETED:
        refused = result.outcome in (OrderOutcome.REJECTED, OrderOutcome.BLOCKED)
        fail(
            result.explanation,
            ExitCode.REJECTED if refused else ExitCode.OTHER,
            f"order_{result.outcome}",
        )
