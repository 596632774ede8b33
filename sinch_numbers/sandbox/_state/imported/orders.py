"""Hosting orders of a project, from the letter to the last number."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

import attrs

from sinch_numbers.sandbox._protocol.errors import not_found, violation
from sinch_numbers.sandbox._state.imported.models import Order, OrderNumber
from sinch_numbers.sandbox._state.imported.numbers import ImportedNumbers
from sinch_numbers.sandbox._state.imported.qualifying import QualifiedNumbers
from sinch_numbers.sandbox._state.imported.recorder import Journal
from sinch_numbers.sandbox._state.imported.scheduler import Agenda
from sinch_numbers.sandbox._state.links import SmsLink
from sinch_numbers.sandbox._state.provisioning import SMS_ERROR_CODES

__all__ = ["HostingOrders"]

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_CAMPAIGN_CODES = frozenset(SMS_ERROR_CODES) - {"SMS_PROVISIONING_FAILED"}


class HostingOrders:
    """
    Import and text-enable orders. Tests sign letters with `sign`, or don't.

    Import orders have no letter, and a blanket letter counts as already signed, provided there
    is a *blanket_letter*.
    """

    def __init__(
        self,
        agenda: Agenda,
        journal: Journal,
        numbers: ImportedNumbers,
        qualified: QualifiedNumbers,
        seed: int,
    ) -> None:
        self.blanket_letter = True
        self._agenda = agenda
        self._journal = journal
        self._numbers = numbers
        self._qualified = qualified
        self.random: Random = Random(seed)
        self._orders: dict[str, Order] = {}
        self._progress: dict[str, dict[str, OrderNumber]] = {}
        self.at_work: dict[str, str] = {}  # by number: the one open order that includes it
        numbers.set_orderer(self)
        agenda.handle("submit", self._submitted)
        agenda.handle("record", self._recorded)

    def restore(
        self,
        orders: Iterable[Order],
        progress: Mapping[str, Iterable[OrderNumber]],
        at_work: Mapping[str, str],
    ) -> None:
        """Replace the orders, the progress of their numbers, and the numbers in open orders."""
        self._orders = {order.hosting_order_id: order for order in orders}
        self._progress = {
            order_id: {number.phone_number: number for number in progress[order_id]}
            for order_id in self._orders
        }
        self.at_work = dict(at_work)

    def all(self) -> Mapping[str, Order]:
        """Return the orders as of now."""
        self._agenda.settle()
        return self._orders

    def get(self, hosting_order_id: str) -> Order:
        """Return an order."""
        order = self.all().get(hosting_order_id)
        if order is None:
            raise not_found("HostingOrder", hosting_order_id, "no such hosting order", "")
        return order

    def numbers(self, hosting_order_id: str) -> Mapping[str, OrderNumber]:
        """Return the numbers of an order."""
        self.get(hosting_order_id)
        return self._progress[hosting_order_id]

    def number(self, hosting_order_id: str, phone_number: str) -> OrderNumber:
        """Return one number of an order."""
        number = self.numbers(hosting_order_id).get(phone_number)
        if number is None:
            raise not_found("HostingOrderNumber", phone_number, "no such number in the order", "")
        return number

    def place(self, order: Order, *, qualified: bool = False) -> Order:
        """
        Create an order, setting its ID and times.

        With *qualified*, its numbers must be verified.
        """
        now = self._agenda.settle()
        if order.letter is not None and order.letter.kind == "Blanket" and not self.blanket_letter:
            raise violation("blanketLoaInfo", "no standing letter was agreed upon")
        for phone_number in order.numbers:
            if qualified and self._qualified.get(phone_number).state != "VERIFIED":
                raise violation("numbers", f"{phone_number} is not verified")
            self._numbers.check_new(phone_number)
        hosting_order_id = "01k5" + "".join(self.random.choices(_ALPHABET, k=22))
        order = attrs.evolve(
            order, hosting_order_id=hosting_order_id, created_time=now, updated_time=now
        )
        self._orders[hosting_order_id] = order
        self._progress[hosting_order_id] = {
            phone_number: OrderNumber(phone_number=phone_number, moved_time=now)
            for phone_number in order.numbers
        }
        self.at_work |= dict.fromkeys(order.numbers, hosting_order_id)
        self._agenda.after(now, "submit", hosting_order_id)
        operation = "text_enable" if order.letter else "import_by_order"
        operation = "text_enable_toll_free" if order.toll_free else operation
        self._journal.record(operation, order.numbers, now)
        return order

    def sign(self, hosting_order_id: str) -> None:
        """Sign the letter of an order that is waiting for it."""
        self._begin(self._unsigned(hosting_order_id).hosting_order_id, self._agenda.settle())

    def refuse(self, hosting_order_id: str) -> None:
        """Refuse to sign the letter: the order and all of its numbers are rejected."""
        order, now = self._unsigned(hosting_order_id), self._agenda.settle()
        for phone_number in order.numbers:
            self.ended(phone_number, now, error="the letter was not signed")
        self._change(hosting_order_id, now, state="REJECTED")

    # Observer methods, called by the imported numbers.

    def is_at_work(self, phone_number: str) -> bool:
        """Return whether an open order includes a number."""
        return phone_number in self.at_work

    def linking(self, phone_number: str, status: str, now: datetime) -> None:
        """Record that the link of a number is pending."""
        if phone_number in self.at_work:
            self._move(phone_number, now, platform=status, campaign=status)

    def ended(self, phone_number: str, now: datetime, *, error: str = "") -> None:
        """Record the outcome of linking a number; the last one completes the order."""
        if phone_number not in self.at_work:
            return
        of_campaign = error in _CAMPAIGN_CODES
        campaign, platform = "DONE", "DONE"
        if error:
            campaign, platform = ("FAILED", "WAITING") if of_campaign else ("WAITING", "FAILED")
        self._move(phone_number, now, campaign=campaign, platform=platform)
        hosting_order_id = self.at_work.pop(phone_number)
        self._journal.announce(
            phone_number,
            "HOSTING_PROCESS",
            now,
            in_order=True,
            callback_url=self._orders[hosting_order_id].callback_url,
            failed=bool(error),
            code=error if of_campaign else "",
        )
        self._qualified.hosted(phone_number, now, error=error)
        if hosting_order_id not in self.at_work.values():
            self._change(hosting_order_id, now, state="COMPLETED")

    # Scheduled steps.

    def _submitted(self, hosting_order_id: str, now: datetime) -> None:
        order = self._orders[hosting_order_id]
        if order.letter is None or order.letter.kind == "Blanket":
            self._begin(hosting_order_id, now)
        else:
            self._change(hosting_order_id, now, state="WAITING_FOR_LOA_SIGNATURE")

    def _begin(self, hosting_order_id: str, now: datetime) -> None:
        order = self._orders[hosting_order_id]
        due = order.scheduled_time
        while due is not None and due < now and order.toll_free:
            due += timedelta(days=1)  # the next day, at the same time
        self._change(hosting_order_id, now, state="IN_PROGRESS", scheduled_time=due)
        for phone_number in order.numbers:
            self._move(phone_number, now, osr="IN_PROGRESS")
            self._qualified.hosting(phone_number, now)
        self._agenda.after(max(now, due or now), "record", hosting_order_id)

    def _recorded(self, hosting_order_id: str, now: datetime) -> None:
        """Update the carrier record of every number, and start linking it."""
        order = self._orders[hosting_order_id]
        for phone_number in order.numbers:
            self._move(phone_number, now, osr="DONE")
            self._journal.announce(
                phone_number, "OSR_UPDATE", now, in_order=True, callback_url=order.callback_url
            )
            self._numbers.take_in(
                phone_number,
                now,
                region_code=order.region_code,
                display_name=order.display_name,
                callback_url=order.callback_url,
                link=SmsLink(order.service_plan_id, order.campaign_id),
                migrate=order.migrate_to_sinch_tmo,
            )

    def _unsigned(self, hosting_order_id: str) -> Order:
        order = self.get(hosting_order_id)
        if order.state != "WAITING_FOR_LOA_SIGNATURE":
            raise violation("hostingOrderId", f"no letter to be signed in state {order.state}")
        return order

    def _change(self, hosting_order_id: str, now: datetime, **changes: Any) -> None:
        order = self._orders[hosting_order_id]
        self._orders[hosting_order_id] = attrs.evolve(order, updated_time=now, **changes)

    def _move(self, phone_number: str, now: datetime, **changes: Any) -> None:
        progress = self._progress[self.at_work[phone_number]]
        progress[phone_number] = attrs.evolve(progress[phone_number], moved_time=now, **changes)
