"""The command that stores a profile: project, key, and settings."""

import os
import shlex
import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated, Any, Final

import attrs
import typer

from sinch_numbers._core import arguments
from sinch_numbers._core.escaping import printable
from sinch_numbers._core.profiles import (
    CHECKS,
    DEFAULT,
    SECRET_KEYS,
    SELECTED,
    Document,
    profiles_path,
    read_profiles,
    valid_name,
)
from sinch_numbers.cli._shared.errors import ExitCode, fail, reporting_errors
from sinch_numbers.cli._shared.output import Output
from sinch_numbers.cli._shared.problems import print_line
from sinch_numbers.cli._shared.profile_files import shown, write_profiles
from sinch_numbers.cli._shared.session import Settings
from sinch_numbers.cli._shared.streams import write_stderr
from sinch_numbers.cli._views import tables
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models._secret import Secret

commands = typer.Typer()

_FROM_ENV: Final = (
    "project_id", "key_id", "key_secret", "numbers_url", "imported_numbers_url", "auth_url",
    "store", "proxy", "ca_bundle",
)  # fmt: skip


@commands.command("configure")
def configure(
    context: typer.Context,
    key_id: Annotated[
        str | None, typer.Option("--key-id", metavar="ID", help="ID of the access key.")
    ] = None,
    secret_stdin: Annotated[
        bool,
        typer.Option("--secret-stdin", help="Read the key's secret from stdin, and store it."),
    ] = False,
    secret_variable: Annotated[
        str | None,
        typer.Option(
            "--secret-variable",
            metavar="NAME",
            help="Environment variable that has the key's secret; only its name is stored.",
        ),
    ] = None,
    secret_command: Annotated[
        str | None,
        typer.Option(
            "--secret-command",
            metavar="COMMAND",
            help="Command that prints the key's secret, such as 'pass show sinch'; it is run "
            "without a shell by each command that needs the secret.",
        ),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            "--secret-file",
            metavar="FILE",
            help="File with the key's secret, of mode 600; only its path is stored.",
        ),
    ] = None,
    numbers_url: Annotated[
        str | None, typer.Option("--numbers-url", metavar="URL", help="Base URL of the API.")
    ] = None,
    imported_numbers_url: Annotated[
        str | None,
        typer.Option(
            "--imported-numbers-url", metavar="URL", help="Base URL of the imported numbers' API."
        ),
    ] = None,
    auth_url: Annotated[
        str | None,
        typer.Option("--auth-url", metavar="URL", help="Base URL of the token service."),
    ] = None,
    from_env: Annotated[
        bool,
        typer.Option(
            "--from-env", help="Store the values of the SINCH_ variables, the secret included."
        ),
    ] = False,
) -> None:
    """
    Store a profile: project, key, and settings.

    Asks for what is missing, if stdin is a terminal. --profile names the profile, and the global
    options --project, --store, --proxy, --ca-bundle, --timeout, --retries and --deadline are
    stored, too. A secret from the prompt, stdin or --from-env is stored unencrypted in the file
    of profiles, which only its owner can read; --secret-variable, --secret-command and
    --secret-file store no secret.
    """
    settings: Settings = context.obj
    sources: dict[str, Any] = {
        "key_secret_variable": secret_variable,
        "key_secret_command": _words(secret_command),
        "key_secret_file": _absolute(secret_file, "--secret-file"),
    }
    given = [key for key, value in sources.items() if value is not None]
    if len(given) + secret_stdin + from_env > 1:
        raise typer.BadParameter(
            "--secret-stdin, --secret-variable, --secret-command, --secret-file and --from-env "
            "exclude each other"
        )
    values: dict[str, Any] = _environment() if from_env else {}
    values |= {
        "project_id": settings.project_id,
        "key_id": key_id,
        "numbers_url": numbers_url,
        "imported_numbers_url": imported_numbers_url,
        "auth_url": auth_url,
        "store": settings.store,
        "proxy": None if settings.proxy is None else settings.proxy.reveal(),
        "ca_bundle": _absolute(settings.ca_bundle, "--ca-bundle"),
        "timeout": settings.timeout,
        "retries": settings.retries,
        "deadline": settings.deadline or None,
        **sources,
    } | {name: value for name, value in values.items() if value}
    with reporting_errors(context):
        if secret_stdin:
            values["key_secret"] = _secret(sys.stdin.readline())
        document = read_profiles()
        name = valid_name(settings.profile_name or os.environ.get(SELECTED) or DEFAULT)
        changed = _merged(document.profiles.get(name, {}), values)
        document = attrs.evolve(
            document,
            default=document.default if document.profiles else name,
            profiles={**document.profiles, name: _completed(changed)},
        )
        document.profile(name)  # raises if a value is invalid
        write_profiles(document)
        _report(settings, document, name)


