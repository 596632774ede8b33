"""The pages about Celery and Django work, each tab in a process: both configure their process."""

from pathlib import Path

import pytest
from snippets import APART, blocks, run_tests

pytestmark = pytest.mark.slow

RUNS = [
    pytest.param(page, tab, id=f"{page.stem}{f'-{tab}' if tab else ''}")
    for page in APART
    for tab in dict.fromkeys(block.tab for block in blocks(page) if block.tab) or [None]
]


@pytest.mark.parametrize(("page", "tab"), RUNS)
def test_the_example_of_a_framework_passes_its_test(
    page: Path, tab: str | None, tmp_path: Path
) -> None:
    """A Celery worker runs the task; Django's test client calls the views of each tab."""
    titles = []
    for block in blocks(page):
        if block.title is not None and block.tab in (None, tab):
            (tmp_path / block.title).write_text(block.text, encoding="utf-8")
            titles += [block.title] * block.is_test

    assert 1 == len(titles)
    run_tests(page, titles, tmp_path, {})
