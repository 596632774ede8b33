"""The types of arguments: literals equal their enums, and typed dictionaries their models."""

from collections.abc import Iterator
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import attrs
import pytest
from products import every

from sinch_numbers import models
from sinch_numbers._client.bodies import addresses, letters_of_authorization
from sinch_numbers._client.bodies.mappings import request_fields
from sinch_numbers.audit import SeverityInput
from sinch_numbers.models import (
    AuthorisedPerson,
    BlanketLoaInfo,
    BusinessAddress,
    DirectLoaInfo,
    EmergencyAddress,
    EstVoice,
    FaxVoice,
    ResellerLoaInfo,
    RtcVoice,
    SmsConfiguration,
    _enum_inputs,
    _mapping_inputs,
)
from sinch_numbers.models._fields import wire_name
from sinch_numbers.webhooks import EventStateInput

LITERALS = {
    **{
        name: getattr(models, name)
        for name in _enum_inputs.__all__
        if name not in ("CapabilitiesInput", "NumberTypesInput")
    },
    "EventStateInput": EventStateInput,
    "SeverityInput": SeverityInput,
}

MODELS: dict[str, Any] = {
    "AuthorisedPerson": AuthorisedPerson,
    "BlanketLoaInfo": BlanketLoaInfo,
    "BusinessAddress": BusinessAddress,
    "DirectLoaInfo": DirectLoaInfo,
    "EmergencyAddress": EmergencyAddress,
    "EstVoice": EstVoice,
    "FaxVoice": FaxVoice,
    "ImportedSmsConfiguration": SmsConfiguration,
    "ResellerLoaInfo": ResellerLoaInfo,
    "RtcVoice": RtcVoice,
    "SmsConfiguration": SmsConfiguration,
}
"""The model of each typed dictionary, by its name without ``Dict`` and ``Json``."""

OPTIONAL: dict[str, set[str]] = {
    "EmergencyAddress": {"location", "postal_code_plus_four"},
    "ImportedSmsConfiguration": {"service_plan_id", "campaign_id"},
    "RtcVoice": {"type"},
    "SmsConfiguration": {"campaign_id"},
}
"""Keys that the API does not require."""


def typed_dicts() -> Iterator[tuple[str, Any]]:
    for name in _mapping_inputs.__all__:
        kind = getattr(_mapping_inputs, name)
        if is_typeddict(kind) and name not in ("LoaInfoDict", "LoaInfoJson"):
            yield name, kind


def flat(hint: Any) -> Iterator[Any]:
    if get_origin(hint) in (Union, UnionType):
        for member in get_args(hint):
            yield from flat(member)
    else:
        yield hint


@every(("name", "alias"), list(LITERALS.items()))
def test_the_literals_are_the_values_of_the_enum(name: str, alias: Any) -> None:
    """All of them, except for those that state nothing; a common prefix may be left out."""
    literal, enum = flat(alias)
    assert get_origin(literal) is Literal
    assert issubclass(enum, Enum)
    named = [member for member in enum if member.name != "UNSPECIFIED"]
    values = {member.value for member in named}
    short = {m.name for m in named if m.value.endswith(f"_{m.name}")}
    assert values | short == set(get_args(literal))
    assert f"{enum.__name__}Input" == name


@every(("name", "kind"), list(typed_dicts()))
def test_a_typed_dictionary_has_the_fields_of_its_model(name: str, kind: Any) -> None:
    """In its spelling, with the API's required keys, and the fields' types."""
    spelling = wire_name if name.endswith("Json") else str
    base = name.removesuffix("Json").removesuffix("Dict")
    model = MODELS[base]
    fields = {*request_fields(model), *(["type"] if hasattr(model, "type") else [])}
    assert {spelling(field) for field in fields} == set(get_type_hints(kind))
    optional = OPTIONAL.get(base, set())
    assert {spelling(field) for field in fields - optional} == set(kind.__required_keys__)
    for field in attrs.fields(model):
        if field.name not in fields or field.name == "type":
            continue
        models_of = [one for one in flat(field.type) if attrs.has(one)]
        given = list(flat(get_type_hints(kind)[spelling(field.name)]))
        if models_of:
            (inner,) = [one for one in given if is_typeddict(one)]
            assert f"{models_of[0].__name__}{name[-4:]}" == inner.__name__
        else:
            assert [str] == given


def test_each_model_has_both_spellings() -> None:
    """A mapping can be written in either; without fields, they are the same."""
    names = {name for name, _ in typed_dicts()}
    expected = {f"{base}{end}" for base in MODELS for end in ("Dict", "Json")}
    assert expected - {"BlanketLoaInfoJson"} == names


def test_a_letter_s_keys_are_those_of_the_requests() -> None:
    """One for each type of letter."""
    keys = set(letters_of_authorization.LETTERS)
    assert keys == set(get_type_hints(_mapping_inputs.LoaInfoDict))
    assert set(map(wire_name, keys)) == set(get_type_hints(_mapping_inputs.LoaInfoJson))


def test_the_required_keys_of_an_address_are_checked() -> None:
    """The same as in the types."""
    required = _mapping_inputs.EmergencyAddressJson.__required_keys__
    assert set(addresses.REQUIRED) == set(required)


@pytest.mark.parametrize("alias", ["CapabilitiesInput", "NumberTypesInput"])
def test_several_values_are_a_sequence_of_one(alias: str) -> None:
    """Of the type that one value has."""
    sequence, *one = flat(getattr(models, alias))
    assert list(flat(get_args(sequence)[0])) == one
