"""Applying plans: changes, resumption, rejections, and no repeated steps."""

import asyncio
import pickle
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import closing, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from products import every

from sinch_numbers import (
    ActiveNumber,
    Backoff,
    BudgetExceededError,
    EmergencyAddress,
    InvalidArgumentError,
    Money,
    NumbersClient,
    StoreError,
    sync,
)
from sinch_numbers.operations import (
    ApplyOutcome,
    ApplyReport,
    ApplyResult,
    DesiredNumber,
    Plan,
    PlanAction,
    apply_plan,
    plan_changes,
    save_results,
)
from sinch_numbers.operations._apply_journal import opened_journal
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.store import SQLiteStore

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

ALL: dict[str, Any] = {
    "allow_buy": True,
    "allow_release": True,
    "budget": "100.00",
    "longest_pause": 0.02,
}
ADDRESS = EmergencyAddress(
    street_number="1", street_info="Harbor Way", city="Portland", state="OR", postal_code="97209"
)


def client_of(sandbox: Sandbox, store: Path | None, **options: Any) -> NumbersClient:
    return sandbox.client(
        store=store,
        timeout=2.0,
        settle_timeout=0.1,
        backoff=Backoff(first=0.001, throttled=0.001, longest=0.01),
        **options,
    )


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run a project of a few numbers, some of them linked, and a stock to buy from."""
    async with Sandbox(numbers=60, stock=50, provisioning=0.02) as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[NumbersClient]:
    async with client_of(sandbox, tmp_path / "numbers.db") as client:
        yield client


async def linked(client: NumbersClient) -> list[ActiveNumber]:
    """Return US numbers that are linked to a service plan and a voice app, and not released."""
    found = [number async for number in client.active_numbers.list()]
    return [
        number
        for number in found
        if number.region_code == "US"
        and str(number.status) == "linked"
        and number.sms_configuration
        and number.sms_configuration.service_plan_id
        and number.voice_configuration
    ]


async def mixed(client: NumbersClient) -> list[DesiredNumber]:
    """Return a desired state with a relink, an address, a release, and a purchase."""
    numbers = await linked(client)
    (offer, *_) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
    return [
        DesiredNumber(
            numbers[0].phone_number,
            display_name="Desk",
            service_plan_id="planned",
            app_id="app-planned",
            emergency_address=ADDRESS,
        ),
        DesiredNumber(numbers[1].phone_number, released=True),
        DesiredNumber(offer.phone_number, display_name="New", service_plan_id="planned"),
    ]


def outcomes(report: ApplyReport) -> list[str]:
    return [str(result.outcome) for result in report.results]


def billed(sandbox: Sandbox) -> dict[str, int]:
    kinds = ("rent", "release", "provision_emergency_address")
    return Counter(one.operation for one in sandbox.ledger if one.operation in kinds)


async def test_a_second_plan_is_empty(client: NumbersClient, sandbox: Sandbox) -> None:
    """All steps are done once; then a new plan is empty, and the old one changes nothing."""
    desired = await mixed(client)
    plan = await plan_changes(client, desired)

    report = await apply_plan(client, plan, **ALL)

    assert ["applied", "applied", "applied"] == outcomes(report)
    assert (await plan_changes(client, desired)).is_empty
    assert ["unchanged"] * 3 == outcomes(await apply_plan(client, plan, **ALL))
    assert {"rent": 1, "release": 1, "provision_emergency_address": 1} == billed(sandbox)


async def test_steps_that_cost_need_permission(client: NumbersClient, sandbox: Sandbox) -> None:
    """Without permission nothing is bought or released, and the rest is done."""
    plan = await plan_changes(client, await mixed(client))

    report = await apply_plan(client, plan)

    assert ["applied", "not_allowed", "not_allowed"] == outcomes(report)
    assert {"provision_emergency_address": 1} == billed(sandbox)


async def test_arguments_are_checked_first(client: NumbersClient, sandbox: Sandbox) -> None:
    """A plan for another project or service, and purchases above the budget, send nothing."""
    plan = await plan_changes(client, await mixed(client))
    before = len(sandbox.calls)

    async with client_of(sandbox, None, project_id="other") as other:
        with pytest.raises(InvalidArgumentError, match="a plan for project other"):
            await apply_plan(other, plan, journal="unused.db")
    async with client_of(sandbox, None, numbers_url="https://numbers.example.com") as elsewhere:
        with pytest.raises(InvalidArgumentError, match="a plan for the service"):
            await apply_plan(elsewhere, plan, journal="unused.db")
    with pytest.raises(BudgetExceededError):
        await apply_plan(client, plan, allow_buy=True, budget="0.99")
    with pytest.raises(InvalidArgumentError, match="budget"):
        await apply_plan(client, plan, allow_buy=True)
    with pytest.raises(InvalidArgumentError, match="allow_buy"):
        await apply_plan(client, plan, budget="5.00")
    async with client_of(sandbox, None) as volatile:
        with pytest.raises(InvalidArgumentError, match="journal"):
            await apply_plan(volatile, plan)

    assert before == len(sandbox.calls)
    assert not Path("unused.db").exists()


async def test_a_changed_number_is_refused(client: NumbersClient, sandbox: Sandbox) -> None:
    """A number that someone changed or released meanwhile is reported; the rest continues."""
    numbers = await linked(client)
    desired = [DesiredNumber(one.phone_number, display_name="Planned") for one in numbers[:4]]
    plan = await plan_changes(client, desired)
    await client.active_numbers.update(numbers[0].phone_number, display_name="Someone's")
    await client.active_numbers.release(numbers[1].phone_number)
    await client.active_numbers.update(numbers[2].phone_number, callback_url="https://a.example")

    report = await apply_plan(client, plan)

    assert ["refused", "refused", "applied", "applied"] == outcomes(report)
    assert "Someone's" in report.results[0].message
    assert "released is true, not false" in report.results[1].message
    assert "Someone's" == (await client.active_numbers.get(numbers[0].phone_number)).display_name


async def test_an_intermediate_state_needs_the_journal(
    client: NumbersClient, sandbox: Sandbox, tmp_path: Path
) -> None:
    """A number between two steps is resumed with the journal of the plan, and refused without."""
    (number, *_) = await linked(client)
    plan = await plan_changes(
        client, [DesiredNumber(number.phone_number, service_plan_id="planned", campaign_id=None)]
    )
    assert ["unlink_sms", "update"] == [str(step.action) for step in plan.numbers[0].steps]
    await _cancel_after_first_update(sandbox, client, plan)

    other = await apply_plan(client, plan, journal=tmp_path / "other.db")
    again = await apply_plan(client, plan)

    assert (["refused"], ["applied"]) == (outcomes(other), outcomes(again))
    assert (await plan_changes(client, [DesiredNumber(number.phone_number)])).is_empty


async def _cancel_after_first_update(sandbox: Sandbox, client: NumbersClient, plan: Plan) -> None:
    """Cancel an apply whose first update took effect, but got no response."""
    sandbox.faults.add("slow", method="PATCH", seconds=60)
    seen = len(sandbox.ledger)
    task = asyncio.ensure_future(apply_plan(client, plan))
    while len(sandbox.ledger) == seen:
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_concurrent_applies_share_the_work(sandbox: Sandbox, tmp_path: Path) -> None:
    """Two applies of one plan, at once, do each step once between them."""
    store = tmp_path / "numbers.db"
    async with client_of(sandbox, store) as one, client_of(sandbox, store) as two:
        desired = [*await mixed(one)]
        desired += [
            DesiredNumber(number.phone_number, display_name=f"Shared {index}")
            for index, number in enumerate((await linked(one))[2:12])
        ]
        plan = await plan_changes(one, desired)
        before = len(sandbox.ledger)

        reports = await asyncio.gather(
            apply_plan(one, plan, **ALL), apply_plan(two, plan, **ALL, journal=SQLiteStore(store))
        )

        done = Counter(outcome for report in reports for outcome in outcomes(report))
        assert {"applied": len(desired), "unchanged": len(desired)} == done
        steps = Counter((one.operation, one.phone_number) for one in sandbox.ledger[before:])
        assert {"rent": 1, "release": 1, "provision_emergency_address": 1} == billed(sandbox)
        assert 2 == max(steps.values())  # unlinking and linking are two updates of one number
        assert (await plan_changes(two, desired)).is_empty


@pytest.mark.slow  # the client slows down after a 429
async def test_bursts_of_429_and_503_delay_only(client: NumbersClient, sandbox: Sandbox) -> None:
    """Bursts that outlast the retries of a call end in the desired state."""
    desired = await mixed(client)
    plan = await plan_changes(client, desired)
    for kind in ("429", "503"):
        sandbox.faults.add(kind, times=12)

    report = await apply_plan(client, plan, **ALL, concurrency=2)

    assert ["applied"] * 3 == outcomes(report)
    assert {"rent": 1, "release": 1, "provision_emergency_address": 1} == billed(sandbox)


async def test_failures_stop_the_rest(client: NumbersClient, sandbox: Sandbox) -> None:
    """After so many failures no further number is begun; begun ones are not repeated."""
    numbers = await linked(client)
    desired = [DesiredNumber(one.phone_number, display_name="Planned") for one in numbers[:6]]
    plan = await plan_changes(client, desired)
    sandbox.faults.add("400", method="PATCH", times=float("inf"))

    report = await apply_plan(client, plan, max_failures=2, concurrency=1)

    assert ["failed", "failed", *["stopped"] * 4] == outcomes(report)
    assert not report.ok


async def test_failed_provisioning_is_reported_and_repeated(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """A failed configuration fails its number, with the reason, and is requested again later."""
    (number, *_) = await linked(client)
    desired = [DesiredNumber(number.phone_number, service_plan_id="fail-1", campaign_id=None)]
    plan = await plan_changes(client, desired)

    for _ in range(2):
        (result,) = (await apply_plan(client, plan, longest_pause=0.05)).results
        assert (ApplyOutcome.FAILED, True) == (result.outcome, "SMS" in result.message)
        assert [PlanAction.UPDATE] == [
            one.action for one in (await plan_changes(client, desired)).numbers
        ]


async def test_slow_provisioning_is_pending(client: NumbersClient) -> None:
    """Provisioning that does not end in time is pending, not failed."""
    (number, *_) = await linked(client)
    desired = [DesiredNumber(number.phone_number, app_id="stuck")]
    plan = await plan_changes(client, desired)

    report = await apply_plan(client, plan, deadline=0.1, longest_pause=0.05)

    assert ["pending"] == outcomes(report)
    assert (await plan_changes(client, desired)).is_empty


async def test_a_risen_price_buys_nothing(client: NumbersClient, sandbox: Sandbox) -> None:
    """A number that costs more than in the plan is not bought, even within the budget."""
    plan = await plan_changes(client, [(await mixed(client))[2]])
    dearer = attrs.evolve(plan.numbers[0], price=Money("USD", Decimal("0.10")))

    report = await apply_plan(client, attrs.evolve(plan, numbers=(dearer,)), **ALL)

    assert (["failed"], True) == (
        outcomes(report),
        "max_monthly_price" in report.results[0].message,
    )
    assert {} == billed(sandbox)


async def test_an_unknown_outcome_is_found_later(client: NumbersClient, sandbox: Sandbox) -> None:
    """A lost release whose reads fail is unknown; the next apply finds it, and repeats nothing."""
    desired = [(await mixed(client))[1]]
    plan = await plan_changes(client, desired)
    number = desired[0].phone_number
    sandbox.faults.add("drop", method="POST", path=f"{number}:release")
    task = asyncio.ensure_future(apply_plan(client, plan, **ALL))
    while not sandbox.faults.applied:
        await asyncio.sleep(0)
    sandbox.faults.add("404_html", method="GET", times=float("inf"))

    first = await task
    sandbox.faults.clear()
    later = await apply_plan(client, plan, **ALL)

    assert (["unknown"], ["unchanged"]) == (outcomes(first), outcomes(later))
    assert {"release": 1} == billed(sandbox)


async def test_others_are_released_only_on_request(client: NumbersClient) -> None:
    """Numbers outside the desired state are counted, and released by a plan for that only."""
    numbers = await linked(client)
    desired = [DesiredNumber(numbers[0].phone_number)]

    plan = await plan_changes(client, desired, release_others=True)

    planned = {one.phone_number for one in plan.of(PlanAction.RELEASE)}
    assert numbers[0].phone_number not in planned
    assert {one.phone_number for one in numbers[1:]} <= planned
    assert (await plan_changes(client, desired)).is_empty
    with pytest.raises(InvalidArgumentError, match="at least one number"):
        await plan_changes(client, [], release_others=True)


async def test_numbers_that_cannot_be_had_are_rejected(client: NumbersClient) -> None:
    """A number that is neither rented nor available is rejected, not ignored."""
    plan = await plan_changes(client, [DesiredNumber("+12025550100")])

    assert [("+12025550100", ("the number is neither rented nor available",))] == [
        (one.phone_number, one.reasons) for one in plan.rejected
    ]


async def test_an_address_is_stored_in_standard_form(client: NumbersClient) -> None:
    """A near match is planned in the service's form, and equals it in the next plan."""
    (number, *_) = await linked(client)
    given = EmergencyAddress(
        street_number="1",
        street_info="Main Street",
        city="Austin",
        state="TX",
        postal_code="78701",
    )
    desired = [DesiredNumber(number.phone_number, emergency_address=given)]
    plan = await plan_changes(client, desired)

    await apply_plan(client, plan)

    assert "Main St" == (await client.emergency_address.get(number.phone_number)).street_info
    assert (await plan_changes(client, desired)).is_empty


