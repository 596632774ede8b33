"""Where sources contradict each other, the client follows the decision in the table."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from products import every

from sinch_numbers import models
from sinch_numbers._core.serialization.converter import make_converter
from sinch_numbers.models import NumberEvent, NumberEventType
from sinch_numbers.webhooks import parse_event

from . import imported_host, numbers_host
from .imported_host import CALLS, DIRECT, PLAN, QUALIFIED
from .numbers_host import replying

pytestmark = pytest.mark.anyio

READER = make_converter()
TOLL_FREE = ("textEnableTollFreeNumbersByOrder", "textEnableQualifiedTollFreeNumbers")


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


async def sent(operation: str, call: Any) -> Any:
    """Return the body that *call* sends to the host for imported numbers."""
    client, transport = imported_host.replying(200, imported_host.any_yes(operation))
    await call(client)
    body = transport.requests[0].body
    return None if body is None else json.loads(body)


async def test_a_list_sends_no_filter_that_was_not_given():
    """Neither a region nor a type is assumed."""
    client, transport = replying(200, {"activeNumbers": []})

    assert [] == [number async for number in client.active_numbers.list()]

    assert {"pageSize"} == query(transport.requests[0].url).keys()


async def test_no_size_is_too_large_for_the_client():
    """Limits are not published, so the service decides."""
    client, transport = replying(200, {"activeNumbers": [], "availableNumbers": []})

    await client.available_numbers.search(region_code="US", type="LOCAL", size=10_000)
    async for _ in client.active_numbers.list(page_size=5_000):
        pass

    sizes = [query(request.url) for request in transport.requests]
    assert ("10000", "5000") == (sizes[0]["size"], sizes[1]["pageSize"])


@every("end", ["2026-03-14T10:00:00Z", "2026-03-16T09:30:00.123456Z", None])
def test_the_end_of_a_reservation_is_read(end):
    """The model has the time that was sent, or none, whatever the duration."""
    order = READER.structure(
        {"idNumberOrder": "id", "createTime": "2026-03-14T09:30:00Z", "expireTime": end},
        models.NumberOrder,
    )

    assert end is None or order.expire_time is not None
    assert (order.expire_time is None) is (end is None)


def test_attachments_are_read_at_the_top():
    """The list inside ``fields`` is kept as sent, and is not taken for the documents."""
    read = READER.structure(
        {"attachments": [{"id": "document"}], "fields": {"attachments": [], "rules": []}},
        models.NumberRequirements,
    )

    assert ["document"] == [one.id for one in read.attachments]
    assert [] == read.fields["attachments"]


@every(
    ("name", "known"),
    [("DEPROVISIONING_FROM_VOICE_PLATFORM", True), ("DEPROVISIONING_TO_VOICE_PLATFORM", False)],
)
def test_both_names_of_a_voice_event_are_read(name, known):
    """The documented name is a member of its enum, the older one an unknown value of it."""
    event = parse_event(json.dumps({"resourceType": "ACTIVE_NUMBER", "eventType": name}).encode())

    assert isinstance(event, NumberEvent)
    assert isinstance(event.event_type, NumberEventType)
    assert (name, known) == (event.event_type, event.event_type.known)


async def test_each_host_gets_its_own_word_for_contains():
    """``CONTAINS`` is sent as it is to the first host, and as ``CONTAIN`` to the second."""
    first, first_sent = numbers_host.replying(200, {"activeNumbers": []})
    second, second_sent = imported_host.replying(200, {"importedNumbers": []})
    asked = {"number_pattern": "555", "search_pattern": "CONTAINS"}

    async for _ in first.active_numbers.list(**asked):
        pass
    async for _ in second.imported_numbers.list(region_code="US", **asked):
        pass

    words = [query(one.requests[0].url) for one in (first_sent, second_sent)]
    assert ["CONTAINS", "CONTAIN"] == [word["numberPattern.searchPattern"] for word in words]


@every(
    "operation", [name for name, one in imported_host.OPERATIONS.items() if "requestBody" in one]
)
async def test_only_import_orders_send_the_migration_flag(operation):
    """It is read-only in the schemas of all other requests."""
    bodies = [await sent(operation, call) for call in CALLS[operation].values()]

    flags = ["migrateToSinchTmo" in json.dumps(body) for body in bodies]
    assert ([True] if operation == "importNumbersByOrder" else [False] * len(bodies)) == flags


@every("operation", TOLL_FREE)
async def test_toll_free_bodies_name_the_project(operation):
    """The schema requires it, and an example leaves it out."""
    for call in CALLS[operation].values():
        assert imported_host.PROJECT == (await sent(operation, call))["projectId"]


async def test_a_text_enablement_needs_no_campaign():
    """Prose requires a campaign and the schema does not, so none is asked for."""
    for operation, call in (
        ("textEnableNumbersByOrder", lambda c: c.hosting_orders.text_enable),
        ("textEnableQualifiedNumbers", lambda c: c.qualified_numbers.text_enable),
    ):
        body = await sent(
            operation,
            lambda c, call=call: call(c)(
                [QUALIFIED], region_code="US", service_plan_id=PLAN, loa_info=DIRECT
            ),
        )
        assert "campaignId" not in body
