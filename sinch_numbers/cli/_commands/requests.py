"""A command for operations of the API that have no command yet."""

import json
from typing import Annotated, Any

import typer

from sinch_numbers._client.open_requests import METHODS, Confirmation
from sinch_numbers.cli._commands.orders import read
from sinch_numbers.cli._shared import options
from sinch_numbers.cli._shared.billable import billable, opened_billable
from sinch_numbers.cli._shared.errors import reporting_errors
from sinch_numbers.cli._shared.prompts import confirm as ask
from sinch_numbers.cli._shared.session import Session, opened

commands = typer.Typer()


def _method(text: str) -> str:
    if text.upper() not in METHODS:
        raise typer.BadParameter(f"must be one of {', '.join(METHODS)}")
    return text.upper()


@commands.command("request")
def request(
    context: typer.Context,
    method: Annotated[
        str, typer.Argument(metavar="METHOD", parser=_method, help="Such as GET or POST.")
    ],
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="Below the project, such as /activeNumbers; or as in the API reference, with "
            "/v1/projects/{projectId}.",
        ),
    ],
    query: Annotated[
        list[str] | None,
        typer.Option("--query", "-q", metavar="NAME=VALUE", help="Query parameter; repeatable."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data", metavar="FILE", help="JSON file with the request body; - for stdin."
        ),
    ] = None,
    imported: Annotated[
        bool,
        typer.Option("--imported", help="Use the API of imported numbers and hosting orders."),
    ] = False,
    confirm: Annotated[
        str | None,
        typer.Option(
            "--confirm",
            metavar="PATH",
            help="Path to read after a lost response: the request took effect if it exists.",
        ),
    ] = None,
    shows: Annotated[
        str | None,
        typer.Option(
            "--confirm-shows",
            metavar="JSON",
            help='Fields that the confirming read must have, such as \'{"color": "green"}\'.',
        ),
    ] = None,
    missing: Annotated[
        bool,
        typer.Option(
            "--confirm-missing", help="The request took effect if the path no longer exists."
        ),
    ] = False,
    yes: options.Yes = False,
) -> None:
    """
    Call an API operation that has no command yet, and print the JSON.

    Any method except GET may be billable. After a lost response, --confirm verifies the outcome by
    reading; without it, the outcome is unknown.
    """
    if confirm is None and (shows is not None or missing):
        raise typer.BadParameter("--confirm-shows and --confirm-missing need --confirm")
    if shows is not None and missing:
        raise typer.BadParameter("--confirm-shows and --confirm-missing cannot be combined")
    if method == "GET" and (data is not None or confirm is not None):
        raise typer.BadParameter("--data and --confirm are for other methods than GET")
    arguments: dict[str, Any] = {
        "query": _parameters(query or []),
        "json": None if data is None else _checked(read(data, "--data"), "--data"),
        "host": "imported" if imported else "numbers",
    }
    if confirm is not None:
        expected = {} if shows is None else _object(shows, "--confirm-shows")
        with reporting_errors(context):
            arguments["confirm"] = Confirmation(confirm, shows=expected, missing=missing)
    if method == "GET":
        with opened(context) as session:
            _print(session, session.run(session.client.request(method, path, **arguments)))
        return
    with opened_billable(context, yes=yes) as session:
        ask(f"{method} {path} may be billable.", "Send it?", yes=yes)
        with billable(session, f"sending {method} {path}"):
            _print(session, session.run(session.client.request(method, path, **arguments)))


def _print(session: Session, found: Any) -> None:
    session.output.json(found)  # one line, with --json and without: no table has its fields


def _parameters(given: list[str]) -> dict[str, list[str]]:
    parameters: dict[str, list[str]] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not name or not equals:
            raise typer.BadParameter("must have the form NAME=VALUE", param_hint="--query")
        parameters.setdefault(name, []).append(value)
    return parameters


def _object(text: str, hint: str) -> dict[str, Any]:
    try:
        return _checked(json.loads(text), hint)
    except (ValueError, RecursionError):
        return _checked(None, hint)


def _checked(found: Any, hint: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise typer.BadParameter("must be a JSON object", param_hint=hint)
    return found
