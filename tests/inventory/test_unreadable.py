"""Unreadable items in an inventory: reported with position and JSON, others are read."""

import json
import pickle
from typing import Any

import attrs
import pytest
from products import every

from sinch_numbers import PaginationError
from sinch_numbers.inventory import Checkpoint, Completeness, CompletenessStatus, Inventory
from sinch_numbers.sync import SyncInventory, SyncNumbersClient
from tests.list_service import REJECTED, ListService, number, region, reply
from tests.openapi import FixedToken

pytestmark = pytest.mark.anyio

ODD = {
    "null": None,
    "a number": 7,
    "an empty object": {},
    "no phone number": number(None),
    "another type": number("+12025559999", capability="SMS"),
    "another project": number("+12025559999", projectId="stranger"),
}
NUMBERS = [number(f"+1202555{n:04}") for n in range(30)]


def with_odd(odd: Any, place: int) -> list[Any]:
    return [*NUMBERS[:place], odd, *NUMBERS[place:]]


async def read(service: ListService, **options: Any) -> tuple[list[str], Inventory]:
    numbers = Inventory(service.client(), **options)
    return [one.phone_number async for one in numbers], numbers


@every(
    ("odd", "place"),
    [
        pytest.param(odd, place, id=f"{name} at {place}")
        for name, odd in ODD.items()
        for place in (0, 17, 30)
    ],
)
def test_one_costs_no_others(odd: Any, place: int) -> None:
    """First, in the middle, or last: it is a gap with its position and JSON."""
    service = ListService(with_odd(odd, place), max_page_size=10)

    found, numbers = run(read(service))

    assert sorted(one["phoneNumber"] for one in NUMBERS) == sorted(found)
    completeness = finished(numbers)
    assert CompletenessStatus.INCOMPLETE is completeness.status
    assert 1 == completeness.unreadable
    (gap,) = completeness.gaps
    assert (place % 10, str(place - place % 10)) == (gap.index, gap.page_token or "0")
    assert odd == json.loads(gap.raw or "")
    assert "incomplete: 30 read of 31 counted, 1 unreadable, failed: " in completeness.explanation
    assert all("retry" not in query for query in service.queries)


def finished(numbers: Inventory | SyncInventory) -> Completeness:
    return numbers.completeness


def run(work: Any) -> Any:
    import asyncio

    return asyncio.run(work)


async def test_each_is_counted_once() -> None:
    """Resumed in the middle, from JSON, or listed again without a filter."""
    # The last one is of a region that is not available.
    odd = [
        *ODD.values(),
        number("+46700000001", regionCode="SE", capability=7),
        number("+12025559998", capability=7),
    ]
    service = ListService([*NUMBERS, *odd], max_page_size=5)
    numbers = Inventory(service.client(), concurrency=1)
    found: list[str] = []
    checkpoint = None
    while not numbers.ended:
        async for page in numbers.pages():
            found += [one.phone_number for one in page.items]
            break
        assert numbers.checkpoint is not None
        checkpoint = Checkpoint.loads(numbers.checkpoint.dumps())
        assert checkpoint == pickle.loads(pickle.dumps(checkpoint))
        numbers = Inventory(service.client(), concurrency=1, checkpoint=checkpoint)
        found += [one.phone_number async for one in numbers]

    assert sorted(one["phoneNumber"] for one in NUMBERS) == sorted(found)
    raws = [json.loads(gap.raw or "") for gap in finished(numbers).gaps]
    # Two have the same phone number: the service lists that number twice.
    assert len(odd) - 1 == len(raws)


async def test_a_split_partition_keeps_those_without_a_number() -> None:
    """No prefix finds them, so the first page of the whole counts."""
    many = [number(f"+1202{n:07}") for n in range(0, 5_000_000, 1000)]
    service = ListService([{}, number("+12020000001", capability=3), *many])

    found, numbers = await read(service, concurrency=4)

    assert len(many) == len(set(found))
    assert {None, "+12020000001"} == {gap.phone_number for gap in finished(numbers).gaps}


def test_sync_code_sees_the_same() -> None:
    """The twin continues alike."""
    service = ListService(with_odd(None, 3))
    with SyncNumbersClient("p", transport=service, tokens=FixedToken()) as client:
        numbers = SyncInventory(client)
        assert 30 == len(list(numbers))

    assert ["null"] == [gap.raw for gap in finished(numbers).gaps]


async def test_parts_add_up() -> None:
    """What parts could not read is in the whole."""
    service = ListService(with_odd(number("+12025559999", capability=5), 3), max_page_size=10)
    plan = await Inventory(service.client()).plan()
    read_parts = []
    for part in plan.divide(10):
        numbers = Inventory(service.client(), checkpoint=part)
        async for _ in numbers:
            pass
        assert numbers.checkpoint is not None
        read_parts.append(numbers.checkpoint)
    merged = Inventory(service.client(), checkpoint=plan.merge(read_parts))

    assert [] == [one async for one in merged]

    assert ["+12025559999"] == [gap.phone_number for gap in finished(merged).gaps]
    assert 30 == finished(merged).read


REGIONS = {
    "rejected": (reply(REJECTED, 400), "available regions: 400 INVALID_ARGUMENT"),
    "forbidden": (reply({}, 403), "available regions: 403"),
    "not found": (reply({}, 404), "available regions: 404"),
    "failing": (reply({}, 503), "available regions: 503"),
    "no object": (reply(5), "available regions: "),
    "no list": (reply({"availableRegions": {"US": 1}}), "available regions: "),
    "one malformed": ([region("US"), region(5)], "available region 1: "),
    "one null": ([region("US"), None], "available region 1: "),
    "one empty": ([region(""), region("US")], "available region 0: "),
    "odd types": ([region("US"), {"regionCode": "SE", "types": "LOCAL"}], "available region SE: "),
    "not a code": ([region("us"), region("US")], "available region: region_code: "),
}


