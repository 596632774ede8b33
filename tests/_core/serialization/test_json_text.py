"""JSON decoding: strict with both decoders; errors don't quote the text."""

import json
import traceback

import malformed
import pytest
from hypothesis import strategies as st
from products import every, examples, named

from sinch_numbers._core.serialization import json_text
from sinch_numbers._core.serialization.json_text import JSONTextError

LARGE = b" " * json_text._LARGE
"""In front of a text it makes it large, and changes nothing else."""

FAST = json_text._fast
"""orjson's reader; ``None`` where the extra is not installed, and then there is one decoder."""


@pytest.fixture(
    params=[
        pytest.param((None, b""), id="by the standard library"),
        pytest.param((None, LARGE), id="large, by the standard library"),
        *([pytest.param((FAST, b""), id="with orjson")] if FAST else []),
        *([pytest.param((FAST, LARGE), id="large, by orjson")] if FAST else []),
    ]
)
def decode(request, monkeypatch):
    """Both decoders, and bodies on both sides of where one takes over from the other."""
    fast, padding = request.param
    monkeypatch.setattr(json_text, "_fast", fast)
    return lambda body: json_text.decode(padding + body)


def test_orjson_reads_what_is_large_and_nothing_else(monkeypatch):
    """Otherwise the tests below would test one decoder four times."""
    asked = []
    monkeypatch.setattr(json_text, "_fast", lambda body: asked.append(len(body)))
    json_text.decode(b" " * (json_text._LARGE - 2) + b"1")
    json_text.decode(b" " * (json_text._LARGE - 1) + b"1")

    assert asked == [json_text._LARGE]


@every(
    ("body", "expected"),
    [
        pytest.param(b'{"a": [1, 2.5, null, "x"]}', {"a": [1, 2.5, None, "x"]}, id="an object"),
        pytest.param(b"[true, false]", [True, False], id="truth"),
        pytest.param(b"{}", {}, id="an empty object"),
        pytest.param(b" \r\n\t[ ] ", [], id="white space around"),
        pytest.param(b'"text"', "text", id="a text at the top"),
        pytest.param(b"null", None, id="null at the top"),
        pytest.param(b"-0", 0, id="minus zero"),
        pytest.param(b"1e5", 100000.0, id="an exponent"),
        pytest.param(b"9007199254740993", 9007199254740993, id="more digits than a double has"),
        pytest.param("\"ü€😀\"".encode(), "ü€😀", id="UTF-8"),
        pytest.param(b'"\\u00fc\\ud83d\\ude00"', "ü😀", id="escapes, with a pair of surrogates"),
        pytest.param(b'"\\\\ud800"', "\\ud800", id="an escaped backslash before a ud800"),
        pytest.param(b'"a\\u0000b"', "a\x00b", id="an escaped NUL"),
        pytest.param(b'{"": 1, " ": 2}', {"": 1, " ": 2}, id="odd names"),
        pytest.param(b'{"a": {"a": 1}}', {"a": {"a": 1}}, id="a name again, but deeper"),
    ],
)  # fmt: skip
def test_what_is_json(decode, body, expected):
    """Everything that the standard allows, the same by every decoder."""
    read = decode(body)

    assert expected == read
    assert type(expected) is type(read)


def test_a_byte_order_mark_is_no_harm():
    """Once, at the very beginning, in small bodies and in large ones."""
    assert json_text.decode(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert json_text.decode(b'\xef\xbb\xbf{"a": 1}' + LARGE) == {"a": 1}


@every("body", named(malformed.NOT_JSON))
def test_what_is_not_json(decode, body):
    """It is a `JSONTextError`, says what is wrong, and quotes nothing."""
    with pytest.raises(ValueError, match=r".") as refused:
        decode(body)

    error = refused.value
    assert type(error) is JSONTextError
    assert len(str(error)) < 200
    assert "canary" not in str(error)
    # Python's own error carries the whole text.
    assert error.__context__ is None
    assert "canary" not in "".join(traceback.format_exception(error))


@every("body", named(malformed.REPEATED_KEYS))
def test_a_member_that_repeats(decode, body, request):
    """It is refused in what is short; of what is long, either decoder keeps the last."""
    if request.node.callspec.params["decode"][1]:
        assert json.loads(body) == decode(body)
    else:
        with pytest.raises(ValueError, match="duplicate key") as refused:
            decode(body)
        assert "canary" not in str(refused.value)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@examples(25, 200, value=JSON)
def test_round_trip(value):
    """What is written reads back as it was, by both decoders."""
    body = json_text.encode(value)

    assert value == json_text.decode(body)
    assert value == json_text.decode_plainly(body)
    assert value == json_text.decode(LARGE + body)


@examples(50, 400, body=st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_any_bytes_are_json_or_a_value_error(body):
    """Nothing else ever comes out, and large bodies are judged as small ones are."""

    def read(text):
        try:
            return "read", json_text.decode(text)
        except ValueError as error:
            return "refused", type(error)

    small = read(body)

    assert small in (("read", small[1]), ("refused", JSONTextError))
    assert small == read(body + LARGE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"a": [1, None, True]}, b'{"a":[1,null,true]}', id="without white space"),
        pytest.param({"ü": "😀"}, '{"ü":"😀"}'.encode(), id="as UTF-8"),
        pytest.param("a\x00\n", b'"a\\u0000\\n"', id="control characters escaped"),
        pytest.param({}, b"{}", id="nothing in it"),
        pytest.param(0.1, b"0.1", id="a number"),
    ],
)
def test_what_is_written(value, expected):
    """Compact UTF-8."""
    assert expected == json_text.encode(value)


@pytest.mark.parametrize("value", named(malformed.NOT_JSON_VALUES))
def test_what_cannot_be_written(value):
    """It is refused, never written as something else."""
    with pytest.raises((ValueError, TypeError)):
        json_text.encode(value)
