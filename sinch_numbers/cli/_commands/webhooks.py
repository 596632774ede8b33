"""Commands that show incoming webhooks and replay recorded ones."""

import asyncio
import base64
import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import attrs
import typer
from rich.text import Text

from sinch_numbers._core import arguments, urls
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.cli._shared import errors as exits
from sinch_numbers.cli._shared import options
from sinch_numbers.cli._shared.interrupts import run_until_interrupted
from sinch_numbers.cli._shared.output import Output, stdout_console
from sinch_numbers.cli._shared.session import Settings, opened
from sinch_numbers.cli._views.tables import safe
from sinch_numbers.errors import InvalidEventError, OutputFileError
from sinch_numbers.models import Event, explanations
from sinch_numbers.models._secret import Secret
from sinch_numbers.webhooks import Answer, Receiver, serve
from sinch_numbers.webhooks._content_coding import codings, gunzip
from sinch_numbers.webhooks._core import ACCEPTED
from sinch_numbers.webhooks._events import SIGNATURE_HEADER, parse_event, verify_signature

commands = typer.Typer(no_args_is_help=True, help="Receive and inspect webhooks.")

_VARIABLE: Final = "SINCH_HMAC_SECRET"
_STYLES: Final = {
    "SUCCEEDED": "green",
    "COMPLETED": "green",
    "FAILED": "red",
    "REJECTED": "red",
    "EXPIRED": "yellow",
    "BLOCKED": "yellow",
}
_PATIENCE: Final = 10.0


@commands.command("listen")
def listen(
    context: typer.Context,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 selects a free one.")
    ] = 8000,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on.")
    ] = "127.0.0.1",
    record: Annotated[
        Path | None,
        typer.Option(
            "--record", metavar="FILE", help="Append webhooks to this file, one per line."
        ),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            "--replay", metavar="FILE", help="Show the webhooks recorded in this file, and exit."
        ),
    ] = None,
    forward: Annotated[
        str | None,
        typer.Option(
            "--forward", metavar="URL", help="Forward each webhook unchanged to this URL."
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", "-n", min=1, help="Exit after this many events.")
    ] = None,
    force: options.Force = False,
) -> None:
    """
    Receive webhooks, verify their signatures, and show the events.

    The secret is read from SINCH_HMAC_SECRET or the API. Webhooks with a wrong signature are
    not shown. Recorded webhooks are verified like new ones. Ctrl-C stops it.
    """
    settings: Settings = context.obj
    if forward is not None and not forward.startswith(("http://", "https://")):
        raise typer.BadParameter("--forward must be an http or https URL")
    rule = options.file_rule(context, force=force, files=[record], named="--record")
    if record is not None:
        with exits.reporting_errors(context):
            rule.append(record, b"")
    secret = _secret(context)
    show = _Show(Output(form=settings.form), forward, count)
    with exits.reporting_errors(context):
        if replay is not None:
            _replay(replay, secret, show)
            return
        try:
            run_until_interrupted(_listen(host, port, secret, show, record, rule))
        except KeyboardInterrupt:
            return  # the normal way to stop
        except BrokenPipeError:
            raise
        except OSError as error:
            exits.fail(
                f"cannot listen on {host}, port {port}: {os_reason(error, str(error))}",
                exits.ExitCode.OTHER,
            )


@attrs.frozen
class _Posted:
    """A webhook as received."""

    body: bytes
    signature: str
    coding: str = ""

    @property
    def json(self) -> bytes:
        """The body, decompressed; empty if it is damaged."""
        return (gunzip(self.body) or b"") if self.coding else self.body

    @property
    def line(self) -> str:
        """The webhook as it is recorded."""
        if self.coding:
            body = base64.b64encode(self.body).decode()
            fields = {"signature": self.signature, "coding": self.coding, "base64": body}
        else:
            # Decoded as text: a verified event is valid UTF-8.
            fields = {"signature": self.signature, "body": self.body.decode()}
        return json.dumps(fields)

    @classmethod
    def from_line(cls, text: str) -> "_Posted":
        """Read a recorded webhook."""
        fields = json.loads(text)
        coding = str(fields.get("coding", ""))
        body = base64.b64decode(fields["base64"]) if coding else fields["body"].encode()
        return cls(body, str(fields["signature"]), coding)


@attrs.define
class _Show:
    """Shows events, and forwards them."""

    output: Output
    forward: str | None
    left: int | None

    def __call__(self, event: Event, posted: _Posted) -> None:
        if self.output.as_json:
            self.output.json(event)
        else:
            lines = (_described(event), *(safe(why) for why in explanations(event)))
            stdout_console().print(*lines, sep="\n", soft_wrap=True)
            sys.stdout.flush()
        if self.forward is not None:
            _post(self.forward, posted)
        if self.left is not None:
            self.left -= 1

    @property
    def is_done(self) -> bool:
        return self.left == 0


