"""Notifications through apprise, to a local server."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import attrs
import pytest

from sinch_numbers import InvalidArgumentError, MissingExtraError
from sinch_numbers.audit import AuditPlan, AuditRun, Changes, Costs, Finding, Report, Severity
from sinch_numbers.exports import (
    NotifyOn,
    check_notification_urls,
    send_notifications,
)
from sinch_numbers.exports._notifications import is_due
from sinch_numbers.inventory import Completeness

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)
COMPLETE = Completeness(counted_before=0, total_size=0, read=0)
ERROR = Finding(
    rule="provisioning-failed",
    severity=Severity.ERROR,
    phone_number="+12025550134",
    message="SMS failed for +1 202 555 0134",
    advice="-",
)
WARNING = attrs.evolve(ERROR, rule="unused", severity=Severity.WARNING)


class Receiver(HTTPServer):
    """Receives notifications, and answers with *status*."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.received: list[dict[str, Any]] = []

    @property
    def notification_url(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/s3cret-path"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def report(*findings: Finding, **fields: Any) -> Report:
    plan = AuditPlan(now=NOW)
    made = plan.report(
        plan.begin(),
        project_id="acme",
        started_at=NOW,
        finished_at=NOW,
        completeness=COMPLETE,
    )
    health = type(made.health).of(10, made.rules, findings)
    return attrs.evolve(made, findings=findings, health=health, **fields)


RUN = AuditRun(
    run=1,
    project_id="acme",
    started_at=NOW,
    finished_at=NOW,
    complete=True,
    explanation="complete",
    numbers=10,
    counts={},
    waived=0,
    rules=(),
    costs=Costs(),
    size=0,
)


def since(**lists: Any) -> Changes:
    return Changes(since=RUN, **lists)


@pytest.mark.sandbox
def test_a_summary_is_sent(receiver: Receiver) -> None:
    """
    The title is the health, and phone numbers are masked unless they are requested.
    """
    found = report(ERROR, changes=since(new=(ERROR,)))

    (result,) = send_notifications(found, [receiver.notification_url])
    send_notifications(found, [receiver.notification_url], numbers=True)

    assert (1, True) == (result.position, result.sent)
    masked, plain = receiver.received
    assert "Sinch numbers, acme: 1 error on 1 of 10 numbers" in masked["title"]
    assert "+1••••••••34" in masked["message"]
    assert "0134" not in json.dumps(masked, ensure_ascii=False)
    assert "+12025550134" in plain["message"]


@pytest.mark.sandbox
def test_a_failure_is_a_result_without_secrets(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """
    One that fails doesn't stop the others, and its URL is in no log record, whatever the level.
    """
    caplog.set_level(logging.DEBUG)
    unreachable = "json://127.0.0.1:1/other-s3cret"

    failed, sent = send_notifications(report(), [unreachable, receiver.notification_url])
    receiver.status = 500
    (refused,) = send_notifications(report(), [receiver.notification_url])

    assert (False, True, False) == (failed.sent, sent.sent, refused.sent)
    assert "s3cret" not in f"{failed}{sent}{refused}{caplog.text}"
    logging.getLogger("apprise").warning("of another part of the program")
    assert "of another part of the program" in caplog.text


@pytest.mark.sandbox
def test_a_service_that_does_not_answer_is_given_up() -> None:
    """
    A server that accepts the connection and stays silent is a failure, after its timeout.
    """
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        (result,) = send_notifications(report(), [f"json://127.0.0.1:{port}/?rto=0.1&cto=0.1"])

    assert not result.sent


def test_an_invalid_url_is_rejected_and_not_quoted() -> None:
    """
    The error has the position of the URL, since the URL holds a secret.
    """
    urls: list[Any]
    for urls in (["json://ok", "nonsense://s3cret"], ["json://ok", ""], ["json://ok", None]):
        with pytest.raises(InvalidArgumentError, match="URL 2 of 2") as caught:
            check_notification_urls(urls)
        assert "s3cret" not in str(caught.value)
    with pytest.raises(InvalidArgumentError, match="list of URLs"):
        check_notification_urls("json://s3cret")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without apprise, the error names the extra.
    """
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)

    with pytest.raises(MissingExtraError, match=r"sinch-numbers\[notify\]"):
        check_notification_urls(["json://ok"])


@pytest.mark.parametrize(
    ("found", "due"),
    [
        (report(), {"always", "change"}),
        (report(WARNING), {"always", "change"}),
        (report(ERROR), {"always", "change", "new-error"}),
        (report(ERROR, changes=since()), {"always"}),
        (report(ERROR, changes=since(new=(WARNING,))), {"always", "change"}),
        (report(ERROR, changes=since(new=(ERROR,))), {"always", "change", "new-error"}),
        (report(changes=Changes(reason="first audit")), {"always", "change"}),
        (
            report(completeness=attrs.evolve(COMPLETE, total_size=None), changes=since()),
            {"always", "change", "new-error"},
        ),
    ],
    ids=[
        "nothing, nothing to compare with",
        "a warning, nothing to compare with",
        "an error, nothing to compare with",
        "an old error",
        "a new warning",
        "a new error",
        "the first audit",
        "incomplete",
    ],
)
def test_notifications_can_depend_on_changes(found: Report, due: set[str]) -> None:
    """
    Without an audit to compare with, everything is new; an incomplete audit is always sent.
    """
    assert due == {when.value for when in NotifyOn if is_due(found, when)}
    if "new-error" not in due:
        assert () == send_notifications(found, ["json://127.0.0.1:1/"], on="new-error")


def test_a_text_has_a_limited_length() -> None:
    """
    A text that services would reject is cut at a line, with the count of the others.
    """
    from sinch_numbers.exports._notifications import message

    long = [
        attrs.evolve(ERROR, message="x" * 300, phone_number=f"+1202555{n:04}") for n in range(9)
    ]

    _, body = message(report(*long, changes=since(new=tuple(long))), numbers=True)

    assert len(body) < 2000
    assert body.endswith(" more lines")
