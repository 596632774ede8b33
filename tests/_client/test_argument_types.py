"""
Every argument of every method is checked before anything is sent.

The cases are made from the signatures: a new method, or a new argument, is covered by being there.
"""

import ast
import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache, partial
from importlib import import_module
from types import ModuleType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import attrs
import pytest
from products import every

from sinch_numbers import (
    Backoff,
    DirectLoaInfo,
    Document,
    EmergencyAddress,
    InvalidArgumentError,
    NumbersClient,
    SmsConfiguration,
    UnsupportedRuntimeError,
    models,
)
from sinch_numbers._client import resources
from sinch_numbers._core.choices import words_of
from sinch_numbers.audit import Expectations, audit, audit_projects
from sinch_numbers.audit._distributed import DistributedAudit
from sinch_numbers.inventory import Inventory
from sinch_numbers.models import AuthorisedPerson, BusinessAddress, _enum_inputs
from sinch_numbers.models._unset import Unset
from sinch_numbers.ordering import order_numbers, resume_order
from sinch_numbers.webhooks import AllowList, EventStore, Receiver


class Silent:
    """A transport that must not be used."""

    async def exchange(self, _request: Any) -> Any:
        raise AssertionError("a request was sent")

    async def close(self) -> None: ...


KEY = {"project_id": "p", "key_id": "k", "key_secret": "s"}
CLIENT = NumbersClient(**KEY, transport=Silent())

PERSON = AuthorisedPerson(first_name="Ada", last_name="Example", email="ada@example.com")
OFFICE = BusinessAddress(
    building_number="1", street="x", city="x", state="x", postal_code="x", country="US"
)
VALID: dict[str, Any] = {
    "phone_number": "+12025550134",
    "phone_numbers": ["+12025550134"],
    "numbers": ["+12025550134"],
    "region_code": "US",
    "sms_configuration": SmsConfiguration("plan"),
    "address": EmergencyAddress(
        street_number="1", street_info="x", city="x", state="x", postal_code="x"
    ),
    "loa_info": DirectLoaInfo(authorised_person=PERSON, address=OFFICE, current_voice_carrier="x"),
    "request_details": {"data": []},
    "document": Document(b"x", filename="x"),
    "secrets": "secret",
    "handler": print,
    "requested_quantity": 1,
    "clients": [CLIENT],
    "project_ids": ["p"],
    "method": "GET",
    "path": "/activeNumbers",
    "where": "unused.db",
}
"""Valid values of arguments, by name; other strings are valid as they are."""

NEEDED = {
    "create": ["requested_quantity"],
    "order_numbers": ["requested_quantity"],
    "buy": ["region_code", "type"],
    "quote": ["region_code", "type"],
}
"""Optional arguments of which a call needs one, unless the case is about ``phone_number``."""

OBJECTS = frozenset(
    (
        *("observer", "tokens", "transport", "backoff", "store", "retry", "rules"),
        *("handler", "allow", "mode"),
        *(
            "json",
            "query",
            "clients",
            "connect",
            "secrets",
            "ca_bundle",
            "saved",
            "event",
            "where",
            "force",
        ),
        *("headers", "key_secret", "hmac_secret", "proxy"),
    )
)
"""Objects, callbacks, files, and secrets, which have tests of their own."""


class Other(Enum):
    """An enum whose members are no strings."""

    LOCAL = "LOCAL"


TEXTS: dict[str, Any] = {
    "an int": 5,
    "a bool": True,
    "bytes": b"x",
    "a list": ["x"],
    "a mapping": {"x": "y"},
    "an enum that is no str": Other.LOCAL,
    "an object": object(),
}
ENUMS = {name: value for name, value in TEXTS.items() if name != "a list"} | {
    "another word": "nonsense",
    "an empty str": "",
    "another enum": models.ValidationResult.NO_MATCH,
}
INTS = {"a str": "5", "a bool": True, "a fraction": 1.5, "zero": 0, "bytes": b"5", "a list": [5]}
SECONDS = {"a str": "5", "a bool": True, "NaN": float("nan"), "negative": -1.0, "a list": [5.0]}
FLAGS = {"a word": "false", "a number": 0, "a list": [], "an empty str": ""}
NAIVE = datetime(2026, 3, 14)  # noqa: DTZ001 - the case
MOMENTS = {"a str": "2026-03-14T09:00:00Z", "a number": 5, "without a time zone": NAIVE}
LISTS = {"one str": "+12025550134", "bytes": b"x", "an int": 5, "a mapping": {}, "of ints": [5]}
CALLBACKS = {"an int": 5, "a str": "nonsense", "bytes": b"x", "a list": [print], "a bool": True}
MAPPINGS = {"a str": "x", "bytes": b"x", "an int": 5, "a list": [("x", "y")], "a bool": True}
MODELS = MAPPINGS | {"an unknown key": {"nonsense": "x"}, "an int for a key": {5: "x"}}


