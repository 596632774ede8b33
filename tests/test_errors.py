"""The error classes: their documented tree, and pickling and copying of each."""

import copy
import pickle
import re
import runpy
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from products import every, product

from sinch_numbers import errors
from sinch_numbers.errors import (
    APIConnectionError,
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ContentTooLargeError,
    InternalServerError,
    InvalidArgumentError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitError,
    SinchNumbersError,
    UnexpectedRedirectError,
    UnexpectedStatusError,
)
from sinch_numbers.errors._status import status_error
from sinch_numbers.models import (
    ActiveNumber,
    BadRequest,
    Extra,
    FieldViolation,
    Money,
    NumberOrder,
    ResourceInfo,
    UnknownDetail,
)

DOCS = Path(__file__).parents[1] / "docs"
TABLES = runpy.run_path(str(DOCS / "_build" / "tables.py"))
_ROW = re.compile(r"^ {4}([│├└─ ]*)(\w+Error)\b.*?(?:\s(yes|no)\s+(yes|no))?$", re.MULTILINE)


def _drawn() -> dict[str, tuple[str | None, bool, bool]]:
    """Read the tree in the docstring: name -> parent, transient, maybe applied."""
    tree: dict[str, tuple[str | None, bool, bool]] = {}
    branch: list[str] = []
    for lines, name, transient, applied in _ROW.findall(errors.__doc__ or ""):
        depth = len(lines) // 3
        del branch[depth:]
        tree[name] = (branch[-1] if branch else None, transient == "yes", applied == "yes")
        branch.append(name)
    return tree


DRAWN = _drawn()
CLASSES = [
    thing
    for thing in vars(errors).values()
    if isinstance(thing, type) and issubclass(thing, SinchNumbersError)
]


def _example(cls: type[SinchNumbersError]) -> SinchNumbersError:
    """Make an error of *cls* with something in every attribute."""
    if issubclass(cls, APIStatusError):
        error: SinchNumbersError = cls(
            "no such number",
            status=404,
            code="NOT_FOUND",
            details=(
                BadRequest((FieldViolation("a.b", "is odd"),)),
                ResourceInfo("ActiveNumber", "+12025550134"),
                UnknownDetail(Extra({"type": "New", "deep": {"er": [1]}})),
            ),
            body='{"error": 1}',
        )
    elif cls is InvalidArgumentError:
        error = InvalidArgumentError("phone_number", "a number", "x")
    elif cls is errors.MissingCredentialsError:
        error = errors.MissingCredentialsError(("key_id", "key_secret"))
    elif cls is errors.BudgetExceededError:
        price, budget = Money("USD", Decimal(2)), Money("USD", Decimal(1))
        error = errors.BudgetExceededError("max_setup_price", budget, price, order_ids=("7",))
    elif cls is errors.MissingExtraError:
        error = errors.MissingExtraError("HTML", "html")
    elif cls is errors.NumberBusyError:
        error = errors.NumberBusyError("+12025550134", "0a1b2c")
    elif cls is errors.OutputFileError:
        error = errors.OutputFileError("numbers.csv", "No space left on device", begun=True)
    elif cls is errors.SandboxStateError:
        error = errors.SandboxStateError("state.json", "it isn't valid JSON")
    elif cls is errors.CassetteError:
        error = errors.CassetteError("numbers.json", "is not JSON")
    elif cls is errors.UnexpectedRequestError:
        parts = ("method", "query.size")
        error = errors.UnexpectedRequestError("numbers.json", "GET /a", "PUT /a", parts)
    elif cls is errors.UnexpectedResultError:
        error = errors.UnexpectedResultError("another number", NumberOrder(id_number_order="7"))
    else:
        error = cls("it broke")
    error.method, error.path, error.attempts = "GET", "/v1/projects/p/activeNumbers", 3
    error.retry_after, error.request_id = 1.5, "req-1"
    error.quota_exhausted, error.page_token = True, "next"
    if isinstance(error, OutcomeUnknownError):
        error.phone_number = "+12025550134"
        error.first_sent_at = datetime(2026, 3, 14, tzinfo=UTC)
        error.op_id, error.candidates = "0a1b2c", (ActiveNumber(phone_number="+12025550134"),)
        error.cause = _example(errors.APITimeoutError)
    return error


def _told(error: SinchNumbersError) -> object:
    """Return all that there is to know about *error*, comparably."""
    state = {
        name: _told(value) if isinstance(value, SinchNumbersError) else value
        for name, value in vars(error).items()
    }
    return type(error), error.args, state, str(error)


