"""Failed calls show no key, token, or signing secret."""

import base64
import copy
import json
import logging

import pytest
from products import product

from sinch_numbers import NumbersClient, errors
from sinch_numbers._core.auth.cache import TokenCache
from sinch_numbers._core.retry.policy import Backoff
from sinch_numbers.errors import SinchNumbersError

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

KEY_SECRET = "canary-key-7d31/+é"
KEY_PAIR = base64.b64encode(f"key-id:{KEY_SECRET}".encode()).decode()
ACCESS_TOKEN = "canary.access.91bc"
HMAC = "canary-hmac-0123456789-0123456789"
PASSWORD = "canary-proxy-44f0"
SECRETS = (KEY_SECRET, KEY_PAIR, ACCESS_TOKEN, HMAC, PASSWORD, "canary")
NUMBER = "+12025550134"
QUICK = Backoff(first=0.001, throttled=0.001, longest=0.01)


def reply(body, status="200 OK", *headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(body)}", *headers]
    return ["\r\n".join(lines).encode() + b"\r\n\r\n" + body]


GOOD_TOKEN = reply({"access_token": ACCESS_TOKEN, "expires_in": 3600, "token_type": "bearer"})
GOOD_SETTINGS = reply({"projectId": "p", "hmacSecret": HMAC})


def client_at(server, **options):
    options = {
        "key_id": "key-id",
        "key_secret": KEY_SECRET,
        "numbers_url": server.url,
        "auth_url": server.url,
        "retries": 0,
        "settle_timeout": 0.01,
        "timeout": 5.0,
        "backoff": QUICK,
        **options,
    }
    return NumbersClient("p", **options)


def get(client):
    return client.active_numbers.get(NUMBER)


def rent(client):
    return client.available_numbers.rent(NUMBER)


def settings(client):
    return client.callback_configuration.get()


def change(client):
    return client.callback_configuration.update(hmac_secret=HMAC)


def echo(*what):
    """Write a body that quotes secrets at every place that an error has."""
    said = " ".join(what)
    return {
        "error": {
            "code": 400,
            "message": f"cannot take {said}",
            "status": f"NO_{said}",
            "details": [
                {"type": "BadRequest", "fieldViolations": [{"field": said, "description": said}]},
                {"type": "ResourceInfo", "resourceName": said, "owner": said},
                {"type": "New", said: [said]},
            ],
        }
    }


