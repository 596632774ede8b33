"""Make plans: read the current state of numbers and compare it with the desired state."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core import arguments
from sinch_numbers._core.concurrency import gather
from sinch_numbers._core.items import UnreadableItem
from sinch_numbers.errors import InvalidArgumentError, NotFoundError
from sinch_numbers.models import (
    ActiveNumber,
    AddressValidation,
    AvailableNumber,
    EmergencyAddress,
)
from sinch_numbers.models._unset import UNSET
from sinch_numbers.operations._desired import DesiredNumber, checked_all
from sinch_numbers.operations._diff import Difference, difference
from sinch_numbers.operations._plan import (
    Plan,
    PlanAction,
    PlannedNumber,
    PlanStep,
    RejectedNumber,
    StepAction,
)
from sinch_numbers.operations._state import (
    E911,
    E911_REGIONS,
    Current,
    address_values,
    empty_state,
    managed_fields,
    read_address,
    service_of,
    state_of,
)

__all__ = ["plan_changes"]

_FEW: Final = 100
"""Numbers up to which each is read by itself, instead of the list of the project's numbers."""
_PAGE_SIZE: Final = 1000


async def plan_changes(
    client: NumbersClient,
    desired: Iterable[DesiredNumber],
    *,
    release_others: bool = False,
    concurrency: int = 20,
) -> Plan:
    """
    Compare the project's numbers with the *desired* state, and plan the changes.

    Changes nothing and is free of charge. A number's emergency address, where it is managed, is
    read, and validated by the service if it differs. A number that is not rented is planned to be
    bought, at its current price. A number whose desired state requires a step that the vendor does
    not document, such as removing its voice target, is rejected with the reason.
    (API: ``GET /activeNumbers``, ``GET /availableNumbers/{phoneNumber}``)

    Args:
        client: The client of the project.
        desired: The desired numbers: unique, in the order of the changes.
        release_others: Whether to plan the release of all other numbers of the project. By
            default they are not touched.
        concurrency: Maximum number of concurrent reads.

    Raises:
        InvalidArgumentError: Before any request: *desired* is malformed, or is empty with
            *release_others*.
        APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

    Example::

        desired = [DesiredNumber("+12025550134", display_name="Front desk")]
        plan = await plan_changes(client, desired)
        print(plan_markdown(plan))
    """
    wanted = checked_all(desired)
    if arguments.flag(release_others, "release_others") and not wanted:
        raise InvalidArgumentError("desired", "at least one number, to release all others")
    arguments.positive(concurrency, "concurrency")
    planner = _Planner(client, wanted, concurrency)
    return await planner.plan(release_others=release_others)


