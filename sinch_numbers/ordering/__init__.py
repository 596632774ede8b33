"""
Number orders from end to end: `order_numbers` walks all the steps, `resume_order` goes on.

There is no list of orders, so an order's id is all that leads back to it: note it when
*on_step* tells it first, and `resume_order` goes on from there, in another process if need
be. What ends as it may end (accepted or not, expired, still in review) is an `OrderResult`;
errors are for what could not be done.
"""

from sinch_numbers.ordering._flow import order_numbers, resume_order, wait_for_order
from sinch_numbers.ordering._results import OrderResult, Outcome, Step

__all__ = [
    "OrderResult",
    "Outcome",
    "Step",
    "order_numbers",
    "resume_order",
    "wait_for_order",
]
