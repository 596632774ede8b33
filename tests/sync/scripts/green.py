"""A worker of gevent or eventlet, patched first: prints what its greenlets could do."""

import sys

if sys.argv[1] == "gevent":
    from gevent import monkey

    monkey.patch_all()
    import gevent

    start = gevent.spawn
    wait = gevent.joinall
else:
    import warnings

    warnings.simplefilter("ignore")  # eventlet says that it is deprecated
    import eventlet

    eventlet.monkey_patch()
    start = eventlet.spawn

    def wait(greenlets):
        for greenlet in greenlets:
            greenlet.wait()


import asyncio
import socket
import threading
import time

from common import NUMBER, client

from sinch_numbers import ClientClosedError, NotFoundError

_, _, setting, path, *wanted = sys.argv
numbers = client(**({"store": path} if setting == "store" else {}))


def running_loop():
    """Return the event loop that code in this thread, such as Django's ORM, sees running."""
    return asyncio._get_running_loop()


async def seven():
    return 7


ticks = []


def tick():
    """Note that greenlets run while others wait for their calls."""
    while len(done) < 40:
        ticks.append(len(done))
        time.sleep(0.001)


def work():
    done.append(numbers.active_numbers.get(NUMBER).phone_number == NUMBER)


def resolve():
    """Use the patched resolver beside the client's."""
    resolved.append(socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)[0][4][1])


def rent(number):
    try:
        rented.append(numbers.available_numbers.rent(number).phone_number)
    except Exception as error:
        rented.append(error)


done, resolved, rented = [], [], []
numbers.active_numbers.get(NUMBER)
print("loop seen:", running_loop())
print("asyncio.run:", asyncio.run(seven()))
wait([start(tick), *(start(work) for _ in range(40)), start(resolve)])
print("calls:", sum(done), "of", len(done), "resolved:", resolved)
print("ticked meanwhile:", len(ticks) > 1)
wait([start(rent, number) for number in wanted])
print("rented:", sorted(map(str, rented)) == sorted(wanted) or rented)
try:
    numbers.active_numbers.get("+12025550199")
except NotFoundError as error:
    print("error:", error.code)
print("listed:", len(list(numbers.active_numbers.list(page_size=7))) > 7)
numbers.close()
try:
    numbers.active_numbers.get(NUMBER)
except ClientClosedError:
    print("closed, loop seen:", running_loop())


def workers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if "worker" in thread.name]


ends_by = time.monotonic() + 10  # a thread that has returned its result may still be ending
while workers() and time.monotonic() < ends_by:
    time.sleep(0.01)
print("threads of greenlets:", workers())
