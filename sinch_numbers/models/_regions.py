"""Regions where numbers can be rented."""

import attrs

from sinch_numbers.models._enums import NumberType
from sinch_numbers.models._fields import Extra, extra
from sinch_numbers.models._serializable import Model

__all__ = ["AvailableRegion"]


@attrs.frozen
class AvailableRegion(Model):
    """Region and its available number types."""

    region_code: str
    """ISO 3166-1 alpha-2, upper case."""
    region_name: str | None = None
    """English name of the region."""
    types: tuple[NumberType, ...] = ()
    """Number types available in the region."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""
