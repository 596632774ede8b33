"""JSON export of an audit report, as one document or as JSON Lines."""

from collections.abc import Iterable, Mapping

from sinch_numbers._core.serialization.jsonable import line
from sinch_numbers.audit import Changes, ProjectFailure, Report, Reports, Rule
from sinch_numbers.exports._output import Destination, opened
from sinch_numbers.exports._report_lines import change_counts, key_of, report_lines, summary, total
from sinch_numbers.exports._rows import BinaryFile
from sinch_numbers.models._serializable import Names


def write_report_lines(
    found: Report | Reports,
    file: Destination,
    *,
    names: Names = "api",
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write an audit report to *file* as JSON Lines, as ``audit --jsonl`` prints it.

    The ``kind`` of a line is ``finding``, ``waived``, ``difference``, ``change``, or ``summary``
    for the rest of a project; with several projects also ``failure``, and one ``total`` at the
    end. Keys are the API's, such as ``phoneNumber``; with *names* ``"python"`` they are as in
    Python.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*.

    Args:
        found: The report of a project, or the reports of several.
        file: An open binary file or a path.
        names: ``"api"`` for the API's keys, ``"python"`` for the names of attributes.
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        OutputFileError: The file cannot be written.

    Example::

        write_report_lines(await audit(client), "audit.jsonl")
    """
    with opened(file, mode, force) as binary:
        for one in report_lines(found, names=names):
            binary.write(f"{line(one, names=names)}\n".encode())


def write_json(
    found: Report | Reports,
    file: Destination,
    *,
    names: Names = "api",
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
    8601 in UTC. Keys are the API's, such as ``phoneNumber``; with *names* ``"python"`` they are
    as in Python.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*.

    Args:
        found: The report of a project, or the reports of several.
        file: An open binary file or a path.
        names: ``"api"`` for the API's keys, ``"python"`` for the names of attributes.
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        OutputFileError: The file cannot be written.

    Example::

        write_json(await audit(client), "audit.json")
    """
    with opened(file, mode, force) as binary:
        _Document(binary, names).write(found)


class _Document:
    """One JSON document, written piece by piece: a list may be long."""

    def __init__(self, file: BinaryFile, names: Names) -> None:
        self._file = file
        self._names: Names = names

    def write(self, found: Report | Reports) -> None:
        if isinstance(found, Report):
            self._report(found)
        else:
            members = dict(total(found, self._names))
            members["counts"] = members.pop("findings")
            del members["projects"]
            self._members(members)
            self._file.write(b'"projects":[\n')
            for place, one in enumerate(found.projects):
                self._file.write(b",\n" if place else b"")
                self._project(one)
            self._file.write(b"\n]\n}")
        self._file.write(b"\n")

    def _project(self, project: Report | ProjectFailure) -> None:
        if isinstance(project, Report):
            self._report(project)
        else:
            self._file.write(self._line(project).encode())

    def _report(self, report: Report) -> None:
        members = dict(summary(report, self._names))
        members["counts"] = members.pop("findings")
        members["rules"] = [_rule(rule) for rule in report.rules]
        del members["differences"], members["waived"], members["changes"]
        self._members(members)
        self._changes(report.changes)
        self._list("waived", report.waived)
        self._file.write(b",\n")
        self._list("differences", report.differences)
        self._file.write(b",\n")
        self._list("findings", report.findings)
        self._file.write(b"\n}")

    def _members(self, members: Mapping[str, object]) -> None:
        self._file.write(b"{\n")
        for name, member in members.items():
            self._file.write(f"{line(name)}:{self._line(member)},\n".encode())

    def _list(self, name: str, values: Iterable[object]) -> None:
        self._file.write(f"{line(name)}:[".encode())
        for place, value in enumerate(values):
            self._file.write(f"{',' if place else ''}\n{self._line(value)}".encode())
        self._file.write(b"\n]")

    def _changes(self, changes: Changes | None) -> None:
        if changes is None:
            self._file.write(b'"changes":null,\n')
            return
        self._file.write(b'"changes":')
        self._members(change_counts(changes, self._names))
        for place, name in enumerate(changes.counts):
            self._file.write(b",\n" if place else b"")
            self._list(key_of(name, self._names), getattr(changes, name))
        self._file.write(b"\n},\n")

    def _line(self, value: object) -> str:
        return line(value, names=self._names)


def _rule(rule: Rule) -> Mapping[str, object]:
    return {name: getattr(rule, name) for name in ("id", "severity", "title", "meaning", "advice")}
