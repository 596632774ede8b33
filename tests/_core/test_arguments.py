"""Argument checks: invalid values are rejected before a request is sent."""

import asyncio
import json
from enum import Enum
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

import malformed
import pytest
from hypothesis import strategies as st
from products import every, examples, named, product
from yarl import URL

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core import arguments, urls
from sinch_numbers._core.auth.cache import Token
from sinch_numbers._core.retry.policy import SAFE
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.errors import InvalidArgumentError, NotFoundError
from sinch_numbers.models import (
    Capability,
    EmergencyAddress,
    EstVoice,
    Extra,
    FaxVoice,
    NumberType,
    RtcVoice,
    SmsConfiguration,
    UnknownVoice,
    VoiceType,
)
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._unset import UNSET

NUMBER = "+12025550134"
ORIGIN = "https://numbers.example.com:8443/base"
PROJECT = f"{ORIGIN}/v1/projects/p"
ADDRESS = {
    "streetNumber": "77",
    "streetInfo": "Harbor Way",
    "city": "Portland",
    "state": "OR",
    "postalCode": "97209",
}
# The service's own form, which is no doubt about a billable call.
NOT_FOUND = Reply(
    404, {}, b'{"error": {"status": "NOT_FOUND", "details": [{"type": "ResourceInfo"}]}}'
)


class FixedToken:
    """Authorises without asking anybody."""

    async def get(self):
        return Token(Secret("Bearer token"), 3600.0)

    def invalidate(self, token):
        return False

    async def close(self):
        pass


class Recorder:
    """A transport that sends nothing, and remembers what it was to send."""

    def __init__(self, reply=NOT_FOUND):
        self.reply = reply
        self.requests = []

    async def exchange(self, request):
        request.sent = True
        self.requests.append(request)
        return self.reply

    async def close(self):
        pass

    def take(self):
        taken, self.requests = self.requests, []
        return taken


def client_for(transport, **options):
    options = {"project_id": "p", "numbers_url": ORIGIN, **options}
    return NumbersClient(tokens=FixedToken(), transport=transport, **options)


@pytest.fixture(scope="module")
def run():
    """Run a coroutine: one loop for all of them, so that there can be thousands."""
    with asyncio.Runner() as runner:
        yield runner.run


def outcome(run, transport, call):
    """Return the argument that was refused, or else the one request that was sent."""
    try:
        run(call())
    except InvalidArgumentError as error:
        refused = error.argument
    except NotFoundError:
        refused = None
    requests = transport.take()
    assert len(requests) == (1 if refused is None else 0)
    return refused, requests


# What hypothesis makes up: any text, and text that is nearly right.

AWKWARD = "/.?#%2Fe:@;\r\n\t\x00 +-_aZ~\\&=0123456789\u0661\u0662\uff0b\u2028é"
odd = st.text(max_size=20) | st.text(AWKWARD, max_size=20)
nearly_a_number = st.builds(
    lambda head, middle, tail: head + middle + tail,
    st.sampled_from(["+1202555", "+12025550134", "+", "+0", "1202555", " +1202555", ""]),
    st.text("0123456789", max_size=4) | odd,
    odd | st.just(""),
)
texts = odd | nearly_a_number


BY_NUMBER = [
    ("GET", "/activeNumbers/{}", lambda c, n: c.active_numbers.get(n)),
    ("PATCH", "/activeNumbers/{}", lambda c, n: c.active_numbers.update(n, display_name="x")),
    ("POST", "/activeNumbers/{}:release", lambda c, n: c.active_numbers.release(n)),
    ("GET", "/availableNumbers/{}", lambda c, n: c.available_numbers.get(n)),
    ("POST", "/availableNumbers/{}:rent", lambda c, n: c.available_numbers.rent(n)),
    ("GET", "/activeNumbers/{}/emergencyAddress", lambda c, n: c.emergency_address.get(n)),
    (
        "POST",
        "/activeNumbers/{}/emergencyAddress:validate",
        lambda c, n: c.emergency_address.validate(n, display_name="x", address=ADDRESS),
    ),
    (
        "POST",
        "/activeNumbers/{}/emergencyAddress:provision",
        lambda c, n: c.emergency_address.provision(n, display_name="x", address=ADDRESS),
    ),
    (
        "POST",
        "/activeNumbers/{}/emergencyAddress:deprovision",
        lambda c, n: c.emergency_address.deprovision(n),
    ),
]


