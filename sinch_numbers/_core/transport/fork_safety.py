"""
Fork safety: forked children don't touch inherited connections and event loops.

Using them would corrupt the parent's traffic. Finalizing them would unregister the parent's
sockets from its event loop, because parent and child share the file descriptors. So the child
leaks them on purpose.
"""

import os
import weakref
from typing import Final, Protocol


class Inherited(Protocol):
    """An owner of connections or event loops."""

    def reset_after_fork(self) -> object:
        """Replace inherited resources by new ones, and return the old ones to leak."""
        ...


# Weak, so that registration doesn't keep clients alive.
_holders: Final[weakref.WeakSet[Inherited]] = weakref.WeakSet()


def register_fork_reset(holder: Inherited) -> None:
    """Reset *holder* in forked children."""
    _holders.add(holder)


def leak(thing: object) -> None:
    """Leak *thing* on purpose, so that its finalizer never runs in the child."""
    import ctypes  # only needed in a forked child

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))


def _after_fork() -> None:
    for holder in list(_holders):  # a copy: garbage collection may change the set
        leak(holder.reset_after_fork())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
