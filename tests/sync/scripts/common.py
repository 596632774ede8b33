"""Shared by the scripts: a client from the environment with short timeouts."""

import logging
import os

from sinch_numbers import SyncNumbersClient

# In dev mode asyncio complains of whatever is slow, and so of machines that are busy.
logging.getLogger("asyncio").addFilter(lambda record: not record.msg.startswith("Executing "))

NUMBER = os.environ.get("NUMBER", "+12015550219")


def client(**settings: object) -> SyncNumbersClient:
    """Make a client for the sandbox that the environment names."""
    return SyncNumbersClient(ca_bundle=os.environ.get("CA_BUNDLE"), **settings)
