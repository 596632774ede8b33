"""The exit code has one meaning in all commands, and with ``--json`` each error is one object."""

import json
import math
import socket
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from products import product

import sinch_numbers.errors
from sinch_numbers import SinchNumbersError
from sinch_numbers.cli._shared import exit_codes, problems
from sinch_numbers.cli._shared.exit_codes import ExitCode
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._protocol.faults import TOKEN_PATH

Run = Callable[..., Any]
Plant = Callable[[Sandbox, pytest.MonkeyPatch], object]

NUMBER = "+12025550101"
ORDER = "01k5rb2c4d6e8f0g2h4j6k8m0n"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "list": ("list",),
    "get": ("get", NUMBER),
    "search": ("search", "-r", "us", "-t", "local"),
    "update": ("update", NUMBER, "--display-name", "x"),
    "wait": ("wait", NUMBER, "--wait-timeout", "0"),
    "buy": ("buy", "-r", "us", "-t", "local", "--yes"),
    "rent": ("rent", NUMBER, "--yes"),
    "release": ("release", NUMBER, "--yes"),
    "audit": ("audit",),
    "emergency": ("emergency", "get", NUMBER),
    "callback": ("callback", "get"),
    "imported": ("imported", "get", NUMBER),
    "hosting": ("hosting", "get", ORDER),
    "qualified": ("qualified", "get", NUMBER),
    "orders": ("orders", "get", ORDER),
    "request": ("request", "GET", "/activeNumbers"),
}
CLOSED = "http://127.0.0.1:9"
"""The discard port, at which nothing listens."""


def fault(kind: str, path: str | None = None) -> Plant:
    return lambda sandbox, _: sandbox.faults.add(kind, path=path, times=math.inf)


def variables(**values: str) -> Plant:
    def plant(_: Sandbox, patch: pytest.MonkeyPatch) -> None:
        for name, value in values.items():
            patch.setenv(f"SINCH_{name}", value)

    return plant


def hosts(url: str) -> Plant:
    return variables(NUMBERS_URL=url, IMPORTED_NUMBERS_URL=url)


def no_credentials(_: Sandbox, patch: pytest.MonkeyPatch) -> None:
    patch.delenv("SINCH_KEY_ID")


