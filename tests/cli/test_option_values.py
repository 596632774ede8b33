"""Values of options: enums in any case, with all valid values in errors, and no lone campaigns."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
import typer
from products import every

from sinch_numbers import InvalidArgumentError
from sinch_numbers.cli._app import app
from sinch_numbers.cli._shared import options
from sinch_numbers.cli._shared.written_names import written
from sinch_numbers.sandbox import Sandbox

from .conftest import Run

pytestmark = pytest.mark.sandbox


def parameters(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the parameters of all commands, with the names of their commands."""
    for name, inner in getattr(command, "commands", {}).items():
        yield from parameters(inner, f"{path} {name}".strip())
    yield from ((path, parameter) for parameter in command.params)


def enum_options() -> list[tuple[str, Any, type[Enum]]]:
    found = []
    for path, parameter in parameters(typer.main.get_command(app)):
        parser = getattr(parameter.type, "func", None)
        enum = getattr(parser, "enum", None)
        if enum is not None:
            found.append((path, parameter, enum))
    return found


ENUM_OPTIONS = enum_options()


def test_every_word_of_an_option_is_one_of_its_enum() -> None:
    """No command passes on words of enums as they are, except for regions."""
    uppers = {
        (path, parameter.name)
        for path, parameter in parameters(typer.main.get_command(app))
        if getattr(parameter.type, "func", None) is options.upper
    }
    assert {"region"} == {name for _, name in uppers}
    assert len(ENUM_OPTIONS) > 20


@every(("path", "parameter", "enum"), ENUM_OPTIONS)
def test_an_enum_option_takes_any_case(path: str, parameter: Any, enum: type[Enum]) -> None:
    """The values of the command line, those of the API, and both without separators."""
    for member in enum:
        for text in (member.name, member.name.lower().replace("_", "-"), str(member.value)):
            assert parameter.type.convert(text, parameter, None) is member


@every(("path", "parameter", "enum"), ENUM_OPTIONS)
def test_an_unknown_value_is_an_error_with_all_values(
    path: str, parameter: Any, enum: type[Enum]
) -> None:
    """They are spelled as on the command line, and a similar one is suggested."""
    words = [one.name.lower().replace("_", "-") for one in enum if one.name != "UNSPECIFIED"]
    with pytest.raises(typer.BadParameter) as rejected:
        parameter.type.convert("nonsense", parameter, None)
    message = rejected.value.format_message()
    assert all(word in message for word in words)
    assert parameter.opts[0] in message
    with pytest.raises(typer.BadParameter, match=rf"did you mean {words[0]}\?"):
        parameter.type.convert(f"{words[0]}s", parameter, None)


@pytest.mark.parametrize(
    "command",
    [
        ["rent", "+12025550134"],
        ["rent-first", "-r", "us", "-t", "local"],
        ["rent-any"],
        ["buy", "+12025550134"],
        ["orders", "create", "-r", "us", "-t", "local", "-q", "1"],
        ["orders", "order", "-r", "us", "-t", "local", "-q", "1"],
    ],
    ids=" ".join,
)
def test_a_campaign_needs_a_service_plan(sandbox: Sandbox, cli: Run, command: list[str]) -> None:
    """Otherwise the API rejects it; nothing is sent, not even a search."""
    ended = cli(*command, "--campaign", "C1", "--yes")

    assert 2 == ended.code
    assert "--campaign requires --sms-plan" in " ".join(ended.err.split())
    assert [] == sandbox.calls


@every(
    ("argument", "expected"),
    [
        ("loa_info.address.city", "--letter: address.city"),
        ("loa_info", "--letter"),
        ("region_code", "--region"),
        ("numbers.csv", "numbers.csv"),
        ("unknown.path", "unknown.path"),
    ],
)
def test_errors_name_the_option_of_a_nested_field(argument: str, expected: str) -> None:
    """The path within a file follows the option."""
    command: Any = typer.main.get_command(app)
    text_enable = command.commands["hosting"].commands["text-enable"]
    context: Any = type(
        "Context",
        (),
        {
            "command": text_enable,
            "params": {"letter": "x", "region": "US"},
            "parent": None,
        },
    )
    error = InvalidArgumentError(argument, "a str")
    assert expected == written(error.argument, context)
