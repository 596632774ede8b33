"""The partition scheduler, tested with a service of in-memory lists."""

import random
from collections.abc import Sequence

import attrs
import pytest
from hypothesis import note
from hypothesis import strategies as st
from products import examples

from sinch_numbers import ActiveNumber, NumberType, Page
from sinch_numbers.inventory import WHOLE, Bookmark, Checkpoint, Completeness, Partition, RootCount
from sinch_numbers.inventory._scheduler import (
    CountResult,
    PageResult,
    PartitionScheduler,
    Query,
    fair_share,
)

LOCAL, MOBILE = NumberType.LOCAL, NumberType.MOBILE
OFFERED = (Partition("US", LOCAL), Partition("US", MOBILE), Partition("SE", MOBILE))


@attrs.define
class Service:
    """Lists numbers as it likes."""

    numbers: Sequence[ActiveNumber]
    page_size: int
    in_order: bool = True
    filters: bool = True
    prefixes: bool = True
    repeats: int = 0
    """How many numbers of the page before each page has again."""
    _held: dict[Partition, list[ActiveNumber]] = attrs.field(factory=dict, init=False)

    def page(self, partition: Partition, page_token: str | None) -> Page[ActiveNumber]:
        if not self.prefixes:
            partition = attrs.evolve(partition, prefix="")
        held = self._held.get(partition)
        if held is None:
            held = [n for n in self.numbers if not self.filters or partition.holds(n)]
            if self.in_order:
                held.sort(key=lambda number: number.phone_number)
            self._held[partition] = held
        start = int(page_token or 0)
        end = start + self.page_size
        items = held[max(0, start - self.repeats) : end]
        return Page(tuple(items), str(end) if end < len(held) else None, len(held))


def numbers(*texts: str, region: str = "US", kind: NumberType = LOCAL) -> list[ActiveNumber]:
    return [ActiveNumber(text, region_code=region, type=kind) for text in texts]


def count(frontier: PartitionScheduler, question: CountResult, service: Service) -> None:
    """Answer *question*, with a number of the partition if there is one."""
    page = service.page(question.partition, None)
    frontier.counted(
        question, page.total_size, page.items[-1].phone_number if page.items else None
    )


def begun(service: Service) -> Checkpoint:
    return Checkpoint(
        project_id="sandbox",
        counted_before=len(service.numbers),
        roots=tuple(RootCount(partition=partition) for partition in OFFERED),
        open=tuple(Bookmark(partition=partition) for partition in OFFERED),
    )


@attrs.define
class Reader:
    """Asks several questions at a time, and takes the answers in any order."""

    service: Service
    concurrency: int
    dice: random.Random
    kills: int = 0
    handed_out: list[str] = attrs.field(factory=list)
    pages: int = 0

    def run(self) -> Completeness:
        checkpoint = begun(self.service)
        while True:
            patience = self.dice.randrange(1, 40) if self.kills else None
            end = self._read(checkpoint, patience)
            if isinstance(end, Completeness):
                return end
            self.kills -= 1
            checkpoint = Checkpoint.loads(end.dumps())
            assert len(self.handed_out) == checkpoint.read

    def _read(self, checkpoint: Checkpoint, patience: int | None) -> Completeness | Checkpoint:
        size = self.service.page_size
        share = fair_share(checkpoint.counted_before, concurrency=self.concurrency, page_size=size)
        frontier = PartitionScheduler(checkpoint, share=share)
        asked: list[Query] = []
        while True:
            while len(asked) < self.concurrency and (question := frontier.next()) is not None:
                asked.append(question)
            if not asked:
                total = len(self.service.numbers)
                if frontier.look_outside(total):
                    continue
                return frontier.completeness(total)
            question = asked.pop(self.dice.randrange(len(asked)))
            if isinstance(question, CountResult):
                count(frontier, question, self.service)
                continue
            page = self.service.page(question.partition, question.cursor.page_token)
            self.pages += 1
            fresh = frontier.took(question, page)
            for place, number in enumerate(fresh):
                if patience is not None:
                    patience -= 1
                    if not patience:
                        return frontier.checkpoint(question.cursor, fresh[place:])
                self.handed_out.append(number.phone_number)


