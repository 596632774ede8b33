"""
Number orders: reservation, registration, review, and rent or rejection.

An order that is not submitted within 48 hours expires. A review takes as long as
provisioning, the sandbox's ``provisioning`` seconds, and a document check half of that.
Nothing runs in the background: orders are updated on every request. Regions and types without
requirements on record, such as US LOCAL, need no registration before submission.

The registration and the uploads determine the outcome:

===================================================  ====================================
a string of the registration begins with ``reject``  REJECTED, the text is the remark
... with ``block``                                   BLOCKED, the text is the remark; the
                                                     order can be corrected and submitted
                                                     again
... with ``stuck``                                   IN_REVIEW forever
the name of an upload begins with ``fail``           FAILED, must be uploaded again
... with ``stuck``                                   WAITING forever
===================================================  ====================================

`Orders.decide` ends a review manually.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any, cast

from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._protocol.errors import ApiError, invalid, not_found, violation
from sinch_numbers.sandbox._protocol.multipart import Upload
from sinch_numbers.sandbox._state.change import Change
from sinch_numbers.sandbox._state.events import Event
from sinch_numbers.sandbox._state.numbers import AvailableNumber
from sinch_numbers.sandbox._state.order import Attachment, Order

__all__ = ["Orders"]

_RESERVED_FOR = timedelta(hours=48)
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_OPEN = ("CREATED", "BLOCKED")
_VERDICTS = {"reject": "REJECTED", "block": "BLOCKED", "stuck": "IN_REVIEW"}


class Orders(Mapping[str, Order]):
    """
    Map order IDs to a project's orders, as of the clock's time.

    Created by the package.

    Args:
        project_id: ID of the project.
        clock: Clock of the sandbox.
        seed: Random seed of IDs.
        pace: Duration of a review.
        events: Where events are added.
        give_back: Called with the numbers of an order that has ended without them.
        rent: Called for each number of a completed order.
        record: Called with the operation and the number of each change.

    Example::

        with Sandbox(numbers=0, stock=50) as sandbox, sandbox.sync_client() as client:
            created = client.number_orders.create(
                region_code="US", type="LOCAL", requested_quantity=1
            )
            client.number_orders.submit(created.id_number_order)
            orders = sandbox.project().orders
            orders.decide(created.id_number_order, "REJECTED", "no such address")
            print(orders.find(created.id_number_order).state)
    """

    def __init__(
        self,
        *,
        project_id: str,
        clock: Clock,
        seed: int,
        pace: timedelta,
        events: list[Event],
        give_back: Callable[[Iterable[AvailableNumber]], None],
        rent: Callable[[str, Change], object],
        record: Callable[[str, str], None],
    ) -> None:
        self._project_id = project_id
        self._clock = clock
        self.random: Random = Random(seed)
        self._pace = pace
        self._events = events
        self._give_back = give_back
        self._rent = rent
        self._record = record
        self._orders: dict[str, Order] = {}
        self._due: list[tuple[datetime, int, str]] = []
        self._count = 0

    def __getitem__(self, order_id: str) -> Order:
        self.settle()
        return self._orders[order_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._orders)

    def __len__(self) -> int:
        return len(self._orders)

    def settle(self) -> datetime:
        """
        Apply everything that is due, and return the current time.

        Called by the package.
        """
        now = self._clock.now()
        while self._due and self._due[0][0] <= now:
            due, _, order_id = heappop(self._due)
            order = self._orders[order_id]
            if order.state == "CREATED" and order.expire_time <= due:
                self._end(order, "EXPIRED", due)
            elif order.state == "IN_REVIEW" and order.reviewed_by == due:
                state, remark = _completeness(order.details)
                if state != "IN_REVIEW":
                    self._end(order, state, due, remark)
        return now

    def restore(self, orders: Iterable[Order]) -> None:
        """
        Add orders as they were, and schedule what is pending.

        Called by the package.

        Args:
            orders: The orders of a state file.
        """
        for order in orders:
            self._orders[order.id] = order
            if order.state == "CREATED":
                self._look_at(order, order.expire_time)
            elif order.state == "IN_REVIEW" and order.reviewed_by is not None:
                self._look_at(order, order.reviewed_by)

    def find(self, order_id: str) -> Order:
        """
        Return an order of the project.

        Args:
            order_id: ID of the order.
        """
        self.settle()
        order = self._orders.get(order_id)
        if order is None:
            raise not_found("NumberOrder", order_id, "no such order")
        return order

    def create(
        self, kind: tuple[str, str], numbers: Iterable[AvailableNumber], change: Change
    ) -> Order:
        """
        Create an order for numbers taken from the available numbers.

        Called by the package.

        Args:
            kind: Region and type.
            numbers: The numbers.
            change: Configurations and callback URL of the numbers.
        """
        now = self.settle()
        order = Order(
            id="01k" + "".join(self.random.choices(_LETTERS, k=23)),
            region_code=kind[0],
            type=kind[1],
            numbers=tuple(numbers),
            change=change,
            create_time=now,
            update_time=now,
            expire_time=now + _RESERVED_FOR,
        )
        self._orders[order.id] = order
        self._look_at(order, order.expire_time)
        self._record("create_order", order.numbers[0].phone_number)
        return order

    def register(self, order_id: str, details: Mapping[str, Any]) -> Order:
        """
        Store the registration of an order, if it is valid.

        Called by the package.

        Args:
            order_id: ID of the order.
            details: The registration.
        """
        order = self._open(order_id)
        problems = list(order.requirements.problems(details))
        if problems:
            raise _violations(problems)
        order.details = details
        order.update_time = self._clock.now()
        return order

    def attach(self, order_id: str, attachment_id: str, upload: Upload) -> None:
        """
        Store a document of an order, replacing an earlier upload.

        Called by the package.

        Args:
            order_id: ID of the order.
            attachment_id: ID of the required attachment.
            upload: The document.
        """
        order = self._open(order_id)
        wanted = order.requirements.document(attachment_id)
        if wanted is None:
            raise not_found("Attachment", attachment_id, "no such attachment")
        if wanted.mime_types and upload.mime_type not in wanted.mime_types:
            raise violation("file", f"must be one of {', '.join(wanted.mime_types)}")
        if wanted.kinds and upload.document_type not in wanted.kinds:
            raise violation("documentType", f"must be one of {', '.join(wanted.kinds)}")
        order.update_time = self._clock.now()
        order.attachments[attachment_id] = Attachment(
            attachment_id=attachment_id,
            upload=upload,
            create_time=order.update_time,
            pace=self._pace / 2,
        )

    def submit(self, order_id: str) -> Order:
        """
        Submit an order for review, if nothing is missing.

        Called by the package.

        Args:
            order_id: ID of the order.
        """
        order = self._open(order_id)
        now = self._clock.now()
        problems = list(order.requirements.problems(order.details))
        for wanted in order.requirements.documents:
            given = order.attachments.get(wanted.id)
            if wanted.mandatory and (given is None or given.status(now)[0] == "FAILED"):
                problems.append((f"attachments.{wanted.id}", f"{wanted.title} is required"))
        if problems:
            raise _violations(problems)
        order.reviewed_by = now + self._pace
        self._look_at(order, order.reviewed_by)
        self._move(order, "IN_REVIEW", now)
        self._record("submit_order", order.numbers[0].phone_number)
        return order

    def decide(self, order_id: str, state: str, remark: str = "") -> None:
        """
        End the review of an order manually: COMPLETED, REJECTED or BLOCKED.

        Args:
            order_id: ID of the order.
            state: The outcome.
            remark: The reviewers' remark.
        """
        order = self.find(order_id)
        if order.state not in ("IN_REVIEW", "BLOCKED") or state not in (
            "COMPLETED",
            "REJECTED",
            "BLOCKED",
        ):
            msg = f"an order that is {order.state} cannot become {state} by a review"
            raise ValueError(msg)
        self._end(order, state, self._clock.now(), remark)

    def _open(self, order_id: str) -> Order:
        order = self.find(order_id)
        if order.state not in _OPEN:
            raise invalid(f"the order is {order.state}")
        return order

    def _end(self, order: Order, state: str, at: datetime, remark: str = "") -> None:
        if remark:
            order.logs.append((at, remark))
        if state != "BLOCKED":
            self._give_back(order.numbers)
        if state == "COMPLETED":
            for number in order.numbers:
                self._rent(number.phone_number, order.change)
        self._move(order, state, at)

    def _move(self, order: Order, state: str, at: datetime) -> None:
        order.state, order.update_time = state, at
        self._events.append(
            Event(
                project_id=self._project_id,
                resource_id=order.id,
                resource_type="NUMBER_ORDER",
                event_type="NUMBER_ORDER_PROCESSING",
                status=state,
                callback_url=order.change.callback_url or "",
                at=at,
            )
        )

    def _look_at(self, order: Order, due: datetime) -> None:
        self._count += 1
        heappush(self._due, (due, self._count, order.id))


def _completeness(details: Mapping[str, Any]) -> tuple[str, str]:
    """Return the outcome of a review, and its remark."""
    for text in _texts(details):
        for word, state in _VERDICTS.items():
            if text.startswith(word):
                return state, text
    return "COMPLETED", ""


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | Mapping):
        found = cast("Mapping[str, object] | list[object]", value)
        for inner in found.values() if isinstance(found, Mapping) else found:
            yield from _texts(inner)


def _violations(problems: Iterable[tuple[str, str]]) -> ApiError:
    listed = [{"field": field, "description": description} for field, description in problems]
    return ApiError(
        400,
        "INVALID_ARGUMENT",
        "request has invalid fields",
        ({"type": "BadRequest", "fieldViolations": listed},),
    )
