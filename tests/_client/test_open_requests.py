"""Requests without a method of their own: both hosts, retries, and confirmation by reading."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from products import every, named, sampled

from sinch_numbers import (
    IDEMPOTENT,
    SAFE,
    Backoff,
    Confirmation,
    InvalidArgumentError,
    NumberBusyError,
    NumbersClient,
    OutcomeUnknownError,
    Reply,
    Request,
    Secret,
    SyncNumbersClient,
    Token,
)
from sinch_numbers._client.open_requests import _shows
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.anyio

NUMBER = "+12025550134"
IMPORTED = "+12025550173"
QUICK = Backoff(first=0.001, throttled=0.001, longest=0.01)


def settings(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "project_id": "sandbox",
        "key_id": "sandbox",
        "key_secret": "sandbox",
        "numbers_url": sandbox.url,
        "imported_numbers_url": sandbox.imported_url,
        "auth_url": sandbox.auth_url,
        "settle_timeout": 0.1,
        "backoff": QUICK,
    }


@pytest.fixture
async def ours(client: NumbersClient) -> str:
    """Return a number of the project."""
    return (await client.active_numbers.list(limit=1).page()).items[0].phone_number


class Tape:
    """A transport that notes URLs, and answers with an empty object."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    async def exchange(self, request: Request) -> Reply:
        self.urls.append(request.url)
        return Reply(200, {}, b"{}")

    async def close(self) -> None: ...


class Key:
    async def get(self) -> Token:
        return Token(Secret("Bearer token"), 60.0)

    def invalidate(self, token: Token) -> bool:
        return False

    async def close(self) -> None: ...


@pytest.fixture
async def tape() -> Tape:
    return Tape()


@pytest.fixture
async def taped(tape: Tape) -> AsyncIterator[NumbersClient]:
    async with NumbersClient("p-1", tokens=Key(), transport=tape) as client:
        yield client


PATHS = {
    "/numberTags": "/numberTags",
    "/v1/projects/{projectId}/numberTags": "/numberTags",
    "/v1/projects/{project_id}/numberTags/x:archive": "/numberTags/x:archive",
    "/v1/projects/p-1/numberTags": "/numberTags",
    "/numberTags/{projectId}/x": "/numberTags/p-1/x",
    "/v1/tags": "/v1/tags",
}


@pytest.mark.parametrize("host", ["numbers", "imported"])
async def test_a_path_is_below_the_project_on_either_host(
    taped: NumbersClient, tape: Tape, host: Any
) -> None:
    """Relative, or as in the API reference, with the project's ID for its parameter."""
    for path in PATHS:
        await taped.request("GET", path, host=host, query={"a": "b c"})

    origin = "imported.numbers" if host == "imported" else "numbers"
    base = f"https://{origin}.api.sinch.com/v1/projects/p-1"
    assert [f"{base}{path}?a=b+c" for path in PATHS.values()] == tape.urls


INVALID: dict[str, tuple[str, dict[str, Any]]] = {
    "another project": ("path", {"path": "/v1/projects/p-2/numberTags"}),
    "another version": ("path", {"path": "/v2/projects/p-1/numberTags"}),
    "only a project": ("path", {"path": "/v1/projects/p-1"}),
    "no project": ("path", {"path": "/v1/projects"}),
    "another parameter": ("path", {"path": "/activeNumbers/{phoneNumber}"}),
    "another host": ("path", {"path": "https://example.net/activeNumbers"}),
    "another host, without a scheme": ("path", {"path": "//example.net/x"}),
    "traversal": ("path", {"path": "/activeNumbers/../../p-2/x"}),
    "traversal, encoded": ("path", {"path": "/activeNumbers/%2e%2e/x"}),
    "traversal in the project": ("path", {"path": "/v1/projects/../x"}),
    "a query": ("path", {"path": "/x?a=b"}),
    "a relative path": ("path", {"path": "activeNumbers"}),
    "no text": ("path", {"path": None}),
    "an unknown host": ("host", {"host": "auth"}),
    "a host in capitals": ("host", {"host": ["numbers"]}),
    "a policy by name": ("retry", {"retry": "safe"}),
    "a query of pairs": ("query", {"query": [("a", "b")]}),
    "a body of a list": ("json", {"method": "POST", "json": ["a"]}),
    "a body of a GET": ("json", {"json": {}}),
    "a confirmation of a GET": ("confirm", {"confirm": Confirmation("/x")}),
    "a confirmation by path": ("confirm", {"method": "POST", "confirm": "/x"}),
    "a confirmation elsewhere": (
        "confirm", {"method": "POST", "confirm": Confirmation("/v1/projects/p-2/x")},
    ),
    "a confirmation on another host": (
        "confirm", {"method": "POST", "confirm": Confirmation("https://example.net")},
    ),
}  # fmt: skip


