"""
Emergency addresses, with a simulated validation.

The result depends on the address text alone:

* ``NO_MATCH`` if ``streetNumber`` has no digit or ``streetInfo`` contains ``Nowhere``.
* ``NEAR_MATCH`` if a spelling has a correction: ``Harbour`` and ``Centre`` in
  ``streetInfo``, ``Str.`` and ``Av.`` for Street and Avenue, or a state in lower case.
* ``EXACT_MATCH`` otherwise.
"""

from typing import Any

import attrs

__all__ = ["MEMBERS", "REQUIRED", "EmergencyAddress", "address_json", "validation_json"]

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

_SPELLINGS = {"Harbour": "Harbor", "Centre": "Center"}
_ABBREVIATIONS = {"Str.": "Street", "Av.": "Avenue"}


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


def validation_json(
    phone_number: str, display_name: str, address: EmergencyAddress
) -> dict[str, Any]:
    """Serialize the validation result of an address."""
    corrected, remarks = _corrected(address)
    candidates: list[EmergencyAddress] = []
    result = "NEAR_MATCH" if remarks else "EXACT_MATCH"
    if _unusable(address):
        result = "NO_MATCH"
        remarks = ["Invalid address - no correction found", "Address is Invalid"]
        corrected = EmergencyAddress()
        candidates = [
            attrs.evolve(address, street_number=number, street_info="Main Street", location="")
            for number in ("1", "100")
        ]
    elif not remarks:
        corrected = EmergencyAddress()
    return {
        "phoneNumber": phone_number,
        "displayName": display_name,
        "validatedAddress": address_json(address),
        "validationResult": result,
        "validationMessage": "|".join(remarks),
        "correctedAddress": address_json(corrected),
        "candidateAddresses": [address_json(candidate) for candidate in candidates],
    }


def _unusable(address: EmergencyAddress) -> bool:
    has_digit = any(character.isdigit() for character in address.street_number)
    return not has_digit or "nowhere" in address.street_info.lower()


def _corrected(address: EmergencyAddress) -> tuple[EmergencyAddress, list[str]]:
    remarks: list[str] = []
    street = _replaced(address.street_info, _SPELLINGS)
    if street != address.street_info:
        remarks.append("Corrected to valid address")
    spelled_out = _replaced(street, _ABBREVIATIONS)
    if spelled_out != street:
        remarks.append("Corrected address abbreviations")
    state = address.state.upper()
    if state != address.state:
        remarks.append("Changed address component")
    return attrs.evolve(address, street_info=spelled_out, state=state), remarks


def _replaced(text: str, corrections: dict[str, str]) -> str:
    for wrong, right in corrections.items():
        text = text.replace(wrong, right)
    return text
