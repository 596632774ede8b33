"""The pipeline of one call: headers, retries, deadlines, and errors."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from malformed import NOT_JSON_VALUES
from products import named

from sinch_numbers import (
    IDEMPOTENT,
    APIConnectionError,
    APIReplyLostError,
    APIResponseError,
    APIStatusError,
    APITimeoutError,
    Backoff,
    BadRequestError,
    ClientClosedError,
    InternalServerError,
    InvalidArgumentError,
    NotFoundError,
    NumbersClient,
    OutcomeUnknownError,
    RateLimitError,
    Reply,
    Request,
    Secret,
    SinchNumbersError,
    Token,
    TooManyOpenFilesError,
    UnexpectedResultError,
    UnexpectedStatusError,
)
from sinch_numbers._core import pipeline
from sinch_numbers._core.delivery import Delivery, current_delivery
from sinch_numbers._core.pipeline import RateLimit
from sinch_numbers._core.retry.policy import RetryBudget

pytestmark = pytest.mark.anyio

NUMBER = "+12025550134"
BODY = json.dumps({"phoneNumber": NUMBER}).encode()
OWN_404 = {"status": "NOT_FOUND", "details": [{"type": "ResourceInfo", "resourceName": NUMBER}]}
QUICK = Backoff(first=0.0001, throttled=0.0001, longest=0.001)

Answer = Reply | SinchNumbersError | Callable[[Request], Reply]


class Tape:
    """A transport that plays given answers, the last of them for ever, and notes requests."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [Reply(200, {}, BODY)]
        self.requests: list[Request] = []
        self.closed = False

    async def exchange(self, request: Request) -> Reply:
        await asyncio.sleep(0)
        if self.closed:
            raise ClientClosedError("closed")
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        request.sent = not isinstance(answer, APIConnectionError)
        if isinstance(answer, SinchNumbersError):
            raise answer.copy()
        return answer(request) if callable(answer) else answer

    async def close(self) -> None:
        self.closed = True


class Key:
    """An authorizer with one token, which is never worth another try."""

    async def get(self) -> Token:
        return Token(Secret("Bearer t0ken"), 3600)

    def invalidate(self, token: Token) -> bool:
        return False

    async def close(self) -> None: ...


@pytest.fixture
def tape() -> Tape:
    return Tape()


@pytest.fixture
async def client(tape: Tape) -> AsyncIterator[NumbersClient]:
    async with NumbersClient(
        "p",
        tokens=Key(),
        transport=tape,
        backoff=QUICK,
        settle_timeout=0.1,
        headers={"X-Team": "audit"},
    ) as client:
        yield client


def status(code: int, body: bytes = b"", **headers: str) -> Reply:
    return Reply(code, {name.replace("_", "-"): value for name, value in headers.items()}, body)


async def test_what_a_read_looks_like_on_the_wire(client: NumbersClient, tape: Tape) -> None:
    """Method, URL and headers are all there is."""
    await client.active_numbers.get(NUMBER)
    (request,) = tape.requests

    assert "GET" == request.method
    assert f"https://numbers.api.sinch.com/v1/projects/p/activeNumbers/{NUMBER}" == request.url
    assert {"Accept", "Accept-Encoding", "User-Agent", "X-Team"} == set(request.headers)
    assert "gzip" == request.headers["Accept-Encoding"]
    assert request.headers["User-Agent"].startswith("sinch_numbers/")
    assert (None, False, 30.0) == (
        request.body,
        request.fresh,
        pytest.approx(request.timeout, 0.1),
    )


async def test_what_a_billable_write_looks_like(client: NumbersClient, tape: Tape) -> None:
    """JSON, compact, over a connection of its own."""
    await client.available_numbers.rent(NUMBER, callback_url="https://é.example")
    (request,) = tape.requests

    assert '{"callbackUrl":"https://é.example"}'.encode() == request.body
    assert "application/json" == request.headers["Content-Type"]
    assert request.fresh


