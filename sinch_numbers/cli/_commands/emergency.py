"""Commands for emergency (E911) addresses."""

from typing import Annotated

import typer

from sinch_numbers.cli._shared import options
from sinch_numbers.cli._shared.billable import billable, opened_billable
from sinch_numbers.cli._shared.prompts import confirm, require_answer
from sinch_numbers.cli._shared.session import opened
from sinch_numbers.cli._views import tables
from sinch_numbers.models import AddressValidation, EmergencyAddress

commands = typer.Typer(no_args_is_help=True, help="Manage emergency (E911) addresses.")

DisplayName = Annotated[
    str,
    typer.Option(
        "--display-name", metavar="TEXT", help="Name of the person or company at the address."
    ),
]
StreetNumber = Annotated[str, typer.Option("--street-number", metavar="TEXT")]
Street = Annotated[str, typer.Option("--street", metavar="TEXT", help="Street name.")]
City = Annotated[str, typer.Option("--city", metavar="TEXT")]
State = Annotated[str, typer.Option("--state", metavar="XX", help="State or province.")]
PostalCode = Annotated[str, typer.Option("--postal-code", metavar="CODE")]
PlusFour = Annotated[
    str | None,
    typer.Option("--plus-four", metavar="DIGITS", help="ZIP+4 extension of a US postal code."),
]
Location = Annotated[
    str | None, typer.Option("--location", metavar="TEXT", help="Apartment, floor or suite.")
]


@commands.command("get")
def get(context: typer.Context, number: options.PhoneNumber) -> None:
    """Show the emergency address of a number."""
    with opened(context) as session:
        address = session.run(session.client.emergency_address.get(number))
        session.output.one(address, tables.facts(_facts(address)))


@commands.command("validate")
def validate(
    context: typer.Context,
    number: options.PhoneNumber,
    display_name: DisplayName,
    street_number: StreetNumber,
    street: Street,
    city: City,
    state: State,
    postal_code: PostalCode,
    plus_four: PlusFour = None,
    location: Location = None,
) -> None:
    """Validate an emergency address. Nothing is stored."""
    address = EmergencyAddress(
        street_number=street_number,
        street_info=street,
        location=location,
        city=city,
        state=state,
        postal_code=postal_code,
        postal_code_plus_four=plus_four,
    )
    with opened(context) as session:
        answer = session.run(
            session.client.emergency_address.validate(
                number, display_name=display_name, address=address
            )
        )
        shown: dict[str, object] = {
            "Result": answer.validation_result,
            "Remarks": answer.validation_message,
        }
        if answer.corrected_address is not None:
            shown |= {
                f"Corrected {k.lower()}": v for k, v in _facts(answer.corrected_address).items()
            }
        for count, candidate in enumerate(answer.candidate_addresses, 1):
            shown[f"Candidate {count}"] = _line(candidate)
        session.output.one(answer, tables.facts(shown))


@commands.command("provision")
def provision(
    context: typer.Context,
    number: options.PhoneNumber,
    display_name: DisplayName,
    street_number: StreetNumber,
    street: Street,
    city: City,
    state: State,
    postal_code: PostalCode,
    plus_four: PlusFour = None,
    location: Location = None,
    corrected: Annotated[
        bool,
        typer.Option("--corrected", help="Validate first, and set the corrected address if any."),
    ] = False,
    yes: options.Yes = False,
) -> None:
    """Set the emergency address of a number. May be billable, depending on your contract."""
    address = EmergencyAddress(
        street_number=street_number,
        street_info=street,
        location=location,
        city=city,
        state=state,
        postal_code=postal_code,
        postal_code_plus_four=plus_four,
    )
    with opened_billable(context, yes=yes) as session:
        addresses = session.client.emergency_address
        known = ""
        if corrected or not yes:
            answer = session.run(
                addresses.validate(number, display_name=display_name, address=address)
            )
            known = _result(answer)
            if corrected and answer.corrected_address is not None:
                known, address = "", answer.corrected_address
        confirm(
            f"{known}Emergency services will be sent to {_line(address)} for calls from {number}. "
            "The API does not return a price; check your contract.",
            "Set the address?",
            yes=yes,
        )
        with billable(session, f"setting the address of {number}"):
            stored = session.run(
                addresses.provision(number, display_name=display_name, address=address)
            )
            session.output.one(stored, tables.facts(_facts(stored)))


@commands.command("deprovision")
def deprovision(
    context: typer.Context, number: options.PhoneNumber, yes: options.Yes = False
) -> None:
    """Remove the emergency address of a number: its emergency calls cannot be located."""
    require_answer(yes=yes)
    with opened(context) as session:
        confirm(
            f"Emergency calls from {number} will have no dispatchable address.",
            "Remove the address?",
            yes=yes,
        )
        session.run(session.client.emergency_address.deprovision(number))
        removed = {"phoneNumber": number, "removed": True}
        session.output.one(removed, tables.safe(f"{number} no longer has an emergency address"))


def _result(answer: AddressValidation) -> str:
    corrected = answer.corrected_address
    if corrected is not None:
        return f"Corrected address: {_line(corrected)} (use it with --corrected). "
    return f"Validation result: {answer.validation_result or 'none'}. "


def _facts(address: EmergencyAddress) -> dict[str, object]:
    return {
        "Street": " ".join(filter(None, (address.street_number, address.street_info))),
        "Location": address.location,
        "City": address.city,
        "State": address.state,
        "Postal code": _postal_code(address),
    }


def _line(address: EmergencyAddress) -> str:
    facts = (str(value) for value in _facts(address).values() if value)
    return ", ".join(facts)


def _postal_code(address: EmergencyAddress) -> str:
    return "-".join(filter(None, (address.postal_code, address.postal_code_plus_four)))
