"""One run of a command: its settings, its client, and the loop that its calls run in."""

import asyncio
import logging
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from typing import Any, Final, TypeVar

import attrs
import typer

from sinch_numbers.cli import exits, files
from sinch_numbers.cli.escaping import printable
from sinch_numbers.cli.options import Target
from sinch_numbers.cli.output import Output
from sinch_numbers.client import NumbersClient
from sinch_numbers.log import logger
from sinch_numbers.pagination import Pager

T = TypeVar("T")

_CREDENTIALS: Final = ("SINCH_PROJECT_ID", "SINCH_KEY_ID", "SINCH_KEY_SECRET")


@attrs.frozen(kw_only=True)
class Settings:
    """The options that stand before the command."""

    sandbox: bool = False
    sandbox_numbers: int = 3000
    sandbox_seed: int = 7
    project_id: str | None = None
    json: bool = False
    timeout: float = 30.0
    verbose: bool = False


@attrs.frozen
class Session:
    """What a command works with."""

    client: NumbersClient
    output: Output
    _runner: asyncio.Runner

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """
        Run *call* to its end; an interrupt cancels it.

        Commands are plain functions and step into the loop for their calls only, so that
        Ctrl-C also works where they wait for an answer at the keyboard.
        """
        return self._runner.run(call)

    def all(self, pager: Pager[T]) -> list[T]:
        """Walk *pager* to its end."""

        async def walk() -> list[T]:
            return [item async for item in pager]

        return self.run(walk())


@contextmanager
def opened(context: typer.Context, target: Target | None = None) -> Iterator[Session]:
    """
    Open what a command needs, and close it; errors become one line and an exit code.

    With a *target* the output goes to that file, which is there when all went well.
    """
    settings: Settings = context.obj
    with exits.told(), _logs(verbose=settings.verbose), asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            client = runner.run(_client(settings, stack))
            with ExitStack() as written:
                file = None
                if target is not None:
                    file = written.enter_context(files.replaced(target.path, force=target.force))
                yield Session(client, Output(as_json=settings.json, file=file), runner)
        finally:
            runner.run(stack.aclose())


async def _client(settings: Settings, stack: AsyncExitStack) -> NumbersClient:
    if settings.sandbox:
        from sinch_numbers.sandbox import Sandbox

        sandbox = Sandbox(
            numbers=settings.sandbox_numbers,
            seed=settings.sandbox_seed,
            project_id=settings.project_id or "sandbox",
        )
        await stack.enter_async_context(sandbox)
        given = sandbox.environment
        client = NumbersClient(
            given["SINCH_PROJECT_ID"],
            given["SINCH_KEY_ID"],
            given["SINCH_KEY_SECRET"],
            numbers_url=given["SINCH_NUMBERS_URL"],
            imported_numbers_url=given["SINCH_IMPORTED_NUMBERS_URL"],
            auth_url=given["SINCH_AUTH_URL"],
            timeout=settings.timeout,
        )
    else:
        _check_credentials(settings)
        client = NumbersClient(settings.project_id, timeout=settings.timeout, user_agent="cli")
    return await stack.enter_async_context(client)


def _check_credentials(settings: Settings) -> None:
    missing = [name for name in _CREDENTIALS if not os.environ.get(name)]
    if settings.project_id and "SINCH_PROJECT_ID" in missing:
        missing.remove("SINCH_PROJECT_ID")
    if missing:
        exits.complain(
            f"no credentials: set {', '.join(missing)}, or try it out with --sandbox first"
        )
        raise typer.Exit(exits.ExitCode.USAGE)


class _StderrHandler(logging.Handler):
    """Writes to what stderr is at the moment: a progress bar makes room for lines of text."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write *record* as one safe line."""
        sys.stderr.write(f"{printable(self.format(record))}\n")


@contextmanager
def _logs(*, verbose: bool) -> Iterator[None]:
    """Show the package's log on stderr when it is asked for."""
    if not verbose:
        yield
        return
    handler = _StderrHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
