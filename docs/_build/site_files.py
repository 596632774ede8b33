"""MkDocs hook: links to the source of each page, and ``llms.txt``."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation

_nav: Final[list[Navigation]] = []


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Link pages to the repository in ``DOCS_REPOSITORY`` or, in a workflow, to its own."""
    repository = os.environ.get("DOCS_REPOSITORY")
    if repository is None and (name := os.environ.get("GITHUB_REPOSITORY")):
        repository = f"{os.environ['GITHUB_SERVER_URL']}/{name}"
    if repository:
        config.repo_url = repository
        config.repo_name = repository.rpartition("/")[2]
        config.edit_uri = "edit/main/docs/"
    return config


def on_nav(nav: Navigation, **_: Any) -> None:
    """Keep the navigation, whose pages have titles once they are read."""
    _nav[:] = [nav]


def on_post_build(config: MkDocsConfig) -> None:
    """Write ``llms.txt``: a list of the pages for language models, section by section."""
    Path(config.site_dir, "llms.txt").write_text("\n".join(_lines(config)), encoding="utf-8")


def _pages(section: Any) -> Iterator[Any]:
    """Yield the pages of a section, also those of the sections in it."""
    for item in section.children or ():
        yield from _pages(item) if item.is_section else [item]


def _lines(config: MkDocsConfig) -> Iterator[str]:
    yield f"# {config.site_name}\n\n> {config.site_description}"
    for section in _nav[0].items:
        yield f"\n## {section.title}\n"
        for page in _pages(section):
            yield f"- [{page.title}]({page.canonical_url or page.url or 'index.html'})"
    yield ""
