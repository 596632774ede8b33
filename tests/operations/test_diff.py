"""The steps between two states: their order, and the changes that no step can make."""

from datetime import UTC, datetime
from typing import Any

from products import every

from sinch_numbers import (
    ActiveNumber,
    EmergencyAddress,
    NumberType,
    ProvisioningStatus,
    RtcVoice,
    SmsConfiguration,
    SmsProvisioning,
)
from sinch_numbers.operations import DesiredNumber, StepAction
from sinch_numbers.operations._desired import checked
from sinch_numbers.operations._diff import Difference, difference
from sinch_numbers.operations._state import managed_fields, state_of

NUMBER = "+12025550134"
ADDRESS = EmergencyAddress(
    street_number="1", street_info="Main St", city="Austin", state="TX", postal_code="78701"
)
S = StepAction


def diff(
    number: ActiveNumber, address: EmergencyAddress | None = None, **given: Any
) -> Difference:
    desired = checked(DesiredNumber(NUMBER, **given))
    return difference(desired, number, state_of(number, address, managed_fields(desired)).state)


def rented(plan: str | None = "a", campaign: str | None = "C", **given: Any) -> ActiveNumber:
    return ActiveNumber(
        NUMBER,
        region_code=given.pop("region_code", "US"),
        type=NumberType.LOCAL,
        sms_configuration=SmsConfiguration(service_plan_id=plan, campaign_id=campaign),
        voice_configuration=RtcVoice("app"),
        **given,
    )


STEPS: list[tuple[dict[str, Any], list[StepAction]]] = [
    ({"service_plan_id": "a", "display_name": None}, []),
    ({"service_plan_id": "b"}, [S.UNLINK_SMS, S.UPDATE]),
    ({"service_plan_id": None}, [S.UNLINK_SMS]),
    ({"campaign_id": "D"}, [S.UNLINK_CAMPAIGN, S.UPDATE]),
    ({"campaign_id": None}, [S.UNLINK_CAMPAIGN]),
    ({"trunk_id": "t"}, [S.UPDATE]),
    ({"trunk_id": "t", "emergency_address": ADDRESS}, [S.SET_EMERGENCY_ADDRESS, S.UPDATE]),
    (
        {"trunk_id": "t", "emergency_address": ADDRESS, "service_plan_id": "b"},
        [S.SET_EMERGENCY_ADDRESS, S.UNLINK_SMS, S.UPDATE],
    ),
    ({"released": True, "service_plan_id": "b"}, [S.RELEASE]),
    ({"released": False, "app_id": "app"}, []),
]


@every(("given", "steps"), STEPS)
def test_steps_are_in_a_safe_order(given: dict[str, Any], steps: list[StepAction]) -> None:
    """An address comes before voice, unlinking before linking, and a release comes alone."""
    found = diff(rented(), **given)

    assert ((), steps) == (found.reasons, [step.action for step in found.steps])


def test_an_address_is_removed_last() -> None:
    """The address is removed after all other changes, with a note about emergency calls."""
    found = diff(rented(), ADDRESS, trunk_id="t", emergency_address=None)

    assert [S.UPDATE, S.REMOVE_EMERGENCY_ADDRESS] == [step.action for step in found.steps]
    assert any("emergency calls" in note for note in found.notes)


def test_a_kept_campaign_is_linked_again() -> None:
    """Where only the service plan changes, the campaign is linked with the new one."""
    found = diff(rented(), service_plan_id="b")

    assert [
        {"service_plan_id": None, "campaign_id": None},
        {"service_plan_id": "b", "campaign_id": "C"},
    ] == [step.set for step in found.steps]


REJECTED: list[tuple[ActiveNumber, dict[str, Any], str]] = [
    (rented(), {"app_id": None}, "not documented"),
    (rented(), {"voice_type": None}, "not documented"),
    (rented(None, None), {"campaign_id": "D"}, "requires a service plan"),
    (rented(None, None, region_code="SE"), {"service_plan_id": "a", "campaign_id": "D"}, "US"),
    (rented(region_code="SE"), {"emergency_address": ADDRESS}, "US and CA"),
    (rented(), {"region_code": "SE"}, "cannot be changed"),
    (rented(), {"type": "MOBILE"}, "cannot be changed"),
]


@every(("number", "given", "reason"), REJECTED)
def test_impossible_changes_are_rejected(
    number: ActiveNumber, given: dict[str, Any], reason: str
) -> None:
    """A change that needs an undocumented step, or that the service rejects, has a reason."""
    (found,) = diff(number, **given).reasons

    assert reason in found


def test_a_release_cannot_be_taken_back() -> None:
    """A released number that must renew is rejected."""
    number = rented(expire_at=datetime(2026, 5, 1, tzinfo=UTC))

    assert "cannot be undone" in diff(number, released=False).reasons[0]


def test_provisioning_in_progress_counts_as_done() -> None:
    """A configuration in progress is not requested again; one that has failed is."""
    job = SmsProvisioning(service_plan_id="b", status=ProvisioningStatus.IN_PROGRESS)
    pending = rented(None, None)
    sms = SmsConfiguration(scheduled_provisioning=job)
    failed = SmsProvisioning(service_plan_id="b", status=ProvisioningStatus.FAILED)
    number = ActiveNumber(NUMBER, region_code="US", sms_configuration=sms)

    assert () == diff(number, service_plan_id="b").steps
    again = ActiveNumber(
        NUMBER,
        region_code="US",
        sms_configuration=SmsConfiguration(scheduled_provisioning=failed),
    )
    assert [S.UPDATE] == [step.action for step in diff(again, service_plan_id="b").steps]
    assert [S.UPDATE] == [step.action for step in diff(pending, service_plan_id="b").steps]
