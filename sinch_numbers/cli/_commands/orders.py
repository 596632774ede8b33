"""Commands for number orders: purchases that require know-your-customer data."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sinch_numbers._client.bodies.documents import Document
from sinch_numbers._core.escaping import printable
from sinch_numbers.cli._commands.renting import cost
from sinch_numbers.cli._shared import options
from sinch_numbers.cli._shared.errors import ExitCode, print_error
from sinch_numbers.cli._shared.prompts import confirm, doubt_told, require_answer
from sinch_numbers.cli._shared.session import Session, opened
from sinch_numbers.cli._views import orders as order_tables
from sinch_numbers.cli._views import tables
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import NumberOrder
from sinch_numbers.ordering import (
    OrderResult,
    Outcome,
    Step,
    order_numbers,
    resume_order,
    wait_for_order,
)

_HITS = 10

OrderId = Annotated[str, typer.Argument(metavar="ORDER", help="The order's id.")]
Number = Annotated[
    str | None, typer.Argument(metavar="[NUMBER]", help="In E.164, such as +61491570156.")
]
Quantity = Annotated[
    int | None,
    typer.Option("--quantity", "-n", metavar="COUNT", help="Instead of a number: 1 to 100."),
]
Sequential = Annotated[
    bool | None, typer.Option("--sequential/--any", help="Whether they have to be in a row.")
]
RegistrationFile = Annotated[
    str,
    typer.Argument(metavar="FILE", help="JSON: the details, or the list of their data; - reads."),
]
RegistrationOption = Annotated[
    str | None,
    typer.Option("--registration", metavar="FILE", help="JSON: the details, or their data."),
]
Attach = Annotated[
    list[str] | None,
    typer.Option("--attach", metavar="ID=FILE", help="A document, as often as needed."),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--document-type", metavar="ID=KIND", help="What kind of document it is."),
]
Wait = Annotated[
    float, typer.Option("--wait", min=0.0, metavar="SECONDS", help="How long, for the review.")
]
Poll = Annotated[
    float, typer.Option("--poll", min=0.001, metavar="SECONDS", help="Before the first look.")
]
NoCheck = Annotated[
    bool, typer.Option("--no-check", help="Leave it to the service to find what is missing.")
]


def requirements(context: typer.Context, region: options.Region, type: options.Type) -> None:
    """Show what an order for numbers of a kind asks for."""
    with opened(context) as session:
        found = session.run(
            session.client.number_orders.requirements(region_code=region, number_type=type)
        )
        session.output.one(found, order_tables.requirements(found))


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
    """Reserve a number, or several. This leads to costs, once the order is accepted."""
    wanted = _wanted(
        region, type, number, quantity, sequential, capability, pattern, search_pattern
    )
    wanted |= {
        "sms_configuration": options.sms_link(sms_plan, campaign),
        "voice_configuration": options.voice_link(voice_app, voice_trunk, fax_service),
        "callback_url": callback_url,
    }
    require_answer(yes=yes)
    with opened(context) as session:
        confirm(_consequence(session, wanted), "Create the order?", yes=yes)
        with doubt_told("creating an order"):
            order = session.run(session.client.number_orders.create(**wanted))
        _show(session, order)


def get(context: typer.Context, order_id: OrderId) -> None:
    """Show an order."""
    with opened(context) as session:
        _show(session, session.run(session.client.number_orders.get(order_id)))


def registration(context: typer.Context, order_id: OrderId) -> None:
    """Show what was written for an order, its documents, and the remarks of reviewers."""
    with opened(context) as session:
        found = session.run(session.client.number_orders.get_registration(order_id))
        session.output.one(found, order_tables.registration(found))


def register(context: typer.Context, order_id: OrderId, file: RegistrationFile) -> None:
    """Write the data of an order, in place of what was there."""
    given = _read(file)
    details = given if isinstance(given, dict) else {"data": given}
    with opened(context) as session:
        found = session.run(
            session.client.number_orders.update_registration(order_id, request_details=details)
        )
        session.output.one(found, order_tables.registration(found))


def upload(
    context: typer.Context,
    order_id: OrderId,
    attachment_id: Annotated[str, typer.Argument(metavar="ID", help="As in the requirements.")],
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    document_type: Annotated[
        str | None, typer.Option("--document-type", metavar="KIND", help="What it is.")
    ] = None,
    content_type: Annotated[
        str, typer.Option("--content-type", metavar="MIME", help="By default as it is named.")
    ] = "",
) -> None:
    """Upload a document for an order, in place of one that was there."""
    with opened(context) as session:
        document = Document(file, content_type=content_type, document_type=document_type)
        session.run(
            session.client.number_orders.upload_attachment(order_id, attachment_id, document)
        )
        uploaded = {"order_id": order_id, "attachment_id": attachment_id, "uploaded": True}
        session.output.one(uploaded, tables.safe(f"{document.filename} was uploaded"))


def submit(context: typer.Context, order_id: OrderId, yes: options.Yes = False) -> None:
    """Hand an order in for review. This leads to costs, once it is accepted."""
    require_answer(yes=yes)
    with opened(context) as session:
        now = session.run(session.client.number_orders.get(order_id))
        confirm(
            f"Once it is accepted, {order_tables.price_of(now)}.", "Submit the order?", yes=yes
        )
        with doubt_told("submitting the order"):
            order = session.run(session.client.number_orders.submit(order_id))
        _show(session, order)


def wait(context: typer.Context, order_id: OrderId, wait: Wait = 3600.0, poll: Poll = 5.0) -> None:
    """Wait for the end of an order's review; nothing is changed."""
    with opened(context) as session:
        result = session.run(wait_for_order(session.client, order_id, wait=wait, poll=poll))
        _end(session, result)


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
    wait: Wait = 3600.0,
    poll: Poll = 5.0,
    yes: options.Yes = False,
) -> None:
    """Buy a number, or several, with all steps. This costs, once the order is accepted."""
    wanted = _wanted(
        region, type, number, quantity, sequential, capability, pattern, search_pattern
    )
    wanted |= {
        "sms_configuration": options.sms_link(sms_plan, campaign),
        "voice_configuration": options.voice_link(voice_app, voice_trunk, fax_service),
        "callback_url": callback_url,
    }
    given = None if registration is None else _read(registration)
    attachments = _documents(attach, document_type)
    require_answer(yes=yes)
    with opened(context) as session:
        confirm(_consequence(session, wanted), "Order it?", yes=yes)
        with doubt_told("ordering"):
            result = session.run(
                order_numbers(
                    session.client,
                    **wanted,
                    registration=given,
                    attachments=attachments,
                    check=not no_check,
                    wait=wait,
                    poll=poll,
                    on_step=_tell,
                )
            )
        _end(session, result)


