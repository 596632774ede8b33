"""Interrupts of sync calls: the result is returned, or its call is unresolved."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers import NotFoundError, SyncNumbersClient, Unresolved
from sinch_numbers._core import portal as _portal
from sinch_numbers._core.portal import Running
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.models import NumberOrder
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sync import gather, order_numbers

pytestmark = pytest.mark.sandbox

SWEEP = Path(__file__).parents[1] / "chaos" / "signals.py"


class StoppedError(BaseException):
    """What an interrupt raises."""


def interrupted(
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    client: SyncNumbersClient,
    call: Callable[[], Any],
    ready: Callable[[], bool] = lambda: True,
) -> tuple[Unresolved, ...]:
    """
    Interrupt *call* at *place* once *ready*, and again when it is cancelled.

    Return what is unresolved right after it.
    """
    client.available_regions.list()  # there is a token
    begin, result, cancel = _portal._Loop.begin, Running.result, Running.cancel

    def stop() -> None:
        left = time.monotonic() + 60
        while not ready():
            assert time.monotonic() < left
            time.sleep(0.001)
        raise StoppedError

    def before_queueing(loop: Any, running: Any) -> None:
        stop()

    def after_queueing(loop: Any, running: Any) -> None:
        begin(loop, running)
        stop()

    def while_waiting(running: Any) -> None:
        stop()

    def after_the_end(running: Any) -> None:
        with running._under_way:
            stop()

    def before_delivery(running: Any) -> None:
        result(running)
        running._delivery.delivered = False
        stop()

    cancelled = []

    def cancel_twice(running: Any) -> None:
        cancelled.append(running)
        if len(cancelled) == 1:
            raise StoppedError
        cancel(running)

    stops = (before_queueing, after_queueing, while_waiting, after_the_end, before_delivery)
    (chosen,) = (one for one in stops if one.__name__ == place.replace(" ", "_"))
    owner: Any = _portal._Loop if "queueing" in place else Running
    with monkeypatch.context() as patched:
        patched.setattr(owner, "begin" if owner is _portal._Loop else "result", chosen)
        patched.setattr(Running, "cancel", cancel_twice)
        with pytest.raises(StoppedError):
            call()
        return client.unresolved


@pytest.fixture
def free(elsewhere: Sandbox) -> str:
    """Return a number that can be rented."""
    elsewhere.project().add_available(phone_number="+12025550111")
    return "+12025550111"


def test_a_call_that_was_not_queued_is_not_sent(
    monkeypatch: pytest.MonkeyPatch, sync_client: SyncNumbersClient, elsewhere: Sandbox, free: str
) -> None:
    """An interrupt before the start of the call leaves neither an entry nor a request."""
    rent = partial(sync_client.available_numbers.rent, free)

    assert () == interrupted(monkeypatch, "before queueing", sync_client, rent)
    sync_client.available_regions.list()
    assert [] == [call for call in elsewhere.calls if call.endswith(":rent")]


@pytest.mark.parametrize("place", ["after queueing", "while waiting"])
def test_a_call_that_was_sent_is_unresolved(
    monkeypatch: pytest.MonkeyPatch,
    sync_client: SyncNumbersClient,
    elsewhere: Sandbox,
    free: str,
    place: str,
) -> None:
    """An interrupt after the request leaves an entry with an unknown outcome."""
    elsewhere.faults.add("stall", method="POST", path=":rent", seconds=30)
    rent = partial(sync_client.available_numbers.rent, free)

    (entry,) = interrupted(
        monkeypatch, place, sync_client, rent, ready=lambda: bool(elsewhere.ledger)
    )

    assert (free, False, "cancelled") == (entry.phone_number, entry.applied, entry.reason)
    assert free == sync_client.reconcile(entry).phone_number


@pytest.mark.parametrize("place", ["after the end", "before delivery"])
def test_a_discarded_result_is_unresolved(
    monkeypatch: pytest.MonkeyPatch,
    sync_client: SyncNumbersClient,
    elsewhere: Sandbox,
    free: str,
    place: str,
) -> None:
    """An interrupt after the end of a call leaves an entry with its result."""
    (entry,) = interrupted(
        monkeypatch, place, sync_client, lambda: sync_client.available_numbers.rent(free)
    )

    assert (free, True, free) == (entry.phone_number, entry.applied, entry.result.phone_number)
    assert 1 == len(elsewhere.ledger)
    assert entry.result == sync_client.reconcile(entry)
    assert () == sync_client.unresolved


def test_the_number_that_the_service_picked_is_named(
    monkeypatch: pytest.MonkeyPatch, sync_client: SyncNumbersClient
) -> None:
    """The entry of an interrupted `rent_any` has the number of the response."""
    stock = sync_client.available_numbers
    (entry,) = interrupted(
        monkeypatch,
        "after the end",
        sync_client,
        lambda: stock.rent_any(region_code="US", type="LOCAL"),
    )

    assert entry.phone_number is not None
    assert entry.phone_number == sync_client.active_numbers.get(entry.phone_number).phone_number


def test_an_order_is_named(
    monkeypatch: pytest.MonkeyPatch, sync_client: SyncNumbersClient, elsewhere: Sandbox
) -> None:
    """The entry of an interrupted order has the order's ID."""
    elsewhere.project().add_available(
        phone_number="+5511900000001", region_code="BR", type="MOBILE"
    )
    entries = interrupted(
        monkeypatch,
        "after the end",
        sync_client,
        lambda: order_numbers(
            sync_client,
            region_code="BR",
            type="MOBILE",
            phone_number="+5511900000001",
            registration=[{"companyName": "Acme", "taxId": "12"}],
            deadline=0,
        ),
    )

    created = entries[0].result
    assert isinstance(created, NumberOrder)
    order = sync_client.number_orders.get(created.id_number_order)
    assert created.id_number_order == order.id_number_order
    assert {True} == {entry.applied for entry in entries}