@st.composite
def inventories(draw: st.DrawFn) -> list[ActiveNumber]:
    """Numbers of three regions, dense and scattered, some of a region that is not on offer."""
    made: dict[str, ActiveNumber] = {}
    dice = random.Random(draw(st.integers(0, 2**32)))
    for region, kind, code in (
        ("US", LOCAL, "+120255"),
        ("US", MOBILE, "+1"),
        ("SE", MOBILE, "+4670"),
        ("JP", MOBILE, "+81"),
    ):
        for _ in range(draw(st.integers(0, 120))):
            dense = code.ljust(dice.choice([7, 9, 10]), "5")
            text = dense + str(dice.randrange(10 ** dice.choice([1, 2, 4])))
            made.setdefault(text, ActiveNumber(text, region_code=region, type=kind))
    drawn = list(made.values())
    dice.shuffle(drawn)
    return drawn


@examples(
    20,
    300,
    explore=True,
    held=inventories(),
    page_size=st.integers(1, 9),
    concurrency=st.integers(1, 6),
    seed=st.integers(0, 2**32),
    kills=st.integers(0, 6),
    in_order=st.booleans(),
    honours=st.sampled_from([(True, True), (True, False), (False, False)]),
)
def test_each_number_is_handed_out_once_whatever_happens(
    held: list[ActiveNumber],
    page_size: int,
    concurrency: int,
    seed: int,
    kills: int,
    in_order: bool,
    honours: tuple[bool, bool],
) -> None:
    """Stopped anywhere, resumed, answers in any order, filters ignored: complete, none twice."""
    filters, prefixes = honours
    service = Service(held, page_size, in_order=in_order, filters=filters, prefixes=prefixes)
    reader = Reader(service, concurrency, random.Random(seed), kills)
    note(f"{len(held)} numbers, seed {seed}")

    completeness = reader.run()

    assert sorted(number.phone_number for number in held) == sorted(reader.handed_out)
    assert completeness.complete, completeness.explanation
    assert 0 == completeness.duplicates


