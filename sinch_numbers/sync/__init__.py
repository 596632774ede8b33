"""
The same API for code that knows nothing of event loops.

`SyncNumbersClient` is the twin of `NumbersClient`, `SyncInventory` that of `Inventory`; the
functions are those of the coroutines of the same names. All but the client are loaded when
they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sinch_numbers.sync._generated import SyncNumbersClient
from sinch_numbers.sync._pager import SyncPager

if TYPE_CHECKING:
    from sinch_numbers.sync._bulk import gather
    from sinch_numbers.sync._doors import (
        audit,
        audit_projects,
        order_numbers,
        resume_order,
        wait_for_order,
        walk,
    )
    from sinch_numbers.sync._inventory import SyncInventory

__all__ = [
    "SyncInventory",
    "SyncNumbersClient",
    "SyncPager",
    "audit",
    "audit_projects",
    "gather",
    "order_numbers",
    "resume_order",
    "wait_for_order",
    "walk",
]

_HOMES = {"SyncInventory": "_inventory", "gather": "_bulk"}


def __getattr__(name: str) -> Any:
    if name in __all__:
        home = import_module(f"sinch_numbers.sync.{_HOMES.get(name, '_doors')}")
        return getattr(home, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
