"""
State of the provisioning of rented and imported numbers, as read from a number.

A read may lag behind the preceding write, so an end state needs a second read unless a previous
read or an event showed that provisioning was in progress.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

# Models that most programs don't use are looked up in `models`, which imports them then.
from sinch_numbers import models
from sinch_numbers._client.wait_results import WaitOutcome
from sinch_numbers._client.waiting import Reading
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import ActiveNumber, SmsProvisioning
from sinch_numbers.models import _number_status as links
from sinch_numbers.models._value_repr import ValueRepr

__all__ = ["LinkState"]

_UNREQUESTED: Final = 3
"""Reads that show that a required configuration was never requested."""


class LinkState(ValueRepr, StrEnum):
    """State of one configuration of a number, such as SMS or voice."""

    LINKED = "linked"
    """Configured, and no provisioning in progress."""
    PENDING = "pending"
    """Provisioning in progress, of a first configuration or a replacement."""
    FAILED = "failed"
    """Provisioning failed."""
    UNLINKED = "unlinked"
    """Not configured, and no provisioning in progress."""


_BY_PRIORITY: Final = (LinkState.FAILED, LinkState.PENDING, LinkState.LINKED)


def number_judge(*, sms: object, voice: object) -> Callable[[ActiveNumber], Reading]:
    """Return the function that judges a rented number, or raise `InvalidArgumentError`."""
    wanted: dict[str, bool | None] = {}
    for name, value in (("sms", sms), ("voice", voice)):
        if value is not None and not isinstance(value, bool):
            raise InvalidArgumentError(name, "True, False or None", value)
        wanted[name] = value
    if sms is False and voice is False:
        raise InvalidArgumentError("sms", "True or None, since voice is False")

    def judge(number: ActiveNumber) -> Reading:
        states = {"sms": sms_state(number), "voice": voice_state(number)}
        job = links.sms_job(number) if wanted["sms"] is not False else None
        steps = {name: state for name, state in states.items() if wanted[name] is not False}
        waited_for = {
            "sms": number.sms_configuration,
            "voice": number.voice_configuration,
        }
        why = [str(one) for name in steps for one in models.explanations(waited_for[name])]
        return _reading(steps, wanted, _codes(job), why)

    return judge


def imported_number(number: models.ImportedNumber) -> Reading:
    """Judge an imported number, by the provisioning of its service plan and campaign."""
    sms = number.sms_configuration
    job = sms.scheduled_provisioning if sms else None
    steps: dict[str, LinkState] = {}
    both = {"sms": number.sms_provisioning, "campaign": number.campaign_provisioning}
    for name, step in both.items():
        if step is None or step.state in (None, models.StepState.UNSPECIFIED):
            continue
        steps[name] = _step_state(step)
    if job is not None:
        steps["sms"] = LinkState.FAILED if links.has_failed(job) else LinkState.PENDING
    elif "sms" not in steps:
        linked = sms is not None and sms.service_plan_id
        steps["sms"] = LinkState.LINKED if linked else LinkState.UNLINKED
    messages = [step.error_message for step in both.values() if step and step.error_message]
    return _reading(steps, {}, _codes(job), [*map(str, models.explanations(number)), *messages])


def _reading(
    steps: Mapping[str, LinkState],
    wanted: Mapping[str, bool | None],
    codes: tuple[str, ...],
    problems: list[str],
) -> Reading:
    states = set(steps.values())
    unrequested = [
        name for name, state in steps.items() if wanted.get(name) and state is LinkState.UNLINKED
    ]
    state = next((one for one in _BY_PRIORITY if one in states), LinkState.UNLINKED)
    outcome: WaitOutcome | None = WaitOutcome.SUCCEEDED
    reads, current_reads = 2, 1
    if state is LinkState.FAILED:
        outcome = WaitOutcome.FAILED
    elif state is LinkState.PENDING:
        outcome = None
    elif unrequested:
        outcome, reads, current_reads = WaitOutcome.FAILED, _UNREQUESTED, _UNREQUESTED
        names = " and ".join(f"{name}_configuration" for name in unrequested)
        problems = [f"never requested: set {names} with update"]
    return Reading(
        state=state.value,
        outcome=outcome,
        steps=steps,
        problem="; ".join(dict.fromkeys(problems)) or None,
        error_codes=codes,
        reads=reads,
        current_reads=current_reads,
    )


def _codes(job: SmsProvisioning | None) -> tuple[str, ...]:
    return job.error_codes if job else ()


def _step_state(step: models.ServiceProvisioning) -> LinkState:
    if step.state == models.StepState.FAILED:
        return LinkState.FAILED
    if step.state != models.StepState.DONE:
        return LinkState.PENDING
    removed = step.type == models.LinkDirection.DEPROVISIONING
    return LinkState.UNLINKED if removed else LinkState.LINKED


def sms_state(number: ActiveNumber) -> LinkState:
    """Return the state of the SMS configuration of *number*."""
    job = links.sms_job(number)
    if job is not None:
        return LinkState.FAILED if links.has_failed(job) else LinkState.PENDING
    return LinkState.LINKED if links.service_plan(number) else LinkState.UNLINKED


def voice_state(number: ActiveNumber) -> LinkState:
    """Return the state of the voice configuration of *number*, of any type."""
    job = links.voice_job(number)
    if job is not None:
        return LinkState.FAILED if links.has_failed(job) else LinkState.PENDING
    return LinkState.LINKED if links.voice_link(number) else LinkState.UNLINKED
