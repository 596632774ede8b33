"""
Pages of the site in a real browser: readable at any width, in light and dark mode.

Run by ``nox -s docs`` where there is a Chromium. Pictures of the pages go to a directory whose
name is printed; ``SCREENSHOTS`` names another.
"""

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import CONTRAST, DESK, PATIENCE, PHONE, browser

__all__ = ["browser"]

pytestmark = pytest.mark.sandbox

SITE = Path(os.environ["DOCS_SITE"])
PAGES = (
    "",
    "tutorial/sandbox/",
    "guides/audit/",
    "guides/buying/",
    "guides/webhooks/",
    "explanation/billable-calls/",
    "reference/endpoints/",
    "reference/models/",
    "reference/command-line/",
    "operations/sizing/",
    "changelog/",
    "404.html",
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Serve the site on loopback."""
    handler = functools.partial(_Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("pictures"))
    directory.mkdir(parents=True, exist_ok=True)
    print("pictures:", directory)
    return directory


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser, scheme: str) -> Iterator[Page]:
    """Open a page of one width and scheme; requests to other hosts fail the test."""
    context = browser.new_context(viewport=request.param, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    yield page
    context.close()
    assert [] == [url for url in asked if "//127.0.0.1:" not in url and url[:5] != "data:"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read(page: Page, site: str, path: str, scheme: str, pictures: Path) -> None:
    """It fits its window, has a title, texts for pictures, and enough contrast."""
    page.goto(site + path, wait_until="networkidle")

    width = page.viewport_size["width"] if page.viewport_size else 0
    name = path.strip("/").replace("/", "-").removesuffix(".html") or "home"
    page.screenshot(path=pictures / f"{name}-{width}-{scheme}.png")
    assert page.title()
    assert 1 == page.locator("article h1").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for picture in page.locator("article img").all():
        assert picture.get_attribute("alt")
    seen, poor = page.evaluate(CONTRAST, "article")
    assert seen > 5
    assert [] == poor


def test_a_page_is_found_by_its_words(page: Page, site: str) -> None:
    """The search works without a server."""
    page.goto(site + "?q=webhook+signature", wait_until="networkidle")

    page.wait_for_selector(".md-search-result__item a")
    found = page.locator(".md-search-result__item a").first.get_attribute("href") or ""
    assert "webhooks" in found
