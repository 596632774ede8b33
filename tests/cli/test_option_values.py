"""Values of options: enums in any case, with all valid values in errors, and no lone campaigns."""

from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

import pytest
import typer
from products import every

from sinch_numbers import InvalidArgumentError
from sinch_numbers.cli._app import app
from sinch_numbers.cli._shared import options
from sinch_numbers.cli._shared.written_names import written
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]


def commands(group: typer.Typer, path: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the functions of all commands, with the names of the commands."""
    for command in group.registered_commands:
        assert command.callback is not None
        yield f"{path} {command.name}".strip(), command.callback
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, f"{path} {inner.name}".strip())


def parsers() -> Iterator[tuple[str, str, Any]]:
    """Yield command, parameter, and parser of each option that has one."""
    for path, function in commands(app):
        for name, hint in get_type_hints(function, include_extras=True).items():
            for info in getattr(hint, "__metadata__", ()):
                if getattr(info, "parser", None) is not None:
                    yield path, name, info.parser


ENUM_OPTIONS = [one for one in parsers() if isinstance(one[2], options.OneOf)]


def test_every_word_of_an_option_is_one_of_its_enum() -> None:
    """No command passes on words as they are, except for regions."""
    assert {"region"} == {name for _, name, parser in parsers() if parser is options.upper}
    assert len(ENUM_OPTIONS) > 20


@every(("command", "name", "parse"), ENUM_OPTIONS)
def test_an_enum_option_takes_any_case(command: str, name: str, parse: Any) -> None:
    """The values of the command line, those of the API, and both without separators."""
    for member in parse.enum:
        for text in (member.name, member.name.lower().replace("_", "-"), str(member.value)):
            found = parse(f" {text} ")
            assert (found == (member,)) if isinstance(found, tuple) else (found is member)


@every(("command", "name", "parse"), ENUM_OPTIONS)
def test_an_unknown_value_is_an_error_with_all_values(command: str, name: str, parse: Any) -> None:
    """They are spelled as on the command line, and a similar one is suggested."""
    words = [o.name.lower().replace("_", "-") for o in parse.enum if o.name != "UNSPECIFIED"]
    with pytest.raises(typer.BadParameter, match=r"^'nonsense' is not ") as rejected:
        parse("nonsense")
    assert all(word in str(rejected.value) for word in words)
    with pytest.raises(typer.BadParameter, match=rf"did you mean {words[0]}\?$"):
        parse(f"{words[0]}s")


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
