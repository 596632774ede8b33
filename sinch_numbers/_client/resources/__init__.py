"""The operations of the API, one class per collection."""

from typing import TYPE_CHECKING

from sinch_numbers._core.lazy import attach

if TYPE_CHECKING:
    from sinch_numbers._client.resources.active_numbers import *
    from sinch_numbers._client.resources.available_numbers import *
    from sinch_numbers._client.resources.available_regions import *
    from sinch_numbers._client.resources.callback_configuration import *
    from sinch_numbers._client.resources.emergency_address import *
    from sinch_numbers._client.resources.hosting_orders import *
    from sinch_numbers._client.resources.imported_numbers import *
    from sinch_numbers._client.resources.number_orders import *
    from sinch_numbers._client.resources.qualified_numbers import *

attach(__name__)
