"""Options of the audit that are about its history, and about accepted findings."""

from pathlib import Path
from typing import Annotated

import typer

from sinch_numbers.cli._shared.histories import RunName, run_name

Since = Annotated[
    RunName | None,
    typer.Option(
        "--since",
        parser=run_name,
        metavar="RUN",
        help="Compare with this run: its number, a date or time (UTC) for the last run up to "
        "then, or last (default).",
    ),
]
NoHistory = Annotated[
    bool,
    typer.Option("--no-history", help="Don't store this audit, and compare it with none."),
]
RetentionDays = Annotated[
    int | None,
    typer.Option(
        "--retention-days",
        min=1,
        max=36_500,
        help="Remove runs from the history that are older (default: keep all).",
    ),
]
WaiverFile = Annotated[
    Path | None,
    typer.Option(
        "--waivers",
        metavar="FILE",
        help="Accepted findings, as .toml: tables [[waivers]] with rule, number, reason, owner "
        "and expires. They are counted and listed apart.",
    ),
]
BaselineRun = Annotated[
    RunName | None,
    typer.Option(
        "--baseline",
        parser=run_name,
        metavar="RUN",
        help="Accept the findings of this run, named as for --since.",
    ),
]
