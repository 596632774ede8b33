"""
The sync twin of `AvailableRegions`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from sinch_numbers._client.resources.available_regions import AvailableRegions
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.portal import Runner
from sinch_numbers.models import AvailableRegion, NumberTypesInput
from sinch_numbers.sync._twin import ResourceTwin


class SyncAvailableRegions(ResourceTwin):
    """The regions in which the project can rent numbers."""

    def __init__(self, core: AvailableRegions, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def list(
        self,
        *,
        types: NumberTypesInput = (),
        on_unreadable: OnUnreadable = "warn",
    ) -> tuple[AvailableRegion, ...]:
        """
        Return the regions that offer at least one of *types*; by default, all regions.

        Not paginated. Free of charge. (API: ``GET /availableRegions``)

        Args:
            types: Number types: ``MOBILE``, ``LOCAL``, ``TOLL_FREE``.
            on_unreadable: Handling of an item that cannot be read: ``"warn"`` leaves it out
                with a warning, ``"raise"`` raises, and a function receives it.

        Raises:
            InvalidArgumentError: A type is not one of its enum.
            UnreadableItemError: An item cannot be read, with ``on_unreadable="raise"``.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            for region in client.available_regions.list(types=["LOCAL"]):
                print(region.region_code, region.region_name)
        """
        return self._runner.run(self._core.list, types=types, on_unreadable=on_unreadable)
