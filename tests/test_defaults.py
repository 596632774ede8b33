"""The documented defaults and limits. Changing one changes what users get: edit it here, too."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from sinch_numbers import Backoff, NumbersClient, SyncNumbersClient
from sinch_numbers._client.resources.active_numbers import ActiveNumbers
from sinch_numbers._client.resources.available_numbers import AvailableNumbers
from sinch_numbers._core.auth import cache as auth
from sinch_numbers._core.retry import keyed_locks as turns
from sinch_numbers._core.retry import settlement
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, NO_RETRY, SAFE, RetryBudget
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.audit import audit
from sinch_numbers.audit._distributed import DistributedAudit
from sinch_numbers.inventory import Inventory
from sinch_numbers.ordering import order_numbers, resume_order
from sinch_numbers.webhooks import MemoryStore, Receiver

CLIENT = {
    "auth": "oauth",
    "timeout": 30.0,
    "deadline": 90.0,
    "retries": None,
    "settle_timeout": 30.0,
    "max_concurrency": 100,
    "connect_timeout": 5.0,
    "proxy_from_env": False,
}
WAITING = {"sms": None, "voice": None, "deadline": 600.0, "longest_pause": 15.0}
ORDERING = {"check": True, "wait": 3600.0, "poll": 5.0}
DEFAULTS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (NumbersClient, CLIENT),
    (SyncNumbersClient, CLIENT),
    (AiohttpTransport, {"connect_timeout": 5.0, "read_timeout": 20.0}),
    (Backoff, {"first": 0.25, "throttled": 1.0, "longest": 20.0, "longest_asked": 60.0}),
    (RetryBudget, {"capacity": 500.0}),
    (AvailableNumbers.rent, {"must_be_new": False}),
    (AvailableNumbers.rent_first, {"candidates": 10}),
    (ActiveNumbers.list, {"page_size": 100, "limit": None}),
    (ActiveNumbers.wait_until_provisioned, WAITING),
    (ActiveNumbers.wait_until_all_provisioned, {**WAITING, "concurrency": 8}),
    (order_numbers, ORDERING),
    (resume_order, ORDERING),
    (audit, {"emergency": False, "months": 12, "concurrency": 8}),
    (Inventory, {"concurrency": 8, "page_size": 1000}),
    (DistributedAudit, {"months": 12, "size": 50_000, "concurrency": 8, "tries": 3}),
    (
        Receiver,
        {
            "capacity": 10_000,
            "concurrency": 16,
            "attempts": 3,
            "initial_delay": 1.0,
            "shutdown_timeout": 30.0,
        },
    ),
    (MemoryStore, {"limit": 100_000, "lifetime": 86_400.0}),
]


@pytest.mark.parametrize(
    ("function", "expected"), [pytest.param(*one, id=one[0].__qualname__) for one in DEFAULTS]
)
def test_defaults(function: Callable[..., Any], expected: dict[str, Any]) -> None:
    """What is not given has the documented value."""
    parameters = inspect.signature(function).parameters

    assert expected == {name: parameters[name].default for name in expected}


def test_the_client_settles_for_thirty_seconds() -> None:
    """The default reaches the calls: absence is proven over 30 s, not over the test's 0.1 s."""
    client = NumbersClient("p", "k", "s")

    assert (30.0, 30.0, 90.0) == (
        client._options.settle_timeout,
        client._options.timeout,
        client._options.deadline,
    )


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(SAFE, (3, 3, False), id="safe"),
        pytest.param(IDEMPOTENT, (2, 1, False), id="idempotent"),
        pytest.param(BILLABLE, (3, 0, True), id="billable"),
        pytest.param(NO_RETRY, (0, 0, False), id="once"),
    ],
)
def test_policies(policy: Any, expected: tuple[int, int, bool]) -> None:
    """Retries when certainly not applied; when possibly applied; whether it is billable."""
    assert expected == (policy.max_retries, policy.max_ambiguous_retries, policy.billable)


def test_verification_looks_until_four_times_the_settle_timeout() -> None:
    """Reads begin at once and end at the documented limit; absence takes three of them."""
    assert (0, 4) == (settlement._READ_TIMES[0], settlement._READ_TIMES[-1])
    assert sorted(settlement._READ_TIMES) == list(settlement._READ_TIMES)
    assert 3 == settlement._ABSENCES


def test_limits_of_tokens_and_turns() -> None:
    """A rejected key is asked about every 5 s; a rented number is ours for an hour."""
    assert (5.0, 30.0, 60.0) == (auth._REFUSED_FOR, auth._CALM_RETRY, auth._URGENT)
    assert 3600.0 == turns._RESERVED_FOR
