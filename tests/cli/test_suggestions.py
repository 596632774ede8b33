"""Suggestions for unknown commands, options, and enum values."""

from collections.abc import Callable
from typing import Any

import pytest
from products import every

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]


@every(
    ("line", "suggested"),
    [
        ("lst", "list"),
        ("numbers list", "list"),
        ("number get", "get"),
        ("ls", "list"),
        ("purchase", "buy"),
        ("show", "get"),
        ("odrers get x", "orders"),
        ("orders creat", "orders create"),
        ("orders purchase", "orders order"),
        ("requirements", "orders requirements"),
        ("create orders", "orders create"),
        ("text-enable", "hosting text-enable or qualified text-enable"),
        ("webhook", "webhooks"),
    ],
)
def test_unknown_commands(line: str, suggested: str, cli: Run) -> None:
    """The nearest command is suggested, also that of another group."""
    ended = cli(*line.split())

    assert (2, "") == (ended.code, ended.out)
    assert f"did you mean {suggested}?\n" in ended.err


@every(
    ("line", "message"),
    [
        ("list --ouput x", "no such option: --ouput; did you mean --output?"),
        ("list --jsno", "no such option: --jsno; did you mean --json?"),
        ("--verison", "no such option: --verison; did you mean --version?"),
        ("orders --projct=x get 1", "no such option: --projct; did you mean --project?"),
        ("list -x", "no such option: -x\n"),
        ("release +12025550134 -yx", "no such option: -x\n"),
        ("list --zzzz", "no such option: --zzzz\n"),
    ],
)
def test_unknown_options(line: str, message: str, cli: Run) -> None:
    """Options of the command and global ones are suggested, at any place."""
    ended = cli(*line.split())

    assert (2, "") == (ended.code, ended.out)
    assert message in ended.err


@every(
    ("line", "message"),
    [
        ("list --type mobil", "did you mean mobile?"),
        ("list --order-by phonenumbr", "did you mean phone-number?"),
        ("list -c voize", "did you mean voice?"),
        ("audit --fail-on eror", "did you mean error?"),
        ("buy -r us -t local --method oder", "did you mean order?"),
        ("webhooks queue --state ded", "did you mean dead?"),
        ("--sandbox-rent-policy uslokal list", "did you mean us-local?"),
        ("list --limit 0", "must be a whole number, at least 1, not '0'"),
        ("list --limit x", "must be a whole number, at least 1, not 'x'"),
        ("list --timeout nan", "must be a number, at least 0.001, not 'nan'"),
        ("audit --months 121", "must be a whole number, 1 to 120, not '121'"),
    ],
)
def test_invalid_values(line: str, message: str, sandbox: Sandbox, cli: Run) -> None:
    """The valid words or the range are listed, and the option is named."""
    ended = cli(*line.split())

    assert (2, "", []) == (ended.code, ended.out, sandbox.calls)
    assert message in ended.err


@every("text", ["ERROR", " error", "Error"])
def test_enum_values_in_any_case(text: str, sandbox: Sandbox, cli: Run) -> None:
    """Case and surrounding spaces don't matter, as in all enum options."""
    assert 0 == cli("audit", "--fail-on", text).code


def test_errors_name_the_help_to_read(cli: Run) -> None:
    """The second line of a usage error is the help of the command."""
    ended = cli("orders", "get")

    assert ["Try 'sinch-numbers orders get --help' for help."] == ended.err.splitlines()[1:]


def test_long_arguments_are_shortened(cli: Run) -> None:
    """An error about a long argument stays readable, and has no control characters."""
    ended = cli("list", "--" + "x" * 100_000 + "\x1b[31m")

    assert 2 == ended.code
    assert len(ended.err) < 900
    assert "\x1b" not in ended.err
