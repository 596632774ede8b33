"""Checks of the key: token, project, and permissions. Read-only."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.billing import memory
from sinch_numbers.cli._doctor.configuration import Configuration
from sinch_numbers.cli._doctor.results import Check, failed, ok, skipped
from sinch_numbers.cli._shared.exit_codes import ExitCode
from sinch_numbers.errors import (
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    SinchNumbersError,
)

TOKEN: Final = "token"  # noqa: S105 - the name of a check
PROJECT: Final = "project"

_READS: Final[dict[str, Callable[[NumbersClient], Awaitable[object]]]] = {
    PROJECT: lambda client: client.active_numbers.list(limit=1, page_size=1).page(),
    "permission: callback configuration": lambda client: client.callback_configuration.get(),
    "permission: imported numbers": lambda client: client.imported_numbers.list(
        limit=1, page_size=1
    ).page(),
}


async def account_checks(configuration: Configuration) -> list[Check]:
    """Return the checks of token, project, and permissions."""
    arguments: dict[str, Any] = {**configuration.arguments, **configuration.urls, "retries": 0}
    client = NumbersClient(
        **arguments,
        transport=configuration.transport,
        store=memory.SHARED,
        user_agent="cli",
    )
    async with client:
        try:
            await client.tokens.get()
        except SinchNumbersError as error:
            found = failed(TOKEN, _plain(error), _fix(error, configuration), ExitCode.OTHER)
            return [found, *(skipped(name, "needs a token") for name in _READS)]
        return [
            ok(TOKEN, "the key is valid"),
            *[await _read(client, name, configuration) for name in _READS],
        ]


async def _read(client: NumbersClient, name: str, configuration: Configuration) -> Check:
    try:
        await _READS[name](client)
    except SinchNumbersError as error:
        return failed(name, _plain(error), _fix(error, configuration), ExitCode.OTHER)
    project = f"project {client.project_id}"
    return ok(name, f"{project} exists, and the key may read it" if name == PROJECT else "granted")


def _plain(error: SinchNumbersError) -> SinchNumbersError:
    """Return *error* without the advice for programs, which the fix replaces."""
    if isinstance(error, AuthenticationError | PermissionDeniedError):
        error.advice = None
    return error


def _fix(error: SinchNumbersError, configuration: Configuration) -> str:
    project, key, secret = map(configuration.source, ("project_id", "key_id", "key_secret"))
    if isinstance(error, AuthenticationError):
        return f"check {key} and {secret}: the key was rejected"
    if isinstance(error, PermissionDeniedError):
        return f"check {project}, and that the key ({key}) may access this project and resource"
    if isinstance(error, NotFoundError):
        return f"check {project}: the project was not found"
    return "see the checks of the hosts; if they are ok, run sinch-numbers doctor again later"
