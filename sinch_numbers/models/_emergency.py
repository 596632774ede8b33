"""Emergency (E911) addresses: where help is sent when a number calls for it."""

import attrs

from sinch_numbers.models._enums import ValidationResult
from sinch_numbers.models._fields import Extra, extra

__all__ = ["AddressValidation", "EmergencyAddress"]


@attrs.frozen(kw_only=True)
class EmergencyAddress:
    """
    A street address in the US or Canada.

    To be sent it needs ``street_number``, ``street_info``, ``city``, ``state`` and
    ``postal_code``.
    """

    street_number: str | None = None
    street_info: str | None = None
    """The street's name."""
    location: str | None = None
    """Flat, suite, floor and the like."""
    city: str | None = None
    state: str | None = None
    """State or province."""
    postal_code: str | None = None
    postal_code_plus_four: str | None = None
    """The four digits that refine a US postal code."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""


@attrs.frozen
class AddressValidation:
    """Result of an address validation; nothing was stored."""

    phone_number: str
    display_name: str | None = None
    validated_address: EmergencyAddress | None = None
    """The address that was asked about."""
    validation_result: ValidationResult | None = None
    validation_message: str | None = None
    """One or more remarks, joined by ``|``."""
    corrected_address: EmergencyAddress | None = None
    """The form to use instead, for a near match; ``None`` otherwise."""
    candidate_addresses: tuple[EmergencyAddress, ...] = ()
    """Suggestions, when there was no match."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""