@pytest.mark.parametrize(
    ("answer", "error", "requests"),
    [
        (APIConnectionError("refused"), APIConnectionError, 4),
        (APIReplyLostError("reset"), APIReplyLostError, 4),
        (APITimeoutError("late"), APITimeoutError, 4),
        (status(200, b""), APIResponseError, 4),
        (status(200, b"[]"), APIResponseError, 4),
        (status(200, b'{"phoneNumber": "+12025550199"}'), APIResponseError, 4),
        (status(204), APIResponseError, 4),
        (status(408), InternalServerError, 4),
        (status(429), RateLimitError, 4),
        *((status(code), InternalServerError, 4) for code in (500, 502, 503, 504, 599)),
        (status(501), APIStatusError, 1),
        *((status(code), APIStatusError, 1) for code in (302, 307, 400, 401, 402, 403, 404, 409)),
        *((status(code), APIStatusError, 1) for code in (405, 410, 413, 415, 422)),
        *((status(code), UnexpectedStatusError, 1) for code in (100, 199, 600, 999)),
    ],
    ids=lambda value: getattr(value, "status", None) and f"status {value.status}",
)
async def test_how_often_a_read_is_sent(
    client: NumbersClient, tape: Tape, answer: Answer, error: type[Exception], requests: int
) -> None:
    """What may pass is tried four times, what will not once; the error tells how often."""
    tape.answers = [answer]

    with pytest.raises(error) as caught:
        await client.active_numbers.get(NUMBER)

    assert (requests, requests) == (len(tape.requests), caught.value.attempts)
    assert ("GET", f"/v1/projects/p/activeNumbers/{NUMBER}") == (
        caught.value.method,
        caught.value.path,
    )


async def test_a_read_succeeds_in_the_end(client: NumbersClient, tape: Tape) -> None:
    """Three failures of different kinds, then the answer."""
    tape.answers = [status(503), APIReplyLostError("x"), status(200, b"{"), status(200, BODY)]

    assert NUMBER == (await client.active_numbers.get(NUMBER)).phone_number


@pytest.mark.parametrize("retries", [0, 1, 6])
async def test_the_number_of_retries_is_the_callers(
    client: NumbersClient, tape: Tape, retries: int
) -> None:
    """A caller's own number replaces that of the policy."""
    tape.answers = [status(503)]

    with pytest.raises(InternalServerError):
        await client.with_options(retries=retries).active_numbers.get(NUMBER)

    assert retries + 1 == len(tape.requests)


