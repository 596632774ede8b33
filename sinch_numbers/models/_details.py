"""Structured details of error responses."""

from typing import TypeAlias

import attrs

from sinch_numbers.models._fields import Extra

__all__ = [
    "BadRequest",
    "ContentTooLarge",
    "ErrorDetail",
    "FieldViolation",
    "ResourceInfo",
    "UnknownDetail",
]


@attrs.frozen
class FieldViolation:
    """One thing that is wrong with one field of a request."""

    field: str | None = None
    """The field, as a dotted path of the API's names."""
    description: str | None = None


@attrs.frozen
class BadRequest:
    """Which fields of a request were refused."""

    field_violations: tuple[FieldViolation, ...] = ()


@attrs.frozen
class ResourceInfo:
    """Which resource an error is about."""

    resource_type: str | None = None
    """For example ``ActiveNumber``, ``AvailableNumber`` or ``EmergencyAddress``."""
    resource_name: str | None = None
    """Mostly the phone number."""
    owner: str | None = None
    description: str | None = None


@attrs.frozen
class ContentTooLarge:
    """Which upload was larger than the service takes."""

    resource_name: str | None = None
    """The file's name."""
    description: str | None = None


@attrs.frozen
class UnknownDetail:
    """A kind of detail that this release does not know, as the API sent it."""

    fields: Extra = attrs.field(hash=False)


ErrorDetail: TypeAlias = BadRequest | ContentTooLarge | ResourceInfo | UnknownDetail
"""One entry of an error's details."""
