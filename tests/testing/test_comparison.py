"""Differences between the responses of two services."""

from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import CassetteError
from sinch_numbers.testing import CassetteDifference, Recorder, compare_cassettes
from tests.testing.recordings import PROJECT, Canned, reply, request

pytestmark = pytest.mark.anyio

NUMBER = {"phoneNumber": "+12015550134", "expireAt": None, "money": {"amount": "0.50"}}
LIST = "GET numbers:/v1/projects/{projectId}/activeNumbers 200"
ITEM = "activeNumbers[]"


async def recorded(path: Path, *bodies: Any, status: int = 200) -> Path:
    with Recorder(path) as recorder:
        transport = recorder.transport(Canned(reply(body, status) for body in bodies))
        for _ in bodies:
            await transport.exchange(request("GET", f"{PROJECT}/activeNumbers"))
    return path


def listed(**changes: Any) -> dict[str, Any]:
    item = {name: one for name, one in (NUMBER | changes).items() if one is not ...}
    return {"activeNumbers": [item]}


CASES: dict[str, tuple[Any, tuple[str, set[str], set[str]] | None]] = {
    "the same": (listed(), None),
    "other values": (listed(phoneNumber="+46701234567", money={"amount": "7.25"}), None),
    "missing field": (listed(expireAt=...), (f"{ITEM}.expireAt", {"null"}, set())),
    "more fields": (listed(new=1), (f"{ITEM}.new", set(), {"integer"})),
    "empty string": (listed(expireAt=""), (f"{ITEM}.expireAt", {"null"}, {"empty string"})),
    "number": (listed(money={"amount": 0.5}), (f"{ITEM}.money.amount", {"0.00"}, {"number"})),
    "decimals": (listed(money={"amount": "0.5"}), (f"{ITEM}.money.amount", {"0.00"}, {"0.0"})),
    "timestamp": (
        listed(expireAt="2026-04-19T21:38:23.410063Z"),
        (f"{ITEM}.expireAt", {"null"}, {"0000-00-00T00:00:00.000000Z"}),
    ),
    "null for an object": (listed(money=None), (f"{ITEM}.money", {"object"}, {"null"})),
    "empty object": (listed(money={}), (f"{ITEM}.money", {"object"}, {"empty object"})),
    "no item": ({"activeNumbers": []}, None),
    "text": ("busy", ("", {"object"}, {"text"})),
}


@every(("case", "body", "expected"), [(name, *case) for name, case in CASES.items()])
async def test_a_difference_is_found(tmp_path: Path, case: str, body: Any, expected: Any) -> None:
    """By field and type; what one of them shows no example of is none."""
    first = await recorded(tmp_path / "first.json", listed())
    second = await recorded(tmp_path / "second.json", body)

    found = compare_cassettes(first, second)

    wanted = [] if expected is None else [
        CassetteDifference(LIST, expected[0], frozenset(expected[1]), frozenset(expected[2]))
    ]  # fmt: skip
    assert wanted == list(found)


async def test_all_responses_of_an_operation_count(tmp_path: Path) -> None:
    """A field that is null in one and an object in another has both types."""
    first = await recorded(tmp_path / "first.json", listed(), listed(money=None))
    second = await recorded(tmp_path / "second.json", listed(money=None), listed())

    assert () == compare_cassettes(first, second)


async def test_an_operation_or_status_of_one_cassette_is_a_difference(tmp_path: Path) -> None:
    """The text of a difference says in which one something is missing."""
    first = await recorded(tmp_path / "first.json", listed(expireAt=...))
    second = await recorded(tmp_path / "second.json", {}, status=404)

    assert [
        f"{LIST}: recorded, missing in the second",
        f"{LIST.replace('200', '404')}: missing, recorded in the second",
    ] == [str(one) for one in compare_cassettes(first, second)]
    assert f"{LIST} x: 0 or null, missing in the second" == str(
        CassetteDifference(LIST, "x", frozenset({"null", "0"}), frozenset())
    )


def test_what_is_no_cassette_is_rejected(tmp_path: Path) -> None:
    """As when it is replayed."""
    with pytest.raises(CassetteError, match="cannot be read"):
        compare_cassettes(tmp_path / "a.json", tmp_path / "b.json")
