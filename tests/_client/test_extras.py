"""Extra query parameters and body fields: added to every call, never replacing one."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import anyio
import pytest
from products import every, named

from sinch_numbers import (
    Backoff,
    BadRequestError,
    Document,
    InvalidArgumentError,
    NumbersClient,
    Reply,
    Request,
    Secret,
    SmsConfiguration,
    SyncNumbersClient,
    Token,
)
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.inventory import Inventory
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.anyio

NUMBER = "+12025550134"
QUICK = Backoff(first=0.001, throttled=0.001, longest=0.01)


class Recording(AiohttpTransport):
    """Notes all requests."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []

    async def exchange(self, request: Request) -> Reply:
        self.requests.append(request)
        return await super().exchange(request)

    @property
    def calls(self) -> list[tuple[str, str, dict[str, str], Any]]:
        """Return method, path, query, and body of each request that was not for a token."""
        calls = []
        for request in self.requests:
            url = urlsplit(request.url)
            if "oauth2" not in url.path:
                body = json.loads(request.body) if isinstance(request.body, bytes) else None
                path = url.path.removeprefix("/v1/projects/sandbox")
                calls.append((request.method, path, dict(parse_qsl(url.query)), body))
        return calls


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
def transport() -> Recording:
    return Recording()


@pytest.fixture
async def client(sandbox: Sandbox, transport: Recording) -> AsyncIterator[NumbersClient]:
    async with NumbersClient(**settings(sandbox), transport=transport, sole_renter=True) as client:
        yield client


@pytest.fixture
async def ours(client: NumbersClient, transport: Recording) -> list[str]:
    """Return numbers of the project; no requests are noted yet."""
    page = await client.active_numbers.list(limit=5).page()
    transport.requests.clear()
    return [number.phone_number for number in page.items]


@pytest.mark.sandbox
async def test_every_page_of_a_list_has_the_extra_query(
    client: NumbersClient, transport: Recording
) -> None:
    """Also those of an inventory, and its counts."""
    extra = client.with_options(extra_query={"labels": ["a", "b c"], "beta": True, "n": 5.5})
    expected = [("labels", "a"), ("labels", "b c"), ("beta", "true"), ("n", "5.5")]

    assert 40 == len([one async for one in extra.active_numbers.list(page_size=15)])
    assert 40 == await extra.active_numbers.list().count()
    assert 40 == len([one async for one in Inventory(extra, page_size=15)])

    queries = [
        parse_qsl(urlsplit(one.url).query) for one in transport.requests if "oauth2" not in one.url
    ]
    assert len(queries) > 8
    assert [] == [query for query in queries if expected != query[-4:]]


@pytest.mark.sandbox
async def test_fields_are_added_to_the_body(
    client: NumbersClient, transport: Recording, ours: list[str]
) -> None:
    """Beside those of the call, and inside of its objects; a call without a body gets one."""
    extra = client.with_options(
        extra_body={"labels": ["x"], "smsConfiguration": {"newer": {"a": None}}},
        extra_query={"mode": "strict"},
    )

    with suppress(BadRequestError):  # a service may reject fields that it does not know
        await extra.active_numbers.update(
            ours[0], display_name="n", sms_configuration=SmsConfiguration(service_plan_id="s")
        )
    with suppress(BadRequestError):
        await extra.active_numbers.update(ours[0])
    await client.with_options(extra_body={"reason": "x"}).active_numbers.release(ours[1])

    labels = {"labels": ["x"]}
    newer = {"newer": {"a": None}}
    sms = {"smsConfiguration": {"servicePlanId": "s", **newer}}
    strict = {"mode": "strict"}
    assert [
        ("PATCH", f"/activeNumbers/{ours[0]}", strict, {"displayName": "n", **sms, **labels}),
        ("PATCH", f"/activeNumbers/{ours[0]}", strict, labels | {"smsConfiguration": newer}),
        ("POST", f"/activeNumbers/{ours[1]}:release", {}, {"reason": "x"}),
    ] == transport.calls