def policy_of(name):
    """Name the retry policy of a call in `BY_NUMBER`: safe, idempotent, or billable."""
    method, path = name.split()
    billable = path.endswith((":rent", ":provision"))
    return "billable" if billable else "safe" if method == "GET" else "idempotent"


every_call = pytest.mark.parametrize(
    ("method", "template", "call"), BY_NUMBER, ids=[f"{m} {t}" for m, t, _ in BY_NUMBER]
)


@product(
    number=malformed.NOT_PHONE_NUMBERS,
    call={f"{method} {template}": call for method, template, call in BY_NUMBER},
    classes={"call": policy_of},
)
def test_what_is_no_number_is_not_sent(run, call, number):
    """Whatever it is called for, it is refused by name, and briefly."""
    transport = Recorder()
    client = client_for(transport)

    with pytest.raises(InvalidArgumentError) as refused:
        run(call(client, number))

    assert refused.value.argument == "phone_number"
    assert len(str(refused.value)) < 160
    assert transport.requests == []


@every_call
@every("number", ["+1202555", "+12025550134", "+999999999999999"])
def test_a_number_goes_where_it_belongs(run, method, template, call, number):
    """As the one segment that the template has for it, unescaped."""
    transport = Recorder()

    with pytest.raises(NotFoundError):
        run(call(client_for(transport), number))

    sent = [(request.method, request.url) for request in transport.requests]
    assert [(method, PROJECT + template.format(number))] == sent


@examples(60, 500, number=texts, which=st.sampled_from(BY_NUMBER))
def test_a_number_leads_nowhere_else(run, number, which):
    """Any text is refused, or it is the one segment of the one URL."""
    transport = Recorder()
    method, template, call = which
    refused, requests = outcome(run, transport, lambda: call(client_for(transport), number))

    if refused is None:
        assert (requests[0].method, requests[0].url) == (method, PROJECT + template.format(number))
        assert requests[0].url == str(URL(requests[0].url, encoded=True))
    else:
        assert refused == "phone_number"


@examples(100, 500, number=texts)
def test_a_number_is_never_altered(number):
    """It is returned as it came, or refused; nothing is trimmed."""
    try:
        kept = arguments.phone_number(number)
    except InvalidArgumentError:
        return
    assert number == kept
    assert number[0] == "+"
    assert number[1:].isascii()
    assert number[1:].isdigit()


@examples(60, 500, segment=texts | st.sampled_from(["..", ".", "", "...", "a/b", "{}", "%2e%2e"]))
def test_a_segment_stays_one_segment(segment):
    """Even what no check has seen cannot leave its place in a path."""
    try:
        filled = arguments.path("/a/{}/b:c", segment)
    except (InvalidArgumentError, UnicodeEncodeError):
        return
    parts = urlsplit(f"https://h{filled}")
    head, a, middle, tail = parts.path.split("/")

    assert ("", "a", "b:c") == (head, a, tail)
    assert (parts.netloc, parts.query, parts.fragment) == ("h", "", "")
    assert segment == unquote(middle)
    assert middle.isascii()
    assert set(middle) != {"."}
    assert filled == URL(f"https://h{filled}", encoded=True).raw_path


@examples(60, 500, project=texts | st.text("abcXYZ019-_", max_size=130))
def test_a_project_leads_nowhere_else(run, project):
    """Any text is refused when the client is made, or it is one segment of its URLs."""
    transport = Recorder()
    if not project:
        return  # then the environment is asked
    try:
        client = client_for(transport, project_id=project)
    except InvalidArgumentError as error:
        refused = error.argument
    else:
        refused, requests = outcome(run, transport, lambda: client.active_numbers.get(NUMBER))
        assert requests[0].url == f"{ORIGIN}/v1/projects/{project}/activeNumbers/{NUMBER}"
    assert refused in (None, "project_id")


@every("project", named(malformed.NOT_PROJECT_IDS))
def test_what_is_no_project_is_refused_at_once(project, monkeypatch):
    """The client is not even made."""
    monkeypatch.delenv("SINCH_PROJECT_ID", raising=False)
    with pytest.raises(InvalidArgumentError) as refused:
        client_for(Recorder(), project_id=project)

    assert refused.value.argument == "project_id"
    assert len(str(refused.value)) < 160


