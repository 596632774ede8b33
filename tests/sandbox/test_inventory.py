"""The inventory is the same every time, and has something of everything."""

import hashlib
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sinch_numbers.sandbox import ActiveNumber, Clock, Project, Sandbox
from sinch_numbers.sandbox._api.wire import active_number, available_number
from sinch_numbers.sandbox._state.fixtures import E164
from sinch_numbers.sandbox._state.matching import Filter
from sinch_numbers.sandbox._state.provisioning import SMS_ERROR_CODES
from sinch_numbers.sandbox._state.regions import REGIONS

START = datetime(2026, 3, 14, 9, 26, 53, 589793, UTC)


@pytest.fixture(scope="module")
def project() -> Project:
    return Sandbox(clock=Clock(START, running=False)).project()


@pytest.fixture(scope="module")
def numbers(project: Project) -> list[ActiveNumber]:
    return list(project.active.values())


def share(numbers: list[ActiveNumber], chosen: list[ActiveNumber]) -> float:
    return round(100 * len(chosen) / len(numbers), 1)


def test_inventory_is_pinned(project: Project, numbers: list[ActiveNumber]) -> None:
    """On every Python and in every process; only the dates follow the clock."""
    active = "\n".join(active_number(number, "sandbox") for number in numbers[:500])
    stock = "\n".join(available_number(number) for number in list(project.stock.values())[:500])

    digests = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in (active, stock)]

    assert ["a461b47930642155", "c8bafabd91e83a90"] == digests


def test_seed_and_project_make_another_inventory() -> None:
    """The same ones again for the same seed, others otherwise."""

    def made(**settings: object) -> list[str]:
        sandbox = Sandbox(numbers=30, stock=0, clock=Clock(START, running=False), **settings)  # type: ignore[arg-type]  # parametrised
        return list(sandbox.project().active)

    assert made() == made()
    assert made() != made(seed=8)
    assert made() != made(project_id="other")


def test_numbers_are_realistic(project: Project, numbers: list[ActiveNumber]) -> None:
    """E.164, no number twice, at least fifteen regions and all three types, 45 % US LOCAL."""
    everything = [*project.active, *project.stock]
    kinds = Counter((number.region_code, number.type) for number in numbers)

    assert (3000, 2000) == (len(project.active), len(project.stock))
    assert 5000 == len(set(everything))
    assert all(E164.fullmatch(number) for number in everything)
    assert 15 <= len({region for region, _ in kinds})
    assert {"LOCAL", "MOBILE", "TOLL_FREE"} == {kind for _, kind in kinds}
    assert 40 < 100 * kinds["US", "LOCAL"] / 3000 < 50
    assert {"USD", "EUR"} == {number.money.currency_code for number in numbers}


def test_stock_has_some_of_every_kind(project: Project) -> None:
    """Whatever the regions offer can be found."""
    offered = {(region.code, offer.type) for region in REGIONS for offer in region.offers}

    assert offered == {(number.region_code, number.type) for number in project.stock.values()}


def test_everything_that_can_be_wrong_is_there(numbers: list[ActiveNumber]) -> None:
    """In the shares that an audit should find."""
    jobs = [number.sms_configuration.scheduled_provisioning for number in numbers]
    voice_jobs = [number.voice_configuration.scheduled_voice_provisioning for number in numbers]
    states = Counter(job.status for job in [*jobs, *voice_jobs] if job is not None)
    idle = [
        number
        for number, job, voice_job in zip(numbers, jobs, voice_jobs, strict=True)
        if not (job or voice_job or number.expire_at)
        and not number.sms_configuration.service_plan_id
        and not number.voice_configuration.identifier
    ]
    silent = [
        number
        for number in numbers
        if number.region_code == "US"
        and number.type == "LOCAL"
        and number.sms_configuration.service_plan_id
        and not number.sms_configuration.campaign_id
    ]
    ending = [number for number in numbers if number.expire_at is not None]
    codes = {code for job in jobs if job is not None for code in job.error_codes}

    assert {"FAILED": 60, "IN_PROGRESS": 30, "WAITING": 30} == states
    assert 3.0 == share(numbers, idle)
    assert 0.5 < share(numbers, silent) < 2.5
    assert 2.0 == share(numbers, ending)
    assert 5 < len(codes)
    assert codes < set(SMS_ERROR_CODES)


def test_names_are_human_and_sometimes_nasty(numbers: list[ActiveNumber]) -> None:
    """Empty ones, other alphabets, and what a spreadsheet or a terminal should not see."""
    names = {number.display_name for number in numbers}

    assert "" in names
    assert any(not name.isascii() for name in names)
    assert any(name.startswith("=") for name in names)
    assert any(not name.isprintable() for name in names)


def test_charges_are_spread_over_the_month(numbers: list[ActiveNumber]) -> None:
    """Every one is ahead, none by more than a month; what ends soon ends with its charge."""
    charges = [number.next_charge_date - START for number in numbers]

    assert timedelta() < min(charges)
    assert max(charges) < timedelta(days=30)
    assert 28 < len({number.next_charge_date.date() for number in numbers})
    for number in numbers:
        assert number.expire_at in (None, number.next_charge_date)


def test_emergency_addresses_are_for_some(project: Project) -> None:
    """Numbers of the US and Canada that can be called; some have one, some do not."""
    callable_ones = {
        phone_number
        for phone_number, number in project.active.items()
        if number.region_code in ("US", "CA") and "VOICE" in number.capability
    }

    assert project.emergency_addresses.keys() < callable_ones
    assert len(callable_ones) / 2 < len(project.emergency_addresses)


def test_planted_jobs_do_not_settle() -> None:
    """What failed or is stuck from the start stays so; what is waiting goes on."""
    clock = Clock(START, running=False)
    project = Sandbox(numbers=1000, stock=0, clock=clock).project()

    def states() -> Counter[str]:
        jobs = [
            number.sms_configuration.scheduled_provisioning for number in project.active.values()
        ]
        return Counter(job.status for job in jobs if job is not None)

    before = states()
    clock.advance(3600)
    after = states()

    assert 0 < before["WAITING"]
    assert {name: count for name, count in before.items() if name != "WAITING"} == after


@pytest.mark.slow
def test_a_page_of_a_big_inventory_is_as_quick_as_one_of_a_small() -> None:
    """A page costs what is on it, and building an inventory grows with its size."""
    wanted = Filter(region_code="US", type="LOCAL")

    def cost(numbers: int) -> tuple[float, float]:
        start = time.process_time()
        project = Sandbox(numbers=numbers, stock=0).project()
        built = time.process_time() - start
        after = None
        spent: list[float] = []
        for _ in range(5):
            start = time.process_time()
            page, after, _ = project.active.page(
                wanted, order_by="phoneNumber", after=after, size=1000
            )
            text = [active_number(number, "sandbox") for number in page]
            spent.append(time.process_time() - start)
            assert 1000 == len(text)
        return built, min(spent)

    small, big = cost(13_000), cost(104_000)
    print(f"built in {small[0]:.2f} and {big[0]:.2f} s, a page {small[1]:.4f} and {big[1]:.4f} s")

    # Eight times as many numbers; something that looks at each for each page, or at each
    # pair, would be at eight times, or sixty-four.
    assert big[1] < 4 * small[1]
    assert big[0] < 24 * small[0]
