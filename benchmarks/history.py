"""The history of audits: processor time, peak memory and size of 100,000 and 1,000,000 numbers."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks._canned import canned_server
from benchmarks._measure import Comparison, Figures
from benchmarks._target import Target

SIZES = (100_000, 1_000_000)
AUDIT = "audit without history"
FIRST = "first night"
QUIET = "quiet night, with page"
BUSY = "1 % of the numbers changed, with page"
MASS = "all numbers changed, with page"
STEPS = {AUDIT: None, FIRST: 0, QUIET: 0, BUSY: 100, MASS: 1}
"""Each night, and the distance of the numbers that it changes."""

_SCRIPT = """
import asyncio, io, json, os, resource, sys, time
from datetime import UTC, datetime, timedelta
import attrs
from sinch_numbers import NumbersClient
from sinch_numbers.audit import DEFAULT_RULES, AuditHistory, AuditPlan
from sinch_numbers.exports import write_html
from sinch_numbers.inventory import Completeness
GIVEN = json.loads(sys.argv[1])
NOW = datetime(2030, 11, 1, tzinfo=UTC)
async def main():
    history = None if GIVEN["every"] is None else AuditHistory(GIVEN["file"])
    every, night = GIVEN["every"], GIVEN["night"]
    plan = AuditPlan(DEFAULT_RULES, now=NOW + timedelta(days=night), states=history is not None)
    tally = plan.begin()
    async with NumbersClient(
        GIVEN["project"], "key", "secret", numbers_url=GIVEN["url"], auth_url=GIVEN["url"]
    ) as client:
        index = 0
        async for number in client.active_numbers.list(page_size=1000):
            if every and index % every == 0:
                number = attrs.evolve(number, display_name=f"Night {night} {index % 50}")
            plan.look(number, tally)
            index += 1
    complete = Completeness(counted_before=index, total_size=index, read=index)
    report = plan.report(
        tally, project_id="benchmark", started_at=NOW + timedelta(days=night),
        finished_at=NOW + timedelta(days=night), completeness=complete,
    )
    found = {}
    if history is not None:
        began = time.process_time()
        report = await history.record(report, tally.states, at=NOW + timedelta(days=night))
        found = {"record": time.process_time() - began, "changed": len(report.changes.changed)}
        found["size"] = (await history.runs("benchmark", limit=1))[0].size
        await history.close()
    if night > 1:
        began = time.process_time()
        page = io.BytesIO()
        write_html(report, page)
        found |= {"page": time.process_time() - began, "page_size": len(page.getvalue())}
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) / 1024 for line in status if line[:6] == "VmHWM:")
    print(json.dumps({**found, "cpu": time.process_time(), "peak": peak,
                      "findings": len(report.findings)}))
asyncio.run(main())
"""


def run(rounds: int, inventories: Sequence[str]) -> list[Comparison]:
    """Measure on each inventory, and return the comparisons; each night is measured once."""
    del rounds
    with canned_server() as target:
        return [
            comparison
            for inventory in inventories
            for numbers in SIZES
            for comparison in _run(replace(target, inventory=inventory, numbers=numbers))
        ]


def _run(target: Target) -> list[Comparison]:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "audits.db"
        found = {
            name: _night(target, file, night, every)
            for night, (name, every) in enumerate(STEPS.items())
        }
        size = sum(path.stat().st_size for path in Path(directory).iterdir()) / 2**20
    where = f"history, {target.numbers:,} {target.inventory} numbers"
    notes = (
        "less is better; each night is a process, whose peak is compared with that of the audit",
        f"{found[AUDIT]['findings']:,.0f} findings; all files together take {size:,.0f} MiB",
    )
    audit = found[AUDIT]
    tables = {
        ("seconds of the processor, in total", "s"): {k: v["cpu"] for k, v in found.items()},
        ("seconds of the processor, to compare and store", "s"): _of(found, "record", 1),
        ("seconds of the processor, for the page", "s"): _of(found, "page", 1),
        ("peak memory above the audit", "MiB"): {
            name: one["peak"] - audit["peak"] for name, one in found.items() if one is not audit
        },
        ("peak memory in total", "MiB"): {k: v["peak"] for k, v in found.items()},
        ("size of the run", "MiB"): _of(found, "size", 2**20),
        ("size of the page", "MiB"): _of(found, "page_size", 2**20),
    }
    return [
        Comparison(
            "history",
            f"{where}: {title}",
            unit,
            tuple(Figures(name, (value,)) for name, value in values.items()),
            "",
            notes,
            per="",
            inventory=target.inventory,
        )
        for (title, unit), values in tables.items()
    ]


def _of(found: dict[str, dict[str, float]], key: str, unit: int) -> dict[str, float]:
    return {name: one[key] / unit for name, one in found.items() if key in one}


def _night(target: Target, file: Path, night: int, every: int | None) -> dict[str, float]:
    given = {
        "project": target.project_id,
        "url": target.url,
        "file": str(file),
        "night": night,
        "every": every,
    }
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, json.dumps(given)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result
