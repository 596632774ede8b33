"""Suggestions of E.164 numbers for phone numbers in other forms."""

import re
import unicodedata
from typing import Final

_LONGEST: Final = 40
"""Characters of a text from which it isn't a single phone number."""
_TRUNK_ZERO: Final = re.compile(r"\(0\)")
_SEPARATORS: Final = re.compile(r"[\s().,/\-\u2010-\u2015\u2212\u00b7_]")
_UNSEEN: Final = frozenset(("Cf", "Cc"))
_INTERNATIONAL: Final = re.compile(r"\+|00|011(?=[1-9][0-9]{9,13}\Z)")
"""Prefixes of a number with its country code; 011 is dialed in North America."""
_NORTH_AMERICAN: Final = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")
"""Ten digits of a North American number, without the country code 1."""
_E164: Final = re.compile(r"[1-9][0-9]{6,14}")


def suggested_number(text: object) -> str | None:
    """
    Return the E.164 number that *text* probably means; ``None`` if unclear, or valid already.

    ``12025550134``, ``001 202 555 0134`` and ``(202) 555-0134`` mean ``+12025550134``. Only for
    error messages: a number may be incomplete, so no request should use a suggestion.
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("tel:")
    plain = "".join(one for one in plain if unicodedata.category(one) not in _UNSEEN)
    plain = _SEPARATORS.sub("", _TRUNK_ZERO.sub("", plain).strip("\"'`<>;"))
    digits = plain
    if prefix := _INTERNATIONAL.match(plain):
        digits = plain[prefix.end() :]
    elif _NORTH_AMERICAN.fullmatch(plain):
        digits = f"1{plain}"
    if digits.startswith("1") and not _NORTH_AMERICAN.fullmatch(digits[1:]):
        return None  # digits are missing, or too many
    found = f"+{digits}"
    return found if _E164.fullmatch(digits) and found != text else None
