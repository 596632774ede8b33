"""
Every operation that is described, of both hosts, has all that belongs to it.

The descriptions are what is counted: a method that names the operation in its docstring, a
twin, a route of the sandbox, tests of success and of failure on both sides of the wire, an
example that is run, and a command.
"""

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import typer
from products import every
from snippets import Block
from typer.models import DefaultPlaceholder

from sinch_numbers import CallEnded, CallStarted, SyncNumbersClient
from sinch_numbers.cli._app import app
from sinch_numbers.sandbox._api import service
from sinch_numbers.sandbox._api.router import IMPORTED, NUMBERS
from sinch_numbers.sandbox._protocol.errors import ApiError

from . import test_docs
from .contract import imported_host, numbers_host, test_numbers_requests
from .declared import CLIENT, GROUPS, METHODS, PROJECT, declared, documented
from .openapi import METHODS as VERBS
from .sandbox import test_conformance, test_imported_conformance

assert service.HANDLERS  # importing them registers their routes
DATA = Path(__file__).parent / "data"
TOKENS = ("post", "/oauth2/token")  # traded by the client itself, and tested with its tokens
TWIN = SyncNumbersClient("p", "k", "s")

# The host's file -> its groups of the client are on this origin, and this routes to it.
HOSTS = {
    "numbers": (CLIENT._numbers_url, NUMBERS.find, numbers_host, test_conformance),
    "imported-numbers": (
        CLIENT._imported_numbers_url,
        IMPORTED.find,
        imported_host,
        test_imported_conformance,
    ),
}


def described(host: str) -> dict[tuple[str, str], str]:
    """Return the operations of a host: method and path, and the name."""
    paths = json.loads((DATA / f"{host}.openapi.json").read_text())["paths"]
    return {
        (method, path): found["operationId"]
        for path, item in paths.items()
        for method, found in item.items()
        if method in VERBS and (method, path) != TOKENS
    }


TWINS = documented(TWIN, CLIENT)

KINDS = {group: type(getattr(CLIENT, group)) for group in GROUPS}


