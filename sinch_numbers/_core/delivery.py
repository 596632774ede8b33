"""
Delivery of results: whether a billable call's result reached its caller.

A sync call, or a command, can be interrupted at any instant, also after its billable call has
succeeded. `Claim` holds each result until its delivery has ended; a lost one is unresolved.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

__all__ = ["Delivery", "current_delivery"]


class Delivery:
    """
    The delivery of everything that one sync call, or one command, returns.

    `delivered` and `lost` are plain attributes, since a signal handler cannot run between two
    stores, loads, or returns: a method call would be a place where it can.
    """

    __slots__ = (
        "applied",
        "delivered",
        "ended",
        "lost",
        "on_idle",
        "on_lost",
        "stopping",
        "under_way",
    )

    def __init__(self) -> None:
        self.applied: list[Any] = []
        """The `Unresolved` entries of billable calls that took effect, to be delivered."""
        self.delivered: bool = False
        """Whether the caller has the result, or the error that describes the outcome."""
        self.lost: bool = False
        """Whether an interrupt discarded the result."""
        self.ended: bool = False
        """Whether the call has ended; tasks that it left behind deliver results on their own."""
        self.stopping: bool = False
        """Whether further billable requests must not be sent."""
        self.under_way: int = 0
        """Number of billable calls whose request may have been sent and that have not ended."""
        self.on_idle: Callable[[], object] | None = None
        """Called when `under_way` becomes zero."""
        self.on_lost: set[Callable[[], object]] = set()
        """Called by `report`."""

    def began(self) -> None:
        """Count a billable call whose request may be sent from now on."""
        self.under_way += 1

    def finished(self) -> None:
        """Count a billable call as ended."""
        self.under_way -= 1
        if not self.under_way and self.on_idle is not None:
            self.on_idle()

    def report(self) -> None:
        """Report lost results, if this delivery is lost."""
        if self.lost:
            for report in list(self.on_lost):
                report()


current_delivery: Final[ContextVar[Delivery | None]] = ContextVar("delivery", default=None)
"""The delivery that the current task works for; ``None`` in async code that has none."""
