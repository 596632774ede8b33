"""Models of number orders: missing fields are allowed, wrong types are not."""

import copy
import pickle
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import malformed
import pytest
from malformed import ORDER
from products import named

from sinch_numbers import (
    APIResponseError,
    Attachment,
    Capability,
    EstVoice,
    Money,
    NumberOrder,
    NumberOrderState,
    NumberPrice,
    NumberRequirements,
    OrderNumber,
    Registration,
    RequiredAttachment,
    SmsConfiguration,
    UploadStatus,
)
from sinch_numbers._core.serialization.converter import load


def test_an_order_is_read() -> None:
    """Exact money, aware times, open words; what says nothing is nothing."""
    assert load(ORDER, NumberOrder) == NumberOrder(
        id_number_order="01k",
        project_id="p",
        region_code="AU",
        state=NumberOrderState.CREATED,
        number_type="MOBILE",
        order_numbers=(
            OrderNumber(
                "+61491570156",
                NumberPrice(Money("USD", Decimal("3.00")), None, 1),
                (Capability.SMS, Capability("FAX")),
            ),
        ),
        sms_configuration=SmsConfiguration("plan"),
        voice_configuration=EstVoice("t"),
        expire_time=datetime(2026, 3, 16, 10, 0, 0, 750000, UTC),
        create_time=datetime(2026, 3, 14, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("cls", "body", "expected"),
    [
        (NumberOrder, {"idNumberOrder": "01k"}, NumberOrder("01k")),
        (NumberRequirements, {}, NumberRequirements()),
        (NumberRequirements, {"fields": None, "attachments": None}, NumberRequirements()),
        (NumberRequirements, {"fields": "", "attachments": []}, NumberRequirements()),
        (Registration, {}, Registration()),
        (Registration, {"requestDetails": {}, "logs": None}, Registration()),
    ],
)
def test_only_identities_have_to_be_there(cls: Any, body: Any, expected: Any) -> None:
    """Whatever else is missing reads as nothing."""
    assert expected == load(body, cls)


@pytest.mark.parametrize(("cls", "body", "where"), named(malformed.WRONG_ORDERS))
def test_what_does_not_fit_says_where(cls: Any, body: Any, where: str) -> None:
    """A wrong type is never coerced."""
    with pytest.raises(APIResponseError, match=where):
        load(body, cls)


def test_free_form_members_are_kept_as_they_came() -> None:
    """Under the API's names, at any depth; they can be copied and pickled."""
    fields = {"schema": "/schema/x.json", "rules": [{"template": {"a_b": {"maxLength": 8}}}]}
    found = load({"fields": fields, "newMember": 1}, NumberRequirements)

    assert (fields, {"newMember": 1}) == (dict(found.fields), dict(found.extra))
    assert found == pickle.loads(pickle.dumps(found)) == copy.deepcopy(found)
    assert hash(found) == hash(load({}, NumberRequirements))


def test_nesting_without_end_is_refused() -> None:
    """Nobody could look at it."""
    deep: Any = {}
    for _ in range(500):
        deep = {"deeper": deep}

    with pytest.raises(APIResponseError, match="less nesting"):
        load({"requestDetails": deep}, Registration)


def test_a_registration_shows_nothing_of_people() -> None:
    """Its repr may end up in a log."""
    found = load({"requestDetails": {"data": [{"lastName": "Example"}]}}, Registration)

    assert "Example" not in repr(found)
    assert "Example" == found.request_details["data"][0]["lastName"]


def test_new_words_are_kept() -> None:
    """A state or status that is newer than this release is itself."""
    order = load({"idNumberOrder": "01k", "state": "ON_HOLD"}, NumberOrder)
    attachment = load({"attachmentId": "x", "uploadStatus": "SCANNING"}, Attachment)

    assert (False, "ON_HOLD") == (order.state.known, order.state)
    assert (False, UploadStatus("SCANNING")) == (
        attachment.upload_status.known,
        attachment.upload_status,
    )


def test_requirements_may_repeat_themselves() -> None:
    """Types are passed on as they came, duplicates included."""
    found = load({"id": "x", "allowedMimeTypes": ["a/b", "a/b"]}, RequiredAttachment)

    assert ("a/b", "a/b") == found.allowed_mime_types
