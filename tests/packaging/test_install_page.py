"""docs/install.md names every extra, and its commands are those that are rehearsed."""

import re
import runpy
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
REHEARSAL = runpy.run_path(str(ROOT / "tests" / "packaging" / "rehearsal.py"))


def test_the_page_lists_all_extras():
    """Each extra of the metadata has one row, in the same order."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    table = PAGE.partition("## Extras")[2]

    assert [*project["optional-dependencies"]] == re.findall(
        r"^\| `(\w+)` \|", table, re.MULTILINE
    )


def test_all_commands_install_from_the_clone():
    """The rehearsal finds the commands of each installer, and none names a package of an index."""
    commands = REHEARSAL["commands"](PAGE)
    upkeep = REHEARSAL["upkeep"](PAGE)

    assert [1] * 5 == [text.count("'.[cli]'") for text in commands.values()]
    assert [1] * 4 == [update.count("'.[cli]'") for update, remove in upkeep.values()]


def test_the_first_command_of_the_readme_is_on_the_page():
    """The README installs with pip as the page does."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = REHEARSAL["commands"](PAGE)["pip"].splitlines()

    assert " && ".join(lines).replace("pip install", "pip install -q") in readme
