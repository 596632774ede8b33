"""Many calls at once, over any number of items: `for_each` and `gather`."""

from sinch_numbers._core.concurrency import Outcome, for_each, gather

__all__ = ["Outcome", "for_each", "gather"]
