"""Key, token, signing secret and proxy password show nowhere that others can look."""

import asyncio
import base64
import copy
import gc
import logging
import os
import pickle
import signal
import subprocess
import sys
import time
import traceback
import types
from pathlib import Path

import attrs
import pytest
import typer

import sinch_numbers
from sinch_numbers import (
    Backoff,
    CallbackConfiguration,
    NumbersClient,
    Page,
    Reply,
    Request,
    Secret,
    SinchNumbersError,
    SyncNumbersClient,
    Token,
    TokenCache,
)
from sinch_numbers._core.auth.cache import BasicAuthorizer

pytestmark = pytest.mark.sandbox

PACKAGE = str(Path(sinch_numbers.__file__).parent)
NUMBER = "+12025550134"

KEY = "canary-key-5a1e/+é"
PAIR = base64.b64encode(f"key-id:{KEY}".encode()).decode()
PASSWORD = "canary-proxy-77"
HMAC = "canary-mine-0123456789-0123456789"
SECRETS = ("canary", PAIR, base64.b64encode(f"user:{PASSWORD}".encode()).decode())

QUICK = Backoff(first=0.001, throttled=0.001, longest=0.002)


def hits(text):
    """Return which secrets *text* shows."""
    text = text.decode("latin-1") if isinstance(text, bytes) else text
    return [secret for secret in SECRETS if secret in text]


def environment(mirror):
    clean = {name: value for name, value in os.environ.items() if "SINCH" not in name}
    return clean | {
        "SINCH_PROJECT_ID": "p",
        "SINCH_KEY_ID": "key-id",
        "SINCH_KEY_SECRET": KEY,
        "SINCH_HMAC_SECRET": HMAC,
        "SINCH_NUMBERS_URL": mirror.url,
        "SINCH_AUTH_URL": mirror.url,
        "HTTPS_PROXY": f"http://user:{PASSWORD}@127.0.0.1:9",
        "PYTHONFAULTHANDLER": "1",
    }


def client_at(mirror, cls=NumbersClient, **options):
    return cls(
        "p",
        "key-id",
        KEY,
        numbers_url=mirror.url,
        auth_url=mirror.url,
        proxy=f"http://user:{PASSWORD}@127.0.0.1:9",
        retries=0,
        timeout=2.0,
        settle_timeout=0.01,
        backoff=QUICK,
        **options,
    )


# The command line


COMMANDS = {
    "the settings": ["callback", "get"],
    "the settings for programs": ["--json", "callback", "get"],
    "the settings and the log": ["--verbose", "callback", "get"],
    "a new secret and the log": ["--verbose", "--json", "callback", "set"],
    "a number and the log": ["--verbose", "--json", "get", NUMBER],
    "a rent and the log": ["--verbose", "rent", NUMBER, "--yes"],
    "wrong usage": ["--verbose", "callback", "get", "--nonsense"],
}
# How tokens and calls are answered, one run of the whole list for each.
ANSWERS = [("fine", "fine"), ("refused", "fine")]
ANSWERS += [("fine", says) for says in ("refused", "broken", "garbled", "elsewhere", "cut")]

