"""No request, however odd, is answered with a 500."""

import json
from typing import Any

import pytest
from hypothesis import strategies as st
from products import examples

from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._api.service import answer
from sinch_numbers.sandbox._protocol.exchange import Call

from .conftest import basic

pytestmark = pytest.mark.slow

WORDS = [
    *("smsConfiguration", "voiceConfiguration", "servicePlanId", "campaignId", "type", "appId"),
    *("trunkId", "serviceId", "displayName", "callbackUrl", "regionCode", "capabilities"),
    *("numberPattern", "pattern", "searchPattern", "address", "streetNumber", "hmacSecret"),
]
VALUES = st.sampled_from(["US", "LOCAL", "RTC", "EST", "SMS", "START", "fail", "", "\ud800", "+"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | VALUES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)
    ),
    max_leaves=12,
)
BODIES = st.binary(max_size=30) | JSON.map(lambda document: json.dumps(document).encode())
QUERIES = st.dictionaries(
    st.sampled_from(
        [
            *("regionCode", "type", "types", "size", "pageSize", "pageToken", "orderBy"),
            *("capability", "capabilities"),
            *("numberPattern.pattern", "numberPattern.searchPattern"),
        ]
    ),
    st.lists(VALUES.filter(str.isprintable) | st.text(max_size=9), min_size=1, max_size=2),
    max_size=5,
)
RESOURCES = st.sampled_from(
    [
        *("activeNumbers", "availableNumbers", "availableNumbers:rentAny"),
        *("activeNumbers/+12025550147", "activeNumbers/+12025550147:release"),
        *("availableNumbers/+13035550001", "availableNumbers/+13035550001:rent"),
        *("activeNumbers/+12025550147/emergencyAddress",),
        *("activeNumbers/+12025550147/emergencyAddress:provision",),
        *("activeNumbers/+12025550147/emergencyAddress:validate",),
        *("availableRegions", "callbackConfiguration", "activeNumbers/", "activeNumbers/+1:rent"),
    ]
)
IMPORTED_WORDS = [
    *("smsConfiguration", "servicePlanId", "campaignId", "migrateToSinchTmo", "displayName"),
    *("callbackUrl", "regionCode", "numbers", "phoneNumbers", "phoneNumber", "code", "nnid"),
    *("directLoaInfo", "resellerLoaInfo", "blanketLoaInfo", "authorisedPerson", "address"),
    *("scheduledOsrUpdateTime", "scheduledZipwhipProvisioningTime", "hmacSecret"),
]
IMPORTED_VALUES = VALUES | st.sampled_from(["+12025550181", "+18335550144", "stuck", "2026-03-20"])
IMPORTED_JSON = st.dictionaries(
    st.sampled_from(IMPORTED_WORDS),
    IMPORTED_VALUES
    | JSON
    | st.lists(IMPORTED_VALUES, max_size=2)
    | st.dictionaries(st.sampled_from(IMPORTED_WORDS), IMPORTED_VALUES | JSON, max_size=4),
    max_size=6,
)
IMPORTED_QUERIES = st.dictionaries(
    st.sampled_from(
        [
            *("states", "type", "servicePlanId", "campaignId", "regionCode", "orderBy"),
            *("pageSize", "pageToken", "osrUpdateState", "numberPattern.searchPattern"),
        ]
    ),
    st.lists(
        st.sampled_from(["DRAFT", "IMPORT", "DONE", "createdTime", "END", "1", ""])
        | st.text(max_size=9),
        min_size=1,
        max_size=2,
    ),
    max_size=5,
)
IMPORTED_RESOURCES = st.sampled_from(
    [
        *("importedNumbers", "importedNumbers/+12025550171", "importedNumbers/+1"),
        *("hostingOrders", "hostingOrders/x", "hostingOrders/x/report", "hostingOrders/x/numbers"),
        *("hostingOrders:importNumbers", "hostingOrders:textEnableNumbers"),
        *("hostingOrders:textEnableTollFreeNumbers", "callbackConfiguration", "qualifiedNumbers"),
        *("qualifiedNumbers:addNumbers", "qualifiedNumbers:textEnableNumbers"),
        *("qualifiedNumbers:textEnableTollFreeNumbers", "qualifiedNumbers/+12025550181"),
        *("qualifiedNumbers/+12025550181:sendVoiceChallenge",),
        *("qualifiedNumbers/+12025550181:verifyVoiceChallenge",),
    ]
)
HEADERS = {"authorization": basic()["Authorization"]}


@examples(
    100,
    600,
    method=st.sampled_from(["GET", "POST", "PATCH"]),
    resource=RESOURCES,
    query=QUERIES,
    body=BODIES,
)
def test_odd_requests_are_answered(
    method: str, resource: str, query: dict[str, Any], body: bytes
) -> None:
    """Refused or done, and what was done can be shown."""
    sandbox = _SANDBOX
    project = sandbox.project()
    project.add_active(phone_number="+12025550147")
    project.add_available(phone_number="+13035550001")
    path = f"/v1/projects/sandbox/{resource}"

    reply = answer(
        sandbox._world,
        Call(method=method, path=path, query=query, headers=HEADERS, body=body),
    )

    assert reply.status in (200, 400, 404, 405)
    assert isinstance(json.loads(reply.body), dict)


@examples(
    100,
    500,
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
    resource=IMPORTED_RESOURCES,
    query=IMPORTED_QUERIES,
    body=BODIES | IMPORTED_JSON.map(lambda document: json.dumps(document).encode()),
)
def test_odd_requests_to_the_second_host_are_answered(
    method: str, resource: str, query: dict[str, Any], body: bytes
) -> None:
    """Refused or done, and time goes on."""
    host = _SANDBOX.project().imported
    host.numbers.add("+12025550171", service_plan_id="plan")
    path = f"/imported/v1/projects/sandbox/{resource}"

    reply = answer(
        _SANDBOX._world, Call(method=method, path=path, query=query, headers=HEADERS, body=body)
    )
    _SANDBOX.clock.advance(1)

    assert reply.status in (200, 400, 404, 405, 409)
    assert method == "DELETE" or isinstance(json.loads(reply.body), dict)
    for order in host.orders.all().values():
        assert order.numbers == tuple(host.orders.numbers(order.hosting_order_id))


_SANDBOX = Sandbox(numbers=20, stock=20)
