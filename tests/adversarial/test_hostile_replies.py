"""
Malformed responses: a correct result or a typed error for any bytes.

Each reply of the corpus meets a safe read, a change that may be repeated and a call that
costs money. The errors hold on to nothing of the HTTP library's, and show no token.
"""

import pytest
from malformed import (
    CAP,
    FINE,
    HTTP_REPLIES,
    LATE,
    NOT_FOUND_JSON,
    NUMBER,
    NUMBER_JSON,
    reply,
)
from products import product

from sinch_numbers import errors
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.errors import (
    APIReplyLostError,
    OutcomeUnknownError,
    SinchNumbersError,
)
from sinch_numbers.models import ActiveNumber

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

SOON = 0.4  # seconds in which any request arrives, on any machine


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


UNCERTAIN = (errors.UnexpectedRedirectError, errors.NotFoundError, errors.ConflictError)
"""Error responses that may come from a proxy after the service got the request."""


def outcome_of(name):
    """Name how a reply ends, which decides what a call does next."""
    _, expected = HTTP_REPLIES[name]
    return str(expected)


def test_the_corpus_is_large():
    """Forty-six shapes were promised, and more came up."""
    assert len(HTTP_REPLIES) >= 100


@product(
    name=list(HTTP_REPLIES),
    method={name: method for method, (name, _) in CALLS.items()},
    classes={"name": {name: outcome_of(name) for name in HTTP_REPLIES}},
)
async def test_a_hostile_reply(serve, client_for, leaks, sdk_frames, name, method):
    """A true result or a typed error; no request that nobody counts, no second rent."""
    script, expected = HTTP_REPLIES[name]
    timeout = 0.05 if expected is LATE else 5.0
    async with serve(script) as server:
        # Reads have to begin within four settle timeouts, however busy the machine is.
        settle = 0.2 if expected is LATE else 0.05
        client = client_for(server.url, timeout=timeout, settle_timeout=settle, transport=Capped())
        async with client:
            try:
                result = await CALLS[method][1](client)
            except SinchNumbersError as error:
                result, raised = None, error
            else:
                raised = None

    classes = expected if isinstance(expected, tuple) else (expected,)
    in_doubt = expected is not FINE and (
        classes[0].maybe_applied or (method == "POST" and classes[0] in UNCERTAIN)
    )
    assert FIRST[method] == server.requests[0]
    reads = server.requests[1:]
    assert {READ} >= set(reads)
    if expected is FINE:
        assert result == ActiveNumber(NUMBER, display_name="x", region_code="US")
        assert raised is None
        assert reads == []
        return
    if method != "GET" and name == "wrong types":
        # It names the number, so it is a success; the values are kept as they came.
        assert raised is None
        assert NUMBER == result.phone_number
        assert result.extra.unreadable
        assert reads == []
        return
    if method == "POST" and name == "another number":
        assert type(raised) is errors.UnexpectedResultError
        assert raised.result.phone_number != NUMBER
        assert reads == []
    elif method == "POST" and in_doubt:
        assert type(raised) is OutcomeUnknownError
        assert NUMBER == raised.phone_number
        assert raised.first_sent_at is not None
        assert type(raised.cause) in classes
        assert reads
    else:
        assert type(raised) in classes
        assert len(reads) == (1 if method == "PATCH" and in_doubt else 0)
    assert (FIRST[method], 1) == ((raised.method, raised.path), raised.attempts)
    assert leaks(raised, "canary.token.5f0e") == []
    assert sdk_frames(raised)


DOUBTS = [
    "nothing at all", "less than its length", "no answer", "an empty body", "HTML",
    "500 in HTML", "408", "999", "gzip that is none", "302", "404 in HTML", "409 with a list",
]  # fmt: skip
MISSING = [reply(NOT_FOUND_JSON, status="404 Not Found")]


@pytest.mark.parametrize("name", DOUBTS)
async def test_a_rent_that_a_read_finds_was_done(serve, client_for, name):
    """However the response was spoilt, the only renter gets the number, rented once."""
    script, cls = HTTP_REPLIES[name]
    timeout = SOON if cls is LATE else 5.0
    posted = False

    def answer(method, _):
        nonlocal posted
        if method == "GET":
            return [reply()] if posted else MISSING
        posted = True
        return script

    async with (
        serve(answer) as server,
        client_for(server.url, retries=None, timeout=timeout, sole_renter=True) as client,
    ):
        result = await CALLS["POST"][1](client)

    assert NUMBER == result.phone_number
    assert [READ, FIRST["POST"], READ] == server.requests


@pytest.mark.parametrize("name", DOUBTS)
async def test_a_number_that_a_read_finds_is_no_proof_where_others_rent(serve, client_for, name):
    """The outcome is unknown, with the number as a candidate, and the rent is not repeated."""
    script, cls = HTTP_REPLIES[name]
    timeout = SOON if cls is LATE else 5.0
    async with (
        serve(lambda method, _: [reply()] if method == "GET" else script) as server,
        client_for(server.url, retries=None, timeout=timeout) as client,
    ):
        with pytest.raises(OutcomeUnknownError) as unknown:
            await CALLS["POST"][1](client)

    assert [NUMBER] == [number.phone_number for number in unknown.value.candidates]
    assert [FIRST["POST"], READ] == server.requests


@pytest.mark.parametrize("name", DOUBTS)
async def test_a_rent_that_was_provably_not_done_says_so(serve, client_for, leaks, name):
    """The error is the first one, and no longer in doubt: every read said that it is not there."""
    script, cls = HTTP_REPLIES[name]
    timeout = SOON if cls is LATE else 5.0
    async with (
        serve(lambda method, _: MISSING if method == "GET" else script) as server,
        client_for(server.url, timeout=timeout, settle_timeout=0.1) as client,
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
            with pytest.raises(SinchNumbersError) as refused:
                await CALLS[method][1](client)

    redirected = refused.value
    if method == "POST":  # the redirect may have followed the effect
        assert type(redirected) is OutcomeUnknownError
        redirected = redirected.cause
    assert type(redirected) is errors.UnexpectedRedirectError
    assert redirected.status == int(status)
    first, *reads = server.requests
    assert FIRST[method] == first
    assert set(reads) == ({READ} if method == "POST" else set())
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
