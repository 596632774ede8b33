"""
The sync twin of `HostingOrders`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sinch_numbers._client.resources.hosting_orders import HostingOrders
from sinch_numbers._client.waiting import WaitResult
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

        Raises `NotFoundError` when the order does not exist, `InvalidArgumentError` when the ID
        is empty, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
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
        earlier one stopped. *deadline* is the maximum total time in seconds, ``None`` for no
        limit, and 0 to read the state once. The order is polled at growing intervals of at
        most *longest_pause* seconds, and within a second when `SyncNumbersClient.notify` receives
        an event about a number in a hosting order. *on_progress* receives the progress, instead of
        the client's function.

        The ``outcome`` of the result is succeeded, failed (``problem`` has advice), or timed out
        (with the last state); ``get`` returns the order, or raises unless the wait succeeded.
        A completed order may have numbers that failed: see `numbers`. Free of charge. Each
        poll is a `get`.

        Raises `NotFoundError` when the order does not exist, according to three reads in a row,
        `InvalidArgumentError` when an argument is invalid, and of the errors that every call may
        raise those that are not transient.
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

        Raises the errors that `get` raises.
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
        List the numbers of the order with their progress, all or those that match.

        *osr_update_state*, *campaign_provisioning_state* and *platform_provisioning_state*
        filter by the state of the carrier record, the campaign and the SMS configuration.
        *page_size* is the maximum number of results per request, *limit* the maximum in total.
        A number that cannot be read is left out with a warning, or as *on_unreadable* selects:
        see `SyncPager`. Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}/numbers``)

        Raises `InvalidArgumentError` immediately. Iteration raises `NotFoundError` when the
        order does not exist, `PaginationError` when the pages do not end,
        `UnreadableItemError` with ``on_unreadable="raise"``, and the errors that every call may
        raise, with the ``page_token`` to resume at.
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

        Raises `NotFoundError` when the order does not exist or does not contain the number,
        `InvalidArgumentError` when the ID is empty or the number is not in E.164, and the
        errors that every call may raise.
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

        For numbers with their own network number ID (NNID), as for a single import.
        *migrate_to_sinch_tmo* migrates numbers that another aggregator holds at T-Mobile, which
        reports 60135 for them. *max_numbers* is the account's limit per import: 5, unless your
        account manager has raised it. No price is published. Reads cannot distinguish such
        orders, so callers must resolve ambiguous failures with `list`.
        (API: ``POST /hostingOrders:importNumbers``)

        Raises `InvalidArgumentError` when *numbers* is empty, too long, or has a number that is
        repeated or not in E.164; `OutcomeUnknownError` after any ambiguous failure, also when a
        number is already imported, with a `ConflictError` as its ``cause``; `RateLimitError`
        without a retry; `StoreError`, before anything is sent, when the store cannot be used;
        `BadRequestError` when the service rejects the order; and the errors that every call may
        raise.
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

        *loa_info* is the letter of authorization (LOA). Direct and reseller letters are e-mailed
        for signature, and the order waits until they are signed. Omit *nnid* to use the NNID on
        record. *scheduled_osr_update_time* is the time at which to update the carrier record.
        The service decides whether a campaign is required, and whether *migrate_to_sinch_tmo*
        has an effect here is unconfirmed. No price is published. Reads cannot distinguish such
        orders, so callers must resolve ambiguous failures with `list`.
        (API: ``POST /hostingOrders:textEnableNumbers``)

        Raises `InvalidArgumentError` when the letter is incomplete or has an unknown field, an
        argument is malformed, or *numbers* is empty, too long, or has a number that is repeated
        or not in E.164; `OutcomeUnknownError` after any ambiguous failure, also when a number
        is already imported, with a `ConflictError` as its ``cause``; `RateLimitError` without a
        retry; `StoreError`, before anything is sent, when the store cannot be used;
        `BadRequestError` when the service rejects the order; and the errors that every call may
        raise.
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

        Toll-free numbers have neither blanket letters nor campaigns. If the letter is signed
        after *scheduled_zipwhip_provisioning_time*, provisioning moves to the next day at the
        same time. Price and ambiguous failures are as for `text_enable`.
        (API: ``POST /hostingOrders:textEnableTollFreeNumbers``)

        Raises the errors that `text_enable` raises.
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

        The API requires all four filters. *states* is a single state, despite its name. An empty
        *campaign_id* (``""``) is sent unchanged. *page_size* is the maximum number of results
        per request, *limit* the maximum in total. An order that cannot be read is left out with
        a warning, or as *on_unreadable* selects: see `SyncPager`. Free of charge.
        (API: ``GET /hostingOrders``)

        Raises `InvalidArgumentError` immediately. Iteration raises `PaginationError` when the
        pages do not end, `UnreadableItemError` with ``on_unreadable="raise"``, and the errors
        that every call may raise, with the ``page_token`` to resume at.
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
