"""Bounded concurrency: `gather` and `for_each` run a call for many items."""

from sinch_numbers._core.concurrency import Outcome, for_each, gather

__all__ = ["Outcome", "for_each", "gather"]