def test_the_docstring_draws_every_class():
    """No class is missing in the drawing, and none is drawn that is not there."""
    assert {cls.__name__ for cls in CLASSES} == DRAWN.keys()
    assert len(DRAWN) > 20


@every("cls", CLASSES)
def test_a_class_is_as_drawn(cls):
    """Parent, transience and doubt: all retrying follows from the last two."""
    parent, transient, applied = DRAWN[cls.__name__]

    assert (transient, applied) == (cls.transient, cls.maybe_applied)
    assert (parent or "Exception") == cls.__mro__[1].__name__


@pytest.mark.parametrize(
    ("cls", "builtin"),
    [(InvalidArgumentError, ValueError), (errors.ClientClosedError, RuntimeError)],
)
def test_some_are_what_python_calls_them_too(cls, builtin):
    """Who knows nothing of this package can catch them by the usual name."""
    assert issubclass(cls, builtin)


def test_an_unknown_outcome_is_never_taken_for_transient():
    """Whoever retries whatever is transient must not repeat a billable call."""
    assert not OutcomeUnknownError.transient
    assert not issubclass(OutcomeUnknownError, (errors.APIReplyLostError, APIConnectionError))


def _class_of(status: int) -> type[APIStatusError]:
    # Written differently from the package, on purpose: status by status.
    known = {
        400: BadRequestError,
        401: AuthenticationError,
        403: PermissionDeniedError,
        404: NotFoundError,
        408: InternalServerError,
        409: ConflictError,
        413: ContentTooLargeError,
        429: RateLimitError,
        501: APIStatusError,
    }
    by_hundreds = {
        3: UnexpectedRedirectError,
        4: APIStatusError,
        5: InternalServerError,
    }
    return known.get(status) or by_hundreds.get(status // 100, UnexpectedStatusError)


def test_every_status_has_its_class():
    """From 100 to 999, and beyond what HTTP knows nothing is taken for granted."""
    expected = {status: _class_of(status) for status in range(100, 1000)}

    assert expected == {status: status_error(status) for status in range(100, 1000)}


@pytest.mark.parametrize(
    ("status", "completeness"),
    [
        pytest.param(402, (False, False), id="payment required is a plain no"),
        pytest.param(405, (False, False), id="method not allowed is a plain no"),
        pytest.param(408, (True, True), id="request timeout leaves a doubt"),
        pytest.param(410, (False, False), id="gone is a plain no"),
        pytest.param(422, (False, False), id="unprocessable is a plain no"),
        pytest.param(429, (True, False), id="too many requests was not carried out"),
        pytest.param(500, (True, True), id="internal error leaves a doubt"),
        pytest.param(501, (False, False), id="not implemented is a plain no"),
        pytest.param(504, (True, True), id="gateway timeout leaves a doubt"),
        pytest.param(600, (False, True), id="a status that HTTP does not know leaves a doubt"),
        pytest.param(101, (False, True), id="an interim status as the last leaves a doubt"),
    ],
)
def test_what_a_status_means_for_retrying(status, completeness):
    """Transient, and maybe applied."""
    cls = status_error(status)

    assert completeness == (cls.transient, cls.maybe_applied)


TRAVELS = {
    **{
        f"pickled by protocol {protocol}": (
            lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol))
        )
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "copied by its own method": lambda error: error.copy(),
}


@product(
    cls={cls.__name__: cls for cls in CLASSES},
    passed_on=TRAVELS,
    classes={"passed_on": lambda name: name if name.endswith("own method") else name.split()[0]},
)
def test_errors_survive_their_travels(cls, passed_on):
    """Workers and processes get the whole error: class, arguments, attributes, text."""
    error = _example(cls)

    twin = passed_on(error)

    assert _told(error) == _told(twin)
    assert twin is not error
    assert twin.__traceback__ is None


def test_a_copy_is_an_error_of_its_own():
    """What happens to the copy does not happen to the original."""
    error = _example(RateLimitError)

    twin = error.copy()
    twin.attempts = 9

    assert error.attempts == 3


def test_a_copy_remembers_what_was_proven():
    """That nothing came of a call is known of the error, not of its class."""
    error = InternalServerError("", status=500)
    error.maybe_applied = False

    assert pickle.loads(pickle.dumps(error)).maybe_applied is False
    assert InternalServerError.maybe_applied is True