REGIONS = [
    lambda c, r: c.available_numbers.search(region_code=r, type="LOCAL"),
    lambda c, r: c.available_numbers.rent_any(region_code=r, type="LOCAL"),
    lambda c, r: c.available_numbers.rent_first(region_code=r, type="LOCAL"),
]


async def first(pager):
    async for item in pager:
        return item
    return None


@pytest.mark.parametrize("call", REGIONS, ids=["search", "rent_any", "rent_first"])
@every("region", named(malformed.NOT_REGIONS))
def test_what_is_no_region_is_not_sent(run, call, region):
    """Two capital letters, in whichever call."""
    transport = Recorder()
    with pytest.raises(InvalidArgumentError) as refused:
        run(call(client_for(transport), region))

    assert refused.value.argument == "region_code"
    assert transport.requests == []


@pytest.mark.parametrize(
    "region",
    named({name: region for name, region in malformed.NOT_REGIONS.items() if name != "null"}),
)
def test_a_list_refuses_at_once(region):
    """Before it is walked."""
    with pytest.raises(InvalidArgumentError) as refused:
        client_for(Recorder()).active_numbers.list(region_code=region)

    assert refused.value.argument == "region_code"


@examples(40, 500, region=texts | st.text("ABZaz\u0415\n", max_size=3))
def test_a_region_is_two_letters_in_the_query(run, region):
    """Any text is refused, or it is sent as it is."""
    transport = Recorder()
    refused, requests = outcome(run, transport, lambda: REGIONS[0](client_for(transport), region))

    if refused is None:
        asked = parse_qsl(urlsplit(requests[0].url).query)
        assert [("regionCode", region), ("type", "LOCAL")] == asked
    else:
        assert refused == "region_code"


def test_a_user_s_own_words_go_by_their_text(run):
    """An enumeration made elsewhere is a text, too, and not sent under its Python name."""

    class Mine(str, Enum):  # noqa: UP042 - unlike a StrEnum its str() is Mine.NUMBER
        NUMBER = "+12025550134"
        REGION = "US"
        TYPE = "LOCAL"
        PROJECT = "q"

    transport = Recorder()
    client = client_for(transport, project_id=Mine.PROJECT)
    with pytest.raises(NotFoundError):
        run(client.active_numbers.get(Mine.NUMBER))
    with pytest.raises(NotFoundError):
        run(client.available_numbers.search(region_code=Mine.REGION, type=Mine.TYPE))

    base = f"{ORIGIN}/v1/projects/q"
    assert [request.url for request in transport.requests] == [
        f"{base}/activeNumbers/{NUMBER}",
        f"{base}/availableNumbers?regionCode=US&type=LOCAL",
    ]


# Paths of operations that have no method yet

GOOD_PATHS = ["/activeNumbers", "/a/b:c", "/a/+12025550134:verb", "/a.b/..c/~d", "/" + "a" * 5000]


@pytest.mark.parametrize("path", GOOD_PATHS, ids=lambda path: path[:30])
def test_a_path_is_below_the_project(run, path):
    """It is put behind the project's own, as it is."""
    transport = Recorder()
    with pytest.raises(NotFoundError):
        run(client_for(transport).request("GET", path))

    assert [PROJECT + path] == [request.url for request in transport.requests]


@every("path", named(malformed.NOT_PATHS))
def test_what_is_no_path_is_not_sent(run, path):
    """Whatever could lead elsewhere is refused by name."""
    transport = Recorder()
    with pytest.raises(InvalidArgumentError) as refused:
        run(client_for(transport).request("GET", path))

    assert refused.value.argument == "path"
    assert transport.requests == []


@examples(
    60,
    1000,
    path=texts
    | st.lists(odd | st.sampled_from([".", "..", "a"]), max_size=4).map(
        lambda parts: "/" + "/".join(parts)
    ),
)
def test_a_path_leads_nowhere_else(run, path):
    """Any text is refused, or the URL is the project's with just that behind it."""
    transport = Recorder()
    client = client_for(transport)
    refused, requests = outcome(run, transport, lambda: client.request("POST", path, retry=SAFE))

    if refused is None:
        url = requests[0].url
        parts = urlsplit(url)
        assert PROJECT + path == url
        assert str(URL(url, encoded=True)) == url
        assert ("numbers.example.com:8443", "", "") == (parts.netloc, parts.query, parts.fragment)
        assert not {".", "..", ""} & set(parts.path.split("/")[1:])
    else:
        assert refused == "path"


