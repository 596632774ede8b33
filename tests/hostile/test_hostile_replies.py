"""
Whatever bytes come back, what comes out is a result that is true, or a typed error.

Each reply of the corpus meets a safe read, a change that may be repeated and a call that
costs money. The errors hold on to nothing of the HTTP library's, and show no token.
"""

import gzip
import json
import zlib

import pytest

from sinch_numbers import errors
from sinch_numbers.aiohttp_transport import AiohttpTransport
from sinch_numbers.errors import (
    APIReplyLostError,
    APIResponseError,
    APIStatusError,
    APITimeoutError,
    OutcomeUnknownError,
    SinchNumbersError,
)
from sinch_numbers.models import ActiveNumber

pytestmark = pytest.mark.anyio

NUMBER = "+12025550134"
NUMBER_JSON = json.dumps({"phoneNumber": NUMBER, "displayName": "x", "regionCode": "US"}).encode()
NOT_FOUND_JSON = b'{"error": {"code": 404, "message": "no", "status": "NOT_FOUND"}}'
CAP = 64 * 1024
SOON = 0.4  # seconds in which any request arrives, on any machine
CRLF = b"\r\n"


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


class Capped:
    """A transport that takes small replies only, and has more patience with the first."""

    def __init__(self):
        self._transport = AiohttpTransport()
        self._patience = SOON

    async def exchange(self, request):
        request.max_body = CAP
        request.timeout = max(request.timeout, self._patience)
        self._patience = 0.0
        return await self._transport.exchange(request)

    async def close(self):
        await self._transport.close()


# name -> script of the reply, the class that it ends in, None where it is fine
LOST, UNREADABLE, LATE, FINE = APIReplyLostError, APIResponseError, APITimeoutError, None
PACKED = gzip.compress(NUMBER_JSON)
# Which of the two depends on what the library below has been built with.
EITHER = (LOST, UNREADABLE)