def flat(hint: Any) -> Iterator[Any]:
    """Yield the members of a union, also those of nested aliases."""
    if get_origin(hint) in (Union, UnionType):
        for member in get_args(hint):
            yield from flat(member)
    else:
        yield hint


def wrong_values(hint: Any) -> dict[str, Any]:
    """Return values that an argument of the type *hint* must reject, by name."""
    members = [one for one in flat(hint) if one is not Unset]
    kinds = [get_origin(one) or one for one in members]
    none = {} if type(None) in kinds else {"None": None}
    classes = [kind for kind in kinds if isinstance(kind, type) and kind is not type(None)]
    is_enum = any(issubclass(kind, Enum) for kind in classes)
    if is_enum and any(issubclass(kind, Sequence) and kind is not str for kind in classes):
        return {**ENUMS, **none, "a list of ints": [5], "a list of words": ["nonsense"]}
    if Callable in kinds:
        return {**CALLBACKS, **none}
    if is_enum or Literal in kinds:
        return {**ENUMS, **none, "a list": ["LOCAL"]}
    if any(attrs.has(kind) or is_typeddict(kind) for kind in classes):
        return {**MODELS, **none}
    if any(issubclass(kind, Mapping) for kind in classes):
        return {**MAPPINGS, **none}
    for kind, values in (
        (str, TEXTS), (bool, FLAGS), (int, INTS), (float, SECONDS), (datetime, MOMENTS)
    ):  # fmt: skip
        if kind in classes:
            return {**values, **none}
    if any(issubclass(kind, Sequence) or hasattr(kind, "__iter__") for kind in classes):
        return {**LISTS, **none}
    if any(kind.__module__.startswith("sinch_numbers.") for kind in classes):
        return {**MAPPINGS, **none}
    raise AssertionError(f"no wrong values are known for {hint}")