@pytest.mark.parametrize("method", named(malformed.NOT_METHODS))
def test_what_is_no_method_is_not_sent(run, method):
    """The five that the API knows, spelt as it does."""
    transport = Recorder()
    with pytest.raises(InvalidArgumentError) as refused:
        run(client_for(transport).request(method, "/activeNumbers"))

    assert refused.value.argument == "method"
    assert transport.requests == []


# Query values


@pytest.mark.parametrize("token", named(malformed.PAGE_TOKENS))
def test_a_page_token_arrives_as_it_is(run, token):
    """Byte for byte, whatever it holds."""
    transport = Recorder(Reply(200, {}, b"{}"))

    run(first(client_for(transport).active_numbers.list().pages(token)))

    url = transport.requests[0].url
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert [("pageSize", "100"), ("pageToken", token)] == pairs
    assert url == str(URL(url, encoded=True))
    assert url.isascii()


@examples(40, 500, token=odd, pattern=odd, words=st.lists(odd, max_size=3))
def test_query_values_arrive_as_they_are(run, token, pattern, words):
    """All of them, in order, and none becomes part of another."""
    transport = Recorder(Reply(200, {}, b"{}"))
    pager = client_for(transport).active_numbers.list(
        type=NumberType(pattern),
        capability=[Capability(word) for word in words],
        number_pattern=token,
        page_size=7,
    )

    run(first(pager.pages(token)))

    parts = urlsplit(transport.requests[0].url)
    pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)
    assert pairs == [
        ("type", pattern),
        *(("capability", word) for word in words),
        ("numberPattern.pattern", token),
        ("pageSize", "7"),
        ("pageToken", token),
    ]
    assert parts._replace(query="").geturl() == f"{PROJECT}/activeNumbers"


@pytest.mark.parametrize(
    ("argument", "call"),
    [
        ("type", lambda c: c.available_numbers.search(region_code="US", type="\ud800")),
        ("query", lambda c: c.request("GET", "/activeNumbers", query={"a": "\udfff"})),
        ("query", lambda c: c.request("GET", "/activeNumbers", query={"\udfff": "a"})),
        ("number_pattern", lambda c: first(c.active_numbers.list(number_pattern="\ud800"))),
        ("page_token", lambda c: first(c.active_numbers.list().pages("\ud800"))),
        ("types", lambda c: c.available_regions.list(types=["LOCAL", "\ud800"])),
    ],
)
def test_text_that_utf_8_cannot_encode_is_not_sent(run, argument, call):
    """A lone surrogate has no bytes: the error names the argument that has it."""
    transport = Recorder()

    async def outcome():
        await call(client_for(transport))

    with pytest.raises(InvalidArgumentError) as refused:
        run(outcome())

    assert argument == refused.value.argument
    assert transport.requests == []


@pytest.mark.parametrize(
    "json", named({name: {"a": value} for name, value in malformed.NOT_JSON_VALUES.items()})
)
def test_a_body_that_is_no_json_is_not_sent(run, json):
    """Nothing is sent that strict parsers refuse."""
    transport = Recorder()
    with pytest.raises(InvalidArgumentError) as refused:
        run(client_for(transport).request("POST", "/activeNumbers", json=json))

    assert refused.value.argument == "request body"
    assert transport.requests == []


@pytest.mark.parametrize("size", named(malformed.NOT_SIZES))
def test_what_counts_nothing_is_refused(run, size):
    """Sizes and limits are whole numbers above zero."""
    client = client_for(Recorder())
    with pytest.raises(InvalidArgumentError) as refused:
        client.active_numbers.list(page_size=size)

    assert refused.value.argument == "page_size"
    if size is not None:
        with pytest.raises(InvalidArgumentError, match=r"^limit: "):
            client.active_numbers.list(limit=size)
        with pytest.raises(InvalidArgumentError, match=r"^size: "):
            run(client.available_numbers.search(region_code="US", type="LOCAL", size=size))


# Headers


@every("headers", named(malformed.NOT_HEADERS))
def test_headers_that_cannot_be_sent_are_refused(headers):
    """By the client and its siblings, without quoting their values."""
    for make in (
        lambda: client_for(Recorder(), headers=headers),
        lambda: client_for(Recorder()).with_options(headers=headers),
    ):
        with pytest.raises(InvalidArgumentError) as refused:
            make()
        assert refused.value.argument == "headers"
        assert "Bearer" not in str(refused.value)


