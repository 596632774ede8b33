"""
HTML of values, as notebooks display them.

All text is escaped, including characters that are invisible or that reverse the writing
direction, and long texts are cut. The HTML has neither scripts, styles, nor links.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from sinch_numbers._core.lookalikes import visible

_LONGEST: Final = 80
_ROWS: Final = 50

_NUMBER: Final = ("phone_number", "region_code", "type", "status", "cost", "display_name")


def shown(value: object) -> str:
    """Return *value* as escaped text, cut after 80 characters; ``None`` is empty."""
    text = "" if value is None else visible(str(value)[: _LONGEST + 1])
    return escape(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...")


def number_line(number: object) -> str:
    """Return a number of any kind as one line: its identity, status, monthly cost, and name."""
    phone_number, *facts = (shown(cell) for cell in number_cells(number))
    return ", ".join((f"<code>{phone_number}</code>", *filter(None, facts)))


def number_cells(number: object) -> tuple[object, ...]:
    """Return the values of a number that a display has; ``None`` where it has none."""
    cost = getattr(number, "monthly_cost", None)
    return (
        *(getattr(number, name, None) for name in _NUMBER[:4]),
        cost and f"{cost} a month",
        getattr(number, "display_name", None),
    )


def table(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, count: int, note: str = ""
) -> str:
    """Return a table of the first 50 of *count* rows, with a *note* below it."""
    lines: list[str] = []
    for row in rows:
        if len(lines) == _ROWS:
            break
        lines.append("".join(f"<td>{shown(cell)}</td>" for cell in row))
    more = f"and {count - _ROWS:,} more" if count > _ROWS else ""
    notes = "; ".join(filter(None, (more, note)))
    head = "".join(f"<th>{shown(name)}</th>" for name in header)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    below = f"<p>{shown(notes)}</p>" if notes else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def page_table(items: Sequence[object], note: str) -> str:
    """Return the items of a page as a table: of numbers, or of their representations."""
    if all(hasattr(item, "phone_number") for item in items):
        header = ("Number", "Region", "Type", "Status", "Price", "Name")
        return table(header, map(number_cells, items), count=len(items), note=note)
    return table(("Item",), ((repr(item),) for item in items), count=len(items), note=note)
