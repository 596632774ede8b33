"""Ends in the way that its argument names, without closing the client."""

import atexit
import sys
import threading
import time

from common import NUMBER, client

from sinch_numbers import ClientClosedError, SinchNumbersError

how = sys.argv[1]
numbers = client()


def late_call() -> None:
    """Call once more while the interpreter exits."""
    try:
        numbers.active_numbers.get(NUMBER)
    except ClientClosedError:
        print("closed", flush=True)
    else:
        print("served", flush=True)


if how == "atexit-early":  # registered before the package's own: runs after it
    import sinch_numbers.sync._portal as portal

    atexit.unregister(portal._process._exit)
    atexit.register(late_call)
    atexit.register(portal._process._exit)

numbers.active_numbers.get(NUMBER)

if how == "atexit-late":
    atexit.register(late_call)
if how == "iterating":
    walk = iter(numbers.active_numbers.list(page_size=5))
    next(walk)
if how == "daemon":

    def forever() -> None:
        try:
            while True:
                numbers.active_numbers.get(NUMBER)
        except SinchNumbersError:
            pass

    for _ in range(4):
        threading.Thread(target=forever, daemon=True).start()
    time.sleep(0.1)
if how == "closed":
    numbers.close()
if how == "dropped":
    del numbers

print(time.time(), flush=True)
if how == "sys.exit":
    sys.exit(3)
if how == "exception":
    raise ValueError("a bug of the caller's")
