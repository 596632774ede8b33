"""JSON export of an audit report, as one document or as JSON Lines."""

from collections.abc import Iterable, Mapping

from sinch_numbers._core.serialization.jsonable import line
from sinch_numbers.audit import Changes, ProjectFailure, Report, Reports, Rule
from sinch_numbers.exports._output import Destination, opened
from sinch_numbers.exports._report_lines import change_counts, report_lines, summary, total
from sinch_numbers.exports._rows import BinaryFile


def write_report_lines(
    found: Report | Reports,
    file: Destination,
    *,
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write an audit report to *file* as JSON Lines, as ``--json audit`` prints it.

    The ``kind`` of a line is ``finding``, ``waived``, ``difference``, ``change``, or ``summary``
    for the rest of a project; with several projects also ``failure``, and one ``total`` at the
    end.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*.
    """
    with opened(file, mode, force) as binary:
        for one in report_lines(found):
            binary.write(f"{line(one)}\n".encode())


def write_json(
    found: Report | Reports,
    file: Destination,
    *,
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write an audit report to *file* as one JSON document.

    A project has the keys of its summary, with these changes: ``counts`` has the number of
    findings by severity, ``rules`` the rules that were checked, ``changes`` all changes since an
    earlier audit, and ``findings``, ``waived`` and ``differences`` all entries, one per line.
    With several projects the document is their total, with a list ``projects``; a project that
    could not be audited has an ``error`` and nothing else. Amounts are strings, times are ISO
    8601 in UTC.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*.
    """
    with opened(file, mode, force) as binary:
        _write(found, binary)


def _write(found: Report | Reports, file: BinaryFile) -> None:
    if isinstance(found, Report):
        _write_report(found, file)
    else:
        members = dict(total(found))
        members["counts"] = members.pop("findings")
        del members["projects"]
        _write_members(members, file)
        file.write(b'"projects":[\n')
        for place, one in enumerate(found.projects):
            file.write(b",\n" if place else b"")
            _write_project(one, file)
        file.write(b"\n]\n}")
    file.write(b"\n")


def _write_project(project: Report | ProjectFailure, file: BinaryFile) -> None:
    if isinstance(project, Report):
        _write_report(project, file)
    else:
        file.write(line(project).encode())


def _write_report(report: Report, file: BinaryFile) -> None:
    members = dict(summary(report))
    members["counts"] = members.pop("findings")
    members["rules"] = [_rule(rule) for rule in report.rules]
    del members["differences"], members["waived"]
    del members["changes"]
    _write_members(members, file)
    _write_changes(report.changes, file)
    _write_list("waived", report.waived, file)
    file.write(b",\n")
    _write_list("differences", report.differences, file)
    file.write(b",\n")
    _write_list("findings", report.findings, file)
    file.write(b"\n}")


def _write_changes(changes: Changes | None, file: BinaryFile) -> None:
    if changes is None:
        file.write(b'"changes":null,\n')
        return
    file.write(b'"changes":')
    _write_members(change_counts(changes), file)
    for place, name in enumerate(changes.counts):
        file.write(b",\n" if place else b"")
        _write_list(name, getattr(changes, name), file)
    file.write(b"\n},\n")


def _write_members(members: Mapping[str, object], file: BinaryFile) -> None:
    file.write(b"{\n")
    for name, member in members.items():
        file.write(f"{line(name)}:{line(member)},\n".encode())


def _write_list(name: str, values: Iterable[object], file: BinaryFile) -> None:
    file.write(f"{line(name)}:[".encode())
    for place, value in enumerate(values):
        file.write(f"{',' if place else ''}\n{line(value)}".encode())
    file.write(b"\n]")


def _rule(rule: Rule) -> Mapping[str, object]:
    return {name: getattr(rule, name) for name in ("id", "severity", "title", "meaning", "advice")}
