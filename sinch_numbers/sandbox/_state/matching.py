"""Which numbers a filter lets through."""

from collections.abc import Iterable

import attrs

__all__ = ["CAPABILITIES", "NUMBER_TYPES", "SEARCH_PATTERNS", "Filter"]

NUMBER_TYPES = ("MOBILE", "LOCAL", "TOLL_FREE")
CAPABILITIES = ("SMS", "VOICE")
SEARCH_PATTERNS = ("START", "CONTAINS", "END")


@attrs.frozen(kw_only=True)
class Filter:
    """
    Filter of a search or a list; ``None`` and empty fields match everything.

    The pattern is matched against the complete E.164 number, so ``START`` needs the plus sign
    and the country code. Without a search pattern it means ``START`` (the service
    documents no default).
    """

    region_code: str | None = None
    type: str | None = None
    capability: frozenset[str] = frozenset()
    pattern: str = ""
    search_pattern: str = "START"

    @property
    def prefix(self) -> str:
        """Return what the numbers have to begin with, if that is what is asked."""
        return self.pattern if self.search_pattern == "START" else ""

    @property
    def beyond_prefix(self) -> bool:
        """Tell whether every number has to be looked at to answer this filter."""
        return bool(self.capability) or bool(self.pattern and not self.prefix)

    def matches(self, phone_number: str, capability: Iterable[str]) -> bool:
        """Tell whether pattern and capabilities fit; more capabilities than asked are fine."""
        if not self.capability.issubset(capability):
            return False
        if self.search_pattern == "START":
            return phone_number.startswith(self.pattern)
        if self.search_pattern == "END":
            return phone_number.endswith(self.pattern)
        return self.pattern in phone_number
