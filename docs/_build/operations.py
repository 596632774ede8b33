"""MkDocs hook: the table of all operations, from the declarations at the resource methods."""

from collections.abc import Iterator
from typing import Any, Final

from sinch_numbers import NumbersClient
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource

MARKER: Final = "<!-- table of operations -->"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the marker by the table."""
    return markdown.replace(MARKER, "\n".join(table())) if MARKER in markdown else markdown


def table() -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| Resource | Operation | Request | Price | After a lost response |"
    yield "|---|---|---|---|---|"
    client = NumbersClient("project", "key", "secret")
    for name in NumbersClient.__annotations__:
        resource = getattr(client, name)
        if isinstance(resource, Resource):
            for operation in vars(type(resource)).values():
                if isinstance(operation, Operation):
                    yield _row(name, operation)


def _row(resource: str, operation: Operation[Any]) -> str:
    if operation.policy.billable:
        lost = "verified by reading" if operation.confirm else "reported as unknown"
    else:
        lost = "retried"
    request = f"`{operation.method} {operation.path}`"
    return f"| `{resource}` | `{operation.id}` | {request} | {operation.cost} | {lost} |"
