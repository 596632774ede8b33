"""Completion in real shells: bash, zsh and fish."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from shells import Shell, environment, require

pytestmark = [pytest.mark.slow, pytest.mark.posix]

COMPLETED = {
    "sinch-numbers regi": "sinch-numbers regions",
    "sinch-numbers ord": "sinch-numbers orders",
    "sinch-numbers orders resu": "sinch-numbers orders resume",
    "sinch-numbers --json orders upl": "sinch-numbers --json orders upload",
    "sinch-numbers list --order": "sinch-numbers list --order-by",
    "sinch-numbers list --verb": "sinch-numbers list --verbose",
    "sinch-numbers list --type tol": "sinch-numbers list --type toll-free",
    "sinch-numbers list --type=tol": "sinch-numbers list --type=toll-free",
    "sinch-numbers --project list orders resu": "sinch-numbers --project list orders resume",
    "sinch-numbers search --region SE --type mob": (
        "sinch-numbers search --region SE --type mobile"
    ),
    "sinch-numbers search --region U": "sinch-numbers search --region US",
    "sinch-numbers audit --fail-on err": "sinch-numbers audit --fail-on error",
    "sinch-numbers audit --expect exp": "sinch-numbers audit --expect expected.csv",
    "sinch-numbers orders register X lett": "sinch-numbers orders register X letter.json",
    "sinch-numbers nonsense": "sinch-numbers nonsense",
}


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    """Install completion, and start the shell with its own startup files."""
    name: str = request.param
    require(name)
    variables = environment(tmp_path)
    program = tmp_path / "bin" / "sinch-numbers"
    install = [program, "--install-completion", name]
    subprocess.run(install, env=variables, check=True, timeout=60)
    place = tmp_path / "files"
    place.mkdir()
    for file in ("expected.csv", "letter.json"):
        (place / file).touch()
    started = Shell(name, variables, place)
    yield started
    started.close()


def test_words_are_completed(shell: Shell) -> None:
    """Commands, options of both kinds, enum values, regions, and files; several are listed."""
    shell.shown("sinch-numbers orders re", "requirements")

    assert COMPLETED == {line: shell.completed(line) for line in COMPLETED}
