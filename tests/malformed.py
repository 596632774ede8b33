"""
Malformed input, in one place: what a service, a network, a sender of webhooks, or a caller
could send, and what is expected of it where that is the same for all tests.

Every entry has a name, which is the id of its test. Add an entry here, and every test that
reads the table checks it; the fuzzers in ``tests/fuzz`` start from the bodies here, too.
"""

import gzip
import json
import math
import struct
import zlib
from functools import cache

from sinch_numbers import errors
from sinch_numbers.errors import (
    APIReplyLostError,
    APIResponseError,
    APIStatusError,
    APITimeoutError,
)
from sinch_numbers.models import (
    ActiveNumber,
    AddressValidation,
    AvailableNumber,
    AvailableRegion,
    BadRequest,
    CallbackConfiguration,
    EmergencyAddress,
    EstVoice,
    Extra,
    FieldViolation,
    NumberOrder,
    NumberRequirements,
    Registration,
    ResourceInfo,
    RtcVoice,
    SmsConfiguration,
    UnknownDetail,
    VoiceType,
)
from sinch_numbers.models._secret import Secret

NUMBER = "+12025550134"
NUMBER_JSON = json.dumps({"phoneNumber": NUMBER, "displayName": "x", "regionCode": "US"}).encode()
NOT_FOUND_JSON = json.dumps(
    {
        "error": {
            "code": 404,
            "message": "no",
            "status": "NOT_FOUND",
            "details": [{"type": "ResourceInfo", "resourceName": NUMBER}],
        }
    }
).encode()
"""The service's own 404 for `NUMBER`."""
CAP = 64 * 1024
"""Size in bytes of the largest body that the tests of `HTTP_REPLIES` accept."""

CRLF = b"\r\n"
MIB = 1024 * 1024
GIB = 1024 * MIB


# HTTP responses


def reply(body=NUMBER_JSON, *headers, status="200 OK", length=True, keep=False):
    """Write a reply that is well-formed but for what it is given."""
    lines = [f"HTTP/1.1 {status}", *headers, *([] if keep else ["Connection: close"])]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + CRLF + CRLF + body


def chunked(*chunks, end=b"0\r\n\r\n", headers=()):
    """Write a reply in chunks, each as it is given."""
    return reply(b"".join(chunks) + end, "Transfer-Encoding: chunked", *headers, length=False)


def chunk(data):
    return f"{len(data):x}".encode() + CRLF + data + CRLF


def bomb(head, text, times, tail):
    """Return *head*, *times* the *text*, and *tail* as one gzip member, compressing each once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(tail) + packer.flush()
    crc = zlib.crc32(head)
    for _ in range(times):
        crc = zlib.crc32(text, crc)
    size = (len(head) + len(text) * times + len(tail)) & 0xFFFFFFFF
    trailer = struct.pack("<II", zlib.crc32(tail, crc), size)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + first + block * times + last + trailer


LOST, UNREADABLE, LATE, FINE = APIReplyLostError, APIResponseError, APITimeoutError, None
PACKED = gzip.compress(NUMBER_JSON)
# Which of the two depends on what the library below has been built with.
EITHER = (LOST, UNREADABLE)

HTTP_REPLIES = {
    # Not HTTP
    "nothing at all": ([], LOST),
    "a reset": (["reset"], LOST),
    "an empty line": ([b"\r\n\r\n"], LOST),
    "garbage for a status line": ([b"ICY 200 OK\r\n\r\n"], LOST),
    "noise": ([bytes(range(256)) * 4], LOST),
    "a status that is no number": ([reply(status="2xx OK")], LOST),
    "a status of four digits": ([reply(status="2000 OK")], LOST),
    "a status line without an end": ([b"HTTP/1.1 200 " + b"x" * 100_000], LOST),
    "a status line and no more": ([b"HTTP/1.1 200 OK\r\n"], LOST),
    "the version of another age": ([b"HTTP/9.9 200 OK\r\n\r\n"], EITHER),
    "a TLS alert": ([b"\x15\x03\x03\x00\x02\x02\x28"], LOST),
    # Headers
    "a header without a colon": ([reply(NUMBER_JSON, "Odd")], LOST),
    "NUL in a header": ([reply(NUMBER_JSON, "X-Odd: a\x00b")], LOST),
    "a header that is too long": ([reply(NUMBER_JSON, "X-Odd: " + "x" * 100_000)], LOST),
    "headers without number": ([reply(NUMBER_JSON, *[f"X-{n}: x" for n in range(5000)])], LOST),
    "a hundred headers": ([reply(NUMBER_JSON, *[f"X-{n}: x" for n in range(100)])], FINE),
    "headers that end too soon": ([reply()[:30]], LOST),
    # Length
    "two lengths": ([reply(NUMBER_JSON, "Content-Length: 5")], EITHER),
    "a negative length": ([reply(NUMBER_JSON, "Content-Length: -1", length=False)], LOST),
    "a length of ten": ([reply(NUMBER_JSON, "Content-Length: ten", length=False)], LOST),
    "length and chunks": (
        [reply(chunk(NUMBER_JSON) + b"0\r\n\r\n", "Transfer-Encoding: chunked")],
        LOST,
    ),
    "less than its length": ([reply()[:-5]], LOST),
    "less than its length, then a reset": ([reply()[:-5], 0.02, "reset"], LOST),
    "no length": ([reply(length=False)], FINE),
    "no length, and cut": ([reply(NUMBER_JSON[:-5], length=False)], UNREADABLE),
    "more than its length": ([reply(keep=True) + b"HTTP/1.1 500 Evil\r\n\r\n"], FINE),
    "more than its length, and the end": ([reply() + b"HTTP/1.1 500 Evil\r\n\r\n"], LOST),
    # Chunks
    "chunks": ([chunked(chunk(NUMBER_JSON[:9]), chunk(NUMBER_JSON[9:]))], FINE),
    "one byte a chunk": ([chunked(*[chunk(bytes([one])) for one in NUMBER_JSON])], FINE),
    "a chunk of no size": ([chunked(b"xyz\r\n" + NUMBER_JSON + CRLF)], LOST),
    "a chunk of a negative size": ([chunked(b"-5\r\n" + NUMBER_JSON + CRLF)], LOST),
    "a chunk larger than memory": ([chunked(b"f" * 20 + CRLF + NUMBER_JSON, end=b"")], LOST),
    "chunks without an end": ([chunked(chunk(NUMBER_JSON), end=b"")], LOST),
    "half a chunk": ([chunked(b"ff\r\n" + NUMBER_JSON, end=b"")], LOST),
    "an unknown transfer coding": ([reply(NUMBER_JSON, "Transfer-Encoding: cipher", length=False)],
                                   FINE),
    # Interim replies
    "a hundred and continue": ([b"HTTP/1.1 100 Continue\r\n\r\n", reply()], FINE),
    "5,000 interim replies": ([b"HTTP/1.1 100 Continue\r\n\r\n" * 5000, reply()], FINE),
    "interim replies without end": (["flood"], LATE),
    "an upgrade": ([reply(b"", "Upgrade: x", "Connection: upgrade", status="101 Switch",
                          length=False)], errors.UnexpectedStatusError),
    # Time
    "no answer": (["hang"], LATE),
    "headers, and no body": ([reply()[:-len(NUMBER_JSON)], "hang"], LATE),
    "one byte now and then": (
        [step for byte in reply() for step in (bytes([byte]), 0.01)], LATE
    ),
    # Codings
    "gzip": ([reply(PACKED, "Content-Encoding: gzip")], FINE),
    "GZIP": ([reply(PACKED, "Content-Encoding: GZIP")], FINE),
    "identity": ([reply(NUMBER_JSON, "Content-Encoding: identity")], FINE),
    "gzip that is none": ([reply(NUMBER_JSON, "Content-Encoding: gzip")], LOST),
    "gzip, cut in the middle": ([reply(PACKED[:20], "Content-Encoding: gzip")], UNREADABLE),
    "gzip, its length unmet": ([reply(PACKED, "Content-Encoding: gzip")[:-9]], LOST),
    "gzip twice": ([reply(gzip.compress(PACKED), "Content-Encoding: gzip, gzip")], UNREADABLE),
    "gzip twice, named once": ([reply(gzip.compress(PACKED), "Content-Encoding: gzip")],
                               UNREADABLE),
    "brotli": ([reply(b"\x0b\x02\x80{}\x03", "Content-Encoding: br")], EITHER),
    "zstd": ([reply(b"\x28\xb5\x2f\xfd", "Content-Encoding: zstd")], EITHER),
    "deflate": ([reply(zlib.compress(NUMBER_JSON), "Content-Encoding: deflate")], UNREADABLE),
    "a coding of its own": ([reply(NUMBER_JSON, "Content-Encoding: canary")], UNREADABLE),
    "a bomb": ([reply(bomb(b"", b" " * MIB, 20, b""), "Content-Encoding: gzip")], UNREADABLE),
    "more than we take": ([reply(b" " * (CAP + 1) + NUMBER_JSON)], UNREADABLE),
    "as much as we take": ([reply(b" " * (CAP - len(NUMBER_JSON)) + NUMBER_JSON)], FINE),
    "a refusal longer than we take": ([reply(b"x" * (CAP * 4), status="404 Gone")],
                                      errors.NotFoundError),
    # Text
    "an empty body": ([reply(b"")], UNREADABLE),
    "no content": ([reply(b"", status="204 No Content")], UNREADABLE),
    "a blank": ([reply(b" ")], UNREADABLE),
    "HTML": ([reply(b"<html>canary</html>", "Content-Type: text/html")], UNREADABLE),
    "another content type": ([reply(NUMBER_JSON, "Content-Type: image/png")], FINE),
    "no known charset": ([reply(NUMBER_JSON, "Content-Type: text/json; charset=\xff")], FINE),
    "UTF-7, they say": ([reply(NUMBER_JSON, "Content-Type: text/json; charset=utf-7")], FINE),
    "UTF-7": ([reply(b"+AHsAfQ-", "Content-Type: application/json; charset=utf-7")], UNREADABLE),
    "a byte order mark": ([reply(b"\xef\xbb\xbf" + NUMBER_JSON)], FINE),
    "UTF-16": ([reply(NUMBER_JSON.decode().encode("utf-16"))], UNREADABLE),
    "latin-1": ([reply('{"phoneNumber": "é"}'.encode("latin-1"))], UNREADABLE),
    "NUL": ([reply(NUMBER_JSON + b"\x00")], UNREADABLE),
    "NaN": ([reply(b'{"phoneNumber": "%b", "new": NaN}' % NUMBER.encode())], UNREADABLE),
    "infinity": ([reply(b'{"phoneNumber": "%b", "new": 1e999}' % NUMBER.encode())], UNREADABLE),
    "a member twice": (
        [reply(b'{"phoneNumber": "%b", "phoneNumber": "+1"}' % NUMBER.encode())], UNREADABLE
    ),
    "a lone surrogate": (
        [reply(b'{"phoneNumber": "%b", "displayName": "\\ud800"}' % NUMBER.encode())], UNREADABLE
    ),
    "nested without end": ([reply(b"[" * 60_000)], UNREADABLE),
    "a number of 5,000 digits": ([reply(b'{"phoneNumber": ' + b"9" * 5000 + b"}")], UNREADABLE),
    "two texts": ([reply(NUMBER_JSON * 2)], UNREADABLE),
    "half a text": ([reply(NUMBER_JSON[:-9])], UNREADABLE),
    # JSON, but no number
    "null": ([reply(b"null")], UNREADABLE),
    "a list": ([reply(b"[" + NUMBER_JSON + b"]")], UNREADABLE),
    "a text": ([reply(b'"ok"')], UNREADABLE),
    "a number": ([reply(b"5")], UNREADABLE),
    "true": ([reply(b"true")], UNREADABLE),
    "an empty object": ([reply(b"{}")], UNREADABLE),
    "wrong types": (
        [reply(b'{"phoneNumber": "%b", "capability": "SMS"}' % NUMBER.encode())], UNREADABLE
    ),
    "another number": ([reply(b'{"phoneNumber": "+12025550199"}')], UNREADABLE),
    "a yes that is an error": ([reply(NOT_FOUND_JSON)], UNREADABLE),
    # Status
    "300": ([reply(b"", status="300 Choose")], errors.UnexpectedRedirectError),
    "302": ([reply(b"", "Location: http://127.0.0.1:9/", status="302 Found")],
            errors.UnexpectedRedirectError),
    "304": ([reply(b"", status="304 Not Modified", length=False)], errors.UnexpectedRedirectError),
    "307 to nowhere": ([reply(b"", "Location: \xff//[", status="307 Over")],
                       errors.UnexpectedRedirectError),
    "400 of nothing": ([reply(b"", status="400 Bad")], errors.BadRequestError),
    "401 for ever": ([reply(b"", "WWW-Authenticate: Bearer", status="401 No")],
                     errors.AuthenticationError),
    "403 of nothing": ([reply(b"", status="403 No")], errors.PermissionDeniedError),
    "404 in HTML": ([reply(b"<h1>canary</h1>", status="404 Gone")], errors.NotFoundError),
    "407": ([reply(b"", "Proxy-Authenticate: Basic", status="407 Proxy")], APIStatusError),
    "408": ([reply(b"", status="408 Slow")], errors.InternalServerError),
    "409 with a list": ([reply(b"[]", status="409 Conflict")], errors.ConflictError),
    "418": ([reply(b"short and stout", status="418 Teapot")], APIStatusError),
    "429 for 30 years": ([reply(b"", "Retry-After: 999999999", status="429 Slow")],
                         errors.RateLimitError),
    "429 for no number": ([reply(b"", "Retry-After: nan", status="429 Slow")],
                          errors.RateLimitError),
    "500 in HTML": ([reply(b"<html>" * 999, status="500 Oops")], errors.InternalServerError),
    "501": ([reply(b"", status="501 Cannot")], APIStatusError),
    "502, cut": ([reply(b"<html>", status="502 Bad")[:-2]], LOST),
    "503 with a date": ([reply(b"", "Retry-After: Sat, 14 Mar 99999 00:00 GMT", status="503 No")],
                        errors.InternalServerError),
    "503 in brotli": ([reply(b"\x0b", "Content-Encoding: br", status="503 No")], EITHER),
    "600": ([reply(NUMBER_JSON, status="600 What")], errors.UnexpectedStatusError),
    "999": ([reply(NUMBER_JSON, status="999 Denied")], errors.UnexpectedStatusError),
    "cookies that are none": ([reply(NUMBER_JSON, "Set-Cookie: \xff=;;=\x01")], FINE),
}  # fmt: skip
"""
HTTP responses to a request for `NUMBER`: the script that a server plays, and the class of the
error, one of several classes, or ``None`` where the response is fine.

