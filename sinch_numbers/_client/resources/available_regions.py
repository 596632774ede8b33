"""``/availableRegions``: regions in which numbers can be rented."""

from collections.abc import Sequence

import attrs

from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.retry.policy import SAFE
from sinch_numbers.models import AvailableRegion, NumberType

__all__ = ["AvailableRegions"]


@attrs.frozen
class _Regions:
    available_regions: tuple[AvailableRegion, ...] = ()


class AvailableRegions(Resource):
    """The regions in which the project can rent numbers."""

    _LIST = Operation("listAvailableRegions", "GET", "/availableRegions", _Regions, SAFE)

    async def list(
        self, *, types: Sequence[NumberType | str] | NumberType | str = ()
    ) -> tuple[AvailableRegion, ...]:
        """
        Return the regions that offer at least one of *types*; by default, all regions.

        Not paginated. Free of charge. (API: ``GET /availableRegions``)

        Raises the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        reply = await self._call(self._LIST, query={"types": types})
        return reply.available_regions