@every(("argument", "options"), named(INVALID))
async def test_an_invalid_request_is_not_sent(argument: str, options: dict[str, Any]) -> None:
    """The error names the argument."""
    tape = Tape()
    async with NumbersClient("p-1", tokens=Key(), transport=tape) as client:
        with pytest.raises(InvalidArgumentError) as caught:
            await client.request(**{"method": "GET", "path": "/x", **options})

        assert argument == caught.value.argument
        assert [] == tape.urls
        assert () == await client.operations(open_only=False)


@every(("argument", "options"), [
    ("shows", {"shows": {"a": Secret("canary")}}),
    ("shows", {"shows": {"a": [{"b": Secret("canary")}]}}),
    ("shows", {"shows": ["canary"]}),
    ("shows", {"shows": {"a": b"canary"}}),
    ("shows", {"shows": {"a": 1}, "missing": True}),
    ("query", {"query": {"a": Secret("canary")}}),
    ("query", {"query": "canary"}),
    ("missing", {"missing": 1}),
])  # fmt: skip
def test_a_confirmation_is_validated(argument: str, options: dict[str, Any]) -> None:
    """It is kept in the journal, and so must be JSON without a secret."""
    with pytest.raises(InvalidArgumentError) as caught:
        Confirmation("/x", **options)

    assert argument == caught.value.argument
    assert "canary" not in str(caught.value)


@every(("found", "expected", "shown"), [
    ({"a": 1, "b": 2}, {}, True),
    ({"a": 1, "b": 2}, {"a": 1}, True),
    ({"a": 1}, {"a": 2}, False),
    ({"a": 1}, {"b": 1}, False),
    ({"a": None}, {"a": None}, True),
    ({}, {"a": None}, False),
    ({"a": {"b": {"c": 1, "d": 2}}}, {"a": {"b": {"c": 1}}}, True),
    ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, False),
    ({"a": "b"}, {"a": {"b": 1}}, False),
    ({"a": [{"n": 1, "x": 0}, {"n": 2}]}, {"a": [{"n": 2}]}, True),
    ({"a": [{"n": 1}]}, {"a": [{"n": 1}, {"n": 2}]}, False),
    ({"a": []}, {"a": []}, True),
    ({"a": "x"}, {"a": ["x"]}, False),
    ({"a": True}, {"a": 1}, False),
    ({"a": 1.0}, {"a": 1}, True),
    (["a"], {"a": 1}, False),
    (None, {"a": 1}, False),
    (None, {}, False),
])  # fmt: skip
def test_a_response_shows_fields(found: Any, expected: Any, shown: bool) -> None:
    """It may have more fields and elements than those that are expected."""
    assert shown is _shows(found, expected)


# The requests below exist as methods, too; the sandbox knows no others.


@pytest.mark.sandbox
async def test_a_lost_response_is_confirmed_by_reading(
    client: NumbersClient, sandbox: Sandbox, ours: str
) -> None:
    """The request is sent once, and the result is the JSON of the read."""
    sandbox.faults.add("drop", method="PATCH")

    changed = await client.request(
        "PATCH",
        f"/activeNumbers/{ours}",
        json={"displayName": "new"},
        confirm=Confirmation(f"/activeNumbers/{ours}", shows={"displayName": "new"}),
    )

    assert (ours, "new") == (changed["phoneNumber"], changed["displayName"])
    assert 1 == len([call for call in sandbox.calls if call.startswith("PATCH")])
    (entry,) = await client.operations(open_only=False)
    assert ("request", "applied", ours) == (entry.operation, entry.state, entry.subject)


