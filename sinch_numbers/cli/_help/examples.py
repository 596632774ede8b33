"""Examples of each command, two or more; all of them are run by the tests on a sandbox."""

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {}
"""Command lines by command; ``""`` is the first page."""
