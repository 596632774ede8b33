"""Partition: a part of a project's numbers, as a plain value."""

from typing import Final

import attrs

from sinch_numbers.models import ActiveNumber, NumberType

_DIGITS: Final = "0123456789"
_LONGEST: Final = 16
"""A plus sign and the fifteen digits that E.164 allows."""


@attrs.frozen
class Partition:
    """
    A part of a project's numbers; without region, type and prefix it is all of them.

    It can be pickled and hashed, so who reads it, and where, is not fixed here.
    """

    region_code: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    type: NumberType | None = None
    prefix: str = ""
    """Common E.164 prefix of the numbers, including the plus sign."""

    @property
    def root(self) -> "Partition":
        """Return the region and type that this is a part of."""
        return attrs.evolve(self, prefix="") if self.prefix else self

    @property
    def parts(self) -> tuple["Partition", ...]:
        """Return the parts that it falls into by the next digit; none for whole numbers."""
        if len(self.prefix) >= _LONGEST:
            return ()
        # No country code begins with a zero.
        starts = [self.prefix + digit for digit in _DIGITS] if self.prefix else _COUNTRIES
        return tuple(attrs.evolve(self, prefix=start) for start in starts)

    def holds(self, number: ActiveNumber) -> bool:
        """Whether *number* is one of this partition's."""
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