@examples(
    40,
    500,
    name=texts | st.text("Xx-_.19", min_size=1, max_size=9),
    text=texts | st.text(" ~!aZ0"),
)
def test_headers_are_refused_or_sent_as_they_are(run, name, text):
    """One header is one header."""
    transport = Recorder()
    try:
        client = client_for(transport, headers={name: text})
    except InvalidArgumentError as error:
        assert error.argument == "headers"  # noqa: PT017 - or it goes on below
        return
    _, requests = outcome(run, transport, lambda: client.active_numbers.get(NUMBER))
    assert text == requests[0].headers[name]
    assert (name + text).isprintable()
    assert (name + text).isascii()


@pytest.mark.parametrize("agent", named(malformed.NOT_USER_AGENTS))
def test_a_user_agent_that_cannot_be_sent_is_refused(agent):
    """It is a header like any other."""
    with pytest.raises(InvalidArgumentError) as refused:
        client_for(Recorder(), user_agent=agent)

    assert refused.value.argument == "user_agent"


def test_what_is_sent_along(run):
    """A user agent in front of our own, and the headers asked for, on every request."""
    transport = Recorder()
    client = client_for(transport, user_agent="shop/1.2", headers={"X-Team": "a b"})

    outcome_of_one = outcome(
        run, transport, lambda: client.with_options(headers={"X-B": ""}).active_numbers.get(NUMBER)
    )

    headers = outcome_of_one[1][0].headers
    assert headers["User-Agent"].startswith("shop/1.2 sinch_numbers/")
    assert (headers["X-Team"], headers["X-B"]) == ("a b", "")


# Base URLs


