"""The rent operations are marked as deprecated wherever users meet them."""

import inspect
import re
from pathlib import Path

from products import every

from sinch_numbers._client.resources.available_numbers import AvailableNumbers
from sinch_numbers.cli._commands import renting
from sinch_numbers.sync._generated.resources.available_numbers import SyncAvailableNumbers

ROOT = Path(__file__).parent.parent
MARK = "deprecated by the vendor"
MENTION = re.compile(r"\brent_(first|any)\b|\brent-(first|any)\b|\.rent\(|`rent`|`[\w.]+\.rent`")
PAGES = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]


def text(block: str | None) -> str:
    """Return *block* on one line, in lower case, without code marks."""
    return " ".join((block or "").lower().replace("`", "").split())


@every("method", ["rent", "rent_any", "rent_first"])
@every("resource", [AvailableNumbers, SyncAvailableNumbers])
def test_the_first_line_of_a_docstring_names_the_limit(resource: type, method: str) -> None:
    """It is what editors show; the second paragraph names the alternative."""
    described = text(inspect.getdoc(getattr(resource, method)))

    assert f"{MARK}; us local only." in described[:99]
    assert "numbersclient.buy" in described[:240]


@every("command", [renting.rent, renting.rent_first, renting.rent_any])
def test_the_help_of_a_command_names_the_limit(command: object) -> None:
    """And the alternative, in the line that the list of commands shows."""
    assert f"{MARK}; us local only: prefer buy." in text(inspect.getdoc(command))


@every("page", sorted(PAGES))
def test_a_page_that_mentions_a_rent_operation_names_the_limit(page: Path) -> None:
    """And the alternative; the changelog and other words for renting are not meant."""
    content = page.read_text(encoding="utf-8")

    if MENTION.search(content):
        assert MARK in text(content)
        assert re.search(r"us local( only)?", text(content))
        assert re.search(r"\bbuy\b", content)
