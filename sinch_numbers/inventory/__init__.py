"""
Every active number of a project: read concurrently, and held against the service's count::

    async with NumbersClient() as client:
        numbers = Inventory(client)
        async for number in numbers:
            ...
        print(numbers.verdict.explanation)
"""

from sinch_numbers.inventory._checkpoint import Bookmark, Checkpoint, RootCount
from sinch_numbers.inventory._partition import WHOLE, Partition
from sinch_numbers.inventory._reading import Inventory, Visit, walk
from sinch_numbers.inventory._verdict import Completeness, Gap, PartitionCount, Verdict

__all__ = [
    "WHOLE",
    "Bookmark",
    "Checkpoint",
    "Completeness",
    "Gap",
    "Inventory",
    "Partition",
    "PartitionCount",
    "RootCount",
    "Verdict",
    "Visit",
    "walk",
]
