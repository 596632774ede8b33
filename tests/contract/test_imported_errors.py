"""The client raises every error that the second host's description has."""

import pytest
from products import every

from sinch_numbers.errors import APIStatusError, OutcomeUnknownError
from sinch_numbers.errors._status import status_error
from sinch_numbers.models import (
    UnknownDetail,
)
from tests.openapi import (
    ambiguous,
)

from .imported_host import CALLS, NO, OPERATIONS, path_of, replying

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("nested", [False, True], ids=["as described", "in the other form"])
@every(("name", "status", "value"), NO)
async def test_every_example_of_an_error_is_raised(name, status, value, nested):
    """By its class, with code, message and details, be it flat or nested."""
    described = value.get("error", value)
    if nested:
        value = described if "error" in value else {"error": {**value, "code": status}}
    client, _ = replying(status, value, retries=0, settle_timeout=0.001)
    call = next(iter(CALLS[name].values()))

    billable = OPERATIONS[name]["x-retry"] == "verify-first"
    if billable and ambiguous(status, described, None):  # a 404 of this host names no number
        # Whether it happened is another question, for other tests.
        with pytest.raises(OutcomeUnknownError) as unknown:
            await call(client)
        error = unknown.value.cause
    else:
        with pytest.raises(APIStatusError) as refused:
            await call(client)
        error = refused.value

    assert type(error) is status_error(status)
    assert (status, described["status"]) == (error.status, error.code)
    assert described["message"] == error.message
    assert len(described.get("details", [])) == len(error.details)
    assert not any(isinstance(detail, UnknownDetail) for detail in error.details)
    assert (OPERATIONS[name]["method"], path_of(name)) == (error.method, error.path)