class _Listener(Receiver):
    """Receiver that shows accepted webhooks as received."""

    def __init__(
        self, secret: Secret, show: _Show, record: Path | None, rule: options.FileRule
    ) -> None:
        super().__init__(self._take, secret, attempts=1, concurrency=1)
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._show = show
        self._record = record
        self._rule = rule
        self._posted: dict[str | None, _Posted] = {}

    async def receive(
        self, body: bytes, signature: object, content_encoding: str | None = None
    ) -> Answer:
        """Keep the webhook until it is shown, and return the response."""
        posted = _Posted(body, str(signature), " ".join(codings(content_encoding)))
        try:
            name = parse_event(posted.json).event_id
        except InvalidEventError:
            return await super().receive(body, signature, content_encoding)
        fresh = name not in self._posted
        if fresh:
            self._posted[name] = posted
        answer = await super().receive(body, signature, content_encoding)
        if fresh and answer is not ACCEPTED:
            self._posted.pop(name, None)
        if answer.status != 200:
            exits.print_error(f"webhook rejected: {answer.text}")
        return answer

    async def _take(self, event: Event) -> None:
        posted = self._posted.pop(event.event_id, None)
        if posted is None or self.ended.done():
            return
        try:
            if self._record is not None:
                self._rule.append(self._record, f"{posted.line}\n".encode())
            await anyio.to_thread.run_sync(self._show, event, posted)
        except (OSError, OutputFileError) as error:  # closed, or can't be written
            self.ended.set_exception(error)
            return
        if self._show.is_done:
            self.ended.set_result(None)


async def _listen(
    host: str,
    port: int,
    secret: Secret,
    show: _Show,
    record: Path | None,
    rule: options.FileRule,
) -> None:
    listener = _Listener(secret, show, record, rule)
    async with serve(listener, host=host, port=port) as url:
        sys.stderr.write(f"Listening for webhooks at {url}; press Ctrl-C to stop.\n")
        sys.stderr.flush()
        await listener.ended


def _replay(path: Path, secret: Secret, show: _Show) -> None:
    refused = 0
    for place, posted in _recorded(path):
        if posted is None or not verify_signature(posted.body, posted.signature, secret):
            exits.print_error(f"line {place} of {path}: not a webhook with a valid signature")
            refused += 1
            continue
        try:
            event = parse_event(posted.json)
        except InvalidEventError as error:
            exits.print_error(f"line {place} of {path}: {error}")
            refused += 1
            continue
        show(event, posted)
        if show.is_done:
            break
    if refused:
        raise typer.Exit(exits.ExitCode.OTHER)


def _recorded(path: Path) -> Iterator[tuple[int, _Posted | None]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        exits.fail(f"cannot read {path}: {os_reason(error, str(error))}", exits.ExitCode.USAGE)
    for place, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            yield place, _Posted.from_line(text)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            yield place, None


def _secret(context: typer.Context) -> Secret:
    if given := Secret(os.environ.get(_VARIABLE, "")):
        with exits.reporting_errors():
            return arguments.secret(given, "hmac_secret", _VARIABLE)
    with opened(context) as session:
        settings = session.run(session.client.callback_configuration.get())
    if not settings.hmac_secret:
        exits.fail(
            f"the project has no signing secret: set one with callback set, or set {_VARIABLE}",
            exits.ExitCode.OTHER,
        )
    return settings.hmac_secret


def _post(url: str, posted: _Posted) -> None:
    headers = {"Content-Type": "application/json", SIGNATURE_HEADER: posted.signature}
    if posted.coding:
        headers["Content-Encoding"] = posted.coding
    request = urllib.request.Request(url, posted.body, headers)  # noqa: S310 - http(s), checked
    # A receiver on this machine is reached directly, even if HTTP_PROXY is set.
    is_here = urls.is_loopback(urlsplit(url).hostname or "")
    direct = [urllib.request.ProxyHandler({})] if is_here else []
    try:
        with urllib.request.build_opener(*direct).open(request, timeout=_PATIENCE) as reply:
            status = reply.status
    except HTTPError as error:
        error.close()
        status = error.code
    except (OSError, ValueError) as error:
        exits.print_error(f"forwarding failed: {getattr(error, 'reason', None) or error}")
        return
    if status != 200:
        exits.print_error(f"forwarded, got status {status}")


def _described(event: Event) -> Text:
    """Describe *event* in one line: time, resource, event type, status."""
    status = event.status or ""
    moment = f"{event.timestamp:%Y-%m-%d %H:%M:%S}" if event.timestamp else "-"
    parts = [
        safe(moment, "dim"),
        safe(event.resource_id or "-", "bold"),
        safe(event.event_type or event.resource_type),
        safe(status, _STYLES.get(status, "cyan")),
    ]
    codes = (getattr(event, name, None) for name in ("failure_code", "internal_failure_code"))
    parts += [safe(code, "red") for code in codes if code]
    return Text("  ").join(parts)
