"""SyncAuditHistory has the methods of its twin, and works without an event loop."""

import inspect
from pathlib import Path

import pytest

from sinch_numbers import SyncNumbersClient
from sinch_numbers.audit import AuditHistory
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sync import SyncAuditHistory, audit


def methods(cls: type) -> dict[str, list[tuple[str, object, object]]]:
    """Return name, kind and default of the parameters of each public method."""
    return {
        name: [(one.name, one.kind, one.default) for one in parameters.values()]
        for name, method in inspect.getmembers(cls, inspect.isfunction)
        if not name.startswith("_") or name == "__init__"
        for parameters in [inspect.signature(method).parameters]
    }


def test_methods_are_those_of_the_twin() -> None:
    """Each method has the same parameters; those that only an audit calls are left out."""
    ours, theirs = methods(SyncAuditHistory), methods(AuditHistory)
    assert {"record", "check", "baseline"} == theirs.keys() - ours.keys()
    assert {name: theirs[name] for name in ours} == ours


@pytest.mark.sandbox
def test_audits_are_stored_and_compared(tmp_path: Path) -> None:
    """A sync audit is stored, and its runs are listed, compared and pruned."""
    with (
        Sandbox(numbers=0, stock=0) as sandbox,
        SyncNumbersClient(**sandbox.client_arguments) as client,
        SyncAuditHistory(tmp_path / "audits.db") as history,
    ):
        sandbox.project().add_active(phone_number="+12025550101")
        audit(client, history=history.core)
        sandbox.project().add_active(phone_number="+12025550102")
        report = audit(client, history=history.core)

        assert report.changes is not None
        assert report.changes.counts == history.changes("sandbox", 1).counts
        assert ["+12025550102"] == [one.phone_number for one in report.changes.added]
        assert ("sandbox",) == history.projects()
        assert [2, 1] == [run.run for run in history.runs("sandbox")]
        assert 1 == len(history.findings("sandbox", 1))
        assert 1 == history.run("sandbox", 1).run
        assert 1 == history.prune("sandbox", keep=1)
        assert f"<SyncAuditHistory {tmp_path / 'audits.db'}>" == repr(history)
