"""OpenTelemetry: one span per call, metrics, and no private data."""

import ast
import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry import baggage, context, trace
from opentelemetry.trace import SpanKind, StatusCode

from sinch_numbers import (
    AuthUnavailableError,
    InternalServerError,
    MissingExtraError,
    NotFoundError,
    NumbersClient,
    OutcomeUnknownError,
    PermissionDeniedError,
    SyncNumbersClient,
    otel,
)

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

PAGE = Path(__file__).parents[3] / "docs" / "operations" / "observability.md"
NOT_OURS = "+12025550134"


async def a_number(client: NumbersClient) -> str:
    return (await client.active_numbers.list(limit=1).page()).items[0].phone_number


def events(span):
    """Return the events of *span*, their attributes without what is random."""
    return [
        (
            event.name.removeprefix("sinch_numbers."),
            {
                name.removeprefix("sinch_numbers."): value
                for name, value in event.attributes.items()
                if name != "sinch_numbers.pause"
            },
        )
        for event in span.events
    ]


async def test_a_call_is_a_span(observed, recorded, sandbox):
    """Named by method and template, with the attributes that the conventions know."""
    async with observed(recorded.observer()) as client:
        number = await a_number(client)
        recorded.spans_out.clear()
        await client.active_numbers.get(number)

    (span,) = recorded.spans
    host, _, port = sandbox.url.removeprefix("http://").rpartition(":")
    assert ("GET /activeNumbers/{phoneNumber}", SpanKind.CLIENT) == (span.name, span.kind)
    assert {
        "http.request.method": "GET",
        "url.template": "/activeNumbers/{phoneNumber}",
        "server.address": host,
        "server.port": int(port),
        "http.response.status_code": 200,
        "sinch_numbers.billable": False,
    } == dict(span.attributes)
    assert [("attempt", {"attempt": 1, "http.response.status_code": 200})] == events(span)
    assert StatusCode.UNSET is span.status.status_code
    assert ("sinch_numbers", None) == (span.instrumentation_scope.name, span.parent)


async def test_attempts_and_pauses_are_events(observed, recorded, sandbox):
    """In their order, with what went wrong and how long it waited for."""
    async with observed(recorded.observer()) as client:
        number = await a_number(client)
        recorded.spans_out.clear()
        sandbox.faults.add("503", method="GET")
        sandbox.faults.add("drop", method="GET")
        await client.active_numbers.get(number)

    (span,) = recorded.spans
    assert [
        ("attempt", {"attempt": 1, "http.response.status_code": 503}),
        ("resend", {"error.type": "InternalServerError"}),
        ("attempt", {"attempt": 2, "error.type": "APIReplyLostError"}),
        ("resend", {"error.type": "APIReplyLostError"}),
        ("attempt", {"attempt": 3, "http.response.status_code": 200}),
    ] == events(span)
    pauses = [event.attributes.get("sinch_numbers.pause") for event in span.events]
    assert all((pause is not None) == (n % 2 == 1) for n, pause in enumerate(pauses))
    assert 2 == span.attributes["http.request.resend_count"]
    assert "error.type" not in span.attributes
    counted = recorded.points("sinch_numbers.call.resends")
    assert {"InternalServerError": 1, "APIReplyLostError": 1} == {
        point.attributes["error.type"]: point.value for point in counted
    }


async def test_a_failure_is_an_error_without_words(observed, recorded):
    """Its class and its status; never its message, which names the number."""
    async with observed(recorded.observer()) as client:
        with pytest.raises(NotFoundError):
            await client.active_numbers.get(NOT_OURS)

    (span,) = recorded.spans
    assert (StatusCode.ERROR, None) == (span.status.status_code, span.status.description)
    assert ("NotFoundError", 404) == (
        span.attributes["error.type"],
        span.attributes["http.response.status_code"],
    )
    (point,) = recorded.points("sinch_numbers.call.duration")
    assert (1, "NotFoundError", "/activeNumbers/{phoneNumber}") == (
        point.count,
        point.attributes["error.type"],
        point.attributes["url.template"],
    )
    assert point.explicit_bounds[0] < 0.1  # in seconds, not in the milliseconds of the default


