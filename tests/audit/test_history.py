"""The history of audits: what is new, fixed and still open, and which numbers changed."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest
from nights import PROJECT, audited, night, number, unused
from products import every

from sinch_numbers import ActiveNumber
from sinch_numbers.audit import (
    DEFAULT_RULES,
    UNUSED,
    AuditAccumulator,
    AuditHistory,
    AuditPlan,
    Changes,
    FieldChange,
    Message,
    NumberChange,
    Rule,
    Severity,
    Waiver,
    Waivers,
    audit,
)
from sinch_numbers.audit._history import tables
from sinch_numbers.audit._sorted_lines import SortedLines, line_of
from sinch_numbers.errors import InvalidArgumentError, StoreError
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.anyio

ONE, OTHER = "+12025550000", "+12025550001"
both_databases = pytest.mark.parametrize(
    "where",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.postgres])],
    indirect=True,
)


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if getattr(request, "param", "sqlite") == "sqlite":
        return tmp_path / "audits.db"
    return request.getfixturevalue("postgres_dsn")


@pytest.fixture
def open_history(where: Any) -> Callable[..., AuditHistory]:
    return lambda **settings: AuditHistory(where, **settings)


@pytest.fixture
async def history(open_history: Callable[..., AuditHistory]) -> AsyncIterator[AuditHistory]:
    history = open_history()
    yield history
    await history.close()


def numbers_of(found: tuple[Any, ...]) -> list[str]:
    return [getattr(one, "finding", one).phone_number for one in found]


def counts(changes: Changes | None) -> dict[str, int]:
    assert changes is not None
    return {name: count for name, count in changes.counts.items() if count}


async def test_the_first_audit_is_not_compared(history: AuditHistory) -> None:
    """The first complete audit of a project has no changes, and says why."""
    report = await audited(history, night(0), [unused()])

    assert report.changes is not None
    assert report.changes.since is None
    assert "this is the first complete audit in the history" == report.changes.reason
    assert {} == counts(report.changes)
    assert not report.changes.is_empty
    assert [1] == [run.run for run in report.trend]


@both_databases
async def test_findings_are_new_open_and_fixed(history: AuditHistory) -> None:
    """A finding is new once, then open with the time of its first report, then fixed once."""
    seen = []
    for day, numbers in enumerate(
        ([number()], [unused()], [unused()], [number()], [number()], [unused()])
    ):
        changes = (await audited(history, night(day), numbers)).changes
        assert changes is not None
        seen.append(
            (
                numbers_of(changes.new),
                [(one.finding.rule, one.first_seen) for one in changes.open],
                [(one.finding.rule, one.first_seen) for one in changes.fixed],
            )
        )

    nothing = ([], [], [])
    assert [
        nothing,
        ([ONE], [], []),
        ([], [("unused", night(1))], []),
        ([], [], [("unused", night(1))]),
        nothing,
        ([ONE], [], []),
    ] == seen


async def test_numbers_are_added_removed_and_changed(history: AuditHistory) -> None:
    """Numbers that differ are reported with their fields before and after."""
    await audited(history, night(0), [number(0), number(1)])
    renamed = number(1, displayName="Lobby", smsConfiguration={"servicePlanId": "other"})
    report = await audited(history, night(1), [renamed, number(2)], rules=())

    changes = report.changes
    assert changes is not None
    assert ["+12025550002"] == [one.phone_number for one in changes.added]
    assert [ONE] == [one.phone_number for one in changes.removed]
    assert "USD 0.5" == changes.removed[0].price
    expected = (
        FieldChange("display_name", "Desk 1", "Lobby"),
        FieldChange("service_plan_id", "plan", "other"),
        FieldChange("campaign_id", "C1", None),
    )
    assert (NumberChange(OTHER, expected),) == changes.changed
    assert "campaign_id: 'C1' -> empty" == str(expected[2])


def _job(status: str) -> dict[str, Any]:
    job = {"servicePlanId": "next", "campaignId": "C2", "status": status}
    return {"smsConfiguration": {"servicePlanId": "plan", "scheduledProvisioning": job}}


CHANGED_FIELDS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "name": ({}, {"displayName": None}, "display_name"),
    "region": ({}, {"regionCode": "CA"}, "region_code"),
    "type": ({}, {"type": "NEW_TYPE"}, "type"),
    "capability": ({}, {"capability": ["SMS"]}, "capability"),
    "price": ({}, {"money": {"currencyCode": "USD", "amount": "0.51"}}, "price"),
    "currency": ({}, {"money": {"currencyCode": "EUR", "amount": "0.50"}}, "price"),
    "interval": ({}, {"paymentIntervalMonths": 3}, "payment_interval_months"),
    "release": ({}, {"expireAt": "2026-04-01T00:00:00Z"}, "expire_at"),
    "plan": ({}, {"smsConfiguration": {"servicePlanId": "b", "campaignId": "C1"}},
             "service_plan_id"),
    "campaign": ({}, {"smsConfiguration": {"servicePlanId": "plan"}}, "campaign_id"),
    "job": (_job("WAITING"), _job("FAILED"), "sms_provisioning"),
    "voice": ({}, {"voiceConfiguration": {"type": "RTC", "appId": "b"}}, "voice_target"),
    "callback": ({}, {"callbackUrl": "https://example.com/numbers?key=new"}, "callback_url"),
}  # fmt: skip


@every("before, after, field", CHANGED_FIELDS.values())
async def test_each_field_is_compared(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any], field: str
) -> None:
    """A change of any one field that an operator can set is reported with its name."""
    history = AuditHistory(tmp_path / f"{field}{len(str(after))}.db")
    await audited(history, night(0), [number(**before)])
    changes = (await audited(history, night(1), [number(**after)])).changes
    await history.close()

    assert changes is not None
    assert [[field]] == [[one.field for one in change.fields] for change in changes.changed]


SAME: list[dict[str, Any]] = [
    {"nextChargeDate": "2026-05-14T00:00:00Z"},
    {"money": {"currencyCode": "USD", "amount": "0.5000"}},
    {"capability": ["VOICE", "SMS"]},
    {"voiceConfiguration": {
        "type": "RTC", "appId": "app", "lastUpdatedTime": "2026-03-14T00:00:00Z"}},
    {"newField": 1},
]  # fmt: skip


@every("wire", SAME)
async def test_equal_states_are_no_change(tmp_path: Path, wire: dict[str, Any]) -> None:
    """The next charge, the order of a set, and digits without a value are no changes."""
    history = AuditHistory(tmp_path / f"{SAME.index(wire)}.db")
    await audited(history, night(0), [number()])
    changes = (await audited(history, night(1), [number(**wire)])).changes
    await history.close()

    assert changes is not None
    assert changes.is_empty


async def test_cost_differences_are_exact(history: AuditHistory) -> None:
    """The cost difference is exact for each currency, and for each region and type."""
    euro = {"money": {"currencyCode": "EUR", "amount": "3.10"}, "regionCode": "SE"}
    await audited(history, night(0), [number(0), number(1), number(2, **euro)])
    dearer = {"money": {"currencyCode": "USD", "amount": "0.80"}}
    changes = (await audited(history, night(1), [number(0), number(1, **dearer)])).changes

    assert changes is not None
    assert [("EUR", Decimal("-3.10")), ("USD", Decimal("0.30"))] == [
        (one.currency_code, one.difference) for one in changes.costs
    ]
    assert [("EUR", "SE", "LOCAL"), ("USD", "US", "LOCAL")] == [
        (one.currency_code, one.region_code, one.type) for one in changes.cost_lines
    ]


async def test_a_number_that_changes_back_is_reported_twice(history: AuditHistory) -> None:
    """A change and its reversal are reported on their nights, and cancel out over both."""
    for day, name in enumerate(("Desk", "Lobby", "Desk")):
        report = await audited(history, night(day), [number(displayName=name)])
        assert report.changes is not None
        assert (day > 0) == bool(report.changes.changed)

    assert (await history.changes(PROJECT, 1, 3)).is_empty
    assert 1 == len((await history.changes(PROJECT, 1, 2)).changed)


async def test_findings_of_a_disabled_rule_are_not_fixed(history: AuditHistory) -> None:
    """A finding whose rule was off is neither fixed nor new when the rule is on again."""
    without = [rule for rule in DEFAULT_RULES if rule.id != "unused"]
    await audited(history, night(0), [unused(0), unused(1)])
    off = (await audited(history, night(1), [unused(0)], rules=without)).changes
    on = (await audited(history, night(2), [unused(0)])).changes

    assert off is not None
    assert on is not None
    assert ("unused",) == off.unchecked_rules
    assert [OTHER] == numbers_of(off.fixed)  # of a number that is gone
    assert {"fixed": 1, "removed": 1} == counts(off)
    assert [(ONE, night(0))] == [(one.finding.phone_number, one.first_seen) for one in on.open]
    assert {"open": 1} == counts(on)


async def test_findings_of_a_new_rule_are_not_new(history: AuditHistory) -> None:
    """Findings of a rule that the earlier audit did not check are listed apart."""
    await audited(history, night(0), [unused()], rules=())
    changes = (await audited(history, night(1), [unused()])).changes

    assert {"first_checked": 1} == counts(changes)


async def test_findings_of_a_failed_rule_are_not_fixed(history: AuditHistory) -> None:
    """A rule that raised an exception did not check all numbers: its findings are kept."""

    def failing(_number: ActiveNumber, _now: object) -> list[str]:
        raise KeyError

    broken = attrs.evolve(UNUSED, check=failing)
    await audited(history, night(0), [unused()], rules=[UNUSED])
    failed = (await audited(history, night(1), [unused()], rules=[broken])).changes
    again = (await audited(history, night(2), [unused()], rules=[UNUSED])).changes

    assert failed is not None
    assert ["rule-failed"] == [one.rule for one in failed.new]
    assert {"new": 1} == counts(failed)
    assert {"open": 1, "fixed": 1} == counts(again)


async def test_equal_findings_of_a_number_are_counted(history: AuditHistory) -> None:
    """Of several findings with the same cause, each one is compared."""

    def repeated(one: ActiveNumber, _now: object) -> list[Message]:
        return [Message("again", cause="same")] * len(one.display_name or "")

    rule = Rule(
        id="repeated", severity=Severity.INFO, title="", meaning="", advice="", check=repeated
    )
    names = ("aa", "aaa", "a")
    found = [
        counts(
            (await audited(history, night(day), [number(displayName=name)], rules=[rule])).changes
        )
        for day, name in enumerate(names)
    ]
    assert [
        {},
        {"new": 1, "open": 2, "changed": 1},
        {"fixed": 2, "open": 1, "changed": 1},
    ] == found


async def test_waivers_neither_fix_nor_add_findings(history: AuditHistory) -> None:
    """A waived finding is not fixed; when the waiver ends, it is listed as unwaived."""
    waivers = Waivers([Waiver(rule="unused", reason="reserved")])
    await audited(history, night(0), [unused()])
    waived = await audited(history, night(1), [unused(0), unused(1)], waivers=waivers)
    ended = await audited(history, night(2), [unused(0), unused(1)])

    assert {"added": 1} == counts(waived.changes)
    assert [ONE, OTHER] == numbers_of(waived.waived)
    assert {"unwaived": 2} == counts(ended.changes)
    assert ended.changes is not None
    assert [night(0), night(1)] == [one.first_seen for one in ended.changes.unwaived]
    assert 2 == len(ended.changes.new_at_least("warning"))


@both_databases
async def test_incomplete_audits_are_never_compared(history: AuditHistory) -> None:
    """An incomplete audit is listed, not compared, and skipped by the next complete one."""
    await audited(history, night(0), [unused(0), number(1)])
    partial = await audited(history, night(1), [number(1)], complete=False)
    after = await audited(history, night(2), [unused(0), number(1)])

    assert partial.changes is not None
    assert partial.changes.since is None
    assert "this audit is not compared: the inventory is incomplete" in str(partial.changes.reason)
    assert {"open": 1} == counts(after.changes)
    assert after.changes is not None
    assert [2] == [run.run for run in after.changes.incomplete]
    assert [(3, True), (2, False), (1, True)] == [
        (run.run, run.complete) for run in await history.runs(PROJECT)
    ]
    with pytest.raises(
        InvalidArgumentError, match="a complete run of project acme: the first one is run 1"
    ):
        await history.changes(PROJECT, 2)


async def test_runs_are_ordered_by_their_number_not_by_the_clock(history: AuditHistory) -> None:
    """A clock that goes back changes neither the order of runs nor what is compared."""
    await audited(history, night(5), [number()])
    report = await audited(history, night(1), [unused()])

    assert report.changes is not None
    assert report.changes.since is not None
    assert 1 == report.changes.since.run
    assert [ONE] == numbers_of(report.changes.new)
    assert 2 == (await history.run(PROJECT)).run
    assert 2 == (await history.run(PROJECT, night(2))).run


@both_databases
async def test_audits_at_the_same_time_report_a_change_once(
    history: AuditHistory, open_history: Callable[..., AuditHistory]
) -> None:
    """Of audits that are stored at the same time, one reports a change, the others find it."""
    await audited(history, night(0), [number()])
    others = [history, open_history(), open_history()]
    reports = await asyncio.gather(
        *(
            audited(one, night(1) + timedelta(minutes=minute), [unused(displayName="Lobby")])
            for minute, one in enumerate(others)
        )
    )
    for one in others[1:]:
        await one.close()

    found = sorted((counts(report.changes) for report in reports), key=len)
    assert [{"open": 1}, {"open": 1}, {"new": 1, "changed": 1}] == found
    assert [4, 3, 2, 1] == [run.run for run in await history.runs(PROJECT)]


async def test_an_audit_stored_while_another_begins_reports_the_change(
    history: AuditHistory,
    open_history: Callable[..., AuditHistory],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other one finds it open: it is compared with the run that it follows."""
    await audited(history, night(0), [number()])
    other = open_history()
    found = history._before

    async def late(*given: Any) -> Any:
        monkeypatch.undo()
        before = await found(*given)
        first.append(await audited(other, night(1), [unused(displayName="Lobby")]))
        return before

    first: list[Any] = []
    monkeypatch.setattr(history, "_before", late)
    second = await audited(history, night(1) + timedelta(minutes=1), [unused(displayName="Lobby")])
    await other.close()

    assert {"new": 1, "changed": 1} == counts(first[0].changes)
    assert {"open": 1} == counts(second.changes)


