"""Order a number and be killed as soon as the order is there: ``killed.py NOTE``."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from sinch_numbers import NumbersClient
from sinch_numbers.ordering import Step, order_numbers

NOTE = Path(sys.argv[1])


def note_and_die(step, order):
    assert step is Step.CREATED
    NOTE.write_text(order.id_number_order)
    os.kill(os.getpid(), signal.SIGKILL)


async def main():
    async with NumbersClient() as client:
        await order_numbers(
            client,
            region_code="AU",
            type="MOBILE",
            phone_number="+61491570156",
            check=False,
            on_step=note_and_die,
        )


asyncio.run(main())
