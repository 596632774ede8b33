"""The command `request` calls any operation, and is as careful as the others about money."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

OURS = "+12025550101"
PATH = f"/activeNumbers/{OURS}"


@pytest.fixture
def number(sandbox: Sandbox) -> str:
    sandbox.project().add_active(phone_number=OURS, region_code="US")
    return OURS


def test_a_read_prints_its_json(number: str, cli: Run) -> None:
    """As one line; from either host, and by either form of the path."""
    people = cli("request", "get", "/activeNumbers", "-q", "pageSize=1", "-q", "regionCode=US")
    line = cli(
        "--jsonl", "request", "GET", "/v1/projects/{projectId}/activeNumbers", "-q", "pageSize=1"
    )
    other = cli("request", "GET", "/importedNumbers", "--imported", "-q", "pageSize=1")

    assert (0, 0, 0) == (people.code, line.code, other.code)
    assert number == json.loads(people.out)["activeNumbers"][0]["phoneNumber"]
    assert json.loads(people.out) == json.loads(line.out)
    assert 1 == len(line.lines) == len(people.lines)
    assert isinstance(json.loads(other.out), dict)


def test_a_change_is_asked_about(number: str, sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """Its body comes from a file, or from stdin with --yes."""
    body = tmp_path / "body.json"
    body.write_text('{"displayName": "new"}')
    refused = cli("request", "PATCH", PATH, "--data", str(body), typed="n\n")
    unasked = cli("request", "PATCH", PATH, "--data", str(body))
    assert (1, 2) == (refused.code, unasked.code)
    assert "may be billable" in refused.err
    assert not [call for call in sandbox.calls if call.startswith("PATCH")]

    asked = cli("request", "PATCH", PATH, "--data", str(body), typed="y\n")
    piped = cli("request", "PATCH", PATH, "--data", "-", "--yes", piped='{"displayName": "x"}')

    assert (0, 0) == (asked.code, piped.code)
    assert "new" == json.loads(asked.out)["displayName"]
    assert "x" == json.loads(piped.out)["displayName"]


def test_a_lost_response_is_confirmed(number: str, sandbox: Sandbox, cli: Run) -> None:
    """By the read that the options describe."""
    sandbox.faults.add("drop", method="PATCH", times=1)

    ended = cli(
        *("request", "PATCH", PATH, "--data", "-", "--yes"),
        *("--confirm", PATH, "--confirm-shows", '{"displayName": "new"}'),
        piped='{"displayName": "new"}',
    )

    assert 0 == ended.code
    assert "new" == json.loads(ended.out)["displayName"]
    assert 1 == len([call for call in sandbox.calls if call.startswith("PATCH")])


def test_without_a_confirmation_the_outcome_is_unknown(
    number: str, sandbox: Sandbox, cli: Run
) -> None:
    """The exit code says so, and the journal has the request."""
    sandbox.faults.add("drop", method="PATCH", times=1)

    ended = cli("request", "PATCH", PATH, "--data", "-", "--yes", piped="{}")
    (listed,) = cli("--jsonl", "operations", "list").lines

    assert 4 == ended.code
    entry = json.loads(listed)
    assert ("request", "unknown") == (entry["operation"], entry["state"])
    assert {"method": "PATCH", "path": f"/v1/projects/sandbox{PATH}"} == entry["request"]


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (["HEAD", "/x"], "must be one of GET"),
        (["GET", "/x/../y"], "PATH: expected"),
        (["GET", "https://example.net/x"], "PATH: expected"),
        (["GET", "/x", "-q", "a"], "NAME=VALUE"),
        (["GET", "/x", "--confirm", "/y"], "other methods than GET"),
        (["GET", "/x", "--data", "-"], "other methods than GET"),
        (["POST", "/x", "--confirm-missing", "--yes"], "need --confirm"),
        (["POST", "/x", "--confirm", "/y", "--confirm-shows", "[]", "--yes"], "a JSON object"),
        (["POST", "/x", "--confirm", "/y", "--confirm-shows", "{", "--yes"], "a JSON object"),
        (["POST", "/x", "--confirm", "/../y", "--yes"], "--confirm: expected"),
        (
            ["POST", "/x", "--confirm", "/y", "--confirm-missing", "--confirm-shows", '{"a": 1}'],
            "cannot be combined",
        ),
        (["POST", "/x", "--data", "/nonexistent", "--yes"], "cannot read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_invalid_usage_is_not_sent(
    sandbox: Sandbox, cli: Run, argv: list[str], problem: str
) -> None:
    """The exit code is 2, and stderr names the problem."""
    ended = cli("request", *argv, piped="{}")

    assert 2 == ended.code
    assert problem in " ".join(ended.err.split())
    assert [] == sandbox.calls
