"""
The same API for code that knows nothing of event loops.

`SyncNumbersClient` is the twin of `NumbersClient`; the functions are those of the coroutines
of the same names, and are loaded when they are first used.
"""

from typing import TYPE_CHECKING, Any

from sinch_numbers.sync._generated import SyncNumbersClient
from sinch_numbers.sync._pager import SyncPager

if TYPE_CHECKING:
    from sinch_numbers.sync._doors import (
        audit,
        order_numbers,
        resume_order,
        wait_for_order,
        walk,
    )

__all__ = [
    "SyncNumbersClient",
    "SyncPager",
    "audit",
    "order_numbers",
    "resume_order",
    "wait_for_order",
    "walk",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from sinch_numbers.sync import _doors

        return getattr(_doors, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
