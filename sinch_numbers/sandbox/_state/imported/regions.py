"""Regions of the second host, which serves two."""

from sinch_numbers.sandbox._state.regions import REGIONS

__all__ = ["region_of"]

_CANADA = tuple(
    prefix
    for region in REGIONS
    for offer in region.offers
    for prefix in offer.prefixes
    if region.code == "CA" and offer.type == "LOCAL"
)


def region_of(phone_number: str) -> str:
    """Return the region of a number."""
    return "CA" if phone_number.startswith(_CANADA) else "US"
