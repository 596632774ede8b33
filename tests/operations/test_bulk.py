"""Many calls at once: bounded, each with an outcome of its own."""

from collections.abc import Iterator

import anyio
import pytest

from sinch_numbers import ActiveNumber, InvalidArgumentError, NotFoundError, NumbersClient
from sinch_numbers._core.concurrency import Outcome, for_each, gather
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]


async def test_each_item_gets_its_outcome_in_order(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """What fails takes its place among the results, and stops nothing."""
    rented = list(sandbox.project().active)[:10]
    wanted = [*rented[:5], "+12025550100", *rented[5:]]

    outcomes = await gather(client.active_numbers.get, wanted)

    assert wanted == [outcome.item for outcome in outcomes]
    assert rented == [outcome.get().phone_number for outcome in outcomes if outcome.ok]
    assert isinstance(outcomes[5].error, NotFoundError)
    with pytest.raises(NotFoundError):
        outcomes[5].get()


async def test_outcomes_are_told_as_they_come(client: NumbersClient, sandbox: Sandbox) -> None:
    """Progress hears of each outcome once."""
    wanted = list(sandbox.project().active)
    heard: list[Outcome[str, ActiveNumber]] = []

    outcomes = await gather(client.active_numbers.get, wanted, progress=heard.append)

    assert sorted(wanted) == sorted(outcome.item for outcome in heard)
    assert set(map(id, outcomes)) == set(map(id, heard))


async def test_items_are_taken_as_they_are_needed() -> None:
    """Twenty thousand items are never twenty thousand tasks."""
    taken = busiest = busy = done = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for item in range(20_000):
            taken += 1
            yield item

    async def call(item: int) -> int:
        nonlocal busy, busiest, done
        busy += 1
        busiest = max(busiest, busy)
        assert taken <= done + 7
        if item % 1000 == 0:
            await anyio.sleep(0)
        busy -= 1
        done += 1
        return -item

    outcomes = await gather(call, items(), concurrency=7)

    assert 20_000 == len(outcomes)
    assert -19_999 == outcomes[-1].get()
    assert busiest <= 7


async def test_a_bug_stops_the_rest() -> None:
    """What is no error of the API is raised as it is."""

    async def call(_item: int) -> int:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await gather(call, range(10))


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5])
async def test_workers_are_checked(wrong: int) -> None:
    """Nothing is called for a number of workers that makes no sense."""

    async def call(_item: int) -> int:
        raise AssertionError

    with pytest.raises(InvalidArgumentError, match="concurrency"):
        await gather(call, [1], concurrency=wrong)


async def test_the_first_error_cancels_the_rest() -> None:
    """
    Nobody works on for a result that will not be used, and the cause stays with the error.
    """
    ended: list[int] = []

    async def work(item: int) -> None:
        if item == 1:
            await anyio.sleep(0.01)
            raise ValueError("first") from OSError("cause")
        await anyio.sleep(5)
        ended.append(item)

    with pytest.raises(ValueError, match="first") as caught:
        await for_each(range(4), work, concurrency=4)

    assert [] == ended
    assert isinstance(caught.value.__cause__, OSError)
