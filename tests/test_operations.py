"""
Every operation that is described, of both hosts, has all that belongs to it.

The descriptions are what is counted: a method that names the operation in its docstring, a
twin, a route of the sandbox, and tests of success and of failure on both sides of the wire.
"""

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers import CallEnded, CallStarted, NumbersClient, SyncNumbersClient
from sinch_numbers.sandbox.errors import ApiError
from sinch_numbers.sandbox.imported.routes import imported_operation
from sinch_numbers.sandbox.routes import operation

from . import test_contract, test_contract_imported
from .sandbox import test_conformance, test_imported_conformance

DATA = Path(__file__).parent / "data"
PROJECT = "/v1/projects/{projectId}"
TOKENS = ("post", "/oauth2/token")  # traded by the client itself, and tested with its tokens
CLIENT = NumbersClient("p", "k", "s")
TWIN = SyncNumbersClient("p", "k", "s")

# The host's file -> its groups of the client are on this origin, and this routes to it.
HOSTS = {
    "numbers": (CLIENT._numbers_url, operation, test_contract, test_conformance),
    "imported-numbers": (
        CLIENT._imported_numbers_url,
        imported_operation,
        test_contract_imported,
        test_imported_conformance,
    ),
}
GROUPS = [
    name
    for name, value in vars(CLIENT).items()
    if type(value).__module__.startswith("sinch_numbers.endpoints")
]


def described(host: str) -> dict[tuple[str, str], str]:
    """Return the operations of a host: method and path, and the name."""
    paths = json.loads((DATA / f"{host}.openapi.json").read_text())["paths"]
    return {
        (method, path): found["operationId"]
        for path, item in paths.items()
        for method, found in item.items()
        if method in test_contract.METHODS and (method, path) != TOKENS
    }


def origin(group: Any) -> str:
    """Return where a group of operations sends its calls."""
    pipeline = group._call.__self__
    return str(pipeline._origin)


def documented(client: Any, core: Any) -> dict[tuple[str, tuple[str, str]], list[str]]:
    """Return the methods that name an operation in their docstrings, by origin and operation."""
    found: dict[tuple[str, tuple[str, str]], list[str]] = {}
    for group in GROUPS:
        for name, method in inspect.getmembers(type(getattr(client, group)), callable):
            told = re.search(r"\(API:\s+``([A-Z]+) (/\S+)``\)", inspect.getdoc(method) or "")
            if told and not name.startswith("_"):
                wanted = (told[1].lower(), PROJECT + told[2])
                key = (origin(getattr(core, group)), wanted)
                found.setdefault(key, []).append(f"{group}.{name}")
    return found


METHODS = documented(CLIENT, CLIENT)
TWINS = documented(TWIN, CLIENT)

# What takes more than one request to get done, and where that is tested.
STORIES = {
    "uploadNumberOrderAttachment": "test_an_upload_is_the_form_that_is_described",
    "submitNumberOrder": "test_a_completed_order_fits_the_description",
}
OPERATIONS = [
    pytest.param(host, key, name, id=f"{host} {name}")
    for host in HOSTS
    for key, name in described(host).items()
]


def test_all_operations_of_both_hosts_are_counted() -> None:
    """Each of them is held against the client, its twin, the sandbox and the tests."""
    assert 45 == len(OPERATIONS)


@pytest.mark.parametrize(("host", "key", "name"), OPERATIONS)
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


@pytest.mark.parametrize(("host", "key", "name"), OPERATIONS)
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


@pytest.mark.parametrize(("host", "key", "name"), OPERATIONS)
def test_an_operation_is_tested_when_it_works_and_when_it_fails(
    host: str, key: tuple[str, str], name: str
) -> None:
    """By the contract of the client, and by that of the sandbox."""
    _, _, contract, conformance = HOSTS[host]

    told = any(hasattr(tests, STORIES.get(name, "")) for tests in (contract, conformance))
    assert told or name in {case.values[0] for case in contract.YES}
    assert name in {case.values[0] for case in contract.NO}
    statuses = {case[3] for case in conformance.CASES if (case[0], case[1]) == key}
    assert told or 200 in statuses
    if key not in HARMLESS:
        assert max(statuses) >= 400


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
@pytest.mark.parametrize(("host", "key", "name"), OPERATIONS)
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
    template = re.sub(r"\{\w+\}", "{id}", path.removeprefix(PROJECT))
    assert (method.upper(), template) == (started.method, started.template)
    assert (url, 443) == (f"https://{started.host}", started.port)
    assert (1, 200, None, False) == (
        ended.attempts,
        ended.status,
        ended.error,
        ended.outcome_unknown,
    )


# Without anything in path, query or body that could be wrong.
HARMLESS = {("get", f"{PROJECT}/availableRegions")}
