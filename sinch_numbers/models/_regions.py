"""Regions in which numbers can be rented."""

import attrs

from sinch_numbers.models._enums import NumberType
from sinch_numbers.models._fields import Extra, extra

__all__ = ["AvailableRegion"]


@attrs.frozen
class AvailableRegion:
    """A region and the types of number it offers."""

    region_code: str
    """ISO 3166-1 alpha-2, upper case."""
    region_name: str | None = None
    """The region's English name."""
    types: tuple[NumberType, ...] = ()
    """The types of number on offer there."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""
