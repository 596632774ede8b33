"""The billable operations of a client, found by the operation ID of a journal entry."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from sinch_numbers._core.billing.evidence import Evidence
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.lazy import Part
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource

Confirm = Callable[[JournalEntry], Awaitable[Evidence]]


def confirm_of(client: Any, entry: JournalEntry) -> Confirm | None:
    """Return the function that reads the effect of *entry*; ``None`` if no read shows it."""
    for name, part in vars(_class_of(client)).items():
        if not isinstance(part, Part):
            continue
        resource: Resource = getattr(client, name)
        for operation in vars(type(resource)).values():
            if isinstance(operation, Operation) and operation.id == entry.operation:
                confirm = operation.confirm
                return None if confirm is None else partial(confirm, resource)
    return None


def _class_of(client: Any) -> type:
    """Return the class that declares the resources, which users may have subclassed."""
    return next(one for one in type(client).__mro__ if "active_numbers" in vars(one))
