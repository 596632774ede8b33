"""Searching the stock."""

from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

SEARCH = "availableNumbers?regionCode=US&type=LOCAL"


@pytest.fixture(autouse=True)
def stock(sandbox: Sandbox) -> None:
    project = sandbox.project()
    for line in range(40):
        project.add_available(phone_number=f"+12025550{line:03}")
    project.add_available(phone_number="+13035550001", capability=["VOICE"])
    project.add_available(phone_number="+18005550001", type="TOLL_FREE")


async def found(api: Any, path: str) -> list[str]:
    answer = await api.get(path)
    assert 200 == answer.status, answer.text
    return [number["phoneNumber"] for number in answer.json["availableNumbers"]]


@pytest.mark.parametrize(
    "path",
    [
        "availableNumbers",
        "availableNumbers?regionCode=US",
        "availableNumbers?type=LOCAL",
        "availableNumbers?regionCode=&type=LOCAL",
    ],
)
async def test_region_and_type_are_required(api: Any, path: str) -> None:
    """A search without them is refused, and the missing field is named."""
    answer = await api.get(path)

    assert 400 == answer.status
    violations = answer.json["error"]["details"][0]["fieldViolations"]
    assert violations[0]["field"] in ("regionCode", "type")


async def test_unknown_word_is_refused_without_details(api: Any) -> None:
    """The message has the form that is documented, and nothing else comes with it."""
    answer = await api.get("availableNumbers?regionCode=US&type=XXX")

    assert {
        "code": 400,
        "message": 'parsing field "type": "XXX" is not a valid value',
        "status": "INVALID_ARGUMENT",
        "details": [],
    } == answer.json["error"]


@pytest.mark.parametrize(
    ("pattern", "where", "count"),
    [
        ("%2B1202", "START", 40),
        ("%2B1202", "", 40),
        ("+1202", "START", 0),
        ("202", "START", 0),
        ("202", "CONTAINS", 40),
        ("0007", "END", 1),
        ("%2B12025550007", "START", 1),
    ],
)
async def test_patterns_see_the_whole_number(
    api: Any, pattern: str, where: str, count: int
) -> None:
    """START needs the plus sign, escaped; an unescaped one is read as a blank."""
    path = f"{SEARCH}&size=100&numberPattern.pattern={pattern}"

    numbers = await found(api, f"{path}&numberPattern.searchPattern={where}")

    assert count == len(numbers)


async def test_capabilities_mean_at_least(api: Any) -> None:
    """A number that can do more is a hit; two words mean both; the singular name means nothing."""
    assert 41 == len(await found(api, f"{SEARCH}&size=99&capabilities=VOICE"))
    assert 40 == len(await found(api, f"{SEARCH}&size=99&capabilities=SMS&capabilities=VOICE"))
    assert 40 == len(await found(api, f"{SEARCH}&size=99&capabilities=SMS,VOICE"))
    assert 41 == len(await found(api, f"{SEARCH}&size=99&capability=SMS"))


async def test_size_is_an_upper_bound(api: Any) -> None:
    """There are no pages: what is beyond the size does not come."""
    assert 5 == len(await found(api, f"{SEARCH}&size=5"))
    assert 30 == len(await found(api, SEARCH))
    for size in ("0", "-1", "many", "1.5", "\uff19"):
        assert 400 == (await api.get(f"{SEARCH}&size={size}")).status


async def test_order_differs_from_call_to_call(api: Any) -> None:
    """Hits come in no particular order."""
    first, second = await found(api, f"{SEARCH}&size=99"), await found(api, f"{SEARCH}&size=99")

    assert first != second
    assert sorted(first) == sorted(second)


async def test_nothing_found_is_an_empty_list(api: Any) -> None:
    """An area without numbers is normal."""
    assert [] == await found(api, "availableNumbers?regionCode=SE&type=MOBILE")


async def test_number_of_the_stock_has_all_members(api: Any) -> None:
    """One number, looked up by itself, is the same as in a search."""
    answer = await api.get("availableNumbers/%2B18005550001")

    assert {
        "phoneNumber": "+18005550001",
        "regionCode": "US",
        "type": "TOLL_FREE",
        "capability": ["SMS", "VOICE"],
        "setupPrice": {"currencyCode": "USD", "amount": "0.50"},
        "monthlyPrice": {"currencyCode": "USD", "amount": "0.50"},
        "paymentIntervalMonths": 1,
        "supportingDocumentationRequired": True,
    } == answer.json