@every(
    ("url", "expected"),
    [
        ("https://numbers.example.com", "https://numbers.example.com"),
        ("https://numbers.example.com/", "https://numbers.example.com"),
        ("https://numbers.example.com:8443/a/b/", "https://numbers.example.com:8443/a/b"),
        ("HTTPS://Numbers.Example.com", "https://Numbers.Example.com"),
        ("https://10.0.0.1", "https://10.0.0.1"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://127.0.0.1.evil.com", "https://127.0.0.1.evil.com"),
        ("https://numbers.example.com.", "https://numbers.example.com."),
        ("https://xn--strae-oqa.example", "https://xn--strae-oqa.example"),
        ("https://1a.example:1", "https://1a.example:1"),
        ("https://numbers:65535", "https://numbers:65535"),
        (f"https://{'a' * 63}.example", f"https://{'a' * 63}.example"),
        ("https://[::ffff:10.0.0.1]", "https://[::ffff:10.0.0.1]"),
        ("http://localhost", "http://localhost"),
        ("http://LOCALHOST:80", "http://LOCALHOST:80"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.255.255.254", "http://127.255.255.254"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_where_secrets_may_be_sent(url, expected):
    """Anywhere over TLS, and to this machine."""
    assert expected == urls.origin(url, "numbers_url")


@every("url", named(malformed.NOT_BASE_URLS))
def test_where_secrets_may_not_be_sent(url):
    """Refused by name before a socket is opened; what could be a password is not quoted."""
    with pytest.raises(InvalidArgumentError) as refused:
        urls.origin(url, "numbers_url")

    assert refused.value.argument == "numbers_url"
    assert "canary" not in str(refused.value)
    assert len(str(refused.value)) < 160
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


@pytest.mark.parametrize("argument", ["numbers_url", "imported_numbers_url", "auth_url"])
def test_a_client_checks_all_urls(argument, monkeypatch):
    """An argument or a variable is checked, and an error names the variable."""
    key = {"key_id": "k", "key_secret": "s"}
    with pytest.raises(InvalidArgumentError) as refused:
        NumbersClient("p", transport=Recorder(), **key, **{argument: "http://evil.com"})
    assert (argument, None) == (refused.value.argument, refused.value.source)

    variable = f"SINCH_{argument.upper()}"
    monkeypatch.setenv(variable, "http://evil.com")
    with pytest.raises(InvalidArgumentError, match=f"^{variable}: expected ") as refused:
        NumbersClient("p", transport=Recorder(), **key)
    assert (argument, variable) == (refused.value.argument, refused.value.source)


@every(("text", "problem"), named(malformed.COPIED_BADLY))
def test_a_secret_that_copying_has_changed_is_refused_by_name(text, problem, monkeypatch):
    """The error names the argument or the variable, and what is too much; not the value."""
    key = {"project_id": "p", "key_id": "k", "key_secret": "s"}
    for argument in ("key_id", "key_secret"):
        for auth in ("oauth", "basic"):
            with pytest.raises(InvalidArgumentError) as refused:
                NumbersClient(auth=auth, **{**key, argument: text})
            assert f"{argument}: expected a value without {problem}" == str(refused.value)
            assert (argument, None) == (refused.value.argument, refused.value.source)
        if "\0" in text:  # no variable can have it
            continue
        variable = f"SINCH_{argument.upper()}"
        monkeypatch.setenv(variable, text)
        with pytest.raises(InvalidArgumentError) as refused:
            NumbersClient(**{**key, argument: None})
        assert str(refused.value).startswith(f"{variable}: expected ")
        assert (argument, variable) == (refused.value.argument, refused.value.source)
        assert "ary" not in str(refused.value)


@every("secret", ["s", "a-b_c.d~e+f/g=", "p\xe4ss", "it's", 'say"so', "x" * 500])
def test_every_other_secret_is_taken(secret):
    """Only what copying adds is refused; the service decides about the rest."""
    assert secret == arguments.secret(Secret(secret), "key_secret").reveal()


def test_a_project_of_the_environment_is_named_by_its_variable(monkeypatch):
    """Also a project ID with a line break, which is no secret and is quoted."""
    monkeypatch.setenv("SINCH_PROJECT_ID", "p\n")

    with pytest.raises(InvalidArgumentError) as refused:
        NumbersClient(None, "k", "s")

    expected = "SINCH_PROJECT_ID: expected letters, digits and hyphens, got 'p\\n'"
    assert expected == str(refused.value)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_a_proxy_of_the_environment_is_named_by_its_variable(variable, monkeypatch):
    """An error about a proxy that nobody passed names the variable."""
    monkeypatch.setenv(variable, "proxy.example:0")

    with pytest.raises(InvalidArgumentError, match=f"^{variable}: expected ") as refused:
        NumbersClient("p", "k", "s", proxy_from_env=True)

    assert ("proxy", variable) == (refused.value.argument, refused.value.source)


@every("url", named(malformed.NOT_PROXIES))
def test_what_is_no_proxy_is_refused(url):
    """A proxy that no request could use fails the construction, and is not quoted."""
    with pytest.raises(InvalidArgumentError) as refused:
        NumbersClient("p", "k", "s", proxy=url)

    assert refused.value.argument == "proxy"
    assert "canary" not in str(refused.value)
    assert refused.value.__context__ is None


@pytest.mark.parametrize(
    "url",
    [
        "http://proxy.example",
        "HTTP://proxy.example:3128/",
        "https://10.0.0.1:1",
        "http://[::1]:65535",
        "http://user@proxy.example",
        "http://us%C3%A9r:p%3A%40ss@proxy.example",
        "http://:pass@proxy.example",
    ],
)
def test_what_is_a_proxy_is_taken(url):
    """A valid URL is passed on unchanged."""
    assert url == urls.proxy(Secret(url)).reveal()


URL_PARTS = [
    "https://", "http://", "HTTP://", "127.0.0.1", "localhost", "[::1]", "::1", "evil.com", "@",
    ":", "/", "\\", "?", "#", ".", "..", "[", "]", "%", "%2e", "80", "\n", "\t", " ", "a",
    "\u2100", "\u3002", "\uff0e", "\x00", ";",
]  # fmt: skip


@examples(
    60,
    1000,
    url=st.lists(st.sampled_from(URL_PARTS), max_size=8).map("".join)
    | st.builds(
        lambda scheme, rest: scheme + "".join(rest),
        st.sampled_from(["https://", "http://", "http://127.0.0.1", "https://x.example.com"]),
        st.lists(st.sampled_from(URL_PARTS), max_size=6),
    ),
)
def test_a_base_means_the_same_to_everybody(url):
    """What is accepted is split alike by the two parsers that matter, and is safe by both."""
    try:
        base = urls.origin(url, "numbers_url")
    except InvalidArgumentError:
        return
    ours = urlsplit(base + "/v1/projects/p")
    sent = URL(base + "/v1/projects/p", encoded=True)

    assert base.lower() == url.rstrip("/?#").lower()
    assert (ours.hostname, ours.scheme) == (sent.host and sent.host.lower(), sent.scheme)
    assert ours.port in (None, sent.port)
    assert ours.path == sent.raw_path
    assert (ours.username, ours.query, ours.fragment, sent.user) == (None, "", "", None)
    assert ours.scheme == "https" or urls.is_loopback(sent.host)


# Configurations


def voice_link(run, value):
    """Return the voice link that renting sends."""
    transport = Recorder()
    with pytest.raises(NotFoundError):
        run(client_for(transport).available_numbers.rent(NUMBER, voice_configuration=value))
    return json.loads(transport.requests[0].body).get("voiceConfiguration", UNSET)


def voice_change(run, value):
    """Return the voice link that updating sends."""
    transport = Recorder()
    with pytest.raises(NotFoundError):
        run(client_for(transport).active_numbers.update(NUMBER, voice_configuration=value))
    return json.loads(transport.requests[0].body)["voiceConfiguration"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(RtcVoice("a"), {"type": "RTC", "appId": "a"}, id="an app"),
        pytest.param(EstVoice("t"), {"type": "EST", "trunkId": "t"}, id="a trunk"),
        pytest.param(FaxVoice("s"), {"type": "FAX", "serviceId": "s"}, id="a fax service"),
        pytest.param({"appId": "a"}, {"appId": "a"}, id="a mapping without a type"),
        pytest.param(
            {"type": "EST", "trunkId": "t"}, {"type": "EST", "trunkId": "t"}, id="a mapping"
        ),
        pytest.param(
            {"type": "EST", "trunkId": "t", "appId": None},
            {"type": "EST", "trunkId": "t", "appId": None},
            id="a mapping with a null, which is no identifier",
        ),
        pytest.param(
            MappingProxyType({"type": "FAX", "serviceId": "s"}),
            {"type": "FAX", "serviceId": "s"},
            id="a mapping that is no dictionary",
        ),
        pytest.param(
            {"type": VoiceType.EST, "trunkId": "t"},
            {"type": "EST", "trunkId": "t"},
            id="a mapping with a word of ours",
        ),
        pytest.param(
            {"type": VoiceType("NEW"), "appId": "a", "newId": "n"},
            {"type": "NEW", "appId": "a", "newId": "n"},
            id="a type that is new, whatever comes with it",
        ),
        pytest.param(
            UnknownVoice(VoiceType("NEW"), Extra({"type": "NEW", "newId": "n"})),
            {"type": "NEW", "newId": "n"},
            id="a kind that is new, as it was read",
        ),
    ],
)
def test_voice_links_that_make_sense_are_sent(run, value, expected):
    """When renting and when updating."""
    assert expected == voice_link(run, value)
    assert expected == voice_change(run, value)


@every("value", named(malformed.NOT_VOICE_CONFIGURATIONS))
def test_voice_links_that_contradict_themselves_are_refused(run, value):
    """The API would take one of two, or fail: neither is what was meant."""
    transport = Recorder()
    client = client_for(transport)
    for call in (
        client.available_numbers.rent(NUMBER, voice_configuration=value),
        client.available_numbers.rent_any(
            region_code="US", type="LOCAL", voice_configuration=value
        ),
        client.active_numbers.update(NUMBER, voice_configuration=value),
    ):
        with pytest.raises(InvalidArgumentError) as refused:
            run(call)
        assert refused.value.argument.startswith("voice_configuration")
    assert transport.requests == []


@pytest.mark.parametrize("value", named(malformed.NOT_SMS_CONFIGURATIONS))
def test_sms_links_of_nothing_are_refused(run, value):
    """The API fails on empty configurations."""
    transport = Recorder()
    client = client_for(transport)
    for call in (
        client.available_numbers.rent(NUMBER, sms_configuration=value),
        client.active_numbers.update(NUMBER, sms_configuration=value),
    ):
        with pytest.raises(InvalidArgumentError) as refused:
            run(call)
        assert refused.value.argument == "sms_configuration"
    assert transport.requests == []


@pytest.mark.parametrize(
    ("argument", "value", "sent"),
    [
        ("sms_configuration", SmsConfiguration(""), {"servicePlanId": ""}),
        ("sms_configuration", SmsConfiguration("p", ""), {"servicePlanId": "p", "campaignId": ""}),
        ("sms_configuration", {"servicePlanId": ""}, {"servicePlanId": ""}),
        ("voice_configuration", RtcVoice(""), {"type": "RTC", "appId": ""}),
        ("voice_configuration", EstVoice(""), {"type": "EST", "trunkId": ""}),
    ],
    ids=str,
)
def test_an_empty_identifier_unlinks_but_does_not_link(run, argument, value, sent):
    """It can be sent in an update, and makes no sense when renting."""
    transport = Recorder()
    client = client_for(transport)
    with pytest.raises(InvalidArgumentError) as refused:
        run(client.available_numbers.rent(NUMBER, **{argument: value}))
    assert argument == refused.value.argument
    assert transport.requests == []

    with pytest.raises(NotFoundError):
        run(client.active_numbers.update(NUMBER, **{argument: value}))
    assert list(json.loads(transport.requests[0].body).values()) == [sent]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"display_name": None}, {"displayName": None}, id="null erases"),
        pytest.param({"display_name": ""}, {"displayName": ""}, id="empty is sent"),
        pytest.param({"callback_url": None}, {"callbackUrl": None}, id="a null address"),
        pytest.param({"sms_configuration": None}, {"smsConfiguration": None}, id="no SMS link"),
        pytest.param({"voice_configuration": None}, {"voiceConfiguration": None}, id="no voice"),
        pytest.param(
            {"display_name": "x", "callback_url": UNSET}, {"displayName": "x"}, id="unset is not"
        ),
    ],
)
def test_an_update_sends_what_was_given(run, changes, expected):
    """And mentions nothing else."""
    transport = Recorder()
    with pytest.raises(NotFoundError):
        run(client_for(transport).active_numbers.update(NUMBER, **changes))

    assert expected == json.loads(transport.requests[0].body)


