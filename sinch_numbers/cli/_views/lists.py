"""The kinds of lists: the class of their items, their table, and the columns of their files."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

import attrs
from rich.console import RenderableType

from sinch_numbers._core.serialization.jsonable import line
from sinch_numbers.cli._views import hosting, operations, tables, webhook_queue
from sinch_numbers.cli._views.listing import listing
from sinch_numbers.exports import NUMBERS, Table, table_of
from sinch_numbers.models import (
    ActiveNumber,
    AvailableNumber,
    AvailableRegion,
    HostingOrder,
    HostingOrderNumber,
    ImportedNumber,
    QualifiedNumber,
)

T = TypeVar("T")


@attrs.frozen(slots=False)
class ListView(Generic[T]):
    """A kind of list."""

    model: type[T]
    """The class of the items."""
    drawn: Callable[[Sequence[T]], RenderableType]
    """Return items as a table for people."""
    fixed: Table[T] | None = None
    """The columns of files; ``None`` for all fields of the model."""
    by_page: Callable[..., RenderableType] | None = None
    """Return a page as a part of a table, with ``width`` and ``heading``."""
    empty: str = "No results."
    encode: Callable[[T], str] | None = None
    """Return an item as one line of JSON; ``None`` for the usual form."""

    @cached_property
    def table(self) -> Table[T]:
        """Return the columns of files."""
        return self.fixed or table_of(self.model)


def chosen_view(view: ListView[T], table: Table[T]) -> ListView[T]:
    """Return *view* with the columns of *table*."""

    def drawn(items: Sequence[T]) -> RenderableType:
        rows = ([_cell(column.read(item)) for column in table.columns] for item in items)
        return listing(table.header, rows)

    return attrs.evolve(view, by_page=None, drawn=drawn)


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else value


def _drawn(numbers: Sequence[ActiveNumber]) -> Any:
    return tables.active_numbers(numbers, width=120)


ACTIVE_NUMBERS: Final = ListView(
    ActiveNumber,
    _drawn,
    NUMBERS,
    by_page=tables.active_numbers,
    empty="No matching numbers.",
)
AVAILABLE_NUMBERS: Final = ListView(AvailableNumber, tables.available_numbers)
REGIONS: Final = ListView(AvailableRegion, tables.regions)
IMPORTED_NUMBERS: Final = ListView(ImportedNumber, hosting.imported_numbers)
QUALIFIED_NUMBERS: Final = ListView(QualifiedNumber, hosting.qualified_numbers)
HOSTING_ORDERS: Final = ListView(HostingOrder, hosting.orders)
OPERATIONS: Final = ListView(operations.OperationView, operations.table)
EVENTS: Final = ListView(
    webhook_queue.EventView,
    webhook_queue.table,
    encode=lambda event: line(webhook_queue.explained(event)),
)
HOSTING_ORDER_NUMBERS: Final = ListView(HostingOrderNumber, hosting.order_numbers)