async def test_a_call_that_gives_up_ends_with_what_came_last(observed, recorded, sandbox):
    """All its attempts are told, and no pause that did not happen."""
    async with observed(recorded.observer(), retries=1) as client:
        await a_number(client)
        recorded.spans_out.clear()
        sandbox.faults.add("500", method="GET", times=2)
        with pytest.raises(InternalServerError):
            await client.available_regions.list()

    (span,) = recorded.spans
    assert ["attempt", "resend", "attempt"] == [name for name, _ in events(span)]
    assert "InternalServerError" == span.attributes["error.type"]


async def test_an_unknown_outcome_is_marked(observed, recorded, sandbox):
    """On the span and as a metric; the reads that looked for it are children."""
    async with observed(recorded.observer()) as client:
        hits = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
        recorded.spans_out.clear()
        sandbox.faults.queue("drop")
        sandbox.faults.add("500", method="GET", times=10**6)
        with pytest.raises(OutcomeUnknownError):
            await client.available_numbers.rent(hits[0].phone_number)

    rents = [
        span for span in recorded.spans if span.name == "POST /availableNumbers/{phoneNumber}:rent"
    ]
    reads = [span for span in recorded.spans if span not in rents]
    (rent,) = rents
    assert (True, "OutcomeUnknownError", True) == (
        rent.attributes["sinch_numbers.outcome_unknown"],
        rent.attributes["error.type"],
        rent.attributes["sinch_numbers.billable"],
    )
    assert [("attempt", {"attempt": 1, "error.type": "APIReplyLostError"})] == events(rent)
    assert reads
    assert {("GET /activeNumbers/{phoneNumber}", rent.context.span_id)} == {
        (span.name, span.parent.span_id) for span in reads
    }
    assert [1] == [p.value for p in recorded.points("sinch_numbers.call.unknown_outcomes")]


async def test_a_settled_call_is_no_failure(observed, recorded, sandbox):
    """The reply was lost, a read found the number of the only renter: the rent has worked."""
    async with observed(recorded.observer(), sole_renter=True) as client:
        hits = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
        recorded.spans_out.clear()
        sandbox.faults.queue("drop")
        await client.available_numbers.rent(hits[0].phone_number)

    *_, rent = recorded.spans
    assert "POST /availableNumbers/{phoneNumber}:rent" == rent.name
    assert StatusCode.UNSET is rent.status.status_code
    assert not {"error.type", "sinch_numbers.outcome_unknown"} & rent.attributes.keys()
    assert [] == recorded.points("sinch_numbers.call.unknown_outcomes")


async def test_a_cancelled_call_ends_its_span(observed, recorded, sandbox):
    """A rent that had left is of unknown outcome then, too."""
    async with observed(recorded.observer()) as client:
        hits = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
        recorded.spans_out.clear()
        sandbox.faults.queue("stall")
        rent = asyncio.create_task(client.available_numbers.rent(hits[0].phone_number))
        while not sandbox.faults.applied:
            await asyncio.sleep(0.001)
        rent.cancel()
        await asyncio.gather(rent, return_exceptions=True)

    (span,) = recorded.spans
    assert ("CancelledError", True) == (
        span.attributes["error.type"],
        span.attributes["sinch_numbers.outcome_unknown"],
    )
    assert [("attempt", {"attempt": 1, "error.type": "CancelledError"})] == events(span)


async def test_spans_are_children_of_where_the_call_is_made(observed, recorded):
    """Also when several calls are under way at once, each in a trace of its own."""
    async with observed(recorded.observer()) as client:
        number = await a_number(client)
        recorded.spans_out.clear()

        async def work(n: int) -> None:
            with recorded.tracer.start_as_current_span(f"work {n}"):
                await client.active_numbers.get(number)
                assert f"work {n}" == trace.get_current_span().name

        await asyncio.gather(*(work(n) for n in range(20)))

    calls = {span.parent.span_id: span for span in recorded.spans if span.parent}
    works = [span for span in recorded.spans if span.parent is None]
    assert (20, 20) == (len(calls), len(works))
    for outer in works:
        assert calls[outer.context.span_id].context.trace_id == outer.context.trace_id


