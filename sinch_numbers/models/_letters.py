"""
Letters of authorization (LOA): permission to text-enable a number with Sinch.

An order has one type of letter. Direct and reseller letters are e-mailed to the authorised
person for signature; a blanket letter is agreed in advance.
"""

from typing import TypeAlias

import attrs

from sinch_numbers.models._fields import Extra, extra
from sinch_numbers.models._serializable import Model

__all__ = [
    "AuthorisedPerson",
    "BlanketLoaInfo",
    "BusinessAddress",
    "DirectLoaInfo",
    "LoaInfo",
    "ResellerLoaInfo",
]


@attrs.frozen(kw_only=True)
class AuthorisedPerson(Model):
    """Person who signs the letter. Requests require all three fields."""

    first_name: str | None = None
    """First name of the person who signs."""
    last_name: str | None = None
    """Last name of the person who signs."""
    email: str | None = None
    """E-mail address that the letter is sent to."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class BusinessAddress(Model):
    """Business address. Requests require every field."""

    building_number: str | None = None
    """House number."""
    street: str | None = None
    """Street."""
    city: str | None = None
    """City or town."""
    state: str | None = None
    """State or province, two letters."""
    postal_code: str | None = None
    """ZIP code or postal code."""
    country: str | None = None
    """Country, ISO 3166-1 alpha-2."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class DirectLoaInfo(Model):
    """Direct letter of authorization, for a business that uses the numbers itself."""

    authorised_person: AuthorisedPerson
    """Person who signs the letter."""
    address: BusinessAddress
    """Address of the business."""
    current_voice_carrier: str
    """Voice carrier of the numbers, which doesn't change."""


@attrs.frozen(kw_only=True)
class ResellerLoaInfo(Model):
    """Reseller letter of authorization, for a business that resells numbers."""

    business_name: str
    """Business that is named in the letter."""
    authorised_person: AuthorisedPerson
    """Person who signs the letter."""
    address: BusinessAddress
    """Address of the business."""
    current_voice_carrier: str
    """Voice carrier of the numbers, which doesn't change."""


@attrs.frozen
class BlanketLoaInfo(Model):
    """
    Blanket letter of authorization.

    Only for accounts whose account manager has set one up.
    """


LoaInfo: TypeAlias = DirectLoaInfo | ResellerLoaInfo | BlanketLoaInfo
"""Letter of authorization of an order."""
