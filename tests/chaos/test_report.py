"""The report of the chaos kit, and the pages that quote it. No design runs."""

import re
from pathlib import Path
from typing import Any

import attrs
import pytest
import report
from results import Record, Result

FLEET: dict[str, Any] = {
    "calls": 2_000,
    "twice": 0,
    "unreported": 0,
    "unknown": "0.05%",
    "seconds": 60.0,
    "load": 1.5,
}


def record(name: str, seed: int = 1, *breaches: str, **figures: Any) -> Record:
    return Record(name, seed, figures, list(breaches), "commit c, fingerprint f", "gate", 9e8)


def fleets(**figures: Any) -> list[Record]:
    """Return two fleets for each of two seeds; *figures* are those of the last one."""
    return [
        record("fleet/clients/shared/same", 1, **FLEET),
        record("fleet/clients/shared/same", 2, **FLEET),
        record("fleet/clients/none/same", 1, **FLEET | {"unknown": "15.5%"}),
        record("fleet/clients/none/same", 2, **FLEET | {"unknown": "16.6%"} | figures),
    ]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", report.QUOTES)
def test_a_page_quotes_the_figures_of_the_report(name: str) -> None:
    """README and docs have the figures of the report: ``python tests/chaos/run.py --quote``."""
    page, results = (report.ROOT / name, report.RESULTS)
    start = report.QUOTES[name]

    assert report.block(results.read_text(encoding="utf-8"), start) == report.block(
        page.read_text(encoding="utf-8"), start
    )


def test_the_report_is_complete() -> None:
    """The report is of a lane longer than the gate, with all seeds, and no promise is broken."""
    results = report.RESULTS.read_text(encoding="utf-8")

    assert "\n## Broken promises\n\nNone.\n" in results
    assert re.search(r"^- Lane: (medium|long)$", results, re.MULTILINE)
    assert re.search(r"^- Seeds: 0, 1(, 2, 3)?$", results, re.MULTILINE)
    assert "--only" not in results


def test_the_summary_counts_fleets_calls_and_outcomes() -> None:
    """The sentences that README quotes have the extremes of all fleets."""
    text = report.page([*fleets(), record("kills/rent/cli", kills=1_200)], "run")

    assert (
        "4 fleets of 2,000 calls, with 25 % of the rents and 10 % of the reads disturbed, rented "
        "no number twice and left none unreported. With a shared store, at most 0.05 % of the "
        "outcomes stayed unknown; without one, 15.50 to 16.60 %. After 1,200 kills by `kill -9`, "
        "every billed call was returned, or found by `recover`." in words(text)
    )


def test_no_unknown_outcome_is_said_in_words() -> None:
    """The summary has no share of 0 %."""
    known = [attrs.evolve(one, figures=one.figures | {"unknown": "0.00%"}) for one in fleets()]

    text = report.page([*known[:2], *fleets()[2:]], "run")

    assert "With a shared store, no outcome stayed unknown; without one, 15.50" in words(text)


def test_commits_with_the_same_code_share_its_fingerprint() -> None:
    """A run that was continued in another commit lists both; other code is listed apart."""
    found = [
        attrs.evolve(record("fleet/clients/none/same", **FLEET), code=code)
        for code in (
            "commit a, fingerprint 1",
            "commit b, fingerprint 1",
            "commit c, fingerprint 2",
        )
    ]

    assert "\n- Code: commit a, commit b, fingerprint 1; commit c, fingerprint 2\n" in report.page(
        found, "run"
    )


def test_broken_promises_are_named() -> None:
    """A broken promise is listed with its design and seed, and replaces the words of its row."""
    found = [
        *fleets(twice=1, unreported=2),
        record("kills/rent/cli", 3, "every billed operation is known after recovery", kills=5),
    ]

    text = report.page(found, "run")

    assert "rented 1 number twice and left 2 unreported" in words(text)
    assert "- kills/rent/cli, seed 3: every billed operation is known after recovery" in text
    assert "| 5 kills | promises broken by kills/rent/cli |" in text


