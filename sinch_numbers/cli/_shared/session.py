"""Session of a command: its settings, its clients, and its event loop."""

import asyncio
import logging
import os
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import typer

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.atomic_files import PRIVATE
from sinch_numbers._core.billing import memory
from sinch_numbers._core.billing.journal import OperationStore
from sinch_numbers._core.delivery import Delivery
from sinch_numbers._core.escaping import joined
from sinch_numbers._core.items import UnreadableItem
from sinch_numbers._core.logging import StderrHandler, logger
from sinch_numbers._core.pagination import Pager
from sinch_numbers._core.profiles import SECRET_KEYS, Profile, load_profile
from sinch_numbers._core.user_directories import state_directory
from sinch_numbers.cli._shared import errors as exits
from sinch_numbers.cli._shared import waits
from sinch_numbers.cli._shared.interrupts import Interrupts
from sinch_numbers.cli._shared.options import CsvForm, RentPolicy
from sinch_numbers.cli._shared.output import Form, Output
from sinch_numbers.cli._shared.projects import ProjectKey
from sinch_numbers.cli._shared.streams import write_stderr
from sinch_numbers.models._secret import Secret

if TYPE_CHECKING:
    from sinch_numbers.sandbox import Sandbox
    from sinch_numbers.store import PostgresStore, SQLiteStore

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Settings:
    """The global options, given before the command."""

    sandbox: bool = False
    sandbox_numbers: int = 3000
    sandbox_seed: int = 7
    sandbox_projects: int = 1
    sandbox_rent_policy: RentPolicy = RentPolicy.US_LOCAL
    sandbox_state: Path | None = None
    """File of the sandbox's state; ``None`` for a new sandbox in each command."""
    project_id: str | None = None
    form: Form = Form.TEXT
    timeout: float | None = None
    """Timeout of an attempt in seconds; ``None`` for the profile's, or the client's default."""
    retries: int | None = None
    """Maximum retries; ``None`` for the client's default."""
    deadline: float | None = None
    """Time limit of a call in seconds; 0 for no limit, ``None`` for the client's default."""
    proxy: Secret | None = None
    """URL of a proxy; ``None`` for ``SINCH_PROXY``, else the proxy of the environment."""
    ca_bundle: Path | None = None
    """File of CA certificates; ``None`` for ``SINCH_CA_BUNDLE``, else the system's."""
    store: str | None = None
    """Path or URL of the journal; ``None`` for ``SINCH_STORE``, else a file of the user."""
    no_store: bool = False
    mode: int = PRIVATE
    """Permissions of all files written."""
    csv: CsvForm = CsvForm()
    verbose: bool = False
    profile_name: str | None = None
    """Name of the profile; ``None`` for ``SINCH_PROFILE``, else the default profile."""

    def profile(self) -> Profile | None:
        """Return the profile of the command, if there is one; a sandbox uses none."""
        return None if self.sandbox else load_profile(self.profile_name, source="--profile")

    @property
    def as_json(self) -> bool:
        """Whether programs read the output."""
        return self.form is not Form.TEXT


@attrs.frozen
class Session:
    """The clients and the output of a command."""

    clients: Sequence[NumbersClient]
    output: Output
    _runner: asyncio.Runner
    interrupts: Interrupts
    deliveries: list[Delivery] = attrs.field(factory=list)
    """The delivery of the billable operation in progress, if any."""
    left_out: list[int] = attrs.field(factory=list)
    """The positions of items of lists that could not be read."""

    @property
    def client(self) -> NumbersClient:
        """Return the client of the command's project."""
        return self.clients[0]

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """
        Run *call* to completion; an interrupt cancels it.

        Commands are synchronous and enter the event loop only for API calls, so that Ctrl-C also
        works at prompts.
        """
        delivery = self.deliveries[-1] if self.deliveries else None
        return self.interrupts.run(self._runner, call, delivery)

    def leave_out(self, item: UnreadableItem) -> None:
        """Report an item of a list that could not be read; the command then exits with 11."""
        self.left_out.append(item.index)
        exits.print_left_out(item)

    def all(self, pager: Pager[T]) -> list[T]:
        """Return all items of *pager*."""

        async def walk() -> list[T]:
            return [item async for item in pager]

        return self.run(walk())


@contextmanager
def opened(
    context: typer.Context,
    *,
    projects: Sequence[ProjectKey] | None = None,
    interrupts: Interrupts | None = None,
) -> Iterator[Session]:
    """
    Open a command's session and close it; errors become a line and an exit code.

    With *projects* there is a client for each of them, otherwise one; in a sandbox there is one
    for each of its projects. Billable commands handle *interrupts* already: see `billable`.
    """
    settings: Settings = context.obj
    signals = Interrupts() if interrupts is None else interrupts
    handled = signals.handled() if interrupts is None else nullcontext()
    with (
        exits.reporting_errors(context),
        _logs(verbose=settings.verbose),
        handled,
        asyncio.Runner() as runner,
    ):
        stack = AsyncExitStack()
        try:
            clients = runner.run(_clients(settings, projects, stack))
            session = Session(clients, Output(form=settings.form), runner, signals)
            yield session
            if session.left_out:
                raise typer.Exit(exits.ExitCode.UNREADABLE)
        finally:
            runner.run(stack.aclose())


async def _clients(
    settings: Settings, projects: Sequence[ProjectKey] | None, stack: AsyncExitStack
) -> list[NumbersClient]:
    if settings.sandbox:
        clients = await _sandboxed(settings, stack)
    else:
        profile = settings.profile()
        if projects is None:
            _check_credentials(settings, profile)
        store = _store(settings, stack)
        clients = [
            _client(settings, profile, store, key)
            for key in ([None] if projects is None else projects)
        ]
    return [await stack.enter_async_context(client) for client in clients]