# name -> the call, the reply to the token request, the reply to all others, class of the error
PATHS = {
    "an argument that is wrong": (
        lambda c: c.active_numbers.get("1"), GOOD_TOKEN, [], errors.InvalidArgumentError
    ),
    "a secret that is no text": (
        lambda c: c.callback_configuration.update(hmac_secret=b"canary-hmac"), GOOD_TOKEN, [],
        errors.InvalidArgumentError,
    ),
    "a secret that cannot be written": (
        lambda c: c.callback_configuration.update(hmac_secret=HMAC + "\ud800"), GOOD_TOKEN, [],
        errors.InvalidArgumentError,
    ),
    "a token refused": (
        get, reply({"error": "invalid_client", "error_description": "no"}, "401 No"), [],
        errors.AuthenticationError,
    ),
    "a token refused, with the key in it": (
        get, reply({"error": "invalid_client", "error_description": f"no {KEY_PAIR}"}, "401 No"),
        [], errors.AuthenticationError,
    ),
    "a token refused, with everything in it": (
        get, reply(echo("canary-key-7d31/+é", KEY_PAIR), "400 Bad"), [], errors.BadRequestError,
    ),
    "a token refused by HTML": (
        get, reply(f"<p>{KEY_SECRET} {KEY_PAIR}</p>".encode(), "403 No"), [],
        errors.PermissionDeniedError,
    ),
    "a token service that is down": (
        get, reply(f"down {KEY_PAIR}".encode(), "500 Oops"), [], errors.AuthUnavailableError
    ),
    "a token service that points elsewhere": (
        get, reply(b"", "307 Over", f"Location: http://127.0.0.1:9/{KEY_PAIR}"), [],
        errors.AuthUnavailableError,
    ),
    "a token service that says nothing": (get, [], [], errors.AuthUnavailableError),
    "a token service that hangs": (get, ["hang"], [], errors.AuthUnavailableError),
    "a token that is no text": (
        get, reply({"access_token": [ACCESS_TOKEN]}), [], errors.AuthUnavailableError
    ),
    "a token with a line break": (
        get, reply({"access_token": f"{ACCESS_TOKEN}\r\nX: y"}), [], errors.AuthUnavailableError
    ),
    "a token of another kind": (
        get, reply({"access_token": ACCESS_TOKEN, "token_type": "canary"}), [],
        errors.AuthUnavailableError,
    ),
    "a token reply that is cut": (
        get, reply(b'{"access_token": "canary.access.91bc", "expi'), [],
        errors.AuthUnavailableError,
    ),
    "a token reply in HTML": (
        get, reply(f"<p>{ACCESS_TOKEN}</p>".encode()), [], errors.AuthUnavailableError
    ),
    "400 that quotes the signing secret": (
        change, GOOD_TOKEN, reply(echo(HMAC, HMAC), "400 Bad"), errors.BadRequestError
    ),
    "400 that quotes the token": (
        get, GOOD_TOKEN, reply(echo(f"Bearer {ACCESS_TOKEN}"), "400 Bad"), errors.BadRequestError
    ),
    "400 that quotes both": (
        change, GOOD_TOKEN, reply(echo(HMAC, ACCESS_TOKEN), "400 Bad"), errors.BadRequestError
    ),
    "401 that quotes the token": (
        get, GOOD_TOKEN, reply({"error": ACCESS_TOKEN}, "401 No"), errors.AuthenticationError
    ),
    "403 that quotes the token": (
        rent, GOOD_TOKEN, reply({"title": ACCESS_TOKEN}, "403 No"), errors.PermissionDeniedError
    ),
    "429 that quotes the token": (
        get, GOOD_TOKEN, reply({"message": ACCESS_TOKEN}, "429 Slow"), errors.RateLimitError
    ),
    "500 that quotes the token": (
        rent, GOOD_TOKEN, reply(echo(ACCESS_TOKEN), "500 Oops"), errors.OutcomeUnknownError
    ),
    "999 that quotes the token": (
        rent, GOOD_TOKEN, reply(echo(ACCESS_TOKEN), "999 Oops"), errors.OutcomeUnknownError
    ),
    "HTML that quotes the token": (
        get, GOOD_TOKEN, reply(f"<p>{ACCESS_TOKEN}</p>".encode(), "404 Gone"), errors.NotFoundError
    ),
    "settings of a wrong type": (
        settings,
        GOOD_TOKEN,
        reply({"projectId": [5], "hmacSecret": HMAC}),
        errors.APIResponseError,
    ),
    "a signing secret of a wrong type": (
        settings, GOOD_TOKEN, reply({"hmacSecret": [HMAC]}), errors.APIResponseError
    ),
    "settings that are cut": (
        settings, GOOD_TOKEN, reply(b'{"hmacSecret": "canary-hmac-0123'), errors.APIResponseError
    ),
    "settings with a member twice": (
        settings, GOOD_TOKEN, reply(b'{"hmacSecret": "canary-1", "hmacSecret": "canary-2"}'),
        errors.APIResponseError,
    ),
    "settings in a list": (
        settings, GOOD_TOKEN, reply([{"hmacSecret": HMAC}]), errors.APIResponseError
    ),
    "settings that were changed, unreadably": (
        change, GOOD_TOKEN, reply({"hmacSecret": [HMAC]}), errors.APIResponseError
    ),
    "a reset after a change": (change, GOOD_TOKEN, ["reset"], errors.APIReplyLostError),
    "a reset": (get, GOOD_TOKEN, ["reset"], errors.APIReplyLostError),
    "a rent that is lost": (rent, GOOD_TOKEN, [], errors.OutcomeUnknownError),
    "a time-out": (get, GOOD_TOKEN, ["hang"], errors.APITimeoutError),
    "no HTTP": (get, GOOD_TOKEN, [b"canary\r\n\r\n"], errors.APIReplyLostError),
    "a redirect": (
        change, GOOD_TOKEN, reply(b"", "307 Over", f"Location: http://x:{PASSWORD}@127.0.0.1:9/"),
        errors.UnexpectedRedirectError,
    ),
    "another number": (
        get, GOOD_TOKEN, reply({"phoneNumber": "+12025550199"}), errors.APIResponseError
    ),
    "a header that quotes the token": (
        get, GOOD_TOKEN, reply(b"", "400 Bad", f"X-Odd: {ACCESS_TOKEN}"), errors.BadRequestError
    ),
}  # fmt: skip


