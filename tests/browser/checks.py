"""
The page of an audit in a real browser: quiet, complete, readable on any screen and on paper.

Run by name, where there is a Chromium: ``nox -s browser``. Pictures of what was looked at go
to a directory whose name is printed; ``SCREENSHOTS`` names another.
"""

import io
import os
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Browser, Page

from sinch_numbers import NumbersClient
from sinch_numbers.audit import (
    AuditHistory,
    Expectation,
    Expectations,
    Finding,
    ProjectFailure,
    Report,
    Reports,
    Waiver,
    Waivers,
    audit,
)
from sinch_numbers.exports import write_html
from sinch_numbers.sandbox import Sandbox
from tests.chromium import CONTRAST, DESK, PATIENCE, PHONE, browser

__all__ = ["browser"]

pytestmark = pytest.mark.sandbox

NAMES = ["<script>window.hit=1</script>", "<img src=x onerror='window.hit=1'>", "\u202eabc\x1b["]


async def _audit(directory: Path) -> Report:
    """Audit a project five nights in a row; the last report has changes of each kind."""
    history = AuditHistory(directory / "audits.db")
    waivers = Waivers(
        [
            Waiver(rule="unused", number="+1201*", reason="reserved", owner="marketing"),
            Waiver(rule="ends-soon", reason="known", expires=date(2026, 1, 1)),
        ]
    )
    async with (
        Sandbox(numbers=3000, stock=0) as sandbox,
        NumbersClient(
            "sandbox",
            "sandbox",
            "sandbox",
            numbers_url=sandbox.url,
            auth_url=sandbox.auth_url,
        ) as client,
    ):
        for place, name in enumerate(NAMES):
            sandbox.project().add_active(phone_number=f"+1202555010{place}", display_name=name)
        numbers = [number async for number in client.active_numbers.list()]
        expected = Expectations(
            Expectation(number.phone_number, display_name=number.display_name if at % 9 else "A")
            for at, number in enumerate(numbers)
            if at % 50
        )
        for night in range(4):
            await audit(client, emergency=True, history=history)
            for number in numbers[night * 40 : night * 40 + 20]:
                await client.active_numbers.update(
                    number.phone_number, display_name=f"Night {night} {NAMES[night % 3]}"
                )
            for number in numbers[2000 + night * 9 : 2005 + night * 9]:
                if not number.is_released:
                    await client.active_numbers.release(number.phone_number)
            sandbox.project().add_active(phone_number=f"+1202555020{night}")
        report = await audit(
            client, emergency=True, expected=expected, history=history, waivers=waivers
        )
    await history.close()
    return report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Audit a sandbox of thousands, hostile names included."""
    with start_blocking_portal() as portal:
        return portal.call(_audit, tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where pictures go."""
    directory = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    print(f"screenshots: {directory}")
    return directory


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Return what opens a page, and fails in the end unless it was quiet."""
    noise: list[str] = []
    pages: list[tuple[Page, str]] = []

    def open_(found: Report | Reports, **options: Any) -> Page:
        file = io.BytesIO()
        write_html(found, file)
        path = tmp_path / "audit.html"
        path.write_bytes(file.getvalue())
        page = browser.new_context(**options).new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: noise.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: noise.append(f"error: {error}"))
        page.on("request", lambda request: noise.append(f"request: {request.url}"))
        page.goto(path.as_uri())
        pages.append((page, path.as_uri()))
        return page

    yield open_
    for page, address in pages:
        assert page.evaluate("window.hit") is None
        page.context.close()
        noise.remove(f"request: {address}")  # the page itself
    assert [] == noise


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen(
    size: Any, scheme: Any, report: Report, opened: Callable[..., Page], pictures: Path
) -> None:
    """
    Nothing is wider than the screen, every chart is there to be seen, and all can be read.
    """
    page = opened(report, viewport=size, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    page.screenshot(path=pictures / f"{size['width']}-{scheme}.png", full_page=True)

    assert size["width"] >= page.evaluate("document.documentElement.scrollWidth")
    charts = page.locator("svg[role=img]").all()
    assert len(charts) > 8
    boxes = [chart.bounding_box() for chart in charts]
    assert [] == [box for box in boxes if box is None or min(box["width"], box["height"]) < 20]
    assert [] == [box for box in boxes if box and box["x"] + box["width"] > size["width"]]
    seen, poor = page.evaluate(CONTRAST)
    assert seen > 500
    assert [] == poor


def test_dark_is_dark(report: Report, opened: Callable[..., Page]) -> None:
    """
    The page follows the reader's choice of colours.
    """
    background = "getComputedStyle(document.body).backgroundColor"
    light = opened(report, color_scheme="light").evaluate(background)
    dark = opened(report, color_scheme="dark").evaluate(background)

    def brightness(colour: str) -> int:
        return sum(int(channel) for channel in colour.strip("rgb()").split(","))

    assert brightness(light) > 600
    assert brightness(dark) < 120


def test_sums_are_those_of_the_report(report: Report, opened: Callable[..., Page]) -> None:
    """
    What is shown of each currency is what the report says, and the rows add up to it.
    """
    page = opened(report, viewport=DESK)
    tables = page.locator("#costs .currency").all()

    assert len(report.costs.totals) == len(tables) == 2
    for total, table in zip(report.costs.totals, tables, strict=True):
        cells = table.locator("tbody td:last-child data").all()
        amounts = [Decimal(cell.get_attribute("value") or "") for cell in cells]
        assert total.amount == sum(amounts)
        assert f"{total.amount:,.2f}" == table.locator("tfoot .sum").inner_text()
        assert f"{total.amount:,.2f}" == table.locator(".tally").inner_text()
        figure = page.locator(f".facts data[data-currency={total.currency_code}]")
        assert f"{total.currency_code} {total.amount:,.2f}" == figure.inner_text()
    assert f"{len(report.findings):,}" in page.locator(".facts").inner_text()
    tallies = page.locator(".rule .tally").all_inner_texts()
    assert len(report.findings) == sum(int(tally.replace(",", "")) for tally in tallies)


def test_tables_can_be_sorted_and_filtered(report: Report, opened: Callable[..., Page]) -> None:
    """
    By a click on a heading, up and down; and by what is typed.
    """
    page = opened(report, viewport=DESK)
    table = page.locator("#costs table").last
    head = table.get_by_role("button", name="USD")
    values = "els => els.map((el) => Number(el.value))"

    head.click()
    rising = table.locator("tbody td:last-child data").evaluate_all(values)
    head.click()
    falling = table.locator("tbody td:last-child data").evaluate_all(values)
    assert sorted(rising) == rising == falling[::-1]
    assert "descending" == table.locator("thead th").last.get_attribute("aria-sort")

    rule = page.locator(".rule").filter(has_text="Paid but unused")
    rule.get_by_role("searchbox").fill("555010")
    shown = rule.locator("tbody tr:visible")
    assert 0 < shown.count() < rule.locator("tbody tr").count()
    assert all("555010" in text for text in shown.all_inner_texts())


def test_it_is_whole_without_scripts(report: Report, opened: Callable[..., Page]) -> None:
    """
    Whoever lets none run reads the same.
    """
    page = opened(report, viewport=PHONE, java_script_enabled=False)

    assert report.findings[0].phone_number in page.locator("#rule-1").inner_text()
    page.get_by_text("By day").click()
    assert page.locator("table.days").is_visible()


def test_it_prints(report: Report, opened: Callable[..., Page], pictures: Path) -> None:
    """
    All rows, in light colors, with folded parts unfolded.
    """
    page = opened(report, viewport=DESK, color_scheme="dark")
    pdf = page.pdf(format="A4", path=pictures / "print.pdf")

    assert pdf.startswith(b"%PDF-")
    assert 2 <= _pages(pdf) <= 120
    page.emulate_media(media="print")
    assert "rgb(255, 255, 255)" == page.evaluate(
        "getComputedStyle(document.querySelector('.facts > div')).backgroundColor"
    )
    assert page.locator("nav").is_hidden()
    rows = page.locator("section .list tbody tr, section .sums tbody tr")
    assert (
        rows.count()
        == page.locator("section .list tbody tr:visible, section .sums tbody tr:visible").count()
    )


def _pages(pdf: bytes) -> int:
    found = pdf.count(b"/Type /Page\n") + pdf.count(b"/Type/Page/")
    for part in pdf.split(b"stream\n")[1:]:
        try:
            found += zlib.decompressobj().decompress(part).count(b"/Type /Page\n")
        except zlib.error:
            continue
    return found


def test_changes_are_those_of_the_report(report: Report, opened: Callable[..., Page]) -> None:
    """The section of changes counts and lists what the report has, escaped."""
    page = opened(report, viewport=DESK)
    changes = report.changes
    assert changes is not None
    assert changes.new
    assert changes.changed
    assert changes.added
    for title, found in (
        ("New findings", changes.new),
        ("Numbers added", changes.added),
        ("Numbers changed", changes.changed),
        ("Fixed", changes.fixed),
        ("Still open", changes.open),
    ):
        pill = page.locator("#changes .pills .pill").filter(has_text=f"{title}: ")
        assert ([f"{title}: {len(found):,}"] if found else []) == pill.all_inner_texts()
    shown = page.locator("#changes .card").filter(has_text="Numbers changed").last
    assert {one.phone_number for one in changes.changed} == set(
        shown.locator("td.number").all_inner_texts()
    )
    assert "<script>window.hit=1</script>" in shown.inner_text()


def test_trends_end_at_the_values_of_the_report(
    report: Report, opened: Callable[..., Page]
) -> None:
    """Each chart names its first and last value, and the last one is that of this audit."""
    page = opened(report, viewport=DESK)
    legend = " ".join(page.locator("#trend .legend li").all_inner_texts())
    for total in report.costs.totals:
        assert f"\u2192 {total.amount:,.2f}" in legend
    errors = report.count("error")
    assert f"\u2192 {errors:,}" in legend
    assert 5 == len(report.trend)
    points = page.locator("#trend polyline").first.get_attribute("points") or ""
    assert 5 == len(points.split())


def test_health_and_unchecked_parts_are_visible(
    report: Report, opened: Callable[..., Page]
) -> None:
    """The banner states the health; waived findings and checks that were not made are listed."""
    page = opened(report, viewport=PHONE)
    headline = report.health.headline
    banner = page.locator("header .health")
    assert headline.casefold() == banner.inner_text().casefold()
    assert [one.check for one in report.not_checked] == page.locator(
        "#not_checked dt"
    ).all_inner_texts()
    assert len(report.waived) == page.locator("#waived tbody tr").count() > 0
    assert page.locator(".rule").filter(has_text="Waiver expired").is_visible()


def test_several_projects_fit_as_well(
    report: Report, opened: Callable[..., Page], pictures: Path
) -> None:
    """
    With one that could not be audited among them.
    """
    failure = ProjectFailure("acme-dev", "AuthenticationError", "401: no", transient=False)
    found = Reports(
        projects=(report, failure, report), costs=report.costs, forecast=report.forecast
    )
    page = opened(found, viewport=PHONE)
    page.screenshot(path=pictures / "several.png")

    assert PHONE["width"] >= page.evaluate("document.documentElement.scrollWidth")
    assert page.get_by_text("Not every inventory is complete").is_visible()
    assert 2 == page.locator("article.project").count()


def test_a_hundred_thousand_findings_open(report: Report, opened: Callable[..., Page]) -> None:
    """
    The page shows some of them, and says how many more there are.
    """
    rule = report.rules[0]
    now = datetime.now(UTC)
    findings = tuple(
        Finding(
            rule=rule.id,
            severity=rule.severity,
            phone_number=f"+1202{place:07}",
            message="is wrong",
            advice="Put it right.",
        )
        for place in range(100_000)
    )
    page = opened(attrs.evolve(report, findings=findings, finished_at=now), viewport=DESK)

    assert page.get_by_text("and 99,750 more").is_visible()
    assert 250 == page.locator(".rule tbody td.number").count()
