"""Error details: the structured part of an error response."""

from typing import TypeAlias

import attrs

from sinch_numbers.models._fields import Extra, extra
from sinch_numbers.models._serializable import Model

__all__ = [
    "BadRequest",
    "ContentTooLarge",
    "ErrorDetail",
    "FieldViolation",
    "ResourceInfo",
    "UnknownDetail",
]


@attrs.frozen
class FieldViolation(Model):
    """One validation error for one request field."""

    field: str | None = None
    """Dotted path of the field, in the API's names."""
    description: str | None = None
    """Reason why the field is invalid."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class BadRequest(Model):
    """Validation errors, one for each rejected request field."""

    field_violations: tuple[FieldViolation, ...] = ()
    """Invalid fields of the request."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class ResourceInfo(Model):
    """Resource that an error is about."""

    resource_type: str | None = None
    """For example ``ActiveNumber``, ``AvailableNumber`` or ``EmergencyAddress``."""
    resource_name: str | None = None
    """Usually the phone number."""
    owner: str | None = None
    """Owner of the resource; mostly empty."""
    description: str | None = None
    """Explanation for people."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class ContentTooLarge(Model):
    """Upload that exceeded the service's size limit."""

    resource_name: str | None = None
    """File name."""
    description: str | None = None
    """Explanation for people, mostly with the limit."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class UnknownDetail(Model):
    """Error detail of a type unknown to this release, as the API sent it."""

    fields: Extra = attrs.field(hash=False)
    """All fields of the detail, as they were sent."""


ErrorDetail: TypeAlias = BadRequest | ContentTooLarge | ResourceInfo | UnknownDetail
"""Any entry of an error's details."""
