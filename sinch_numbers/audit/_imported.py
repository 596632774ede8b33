"""
Audit of the second API host: imported numbers, hosting orders and qualified numbers.

Imported numbers are checked by the rules for rented ones, as numbers without voice and price.
"""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

import attrs

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.concurrency import for_each
from sinch_numbers._core.items import UnreadableItem
from sinch_numbers.audit import _imported_rules as imported_rules
from sinch_numbers.audit._accumulator import AuditAccumulator, ImportedCounts
from sinch_numbers.audit._findings import AuditedNumber, Message, Rule
from sinch_numbers.audit._groups import Groups
from sinch_numbers.audit._plan import AuditPlan
from sinch_numbers.errors import SinchNumbersError
from sinch_numbers.models import (
    ActiveNumber,
    Capability,
    GlobalProcessState,
    HostingOrderState,
    HostingOrderType,
    ImportedNumber,
    NumberType,
)

T = TypeVar("T")
Pair = tuple[str, str]
"""A service plan and a campaign; the campaign may be empty."""
ReportProgress = Callable[[str, int, int | None], Awaitable[None]]

_TOLL_FREE: Final = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")
_REGIONS: Final = ("US", "CA")
_PAGE: Final = 100
_ORDERS: Final = tuple(
    state
    for state in HostingOrderState
    if state not in (HostingOrderState.UNSPECIFIED, HostingOrderState.COMPLETED)
)
_TYPES: Final = (HostingOrderType.IMPORT, HostingOrderType.TEXT_ENABLE)
_QUALIFICATIONS: Final = tuple(
    state for state in GlobalProcessState if state is not GlobalProcessState.UNSPECIFIED
)


def pairs_of(groups: Groups) -> frozenset[Pair]:
    """Return the service plans and campaigns of the numbers in the US and Canada."""
    return frozenset(
        (group.service_plan_id, group.campaign_id or "")
        for group, _ in groups
        if group.service_plan_id is not None and group.region_code in _REGIONS
    )


async def examine_imported(
    client: NumbersClient,
    plan: AuditPlan,
    pairs: Iterable[Pair],
    *,
    concurrency: int,
    report_progress: ReportProgress,
) -> AuditAccumulator:
    """
    Read and check everything on the second host, and return the results.

    The API lists hosting orders only by service plan and campaign: those of *pairs* and of the
    imported numbers are read. A list that cannot be read is a finding. Free of charge.
    """
    tally = plan.begin()
    reading = _Reading(client, plan, tally)
    await report_progress("imported numbers", 0, None)
    await reading.numbers()
    await report_progress("imported numbers", reading.counts.numbers, reading.counts.numbers)
    lists: list[Callable[[], Awaitable[None]]] = [
        partial(reading.qualified, state) for state in _QUALIFICATIONS
    ]
    lists += [
        partial(reading.orders, state, order_type, pair)
        for pair in sorted({*pairs, *pairs_of(tally.groups)})
        for state in _ORDERS
        for order_type in _TYPES
    ]
    done = 0

    async def read(one: Callable[[], Awaitable[None]]) -> None:
        nonlocal done
        await one()
        done += 1
        await report_progress("hosting orders and qualified numbers", done, len(lists))

    await for_each(lists, read, concurrency=concurrency)
    tally.imported = reading.counts
    return tally


def as_active(number: ImportedNumber) -> ActiveNumber:
    """Return *number* as the rules for rented numbers check it."""
    toll_free = number.phone_number.startswith(_TOLL_FREE)
    return ActiveNumber(
        number.phone_number,
        project_id=number.project_id,
        display_name=number.display_name,
        region_code=number.region_code,
        type=NumberType.TOLL_FREE if toll_free else None,
        capability=(Capability.SMS,),
        sms_configuration=number.sms_configuration,
        callback_url=number.callback_url,
    )


