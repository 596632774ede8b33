"""Filters for searches and lists of numbers."""

from collections.abc import Iterable

import attrs

__all__ = ["CAPABILITIES", "NUMBER_TYPES", "SEARCH_PATTERNS", "Filter"]

NUMBER_TYPES = ("MOBILE", "LOCAL", "TOLL_FREE")
CAPABILITIES = ("SMS", "VOICE")
SEARCH_PATTERNS = ("START", "CONTAINS", "END")


@attrs.frozen(kw_only=True)
class Filter:
    """
    Filter of a search or list; ``None`` and empty fields match everything.

    The pattern is matched against the full E.164 number, so ``START`` needs the plus sign and
    the
    country code. Without a search pattern it means ``START`` (the service documents no
    default).
    """

    region_code: str | None = None
    type: str | None = None
    capability: frozenset[str] = frozenset()
    pattern: str = ""
    search_pattern: str = "START"

    @property
    def prefix(self) -> str:
        """Return the required prefix of the numbers, if the pattern implies one."""
        return self.pattern if self.search_pattern == "START" else ""

    @property
    def beyond_prefix(self) -> bool:
        """Return whether this filter can only be answered by checking every number."""
        return bool(self.capability) or bool(self.pattern and not self.prefix)

    def matches(self, phone_number: str, capability: Iterable[str]) -> bool:
        """Return whether pattern and capabilities match; extra capabilities are fine."""
        if not self.capability.issubset(capability):
            return False
        if self.search_pattern == "START":
            return phone_number.startswith(self.pattern)
        if self.search_pattern == "END":
            return phone_number.endswith(self.pattern)
        return self.pattern in phone_number
