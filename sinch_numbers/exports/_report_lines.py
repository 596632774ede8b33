"""Audit report as JSON objects: one per finding, plus a summary."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from sinch_numbers._core.serialization.jsonable import plain
from sinch_numbers.audit import Changes, Drift, Report, Reports


def report_lines(found: Report | Reports) -> Iterator[Mapping[str, Any]]:
    """
    Yield an audit report as JSON objects, distinguished by ``kind``.

    There is a ``finding`` for each finding, a ``waived`` for each waived one, a ``difference`` for
    each number whose configuration differs, a ``change`` for each change since an earlier audit,
    and a ``summary`` of the project. With several projects each object names its
    project, a failed project has a ``failure`` instead, and a ``total`` comes last.
    """
    if isinstance(found, Report):
        yield from _of_project(found, {})
        return
    for one in found.projects:
        if isinstance(one, Report):
            yield from _of_project(one, {"project_id": one.project_id})
        else:
            yield {"kind": "failure", **plain(one)}
    yield {"kind": "total", **total(found)}


def summary(report: Report) -> Mapping[str, object]:
    """Return *report* with counts in place of its findings."""
    kinds = [difference.kind for difference in report.differences]
    without_lists = attrs.evolve(
        report, rules=(), findings=(), differences=(), waived=(), changes=None
    )
    members = without_lists.to_dict(names="python")
    del members["rules"], members["counts"]
    members["waived"] = len(report.waived)
    members["changes"] = None if report.changes is None else change_counts(report.changes)
    first = {name: members.pop(name) for name in ("project_id", "health", "not_checked")}
    return {
        **first,
        **members,
        "findings": _counts(report),
        "differences": {str(kind): kinds.count(kind) for kind in Drift if kind in kinds},
    }


def total(found: Reports) -> Mapping[str, object]:
    """Return the totals over all projects of *found*."""
    return {
        "health": found.health,
        "not_checked": found.not_checked,
        "projects": len(found.projects),
        "failed": len(found.failures),
        "complete": found.complete,
        "numbers": found.numbers,
        "findings": _counts(found),
        "costs": found.costs,
        "forecast": found.forecast,
    }


def _of_project(report: Report, named: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    for finding in report.findings:
        yield {"kind": "finding", **named, **plain(finding)}
    for difference in report.differences:
        # The difference has a `kind` too, which must not replace the object's `kind`.
        members = plain(difference)
        yield {"kind": "difference", **named, "drift": members.pop("kind"), **members}
    for waived in report.waived:
        members = plain(waived)
        yield {"kind": "waived", **named, **members.pop("finding"), **members}
    for name, change in _changes(report.changes):
        yield {"kind": "change", **named, "change": name, **change}
    yield {"kind": "summary", **summary(report)}


def change_counts(changes: Changes) -> Mapping[str, object]:
    """Return *changes* with counts in place of its lists of findings and numbers."""
    lists: Any = dict.fromkeys(changes.counts, ())
    members = attrs.evolve(changes, **lists).to_dict(names="python")
    return {
        **{name: value for name, value in members.items() if name not in lists},
        "counts": changes.counts,
    }


def _changes(changes: Changes | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each change with its name, without the findings that are still open."""
    if changes is None:
        return
    for name, values in _lists(changes):
        for value in values:
            members = plain(value)
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