INSIDE = """
import sys
from sinch_numbers._core.retry import policy as retry
from sinch_numbers.cli import main
retry.Backoff.pause = lambda *_: None  # so that nothing is tried again
import sinch_numbers.cli._shared.session as session
made = session.NumbersClient
session.NumbersClient = lambda *a, **o: made(*a, **o | {"retries": 0, "settle_timeout": 0.01})
for command in COMMANDS:
    print("exit code", main(command), flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("token_says", "api_says"), ANSWERS)
def test_commands_show_no_secret(mirror, token_says, api_says):
    """
    Neither output nor errors nor log, even when the service quotes all that it was sent.
    """
    mirror.token_says, mirror.api_says = token_says, api_says
    ended = subprocess.run(
        [sys.executable, "-c", INSIDE.replace("COMMANDS", repr(list(COMMANDS.values())), 1)],
        env=environment(mirror),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    codes = [line.split()[-1] for line in ended.stdout.splitlines() if "exit code" in line]
    print(f"{token_says}, {api_says}: exit codes {codes}")

    assert len(COMMANDS) == len(codes)
    assert ("0" in codes) is (("fine", "fine") == (token_says, api_says))
    assert "Traceback" not in ended.stderr
    assert mirror.asked
    assert [] == hits(ended.stdout + ended.stderr)


@pytest.mark.slow
def test_it_is_shown_on_request(mirror):
    """
    Otherwise the test above could not fail.
    """
    ended = subprocess.run(
        [sys.executable, "-m", "sinch_numbers", "callback", "get", "--reveal"],
        env=environment(mirror),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert ["canary"] == hits(ended.stdout)


@pytest.mark.slow
def test_a_command_at_work_shows_no_secret(mirror):
    """
    Not to those who list processes, nor in the dump of one that is made to crash.
    """
    mirror.api_says = "hangs"
    process = subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", "--verbose", "callback", "set"],
        env=environment(mirror),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not any("callback" in path for path in mirror.asked):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    listed = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    process.send_signal(signal.SIGABRT)
    out, err = process.communicate(timeout=60)

    assert b"callback" in listed
    assert b"Fatal Python error: Aborted" in err
    assert b"most recent call first" in err
    assert [] == hits(listed + out + err)


def test_no_option_takes_a_secret(capsys: pytest.CaptureFixture[str]):
    """
    What is typed after a command is seen by everybody on the machine, and kept by the shell.

    The URL of a proxy can have a password, and is rejected then. `configure` takes the places
    of secrets.
    """
    from sinch_numbers.cli import main
    from sinch_numbers.cli._app import app

    def options(command):
        for parameter in command.params:
            yield from parameter.opts
        for inner in getattr(command, "commands", {}).values():
            yield from options(inner)

    given = sorted(set(options(typer.main.get_command(app))))
    assert "--project" in given
    telling = ("secret", "password", "token", "key", "hmac", "auth", "proxy")
    sources = ["--secret-command", "--secret-file", "--secret-stdin", "--secret-variable"]
    assert ["--auth-url", "--key-id", "--proxy", *sources] == [
        name for name in given if any(word in name for word in telling)
    ]
    assert 2 == main(["--proxy", "http://user:swordfish@proxy.example:3128", "list"])
    shown = capsys.readouterr()
    assert "SINCH_PROXY" in shown.err
    assert "swordfish" not in shown.out + shown.err


CRASH = """
import sys
import sinch_numbers.PLACE as module
def crash(*args, **named):
    raise ZeroDivisionError("a bug")