async def failure_of(call):
    try:
        await call
    except SinchNumbersError as error:
        return error
    pytest.fail("it did not fail")


def recorded(caplog):
    return [caplog.text, *(repr(vars(record)) for record in caplog.records)]


@pytest.mark.parametrize("name", PATHS)
async def test_no_error_gives_a_secret_away(serve, leaks, sdk_frames, caplog, name):
    """Neither its text nor its attributes, pickle, copies, variables or logs."""
    call, to_token, to_others, cls = PATHS[name]
    script = lambda _, target: to_token if target == "/oauth2/token" else to_others  # noqa: E731
    timeout = 0.5 if ["hang"] in (to_token, to_others) else 5.0
    with caplog.at_level(logging.DEBUG):
        async with serve(script) as server, client_at(server, timeout=timeout) as client:
            # One try for the token: how often it is tried is for other tests.
            service = client.tokens._fetch.__self__
            client.tokens._fetch = lambda patiently: service.fetch(patiently=False)
            error = await failure_of(call(client))

    assert type(error) is cls
    for one in (error, error.copy(), copy.deepcopy(error)):
        assert leaks(one, *SECRETS) == []
    assert sdk_frames(error)
    assert not [line for line in recorded(caplog) if "canary" in line]


async def test_no_success_gives_a_secret_away(serve):
    """A field that cannot be read is listed as it was sent; the secret beside it is masked."""
    answer = reply({"projectId": [5], "hmacSecret": HMAC})
    script = lambda _, target: GOOD_TOKEN if target == "/oauth2/token" else answer  # noqa: E731
    async with serve(script) as server, client_at(server, timeout=5.0) as client:
        changed = await change(client)

    assert ("projectId",) == changed.extra.unreadable
    assert HMAC == changed.hmac_secret.reveal()
    assert "canary" not in repr(changed)


@product(
    where=["nobody listens", "no TLS is spoken", "no such host", "proxy"],
    call={call.__name__: call for call in (get, rent, change, settings)},
    auth=["oauth", "basic"],
)
async def test_no_failing_connection_gives_a_secret_away(
    serve, leaks, sdk_frames, caplog, where, call, auth
):
    """Not even where the HTTP library's own errors would."""
    options = {"auth": auth, "timeout": 2.0}
    async with serve([b"HTTP/1.1 400 Bad\r\n\r\n"], greets=True) as server:
        if where == "no TLS is spoken":
            options["numbers_url"] = options["auth_url"] = server.url.replace("http:", "https:")
        elif where == "no such host":
            options["numbers_url"] = options["auth_url"] = "https://numbers.invalid"
        elif where == "proxy":
            options["numbers_url"] = options["auth_url"] = "https://numbers.invalid"
            options["proxy"] = f"http://user:{PASSWORD}@127.0.0.1:{server.port}"
        else:
            async with serve([]) as gone:
                options["numbers_url"] = options["auth_url"] = gone.url
        with caplog.at_level(logging.DEBUG):
            async with client_at(server, **options) as client:
                if auth == "oauth":
                    service = client.tokens._fetch.__self__
                    client.tokens._fetch = lambda patiently: service.fetch(patiently=False)
                error = await failure_of(call(client))

    if where != "proxy":
        assert isinstance(error, errors.APIConnectionError)
        trusted = where != "no TLS is spoken"
        if auth == "basic":
            assert (type(error) is not errors.TLSError) is trusted
    assert leaks(error, *SECRETS) == []
    assert sdk_frames(error)
    assert not [line for line in recorded(caplog) if "canary" in line]


