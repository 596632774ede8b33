"""Audit report as JSON objects: one per finding, plus a summary."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from sinch_numbers._core.serialization.jsonable import plain
from sinch_numbers.audit import Changes, Drift, Report, Reports
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._serializable import Names


def report_lines(found: Report | Reports, *, names: Names = "api") -> Iterator[Mapping[str, Any]]:
    """
    Yield an audit report as JSON objects, distinguished by ``kind``.

    There is a ``finding`` for each finding, a ``waived`` for each waived one, a ``difference`` for
    each number whose configuration differs, a ``change`` for each change since an earlier audit,
    and a ``summary`` of the project. With several projects each object names its
    project, a failed project has a ``failure`` instead, and a ``total`` comes last. Keys are
    named as *names* selects: ``phoneNumber``, or ``phone_number`` with ``"python"``.

    Args:
        found: The report of a project, or the reports of several.
        names: ``"api"`` for the API's keys, ``"python"`` for the names of attributes.

    Example::

        for line in report_lines(await audit(client)):
            print(line["kind"])
    """
    if isinstance(found, Report):
        yield from _of_project(found, {}, names)
        return
    project_id = key_of("project_id", names)
    for one in found.projects:
        if isinstance(one, Report):
            yield from _of_project(one, {project_id: one.project_id}, names)
        else:
            yield {"kind": "failure", **plain(one, names=names)}
    yield {"kind": "total", **plain(total(found, names), names=names)}


def summary(report: Report, names: Names) -> Mapping[str, object]:
    """Return *report* with counts in place of its findings."""
    kinds = [difference.kind for difference in report.differences]
    without_lists = attrs.evolve(
        report, rules=(), findings=(), differences=(), waived=(), changes=None
    )
    members = without_lists.to_dict(names=names)
    del members["rules"], members["counts"]
    changes = report.changes
    members["waived"] = len(report.waived)
    members["changes"] = None if changes is None else change_counts(changes, names)
    keys = [key_of(name, names) for name in ("project_id", "health", "not_checked")]
    first = {key: members.pop(key) for key in keys}
    return {
        **first,
        **members,
        "findings": _counts(report),
        "differences": {str(kind): kinds.count(kind) for kind in Drift if kind in kinds},
    }


def total(found: Reports, names: Names) -> Mapping[str, object]:
    """Return the totals over all projects of *found*."""
    return {
        "health": found.health,
        key_of("not_checked", names): found.not_checked,
        "projects": len(found.projects),
        "failed": len(found.failures),
        "complete": found.complete,
        "numbers": found.numbers,
        "findings": _counts(found),
        "costs": found.costs,
        "forecast": found.forecast,
    }


def key_of(name: str, names: Names) -> str:
    """Return the key of the field *name* in the form with *names*."""
    return wire_name(name) if names == "api" else name


def _of_project(
    report: Report, named: Mapping[str, str], names: Names
) -> Iterator[Mapping[str, Any]]:
    for finding in report.findings:
        yield {"kind": "finding", **named, **plain(finding, names=names)}
    for difference in report.differences:
        # The difference has a `kind` too, which must not replace the object's `kind`.
        members = plain(difference, names=names)
        yield {"kind": "difference", **named, "drift": members.pop("kind"), **members}
    for waived in report.waived:
        members = plain(waived, names=names)
        yield {"kind": "waived", **named, **members.pop("finding"), **members}
    for name, change in _changes(report.changes, names):
        yield {"kind": "change", **named, "change": name, **change}
    yield {"kind": "summary", **summary(report, names)}


def change_counts(changes: Changes, names: Names) -> Mapping[str, object]:
    """Return *changes* with counts in place of its lists of findings and numbers."""
    lists: Any = dict.fromkeys(changes.counts, ())
    members = attrs.evolve(changes, **lists).to_dict(names=names)
    left_out = [key_of(name, names) for name in lists]
    return {
        **{name: value for name, value in members.items() if name not in left_out},
        "counts": {key_of(name, names): count for name, count in changes.counts.items()},
    }


def _changes(changes: Changes | None, names: Names) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each change with its name, without the findings that are still open."""
    if changes is None:
        return
    for name, values in _lists(changes):
        for value in values:
            members = plain(value, names=names)
            # Of a finding with its age, both on one level.
            yield name, {**members.pop("finding", {}), **members}


def _lists(changes: Changes) -> Iterator[tuple[str, Iterable[object]]]:
    yield "finding-new", changes.new
    yield "finding-unwaived", changes.unwaived
    yield "finding-fixed", changes.fixed
    yield "finding-first-checked", changes.first_checked
    yield "number-added", changes.added
    yield "number-removed", changes.removed
    yield "number-changed", changes.changed


def _counts(found: Report | Reports) -> Mapping[str, int]:
    return {str(severity): count for severity, count in found.counts.items()}
