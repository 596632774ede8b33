"""The client raises every error that the Numbers host's description has."""

from typing import Any

import pytest
from products import every

from sinch_numbers import models
from sinch_numbers._core.retry.policy import BILLABLE
from sinch_numbers.errors import (
    APIStatusError,
    ContentTooLargeError,
    OutcomeUnknownError,
)
from sinch_numbers.errors._status import status_error
from sinch_numbers.models import (
    BadRequest,
    FieldViolation,
    ResourceInfo,
    UnknownDetail,
)
from tests.openapi import (
    ambiguous,
)

from .numbers_host import (
    CALLS,
    NO,
    NUMBER,
    OPERATIONS,
    POLICIES,
    STRICTER,
    SUBJECTS,
    filled,
    replying,
)

pytestmark = pytest.mark.anyio


def expected_details(value: Any) -> tuple[Any, ...]:
    error = value["error"]
    known = {"BadRequest": BadRequest, "ResourceInfo": ResourceInfo}
    details = []
    for detail in error["details"] if isinstance(error, dict) else ():
        if detail["type"] == "ContentTooLarge":
            assert (status_error(413), 413) == (ContentTooLargeError, error["code"])
            details.append(models.ContentTooLarge(detail["resourceName"], detail["description"]))
        elif detail["type"] == "BadRequest":
            violations = (FieldViolation(**v) for v in detail["fieldViolations"])
            details.append(BadRequest(tuple(violations)))
        else:
            assert known[detail["type"]] is ResourceInfo
            details.append(
                ResourceInfo(
                    detail["resourceType"] or None,
                    detail["resourceName"] or None,
                    detail["owner"] or None,
                    detail["description"] or None,
                )
            )
    return tuple(details)


@every(("name", "status", "value"), NO)
async def test_every_example_of_an_error_is_raised(name, status, value):
    """By its class, with code, message and details, and where it happened."""
    client, _ = replying(status, value, retries=0, settle_timeout=0.001)
    method, path = OPERATIONS[name]["method"], OPERATIONS[name]["path"]
    call = next(iter(CALLS[name].values()))

    billable = STRICTER.get(name, POLICIES[OPERATIONS[name]["x-retry"]]) is BILLABLE
    if billable and ambiguous(status, value["error"], SUBJECTS.get(name)):
        # Whether it happened is another question, for other tests.
        with pytest.raises(OutcomeUnknownError) as unknown:
            await call(client)
        error = unknown.value.cause
    else:
        with pytest.raises(APIStatusError) as refused:
            await call(client)
        error = refused.value

    described = value["error"] if isinstance(value["error"], dict) else {"message": value["error"]}
    assert type(error) is status_error(status)
    assert (status, described.get("status")) == (error.status, error.code)
    assert described["message"] == error.message
    assert expected_details(value) == error.details
    assert not any(isinstance(detail, UnknownDetail) for detail in error.details)
    number = "+447700900321" if name == "getAvailableNumber" else NUMBER
    assert (method, filled(path, number)) == (
        error.method,
        error.path,
    )
