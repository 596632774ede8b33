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

        Not paginated. A region that cannot be read is left out with a warning, or as
        *on_unreadable* selects: see `OnUnreadable`. Free of charge.
        (API: ``GET /availableRegions``)

        Raises `InvalidArgumentError` when a type is not one of its enum, `UnreadableItemError`
        with ``on_unreadable="raise"``, and the errors that every call may raise:
        `APIConnectionError`, `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.list, types=types, on_unreadable=on_unreadable)