class _Reading:
    """Reads the lists of the second host."""

    def __init__(self, client: NumbersClient, plan: AuditPlan, tally: AuditAccumulator) -> None:
        self._client = client
        self._plan = plan
        self._tally = tally
        self.counts = ImportedCounts()

    async def numbers(self) -> None:
        """Read and check the imported numbers."""
        what = "imported numbers"
        stuck = self._rule("imported-stuck")
        pager = self._client.imported_numbers.list(
            page_size=_PAGE, on_unreadable=partial(self._unreadable, what)
        )
        async for number in self._read(what, pager):
            self.counts = attrs.evolve(self.counts, numbers=self.counts.numbers + 1)
            self._plan.look_imported(as_active(number), self._tally)
            about = AuditedNumber(
                number.phone_number, number.region_code, None, number.display_name
            )
            failures = imported_rules.imported_failures(number)
            self._add("imported-failed", about, failures)
            delays = imported_rules.imported_delays(number, self._now, _after(stuck))
            self._add("imported-stuck", about, delays)

    async def qualified(self, state: GlobalProcessState) -> None:
        """Read and check the qualified numbers in *state*."""
        what = f"qualified numbers in state {state.removeprefix('GLOBAL_PROCESS_STATE_')}"
        stuck = self._rule("qualification-stuck")
        pager = self._client.qualified_numbers.list(
            states=state, page_size=_PAGE, on_unreadable=partial(self._unreadable, what)
        )
        async for number in self._read(what, pager):
            self.counts = attrs.evolve(self.counts, qualified=self.counts.qualified + 1)
            about = AuditedNumber(number.phone_number, number.region_code)
            problems = imported_rules.qualification_problems(number)
            self._add("qualification-failed", about, problems)
            delays = imported_rules.qualification_delays(number, self._now, _after(stuck))
            self._add("qualification-stuck", about, delays)

    async def orders(self, state: HostingOrderState, type: HostingOrderType, pair: Pair) -> None:
        """Read and check the hosting orders in *state*, for one service plan and campaign."""
        plan_id, campaign_id = pair
        what = f"hosting orders in state {state} of service plan {plan_id}"
        stuck = self._rule("hosting-order-stuck")
        pager = self._client.hosting_orders.list(
            states=state,
            type=type,
            service_plan_id=plan_id,
            campaign_id=campaign_id,
            page_size=_PAGE,
            on_unreadable=partial(self._unreadable, what),
        )
        async for order in self._read(what, pager):
            self.counts = attrs.evolve(self.counts, orders=self.counts.orders + 1)
            about = AuditedNumber("", order.region_code, None, order.display_name)
            name, problems = order.hosting_order_id, imported_rules.order_problems(order)
            self._add("hosting-order-rejected", about, problems, name)
            delays = imported_rules.order_delays(order, self._now, _after(stuck))
            self._add("hosting-order-stuck", about, delays, name)

    @property
    def _now(self) -> datetime:
        return self._plan.basis.now

    def _rule(self, id: str) -> Rule:
        return self._plan.system_rule(id)

    async def _read(self, what: str, pager: AsyncIterable[T]) -> AsyncIterator[T]:
        try:
            async for one in pager:
                yield one
        except SinchNumbersError as error:
            message = Message(f"{what}: {error.message}", cause=what)
            self._add("imported-unchecked", AuditedNumber(""), [message], what)

    def _unreadable(self, what: str, item: UnreadableItem) -> None:
        message = Message(f"{what}: {item}", cause=f"{what}: {item.reason}")
        self._add("imported-unchecked", AuditedNumber(item.name or ""), [message], what)

    def _add(
        self,
        rule_id: str,
        about: AuditedNumber,
        messages: Iterable[Message],
        subject: str | None = None,
    ) -> None:
        rule = self._rule(rule_id)
        for message in messages:
            finding = rule.finding(about, message)
            self._tally.findings.append(attrs.evolve(finding, subject=subject))


def _after(rule: Rule) -> timedelta:
    return rule.after if isinstance(rule, imported_rules.StuckRule) else timedelta(days=1)
