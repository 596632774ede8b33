"""The vendor's Python SDK works against the sandbox: all of its calls about numbers."""

import inspect
import json
from typing import Any

import pytest
from products import every

from sinch_numbers.webhooks import SIGNATURE_HEADER

from .shop import FOREIGN, FREE, OTHER, OURS, REJECTED, SWITCHES, shop

pytestmark = [
    pytest.mark.slow,
    # Of the SDK's source, when it is compiled: a SyntaxWarning since Python 3.12.
    pytest.mark.filterwarnings("ignore:invalid escape sequence"),
    pytest.mark.filterwarnings('ignore:"?.*" is an invalid escape sequence'),
]

US = {"region_code": "US", "number_type": "LOCAL"}
LINKS = {
    "sms_configuration": {"service_plan_id": "plan"},
    "voice_configuration": {"type": "RTC", "app_id": "app"},
}
RELINK = {
    "sms_configuration": {"service_plan_id": "another-plan"},
    "voice_configuration": {"type": "EST", "trunk_id": "trunk"},
}
SECRET, ODD_SECRET = "sandbox-hmac-secret-0123456789-abcd", "HMAC$secret*of-test-data"
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("regions.list", "", {"types": ["MOBILE"]}),
    ("search_for_available_numbers", "", {**US, "page_size": 3}),
    (
        "search_for_available_numbers",
        "pattern",
        {**US, "number_pattern": "+1303", "number_search_pattern": "START"},
    ),
    ("check_availability", "", {"phone_number": FREE}),
    ("rent", "", {"phone_number": FREE, **LINKS}),
    ("rent", "AU", {"phone_number": FOREIGN}),
    ("rent_any", "", {**US, **LINKS, "capabilities": ["SMS"]}),
    ("get", "", {"phone_number": OURS}),
    ("list", "", {"page_size": 1}),
    ("list", "filters", {**US, "capabilities": ["SMS"], "order_by": "PHONE_NUMBER"}),
    ("update", "", {"phone_number": OURS, "display_name": "by Python"}),
    ("update", "relink", {"phone_number": OTHER, **RELINK}),
    ("event_destinations.get", "", {}),
    ("event_destinations.update", "", {"hmac_secret": SECRET}),
    ("event_destinations.update", "secret", {"hmac_secret": ODD_SECRET}),
    ("release", "", {"phone_number": OURS}),
]


def methods(numbers: Any) -> set[str]:
    """Return the public calls of the SDK's Numbers domain, without the webhook handler."""
    homes = {"": numbers, "regions.": numbers.regions}
    homes["event_destinations."] = numbers.event_destinations
    return {
        home + name
        for home, value in homes.items()
        for name, _ in inspect.getmembers(value, callable)
        if not name.startswith("_")
    } - {"sinch_events"}


def outcomes(served: Any) -> dict[tuple[str, str], Any]:
    """Make all calls; return results, or the status of the error."""
    from sinch import SinchClient
    from sinch.core.exceptions import SinchException

    environment = served.sandbox.environment
    client = SinchClient(
        project_id=environment["SINCH_PROJECT_ID"],
        key_id=environment["SINCH_KEY_ID"],
        key_secret=environment["SINCH_KEY_SECRET"],
    )
    client.configuration.numbers_origin = environment["SINCH_NUMBERS_URL"]
    client.configuration.auth_origin = environment["SINCH_AUTH_URL"]
    assert {method for method, _, _ in CALLS} == methods(client.numbers)
    found: dict[tuple[str, str], Any] = {}
    for method, note, arguments in CALLS:
        call: Any = client.numbers
        for name in method.split("."):
            call = getattr(call, name)
        try:
            result = call(**arguments)
        except SinchException as error:
            result = error.args[0] and error.http_response.status_code
        if method.endswith(("list", "numbers")):
            result = list(result.iterator())
        found[method, note] = result
    return found


@every("switches", [{}, SWITCHES])
def test_every_call_works(switches: dict[str, Any]) -> None:
    """Every call gets what the sandbox has; what is rejected by decision needs its switch."""
    with shop(**switches) as served:
        found = outcomes(served)
        ledger = [entry.operation for entry in served.sandbox.ledger]

    rejected = {note: found[key] for key in found if (note := key[1]) in REJECTED}
    if switches:
        assert not any(isinstance(result, int) for result in rejected.values())
    else:
        assert dict.fromkeys(REJECTED, 400) == rejected
    assert [FREE] == [n.phone_number for n in found["search_for_available_numbers", "pattern"]]
    assert FREE == found["check_availability", ""].phone_number
    assert FREE == found["rent", ""].phone_number
    assert "SE" in {region.region_code for region in found["regions.list", ""]}
    rented = {OURS, OTHER, FREE, found["rent_any", ""].phone_number}
    assert rented <= {number.phone_number for number in found["list", ""]}
    assert rented <= {number.phone_number for number in found["list", "filters"]}
    assert "by Python" == found["update", ""].display_name
    assert SECRET == found["event_destinations.update", ""].hmac_secret
    assert found["release", ""].expire_at is not None
    assert (2 + bool(switches)) == ledger.count("rent")


def test_webhooks_of_the_sandbox_are_understood() -> None:
    """The SDK verifies and parses the events that the sandbox signs."""
    from sinch import SinchClient

    from sinch_numbers.testing import SignedEvents

    handler = SinchClient(project_id="p", key_id="k", key_secret="s").numbers.sinch_events(SECRET)
    for event in (
        SignedEvents(SECRET).number(OURS),
        SignedEvents(SECRET).number(OURS, failure_code="CAMPAIGN_EXPIRED"),
    ):
        headers = {SIGNATURE_HEADER: event.signature, "Content-Type": "application/json"}
        assert handler.validate_authentication_header(headers, event.body)
        parsed = handler.parse_event(event.body)
        assert json.loads(event.body)["eventId"] == parsed.event_id
        assert OURS == parsed.resource_id
