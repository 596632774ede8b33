"""
The same API for code that knows nothing of event loops.

`SyncNumbersClient` is the twin of `NumbersClient`, `SyncInventory` that of `Inventory`; the
functions are those of the coroutines of the same names. All but the client are loaded when
they are first used.
"""

from typing import TYPE_CHECKING

from sinch_numbers._core.lazy import attach

if TYPE_CHECKING:
    from sinch_numbers.sync._bulk import *
    from sinch_numbers.sync._generated.client import *
    from sinch_numbers.sync._generated.functions import *
    from sinch_numbers.sync._inventory import *
    from sinch_numbers.sync._pager import *

attach(__name__)
