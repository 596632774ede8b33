"""A transport that lists any JSON as numbers, for tests of lists that no service should send."""

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sinch_numbers import NumbersClient
from sinch_numbers._core.transport.base import Reply, Request

from .conftest import QUICK
from .openapi import FixedToken

Query = dict[str, str]
REJECTED = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "no such region"}}


def number(phone_number: str, **fields: Any) -> dict[str, Any]:
    """Return a number without problems, as the service sends it."""
    return {
        "phoneNumber": phone_number,
        "projectId": "p",
        "displayName": "",
        "regionCode": "US",
        "type": "LOCAL",
        "capability": ["SMS"],
        "money": {"currencyCode": "USD", "amount": "0.50"},
        "paymentIntervalMonths": 1,
        "smsConfiguration": {"servicePlanId": "plan", "campaignId": "C1"},
        **fields,
    }


def region(code: Any, *types: Any) -> dict[str, Any]:
    return {"regionCode": code, "types": list(types or ("LOCAL",))}


AMERICAN = (region("US"),)


class ListService:
    """
    Lists *numbers*, with filters and pages.

    *regions* are the items of the available regions, or the response to the request for them.
    *answer* returns the response to a list request, or ``None`` for the usual one.
    """

    def __init__(
        self,
        numbers: Sequence[Any] = (),
        *,
        regions: Any = AMERICAN,
        answer: Callable[[Query], Any] = lambda query: None,
        max_page_size: int = 1000,
    ) -> None:
        self.numbers = numbers
        self.regions = regions
        self.answer = answer
        self.max_page_size = max_page_size
        self.queries: list[Query] = []
        """The queries of the lists of numbers."""

    def client(self, **options: Any) -> NumbersClient:
        return NumbersClient("p", transport=self, tokens=FixedToken(), backoff=QUICK, **options)

    async def exchange(self, request: Request) -> Reply:
        request.sent = True
        url = urlsplit(request.url)
        if url.path.endswith("/availableRegions"):
            if isinstance(self.regions, Reply):
                return self.regions
            return reply({"availableRegions": list(self.regions)})
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.queries.append(query)
        answer = self.answer(query)
        if isinstance(answer, Reply):
            return answer
        return reply(self._page(query) if answer is None else answer)

    def _page(self, query: Query) -> Any:
        found = [one for one in self.numbers if _fits(one, query)]
        size = min(int(query["pageSize"]), self.max_page_size)
        start = int(query.get("pageToken", 0))
        following = str(start + size) if start + size < len(found) else ""
        return {
            "activeNumbers": found[start : start + size],
            "nextPageToken": following,
            "totalSize": len(found),
        }

    async def close(self) -> None:
        pass


def reply(body: Any, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(body).encode())


def _fits(one: Any, query: Query) -> bool:
    fields = one if isinstance(one, dict) else {}
    for name in ("regionCode", "type"):
        # Filters apply to what the service stores, not to what it sends.
        if name in query and fields.get(name, query[name]) != query[name]:
            return False
    prefix = query.get("numberPattern.pattern", "")
    return str(fields.get("phoneNumber")).startswith(prefix) if prefix else True
