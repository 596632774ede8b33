"""An item of a list that cannot be read is reported with its position, and costs no others."""

import asyncio
import json
import pickle
from collections.abc import Callable
from typing import Any

import malformed
import pytest
from products import every

from sinch_numbers import (
    APIResponseError,
    InvalidArgumentError,
    NumbersClient,
    OnUnreadable,
    Pager,
    SyncNumbersClient,
    UnreadableItem,
    UnreadableItemError,
    UnreadableItemWarning,
)
from sinch_numbers._core.items import read_items
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.models import ActiveNumber, AvailableNumber, AvailableRegion, HostingOrder
from sinch_numbers.sandbox import Sandbox
from tests.conftest import QUICK
from tests.openapi import FixedToken, Recorder

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

ODD_ITEMS: dict[str, tuple[Any, str]] = {
    "null": (None, "expected an object, got null"),
    "a number": (7, "expected an object, got an integer"),
    "a str": ("+12025550101", "expected an object, got a string"),
    "a list": ([], "expected an object, got an array"),
    "no fields": ({}, "'phoneNumber' is missing"),
    "no number": ({"regionCode": "US"}, "'phoneNumber' is missing"),
    "a null number": ({"phoneNumber": None}, "expected a string, got null"),
    "an empty number": ({"phoneNumber": ""}, "phoneNumber is empty"),
    "a field of another type": (
        {"phoneNumber": "+12025550101", "capability": 7},
        "expected an array, got an integer",
    ),
    "nested too deeply": (
        {"phoneNumber": "+12025550101", "new": eval("[" * 150 + "]" * 150)},
        "less nesting",
    ),
    "another project": (
        {"phoneNumber": "+12025550101", "projectId": "stranger"},
        "it belongs to another project",
    ),
}


@every(("odd", "reason"), [pytest.param(*ODD_ITEMS[name], id=name) for name in ODD_ITEMS])
def test_each_odd_item_is_found_between_others(odd: Any, reason: str) -> None:
    """It has its position, the reason, and its JSON; the items around it are read."""
    values = [{"phoneNumber": "+1"}, odd, {"phoneNumber": "+2", "projectId": "P"}]

    found = read_items(values, ActiveNumber, "p", "token")

    assert ["+1", "+2"] == [number.phone_number for number in found.read]
    (item,) = found.unreadable
    assert (1, "token", odd) == (item.index, item.page_token, item.raw)
    assert reason in item.reason
    assert item == pickle.loads(pickle.dumps(item))
    named = isinstance(odd, dict) and odd.get("phoneNumber")
    assert (named or None) == item.name


@every(
    ("model", "value", "name"),
    [
        (HostingOrder, {"hostingOrderId": "h1", "createdTime": 5}, "h1"),
        (AvailableRegion, {"regionCode": "US", "types": "LOCAL"}, "US"),
        (ActiveNumber, {"phoneNumber": "+" + "1" * 100, "type": 7}, "+" + "1" * 63),
    ],
)
def test_an_item_is_named_by_its_id(model: Any, value: dict[str, Any], name: str) -> None:
    """Whatever identifies its kind, if that can be read, up to 64 characters."""
    (item,) = read_items([value], model, "p").unreadable

    assert name == item.name
    assert str(item).startswith(f"item 0 ({name}): ")


def test_the_json_of_an_item_is_bounded() -> None:
    """It is cut after 4,096 characters, and text that nothing can print is none."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]

    assert 4096 == len(UnreadableItem(0, "", ["x" * 10_000]).json)
    assert '{"a":"\\u00e9"}' == UnreadableItem(0, "", {"a": "é"}).json
    assert "(nested too deeply)" == UnreadableItem(0, "", deep).json


def test_control_characters_are_escaped() -> None:
    """A name is untrusted text."""
    item = UnreadableItem(3, "odd", {}, "\x1b[2J", page=2)

    assert "item 3 of page 2 (\\x1b[2J): odd" == str(item)


@pytest.fixture
async def odd(sandbox: Sandbox) -> list[str]:
    """Damage the third number of the second page of seven; return the readable numbers."""
    numbers = sorted(sandbox.project().active)
    sandbox.project().add_active(phone_number=numbers[9], region_code="US", capability=(7,))
    return [*numbers[:9], *numbers[10:]]


def numbers_of(client: NumbersClient, on_unreadable: OnUnreadable = "warn") -> Pager[Any]:
    return client.active_numbers.list(page_size=7, on_unreadable=on_unreadable)


async def test_by_default_it_is_left_out_with_a_warning(
    client: NumbersClient, odd: list[str]
) -> None:
    """The warning names the position and the caller's line."""
    with pytest.warns(UnreadableItemWarning) as caught:
        read = [number.phone_number async for number in numbers_of(client)]

    assert odd == sorted(read)
    (warning,) = caught
    assert str(warning.message).startswith("1 of 7 items left out: item 2 of page 2 (+")
    assert __file__ == warning.filename


