"""
Closing: end the calls that wait when their client is closed.

A call that waits for a retry, a slot, or a token would otherwise wait to the end, only to fail.
Requests in flight are the transport's to end.
"""

import attrs

from sinch_numbers._core.call import Call
from sinch_numbers._core.transport.fork_safety import register_fork_reset


@attrs.define(eq=False)
class Closing:
    """The running calls of a client and its siblings, in all their event loops."""

    closed: bool = False
    """Whether `close` was called."""
    calls: set[Call] = attrs.field(factory=set)
    """The running calls, each with its task."""

    def __attrs_post_init__(self) -> None:
        register_fork_reset(self)

    def close(self) -> None:
        """Cancel the calls that wait; `EndOnClose` converts that and rejects later calls."""
        self.closed = True  # before the copy: a call that is missing in it finds the flag set
        for call in tuple(self.calls):
            loop = call.task.get_loop() if call.task is not None else None
            if loop is not None and not loop.is_closed():
                loop.call_soon_threadsafe(self._end, call)

    def _end(self, call: Call) -> None:
        if call in self.calls and call.is_waiting and call.task is not None:
            call.ended = True
            call.task.cancel()

    def reset_after_fork(self) -> object:
        """Forget the calls of the parent's tasks in a forked child."""
        left, self.calls = self.calls, set()
        return left