def resume(
    context: typer.Context,
    order_id: OrderId,
    registration: RegistrationOption = None,
    attach: Attach = None,
    document_type: Kinds = None,
    no_check: NoCheck = False,
    wait: Wait = 3600.0,
    poll: Poll = 5.0,
    yes: options.Yes = False,
) -> None:
    """Go on with an order where it stands. This costs, once it is accepted."""
    given = None if registration is None else _read(registration)
    attachments = _documents(attach, document_type)
    require_answer(yes=yes)
    with opened(context) as session:
        now = session.run(session.client.number_orders.get(order_id))
        confirm(f"Once it is accepted, {order_tables.price_of(now)}.", "Go on with it?", yes=yes)
        with doubt_told("going on with the order"):
            result = session.run(
                resume_order(
                    session.client,
                    order_id,
                    registration=given,
                    attachments=attachments,
                    check=not no_check,
                    wait=wait,
                    poll=poll,
                    on_step=_tell,
                )
            )
        _end(session, result)


def _wanted(
    region: str,
    type: str,
    number: str | None,
    quantity: int | None,
    sequential: bool | None,
    capability: list[str] | None,
    pattern: str | None,
    search_pattern: str | None,
) -> dict[str, Any]:
    if (number is None) is (quantity is None):
        raise typer.BadParameter("a NUMBER or --quantity, and not both")
    return {
        "region_code": region,
        "number_type": type,
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
        return f"Once it is accepted, {offer.phone_number} costs {cost([offer])}."
    hits = session.run(
        stock.search(
            region_code=wanted["region_code"],
            type=wanted["number_type"],
            capabilities=wanted["capabilities"],
            number_pattern=wanted["number_pattern"],
            search_pattern=wanted["search_pattern"],
            size=_HITS,
        )
    )
    each = f"each costs {cost(hits)}" if hits else "the price is not known"
    return f"Once it is accepted, {wanted['requested_quantity']} are rented; {each}."


def _read(file: str) -> Any:
    """Return the JSON object or list in *file*; ``-`` reads stdin."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        given = json.loads(text)
    except OSError as error:
        raise typer.BadParameter(f"cannot read {file}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise typer.BadParameter(f"{file} holds no JSON") from None
    if not isinstance(given, dict | list):
        raise typer.BadParameter(f"{file} holds neither an object nor a list")
    return given


def _documents(attach: list[str] | None, kinds: list[str] | None) -> dict[str, Document]:
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
        raise typer.BadParameter(str(error)) from None


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise typer.BadParameter(f"{option} takes ID=VALUE, not {text}")
    return name, value


def _tell(step: Step, order: NumberOrder) -> None:
    """Print each step to stderr, including the order's id in case of an interrupt."""
    if step is not Step.LOOKED:
        sys.stderr.write(f"{printable(f'order {order.id_number_order}: {step}')}\n")
        sys.stderr.flush()


def _show(session: Session, order: NumberOrder) -> None:
    session.output.one(order, order_tables.order(order))


def _end(session: Session, result: OrderResult) -> None:
    """Print the outcome of an order; exit with an error unless numbers were bought."""
    session.output.one(result, order_tables.result(result))
    if result.outcome not in (Outcome.COMPLETED, Outcome.RENTED):
        print_error(result.explanation)
        raise typer.Exit(ExitCode.REFUSED)