module.NAME = crash
from sinch_numbers.cli import main
sys.exit(main(["--verbose", "callback", "set"]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "place",
    [
        "_core.pipeline read",
        "_core.pipeline refusal",
        "_core.auth.oauth _token",
    ],
)
def test_a_bug_of_ours_shows_no_secret(mirror, place):
    """
    The traceback of what nobody thought of is plain: no values of variables in it.
    """
    if "refusal" in place:
        mirror.api_says = "refused"
    module, name = place.split()
    ended = subprocess.run(
        [sys.executable, "-c", CRASH.replace("PLACE", module).replace("NAME", name)],
        env=environment(mirror),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "ZeroDivisionError: a bug" in ended.stderr
    assert [] == hits(ended.stdout + ended.stderr)


# The library


@pytest.fixture
async def used(mirror):
    """Return a client that has fetched a token and sent and read a secret."""
    async with client_at(mirror) as client:
        await client.callback_configuration.get()
        await client.callback_configuration.update(hmac_secret=HMAC)
        yield client


def public_things(client, mirror):
    """Return one of everything public that holds a secret, or could."""
    secret = Secret(KEY)
    token = Token(Secret(f"Bearer {mirror.token}"), 60.0)
    request = Request("GET", "http://x/", {}, token.authorization, HMAC.encode())
    settings = CallbackConfiguration("p", Secret(HMAC))
    return [
        client,
        client.with_options(retries=1),
        client_at(mirror, auth="basic"),
        client_at(mirror, SyncNumbersClient),
        client.tokens,
        client._context,
        client._context.transport,
        client.callback_configuration,
        client.active_numbers.list(),
        TokenCache(client.tokens._fetch),
        BasicAuthorizer(secret),
        secret,
        token,
        request,
        Reply(200, {}, HMAC.encode()),
        settings,
        Page((settings,)),
        client.tokens._lease,
        client.tokens._fetch,
        client.tokens._fetch.__self__,
    ]


@pytest.mark.anyio
async def test_nothing_public_gives_a_secret_away(used, mirror):
    """
    Not as text, not in the text of its variables or of its members, not in copies of it.
    """
    shown = {}
    for thing in public_things(used, mirror):
        name = type(thing).__name__
        twins = [thing]
        for twin in (copy.copy, copy.deepcopy):
            try:
                twins.append(twin(thing))
            except (TypeError, AttributeError):
                continue
        for one in twins:
            shown[f"{name} as text"] = f"{one!r} {one!s} {one}"
            shown[f"variables of {name}"] = repr(getattr(one, "__dict__", ""))
            if attrs.has(type(one)) and not isinstance(one, Reply | Request):
                shown[f"members of {name}"] = repr(attrs.asdict(one))
                shown[f"members of {name}, again"] = repr(attrs.astuple(one))

    assert [] == [where for where, text in shown.items() if hits(text)]


@pytest.mark.anyio
async def test_no_pickle_holds_a_secret(used, mirror):
    """
    What can be pickled has none in it, and what has one cannot be pickled.
    """
    pickled, refused = set(), set()
    for thing in public_things(used, mirror):
        # What is sent and what came back are bytes by nature: they say so, they hide nothing.
        if isinstance(thing, Reply):
            continue
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            try:
                text = pickle.dumps(thing, protocol)
            except Exception:
                refused.add(type(thing).__name__)
                continue
            pickled.add(type(thing).__name__)
            assert [] == hits(text)
    print(f"pickled: {sorted(pickled)}; refused: {sorted(refused)}")

    assert {"Secret", "Token", "NumbersClient", "SyncNumbersClient", "TokenCache"} <= refused


def _inner(thing):
    """Yield what *thing* holds on to, with the way there."""
    if isinstance(thing, Secret | type | types.ModuleType):
        return
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield f"[{key!r:.30}]", value
            yield " key", key
    elif isinstance(thing, list | tuple | set | frozenset):
        for value in thing:
            yield "[]", value
    elif isinstance(thing, types.FunctionType):
        for cell in thing.__closure__ or ():
            yield "()", cell.cell_contents
        yield "()", thing.__defaults__
        yield "()", thing.__kwdefaults__
    elif isinstance(thing, asyncio.Task | types.CoroutineType):
        return
    else:
        for member in gc.get_referents(thing):
            yield f".{type(member).__name__}", member


def walk(root, deepest=14):
    """Return all ways from *root* to a text or bytes that shows a secret."""
    found, seen, waiting = [], set(), [("", root, 0)]
    while waiting:
        way, thing, depth = waiting.pop()
        if isinstance(thing, str | bytes | bytearray):
            if hits(bytes(thing) if isinstance(thing, bytearray) else thing):
                found.append(way)
            continue
        # The loop leads to everything else in this process, tests included.
        if id(thing) in seen or depth > deepest or isinstance(thing, asyncio.AbstractEventLoop):
            continue
        seen.add(id(thing))
        waiting += [(way + step, inner, depth + 1) for step, inner in _inner(thing)]
    return found, len(seen)


@pytest.mark.anyio
async def test_a_client_holds_its_secrets_in_one_kind_of_object(used):
    """
    Whatever can be reached from a client that was used is a `Secret`, or holds none.
    """
    for name in type(used).__annotations__:
        getattr(used, name)  # its collections are made when they are asked for
    found, looked_at = walk(used)
    print(f"{looked_at} objects")

    assert [] == found
    assert looked_at > 100
    used.note = ["canary"]
    assert 1 == len(walk(used)[0])


def _crash(*_, **__):
    raise ZeroDivisionError("a bug")


async def _acrash(*_, **__):
    raise ZeroDivisionError("a bug")


PLACES = {
    "aiohttp": ("aiohttp.ClientSession._request", _acrash),
    "reading": ("sinch_numbers._core.transport.aiohttp._read", _acrash),
    "JSON": ("sinch_numbers._core.serialization.json_text.decode_plainly", _crash),
    "models": ("sinch_numbers._core.pipeline.read", _crash),
    "writing": ("sinch_numbers._core.serialization.converter.dump", _crash),
    "refusals": ("sinch_numbers._core.pipeline.refusal", _crash),
    "details": ("sinch_numbers._core.responses._explained", _crash),
    "waiting": ("sinch_numbers._core.responses.parse_retry_after", _crash),
    "slots": ("sinch_numbers._core.rate_limit.limiter.RateLimiter.acquire", _acrash),
    "tokens": ("sinch_numbers._core.auth.oauth._read", _crash),
    "lifetimes": ("sinch_numbers._core.auth.oauth._lifetime", _crash),
    "leases": ("sinch_numbers._core.auth.cache._CachedToken.of", _crash),
    "clocks": ("sinch_numbers._core.auth.oauth.parse_http_date", _crash),
    "encoding": ("sinch_numbers._core.serialization.json_text.encode", _crash),
    "logs": ("sinch_numbers._core.pipeline.logger.debug", _crash),
}


@pytest.mark.anyio
@pytest.mark.parametrize("says", ["fine", "refused"])
@pytest.mark.parametrize("place", PLACES)
async def test_a_bug_anywhere_shows_no_secret(mirror, monkeypatch, place, says):
    """
    Trackers show the variables of every frame; ours hold secrets as `Secret` only.
    """
    target, crash = PLACES[place]
    mirror.api_says = says
    async with client_at(mirror) as client:
        with monkeypatch.context() as patch:
            patch.setattr(target, crash)
            ended = await asyncio.gather(
                client.callback_configuration.get(),
                client.callback_configuration.update(hmac_secret=HMAC),
                client.active_numbers.get(NUMBER),
                return_exceptions=True,
            )
    errors = [one for one in ended if isinstance(one, BaseException)]
    frames = []
    for error in errors:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        while told is not None:
            frames += [
                f"{frame.name}: {frame.locals}"
                for frame in told.stack
                if frame.filename.startswith(PACKAGE)
            ]
            told = told.__cause__ or told.__context__

    found = [frame for frame in frames if hits(frame)]
    assert [] == found
    bugs = [one for one in errors if not isinstance(one, SinchNumbersError)]
    if says == "refused" or place not in ("refusals", "details", "waiting"):
        assert frames
    assert all(isinstance(one, ZeroDivisionError) for one in bugs)


@pytest.mark.anyio
async def test_the_loops_own_log_shows_no_secret(mirror, caplog):
    """
    Nor do asyncio's, aiohttp's and everybody else's at their most talkative.
    """
    caplog.set_level(logging.DEBUG)
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0
    try:
        async with client_at(mirror) as client:
            await client.callback_configuration.get()
            await client.callback_configuration.update(hmac_secret=HMAC)
            mirror.api_says = "refused"
            await asyncio.gather(
                client.callback_configuration.update(hmac_secret=HMAC), return_exceptions=True
            )
    finally:
        loop.set_debug(False)
    lines = [caplog.text, *(repr(vars(record)) for record in caplog.records)]
    print(f"{len(caplog.records)} records of {sorted({r.name for r in caplog.records})}")

    assert {"asyncio", "sinch_numbers"} <= {record.name for record in caplog.records}
    assert [] == [line[:300] for line in lines if hits(line)]