def no_dns(_: Sandbox, patch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    hosts("https://numbers.invalid")(_, patch)
    patch.setattr("socket.getaddrinfo", unknown)


def no_tls(sandbox: Sandbox, patch: pytest.MonkeyPatch) -> None:
    hosts(sandbox.url.replace("http:", "https:"))(sandbox, patch)


def dead_proxy(_: Sandbox, patch: pytest.MonkeyPatch) -> None:
    hosts("https://numbers.example")(_, patch)
    patch.setenv("SINCH_PROXY", CLOSED)


FAULTS: Mapping[str, tuple[int, str, Plant]] = {
    "not found": (6, "not_found", fault("404_json")),
    "rejected": (7, "rejected", fault("bad_request")),
    "wrong secret": (8, "authentication", variables(KEY_SECRET="wrong")),
    "no permission": (8, "permission_denied", fault("403")),
    "no credentials": (8, "missing_credentials", no_credentials),
    "rate limited": (9, "rate_limited", fault("429")),
    "no token: rate limited": (9, "rate_limited", fault("429", TOKEN_PATH)),
    "service fails": (10, "service_failed", fault("503")),
    "token service fails": (10, "auth_unavailable", fault("503", TOKEN_PATH)),
    "redirect": (10, "redirect", fault("redirect")),
    "HTML": (10, "unreadable_response", fault("html")),
    "host unreachable": (10, "connection", hosts(CLOSED)),
    "token host unreachable": (10, "auth_unavailable", variables(AUTH_URL=CLOSED)),
    "unknown host": (10, "connection", no_dns),
    "no TLS": (10, "tls", no_tls),
    "proxy unreachable": (10, "proxy", dead_proxy),
}
ANY: Any = {"group": lambda _: "any", "row": lambda row: row}
FIELDS = [
    "code", "exitCode", "message", "requestId", "httpStatus", "apiCode", "violations", "nextStep",
    "operationId", "number", "cost",
]  # fmt: skip


def the_error(ended: Any) -> dict[str, Any]:
    """Return the error of a command; all lines of stderr are JSON."""
    lines = [json.loads(line) for line in ended.err.splitlines()]
    (error,) = [one for one in lines if "code" in one]
    assert lines[-1] == error
    assert FIELDS == list(error)
    assert all(list(one) == ["notice"] for one in lines[:-1])
    return error


@pytest.mark.sandbox
@product(group=GROUPS, row=FAULTS, classes=ANY)
def test_a_fault_has_the_same_code_in_each_group(
    sandbox: Sandbox,
    cli: Run,
    monkeypatch: pytest.MonkeyPatch,
    group: tuple[str, ...],
    row: tuple[int, str, Plant],
) -> None:
    """Planted at the sandbox, or in the way to it; nothing is billed."""
    code, word, plant = row
    plant(sandbox, monkeypatch)

    ended = cli("--json", "--retries", "0", *group)

    error = the_error(ended)
    assert (code, code, word, "none") == (
        ended.code, error["exitCode"], error["code"], error["cost"]
    )  # fmt: skip
    assert "" == ended.out
    assert error["message"]
    assert error["nextStep"]


USAGE: Mapping[str, tuple[tuple[str, ...], str]] = {
    "unknown command": (("nope",), "command"),
    "no command": ((), "command"),
    "unknown option": (("list", "--nope"), "--nope"),
    "missing argument": (("get",), "NUMBER"),
    "missing option": (("search", "-r", "us"), "--type"),
    "not a number": (("list", "--limit", "x"), "--limit"),
    "out of range": (("list", "--limit", "0"), "--limit"),
    "enum value": (("list", "--type", "mobil"), "--type"),
    "global option": (("--timeout", "x", "list"), "--timeout"),
    "not a finite number": (("--timeout", "nan", "list"), "--timeout"),
    "endless deadline": (("--deadline", "inf", "list"), "--deadline"),
    "no retries": (("--retries", "-1", "list"), "--retries"),
    "phone number": (("get", "12025550134"), "NUMBER"),
    "options that exclude": (("update", NUMBER, "--unlink-sms", "--campaign", "C"), "command"),
    "no confirmation": (("release", NUMBER), ""),
    **{f"group {name}": ((*argv, "--nope"), "--nope") for name, argv in GROUPS.items()},
}


@pytest.mark.sandbox
@pytest.mark.usefixtures("sandbox")
def test_wrong_usage_is_an_object_with_the_option(cli: Run) -> None:
    """With exit code 2, and the help as next step if the option parser found it."""
    wrong = {}
    for name, (argv, field) in USAGE.items():
        ended = cli("--json", *argv)
        error = the_error(ended)
        fields = [one["field"] for one in error["violations"]] or [""]
        if (2, 2, [field]) != (ended.code, error["exitCode"], fields):
            wrong[name] = error
        if error["code"] == "usage" and field:
            assert error["nextStep"].endswith(" --help")

    assert {} == wrong


def test_each_error_class_has_a_code_word_and_a_next_step() -> None:
    """Words are unique, except those of subclasses that need no distinction."""
    elsewhere = {
        "CassetteError", "ClientClosedError", "InvalidEventError", "PaginationError",
        "SinchNumbersError", "SyncInLoopError", "UnexpectedRequestError", "UnreadableItemWarning",
        "UnsupportedRuntimeError",
    }  # fmt: skip
    classes = [getattr(sinch_numbers.errors, name) for name in sinch_numbers.errors.__all__]
    rows = exit_codes._ROWS
    unlisted = {
        one.__name__ for one in classes if not any(issubclass(one, row.error) for row in rows)
    }
    hidden = [
        row.word
        for place, row in enumerate(rows)
        if any(issubclass(row.error, earlier.error) for earlier in rows[:place])
    ]

    assert elsewhere == unlisted
    assert [] == hidden
    assert len(rows) == len({row.word for row in rows})
    assert all(row.next_step for row in rows)


@pytest.mark.sandbox
def test_an_unknown_outcome_names_operation_number_and_cost(sandbox: Sandbox, cli: Run) -> None:
    """So that a program can ask `operations` and the API what happened."""
    number = _available(sandbox)
    sandbox.faults.queue("drop")

    error = the_error(cli("--json", "rent", number, "--yes"))
    (entry,) = [json.loads(line) for line in cli("--jsonl", "operations", "list").out.splitlines()]

    assert ("outcome_unknown", 4, entry["id"], number, "unknown") == tuple(
        error[name] for name in ("code", "exitCode", "operationId", "number", "cost")
    )
    assert f"check before you retry: sinch-numbers get {number}" == error["nextStep"]


@pytest.mark.sandbox
@pytest.mark.posix
def test_a_paid_number_that_was_not_printed_is_in_the_error(
    sandbox: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 5 wins over that of the failed output."""
    number = _available(sandbox)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sinch_numbers.cli._shared.output.Output.one", full)
    error = the_error(cli("--json", "rent", number, "--yes"))

    assert ("output_failed", 5, number, "billed") == tuple(
        error[name] for name in ("code", "exitCode", "number", "cost")
    )
    assert error["operationId"]


def test_an_interrupt_and_a_bug_are_objects(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug is exit code 1, with its traceback in notices."""
    for error, code, word in (
        (KeyboardInterrupt(), 130, "interrupted"),
        (ZeroDivisionError("oops"), 1, "bug"),
    ):

        def fail(*_: object, error: BaseException = error, **__: object) -> None:
            raise error

        monkeypatch.setattr("sinch_numbers.cli._shared.session._clients", fail)
        ended = cli("--json", "list")
        assert (code, word) == (ended.code, the_error(ended)["code"])
    assert "oops" in ended.err


@pytest.mark.sandbox
def test_findings_and_a_closed_pipe_are_no_errors(sandbox: Sandbox, cli: Run) -> None:
    """Their exit codes say all."""
    sandbox.project().add_active(phone_number=NUMBER)

    ended = cli("--json", "audit", "--fail-on", "warning")

    assert 3 == ended.code
    assert "" == ended.err


def test_a_command_without_json_prints_lines(cli: Run) -> None:
    """Also after a command with it, in the same process."""
    cli("--json", "get")
    ended = cli("list")

    assert 8 == ended.code
    assert ended.err.startswith("sinch-numbers: missing credentials")
    assert not problems.is_json()


def test_unknown_error_classes_are_other() -> None:
    """Such as one of a newer release."""
    error = SinchNumbersError("new")

    assert (ExitCode.OTHER, "other") == (exit_codes.exit_code(error), exit_codes.code_word(error))


def _available(sandbox: Sandbox) -> str:
    return next(
        number
        for number, one in sandbox.project().stock.items()
        if (one.region_code, one.type) == ("US", "LOCAL")
    )
