"""The requests of the steps of a plan."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import attrs

from sinch_numbers._client import waiting
from sinch_numbers._client.client import NumbersClient, PurchaseMethod
from sinch_numbers._client.prices import Budget, prices_of
from sinch_numbers._client.wait_results import WaitOutcome
from sinch_numbers._client.waiting import Reading, WaitOptions
from sinch_numbers.errors import NotFoundError, PurchaseIncompleteError
from sinch_numbers.models import (
    ActiveNumber,
    EstVoice,
    FaxVoice,
    NumberOrder,
    NumberOrderState,
    RtcVoice,
    SmsConfiguration,
    VoiceConfiguration,
)
from sinch_numbers.models import _number_status as status
from sinch_numbers.operations._apply_journal import ApplyJournal
from sinch_numbers.operations._apply_tables import Claim
from sinch_numbers.operations._plan import PlannedNumber, PlanStep, StepAction
from sinch_numbers.operations._plan_files import address_of
from sinch_numbers.operations._state import E911, TEXTS, VOICE
from sinch_numbers.ordering import OrderOutcome, resume_order
from sinch_numbers.ordering._results import Step

_VOICES: Final[Mapping[str, Callable[[str], VoiceConfiguration]]] = {
    "app_id": RtcVoice,
    "trunk_id": EstVoice,
    "service_id": FaxVoice,
}
_IN_PROGRESS: Final = frozenset((NumberOrderState.CREATED, NumberOrderState.IN_REVIEW))


class StepFailedError(Exception):
    """A step that ended without its effect; the message has the reason."""


class StepPendingError(Exception):
    """A step whose effect has not happened yet, such as an order in review."""


@attrs.frozen(kw_only=True)
class Steps:
    """Sends the requests of one number's steps."""

    client: NumbersClient
    journal: ApplyJournal
    claim: Claim
    planned: PlannedNumber
    deadline: float | None
    longest_pause: float
    method: PurchaseMethod | None

    async def run(self, index: int, shown: ActiveNumber | None) -> ActiveNumber | None:
        """
        Do a step, after it was recorded; return the number, if the response has it.

        *shown* is the number as last read.
        """
        step = self.planned.steps[index]
        await self.journal.begin(self.claim, index + 1)
        number = self.planned.phone_number
        match step.action:
            case StepAction.BUY:
                await self._buy()
            case StepAction.SET_EMERGENCY_ADDRESS:
                await self.client.emergency_address.provision(
                    number,
                    display_name=self.planned.emergency_display_name or number,
                    address=address_of(step.set[E911]),
                )
            case StepAction.REMOVE_EMERGENCY_ADDRESS:
                await self._remove_address()
            case StepAction.RELEASE:
                return await self.client.active_numbers.release(number)
            case StepAction.UNLINK_SMS | StepAction.UNLINK_CAMPAIGN:
                return await self._unlink(step, self.planned.states[index] or {})
            case StepAction.UPDATE:
                after = self.planned.states[index + 1] or {}
                changes = update_of(step, after, shown)
                return await self.client.active_numbers.update(number, **changes)
        return None

    async def _remove_address(self) -> None:
        try:
            await self.client.emergency_address.deprovision(self.planned.phone_number)
        except NotFoundError:  # a repeated request
            await self.client.active_numbers.get(self.planned.phone_number)

    async def _unlink(self, step: PlanStep, before: Mapping[str, Any]) -> ActiveNumber:
        """Unlink, and wait until the number shows it: another link is rejected before."""
        number = self.planned.phone_number
        names = [name for name in step.set if before.get(name) is not None]
        ids: dict[str, Any] = dict.fromkeys(names, "")
        ids.setdefault("service_plan_id", before.get("service_plan_id") or "")
        updated = await self.client.active_numbers.update(
            number, sms_configuration=SmsConfiguration(**ids)
        )

        def judge(shown: ActiveNumber) -> Reading:
            now = {
                "service_plan_id": status.service_plan(shown),
                "campaign_id": status.campaign(shown),
            }
            left = [name for name in names if now[name] is not None]
            return Reading(
                state="linked" if left else "unlinked",
                outcome=None if left else WaitOutcome.SUCCEEDED,
            )

        resource = self.client.active_numbers
        result = await waiting.wait(
            resource._pipeline,  # noqa: SLF001 - of this package
            "removal of the SMS configuration",
            number,
            partial(resource.get, number),
            judge,
            WaitOptions.checked(deadline=self.deadline, longest_pause=self.longest_pause),
            known=updated,
        )
        if not result.ok:
            raise StepPendingError(result.explanation)
        return updated

    async def _buy(self) -> None:
        planned, order_id = self.planned, self.claim.order_id
        budget = Budget.of(planned.price, planned.setup_price)
        if not order_id and self.claim.step:
            order_id = await self._unrecorded_order()
        if order_id:
            await self._resume(order_id, budget)
            return
        try:
            await self.client.buy(
                phone_numbers=planned.phone_number,
                max_monthly_price=planned.price,
                max_setup_price=planned.setup_price,
                method=self.method,
                deadline=self.deadline,
                longest_pause=self.longest_pause,
                on_step=self._record,
            )
        except PurchaseIncompleteError as error:
            order = next(iter(error.orders), None)
            if order is not None and order.state in _IN_PROGRESS:
                raise StepPendingError(error.message) from error
            if order is not None and order.state != NumberOrderState.BLOCKED:
                await self.journal.note_order(self.claim, "")
            raise

    async def _unrecorded_order(self) -> str:
        """
        Return the order that an earlier run created, but could not record before it was killed.

        The client's store has it. An order that has ended is not resumed: the number is available.
        Raises `StepFailedError` if an order may exist that no read shows.
        """
        for entry in await self.client.operations(open_only=False):
            if (
                entry.operation != "createNumberOrder"
                or entry.subject != self.planned.phone_number
            ):
                continue
            if entry.is_open:
                raise StepFailedError(
                    f"an order of the number may exist: the outcome of operation {entry.id} is "
                    "unknown; dismiss it once the order has expired, then apply again"
                )
            if order_id := entry.result.get("orderId"):
                order = await self.client.number_orders.get(order_id)
                if order.state in (*_IN_PROGRESS, NumberOrderState.BLOCKED):
                    await self.journal.note_order(self.claim, order_id)
                    return str(order_id)
        return ""

    async def _record(self, step: Step, order: NumberOrder) -> None:
        """Record the ID of an order as soon as it is known."""
        if step is Step.CREATED:
            await self.journal.note_order(self.claim, order.id_number_order)

    async def _resume(self, order_id: str, budget: Budget) -> None:
        """Resume the order of an earlier run, which is never ordered a second time."""
        order = await self.client.number_orders.get(order_id)
        if order.state == NumberOrderState.CREATED:
            budget.check(*prices_of([order]), order_ids=(order_id,))
        result = await resume_order(
            self.client, order_id, deadline=self.deadline, longest_pause=self.longest_pause
        )
        if result.outcome is OrderOutcome.COMPLETED:
            return
        if result.outcome is OrderOutcome.PENDING:
            raise StepPendingError(result.explanation)
        if result.outcome is not OrderOutcome.BLOCKED:
            await self.journal.note_order(self.claim, "")
        raise StepFailedError(result.explanation)


def update_of(
    step: PlanStep, after: Mapping[str, Any], shown: ActiveNumber | None
) -> dict[str, Any]:
    """Return the arguments of the update that leads to the state *after*."""
    changes: dict[str, Any] = {name: step.set[name] or "" for name in TEXTS if name in step.set}
    if "service_plan_id" in step.set or "campaign_id" in step.set:
        campaign = after["campaign_id"]
        job = None if shown is None else status.sms_job(shown)
        if campaign is None and job is not None and job.campaign_id is not None:
            campaign = ""  # if it is omitted, a campaign whose provisioning has failed stays
        changes["sms_configuration"] = SmsConfiguration(
            service_plan_id=after["service_plan_id"], campaign_id=campaign
        )
    if any(name in step.set for name in VOICE):
        (name,) = (name for name in _VOICES if after[name] is not None)
        changes["voice_configuration"] = _VOICES[name](after[name])
    return changes
