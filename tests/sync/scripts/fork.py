"""Fork repeatedly while threads use the client; print the number of failures."""

import faulthandler
import gc
import os
import sys
import threading
import time
import warnings

from common import NUMBER, client

warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is the point

forks = int(sys.argv[1])
# A busy server accepts late; a child that hangs would take longer than this.
numbers = client(connect_timeout=20.0)
LONGEST = 30.0
"""Seconds until a child counts as hung; shortly before, it prints the stacks of its threads."""
stop = False
hammer_errors: list[BaseException] = []
answered = 0


def hammer() -> None:
    """Call for as long as the parent lives."""
    global answered
    while not stop:
        try:
            numbers.active_numbers.get(NUMBER)
            answered += 1
        except BaseException as error:
            hammer_errors.append(error)
            return


def wait(child: int) -> int | None:
    """Return the child's exit code, ``None`` when it hangs."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return None


numbers.active_numbers.get(NUMBER)
threads = [threading.Thread(target=hammer) for _ in range(4)]
for thread in threads:
    thread.start()

hung = failed = stuck = 0
for number in range(forks):
    child = os.fork()
    if not child:
        code = 0
        faulthandler.dump_traceback_later(LONGEST - 5.0)
        try:
            assert numbers.active_numbers.get(NUMBER).phone_number == NUMBER
            gc.collect()
            if number % 4 == 2:
                numbers.close()
        except BaseException as error:
            print("child:", repr(error), file=sys.stderr, flush=True)
            code = 1
        if number % 2:
            os._exit(code)
        stop = True
        sys.exit(code)
    code = wait(child)
    hung += code is None
    failed += code not in (0, None)
    before, began = answered, time.monotonic()
    while answered == before and not hammer_errors and time.monotonic() - began < 30:
        time.sleep(0.001)
    stuck += answered == before and not hammer_errors

stop = True
for thread in threads:
    thread.join(10)
print(
    f"forks={forks} hung={hung} failed={failed} parent_stuck={stuck} "
    f"parent_errors={len(hammer_errors)} parent_calls={answered}",
    flush=True,
)
for error in hammer_errors[:3]:
    print(repr(error), file=sys.stderr)
