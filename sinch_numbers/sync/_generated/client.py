"""
The sync twin of the client, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from sinch_numbers import models
from sinch_numbers._client.bodies.documents import DocumentInput
from sinch_numbers._client.client import Effect, NumbersClient, OnOrderStep, PurchaseMethod
from sinch_numbers._client.open_requests import Confirmation
from sinch_numbers._client.prices import PriceInput, Quote
from sinch_numbers._core.auth.cache import Authorizer
from sinch_numbers._core.billing.journal import JournalEntry, OperationStore
from sinch_numbers._core.billing.recovery import Recovered
from sinch_numbers._core.billing.register import Unresolved
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.notifier import ResourceEvent
from sinch_numbers._core.observing.observer import Observer
from sinch_numbers._core.progress import OnProgress
from sinch_numbers._core.retry.policy import Backoff, RetryPolicy
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
    Client for the Sinch Numbers API, for one project.

    Use the client as a context manager, or call `close`::

        with SyncNumbersClient() as client:
            number = client.active_numbers.get("+12025550134")

    Credentials default to the environment variables ``SINCH_PROJECT_ID``, ``SINCH_KEY_ID`` and
    ``SINCH_KEY_SECRET``. Any number of concurrent tasks can share a client. A client can be
    created anywhere and used from several event loops; each loop has separate connections. A copy
    of a client is the client itself; it cannot be pickled, but its arguments can, except secrets.

    Args:
        project_id: ID of the project that owns the numbers.
        key_id: ID of the access key.
        key_secret: Secret of the access key. Never appears in reprs, logs or errors.
        auth: ``"oauth"`` exchanges the key for access tokens, which are renewed automatically.
            ``"basic"`` sends the key with every request: for trials only, since the service
            throttles basic authentication and has rejected it for some writes.
        timeout: Timeout of one attempt, in seconds.
        deadline: Time limit of a call in seconds, including retries and delays but not the
            time spent in the queue; ``None`` for no limit. Verifying the outcome of a billable
            call takes additional time.
        retries: Maximum retries of a call where retrying is safe. Default: 3 for reads, 2 for
            writes. Billable calls are never retried while their outcome is ambiguous. Also the
            maximum retries of a token fetch, which has 7 at most.
        settle_timeout: Seconds after which an abandoned request can no longer take effect.
            Proving that a billable call had no effect takes this long.
        max_concurrency: Maximum concurrent requests; further requests are queued.
        headers: Extra headers of every request.
        user_agent: Prefix of the package's ``User-Agent`` header.
        connect_timeout: Timeout for opening a connection in seconds, TLS handshake included.
        proxy: URL of an HTTP proxy for all requests that leave this machine, in ASCII. User name
            and password are percent-encoded. SOCKS is not supported. Default: ``SINCH_PROXY``,
            except for the hosts in ``NO_PROXY``.
        proxy_from_env: Whether to use the proxy of ``HTTPS_PROXY`` or ``ALL_PROXY``, or of the
            settings of Windows or macOS, if *proxy* isn't given, and to reach the hosts in
            ``NO_PROXY`` directly.
        ca_bundle: PEM file of trusted CA certificates, used instead of the system's. Read once,
            at construction; ``~`` is expanded. Default: ``SINCH_CA_BUNDLE``.
        numbers_url: Base URL of the API. Default: ``SINCH_NUMBERS_URL``, else the production
            service.
        imported_numbers_url: Base URL of the API for imported numbers. Default:
            ``SINCH_IMPORTED_NUMBERS_URL``, else the production service.
        auth_url: Base URL of the token service. Default: ``SINCH_AUTH_URL``, else the
            production service.
        tokens: The ``tokens`` of another client with the same key, to share one access token.
            The other client must stay open as long as this one is used.
        backoff: Delays before retries.
        store: Journal of the billable calls: a `sinch_numbers.store`, or a path or PostgreSQL
            URL that it opens. All renters of the project must use the same one: then a number
            that a read finds after a lost response is known to be the call's own, no two
            processes buy the same number, and `recover` finds the outcome of calls that a killed
            process left. Default: ``SINCH_STORE``, else a journal in memory, for this process.
        sole_renter: Whether no one else rents numbers in the project, which confirms rents
            after a lost response as a shared store does, but only while the process runs.
        tag_callback: Whether rents add an ID to the query of their callback URL, by which a read
            recognizes the number of the call, even if others rent. The ID stays in the URL.
        on_unknown_outcome: Called with each billable call that becomes `unresolved`, including
            calls that were cancelled after the request was sent. A plain function that must not
            block.
        on_progress: Called with a `ProgressEvent` when a wait begins: for a retry, a rate limit,
            the verification of a lost response, another call about the same number, or a state.
            A plain function that must not block; an exception is logged and has no other effect.
            The sync client calls it in the thread that runs its calls.
        observer: Notified of every call and attempt, for metrics or tracing, such as
            `sinch_numbers.otel.OpenTelemetry`. Notified of token fetches only by the client
            that makes them.
        transport: Transport that sends requests, instead of aiohttp. Closed with the client.

    Raises `MissingCredentialsError` when credentials are neither passed nor in the environment;
    `InvalidArgumentError` when they would be sent without TLS to a host other than this machine,
    when a URL, the proxy or the store is malformed, when *ca_bundle* cannot be read, and when
    *on_unknown_outcome*, *on_progress* or a method of *observer* is a coroutine function; and
    `APIConnectionError` when *ca_bundle* cannot be opened because too many files are open.
    """

    active_numbers: SyncActiveNumbers = twin_of("active_numbers", "SyncActiveNumbers")
    """Numbers that the project rents."""
    available_numbers: SyncAvailableNumbers = twin_of("available_numbers", "SyncAvailableNumbers")
    """Numbers available for rent."""
    available_regions: SyncAvailableRegions = twin_of("available_regions", "SyncAvailableRegions")
    """Regions in which numbers can be rented."""
    emergency_address: SyncEmergencyAddresses = twin_of(
        "emergency_address",
        "SyncEmergencyAddresses",
    )
    """Emergency (E911) addresses of rented numbers."""
    callback_configuration: SyncCallbackConfigurations = twin_of(
        "callback_configuration",
        "SyncCallbackConfigurations",
    )
    """Webhook configuration: the signing secret."""
    number_orders: SyncNumberOrders = twin_of("number_orders", "SyncNumberOrders")
    """Number orders: the single steps of purchases; `buy` performs all of them."""
    imported_numbers: SyncImportedNumbers = twin_of("imported_numbers", "SyncImportedNumbers")
    """Numbers of other carriers, imported for text messages (US and Canada)."""
    hosting_orders: SyncHostingOrders = twin_of("hosting_orders", "SyncHostingOrders")
    """Hosting orders, which import or text-enable numbers."""
    qualified_numbers: SyncQualifiedNumbers = twin_of("qualified_numbers", "SyncQualifiedNumbers")
    """Numbers in qualification for text-enabling."""
    imported_callback_configuration: SyncCallbackConfigurations = twin_of(
        "callback_configuration",
        "SyncCallbackConfigurations",
    )
    """Webhook signing secret for imported numbers and hosting orders."""

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
        store: OperationStore | Path | str | None = None,
        sole_renter: bool = False,
        tag_callback: bool = False,
        on_unknown_outcome: Callable[[Unresolved], object] | None = None,
        on_progress: OnProgress | None = None,
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
                store=store,
                sole_renter=sole_renter,
                tag_callback=tag_callback,
                on_unknown_outcome=on_unknown_outcome,
                on_progress=on_progress,
                observer=observer,
                transport=transport,
            )
        )

    @property
    def project_id(self) -> str:
        """ID of the project that owns the numbers."""
        return self._core.project_id

    @property
    def tokens(self) -> Authorizer:
        """Token cache of the client; pass it to another client to share the token."""
        return self._core.tokens

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """
        Return the billable calls whose outcome is unknown, oldest first.

        Includes calls that took effect, but whose result an interrupt of a sync call discarded:
        `Unresolved.result` has it.
        """
        return self._core.unresolved

    def reconcile(self, unknown: Unresolved | OutcomeUnknownError) -> Effect | None:
        """
        Verify the outcome of an `unresolved` call by reading its effect.

        Returns the result of the call if the call took effect, or ``None`` if it is proven that
        the call had no effect; in both cases the call is removed from `unresolved`. Proving the
        absence of an effect takes the settle timeout. For a call that is known to have taken
        effect, its `Unresolved.result` is returned without a read. The call itself is not
        retried. Free of charge.

        Args:
            unknown: One of `unresolved`, or the error that the call raised.

        Raises:
            OutcomeUnknownError: The outcome is still unknown, which is always the case for
                ``number_orders.create`` and hosting orders, and for a rent that took effect where
                others rent in the project.
            InvalidArgumentError: The journal does not have the call.
            StoreError: The store cannot be used.

        Example::

            for unknown in client.unresolved:
                print(unknown, client.reconcile(unknown))
        """
        return self._runner.run(self._core.reconcile, unknown)

    def recover(self) -> tuple[Recovered, ...]:
        """
        Find the outcome of billable calls that an earlier process did not finish.

        Reads the effect of each open entry of the store that belongs to this project, and whose
        process has ended; entries of calls that are still running are left out. A call that took
        effect, or is proven to have had none, is closed. Unknown ones stay open for another
        attempt, or for `dismiss`. Never sends a billable request. Proving that a call had no
        effect takes the settle timeout; entries are read concurrently. Free of charge.

        Raises:
            StoreError: The store cannot be used.

        Example::

            for recovered in client.recover():
                print(recovered)
        """
        return self._runner.run(self._core.recover)

    def operations(self, *, open_only: bool = True) -> tuple[JournalEntry, ...]:
        """
        Return the billable calls of the project in the store, newest first.

        Sends no request.

        Args:
            open_only: Return only those whose outcome is not known, including calls that still
                run.

        Raises:
            StoreError: The store cannot be used.

        Example::

            for operation in client.operations():
                print(operation.id, operation.operation, operation.subject)
        """
        return self._runner.run(self._core.operations, open_only=open_only)

    def dismiss(self, op_id: str, reason: str) -> JournalEntry:
        """
        Close the entry of a billable call whose outcome a person has found out.

        Sends no request.

        Args:
            op_id: ID of the operation, as in `operations`.
            reason: The outcome and how it was found; stored with the entry.

        Raises:
            InvalidArgumentError: *op_id* is not the ID of an open entry.
            StoreError: The store cannot be used.

        Example::

            for operation in client.operations():
                client.dismiss(operation.id, "not billed, according to the invoice")
        """
        return self._runner.run(self._core.dismiss, op_id, reason)

    def with_options(
        self,
        *,
        timeout: Maybe[float] = UNSET,
        deadline: Maybe[float | None] = UNSET,
        retries: Maybe[int | None] = UNSET,
        settle_timeout: Maybe[float] = UNSET,
        headers: Maybe[Mapping[str, str]] = UNSET,
        on_progress: Maybe[OnProgress | None] = UNSET,
        extra_query: Maybe[Mapping[str, Any]] = UNSET,
        extra_body: Maybe[Mapping[str, Any]] = UNSET,
    ) -> Self:
        """
        Return a sibling client with other options that shares everything else.

        The siblings share connections, access token, concurrency limit and quota. Closing one
        sibling closes them all. Options that are not given are those of this client.

        *extra_query* and *extra_body* are for parameters and fields of the API that have no
        argument yet, under the API's names. Every call of the sibling sends them, and each page
        of a list; reads that verify the outcome of a call don't. The journal doesn't keep them. A
        change that isn't billable is not verified by reading if it has an *extra_body*, but
        repeated after a lost response.

        Args:
            timeout: Timeout of one attempt, in seconds.
            deadline: Time limit of a call in seconds, including retries and delays; ``None`` for
                no limit.
            retries: Maximum retries of a call where retrying is safe.
            settle_timeout: Seconds after which an abandoned request can no longer take effect.
            headers: Extra headers, added to those of this client.
            on_progress: Receives the progress; not that of fetches of the shared access token.
            extra_query: Query parameters, added to those of this client: str, numbers, bools, or
                lists of them.
            extra_body: Fields of the request body, added to those of this client:
                JSON-serializable values, or a `Secret`. Objects are merged with those of the call.

        Raises:
            InvalidArgumentError: An option is invalid, or *extra_query* has ``pageToken``. Calls
                raise it, before anything is sent, when they send a parameter or field of the same
                name themselves, and, with an *extra_body*, when they send no JSON body: reads,
                ``DELETE``, and uploads.

        Example::

            newer = client.with_options(timeout=10, extra_query={"label": "sales"})
            numbers = [number for number in newer.active_numbers.list()]
        """
        return self._around(
            self._core.with_options(
                timeout=timeout,
                deadline=deadline,
                retries=retries,
                settle_timeout=settle_timeout,
                headers=headers,
                on_progress=on_progress,
                extra_query=extra_query,
                extra_body=extra_body,
            )
        )

    def quote(
        self,
        *,
        region_code: str | None = None,
        type: models.NumberTypeInput | None = None,
        phone_numbers: Sequence[str] | str | None = None,
        quantity: int | None = None,
        capabilities: models.CapabilitiesInput = (),
        number_pattern: str | None = None,
        search_pattern: models.SearchPatternInput | None = None,
        on_unreadable: OnUnreadable = "warn",
    ) -> Quote:
        """
        Return the price that `buy` would pay, without reserving anything.

        The prices of *phone_numbers* are exact; those of a *quantity* are the highest among the
        matches found, since the service picks the numbers. Free of charge.
        (API: ``GET /availableNumbers``)

        Args:
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            type: Number type: ``MOBILE``, ``LOCAL``, or ``TOLL_FREE``.
            phone_numbers: One or several numbers in E.164, instead of a quantity.
            quantity: How many numbers, 1 to 100; by default 1.
            capabilities: Capabilities that the numbers must have: ``SMS``, ``VOICE``, or both.
            number_pattern: Digits to find in the full E.164 number, plus sign included.
            search_pattern: Position of *number_pattern*: ``START``, ``CONTAINS``, or ``END``.
            on_unreadable: Handling of an offer that cannot be read: see `OnUnreadable`.

        Raises:
            OutOfStockError: Fewer than *quantity* numbers match.
            NotFoundError: One of *phone_numbers* is not available.
            CurrencyMismatchError: The numbers have prices in different currencies.
            InvalidArgumentError: An argument is malformed.
            UnreadableItemError: An offer cannot be read, with ``on_unreadable="raise"``.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            quote = client.quote(region_code="US", type="LOCAL", quantity=2)
            print(quote.setup_price, quote.monthly_price)
        """
        return self._runner.run(
            self._core.quote,
            region_code=region_code,
            type=type,
            phone_numbers=phone_numbers,
            quantity=quantity,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            on_unreadable=on_unreadable,
        )

    def buy(
        self,
        *,
        region_code: str | None = None,
        type: models.NumberTypeInput | None = None,
        phone_numbers: Sequence[str] | str | None = None,
        quantity: int | None = None,
        capabilities: models.CapabilitiesInput = (),
        number_pattern: str | None = None,
        search_pattern: models.SearchPatternInput | None = None,
        sms_configuration: models.SmsConfigurationInput | None = None,
        voice_configuration: models.VoiceConfigurationInput | None = None,
        callback_url: str | None = None,
        max_monthly_price: PriceInput | None = None,
        max_setup_price: PriceInput | None = None,
        registration: Mapping[str, Any] | Sequence[Any] | None = None,
        attachments: Mapping[str, DocumentInput] | None = None,
        method: PurchaseMethod | None = None,
        deadline: float | None = 3600.0,
        longest_pause: float = 60.0,
        on_progress: OnProgress | None = None,
        on_step: OnOrderStep | None = None,
    ) -> tuple[models.ActiveNumber, ...]:
        """
        Buy numbers of any region and type by number orders, and return them.

        **Billable**: for each number the setup price and one month, once its order is accepted.
        Buys *quantity* numbers that match the criteria: one order, which reserves all or none. Or
        buys the given *phone_numbers*, with one order each; *region_code* and *type* are then
        optional.

        The budget is compared with the prices of available numbers before anything is reserved,
        and with those of the orders before anything is submitted, which is what is billed. If only
        some of the matching numbers found are within the limits, the cheapest are ordered by
        number. `quote` returns the price beforehand.

        The reviews of orders may take hours or days. US ``LOCAL`` numbers are rented instead,
        which the vendor deprecates, with ``"rent"`` as *method*, or if the account has no number
        orders and *method* is not ``"order"``. Fields of a number that cannot be read after the
        purchase are those of its order.

        Args:
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            type: Number type: ``MOBILE``, ``LOCAL``, or ``TOLL_FREE``.
            phone_numbers: One or several available numbers in E.164, instead of a quantity.
            quantity: How many numbers, 1 to 100; by default 1.
            capabilities: Capabilities that the numbers must have: ``SMS``, ``VOICE``, or both.
            number_pattern: Digits to find in the full E.164 number, plus sign included.
            search_pattern: Position of *number_pattern*: ``START``, ``CONTAINS``, or ``END``.
            sms_configuration: Service plan, and campaign in the US.
            voice_configuration: App, trunk, or fax service.
            callback_url: URL for events about the numbers.
            max_monthly_price: Budget for the price of all numbers per month, such as ``"5.00"``.
            max_setup_price: Budget for the setup price of all numbers.
            registration: Data that some regions require, as in `order_numbers`.
            attachments: Documents that some regions require, as in `order_numbers`.
            method: ``"order"`` or ``"rent"``; by default by order where possible.
            deadline: Maximum time to wait for reviews in seconds; ``None`` for no limit, 0 not to
                wait.
            longest_pause: Maximum time between two reads of an order, in seconds.
            on_progress: Receives the progress, as in ``number_orders.wait_until_completed``.
            on_step: Called after each step with the order: its ID leads back to the order after a
                crash, as do `operations` with a store.

        Raises:
            BudgetExceededError: The numbers are too expensive; nothing is bought.
            CurrencyMismatchError: The budget and prices have different currencies; nothing is
                bought.
            PurchaseIncompleteError: Not all orders are completed in time; it has the numbers that
                were bought and all orders.
            OutcomeUnknownError: The outcome of a request is unknown; notes name what was bought.
            OutOfStockError, NotFoundError: Too few numbers match, or one is not available.
            PermissionDeniedError: The account has no number orders.
            OrderIncompleteError, OrderRefusedError: Required data is missing or rejected.
            NumberBusyError: Another call about a number is not finished.
            UnexpectedResultError: The service ordered or rented another number.
            AlreadyOwnedError: A rented number belongs to another call.
            StoreError: The store cannot be used.
            ContentTooLargeError, UploadError: A document is too large or cannot be read.
            InvalidArgumentError: An argument is malformed, or *method* is ``"rent"`` outside US
                ``LOCAL``.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            (number,) = client.buy(region_code="US", type="LOCAL", max_monthly_price="5.00")
        """
        return self._runner.run(
            self._core.buy,
            region_code=region_code,
            type=type,
            phone_numbers=phone_numbers,
            quantity=quantity,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            sms_configuration=sms_configuration,
            voice_configuration=voice_configuration,
            callback_url=callback_url,
            max_monthly_price=max_monthly_price,
            max_setup_price=max_setup_price,
            registration=registration,
            attachments=attachments,
            method=method,
            deadline=deadline,
            longest_pause=longest_pause,
            on_progress=on_progress,
            on_step=on_step,
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        host: Literal["numbers", "imported"] = "numbers",
        retry: RetryPolicy | None = None,
        confirm: Confirmation | None = None,
    ) -> Any:
        """
        Call an API operation that has no method here yet, and return the decoded JSON.

        Returns ``None`` if the response has no body. A ``GET`` is retried like other reads. Other
        methods count as billable, unless *retry* is `IDEMPOTENT` or `SAFE`: they are in the
        journal and in `operations`, and never retried after an ambiguous failure. With *confirm*,
        reads verify the outcome of such a failure; the result is then the JSON of the read. The
        request is repeated once if the reads prove over the settle timeout that it had no effect.
        It has a claim on the phone number in *path*, or on *path*, and `recover` can find its
        outcome in another process. A confirmation shows a state, not who caused it: use it where
        no one else makes the same request.

        Args:
            method: HTTP method, such as ``GET``.
            path: Path relative to the project, such as ``/activeNumbers``, or from
                ``/v1/projects/{projectId}`` on, as in the API reference.
            query: Query parameters.
            json: Request body, JSON-serializable.
            host: ``"numbers"`` for rented numbers, ``"imported"`` for imported numbers and hosting
                orders.
            retry: `SAFE`, `IDEMPOTENT`, or `BILLABLE`.
            confirm: Read that shows whether a billable request took effect.

        Raises:
            InvalidArgumentError: *path* could resolve to another resource than it names, another
                project, or another host, a ``GET`` has *json* or *confirm*, or another argument is
                invalid.
            OutcomeUnknownError: The outcome of a billable call is unknown.
            NumberBusyError: Another call has a claim on the same subject.
            StoreError: The store cannot be used for a billable call; nothing is sent.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            regions = client.request("GET", "/availableRegions", query={"types": "LOCAL"})
            number = client.request(
                "PATCH",
                "/activeNumbers/+12025550134",
                json={"displayName": "Desk"},
                retry=IDEMPOTENT,
                confirm=Confirmation("/activeNumbers/+12025550134", shows={"displayName": "Desk"}),
            )
        """
        return self._runner.run(
            self._core.request,
            method,
            path,
            query=query,
            json=json,
            host=host,
            retry=retry,
            confirm=confirm,
        )

    def notify(self, event: ResourceEvent) -> None:
        """
        Wake tasks that wait for the number or order of *event*, to read it immediately.

        Pass this method to a webhook receiver as its handler, or call it from your own handler,
        in any thread. Wakes the waits of this client and its siblings, such as
        ``active_numbers.wait_until_provisioned``. Events about a hosting order name one of its
        numbers, not the order, so they wake all waits for hosting orders. Sends no request.

        Args:
            event: Event of a webhook, as a receiver or `parse_event` returns it.

        Example::

            receiver = Receiver(client.notify, secret)
        """
        self._runner.run(self._core.notify, event)

    def close(self) -> None:
        """
        Close all connections, including those of siblings.

        Later calls raise `ClientClosedError`, as do calls that wait: for a retry, a slot, a token,
        provisioning, or an order. A billable call whose outcome is being verified continues, and
        ends with `OutcomeUnknownError` because its reads fail. A ``with`` block closes the client
        by itself.

        Example::

            client.close()
        """
        self._runner.run(self._core.close)
