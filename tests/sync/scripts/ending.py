"""Make calls, end in the way of the argument, and print the time of the last call."""

import atexit
import signal
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


def forever() -> None:
    """Call until that is no longer possible."""
    try:
        while True:
            numbers.active_numbers.get(NUMBER)
            called.set()
    except SinchNumbersError:
        pass


if how == "atexit before the package's own":  # and so it runs after that
    import sinch_numbers._core.portal as portal

    atexit.unregister(portal._process._exit)
    atexit.register(late_call)
    atexit.register(portal._process._exit)
if how == "atexit before the first call":
    atexit.register(late_call)

numbers.active_numbers.get(NUMBER)

match how:
    case "atexit after the first call":
        atexit.register(late_call)
    case "iterating":
        walk = iter(numbers.active_numbers.list(page_size=5))
        next(walk)
    case "daemon":
        called = threading.Event()
        for _ in range(4):
            threading.Thread(target=forever, daemon=True).start()
        called.wait()
    case "close":
        numbers.close()
    case "dropped":
        del numbers

print(time.time(), flush=True)
match how:
    case "sys.exit":
        sys.exit(3)
    case "exception":
        raise ValueError("a bug of the caller's")
    case "SIGTERM" | "SIGINT":
        signal.pause()
    case "SIGTERM in a call" | "SIGINT in a call":
        numbers.active_numbers.get(sys.argv[2])
    case "SIGTERM in a purchase" | "SIGINT in a purchase":
        numbers.buy(phone_numbers=sys.argv[2], longest_pause=60)