async def test_projects_are_apart(history: AuditHistory) -> None:
    """Runs of another project are neither compared nor counted."""
    await audited(history, night(0), [unused(0)])
    other = await audited(history, night(1), [unused(1)], project="other")

    assert other.changes is not None
    assert other.changes.since is None
    assert [1] == [run.run for run in await history.runs("other")]
    assert ("acme", "other") == await history.projects()
    assert [ONE] == numbers_of(await history.findings(PROJECT))


def a_week(seed: int) -> list[list[ActiveNumber]]:
    """Return the numbers of ten nights, with many random changes from night to night."""
    random = Random(seed)
    present: dict[int, ActiveNumber] = {}
    nights = []
    for _ in range(10):
        for index in random.sample(range(60), 25):
            make = random.choice((number, unused))
            present[index] = make(index, displayName=random.choice("abc"))
            if random.random() < 0.3:
                del present[index]
        nights.append(list(present.values()))
    return nights


@both_databases
async def test_any_two_runs_can_be_compared(history: AuditHistory) -> None:
    """Two stored runs differ as two audits of their numbers do, also after runs were removed."""
    nights = a_week(7)
    for day, numbers in enumerate(nights):
        await audited(history, night(day), numbers)
    assert any(run.is_full for run in await history._runs(PROJECT) if run.number > 1)

    async def check(first: int) -> None:
        for before in range(first, 11):
            for after in range(before, 11, 3):
                found = await history.changes(PROJECT, before, after)
                old = {one.phone_number: one for one in nights[before - 1]}
                new = {one.phone_number: one for one in nights[after - 1]}
                assert sorted(new.keys() - old) == [one.phone_number for one in found.added]
                assert sorted(old.keys() - new) == [one.phone_number for one in found.removed]
                assert sorted(one for one in old.keys() & new if old[one] != new[one]) == [
                    one.phone_number for one in found.changed
                ]

    await check(1)
    assert 4 == await history.prune(PROJECT, keep=6)
    await check(5)
    assert 3 == await history.prune(PROJECT, before=night(7))
    await check(8)
    assert 0 == await history.prune(PROJECT, keep=3)


