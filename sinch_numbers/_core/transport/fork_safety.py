"""
What a forked child must neither use nor destroy.

A child inherits the parent's connections and event loops, in the middle of whatever they
were at. To use them would garble the parent's traffic; to collect them would unhook the
parent's sockets from its loop, since both still share them. So they are set aside, for good.
"""

import os
import weakref
from typing import Final, Protocol


class Inherited(Protocol):
    """Something that holds what a child must leave alone."""

    def reset_after_fork(self) -> object:
        """Forget what was inherited, and return it to be set aside."""
        ...


_holders: Final[weakref.WeakSet[Inherited]] = weakref.WeakSet()


def register_fork_reset(holder: Inherited) -> None:
    """Have *holder* leave to the parent what a forked child inherits with it."""
    _holders.add(holder)


def leak(thing: object) -> None:
    """See to it that *thing* is never collected, not even when the interpreter ends."""
    import ctypes  # only ever needed in a child

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))


def _after_fork() -> None:
    for holder in list(_holders):
        leak(holder.reset_after_fork())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