@pytest.mark.parametrize(
    ("message", "code", "attempts", "expected"),
    [
        pytest.param("no", "NOT_FOUND", 1, "404 NOT_FOUND: no (GET /x)", id="all of it"),
        pytest.param("no", None, 1, "404: no (GET /x)", id="without a code"),
        pytest.param("", "NOT_FOUND", 1, "404 NOT_FOUND (GET /x)", id="without a message"),
        pytest.param("", None, 3, "404 (GET /x, attempt 3)", id="after three attempts"),
        pytest.param("no", None, 0, "404: no", id="without a call"),
        pytest.param("", None, 0, "404", id="just a status"),
    ],
)
def test_what_a_refusal_reads_like(message, code, attempts, expected):
    """Status and code first, then what the service said, then where."""
    error = NotFoundError(message, status=404, code=code)
    if attempts:
        error.method, error.path, error.attempts = "GET", "/x", attempts

    assert expected == str(error)


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        pytest.param(0, "it broke (POST /x)", id="never sent"),
        pytest.param(1, "it broke (POST /x)", id="sent once"),
        pytest.param(4, "it broke (POST /x, attempt 4)", id="sent four times"),
    ],
)
def test_what_any_other_error_reads_like(attempts, expected):
    """The message, and where it happened."""
    error = APIConnectionError("it broke")
    error.method, error.path, error.attempts = "POST", "/x", attempts

    assert expected == str(error)
    assert error.message == "it broke"


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        pytest.param(None, "size: expected a number", id="nothing is not quoted"),
        pytest.param("x", "size: expected a number, got 'x'", id="a text is quoted"),
        pytest.param("a\nb", "size: expected a number, got 'a\\nb'", id="on one line"),
        pytest.param("x" * 78, f"size: expected a number, got '{'x' * 78}'", id="eighty fit"),
        pytest.param(
            f"a{'x' * 10_000_000}z", f"size: expected a number, got 'a{'x' * 37}...{'x' * 36}z'",
            id="ten million do not",
        ),
        pytest.param(
            b"a" * 1_000_000 + b"z",
            f"size: expected a number, got b'{'a' * 37}...{'a' * 36}z'",
            id="nor do bytes",
        ),
        pytest.param(
            list(range(1_000_000)),
            f"size: expected a number, got {str(list(range(99)))[:39]}..."
            f"{str(list(range(999_900, 1_000_000)))[-38:]}",
            id="nor does a long list",
        ),
        pytest.param(
            10**10_000, "size: expected a number, got a value of type int", id="too many digits"
        ),
    ],
)  # fmt: skip
def test_an_argument_is_quoted_briefly(got, expected):
    """Both ends of a long value are shown, in 80 characters; making the text never fails."""
    error = InvalidArgumentError("size", "a number", got)

    assert expected == str(error)
    assert (error.argument, error.expected) == ("size", "a number")


def test_field_violations_are_gathered_from_all_details():
    """What is wrong with which field, in the service's order."""
    one, two, three = (FieldViolation(name, "is odd") for name in "abc")
    error = BadRequestError(
        "odd",
        status=400,
        details=(
            BadRequest((one, two)),
            ResourceInfo("ActiveNumber"),
            UnknownDetail(Extra({"fieldViolations": [{"field": "z"}]})),
            BadRequest(()),
            BadRequest((three,)),
        ),
    )

    assert (one, two, three) == error.field_violations


def test_no_details_are_no_field_violations():
    """Also when the service gives no reason."""
    assert BadRequestError("", status=400).field_violations == ()


def test_field_violations_are_in_the_text():
    """A program that logs only `str(error)` still says which field is wrong."""
    details = (
        BadRequest((FieldViolation("smsConfiguration.campaignId", "is unknown"),)),
        BadRequest((FieldViolation(None, "too many"), FieldViolation("scheduled", None))),
    )
    for cls, status in ((BadRequestError, 400), (ConflictError, 409), (APIStatusError, 422)):
        error = cls("rejected", status=status, code="INVALID", details=details)
        assert (
            f"{status} INVALID: rejected; smsConfiguration.campaignId: is unknown; "
            "request: too many; scheduled: not accepted"
        ) == str(error)
        assert 3 == len(error.field_violations)
        assert str(error) == str(pickle.loads(pickle.dumps(error)))


def test_a_hostile_number_of_violations_is_cut():
    """A server cannot fill the log with one error."""
    many = BadRequest(tuple(FieldViolation("f" * 999, "d" * 999) for _ in range(500)))

    text = str(BadRequestError("odd", status=400, details=(many,)))

    assert text.endswith("; and 490 more")
    assert len(text) < 10_000


@every("cls", CLASSES)
def test_no_text_of_an_error_has_control_characters(cls):
    """Nothing of a server's text reaches a terminal as a command, or forges a line of a log."""
    hostile = "a\x1b[31m\r\nb\x07\x00\x9b\u2028\u202e\udc80"
    error = _example(cls)
    error.message = error.message + hostile
    error.path = f"/v1{hostile}"
    if isinstance(error, APIStatusError):
        error.code = hostile
        error.details = (BadRequest((FieldViolation(hostile, hostile),)),)

    assert str(error).isprintable()
    assert "a\\x1b[31m\\r\\nb\\x07\\x00\\x9b\\u2028\\u202e\\udc80" in str(error)
    assert str(error) == f"{error}"


