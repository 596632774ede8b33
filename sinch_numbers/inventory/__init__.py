"""
Inventory of a project's active numbers: concurrent reads, completeness check::

    async with NumbersClient() as client:
        numbers = Inventory(client)
        async for number in numbers:
            ...
        print(numbers.completeness.explanation)
"""

from sinch_numbers.inventory._checkpoint import Bookmark, Checkpoint, RootCount
from sinch_numbers.inventory._completeness import (
    Completeness,
    CompletenessStatus,
    Gap,
    PartitionCount,
    Unchecked,
)
from sinch_numbers.inventory._partition import WHOLE, Partition
from sinch_numbers.inventory._reading import Inventory, Visit, walk

__all__ = [
    "WHOLE",
    "Bookmark",
    "Checkpoint",
    "Completeness",
    "CompletenessStatus",
    "Gap",
    "Inventory",
    "Partition",
    "PartitionCount",
    "RootCount",
    "Unchecked",
    "Visit",
    "walk",
]
