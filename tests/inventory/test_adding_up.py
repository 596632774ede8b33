"""Merged parts: counters add up."""

import attrs
import pytest

from sinch_numbers import NumberType
from sinch_numbers.inventory import WHOLE, Checkpoint, Completeness, Gap, Partition, PartitionCount
from sinch_numbers.inventory._checkpoint import Bookmark, RootCount

US = Partition("US", NumberType.LOCAL)
COUNTERS = ("duplicates", "misplaced")


def checkpoint(**given: object) -> Checkpoint:
    return Checkpoint(
        **{
            "project_id": "p",
            "counted_before": 30,
            "roots": (RootCount(partition=US, read=1),),
            "open": (),
            **given,
        }
    )


def test_every_counter_is_known_here() -> None:
    """A counter that is added to checkpoints is added to this test."""
    counters = {
        field.name
        for field in attrs.fields(Checkpoint)
        if field.type in (int, "int") and field.default == 0
    }

    assert set(COUNTERS) == counters


@pytest.mark.parametrize("counter", COUNTERS)
def test_counters_add_up(counter: str) -> None:
    """The whole has its own count and those of all parts."""
    parts = [checkpoint(**{counter: count}) for count in (20, 300)]

    merged = checkpoint(**{counter: 1}).merge(parts)

    assert 321 == getattr(merged, counter)
    assert {0} == {getattr(merged, other) for other in COUNTERS if other != counter}


def test_reads_add_up() -> None:
    """Numbers read are added by partition."""
    merged = checkpoint().merge([checkpoint(), checkpoint(roots=())])

    assert 2 == merged.read


def test_marks_are_kept() -> None:
    """Gaps of all parts are kept, and one part that saw numbers move is enough."""
    gap = Gap(US, "the service is tired", "+12025550101")
    merged = checkpoint(unreadable=(gap,)).merge(
        [checkpoint(moved=True), checkpoint(unreadable=(gap,))]
    )

    assert (True, (gap, gap)) == (merged.moved, merged.unreadable)
    assert not checkpoint().merge([checkpoint()]).moved


@pytest.mark.parametrize(
    ("partitions", "shown"),
    [
        pytest.param([(US, 3, 5)], " (US LOCAL 3 of 5)", id="short"),
        pytest.param([(US, 5, 5)], "", id="complete"),
        pytest.param([(US, 7, 5)], "", id="more than counted"),
        pytest.param([(US, 3, None)], "", id="not counted"),
    ],
)
def test_only_partitions_that_fall_short_are_named(
    partitions: list[tuple[Partition, int, int | None]], shown: str
) -> None:
    """An incomplete inventory names the partitions with fewer numbers read than counted."""
    completeness = Completeness(
        counted_before=9,
        total_size=9,
        read=8,
        partitions=tuple(
            PartitionCount(partition=partition, counted=counted, read=read)
            for partition, read, counted in partitions
        ),
    )

    assert f"incomplete: 8 read of 9 counted{shown}" == completeness.explanation


def test_the_whole_is_a_partition() -> None:
    """Numbers outside the regions on offer are counted under the whole project."""
    assert WHOLE == WHOLE.root


@pytest.mark.parametrize(
    ("counts", "sizes"),
    [
        ([10, 10, 10], [3]),
        ([30, 10, 10, 10], [1, 3]),
        ([40, 1], [1, 1]),
        ([None, 10, 10], [2, 1]),
        ([20, 20, 10, 10], [1, 2, 1]),
    ],
)
def test_parts_are_filled(counts: list[int | None], sizes: list[int]) -> None:
    """A part takes partitions up to its size; one whose count is unknown is alone."""
    marks = tuple(Bookmark(partition=WHOLE, counted=count) for count in counts)

    parts = checkpoint(open=marks).divide(30)

    assert sorted(sizes) == sorted(len(part.open) for part in parts)