async def test_the_latest_run_is_kept(history: AuditHistory) -> None:
    """Pruning by a time after all runs keeps the latest one, which the next audit needs."""
    for day in range(3):
        await audited(history, night(day), [unused()])
    assert 2 == await history.prune(PROJECT, before=night(100))
    assert {"open": 1} == counts((await audited(history, night(3), [unused()])).changes)


async def test_retention_removes_old_runs(open_history: Callable[..., AuditHistory]) -> None:
    """With a retention, audits remove runs that are older, a tenth later at the latest."""
    history = open_history(retention=timedelta(days=10))
    for day in range(25):
        await audited(history, night(day), [number(displayName=str(day))])
        oldest = (await history.runs(PROJECT))[-1]
        assert night(day) - oldest.started_at <= timedelta(days=11)
    assert 1 < oldest.run
    await history.close()


async def test_since_names_a_run_or_a_time(history: AuditHistory) -> None:
    """An audit is compared with the run of a number, or with the last one before a time."""
    for day, name in enumerate("abc"):
        await audited(history, night(day), [number(displayName=name)])
    for day, since, before in (
        (3, 1, "a"),
        (4, night(1) + timedelta(hours=1), "b"),
        (5, "last", "d"),
    ):
        name = "de"[day == 5]
        report = await audited(history, night(day), [unused(displayName=name)], since=since)
        assert report.changes is not None
        assert FieldChange("display_name", before, name) == report.changes.changed[0].fields[0]
        found = report.changes.new or report.changes.open
        assert "Link the number" in getattr(found[0], "finding", found[0]).advice


