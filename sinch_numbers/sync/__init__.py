"""
Synchronous API: blocking twins of the client, the inventory, and functions.

`SyncNumbersClient` wraps `NumbersClient`, `SyncInventory` wraps `Inventory`, `SyncAuditHistory`
wraps `AuditHistory`, and each function wraps the coroutine function of the same name. All but the
client are imported on first use.
"""

from typing import TYPE_CHECKING

from sinch_numbers._core.lazy import attach

if TYPE_CHECKING:
    from sinch_numbers.sync._audit_history import *
    from sinch_numbers.sync._bulk import *
    from sinch_numbers.sync._generated.client import *
    from sinch_numbers.sync._generated.functions import *
    from sinch_numbers.sync._inventory import *
    from sinch_numbers.sync._pager import *

attach(__name__)
