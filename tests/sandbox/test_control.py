"""Steering a sandbox from another process."""

from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+13035550001"
RENT = f"availableNumbers/{NUMBER}:rent"


@pytest.fixture(autouse=True)
def number(sandbox: Sandbox) -> None:
    sandbox.project().add_available(phone_number=NUMBER)


async def test_overview_has_counts_and_no_secrets(api: Any, sandbox: Sandbox) -> None:
    """What a sandbox is set up with and how far it has come; nothing that opens it."""
    await api.post(RENT)

    answer = await api.get("/_sandbox")

    assert {"sandbox": {"active": 1, "stock": 0}} == answer.json["projects"]
    assert (1, 1) == (answer.json["calls"], answer.json["ledger"])
    assert "2026-03-14T09:26:53.589793Z" == answer.json["now"]
    assert 3599 == answer.json["settings"]["token_lifetime"]
    assert sandbox.project().hmac_secret not in answer.text
    assert "key" not in answer.text


async def test_calls_and_ledger_can_be_read(api: Any) -> None:
    """Calls are those of the API and the token endpoint, not the ones of control."""
    await api.token()
    await api.post("availableNumbers/%2B13035550001:rent?x=1")

    calls = (await api.get("/_sandbox/calls")).json["calls"]
    ledger = (await api.get("/_sandbox/ledger")).json["ledger"]

    assert [
        "POST /oauth2/token",
        "POST /v1/projects/sandbox/availableNumbers/+13035550001:rent",
    ] == calls
    assert [
        {
            "operation": "rent",
            "phoneNumber": NUMBER,
            "projectId": "sandbox",
            "at": "2026-03-14T09:26:53.589793Z",
            "amount": "1.00",
            "currency": "USD",
        }
    ] == ledger


async def test_faults_can_be_set_and_forgotten(api: Any) -> None:
    """All that `Faults.add` takes, or a queue."""
    assert 200 == (await api.post("/_sandbox/faults", {"kind": "500", "times": 2})).status
    assert 200 == (await api.post("/_sandbox/faults", {"queue": ["ok", "503"]})).status

    statuses = [(await api.post(RENT)).status for _ in range(3)]
    cleared = await api.send("DELETE", "/_sandbox/faults")

    assert [200, 503, 500] == statuses
    assert (200, {}) == (cleared.status, cleared.json)
    assert 404 == (await api.post(RENT)).status


async def test_clock_can_be_moved(api: Any, sandbox: Sandbox) -> None:
    """By seconds, or to a time."""
    later = await api.post("/_sandbox/clock", {"advance": 60})
    then = await api.post("/_sandbox/clock", {"set": "2027-01-01T00:00:00Z"})

    assert {"now": "2026-03-14T09:27:53.589793Z"} == later.json
    assert {"now": "2027-01-01T00:00:00.000000Z"} == then.json
    assert 2027 == sandbox.clock.now().year


async def test_tokens_can_be_spoiled(api: Any) -> None:
    """Outdated or unknown."""
    headers = await api.bearer()
    await api.post("/_sandbox/tokens", {"action": "expire"})
    expired = await api.get("activeNumbers", headers=headers)
    await api.post("/_sandbox/tokens", {"action": "revoke"})
    revoked = await api.get("activeNumbers", headers=headers)

    assert "expired" in expired.headers["WWW-Authenticate"]
    assert "expired" not in revoked.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("faults", {"kind": "nonsense"}, 400),
        ("faults", {"kind": "slow", "secs": 1}, 400),
        ("faults", {}, 400),
        ("faults", [], 400),
        ("faults", {"queue": 3}, 400),
        ("clock", {}, 400),
        ("clock", {"advance": "soon"}, 400),
        ("clock", {"advance": 1e300}, 400),
        ("clock", {"set": "2027-01-01T00:00:00"}, 400),
        ("clock", {"set": 5}, 400),
        ("tokens", {"action": "eat"}, 400),
        ("nothing", {}, 404),
    ],
)
async def test_mistakes_are_refused(api: Any, path: str, body: Any, status: int) -> None:
    """Never a 500, and nothing changes."""
    assert status == (await api.post(f"/_sandbox/{path}", body)).status


async def test_control_refuses_what_it_cannot_read(api: Any) -> None:
    """Broken JSON, or a method that is not there."""
    assert 400 == (await api.send("POST", "/_sandbox/clock", data=b"{")).status
    assert 404 == (await api.send("DELETE", "/_sandbox/ledger")).status
