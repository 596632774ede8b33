"""The sandbox writes absent values in the notation of its setting, in responses and events."""

import json
from typing import Any

import aiohttp
import pytest
from notations import NOTATIONS
from products import every

from sinch_numbers import (
    EventStatus,
    LinkState,
    NumberEvent,
    NumbersClient,
)
from sinch_numbers.audit import audit
from sinch_numbers.sandbox import Clock, Sandbox
from sinch_numbers.sandbox._api.bodies import updating
from sinch_numbers.sandbox._protocol.absent import rewritten, shaped
from sinch_numbers.sandbox._protocol.exchange import Reply
from sinch_numbers.webhooks import parse_event, verify_signature

from .conftest import Api

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

WRITTEN: dict[str, Any] = {"null": None, "empty_string": "", "empty_object": {}}
DOCUMENT = {"a": None, "b": "", "c": 0, "d": False, "e": [], "f": [{"g": None, "h": "h"}]}


def client_of(sandbox: Sandbox) -> NumbersClient:
    return NumbersClient(
        "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.auth_url
    )


def members(absent: str, *names: str) -> dict[str, Any]:
    return {name: WRITTEN[absent] for name in names if absent != "omit"}


@every("absent", NOTATIONS)
def test_every_absent_value_has_one_notation(absent: Any) -> None:
    """Whatever its type and depth; zero, false and empty lists are values."""
    present = {"c": 0, "d": False, "e": []}

    assert {
        **members(absent, "a", "b"),
        **present,
        "f": [{**members(absent, "g"), "h": "h"}],
    } == rewritten(DOCUMENT, absent)
    assert rewritten(DOCUMENT, None) is DOCUMENT


@every("absent", NOTATIONS)
def test_what_callers_submitted_stays_as_it_is(absent: Any) -> None:
    """An empty string in a registration is a value of its caller."""
    document = {"requestDetails": {"data": [{"a": ""}]}, "fields": {"b": None}}

    assert document == rewritten(document, absent)


@every(
    "reply",
    [
        Reply.json(DOCUMENT, status=404),
        Reply(body=b'{"a":null}', content_type="text/html"),
        Reply(),
    ],
)
def test_errors_and_other_content_are_unchanged(reply: Reply) -> None:
    """The setting is about the resources of the API."""
    assert shaped(reply, "omit") is reply


@pytest.mark.parametrize("absent", NOTATIONS)
async def test_a_response_has_the_notation(absent: Any) -> None:
    """Numbers, lists, and the state that tests look at agree."""
    async with (
        Sandbox(numbers=1, stock=0, absent=absent) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        api = Api(sandbox, session)
        (number,) = sandbox.project().active
        one = (await api.get(f"activeNumbers/{number}")).json
        page = (await api.get("activeNumbers")).json
        settings = (await api.get("/_sandbox")).json["settings"]

    assert absent == settings["absent"]
    assert [one] == page["activeNumbers"]
    assert one == sandbox.number(number)
    assert members(absent, "expireAt") == {n: v for n, v in one.items() if n == "expireAt"}
    token = {name: value for name, value in page.items() if name == "nextPageToken"}
    assert members(absent, "nextPageToken") == token


@pytest.mark.parametrize("absent", NOTATIONS)
async def test_an_event_has_the_notation(absent: Any) -> None:
    """It is signed as written, and a provisioning without a failure has no failure code."""
    posted: list[tuple[bytes, str]] = []

    async def post(_url: str, body: bytes, headers: dict[str, str]) -> int:
        posted.append((body, headers["X-Sinch-Signature"]))
        return 200

    sandbox = Sandbox(numbers=0, stock=0, clock=Clock(running=False), absent=absent)
    sandbox.webhooks.url = "http://127.0.0.1:9/"
    sandbox._poster.post = post
    async with sandbox:
        project = sandbox.project()
        number = project.add_active(phone_number="+12025550147").phone_number
        project.update(number, updating({"smsConfiguration": {"servicePlanId": "p"}}))
        sandbox.clock.advance(10)
        await sandbox.webhooks.settled()

    ((body, signed),) = posted
    assert verify_signature(body, signed, project.hmac_secret)
    assert members(absent, "failureCode", "internalFailureCode") == {
        name: value for name, value in json.loads(body).items() if name.endswith("Code")
    }
    event = parse_event(body)
    assert isinstance(event, NumberEvent)
    assert (EventStatus.SUCCEEDED, None) == (event.status, event.failure_code)


@pytest.mark.parametrize("absent", NOTATIONS)
async def test_a_provisioned_number_is_provisioned_in_every_notation(absent: Any) -> None:
    """Waiting ends, and an audit finds the number that is paid and not used."""
    async with Sandbox(numbers=0, stock=0, clock=Clock(running=False), absent=absent) as sandbox:
        for number in ("+12025550147", "+12025550148"):
            sandbox.project().add_active(phone_number=number)
        linked = updating({"smsConfiguration": {"servicePlanId": "p"}})
        sandbox.project().update("+12025550147", linked)
        sandbox.clock.advance(10)
        async with client_of(sandbox) as client:
            ended = await client.active_numbers.wait_until_provisioned(
                "+12025550147", sms=True, voice=False, deadline=20, longest_pause=0.01
            )
            report = await audit(client)

    assert (True, LinkState.LINKED) == (ended.ok, ended.steps["sms"])
    assert ["+12025550148"] == [
        finding.phone_number for finding in report.findings if finding.rule == "unused"
    ]


@pytest.mark.parametrize("value", ["", "none", "empty-string", True, ["null"]])
def test_an_unknown_notation_is_an_error(value: Any) -> None:
    """The error names the option, its values, and what was given."""
    with pytest.raises(ValueError, match="absent must be 'omit', 'null', 'empty_string'") as error:
        Sandbox(absent=value)

    assert str(error.value).endswith(f"not {value!r}")