A script has bytes to send, seconds to wait, or one of "reset", "hang" and "flood".
"""


@cache
def _gzip_of_a_gib():
    """Return 1 GiB of JSON, compressed."""
    return bomb(b'{"phoneNumber":"+12025550199","new":"', b"a" * MIB, GIB // MIB, b'"}')


@cache
def _gzip_in_members():
    """Return 1 GiB, packed as a thousand files in a row, which gzip allows."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return (packer.compress(b" " * MIB) + packer.flush()) * (GIB // MIB)


def _plain(status, first=""):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {GIB}\r\n\r\n"
    yield f'{head}{{"phoneNumber":"+12025550199","new":"{first}'.encode()
    for _ in range(GIB // MIB):
        yield b"a" * MIB


def _chunked():
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in range(GIB // MIB):
        yield b"100000\r\n" + b"[" * MIB + b"\r\n"


def _line():
    yield b"HTTP/1.1 200 OK\r\nX-Odd: "
    for _ in range(GIB // MIB):
        yield b"a" * MIB


def _packed(status, body):
    head = f"HTTP/1.1 {status}\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    yield head.encode() + body


ENDLESS_REPLIES = {
    "plain": (lambda: _plain("200 OK"), "APIResponseError"),
    "in chunks": (_chunked, "APIResponseError"),
    "a bomb": (lambda: _packed("200 OK", _gzip_of_a_gib()), "APIResponseError"),
    "a bomb in members": (lambda: _packed("200 OK", _gzip_in_members()), "APIResponseError"),
    "a refusal": (lambda: _plain("404 Gone"), "NotFoundError"),
    "a refusal that Python stores in four times the space": (
        lambda: _plain("409 Conflict", first="\U0001f4de"),
        "ConflictError",
    ),
    "a refusal that is a bomb": (
        lambda: _packed("500 Oops", _gzip_of_a_gib()),
        "InternalServerError",
    ),
    "a header": (_line, "APIReplyLostError"),
    "a token": (lambda: _plain("200 OK"), "AuthUnavailableError"),
    "a token that is a bomb": (
        lambda: _packed("200 OK", _gzip_of_a_gib()),
        "AuthUnavailableError",
    ),
}
"""Responses of a GiB: a function that yields their pieces, and the name of the error."""

# JSON


def _circle():
    circle = []
    circle.append(circle)
    return circle


NOT_JSON = {
    "nothing": b"",
    "white space": b" \r\n\t ",
    "two byte order marks": b'\xef\xbb\xbf\xef\xbb\xbf{"canary": 1}',
    "UTF-16": '{"canary": 1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"canary": 1}'.encode("utf-16-be"),
    "UTF-32": '{"canary": 1}'.encode("utf-32"),
    "latin-1": '"canaryé"'.encode("latin-1"),
    "UTF-7": b"+AHsAIgBj-canary",
    "an overlong slash": b'"canary\xc0\xaf"',
    "a surrogate in UTF-8": b'"canary\xed\xa0\x80"',
    "a lone high surrogate": b'"canary\\ud800"',
    "a lone low surrogate": b'"\\uDC00canary"',
    "surrogates the wrong way round": b'"\\udc00\\ud800canary"',
    "a lone surrogate in a name": b'{"canary\\ud800": 1}',
    "NaN": b'{"canary": NaN}',
    "infinity": b'{"canary": Infinity}',
    "minus infinity": b'{"canary": -Infinity}',
    "a number beyond a double": b'{"canary": 1e999}',
    "a number below a double": b'{"canary": -1e999}',
    "a number of 5,000 digits": b'{"canary": ' + b"7" * 5000 + b"}",
    "a leading zero": b'{"canary": 0123}',
    "a hexadecimal number": b'{"canary": 0x7f}',
    "a plus sign": b'{"canary": +1}',
    "no digit before the point": b'{"canary": .5}',
    "Arabic digits": "[١٢]".encode(),
    "lists without end": b'["canary",' * 100_000,
    "objects without end": b'{"canary":' * 100_000,
    "lists nested 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "NUL": b'"canary\x00"',
    "a line break in a text": b'"canary\n"',
    "an unknown escape": b'"canary\\x41"',
    "half an escape": b'"canary\\u12',
    "half a text": b'{"canary": "half',
    "half an object": b'{"canary": 1',
    "an open brace": b"{",
    "half a word": b"nul",
    "no UTF-8": b"\xff",
    "half a member": b'{"canary"',
    "a brace too many": b'{"canary": 1}}',
    "something after the end": b'{"a": 1} canary',
    "two texts": b'{"a": 1}{"canary": 2}',
    "a comma too many": b'{"canary": 1,}',
    "single quotes": b"{'canary': 1}",
    "no quotes": b"{canary: 1}",
    "a comment": b'{"a": 1} // canary',
    "HTML": b"<html>canary</html>",
    "a bare word": b"canary",
    "Python's true": b"True",
    "gzip": b"\x1f\x8b\x08\x00canary",
}
"""Bytes that are not one JSON text in UTF-8."""

REPEATED_KEYS = {
    "at the top": b'{"canary": 1, "canary": 2}',
    "with the same value": b'{"canary": 1, "canary": 1}',
    "within": b'[{"a": {"canary": 1, "b": 2, "canary": 3}}]',
    "once escaped": b'{"canary": 1, "can\\u0061ry": 2}',
}
"""Objects with a key that occurs twice."""

NOT_JSON_VALUES = {
    "NaN": math.nan,
    "infinity": {"a": [math.inf]},
    "minus infinity": -math.inf,
    "bytes": b"bytes",
    "a byte array": {"a": bytearray(b"x")},
    "a lone surrogate": "\ud800",
    "a lone surrogate in a name": {"\udc00": 1},
    "a set": {1, 2},
    "a set below a number": {1: {2}},
    "an object": object(),
    "a tuple as a name": {(1, 2): 3},
    "a circle": _circle(),
}
"""Python values that JSON has no form for."""


# Bodies of error responses, and of successes that cannot be read

ERROR_BODIES = {
    "the API's form": (
        {"error": {"code": 404, "message": "no such number", "status": "NOT_FOUND"}},
        "no such number",
        "NOT_FOUND",
    ),
    "the API's form without a message": (
        {"error": {"code": 403, "message": "", "status": "PERMISSION_DENIED", "details": []}},
        "",
        "PERMISSION_DENIED",
    ),
    "a bare text": ({"error": "failed to marshal"}, "failed to marshal", None),
    "an empty text": ({"error": ""}, "", None),
    "OAuth's form": (
        {"error": "invalid_client", "error_description": "unknown key"},
        "unknown key",
        "invalid_client",
    ),
    "OAuth's form without a description": (
        {"error": "invalid_client", "error_description": None},
        "invalid_client",
        None,
    ),
    "OAuth's form with a list for a description": (
        {"error": "invalid_client", "error_description": ["x"]},
        "invalid_client",
        None,
    ),
    "the flat form": (
        {"message": "slow down", "status": "RESOURCE_EXHAUSTED"},
        "slow down",
        "RESOURCE_EXHAUSTED",
    ),
    "a code that is a text": ({"message": "no", "code": "E42"}, "no", "E42"),
    "a code that is a number": ({"message": "no", "code": 42}, "no", None),
    "problem details": (
        {"type": "about:blank", "title": "Gone", "status": 404, "detail": "no such number"},
        "no such number",
        None,
    ),
    "problem details, just a title": ({"title": "Gone"}, "Gone", None),
    "error is null": ({"error": None, "message": "no"}, "no", None),
    "error is null and all": ({"error": None}, "", None),
    "error is a list": ({"error": []}, "", None),
    "error is a number": ({"error": 5}, "", None),
    "error is true": ({"error": True}, "", None),
    "error is empty": ({"error": {}}, "", None),
    "every member is of the wrong type": (
        {"error": {"message": 5, "status": ["x"], "code": {}, "details": "x"}},
        "",
        None,
    ),
    "message is null, but there is a detail": (
        {"error": {"message": None, "detail": "told elsewhere"}},
        "told elsewhere",
        None,
    ),
    "an empty object": ({}, "", None),
    "an empty list": ([], "", None),
    "a list": ([{"error": "x"}], "", None),
    "a text": ("x", "", None),
    "null": (None, "", None),
    "a number": (5, "", None),
    "nothing": (b"", "", None),
    "HTML": (b"<html><h1>502 Bad Gateway</h1></html>", "", None),
    "truncated": (b'{"error": {"message": "cut o', "", None),
    "no text": (b"\xff\xfe\x00", "", None),
    "a member twice": (b'{"error": "a", "error": "b"}', "", None),
    "nested without end": (b"[" * 100_000, "", None),
    "a long text": ({"error": "x" * 9999}, "x" * 2048, None),
    "a long message": ({"error": {"message": "x" * 9999}}, "x" * 2048, None),
}
"""Bodies of error responses, each with its message and its code; malformed ones have neither."""

ERROR_DETAILS = {
    "none": ([], ()),
    "null": (None, ()),
    "an object": ({"type": "BadRequest"}, ()),
    "a text": ("BadRequest", ()),
    "a list of junk": ([None, 5, "x", []], ()),
    "fields": (
        [{"type": "BadRequest", "fieldViolations": [{"field": "a", "description": "b"}]}],
        (BadRequest((FieldViolation("a", "b"),)),),
    ),
    "a field without a name, and more than we know": (
        [{"type": "BadRequest", "fieldViolations": [{"field": "", "new": 1}], "new": 1}],
        (BadRequest((FieldViolation(extra=Extra({"new": 1})),), extra=Extra({"new": 1})),),
    ),
    "a resource": (
        [
            {
                "type": "ResourceInfo",
                "resourceType": "ActiveNumber",
                "resourceName": "+12025550134",
                "owner": "",
                "description": "gone",
            }
        ],
        (ResourceInfo("ActiveNumber", "+12025550134", None, "gone"),),
    ),
    "fields in a form of their own": (
        [{"type": "BadRequest", "fieldViolations": "all of them"}],
        (UnknownDetail(Extra({"type": "BadRequest", "fieldViolations": "all of them"})),),
    ),
    "a resource in a form of its own": (
        [{"type": "ResourceInfo", "owner": 5}],
        (UnknownDetail(Extra({"type": "ResourceInfo", "owner": 5})),),
    ),
    "a kind that is new": (
        [{"type": "Eclipse", "deep": {"er": [1]}}],
        (UnknownDetail(Extra({"type": "Eclipse", "deep": {"er": [1]}})),),
    ),
    "a type that is a list": (
        [{"type": ["BadRequest"]}],
        (UnknownDetail(Extra({"type": ["BadRequest"]})),),
    ),
    "an empty one": ([{}], (UnknownDetail(Extra()),)),
    "among junk": (
        [5, {"type": "BadRequest"}, None, {"a": 1}],
        (BadRequest(), UnknownDetail(Extra({"a": 1}))),
    ),
    "five hundred": (
        [{"n": n} for n in range(500)],
        tuple(UnknownDetail(Extra({"n": n})) for n in range(100)),
    ),
}
"""Details of error responses, each with what is read of them."""

UNREADABLE_ADDRESSES = {
    "nothing": (b"", "the response is empty"),
    "a blank": (b" ", "the response is not JSON"),
    "HTML": (b"<html>canary</html>", "the response is not JSON"),
    "truncated": (b'{"canary": ', "the response is not JSON"),
    "null": (b"null", "invalid response"),
    "a list": (b'["canary"]', "invalid response"),
    "a misfit": (b'{"city": ["canary"]}', "invalid response"),
}
"""Bodies of a 200 that are no emergency address, each with how the error begins."""


# Values of models

CANARY = "canary"
"""In every value that an error could quote, so that tests find it there."""

TEXT, NUM, WHOLE, TRUTH = "a string", "a number", "an integer", "a boolean"
LIST, OBJECT, NULL, TIME, DECIMAL = (
    "an array", "an object", "null", "a timestamp", "a decimal string"
)  # fmt: skip

ORDER = {
    "projectId": "p",
    "idNumberOrder": "01k",
    "regionCode": "AU",
    "state": "CREATED",
    "numberType": "MOBILE",
    "orderNumbers": [
        {
            "phoneNumber": "+61491570156",
            "numberPrice": {
                "setupPrice": {"currencyCode": "USD", "amount": "3.00"},
                "monthlyPrice": {"currencyCode": "USD", "amount": ""},
                "paymentIntervalMonths": 1,
            },
            "capabilities": ["SMS", "FAX"],
        }
    ],
    "smsConfiguration": {"servicePlanId": "plan", "campaignId": ""},
    "voiceConfiguration": {"type": "EST", "appId": "", "trunkId": "t", "serviceId": ""},
    "expireTime": "2026-03-16T10:00:00.750000Z",
    "createTime": "2026-03-14T10:00:00Z",
    "updateTime": None,
}

_ROWS = [
    (ActiveNumber, "phoneNumber", None, TEXT, NULL, "phone_number"),
    (ActiveNumber, "phoneNumber", 12025550134, TEXT, WHOLE, "phone_number"),
    (ActiveNumber, "phoneNumber", {CANARY: 1}, TEXT, OBJECT, "phone_number"),
    (ActiveNumber, "phoneNumber", [CANARY], TEXT, LIST, "phone_number"),
    (ActiveNumber, "projectId", 77123.5, TEXT, NUM, "project_id"),
    (ActiveNumber, "projectId", True, TEXT, TRUTH, "project_id"),
    (ActiveNumber, "displayName", True, TEXT, TRUTH, "display_name"),
    (ActiveNumber, "displayName", 0, TEXT, WHOLE, "display_name"),
    (ActiveNumber, "displayName", False, TEXT, TRUTH, "display_name"),
    (ActiveNumber, "displayName", [], TEXT, LIST, "display_name"),
    (ActiveNumber, "displayName", {CANARY: 1}, TEXT, OBJECT, "display_name"),
    (ActiveNumber, "regionCode", 1.9, TEXT, NUM, "region_code"),
    (ActiveNumber, "callbackUrl", [CANARY], TEXT, LIST, "callback_url"),
    (ActiveNumber, "type", 77123, TEXT, WHOLE, "type"),
    (ActiveNumber, "type", [CANARY], TEXT, LIST, "type"),
    (ActiveNumber, "type", {CANARY: 1}, TEXT, OBJECT, "type"),
    (ActiveNumber, "type", True, TEXT, TRUTH, "type"),
    (ActiveNumber, "capability", "SMS", LIST, TEXT, "capability"),
    (ActiveNumber, "capability", {CANARY: "SMS"}, LIST, OBJECT, "capability"),
    (ActiveNumber, "capability", 77123, LIST, WHOLE, "capability"),
    (ActiveNumber, "capability", ["SMS", 77123], TEXT, WHOLE, "capability[1]"),
    (ActiveNumber, "capability", ["SMS", "VOICE", None], TEXT, NULL, "capability[2]"),
    (ActiveNumber, "paymentIntervalMonths", CANARY, WHOLE, TEXT, "payment_interval_months"),
    (ActiveNumber, "paymentIntervalMonths", 1.9, WHOLE, NUM, "payment_interval_months"),
    (ActiveNumber, "paymentIntervalMonths", "1.5", WHOLE, TEXT, "payment_interval_months"),
    (ActiveNumber, "paymentIntervalMonths", True, WHOLE, TRUTH, "payment_interval_months"),
    (ActiveNumber, "paymentIntervalMonths", [1], WHOLE, LIST, "payment_interval_months"),
    (ActiveNumber, "nextChargeDate", 1773480413, TIME, WHOLE, "next_charge_date"),
    (ActiveNumber, "nextChargeDate", CANARY, TIME, TEXT, "next_charge_date"),
    (ActiveNumber, "nextChargeDate", {CANARY: 1}, TIME, OBJECT, "next_charge_date"),
    (ActiveNumber, "expireAt", False, TIME, TRUTH, "expire_at"),
    (ActiveNumber, "money", CANARY, OBJECT, TEXT, "money"),
    (ActiveNumber, "money", [CANARY], OBJECT, LIST, "money"),
    (ActiveNumber, "money", 0.5, OBJECT, NUM, "money"),
    (ActiveNumber, "smsConfiguration", [CANARY], OBJECT, LIST, "sms_configuration"),
    (ActiveNumber, "smsConfiguration", True, OBJECT, TRUTH, "sms_configuration"),
    (ActiveNumber, "voiceConfiguration", CANARY, OBJECT, TEXT, "voice_configuration"),
    (ActiveNumber, "voiceConfiguration", [CANARY], OBJECT, LIST, "voice_configuration"),
    (ActiveNumber, "voiceConfiguration", {"type": 0}, TEXT, WHOLE, "voice_configuration"),
    (ActiveNumber, "voiceConfiguration", {"type": False}, TEXT, TRUTH, "voice_configuration"),
    (ActiveNumber, "voiceConfiguration", {"type": [CANARY]}, TEXT, LIST, "voice_configuration"),
    (AvailableNumber, "phoneNumber", {CANARY: 1}, TEXT, OBJECT, "phone_number"),
    (AvailableNumber, "supportingDocumentationRequired", "false", TRUTH, TEXT,
     "supporting_documentation_required"),
    (AvailableNumber, "supportingDocumentationRequired", 0, TRUTH, WHOLE,
     "supporting_documentation_required"),
    (AvailableNumber, "supportingDocumentationRequired", [], TRUTH, LIST,
     "supporting_documentation_required"),
    (AvailableNumber, "setupPrice", 1, OBJECT, WHOLE, "setup_price"),
    (AvailableRegion, "regionName", 77123, TEXT, WHOLE, "region_name"),
    (AvailableRegion, "types", "LOCAL", LIST, TEXT, "types"),
    (AvailableRegion, "types", [["LOCAL"]], TEXT, LIST, "types[0]"),
    (EmergencyAddress, "postalCode", 97209, TEXT, WHOLE, "postal_code"),
    (EmergencyAddress, "city", {CANARY: 1}, TEXT, OBJECT, "city"),
    (AddressValidation, "candidateAddresses", {CANARY: 1}, LIST, OBJECT, "candidate_addresses"),
    (AddressValidation, "candidateAddresses", [None], OBJECT, NULL, "candidate_addresses[0]"),
    (AddressValidation, "candidateAddresses", [{}, CANARY], OBJECT, TEXT,
     "candidate_addresses[1]"),
    (AddressValidation, "candidateAddresses", [{}, {"city": 77123}], TEXT, WHOLE,
     "candidate_addresses[1].city"),
    (AddressValidation, "correctedAddress", [CANARY], OBJECT, LIST, "corrected_address"),
    (AddressValidation, "correctedAddress", {"city": 0}, TEXT, WHOLE, "corrected_address.city"),
    (AddressValidation, "correctedAddress", {"city": []}, TEXT, LIST, "corrected_address.city"),
    (AddressValidation, "validationResult", 77123, TEXT, WHOLE, "validation_result"),
    (CallbackConfiguration, "hmacSecret", 77123, TEXT, WHOLE, "hmac_secret"),
    (CallbackConfiguration, "hmacSecret", [CANARY], TEXT, LIST, "hmac_secret"),
    (CallbackConfiguration, "hmacSecret", {CANARY: CANARY}, TEXT, OBJECT, "hmac_secret"),
    (BadRequest, "fieldViolations", CANARY, LIST, TEXT, "field_violations"),
    (BadRequest, "fieldViolations", [{"field": 77123}], TEXT, WHOLE, "field_violations[0].field"),
    (ResourceInfo, "resourceName", [CANARY], TEXT, LIST, "resource_name"),
]  # fmt: skip
COMPLETE = {
    AvailableNumber: {
        "phoneNumber": "+12025550134",
        "regionCode": "US",
        "type": "LOCAL",
        "capability": ["SMS"],
        "setupPrice": {"currencyCode": "USD", "amount": "0.50"},
        "monthlyPrice": {"currencyCode": "USD", "amount": "0.50"},
        "paymentIntervalMonths": 1,
    },
    AddressValidation: {"phoneNumber": "+12025550134", "validationResult": "NO_MATCH"},
}
"""The required fields of models that have several."""

WRONG_TYPES = {
    f"{row[0].__name__}.{row[5]} is {row[4]} ({number})": row for number, row in enumerate(_ROWS)
}
"""Fields of a wrong type: model, key, value, the type expected, the type received, its path."""

NOT_MONEY = {
    "a float, whose text is lost": ({"currencyCode": "USD", "amount": 0.5}, "amount"),
    "an integer of 31 digits": ({"currencyCode": "USD", "amount": 10**30}, "amount"),
    "false": ({"currencyCode": "USD", "amount": False}, "amount"),
    "an empty list": ({"currencyCode": "USD", "amount": []}, "amount"),
    "an exponent of 30": ({"currencyCode": "USD", "amount": "1e30"}, "amount"),
    "an exponent of a thousand": ({"currencyCode": "USD", "amount": "1e1000"}, "amount"),
    "a thousandth of nothing": ({"currencyCode": "USD", "amount": "0E-31"}, "amount"),
    "only an exponent": ({"currencyCode": "USD", "amount": "E5"}, "amount"),
    "half an exponent": ({"currencyCode": "USD", "amount": "1E"}, "amount"),
    "only a point": ({"currencyCode": "USD", "amount": "."}, "amount"),
    "only a sign": ({"currencyCode": "USD", "amount": "-"}, "amount"),
    "two signs": ({"currencyCode": "USD", "amount": "--1"}, "amount"),
    "hexadecimal": ({"currencyCode": "USD", "amount": "0x10"}, "amount"),
    "a comma": ({"currencyCode": "USD", "amount": "1,50"}, "amount"),
    "an underscore": ({"currencyCode": "USD", "amount": "1_0"}, "amount"),
    "a blank": ({"currencyCode": "USD", "amount": " 1"}, "amount"),
    "a line break": ({"currencyCode": "USD", "amount": "1\n"}, "amount"),
    "not a number": ({"currencyCode": "USD", "amount": "NaN"}, "amount"),
    "infinity": ({"currencyCode": "USD", "amount": "Infinity"}, "amount"),
    "an Arabic digit": ({"currencyCode": "USD", "amount": "\u0665"}, "amount"),
    "a group separator": ({"currencyCode": "USD", "amount": "1,000.00"}, "amount"),
    "a currency symbol": ({"currencyCode": "USD", "amount": "$1.00"}, "amount"),
    "31 digits": ({"currencyCode": "USD", "amount": "9" * 31}, "amount"),
    "31 decimals": ({"currencyCode": "USD", "amount": "0." + "9" * 31}, "amount"),
    "a currency as 840": ({"currencyCode": 840, "amount": "1"}, "currency_code"),
    "a list of one": ({"currencyCode": ["USD"], "amount": "1"}, "currency_code"),
}
"""Prices that are not exact, each with the field at fault."""

INCOMPLETE_MONEY = {
    "an empty object": {},
    "no amount": {"currencyCode": "USD"},
    "no currency": {"amount": "1.00"},
    "both empty": {"currencyCode": "", "amount": ""},
    "an empty amount": {"currencyCode": "USD", "amount": ""},
    "currency null": {"currencyCode": None, "amount": "1.00"},
    "an empty currency": {"currencyCode": "", "amount": "0"},
}
"""Prices that lack the amount or the currency, which the API sends for none."""

NOT_TIMESTAMPS = {
    "the 31st of February": "2026-02-31T00:00:00Z",
    "the 29th of February 2025": "2025-02-29T00:00:00Z",
    "month 13": "2026-13-01T00:00:00Z",
    "the year 0": "0000-01-01T00:00:00Z",
    "before the year 1, in UTC": "0001-01-01T00:00:00+05:00",
    "after the year 9999, in UTC": "9999-12-31T23:59:59-05:00",
    "the year 99999": "99999-01-01T00:00:00Z",
    "hour 25": "2026-03-14T25:00:00Z",
    "minute 60": "2026-03-14T09:60:00Z",
    "a leap second": "2026-06-30T23:59:60Z",
    "second 61": "2026-03-14T09:26:61Z",
    "a zone of 25 hours": "2026-03-14T09:26:53+25:00",
    "a date": "2026-03-14",
    "two blanks for the T": "2026-03-14  09:26:53Z",
    "an underscore for the T": "2026-03-14_09:26:53Z",
    "a date with a zone": "2026-03-14Z",
    "after the end of the day": "2026-03-14T24:00:00.1Z",
    "minute 1 of hour 24": "2026-03-14T24:01Z",
    "the end of the year 9999": "9999-12-31T24:00:00Z",
    "a zone of 24 hours": "2026-03-14T09:26:53+24",
    "a zone of 60 minutes": "2026-03-14T09:26:53+01:60",
    "a zone of one digit": "2026-03-14T09:26:53+2",
    "a zone by name": "2026-03-14T09:26:53 UTC",
    "a blank before the zone": "2026-03-14T09:26:53 +02:00",
    "a zone and a Z": "2026-03-14T09:26:53+02:00Z",
    "hyphens in half of the date": "2026-0314T09:26:53Z",
    "hyphens in the other half": "202603-14T09:26:53Z",
    "colons in half of the time": "2026-03-14T09:2653Z",
    "a year of two digits": "26-03-14T09:26:53Z",
    "a signed year": "+2026-03-14T09:26:53Z",
    "a month of one digit": "2026-3-14T09:26:53Z",
    "an hour of one digit": "2026-03-14T9:26:53Z",
    "day first": "14-03-2026T09:26:53Z",
    "slashes": "2026/03/14T09:26:53Z",
    "day 0": "2026-000T09:26:53Z",
    "day 366 of 2025": "2025-366T09:26:53Z",
    "day 366 of 9999": "9999-366T09:26:53Z",
    "week 0": "2026-W00-1T09:26:53Z",
    "week 53 of 2025": "2025-W53-1T09:26:53Z",
    "day 8 of a week": "2026-W11-8T09:26:53Z",
    "a week without a day": "2026-W11T09:26:53Z",
    "a month without a day": "2026-03T09:26:53Z",
    "in words": "Sat, 14 Mar 2026 09:26:53 GMT",
    "a span": "2026-03-14T09:26:53Z/P1D",
    "no digit after the point": "2026-03-14T09:26:53.Z",
    "31 digits": f"2026-03-14T09:26:53.{'1' * 31}Z",
    "two points": "2026-03-14T09:26:53.1.2Z",
    "a line break": "2026-03-14T09:26:53Z\n",
    "wide digits": "２０２６-03-14T09:26:53Z",  # noqa: RUF001 - they are the point
    "a number of seconds": "1773480413",
    "a word": "now",
}
"""Texts that are not timestamps."""

NOT_OBJECTS = {
    "null": (None, NULL),
    "an empty list": ([], LIST),
    "a list of one": ([{"phoneNumber": NUMBER}], LIST),
    "a text": (CANARY, TEXT),
    "a whole number": (5, WHOLE),
    "a number": (1.5, NUM),
    "false": (False, TRUTH),
}
"""Payloads that are not JSON objects, each with its type."""

WRONG_ORDERS = {
    "no order id": (NumberOrder, {}, "idNumberOrder"),
    "an order id that is a fraction": (NumberOrder, {"idNumberOrder": 7.5}, "id_number_order"),
    "numbers in an object": (NumberOrder, {**ORDER, "orderNumbers": {}}, "order_numbers"),
    "a number without its text": (NumberOrder, {**ORDER, "orderNumbers": [{}]}, "phoneNumber"),
    "a time that is a word": (NumberOrder, {**ORDER, "expireTime": "soon"}, "expire_time"),
    "fields in a list": (NumberRequirements, {"fields": []}, "fields"),
    "a document without an id": (
        NumberRequirements,
        {"attachments": [{"title": "x"}]},
        "attachments",
    ),
    "request details that are a text": (
        Registration,
        {"requestDetails": "data"},
        "request_details",
    ),
    "an attachment without an id": (Registration, {"attachments": [{}]}, "attachments"),
}
"""Objects of number orders that cannot be read: model, body, and the key or field at fault."""

WRONG_SMS_JOBS = {
    "a status that is true": {"status": True},
    "a status that is a fraction": {"status": 1.5},
    "a status in a list": {"status": [1]},
    "a status that is an object": {"status": {"a": 1}},
    "codes that are a number": {"errorCodes": 3},
    "a code that is null": {"errorCodes": [None]},
    "a code that is false": {"errorCodes": [False]},
    "a code in a list": {"errorCodes": [[3]]},
}
"""SMS provisioning of the imported host that is neither in words nor in numbers."""


# Arguments of callers

NOT_PHONE_NUMBERS = {
    "nothing": None,
    "a number of Python's": 12025550134,
    "bytes": b"+12025550134",
    "a list": ["+12025550134"],
    "an empty text": "",
    "a plus sign": "+",
    "no plus sign": "12025550134",
    "a zero first": "+02025550134",
    "too short": "+120255",
    "too long": "+1202555013412345",
    "a megabyte": "+1" + "0" * 1_000_000,
    "a line break at the end": "+12025550134\n",
    "CR LF at the end": "+12025550134\r\n",
    "CR LF within": "+1202555\r\n0134",
    "a line break in front": "\n+12025550134",
    "a blank in front": " +12025550134",
    "a blank at the end": "+12025550134 ",
    "blanks within": "+1 202 555 0134",
    "hyphens": "+1-202-555-0134",
    "NUL": "+12025550134\x00",
    "an Arabic digit": "+1202555013\u0664",
    "a wide plus sign": "\uff0b12025550134",
    "a line separator": "+12025550134\u2028",
    "a slash": "+12025550134/",
    "the road to another operation": "+1/../../availableNumbers:rentAny?x=",
    "an operation": "+12025550134:release",
    "two dots": "..",
    "a dot": ".",
    "two escaped dots": "%2e%2e",
    "an escaped slash": "+12025550134%2F..",
    "a query": "+12025550134?a=b",
    "a fragment": "+12025550134#",
    "a parameter": "+12025550134;a=b",
    "a user": "@evil.example.com",
    "a host": "//evil.example.com",
    "a URL": "https://evil.example.com",
    "a placeholder": "{}",
    "a placeholder that looks around": "{0.__class__}",
    "a lone surrogate": "\ud800",
}
"""Values that are not phone numbers in E.164."""

NOT_PROJECT_IDS = {
    **NOT_PHONE_NUMBERS,
    "a number of Python's": 5,
    "no plus sign": "1202555/0134",
    "a hyphen first": "-p",
    "an underscore first": "_p",
    "129 characters": "p" * 129,
    "a blank within": "p p",
    "a dot within": "a.b",
}
"""Values that are not project IDs."""

NOT_REGIONS = {
    "null": None,
    "a number": 5,
    "bytes": b"US",
    "an empty text": "",
    "small letters": "us",
    "one letter": "U",
    "three letters": "USA",
    "a line break at the end": "US\n",
    "a blank in front": " US",
    "NUL": "U\x00",
    "a Cyrillic letter": "\u0415S",
    "a slash": "U/",
    "an ampersand": "&a",
    "an equals sign": "U=",
    "an umlaut": "ÜS",
}
"""Values that are not region codes."""

NOT_PATHS = {
    "null": None,
    "a number": 5,
    "bytes": b"/a",
    "an empty text": "",
    "just a slash": "/",
    "no slash in front": "a",
    "segments without a slash in front": "a/b",
    "two slashes in front": "//a",
    "a host": "//evil.example.com",
    "an empty segment": "/a//b",
    "a slash at the end": "/a/",
    "two dots at the end": "/a/..",
    "two dots in front": "/../a",
    "a dot": "/.",
    "two dots": "/..",
    "two dots within": "/a/../b",
    "three dots": "/a/...",
    "a dot within": "/a/./b",
    "escaped dots": "/%2e%2e/a",
    "an escaped slash": "/a%2Fb",
    "a query": "/a?b",
    "a fragment": "/a#b",
    "a blank": "/a b",
    "a line break at the end": "/a\n",
    "a header": "/a\r\nX: y",
    "NUL": "/a\x00",
    "a parameter": "/a;b",
    "an at sign": "/a@b",
    "an umlaut": "/ä",
    "an Arabic digit": "/\u0661",
    "a backslash in front": "\\a",
    "a backslash within": "/a\\b",
    "a URL": "https://evil.example.com/a",
    "a megabyte": "/" + "a/" * 500_000,
}
"""Values that are not paths below a project."""

NOT_METHODS = {
    "small letters": "get",
    "HEAD": "HEAD",
    "an empty text": "",
    "a path": "GET /x",
    "CR LF at the end": "GET\r\n",
    "null": None,
    "a number": 5,
    "a list": ["GET"],
    "CONNECT": "CONNECT",
}
"""Values that are not methods of the API."""

PAGE_TOKENS = {
    "Base64": "a+b/c==",
    "an ampersand and an equals sign": "a&b=c",
    "an escaped plus sign": "a%2Bb",
    "a hash": "#a",
    "a question mark": "?a",
    "a blank": "a b",
    "letters beyond ASCII": "ü€😀",
    "CR LF": "a\r\nb",
    "NUL": "a\x00b",
    "an empty text": "",
    "a semicolon": ";",
    "a line separator": "\u2028",
}
"""Page tokens with characters that a query has to escape."""

NOT_SIZES = {
    "zero": 0,
    "a negative number": -1,
    "a fraction": 1.5,
    "a text": "5",
    "null": None,
    "true": True,
    "NaN": float("nan"),
}
"""Values that are not numbers of items."""

NOT_HEADERS = {
    "a number": 5,
    "a list of pairs": [("X-A", "b")],
    "a text": "X-A: b",
    "bytes": b"X",
    "an empty name": {"": "x"},
    "a number as a name": {5: "x"},
    "null as a name": {None: "x"},
    "bytes as a name": {b"X": "x"},
    "a blank in a name": {"X A": "x"},
    "a colon in a name": {"X:": "x"},
    "CR LF in a name": {"X\r\nY": "x"},
    "a line break in a name": {"X\n": "x"},
    "an umlaut in a name": {"Ü": "x"},
    "null as a value": {"X-A": None},
    "a number as a value": {"X-A": 5},
    "bytes as a value": {"X-A": b"x"},
    "a line break in a value": {"X-A": "a\nb"},
    "CR LF in a value": {"X-A": "a\r\nEvil: 1"},
    "NUL in a value": {"X-A": "a\x00"},
    "DEL in a value": {"X-A": "\x7f"},
    "an accent in a value": {"X-A": "é"},
    "a tab in a value": {"X-A": "a\tb"},
    "a line separator in a value": {"X-A": "\u2028"},
    "a list as a value": {"X-A": ["a"]},
    "Authorization": {"Authorization": "Bearer x"},
    "authorization": {"authorization": "Bearer x"},
    "Host": {"HOST": "evil"},
    "Cookie": {"Cookie": "a=b"},
    "Content-Length": {"Content-Length": "0"},
    "Transfer-Encoding": {"Transfer-Encoding": "chunked"},
    "Accept-Encoding": {"Accept-Encoding": "br"},
    "Connection": {"Connection": "close"},
    "Proxy-Authorization": {"Proxy-Authorization": "Basic x"},
    "Expect after a good one": {"X-Good": "x", "Expect": "100-continue"},
}
"""Headers that callers cannot set."""

NOT_USER_AGENTS = {
    "CR LF": "a\r\nX: y",
    "a line break": "a\nb",
    "NUL": "\x00",
    "an accent": "é",
    "DEL": "\x7f",
    "a number": 5,
    "bytes": b"x",
}
"""Values that are not user agents."""

COPIED_BADLY = {
    "a line break at the end": ("canary\n", "a line break at its end"),
    "a line break of Windows": ("canary\r\n", "a line break at its end"),
    "a carriage return": ("canary\r", "a line break at its end"),
    "a line break at the start": ("\ncanary", "a line break at its start"),
    "a blank at the end": ("canary ", "white space at its end"),
    "a blank at the start": (" canary", "white space at its start"),
    "a tab": ("canary\t", "white space at its end"),
    "a no-break space": ("\xa0canary", "white space at its start"),
    "a blank inside": ("can ary", "white space in it"),
    "two lines": ("can\nary", "white space in it"),
    "double quotes": ('"canary"', "a quotation mark at its end"),
    "single quotes": ("'canary'", "a quotation mark at its end"),
    "a quote at the start": ("'canary", "a quotation mark at its start"),
    "backquotes": ("`canary`", "a quotation mark at its end"),
    "quotes of a word processor": ("\u201ccanary\u201d", "a quotation mark at its end"),
    "a byte order mark": ("\ufeffcanary", "control characters or invisible characters"),
    "a zero-width space": ("can\u200bary", "control characters or invisible characters"),
    "NUL": ("canary\0", "control characters or invisible characters"),
    "an escape": ("\x1bcanary", "control characters or invisible characters"),
}
"""Secrets to which a file, a shell, or the clipboard has added something, and what that is."""

NOT_PROXIES = {
    "port 99999": "http://proxy.example:99999",
    "port 0": "http://proxy.example:0",
    "a port that is a word": "http://proxy.example:canary",
    "no host": "http://",
    "only a port": "http://:3128",
    "only a user": "http://user:canary@",
    "no scheme": "proxy.example:3128",
    "SOCKS": "socks5://user:canary@proxy.example",
    "a path": "/canary",
    "an open bracket": "http://[::1",
    "a broken IPv6 address": "http://[:::]:3128",
    "an empty label": "http://a..b:3128",
    "a label of 64 letters": f"http://{'a' * 64}.example",
    "a short address": "http://127.1:3128",
    "an international name": "http://h\xe4.example",
    "a line break": "http://user:canary@proxy.example\n",
    "a blank at the start": " http://proxy.example",
    "a user outside Latin-1": "http://canary\u0142:p@proxy.example",
    "a password outside Latin-1": "http://u:canary\u0142@proxy.example",
    "a quoted password outside Latin-1": "http://u:canary%C5%82@proxy.example",
    "a colon in the user name": "http://canary%3Aa:p@proxy.example",
    "half a character": "http://u:canary\ud800@proxy.example",
    "a number": 3128,
}
"""Values that are not URLs of proxies."""

NOT_BASE_URLS = {
    "null": None,
    "a number": 5,
    "bytes": b"https://x",
    "an empty text": "",
    "x": "x",
    "//x": "//x",
    "/x": "/x",
    "https:": "https:",
    "https://": "https://",
    "https:///x": "https:///x",
    "https:x": "https:x",
    "ftp://x": "ftp://x",
    "file:///etc/passwd": "file:///etc/passwd",
    "javascript:alert(1)": "javascript:alert(1)",
    "ws://127.0.0.1": "ws://127.0.0.1",
    "http://numbers.example.com": "http://numbers.example.com",
    "http://10.0.0.1": "http://10.0.0.1",
    "http://0.0.0.0": "http://0.0.0.0",
    "http://0": "http://0",
    "http://127.0.0.1.evil.com": "http://127.0.0.1.evil.com",
    "http://localhost.evil.com": "http://localhost.evil.com",
    "http://evil-localhost": "http://evil-localhost",
    "a hexadecimal address, dotted": "http://0x7f.1",
    "a hexadecimal address": "http://0x7f000001",
    "http://2130706433": "http://2130706433",
    "http://127.1": "http://127.1",
    "http://0177.1": "http://0177.1",
    "http://127.0.0.1%00.evil.com": "http://127.0.0.1%00.evil.com",
    "http://[::ffff:127.0.0.1]": "http://[::ffff:127.0.0.1]",
    "http://[::2]": "http://[::2]",
    "http://[::]": "http://[::]",
    "http://[::1].evil.com": "http://[::1].evil.com",
    "http://evil.com[::1]": "http://evil.com[::1]",
    "https://evil.com[::1]": "https://evil.com[::1]",
    "http://[::1": "http://[::1",
    "https://[zz]": "https://[zz]",
    "https://[v1.x]": "https://[v1.x]",
    "https://[fe80::1%25eth0]": "https://[fe80::1%25eth0]",
    "https://[:::]": "https://[:::]",
    "https://[1:2]": "https://[1:2]",
    "https://[127.0.0.1]": "https://[127.0.0.1]",
    "https://127.1": "https://127.1",
    "https://1.2.3": "https://1.2.3",
    "https://256.1.1.1": "https://256.1.1.1",
    "https://2130706433": "https://2130706433",
    "https and a hexadecimal address": "https://0x7f000001",
    "an empty label": "https://a..b",
    "an empty first label": "https://.a",
    "two dots at the end": "https://a..",
    "only a dot": "https://.",
    "a label of 64 letters": f"https://{'a' * 64}.example",
    "a host of 255 letters": f"https://{'a.' * 127}b",
    "an international name": "https://h\xe4.example",
    "a label that is not punycode": "https://xn--\xe4.example",
    "a label with broken punycode": "https://xn--99999999999.example",
    "a label with empty punycode": "https://xn--.example",
    "port 0": "https://x:0",
    "port 65536": "https://x:65536",
    "port 99999": "https://x:99999",
    "a negative port": "https://x:-1",
    "a port with a sign": "https://x:+80",
    "a port of other digits": "https://x:\u0668\u0660",
    "an empty port": "https://x:",
    "https://::1": "https://::1",
    "http://127.0.0.1@evil.com": "http://127.0.0.1@evil.com",
    "http://canary:canary@127.0.0.1": "http://canary:canary@127.0.0.1",
    "https://canary@numbers.example.com": "https://canary@numbers.example.com",
    "https://:canary@numbers.example.com": "https://:canary@numbers.example.com",
    "https://numbers.example.com@evil.com": "https://numbers.example.com@evil.com",
    "https://@numbers.example.com": "https://@numbers.example.com",
    "a backslash before a user": "http://127.0.0.1\\@evil.com",
    "a backslash in a user": "http://evil.com\\@127.0.0.1",
    "http://evil.com#@127.0.0.1": "http://evil.com#@127.0.0.1",
    "http://evil.com?@127.0.0.1": "http://evil.com?@127.0.0.1",
    "http://evil.com/@127.0.0.1": "http://evil.com/@127.0.0.1",
    "https://numbers.example.com?canary=1": "https://numbers.example.com?canary=1",
    "https://numbers.example.com#canary": "https://numbers.example.com#canary",
    "https://numbers.example.com:port": "https://numbers.example.com:port",
    "https://numbers.example.com:99999": "https://numbers.example.com:99999",
    "https://numbers.example.com:-1": "https://numbers.example.com:-1",
    "https://numbers.example.com:": "https://numbers.example.com:",
    "https://numbers.example.com:80:80": "https://numbers.example.com:80:80",
    "a port in Arabic digits": "https://numbers.example.com:\u0668\u0660",
    "https://numbers example.com": "https://numbers example.com",
    "a line break at the end": "https://numbers.example.com\n",
    "a blank in front": " https://x.example.com",
    "a blank at the end": "https://x.example.com ",
    "https://exam(line break)ple.com": "https://exam\nple.com",
    "https://exam(tab)ple.com": "https://exam\tple.com",
    "(NUL)https://x.example.com": "\x00https://x.example.com",
    "https://x.example.com/a b": "https://x.example.com/a b",
    "https://x.example.com/../a": "https://x.example.com/../a",
    "https://x.example.com/%2e%2e": "https://x.example.com/%2e%2e",
    "https://x.example.com//a": "https://x.example.com//a",
    "https://x.example.com/a?b": "https://x.example.com/a?b",
    "an umlaut": "https://exämple.com",
    "a letter that becomes a path": "https://ex\u2100mple.com",
    "a user, and a letter that becomes a path": "https://canary@ex\u2100mple.com",
    "https://x_y.example.com": "https://x_y.example.com",
    "https://%65vil.com": "https://%65vil.com",
    "a megabyte, then NUL": "https://" + "a" * 1_000_000 + "\x00",
}
"""Values that are not base URLs which secrets may be sent to."""

NOT_VOICE_CONFIGURATIONS = {
    "an app that is none": RtcVoice(),
    "a trunk that is none": EstVoice(),
    "an empty mapping": {},
    "just a type": {"type": "EST"},
    "just a new type": {"type": VoiceType("NEW")},
    "a type that is unknown": {"type": "NEW", "appId": "a"},
    "a type that is a list": {"type": ["EST"], "trunkId": "t"},
    "a trunk with an app": {"type": "EST", "appId": "a"},
    "an app with a trunk": {"type": "RTC", "trunkId": "t"},
    "a fax with a trunk": {"type": "FAX", "trunkId": "t"},
    "a trunk without a type, which means an app": {"trunkId": "t"},
    "a service with null for a type": {"type": None, "serviceId": "s"},
    "two identifiers": {"type": "EST", "trunkId": "t", "appId": "a"},
    "two, one empty": {"type": "RTC", "appId": "a", "trunkId": ""},
    "an identifier that is null": {"type": "EST", "trunkId": None},
    "a text": "app",
    "a number": 5,
    "a list": [("type", "RTC")],
    "true": True,
    "bytes": b"x",
}
"""Voice configurations that are empty, of a wrong type, or contradict themselves."""

NOT_SMS_CONFIGURATIONS = {
    "an SMS link that is none": SmsConfiguration(),
    "a campaign without a service plan": SmsConfiguration(campaign_id="c"),
    "a campaign with null for a service plan": {"servicePlanId": None, "campaignId": "c"},
    "a campaign to unlink, without a service plan": {"campaignId": ""},
    "an empty mapping": {},
    "a text": "plan",
    "a number": 5,
    "a list": ["plan"],
}
"""SMS configurations that are empty or of a wrong type."""


# Headers

DATE = "Sat, 14 Mar 2026 09:26:53 GMT"

RETRY_AFTER = {
    "no wait": ("0", 0.0),
    "seconds": ("2", 2.0),
    "seconds with space around": (" 2\t", 2.0),
    "seconds and a half": ("1.5", 1.5),
    "milliseconds": ("0.125", 0.125),
    "leading zeros": ("007", 7.0),
    "thirty years, which is for others to judge": ("999999999", 999999999.0),
    "a date": ("Sat, 14 Mar 2026 09:27:00 GMT", 7.0),
    "a date of the elder kind": ("Saturday, 14-Mar-26 09:27:00 GMT", 7.0),
    "a date of the eldest kind": ("Sat Mar 14 09:27:00 2026", 7.0),
    "a date elsewhere": ("Sat, 14 Mar 2026 10:27:00 +0100", 7.0),
    "a date right now": (DATE, 0.0),
    "a date in the past": ("Sat, 14 Mar 2026 09:00:00 GMT", 0.0),
    "a date long ago": ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    "empty": ("", None),
    "infinity": ("inf", None),
    "infinity, spelt out": ("Infinity", None),
    "not a number": ("nan", None),
    "an exponent": ("1e9", None),
    "ten digits": ("9" * 10, None),
    "400 digits": ("9" * 400, None),
    "four decimals": ("1." + "0" * 4, None),
    "a negative number": ("-5", None),
    "a plus sign": ("+5", None),
    "two headers in one": ("5, 6", None),
    "two numbers": ("5 6", None),
    "a unit": ("5s", None),
    "a hexadecimal number": ("0x10", None),
    "an underscore": ("1_000", None),
    "no digit before the point": (".5", None),
    "no digit after the point": ("5.", None),
    "an Arabic digit": ("\u0665", None),
    "a superscript digit": ("\u00b2", None),
    "a word": ("soon", None),
    "the year 99999": ("Sat, 14 Mar 99999 09:26:53 GMT", None),
    "the 32nd of March": ("Sat, 32 Mar 2026 09:26:53 GMT", None),
    "an hour that is none": ("Sat, 14 Mar 2026 25:61:61 GMT", None),
    "a zone that is none": ("Sat, 14 Mar 2026 09:26:53 +999999999", None),
    "a date and a hundred thousand blanks": (DATE + " " * 100_000 + "x", None),
}
"""Values of ``Retry-After`` in a response of `DATE`, each with its seconds or ``None``."""

NOT_DATES = {
    "no date": {},
    "an empty date": {"Date": ""},
    "a date that is none": {"Date": "yesterday"},
    "a date beyond time": {"Date": "Sat, 14 Mar 99999 09:26:53 GMT"},
}
"""Headers of a response without a date that can be read."""


# Token responses

TOKEN = {"access_token": "abc", "expires_in": 3599, "scope": "", "token_type": "bearer"}

NOT_TOKENS = {
    "CR LF in the token": TOKEN | {"access_token": "a\r\nX: y"},
    "a blank in the token": TOKEN | {"access_token": "a b"},
    "an accent in the token": TOKEN | {"access_token": "é"},
    "an empty token": TOKEN | {"access_token": ""},
    "a token of 16,385 characters": TOKEN | {"access_token": "x" * 16385},
    "a token that is null": TOKEN | {"access_token": None},
    "a token that is a number": TOKEN | {"access_token": 5},
    "another type": TOKEN | {"token_type": "mac"},
    "a type that is a number": TOKEN | {"token_type": 5},
    "an empty object": {},
    "an empty list": [],
    "a text": "abc",
    "null": None,
    "nothing": b"",
    "HTML": b"<html>",
    "NaN": b'{"access_token": "abc", "expires_in": NaN}',
}
"""Bodies of token responses without a token."""

TOKEN_LIFETIMES = {
    "an hour": (3599, 3599),
    "a second": (1, 1),
    "a day": (86400, 86400),
    "more than a day": (86401, 86400),
    "31 digits": (10**30, 86400),
    "401 digits": (10**400, 86400),
    "a double beyond a day": (1e99, 86400),
    "a fraction": (3599.9, 3599),
    "zero": (0, 300),
    "a negative number": (-1, 300),
    "half a second": (0.5, 300),
    "an integer as a string": ("3599", 3599),
    "31 digits as a string": ("1" + "0" * 30, 300),
    "a word": ("soon", 300),
    "an empty string": ("", 300),
    "null": (None, 300),
    "true": (True, 300),
    "a list": ([], 300),
}
"""Values of ``expires_in``, each with the lifetime that is used."""


# Webhooks

EVENT = (
    b'{"eventId":"01k5q8r4t6v9w2x3y7z1a5b8c0","timestamp":"2026-03-14T09:26:53.589793238",'
    b'"projectId":"6f1d2c3b-4a59-4e68-9d7f-0a1b2c3d4e5f","resourceId":"+12025550147",'
    b'"resourceType":"ACTIVE_NUMBER","eventType":"PROVISIONING_TO_SMS_PLATFORM",'
    b'"status":"SUCCEEDED","failureCode":null,"internalFailureCode":null}'
)
EVENT_SIGNATURE = "0851a6880e5788e86fc901df4ac115cc20d16065"
"""The signature of `EVENT` by the secret of the tests."""

NOT_EVENTS = {
    "nothing": b"",
    "half an object": b"{",
    "a list": b"[]",
    "null": b"null",
    "a text": b'"x"',
    "a resource type that is a number": b'{"resourceType":5}',
    "a resource type in a list": b'{"resourceType":["ACTIVE_NUMBER"]}',
    "no UTF-8": b"\xff\xfe",
    "NaN": b"NaN",
    "a status that is a number": EVENT.replace(b'"SUCCEEDED"', b"5"),
    "a resource id that is an object": EVENT.replace(b'"+12025550147"', b'{"a":1}'),
    "the 30th of February": EVENT.replace(b"2026-03-14T", b"2026-02-30T"),
    "a status twice": EVENT.replace(b'"eventId"', b'"status":"FAILED","eventId"'),
    "nested 5,000 deep": b'{"resourceType":"X","a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "objects without end": b"{" * 5000,
    "nested 200 deep": b'{"resourceType":"X","a":' + b"[" * 200 + b"]" * 200 + b"}",
    "a lone surrogate": b'{"resourceType":"ACTIVE_NUMBER","canary":"\\ud800"}',
}
"""Bodies of webhooks that are no events."""

NOT_SIGNATURES = {
    "null": None,
    "an empty text": "",
    "capital letters": EVENT_SIGNATURE.upper(),
    "a blank in front": f" {EVENT_SIGNATURE}",
    "a line break at the end": f"{EVENT_SIGNATURE}\n",
    "a digit short": EVENT_SIGNATURE[:-1],
    "bytes": EVENT_SIGNATURE.encode(),
    "a list": [EVENT_SIGNATURE],
    "accents": "é" * 40,
    "lone surrogates": "\ud800" * 40,
    "Arabic digits": "\u0660" * 40,
    "a megabyte": "0" * 1_000_000,
    "a number": 40,
}
"""Values of ``X-Sinch-Signature`` that do not sign `EVENT`."""

NOT_SECRETS = {
    "an empty text": "",
    "an empty secret": Secret(""),
    "an empty list": [],
    "a list of empty ones": ["", Secret("")],
    "null": None,
    "bytes": b"key",
    "a list of other types": [None, 5],
    "a number": 7,
    "a lone surrogate": "\ud800",
}
"""Values that are not signing secrets."""


# Checkpoints

NOT_CHECKPOINTS = {
    "nothing": "",
    "an empty object": "{}",
    "a list": "[1]",
    "no checkpoint in it": '{"form":1}',
    "another form": '{"form":2,"checkpoint":{}}',
    "a lone surrogate": "\ud800",
}
"""Texts that are not checkpoints of an inventory."""


# Seeds and parts for fuzzing

WORDS = [
    b"null", b"true", b"-0", b"1e999", b"NaN", b'""', b"[]", b"{}", b"\\u0000", b"\\ud800", b"\\",
    b'"', b",", b":", b"{", b"}", b"[", b"]", b"\xff", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\0",
    b"9" * 30, b"9" * 5000, b"1.5", b"\xef\xbb\xbf", b"\r\n", b"GMT", b"-2400", b"+9999", b"Mar",
    b'"type":"RTC"', b'"type":"EST"', b'"type":"?"', b'"phoneNumber":5', b'"details":[{}]',
    b'"2026-02-31T00:00:00Z"', b'"0001-01-01T00:00:00+23:59"', b'"9999-12-31T23:59:59-23:59"',
    b"[" * 500, b'{"a":' * 200,
]  # fmt: skip
VALUES = [
    None, True, False, 0, -1, 1.5, 2**64, 10**400, 1e308, "", " ", "x", "+12025550147", "RTC",
    "2026-03-14T10:00:00Z", "2026-02-30T10:00:00Z", "0000-01-01T00:00:00Z", "12.50", "1e5", "\0",
    "\u2028", "0E-8", ".80", "1E+1", "1.0", 1.0, 0.80, 1e-300, 2**70, "20260314T1000,5+02",
    "2026-W11-6T24:00z", "2026-366T10Z", "9999-366T24:00",
    "9999-12-31T23:59:59.999999999-23:59", [], {}, [None], [[]], [{}], {"": None}, {"type": "EST"},
    "x" * 3000, [0] * 50,
]  # fmt: skip

WAITS = (
    b"2",
    b"0.5",
    b"999999999",
    b"Sat, 14 Mar 2026 10:00:05 GMT\nSat, 14 Mar 2026 10:00:00 GMT",
    b"Saturday, 14-Mar-26 10:00:05 GMT\nSat, 14 Mar 2026 10:00:00 +0000",
    b"Sat Mar 14 10:00:05 2026\n14 Mar 2026 10:00 -0000",
    b"Sat, 14 Mar 99999 10:00:05 GMT\n1 Jan 0001 00:00:00 +2359",
)
