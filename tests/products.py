"""
Case products and property examples in two lanes.

The fast lane runs a selection, the lane ``slow`` all the rest, so that both together are the
complete product. The selection is deterministic: it depends on the factors' order alone.
"""

import functools
import heapq
import inspect
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings

from sinch_numbers._core.billing import memory

Factor = Mapping[str, Any] | Iterable[str]
"""Values by name; or just names, where the name is the value."""

Requirement = tuple[int, Any] | tuple[int, int, Any, Any]


def product(
    *,
    classes: Mapping[str, Mapping[str, Any] | Callable[[str], Any]] | None = None,
    order: Sequence[str] | None = None,
    indirect: Sequence[str] = (),
    **factors: Factor,
) -> pytest.MarkDecorator:
    """
    Parametrize by the product of *factors*, with the cases outside the selection in ``slow``.

    The selection has every value of every factor, and every pair of values of two factors
    (pairwise coverage). Where all values of a factor take few code paths, *classes* maps the
    names of its values to their code path: pairs are then covered by code path instead of by
    value. Test ids are the names joined by hyphens, in *order* (default: as given). Factors in
    *indirect* are parameters of the fixtures with their names.
    """
    tables = {factor: _table(values) for factor, values in factors.items()}
    chosen = select(tables, classes)
    params = [
        pytest.param(
            *(table[name] for table, name in zip(tables.values(), names, strict=True)),
            id="-".join(dict(zip(tables, names, strict=True))[f] for f in order or tables),
            marks=() if names in chosen else pytest.mark.slow,
        )
        for names in itertools.product(*tables.values())
    ]
    return pytest.mark.parametrize(tuple(tables), params, indirect=list(indirect))


def every(names: str | Sequence[str], cases: Iterable[Any]) -> Callable[..., Callable[..., Any]]:
    """
    Run the test for every case, as one test that reports each case that fails.

    For cheap rules with many cases, where most of the time of separate tests is bookkeeping.
    *names* and *cases* are those of `pytest.mark.parametrize`.
    """
    cases = list(cases)
    parameters = names.replace(",", " ").split() if isinstance(names, str) else names

    def values(case: Any) -> Sequence[Any]:
        if hasattr(case, "marks"):  # a `pytest.param`
            return tuple(case.values)
        return (case,) if len(parameters) == 1 else case

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        async def steps(**fixtures: Any) -> None:
            assert cases
            failed = []
            for case in cases:
                memory.SHARED.clear()  # as before each test
                arguments = dict(zip(parameters, values(case), strict=True))
                try:
                    ended = test(**arguments, **fixtures)
                    if inspect.iscoroutine(ended):
                        await ended
                except (Exception, pytest.fail.Exception) as error:
                    error.add_note(f"in the case {arguments}")
                    failed.append(error)
            if failed:
                raise BaseExceptionGroup(f"{len(failed)} of {len(cases)} cases fail", failed)

        def step(**fixtures: Any) -> None:
            running = steps(**fixtures)
            try:
                running.send(None)
            except StopIteration:
                return
            running.close()
            raise TypeError(f"{test.__name__} awaits, but is not a coroutine function")

        run: Callable[..., Any] = steps if inspect.iscoroutinefunction(test) else step

        taken = inspect.signature(test).parameters.values()
        rest = [one for one in taken if one.name not in parameters]
        functools.update_wrapper(run, test)
        del vars(run)["__wrapped__"]  # pytest would ask for the parameters of the cases
        vars(run)["__signature__"] = inspect.Signature(rest)  # read by pytest
        return run

    return decorate


