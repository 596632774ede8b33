"""The secret that signs webhooks is shown on request only, and never read from arguments."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

SECRET = "a-new-secret-of-32-letters-12345"


def test_the_secret_is_masked(sandbox: Sandbox, cli: Run) -> None:
    """
    Neither table nor JSON nor log shows it unless it is asked for.
    """
    secret = sandbox.project().hmac_secret
    table = cli("--verbose", "callback", "get")
    line = cli("--jsonl", "callback", "get")

    assert 0 == table.code
    assert secret not in table.out + table.err + line.out + line.err
    assert {"projectId": "sandbox", "hmacSecret": "**********"} == json.loads(line.out)
    assert secret in cli("callback", "get", "--reveal").out
    assert secret == json.loads(cli("--jsonl", "callback", "get", "--reveal").out)["hmacSecret"]


def test_the_new_one_is_read_from_stdin(sandbox: Sandbox, cli: Run) -> None:
    """
    A secret is piped in, and not shown.
    """
    ended = cli("--verbose", "callback", "set", piped=f"{SECRET}\n")

    assert 0 == ended.code
    assert SECRET == sandbox.project().hmac_secret
    assert SECRET not in ended.out + ended.err


def test_the_new_one_can_be_in_the_environment(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where there is a variable, nothing is read.
    """
    monkeypatch.setenv("SINCH_HMAC_SECRET", SECRET)

    assert 0 == cli("callback", "set").code
    assert SECRET == sandbox.project().hmac_secret


def test_no_secret_is_wrong_usage(sandbox: Sandbox, cli: Run) -> None:
    """
    An empty secret is not sent.
    """
    assert 2 == cli("callback", "set").code
    assert [] == sandbox.calls


def test_it_is_not_an_argument(sandbox: Sandbox, cli: Run) -> None:
    """
    What others see in a list of processes is no place for a secret.
    """
    assert 2 == cli("callback", "set", SECRET).code


def test_a_refused_secret_is_not_quoted(sandbox: Sandbox, cli: Run) -> None:
    """
    The error says what is wrong without saying what it was.
    """
    ended = cli("callback", "set", piped="too-short-a-secret\n")

    assert 7 == ended.code
    assert "too-short-a-secret" not in ended.err