async def test_a_function_takes_it_over(client: NumbersClient, odd: list[str]) -> None:
    """Then there is no warning."""
    items: list[UnreadableItem] = []

    read = [number.phone_number async for number in numbers_of(client, items.append)]

    assert odd == sorted(read)
    assert [(2, 2)] == [(item.page, item.index) for item in items]
    assert [7] == items[0].raw["capability"]
    again = await numbers_of(client, items.append).page(items[0].page_token)
    assert items[1] == again.unreadable[0]


async def test_it_can_be_an_error(client: NumbersClient, odd: list[str]) -> None:
    """The pages before it are read, and nothing is retried."""
    pages = numbers_of(client, "raise").pages()
    first = await anext(pages)

    with pytest.raises(UnreadableItemError, match="item 2 of page 2") as caught:
        await anext(pages)

    assert odd[:7] == [number.phone_number for number in first.items]
    assert (2, 2) == (caught.value.item.page, caught.value.item.index)
    assert caught.value.item.page_token == caught.value.page_token is not None
    assert not caught.value.transient


async def test_the_page_has_it(client: NumbersClient, odd: list[str]) -> None:
    """A page lists its unreadable items, whatever else is done about them."""
    pager = numbers_of(client, lambda item: None)

    pages = [page async for page in pager.pages()]

    assert [0, 1, 0, 0, 0, 0] == [len(page.unreadable) for page in pages]
    assert [7, 6, 7, 7, 7, 5] == [len(page.items) for page in pages]
    assert 40 == await pager.count()


async def test_a_limit_counts_what_is_read(client: NumbersClient, odd: list[str]) -> None:
    """An unreadable item takes no place."""
    pager = client.active_numbers.list(page_size=7, limit=12, on_unreadable=lambda item: None)

    assert odd[:12] == [number.phone_number async for number in pager]


@pytest.mark.parametrize("wrong", ["skip", None, 5])
def test_other_words_are_refused_at_once(wrong: Any) -> None:
    """Nothing is sent for a misspelled word."""
    client = NumbersClient("p", "k", "s")

    with pytest.raises(InvalidArgumentError, match="on_unreadable"):
        numbers_of(client, wrong)


def test_a_coroutine_function_is_refused() -> None:
    """Nothing would await its coroutine."""

    async def handle(item: UnreadableItem) -> None: ...

    with pytest.raises(InvalidArgumentError, match="coroutine"):
        numbers_of(NumbersClient("p", "k", "s"), handle)


def recorder(body: Any) -> Recorder:
    """Return a transport that responds with *body*, and records the requests."""
    return Recorder(Reply(200, {}, json.dumps(body).encode()))


def client_of(transport: Recorder) -> NumbersClient:
    return NumbersClient("p", transport=transport, tokens=FixedToken(), backoff=QUICK)


List = Callable[[Any, Any], Any]
LISTS: dict[str, tuple[str, str, List]] = {
    "activeNumbers": (
        "phoneNumber",
        "phone_number",
        lambda c, on: c.active_numbers.list(on_unreadable=on),
    ),
    "importedNumbers": (
        "phoneNumber",
        "phone_number",
        lambda c, on: c.imported_numbers.list(on_unreadable=on),
    ),
    "qualifiedNumbers": (
        "phoneNumber",
        "phone_number",
        lambda c, on: c.qualified_numbers.list(states="VERIFIED", on_unreadable=on),
    ),
    "hostingOrders": (
        "hostingOrderId",
        "hosting_order_id",
        lambda c, on: c.hosting_orders.list(
            states="SUBMITTED",
            type="IMPORT",
            service_plan_id="s",
            campaign_id="",
            on_unreadable=on,
        ),
    ),
    "numbers": (
        "phoneNumber",
        "phone_number",
        lambda c, on: c.hosting_orders.numbers("h1", on_unreadable=on),
    ),
    "availableNumbers": (
        "phoneNumber",
        "phone_number",
        lambda c, on: c.available_numbers.search(region_code="US", type="LOCAL", on_unreadable=on),
    ),
    "availableRegions": (
        "regionCode",
        "region_code",
        lambda c, on: c.available_regions.list(on_unreadable=on),
    ),
}
"""Every list: its name in the response, the ID of its items, and its call."""
EVERY_LIST = [pytest.param(name, *LISTS[name], id=name) for name in LISTS]


