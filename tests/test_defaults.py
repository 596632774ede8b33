"""The documented defaults and limits. Changing one changes what users get: edit it here, too."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from products import every

from sinch_numbers import Backoff, GlobalProcessState, NumbersClient, SyncNumbersClient
from sinch_numbers._client.resources.active_numbers import ActiveNumbers
from sinch_numbers._client.resources.available_numbers import AvailableNumbers
from sinch_numbers._client.resources.hosting_orders import HostingOrders
from sinch_numbers._client.resources.imported_numbers import ImportedNumbers
from sinch_numbers._client.resources.number_orders import NumberOrders
from sinch_numbers._client.resources.qualified_numbers import QualifiedNumbers
from sinch_numbers._core.auth import cache as auth
from sinch_numbers._core.billing import decisions, evidence, settlement
from sinch_numbers._core.billing.memory import SHARED
from sinch_numbers._core.billing.memory import MemoryStore as OperationMemory
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
    "store": None,
    "sole_renter": False,
    "tag_callback": False,
    "max_concurrency": 100,
    "connect_timeout": 5.0,
    "proxy_from_env": False,
}
WAITING = {"sms": None, "voice": None, "deadline": 600.0, "longest_pause": 15.0}
REVIEW = {"deadline": 3600.0, "longest_pause": 60.0}
ORDERING = {"check": True, **REVIEW}
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
    (NumberOrders.wait_until_completed, REVIEW),
    (HostingOrders.wait_until_completed, REVIEW),
    (QualifiedNumbers.wait_until_qualified, {"until": GlobalProcessState.VERIFIED, **REVIEW}),
    (ImportedNumbers.wait_until_provisioned, {"deadline": 600.0, "longest_pause": 15.0}),
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


@every(("function", "expected"), [pytest.param(*one, id=one[0].__qualname__) for one in DEFAULTS])
def test_defaults(function: Callable[..., Any], expected: dict[str, Any]) -> None:
    """What is not given has the documented value."""
    parameters = inspect.signature(function).parameters

    assert expected == {name: parameters[name].default for name in expected}


@pytest.mark.parametrize("host", ["_pipeline", "_imported"])
def test_the_defaults_of_billable_calls(host: str) -> None:
    """They reach the calls: absence is proven over 30 s, and no client is exclusive by itself."""
    billing = getattr(NumbersClient("p", "k", "s"), host).billing

    assert (30.0, 30.0, 90.0, False) == (
        billing.settle_timeout,
        billing.timeout,
        billing.deadline,
        billing.exclusive,
    )
    assert billing.store is SHARED
    assert 105.0 == billing.lease


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_store_makes_a_client_exclusive(exclusive: bool) -> None:
    """The user who gives a store asserts that all renters use it, if the store says so."""
    store = OperationMemory()
    store.exclusive = exclusive

    client = NumbersClient("p", "k", "s", store=store)

    assert exclusive is client._pipeline.billing.exclusive
    assert client._pipeline.billing.store is store


def test_the_only_renter_is_exclusive() -> None:
    """Without a store, too."""
    assert NumbersClient("p", "k", "s", sole_renter=True)._pipeline.billing.exclusive


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
    seconds = [0, 0.5, 1, 2, 4, 8, 15, 30, 45, 60, 75, 90]

    assert seconds == pytest.approx([30.0 * at for at in decisions.READ_TIMES])
    assert 3 == decisions._ABSENCES
    assert (4.0, 1.2) == (settlement._LIMIT, settlement._LONGEST_JITTER)


def test_a_number_is_excluded_by_its_age_with_a_margin() -> None:
    """Rent instants rest on one observation: two minutes make up for it."""
    assert timedelta(seconds=120) == evidence._CLOCK_MARGIN


def test_limits_of_tokens() -> None:
    """A rejected key is asked about every 5 s."""
    assert (5.0, 30.0, 60.0) == (auth._REFUSED_FOR, auth._CALM_RETRY, auth._URGENT)