def test_the_report_names_machine_load_code_and_command() -> None:
    """Above the figures is all that they depend on."""
    text = report.page([record("fleet/clients/shared/same", 1, **FLEET)], "python run.py")
    head = text.partition("\n## ")[0]

    assert "- Date: 1998-07-09 15:59 to 1998-07-09 16:00 UTC" in head
    assert re.search(r"^- Machine: .+, \d+ cores", head, re.MULTILINE)
    assert re.search(r"^- Python: \w+ 3\.\d+", head, re.MULTILINE)
    assert re.search(r"^- Packages: .*aiohttp \d", head, re.MULTILINE)
    assert "- Load: 1.5 to 1.5" in head
    assert "- Code: commit c, fingerprint f" in head
    assert "- Lane: gate" in head
    assert "- Seeds: 1" in head
    assert "- Command: `python run.py`" in head
    assert "- Duration: 60 s, 1 designs" in head


def test_each_kind_of_design_has_a_table_of_its_figures() -> None:
    """Designs that count different things have empty cells; counts by name are spelled out."""
    found = [
        record("plans/rent", changes=1_000, counts={"applied": 999, "failed": 1}),
        record("plans/order", changes=10, left=[]),
        record("exits/close", 0, close="6/6 20-30 ms"),
    ]

    lines = report.page(found, "run").splitlines()

    place = lines.index("### plans")
    assert [
        "| design | seed | changes | counts | left |",
        "|---|---|---|---|---|",
        "| plans/rent | 1 | 1,000 | applied 999, failed 1 |  |",
        "| plans/order | 1 | 10 |  |  |",
    ] == lines[place + 2 : place + 6]
    assert "| exits/close | 0 | 6/6 20-30 ms |" in lines


def test_a_block_ends_at_an_empty_line() -> None:
    """A quoted block is replaced up to the next empty line, and nothing else is."""
    page = "# P\n\nFigures: old\nand older\n\nEnd\n"

    assert "# P\n\nFigures: new\n\nEnd\n" == report.quote(page, "Figures:", "x\n\nFigures: new\n")


def test_a_missing_block_is_named() -> None:
    """A page without the block is an error, so that no figure is left out silently."""
    with pytest.raises(ValueError, match="Figures:"):
        report.quote("# P\n", "Figures:", "Figures: new\n")


def test_a_record_is_read_as_it_was_written() -> None:
    """A file of records keeps names, figures, broken promises, and the code measured."""
    one = record("plans/rent", 3, "it failed", counts={"applied": 1}, seconds=1.5)

    assert one == Record.read(one.line())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "lane", "expected"),
    [
        ("commit c, fingerprint f", "gate", ["broken", "new"]),
        ("commit d, fingerprint f", "gate", ["broken", "new"]),
        ("commit c, fingerprint g", "gate", ["kept", "broken", "new"]),
        ("commit c, fingerprint f", "long", ["kept", "broken", "new"]),
    ],
    ids=["same code", "same code in another commit", "other code", "another lane"],
)
def test_a_run_is_continued_from_its_records(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    lane: str,
    expected: list[str],
) -> None:
    """Designs run again if they broke a promise, or ran with other code or in another lane."""
    import run

    file = tmp_path / "records.jsonl"
    file.write_text(f"{record('kept').line()}\n{record('broken', 1, 'it failed').line()}\n")
    monkeypatch.setattr(run, "described", lambda: code)
    ran: list[str] = []

    def design(name: str) -> run.Design:
        def measure() -> Result:
            ran.append(name)
            return Result(name, 1)

        return run.Design(name, 1, measure)

    found = list(run._run_all(map(design, ["kept", "broken", "new"]), lane, file))

    assert expected == ran
    assert ["kept", "broken", "new"] == [one.name for one in found]
    assert [[]] * 3 == [one.breaches for one in found]
    assert 2 + len(expected) == len(file.read_text().splitlines())
