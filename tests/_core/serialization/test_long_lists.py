"""Long lists are read in groups of items, with the result of reading them at once."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from products import every

from sinch_numbers import ActiveNumber, Page
from sinch_numbers._core import pagination
from sinch_numbers._core.pagination import ListModel
from sinch_numbers._core.pipeline import read
from sinch_numbers._core.serialization import json_text, long_lists
from sinch_numbers._core.transport.base import Reply

NUMBERS = ListModel("active_numbers", ActiveNumber, "p")
PATTERN = long_lists._between(b'"phoneNumber"')
Outcome = tuple[str, Any]
EDITS = (b"", b" ", b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"0", b"\xff")


def number(index: int, **other: Any) -> dict[str, Any]:
    return {
        "phoneNumber": f"+1202555{index:04}",
        "projectId": "p",
        "money": {"currencyCode": "USD", "amount": "0.50"},
        "smsConfiguration": {
            "servicePlanId": "a",
            "campaignId": "",
            "scheduledProvisioning": None,
        },
        **other,
    }


LONG = number(2, displayName="ä" * 9_000)
"""A number that makes the body so long that it is read in groups."""
WHOLE: dict[str, Any] = {
    "activeNumbers": [number(0), number(1, labels=[{"a": 1}, {"a": 2}]), LONG, number(3)],
    "nextPageToken": "next",
    "totalSize": 7,
}


def text(payload: Any, *, separators: tuple[str, str] = (",", ":")) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=separators).encode()


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut at each place where the pattern matches."""
    monkeypatch.setattr(long_lists, "_GROUP", 1)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return the documents that are decoded, in their order."""
    found: list[bytes] = []

    def record(name: str) -> None:
        decode: Callable[[bytes], Any] = getattr(json_text, name)
        monkeypatch.setattr(json_text, name, lambda body: found.append(body) or decode(body))

    record("decode")
    record("decode_large")
    return found


@pytest.fixture
def at_once() -> Callable[[bytes], Outcome]:
    """Return a function that reads a page without groups."""

    def outcome_at_once(body: bytes) -> Outcome:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pagination, "read_in_groups", lambda *_: None)
            return outcome(body)

    return outcome_at_once


def outcome(body: bytes, model: Any = NUMBERS) -> Outcome:
    try:
        return "read", read(Reply(200, {}, body), model)
    except Exception as error:
        return type(error).__name__, str(error)


def test_a_long_list_is_decoded_in_groups(decoded: list[bytes]) -> None:
    """A page is decoded as its envelope and one document per group."""
    numbers = WHOLE["activeNumbers"]
    page = read(Reply(200, {}, text(WHOLE)), NUMBERS)

    assert Page(tuple(map(ActiveNumber.from_dict, numbers)), "next", 7) == page
    assert [text({"nextPageToken": "next", "totalSize": 7}), *(text([n]) for n in numbers)] == (
        decoded
    )


def test_a_group_has_a_minimum_size(decoded: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """All groups but the last have 16 KiB, and at most one item more."""
    monkeypatch.undo()
    numbers = [number(index) for index in range(600)]
    item = len(text(numbers[0])) + 1
    groups = list(long_lists._groups(text(numbers), 1, len(text(numbers)) - 1, PATTERN))

    assert numbers == [one for group in groups for one in json.loads(group)]
    assert 6 <= len(groups)
    assert [] == [len(one) for one in groups[:-1] if not 0 <= len(one) - 16 * 1024 <= item]


READABLE = {
    "compact": text(WHOLE),
    "with spaces": text(WHOLE, separators=(", ", ": ")),
    "indented": json.dumps(WHOLE, indent=2).encode(),
    "escaped": json.dumps(WHOLE).encode(),
    "alone": text({"activeNumbers": WHOLE["activeNumbers"]}) + b" \r\n",
    "an unknown field after it": text({**WHOLE, "fresh": {"a": 1}}),
    "another key first": text(
        {"activeNumbers": [dict(reversed(one.items())) for one in WHOLE["activeNumbers"]]}
    ),
    "several keys first": text(
        {"activeNumbers": [LONG, dict(reversed(number(5).items())), number(6), number(7)]}
    ),
    "one item": text({"activeNumbers": [LONG]}),
}


@every("case", list(READABLE))
def test_a_list_is_read_in_groups_in_every_notation(
    case: str, decoded: list[bytes], at_once: Callable[[bytes], Outcome]
) -> None:
    """White space, escapes, and the order of keys do not prevent groups."""
    body = READABLE[case]
    expected = at_once(body)
    decoded.clear()

    assert expected == outcome(body)
    assert "read" == expected[0]
    assert body not in decoded


def edited(body: bytes) -> Iterator[bytes]:
    """Yield *body* with one byte removed, inserted, or replaced where the groups are cut."""
    cuts = [match.start() for match in re.finditer(rb"\},\{|\[\{|\}\]", body)]
    places = {*range(60), *range(len(body) - 70, len(body))}
    places.update(place for cut in cuts for place in range(cut - 3, cut + 19))
    for place in sorted(places):
        for put in EDITS:
            yield body[:place] + put + body[place + 1 :]
            yield body[:place] + put + body[place:]


@pytest.mark.slow
@pytest.mark.parametrize("decoder", ["orjson", "json"])
def test_edited_lists_are_read_as_at_once(
    decoder: str, at_once: Callable[[bytes], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list with one wrong byte has the result, or the error, of reading it at once."""
    if decoder == "json":
        monkeypatch.setattr(json_text, "_fast", None)
    bodies = list(edited(READABLE["compact"]))
    differing = [body for body in bodies if at_once(body) != outcome(body)]

    assert [] == differing
    assert {"read", "APIResponseError"} == {outcome(body)[0] for body in bodies[::10]}


