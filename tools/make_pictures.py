"""
Make the pictures in docs/images: ``python tools/make_pictures.py``.

Runs the README's audit at a pseudo-terminal, audits a sandbox for thirty nights, and takes
pictures of the terminal and of the pages in Chromium, which must be installed
(``apt-get install chromium``), at desktop and phone width, in dark mode, and as PDF.
The PDF and the pictures that the docs don't use go to the directory given by ``--all``.
"""

import argparse
import asyncio
import contextlib
import fcntl
import html
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import attrs
import pyte
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


def terminal_page() -> str:
    """Return a page that shows the README's audit at a terminal of 100 columns."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    command = [sys.executable, "-m", "sinch_numbers", "--sandbox", "audit"]
    environment = {**os.environ, "TERM": "xterm-256color", "HOME": tempfile.gettempdir()}
    with subprocess.Popen(command, stdout=terminal, stderr=terminal, env=environment):
        os.close(terminal)
        shown = b""
        with contextlib.suppress(OSError):  # raised at the end
            while piece := os.read(controller, 65_536):
                shown += piece
    screen = pyte.Screen(100, 30)
    pyte.ByteStream(screen).feed(shown)
    lines = ["$ sinch-numbers --sandbox audit"]
    for row in range(screen.cursor.y + 1):
        cells = (screen.buffer[row][column] for column in range(100))
        lines.append("".join(map(_cell, cells)))
    style = "background:#1e1e1e;color:#e4e4e4;font:15px/1.45 monospace;padding:16px;margin:0"
    body = "\n".join(lines).rstrip()
    return f'<body style="margin:0"><pre style="{style};width:max-content">{body}</pre>'


def _cell(cell: pyte.screens.Char) -> str:
    colors = {"default": "inherit", "red": "#ff8a80", "brown": "#ffd54f", "cyan": "#80deea"}
    color = colors.get(cell.fg, cell.fg if cell.fg.isalpha() else f"#{cell.fg}")
    weight = "bold" if cell.bold else "normal"
    text = html.escape(cell.data)
    if (color, weight) == ("inherit", "normal"):
        return text
    return f'<span style="color:{color};font-weight:{weight}">{text}</span>'


async def readme_report() -> Report:
    """Audit the sandbox of the README's first command."""
    async with Sandbox(numbers=3000, seed=7) as sandbox, sandbox.client() as client:
        return await audit(client)


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
        readme_file = Path(directory) / "readme.html"
        write_html(asyncio.run(readme_report()), readme_file)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 1180})
            page.goto(page_file.as_uri())
            page.screenshot(path=IMAGES / "what-changed.png")
            page.locator("#trend .trends").screenshot(path=IMAGES / "trend.png")
            page.goto(readme_file.as_uri())
            page.screenshot(path=IMAGES / "audit-report.png")
            page = browser.new_page(viewport={"width": 1000, "height": 700})
            page.set_content(terminal_page())
            page.locator("pre").screenshot(path=IMAGES / "audit-terminal.png")
            if others is not None:
                others.mkdir(parents=True, exist_ok=True)
                page = browser.new_page()
                page.goto(page_file.as_uri())
                page.pdf(path=others / "audit.pdf", format="A4")
                for name, size in (("desktop", DESK), ("phone", PHONE)):
                    for scheme in ("light", "dark"):
                        page = browser.new_page(viewport=size, color_scheme=scheme)
                        page.goto(page_file.as_uri())
                        page.screenshot(path=others / f"{name}-{scheme}.png", full_page=True)
            browser.close()


if __name__ == "__main__":
    main()
