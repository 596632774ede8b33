"""The steps from the current to the desired state of one number, or why there are none."""

from collections.abc import Mapping
from typing import Any

import attrs

from sinch_numbers.models import ActiveNumber, AddressValidation, EmergencyAddress
from sinch_numbers.models._unset import UNSET
from sinch_numbers.operations._desired import DesiredNumber
from sinch_numbers.operations._plan import PlanStep, StepAction
from sinch_numbers.operations._state import (
    E911,
    E911_REGIONS,
    SMS,
    TEXTS,
    VOICE,
    State,
    address_values,
)

_RENEWS_NOT = "the number was released, which cannot be undone"
_NO_VOICE_REMOVAL = (
    "removing a voice target is not documented by the vendor: assign another app, trunk, or fax "
    "service"
)


@attrs.frozen(kw_only=True)
class Difference:
    """The steps for a number, effects to review, and reasons to reject it."""

    steps: tuple[PlanStep, ...] = ()
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def difference(
    desired: DesiredNumber,
    number: ActiveNumber,
    state: State,
    validation: AddressValidation | None = None,
) -> Difference:
    """
    Return the steps from *state* to *desired*.

    *validation* is the service's answer about an address that differs from the stored one.
    """
    reasons = [*_unchangeable(desired, number)]
    if desired.released is True:
        return _release(number, state) if not reasons else Difference(reasons=tuple(reasons))
    target = dict(state)
    for name in (*TEXTS, *SMS, *VOICE):
        if (value := getattr(desired, name)) is not UNSET:
            target[name] = None if value is None else str(value)
    notes: list[str] = []
    reasons += _voice(desired, state, target)
    reasons += _sms(desired, number, state, target, notes)
    reasons += _address(desired, number, state, target, validation, notes)
    if desired.released is False and state["released"]:
        reasons.append(_RENEWS_NOT)
    steps = _steps(state, target)
    if steps and state["released"]:
        notes.append(f"the number was released{_until(number)}")
    return Difference(steps=tuple(steps), notes=tuple(notes), reasons=tuple(reasons))


def _unchangeable(desired: DesiredNumber, number: ActiveNumber) -> list[str]:
    reasons = []
    for name, actual in (("region_code", number.region_code), ("type", number.type)):
        wanted = getattr(desired, name)
        if wanted is not UNSET and wanted != actual:
            reasons.append(f"{name} is {actual}, which cannot be changed to {wanted}")
    return reasons


def _release(number: ActiveNumber, state: State) -> Difference:
    if state["released"]:
        return Difference()
    return Difference(
        steps=(PlanStep(action=StepAction.RELEASE, set={"released": True}),),
        notes=(f"release cannot be undone and is not refunded; it works{_until(number)}",),
    )


def _until(number: ActiveNumber) -> str:
    end = number.expire_at or number.next_charge_date
    return f" until {end:%Y-%m-%d}" if end else " until the paid month ends"


def _voice(desired: DesiredNumber, state: State, target: dict[str, Any]) -> list[str]:
    """Complete the voice target in *target*: exactly one of the identifiers, and its type."""
    kinds = {"app_id": "RTC", "trunk_id": "EST", "service_id": "FAX"}
    if "voice_type" not in state:
        return []
    given = [name for name in kinds if getattr(desired, name) not in (UNSET, None)]
    if given:
        (name,) = given
        target |= {"voice_type": kinds[name], **{other: None for other in kinds if other != name}}
        return []
    held = next((name for name in kinds if state[name] is not None), None)
    emptied = {name for name in kinds if getattr(desired, name) is None}
    if state["voice_type"] is not None and (desired.voice_type is None or held in emptied):
        return [_NO_VOICE_REMOVAL]
    target |= {name: state[name] for name in VOICE}
    return []


def _sms(
    desired: DesiredNumber,
    number: ActiveNumber,
    state: State,
    target: dict[str, Any],
    notes: list[str],
) -> list[str]:
    if "service_plan_id" not in state:
        return []
    plan, campaign = target["service_plan_id"], target["campaign_id"]
    if plan is None and campaign is not None:
        if desired.campaign_id is not UNSET:
            return ["a campaign requires a service plan: set service_plan_id"]
        target["campaign_id"] = campaign = None
        notes.append(f"campaign {state['campaign_id']} is removed with the service plan")
    if campaign not in (None, state["campaign_id"]) and number.region_code not in (None, "US"):
        return [f"campaigns are for US numbers, this one is of {number.region_code}"]
    if state["service_plan_id"] not in (None, plan) and plan is not None:
        notes.append("no SMS between the removal of the service plan and its replacement")
    return []


def _address(
    desired: DesiredNumber,
    number: ActiveNumber,
    state: State,
    target: dict[str, Any],
    validation: AddressValidation | None,
    notes: list[str],
) -> list[str]:
    if E911 not in state:
        return []
    wanted = desired.emergency_address
    if wanted is None:
        target[E911] = None
        if state[E911] is not None:
            notes.append("emergency calls will have no dispatchable address")
        return []
    if not isinstance(wanted, EmergencyAddress):
        return []
    if number.region_code not in E911_REGIONS:
        return [f"emergency addresses are for US and CA numbers, not for {number.region_code}"]
    target[E911] = address_values(wanted)
    if validation is not None:
        result = str(validation.validation_result)
        corrected = validation.corrected_address
        if result == "NEAR_MATCH" and corrected is not None and address_values(corrected):
            if (values := address_values(corrected)) != target[E911]:
                target[E911] = values
                if values != state[E911]:
                    notes.append("emergency address in the service's standard form")
        elif result != "EXACT_MATCH":
            message = validation.validation_message or result
            return [f"the service does not know the emergency address: {message}"]
    if target[E911] != state[E911]:
        notes.append("no price is published for setting an emergency address")
    return []


def _steps(state: State, target: Mapping[str, Any]) -> list[PlanStep]:
    """Order the changes: an address before voice, and unlinking before linking."""
    now, steps = dict(state), list[PlanStep]()

    def add(action: StepAction, names: tuple[str, ...], values: Mapping[str, Any]) -> None:
        changes = {name: values[name] for name in names if now.get(name) != values[name]}
        if changes:
            steps.append(PlanStep(action=action, set=changes))
            now.update(changes)

    if E911 in now and target[E911] is not None:
        add(StepAction.SET_EMERGENCY_ADDRESS, (E911,), target)
    if "service_plan_id" in now:
        if now["service_plan_id"] not in (None, target["service_plan_id"]):
            add(StepAction.UNLINK_SMS, SMS, dict.fromkeys(SMS))
        elif now["campaign_id"] not in (None, target["campaign_id"]):
            add(StepAction.UNLINK_CAMPAIGN, ("campaign_id",), {"campaign_id": None})
    names = tuple(name for name in (*TEXTS, *SMS, *VOICE) if name in now)
    add(StepAction.UPDATE, names, target)
    if E911 in now and target[E911] is None:
        add(StepAction.REMOVE_EMERGENCY_ADDRESS, (E911,), target)
    return steps