SELECTORS: list[Any] = [0, -1, True, "first", 1.0, night(0).replace(tzinfo=None), 9, night(-1)]


@every("selector", SELECTORS)
async def test_missing_runs_are_rejected(tmp_path: Path, selector: Any) -> None:
    """A run that does not exist, or anything that names none, is rejected with the runs."""
    history = AuditHistory(tmp_path / f"{SELECTORS.index(selector)}.db")
    await audited(history, night(0), [number()])
    with pytest.raises(InvalidArgumentError) as caught:
        await history.changes(PROJECT, selector)
    await history.close()
    assert "since" == caught.value.argument


@pytest.mark.sandbox
async def test_an_unknown_run_is_rejected_before_a_request(
    history: AuditHistory, sandbox: Sandbox, client: Any
) -> None:
    """An audit against a run that does not exist sends nothing."""
    before = len(sandbox.calls)
    for arguments in ({"since": 3}, {"baseline": 3}, {"baseline": "last"}):
        with pytest.raises(InvalidArgumentError, match="which has none"):
            await audit(client, history=history, **arguments)
    for arguments in ({"since": 3}, {"baseline": 3}):
        with pytest.raises(InvalidArgumentError, match="a history that has this run"):
            await audit(client, **arguments)
    assert before == len(sandbox.calls)