def methods(owner: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, method in inspect.getmembers(owner, inspect.isroutine):
        if not name.startswith("_"):
            yield name, method


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the types of a function's parameters."""
    module = inspect.getmodule(function)
    assert module is not None
    return get_type_hints(function, None, checkers_names(module))


@cache
def checkers_names(module: ModuleType) -> dict[str, Any]:
    """Return the names that only type checkers import."""
    names: dict[str, Any] = {}
    for statement in ast.parse(inspect.getsource(module)).body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            for one in statement.body:
                assert isinstance(one, ast.ImportFrom)
                home = import_module(str(one.module))
                names |= {alias.name: getattr(home, alias.name) for alias in one.names}
    return names


def callables() -> Iterator[tuple[str, Callable[..., Any], Callable[..., Any]]]:
    """Yield names, functions to inspect, and functions to call: all that take arguments."""
    for attribute in NumbersClient.__annotations__:
        resource = getattr(CLIENT, attribute)
        if type(resource).__module__.startswith(resources.__name__):
            for name, method in methods(resource):
                yield f"{attribute}.{name}", method, method
    for name, method in methods(CLIENT):
        yield name, method, method
    yield "NumbersClient", NumbersClient.__init__, partial(NumbersClient, transport=Silent())
    for function in (order_numbers, resume_order, audit):
        yield function.__name__, function, partial(function, CLIENT)
    yield "audit_projects", audit_projects, audit_projects
    yield "DistributedAudit", DistributedAudit.__init__, DistributedAudit
    yield "Inventory", Inventory.__init__, partial(Inventory, CLIENT)
    yield "Inventory.plan", Inventory.plan, Inventory(CLIENT).plan
    for kind in (AllowList, Backoff, EventStore, Expectations, Receiver):
        yield kind.__name__, kind.__init__, kind
    for name, method in methods(EventStore("unused.db")):
        yield f"EventStore.{name}", method, method
    pager = CLIENT.active_numbers.list()
    yield "Pager.page", type(pager).page, pager.page


Parameter = tuple[str, Callable[..., Any], str, Any, dict[str, Any]]
"""A function's name, the function, a parameter and its type, and valid other arguments."""


def checked_parameters() -> Iterator[Parameter]:
    for where, function, call in callables():
        hints = hints_of(function)
        parameters = [
            one
            for one in inspect.signature(function).parameters.values()
            if one.name not in ("self", "client") and one.kind is not one.VAR_KEYWORD
        ]
        required = [one.name for one in parameters if one.default is one.empty]
        required += NEEDED.get(where.rpartition(".")[2], [])
        required += KEY if where == "NumbersClient" else []
        given = {name: VALID.get(name, KEY.get(name, _valid(hints[name]))) for name in required}
        for parameter in parameters:
            if parameter.name in OBJECTS:
                continue
            others = dict(given)
            if parameter.name == "phone_number":
                others.pop("requested_quantity", None)
            yield where, call, parameter.name, hints[parameter.name], others


def wrong_types() -> Iterator[tuple[str, str, Callable[..., Any], dict[str, Any]]]:
    """Yield cases: the parameter, the call, and its arguments, one of them of a wrong type."""
    for where, call, name, hint, others in PARAMETERS:
        for what, wrong in _wrong(name, hint).items():
            yield f"{where}({name}={what})", name, call, {**others, name: wrong}


def enum_values() -> Iterator[tuple[str, type[Enum], Callable[..., Any], dict[str, Any]]]:
    """Yield cases: the parameter, its enum, the call, and its other arguments."""
    for where, call, name, hint, others in PARAMETERS:
        kinds = [one for one in flat(hint) if isinstance(one, type) and one is not Unset]
        # A store would open a database, and a wait takes some of the values only.
        if where.startswith("EventStore") or name == "until":
            continue
        for enum in (one for one in kinds if issubclass(one, Enum)):
            yield name, enum, call, others


ZERO = ("deadline", "retries", "first", "throttled", "longest", "longest_asked")
"""Arguments for which 0 is valid."""


def _wrong(name: str, hint: Any) -> dict[str, Any]:
    if name in ("max_monthly_price", "max_setup_price"):
        return {key: value for key, value in TEXTS.items() if key != "an int"}
    if name == "registration":  # a list has the entries for the rules
        return {key: value for key, value in MAPPINGS.items() if key != "a list"}
    if name == "document":  # a str is a path
        return {key: value for key, value in TEXTS.items() if key != "bytes"}
    wrong = wrong_values(hint)
    return {key: value for key, value in wrong.items() if name not in ZERO or key != "zero"}


def _valid(hint: Any) -> Any:
    """Return a valid value of the type *hint*: a member of an enum, else a str."""
    for one in flat(hint):
        if isinstance(one, type) and issubclass(one, Enum) and one is not Unset:
            return list(one)[-1]
    return "x"


PARAMETERS = list(checked_parameters())


def started(call: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """Call a function; run a coroutine up to its first suspension, and no further."""
    result = call(**arguments)
    if inspect.iscoroutine(result):
        try:
            result.send(None)
        finally:
            result.close()


@every(("case", "argument", "call", "arguments"), wrong_types())
def test_a_wrong_type_is_rejected_by_name(
    case: str, argument: str, call: Callable[..., Any], arguments: Mapping[str, Any]
) -> None:
    """Any argument of another type is an error that names the argument; nothing is sent."""
    with pytest.raises(InvalidArgumentError) as rejected:
        started(call, arguments)

    root = rejected.value.argument.partition(".")[0]
    assert argument == root


@every(("name", "enum", "call", "others"), enum_values())
def test_values_of_enums_are_taken_in_any_case(
    name: str, enum: type[Enum], call: Callable[..., Any], others: dict[str, Any]
) -> None:
    """Each value is valid in lower case and with hyphens, and an unknown one lists them all."""
    for word in words_of(enum):
        for spelling in (word, word.lower(), word.replace("_", "-"), enum(word_of(enum, word))):
            with contextlib.suppress(UnsupportedRuntimeError):  # it would be sent in a loop
                started(call, {**others, name: spelling})
    with pytest.raises(InvalidArgumentError) as rejected:
        started(call, {**others, name: "nonsense"})
    assert all(word in rejected.value.expected for word in words_of(enum))


def word_of(enum: type[Enum], word: str) -> Any:
    """Return the value of the member that *word* names."""
    return next(one.value for one in enum if word in (one.name, one.value))


def test_the_types_of_enum_arguments_are_used() -> None:
    """Each alias with the values of an enum is the type of an argument."""
    used = {enum for _, enum, _, _ in enum_values()}
    aliases = {getattr(models, name) for name in _enum_inputs.__all__}
    enums = {one for alias in aliases for one in flat(alias) if isinstance(one, type)}
    assert {one for one in enums if issubclass(one, Enum)} == used | {models.VoiceType}
