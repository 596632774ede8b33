"""The one logger, and how numbers look in it."""

import logging
import re
from typing import Final

logger: Final = logging.getLogger("sinch_numbers")
logger.addHandler(logging.NullHandler())

_NUMBER: Final = re.compile(r"\+[0-9]+(?=[0-9]{4})")


def masked(text: object) -> str:
    """
    Return *text* with all but the last four digits of its numbers hidden.

    Control characters are escaped: what a server says must not look like a line of the log.
    """
    hidden = _NUMBER.sub("+***", str(text))
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in hidden)
