"""Unresolved calls: records, callbacks, and reconciliation."""

import asyncio
import copy
import logging
import pickle

import attrs
import pytest
from failing_reads import fail_reads_after

from sinch_numbers import (
    ActiveNumber,
    AlreadyOwnedError,
    APIConnectionError,
    InvalidArgumentError,
    NumberBusyError,
    NumbersClient,
    OutcomeUnknownError,
    Reply,
    Request,
    Unresolved,
)
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.sandbox import Sandbox

from .conftest import settings

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]


@pytest.fixture
async def free(async_client: NumbersClient) -> str:
    hits = await async_client.available_numbers.search(region_code="US", type="LOCAL", size=1)
    return hits[0].phone_number


async def left_open(
    client: NumbersClient, sandbox: Sandbox, number: str, fault: str
) -> OutcomeUnknownError:
    """Rent *number* in a way that nobody can tell what came of it."""
    sandbox.faults.queue(fault)
    fail_reads_after(sandbox, ":rent")
    with pytest.raises(OutcomeUnknownError) as caught:
        await client.available_numbers.rent(number)
    sandbox.faults.clear()
    return caught.value


async def test_it_is_listed_until_it_is_known(
    client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """An unknown outcome is on record, under the name that the error has."""
    error = await left_open(client, sandbox, free, "drop")
    (record,) = client.unresolved if isinstance(client, NumbersClient) else client._twin.unresolved

    assert (error.op_id, free, "POST", error.first_sent_at) == (
        record.op_id,
        record.phone_number,
        record.method,
        record.first_sent_at,
    )
    found = await client.reconcile(error)
    assert isinstance(found, ActiveNumber)
    assert free == found.phone_number
    listed = client.unresolved if isinstance(client, NumbersClient) else client._twin.unresolved
    assert () == listed


async def test_a_known_outcome_is_read_again(
    client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """The journal keeps it; a call that the journal does not have is an invalid argument."""
    error = await left_open(client, sandbox, free, "drop")
    await client.reconcile(error)

    assert free == (await client.reconcile(error)).phone_number
    error.op_id = "0" * 32
    with pytest.raises(InvalidArgumentError):
        await client.reconcile(error)


async def test_what_did_not_happen_is_told_as_such(
    client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """``None`` is the proof that nothing came of it, and nothing is sent again."""
    error = await left_open(client, sandbox, free, "drop_before")

    assert await client.reconcile(error) is None
    assert [] == sandbox.ledger


async def test_an_error_can_look_by_itself(
    async_client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """In the process that made the call, the error is all it takes."""
    error = await left_open(async_client, sandbox, free, "drop")

    assert free == (await error.reconcile()).phone_number
    assert () == async_client.unresolved


async def test_an_error_from_elsewhere_is_given_to_a_client(
    async_client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """Pickled or copied, an error has its data, and nothing that is alive."""
    error = await left_open(async_client, sandbox, free, "drop")
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (error.op_id, free) == (other.op_id, other.phone_number)
        with pytest.raises(InvalidArgumentError):
            await other.reconcile()

    assert free == (await async_client.reconcile(other)).phone_number


async def test_still_unknown_stays_on_record(
    async_client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """A look that shows nothing changes nothing."""
    error = await left_open(async_client, sandbox, free, "drop")
    sandbox.faults.add("500", method="GET", times=10**6)

    with pytest.raises(OutcomeUnknownError) as caught:
        await async_client.reconcile(error)

    assert error.op_id == caught.value.op_id
    assert [error.op_id] == [record.op_id for record in async_client.unresolved]


@pytest.mark.parametrize("sole_renter", [True, False])
async def test_a_rent_of_any_number_is_reconciled_by_listing(
    sandbox: Sandbox, sole_renter: bool
) -> None:
    """The only renter gets the one new number; where others rent, the candidates are listed."""
    async with NumbersClient(**settings(sandbox) | {"sole_renter": sole_renter}) as client:
        sandbox.faults.queue("drop")
        fail_reads_after(sandbox, ":rentAny", read="/activeNumbers")
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.available_numbers.rent_any(region_code="US", type="LOCAL")
        sandbox.faults.clear()
        (entry,) = sandbox.ledger

        if sole_renter:
            assert entry.phone_number == (await caught.value.reconcile()).phone_number
            assert () == client.unresolved
        else:
            with pytest.raises(OutcomeUnknownError) as again:
                await caught.value.reconcile()
            assert entry.phone_number in {one.phone_number for one in again.value.candidates}
            assert [caught.value.op_id] == [one.op_id for one in client.unresolved]


async def test_a_rent_where_others_rent_is_not_reconciled_to_their_number(
    sandbox: Sandbox, free: str
) -> None:
    """A read that finds the number proves nothing then, however often it is made."""
    async with NumbersClient(**settings(sandbox) | {"sole_renter": False}) as client:
        error = await left_open(client, sandbox, free, "drop")

        with pytest.raises(OutcomeUnknownError) as again:
            await client.reconcile(error)

    assert [free] == [one.phone_number for one in again.value.candidates]
    assert [error.op_id] == [one.op_id for one in client.unresolved]


async def test_an_unknown_rent_keeps_its_number(
    async_client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """Another rent of it fails at once and sends nothing, until the outcome is known."""
    error = await left_open(async_client, sandbox, free, "drop_before")
    sandbox.calls.clear()

    with pytest.raises(NumberBusyError) as caught:
        await async_client.with_options(deadline=None).available_numbers.rent(free)
    busy = list(sandbox.calls)
    assert await async_client.reconcile(error) is None
    number = await async_client.available_numbers.rent(free)

    assert (free, error.op_id, []) == (caught.value.subject, caught.value.op_id, busy)
    assert free == number.phone_number
    assert 1 == len(sandbox.ledger)


async def test_a_cancelled_call_is_on_record(
    async_client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """Whoever cancels a rent that has left can still ask what came of it."""
    sandbox.faults.queue("stall")
    task = asyncio.create_task(async_client.available_numbers.rent(free))
    while not sandbox.ledger:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (record,) = async_client.unresolved

    assert ("cancelled", free) == (record.reason, record.phone_number)
    assert 1 == sum(call.startswith("GET") for call in sandbox.calls if "active" in call)
    assert free == (await async_client.reconcile(record)).phone_number
    assert () == async_client.unresolved


async def test_siblings_share_the_record(
    async_client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """What one leaves open, the other can settle."""
    sibling = async_client.with_options(timeout=1)
    error = await left_open(sibling, sandbox, free, "drop")

    assert [error.op_id] == [record.op_id for record in async_client.unresolved]
    assert await async_client.reconcile(error)
    assert () == sibling.unresolved


@pytest.mark.parametrize("broken", [False, True])
async def test_whoever_wants_to_know_is_told(
    async_client: NumbersClient, sandbox: Sandbox, free: str, broken: bool
) -> None:
    """The hook gets the record; what goes wrong in it stays there."""
    told: list[Unresolved] = []

    def hook(unresolved: Unresolved) -> None:
        told.append(unresolved)
        if broken:
            raise ValueError("a bug of the caller's")

    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
        settle_timeout=0.05,
        on_unknown_outcome=hook,
    ) as client:
        error = await left_open(client, sandbox, free, "drop")

    assert [(error.op_id, free)] == [(one.op_id, one.phone_number) for one in told]


async def test_one_billable_call_per_number_at_a_time(
    async_client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """The second rent of a number waits for the first, and is rejected without a request."""
    sandbox.faults.add("slow", seconds=0.05, path=":rent")

    ends = await asyncio.gather(
        async_client.available_numbers.rent(free),
        async_client.available_numbers.rent(free),
        return_exceptions=True,
    )

    assert {ActiveNumber, AlreadyOwnedError} == {type(end) for end in ends}
    assert 1 == sum(call.endswith(":rent") for call in sandbox.calls)
    assert 1 == len(sandbox.ledger)


async def test_the_wait_for_another_call_ends_at_the_deadline(
    async_client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """The second call fails with the ID of the first one, and sends nothing."""
    sandbox.faults.queue("stall")
    first = asyncio.create_task(async_client.available_numbers.rent(free))
    while not sandbox.ledger:
        await asyncio.sleep(0.001)
    sandbox.calls.clear()

    with pytest.raises(NumberBusyError) as caught:
        await async_client.with_options(deadline=0.05).available_numbers.rent(free)

    assert (free, []) == (caught.value.subject, sandbox.calls)
    assert caught.value.transient
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert [caught.value.op_id] == [one.op_id for one in async_client.unresolved]


async def test_a_number_that_must_be_new(
    client: NumbersClient, sandbox: Sandbox, free: str
) -> None:
    """With a look beforehand, a number of one's own is told from one that was just rented."""
    rented = await client.available_numbers.rent(free, must_be_new=True)
    assert free == rented.phone_number
    sandbox.calls.clear()

    with pytest.raises(AlreadyOwnedError) as caught:
        await client.available_numbers.rent(free, must_be_new=True)

    assert free == caught.value.phone_number
    assert [f"GET /v1/projects/sandbox/activeNumbers/{free}"] == sandbox.calls


class Buggy(AiohttpTransport):
    """Transport wrapper that raises *error* after the response to a rent."""

    def __init__(self, error: BaseException, *, copies: bool) -> None:
        super().__init__()
        self._error = error
        self._copies = copies

    async def exchange(self, request: Request) -> Reply:
        if not request.url.endswith(":rent"):
            return await super().exchange(request)
        await super().exchange(attrs.evolve(request) if self._copies else request)
        raise self._error


@pytest.mark.parametrize("copies", [False, True], ids=["same request", "copied request"])
@pytest.mark.parametrize(
    "error", [ValueError("a bug"), MemoryError(), SystemExit(3), KeyError("x")], ids=repr
)
async def test_any_exception_after_sending_is_recorded(
    sandbox: Sandbox, free: str, error: BaseException, copies: bool
) -> None:
    """A bug in a transport wrapper leaves the call as it is, and an entry."""
    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
        settle_timeout=0.1,
        sole_renter=True,
        transport=Buggy(error, copies=copies),
    ) as client:
        with pytest.raises(type(error)) as caught:
            await client.available_numbers.rent(free)
        (record,) = client.unresolved

        assert error is caught.value
        assert (free, f"failed with {type(error).__name__}") == (
            record.phone_number,
            record.reason,
        )
        found = await client.reconcile(record)
        assert isinstance(found, ActiveNumber)


async def test_an_exception_before_sending_is_not_recorded(sandbox: Sandbox, free: str) -> None:
    """A call that certainly was not sent leaves no entry."""

    class Refusing(AiohttpTransport):
        async def exchange(self, request: Request) -> Reply:
            if request.url.endswith(":rent"):
                raise APIConnectionError("not sent")
            return await super().exchange(request)

    async with NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.auth_url,
        retries=0,
        transport=Refusing(),
    ) as client:
        with pytest.raises(APIConnectionError):
            await client.available_numbers.rent(free)

        assert () == client.unresolved


@pytest.mark.parametrize("level", [logging.DEBUG, logging.WARNING], ids=logging.getLevelName)
async def test_a_log_filter_that_raises_hides_no_outcome(
    sandbox: Sandbox, free: str, level: int
) -> None:
    """The call is recorded although the filter fails for its messages of *level*."""

    def broken(record: logging.LogRecord) -> bool:
        if record.levelno == level and ":rent" in record.getMessage():
            raise ZeroDivisionError
        return True

    sandbox.faults.queue("drop")
    sandbox.faults.add("500", method="GET", times=10**6)
    logger = logging.getLogger("sinch_numbers")
    before = logger.level
    logger.addFilter(broken)
    logger.setLevel(level)
    try:
        # Not exclusive: a read before the rent would fail, and nothing would be sent.
        async with NumbersClient(**settings(sandbox) | {"sole_renter": False}) as client:
            with pytest.raises((OutcomeUnknownError, ZeroDivisionError)):
                await client.available_numbers.rent(free)
            unresolved = client.unresolved
    finally:
        logger.setLevel(before)
        logger.removeFilter(broken)

    assert [free] == [record.phone_number for record in unresolved]
