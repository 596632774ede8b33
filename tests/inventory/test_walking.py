"""An inventory reads every number once, and reports missing ones."""

import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable

import anyio
import attrs
import pytest

from sinch_numbers import (
    ActiveNumber,
    AvailableRegion,
    InvalidArgumentError,
    NumbersClient,
    NumberType,
    Page,
    Pager,
    PermissionDeniedError,
)
from sinch_numbers.inventory import WHOLE, Completeness, Partition, PartitionCount, walk
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def full() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def empty() -> AsyncIterator[Sandbox]:
    async with Sandbox(numbers=0, stock=0) as sandbox:
        yield sandbox


def connected(sandbox: Sandbox) -> NumbersClient:
    return NumbersClient(
        "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.url
    )


class Visits:
    """Remembers what was visited."""

    def __init__(self) -> None:
        self.numbers: Counter[str] = Counter()
        self.partitions: Counter[Partition] = Counter()

    def __call__(self, partition: Partition, page: Page[ActiveNumber]) -> None:
        self.numbers.update(number.phone_number for number in page.items)
        self.partitions[partition] += len(page.items)


class Service:
    """A service with numbers of its own, that counts and filters as it likes."""

    def __init__(
        self,
        fetch: Callable[[str | None, str | None], Page[ActiveNumber]],
        regions: tuple[str, ...] = ("US", "SE"),
    ) -> None:
        self.project_id = "sandbox"
        self.active_numbers = self
        self.available_regions = self.Regions(regions)
        self._fetch = fetch
        self.busy = 0
        self.busiest = 0

    class Regions:
        def __init__(self, regions: tuple[str, ...]) -> None:
            self._regions = regions

        async def list(self, **_: object) -> tuple[AvailableRegion, ...]:
            return tuple(AvailableRegion(r, types=(NumberType.LOCAL,)) for r in self._regions)

    def list(
        self,
        region_code: str | None = None,
        type: str | None = None,
        **_: object,
    ) -> Pager[ActiveNumber]:
        async def fetch(_token: str | None) -> Page[ActiveNumber]:
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            await anyio.sleep(0.01)
            self.busy -= 1
            return self._fetch(region_code, type)

        return Pager(fetch)


ONE = ActiveNumber("+12025550101", region_code="US", type=NumberType.LOCAL)
TWO = ActiveNumber("+46700000001")


async def test_every_number_is_visited_once(full: Sandbox) -> None:
    """
    What a walk visits is what the project holds.
    """
    visits = Visits()

    async with connected(full) as client:
        completeness = await walk(client, visits)

    assert set(full.project().active) == set(visits.numbers)
    assert {1} == set(visits.numbers.values())
    assert completeness.complete
    assert 3000 == completeness.read == completeness.total_size
    assert 0 == completeness.duplicates


async def test_numbers_are_counted_by_partition(full: Sandbox) -> None:
    """
    The completeness tells how many numbers are where, partitions without any included.
    """
    visits = Visits()

    async with connected(full) as client:
        completeness = await walk(client, visits, page_size=100)

    counts = {count.partition: count.read for count in completeness.partitions}
    assert 3000 == sum(counts.values())
    assert visits.partitions == Counter({p: n for p, n in counts.items() if n})
    assert Partition("US", NumberType.TOLL_FREE) in counts


async def test_the_total_is_told_before_the_first_page(full: Sandbox) -> None:
    """
    Who shows progress knows how much there is before anything is read.
    """
    heard: list[object] = []

    async with connected(full) as client:
        await walk(client, lambda _, page: heard.append(page), on_total=heard.append)

    assert 3000 == heard[0]


async def test_numbers_of_regions_no_longer_on_offer_are_found(empty: Sandbox) -> None:
    """
    A number is visited even when no region on offer leads to it.
    """
    empty.project().add_active(phone_number="+12025550101")
    empty.project().add_active(phone_number="+81312345678", region_code="JP")
    visits = Visits()

    async with connected(empty) as client:
        completeness = await walk(client, visits)

    assert {"+12025550101": 1, "+81312345678": 1} == visits.numbers
    assert 1 == visits.partitions[WHOLE]
    assert completeness.complete
    assert 0 == completeness.duplicates


async def test_an_empty_project_is_complete(empty: Sandbox) -> None:
    """
    To hold nothing is no error, and needs no second look.
    """
    visits = Visits()

    async with connected(empty) as client:
        completeness = await walk(client, visits)

    assert completeness.complete
    assert "complete: 0 counted, 0 read" == completeness.explanation
    assert {} == visits.numbers