def test_all_results_of_a_gather_are_recorded(
    monkeypatch: pytest.MonkeyPatch, sync_client: SyncNumbersClient, elsewhere: Sandbox
) -> None:
    """Each billable call of an interrupted `gather` leaves its own entry."""
    numbers = [f"+1202555012{digit}" for digit in range(5)]
    for number in numbers:
        elsewhere.project().add_available(phone_number=number)

    entries = interrupted(
        monkeypatch,
        "after the end",
        sync_client,
        lambda: gather(sync_client.available_numbers.rent, numbers),
    )

    assert numbers == sorted(str(entry.phone_number) for entry in entries)
    assert {True} == {entry.applied for entry in entries}


def test_the_hook_is_called_once(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Sandbox, free: str
) -> None:
    """`on_unknown_outcome` is called with the entry before the interrupt propagates."""
    called: list[Unresolved] = []
    with SyncNumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=elsewhere.url,
        auth_url=elsewhere.auth_url,
        on_unknown_outcome=called.append,
    ) as client:
        entries = interrupted(
            monkeypatch, "after the end", client, lambda: client.available_numbers.rent(free)
        )

        assert entries == tuple(called)
        assert client.unresolved == tuple(called)


def test_a_returned_result_is_not_unresolved(
    sync_client: SyncNumbersClient, elsewhere: Sandbox
) -> None:
    """Results that reached their caller, and errors that did, leave no entry."""
    elsewhere.project().add_available(phone_number="+12025550111")
    for _ in range(3):
        sync_client.available_numbers.rent_any(region_code="US", type="LOCAL")
    with pytest.raises(NotFoundError):
        sync_client.available_numbers.rent("+12025550199")

    assert () == sync_client.unresolved
    assert 1 >= len(sync_client._core._context.unresolved._held)


def test_a_reconciled_effect_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, sync_client: SyncNumbersClient, free: str
) -> None:
    """An interrupt after `reconcile` has removed the entry leaves the entry."""
    (entry,) = interrupted(
        monkeypatch,
        "after the end",
        sync_client,
        lambda: sync_client.available_numbers.rent(free),
    )

    again = interrupted(
        monkeypatch, "after the end", sync_client, lambda: sync_client.reconcile(entry)
    )

    assert (entry,) == again


def test_a_busy_loop_records_before_the_interrupt_propagates(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Sandbox, free: str
) -> None:
    """The thread waits for a loop that takes longer than a moment to cancel the call."""
    elsewhere.faults.add("stall", method="POST", path=":rent", seconds=30)

    class Slow(AiohttpTransport):
        async def exchange(self, request: Any) -> Any:
            try:
                return await super().exchange(request)
            finally:
                if request.url.endswith(":rent"):
                    time.sleep(0.4)

    with SyncNumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=elsewhere.url,
        auth_url=elsewhere.auth_url,
        transport=Slow(),
    ) as client:
        rent = partial(client.available_numbers.rent, free)
        entries = interrupted(
            monkeypatch, "while waiting", client, rent, ready=lambda: bool(elsewhere.ledger)
        )

    assert [(free, "cancelled")] == [(one.phone_number, one.reason) for one in entries]


def threads_of_loops() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "sinch_numbers"]


@pytest.mark.parametrize("instant", ["starting", "waiting"])
def test_an_interrupt_while_the_loop_starts_leaves_no_second_thread(
    instant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A private loop that was interrupted ends if nothing will use it, or serves later calls."""
    start, before = _portal.start_thread, set(threads_of_loops())
    monkeypatch.setattr(_portal, "_process", _portal._Process())

    def interrupted(*arguments: Any) -> None:
        if instant == "starting":
            start(*arguments)
        raise StoppedError

    with monkeypatch.context() as interrupt:
        if instant == "starting":
            interrupt.setattr(_portal, "start_thread", interrupted)
        else:
            interrupt.setattr(_portal.Milestone, "wait", interrupted)
        with pytest.raises(StoppedError):
            _portal._process.loop()
    started = set(threads_of_loops()) - before

    loop = _portal._process.loop()

    for thread in started if instant == "starting" else ():
        thread.join(10)
    assert 1 == len(set(threads_of_loops()) - before)
    assert loop is _portal._process.loop()
    _portal._process._exit()


def sweep(*argv: str) -> tuple[int, dict[str, int]]:
    done = subprocess.run(
        [sys.executable, str(SWEEP), *argv],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    print(done.stdout, done.stderr)
    return done.returncode, json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("mode", [(), ("--gevent",)], ids=["signals", "timeouts of gevent"])
def test_no_signal_loses_a_number(mode: tuple[str, ...]) -> None:
    """At swept instants, what was billed is returned or unresolved, with its number."""
    code, counts = sweep("500", "--seed", "1", *mode)

    assert (0, 0) == (code, counts["lost"])
    for kind in ("billed, returned", "billed, applied", "billed, unknown", "not billed, nothing"):
        assert counts[kind] > 0, kind


@pytest.mark.slow
def test_the_sweep_notices_lost_numbers() -> None:
    """A client that does not hold its results loses numbers, and the sweep says so."""
    code, counts = sweep("500", "--seed", "1", "--forgetful")

    assert 1 == code
    assert counts["lost"] > 0
