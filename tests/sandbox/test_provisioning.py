"""Provisioning takes time and can fail."""

from datetime import timedelta
from typing import Any

import pytest
from products import every

from sinch_numbers.sandbox import ActiveNumber, Clock, Project
from sinch_numbers.sandbox._api.bodies import updating
from sinch_numbers.sandbox._protocol.errors import ApiError
from sinch_numbers.sandbox._state.provisioning import SMS_ERROR_CODES

NUMBER = "+12025550147"


def patch(project: Project, **members: Any) -> ActiveNumber:
    return project.update(NUMBER, updating(members))


def sms(plan: str, **members: str) -> dict[str, Any]:
    return {"smsConfiguration": {"servicePlanId": plan, **members}}


def app(identifier: str) -> dict[str, Any]:
    return {"voiceConfiguration": {"appId": identifier}}


@pytest.fixture(autouse=True)
def number(project: Project) -> None:
    project.add_active(phone_number=NUMBER)


def test_job_waits_then_works_then_is_gone(project: Project, clock: Clock) -> None:
    """Half of the time WAITING, half IN_PROGRESS, then the link is there and the job is not."""
    patch(project, **sms("plan", campaignId="C1"))
    seen: list[tuple[str, str, str]] = []
    for _ in range(3):
        now = project.get(NUMBER).sms_configuration
        job = now.scheduled_provisioning
        seen.append((now.service_plan_id, now.campaign_id, job.status if job else "none"))
        clock.advance(1)

    assert [("", "", "WAITING"), ("", "", "IN_PROGRESS"), ("plan", "C1", "none")] == seen


def test_settled_voice_link_tells_when(project: Project, clock: Clock) -> None:
    """However late one looks, the link is as old as it is."""
    start = clock.now()
    patch(project, voiceConfiguration={"type": "EST", "trunkId": "t"})
    clock.advance(86400)

    voice = project.get(NUMBER).voice_configuration

    assert ("EST", "t") == (voice.type, voice.identifier)
    assert start + timedelta(seconds=2) == voice.last_updated_time


@every(
    ("plan", "campaign", "code"),
    [
        ("fail-1", "C1", "SMS_PROVISIONING_FAILED"),
        ("p", "fail", "CAMPAIGN_PROVISIONING_FAILED"),
        *(("p", code, code) for code in SMS_ERROR_CODES),
        *(("p", f"fail-{code}", code) for code in SMS_ERROR_CODES),
    ],
)
def test_identifiers_decide_about_failure(
    project: Project, clock: Clock, plan: str, campaign: str, code: str
) -> None:
    """A failed job stays, says why, and the link is not made."""
    patch(project, **sms(plan, campaignId=campaign))
    clock.advance(2)

    now = project.get(NUMBER).sms_configuration

    assert now.scheduled_provisioning is not None
    assert ("FAILED", (code,)) == (
        now.scheduled_provisioning.status,
        now.scheduled_provisioning.error_codes,
    )
    assert ("", "") == (now.service_plan_id, now.campaign_id)


def test_failed_and_stuck_jobs_stay(project: Project, clock: Clock) -> None:
    """No amount of time settles them."""
    patch(project, **sms("stuck-1"), **app("fail-1"))
    clock.advance(10_000_000)

    now = project.get(NUMBER)

    assert now.sms_configuration.scheduled_provisioning is not None
    assert "IN_PROGRESS" == now.sms_configuration.scheduled_provisioning.status
    assert now.voice_configuration.scheduled_voice_provisioning is not None
    assert "FAILED" == now.voice_configuration.scheduled_voice_provisioning.status


def test_linked_number_has_to_be_cut_first(project: Project, clock: Clock) -> None:
    """Another service plan or campaign is refused until the old one is cut."""
    patch(project, **sms("a", campaignId="C1"))
    clock.advance(2)
    for wanted in (sms("b"), sms("a", campaignId="C2")):
        with pytest.raises(ApiError) as refused:
            patch(project, **wanted)
        assert 400 == refused.value.code

    patch(project, **sms("", campaignId=""))
    patch(project, **sms("b", campaignId="C2"))
    clock.advance(2)

    now = project.get(NUMBER).sms_configuration
    assert ("b", "C2") == (now.service_plan_id, now.campaign_id)


def test_campaign_is_cut_alone_by_naming_the_plan(project: Project, clock: Clock) -> None:
    """The plan is required in every request, so the current one goes along."""
    patch(project, **sms("a", campaignId="C1"))
    clock.advance(2)

    now = patch(project, **sms("a", campaignId="")).sms_configuration

    assert ("a", "", None) == (now.service_plan_id, now.campaign_id, now.scheduled_provisioning)


def test_campaign_can_be_added_to_a_plan(project: Project, clock: Clock) -> None:
    """The old link is on show beside the job for the new one."""
    patch(project, **sms("a"))
    clock.advance(2)

    now = patch(project, **sms("a", campaignId="C1")).sms_configuration

    assert now.scheduled_provisioning is not None
    assert ("a", "") == (now.service_plan_id, now.campaign_id)
    assert "C1" == now.scheduled_provisioning.campaign_id


def test_same_link_again_starts_nothing(project: Project, clock: Clock) -> None:
    """What is linked, or about to be, stays so."""
    first = patch(project, **sms("a", campaignId="C1"), **app("x"))
    clock.advance(1)
    patch(project, **sms("a"), **app("x"))
    clock.advance(1)
    done = project.get(NUMBER)
    again = patch(project, **sms("a", campaignId="C1"), **app("x"))

    assert first != done
    assert done == again
    assert 1 == len(project.ledger)


def test_campaign_needs_a_plan(project: Project) -> None:
    """A campaign cannot be linked to a number that is cut from its service."""
    with pytest.raises(ApiError):
        patch(project, **sms("", campaignId="C1"))


def test_failed_job_can_be_tried_again(project: Project, clock: Clock) -> None:
    """A failure blocks nothing: the next request starts a new job."""
    patch(project, **sms("fail"), **app("fail"))
    clock.advance(2)
    patch(project, **sms("good"), **app("good"))
    clock.advance(2)

    now = project.get(NUMBER)

    assert "good" == now.sms_configuration.service_plan_id
    assert "good" == now.voice_configuration.identifier


def test_voice_is_replaced_in_one_step(project: Project, clock: Clock) -> None:
    """The old type and identifier stay on show until the new ones are there."""
    patch(project, **app("old"))
    clock.advance(2)

    voice = patch(
        project, voiceConfiguration={"type": "FAX", "serviceId": "f"}
    ).voice_configuration

    assert ("RTC", "old") == (voice.type, voice.identifier)
    assert voice.scheduled_voice_provisioning is not None
    assert "FAX" == voice.scheduled_voice_provisioning.type


@pytest.mark.parametrize("cut", [{"appId": ""}, None])
def test_voice_is_cut_by_nothing(project: Project, clock: Clock, cut: Any) -> None:
    """An empty identifier cuts at once, and so does null."""
    patch(project, **app("old"))
    clock.advance(2)

    voice = patch(project, voiceConfiguration=cut).voice_configuration

    assert ("", None) == (voice.identifier, voice.scheduled_voice_provisioning)


def test_numbers_renew_every_month(project: Project, clock: Clock) -> None:
    """The next charge is always ahead, on the day of the month on which it began."""
    start = project.get(NUMBER).next_charge_date
    clock.advance(timedelta(days=200))

    charge = project.get(NUMBER).next_charge_date

    assert clock.now() < charge < clock.now() + timedelta(days=32)
    assert (start.day, start.time()) == (charge.day, charge.time())
