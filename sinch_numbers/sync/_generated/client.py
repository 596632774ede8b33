"""
The sync twin of the client, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from sinch_numbers._client.client import Effect, NumbersClient
from sinch_numbers._core.auth.cache import Authorizer
from sinch_numbers._core.notifier import ResourceEvent
from sinch_numbers._core.observing.observer import Observer
from sinch_numbers._core.retry.policy import Backoff, RetryPolicy
from sinch_numbers._core.retry.unresolved import Unresolved
from sinch_numbers._core.transport.base import Transport
from sinch_numbers.errors import OutcomeUnknownError
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._unset import UNSET, Maybe
from sinch_numbers.sync._twin import ClientTwin, twin_of

if TYPE_CHECKING:
    from sinch_numbers.sync._generated.resources.active_numbers import SyncActiveNumbers
    from sinch_numbers.sync._generated.resources.available_numbers import SyncAvailableNumbers
    from sinch_numbers.sync._generated.resources.available_regions import SyncAvailableRegions
    from sinch_numbers.sync._generated.resources.callback_configuration import (
        SyncCallbackConfigurations,
    )
    from sinch_numbers.sync._generated.resources.emergency_address import SyncEmergencyAddresses
    from sinch_numbers.sync._generated.resources.hosting_orders import SyncHostingOrders
    from sinch_numbers.sync._generated.resources.imported_numbers import SyncImportedNumbers
    from sinch_numbers.sync._generated.resources.number_orders import SyncNumberOrders
    from sinch_numbers.sync._generated.resources.qualified_numbers import SyncQualifiedNumbers

__all__ = ["SyncNumbersClient"]


class SyncNumbersClient(ClientTwin[NumbersClient]):
    """
    The Sinch Numbers API, for one project.

    Use it as a context manager, or `close` it::

        with SyncNumbersClient() as client:
            number = client.active_numbers.get("+12025550134")

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

    active_numbers: "SyncActiveNumbers" = twin_of("active_numbers", "SyncActiveNumbers")
    """The numbers that the project rents."""
    available_numbers: "SyncAvailableNumbers" = twin_of(
        "available_numbers",
        "SyncAvailableNumbers",
    )
    """The numbers in stock."""
    available_regions: "SyncAvailableRegions" = twin_of(
        "available_regions",
        "SyncAvailableRegions",
    )
    """Where numbers can be rented."""
    emergency_address: "SyncEmergencyAddresses" = twin_of(
        "emergency_address",
        "SyncEmergencyAddresses",
    )
    """Where help is sent when a number calls for it."""
    callback_configuration: "SyncCallbackConfigurations" = twin_of(
        "callback_configuration",
        "SyncCallbackConfigurations",
    )
    """The secret that signs webhooks."""
    number_orders: "SyncNumberOrders" = twin_of("number_orders", "SyncNumberOrders")
    """Purchases that need know-your-customer data."""
    imported_numbers: "SyncImportedNumbers" = twin_of("imported_numbers", "SyncImportedNumbers")
    """Numbers of other carriers, linked here for text messages: US and Canada."""
    hosting_orders: "SyncHostingOrders" = twin_of("hosting_orders", "SyncHostingOrders")
    """Orders to import or to text-enable numbers."""
    qualified_numbers: "SyncQualifiedNumbers" = twin_of(
        "qualified_numbers",
        "SyncQualifiedNumbers",
    )
    """Numbers that are being qualified for text-enabling."""
    imported_callback_configuration: "SyncCallbackConfigurations" = twin_of(
        "callback_configuration",
        "SyncCallbackConfigurations",
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
        self._begin(
            NumbersClient(
                project_id,
                key_id,
                key_secret,
                auth=auth,
                timeout=timeout,
                deadline=deadline,
                retries=retries,
                settle_timeout=settle_timeout,
                max_concurrency=max_concurrency,
                headers=headers,
                user_agent=user_agent,
                connect_timeout=connect_timeout,
                proxy=proxy,
                proxy_from_env=proxy_from_env,
                ca_bundle=ca_bundle,
                numbers_url=numbers_url,
                imported_numbers_url=imported_numbers_url,
                auth_url=auth_url,
                tokens=tokens,
                backoff=backoff,
                on_unknown_outcome=on_unknown_outcome,
                observer=observer,
                transport=transport,
            )
        )

    @property
    def project_id(self) -> str:
        """The project whose numbers these are."""
        return self._core.project_id

    @property
    def tokens(self) -> Authorizer:
        """The token cache of the client; pass it to another client to share it."""
        return self._core.tokens

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """Return the billable calls that may or may not have happened, oldest first."""
        return self._core.unresolved

    def reconcile(self, unknown: Unresolved | OutcomeUnknownError) -> Effect | None:
        """
        Read the effect of a call that is among the `unresolved`.

        Returns the result of the call if it took effect, or ``None`` if it is proven that it
        did not; then the call is no longer unresolved. Proving absence takes the settle
        timeout. The call itself is not retried; free of charge.

        Raises `OutcomeUnknownError` when it still cannot be known, as for ``rent_any``,
        ``number_orders.create`` and hosting orders always, and `InvalidArgumentError` when
        the call is not among the unresolved.
        """
        return self._runner.run(self._core.reconcile, unknown)

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
        return self._around(
            self._core.with_options(
                timeout=timeout,
                deadline=deadline,
                retries=retries,
                settle_timeout=settle_timeout,
                headers=headers,
            )
        )

    def request(
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
        return self._runner.run(
            self._core.request,
            method,
            path,
            query=query,
            json=json,
            retry=retry,
        )

    def notify(self, event: ResourceEvent) -> None:
        """
        Wake the tasks that wait for the number or order of *event*; they read it at once.

        Pass this method to a webhook receiver as its handler, or call it from yours, in any
        thread. It wakes `wait_until_provisioned`, `order_numbers`, and the like, of this client
        and its siblings. Nothing is sent.
        """
        self._runner.run(self._core.notify, event)

    def close(self) -> None:
        """Close all connections, those of siblings included; what is asked later fails."""
        self._runner.run(self._core.close)
