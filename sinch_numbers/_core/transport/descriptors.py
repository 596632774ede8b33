"""Failures to connect that are due to the state of the process, not to the network."""

import errno
import os
import socket
from typing import Final

from sinch_numbers._core.native_threads import main_has_ended
from sinch_numbers.errors import ClientClosedError, SinchNumbersError, TooManyOpenFilesError

_TOO_MANY_FILES: Final = frozenset((errno.EMFILE, errno.ENFILE))


def by_process_state(failure: SinchNumbersError, error: Exception) -> SinchNumbersError:
    """Return the error for *failure* to connect, whose cause is *error*, as the process is now."""
    if isinstance(error, RuntimeError) and main_has_ended():
        return ClientClosedError("the interpreter is exiting")
    # aiohttp's errors about connections have the error of the system in an attribute.
    cause = getattr(error, "os_error", error)
    if not isinstance(cause, OSError):
        return failure
    # A resolver that cannot open its configuration gives any reason.
    is_lost = isinstance(cause, socket.gaierror) and _no_descriptor_is_left()
    if is_lost or is_about_descriptors(cause):
        return TooManyOpenFilesError(failure.message)
    return failure


def is_about_descriptors(error: OSError) -> bool:
    """Whether *error* means that the process or the system has no free file descriptor."""
    return error.errno in _TOO_MANY_FILES


def _no_descriptor_is_left() -> bool:
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return is_about_descriptors(error)
    return False
