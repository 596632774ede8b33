"""Request bodies of searches: the pattern of a number."""

from typing import Any

from sinch_numbers._core import arguments
from sinch_numbers._core.choices import optional_choice
from sinch_numbers.models import SearchPattern
from sinch_numbers.models._unset import UNSET, Maybe


def number_pattern_of(number_pattern: object, search_pattern: object) -> Maybe[dict[str, Any]]:
    """Return the body field of a pattern; `UNSET` without one."""
    place = optional_choice(search_pattern, SearchPattern, "search_pattern")
    pattern = {
        "pattern": arguments.optional(number_pattern, arguments.text, "number_pattern"),
        "searchPattern": UNSET if place is None else place,
    }
    return {name: value for name, value in pattern.items() if value is not UNSET} or UNSET