@pytest.mark.sandbox
async def test_a_deletion_on_the_other_host_is_confirmed_by_a_404(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Of the service itself; the result is an empty object."""
    await client.imported_numbers.import_number(
        IMPORTED, region_code="US", sms_configuration={"servicePlanId": "plan"}
    )
    path = f"/importedNumbers/{IMPORTED}"
    sandbox.faults.add("drop", method="DELETE")

    gone = await client.request(
        "DELETE", path, host="imported", confirm=Confirmation(path, missing=True)
    )

    assert {} == gone
    assert 1 == len([call for call in sandbox.calls if call.startswith("DELETE")])


@pytest.mark.sandbox
async def test_a_request_without_effect_is_sent_again_once(
    client: NumbersClient, sandbox: Sandbox, ours: str
) -> None:
    """After reads that span the settle timeout."""
    sandbox.faults.add("drop_before", method="PATCH", times=1)

    changed = await client.request(
        "PATCH",
        f"/activeNumbers/{ours}",
        json={"displayName": "new"},
        confirm=Confirmation(f"/activeNumbers/{ours}", shows={"displayName": "new"}),
    )

    assert "new" == changed["displayName"]
    assert 2 == len([call for call in sandbox.calls if call.startswith("PATCH")])


@pytest.mark.sandbox
async def test_a_404_of_a_gateway_confirms_nothing(
    client: NumbersClient, sandbox: Sandbox, ours: str
) -> None:
    """The outcome stays unknown."""
    sandbox.faults.add("drop_before", method="POST", path=":release")
    sandbox.faults.add("404_html", method="GET", times=1000)

    with pytest.raises(OutcomeUnknownError):
        await client.request(
            "POST",
            f"/activeNumbers/{ours}:release",
            confirm=Confirmation(f"/activeNumbers/{ours}", missing=True),
        )


@pytest.mark.sandbox
async def test_a_429_is_followed_by_a_read(
    client: NumbersClient, sandbox: Sandbox, ours: str
) -> None:
    """The request is sent again if the read does not show its effect."""
    sandbox.faults.add("429", method="PATCH", times=1)
    shows = Confirmation(f"/activeNumbers/{ours}", shows={"displayName": "new"})

    for calls in (2, 3):
        changed = await client.request(
            "PATCH", f"/activeNumbers/{ours}", json={"displayName": "new"}, confirm=shows
        )
        assert "new" == changed["displayName"]
        assert calls == len([call for call in sandbox.calls if call.startswith("PATCH")])


@pytest.mark.sandbox
@pytest.mark.parametrize("policy", [IDEMPOTENT, SAFE], ids=["idempotent", "safe"])
async def test_other_policies_can_be_confirmed(
    client: NumbersClient, sandbox: Sandbox, ours: str, policy: Any
) -> None:
    """One read instead of a repetition; no entry of the journal."""
    sandbox.faults.add("drop", method="PATCH", times=1)

    changed = await client.request(
        "PATCH",
        f"/activeNumbers/{ours}",
        json={"displayName": "new"},
        retry=policy,
        confirm=Confirmation(f"/activeNumbers/{ours}", shows={"displayName": "new"}),
    )

    assert "new" == changed["displayName"]
    assert 1 == len([call for call in sandbox.calls if call.startswith("PATCH")])
    assert () == await client.operations(open_only=False)


@pytest.mark.sandbox
@pytest.mark.parametrize("host", ["numbers", "imported"])
@pytest.mark.parametrize("fault", sampled(["drop", "drop_before"], 1))
async def test_another_process_recovers_a_request(
    sandbox: Sandbox, tmp_path: Path, host: Any, fault: str
) -> None:
    """By the confirmation in the journal; until then no other call can use the number."""
    async with NumbersClient(**settings(sandbox), store=tmp_path / "numbers.db") as client:
        if host == "imported":
            await client.imported_numbers.import_number(
                IMPORTED, region_code="US", sms_configuration={"servicePlanId": "plan"}
            )
            method, path = "DELETE", f"/importedNumbers/{IMPORTED}"
            confirm = Confirmation(path, missing=True)
        else:
            number = (await client.active_numbers.list(limit=1).page()).items[0].phone_number
            method, path = "PATCH", f"/activeNumbers/{number}"
            confirm = Confirmation(
                "/activeNumbers",
                query={"pageSize": 100},
                shows={"activeNumbers": [{"phoneNumber": number, "displayName": "new"}]},
            )
        sandbox.faults.add(fault, method=method, path=path.rpartition("/")[2], times=1)
        sandbox.faults.add("503", method="GET", times=1000)
        body = {"displayName": "new"} if method == "PATCH" else None
        with pytest.raises(OutcomeUnknownError):
            await client.request(method, path, host=host, json=body, confirm=confirm)
    sandbox.faults.clear()

    async with NumbersClient(
        **settings(sandbox), store=tmp_path / "numbers.db", deadline=0.05
    ) as client:
        (entry,) = await client.operations()
        with pytest.raises(NumberBusyError):
            await client.request(method, path, host=host, json=body, confirm=confirm)
        found = await client.recover()
        assert [entry.id] == [one.entry.id for one in found]
        assert () == await client.operations()

    state = "applied" if fault == "drop" else "absent"
    assert ("request", "unknown", state) == (entry.operation, entry.state, found[0].entry.state)
    assert ("/v1/projects/sandbox" + path, method) == (
        entry.request["path"], entry.request["method"],
    )  # fmt: skip
    assert 1 == len([call for call in sandbox.calls if call.startswith(method)])


@pytest.mark.sandbox
async def test_an_error_reconciles_itself(
    client: NumbersClient, sandbox: Sandbox, ours: str
) -> None:
    """As for other billable calls."""
    sandbox.faults.add("drop", method="PATCH", times=1)
    sandbox.faults.add("503", method="GET", times=1000)
    with pytest.raises(OutcomeUnknownError) as caught:
        await client.request(
            "PATCH",
            f"/activeNumbers/{ours}",
            json={"displayName": "new"},
            confirm=Confirmation(f"/activeNumbers/{ours}", shows={"displayName": "new"}),
        )
    sandbox.faults.clear()

    assert [caught.value.op_id] == [one.op_id for one in client.unresolved]
    assert "new" == (await caught.value.reconcile())["displayName"]
    assert () == client.unresolved


@pytest.mark.sandbox
async def test_a_request_without_confirmation_stays_unknown(
    client: NumbersClient, sandbox: Sandbox, ours: str
) -> None:
    """It claims nothing, is sent once, and a person can dismiss it."""
    sandbox.faults.add("drop", method="PATCH", times=1)
    with pytest.raises(OutcomeUnknownError):
        await client.request("PATCH", f"/activeNumbers/{ours}", json={"displayName": "new"})

    (found,) = await client.recover()
    assert "unknown" == found.entry.state
    assert found.entry.subject is None
    await client.request("PATCH", f"/activeNumbers/{ours}", json={"displayName": "newer"})
    await client.dismiss(found.entry.id, "seen in the dashboard")
    assert () == await client.operations()


@pytest.mark.sandbox
async def test_a_confirmation_of_another_release_is_left_to_a_person(
    client: NumbersClient, sandbox: Sandbox, ours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its entry stays unknown, and does not stop the recovery of others."""
    from sinch_numbers._client import open_requests

    sandbox.faults.add("drop", method="PATCH", times=1)
    sandbox.faults.add("503", method="GET", times=1000)
    monkeypatch.setattr(
        open_requests.attrs, "asdict", lambda confirm: {"path": confirm.path, "newer": 1}
    )
    with pytest.raises(OutcomeUnknownError):
        await client.request(
            "PATCH", f"/activeNumbers/{ours}", json={}, confirm=Confirmation("/activeNumbers")
        )
    sandbox.faults.clear()

    (found,) = await client.recover()
    assert "unknown" == found.entry.state


@pytest.mark.sandbox
async def test_the_sync_client_confirms_too(sandbox: Sandbox) -> None:
    """With the same arguments."""
    sandbox.faults.add("drop", method="PATCH", times=1)

    def call() -> Any:
        with SyncNumbersClient(**settings(sandbox)) as client:
            number = next(iter(client.active_numbers.list(limit=1))).phone_number
            return client.request(
                "PATCH",
                f"/activeNumbers/{number}",
                json={"displayName": "new"},
                confirm=Confirmation(f"/activeNumbers/{number}", shows={"displayName": "new"}),
            )

    assert "new" == (await anyio.to_thread.run_sync(call))["displayName"]


PROGRAM = """
import asyncio
import sys
from sinch_numbers import Confirmation, NumbersClient

async def main():
    numbers_url, auth_url, number, store = sys.argv[1:]
    async with NumbersClient(
        "sandbox", "sandbox", "sandbox",
        numbers_url=numbers_url, auth_url=auth_url, store=store, settle_timeout=0.1,
    ) as client:
        await client.request(
            "PATCH",
            f"/activeNumbers/{number}",
            json={"displayName": "new"},
            confirm=Confirmation(f"/activeNumbers/{number}", shows={"displayName": "new"}),
        )

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["stall", "stall_before"])
async def test_a_killed_process_leaves_a_request_that_can_be_recovered(
    sandbox: Sandbox, ours: str, tmp_path: Path, fault: str
) -> None:
    """Whether it took effect or not."""
    sandbox.faults.add(fault, method="PATCH", times=1)
    store = tmp_path / "numbers.db"
    running = await anyio.open_process(
        [sys.executable, "-c", PROGRAM, sandbox.url, sandbox.auth_url, ours, str(store)]
    )
    while not [call for call in sandbox.calls if call.startswith("PATCH")]:
        await anyio.sleep(0.01)
    running.kill()
    await running.wait()

    async with NumbersClient(**settings(sandbox), store=store) as client:
        (entry,) = await client.operations()
        (found,) = await client.recover()

    assert ("request", "sent") == (entry.operation, entry.state)
    assert ("applied" if fault == "stall" else "absent") == found.entry.state
    assert 1 == len([call for call in sandbox.calls if call.startswith("PATCH")])