@pytest.mark.parametrize("changes", [{}, {"display_name": UNSET}, {"voice_configuration": UNSET}])
def test_an_update_of_nothing_is_refused(run, changes):
    """There would be nothing to send."""
    transport = Recorder()
    with pytest.raises(InvalidArgumentError) as refused:
        run(client_for(transport).active_numbers.update(NUMBER, **changes))

    assert refused.value.argument == "update"
    assert transport.requests == []


def test_renting_mentions_only_the_links_that_are_wanted(run):
    """None is not sent as null there."""
    transport = Recorder()
    with pytest.raises(NotFoundError):
        run(
            client_for(transport).available_numbers.rent(
                NUMBER, sms_configuration=None, voice_configuration=None, callback_url=None
            )
        )

    assert transport.requests[0].body == b"{}"


@pytest.mark.parametrize("missing", list(ADDRESS))
@pytest.mark.parametrize("how", ["absent", "empty", "null"])
def test_an_address_without_a_required_part_is_refused(run, missing, how):
    """The error names the part; nothing is sent, neither to validate nor to provision."""
    address = {name: text for name, text in ADDRESS.items() if name != missing}
    if how != "absent":
        address[missing] = {"empty": "", "null": None}[how]
    transport = Recorder()
    calls = client_for(transport).emergency_address
    for call in (calls.validate, calls.provision):
        with pytest.raises(
            InvalidArgumentError, match=f"missing, got \\['{missing}'\\]"
        ) as refused:
            run(call(NUMBER, display_name="x", address=address))
        assert refused.value.argument == "address"
    assert transport.requests == []


@pytest.mark.parametrize("address", [None, "77 Harbor Way", 5, [], EmergencyAddress()], ids=repr)
def test_what_is_no_address_is_refused(run, address):
    """In whatever form."""
    with pytest.raises(InvalidArgumentError) as refused:
        run(
            client_for(Recorder()).emergency_address.validate(
                NUMBER, display_name="x", address=address
            )
        )

    assert refused.value.argument == "address"


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS,
        EmergencyAddress(
            street_number="77",
            street_info="Harbor Way",
            city="Portland",
            state="OR",
            postal_code="97209",
        ),
    ],
    ids=["a mapping", "a model"],
)
def test_an_address_is_sent_as_the_api_names_it(run, address):
    """Model or mapping, it is the same on the wire."""
    transport = Recorder()
    with pytest.raises(NotFoundError):
        run(
            client_for(transport).emergency_address.validate(
                NUMBER, display_name="x", address=address
            )
        )

    assert json.loads(transport.requests[0].body) == {"displayName": "x", "address": ADDRESS}