def _client(
    settings: Settings, profile: Profile | None, store: OperationStore, key: ProjectKey | None
) -> NumbersClient:
    arguments: dict[str, Any] = {**client_arguments(settings, profile, key), "store": store}
    return NumbersClient(
        **arguments,
        proxy_from_env=True,  # as curl and pip do
        user_agent="cli",
        on_progress=waits.shown(),
    )


def client_arguments(
    settings: Settings, profile: Profile | None, key: ProjectKey | None = None
) -> dict[str, Any]:
    """Return the arguments of a client that options or *profile* have, without the store."""
    arguments: dict[str, Any] = {
        "project_id": settings.project_id,
        "proxy": settings.proxy,
        "ca_bundle": settings.ca_bundle,
    }
    if key is not None:
        arguments |= {
            "project_id": key.project_id, "key_id": key.key_id, "key_secret": key.secret
        }  # fmt: skip
    arguments = {name: value for name, value in arguments.items() if value is not None}
    arguments |= _limits(settings)
    if profile is not None:
        arguments = profile.arguments({*arguments, "store"}) | arguments
    return arguments


def _limits(settings: Settings) -> dict[str, Any]:
    """Return the arguments of a client that limit the time of its calls."""
    limits: dict[str, Any] = {}
    if settings.timeout is not None:
        limits["timeout"] = settings.timeout
    if settings.retries is not None:
        limits["retries"] = settings.retries
    if settings.deadline is not None:
        limits["deadline"] = settings.deadline or None
    return limits


def _store(settings: Settings, stack: AsyncExitStack) -> OperationStore:
    """Return the journal: as given, or a file of the user, which other renters may not use."""
    if settings.no_store:
        return memory.SHARED
    from sinch_numbers.store import SQLiteStore

    store = named_store(settings) or SQLiteStore(
        default_path(), exclusive=False, mode=settings.mode
    )
    stack.push_async_callback(store.close)
    return store


def named_store(settings: Settings) -> "SQLiteStore | PostgresStore | None":
    """Return the store that --store, SINCH_STORE, or the profile names, in this order."""
    from sinch_numbers.store._open import open_named

    named = store_name(settings)
    return None if named is None else open_named(named[0], "store", named[1], mode=settings.mode)


def store_name(settings: Settings) -> tuple[str, str] | None:
    """Return the path or URL of the named store, and where it is named."""
    if settings.store:
        return settings.store, "--store"
    if where := os.environ.get("SINCH_STORE"):
        return where, "SINCH_STORE"
    profile = settings.profile()
    where = None if profile is None else profile.argument("store")
    return None if profile is None or not where else (where, f"{profile.path}: store")


def default_path() -> Path:
    """Return the path of the user's store."""
    return state_directory() / "operations.db"


def history_path() -> Path:
    """Return the path of the user's history of audits."""
    return state_directory() / "audits.db"


async def _sandboxed(settings: Settings, stack: AsyncExitStack) -> list[NumbersClient]:
    from sinch_numbers.sandbox import Sandbox

    name, count = settings.project_id or "sandbox", settings.sandbox_projects
    project_ids = [name, *(f"{name}-{number}" for number in range(2, count + 1))]
    sandbox = Sandbox(
        numbers=settings.sandbox_numbers,
        seed=settings.sandbox_seed,
        project_id=project_ids,
        rent_policy=settings.sandbox_rent_policy.setting,
        state=settings.sandbox_state,
    )
    report_reset_secrets(sandbox)
    await stack.enter_async_context(sandbox)
    return [
        sandbox.client(project_id=project_id, on_progress=waits.shown(), **_limits(settings))
        for project_id in project_ids
    ]


def report_reset_secrets(sandbox: "Sandbox") -> None:
    """Report signing secrets that were set in an earlier run, and that no file contains."""
    for project_id in sandbox.reset_secrets:
        exits.print_error(
            f"the signing secrets of project {project_id} were not kept: the initial ones are back"
        )


def missing_credentials(settings: Settings, profile: Profile | None) -> list[str]:
    """Return the variables of credentials that are neither set nor in *profile*."""
    found = set() if profile is None else {*profile.values}
    if settings.project_id:
        found.add("project_id")
    if not found.isdisjoint(SECRET_KEYS):
        found.add("key_secret")
    names = ("project_id", "key_id", "key_secret")
    variables = [f"SINCH_{name.upper()}" for name in names if name not in found]
    return [name for name in variables if not os.environ.get(name)]


def _check_credentials(settings: Settings, profile: Profile | None) -> None:
    missing = missing_credentials(settings, profile)
    if missing:
        names = joined(missing).replace("SINCH_PROJECT_ID", "SINCH_PROJECT_ID (or --project)")
        exits.fail(
            f"missing credentials: set {names}, or run sinch-numbers configure; to try it "
            "without an account, use --sandbox",
            exits.ExitCode.CREDENTIALS,
            "missing_credentials",
            next_step=f"set {names}, or run sinch-numbers configure",
        )


@contextmanager
def _logs(*, verbose: bool) -> Iterator[None]:
    """Show the package's log on stderr if *verbose*."""
    if not verbose:
        yield
        return
    level, shown = logger.level, [*logger.handlers]
    # Instead of the handler of SINCH_LOG, or each line would be there twice.
    handler = StderrHandler(write_stderr)
    others = [one for one in shown if not isinstance(one, StderrHandler)]
    logger.handlers = [*others, handler]
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.handlers = shown