@pytest.mark.parametrize("in_order", [True, False])
def test_numbers_that_come_again_are_counted_and_not_handed_out(in_order: bool) -> None:
    """Numbers slide from page to page when others are rented; each is handed out once."""
    dice = random.Random(5)
    held = numbers(*{f"+1202555{dice.randrange(10**4):04}" for _ in range(40)})
    reader = Reader(Service(held, 10, in_order=in_order, repeats=2), 3, dice)

    completeness = reader.run()

    assert len(held) == len(set(reader.handed_out)) == len(reader.handed_out)
    assert 2 * (-(-len(held) // 10) - 1) == completeness.duplicates


def many(count: int) -> list[ActiveNumber]:
    return numbers(*(f"+1{2_000_000_000 + 7_919 * index}" for index in range(count)))


def test_a_large_partition_is_split_by_digits() -> None:
    """No worker is left with more than its share, and no part is asked for that is empty."""
    service = Service(many(4000), 10)
    frontier = PartitionScheduler(
        begun(service), share=fair_share(len(service.numbers), concurrency=10, page_size=10)
    )
    read: dict[Partition, int] = {}

    while (question := frontier.next()) is not None:
        if isinstance(question, CountResult):
            count(frontier, question, service)
        else:
            page = service.page(question.partition, question.cursor.page_token)
            read[question.partition] = read.get(question.partition, 0) + 1
            frontier.took(question, page)

    # 400 pages, ten workers: 40 pages are a share.
    assert 13 < max(read.values()) <= 40
    assert all(partition.prefix for partition in read if partition.root == OFFERED[0]) is False
    assert 1 == read[OFFERED[0]], "one look, before it is split"
    assert 4000 == frontier.read
    assert frontier.completeness(4000).complete


def test_splitting_costs_few_requests() -> None:
    """What is asked besides the pages is a small part of it, however the numbers lie."""
    for held in (
        many(4000),
        numbers(*(f"+120255{index:05}" for index in range(4000))),
        numbers(*(f"+46{index * index:07}" for index in range(1, 4001))),
    ):
        service = Service(held, 10)
        reader = Reader(service, 10, random.Random(1))
        frontier = PartitionScheduler(
            begun(service), share=fair_share(len(service.numbers), concurrency=10, page_size=10)
        )
        looks = 0
        while (question := frontier.next()) is not None:
            if isinstance(question, CountResult):
                looks += 1
                count(frontier, question, service)
            else:
                cursor_page = service.page(question.partition, question.cursor.page_token)
                reader.pages += 1
                frontier.took(question, cursor_page)
        assert looks + reader.pages <= 1.5 * 400, (looks, reader.pages)


def test_digits_that_all_numbers_have_take_two_rounds_of_counts() -> None:
    """The first finds the digit in which the numbers differ, the second counts the parts."""
    held = numbers(*(f"+120255{index:05}" for index in range(4000)))
    service = Service(held, 10)
    frontier = PartitionScheduler(
        begun(service), share=fair_share(len(held), concurrency=10, page_size=10)
    )
    rounds = 0
    for _ in OFFERED:
        query = frontier.next()
        assert isinstance(query, PageResult)
        frontier.took(query, service.page(query.partition, None))
    while looks := frontier.counts():
        rounds += 1
        for look in looks:
            count(frontier, look, service)
    parts = [mark.partition.prefix for mark in frontier.checkpoint().open]

    assert {f"+1202550{digits:02}" for digits in range(40)} == set(parts)
    assert 2 + 1 == rounds, "a part of 1,000 numbers cannot share further digits"


@pytest.mark.parametrize("number", ["", "+", "12025550101", "+1202x550101", "+9999999999", "²"])
def test_any_number_may_stand_for_the_others(number: str) -> None:
    """If it is not one of them, or no number, the partition is split all the same."""
    service = Service(many(4000), 10)
    frontier = PartitionScheduler(begun(service), share=400)
    query = frontier.next()
    assert isinstance(query, PageResult)
    frontier.took(query, attrs.evolve(service.page(query.partition, None), items=()))
    while looks := frontier.counts():
        for look in looks:
            total = service.page(look.partition, None).total_size
            frontier.counted(look, total, number)

    counted = [mark.counted for mark in frontier.checkpoint().open if mark.partition.prefix]
    assert 4000 == sum(filter(None, counted))
    assert 400 >= max(filter(None, counted))


def test_a_small_inventory_is_not_split() -> None:
    """Where few pages are to be read, nothing else is asked."""
    service = Service(many(30), 10)
    frontier = PartitionScheduler(
        begun(service), share=fair_share(len(service.numbers), concurrency=10, page_size=10)
    )
    asked = []

    while (question := frontier.next()) is not None:
        asked.append(question)
        assert isinstance(question, PageResult)
        frontier.took(question, service.page(question.partition, question.cursor.page_token))

    assert 3 + 2 == len(asked)


def test_the_largest_part_is_begun_first() -> None:
    """Workers that end together waste no time."""
    held = many(2000) + numbers(*(f"+1999{index:07}" for index in range(45)))
    service = Service(held, 10)
    frontier = PartitionScheduler(
        begun(service), share=fair_share(len(service.numbers), concurrency=50, page_size=10)
    )
    begun_with: list[int] = []

    while (question := frontier.next()) is not None:
        if isinstance(question, CountResult):
            count(frontier, question, service)
        else:
            if question.partition.prefix and not question.cursor.begun:
                begun_with.append(question.cursor.counted or 0)
            frontier.took(question, service.page(question.partition, question.cursor.page_token))

    assert sorted(begun_with, reverse=True) == begun_with
    assert len(begun_with) > 2


def test_a_partition_that_fails_is_a_gap_and_is_tried_again_on_resuming() -> None:
    """The rest is read; why and where something is missing is told."""
    service = Service(numbers(*(f"+1202555{index:04}" for index in range(30))), 10)
    frontier = PartitionScheduler(
        begun(service), share=fair_share(len(service.numbers), concurrency=1, page_size=10)
    )
    pages = 0
    while (question := frontier.next()) is not None:
        assert isinstance(question, PageResult)
        pages += 1
        if pages == 4:
            assert question.partition == OFFERED[0]
            frontier.failed(question, "the service is tired")
            continue
        frontier.took(question, service.page(question.partition, question.cursor.page_token))

    assert not frontier.look_outside(30), "what is missing is known already"
    completeness = frontier.completeness(30)
    assert "incomplete: 10 read of 30 counted, failed: US LOCAL: the service is tired" == (
        completeness.explanation
    )
    resumed = PartitionScheduler(
        frontier.checkpoint(), share=fair_share(len(service.numbers), concurrency=1, page_size=10)
    )
    while (question := resumed.next()) is not None:
        assert isinstance(question, PageResult)
        resumed.took(question, service.page(question.partition, question.cursor.page_token))
    assert resumed.completeness(30).complete
    assert 30 == resumed.read


def test_a_part_that_cannot_be_counted_keeps_the_whole_together() -> None:
    """Splitting is a short cut, not a condition."""
    service = Service(many(900), 10)
    frontier = PartitionScheduler(
        begun(service), share=fair_share(len(service.numbers), concurrency=4, page_size=10)
    )
    failed = False

    while (question := frontier.next()) is not None:
        if isinstance(question, CountResult):
            if not failed:
                failed = True
                frontier.failed(question, "the service is tired")
            else:
                count(frontier, question, service)
        else:
            frontier.took(question, service.page(question.partition, question.cursor.page_token))

    assert failed
    assert frontier.completeness(900).complete


def test_a_count_that_moves_between_two_pages_is_a_change() -> None:
    """Even when the sum comes out the same in the end."""
    service = Service(numbers(*(f"+1202555{index:04}" for index in range(30))), 10)
    frontier = PartitionScheduler(
        begun(service), share=fair_share(len(service.numbers), concurrency=1, page_size=10)
    )
    pages = 0
    while (question := frontier.next()) is not None:
        assert isinstance(question, PageResult)
        page = service.page(question.partition, question.cursor.page_token)
        pages += 1
        frontier.took(
            question, attrs.evolve(page, total_size=(page.total_size or 0) + (pages == 4))
        )

    completeness = frontier.completeness(30)

    assert not completeness.complete
    assert completeness.explanation.startswith("changed while it was read")


def test_a_service_that_leads_in_circles_is_found_out() -> None:
    """What came before the circle closed is kept, and the partition is a gap."""

    class Circle(Service):
        def page(self, partition: Partition, page_token: str | None) -> Page[ActiveNumber]:
            page = super().page(partition, page_token)
            return attrs.evolve(page, next_page_token="10") if page.items else page

    service = Circle(numbers(*(f"+1202555{index:04}" for index in range(30))), 10)
    frontier = PartitionScheduler(
        begun(service), share=fair_share(len(service.numbers), concurrency=1, page_size=10)
    )
    while (question := frontier.next()) is not None:
        assert isinstance(question, PageResult)
        frontier.took(question, service.page(question.partition, question.cursor.page_token))

    completeness = frontier.completeness(30)

    assert 20 == completeness.read
    assert "repeats a page token" in completeness.explanation


def test_numbers_outside_the_regions_on_offer_are_looked_for_once() -> None:
    """Only when the counts leave room for them."""
    held = numbers("+12025550101") + numbers("+81312345678", region="JP")
    reader = Reader(Service(held, 10), 2, random.Random(3))

    completeness = reader.run()

    assert completeness.complete
    assert WHOLE == completeness.partitions[-1].partition
    assert 1 == completeness.partitions[-1].read
