"""Commands for the webhook secret; it is never passed as an argument."""

import os
import sys
from getpass import getpass
from typing import Annotated

import typer

from sinch_numbers._client.resources.callback_configuration import CallbackConfigurations
from sinch_numbers._core import arguments
from sinch_numbers.cli._shared.errors import ExitCode, fail, reporting_errors
from sinch_numbers.cli._shared.session import Session, opened
from sinch_numbers.cli._views import tables
from sinch_numbers.models import CallbackConfiguration
from sinch_numbers.models._secret import Secret

commands = typer.Typer(no_args_is_help=True, help="Show or replace the webhook signing secret.")

Imported = Annotated[
    bool,
    typer.Option("--imported", help="Use the separate secret for imported numbers."),
]

_VARIABLE = "SINCH_HMAC_SECRET"


@commands.command("get")
def get(
    context: typer.Context,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show the secret in plain text.")
    ] = False,
    imported: Imported = False,
) -> None:
    """Show the project's webhook settings."""
    with opened(context) as session:
        settings = session.run(_configuration(session, imported=imported).get())
        _show(session, settings, reveal=reveal)


@commands.command("set")
def set_(context: typer.Context, imported: Imported = False) -> None:
    """
    Replace the webhook signing secret.

    The new secret is read from SINCH_HMAC_SECRET or stdin: 32 to 64 letters, digits and
    hyphens, which only the host for imported numbers does not require.
    """
    secret = _secret()
    if not secret:
        fail(f"missing secret: set {_VARIABLE} or pass it on stdin", ExitCode.USAGE)
    with opened(context) as session:
        update = _configuration(session, imported=imported).update(hmac_secret=secret)
        _show(session, session.run(update), reveal=False)


def _configuration(session: Session, *, imported: bool) -> CallbackConfigurations:
    client = session.client
    return client.imported_callback_configuration if imported else client.callback_configuration


def _secret() -> Secret:
    if given := Secret(os.environ.get(_VARIABLE, "")):
        with reporting_errors():
            return arguments.secret(given, "hmac_secret", _VARIABLE)
    if sys.stdin.isatty():
        return Secret(getpass("New secret (not shown): ").strip())
    return Secret(sys.stdin.readline().strip())


def _show(session: Session, settings: CallbackConfiguration, *, reveal: bool) -> None:
    secret = settings.hmac_secret
    shown = {
        "projectId": settings.project_id,
        "hmacSecret": secret.reveal() if secret is not None and reveal else secret,
        **settings.extra,
    }
    session.output.one(
        shown,
        tables.facts({"Project": shown["projectId"], "Secret": shown["hmacSecret"]}),
    )
