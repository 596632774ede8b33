"""Rent a number with a store, and print outcome and log: ``rent_once.py STORE NUMBER``."""

import asyncio
import io
import json
import logging
import sys

from sinch_numbers import NumbersClient, SinchNumbersError
from sinch_numbers.store import PostgresStore, SQLiteStore


async def main(where: str, number: str) -> None:
    kind = PostgresStore if where.startswith("postgresql:") else SQLiteStore
    log = io.StringIO()
    logging.getLogger("sinch_numbers").addHandler(logging.StreamHandler(log))
    told = {}
    async with NumbersClient(store=kind(where, timeout=1.0), settle_timeout=0.2) as client:
        try:
            told["rented"] = (await client.available_numbers.rent(number)).phone_number
        except SinchNumbersError as error:
            told["error"] = type(error).__name__
    print(json.dumps({**told, "log": log.getvalue()}))


asyncio.run(main(*sys.argv[1:]))
