"""Phone numbers that are not in E.164 are rejected with the number that was probably meant."""

import pytest
from products import every

from sinch_numbers import InvalidArgumentError
from sinch_numbers._core import arguments
from sinch_numbers._core.phone_number_forms import suggested_number

MEANT = {
    "+12025550134": (
        "12025550134", "2025550134", "+1 (202) 555-0134", "(202) 555-0134", "001 202 555 0134",
        "0012025550134", "01112025550134", "1-202-555-0134", "1.202.555.0134", "+1/202/555/0134",
        " +12025550134", "+12025550134\n", "tel:+1-202-555-0134", "+1\u00a0202\u2011555\u20110134",
        "\uff0b\uff11\uff12\uff10\uff12\uff15\uff15\uff15\uff10\uff11\uff13\uff14",
        "\u202a+12025550134\u202c", "'+12025550134'", "<+12025550134>", "+12025550134;",
    ),
    "+447700900123": ("447700900123", "00447700900123", "+44 7700 900123", "+44 (0)7700 900123"),
    "+61491570156": ("61491570156", "0061 491 570 156"),
}  # fmt: skip
UNCLEAR = (
    "", "+", "0", "07700 900123", "0491570156", "+1 202 555 013", "+1-800-FLOWERS", "1202555013",
    "120255501345", "+12025550134 x5", "+12025550134, +12025550135", "1" * 41, "+0123456789",
    "\u0661\u0662\u0660\u0662\u0665\u0665\u0665\u0660\u0661\u0663\u0664", None, 12025550134,
    b"12025550134",
)  # fmt: skip


@every(("meant", "text"), [(meant, text) for meant, texts in MEANT.items() for text in texts])
def test_another_form_is_rejected_with_the_number(meant: str, text: str) -> None:
    """The error names it in its text and as an attribute."""
    with pytest.raises(InvalidArgumentError) as raised:
        arguments.phone_number(text)

    assert meant == raised.value.suggestion
    assert f"(did you mean {meant}?)" in str(raised.value)
    assert meant == arguments.phone_number(raised.value.suggestion)


@every("text", UNCLEAR)
def test_an_unclear_number_has_no_suggestion(text: object) -> None:
    """Neither has a national number, whose country is unknown."""
    with pytest.raises(InvalidArgumentError) as raised:
        arguments.phone_number(text)

    assert (None, None) == (raised.value.suggestion, suggested_number(text))
    assert "did you mean" not in str(raised.value)


def test_a_valid_number_needs_no_suggestion() -> None:
    """It is returned unchanged."""
    assert None is suggested_number("+12025550134")


def test_a_suggestion_survives_a_copy() -> None:
    """Errors name the argument of the caller in a copy."""
    with pytest.raises(InvalidArgumentError) as raised:
        arguments.phone_numbers(["12025550134"], "numbers")

    renamed = raised.value.renamed("NUMBER")

    assert ("NUMBER", "+12025550134") == (renamed.argument, renamed.suggestion)
    assert "did you mean +12025550134?" in str(renamed)
