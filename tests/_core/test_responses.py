"""Error responses: a typed error with all readable details, for any body."""

import contextlib
import gc
import json
import pickle

import malformed
import pytest
from hypothesis import strategies as st
from products import every, examples, named

from sinch_numbers._core.pipeline import read
from sinch_numbers._core.responses import Nothing, is_success, refusal, request_id
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.errors import APIResponseError, APIStatusError, BadRequestError, NotFoundError
from sinch_numbers.models import (
    BadRequest,
    EmergencyAddress,
    ResourceInfo,
    UnknownDetail,
)
from sinch_numbers.models._secret import Secret


def refused(body, *, status=400, headers=None, hide=()):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return refusal(Reply(status, headers or {}, body), hide)


def explained(body):
    error = refused(body)
    return error.message, error.code, error.details


@every(("body", "message", "code"), named(malformed.ERROR_BODIES))
def test_what_a_refusal_says(body, message, code):
    """Message and code, in whichever of the forms it comes; nothing when there is none."""
    error = refused(body)

    assert (message, code) == (error.message, error.code)
    assert type(error) is BadRequestError
    assert error.status == 400


@pytest.mark.parametrize(("details", "expected"), named(malformed.ERROR_DETAILS))
def test_what_a_refusal_says_beyond(details, expected):
    """Known kinds become models, unknown and malformed ones are kept as they came."""
    for body in (
        {"error": {"message": "m", "status": "S", "details": details}},
        {"message": "m", "status": "S", "details": details},
    ):
        assert ("m", "S", expected) == explained(body)


def test_a_refusal_is_remembered_briefly():
    """Two kibibytes of the body, and nothing that a terminal would obey."""
    error = refused(b"\x1b[31m\x00\r\n\x9b" + "é\u202e€".encode() + b"x" * 9999)

    assert error.body.startswith("\\x1b[31m\\x00\\r\\n\\ufffd\\xe9\\u202e\\u20ac")
    assert error.body.endswith("x")
    assert error.body.isascii()
    assert error.body.isprintable()
    assert error.body.count("x") < 2048 + 8
    assert len(refused(b"x" * 9999).body) == 2048
    assert refused(b"x" * 100).body == "x" * 100


@examples(25, 200, body=st.binary(max_size=3000))
def test_any_bytes_are_a_typed_error(body):
    """With a body of printable ASCII, that can be pickled and shown."""
    for status in (302, 400, 404, 429, 500, 999):
        error = refused(body, status=status)

        assert isinstance(error, APIStatusError)
        assert error.status == status
        assert error.body == "" or (error.body.isascii() and error.body.isprintable())
        assert str(pickle.loads(pickle.dumps(error))) == str(error)


ERROR_MEMBERS = st.sampled_from(
    ["error", "message", "status", "code", "details", "title", "detail", "type", "fieldViolations"]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | ERROR_MEMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ERROR_MEMBERS, inner, max_size=4),
    max_leaves=8,
)


@examples(37, 300, body=st.dictionaries(ERROR_MEMBERS, JUNK))
def test_any_json_is_a_typed_error(body):
    """Whatever stands where, message is a text, code a text or nothing, details are details."""
    error = refused(body)

    assert isinstance(error.message, str)
    assert error.code is None or (isinstance(error.code, str) and error.code)
    assert all(isinstance(d, BadRequest | ResourceInfo | UnknownDetail) for d in error.details)
    assert str(error).startswith("400")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"X-Request-Id": "a"}, "a", id="the usual one"),
        pytest.param({"X-Correlation-Id": "b"}, "b", id="the one before that"),
        pytest.param({"X-Trace-Id": "c"}, "c", id="or this"),
        pytest.param({"X-Trace-Id": "c", "X-Request-Id": "a"}, "a", id="the best of several"),
        pytest.param({"X-Request-Id": "", "X-Trace-Id": "c"}, "c", id="the first that says so"),
        pytest.param({"X-Request-Id": "a" * 9999}, "a" * 200, id="not more than 200 characters"),
    ],
)
def test_the_service_s_name_for_a_request(headers, expected):
    """It goes into support tickets."""
    assert expected == request_id(Reply(500, headers, b""))
    assert expected == refused(b"", headers=headers).request_id


def test_how_long_to_wait_is_told_along():
    """By whichever status."""
    assert refused(b"", status=503, headers={"Retry-After": "7"}).retry_after == 7.0
    assert refused(b"", status=429, headers={"Retry-After": "nan"}).retry_after is None


