"""Notifications and job summaries of an audit; neither changes its result or its files."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import attrs
import typer

from sinch_numbers._core.atomic_files import append
from sinch_numbers.audit import Report, Reports
from sinch_numbers.cli._shared.errors import print_error
from sinch_numbers.errors import InvalidArgumentError, OutputFileError, SinchNumbersError
from sinch_numbers.exports import (
    NotificationResult,
    NotifyOn,
    check_notification_urls,
    markdown_summary,
    send_notifications,
)
from sinch_numbers.exports._notifications import send_text

VARIABLE: Final = "SINCH_NOTIFY_URLS"
_JOB_SUMMARY: Final = "GITHUB_STEP_SUMMARY"
_MOST_BYTES: Final = 1_000_000
"""GitHub rejects job summaries of more than 1 MiB."""

Notify = Annotated[
    list[str] | None,
    typer.Option(
        "--notify",
        metavar="URL",
        help=f"Send a summary to this service, as an apprise URL; repeatable. URLs hold secrets "
        f"and arguments are visible in ps: prefer ${VARIABLE}, separated by blanks.",
        show_default=False,
    ),
]
On = Annotated[
    NotifyOn,
    typer.Option(
        "--notify-on",
        help="Send it after every audit, if anything has changed, or if there are new errors. "
        "Without an earlier audit, everything is new.",
    ),
]
Numbers = Annotated[
    bool,
    typer.Option("--notify-numbers", help="Show phone numbers in notifications, unmasked."),
]


@attrs.frozen
class Notifications:
    """The notifications of a command."""

    urls: tuple[str, ...] = attrs.field(repr=False)
    on: NotifyOn
    numbers: bool

    @classmethod
    def checked(cls, urls: Sequence[str] | None, on: NotifyOn, numbers: bool) -> "Notifications":
        """
        Return the notifications to *urls* and to those of the environment.

        Raises `InvalidArgumentError` for an invalid URL, which is not quoted, and
        `MissingExtraError` if apprise is needed and not installed.
        """
        for source, some in (("--notify", urls or ()), (VARIABLE, _from_environment())):
            if some:
                try:
                    check_notification_urls(some)
                except InvalidArgumentError as error:
                    raise InvalidArgumentError("notify", error.expected, source=source) from None
        return cls((*(urls or ()), *_from_environment()), on, numbers)

    def send(self, found: Report | Reports) -> bool:
        """Send *found*, report failed services, and return whether all accepted it."""
        if not self.urls:
            return True
        return _reported(send_notifications(found, self.urls, on=self.on, numbers=self.numbers))

    @contextmanager
    def about_failures(self) -> Iterator[None]:
        """Send the kind of an error that ends the audit without a report, with any `on`."""
        try:
            yield
        except SinchNumbersError as error:
            if self.urls:
                words = f"The audit has no report: {type(error).__name__}"
                _reported(send_text(self.urls, "Sinch numbers: audit failed", words))
            raise


def write_job_summary(found: Report | Reports) -> None:
    """Append a Markdown summary with masked numbers to the job summary of GitHub Actions."""
    path = os.environ.get(_JOB_SUMMARY)
    if not path:
        return
    text = markdown_summary(found, numbers=False).encode()
    if len(text) > _MOST_BYTES:
        text = markdown_summary(found, numbers=False, findings=0).encode()
    try:
        append(Path(path), text, force=True)
    except (OutputFileError, ValueError) as error:
        print_error(f"${_JOB_SUMMARY} could not be written: {error}")


def _reported(results: Sequence[NotificationResult]) -> bool:
    """Report the services that did not accept a notification, and return whether all did."""
    for result in results:
        if not result.sent:
            print_error(f"notification {result.position} ({result.service}) was not sent")
    return all(result.sent for result in results)


def _from_environment() -> tuple[str, ...]:
    return tuple(os.environ.get(VARIABLE, "").split())
