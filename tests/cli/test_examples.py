"""Examples in help pages: two of each command, and all of them work."""

import socket
from datetime import UTC, datetime, timedelta

import example_sandbox
import pytest
from example_sandbox import ExampleSandbox, run, stable
from products import every

from sinch_numbers.cli._app import command_tree
from sinch_numbers.cli._help.examples import EXAMPLES
from sinch_numbers.cli._parsing.suggestions import commands_of

COMMANDS = ["", *(" ".join(path) for path in commands_of(command_tree()))]
CASES = [(command, line) for command in COMMANDS for line in EXAMPLES.get(command, ())]


def test_every_command_has_two_examples() -> None:
    """Add those of a new command to `sinch_numbers/cli/_help/examples.py`."""
    missing = [command for command in COMMANDS if len(EXAMPLES.get(command, ())) < 2]

    assert [] == missing
    assert set(COMMANDS) == set(EXAMPLES)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> ExampleSandbox:
    with ExampleSandbox(tmp_path_factory.mktemp("examples"), len(CASES)) as running:
        yield running


@pytest.mark.slow
@every(("command", "line"), CASES)
def test_examples_work(command: str, line: str, examples: ExampleSandbox) -> None:
    """Each ends with success, and without a warning; those that ask need ``--yes`` in a pipe."""
    ended = run(examples.prepare(command, line))

    asks = "use --yes" in ended.err
    found = 3 if "--fail-on" in line else 0  # the project has a finding
    assert (2 if asks else found) == ended.code, ended.err
    assert not asks or "--yes" not in line
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("day", ["2026-11-30", "2027-01-01", "2028-02-29"])
def test_stable_output_names_neither_the_day_nor_the_machine(
    day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of the days before and after, which other time zones have, and of a date alone."""
    now = datetime.fromisoformat(f"{day}T23:59:58Z")

    class Frozen(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            assert UTC is tz
            return now

    monkeypatch.setattr(example_sandbox, "datetime", Frozen)

    for at in (now - timedelta(days=1), now, now + timedelta(days=1)):
        assert "since 2026-03-02, 0 days" == stable(f"since {at:%Y-%m-%d}, 0 days")
        assert "2026-03-02 09:00 " == stable(f"{at:%Y-%m-%d %H:%M} ")
        assert "2026-03-02T09:00:00+00:00" == stable(at.isoformat())
        assert "2026-03-02T09:00:00Z" == stable(f"{at:%Y-%m-%dT%H:%M:%S}.25Z")
    assert "owner web-1 pid 4711" == stable(f"owner {socket.gethostname()} pid 31")
