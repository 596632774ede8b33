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

        Not paginated. A region that cannot be read is left out with a warning, or as
        *on_unreadable* selects: see `OnUnreadable`. Free of charge.
        (API: ``GET /availableRegions``)

        Raises `InvalidArgumentError` when a type is not one of its enum, `UnreadableItemError`
        with ``on_unreadable="raise"``, and the errors that every call may raise:
        `APIConnectionError`, `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return await self._listed(
            self._LIST,
            query={"types": choices(types, NumberType, "types")},
            on_unreadable=on_unreadable,
        )