async def test_a_resumed_audit_is_stored_once(history: AuditHistory) -> None:
    """An audit whose report was lost, and that is resumed, has the changes that it had."""
    await audited(history, night(0), [number()])
    first = await audited(history, night(1), [unused()])
    again = await audited(history, night(1), [unused()])

    assert first.changes == again.changes
    assert 2 == len(await history.runs(PROJECT))


async def test_a_baseline_waives_the_findings_of_a_run(history: AuditHistory) -> None:
    """Findings of the baseline are waived, with the run as the reason; later ones are not."""
    await audited(history, night(0), [unused(0), number(1)])
    report = await audited(history, night(1), [unused(0), unused(1)], baseline=1)

    assert [OTHER] == numbers_of(report.findings)
    assert [ONE] == numbers_of(report.waived)
    assert "in the baseline, run 1 of 2026-03-14" == report.waived[0].reason
    assert {"new": 1, "changed": 1} == counts(report.changes)


async def test_quiet_nights_take_no_space(history: AuditHistory) -> None:
    """A run takes space for what differs, not for what is equal."""
    numbers = [unused(index) for index in range(400)]
    for day in range(4):
        await audited(history, night(day), numbers)
    changed = [unused(index, displayName=f"New {index}") for index in range(10)]
    await audited(history, night(4), [*changed, *numbers[10:]])

    small, *quiet, full = [run.size for run in await history.runs(PROJECT)]
    assert [0, 0, 0] == quiet
    assert 0 < small < 1000 < full


