"""The register of unresolved calls: results that are held until they are delivered."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sinch_numbers import Unresolved
from sinch_numbers._core.billing.register import Register
from sinch_numbers._core.delivery import Delivery

CALL = Unresolved(
    op_id="op",
    method="POST",
    path="/it",
    phone_number="+12025550199",
    first_sent_at=datetime(2026, 3, 14, tzinfo=UTC),
    reason="interrupted",
    applied=True,
)


async def reconcile(_: str) -> Any:
    raise AssertionError


def test_a_lost_delivery_reports_its_results() -> None:
    """When it ends, and not only when somebody asks for the unresolved calls."""
    reported: list[Unresolved] = []
    register = Register(reported.append)
    delivery = Delivery()
    register.hold(CALL, reconcile, delivery)

    delivery.report()
    assert [] == reported
    delivery.lost = True
    delivery.report()
    delivery.report()

    assert [CALL] == reported


@pytest.mark.parametrize(
    ("look", "before", "after"),
    [
        (Register.all, (), (CALL,)),
        (lambda register: register.find("op"), None, CALL),
        (lambda register: register.reconcile_of("op"), None, reconcile),
    ],
    ids=["all", "find", "reconcile_of"],
)
def test_a_result_that_was_lost_is_there_at_once(look: Any, before: Any, after: Any) -> None:
    """Before its delivery has reported it: a signal can come between the two."""
    register = Register()
    delivery = Delivery()
    register.hold(CALL, reconcile, delivery)
    assert before == look(register)

    delivery.lost = True

    assert after == look(register)


def test_a_result_that_was_delivered_is_forgotten() -> None:
    """When the next one is held."""
    register = Register()
    delivery = Delivery()
    register.hold(CALL, reconcile, delivery)
    delivery.delivered = True

    register.hold(CALL, reconcile, Delivery())
    delivery.lost = True

    assert () == register.all()
