"""The command that exports all numbers of a project as one JSON file."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, Final

import attrs
import typer

from sinch_numbers._core import arguments
from sinch_numbers._core.serialization.jsonable import plain
from sinch_numbers.cli._shared import options, output_files, progress
from sinch_numbers.cli._shared.errors import ExitCode, fail
from sinch_numbers.cli._shared.output import StdoutFile
from sinch_numbers.cli._shared.problems import print_line
from sinch_numbers.cli._shared.session import Session, opened
from sinch_numbers.cli._shared.streams import flush_stdout
from sinch_numbers.exports import BinaryFile, write_json_array
from sinch_numbers.inventory import Completeness, CompletenessStatus, Inventory

commands = typer.Typer()

_READS: Final = 3
"""Times that the numbers are read, if they change meanwhile."""


@commands.command("export")
def export(
    context: typer.Context,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="A .json file (default: stdout, or -)."
        ),
    ] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=100, help="Maximum concurrent requests.")
    ] = 8,
    force: options.Force = False,
) -> None:
    """
    Export all numbers of the project as one JSON array, in the form of the API.

    The list is compared with the API's counts: an incomplete one is not written. Read-only and
    free of charge.
    """
    paths = [] if output is None else [output]
    rule = options.file_rule(context, force=force, files=paths)
    files = output_files.files(paths, {".json": None}, rule, context.obj.form)
    with opened(context) as session, ExitStack() as stack:
        written = stack.enter_context(output_files.opened(files))
        numbers = _read(session, concurrency)
        file: BinaryFile = written[0][1] if written else StdoutFile()
        write_json_array(numbers, file, indent=2)
        flush_stdout()
    if written:
        print_line(f"{len(numbers):,} numbers exported to {output}")


def _read(session: Session, concurrency: int) -> list[dict[str, Any]]:
    """Return all numbers, by phone number; exit if some are missing."""
    found = _Numbers()
    for _ in range(_READS):
        found = _Numbers()
        with progress.shown() as report_progress:
            session.run(found.read(session, concurrency, report_progress))
        if found.is_complete or found.completeness.status is not CompletenessStatus.CHANGED:
            break
    if not found.is_complete:
        fail(
            f"the export is incomplete, and was not written: {found.completeness.explanation}",
            ExitCode.OTHER,
            "incomplete",
            next_step="run the command again; sinch-numbers audit lists what could not be read",
        )
    return sorted(found.numbers, key=lambda number: str(number.get("phoneNumber")))


@attrs.define
class _Numbers:
    """One read of all numbers, in the form of the API."""

    numbers: list[dict[str, Any]] = attrs.field(factory=list)
    completeness: Completeness = attrs.field(init=False)
    """The comparison with the service's counts, set by `read`."""

    async def read(self, session: Session, concurrency: int, report_progress: Any) -> None:
        """Read all numbers; keep the JSON of numbers that the models reject."""
        inventory = Inventory(session.client, concurrency=concurrency)
        async for page in inventory.pages():
            self.numbers += [plain(number, names="api") for number in page.items]
            if report_progress is not None:
                report_progress("numbers", len(self.numbers), inventory.total_size)
        self.completeness = inventory.completeness
        for gap in self.completeness.gaps:
            raw = _decoded(gap.raw)
            number, project_id = raw.get("phoneNumber"), raw.get("projectId")
            is_ours = project_id == session.client.project_id
            if is_ours and isinstance(number, str) and arguments.is_phone_number(number):
                self.numbers.append(raw)

    @property
    def is_complete(self) -> bool:
        """Whether there are as many numbers as the service counts, and nothing changed."""
        counted = self.completeness
        return (
            counted.counted_before == counted.total_size == len(self.numbers)
            and not counted.moved
            and all(gap.is_item for gap in counted.gaps)
        )


def _decoded(raw: str | None) -> dict[str, Any]:
    """Return the object in *raw*; empty if *raw* is truncated or not an object."""
    try:
        found = json.loads(raw or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
