"""
Signals during commands: the first stops a command, the second exits at once.

The signals are those of Ctrl-C, of service managers, and of terminals that close.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from sinch_numbers._core.delivery import Delivery, current_delivery
from sinch_numbers.cli._shared.errors import print_error

T = TypeVar("T")

VERIFY_SECONDS: Final = 5.0
"""Seconds that a billable request in progress gets to end after the first signal."""

_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Windows has no SIGHUP, and the others no SIGBREAK (Ctrl-Break)."""


class Interrupts:
    """
    The signals that a command received.

    `run` stops calls in the event loop. Elsewhere, such as at a prompt, the first signal raises
    `KeyboardInterrupt`, unless the command is `shielded`.
    """

    def __init__(self) -> None:
        self.count = 0
        """Number of signals received."""
        self.shielded = False
        """Whether the first signal only counts, since a result is being printed."""
        self.exit: Callable[[], object] | None = None
        """Called by the second signal; must not return."""
        self._wake: Callable[[], object] | None = None

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Handle the signals, except those that the parent process ignores, as `nohup` does."""
        before: dict[int, Any] = {}
        if threading.current_thread() is threading.main_thread():
            for name in _SIGNALS:
                number = getattr(signal, name, None)
                if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                    before[number] = signal.signal(number, self._received)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _received(self, _number: int, _frame: object) -> None:
        self.count += 1
        if self.count > 1:
            for name in _SIGNALS:  # a third one ends a process that cannot write to stderr
                if (known := getattr(signal, name, None)) is not None:
                    signal.signal(known, signal.SIG_DFL)
            if self.exit is not None:
                self.exit()
            raise KeyboardInterrupt
        if self._wake is not None:
            self._wake()
        elif not self.shielded:
            raise KeyboardInterrupt

    def run(
        self, runner: asyncio.Runner, call: Coroutine[Any, Any, T], delivery: Delivery | None
    ) -> T:
        """
        Run *call*; after the first signal, let a billable request end and cancel the rest.

        Raises `KeyboardInterrupt` if *call* was cancelled.
        """
        # A signal while the loop starts or ends is only counted: raised there, it would leave a
        # coroutine that is never awaited, or an error that is never retrieved.
        self._wake = _note
        try:
            if self.count:
                call.close()
                raise KeyboardInterrupt
            task = runner.run(self._ended(call, delivery))
        finally:
            self._wake = None
        if task.cancelled():
            raise KeyboardInterrupt
        return task.result()

    async def _ended(
        self, call: Coroutine[Any, Any, T], delivery: Delivery | None
    ) -> "asyncio.Task[T]":
        """Return the task of *call*, which has ended."""
        current_delivery.set(delivery)
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        self._wake = lambda: loop.call_soon_threadsafe(stopped.set)
        task = loop.create_task(call)
        waiting = loop.create_task(stopped.wait())
        try:
            if self.count:  # since the check in `run`
                stopped.set()
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                if delivery is not None:
                    await _request_ended(task, delivery)
                task.cancel()
                await asyncio.wait({task})
        finally:
            self._wake = _note
            waiting.cancel()
        return task


def _note() -> None:
    """Do nothing else about a signal that was counted."""


def run_until_interrupted(call: Coroutine[Any, Any, T]) -> T:
    """Run *call*; the first signal cancels it and raises `KeyboardInterrupt`."""
    interrupts = Interrupts()
    with interrupts.handled(), asyncio.Runner() as runner:
        return interrupts.run(runner, call, None)


async def _request_ended(task: "asyncio.Task[Any]", delivery: Delivery) -> None:
    """Wait until no billable request is in progress, and send no further one."""
    delivery.stopping = True
    if not delivery.under_way:
        return
    print_error(
        f"interrupted: waiting up to {VERIFY_SECONDS:.0f} s for the outcome; "
        "interrupt again to exit at once"
    )
    idle = asyncio.Event()
    delivery.on_idle = idle.set
    waiting = asyncio.ensure_future(idle.wait())
    await asyncio.wait(
        {task, waiting}, timeout=VERIFY_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    waiting.cancel()