@attrs.define(eq=False)
class _Planner:
    """The reads of one plan."""

    _client: NumbersClient
    _wanted: Mapping[str, DesiredNumber]
    _concurrency: int
    _rented: dict[str, ActiveNumber] = attrs.field(factory=dict, init=False)
    _unreadable: list[UnreadableItem] = attrs.field(factory=list, init=False)

    async def plan(self, *, release_others: bool) -> Plan:
        is_listed = release_others or len(self._wanted) > _FEW
        if is_listed:
            pager = self._client.active_numbers.list(
                page_size=_PAGE_SIZE, on_unreadable=self._unreadable.append
            )
            async for number in pager:
                self._rented[number.phone_number] = number
        outcomes = await gather(self._planned, self._wanted, concurrency=self._concurrency)
        others = [number for number in self._rented if number not in self._wanted]
        planned = [outcome.get() for outcome in outcomes]
        if release_others:
            planned += [self._released(self._rented[number]) for number in sorted(others)]
        numbers = [one for one in planned if isinstance(one, PlannedNumber)]
        rejected = [one for one in planned if isinstance(one, RejectedNumber)]
        return Plan(
            project_id=self._client.project_id,
            origin=service_of(self._client),
            created_at=datetime.now(UTC),
            numbers=tuple(numbers),
            rejected=tuple(rejected),
            unchanged=len(self._wanted) - len([n for n in planned[: len(self._wanted)] if n]),
            unmanaged=len(others) if is_listed and not release_others else None,
        )

    async def _planned(self, phone_number: str) -> PlannedNumber | RejectedNumber | None:
        desired = self._wanted[phone_number]
        number = self._rented.get(phone_number)
        try:
            if number is None:
                # Also after the list: a number that is unreadable there is not one to buy.
                number = await self._client.active_numbers.get(phone_number)
        except NotFoundError:
            return await self._purchase(desired)
        current = state_of(number, *await self._address(desired, number))
        validation = await self._validation(desired, current)
        found = difference(desired, number, current.state, validation)
        return _result(desired, number, current.state, found)

    async def _address(
        self, desired: DesiredNumber, number: ActiveNumber
    ) -> tuple[EmergencyAddress | None, tuple[str, ...]]:
        fields = managed_fields(desired)
        if E911 not in fields or number.region_code not in E911_REGIONS:
            return None, fields
        return await read_address(self._client, number.phone_number), fields

    async def _validation(
        self, desired: DesiredNumber, current: Current
    ) -> AddressValidation | None:
        """Validate an address that differs from the stored one."""
        wanted, number = desired.emergency_address, current.number
        if not isinstance(wanted, EmergencyAddress) or number.region_code not in E911_REGIONS:
            return None
        if E911 not in current.state or address_values(wanted) == current.state[E911]:
            return None
        return await self._client.emergency_address.validate(
            number.phone_number, display_name=_caller_name(desired, number), address=wanted
        )

    async def _purchase(self, desired: DesiredNumber) -> PlannedNumber | RejectedNumber | None:
        """Plan to buy a number that is not rented."""
        phone_number = desired.phone_number
        if desired.released is True:
            return None
        try:
            offer = await self._client.available_numbers.get(phone_number)
        except NotFoundError:
            reason = "the number is neither rented nor available"
            return RejectedNumber(phone_number=phone_number, reasons=(reason,))
        number = ActiveNumber(phone_number, region_code=offer.region_code, type=offer.type)
        state = empty_state(managed_fields(desired))
        found = difference(desired, number, state)
        if found.reasons:
            return RejectedNumber(phone_number=phone_number, reasons=found.reasons)
        return _purchase(desired, offer, state, found)

    def _released(self, number: ActiveNumber) -> PlannedNumber | RejectedNumber | None:
        desired = DesiredNumber(number.phone_number, released=True)
        state = state_of(number, None, managed_fields(desired)).state
        return _result(desired, number, state, difference(desired, number, state))


def _result(
    desired: DesiredNumber, number: ActiveNumber, state: Mapping[str, Any], found: Difference
) -> PlannedNumber | RejectedNumber | None:
    if found.reasons:
        return RejectedNumber(phone_number=number.phone_number, reasons=found.reasons)
    if not found.steps:
        return None
    is_release = desired.released is True
    return PlannedNumber(
        phone_number=number.phone_number,
        action=PlanAction.RELEASE if is_release else PlanAction.UPDATE,
        before=state,
        steps=found.steps,
        emergency_display_name=_caller_name(desired, number) if E911 in state else None,
        region_code=number.region_code,
        type=None if number.type is None else str(number.type),
        price=number.money if is_release else None,
        notes=found.notes,
    )


def _purchase(
    desired: DesiredNumber, offer: AvailableNumber, state: Mapping[str, Any], found: Difference
) -> PlannedNumber:
    notes = ("the purchase is not refunded", *found.notes)
    return PlannedNumber(
        phone_number=desired.phone_number,
        action=PlanAction.BUY,
        before=None,
        steps=(PlanStep(action=StepAction.BUY, set=dict(state)), *found.steps),
        emergency_display_name=(
            _caller_name(desired, ActiveNumber(desired.phone_number)) if E911 in state else None
        ),
        region_code=offer.region_code,
        type=str(offer.type),
        setup_price=offer.setup_price,
        price=offer.monthly_price,
        notes=notes,
    )


def _caller_name(desired: DesiredNumber, number: ActiveNumber) -> str:
    """Return the name that is stored with an emergency address."""
    if desired.emergency_display_name is not UNSET:
        return desired.emergency_display_name
    if desired.display_name not in (UNSET, None):
        return str(desired.display_name)
    return number.display_name or number.phone_number
