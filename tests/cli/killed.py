"""
Write files and be killed: ``killed.py DIRECTORY KILLS SEED atomic|naive``.

Forks a writer, kills it, and looks at what is there; prints how often it saw what. A writer
writes numbered texts that say how they end, one over the other. The first four writers stop
at a certain place, so that each kind of end is seen for certain; the others are killed at a
random moment.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from sinch_numbers._core.atomic_files import replaced

LINES = 4000


def text(number):
    body = "".join(f'{{"text":{number},"line":{line}}}\n' for line in range(LINES))
    return f"{body}end of {number}\n"


PLANTED = ("before", "after", "before", "halfway")
"""Where the first writers stop: the target is absent, new, old, and half written."""


def stop():
    """Wait for the parent, which sees the stop and kills this process."""
    os.kill(os.getpid(), signal.SIGSTOP)


def write_for_ever(path, first, how, place=None):
    number = first
    while True:
        if place == "before" or (place == "after" and number > first):
            stop()
        number += 1
        parts = text(number).splitlines(keepends=True)
        with replaced(path) if how == "atomic" else path.open("w") as file:
            for start in range(0, len(parts), 100):
                file.write("".join(parts[start : start + 100]))
                if place == "halfway" and start >= LINES // 2:
                    if how == "naive":
                        file.flush()
                    stop()


def look(path):
    """Return the number of the text that is there, whole; 0 for none, -1 for half of one."""
    try:
        found = path.read_text()
    except FileNotFoundError:
        return 0
    last = found[found.rstrip("\n").rfind("\n") + 1 :]
    number = int(last.split()[-1]) if last.startswith("end of ") else -1
    return number if number > 0 and found == text(number) else -1


def main(directory, kills, seed, how):
    rng = random.Random(seed)
    directory = Path(directory)
    seen = {"absent": 0, "old": 0, "new": 0, "corrupt": 0}
    strange, temporaries, last = [], 0, 0
    target = directory / "list.jsonl"
    for turn in range(kills):
        place = PLANTED[turn] if turn < len(PLANTED) else None
        if turn % 4 == 0:  # now and then there is nothing to replace
            target.unlink(missing_ok=True)
            last = 0
        child = os.fork()
        if child == 0:
            try:
                write_for_ever(target, last, how, place)
            finally:
                os._exit(1)
        if place is None:
            time.sleep(rng.uniform(0, 0.02))
        else:
            os.waitpid(child, os.WUNTRACED)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), status
        now = look(target)
        word = "old" if now == last else "new"
        seen["corrupt" if now < 0 else "absent" if now == 0 else word] += 1
        last = max(now, 0)
        for left in directory.iterdir():
            if left == target:
                continue
            if left.match(".sinch-numbers-*.tmp"):
                temporaries += 1
                left.unlink()
            else:
                strange.append(left.name)
    print(json.dumps({**seen, "temporaries": temporaries, "strange": strange}))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
