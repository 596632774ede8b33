"""The operations of a client, found by the operation ID of a journal entry."""

from functools import partial
from typing import Any

from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.billing.options import BillingOptions
from sinch_numbers._core.billing.recovery import Confirm, Recovered, recover
from sinch_numbers._core.lazy import Part
from sinch_numbers._core.operation import Operation


async def recover_entry(
    client: Any, entry: JournalEntry, options: BillingOptions
) -> Recovered | None:
    """Find the outcome of *entry*, as its operation declares; see `recover`."""
    operation, confirm = find(client, entry.operation)
    expires_after = None if operation is None else operation.expires_after
    return await recover(entry, confirm, options, expires_after)


def find(client: Any, operation_id: str) -> tuple[Operation[Any] | None, Confirm | None]:
    """Return an operation, and the function that reads its effect if there is one."""
    for name, part in vars(_class_of(client)).items():
        if not isinstance(part, Part):
            continue
        resource = getattr(client, name)
        for operation in vars(type(resource)).values():
            if isinstance(operation, Operation) and operation.id == operation_id:
                confirm = operation.confirm
                return operation, None if confirm is None else partial(confirm, resource)
    return None, None


def _class_of(client: Any) -> type:
    """Return the class that declares the resources, which users may have subclassed."""
    return next(one for one in type(client).__mro__ if "active_numbers" in vars(one))
