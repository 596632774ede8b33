"""
Emergency addresses, with a simulated validation.

The result depends on the address text alone:

* ``NO_MATCH``, with candidates, if ``streetNumber`` has no digit, ``streetInfo`` has no street
  type (``Main``) or says that it is made up (``Nowhere``, ``Unknown``, ``Imaginary`` and others),
  or the direction of ``Lenox Rd NE`` is missing.
* ``NEAR_MATCH``, with a corrected address, if a street type or direction is not abbreviated as
  postal services prescribe (``Main Street``, ``North Main St``), the state is in lower case or
  spelled out, a Canadian postal code lacks its blank, or there are superfluous blanks.
* ``EXACT_MATCH`` otherwise; upper and lower case of streets are not distinguished.
"""

from typing import Any

import attrs

from sinch_numbers.sandbox._protocol.errors import violation
from sinch_numbers.sandbox._state.states import PROVINCES, STATES
from sinch_numbers.sandbox._state.streets import candidates, is_known, standard

__all__ = [
    "MEMBERS",
    "REQUIRED",
    "EmergencyAddress",
    "address_json",
    "check_region",
    "validation_json",
]

MEMBERS = {
    "streetNumber": "street_number",
    "streetInfo": "street_info",
    "location": "location",
    "city": "city",
    "state": "state",
    "postalCode": "postal_code",
    "postalCodePlusFour": "postal_code_plus_four",
}
"""Wire names of the address fields, and their names here."""

REQUIRED = ("streetNumber", "streetInfo", "city", "state", "postalCode")

_MESSAGES = {
    "EXACT_MATCH": "Address is a perfect match",
    "NEAR_MATCH": "Address is a near match",
    "NO_MATCH": "Address doesn't match any known address",
}


@attrs.frozen(kw_only=True)
class EmergencyAddress:
    """Emergency address; every field is a str, ``""`` if missing."""

    street_number: str = ""
    street_info: str = ""
    location: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    postal_code_plus_four: str = ""


def address_json(address: EmergencyAddress) -> dict[str, str]:
    """Serialize an address, always with all seven fields."""
    return {member: getattr(address, name) for member, name in MEMBERS.items()}


def check_region(region_code: str) -> None:
    """Reject a number of a region in which the service keeps no emergency addresses."""
    if region_code not in ("US", "CA"):
        raise violation("phoneNumber", "only numbers of US and CA can have an emergency address")


def validation_json(
    phone_number: str, display_name: str, address: EmergencyAddress
) -> dict[str, Any]:
    """Serialize the validation result of an address."""
    corrected = _corrected(address)
    found: list[EmergencyAddress] = []
    if not _is_known(address):
        result = "NO_MATCH"
        found = _candidates(corrected)
    else:
        result = "EXACT_MATCH" if corrected == address else "NEAR_MATCH"
    if result != "NEAR_MATCH":
        corrected = EmergencyAddress()
    return {
        "phoneNumber": phone_number,
        "displayName": display_name,
        "validatedAddress": address_json(address),
        "validationResult": result,
        "validationMessage": _MESSAGES[result],
        "correctedAddress": address_json(corrected),
        "candidateAddresses": [address_json(candidate) for candidate in found],
    }


def _is_known(address: EmergencyAddress) -> bool:
    has_digit = any(character.isdigit() for character in address.street_number)
    return has_digit and is_known(address.street_info, canada=_is_canadian(address))


def _is_canadian(address: EmergencyAddress) -> bool:
    return _state(address.state) in PROVINCES.values()


def _state(text: str) -> str:
    """Return the code of a state or province, or *text* in upper case."""
    plain = " ".join(text.split())
    return {**STATES, **PROVINCES}.get(plain.casefold(), plain.upper())


def _corrected(address: EmergencyAddress) -> EmergencyAddress:
    street = standard(address.street_info, canada=_is_canadian(address))
    return attrs.evolve(
        address,
        street_number=" ".join(address.street_number.split()),
        street_info=street,
        city=" ".join(address.city.split()),
        state=_state(address.state),
        postal_code=_postal_code(address),
    )


def _postal_code(address: EmergencyAddress) -> str:
    code = "".join(address.postal_code.split()).upper()
    return f"{code[:3]} {code[3:]}" if _is_canadian(address) else code


def _candidates(address: EmergencyAddress) -> list[EmergencyAddress]:
    canada = _is_canadian(address)
    streets = [address.street_info]
    if not is_known(address.street_info, canada=canada):
        streets = candidates(address.street_info, canada=canada)
    number = address.street_number
    numbers = [number] if any(character.isdigit() for character in number) else ["1", "100"]
    return [
        attrs.evolve(address, street_number=one, street_info=street, location="")
        for street in streets
        for one in numbers
    ]