COLLISIONS: dict[str, tuple[dict[str, Any], Callable[[NumbersClient], Any], str]] = {
    "a parameter that is always sent": (
        {"extra_query": {"pageSize": 5}},
        lambda c: c.active_numbers.list().page(),
        "extra_query: expected no parameter that the call sends: pageSize",
    ),
    "a parameter of an argument": (
        {"extra_query": {"regionCode": "US", "a": 1}},
        lambda c: c.active_numbers.list(region_code="CA").page(),
        "extra_query: expected no parameter that the call sends: regionCode",
    ),
    "a field": (
        {"extra_body": {"displayName": "x"}},
        lambda c: c.active_numbers.update(NUMBER, display_name="y"),
        "extra_body: expected no field that the call sends: displayName",
    ),
    "a field that is cleared": (
        {"extra_body": {"displayName": "x"}},
        lambda c: c.active_numbers.update(NUMBER, display_name=None),
        "extra_body: expected no field that the call sends: displayName",
    ),
    "a field of an object": (
        {"extra_body": {"smsConfiguration": {"servicePlanId": "x"}}},
        lambda c: c.active_numbers.update(NUMBER, sms_configuration={"servicePlanId": "y"}),
        "extra_body: expected no field that the call sends: smsConfiguration.servicePlanId",
    ),
    "a field of a raw request": (
        {"extra_body": {"a": 1}},
        lambda c: c.request("POST", "/x", json={"a": 2}),
        "extra_body: expected no field that the call sends: a",
    ),
    "a parameter of a raw request": (
        {"extra_query": {"a": 1}},
        lambda c: c.request("GET", "/x", query={"a": 2}),
        "extra_query: expected no parameter that the call sends: a",
    ),
    "a read": (
        {"extra_body": {"a": 1}},
        lambda c: c.active_numbers.get(NUMBER),
        "extra_body: expected a call with a JSON body: GET /activeNumbers/{phoneNumber} sends",
    ),
    "a list": (
        {"extra_body": {"a": 1}},
        lambda c: c.active_numbers.list().page(),
        "extra_body: expected a call with a JSON body: GET /activeNumbers sends no body",
    ),
    "a raw read": (
        {"extra_body": {"a": 1}},
        lambda c: c.request("GET", "/x"),
        "extra_body: expected a call with a JSON body: GET sends no body",
    ),
    "a DELETE": (
        {"extra_body": {"a": 1}},
        lambda c: c.imported_numbers.delete(NUMBER),
        "extra_body: expected a call with a JSON body: DELETE /importedNumbers/{phoneNumber} ",
    ),
    "a search before a rent": (
        {"extra_body": {"a": 1}},
        lambda c: c.available_numbers.rent_first(region_code="US", type="LOCAL"),
        "extra_body: expected a call with a JSON body: GET /availableNumbers sends no body",
    ),
    "an upload": (
        {"extra_body": {"a": 1}},
        lambda c: c.number_orders.upload_attachment(
            "order", "attachment", Document(b"%PDF", filename="a.pdf", document_type="BILL")
        ),
        "extra_body: expected a call with a JSON body: ",
    ),
}  # fmt: skip


@every(("options", "call", "message"), named(COLLISIONS))
async def test_an_extra_never_replaces_what_a_call_sends(
    options: dict[str, Any], call: Callable[[NumbersClient], Any], message: str
) -> None:
    """A collision, and a call without a JSON body, are errors before anything is sent."""

    class Nothing(Recording):
        async def exchange(self, request: Request) -> Reply:
            raise AssertionError(request.url)

    async with NumbersClient("p", "k", "s", transport=Nothing()) as client:
        with pytest.raises(InvalidArgumentError) as caught:
            await call(client.with_options(**options))

    assert caught.value.message.startswith(message)


INVALID: dict[str, tuple[str, Any]] = {
    "no mapping": ("extra_query", [("a", "b")]),
    "None": ("extra_query", None),
    "a page token": ("extra_query", {"pageToken": "canary"}),
    "an empty name": ("extra_query", {"": "x"}),
    "a name that is no str": ("extra_query", {5: "x"}),
    "a name that is no UTF-8": ("extra_query", {"\ud800": "x"}),
    "a value that is no UTF-8": ("extra_query", {"a": "canary\ud800"}),
    "bytes": ("extra_query", {"a": b"canary"}),
    "an object": ("extra_query", {"a": {"b": "canary"}}),
    "an object in a list": ("extra_query", {"a": [{"b": "canary"}]}),
    "null": ("extra_query", {"a": None}),
    "NaN": ("extra_query", {"a": float("nan")}),
    "infinity": ("extra_query", {"a": float("-inf")}),
    "a secret": ("extra_query", {"a": Secret("canary")}),
    "a body of a list": ("extra_body", ["canary"]),
    "no body": ("extra_body", None),
    "a body with a key that is no str": ("extra_body", {5: "canary"}),
    "a body with a nested key that is no str": ("extra_body", {"a": [{5: "canary"}]}),
    "a body with bytes": ("extra_body", {"a": b"canary"}),
    "a body with NaN": ("extra_body", {"a": float("nan")}),
    "a body that is no UTF-8": ("extra_body", {"a": "canary\ud800"}),
    "a body with an object": ("extra_body", {"a": object()}),
}


@every(("option", "value"), named(INVALID))
async def test_extras_are_validated_at_once(option: str, value: Any) -> None:
    """By the name of the option, and without quoting a value, which may be a secret."""
    async with NumbersClient("p", "k", "s") as client:
        with pytest.raises(InvalidArgumentError, match=rf"^{option}: ") as caught:
            client.with_options(**{option: value})

    assert "canary" not in str(caught.value)


async def test_a_client_with_extras_does_not_show_them() -> None:
    """They may be secrets, also as plain text."""
    async with NumbersClient("p", "k", "s") as client:
        extra = client.with_options(extra_query={"a": "canary"}, extra_body={"a": "canary"})

    assert "canary" not in f"{extra!r} {vars(extra)!r} {extra._options!r}"


