"""SyncInventory: the sync twin of `Inventory`."""

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
    All active numbers of a project, read by several workers concurrently.

    Arguments, errors, completeness, and checkpoints are those of its twin `Inventory`. The
    next pages are fetched while the caller handles the current one. Free of charge.

    Args:
        client: Client of the project whose numbers are read.
        concurrency: Maximum number of concurrent requests.
        page_size: Maximum numbers per page.
        checkpoint: Where to resume an earlier read.

    Raises:
        InvalidArgumentError: *concurrency* or *page_size* is not positive, or the *checkpoint*
            belongs to another project.

    Example::

        numbers = SyncInventory(client, concurrency=4)
        numbers.look()
        print(numbers.total_size)
        for number in numbers:
            print(number.phone_number)
        print(numbers.completeness.explanation)
    """

    def __init__(
        self,
        client: SyncNumbersClient,
        *,
        concurrency: int = 8,
        page_size: int = 1000,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self._client = client  # a reference, so it isn't finalized during an iteration
        self._core = Inventory(
            client._core,  # noqa: SLF001 - same package
            concurrency=concurrency,
            page_size=page_size,
            checkpoint=checkpoint,
        )

    def __repr__(self) -> str:
        return repr(self._core).replace("<", "<Sync", 1)

    @property
    def total_size(self) -> int | None:
        """Number count reported by the service at the start; ``None`` before that."""
        return self._core.total_size

    @property
    def read(self) -> int:
        """Count of yielded numbers, including those before the checkpoint."""
        return self._core.read

    @property
    def completeness(self) -> Completeness:
        """
        Completeness of the inventory, once all numbers were yielded.

        Raises `RuntimeError` before the end: see `ended`.
        """
        return self._core.completeness

    @property
    def ended(self) -> bool:
        """Whether the read has ended, so that its completeness is known."""
        return self._core.ended

    @property
    def checkpoint(self) -> Checkpoint | None:
        """
        Checkpoint of the iteration: yielded numbers count as read.

        ``None`` before the iteration starts. A returned checkpoint doesn't change later.
        """
        return self._core.checkpoint

    def look(self) -> None:
        """Count the numbers to read; an iteration does this itself at its start."""
        self._client._runner.run(self._core.look)  # noqa: SLF001 - same package

    def plan(self, size: int = 50_000) -> Checkpoint:
        """
        Count the numbers; return the partitions, of about *size* numbers each.

        Args:
            size: Approximate maximum size of a partition.

        Raises:
            InvalidArgumentError: *size* is not positive.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            plan = SyncInventory(client).plan(10_000)
            print(len(plan.divide(10_000)), "parts")
        """
        return self._client._runner.run(self._core.plan, size)  # noqa: SLF001 - same package

    def __iter__(self) -> Iterator[ActiveNumber]:
        for page in self.pages():
            yield from self._core.handing_out(page)

    def pages(self) -> Iterator[Page[ActiveNumber]]:
        """
        Iterate over pages of numbers, in order of arrival.

        Example::

            for page in SyncInventory(client).pages():
                print(len(page.items))
        """
        yield from self._steps(self._core.pages())

    def parts(self) -> Iterator[tuple[Partition, Page[ActiveNumber]]]:
        """
        Iterate over pages of numbers, each with its partition (region and type).

        Example::

            for partition, page in SyncInventory(client).parts():
                print(partition.region_code, partition.type, len(page.items))
        """
        yield from self._steps(self._core.parts())

    def _steps(self, steps: AsyncGenerator[T, None]) -> Iterator[T]:
        run = self._client._runner.run  # noqa: SLF001 - same package
        try:
            while (step := run(_next, steps)) is not None:
                yield step
        finally:
            run(steps.aclose)


async def _next(steps: AsyncGenerator[T, None]) -> T | None:
    return await anext(steps, None)
