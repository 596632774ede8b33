"""Sandbox server."""

import asyncio
import json
import os
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from sinch_numbers.sandbox._api.sandbox_state import SandboxState, Settings
from sinch_numbers.sandbox._api.wire import active_number
from sinch_numbers.sandbox._client_side import ClientFactory
from sinch_numbers.sandbox._http.app import HttpServer
from sinch_numbers.sandbox._http.background import BackgroundServer
from sinch_numbers.sandbox._http.state_file import StateFile
from sinch_numbers.sandbox._protocol.absent import Absent, check_absent, rewritten
from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._protocol.faults import Faults
from sinch_numbers.sandbox._protocol.hosts import is_loopback
from sinch_numbers.sandbox._state.ledger import LedgerEntry
from sinch_numbers.sandbox._state.rent_policy import RentPolicy
from sinch_numbers.sandbox._state.state import Project
from sinch_numbers.sandbox._webhooks.poster import Poster
from sinch_numbers.sandbox._webhooks.webhooks import Webhooks

__all__ = ["Sandbox"]


class Sandbox(ClientFactory, BackgroundServer):
    """
    Local mock server of the Sinch Numbers API, free of charge::

        async with Sandbox() as sandbox, sandbox.client() as client:
            ...

    In sync code, it serves from a background thread::

        with Sandbox() as sandbox, sandbox.sync_client() as client:
            ...

    With *numbers* and *stock* 0 it is empty, to be filled by `Project.add_active` and
    `Project.add_available`. Events are sent to the callback URL of their resource, else to
    *webhooks*. All addresses are on this machine.

    Raises `ValueError` when *host* is not a loopback address, *project_id* is empty,
    *webhooks* is not a loopback URL, or *rent_policy* or *absent* is unknown;
    `SandboxStateError` when the file *state* cannot be used, and `OutputFileError` when it cannot
    be replaced.

    Args:
        numbers: Active numbers at the start of each project.
        stock: Available numbers at the start of each project.
        seed: Random seed; the same one makes the same numbers.
        project_id: ID of the project, or IDs of several.
        key_id: ID of the access key.
        key_secret: Secret of the access key.
        host: Loopback address to listen on.
        port: Port to listen on; 0 selects a free one.
        clock: Clock, such as one that stands still.
        token_lifetime: Lifetime of access tokens, in seconds.
        provisioning: Duration of provisioning and of order reviews, in seconds.
        latency: Delay of each response, in seconds.
        rate_limit: Maximum requests per second; more of them get a 429.
        max_page_size: Maximum page size of lists.
        token_bucket: Whether to throttle the token endpoint, as production reportedly does.
        webhooks: Default callback URL of events; a loopback URL.
        rent_policy: ``"us_local"`` rejects renting other numbers with a 400, as the vendor's
            reference (October 2026) says: number orders serve all regions and types. Production's
            rejection is documented, not observed: ``"legacy"`` rents every available number by its
            phone number. ``:rentAny`` is limited to US LOCAL with both.
        absent: How responses and events write what a resource does not have. ``None``: as
            production, ``null`` for objects and timestamps and ``""`` for strings. ``"omit"``
            leaves it out; ``"null"``, ``"empty_string"`` and ``"empty_object"`` write ``null``,
            ``""`` and ``{}``. The client reads all of them alike.
        vendor_mock: Whether to accept what the vendor's mock accepts and the reference rejects:
            another SMS link without unlinking first, and signing secrets of any form.
        state: File that keeps the state between runs, except secrets; see its section of the
            reference. *numbers*, *stock* and *seed* only apply until it exists.

    Example::

        with Sandbox(numbers=20, stock=20) as sandbox, sandbox.sync_client() as client:
            project = sandbox.project()
            project.add_active(phone_number="+12025550134", region_code="US", type="LOCAL")
            sandbox.revoke_tokens()
            client.active_numbers.update("+12025550134", display_name="Front desk")
            sandbox.expire_tokens()
            print(sandbox.number("+12025550134"), len(sandbox.ledger))
    """

    def __init__(
        self,
        *,
        numbers: int = 3000,
        stock: int = 2000,
        seed: int = 7,
        project_id: str | Sequence[str] = "sandbox",
        key_id: str = "sandbox",
        key_secret: str = "sandbox",  # noqa: S107
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock | None = None,
        token_lifetime: int = 3599,
        provisioning: float = 2.0,
        latency: float = 0.0,
        rate_limit: float | None = None,
        max_page_size: int = 1000,
        token_bucket: bool = False,
        webhooks: str = "",
        rent_policy: RentPolicy = "us_local",
        absent: Absent | None = None,
        vendor_mock: bool = False,
        state: str | os.PathLike[str] | None = None,
    ) -> None:
        check_absent(absent)
        if not is_loopback(host):
            msg = f"a sandbox listens on loopback only, not on {host!r}"
            raise ValueError(msg)
        project_ids = [project_id] if isinstance(project_id, str) else list(project_id)
        if not project_ids:
            msg = "a sandbox needs at least one project"
            raise ValueError(msg)
        settings = Settings(
            numbers=numbers,
            stock=stock,
            seed=seed,
            token_lifetime=token_lifetime,
            provisioning=provisioning,
            latency=latency,
            rate_limit=rate_limit,
            max_page_size=max_page_size,
            token_bucket=token_bucket,
            rent_policy=rent_policy,
            absent=absent,
            vendor_mock=vendor_mock,
        )
        self._key = (key_id, key_secret)
        self._file = None if state is None else StateFile(state)
        try:
            opened = SandboxState if self._file is None else self._file.open
            self._world = opened(settings, project_ids, self._key, clock or Clock())
            self._world.webhooks.url = webhooks
        except BaseException:
            if self._file is not None:
                self._file.release()
            raise
        self._poster = Poster()
        self._host = host
        self._port = port
        self._url: str | None = None
        self._front: HttpServer | None = None
        self._runner: web.ServerRunner | None = None

    def __repr__(self) -> str:
        return f"Sandbox({self._url or 'not started'}, projects={list(self._world.projects)})"

    async def start(self) -> None:
        """
        Start the server; `url` is available from then on.

        Example::

            sandbox = Sandbox(numbers=20, stock=20)
            await sandbox.start()
            print(sandbox.url)
            await sandbox.stop()
        """
        if self._runner is not None:
            msg = "the sandbox has been started already"
            raise RuntimeError(msg)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            msg = "the sandbox needs a running asyncio event loop; trio and curio have none"
            raise RuntimeError(msg) from None
        if self._file is not None:
            self._file.check_locked()
        self._front = HttpServer(self._world, self._save)
        # The short timeout is for connections whose handler doesn't notice the disconnect.
        runner = web.ServerRunner(
            web.Server(self._front.handle, access_log=None), shutdown_timeout=1.0
        )
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port)
        try:
            await site.start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        self._world.webhooks.start(self._poster.post)
        name = f"[{self._host}]" if ":" in self._host else self._host
        self._url = f"http://{name}:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        """
        Stop the server and drop all connections; records stay readable.

        Example::

            sandbox = Sandbox(numbers=20, stock=20)
            await sandbox.start()
            await sandbox.stop()
        """
        runner, self._runner = self._runner, None
        try:
            if runner is None:
                return
            await self._world.webhooks.stop()
            await self._poster.close()
            if self._front is not None:
                await self._front.close()
            await runner.cleanup()
            self._save()
        finally:
            if self._file is not None:
                self._file.release()

    def _save(self) -> None:
        if self._file is not None:
            self._file.write(self._world)

    @property
    def url(self) -> str:
        """Return the base URL of the Numbers host; paths begin with ``/v1/projects/``."""
        if self._url is None:
            msg = "the sandbox has not been started"
            raise RuntimeError(msg)
        return self._url

    @property
    def auth_url(self) -> str:
        """Return the base URL of the token host; the path is ``/oauth2/token``."""
        return self.url

    @property
    def imported_url(self) -> str:
        """Return the base URL of the host for imported numbers."""
        return f"{self.url}/imported"

    @property
    def environment(self) -> dict[str, str]:
        """Return environment variables that configure a client for this sandbox."""
        key_id, key_secret = self._key
        return {
            "SINCH_PROJECT_ID": next(iter(self._world.projects)),
            "SINCH_KEY_ID": key_id,
            "SINCH_KEY_SECRET": key_secret,
            "SINCH_NUMBERS_URL": self.url,
            "SINCH_AUTH_URL": self.auth_url,
            "SINCH_IMPORTED_NUMBERS_URL": self.imported_url,
        }

    @property
    def reset_secrets(self) -> tuple[str, ...]:
        """Return the projects whose signing secrets a state file would not keep: initial again."""
        return () if self._file is None else self._file.reset_secrets

    @property
    def clock(self) -> Clock:
        """Return the sandbox's clock, which can be moved."""
        return self._world.clock

    @property
    def faults(self) -> Faults:
        """Return the fault injector."""
        return self._world.faults

    @property
    def webhooks(self) -> Webhooks:
        """Return the webhook sender, to inspect and disturb deliveries."""
        return self._world.webhooks

    @property
    def calls(self) -> list[str]:
        """Return every API request so far, in order, as method and decoded path."""
        return self._world.calls

    @property
    def ledger(self) -> list[LedgerEntry]:
        """Return the changes that took effect, in order."""
        return self._world.ledger

    def project(self, project_id: str | None = None) -> Project:
        """
        Return a project's state, by default the first project's.

        Args:
            project_id: ID of the project (default: the first one).
        """
        return self._world.projects[project_id or next(iter(self._world.projects))]

    def number(self, phone_number: str, project_id: str | None = None) -> dict[str, Any] | None:
        """
        Return an active number as the API would currently return it.

        Args:
            phone_number: Number in E.164.
            project_id: ID of the project (default: the first one).
        """
        project = self.project(project_id)
        number = project.active.get(phone_number)
        if number is None:
            return None
        document = json.loads(active_number(number, project.project_id))
        shown: dict[str, Any] = rewritten(document, self._world.settings.absent)
        return shown

    def revoke_tokens(self) -> None:
        """Revoke all tokens: 401 without a mention of expiry."""
        self._world.keys.revoke()

    def expire_tokens(self) -> None:
        """Expire all tokens: responses are a 401 that makes clients renew."""
        self._world.keys.expire()
