"""Callbacks: coroutine functions are awaited in tasks, and rejected elsewhere."""

import gc
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from products import every, sampled

from sinch_numbers import (
    InvalidArgumentError,
    NumbersClient,
    OutcomeUnknownError,
    SyncNumbersClient,
)
from sinch_numbers._core.callbacks import call_plain, notify, plain
from sinch_numbers.audit import DistributedAudit, Rule, Severity, audit, audit_projects
from sinch_numbers.inventory import walk
from sinch_numbers.operations import gather
from sinch_numbers.ordering import order_numbers
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.webhooks import RequestCheck

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]


@pytest.fixture(autouse=True)
def nothing_is_left_unawaited() -> Iterator[None]:
    """Fail the test if a coroutine was dropped."""
    gc.freeze()  # collecting what earlier tests left would take most of the time
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [] == [str(one.message) for one in caught if "never awaited" in str(one.message)]


class Calls(list[tuple[Any, ...]]):
    """What a callback received."""


def kinds(calls: Calls) -> dict[str, Callable[..., Any]]:
    """Return callbacks of every kind that record their arguments."""

    def function(*given: Any) -> None:
        calls.append(given)

    async def coroutine_function(*given: Any) -> None:
        calls.append(given)

    class AsyncCallable:
        async def __call__(self, *given: Any) -> None:
            calls.append(given)

    class AsyncMethod:
        async def record(self, *given: Any) -> None:
            calls.append(given)

    return {
        "function": function,
        "coroutine function": coroutine_function,
        "partial": partial(coroutine_function),
        "nested partial": partial(partial(coroutine_function)),
        "callable object": AsyncCallable(),
        "method": AsyncMethod().record,
        "lambda": lambda *given: coroutine_function(*given),
    }


KINDS = tuple(kinds(Calls()))
RECOGNIZED = tuple(kind for kind in KINDS if kind not in ("function", "lambda"))


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_awaited(kind: str) -> None:
    """In a task, a callback runs to its end, whatever kind of function it is."""
    calls = Calls()
    await notify(kinds(calls)[kind], 1, 2)

    assert [(1, 2)] == calls


@pytest.mark.parametrize("kind", RECOGNIZED)
def test_coroutine_functions_are_rejected_by_name(kind: str) -> None:
    """Where nothing can await, the argument is named."""
    with pytest.raises(InvalidArgumentError, match="progress: expected a plain function"):
        plain(kinds(Calls())[kind], "progress")


def test_a_function_that_returns_a_coroutine_is_rejected_when_called() -> None:
    """Its coroutine is closed, so that Python does not warn."""
    with pytest.raises(InvalidArgumentError, match="progress: expected a plain function"):
        call_plain(kinds(Calls())["lambda"], "progress")
    assert 3 == call_plain(lambda: 3, "progress")


@pytest.mark.parametrize("kind", sampled(KINDS, 2))
async def test_callbacks_in_tasks_are_awaited(client: NumbersClient, kind: str) -> None:
    """`gather`, `walk`, `audit`, and `audit_projects`, for every kind of function."""
    numbers = [one.phone_number async for one in client.active_numbers.list(limit=2)]
    for use in (
        lambda call: gather(client.active_numbers.get, numbers, progress=call),
        lambda call: walk(client, call),
        lambda call: walk(client, lambda *_: None, on_total=call),
        lambda call: audit(client, emergency=True, progress=call),
        lambda call: audit_projects([client], progress=call),
    ):
        calls = Calls()
        await use(kinds(calls)[kind])
        assert calls


@pytest.mark.parametrize("kind", KINDS)
async def test_the_steps_of_an_order_are_awaited(
    client: NumbersClient, sandbox: Sandbox, kind: str
) -> None:
    """`on_step` is called, and awaited, after each step."""
    sandbox.project().add_available(phone_number="+5511900000001", region_code="BR", type="MOBILE")
    calls = Calls()
    await order_numbers(
        client,
        region_code="BR",
        type="MOBILE",
        phone_number="+5511900000001",
        registration=[{"companyName": "Acme", "taxId": "12"}],
        deadline=0,
        on_step=kinds(calls)[kind],
    )

    assert ["created", "registered", "submitted"] == [str(step) for step, _ in calls][:3]


class Observer:
    """An observer, one of whose methods is replaced."""

    def __init__(self, name: str, method: Callable[..., Any]) -> None:
        self._replaced = name
        setattr(self, name, method)

    def call_started(self, call: object) -> "Observer":
        return self

    def token_fetched(self, fetched: object) -> None: ...

    def headers(self) -> dict[str, str]:
        return {}

    def attempted(self, attempt: object) -> None: ...

    def resending(self, resending: object) -> None: ...

    def ended(self, ended: object) -> None: ...


def rule(check: Any) -> Rule:
    return Rule(id="x", severity=Severity.INFO, title="x", meaning="x", advice="x", check=check)


def audited(progress: Any) -> None:
    with ThreadPoolExecutor(1) as executor:
        DistributedAudit(["p"]).run(executor, progress=progress)


CLIENTS = (NumbersClient, SyncNumbersClient)


@pytest.mark.parametrize("kind", RECOGNIZED)
@every(
    ("use", "argument"),
    [
        *(
            (lambda call, make=make: make("p", "k", "s", on_unknown_outcome=call),
             "on_unknown_outcome")
            for make in CLIENTS
        ),
        *(
            (lambda call, make=make, name=name: make(
                "p", "k", "s", observer=Observer(name, call)
            ), f"observer.{name}")
            for make in CLIENTS
            for name in ("call_started", "token_fetched")
        ),
        (rule, "check"),
        (audited, "progress"),
        (lambda call: RequestCheck("secret", now=call), "now"),
    ],
)  # fmt: skip
def test_callbacks_that_cannot_be_awaited_are_rejected(
    use: Callable[[Any], object], argument: str, kind: str
) -> None:
    """At construction or at the call, with the name of the argument."""
    with pytest.raises(InvalidArgumentError, match=f"{argument}: expected a plain function"):
        use(kinds(Calls())[kind])


@pytest.mark.parametrize("name", ["headers", "attempted", "resending", "ended"])
async def test_the_methods_of_call_observers_are_checked(sandbox: Sandbox, name: str) -> None:
    """The first call is rejected before anything is sent."""

    async def method(*given: object) -> None: ...

    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
        observer=Observer(name, method),
    ) as client:
        with pytest.raises(InvalidArgumentError, match=f"observer.{name}: expected a plain"):
            await client.available_regions.list()

    assert [] == sandbox.calls


async def test_a_hook_that_returns_a_coroutine_is_logged(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """The outcome is recorded all the same."""
    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
        on_unknown_outcome=kinds(Calls())["lambda"],
    ) as client:
        sandbox.faults.queue("drop")
        with pytest.raises(OutcomeUnknownError):
            await client.available_numbers.rent_any(region_code="US", type="LOCAL")

        assert 1 == len(client.unresolved)
    assert "on_unknown_outcome failed" in caplog.text
