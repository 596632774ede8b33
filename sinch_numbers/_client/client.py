"""NumbersClient: credentials in, endpoints out."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, Union
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.auth.cache import Authorizer, BasicAuthorizer, Fetch, TokenCache
from sinch_numbers._core.auth.oauth import TokenService, basic_authorization
from sinch_numbers._core.lazy import Part, forget_parts
from sinch_numbers._core.notifier import ResourceEvent
from sinch_numbers._core.observing.observer import Observer
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import ClientContext, Options, Pipeline
from sinch_numbers._core.rate_limit.limiter import RateLimiter
from sinch_numbers._core.retry.keyed_locks import KeyedLocks
from sinch_numbers._core.retry.policy import BILLABLE, SAFE, Backoff, RetryBudget, RetryPolicy
from sinch_numbers._core.retry.unresolved import Register, Unresolved
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers._core.transport.base import Transport
from sinch_numbers._version import __version__
from sinch_numbers.errors import InvalidArgumentError, OutcomeUnknownError
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._unset import UNSET, Maybe

if TYPE_CHECKING:
    from sinch_numbers._client.resources.active_numbers import ActiveNumbers
    from sinch_numbers._client.resources.available_numbers import AvailableNumbers
    from sinch_numbers._client.resources.available_regions import AvailableRegions
    from sinch_numbers._client.resources.callback_configuration import CallbackConfigurations
    from sinch_numbers._client.resources.emergency_address import EmergencyAddresses
    from sinch_numbers._client.resources.hosting_orders import HostingOrders
    from sinch_numbers._client.resources.imported_numbers import ImportedNumbers
    from sinch_numbers._client.resources.number_orders import NumberOrders
    from sinch_numbers._client.resources.qualified_numbers import QualifiedNumbers
    from sinch_numbers.models import (
        ActiveNumber,
        EmergencyAddress,
        ImportedNumber,
        NumberOrder,
        QualifiedNumber,
    )

__all__ = ["Effect", "NumbersClient"]

_NUMBERS_URL = "https://numbers.api.sinch.com"
_IMPORTED_NUMBERS_URL = "https://imported.numbers.api.sinch.com"
_AUTH_URL = "https://auth.sinch.com"

# Names only, which can be joined with others all the same.
Effect = Union[
    "ActiveNumber",
    "EmergencyAddress",
    "ImportedNumber",
    "NumberOrder",
    "QualifiedNumber",
    "tuple[QualifiedNumber, ...]",
]
"""The results of billable calls that a read can verify."""


def _operations(home: str, kind: str, pipeline: str = "_pipeline") -> Any:
    """Declare a collection of operations, loaded when it is asked for: few use them all."""
    return Part(
        f"sinch_numbers._client.resources.{home}",
        kind,
        lambda client, collection, _: collection(getattr(client, pipeline)),
    )


class NumbersClient:
    """
    The Sinch Numbers API, for one project.

    Use it as a context manager, or `close` it::

        async with NumbersClient() as client:
            number = await client.active_numbers.get("+12025550134")

    Credentials come from the arguments, else from ``SINCH_PROJECT_ID``, ``SINCH_KEY_ID`` and
    ``SINCH_KEY_SECRET``. One client serves any number of tasks at once. It may be made
    anywhere and used from several event loops; each gets connections of its own.

    Arguments:
        project_id: The project whose numbers these are.
        key_id: The access key's id.
        key_secret: The access key's secret. It is kept out of reprs, logs and errors.
        auth: ``"oauth"`` trades the key for tokens that renew themselves. ``"basic"`` sends
            the key along with every call: for trials, since the service throttles it and
            has refused it for some writes.
        timeout: Seconds that one attempt may take.
        deadline: Seconds that a call may take with all its attempts and pauses, not counting
            the wait for its turn; ``None`` for any time. The time to settle the outcome of a
            billable call comes on top.
        retries: How often a call is sent again where that is safe; by default up to three
            times for reads and twice for changes. Billable calls are never repeated in doubt.
        settle_timeout: Seconds after which a request that the client gave up on can no longer
            take effect. Proving that a billable call had no effect takes that long.
        max_concurrency: How many requests may be under way at once; others wait their turn.
        headers: Sent along with every request.
        user_agent: Put in front of the package's own.
        connect_timeout: Seconds that a connection may take, TLS included.
        proxy: The URL of an HTTP proxy for all that leaves this machine.
        proxy_from_env: Whether to take the proxy from the environment, as ``HTTPS_PROXY``
            and ``NO_PROXY`` name it.
        ca_bundle: A file of certificates to trust instead of the system's.
        numbers_url: Where the API is, else ``SINCH_NUMBERS_URL``, else the service itself.
        imported_numbers_url: Where the API for imported numbers is, else
            ``SINCH_IMPORTED_NUMBERS_URL``, else the service itself.
        auth_url: Where tokens are, else ``SINCH_AUTH_URL``, else the service itself.
        tokens: The ``tokens`` of another client with the same key, to share one token. It
            has to stay open for as long as this one is used.
        backoff: How long to pause before a call is sent again.
        on_unknown_outcome: Called with each billable call whose outcome stays unknown, also
            when it was cancelled after it had left; it must not block.
        observer: Hears of every call and attempt, to count or to trace them, such as
            `sinch_numbers.otel.OpenTelemetry`. Of tokens it hears with the client that
            fetches them.
        transport: What carries the requests, instead of aiohttp. It is closed with the client.

    Raises `InvalidArgumentError` when credentials are missing, or would go to a host other
    than this machine without TLS.
    """

    project_id: str
    """The project whose numbers these are."""
    active_numbers: ActiveNumbers = _operations("active_numbers", "ActiveNumbers")
    """The numbers that the project rents."""
    available_numbers: AvailableNumbers = _operations("available_numbers", "AvailableNumbers")
    """The numbers in stock."""
    available_regions: AvailableRegions = _operations("available_regions", "AvailableRegions")
    """Where numbers can be rented."""
    emergency_address: EmergencyAddresses = _operations("emergency_address", "EmergencyAddresses")
    """Where help is sent when a number calls for it."""
    callback_configuration: CallbackConfigurations = _operations(
        "callback_configuration", "CallbackConfigurations"
    )
    """The secret that signs webhooks."""
    number_orders: NumberOrders = _operations("number_orders", "NumberOrders")
    """Purchases that need know-your-customer data."""
    imported_numbers: ImportedNumbers = _operations(
        "imported_numbers", "ImportedNumbers", "_imported"
    )
    """Numbers of other carriers, linked here for text messages: US and Canada."""
    hosting_orders: HostingOrders = _operations("hosting_orders", "HostingOrders", "_imported")
    """Orders to import or to text-enable numbers."""
    qualified_numbers: QualifiedNumbers = _operations(
        "qualified_numbers", "QualifiedNumbers", "_imported"
    )
    """Numbers that are being qualified for text-enabling."""
    imported_callback_configuration: CallbackConfigurations = _operations(
        "callback_configuration", "CallbackConfigurations", "_imported"
    )
    """The secret that signs webhooks about imported numbers and hosting orders: another one."""

    def __init__(
        self,
        project_id: str | None = None,
        key_id: str | None = None,
        key_secret: Secret | str | None = None,
        *,
        auth: Literal["oauth", "basic"] = "oauth",
        timeout: float = 30.0,
        deadline: float | None = 90.0,
        retries: int | None = None,
        settle_timeout: float = 30.0,
        max_concurrency: int = 100,
        headers: Mapping[str, str] | None = None,
        user_agent: str | None = None,
        connect_timeout: float = 5.0,
        proxy: Secret | str | None = None,
        proxy_from_env: bool = False,
        ca_bundle: Path | str | None = None,
        numbers_url: str | None = None,
        imported_numbers_url: str | None = None,
        auth_url: str | None = None,
        tokens: Authorizer | None = None,
        backoff: Backoff | None = None,
        on_unknown_outcome: Callable[[Unresolved], object] | None = None,
        observer: Observer | None = None,
        transport: Transport | None = None,
    ) -> None:
        # Wrapped at once: tracebacks can show what a frame holds.
        key_secret = Secret(key_secret or os.environ.get("SINCH_KEY_SECRET", ""))
        proxy = Secret(proxy or "")
        self.project_id = arguments.project_id(project_id or os.environ.get("SINCH_PROJECT_ID"))
        self._numbers_url = _origin(numbers_url, "numbers_url", _NUMBERS_URL)
        self._imported_numbers_url = _origin(
            imported_numbers_url, "imported_numbers_url", _IMPORTED_NUMBERS_URL
        )
        agents = [arguments.printable(user_agent, "user_agent")] if user_agent else []
        identity = {"User-Agent": " ".join([*agents, f"sinch_numbers/{__version__}"])}
        options = _checked(
            Options(
                timeout=timeout,
                deadline=deadline,
                retries=retries,
                settle_timeout=settle_timeout,
                headers=identity | arguments.headers(headers),
            )
        )
        backoff = backoff or Backoff()
        if proxy_from_env and not proxy:
            proxy = _proxy_from_env(self._numbers_url)
        transport = transport or AiohttpTransport(
            connect_timeout=arguments.seconds(connect_timeout, "connect_timeout"),
            proxy=_checked_proxy(proxy) if proxy else None,
            ca_bundle=ca_bundle,
        )
        self._owns_tokens = tokens is None
        if tokens is None:
            key_id = _given(key_id or os.environ.get("SINCH_KEY_ID"), "key_id")
            key_secret = arguments.secret(key_secret, "key_secret")
            if auth == "basic":
                tokens = BasicAuthorizer(basic_authorization(key_id, key_secret))
            elif auth == "oauth":
                service = TokenService(
                    transport,
                    _origin(auth_url, "auth_url", _AUTH_URL),
                    key_id,
                    key_secret,
                    headers=identity,
                    timeout=timeout,
                    backoff=backoff,
                )
                tokens = TokenCache(_watched(service.fetch, observer))
            else:
                raise InvalidArgumentError("auth", "oauth or basic", auth)
        self._context = ClientContext(
            transport,
            tokens,
            RateLimiter(arguments.positive(max_concurrency, "max_concurrency")),
            RetryBudget(),
            backoff,
            KeyedLocks(),
            Register(on_unknown_outcome),
            observer=observer,
        )
        self._use(options)

    def _use(self, options: Options) -> None:
        self._options = options
        prefix = f"/v1/projects/{self.project_id}"
        self._pipeline = Pipeline(self._context, self._numbers_url, prefix, options)
        self._imported = Pipeline(self._context, self._imported_numbers_url, prefix, options)

    @property
    def tokens(self) -> Authorizer:
        """The token cache of the client; pass it to another client to share it."""
        return self._context.tokens

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """Return the billable calls that may or may not have happened, oldest first."""
        return self._context.unresolved.all()

    async def reconcile(self, unknown: Unresolved | OutcomeUnknownError) -> Effect | None:
        """
        Read the effect of a call that is among the `unresolved`.

        Returns the result of the call if it took effect, or ``None`` if it is proven that it
        did not; then the call is no longer unresolved. Proving absence takes the settle
        timeout. The call itself is not retried; free of charge.

        Raises `OutcomeUnknownError` when it still cannot be known, as for ``rent_any``,
        ``number_orders.create`` and hosting orders always, and `InvalidArgumentError` when
        the call is not among the unresolved.
        """
        effect: Effect | None
        effect = await self._pipeline.reconcile(str(unknown.op_id))
        return effect

    def with_options(
        self,
        *,
        timeout: Maybe[float] = UNSET,
        deadline: Maybe[float | None] = UNSET,
        retries: Maybe[int | None] = UNSET,
        settle_timeout: Maybe[float] = UNSET,
        headers: Maybe[Mapping[str, str]] = UNSET,
    ) -> Self:
        """
        Return a sibling that differs in these options, and shares everything else.

        Connections, token, concurrency and quota are shared; headers are added to those of
        this client. Closing one closes them all. The class describes the options.

        Raises `InvalidArgumentError` when an option makes no sense.
        """
        changes: dict[str, Any] = {
            "timeout": timeout,
            "deadline": deadline,
            "retries": retries,
            "settle_timeout": settle_timeout,
        }
        changes = {name: value for name, value in changes.items() if value is not UNSET}
        if headers is not UNSET:
            changes["headers"] = {**self._options.headers, **arguments.headers(headers)}
        sibling = copy.copy(self)
        forget_parts(sibling)
        NumbersClient._use(sibling, _checked(attrs.evolve(self._options, **changes)))
        return sibling

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        retry: RetryPolicy | None = None,
    ) -> Any:
        """
        Call an operation that has no method here yet, and return its JSON as it is.

        *path* is below the project's: ``/activeNumbers``. A ``GET`` is retried like
        other reads; other methods count as billable, and are never retried after an ambiguous
        failure, unless *retry* is ``IDEMPOTENT``. Returns ``None`` when there is no body.

        Raises `InvalidArgumentError` when the path could lead elsewhere,
        `OutcomeUnknownError` when a billable call may or may not have happened, and the
        errors that every call may raise.
        """
        if method not in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            raise InvalidArgumentError("method", "GET, POST, PUT, PATCH or DELETE", method)
        policy = retry or (SAFE if method == "GET" else BILLABLE)
        operation = Operation("request", method, "", object, policy)
        return await self._pipeline.run(
            operation, object, arguments.request_path(path), query=query, json=json
        )

    async def notify(self, event: ResourceEvent) -> None:
        """
        Wake the tasks that wait for the number or order of *event*; they read it at once.

        Pass this method to a webhook receiver as its handler, or call it from yours, in any
        thread. It wakes `wait_until_provisioned`, `order_numbers`, and the like, of this client
        and its siblings. Nothing is sent.
        """
        if event.resource_id is not None:
            self._context.notifier.notify(event.resource_id)

    async def close(self) -> None:
        """Close all connections, those of siblings included; what is asked later fails."""
        if self._owns_tokens:
            await self._context.tokens.close()
        await self._context.transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        made = vars(self)  # maybe by half: tracebacks show a client that could not be made
        return f"<{type(self).__name__} {made.get('project_id')} at {made.get('_numbers_url')}>"


def _given(value: object, argument: str) -> str:
    if not isinstance(value, str) or not value or not value.isprintable() or ":" in value:
        raise InvalidArgumentError(argument, "the access key's id")
    return value


def _origin(value: str | None, argument: str, default: str) -> str:
    named = value or os.environ.get(f"SINCH_{argument.upper()}") or default
    return arguments.origin(named, argument)


def _checked(options: Options) -> Options:
    arguments.seconds(options.timeout, "timeout")
    arguments.seconds(options.settle_timeout, "settle_timeout")
    if options.deadline is not None:
        arguments.seconds(options.deadline, "deadline")
    retries = options.retries
    if retries is not None and (type(retries) is not int or retries < 0):
        raise InvalidArgumentError("retries", "how often, or None for the default", retries)
    return options


def _watched(fetch: Fetch, observer: Observer | None) -> Fetch:
    if observer is None:
        return fetch
    from sinch_numbers._core.observing.instrumentation import watched_fetch

    return watched_fetch(fetch, observer)


def _proxy_from_env(url: str) -> Secret:
    host = urlsplit(url).hostname or ""
    return Secret("" if proxy_bypass(host) else getproxies().get("https", ""))


def _checked_proxy(proxy: Secret) -> Secret:
    parts = urlsplit(proxy.reveal())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidArgumentError("proxy", "the http or https URL of a proxy")
    return proxy
