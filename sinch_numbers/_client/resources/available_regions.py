"""``/availableRegions``: where numbers can be rented."""

from collections.abc import Sequence

import attrs

from sinch_numbers._core.pipeline import Pipeline
from sinch_numbers._core.retry.policy import SAFE
from sinch_numbers.models import AvailableRegion, NumberType

__all__ = ["AvailableRegions"]


@attrs.frozen
class _Regions:
    available_regions: tuple[AvailableRegion, ...] = ()


class AvailableRegions:
    """The regions in which the project can rent numbers."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._call = pipeline.call

    async def list(
        self, *, types: Sequence[NumberType | str] | NumberType | str = ()
    ) -> tuple[AvailableRegion, ...]:
        """
        Return the regions that offer at least one of *types*, or all of them.

        The list is not paged, and free of charge. (API: ``GET /availableRegions``)

        Raises the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        reply = await self._call(
            _Regions,
            "GET",
            "/availableRegions",
            query={"types": types},
            retry=SAFE,
        )
        return reply.available_regions
