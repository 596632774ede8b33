"""Emergency (E911) addresses: where responders are sent for a number's calls."""

import attrs

from sinch_numbers.models._enums import ValidationResult
from sinch_numbers.models._fields import FILLED, Extra, extra
from sinch_numbers.models._serializable import Model

__all__ = ["AddressValidation", "EmergencyAddress"]


@attrs.frozen(kw_only=True)
class EmergencyAddress(Model):
    """
    Emergency address: a street address in the US or Canada.

    Requests require ``street_number``, ``street_info``, ``city``, ``state`` and
    ``postal_code``.
    """

    street_number: str | None = None
    """House number."""
    street_info: str | None = None
    """Street name."""
    location: str | None = None
    """Apartment, suite, floor or similar."""
    city: str | None = None
    """City or town."""
    state: str | None = None
    """State or province."""
    postal_code: str | None = None
    """ZIP code in the US, postal code in Canada."""
    postal_code_plus_four: str | None = None
    """ZIP+4: the four-digit suffix of a US postal code."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class AddressValidation(Model):
    """Validation result for an emergency address. Validating stores nothing."""

    phone_number: str
    """Number in E.164 that the address was validated for."""
    display_name: str | None = None
    """Name of the person or business, as requested."""
    validated_address: EmergencyAddress | None = None
    """Address as submitted."""
    validation_result: ValidationResult = attrs.field(kw_only=True, metadata=FILLED)
    """Whether the address is valid, nearly valid, or unknown."""
    validation_message: str | None = None
    """Such as ``Address is a near match``; several messages are joined by ``|``."""
    corrected_address: EmergencyAddress | None = None
    """Standard form of the address for a near match, to be stored; ``None`` otherwise."""
    candidate_addresses: tuple[EmergencyAddress, ...] = ()
    """Suggested addresses if nothing matched."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""
