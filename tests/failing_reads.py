"""Reads that fail from the request of a billable call on, not before it."""

import math
from typing import Any

from sinch_numbers.sandbox import Fault, Sandbox


def fail_reads_after(
    sandbox: Sandbox, post: str, read: str = "/activeNumbers/", kind: str = "500", posts: int = 1
) -> None:
    """
    Fail every GET of *read* from the POST number *posts* to *post* on.

    An exclusive client reads a number before it rents it: a read that fails then ends the call
    before anything is sent.
    """
    faults, strike = sandbox.faults, sandbox.faults.strike
    left = posts

    def then_blind(method: str, path: str, query: Any = None) -> Fault | None:
        nonlocal left
        fault = strike(method, path, query)
        if method == "POST" and post in path:
            left -= 1
            if left == 0:
                faults.add(kind, method="GET", path=read, times=math.inf)
                del faults.strike
        return fault

    faults.strike = then_blind  # type: ignore[method-assign]  # no rule can wait for another call
