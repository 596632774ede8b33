"""
Rent policies: which available numbers can be rented without an order.

The vendor's reference (October 2026) marks both rent operations as deprecated, says that they
only support US LOCAL numbers, and refers to number orders for all others. Production's rejection
is documented, not observed.
"""

from typing import Literal, get_args

from sinch_numbers.sandbox._protocol.errors import invalid

__all__ = ["RentPolicy", "check_policy", "check_us_local"]

RentPolicy = Literal["us_local", "legacy"]
"""``us_local`` follows the reference; with ``legacy``, every available number can be rented."""


def check_policy(value: object) -> None:
    """Raise `ValueError` unless *value* is a rent policy."""
    policies = get_args(RentPolicy)
    if value not in policies:
        msg = f"rent_policy must be {' or '.join(map(repr, policies))}, not {value!r}"
        raise ValueError(msg)


def check_us_local(region_code: str | None, type: str | None) -> None:
    """Raise the service's error for numbers that are not US LOCAL."""
    if (region_code, type) != ("US", "LOCAL"):
        raise invalid("only numbers of region US and type LOCAL can be rented this way")
