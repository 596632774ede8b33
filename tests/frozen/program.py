"""A program to be frozen: with arguments the command line, else one line for each part it used."""

import asyncio
import io
import sys
import tempfile
from pathlib import Path

from sinch_numbers import NumbersClient, SyncNumbersClient
from sinch_numbers.sandbox import Sandbox


async def main():
    async with Sandbox(numbers=3, stock=40) as sandbox:
        where = {
            "numbers_url": sandbox.url,
            "imported_numbers_url": sandbox.imported_url,
            "auth_url": sandbox.auth_url,
        }
        key = ("sandbox", "sandbox", "sandbox")
        with tempfile.TemporaryDirectory() as home:
            async with NumbersClient(*key, **where, store=Path(home) / "store.db") as client:
                await use(client)
        await asyncio.to_thread(use_sync, SyncNumbersClient(*key, **where))


async def use(client):
    print("listed", len([one async for one in client.active_numbers.list()]))
    rented = await client.available_numbers.rent_first(region_code="US", type="LOCAL")
    print("rented", rented.phone_number[:2])
    print("imported", len([one async for one in client.imported_numbers.list()]) >= 0)

    import sinch_numbers

    report = await sinch_numbers.audit.audit(client)
    print("audited", report.numbers)

    from sinch_numbers.exports import FINDINGS, write_csv, write_html

    page, table = io.BytesIO(), io.BytesIO()
    write_html(report, page)
    write_csv(report.findings, table, FINDINGS)
    print("exported", b"</html>" in page.getvalue(), len(table.getvalue()) > 10)


def use_sync(client):
    with client:
        print("sync", len(list(client.active_numbers.list())))


if len(sys.argv) > 1:
    from sinch_numbers.cli import main as command_line

    sys.exit(command_line())
asyncio.run(main())