@pytest.mark.parametrize("billable", [False, True], ids=["read", "billable"])
async def test_a_lack_of_file_descriptors_costs_no_retry(
    client: NumbersClient, tape: Tape, billable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call waits while others end, with lower concurrency; neither retries nor budget pay."""
    monkeypatch.setattr(pipeline, "_DELAY_WITHOUT_FILES", 0.001)
    tape.answers = [*[TooManyOpenFilesError("x")] * 9, Reply(200, {}, BODY)]
    once = client.with_options(retries=0)
    context = client._context
    before = context.limiter.allowed

    call = once.available_numbers.rent if billable else once.active_numbers.get
    assert NUMBER == (await call(NUMBER)).phone_number

    assert (10, 0.0) == (len(tape.requests), context.budget.spent)
    assert (100, 2) == (before, context.limiter.allowed)
    await asyncio.gather(*(once.active_numbers.get(NUMBER) for _ in range(20)))
    assert 2 < context.limiter.allowed < 100  # it grows again


@pytest.mark.parametrize("billable", [False, True], ids=["read", "billable"])
@pytest.mark.parametrize("limit", ["patience", "deadline"])
async def test_a_lasting_lack_of_file_descriptors_is_a_typed_error(
    client: NumbersClient,
    tape: Tape,
    billable: bool,
    limit: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the time limit, or before the deadline, the call raises, and had no effect."""
    monkeypatch.setattr(pipeline, "_DELAY_WITHOUT_FILES", 0.001)
    tape.answers = [TooManyOpenFilesError("could not connect: Too many open files")]
    options: dict[str, float] = {"deadline": 0.2}
    if limit == "patience":
        monkeypatch.setattr(pipeline, "_LONGEST_WITHOUT_FILES", 0.2)
        options = {}
    limited = client.with_options(**options)

    call = limited.available_numbers.rent if billable else limited.active_numbers.get
    with pytest.raises(TooManyOpenFilesError) as caught:
        await call(NUMBER)

    assert (True, False) == (caught.value.transient, caught.value.maybe_applied)
    assert 1 < len(tape.requests) == caught.value.attempts
    assert (0.0, ()) == (client._context.budget.spent, client.unresolved)


async def test_no_hidden_retries_of_billable_calls(client: NumbersClient, tape: Tape) -> None:
    """``retries=0`` means one POST, and reads to prove what came of it."""
    tape.answers = [status(503), status(404, json.dumps({"error": OWN_404}).encode())]

    with pytest.raises(InternalServerError) as caught:
        await client.with_options(retries=0).available_numbers.rent(NUMBER)

    assert 1 == sum(request.method == "POST" for request in tape.requests)
    assert not caught.value.maybe_applied


async def test_a_deadline_ends_everything(
    client: NumbersClient, tape: Tape, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No pause is begun that would outlive the deadline."""
    tape.answers = [status(503, Retry_After="5")]
    slept: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        slept.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noted)

    with pytest.raises(InternalServerError):
        await client.with_options(deadline=1.0).active_numbers.get(NUMBER)

    assert 1 == len(tape.requests)
    assert {0} == set(slept), "of the transport's own"


async def test_an_attempt_gets_no_more_time_than_is_left(
    client: NumbersClient, tape: Tape
) -> None:
    """The deadline caps each attempt's own time."""
    await client.with_options(deadline=0.5, timeout=20).active_numbers.get(NUMBER)
    await client.with_options(deadline=None, timeout=20).active_numbers.get(NUMBER)

    assert 0 < tape.requests[0].timeout <= 0.5
    assert 20 == tape.requests[1].timeout


async def test_who_is_asked_to_wait_an_hour_hears_it_at_once(
    client: NumbersClient, tape: Tape
) -> None:
    """A wait beyond the cap is not begun, and told."""
    tape.answers = [status(429, Retry_After="3600")]

    with pytest.raises(RateLimitError) as caught:
        await client.active_numbers.get(NUMBER)

    assert (1, 3600.0) == (len(tape.requests), caught.value.retry_after)


async def test_in_an_outage_calls_are_sent_once(client: NumbersClient, tape: Tape) -> None:
    """When everything fails, the quota is soon spent: the service is not held down."""
    tape.answers = [status(503)]
    calls = 2000

    spent = 0
    for _ in range(calls):
        with pytest.raises(InternalServerError) as caught:
            await client.active_numbers.get(NUMBER)
        spent += caught.value.quota_exhausted

    assert len(tape.requests) <= 1.05 * calls
    assert spent >= calls - 20


async def test_success_pays_the_quota_back(client: NumbersClient, tape: Tape) -> None:
    """A call that succeeded after a retry gives back what the retry cost."""
    tape.answers = [status(503), status(200, BODY)] * 1000

    for _ in range(500):
        await client.active_numbers.get(NUMBER)

    cost = RetryBudget.cost(InternalServerError("", status=503))
    assert client._context.budget.spent <= cost


async def test_verification_reads_do_not_retry_themselves(
    client: NumbersClient, tape: Tape
) -> None:
    """Each look is one request; how often to look is the settlement's to say."""
    tape.answers = [APIReplyLostError("x"), status(503)]
    before = datetime.now(UTC)

    with pytest.raises(OutcomeUnknownError) as caught:
        await client.available_numbers.rent(NUMBER)

    first, *reads = [request.method for request in tape.requests]
    assert ("POST", {"GET"}) == (first, set(reads))
    assert 3 < len(reads) <= 13  # the time limit may cut the last ones
    error = caught.value
    assert (NUMBER, "POST", False, True) == (
        error.phone_number,
        error.method,
        error.transient,
        error.maybe_applied,
    )
    assert error.first_sent_at is not None
    assert before <= error.first_sent_at <= datetime.now(UTC)
    assert isinstance(error.cause, APIReplyLostError)


async def test_an_unseen_rent_in_doubt_is_never_sent_again(
    client: NumbersClient, tape: Tape
) -> None:
    """Listing cannot show that ``rent_any`` had no effect where others rent, too."""
    tape.answers = [APIReplyLostError("x"), status(200, b'{"activeNumbers": []}')]

    with pytest.raises(OutcomeUnknownError) as caught:
        await client.available_numbers.rent_any(region_code="US", type="LOCAL")
    assert ["POST", "GET"] == [request.method for request in tape.requests]
    assert () == caught.value.candidates


async def test_an_unseen_rent_is_not_repeated_for_haste(client: NumbersClient, tape: Tape) -> None:
    """A 429 of ``rent_any`` is the caller's: no read could make sure."""
    tape.answers = [status(429)]

    with pytest.raises(RateLimitError):
        await client.available_numbers.rent_any(region_code="US", type="LOCAL")
    assert 1 == len(tape.requests)


async def test_what_never_left_is_sent_again_even_if_billable(
    client: NumbersClient, tape: Tape
) -> None:
    """A refused connection cannot have cost anything."""
    tape.answers = [APIConnectionError("refused"), status(200, BODY)]

    await client.available_numbers.rent_any(region_code="US", type="LOCAL")

    assert 2 == len(tape.requests)


async def test_a_success_about_another_number_is_reported_with_it(
    client: NumbersClient, tape: Tape
) -> None:
    """The number is billed, so the rent is neither repeated nor read; the error has the number."""
    other = json.dumps({"phoneNumber": "+12025550199"}).encode()
    tape.answers = [status(200, other), status(200, BODY)]

    with pytest.raises(UnexpectedResultError) as caught:
        await client.available_numbers.rent(NUMBER)

    assert ("+12025550199", True) == (caught.value.result.phone_number, caught.value.billed)
    assert ["POST"] == [request.method for request in tape.requests]
    assert () == client.unresolved


async def test_a_success_with_an_unreadable_field_is_a_success(
    client: NumbersClient, tape: Tape
) -> None:
    """The number is named and billed, so the field is listed, and nothing is read."""
    odd = json.dumps({"phoneNumber": NUMBER, "paymentIntervalMonths": {"odd": 1}}).encode()
    tape.answers = [status(200, odd)]

    number = await client.available_numbers.rent(NUMBER)

    assert (NUMBER, None) == (number.phone_number, number.payment_interval_months)
    assert 1 == len(number.extra.unreadable)
    assert ["POST"] == [request.method for request in tape.requests]


@pytest.mark.parametrize("body", [b"[]", b"<html>", b"{}", b'{"phoneNumber": 5}', b"\xff"])
async def test_a_success_that_names_no_number_is_ambiguous(
    client: NumbersClient, tape: Tape, body: bytes
) -> None:
    """It may come from a proxy: the number is read, and the rent is not repeated."""
    tape.answers = [status(200, body), status(503)]

    with pytest.raises(OutcomeUnknownError) as caught:
        await client.available_numbers.rent(NUMBER)

    assert isinstance(caught.value.cause, APIResponseError)
    assert 1 == [request.method for request in tape.requests].count("POST")
    assert 3 < len(tape.requests) - 1 <= 13


async def test_with_options_leaves_the_original_alone(client: NumbersClient, tape: Tape) -> None:
    """A sibling differs, and shares the transport."""
    sibling = client.with_options(timeout=5, headers={"X-Run": "7"})
    await client.active_numbers.get(NUMBER)
    await sibling.active_numbers.get(NUMBER)
    first, second = tape.requests

    assert (30, 5) == (round(first.timeout), second.timeout)
    assert {"X-Run": "7"} == {
        name: second.headers[name] for name in second.headers.keys() - first.headers.keys()
    }
    await sibling.close()
    with pytest.raises(ClientClosedError):
        await client.active_numbers.get(NUMBER)


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"timeout": "5"},
        {"deadline": 0},
        {"retries": -1},
        {"retries": True},
        {"settle_timeout": 0},
        {"headers": {"Authorization": "x"}},
        {"headers": {"X": "a\r\nb"}},
        {"headers": {"X\n": "a"}},
    ],
    ids=str,
)
async def test_options_that_make_no_sense_are_refused(
    client: NumbersClient, options: dict
) -> None:
    """Each option that cannot work is named."""
    with pytest.raises(InvalidArgumentError) as caught:
        client.with_options(**options)

    assert next(iter(options)) == caught.value.argument


