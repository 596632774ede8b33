"""Global options before or after the command, and options that are given twice."""

from collections.abc import Callable
from typing import Any

import pytest
from products import every

from sinch_numbers import __version__
from sinch_numbers.cli._app import command_tree
from sinch_numbers.cli._parsing.suggestions import commands_of
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

COMMANDS = list(commands_of(command_tree()))


@pytest.mark.parametrize(
    "argv",
    [
        ["--jsonl", "--project", "acme", "operations", "list"],
        ["operations", "--jsonl", "--project=acme", "list"],
        ["operations", "list", "--project", "acme", "--jsonl"],
        ["--jsonl", "operations", "--project", "acme", "list", "--jsonl"],
    ],
    ids=" ".join,
)
def test_global_options_are_accepted_at_any_place(
    argv: list[str], sandbox: Sandbox, cli: Run
) -> None:
    """Before the command, between group and command, and after it."""
    ended = cli(*argv)

    assert (0, "") == (ended.code, ended.out), ended.err


@pytest.mark.parametrize("place", range(3))
def test_the_project_of_any_place_is_used(place: int, sandbox: Sandbox, cli: Run) -> None:
    """The request goes to the project that the option names."""
    argv = ["regions"]
    argv[place:place] = ["--project", "elsewhere"]
    cli(*argv)

    assert "/v1/projects/elsewhere/availableRegions" in sandbox.calls[-1]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--project", "a", "list", "--project", "b"], "--project is given twice with different"),
        (["buy", "--region", "us", "-r", "se"], "--region is given twice with different values"),
        (["buy", "-rus", "--region=se"], "'us' and 'se'"),
        (["--timeout", "3", "regions", "--timeout", "4"], "'3' and '4'"),
        (["wait", "+12025550134", "--sms", "--no-sms"], "--sms and --no-sms exclude each other"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_different_values_of_one_option_are_an_error(
    argv: list[str], message: str, sandbox: Sandbox, cli: Run
) -> None:
    """Both values are named, and nothing is sent; two equal values are one."""
    ended = cli(*argv)

    assert (2, "", []) == (ended.code, ended.out, sandbox.calls)
    assert message in ended.err


def test_equal_values_are_accepted(sandbox: Sandbox, cli: Run) -> None:
    """The same option with the same value, before and after the command."""
    assert 0 == cli("--timeout", "3", "--json", "regions", "--timeout", "3", "--json").code


def test_values_that_look_like_options_need_an_equals_sign(sandbox: Sandbox, cli: Run) -> None:
    """An option without its value is an error, although the next word could be one."""
    ended = cli("list", "--pattern", "--json")

    assert 2 == ended.code
    assert "--pattern requires a value: --pattern DIGITS" in ended.err
    assert "+12" in cli("update", "--display-name=--json", "--", "+12").err


def test_no_command_redefines_a_global_option() -> None:
    """An option has one meaning, wherever it is given."""
    tree: Any = command_tree()
    shared = {name for one in tree.params for name in (*one.opts, *one.secondary_opts)}
    for path in COMMANDS:
        command = tree
        for name in path:
            command = command.commands[name]
        own = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        assert set() == own & {*shared, "-h", "--help"}, path
        assert set() == {one.name for one in command.params} & {one.name for one in tree.params}


@every("option", ["-h", "--help"])
def test_help_of_every_command(option: str, cli: Run) -> None:
    """``-h`` and ``--help`` show help at every level, even if arguments are missing."""
    groups = {path[:size] for path in COMMANDS for size in range(len(path))}
    for path in {*COMMANDS, *groups}:
        ended = cli(*path, option)
        assert (0, "") == (ended.code, ended.err), path
        assert f"  {' '.join(('sinch-numbers', *path))}" in ended.out


@every("argv", [["--version"], ["list", "--version"], ["orders", "get", "--version"], ["version"]])
def test_the_version_at_every_place(argv: list[str], cli: Run) -> None:
    """The option needs neither credentials nor the arguments of the command."""
    ended = cli(*argv)

    assert (0, f"sinch-numbers {__version__}\n", "") == (ended.code, ended.out, ended.err)
