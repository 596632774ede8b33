"""
The sync twin of `HostingOrders`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sinch_numbers._client.resources.hosting_orders import HostingOrders
from sinch_numbers._client.wait_results import WaitResult
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.portal import Runner
from sinch_numbers._core.progress import OnProgress
from sinch_numbers.models import (
    HostingOrder,
    HostingOrderNumber,
    HostingOrderReport,
    HostingOrderStateInput,
    HostingOrderTypeInput,
    LoaInfoInput,
    StepStateInput,
    TimeOrderInput,
    TollFreeLoaInfoInput,
)
from sinch_numbers.sync._pager import SyncPager
from sinch_numbers.sync._twin import ResourceTwin


class SyncHostingOrders(ResourceTwin):
    """Orders of the project to import or text-enable numbers: US and Canada only."""

    def __init__(self, core: HostingOrders, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, hosting_order_id: str) -> HostingOrder:
        """
        Return the order *hosting_order_id*.

        Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}``)

        Args:
            hosting_order_id: ID of the hosting order.

        Raises:
            NotFoundError: The order does not exist.
            InvalidArgumentError: The ID is empty.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            order = client.hosting_orders.get(hosting_order_id)
            print(order.state)
        """
        return self._runner.run(self._core.get, hosting_order_id)

    def wait_until_completed(
        self,
        hosting_order_id: str,
        *,
        deadline: float | None = 3600.0,
        longest_pause: float = 60.0,
        on_progress: OnProgress | None = None,
    ) -> WaitResult[HostingOrder]:
        """
        Wait until the order is completed or rejected, or time runs out.

        Letters are signed by people, and carriers take days: a later wait continues where an
        earlier one stopped. The order is polled at growing intervals, and within a second when
        `SyncNumbersClient.notify` receives an event about a number in a hosting order. A completed
        order may have numbers that failed: see `numbers`. Free of charge. Each poll is a `get`.

        The ``outcome`` of the result is succeeded, failed (``problem`` has advice), or timed out
        (with the last state); ``get`` returns the order, or raises unless the wait succeeded.

        Args:
            hosting_order_id: ID of the hosting order.
            deadline: Maximum total time in seconds; ``None`` for no limit, 0 to read the state
                once.
            longest_pause: Maximum time between two reads, in seconds.
            on_progress: Receives the progress, instead of the client's function.

        Raises:
            NotFoundError: The order does not exist, according to three reads in a row.
            InvalidArgumentError: An argument is invalid.
            APIStatusError: A read failed with an error that is not transient.

        Example::

            result = client.hosting_orders.wait_until_completed(hosting_order_id, deadline=0)
            print(result.explanation)
        """
        return self._runner.run(
            self._core.wait_until_completed,
            hosting_order_id,
            deadline=deadline,
            longest_pause=longest_pause,
            on_progress=on_progress,
        )

    def report(self, hosting_order_id: str) -> HostingOrderReport:
        """
        Return the counts of the order's numbers by progress.

        Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}/report``)

        Args:
            hosting_order_id: ID of the hosting order.

        Raises:
            NotFoundError: The order does not exist.
            InvalidArgumentError: The ID is empty.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            report = client.hosting_orders.report(hosting_order_id)
            print(report.total)
        """
        return self._runner.run(self._core.report, hosting_order_id)

    def numbers(
        self,
        hosting_order_id: str,
        *,
        osr_update_state: StepStateInput | None = None,
        campaign_provisioning_state: StepStateInput | None = None,
        platform_provisioning_state: StepStateInput | None = None,
        order_by: TimeOrderInput | None = None,
        page_size: int = 100,
        limit: int | None = None,
        on_unreadable: OnUnreadable = "warn",
    ) -> SyncPager[HostingOrderNumber]:
        """
        List the numbers of the order with their progress, optionally filtered.

        No request is sent before the first iteration. Free of charge.
        (API: ``GET /hostingOrders/{hostingOrderId}/numbers``)

        Args:
            hosting_order_id: ID of the hosting order.
            osr_update_state: State of the carrier record.
            campaign_provisioning_state: State of the campaign.
            platform_provisioning_state: State of the SMS configuration.
            order_by: ``createdTime`` or ``updatedTime``.
            page_size: Maximum number of results per request; the service may send fewer.
            limit: Maximum number of results in total; ``None`` for all.
            on_unreadable: Handling of an item that cannot be read: ``"warn"`` leaves it out
                with a warning, ``"raise"`` raises, and a function receives it.

        Raises:
            InvalidArgumentError: An argument is malformed; raised immediately, the others by the
                iteration.
            NotFoundError: The order does not exist.
            PaginationError: The pages do not end.
            UnreadableItemError: An item cannot be read, with ``on_unreadable="raise"``.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call;
                ``page_token`` is where to resume.

        Example::

            for number in client.hosting_orders.numbers(hosting_order_id):
                print(number.phone_number)
        """
        return SyncPager(
            self._runner,
            self._core.numbers(
                hosting_order_id,
                osr_update_state=osr_update_state,
                campaign_provisioning_state=campaign_provisioning_state,
                platform_provisioning_state=platform_provisioning_state,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
                on_unreadable=on_unreadable,
            ),
        )

    def number(self, hosting_order_id: str, phone_number: str) -> HostingOrderNumber:
        """
        Return the progress of one number of the order.

        Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}/numbers/{phoneNumber}``)

        Args:
            hosting_order_id: ID of the hosting order.
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The order does not exist or does not contain the number.
            InvalidArgumentError: The ID is empty or the number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = client.hosting_orders.number(hosting_order_id, "+12025550162")
        """
        return self._runner.run(self._core.number, hosting_order_id, phone_number)

    def import_numbers(
        self,
        numbers: Sequence[str],
        *,
        region_code: str,
        service_plan_id: str,
        campaign_id: str | None = None,
        display_name: str | None = None,
        callback_url: str | None = None,
        migrate_to_sinch_tmo: bool | None = None,
        max_numbers: int = 5,
    ) -> HostingOrder:
        """
        Import *numbers* with one order, and return the order.

        For numbers with their own network number ID (NNID), as for a single import. No price is
        published. Reads cannot distinguish such orders, so callers must resolve ambiguous failures
        with `list`. (API: ``POST /hostingOrders:importNumbers``)

        Args:
            numbers: Numbers in E.164, each once.
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            service_plan_id: Service plan for text messages.
            campaign_id: 10DLC campaign (TCR), required by carriers in the US.
            display_name: Name of the order, for people.
            callback_url: URL for events about the numbers.
            migrate_to_sinch_tmo: Migrate numbers that another aggregator holds at T-Mobile, which
                reports 60135 for them.
            max_numbers: The account's limit per import: 5, unless your account manager has raised
                it.

        Raises:
            InvalidArgumentError: *numbers* is empty, too long, or has a number that is repeated or
                not in E.164.
            OutcomeUnknownError: The failure was ambiguous, or a number is already imported: with a
                `ConflictError` as its ``cause``.
            RateLimitError: Rate limited; not retried.
            StoreError: The store cannot be used; nothing is sent.
            BadRequestError: The service rejects the order.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            order = client.hosting_orders.import_numbers(
                ["+12025550163", "+12025550164"],
                region_code="US",
                service_plan_id="my-service-plan",
            )
            print(order.hosting_order_id)
        """
        return self._runner.run(
            self._core.import_numbers,
            numbers,
            region_code=region_code,
            service_plan_id=service_plan_id,
            campaign_id=campaign_id,
            display_name=display_name,
            callback_url=callback_url,
            migrate_to_sinch_tmo=migrate_to_sinch_tmo,
            max_numbers=max_numbers,
        )

    def text_enable(
        self,
        numbers: Sequence[str],
        *,
        region_code: str,
        service_plan_id: str,
        loa_info: LoaInfoInput,
        campaign_id: str | None = None,
        nnid: str | None = None,
        display_name: str | None = None,
        callback_url: str | None = None,
        scheduled_osr_update_time: datetime | None = None,
        migrate_to_sinch_tmo: bool | None = None,
    ) -> HostingOrder:
        """
        Text-enable up to 500 *numbers*, and return the order.

        Direct and reseller letters are e-mailed for signature, and the order waits until they are
        signed. The service decides whether a campaign is required. No price is published. Reads
        cannot distinguish such orders, so callers must resolve ambiguous failures with `list`.
        (API: ``POST /hostingOrders:textEnableNumbers``)

        Args:
            numbers: Numbers in E.164, at most 500, each once.
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            service_plan_id: Service plan for text messages.
            loa_info: Letter of authorization (LOA), as a model or a mapping.
            campaign_id: 10DLC campaign (TCR), required by carriers in the US.
            nnid: Network number ID; by default the one on record.
            display_name: Name of the order, for people.
            callback_url: URL for events about the numbers.
            scheduled_osr_update_time: Time at which the carrier record is updated, with a time
                zone.
            migrate_to_sinch_tmo: Migrate numbers that another aggregator holds at T-Mobile;
                whether that has an effect here is unconfirmed.

        Raises:
            InvalidArgumentError: The letter is incomplete or has an unknown field, an argument is
                malformed, or *numbers* is empty, too long, or has a number that is repeated or not
                in E.164.
            OutcomeUnknownError: The failure was ambiguous, or a number is already imported: with a
                `ConflictError` as its ``cause``.
            RateLimitError: Rate limited; not retried.
            StoreError: The store cannot be used; nothing is sent.
            BadRequestError: The service rejects the order.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            order = client.hosting_orders.text_enable(
                ["+12025550165"],
                region_code="US",
                service_plan_id="my-service-plan",
                loa_info=letter,
            )
        """
        return self._runner.run(
            self._core.text_enable,
            numbers,
            region_code=region_code,
            service_plan_id=service_plan_id,
            loa_info=loa_info,
            campaign_id=campaign_id,
            nnid=nnid,
            display_name=display_name,
            callback_url=callback_url,
            scheduled_osr_update_time=scheduled_osr_update_time,
            migrate_to_sinch_tmo=migrate_to_sinch_tmo,
        )

    def text_enable_toll_free(
        self,
        numbers: Sequence[str],
        *,
        region_code: str,
        service_plan_id: str,
        loa_info: TollFreeLoaInfoInput,
        display_name: str | None = None,
        callback_url: str | None = None,
        scheduled_zipwhip_provisioning_time: datetime | None = None,
    ) -> HostingOrder:
        """
        Text-enable up to 500 toll-free *numbers*, and return the order.

        Toll-free numbers have neither blanket letters nor campaigns. Price and ambiguous failures
        are as for `text_enable`. (API: ``POST /hostingOrders:textEnableTollFreeNumbers``)

        Args:
            numbers: Toll-free numbers in E.164, at most 500, each once.
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            service_plan_id: Service plan for text messages.
            loa_info: Letter of authorization (LOA), as a model or a mapping.
            display_name: Name of the order, for people.
            callback_url: URL for events about the numbers.
            scheduled_zipwhip_provisioning_time: Time of provisioning, with a time zone. If the
                letter is signed later, provisioning moves to the next day at the same time.

        Raises:
            InvalidArgumentError: The letter is incomplete or has an unknown field, an argument is
                malformed, or *numbers* is empty, too long, or has a number that is repeated or not
                in E.164.
            OutcomeUnknownError: The failure was ambiguous, or a number is already imported: with a
                `ConflictError` as its ``cause``.
            RateLimitError: Rate limited; not retried.
            StoreError: The store cannot be used; nothing is sent.
            BadRequestError: The service rejects the order.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            order = client.hosting_orders.text_enable_toll_free(
                ["+18335550165"],
                region_code="US",
                service_plan_id="my-service-plan",
                loa_info=letter,
            )
        """
        return self._runner.run(
            self._core.text_enable_toll_free,
            numbers,
            region_code=region_code,
            service_plan_id=service_plan_id,
            loa_info=loa_info,
            display_name=display_name,
            callback_url=callback_url,
            scheduled_zipwhip_provisioning_time=scheduled_zipwhip_provisioning_time,
        )

    def list(
        self,
        *,
        states: HostingOrderStateInput,
        type: HostingOrderTypeInput,
        service_plan_id: str,
        campaign_id: str,
        region_code: str | None = None,
        order_by: TimeOrderInput | None = None,
        page_size: int = 100,
        limit: int | None = None,
        on_unreadable: OnUnreadable = "warn",
    ) -> SyncPager[HostingOrder]:
        """
        List the orders of one state and type, for one service plan and campaign.

        The API requires all four filters. No request is sent before the first iteration. Free of
        charge. (API: ``GET /hostingOrders``)

        Args:
            states: A single state, despite the name.
            type: ``IMPORT`` or ``TYPE_TEXT_ENABLE``: see `HostingOrderType`.
            service_plan_id: Service plan of the orders.
            campaign_id: Campaign of the orders; an empty string is sent unchanged.
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            order_by: ``createdTime`` or ``updatedTime``.
            page_size: Maximum number of results per request; the service may send fewer.
            limit: Maximum number of results in total; ``None`` for all.
            on_unreadable: Handling of an item that cannot be read: ``"warn"`` leaves it out
                with a warning, ``"raise"`` raises, and a function receives it.

        Raises:
            InvalidArgumentError: An argument is malformed; raised immediately, the others by the
                iteration.
            PaginationError: The pages do not end.
            UnreadableItemError: An item cannot be read, with ``on_unreadable="raise"``.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call;
                ``page_token`` is where to resume.

        Example::

            for order in client.hosting_orders.list(
                states="WAITING_FOR_LOA_SIGNATURE",
                type="TEXT_ENABLE",
                service_plan_id="my-service-plan",
                campaign_id="",
            ):
                print(order.hosting_order_id)
        """
        return SyncPager(
            self._runner,
            self._core.list(
                states=states,
                type=type,
                service_plan_id=service_plan_id,
                campaign_id=campaign_id,
                region_code=region_code,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
                on_unreadable=on_unreadable,
            ),
        )
