"""
Make the pictures of audit pages in docs/images: ``python tools/make_pictures.py``.

Audits a sandbox for thirty nights, and takes pictures of the page in Chromium, which must be
installed (``apt-get install chromium``), at desktop and phone width, in dark mode, and as PDF.
The PDF and the pictures that the docs don't use go to the directory given by ``--all``.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import attrs
from playwright.sync_api import sync_playwright

from sinch_numbers.audit import AuditHistory, Report, Waiver, Waivers, audit
from sinch_numbers.exports import write_html
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._protocol.clock import Clock

IMAGES = Path(__file__).parents[1] / "docs" / "images"
START = datetime(2026, 3, 1, 2, tzinfo=UTC)
NIGHTS = 30
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
WAIVERS = Waivers(
    [
        Waiver(
            rule="unused",
            number="+1*",
            reason="reserved for the autumn campaign",
            owner="marketing",
            expires=date(2026, 10, 1),
        )
    ]
)


async def thirty_nights(directory: Path) -> Report:
    """Audit a project each night, with some changes between; return the last report."""
    clock, random = Clock(START, running=False), Random(7)
    history = AuditHistory(directory / "audits.db")
    async with Sandbox(numbers=600, seed=7, project_id="acme-prod", clock=clock) as sandbox:
        project = sandbox.project()
        for night in range(NIGHTS):
            async with sandbox.client() as client:
                report = await audit(client, now=clock.now(), history=history, waivers=WAIVERS)
                numbers = [one async for one in client.active_numbers.list()]
            for number in random.sample(numbers, 4):
                project.add_active(
                    phone_number=number.phone_number,
                    display_name=random.choice(["Front desk", "Lobby", "Dispatch", "Café Sol"]),
                    sms_configuration={"servicePlanId": random.choice(["", "plan-care"])},
                    callback_url=random.choice(["https://example.com", "http://example.com"]),
                )
            for place in range(random.randrange(4)):
                project.add_active(
                    phone_number=f"+1203555{night:02}{place:02}", display_name="New desk"
                )
            clock.advance(timedelta(days=1))
    await history.close()
    now, took = clock.now() - timedelta(days=1), report.finished_at - report.started_at
    return attrs.evolve(report, started_at=now, finished_at=now + took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="DIRECTORY", help="also for the others")
    others = parser.parse_args().all
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    with tempfile.TemporaryDirectory() as directory:
        page_file = Path(directory) / "audit.html"
        write_html(asyncio.run(thirty_nights(Path(directory))), page_file)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 1180})
            page.goto(page_file.as_uri())
            page.screenshot(path=IMAGES / "what-changed.png")
            page.locator("#trend .trends").screenshot(path=IMAGES / "trend.png")
            if others is not None:
                others.mkdir(parents=True, exist_ok=True)
                page.pdf(path=others / "audit.pdf", format="A4")
                for name, size in (("desktop", DESK), ("phone", PHONE)):
                    for scheme in ("light", "dark"):
                        page = browser.new_page(viewport=size, color_scheme=scheme)
                        page.goto(page_file.as_uri())
                        page.screenshot(path=others / f"{name}-{scheme}.png", full_page=True)
            browser.close()


if __name__ == "__main__":
    main()
