"""Requests without the package's care, as canaries send them."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sinch_numbers import NumbersClient, RetryPolicy
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.retry.policy import NO_RETRY

T = TypeVar("T")


async def post_once(
    client: NumbersClient,
    model: type[T],
    path: str,
    body: Mapping[str, Any] | None = None,
    *,
    policy: RetryPolicy = NO_RETRY,
    expected_number: str | None = None,
) -> T:
    """Send a POST, with a policy that an operation should not have."""
    operation = Operation("raw", "POST", path, model, policy)
    result: T = await client._pipeline.run(
        operation, model, path, json=body, expected_number=expected_number
    )
    return result
