"""What the scripts share: a client from the environment, quick to give up."""

import os

from sinch_numbers import SyncNumbersClient

NUMBER = os.environ.get("NUMBER", "+12015550219")


def client(**settings: object) -> SyncNumbersClient:
    """Make a client for the sandbox that the environment names."""
    return SyncNumbersClient(ca_bundle=os.environ.get("CA_BUNDLE"), **settings)