async def test_siblings_add_to_the_extras() -> None:
    """As to headers; later changes of the caller's mappings have no effect."""

    class Tape:
        async def exchange(self, request: Request) -> Reply:
            seen.append((request.url.partition("?")[2], json.loads(request.body or b"{}")))
            return Reply(200, {}, b"{}")

        async def close(self) -> None: ...

    class Key:
        async def get(self) -> Token:
            return Token(Secret("Bearer token"), 60.0)

        def invalidate(self, token: Token) -> bool:
            return False

        async def close(self) -> None: ...

    seen: list[tuple[str, Any]] = []
    query, body = {"a": ["1"]}, {"a": {"b": [1]}}
    async with NumbersClient("p", tokens=Key(), transport=Tape()) as client:
        first = client.with_options(extra_query=query, extra_body=body)
        query["a"].append("2")
        body["a"]["b"].append(2)
        await first.request("POST", "/x")
        await first.with_options(extra_query={"c": 3}, extra_body={"c": 3}).request("POST", "/x")
        await first.with_options(timeout=1).request("POST", "/x", query={"d": 4}, json={"d": 4})
        await client.request("POST", "/x")

    one = {"a": {"b": [1]}}
    assert [
        ("a=1", one),
        ("a=1&c=3", one | {"c": 3}),
        ("d=4&a=1", {"d": 4} | one),
        ("", {}),
    ] == seen


@pytest.mark.sandbox
async def test_reads_that_verify_a_call_have_no_extras(
    client: NumbersClient, sandbox: Sandbox, transport: Recording, ours: list[str]
) -> None:
    """The read before a rent, those after a lost response, and those of a recovery."""
    (free,) = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
    extra = client.with_options(extra_query={"mode": "x"}, extra_body={"note": "x"})
    sandbox.faults.add("drop", method="POST", path=":release")
    transport.requests.clear()

    await extra.active_numbers.release(ours[0])

    assert [("POST", {"mode": "x"}, {"note": "x"}), ("GET", {}, None)] == [
        (method, query, body) for method, _, query, body in transport.calls
    ]
    transport.requests.clear()
    sandbox.faults.add("drop_before", method="POST", path=":rent")
    rented = await extra.available_numbers.rent(free.phone_number)
    assert free.phone_number == rented.phone_number
    assert {"GET", "POST"} == {method for method, *_ in transport.calls}
    assert all(bool(query) is (method == "POST") for method, _, query, _ in transport.calls)


@pytest.mark.sandbox
async def test_a_change_with_extra_fields_is_repeated(
    client: NumbersClient, sandbox: Sandbox, transport: Recording, ours: list[str]
) -> None:
    """A read could not show whether the extra fields were applied."""
    sandbox.faults.add("drop", method="PATCH", times=1)
    extra = client.with_options(extra_body={"callbackUrl": "https://example.net/x"})

    await extra.active_numbers.update(ours[0], display_name="same")

    assert ["PATCH", "PATCH"] == [method for method, *_ in transport.calls]


@pytest.mark.sandbox
async def test_the_journal_has_no_extra_fields(sandbox: Sandbox, tmp_path: Path) -> None:
    """They may hold secrets, also as plain text; error responses that quote a `Secret` mask it."""
    path = tmp_path / "numbers.db"
    async with NumbersClient(**settings(sandbox), store=path) as client:
        extra = client.with_options(
            extra_body={"pin": Secret("canary-0123"), "plain": "canary-4567"}
        )
        await extra.available_numbers.rent_any(region_code="US", type="LOCAL")
        (entry,) = await client.operations(open_only=False)
        files = [file.read_bytes() for file in tmp_path.iterdir()]

    assert "applied" == entry.state
    assert not [content for content in files if b"canary" in content]
    assert {"regionCode": "US", "type": "LOCAL"} == dict(entry.request)


@pytest.mark.sandbox
async def test_a_callback_url_among_the_extras_can_be_tagged(
    sandbox: Sandbox, transport: Recording
) -> None:
    """Like one of the call."""
    async with NumbersClient(
        **settings(sandbox), transport=transport, tag_callback=True
    ) as client:
        extra = client.with_options(extra_body={"callbackUrl": "https://example.net/x"})
        rented = await extra.available_numbers.rent_any(region_code="US", type="LOCAL")

    assert (rented.callback_url or "").startswith("https://example.net/x?sinch_op=")


@pytest.mark.sandbox
async def test_the_sync_client_has_extras(sandbox: Sandbox) -> None:
    """By the same options."""

    def call() -> list[str]:
        with SyncNumbersClient(**settings(sandbox)) as client:
            extra = client.with_options(extra_query={"label": "x"})
            return [number.phone_number for number in extra.active_numbers.list(page_size=30)]

    assert 40 == len(await anyio.to_thread.run_sync(call))
    lists = [call for call in sandbox.calls if "/activeNumbers" in call]
    assert 2 == len(lists)