async def test_plain_requests_return_plain_json(client: NumbersClient, tape: Tape) -> None:
    """What has no method yet can be called, by path, and comes as it is."""
    tape.answers = [status(200, b'{"a": [1, null]}')]

    answer = await client.request("GET", "/numberOrders/1", query={"x": [1, 2], "y": None})

    assert {"a": [1, None]} == answer
    assert tape.requests[0].url.endswith("/v1/projects/p/numberOrders/1?x=1&x=2")


async def test_plain_requests_without_a_body(client: NumbersClient, tape: Tape) -> None:
    """An empty success is ``None``."""
    tape.answers = [status(204)]

    assert await client.request("DELETE", "/x") is None


@pytest.mark.parametrize(("method", "requests"), [("GET", 4), ("POST", 1), ("DELETE", 1)])
async def test_a_plain_request_is_billable_unless_it_reads(
    client: NumbersClient, tape: Tape, method: str, requests: int
) -> None:
    """Without a policy of its own, a write is never repeated in doubt."""
    tape.answers = [status(503)]

    with pytest.raises(InternalServerError if method == "GET" else OutcomeUnknownError):
        await client.request(method, "/x")
    assert requests == len(tape.requests)


async def test_a_plain_request_can_name_its_policy(client: NumbersClient, tape: Tape) -> None:
    """Who knows that a write is idempotent says so."""
    tape.answers = [status(503), status(200, b"{}")]

    assert {} == await client.request("PUT", "/x", json={}, retry=IDEMPOTENT)


