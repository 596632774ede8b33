"""Selections of case products: their coverage, and completeness in ``slow``."""

import asyncio
import itertools

import pytest
from hypothesis import strategies as st
from products import every, examples, named, product, sampled, select


def params_of(mark):
    return mark.args[1]


def fast(mark):
    return [param for param in params_of(mark) if not param.marks]


THREE = {"a": "abcdefg", "b": "1234", "c": "XYZ", "d": "+-"}


def test_all_pairs_of_values_are_covered():
    """Four factors: far fewer cases than the product, and every pair of values is there."""
    selected = select(THREE)

    for (i, one), (k, other) in itertools.combinations(enumerate(THREE.values()), 2):
        pairs = {(case[i], case[k]) for case in selected}
        assert set(itertools.product(one, other)) == pairs
    assert 28 <= len(selected) <= 36 < 7 * 4 * 3 * 2


def test_two_factors_without_classes_are_complete():
    """All pairs of two factors are their product."""
    assert set(itertools.product("abc", "12")) == select({"a": "abc", "b": "12"})


def test_classes_stand_for_their_values_in_pairs():
    """Each value of either factor is there, and each value meets each class of the other."""
    selected = select({"reply": "abcde", "call": "123456"}, {"call": lambda name: int(name) % 3})

    assert set("abcde") == {reply for reply, _ in selected}
    assert set("123456") == {call for _, call in selected}
    met = {(reply, int(call) % 3) for reply, call in selected}
    assert set(itertools.product("abcde", range(3))) == met
    assert 15 == len(selected)


def test_values_of_one_class_are_paired_in_rotation():
    """With one class for all, each value of the longer factor is there once."""
    selected = select({"a": "abcdef", "b": "123"}, {"a": dict.fromkeys("abcdef")})

    assert ["a1", "b2", "c3", "d1", "e2", "f3"] == sorted(map("".join, selected))


def test_the_lanes_together_are_the_product():
    """In the product's order, each case once, with the values of its names."""
    mark = product(word={"one": 1, "two": 2}, letter="ab", sign="+-")
    params = params_of(mark)

    assert ("word", "letter", "sign") == mark.args[0]
    assert list(itertools.product((1, 2), "ab", "+-")) == [param.values for param in params]
    assert ["one-a-+", "one-a--"] == [param.id for param in params[:2]]
    assert 6 == len(fast(mark))
    assert all("slow" == mark.name for param in params for mark in param.marks)


def test_ids_have_the_order_that_was_asked_for():
    """The order of the factors, unless another one is given."""
    mark = product(a="x", b="y", order=("b", "a"))

    assert ["y-x"] == [param.id for param in params_of(mark)]


def test_a_factor_may_be_the_parameter_of_a_fixture():
    """Then pairs are selected among parameters of tests and of fixtures alike."""
    mark = product(client=["async", "sync"], fault="abc", indirect=["client"])

    assert ["client"] == mark.kwargs["indirect"]


def test_a_selection_does_not_depend_on_chance():
    """The same factors give the same selection."""
    assert select(THREE) == select({name: list(values) for name, values in THREE.items()})


def test_named_cases_are_parameters():
    """A tuple is several values, anything else one."""
    found = named({"a pair": (1, 2), "a list": [1, 2]})

    assert [("a pair", (1, 2)), ("a list", ([1, 2],))] == [(p.id, p.values) for p in found]
    assert ["a"] == [p.id for p in named({"a": 1, "b": 2}, fast=["a"]) if not p.marks]


def test_the_rest_of_a_sample_is_slow():
    """No case is lost, and ids and marks of parameters remain."""
    one, two = pytest.param(1, "a", id="one", marks=pytest.mark.posix), pytest.param(2, "b")

    found = sampled([one, two, pytest.param(3, "c", id="three", marks=pytest.mark.posix)], 2)

    assert [one, two] == found[:2]
    assert ((3, "c"), "three") == (found[2].values, found[2].id)
    assert ["posix", "slow"] == [mark.name for mark in found[2].marks]
    assert [("x",), ("y",)] == [param.values for param in sampled("xy", 1)]


def test_a_property_is_checked_in_both_lanes():
    """With few examples in the fast lane, and many in ``slow``; fixtures are passed on."""
    seen = []

    @examples(5, 20, number=st.integers())
    def prop(number, other):
        seen.append((number, other))

    (mark,) = prop.pytestmark
    assert [(5,), (20,)] == [param.values for param in mark.args[1]]
    assert ["slow"] == [mark.name for mark in mark.args[1][1].marks]
    prop(examples=5, other="fixture")
    assert 5 == len(seen)
    assert {"fixture"} == {other for _, other in seen}
    first = list(seen)
    seen.clear()
    prop(examples=5, other="fixture")
    assert first == seen


def test_a_property_that_fails_says_so():
    """The failure comes through as it is."""

    @examples(5, 20, number=st.integers())
    def prop(number):
        raise LookupError("found it")

    with pytest.raises(LookupError, match="found it"):
        prop(examples=5)


def test_every_case_that_fails_is_reported() -> None:
    """The others run all the same, and without cases nothing passes."""
    seen = []

    def rule(number: int, limit: int) -> None:
        seen.append(number)
        assert number < limit

    with pytest.raises(ExceptionGroup, match="2 of 4 cases fail") as caught:
        every("number, limit", [(1, 2), (2, 2), pytest.param(3, 2), (0, 2)])(rule)()
    assert [1, 2, 3, 0] == seen
    notes = [note for error in caught.value.exceptions for note in error.__notes__]
    assert ["{'number': 2, 'limit': 2}" in notes[0], "{'number': 3, 'limit': 2}" in notes[1]] == [
        True,
        True,
    ]
    with pytest.raises(AssertionError):
        every("number", [])(rule)()


def test_a_merged_test_cannot_end_before_its_cases() -> None:
    """A plain function that returns a coroutine would otherwise pass when it first waits."""

    async def waits() -> None:
        await asyncio.sleep(0)
        raise AssertionError

    def rule(number: int) -> object:
        return waits()

    with pytest.raises(TypeError, match="rule awaits, but is not a coroutine function"):
        every("number", [1])(rule)()
