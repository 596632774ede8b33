"""SyncInventory: the twin of `Inventory`, whose pages come from the private loop."""

from collections.abc import AsyncGenerator, Iterator
from typing import TypeVar

from sinch_numbers._core.pagination import Page
from sinch_numbers.inventory import Checkpoint, Completeness, Inventory, Partition
from sinch_numbers.models import ActiveNumber
from sinch_numbers.sync._generated.client import SyncNumbersClient

__all__ = ["SyncInventory"]

T = TypeVar("T")


class SyncInventory:
    """
    Every active number of a project, read by several workers at once::

        numbers = SyncInventory(client)
        for number in numbers:
            ...
        print(numbers.completeness.explanation)

    It is as complete, and can be stopped and resumed as exactly, as its twin `Inventory`,
    whose arguments and errors it shares. While a page is worked on, the next ones are under
    way. Free of charge.
    """

    def __init__(
        self,
        client: SyncNumbersClient,
        *,
        concurrency: int = 8,
        page_size: int = 1000,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self._client = client  # held, so that it is not closed under a walk
        self._core = Inventory(
            client._core,  # noqa: SLF001 - of its own kind
            concurrency=concurrency,
            page_size=page_size,
            checkpoint=checkpoint,
        )

    @property
    def total_size(self) -> int | None:
        """How many numbers the service counted at the start; ``None`` before the first step."""
        return self._core.total_size

    @property
    def read(self) -> int:
        """How many numbers were handed out, those before the checkpoint included."""
        return self._core.read

    @property
    def completeness(self) -> Completeness | None:
        """How complete the inventory is; ``None`` before the last number was handed out."""
        return self._core.completeness

    @property
    def checkpoint(self) -> Checkpoint | None:
        """
        The checkpoint of the walk: yielded numbers count as read.

        ``None`` before the first step. The value does not change afterwards.
        """
        return self._core.checkpoint

    def look(self) -> None:
        """Find out how much there is to read, as the first step of a walk does by itself."""
        self._client._runner.run(self._core.look)  # noqa: SLF001 - of its own kind

    def plan(self, size: int = 50_000) -> Checkpoint:
        """Count the numbers, and return the partitions to read, of about *size* numbers."""
        return self._client._runner.run(self._core.plan, size)  # noqa: SLF001 - the same

    def __iter__(self) -> Iterator[ActiveNumber]:
        for page in self.pages():
            yield from self._core.handing_out(page)

    def pages(self) -> Iterator[Page[ActiveNumber]]:
        """Walk the numbers page by page, in the order in which the pages arrive."""
        yield from self._steps(self._core.pages())

    def parts(self) -> Iterator[tuple[Partition, Page[ActiveNumber]]]:
        """Walk the numbers page by page, each with the region and type that it belongs to."""
        yield from self._steps(self._core.parts())

    def _steps(self, steps: AsyncGenerator[T, None]) -> Iterator[T]:
        run = self._client._runner.run  # noqa: SLF001 - of its own kind
        try:
            while (step := run(_next, steps)) is not None:
                yield step
        finally:
            run(steps.aclose)


async def _next(steps: AsyncGenerator[T, None]) -> T | None:
    return await anext(steps, None)