@pytest.mark.parametrize("method", ["get", "TRACE", "GET /x", ""])
async def test_a_plain_request_has_a_known_method(client: NumbersClient, method: str) -> None:
    """Only the methods that the API uses are sent."""
    with pytest.raises(InvalidArgumentError):
        await client.request(method, "/x")


@pytest.mark.parametrize("value", named(NOT_JSON_VALUES))
async def test_what_json_cannot_say_is_not_sent(
    client: NumbersClient, tape: Tape, value: object
) -> None:
    """A body that cannot be written is an argument's fault."""
    with pytest.raises(InvalidArgumentError):
        await client.request("POST", "/x", json={"a": value})
    assert [] == tape.requests


async def test_errors_carry_what_the_service_said(client: NumbersClient, tape: Tape) -> None:
    """Status, word, message, details and request id are all there."""
    body = {
        "error": {
            "code": 400,
            "status": "INVALID_ARGUMENT",
            "message": "bad",
            "details": [
                {"type": "BadRequest", "fieldViolations": [{"field": "a.b", "description": "no"}]}
            ],
        }
    }
    tape.answers = [status(400, json.dumps(body).encode(), X_Request_Id="r-1")]

    with pytest.raises(BadRequestError) as caught:
        await client.active_numbers.update(NUMBER, display_name="x")

    error = caught.value
    assert (400, "INVALID_ARGUMENT", "bad", "r-1", 1) == (
        error.status,
        error.code,
        error.message,
        error.request_id,
        error.attempts,
    )
    assert [("a.b", "no")] == [(v.field, v.description) for v in error.field_violations]
    assert str(error).startswith("400 INVALID_ARGUMENT: bad (PATCH /v1/projects/p/activeNumbers/")


async def test_attempts_are_logged_in_detail_only_at_debug(
    client: NumbersClient, tape: Tape, caplog: pytest.LogCaptureFixture
) -> None:
    """DEBUG shows the path; what is louder masks the number."""
    caplog.set_level(logging.DEBUG, "sinch_numbers")
    tape.answers = [status(503), status(200, BODY)]

    await client.active_numbers.get(NUMBER)

    path = f"GET /v1/projects/p/activeNumbers/{NUMBER}"
    debug = [r.getMessage() for r in caplog.records if r.levelno == logging.DEBUG]
    louder = [r.getMessage() for r in caplog.records if r.levelno > logging.DEBUG]
    assert [f"{path}: 503", f"{path}: 200"] == [line.split(" in ")[0] for line in debug]
    assert 1 == len(louder)
    assert "activeNumbers/+***0134" in louder[0]
    assert {"sinch_numbers"} == {record.name for record in caplog.records}
    assert "t0ken" not in caplog.text


async def test_an_unknown_outcome_is_logged_masked(
    client: NumbersClient, tape: Tape, caplog: pytest.LogCaptureFixture
) -> None:
    """The one thing nobody may miss is a warning."""
    tape.answers = [APIReplyLostError("x"), status(503)]
    with pytest.raises(OutcomeUnknownError):
        await client.available_numbers.rent(NUMBER)

    assert 1 == sum("outcome unknown" in record.getMessage() for record in caplog.records)
    assert NUMBER not in caplog.text