@pytest.mark.parametrize(
    "options",
    [
        {"key_id": None},
        {"key_id": "a:b"},
        {"project_id": "a/b"},
        {"auth": "digest"},
        {"timeout": 0},
        {"retries": -1},
        {"max_concurrency": 0},
        {"headers": {"Authorization": "Bearer canary"}},
        {"headers": {"X-Key": "canary\n"}},
        {"numbers_url": "http://example.com"},
        {"auth_url": "https://user:canary@example.com"},
        {"proxy": f"socks5://user:{PASSWORD}@127.0.0.1"},
        {"proxy": PASSWORD},
    ],
    ids=str,
)
def test_no_refused_client_gives_a_secret_away(leaks, monkeypatch, options):
    """What is wrong is named, and the key that came along is not shown."""
    monkeypatch.delenv("SINCH_KEY_ID", raising=False)
    options = {"project_id": "p", "key_id": "key-id", "key_secret": KEY_SECRET, **options}
    with pytest.raises(errors.InvalidArgumentError) as refused:
        NumbersClient(**options)

    shown = [str(refused.value), repr(refused.value), repr(vars(refused.value))]
    assert not [text for text in shown if "canary" in text]
    if not any("canary" in str(value) for name, value in options.items() if name != "key_secret"):
        assert leaks(refused.value, *SECRETS) == []


@pytest.mark.parametrize(
    "secret", ["canary\udcff", b"canary", "", None, 5], ids=["no UTF-8", "bytes", "", "none", "5"]
)
@pytest.mark.parametrize("auth", ["oauth", "basic"])
def test_a_key_that_cannot_be_sent_is_refused_by_name(leaks, monkeypatch, secret, auth):
    """Python's own error about its letters would quote it."""
    monkeypatch.delenv("SINCH_KEY_SECRET", raising=False)
    with pytest.raises(errors.InvalidArgumentError, match=r"key_secret: ") as refused:
        NumbersClient("p", "key-id", secret, auth=auth)

    assert leaks(refused.value, "canary") == []


async def test_nothing_that_works_gives_a_secret_away(serve, caplog):
    """Client, tokens, models and logs, when all goes well."""
    script = lambda _, target: GOOD_TOKEN if target == "/oauth2/token" else GOOD_SETTINGS  # noqa: E731
    with caplog.at_level(logging.DEBUG):
        async with serve(script) as server, client_at(server) as client:
            read = await settings(client)
            written = await change(client)
            shown = [client, client.tokens, read, written, read.hmac_secret]
            shown += [vars(client), vars(client.tokens), await client.tokens.get()]
            shown += [client.tokens._lease, client.tokens._fetch]

    assert read.hmac_secret.reveal() == HMAC
    assert isinstance(client.tokens, TokenCache)
    sent = [headers["authorization"] for headers in server.headers]
    assert [f"Basic {KEY_PAIR}", f"Bearer {ACCESS_TOKEN}", f"Bearer {ACCESS_TOKEN}"] == sent
    assert not [text for text in map(repr, shown) if "canary" in text]
    assert caplog.records
    assert not [line for line in recorded(caplog) if "canary" in line]


async def test_the_search_finds_what_there_is_to_find(leaks, sdk_frames, serve, client_for):
    """Otherwise the tests above could not fail."""
    async with serve([]) as server, client_for(server.url) as client:
        error = await failure_of(get(client))
    assert leaks(error, "canary") == []

    error.hint = ["canary"]
    found = " ".join(leaks(error, "canary"))
    assert "vars of APIReplyLostError" in found
    assert "pickle" in found

    frames = "\n".join(sdk_frames(error))
    assert "exchange: " in frames
    assert "authorization=Secret('**********')" in frames
    assert leaks(error, "authorization=Secret")
