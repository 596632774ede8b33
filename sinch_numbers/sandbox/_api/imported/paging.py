"""Pages of this host's lists: sorted by time, with the position as the page token."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from sinch_numbers.sandbox._api import query
from sinch_numbers.sandbox._api.router import Request
from sinch_numbers.sandbox._protocol.clock import timestamp
from sinch_numbers.sandbox._protocol.exchange import Reply
from sinch_numbers.sandbox._protocol.json_text import encode

T = TypeVar("T")

_PAGE_SIZE = 30


def paged(
    request: Request,
    name: str,
    found: Iterable[T],
    identify: Callable[[T], str],
    write: Callable[[T], dict[str, Any]],
    moved: Callable[[T], datetime] | None = None,
) -> Reply:
    """Reply with a page of *found*, sorted by time; the page token is a position."""
    order_by = request.parameter("orderBy", ("createdTime", "updatedTime")) or "createdTime"
    attribute = {"createdTime": "created_time", "updatedTime": "updated_time"}[order_by]
    placed = sorted(
        (
            (timestamp(moved(one) if moved else getattr(one, attribute)), identify(one), one)
            for one in found
        ),
        key=lambda place: place[:2],
    )
    asked = request.call.query
    size = query.limit(asked, "pageSize", default=_PAGE_SIZE, most=request.max_page_size)
    paging = ("pageSize", "pageToken")
    filters = sorted((key, values) for key, values in asked.items() if key not in paging)
    listing = encode([request.project.project_id, request.call.path, filters])
    token = request.parameter("pageToken")
    after = request.pages.read(listing, token) if token else None
    left = [place for place in placed if after is None or place[:2] > after]
    chosen = left[:size]
    more = request.pages.issue(listing, chosen[-1][:2]) if len(left) > size else ""
    return Reply.json(
        {
            name: [write(one) for _, _, one in chosen],
            "nextPageToken": more,
            "totalSize": len(placed),
        }
    )
