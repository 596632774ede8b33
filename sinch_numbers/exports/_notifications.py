"""
Notifications about an audit, to the services that apprise supports. The home of apprise.

The URL of a service holds its secrets: URLs are not logged, not in errors, and not in results.
"""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from typing import Any, Final, Literal, TypeAlias

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.choices import choice
from sinch_numbers.audit import Finding, Report, Reports, Severity
from sinch_numbers.audit._costs import amounts
from sinch_numbers.errors import InvalidArgumentError, MissingExtraError
from sinch_numbers.exports._summary import Shown, masked, named
from sinch_numbers.inventory import CompletenessStatus
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._value_repr import ValueRepr

_LONGEST: Final = 1900
"""Maximum characters of a text: Discord rejects messages with more than 2,000."""
_SECONDS: Final = 30
_NEW: Final = 10
_LOGGERS: Final = ("apprise", "urllib3.connectionpool", "requests")
_sending: Final[ContextVar[bool]] = ContextVar("sending", default=False)


class NotifyOn(ValueRepr, StrEnum):
    """When an audit sends notifications."""

    NEW_ERROR = "new-error"
    """A finding is an error that the compared audit did not have; all are new without one."""
    CHANGE = "change"
    """A finding, number or cost differs from the compared audit, or none was compared."""
    ALWAYS = "always"
    """After every audit."""


NotifyOnInput: TypeAlias = Literal["new-error", "change", "always"] | NotifyOn
"""A `NotifyOn`, or its value."""


@attrs.frozen(kw_only=True)
class NotificationResult(Serializable):
    """The result of sending a notification to one service."""

    position: int
    """Position of the URL, from 1."""
    service: str
    """Name of the service, such as ``Slack``; the URL is secret."""
    sent: bool
    """Whether the service accepted the notification."""


def check_notification_urls(urls: Sequence[str]) -> None:
    """
    Validate *urls*, without a request.

    Args:
        urls: URLs of services, in the form of apprise.

    Raises:
        InvalidArgumentError: apprise does not support a URL; the message has its position, and
            does not quote it.
        MissingExtraError: apprise is missing, which the extra ``notify`` installs.

    Example::

        check_notification_urls(["json://localhost:8099/audits"])
    """
    _services(urls)


def send_notifications(
    found: Report | Reports,
    urls: Sequence[str],
    *,
    on: NotifyOnInput = "always",
    numbers: bool = False,
) -> tuple[NotificationResult, ...]:
    """
    Send a summary of an audit to the services at *urls*, and return the result of each.

    A service that fails or does not answer within 30 seconds doesn't stop the others, and is not
    an error: its result has ``sent=False``. From a coroutine, call this function by
    `asyncio.to_thread`. An incomplete audit, and a project without a report, are always sent.

    Args:
        found: The report of a project, or the reports of several.
        urls: URLs of services, in the form of apprise, such as ``slack://...`` or ``json://...``.
            They hold secrets: read them from the environment or a file with mode 0600.
        on: ``"always"``, ``"change"`` or ``"new-error"``, see `NotifyOn`; the last two need a
            report with ``changes``, and send everything otherwise.
        numbers: Whether phone numbers are shown; otherwise they are masked.

    Raises:
        InvalidArgumentError: apprise does not support a URL, which is not quoted.
        MissingExtraError: apprise is missing, which the extra ``notify`` installs.

    Example::

        import asyncio

        report = await audit(client)
        urls = ["json://localhost:8099/audits"]
        for result in await asyncio.to_thread(send_notifications, report, urls, on="new-error"):
            print(result.service, result.sent)
    """
    arguments.flag(numbers, "numbers")
    when = choice(on, NotifyOn, "on")
    services = _services(urls)
    if not is_due(found, when):
        return ()
    title, body = message(found, numbers=numbers)
    return tuple(
        _sent(position, service, title, body) for position, service in enumerate(services, 1)
    )


def send_text(urls: Sequence[str], title: str, body: str) -> tuple[NotificationResult, ...]:
    """Send a text that is not about a report, as `send_notifications` does."""
    return tuple(
        _sent(position, service, masked(title), masked(body))
        for position, service in enumerate(_services(urls), 1)
    )


def is_due(found: Report | Reports, when: NotifyOn) -> bool:
    """Whether an audit sends notifications."""
    reports = (found,) if isinstance(found, Report) else found.reports
    if when is NotifyOn.ALWAYS or (isinstance(found, Reports) and found.failures):
        return True
    return any(_is_due(report, when) for report in reports)