HEAD, ITEMS = b'{"activeNumbers":', text(WHOLE["activeNumbers"])
ODD = {
    "a duplicate key": HEAD + ITEMS + b',"activeNumbers":[]}',
    "a duplicate key, escaped": HEAD + ITEMS + b',"activeNumber\\u0073":[]}',
    "a list after it": HEAD + ITEMS + b',"others":[{"phoneNumber":"+12025550134"}]}',
    "a list of lists": HEAD + b"[" + ITEMS + b"]}",
    "no list": HEAD + text(LONG) + b"}",
    "null": HEAD + b"null," + text({"activeNumbers": WHOLE["activeNumbers"]})[1:],
    "more after the object": HEAD + ITEMS + b'}, "totalSize":1}',
    "a comma at the end of the object": HEAD + ITEMS + b",}",
    "a comma at the end of the list": HEAD + ITEMS[:-1] + b",]}",
    "two commas": (HEAD + ITEMS + b"}").replace(b"},{", b"},,{"),
    "a byte order mark": b"\xef\xbb\xbf" + HEAD + ITEMS + b"}",
    "a token that is no text": HEAD + ITEMS + b',"nextPageToken":5}',
    "a key that is in the envelope twice": HEAD + ITEMS + b',"totalSize":1,"totalSize":2}',
    "a lone surrogate": (HEAD + ITEMS + b"}").replace(b'"a"', b'"\\ud800"', 1),
    "an item of another project": (HEAD + ITEMS + b"}").replace(b'"p"', b'"q"', 1),
    "an item without an ID": (HEAD + ITEMS + b"}").replace(b'"+12025550003"', b'""'),
    "an item of the wrong type": (HEAD + ITEMS + b"}").replace(b'"+12025550003"', b"7"),
    "an amount that is a number": (HEAD + ITEMS + b"}").replace(b'"0.50"', b"0.1000000000000001"),
    "a str with the text of a cut": text(
        {"activeNumbers": [number(0, displayName='"},{"phoneNumber":"'), LONG]}
    ),
    "an object with a cut": text(
        {"activeNumbers": [number(0, labels=[number(1), number(2)]), LONG, number(3)]}
    ),
    "not the list first": text(dict(reversed(WHOLE.items()))),
    "another list": text({"availableNumbers": WHOLE["activeNumbers"]}),
    "an error": text({"error": {"message": "ä" * 9_000}}),
    "nothing": b"",
}


@every("case", list(ODD))
def test_odd_lists_are_read_as_at_once(case: str, at_once: Callable[[bytes], Outcome]) -> None:
    """A list that cannot be read in groups has the result, or the error, of reading it at once."""
    assert at_once(ODD[case]) == outcome(ODD[case])


def test_a_short_list_is_decoded_at_once(decoded: list[bytes]) -> None:
    """Duplicate keys of short lists are errors, which groups would not find."""
    body = text({"activeNumbers": [number(0)]})
    outcome(body)

    assert [body] == decoded
