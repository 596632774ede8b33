"""Examples in help pages: two of each command, and all of them work."""

import pytest
from example_sandbox import ExampleSandbox, run
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