async def test_a_page_is_a_call(observed, recorded):
    """A walk makes a span for each page, and what is done in between is no child of one."""
    async with observed(recorded.observer()) as client:
        async for _ in client.active_numbers.list(page_size=15):
            assert trace.INVALID_SPAN is trace.get_current_span()

    assert ["GET /activeNumbers"] * 3 == [span.name for span in recorded.spans]
    assert [None] * 3 == [span.parent for span in recorded.spans]


def test_the_twin_carries_the_context_over(recorded, sandbox_thread):
    """From the thread of the caller into the loop where the call is made."""
    with (
        SyncNumbersClient(**sandbox_thread, observer=recorded.observer()) as client,
        recorded.tracer.start_as_current_span("work"),
    ):
        client.available_regions.list()

    call, work = recorded.spans
    assert ("GET /availableRegions", work.context.span_id) == (call.name, call.parent.span_id)


@pytest.mark.parametrize("propagate", [True, False])
async def test_requests_carry_the_trace_and_nothing_else(observed, recorded, recording, propagate):
    """``traceparent`` names the span; baggage stays in the house."""
    token = context.attach(baggage.set_baggage("customer", "acme"))
    try:
        async with observed(recorded.observer(propagate=propagate), transport=recording) as client:
            await client.available_regions.list()
    finally:
        context.detach(token)

    (span,) = recorded.spans
    fetch, call = recording.headers
    ids = f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}"
    sent = call.get("traceparent")
    assert (ids if propagate else None) == (sent and sent.rpartition("-")[0])
    assert not {"traceparent", "tracestate", "baggage"} & fetch.keys()
    assert not {"tracestate", "baggage"} & call.keys()


async def test_tokens_are_counted(observed, recorded, sandbox):
    """Fetches that work and fetches that fail; a thousand callers share one."""
    async with observed(recorded.observer()) as client:
        await asyncio.gather(*(client.available_regions.list() for _ in range(10)))
    sandbox.faults.add("403", path="/oauth2/token")
    async with observed(recorded.observer()) as client:
        with pytest.raises(PermissionDeniedError):
            await client.available_regions.list()

    assert {None: 1, "PermissionDeniedError": 1} == {
        point.attributes.get("error.type"): point.value
        for point in recorded.points("sinch_numbers.token.fetches")
    }
    refused = recorded.spans[-1]
    assert ("PermissionDeniedError", ()) == (refused.attributes["error.type"], refused.events)


async def test_a_token_that_is_replaced_makes_for_an_attempt_more(observed, recorded, sandbox):
    """Refused and sent again are both on record, without a pause."""
    async with observed(recorded.observer()) as client:
        await client.available_regions.list()
        recorded.spans_out.clear()
        sandbox.faults.add("revoked_token", method="GET")
        await client.available_regions.list()

    (span,) = recorded.spans
    assert [
        ("attempt", {"attempt": 1, "http.response.status_code": 401}),
        ("attempt", {"attempt": 2, "http.response.status_code": 200}),
    ] == events(span)
    assert 1 == span.attributes["http.request.resend_count"]


async def test_nothing_that_is_secret_is_exported(observed, recorded, sandbox):
    """No secret, token, number, project, name, query, body or message, whatever happens."""
    canary, name = "canary-" * 6, "canary name"
    async with observed(recorded.observer()) as client:
        numbers = [one.phone_number async for one in client.active_numbers.list(limit=5)]
        token = (await client.tokens.get()).authorization.reveal()
        await client.active_numbers.update(numbers[0], display_name=name)
        await client.callback_configuration.update(hmac_secret=canary)
        await client.active_numbers.release(numbers[1])
        for kind in ("500", "drop", "garbage", "string_error", "html", "400"):
            sandbox.faults.add(kind, method="GET", times=2)
            await asyncio.gather(client.active_numbers.get(numbers[2]), return_exceptions=True)
            sandbox.faults.clear()
        with pytest.raises(NotFoundError):
            await client.request("GET", f"/activeNumbers/{NOT_OURS}")
    async with observed(recorded.observer(), key_secret=canary) as client:
        await asyncio.gather(client.active_numbers.get(NOT_OURS), return_exceptions=True)

    exported = recorded.text()
    assert "GET /activeNumbers/{phoneNumber}" in exported
    assert {"GET"} == {s.name for s in recorded.spans if "url.template" not in s.attributes}
    for hidden in (canary, name, token.split(" ")[1], "projects", '"sandbox"', "?", "limit",
                   NOT_OURS[1:], *(number[1:] for number in numbers)):  # fmt: skip
        assert hidden not in exported


