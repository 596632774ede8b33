"""Rents a number from a service that does not answer, to be interrupted meanwhile."""

import logging
import sys

from common import NUMBER, client

logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(message)s")
numbers = client()
numbers.available_regions.list()
print("ready", flush=True)
try:
    numbers.available_numbers.rent(NUMBER)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    numbers.available_regions.list()
    print("still good", flush=True)
