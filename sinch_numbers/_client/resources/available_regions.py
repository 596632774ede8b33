"""``/availableRegions``: regions in which numbers can be rented."""

from sinch_numbers._core.choices import choices
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.retry.policy import SAFE
from sinch_numbers.models import AvailableRegion, NumberType, NumberTypesInput

__all__ = ["AvailableRegions"]


class AvailableRegions(Resource):
    """The regions in which the project can rent numbers."""

    _LIST = Operation(
        "listAvailableRegions",
        "GET",
        "/availableRegions",
        AvailableRegion,
        SAFE,
        items="available_regions",
    )

    async def list(
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

            for region in await client.available_regions.list(types=["LOCAL"]):
                print(region.region_code, region.region_name)
        """
        return await self._listed(
            self._LIST,
            query={"types": choices(types, NumberType, "types")},
            on_unreadable=on_unreadable,
        )