def test_the_page_about_it_names_all_there_is():
    """Attributes, events and metrics, and none that there is not."""
    names = re.compile(r"(?:sinch_numbers|http|server|url|error)\.[a-z_.]+")
    tables = [line for line in PAGE.read_text().splitlines() if line.startswith("|")]
    told = {name for line in tables for name in re.findall(rf"`({names.pattern})`", line)}
    source = ast.walk(ast.parse(Path(otel.__file__).read_text()))

    assert told == {
        node.value
        for node in source
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and names.fullmatch(node.value)
    }
    assert len(told) > 12


async def test_the_table_of_metrics_is_that_of_the_exports(observed, recorded, sandbox):
    """Each metric with its kind and unit, and the attributes of its points."""
    async with observed(recorded.observer(), retries=1) as client:
        sandbox.faults.add("503", method="GET")
        hits = await client.available_numbers.search(region_code="US", type="LOCAL", size=1)
        sandbox.faults.queue("drop")
        sandbox.faults.add("500", method="GET", times=10**6)
        with pytest.raises(OutcomeUnknownError):
            await client.available_numbers.rent(hits[0].phone_number)
    sandbox.faults.clear()
    sandbox.faults.add("500", path="/oauth2/token", times=10)
    async with observed(recorded.observer(), retries=1) as client:
        with pytest.raises(AuthUnavailableError):
            await client.available_regions.list()

    kinds = {"Histogram": "histogram", "Sum": "counter"}
    exported = {
        (one.name, kinds[type(one.data).__name__], one.unit): {
            name for point in one.data.data_points for name in point.attributes
        }
        for resource in recorded.reader.get_metrics_data().resource_metrics
        for scope in resource.scope_metrics
        for one in scope.metrics
    }
    row = re.compile(r"^\| `([\w.]+)` \| (\w+) \| `([^`]+)` \| (.+) \|$", re.MULTILINE)

    assert exported == {
        (name, kind, unit): set(re.findall(r"`([\w.]+)`", attributes))
        for name, kind, unit, attributes in row.findall(PAGE.read_text())
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("import sinch_numbers; sinch_numbers.NumbersClient('p', 'k', 's')", False),
        ("import sinch_numbers; sinch_numbers.Observer; sinch_numbers.SyncNumbersClient", False),
        ("import sinch_numbers; sinch_numbers.otel.OpenTelemetry()", True),
    ],
)
def test_it_is_loaded_when_it_is_asked_for(code, loaded):
    """Whoever traces nothing never imports opentelemetry."""
    asked = f"{code}; import sys; print('opentelemetry' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", asked], capture_output=True, text=True, check=True
    )
    assert f"{loaded}\n" == ended.stdout


def test_a_missing_library_is_a_typed_error(monkeypatch):
    """It names the extra that brings it."""
    monkeypatch.delitem(sys.modules, "sinch_numbers.otel")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'sinch-numbers\[otel\]'"):
        __import__("sinch_numbers.otel")


@pytest.mark.slow
def test_without_an_sdk_it_does_no_harm(sandbox_thread):
    """The API alone records nothing, and the header stays away."""
    code = (
        "import json, sys; from sinch_numbers import SyncNumbersClient; "
        "from sinch_numbers.otel import OpenTelemetry; "
        "client = SyncNumbersClient(**json.loads(sys.argv[1]), observer=OpenTelemetry()); "
        "print(len(client.available_regions.list()) > 0); client.close(); "
        "print(any(name.startswith('opentelemetry.sdk') for name in sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, json.dumps(sandbox_thread)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (0, "", "True\nFalse\n") == (ended.returncode, ended.stderr, ended.stdout)
