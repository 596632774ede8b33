"""``/hostingOrders``: batches of numbers that are imported or text-enabled."""

from collections.abc import Sequence
from datetime import datetime

from sinch_numbers._client.bodies.text_enabling import text_enabling, text_enabling_toll_free
from sinch_numbers._core import arguments
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pagination import Pager
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.retry.policy import BILLABLE, SAFE
from sinch_numbers.models import (
    DirectLoaInfo,
    HostingOrder,
    HostingOrderNumber,
    HostingOrderReport,
    HostingOrderState,
    HostingOrderType,
    LoaInfo,
    ResellerLoaInfo,
    StepState,
    TimeOrder,
)
from sinch_numbers.models._unset import UNSET

__all__ = ["HostingOrders"]


class HostingOrders(Resource):
    """The project's orders to import or to text-enable numbers: US and Canada only."""

    _PATH = "/hostingOrders/{hostingOrderId}"
    _GET = Operation("getHostingOrder", "GET", _PATH, HostingOrder, SAFE)

    async def get(self, hosting_order_id: str) -> HostingOrder:
        """
        Return the order *hosting_order_id*.

        Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}``)

        Raises `NotFoundError` when there is no such order, `InvalidArgumentError` when the id
        is empty, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return await self._call(
            self._GET, arguments.identifier(hosting_order_id, "hosting_order_id")
        )

    _REPORT = Operation(
        "getHostingOrderReport", "GET", _PATH + "/report", HostingOrderReport, SAFE
    )

    async def report(self, hosting_order_id: str) -> HostingOrderReport:
        """
        Return how many numbers of the order have come how far.

        Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}/report``)

        Raises what `get` raises.
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
        osr_update_state: StepState | str | None = None,
        campaign_provisioning_state: StepState | str | None = None,
        platform_provisioning_state: StepState | str | None = None,
        order_by: TimeOrder | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> Pager[HostingOrderNumber]:
        """
        List the numbers of the order with their progress, all of them or those that match.

        The three states keep numbers whose carrier record, campaign link or SMS link is so
        far. *page_size* is how many numbers one request may bring, *limit* how many are
        wanted in all. Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}/numbers``)

        Raises `InvalidArgumentError` at once; on the way `NotFoundError` when there is no
        such order, `PaginationError` when the pages do not end, and the errors that every
        call may raise, with the ``page_token`` to resume at.
        """
        hosting_order_id = arguments.identifier(hosting_order_id, "hosting_order_id")
        query = {
            "orderBy": order_by,
            "osrUpdateState": osr_update_state,
            "campaignProvisioningState": campaign_provisioning_state,
            "platformProvisioningState": platform_provisioning_state,
            "pageSize": arguments.page_size(page_size, limit),
        }

        return self._paged(self._NUMBERS, hosting_order_id, query=query, limit=limit)

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

        Raises `NotFoundError` when there is no such order or number in it,
        `InvalidArgumentError` when the id is empty or the number is not in E.164, and the
        errors that every call may raise.
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
        Import *numbers* with one order, and return it.

        For numbers with a network number id (NNID) of their own, as for a single import.
        *migrate_to_sinch_tmo* moves numbers that another aggregator holds at T-Mobile, which
        reports 60135 for them. *max_numbers* is what an account may import at once: 5, unless
        your account manager has raised it. No source says what it costs, and no read can tell
        one such order from another: in doubt the caller has to look, with `list`.
        (API: ``POST /hostingOrders:importNumbers``)

        Raises `InvalidArgumentError` when there are no numbers, too many, the same one twice
        or one that is not in E.164; `OutcomeUnknownError` whenever it may or may not have
        happened; `RateLimitError` at once; `ConflictError` when a number is imported already;
        `BadRequestError` when the service does not take the order; and the errors that every
        call may raise.
        """
        most = arguments.positive(max_numbers, "max_numbers")
        return await self._call(
            self._IMPORT_NUMBERS,
            json={
                "displayName": UNSET if display_name is None else display_name,
                "regionCode": arguments.region_code(region_code),
                "numbers": arguments.phone_numbers(numbers, "numbers", most=most),
                "servicePlanId": arguments.identifier(service_plan_id, "service_plan_id"),
                "campaignId": UNSET if campaign_id is None else campaign_id,
                "callbackUrl": UNSET if callback_url is None else callback_url,
                "migrateToSinchTmo": (
                    UNSET if migrate_to_sinch_tmo is None else migrate_to_sinch_tmo
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
        loa_info: LoaInfo,
        campaign_id: str | None = None,
        nnid: str | None = None,
        display_name: str | None = None,
        callback_url: str | None = None,
        scheduled_osr_update_time: datetime | None = None,
        migrate_to_sinch_tmo: bool | None = None,
    ) -> HostingOrder:
        """
        Text-enable up to 500 *numbers*, and return the order.

        *loa_info* is the letter of authorisation: direct and reseller's letters are e-mailed
        to be signed, and the order waits for that. *nnid* is left out to use the one on
        record, *scheduled_osr_update_time* is when the carrier record is to be updated.
        Whether a campaign is needed is for the service to say, and whether
        *migrate_to_sinch_tmo* has an effect here is unconfirmed. No source says what it
        costs, and no read can tell one such order from another: in doubt the caller has to
        look, with `list`. (API: ``POST /hostingOrders:textEnableNumbers``)

        Raises `InvalidArgumentError` when the letter is incomplete, a time has no zone, or
        there are no numbers, too many, the same one twice or one that is not in E.164;
        `OutcomeUnknownError` whenever it may or may not have happened; `RateLimitError` at
        once; `ConflictError` when a number is imported already; `BadRequestError` when the
        service does not take the order; and the errors that every call may raise.
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
        loa_info: DirectLoaInfo | ResellerLoaInfo,
        display_name: str | None = None,
        callback_url: str | None = None,
        scheduled_zipwhip_provisioning_time: datetime | None = None,
    ) -> HostingOrder:
        """
        Text-enable up to 500 toll-free *numbers*, and return the order.

        There is no blanket letter and no campaign for these. When the letter is signed after
        *scheduled_zipwhip_provisioning_time*, the work moves to the next day at the same
        time. Costs and doubts are as for `text_enable`.
        (API: ``POST /hostingOrders:textEnableTollFreeNumbers``)

        Raises what `text_enable` raises.
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
        states: HostingOrderState | str,
        type: HostingOrderType | str,
        service_plan_id: str,
        campaign_id: str,
        region_code: str | None = None,
        order_by: TimeOrder | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> Pager[HostingOrder]:
        """
        List the orders of one state and type, for one service plan and campaign.

        The service asks for all four. *states* is one state, whatever its name says; a
        *campaign_id* of ``""`` is sent as such. *page_size* is how many orders one request
        may bring, *limit* how many are wanted in all. Free of charge.
        (API: ``GET /hostingOrders``)

        Raises `InvalidArgumentError` at once; on the way `PaginationError` when the pages
        do not end, and the errors that every call may raise, with the ``page_token`` to
        resume at.
        """
        query = {
            "regionCode": None if region_code is None else arguments.region_code(region_code),
            "states": arguments.identifier(states, "states"),
            "type": arguments.identifier(type, "type"),
            "servicePlanId": arguments.identifier(service_plan_id, "service_plan_id"),
            "campaignId": arguments.text(campaign_id, "campaign_id"),
            "orderBy": order_by,
            "pageSize": arguments.page_size(page_size, limit),
        }

        return self._paged(self._LIST, query=query, limit=limit)