def _is_due(report: Report, when: NotifyOn) -> bool:
    if report.completeness.status is CompletenessStatus.INCOMPLETE:
        return True
    if when is NotifyOn.NEW_ERROR:
        return bool(_new(report, Severity.ERROR))
    changes = report.changes
    return changes is None or changes.since is None or not changes.is_empty


def _new(report: Report, least: Severity) -> tuple[Finding, ...]:
    """Return the findings that the compared audit did not have; all if none was compared."""
    changes = report.changes
    if changes is None or changes.since is None:
        return report.at_least(least)
    return changes.new_at_least(least)


def message(found: Report | Reports, *, numbers: bool) -> tuple[str, str]:
    """Return the title and the text of a notification, in Markdown without tables."""
    reports = (found,) if isinstance(found, Report) else found.reports
    name = found.project_id if isinstance(found, Report) else f"{len(found.projects):,} projects"
    shown = str if numbers else masked
    alone = len(reports) == 1
    lines = [line for report in reports for line in _lines(report, shown, alone=alone)]
    if isinstance(found, Reports):
        lines = [f"{one.project_id}: no report, {one.error}" for one in found.failures] + lines
    title = f"Sinch numbers, {name}: {found.health.headline}"
    return title, _fitting(lines)


def _lines(report: Report, shown: Shown, *, alone: bool) -> Iterator[str]:
    if not alone:
        yield f"{report.project_id}: {report.health.headline}"
    if not report.completeness.complete:
        yield f"Inventory {shown(report.completeness.explanation)}"
    changes = report.changes
    if changes is not None and changes.since is not None:
        counts = changes.counts
        words = ", ".join(f"{counts[name]:,} {name}" for name in ("new", "fixed", "open"))
        yield f"Findings since {changes.since.started_at:%Y-%m-%d %H:%M} UTC: {words}"
        for finding in changes.new_at_least(Severity.INFO)[:_NEW]:
            about = named(finding, shown)
            yield f"- new {finding.severity} {finding.rule} {about}: {shown(finding.message)}"
    for one in report.health.rules:
        cost = f", {amounts(one.monthly)} a month" if one.monthly else ""
        numbers = f"{one.numbers:,} number{'' if one.numbers == 1 else 's'}"
        yield f"- {one.severity} {one.rule}: {numbers}{cost}"
    if report.not_checked:
        checks = ", ".join(entry.check for entry in report.not_checked)
        yield f"Not checked: {checks}"


def _fitting(lines: Sequence[str]) -> str:
    kept: list[str] = []
    size = 0
    for line in lines:
        size += len(line) + 1
        if size > _LONGEST:
            return "\n".join([*kept, f"and {len(lines) - len(kept):,} more lines"])
        kept.append(line)
    return "\n".join(kept) or "No findings."


def _services(urls: Sequence[str]) -> list[Any]:
    apprise = _require_apprise()
    if isinstance(urls, str) or not isinstance(urls, Sequence):
        raise InvalidArgumentError("urls", "a list of URLs", type(urls).__name__)
    found = []
    for position, url in enumerate(urls, 1):
        service = None
        with _unlogged():
            if isinstance(url, str) and url:
                service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
        if service is None:
            # Not quoted, since it may hold a secret.
            raise InvalidArgumentError(
                "urls", f"URLs that apprise supports, unlike URL {position} of {len(urls)}"
            )
        found.append(service)
    return found


def _sent(position: int, service: Any, title: str, body: str) -> NotificationResult:
    apprise = _require_apprise()
    name = str(getattr(service, "service_name", None) or type(service).__name__)
    sent = False
    with _unlogged():
        try:
            one = apprise.Apprise()
            one.add(service)
            sent = bool(one.notify(body, title=title, body_format="markdown", timeout=_SECONDS))
        except Exception:  # noqa: BLE001, S110 - a plugin can raise anything, with its URL in it
            pass
    return NotificationResult(position=position, service=name, sent=sent)


def _require_apprise() -> Any:
    """Import and return apprise, or raise `MissingExtraError`."""
    try:
        with warnings.catch_warnings():
            # Its e-mail plugin imports a deprecated module of the standard library.
            warnings.simplefilter("ignore", DeprecationWarning)
            import apprise

            _load_plugins()
    except ImportError:
        raise MissingExtraError("a notification", "notify") from None
    return apprise


@cache
def _load_plugins() -> None:
    import apprise

    apprise.Apprise.instantiate("json://localhost")


def _is_foreign(_record: logging.LogRecord) -> bool:
    return not _sending.get()


@contextmanager
def _unlogged() -> Iterator[None]:
    """Drop the log records of our notifications: they contain URLs. Other records are kept."""
    # A context variable also reaches the threads in which apprise sends.
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_foreign)
    token = _sending.set(True)
    try:
        yield
    finally:
        _sending.reset(token)