def _absolute(path: Path | None, option: str) -> str | None:
    """Return *path* for a profile, which is used in any directory, and is stored in UTF-8."""
    if path is None:
        return None
    if arguments.has_surrogate(str(path)):
        raise typer.BadParameter(f"{option}: expected a path in UTF-8")
    return str(path.expanduser().absolute())


def _words(command: str | None) -> list[str] | None:
    try:
        return None if command is None else shlex.split(command)
    except ValueError:
        raise typer.BadParameter(f"--secret-command {command!r}: quotes are not closed") from None


def _environment() -> dict[str, Any]:
    """Return the values of the variables of `NumbersClient`."""
    found = {name: os.environ.get(f"SINCH_{name.upper()}") for name in _FROM_ENV}
    if not any(found.values()):
        raise typer.BadParameter("--from-env: no SINCH_ variable is set")
    if found["key_secret"]:
        found["key_secret"] = _secret(found["key_secret"])  # type: ignore[assignment]  # hidden
    return {name: value for name, value in found.items() if value}


def _secret(text: str) -> Secret:
    return Secret(text.removesuffix("\n").removesuffix("\r"))


def _merged(before: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return the profile *before* with *values*; a new source of the secret replaces the old."""
    new = {name: value for name, value in values.items() if value is not None}
    if any(key in new for key in SECRET_KEYS):
        before = {key: value for key, value in before.items() if key not in SECRET_KEYS}
    merged = {**before, **new}
    if isinstance(secret := merged.get("key_secret"), Secret):
        merged["key_secret"] = secret.reveal()
    return merged


def _completed(values: dict[str, Any]) -> dict[str, Any]:
    """Ask for missing values on a terminal; otherwise exit."""
    missing = [name for name in ("project_id", "key_id") if not values.get(name)]
    if not any(key in values for key in SECRET_KEYS):
        missing.append("key_secret")
    if missing and not sys.stdin.isatty():
        options = {
            "project_id": "--project",
            "key_id": "--key-id",
            "key_secret": "--secret-variable, --secret-command, --secret-file or --secret-stdin",
        }
        fail(
            "missing values: pass " + ", ".join(options[name] for name in missing)
            + ", or run the command on a terminal",
            ExitCode.USAGE,
        )  # fmt: skip
    for name in missing:
        values[name] = _asked(name)
    return values


def _asked(name: str) -> str:
    if name == "key_secret":
        print_line(f"The secret is stored unencrypted in {profiles_path()}, with mode 600.")
        text = getpass("Key secret (not shown): ", stream=sys.stderr)
    else:
        write_stderr({"project_id": "Project ID: ", "key_id": "Key ID: "}[name])
        text = sys.stdin.readline()
    text = text.strip()
    if not text:
        raise InvalidArgumentError(name, "a value; nothing was stored")
    try:
        CHECKS[name](text, name)
    except InvalidArgumentError as error:
        raise error.renamed(name) from None
    return text


def _report(settings: Settings, document: Document, name: str) -> None:
    profile = shown(name, document)
    Output(form=settings.form).one(profile, tables.facts(profile))
    path = printable(document.path)
    if "key_secret" in document.profiles[name]:
        print_line(f"Stored in {path} (mode 600), the secret included, unencrypted.")
    else:
        print_line(f"Stored in {path} (mode 600), without a secret.")
