"""
The site of the documentation, as it was made, and what it says of the vendor's SDK.

Run by name, with MkDocs and the vendor's SDK installed: ``nox -s docs``.
"""

import html
import inspect
import json
import os
import re
import warnings
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.metadata import version
from pathlib import Path

import pytest

import sinch_numbers
from sinch_numbers import SyncNumbersClient
from sinch_numbers.testing._served import ServedSandbox
from tests.declared import CLIENT, GROUPS, operations_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the SDK's source, when it is compiled
    from sinch import SinchClient

SITE = Path(os.environ["DOCS_SITE"])
ROOT = Path(__file__).parents[2]
METHODS = Path(__file__).parent.parent / "data" / "vendor-methods.json"
PAGES = sorted(SITE.rglob("*.html"))


class Loaded(HTMLParser):
    """Collects what a page loads by itself, and the anchors that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors.add(given.get("id") or "")
        for name in ("src", "href") if tag != "a" else ():
            self.urls.append(given.get(name) or "")


def parsed(page: Path) -> Loaded:
    loaded = Loaded()
    loaded.feed(page.read_text())
    return loaded


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(SITE)))
def test_a_page_loads_nothing_from_elsewhere(page: Path) -> None:
    """Scripts, styles, fonts and pictures are the site's own."""
    assert [] == [url for url in parsed(page).urls if "//" in url]


def test_styles_load_nothing_from_elsewhere() -> None:
    """Nor do the styles."""
    styles = list(SITE.rglob("*.css"))
    assert styles
    for style in styles:
        assert [] == re.findall(r"url\(['\"]?(?:https?:)?//", style.read_text()), style


def test_every_public_name_has_an_anchor() -> None:
    """What is exported by the package itself can be linked to."""
    anchors = {anchor for page in PAGES for anchor in parsed(page).anchors}
    names = {f"sinch_numbers.{name}" for name in sinch_numbers.__all__} - {
        "sinch_numbers.__version__"
    }

    assert set() == names - anchors


def test_every_page_links_to_its_source() -> None:
    """The file exists, and the link edits it."""
    pages = [page for page in PAGES if page.name == "index.html"]
    for page in pages:
        sources = re.findall(
            r'href="https://example.com/sinch_numbers/edit/main/(docs/[^"]+)"', page.read_text()
        )
        assert 1 == len(sources), page
        assert (ROOT / sources[0]).is_file()


def test_llms_txt_lists_every_page() -> None:
    """By section, with links that lead to a page of the site."""
    listed = (SITE / "llms.txt").read_text(encoding="utf-8")
    links = re.findall(r"^- \[.+\]\((.+)\)$", listed, re.MULTILINE)

    assert ["Get started", "Guides", "Concepts", "Reference", "Operations", "Changelog"] == (
        re.findall(r"^## (.+)$", listed, re.MULTILINE)
    )
    found = {SITE / link / ("" if link.endswith(".html") else "index.html") for link in links}
    assert {page for page in PAGES if page.name == "index.html"} == found


def test_links_between_pages_lead_somewhere() -> None:
    """To a page or file of the site, and to an anchor that it has."""
    anchors = {page: parsed(page).anchors for page in PAGES}
    for page in PAGES:
        if page.name == "404.html":
            continue  # its links are absolute
        for target in re.findall(r'<a [^>]*href="([^"]+)"', page.read_text(encoding="utf-8")):
            if re.match(r"https?:|mailto:", target):
                continue
            path, _, anchor = html.unescape(target).partition("#")
            linked = (page.parent / path).resolve() if path else page
            linked = linked / "index.html" if linked.is_dir() else linked
            assert linked.is_file(), f"{page}: {target}"
            if anchor and linked in anchors:
                assert anchor in anchors[linked], f"{page}: {target}"


@pytest.fixture
def vendor() -> SinchClient:
    return SinchClient(project_id="sandbox", key_id="sandbox", key_secret="sandbox")


def methods(thing: object, name: str) -> Iterator[tuple[str, list[str]]]:
    """Walk the public methods of *thing* and of what it holds, with their parameters."""
    for member in sorted(dir(thing)):
        if member.startswith("_"):
            continue
        value = getattr(thing, member)
        if inspect.ismethod(value):
            parameters = inspect.signature(value).parameters.values()
            yield (
                f"{name}.{member}",
                [one.name for one in parameters if one.kind is not one.VAR_KEYWORD],
            )
        elif type(value).__module__.startswith("sinch.domains.numbers"):
            yield from methods(value, f"{name}.{member}")


def test_the_table_is_about_the_vendor_as_it_is(vendor: SinchClient) -> None:
    """The methods that the page has rows for are those of the package."""
    noted = json.loads(METHODS.read_text())["releases"]
    events = vendor.numbers.sinch_events("secret")

    assert noted[version("sinch")] == {
        **dict(methods(vendor.numbers, "numbers")),
        **dict(methods(events, "SinchEvents")),
    }


@pytest.mark.sandbox
def test_both_say_the_same(vendor: SinchClient) -> None:
    """Against one sandbox, what stands in one row of the table returns the same."""
    with ServedSandbox(numbers=30, stock=50) as served, served.sync_client() as client:
        vendor.configuration.numbers_origin = served.sandbox.url
        vendor.configuration.auth_origin = served.sandbox.auth_url
        _compare(client, vendor)


def _compare(client: SyncNumbersClient, vendor: SinchClient) -> None:
    wanted = {"region_code": "US"}
    there = vendor.numbers.list(number_type="LOCAL", **wanted)
    here = client.active_numbers.list(type="LOCAL", **wanted)
    assert [one.phone_number for one in there.iterator()] == [one.phone_number for one in here]

    found = client.available_numbers.search(type="LOCAL", size=100, **wanted)
    hits = vendor.numbers.search_for_available_numbers(
        number_type="LOCAL", page_size=100, **wanted
    ).content()
    assert {one.phone_number for one in hits} == {one.phone_number for one in found}

    phone_number = found[0].phone_number
    assert phone_number == vendor.numbers.check_availability(phone_number).phone_number
    rented = vendor.numbers.rent(phone_number)
    assert rented.phone_number == client.active_numbers.get(phone_number).phone_number
    assert client.active_numbers.release(phone_number).expire_at
    assert vendor.numbers.get(phone_number).expire_at

    codes = [region.region_code for region in vendor.numbers.regions.list().content()]
    assert codes == [region.region_code for region in client.available_regions.list()]
    secret = vendor.numbers.event_destinations.update(hmac_secret="s" * 32)
    assert secret.hmac_secret == client.callback_configuration.get().hmac_secret.reveal()


def test_every_operation_is_in_the_table() -> None:
    """The hook fills it from the declarations."""
    page = (SITE / "reference" / "operations" / "index.html").read_text(encoding="utf-8")

    missing = [
        operation.id
        for group in GROUPS
        for operation in operations_of(type(getattr(CLIENT, group)))
        if f"<code>{operation.id}</code>" not in page
    ]
    assert [] == missing