async def test_secrets_of_urls_are_not_stored(history: AuditHistory, where: Path) -> None:
    """User information and query of callback URLs are not in the history, changes of them are."""
    for day, secret in enumerate(("swordfish", "barracuda")):
        url = f"https://user:{secret}@example.com/numbers?key={secret}"
        report = await audited(history, night(day), [number(callbackUrl=url)])
    lines = [
        line async for line in await history._lines((await history._runs(PROJECT))[0], "numbers")
    ]

    assert report.changes is not None
    (field,) = report.changes.changed[0].fields
    assert "callback_url" == field.field
    assert b"https://example.com/numbers#" in lines[0]
    assert b"swordfish" not in lines[0]
    assert b"barracuda" not in lines[0]


async def test_a_history_of_a_newer_version_is_rejected(
    history: AuditHistory, open_history: Callable[..., AuditHistory], where: Path
) -> None:
    """A history whose tables need newer code raises a `StoreError`, and is unchanged."""
    await audited(history, night(0), [number()])
    await history.close()
    with closing(sqlite3.connect(where)) as file, file:
        file.execute("UPDATE sinch_schemas SET version = 9, min_writer_version = 9")
    file.close()
    with pytest.raises(StoreError, match="'audit_history' has version 9 and requires code"):
        await audited(open_history(), night(1), [number()])


async def test_damaged_blocks_are_rejected(
    history: AuditHistory, open_history: Callable[..., AuditHistory], where: Path
) -> None:
    """A block that cannot be decompressed raises a `StoreError`."""
    await audited(history, night(0), [number()])
    await history.close()
    with closing(sqlite3.connect(where)) as file, file:
        file.execute("UPDATE sinch_audit_blocks SET data = x'00'")
    file.close()
    other = open_history()
    with pytest.raises(StoreError, match="a block of the audit history is damaged"):
        await audited(other, night(1), [number()])
    await other.close()


