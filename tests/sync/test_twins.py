"""Each public coroutine has a twin of the same signature, types and docstring."""

import inspect
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from products import every

from sinch_numbers import NumbersClient, Pager, SyncNumbersClient, SyncPager, sync
from sinch_numbers._client import resources
from sinch_numbers.audit import audit, audit_projects
from sinch_numbers.inventory import walk

CLIENT = NumbersClient("p", "k", "s")
TWIN = SyncNumbersClient("p", "k", "s")

GROUPS = [
    name
    for name in NumbersClient.__annotations__
    if type(getattr(CLIENT, name)).__module__.startswith("sinch_numbers._client.resources")
]


def public(cls: type) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(cls).items()
        if not name.startswith("_") and (callable(value) or isinstance(value, property))
    }


PAIRS = [
    *((type(getattr(CLIENT, group)), type(getattr(TWIN, group))) for group in GROUPS),
    (NumbersClient, SyncNumbersClient),
]
METHODS = [
    pytest.param(value, getattr(twin, name, None), id=f"{cls.__name__}.{name}")
    for cls, twin in PAIRS
    for name, value in public(cls).items()
]


def plain(text: str | None) -> str:
    """Return a docstring without what differs by design."""
    text = re.sub(r"\basync |\bawait ", "", inspect.cleandoc(text or ""))
    return re.sub(r"\bSync(?=NumbersClient|Pager)", "", text)


def test_there_are_groups() -> None:
    """The endpoints of the client were found."""
    assert len(resources.__all__) == len({type(getattr(CLIENT, group)) for group in GROUPS})


@pytest.mark.parametrize(("cls", "twin"), PAIRS, ids=lambda cls: cls.__name__)
def test_a_twin_has_all_methods_and_no_more(cls: type, twin: type) -> None:
    """Nothing is missing, nothing was left behind."""
    extra = {"project_id"} if twin is SyncNumbersClient else set()
    assert public(cls).keys() | extra == public(twin).keys() | (
        {"close"} if twin is SyncNumbersClient else set()
    )


@every(("method", "twin"), METHODS)
def test_a_twin_is_called_alike(method: Any, twin: Any) -> None:
    """Names, kinds, defaults and types of the parameters are the same."""
    if isinstance(method, property):
        method, twin = method.fget, twin.fget
    wanted, given = (inspect.signature(one, eval_str=True).parameters for one in (method, twin))

    assert wanted == given


@every(("method", "twin"), METHODS)
def test_a_twin_returns_what_is_awaited(method: Any, twin: Any) -> None:
    """A pager becomes a pager, everything else is what the coroutine gives."""
    if isinstance(method, property):
        method, twin = method.fget, twin.fget
    wanted, given = (
        inspect.signature(one, eval_str=True).return_annotation for one in (method, twin)
    )
    if getattr(wanted, "__origin__", None) is Pager:
        assert (SyncPager, wanted.__args__) == (given.__origin__, given.__args__)
    else:
        assert wanted == given


@every(("method", "twin"), METHODS)
def test_a_twin_says_the_same(method: Any, twin: Any) -> None:
    """The docstring is the same, but for the words of async."""
    assert plain(method.__doc__) == plain(twin.__doc__)
    assert not re.search(r"\basync\b|\bawait\b", twin.__doc__ or "")


def test_the_client_is_made_alike() -> None:
    """Both constructors take the same."""
    assert (
        inspect.signature(NumbersClient, eval_str=True).parameters
        == inspect.signature(SyncNumbersClient, eval_str=True).parameters
    )


@pytest.mark.parametrize("function", [audit, walk])
def test_functions_of_a_client_have_twins(function: Any) -> None:
    """What is given a client has a twin that is given its twin."""
    twin = getattr(sync, function.__name__)
    wanted, given = (
        dict(inspect.signature(one, eval_str=True).parameters) for one in (function, twin)
    )

    assert (NumbersClient, SyncNumbersClient) == (
        wanted.pop("client").annotation,
        given.pop("client").annotation,
    )
    assert wanted == given
    assert plain(function.__doc__) == plain(twin.__doc__)


def test_a_function_of_several_clients_has_a_twin() -> None:
    """What is given clients has a twin that is given their twins."""
    twin = sync.audit_projects
    wanted, given = (
        dict(inspect.signature(one, eval_str=True).parameters) for one in (audit_projects, twin)
    )

    assert (Sequence[NumbersClient], Sequence[SyncNumbersClient]) == (
        wanted.pop("clients").annotation,
        given.pop("clients").annotation,
    )
    assert wanted == given
    assert plain(audit_projects.__doc__) == plain(twin.__doc__)


def test_the_twins_are_documented_where_they_are() -> None:
    """Each class of the generated files has a docstring."""
    assert [] == [twin.__name__ for _, twin in PAIRS if not twin.__doc__]


@pytest.mark.slow
def test_a_twin_that_is_not_asked_for_is_not_loaded() -> None:
    """Who gets a number has no use for orders: neither the twin nor the original is loaded."""
    script = """
import sys
from sinch_numbers import SyncNumbersClient
client = SyncNumbersClient("p", "k", "s")
assert client.active_numbers is client.active_numbers
print(*sorted(name for name in sys.modules if ".resources." in name))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert [
        "sinch_numbers._client.resources.active_numbers",
        "sinch_numbers.sync._generated.resources.active_numbers",
    ] == done.stdout.split()


def test_a_sibling_has_twins_of_its_own() -> None:
    """What was loaded for one set of options is not used with another."""
    loaded = TWIN.active_numbers
    sibling = TWIN.with_options(timeout=1.0)

    assert loaded is TWIN.active_numbers
    assert loaded is not sibling.active_numbers
    assert sibling._core.active_numbers is sibling.active_numbers._core