SECRET = "canary-0123456789"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"error": {"message": f"'{SECRET}' is bad", "status": "S"}}, id="message"),
        pytest.param({"error": f"got {SECRET}{SECRET}"}, id="a bare text, twice"),
        pytest.param({"error": SECRET, "error_description": SECRET}, id="as a code"),
        pytest.param({"error": {"details": [{"type": "New", SECRET: [SECRET]}]}}, id="detail"),
        pytest.param({"error": {"details": [{"type": "BadRequest", "fieldViolations": [
            {"field": "hmacSecret", "description": f"{SECRET} is short"}]}]}}, id="in a field"),
        pytest.param(f"<html>{SECRET}</html>".encode(), id="in HTML"),
        pytest.param(b'{"error": "canary-01\\/23\\u00e9 is short"}', id="escaped as JSON may be"),
        pytest.param({"error": "canary-01/23é is short"}, id="escaped as Python's JSON is"),
        pytest.param('{"error": "canary-01/23é is short"}'.encode(), id="with odd letters"),
        pytest.param(f"\xff{SECRET}".encode("latin-1"), id="among bytes"),
        pytest.param(b"x" * 2040 + SECRET.encode(), id="where the body is cut"),
    ],
)  # fmt: skip
def test_a_refusal_does_not_quote_secrets(body):
    """Services echo what they refuse; the error has stars there."""
    error = refused(body, hide=[Secret("other"), Secret(SECRET), Secret("canary-01/23é")])

    shown = f"{error} {error!r} {vars(error)} {pickle.dumps(error)!r}"
    assert "canary" not in shown
    assert "****" in shown


@pytest.mark.parametrize("secret", ['"canary', 'canary"', "/canary/", "\\canary"])
@pytest.mark.parametrize("escaped", [True, False], ids=["escaped", "plain"])
def test_a_secret_is_hidden_to_its_ends(secret: str, escaped: bool) -> None:
    """Whichever characters it starts and ends with, and escaped or not."""
    quoted = json.dumps(secret)[1:-1] if escaped else secret

    error = refused(f"<b>{quoted}</b>".encode(), hide=[Secret(secret)])

    assert "<b>**********</b>" == error.body


@pytest.mark.parametrize("nothing", ["", Secret("")], ids=["a text", "a secret"])
def test_a_secret_that_is_none_hides_nothing(nothing):
    """An empty text is between all letters: the error stays readable."""
    body = {"error": {"message": "too short", "status": "INVALID_ARGUMENT"}}

    error = refused(body, hide=[Secret(nothing)])

    assert ("too short", "INVALID_ARGUMENT") == (error.message, error.code)
    assert json.dumps(body) == error.body


@pytest.mark.parametrize(
    ("status", "expected"), [(199, False), (200, True), (201, True), (204, True), (299, True),
                             (300, False), (304, False), (404, False), (999, False)]
)  # fmt: skip
def test_what_is_a_yes(status, expected):
    """The two hundreds, and nothing else."""
    assert expected is is_success(Reply(status, {}, b""))


@pytest.mark.parametrize(("body", "problem"), named(malformed.UNREADABLE_ADDRESSES))
def test_a_yes_that_cannot_be_read(body, problem):
    """It is an error that says what is wrong and quotes nothing."""
    with pytest.raises(APIResponseError, match=f"^{problem}") as unread:
        read(Reply(200, {}, body), EmergencyAddress)

    assert "canary" not in str(unread.value)
    assert unread.value.__context__ is None


@pytest.mark.parametrize(
    ("body", "cls", "expected"),
    [
        pytest.param(b'{"city": "Portland"}', EmergencyAddress, EmergencyAddress(city="Portland"),
                     id="a model"),
        pytest.param(b"{}", Nothing, Nothing(), id="nothing"),
        pytest.param(b"", Nothing, Nothing(), id="nothing, in a body of nothing"),
        pytest.param(b"<html>", Nothing, Nothing(), id="nothing, whatever is said"),
        pytest.param(b'{"a": [1]}', object, {"a": [1]}, id="plain JSON"),
        pytest.param(b"[]", object, [], id="plain JSON of any kind"),
        pytest.param(b"null", object, None, id="plain null"),
        pytest.param(b"", object, None, id="plain JSON, none of it"),
    ],
)  # fmt: skip
def test_a_yes(body, cls, expected):
    """A model, plain JSON, or nothing, as the operation has it."""
    result = read(Reply(200, {}, body), cls)

    assert expected == result
    assert type(expected) is type(result)


def test_plain_json_has_to_be_json():
    """Also where no model waits for it."""
    with pytest.raises(APIResponseError, match="not JSON"):
        read(Reply(200, {}, b"<html>"), object)


def test_the_status_decides_about_the_class():
    """Not what the body says."""
    error = refused({"error": {"code": 400, "status": "INVALID_ARGUMENT"}}, status=404)

    assert type(error) is NotFoundError
    assert error.code == "INVALID_ARGUMENT"


@pytest.mark.parametrize("enabled", [True, False], ids=["collector on", "collector off"])
@pytest.mark.parametrize("valid", [True, False], ids=["a page", "a broken page"])
def test_the_garbage_collector_is_left_as_it_was(enabled, valid):
    """Reading a page leaves the garbage collector as the application set it."""
    body = json.dumps({"excerpt": "x" * 100_000}).encode()
    page = Reply(200, {}, body if valid else body[:-1])
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with contextlib.nullcontext() if valid else pytest.raises(APIResponseError):
            read(page, object)
        assert enabled == gc.isenabled()
    finally:
        (gc.enable if before else gc.disable)()