async def test_blocks_of_killed_writers_are_removed(history: AuditHistory, where: Path) -> None:
    """Blocks that were never published are removed an hour later, by the next audit."""
    writer = tables.new_id()
    await history._database.run(
        tables.HISTORY, lambda session: tables.begin(session, run_id=writer, project=PROJECT)
    )
    block = tables.NewBlock("numbers", 0, b"data")
    await history._database.run(
        tables.HISTORY, lambda session: tables.add_blocks(session, run_id=writer, blocks=[block])
    )

    async def left() -> int:
        with closing(sqlite3.connect(where)) as file, file:
            (found,) = file.execute(
                "SELECT COUNT(*) FROM sinch_audit_blocks WHERE content = ?", [writer]
            ).fetchone()
        file.close()
        return int(found)

    await audited(history, night(0), [number()])
    assert 1 == await left()
    with closing(sqlite3.connect(where)) as file, file:
        file.execute("UPDATE sinch_audit_runs SET touched_at = touched_at - 4000000000")
    file.close()
    await audited(history, night(1), [number()])
    assert 0 == await left()
    assert 2 == len(await history.runs(PROJECT))


@pytest.mark.parametrize("retention", [timedelta(0), timedelta(days=-1), 30, "30"])
def test_retention_is_a_positive_timedelta(tmp_path: Path, retention: Any) -> None:
    """A retention that is no positive timedelta is rejected."""
    with pytest.raises(InvalidArgumentError, match="retention: expected a timedelta above zero"):
        AuditHistory(tmp_path / "audits.db", retention=retention)


def states_of(indexes: range) -> AuditAccumulator:
    plan = AuditPlan((), now=night(0), states=True)
    tally = plan.begin()
    for index in indexes:
        plan.look(number(index, displayName=f"Müller {index}"), tally)
    return tally


def test_states_survive_merging_and_saving() -> None:
    """States of parts, merged in any order, saved and loaded, are those of the whole, sorted."""
    whole = states_of(range(40))
    one, other = states_of(range(25, 40)), states_of(range(25))
    loaded = AuditAccumulator.load(json.loads(json.dumps(one.dump())))
    assert loaded == one
    assert loaded != other
    loaded.merge(other)
    assert list(whole.states) == list(loaded.states) == sorted(loaded.states)
    assert 40 == len(loaded.states)
    assert not states_of(range(0)).states


def test_large_numbers_of_lines_are_compressed() -> None:
    """Lines beyond a batch are kept compressed, and are still sorted and distinct."""
    lines = SortedLines()
    values = list(range(18_000))
    Random(3).shuffle(values)
    for value in values:
        lines.add(line_of(f"{value:05}", [value]))
    lines.add(line_of("00007", [7]))
    found = list(lines)
    assert found == sorted(set(found))
    assert 18_000 == len(found)
    _, batches = lines.parts
    assert sum(len(block) for batch in batches for block in batch) < 20 * 18_000


@pytest.mark.parametrize("damaged", [[["A"]], [["!!!"]], [["YWJj"]]])
def test_damaged_states_are_rejected(damaged: Any) -> None:
    """Progress whose states cannot be read is rejected."""
    saved = states_of(range(2)).dump()
    with pytest.raises(InvalidArgumentError, match="payload: expected a tally"):
        AuditAccumulator.load({**saved, "states": damaged})


@pytest.mark.slow
@pytest.mark.sandbox
async def test_a_resumed_audit_has_the_states_of_both_parts(
    history: AuditHistory, sandbox: Sandbox, client: Any, tmp_path: Path
) -> None:
    """An audit that was stopped, and resumed from its file, misses no number in the history."""
    for index in range(2_500):
        sandbox.project().add_active(phone_number=f"+1202{index:07}")
    await audit(client, history=history)

    def stop(what: str, done: int, _total: int | None) -> None:
        if what == "numbers" and done >= 1_000:
            raise KeyError(done)

    saved = tmp_path / "audit.state"
    with pytest.raises(KeyError):
        await audit(client, history=history, saved=saved, progress=stop)
    report = await audit(client, history=history, saved=saved)

    assert report.changes is not None
    assert report.changes.is_empty
    assert [2, 1] == [run.run for run in await history.runs("sandbox")]
