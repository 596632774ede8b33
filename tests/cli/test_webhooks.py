"""Webhooks on the command line: shown when genuine, recorded, replayed, forwarded."""

import gzip
import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sinch_numbers import explain
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.testing import SignedEvent, SignedEvents
from sinch_numbers.webhooks import sign

Run = Callable[..., Any]
NUMBER = "+12025550147"
LISTEN = ("webhooks", "listen", "--port=0")
SECRET = "cli-hmac-secret-0123456789-abcdefgh"


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> SignedEvents:
    monkeypatch.setenv("SINCH_HMAC_SECRET", SECRET)
    return SignedEvents(SECRET)


@pytest.fixture
def listening() -> Iterator[Callable[..., tuple[Any, int]]]:
    """Run ``webhooks listen`` elsewhere, and return the process and its port."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str, before: tuple[str, ...] = ()) -> tuple[Any, int]:
        process = subprocess.Popen(
            [sys.executable, "-m", "sinch_numbers", *before, *LISTEN, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stderr
        told = process.stderr.readline()
        assert told.startswith("Listening for webhooks at http://127.0.0.1:"), told
        return process, int(told.split(";")[0].rpartition(":")[2])

    yield start
    for process in running:
        process.kill()
        process.communicate(timeout=30)


def post(port: int, posted: SignedEvent, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/any/path", posted.body, posted.headers | headers)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.slow
def test_genuine_events_are_shown_as_they_come(
    events: SignedEvents, listening: Run, tmp_path: Path
) -> None:
    """Each once, with advice; a forged one is rejected; Ctrl-C is the normal end."""
    process, port = listening()
    failed = events.number(NUMBER, "PROVISIONING_TO_CAMPAIGN", failure_code="TFN_NOT_ALLOWED")
    assert 200 == post(port, failed)
    assert 200 == post(port, failed)
    assert 401 == post(port, events.order("order-1"), **{"X-Sinch-Signature": "0" * 40})
    assert 200 == post(port, events.order("order-1\x1b[31m", "IN_REVIEW"))
    first, advice, second = (process.stdout.readline() for _ in range(3))
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=30)

    assert 0 == process.returncode
    failure = [NUMBER, "PROVISIONING_TO_CAMPAIGN", "FAILED", "TFN_NOT_ALLOWED"]
    assert failure == first.split()[2:]
    assert f"{explain('TFN_NOT_ALLOWED')}\n" == advice
    assert ["order-1\\x1b[31m", "NUMBER_ORDER_PROCESSING", "IN_REVIEW"] == second.split()[2:]
    assert "" == rest
    assert "webhook rejected: the signature is missing or wrong" in errors
    assert SECRET not in errors


@pytest.mark.slow
def test_for_programs_and_for_later(
    events: SignedEvents, listening: Run, cli: Run, tmp_path: Path
) -> None:
    """JSON, an object a line; what is recorded can be shown again, and is verified again."""
    record = tmp_path / "events.jsonl"
    process, port = listening("--record", str(record), "--count", "4", before=("--jsonl",))
    posted = [events.number(NUMBER), events.imported(NUMBER), events.order("o", note="é✓")]
    assert [200] * 3 == [post(port, one) for one in posted]
    last = events.number(NUMBER)
    packed = gzip.compress(last.body)
    compressed = SignedEvent(packed, sign(packed, SECRET))
    assert 200 == post(port, compressed, **{"Content-Encoding": "gzip"})
    posted.append(last)
    out, _ = process.communicate(timeout=30)
    assert 0 == process.returncode
    replayed = cli("--jsonl", "webhooks", "listen", "--replay", str(record))

    assert (0, out) == (replayed.code, replayed.out)
    # Events about different resources are handled at the same time, in any order.
    assert sorted(one.event.event_id for one in posted) == sorted(
        json.loads(line)["eventId"] for line in out.splitlines()
    )
    few = cli("webhooks", "listen", "--replay", str(record), "--count", "2")
    assert 2 == len(few.lines)


def test_what_is_not_genuine_is_not_replayed(
    events: SignedEvents, cli: Run, tmp_path: Path
) -> None:
    """A line that was changed, or is none, is told by its place; the others are shown."""
    genuine = events.number(NUMBER)
    lines = [
        json.dumps({"signature": genuine.signature, "body": genuine.body.decode()}),
        json.dumps({"signature": genuine.signature, "body": genuine.body.decode() + " "}),
        "nonsense",
        "",
        '{"body": 5, "signature": ""}',
    ]
    record = tmp_path / "events.jsonl"
    record.write_text("\n".join(lines))
    ended = cli("webhooks", "listen", "--replay", str(record))

    assert 1 == ended.code
    assert 1 == len(ended.lines)
    assert ["2", "3", "5"] == [line.split()[2] for line in ended.err.splitlines()]
    assert 2 == cli("webhooks", "listen", "--replay", str(tmp_path / "none")).code


@pytest.mark.sandbox
def test_events_are_forwarded_as_they_came(
    events: SignedEvents, cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very bytes, without a proxy, and their signature; other statuses than 200 are shown."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    taken: list[tuple[bytes, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((body, self.headers["X-Sinch-Signature"]))
            self.send_response(200 if len(taken) == 1 else 503)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever)
    thread.start()
    posted = [events.number(NUMBER), events.number(NUMBER, note="é")]
    record = tmp_path / "events.jsonl"
    record.write_text(
        "".join(
            json.dumps({"signature": one.signature, "body": one.body.decode()}) + "\n"
            for one in posted
        )
    )
    url = f"http://127.0.0.1:{server.server_port}/hook"
    ended = cli("webhooks", "listen", "--replay", str(record), "--forward", url)
    server.shutdown()
    thread.join()
    server.server_close()

    assert [(one.body, one.signature) for one in posted] == taken
    assert "forwarded, got status 503" in ended.err
    gone = cli("webhooks", "listen", "--replay", str(record), "--forward", url)
    assert "forwarding failed" in gone.err
    assert 2 == cli("webhooks", "listen", "--forward", "file:///etc/passwd").code


@pytest.mark.sandbox
def test_the_secret_is_read_from_the_service(sandbox: Sandbox, cli: Run, tmp_path: Path) -> None:
    """Without SINCH_HMAC_SECRET, the API is asked for it."""
    one = SignedEvents(sandbox.project().hmac_secret).number(NUMBER)
    record = tmp_path / "events.jsonl"
    record.write_text(json.dumps({"signature": one.signature, "body": one.body.decode()}))

    ended = cli("webhooks", "listen", "--replay", str(record))

    assert (0, 1) == (ended.code, len(ended.lines))
    sandbox.project().hmac_secret = ""
    assert 1 == cli("webhooks", "listen", "--replay", str(record)).code


@pytest.mark.slow
def test_a_sandbox_posts_to_this_machine_only(process: Run) -> None:
    """A place elsewhere is refused in one line."""
    ended = process("sandbox", "--webhooks", "http://example.com/hook")

    assert 2 == ended.code
    assert "this machine only" in ended.err


@pytest.mark.slow
def test_a_sandbox_tells_a_listener(
    events: SignedEvents, listening: Run, monkeypatch: pytest.MonkeyPatch, process: Run
) -> None:
    """``sandbox --webhooks URL`` in one terminal, ``webhooks listen`` in another."""
    secret = Sandbox(numbers=0, stock=0).project().hmac_secret
    monkeypatch.setenv("SINCH_HMAC_SECRET", secret)
    listener, port = listening("--count", "1")
    command = ["sandbox", "--numbers", "0", "--webhooks", f"http://127.0.0.1:{port}"]
    with subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", *command], stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        lines = [running.stdout.readline() for _ in range(6)]
        told = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
        rent = ("rent-first", "--region=US", "--type=LOCAL", "--sms-plan=p", "--yes")
        assert 0 == process(*rent, env=told).code
        out, _ = listener.communicate(timeout=30)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)

    assert "PROVISIONING_TO_SMS_PLATFORM  SUCCEEDED" in out