@every(
    ("regions", "explained"),
    [pytest.param(*given, id=name) for name, given in REGIONS.items()],
)
def test_regions_never_stop_it(regions: Any, explained: str) -> None:
    """All numbers are read without them, and they are reported as not checked."""
    service = ListService([*NUMBERS, number("+46700000001", regionCode="SE")], regions=regions)

    found, numbers = run(read(service))

    assert 31 == len(found)
    completeness = finished(numbers)
    assert completeness.complete
    assert f"; not checked: {explained}" in completeness.explanation
    assert 1 == len(completeness.unchecked)


@pytest.mark.parametrize("planned", [False, True], ids=["read", "planned"])
@pytest.mark.parametrize("status", [400, 404])
async def test_a_rejected_region_is_searched_without_its_filter(
    status: int, planned: bool
) -> None:
    """Its numbers are found all the same."""
    swedish = number("+46700000001", regionCode="SE")
    service = ListService(
        [*NUMBERS, swedish],
        regions=[region("US"), region("SE")],
        answer=lambda query: reply(REJECTED, status) if query.get("regionCode") == "SE" else None,
    )
    checkpoint = None
    if planned:
        checkpoint = await Inventory(service.client()).plan()

    found, numbers = await read(service, checkpoint=checkpoint)

    assert 31 == len(found)
    completeness = finished(numbers)
    assert completeness.complete
    assert ["SE LOCAL"] == [one.what for one in completeness.unchecked]


async def test_a_worker_that_meets_a_rejected_region_says_so_to_the_whole() -> None:
    """The whole then searches without a filter."""
    service = ListService(
        [*NUMBERS, number("+46700000001", regionCode="SE")],
        regions=[region("US"), region("SE")],
    )
    plan = await Inventory(service.client()).plan()
    service.answer = lambda query: (
        reply(REJECTED, 400) if query.get("regionCode") == "SE" else None
    )
    parts = []
    for part in plan.divide(10):
        numbers = Inventory(service.client(), checkpoint=part)
        async for _ in numbers:
            pass
        parts.append(numbers.checkpoint)

    merged = Inventory(service.client(), checkpoint=plan.merge([one for one in parts if one]))

    assert ["+46700000001"] == [one.phone_number async for one in merged]
    assert finished(merged).complete


async def test_counts_read_no_number() -> None:
    """The first number of a count may be anything."""
    service = ListService([None, *NUMBERS])

    await Inventory(service.client()).look()

    assert ["1"] == [query["pageSize"] for query in service.queries]


def test_gaps_of_items_say_where() -> None:
    """The position, then the number if it is known."""
    _, numbers = run(read(ListService(with_odd(number("+12025559999", capability=5), 3))))
    (gap,) = finished(numbers).gaps

    assert str(gap).startswith("US LOCAL, item 3, number +12025559999: ")
    assert str(attrs.evolve(gap, phone_number="\x1b[2J")).startswith(
        "US LOCAL, item 3, number \\x1b[2J: "
    )


PAGES = {
    "the same number, with new tokens": lambda n: ([number("+12025550101")], f"t{n}", 1),
    "new numbers, far beyond the count": lambda n: ([number(f"+1{n:010}")], f"t{n}", 3),
    "the same null, with new tokens": lambda n: ([None], f"t{n}", 1),
    "new numbers, counted only before": lambda n: ([number(f"+1{n:010}")], f"t{n}", None),
    "no numbers": lambda n: ([], f"t{n}", 1),
    "the same page": lambda n: ([number("+12025550101")], "t", 1),
    "a long token": lambda n: ([number("+12025550101")], "t" * 5000, 1),
    "a number of 200 that repeat": lambda n: ([number(f"+1202555{n % 200:04}")], f"t{n}", None),
}


@every("page", [pytest.param(page, id=name) for name, page in PAGES.items()])
def test_a_list_that_does_not_end_is_an_error(page: Any) -> None:
    """The read stops, with the partition in a note, and can be resumed."""
    asked = iter(range(100_000))

    def answer(query: Any) -> Any:
        if query["pageSize"] == "1":
            return {"totalSize": page(0)[2] or 3}
        items, token, total = page(next(asked))
        return {"activeNumbers": items, "nextPageToken": token, "totalSize": total}

    service = ListService(answer=answer)
    numbers = Inventory(service.client())

    async def walk() -> None:
        with pytest.raises(PaginationError) as caught:
            async for _ in numbers:
                pass
        assert any("while reading US LOCAL" in note for note in caught.value.__notes__)
        assert len(service.queries) < 1100
        assert not numbers.ended
        with pytest.raises(RuntimeError, match="iterate to the end first"):
            numbers.completeness  # noqa: B018 - the access is the test
        service.numbers, service.answer = NUMBERS, lambda query: None
        again = [one.phone_number async for one in Inventory(service.client())]
        assert 30 == len(again)

    run(walk())


async def test_a_missing_list_with_a_count_is_an_error() -> None:
    """The service counts five numbers and sends no list."""
    service = ListService(answer=lambda query: {"totalSize": 5})

    with pytest.raises(PaginationError, match="counts 5 items, but lists none"):
        await read(service)
