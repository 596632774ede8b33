"""The operations of a client, found by the operation ID of a journal entry."""

from functools import partial
from typing import Any

from sinch_numbers._client.open_requests import OPERATION, recorded_confirm
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.billing.recovery import Confirm, Recovered, recover
from sinch_numbers._core.lazy import Part
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Pipeline


async def recover_entry(client: Any, entry: JournalEntry, pipeline: Pipeline) -> Recovered | None:
    """Find the outcome of *entry*, as its operation declares; see `recover`."""
    operation, confirm = operation_of(client, entry, pipeline)
    expires_after = None if operation is None else operation.expires_after
    return await recover(entry, confirm, pipeline.billing, expires_after)


def operation_of(
    client: Any, entry: JournalEntry, pipeline: Pipeline
) -> tuple[Operation[Any] | None, Confirm | None]:
    """Return the operation of *entry*, and the function that reads its effect, if any."""
    if entry.operation == OPERATION:
        return None, recorded_confirm(pipeline, entry)
    return find(client, entry.operation)


def find(client: Any, operation_id: str) -> tuple[Operation[Any] | None, Confirm | None]:
    """Return an operation, and the function that reads its effect, if any."""
    for name, part in vars(_class_of(client)).items():
        if not isinstance(part, Part):
            continue
        resource = getattr(client, name)._without_extras()  # noqa: SLF001 - of this package
        for operation in vars(type(resource)).values():
            if isinstance(operation, Operation) and operation.id == operation_id:
                confirm = operation.confirm
                return operation, None if confirm is None else partial(confirm, resource)
    return None, None


def _class_of(client: Any) -> type:
    """Return the class that declares the resources, which users may have subclassed."""
    return next(one for one in type(client).__mro__ if "active_numbers" in vars(one))
