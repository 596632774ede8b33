"""The package's logger, and masking of phone numbers in its messages."""

import logging
import re
from typing import Final

logger: Final = logging.getLogger("sinch_numbers")
logger.addHandler(logging.NullHandler())

_NUMBER: Final = re.compile(r"\+[0-9]+(?=[0-9]{4})")


def masked(text: object) -> str:
    """
    Return *text* with phone numbers masked except for their last four digits.

    Control characters are escaped, so a server's message cannot forge a log line.
    """
    hidden = _NUMBER.sub("+***", str(text))
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in hidden)
