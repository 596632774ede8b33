"""
Number orders end to end: `order_numbers` and `resume_order` run all steps.

The API cannot list orders, so an order can only be found by its id: store the id when *on_step* is
first called. `resume_order` continues from there, in another process if needed. Regular outcomes
(accepted or not, expired, still in review) are an `OrderResult`; exceptions mean that a step could
not be carried out.
"""

from sinch_numbers.ordering._flow import order_numbers, resume_order
from sinch_numbers.ordering._results import OrderOutcome, OrderResult, Step

__all__ = [
    "OrderOutcome",
    "OrderResult",
    "Step",
    "order_numbers",
    "resume_order",
]
