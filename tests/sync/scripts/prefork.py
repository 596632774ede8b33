"""A server that loads, calls once, and then forks its workers: each calls on its own."""

import multiprocessing
import os
import sys

from common import NUMBER, client

numbers = client()


def work(calls: int) -> int:
    """Call *calls* times, in whatever process this is."""
    own = numbers if multiprocessing.get_start_method() == "fork" else client()
    return sum(own.active_numbers.get(NUMBER).phone_number == NUMBER for _ in range(calls))


def gunicorn(concurrency: int, calls: int) -> int:
    """Fork as gunicorn does with --preload: children that never return."""
    children = []
    for _ in range(concurrency):
        child = os.fork()
        if not child:
            os._exit(0 if work(calls) == calls else 1)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return sum(code == 0 for code in codes) * calls


if __name__ == "__main__":
    method, concurrency, calls = sys.argv[1], 4, 100
    numbers.active_numbers.get(NUMBER)
    if method == "gunicorn":
        multiprocessing.set_start_method("fork")
        done = gunicorn(concurrency, calls)
    else:
        multiprocessing.set_start_method(method)
        with multiprocessing.Pool(concurrency) as pool:
            done = sum(pool.map(work, [calls] * concurrency))
    numbers.active_numbers.get(NUMBER)
    print(f"done={done}", flush=True)
