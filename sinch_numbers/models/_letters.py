"""
Letters of authorisation: who allows that a number is text-enabled here.

An order names one kind of letter. The direct and the reseller's letter are e-mailed to the
authorised person to be signed; a blanket letter is agreed upon beforehand.
"""

from typing import TypeAlias

import attrs

__all__ = [
    "AuthorisedPerson",
    "BlanketLoaInfo",
    "BusinessAddress",
    "DirectLoaInfo",
    "LoaInfo",
    "ResellerLoaInfo",
]


@attrs.frozen(kw_only=True)
class AuthorisedPerson:
    """The signer. All three fields are required in requests."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    """Where the letter is sent."""


@attrs.frozen(kw_only=True)
class BusinessAddress:
    """Where the business is. To be sent, every part is needed."""

    building_number: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


@attrs.frozen(kw_only=True)
class DirectLoaInfo:
    """The letter of a business that uses the numbers itself."""

    authorised_person: AuthorisedPerson
    address: BusinessAddress
    current_voice_carrier: str
    """Current voice carrier of the numbers, which does not change."""


@attrs.frozen(kw_only=True)
class ResellerLoaInfo:
    """The letter of a business that resells."""

    business_name: str
    authorised_person: AuthorisedPerson
    address: BusinessAddress
    current_voice_carrier: str
    """Current voice carrier of the numbers, which does not change."""


@attrs.frozen
class BlanketLoaInfo:
    """A standing letter; only for accounts whose account manager has set one up."""


LoaInfo: TypeAlias = DirectLoaInfo | ResellerLoaInfo | BlanketLoaInfo
"""The one letter of authorisation of an order."""
