"""``/hostingOrders``: orders that import or text-enable batches of numbers."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sinch_numbers._client import order_states, waiting
from sinch_numbers._client.bodies.text_enabling import text_enabling, text_enabling_toll_free
from sinch_numbers._client.wait_results import WaitResult
from sinch_numbers._client.waiting import WaitOptions
from sinch_numbers._core import arguments
from sinch_numbers._core.choices import choice, optional_choice
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pagination import Pager
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.progress import OnProgress
from sinch_numbers._core.retry.policy import BILLABLE, SAFE
from sinch_numbers.models import (
    EventResourceType,
    HostingOrder,
    HostingOrderNumber,
    HostingOrderReport,
    HostingOrderState,
    HostingOrderStateInput,
    HostingOrderType,
    HostingOrderTypeInput,
    LoaInfoInput,
    StepState,
    StepStateInput,
    TimeOrder,
    TimeOrderInput,
    TollFreeLoaInfoInput,
)

__all__ = ["HostingOrders"]


class HostingOrders(Resource):
    """Orders of the project to import or text-enable numbers: US and Canada only."""

    _PATH = "/hostingOrders/{hostingOrderId}"
    _GET = Operation("getHostingOrder", "GET", _PATH, HostingOrder, SAFE)

    async def get(self, hosting_order_id: str) -> HostingOrder:
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

            order = await client.hosting_orders.get(hosting_order_id)
            print(order.state)
        """
        return await self._call(
            self._GET, arguments.identifier(hosting_order_id, "hosting_order_id")
        )

    async def wait_until_completed(
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
        `NumbersClient.notify` receives an event about a number in a hosting order. A completed
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

            result = await client.hosting_orders.wait_until_completed(hosting_order_id, deadline=0)
            print(result.explanation)
        """
        hosting_order_id = arguments.identifier(hosting_order_id, "hosting_order_id")
        options = WaitOptions.checked(
            deadline=deadline, longest_pause=longest_pause, on_progress=on_progress
        )
        return await waiting.wait(
            self._pipeline,
            "hosting order",
            hosting_order_id,
            partial(self.get, hosting_order_id),
            order_states.hosting_order,
            options,
            topics=(EventResourceType.HOSTING_ORDER_NUMBER,),
        )

    _REPORT = Operation(
        "getHostingOrderReport", "GET", _PATH + "/report", HostingOrderReport, SAFE
    )

    async def report(self, hosting_order_id: str) -> HostingOrderReport:
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

            report = await client.hosting_orders.report(hosting_order_id)
            print(report.total)
        """
        return await self._call(
            self._REPORT, arguments.identifier(hosting_order_id, "hosting_order_id")
        )

    _NUMBERS = Operation(
        "listHostingOrderNumbers",
        "GET",
        _PATH + "/numbers",
        HostingOrderNumber,
        SAFE,
        items="numbers",
    )

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
    ) -> Pager[HostingOrderNumber]:
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

            async for number in client.hosting_orders.numbers(hosting_order_id):
                print(number.phone_number)
        """
        hosting_order_id = arguments.identifier(hosting_order_id, "hosting_order_id")
        query = {
            "orderBy": optional_choice(order_by, TimeOrder, "order_by"),
            "osrUpdateState": optional_choice(osr_update_state, StepState, "osr_update_state"),
            "campaignProvisioningState": optional_choice(
                campaign_provisioning_state, StepState, "campaign_provisioning_state"
            ),
            "platformProvisioningState": optional_choice(
                platform_provisioning_state, StepState, "platform_provisioning_state"
            ),
            "pageSize": arguments.page_size(page_size, limit),
        }

        return self._paged(
            self._NUMBERS,
            hosting_order_id,
            query=query,
            limit=limit,
            on_unreadable=on_unreadable,
        )

    _NUMBER = Operation(
        "getHostingOrderNumber",
        "GET",
        _PATH + "/numbers/{phoneNumber}",
        HostingOrderNumber,
        SAFE,
    )

    async def number(self, hosting_order_id: str, phone_number: str) -> HostingOrderNumber:
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

            number = await client.hosting_orders.number(hosting_order_id, "+12025550162")
        """
        hosting_order_id = arguments.identifier(hosting_order_id, "hosting_order_id")
        phone_number = arguments.phone_number(phone_number)
        return await self._call(
            self._NUMBER, hosting_order_id, phone_number, expected_number=phone_number
        )

    _IMPORT_NUMBERS = Operation(
        "importNumbersByOrder",
        "POST",
        "/hostingOrders:importNumbers",
        HostingOrder,
        BILLABLE,
        cost="unpublished",
    )

    async def import_numbers(
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

            order = await client.hosting_orders.import_numbers(
                ["+12025550163", "+12025550164"],
                region_code="US",
                service_plan_id="my-service-plan",
            )
            print(order.hosting_order_id)
        """
        most = arguments.positive(max_numbers, "max_numbers")
        return await self._call(
            self._IMPORT_NUMBERS,
            json={
                "displayName": arguments.optional(display_name, arguments.text, "display_name"),
                "regionCode": arguments.region_code(region_code),
                "numbers": arguments.phone_numbers(numbers, "numbers", most=most),
                "servicePlanId": arguments.identifier(service_plan_id, "service_plan_id"),
                "campaignId": arguments.optional(campaign_id, arguments.text, "campaign_id"),
                "callbackUrl": arguments.optional(callback_url, arguments.text, "callback_url"),
                "migrateToSinchTmo": arguments.optional(
                    migrate_to_sinch_tmo, arguments.flag, "migrate_to_sinch_tmo"
                ),
            },
        )

    _TEXT_ENABLE = Operation(
        "textEnableNumbersByOrder",
        "POST",
        "/hostingOrders:textEnableNumbers",
        HostingOrder,
        BILLABLE,
        cost="unpublished",
    )

    async def text_enable(
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

            order = await client.hosting_orders.text_enable(
                ["+12025550165"],
                region_code="US",
                service_plan_id="my-service-plan",
                loa_info=letter,
            )
        """
        return await self._call(
            self._TEXT_ENABLE,
            json=text_enabling(
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
            ),
        )

    _TEXT_ENABLE_TOLL_FREE = Operation(
        "textEnableTollFreeNumbersByOrder",
        "POST",
        "/hostingOrders:textEnableTollFreeNumbers",
        HostingOrder,
        BILLABLE,
        cost="unpublished",
    )

    async def text_enable_toll_free(
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

            order = await client.hosting_orders.text_enable_toll_free(
                ["+18335550165"],
                region_code="US",
                service_plan_id="my-service-plan",
                loa_info=letter,
            )
        """
        return await self._call(
            self._TEXT_ENABLE_TOLL_FREE,
            json=text_enabling_toll_free(
                self._pipeline.project_id,
                numbers,
                region_code=region_code,
                service_plan_id=service_plan_id,
                loa_info=loa_info,
                display_name=display_name,
                callback_url=callback_url,
                scheduled_zipwhip_provisioning_time=scheduled_zipwhip_provisioning_time,
            ),
        )

    _LIST = Operation(
        "listHostingOrders", "GET", "/hostingOrders", HostingOrder, SAFE, items="hosting_orders"
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
    ) -> Pager[HostingOrder]:
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

            async for order in client.hosting_orders.list(
                states="WAITING_FOR_LOA_SIGNATURE",
                type="TEXT_ENABLE",
                service_plan_id="my-service-plan",
                campaign_id="",
            ):
                print(order.hosting_order_id)
        """
        query = {
            "regionCode": arguments.optional(region_code, arguments.region_code, "region_code"),
            "states": choice(states, HostingOrderState, "states"),
            "type": choice(type, HostingOrderType, "type"),
            "servicePlanId": arguments.identifier(service_plan_id, "service_plan_id"),
            "campaignId": arguments.text(campaign_id, "campaign_id"),
            "orderBy": optional_choice(order_by, TimeOrder, "order_by"),
            "pageSize": arguments.page_size(page_size, limit),
        }

        return self._paged(self._LIST, query=query, limit=limit, on_unreadable=on_unreadable)