def select(
    factors: Mapping[str, Factor],
    classes: Mapping[str, Mapping[str, Any] | Callable[[str], Any]] | None = None,
) -> set[tuple[str, ...]]:
    """
    Return a small set of cases with every value, and every pair of values or code paths.

    Greedy, with lazy evaluation: what a case adds never grows as others are selected. Ties go
    to the first diagonal of the product, which pairs the values of a factor with different
    values of the others.
    """
    names = [list(_table(values)) for values in factors.values()]
    labels = [_labels(classes, factor) for factor in factors]
    sizes = [len(of_one) for of_one in names]
    queue: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = []
    for places in itertools.product(*map(range, sizes)):
        diagonal = tuple((p - places[0]) % n for p, n in zip(places, sizes, strict=True))
        queue.append((-(len(places) ** 2), diagonal, places))
    heapq.heapify(queue)
    covered: set[Requirement] = set()
    selected = set()
    while queue:
        _, diagonal, places = heapq.heappop(queue)
        case = tuple(of_one[place] for of_one, place in zip(names, places, strict=True))
        added = set(requirements(case, labels)) - covered
        if not added:
            continue
        entry = (-len(added), diagonal, places)
        if queue and queue[0] < entry:
            heapq.heappush(queue, entry)
            continue
        covered |= added
        selected.add(case)
    return selected


def requirements(
    case: Sequence[str], labels: Sequence[Callable[[str], Any]]
) -> Iterator[Requirement]:
    """Yield what *case* covers: its values, and the pairs of their *labels*."""
    yield from enumerate(case)
    labelled = [label(name) for label, name in zip(labels, case, strict=True)]
    for (i, one), (k, other) in itertools.combinations(enumerate(labelled), 2):
        yield i, k, one, other


def examples(
    few: int, many: int, most: int | None = None, /, *, explore: bool = False, **strategies: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """
    Check a property with *few* examples in the fast lane and *many* in ``slow``.

    With the variable ``MOST_EXAMPLES``, as before a release, ``slow`` has *most* of them. Both
    runs derive their examples from the test, so a failure repeats. With *explore* the
    ``slow`` run draws different examples each time; Hypothesis prints how to repeat a failure.
    """
    in_slow = most if most is not None and os.environ.get("MOST_EXAMPLES") else many

    def decorate(check: Callable[..., None]) -> Callable[..., None]:
        # Without a deadline: the time of one example depends on the load of the machine.
        runs = {
            few: settings(max_examples=few, derandomize=True, deadline=None),
            many: settings(
                max_examples=in_slow, derandomize=not explore, deadline=None, print_blob=True
            ),
        }

        @functools.wraps(check)
        def test(examples: int, **fixtures: Any) -> None:
            runs[examples](given(**strategies)(check))(**fixtures)

        own = inspect.Parameter("examples", inspect.Parameter.KEYWORD_ONLY)
        others = [
            parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            for name, parameter in inspect.signature(check).parameters.items()
            if name not in strategies
        ]
        test.__signature__ = inspect.Signature([own, *others])  # type: ignore[attr-defined]  # pytest reads it
        params = [
            pytest.param(few, id=f"{few} examples"),
            pytest.param(many, id=f"{many} examples", marks=pytest.mark.slow),
        ]
        return pytest.mark.parametrize("examples", params)(test)

    return decorate


def named(cases: Mapping[str, Any], *, fast: Iterable[str] | None = None) -> list[Any]:
    """
    Turn named cases into parameters: a tuple is several values, anything else is one.

    With names in *fast*, all other cases are in the lane ``slow``.
    """
    chosen = set(cases if fast is None else fast)
    assert chosen <= set(cases), chosen - set(cases)
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            id=name,
            marks=() if name in chosen else pytest.mark.slow,
        )
        for name, case in cases.items()
    ]


def sampled(cases: Iterable[Any], fast: int) -> list[Any]:
    """
    Return *cases* as parameters; all but the first *fast* are in the lane ``slow``.

    For a rule whose cases take long and share most of their code.
    """
    found = [case if hasattr(case, "marks") else pytest.param(case) for case in cases]
    later = (
        pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.slow])
        for case in found[fast:]
    )
    return [*found[:fast], *later]


def _table(values: Factor) -> dict[str, Any]:
    return dict(values) if isinstance(values, Mapping) else {name: name for name in values}


def _labels(
    classes: Mapping[str, Mapping[str, Any] | Callable[[str], Any]] | None, factor: str
) -> Callable[[str], Any]:
    label = (classes or {}).get(factor)
    if label is None:
        return lambda name: name
    return label.__getitem__ if isinstance(label, Mapping) else label