def examples(snippets: Iterable[Block]) -> set[str]:
    """Return what the snippets call: groups and methods."""
    return {
        f"{node.func.value.attr}.{node.func.attr}"
        for snippet in snippets
        for node in ast.walk(ast.parse(snippet.text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Attribute)
    }


def commands(of: typer.Typer, *words: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Return the commands of an application, its groups included, by their names."""
    for command in of.registered_commands:
        assert command.name
        assert command.callback
        yield " ".join((*words, command.name)), command.callback
    for group in of.registered_groups:
        assert group.typer_instance
        name = (
            () if isinstance(group.name, DefaultPlaceholder) or not group.name else (group.name,)
        )
        yield from commands(group.typer_instance, *words, *name)


def purpose(command: Callable[..., Any]) -> tuple[type, str] | None:
    """
    Return what a command calls last of the client: the class of its group, and the method.

    What it calls before, as to look up a price, is not what it is for.
    """
    nodes = list(ast.walk(ast.parse(textwrap.dedent(inspect.getsource(command)))))
    assigned = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def kind(node: ast.expr) -> type | None:
        if isinstance(node, ast.Attribute):
            return KINDS.get(node.attr)
        if isinstance(node, ast.Name) and node.id in assigned:
            return kind(assigned[node.id])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            helper = command.__globals__.get(node.func.id)  # type: ignore[attr-defined]  # a function
            returned = get_type_hints(helper).get("return") if inspect.isfunction(helper) else None
            return returned if returned in KINDS.values() else None
        return None

    calls: list[tuple[int, tuple[type, str] | None]] = []
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and (of := kind(node.func.value)) is not None:
            calls.append((node.func.end_lineno or 0, (of, node.func.attr)))
        elif any(isinstance(one, ast.Attribute) and one.attr == "client" for one in node.args):
            calls.append((node.lineno, None))  # a walk through several operations
    return max(calls, key=lambda call: call[0])[1] if calls else None


PAGE = [one for one in test_docs.SNIPPETS if one.page.name == "operations.md"]
EXAMPLES = {
    label: examples(one for one in PAGE if one.tab == label) for label in ("Async", "Sync")
}
PURPOSES = {name: purpose(command) for name, command in commands(app)}

# What takes more than one request to get done, and where that is tested.
STORIES = {
    "uploadNumberOrderAttachment": "test_an_upload_is_the_form_that_is_described",
    "submitNumberOrder": "test_a_completed_order_fits_the_description",
}
# Nothing in path, query, or body can be wrong.
NEVER_REFUSED = {"listAvailableRegions"}
OPERATIONS = [
    pytest.param(host, key, name, id=f"{host} {name}")
    for host in HOSTS
    for key, name in described(host).items()
]


@pytest.mark.parametrize("host", HOSTS)
def test_the_declared_operations_are_those_described(host: str) -> None:
    """No operation is declared that does not exist, or under another ID."""
    found = declared(HOSTS[host][0])
    named = {
        (method.upper(), path.removeprefix(PROJECT)): name
        for (method, path), name in described(host).items()
    }

    assert named.keys() == found.keys(), "declare an Operation at the method of its resource"
    for key, one in found.items():
        # One class serves the callback configurations of both hosts.
        assert one.id == named[key].replace("ImportedCallback", "Callback")


@every(("host", "key", "name"), OPERATIONS)
def test_an_operation_has_one_method_and_a_twin(
    host: str, key: tuple[str, str], name: str
) -> None:
    """Found by the operation that their docstrings name, on the host that it belongs to."""
    where = HOSTS[host][0], key

    assert 1 == len(METHODS.get(where, [])), f"no method documents {name}"
    assert METHODS[where] == TWINS.get(where)


def test_no_method_names_an_operation_that_is_not_described() -> None:
    """A path that is misspelled in a docstring is found here."""
    known = {(url, key) for host, (url, *_) in HOSTS.items() for key in described(host)}

    assert set() == METHODS.keys() - known


@every(("host", "key", "name"), OPERATIONS)
def test_an_operation_has_a_route_of_the_sandbox(
    host: str, key: tuple[str, str], name: str
) -> None:
    """Its method and path lead to something."""
    method, path = key
    resource = path.removeprefix(f"{PROJECT}/").replace("{phoneNumber}", "+12025550134")

    try:
        answer = HOSTS[host][1](method.upper(), re.sub(r"\{\w+\}", "01k5", resource))[0]
    except ApiError as error:
        pytest.fail(f"the sandbox knows no {name}: {error.code}")
    assert callable(answer)


@every(("host", "key", "name"), OPERATIONS)
def test_an_operation_is_tested_when_it_works_and_when_it_fails(
    host: str, key: tuple[str, str], name: str
) -> None:
    """By the contract of the client, and by that of the sandbox."""
    _, _, contract, conformance = HOSTS[host]

    homes = (test_numbers_requests, conformance)
    told = any(hasattr(tests, STORIES.get(name, "")) for tests in homes)
    assert told or name in {case.values[0] for case in contract.YES}
    assert name in {case.values[0] for case in contract.NO}
    statuses = {case[3] for case in conformance.CASES if (case[0], case[1]) == key}
    assert told or 200 in statuses
    if name not in NEVER_REFUSED:
        assert max(statuses) >= 400


@every(("host", "key", "name"), OPERATIONS)
def test_an_operation_has_an_example(host: str, key: tuple[str, str], name: str) -> None:
    """A snippet for each client calls its method, and snippets are run."""
    (method,) = METHODS[HOSTS[host][0], key]

    for label, called in EXAMPLES.items():
        assert method in called, f"no {label} snippet of operations.md calls {method}"


@every(("host", "key", "name"), OPERATIONS)
def test_an_operation_has_a_command(host: str, key: tuple[str, str], name: str) -> None:
    """One that is there for it, not one that uses it on its way to something else."""
    (method,) = METHODS[HOSTS[host][0], key]
    group, _, operation_name = method.partition(".")

    found = [told for told, asked in PURPOSES.items() if asked == (KINDS[group], operation_name)]
    assert 1 == len(found), f"the commands for {method} are {found}"


def test_commands_are_told_from_their_ways() -> None:
    """Otherwise the test above could not fail."""
    assert (KINDS["available_numbers"], "rent") == PURPOSES["rent"]
    assert (KINDS["available_numbers"], "rent_first") == PURPOSES["rent-first"]
    assert (KINDS["emergency_address"], "provision") == PURPOSES["emergency provision"]
    assert (KINDS["callback_configuration"], "get") == PURPOSES["callback get"]
    assert PURPOSES["audit"] is None
    assert PURPOSES["orders resume"] is None
    assert len(PURPOSES) > 40


class Watching:
    """Keeps how a call is told to an observer."""

    def __init__(self) -> None:
        self.started: list[CallStarted] = []
        self.ended: list[CallEnded] = []

    def call_started(self, call: CallStarted) -> "_Told":
        self.started.append(call)
        return _Told(self.ended)

    def token_fetched(self, fetched: object) -> None: ...


class _Told:
    def __init__(self, ended: list[CallEnded]) -> None:
        self.ended = ended.append

    def headers(self) -> dict[str, str]:
        return {}

    def attempted(self, attempt: object) -> None: ...

    def resending(self, resending: object) -> None: ...


@pytest.mark.anyio
@every(("host", "key", "name"), OPERATIONS)
async def test_an_operation_is_observed_by_its_template(
    host: str, key: tuple[str, str], name: str
) -> None:
    """As it is described: projects, numbers and names of orders are left out of it."""
    url, _, contract, _ = HOSTS[host]
    watching = Watching()
    client, _ = contract.replying(200, contract.any_yes(name), observer=watching)

    await next(iter(contract.CALLS[name].values()))(client)

    ((started,), (ended,)) = watching.started, watching.ended
    method, path = key
    assert (method.upper(), path.removeprefix(PROJECT)) == (started.method, started.template)
    assert (url, 443) == (f"https://{started.host}", started.port)
    assert (1, 200, None, False) == (
        ended.attempts,
        ended.status,
        ended.error,
        ended.outcome_unknown,
    )