async def test_cancelling_a_billable_call_is_told(
    client: NumbersClient, tape: Tape, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever cancels a rent that has left leaves its outcome open: one warning says so."""
    left = asyncio.Event()

    async def never(request: Request) -> Reply:
        request.sent = True
        left.set()
        await asyncio.sleep(3600)
        raise AssertionError

    tape.exchange = never
    task = asyncio.create_task(client.available_numbers.rent(NUMBER))
    await left.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert ["cancelled, outcome unknown: POST /v1/projects/p/availableNumbers/+***0134:rent"] == [
        record.getMessage() for record in caplog.records
    ]


async def test_cancelling_a_read_is_not(
    client: NumbersClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A read that is given up leaves nothing open."""
    task = asyncio.create_task(client.active_numbers.get(NUMBER))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert "" == caplog.text


async def test_a_404_that_is_not_the_services_own_settles_nothing(
    client: NumbersClient, tape: Tape
) -> None:
    """A proxy's 404 page is no evidence that a number was not rented."""
    tape.answers = [APIReplyLostError("x"), status(404, b"<html>not here</html>")]

    with pytest.raises(OutcomeUnknownError):
        await client.available_numbers.rent(NUMBER)


async def test_a_slot_is_given_back_whatever_happens(tape: Tape) -> None:
    """With one slot, a hundred failing calls still all get their turn."""
    tape.answers = [status(404)]
    client = NumbersClient("p", tokens=Key(), transport=tape, max_concurrency=1)

    ends = await asyncio.gather(
        *(client.active_numbers.get(NUMBER) for _ in range(100)), return_exceptions=True
    )

    assert {NotFoundError} == {type(end) for end in ends}


async def test_no_billable_request_follows_an_interrupt(client: NumbersClient, tape: Tape) -> None:
    """A delivery that is stopping lets reads pass, and raises before a billable request."""
    delivery = Delivery()
    current_delivery.set(delivery)
    delivery.stopping = True

    await client.active_numbers.get(NUMBER)
    with pytest.raises(ClientClosedError, match="interrupted"):
        await client.available_numbers.rent(NUMBER)

    assert ["GET"] == [request.method for request in tape.requests]
    assert (0, ()) == (delivery.under_way, client.unresolved)


async def test_a_delivery_counts_requests_in_progress(client: NumbersClient, tape: Tape) -> None:
    """A billable call counts until it has ended; a read does not count."""
    delivery = Delivery()
    current_delivery.set(delivery)
    idle: list[int] = []
    delivery.on_idle = lambda: idle.append(delivery.under_way)
    counted: list[int] = []

    def answer(request: Request) -> Reply:
        counted.append(delivery.under_way)
        return Reply(200, {}, BODY)

    tape.answers = [answer]
    await client.active_numbers.get(NUMBER)
    await client.available_numbers.rent(NUMBER)

    assert [0, 1] == counted
    assert ([0], 0) == (idle, delivery.under_way)


class RecordingLimiter:
    """A limiter that never limits, and records the outcomes it receives."""

    def __init__(self) -> None:
        self.recorded: list[str] = []

    async def acquire(self, _deadline: float | None, _report: object) -> float:
        return 0.0

    def on_success(self) -> None:
        self.recorded.append("success")

    def on_failure(self) -> None:
        self.recorded.append("failure")

    def release(self) -> None:
        self.recorded.append("release")


@pytest.mark.parametrize(
    ("error", "outcomes"),
    [
        (NotFoundError("", status=404), ["success"]),
        (InternalServerError("", status=503), ["failure"]),
        (RateLimitError("", status=429), []),
        (APIReplyLostError("lost"), ["failure"]),
        (APIConnectionError("refused"), []),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_the_limiter_learns_from_what_was_processed(
    error: SinchNumbersError, outcomes: list[str]
) -> None:
    """An error response that is not about the rate is a success for it; no response is none."""

    async def exchange(_: object) -> Reply:
        raise error

    limiter = RecordingLimiter()
    step = RateLimit(exchange, limiter, None)  # type: ignore[arg-type]  # a stand-in
    with pytest.raises(SinchNumbersError):
        await step(SimpleNamespace(deadline=None, attempts=0, report_rate_limit=None))  # type: ignore[arg-type]  # as well

    assert [*outcomes, "release"] == limiter.recorded