@every("cls", CLASSES)
def test_every_class_documents_its_cause_and_consequences(cls):
    """A docstring has the cause, whether the call took effect or was retried, and what to do."""
    cause, parts = TABLES["described_error"](cls)

    assert ["Took effect", "Retried", "Next step"] == list(parts)
    assert all(part.endswith(".") and len(part) > 2 for part in (cause, *parts.values()))


@every("cls", CLASSES)
def test_a_docstring_agrees_with_the_class(cls):
    """A class that may have been applied says so, and the others say that they were not."""
    effect = TABLES["described_error"](cls)[1]["Took effect"]
    applied = effect.startswith(("maybe", "yes"))

    if cls is not SinchNumbersError:
        assert cls.maybe_applied is applied


def test_the_reference_has_every_class():
    """The table of the reference is generated from the classes, in the order of the tree."""
    rows = [row.split(" | ") for row in list(TABLES["errors"](""))[2:]]
    page = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")

    assert DRAWN.keys() - {"SinchNumbersError"} == {row[0].strip("| `") for row in rows}
    assert {5} == {len(row) for row in rows}
    assert "<!-- errors -->" in page
    members = re.findall(r"^        - (\w+)$", page, re.MULTILINE)
    assert set(errors.__all__) == set(members)


def test_classes_have_their_public_path():
    """Tracebacks and pickles name the module that users import from."""
    assert {"sinch_numbers.errors"} == {cls.__module__ for cls in CLASSES}


@every("cls", CLASSES)
def test_a_long_value_does_not_make_a_long_error(cls):
    """A million characters are shortened in the middle, in the message, path, and request ID."""
    long = f"start{'x' * 1_000_000}end"
    error = _example(cls)
    if cls not in (errors.MissingCredentialsError, errors.MissingExtraError):
        made = {
            InvalidArgumentError: lambda: InvalidArgumentError("name", "a name", long),
            errors.NumberBusyError: lambda: errors.NumberBusyError(long, "1"),
            errors.OutputFileError: lambda: errors.OutputFileError(long, "no space left"),
            errors.SandboxStateError: lambda: errors.SandboxStateError(long, "it is damaged"),
            errors.CassetteError: lambda: errors.CassetteError(long, "is not JSON"),
            errors.UnexpectedRequestError: lambda: errors.UnexpectedRequestError(
                long, long, long, ("path",)
            ),
            errors.UnexpectedResultError: lambda: errors.UnexpectedResultError(long, None),
            errors.BudgetExceededError: lambda: errors.BudgetExceededError(
                "max_setup_price", Decimal(1), None, order_ids=(long,)
            ),
        }
        make = made.get(cls, lambda: cls(long, status=400))
        error = make() if issubclass(cls, APIStatusError) or cls in made else cls(long)
    error.method, error.path, error.request_id = "GET", long, long

    assert len(str(error)) < 6_000
    assert "end" in str(error)


def test_the_request_id_is_in_the_text():
    """A log line is sufficient to report a problem."""
    error = NotFoundError("no", status=404)
    error.request_id = "req-1"

    assert "404: no; request id req-1" == str(error)


def test_a_wrong_project_gets_the_advice_of_a_wrong_key():
    """Both name the arguments and variables of the credentials."""
    texts = {
        str(cls("", status=status)).partition("; ")[2]
        for cls, status in ((AuthenticationError, 401), (PermissionDeniedError, 403))
    }

    (advice,) = texts
    for name in ("project_id", "key_id", "key_secret"):
        assert name in advice
        assert f"SINCH_{name.upper()}" in advice


def test_an_invalid_argument_can_be_renamed():
    """The copy names what the user wrote; the original keeps the inner name."""
    error = InvalidArgumentError("where", "a path", "redis://host")

    by_argument, by_variable = error.renamed("store"), error.renamed("store", "SINCH_STORE")

    assert "where: expected a path, got 'redis://host'" == str(error)
    assert "store: expected a path, got 'redis://host'" == str(by_argument)
    assert "SINCH_STORE: expected a path, got 'redis://host'" == str(by_variable)
    assert ("store", None, "SINCH_STORE") == (
        by_variable.argument,
        by_argument.source,
        by_variable.source,
    )
    assert str(by_variable) == str(pickle.loads(pickle.dumps(by_variable)))