async def test_ignored_filters_do_not_count_numbers_twice() -> None:
    """
    When the service ignores filters, each number is still visited once.
    """
    visits = Visits()
    there = ONE, attrs.evolve(TWO, region_code="SE", type=NumberType.LOCAL)
    service = Service(lambda *_: Page(there, None, 2))

    completeness = await walk(service, visits)  # type: ignore[arg-type]  # a stand-in

    assert {ONE.phone_number: 1, TWO.phone_number: 1} == visits.numbers
    assert {1} == set(visits.partitions.values())
    assert completeness.complete
    assert 0 == completeness.duplicates


async def test_a_number_that_cannot_be_found_makes_it_incomplete() -> None:
    """
    A count that no reading reaches is told as such.
    """
    service = Service(lambda region, _: Page((ONE,) if region in (None, "US") else (), None, 5))

    completeness = await walk(service, Visits())  # type: ignore[arg-type]  # a stand-in

    assert not completeness.complete
    where = "US LOCAL 1 of 5, SE LOCAL 0 of 5"
    assert f"incomplete: 1 read of 5 counted ({where})" == completeness.explanation


async def test_without_a_count_nothing_is_proven() -> None:
    """
    A service that does not count cannot be held to it.
    """
    service = Service(lambda region, _: Page((ONE,) if region in (None, "US") else (), None, None))

    completeness = await walk(service, Visits())  # type: ignore[arg-type]  # a stand-in

    assert not completeness.complete
    assert completeness.explanation.startswith("cannot be verified: 1 read")


async def test_a_change_while_reading_is_told(empty: Sandbox) -> None:
    """
    When numbers come or go meanwhile, the completeness says so.
    """
    empty.project().add_active(phone_number="+12025550101")

    def rent_another(_total: int | None) -> None:
        empty.project().add_active(phone_number="+12025550102")

    async with connected(empty) as client:
        completeness = await walk(client, Visits(), on_total=rent_another)

    assert not completeness.complete
    assert (
        "changed while it was read: 1 counted before, 2 after, 2 read" == completeness.explanation
    )


async def test_an_error_says_where_it_happened(full: Sandbox) -> None:
    """
    A page that fails for good stops the walk with its own error, and the partition in a note.
    """

    def break_the_first_page(_total: int | None) -> None:
        full.faults.add("403", path="activeNumbers")

    async with connected(full) as client:
        with pytest.raises(PermissionDeniedError) as caught:
            await walk(client, Visits(), on_total=break_the_first_page)

    assert ["while reading US LOCAL"] == caught.value.__notes__


async def test_an_error_of_the_visitor_is_raised_as_it_is(full: Sandbox) -> None:
    """
    What a visit raises comes out without a group around it.
    """

    def fail(*_: object) -> None:
        raise KeyError("mine")

    async with connected(full) as client:
        with pytest.raises(KeyError, match="mine"):
            await walk(client, fail)


async def test_no_more_than_workers_read_at_a_time() -> None:
    """
    Concurrency is bounded by the caller.
    """
    regions = tuple(f"{first}{second}" for first in "ABCD" for second in "ABCDE")
    service = Service(lambda *_: Page((), None, 0), regions)

    await walk(service, Visits(), concurrency=3)  # type: ignore[arg-type]  # a stand-in

    assert 3 == service.busiest


@pytest.mark.parametrize("wrong", [{"concurrency": 0}, {"page_size": 0}, {"concurrency": True}])
async def test_arguments_are_checked(wrong: dict[str, int], empty: Sandbox) -> None:
    """
    Nothing is sent for arguments that make no sense.
    """
    async with connected(empty) as client:
        with pytest.raises(InvalidArgumentError):
            await walk(client, Visits(), **wrong)  # type: ignore[arg-type]  # a stand-in

    assert [] == empty.calls


async def test_partitions_and_verdicts_can_be_pickled() -> None:
    """
    They are plain values, to be read and judged elsewhere.
    """
    partition = Partition("US", NumberType("SATELLITE"))
    completeness = Completeness(
        counted_before=1,
        total_size=1,
        read=1,
        duplicates=0,
        partitions=(PartitionCount(partition, 1),),
    )

    assert completeness == pickle.loads(pickle.dumps(completeness))
    assert "US SATELLITE" == str(partition)


@pytest.mark.slow
async def test_importing_the_package_loads_none_of_this() -> None:
    """
    Who only calls the API does not pay for inventory, audit and command line.
    """
    code = (
        "import sys, sinch_numbers; "
        "print([n for n in ('sinch_numbers.inventory', 'sinch_numbers.audit', "
        "'sinch_numbers.cli', 'typer', 'rich') if n in sys.modules])"
    )

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert "[]\n" == loaded.stdout
