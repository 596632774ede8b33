"""Log events: their texts and levels, and masked numbers."""

import ast
import asyncio
import json
import logging
import re
from pathlib import Path

import pytest

import sinch_numbers
from sinch_numbers import (
    AuthUnavailableError,
    Backoff,
    InternalServerError,
    NumbersClient,
    OutcomeUnknownError,
    SinchNumbersError,
)

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

PACKAGE = Path(sinch_numbers.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "operations" / "observability.md"
NUMBER = "+12025550134"
QUICK = Backoff(first=0.001, throttled=0.001, longest=0.002)

# Whoever filters or alerts on these can rely on them: a change belongs in the changelog.
EVENTS = {
    "%s %s: %s in %.0f ms, attempt %d": "debug",
    "token fetched, valid for %d s": "debug",
    "sync calls run on %s": "debug",
    "token rejected (401), fetching a new one": "debug",
    "retrying in %.2f s: %s %s: %s": "warning",
    "no token yet, retrying in %.2f s: %s": "warning",
    "token renewal failed, the current token is still valid: %s": "warning",
    "local clock differs from the service's by %+d s": "warning",
    "number orders are unavailable, renting instead: %s": "warning",
    "outcome unknown: %s": "warning",
    "interrupted, result not delivered: %s %s": "warning",
    "%s, outcome unknown: %s %s": "warning",
    "%s was rented by another renter": "warning",
    "%s took effect, but is not recorded: %s": "error",
    "%s of %s is not recorded: %s": "error",
    "waiting: %s": "info",
    "on_progress failed": "exception",
    "on_unknown_outcome failed": "exception",
    "the observer failed": "exception",
    "webhook refused: %d, %s": "warning",
    "webhook answered with 503: the event store failed": "exception",
    "event handler failed, %d attempts left: %s": "warning",
    "event dropped, %s: %s": "error",
    "on_dropped failed: %s": "error",
    "webhook answered with 503: the event store does not respond": "error",
    "the outcome of an event could not be stored": "exception",
    "no events can be taken, next attempt in %g s": "exception",
    "another process has taken over an event: %s": "warning",
    "events could not be given back before their leases end": "exception",
    "events lost: %d, the receiver was not closed": "error",
}


def _logged():
    """Return the events that the source can log, the sandbox's own aside."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        if "sandbox" in file.relative_to(PACKAGE).parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("logger", "_logger", "log")
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
                and node.func.attr != "getLogger"
            ):
                found[node.args[0].value] = node.func.attr
    return found


def client_at(mirror, **options):
    return NumbersClient(
        "p",
        "key",
        "secret",
        numbers_url=mirror.url,
        auth_url=mirror.url,
        settle_timeout=0.01,
        timeout=0.3,
        backoff=QUICK,
        **options,
    )


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.DEBUG, "sinch_numbers")
    return caplog


def events(log):
    """Return level and event of what was logged, in order, with what is timed left out."""
    return [(record.levelname, record.msg) for record in log.records]


def louder(log):
    return [record.getMessage() for record in log.records if record.levelno > logging.DEBUG]


def test_events_and_levels_are_a_contract():
    """The events in the code are those listed here."""
    assert EVENTS == _logged()


def test_the_page_lists_all_events():
    """The page has each event with its level, and no others."""
    listed = re.findall(r"^\| `([A-Z]+)` \| `(.*?)` \|", PAGE.read_text(), re.MULTILINE)

    levels = {event: "ERROR" if at == "exception" else at.upper() for event, at in EVENTS.items()}
    assert levels == {event: level for level, event in listed}
    assert len(EVENTS) == len(listed)


def test_there_is_one_logger():
    """
    Its name is the package's, and it writes nowhere unless it gets a handler.

    Loggers of other packages may get a filter.
    """
    named = {
        name
        for file in PACKAGE.rglob("*.py")
        if "sandbox" not in file.relative_to(PACKAGE).parts
        for name in re.findall(r"getLogger\(([^)]*)\)(?!\.addFilter)", file.read_text())
    }
    assert {'"sinch_numbers"'} == named
    handlers = [type(one) for one in logging.getLogger("sinch_numbers").handlers]
    assert [logging.NullHandler] == [one for one in handlers if one.__module__ == "logging"]


async def test_a_call_that_works_is_not_loud(mirror, log):
    """A token and an attempt, both for those who look closely."""
    async with client_at(mirror) as client:
        await client.active_numbers.get(NUMBER)

    assert [
        ("DEBUG", "token fetched, valid for %d s"),
        ("DEBUG", "%s %s: %s in %.0f ms, attempt %d"),
    ] == events(log)
    attempt = rf"GET /v1/projects/p/activeNumbers/.*{NUMBER[1:]}: 200 in \d+ ms, attempt 1"
    assert re.fullmatch(attempt, log.records[1].getMessage())
    assert {"sinch_numbers"} == {record.name for record in log.records}


async def test_a_retry_is_logged_with_its_reason(mirror, log):
    """Each attempt for those who look closely, each repetition for everybody."""
    mirror.api_says = "broken"
    async with client_at(mirror, retries=2) as client:
        with pytest.raises(InternalServerError):
            await client.active_numbers.get(NUMBER)

    attempt = ("DEBUG", "%s %s: %s in %.0f ms, attempt %d")
    again = ("WARNING", "retrying in %.2f s: %s %s: %s")
    assert [attempt, again, attempt, again, attempt] == events(log)[1:]
    assert 2 == len(louder(log))
    for line in louder(log):
        assert NUMBER not in line
        assert NUMBER[-4:] in line
        assert line.startswith("retrying in 0.00 s: GET ")


async def test_an_unknown_outcome_is_logged(mirror, log):
    """Money may have been spent: that is for everybody, too."""
    mirror.api_says = "cut"
    async with client_at(mirror) as client:
        with pytest.raises(OutcomeUnknownError):
            await client.available_numbers.rent(NUMBER)

    assert 1 == events(log).count(("WARNING", "outcome unknown: %s"))
    assert not [line for line in louder(log) if NUMBER in line]


async def test_a_cancelled_rent_is_logged(mirror, log):
    """Who cancels it does not learn what became of it."""
    mirror.api_says = "hangs"
    async with client_at(mirror) as client:
        rent = asyncio.create_task(client.available_numbers.rent(NUMBER))
        while not any("rent" in path for path in mirror.asked):
            await asyncio.sleep(0.005)
        rent.cancel()
        await asyncio.gather(rent, return_exceptions=True)

    assert ("WARNING", "%s, outcome unknown: %s %s") == events(log)[-1]
    assert louder(log)[-1].startswith("cancelled, outcome unknown: POST ")
    assert not [line for line in louder(log) if NUMBER in line]


async def test_waiting_for_a_token_is_logged(mirror, log):
    """Each try but the last, which is an error of its own."""
    mirror.token_says = "broken"
    async with client_at(mirror) as client:
        with pytest.raises(AuthUnavailableError):
            await client.active_numbers.get(NUMBER)

    assert [("WARNING", "no token yet, retrying in %.2f s: %s")] * 7 == events(log)


async def test_a_failing_renewal_is_logged_once(mirror, log):
    """A good token goes on working; that there will be none is worth knowing."""
    async with client_at(mirror) as client:
        await client.active_numbers.get(NUMBER)
        mirror.token_says = "refused"
        lease = client.tokens._lease
        now = asyncio.get_running_loop().time()
        object.__setattr__(lease, "renew_at", now - 1)
        failed = "token renewal failed, the current token is still valid: %s"
        while ("WARNING", failed) not in events(log):
            await client.active_numbers.get(NUMBER)
        for _ in range(5):
            await client.active_numbers.get(NUMBER)

    assert 1 == events(log).count(("WARNING", failed))


@pytest.mark.parametrize("where", ["oauth2", "projects"])
async def test_nothing_that_is_sent_or_answered_is_a_line_of_its_own(mirror, log, where):
    """Line breaks of others are shown, not written: nobody forges an entry."""
    forged = "x\r\n2026-01-01 CRITICAL all is lost"
    mirror.answer = _forging(mirror.answer, where, forged)
    async with client_at(mirror, retries=1) as client:
        for call in (
            client.active_numbers.get(NUMBER),
            client.active_numbers.update(NUMBER, display_name=forged),
            client.available_numbers.rent(NUMBER),
        ):
            with pytest.raises(SinchNumbersError):
                await call

    assert [line for line in louder(log) if "all is lost" in line]
    assert [] == [line for line in louder(log) if not line.isprintable()]


def _forging(answer, where, text):
    def forge(handler, sent):
        if where not in handler.path:
            answer(handler, sent)
            return
        handler.send_response(500)
        body = json.dumps({"error": {"message": text, "status": "x"}})
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body.encode())

    return forge
