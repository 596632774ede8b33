"""The walkthrough, typed into a shell by a user with an empty directory, works as it is shown."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from snippets import ROOT, blocks
from walkthrough import INSTALL, PAGE, rendered

pytestmark = [pytest.mark.slow, pytest.mark.posix]


def test_every_step_has_the_output_that_is_shown() -> None:
    """After a change of output, run ``walkthrough.py`` as its docstring says."""
    # Not `tmp_path`, which is so long that lines of the output would be wrapped.
    with TemporaryDirectory() as directory:
        home = Path(directory)
        actual = rendered(home)

        assert PAGE.read_text("utf-8") == actual
        assert "+14195556906" in (home / "numbers" / "audit.html").read_text("utf-8")
        reports = {file.suffix for file in (home / "audits").glob("????-??-??.*")}
        assert {".html", ".json", ".md", ".txt"} == reports


def test_the_installation_is_that_of_the_readme() -> None:
    """The page installs the package as the README does, with one more extra."""
    (install, *_) = (block for block in blocks(PAGE) if block.language == "sh")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert INSTALL in install.text.splitlines()
    assert INSTALL.replace(",html", "") in readme