async def test_a_newer_journal_is_rejected(client: NumbersClient, tmp_path: Path) -> None:
    """A store whose tables need a newer release raises before any number is read."""
    (number, *_) = await linked(client)
    plan = await plan_changes(client, [DesiredNumber(number.phone_number, display_name="x")])
    await apply_plan(client, plan, journal=tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as database, database:
        database.execute(
            "UPDATE sinch_schemas SET version = 99, min_writer_version = 99 WHERE name = 'plans'"
        )

    with pytest.raises(StoreError, match="requires code for version 99"):
        await apply_plan(client, plan, journal=tmp_path / "newer.db")


@every("suffix", [".jsonl", ".csv"])
def test_results_are_saved(suffix: str, tmp_path: Path) -> None:
    """A file has a row for each number; the report can be pickled."""
    results: Sequence[ApplyResult] = [
        ApplyResult(
            phone_number="+12025550134",
            action=PlanAction.UPDATE,
            outcome=ApplyOutcome.FAILED,
            steps=1,
            total=2,
            message="=danger",
        )
    ]
    report = ApplyReport(plan="hash", results=tuple(results))

    save_results(report, tmp_path / f"results{suffix}")

    text = (tmp_path / f"results{suffix}").read_text()
    assert "+12025550134" in text
    assert (suffix == ".csv") is ("'=danger" in text)
    assert report == pickle.loads(pickle.dumps(report))
    with pytest.raises(InvalidArgumentError, match="suffix"):
        save_results(report, tmp_path / "results.txt")


async def test_a_suspended_process_delays_until_the_deadline(client: NumbersClient) -> None:
    """A number that another live process holds is pending once the deadline is over."""
    (first, second, *_) = await linked(client)
    desired = [DesiredNumber(one.phone_number, display_name="x") for one in (first, second)]
    plan = await plan_changes(client, desired)
    async with opened_journal(client, plan, None) as journal:
        assert await journal.claim(first.phone_number) is not None

        report = await apply_plan(client, plan, deadline=0.1)

    assert ["pending", "applied"] == outcomes(report)
    assert "another process" in report.results[0].message


@pytest.mark.slow
@pytest.mark.postgres
async def test_postgres_is_a_journal_for_several_hosts(
    client: NumbersClient, sandbox: Sandbox, postgres_dsn: str
) -> None:
    """Two applies with a journal in PostgreSQL do each step once between them."""
    desired = await mixed(client)
    plan = await plan_changes(client, desired)

    reports = await asyncio.gather(
        *(apply_plan(client, plan, **ALL, journal=postgres_dsn) for _ in range(2))
    )
    again = await apply_plan(client, plan, **ALL, journal=postgres_dsn)

    done = Counter(outcome for report in reports for outcome in outcomes(report))
    assert {"applied": 3, "unchanged": 3} == done
    assert ["unchanged"] * 3 == outcomes(again)
    assert {"rent": 1, "release": 1, "provision_emergency_address": 1} == billed(sandbox)


def test_sync_twins_plan_and_apply(tmp_path: Path) -> None:
    """The twins have the same results."""
    with (
        Sandbox(numbers=5, stock=0) as sandbox,
        sandbox.sync_client(store=tmp_path / "numbers.db") as client,
    ):
        (number, *_) = client.active_numbers.list()
        desired = [DesiredNumber(number.phone_number, display_name="Sync")]
        plan = sync.plan_changes(client, desired)

        assert sync.apply_plan(client, plan).ok
        assert sync.plan_changes(client, desired).is_empty


async def test_an_order_that_was_not_recorded_is_resumed(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """An order whose process was killed before it recorded the ID is found in the store."""
    desired = [(await mixed(client))[2]]
    plan = await plan_changes(client, desired)
    async with opened_journal(client, plan, None) as journal:
        claim = await journal.claim(desired[0].phone_number)
        assert claim is not None
        await journal.begin(claim, 1)
        await client.number_orders.create(
            region_code="US", type="LOCAL", phone_number=desired[0].phone_number
        )
        await journal.finish(claim)

    report = await apply_plan(client, plan, **ALL)

    assert ["applied"] == outcomes(report)
    assert {"rent": 1} == billed(sandbox)
    assert 1 == len(sandbox.project().orders)
