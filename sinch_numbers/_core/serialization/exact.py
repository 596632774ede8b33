"""
Exact numbers: decimals and integers, from their text or from JSON numbers.

A JSON number with a fraction or exponent is decoded as a float, which has lost the digits of the
text. Such a number is not read here; `json_text.decode_exactly` decodes it as a `Decimal`.
"""

import re
from decimal import Decimal
from typing import Any, Final

_DECIMAL: Final = re.compile(
    r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,3})?", re.ASCII
)

_MOST_DIGITS: Final = 30
"""Maximum digits before the point, and after it."""

_EXACT_FLOATS: Final = 2**53
"""Integers up to here are exact as floats."""


def exact_decimal(value: Any) -> Decimal | None:
    """
    Return the decimal that *value* states, with all of its digits; ``None`` if it isn't one.

    *value* is a str such as ``"0.80"``, ``".8"`` or ``"8E-1"``, an int, or a `Decimal`, with at
    most 30 digits before the point and 30 after it.
    """
    number: Decimal
    if (type(value) is str and _DECIMAL.fullmatch(value)) or type(value) is int:
        number = Decimal(value)
    elif type(value) is Decimal:
        number = value
    else:
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_MOST_DIGITS:
        return None
    if number.adjusted() >= _MOST_DIGITS:
        return None
    # Write out 1E+1 as 10, which is the same amount.
    return Decimal(int(number)) if exponent > 0 else number


def exact_int(value: Any) -> int | None:
    """
    Return the integer that *value* states; ``None`` if it isn't one.

    *value* is a number such as ``1`` or ``1.0``, or the str of one.
    """
    if type(value) is int:
        return value
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) <= _EXACT_FLOATS else None
    number = exact_decimal(value)
    return int(number) if number is not None and number == int(number) else None
