"""Partition: a subset of a project's numbers, as a plain value."""

from typing import Final

import attrs

from sinch_numbers.models import ActiveNumber, NumberType
from sinch_numbers.models._serializable import Serializable

_DIGITS: Final = "0123456789"
_LONGEST: Final = 16
"""The plus sign and the 15 digits that E.164 allows."""


@attrs.frozen
class Partition(Serializable):
    """
    A subset of a project's numbers; all of them without region, type and prefix.

    Can be pickled and hashed, so any process can read it.
    """

    region_code: str | None = None
    """ISO 3166-1 alpha-2 code, upper case."""
    type: NumberType | None = None
    prefix: str = ""
    """The prefix of the E.164 numbers, including the plus sign."""

    @property
    def root(self) -> "Partition":
        """Return the region and type of this partition, without the prefix."""
        return attrs.evolve(self, prefix="") if self.prefix else self

    @property
    def parts(self) -> tuple["Partition", ...]:
        """Return the sub-partitions by the next digit; none for a full-length number."""
        if len(self.prefix) >= _LONGEST:
            return ()
        # Country codes don't start with zero.
        starts = [self.prefix + digit for digit in _DIGITS] if self.prefix else _COUNTRIES
        return tuple(attrs.evolve(self, prefix=start) for start in starts)

    def holds(self, number: ActiveNumber) -> bool:
        """
        Whether *number* belongs to this partition.

        Args:
            number: A rented number.

        Example::

            number = await client.active_numbers.get("+12025550134")
            print(Partition("US", NumberType.LOCAL).holds(number))
        """
        return (
            (self.region_code is None or number.region_code == self.region_code)
            and (self.type is None or number.type == self.type)
            and number.phone_number.startswith(self.prefix)
        )

    def __str__(self) -> str:
        of = "all regions and types" if self.root == WHOLE else f"{self.region_code} {self.type}"
        return f"{of} {self.prefix}" if self.prefix else of


_COUNTRIES: Final = [f"+{digit}" for digit in _DIGITS[1:]]

WHOLE: Final = Partition()
"""All numbers of a project."""