def responding(name: str, wire_id: str) -> Recorder:
    rest = malformed.COMPLETE[AvailableNumber] if name == "availableNumbers" else {}
    items = [{**rest, wire_id: "a"}, {wire_id: {"unreadable": True}}, {**rest, wire_id: "b"}]
    return recorder({name: items, "totalSize": 3})


@every(("name", "wire_id", "field", "call"), EVERY_LIST)
def test_every_list_goes_on_after_an_unreadable_item(
    name: str, wire_id: str, field: str, call: List
) -> None:
    """Two of three items are read with one request, in async and in sync code."""

    async def read(transport: Recorder, on_unreadable: Any) -> list[str]:
        client = client_of(transport)
        found = call(client, on_unreadable)
        items = [one async for one in found] if isinstance(found, Pager) else await found
        return [getattr(item, field) for item in items]

    def read_sync(transport: Recorder, on_unreadable: Any) -> list[str]:
        with SyncNumbersClient("p", transport=transport, tokens=FixedToken()) as client:
            return [getattr(item, field) for item in call(client, on_unreadable)]

    for reader in (lambda *given: asyncio.run(read(*given)), read_sync):
        transport, met = responding(name, wire_id), []
        assert ["a", "b"] == reader(transport, met.append)
        assert [(1, {wire_id: {"unreadable": True}})] == [(one.index, one.raw) for one in met]
        assert 1 == len(transport.requests)
        with pytest.raises(UnreadableItemError):
            reader(responding(name, wire_id), "raise")
        with pytest.warns(UnreadableItemWarning, match="1 of 3 items left out"):
            assert ["a", "b"] == reader(responding(name, wire_id), "warn")


async def test_a_count_reads_no_item() -> None:
    """The items of its response may be anything."""
    transport = recorder({"activeNumbers": [7], "totalSize": 12, "nextPageToken": 5})
    client = client_of(transport)

    assert 12 == await client.active_numbers.list().count()


@every(
    "total",
    [pytest.param(total, id=str(total)) for total in (None, "", -1, "many", 1.5, [], {}, True)],
)
def test_a_count_that_cannot_be_read_is_none(total: Any) -> None:
    """The list can be read without it."""
    transport = recorder({"activeNumbers": [{"phoneNumber": "+1"}], "totalSize": total})
    client = client_of(transport)

    page = asyncio.run(client.active_numbers.list().page())

    assert ("+1", None) == (page.items[0].phone_number, page.total_size)


@every(
    ("body", "requests"),
    [
        pytest.param({"activeNumbers": {"a": 1}}, 1, id="the list is an object"),
        pytest.param({"activeNumbers": [], "nextPageToken": 5}, 1, id="a number as token"),
        pytest.param({"error": "overloaded", "nextPageToken": {}}, 4, id="an empty token"),
        pytest.param([], 4, id="another document"),
    ],
)
def test_no_retry_is_spent_on_what_cannot_become_readable(body: Any, requests: int) -> None:
    """The right document with a wrong value is final; anything else may come from a gateway."""
    transport = recorder(body)
    client = client_of(transport)

    with pytest.raises(APIResponseError):
        asyncio.run(client.active_numbers.list().page())

    assert requests == len(transport.requests)


async def test_a_number_of_another_project_is_none_of_ours() -> None:
    """It is not returned by its number either."""
    transport = recorder({"phoneNumber": "+12025550101", "projectId": "stranger"})
    client = client_of(transport)

    with pytest.raises(APIResponseError, match="another project"):
        await client.active_numbers.get("+12025550101")


async def test_a_price_that_cannot_be_read_does_not_keep_a_number_from_being_rented(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """To rent the first number, only the phone numbers of the candidates are read."""
    sandbox.faults.add("unreadable_item", path="/availableNumbers", member="monthlyPrice")

    rented = await client.available_numbers.rent_first(
        region_code="US", type="LOCAL", candidates=1
    )

    assert rented.phone_number in sandbox.project().active
