"""Enum arguments: any case, a list of the valid values, and values newer than this release."""

from enum import Enum
from typing import Any

import pytest
from products import every

from sinch_numbers import InvalidArgumentError, models
from sinch_numbers._core.choices import choice, choices, word, words_of
from sinch_numbers.audit import Severity
from sinch_numbers.models import (
    Capability,
    GlobalProcessState,
    HostingOrderType,
    NumberType,
    OpenEnum,
    OrderBy,
    VoiceType,
)
from sinch_numbers.webhooks import EventState

ENUMS: list[Any] = [
    kind
    for kind in (getattr(models, name) for name in models.__all__)
    if isinstance(kind, type) and issubclass(kind, OpenEnum) and kind is not OpenEnum
]


def rejection(value: object, enum: Any) -> str:
    with pytest.raises(InvalidArgumentError) as rejected:
        choice(value, enum, "type")
    return str(rejected.value)


@every("enum", [*ENUMS, Severity, EventState])
def test_case_hyphens_and_underscores_do_not_matter(enum: Any) -> None:
    """Each member is found by its value and by its name, in the spellings of other languages."""
    for member in enum:
        for text in (member.value, member.name):
            for spelling in (
                text, text.lower(), text.upper(), text.replace("_", "-"), text.replace("_", "")
            ):  # fmt: skip
                assert choice(spelling, enum, "type") is member


@every("enum", ENUMS)
def test_a_value_newer_than_this_release_comes_from_the_constructor(enum: Any) -> None:
    """As a str it is rejected, since it is likely to be a mistake."""
    assert enum("FROM_THE_FUTURE") is not None
    assert "FROM_THE_FUTURE" == choice(enum("FROM_THE_FUTURE"), enum, "type")
    assert "type: expected " in rejection("FROM_THE_FUTURE", enum)


@every("enum", [NumberType, VoiceType, Capability])
def test_the_constructor_does_not_hide_a_spelling(enum: Any) -> None:
    """A member that differs from a known one by its case is sent as the known one."""
    for member in enum:
        assert choice(enum(member.value.lower()), enum, "type") is member


@every(
    ("value", "enum", "message"),
    [
        ("landline", NumberType, "type: expected MOBILE, LOCAL or TOLL_FREE, got 'landline'"),
        (
            "TOLFREE",
            NumberType,
            "type: expected MOBILE, LOCAL or TOLL_FREE (did you mean TOLL_FREE?), got 'TOLFREE'",
        ),
        (
            "toll free",
            NumberType,
            "type: expected MOBILE, LOCAL or TOLL_FREE (did you mean TOLL_FREE?), got 'toll free'",
        ),
        (
            "a name",
            OrderBy,
            "type: expected phoneNumber or displayName, got 'a name'",
        ),
        ("text", HostingOrderType, "type: expected IMPORT or TEXT_ENABLE, got 'text'"),
        ("", Capability, "type: expected SMS or VOICE, got ''"),
        (5, Capability, "type: expected SMS or VOICE, got 5"),
        (Capability.SMS, NumberType, "type: expected MOBILE, LOCAL or TOLL_FREE, got 'SMS'"),
        ("fatal", Severity, "type: expected info, warning or error, got 'fatal'"),
    ],
)
def test_an_error_lists_the_valid_values(value: object, enum: Any, message: str) -> None:
    """All of them, and the one that is similar to what the caller wrote."""
    assert message == rejection(value, enum).replace("<Capability.SMS: 'SMS'>", "'SMS'")


def test_a_prefix_that_all_values_have_may_be_left_out() -> None:
    """The valid values are listed without it."""
    assert GlobalProcessState.VERIFIED is choice("verified", GlobalProcessState, "states")
    assert "VERIFIED" in words_of(GlobalProcessState)
    assert not [one for one in words_of(GlobalProcessState) if one.startswith("GLOBAL")]


@every(
    ("value", "expected"),
    [
        ("sms", (Capability.SMS,)),
        (Capability.VOICE, (Capability.VOICE,)),
        (["sms", Capability.VOICE], (Capability.SMS, Capability.VOICE)),
        (("Voice",), (Capability.VOICE,)),
        ({"SMS"}, (Capability.SMS,)),
        ({"SMS": 1}.keys(), (Capability.SMS,)),
        ([], ()),
    ],
)
def test_several_values_are_a_list_or_one_of_them(value: Any, expected: Any) -> None:
    """A str is one value, not a list of characters."""
    assert expected == choices(value, Capability, "capabilities")


@every("value", [None, 5, b"SMS", {"SMS": True}, (one for one in ["SMS"]), ["SMS", 5], [["SMS"]]])
def test_what_is_no_list_of_values_is_rejected(value: Any) -> None:
    """Nor are generators: some calls read the values twice."""
    with pytest.raises(InvalidArgumentError, match=r"^capabilities: expected SMS or VOICE"):
        choices(value, Capability, "capabilities")


def test_a_caller_s_own_enum_goes_by_its_text() -> None:
    """A member of an enum that is a str has the text of its value, not of its name."""

    class Mine(str, Enum):  # noqa: UP042 - unlike a StrEnum its str() is Mine.CHEAP
        CHEAP = "LOCAL"

    assert NumberType.LOCAL is choice(Mine.CHEAP, NumberType, "type")


def test_words_are_found_like_values() -> None:
    """Arguments with a closed set of words follow the same rule."""
    assert "oauth" == word("OAuth", ("oauth", "basic"), "auth")
    with pytest.raises(InvalidArgumentError, match=r"oauth or basic \(did you mean basic"):
        word("basik", ("oauth", "basic"), "auth")