CORPUS = {
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
    "a bomb": ([reply(gzip.compress(b" " * 20_000_000), "Content-Encoding: gzip")], UNREADABLE),
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

CALLS = {
    "GET": ("a safe read", lambda c: c.active_numbers.get(NUMBER)),
    "PATCH": ("a change", lambda c: c.active_numbers.update(NUMBER, display_name="y")),
    "POST": ("a rent", lambda c: c.available_numbers.rent(NUMBER)),
}
READ = ("GET", f"/v1/projects/p/activeNumbers/{NUMBER}")
FIRST = {
    "GET": READ,
    "PATCH": ("PATCH", READ[1]),
    "POST": ("POST", f"/v1/projects/p/availableNumbers/{NUMBER}:rent"),
}


def test_the_corpus_is_large():
    """Forty-six shapes were promised, and more came up."""
    assert len(CORPUS) >= 100


@pytest.mark.parametrize("method", CALLS, ids=lambda method: CALLS[method][0])
@pytest.mark.parametrize("name", CORPUS)
async def test_a_hostile_reply(serve, client_for, leaks, sdk_frames, name, method):
    """A true result or a typed error; no request that nobody counts, no second rent."""
    script, expected = CORPUS[name]
    timeout = 0.05 if expected is LATE else 5.0
    async with serve(script) as server:
        client = client_for(server.url, timeout=timeout, transport=Capped())
        async with client:
            try:
                result = await CALLS[method][1](client)
            except SinchNumbersError as error:
                result, raised = None, error
            else:
                raised = None

    classes = expected if isinstance(expected, tuple) else (expected,)
    in_doubt = expected is not FINE and classes[0].maybe_applied
    assert FIRST[method] == server.requests[0]
    reads = server.requests[1:]
    assert {READ} >= set(reads)
    if expected is FINE:
        assert result == ActiveNumber(NUMBER, display_name="x", region_code="US")
        assert raised is None
        assert reads == []
        return
    if method == "POST" and in_doubt:
        assert type(raised) is OutcomeUnknownError
        assert NUMBER == raised.phone_number
        assert raised.first_sent_at is not None
        assert type(raised.cause) in classes
        assert len(reads) > 3
    else:
        assert type(raised) in classes
        assert len(reads) == (1 if method == "PATCH" and in_doubt else 0)
    assert (FIRST[method], 1) == ((raised.method, raised.path), raised.attempts)
    assert leaks(raised, "canary.token.5f0e") == []
    assert sdk_frames(raised)


DOUBTS = [
    "nothing at all", "less than its length", "no answer", "an empty body", "HTML",
    "another number", "500 in HTML", "408", "999", "gzip that is none",
]  # fmt: skip


@pytest.mark.parametrize("name", DOUBTS)
async def test_a_rent_that_a_read_finds_was_done(serve, client_for, name):
    """However its reply was spoilt, the number is returned, and was rented once."""
    script, cls = CORPUS[name]
    timeout = SOON if cls is LATE else 5.0
    async with (
        serve(lambda method, _: [reply()] if method == "GET" else script) as server,
        client_for(server.url, retries=None, timeout=timeout) as client,
    ):
        result = await CALLS["POST"][1](client)

    assert NUMBER == result.phone_number
    assert [FIRST["POST"], READ] == server.requests


@pytest.mark.parametrize("name", DOUBTS)
async def test_a_rent_that_was_provably_not_done_says_so(serve, client_for, leaks, name):
    """The error is the first one, and no longer in doubt: every read said that it is not there."""
    script, cls = CORPUS[name]
    timeout = SOON if cls is LATE else 5.0
    missing = [reply(NOT_FOUND_JSON, status="404 Not Found")]
    async with (
        serve(lambda method, _: missing if method == "GET" else script) as server,
        client_for(server.url, timeout=timeout) as client,
    ):
        with pytest.raises(cls) as failed:
            await CALLS["POST"][1](client)

    assert failed.value.maybe_applied is False
    assert server.requests.count(FIRST["POST"]) == 1
    assert server.requests.count(READ) >= 3
    assert leaks(failed.value, "canary.token.5f0e") == []


@pytest.mark.parametrize("status", ["301", "302", "303", "307", "308"])
@pytest.mark.parametrize("method", CALLS, ids=lambda method: CALLS[method][0])
async def test_nobody_is_sent_elsewhere(serve, client_for, status, method):
    """A redirect is an error; nothing is sent to where it points, not even to the same host."""
    async with serve([reply()]) as elsewhere:
        redirect = reply(b"", f"Location: {elsewhere.url}/x", status=f"{status} Over there")
        async with serve([redirect]) as server, client_for(server.url) as client:
            with pytest.raises(errors.UnexpectedRedirectError) as refused:
                await CALLS[method][1](client)

    assert refused.value.status == int(status)
    assert [FIRST[method]] == server.requests
    assert elsewhere.connections == 0


async def test_cookies_are_not_kept(serve, client_for):
    """What one reply sets, the next request does not send."""
    cookie = reply(NUMBER_JSON, "Set-Cookie: canary=1; Path=/")
    async with serve([cookie]) as server, client_for(server.url) as client:
        await client.active_numbers.get(NUMBER)
        await client.active_numbers.get(NUMBER)

    assert [set(headers) & {"cookie", "cookie2"} for headers in server.headers] == [set(), set()]


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize("how", [[], ["reset"]], ids=["closed", "reset"])
async def test_a_kept_connection_that_breaks_is_not_used_again_silently(
    serve, client_for, method, how
):
    """The library below would send once more by itself; every request is counted here."""
    async with serve([reply(keep=True)]) as server:
        server.keeps = True
        async with client_for(server.url) as client:
            await client.active_numbers.get(NUMBER)
            server.script, server.keeps = how, False
            with pytest.raises(APIReplyLostError):
                await CALLS[method][1](client)

    changes = [FIRST[method]] if method == "GET" else [FIRST[method], READ]
    assert [READ, *changes] == server.requests
    assert server.connections == len(server.requests) - 1


@pytest.mark.parametrize("method", CALLS, ids=lambda method: CALLS[method][0])
async def test_an_answer_that_was_not_asked_for_answers_nothing(serve, client_for, method):
    """A reply that comes before its request is not taken for that of the next one."""
    async with serve([reply(keep=True) + reply(b"", status="404 Evil", keep=True)]) as server:
        server.keeps = True
        async with client_for(server.url) as client:
            await client.active_numbers.get(NUMBER)
            server.script = [reply(keep=True)]
            result = await CALLS[method][1](client)

    assert NUMBER == result.phone_number
    assert [READ, FIRST[method]] == server.requests


async def test_a_rent_goes_over_a_connection_of_its_own(serve, client_for):
    """A kept one could be closed by the server just as the call leaves."""
    async with serve([reply(keep=True)]) as server:
        server.keeps = True
        async with client_for(server.url) as client:
            await client.active_numbers.get(NUMBER)
            await client.available_numbers.rent(NUMBER)
            await client.active_numbers.get(NUMBER)

    assert [READ, FIRST["POST"], READ] == server.requests
    assert server.connections == 2


async def test_retries_are_all_that_is_sent(serve, client_for):
    """Attempts and requests are the same number."""
    async with serve(["reset"]) as server, client_for(server.url, retries=2) as client:
        with pytest.raises(APIReplyLostError) as lost:
            await client.active_numbers.get(NUMBER)

    assert lost.value.attempts == 3
    assert [READ] * 3 == server.requests
