"""
The sync twin of `QualifiedNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from collections.abc import Sequence
from datetime import datetime

from sinch_numbers._client.resources.qualified_numbers import QualifiedNumbers
from sinch_numbers._core.portal import Runner
from sinch_numbers.models import (
    DirectLoaInfo,
    GlobalProcessState,
    HostingOrder,
    LoaInfo,
    QualifiedNumber,
    ResellerLoaInfo,
    TimeOrder,
)
from sinch_numbers.sync._pager import SyncPager


class SyncQualifiedNumbers:
    """The numbers that are being qualified for text-enabling: US and Canada only."""

    def __init__(self, core: QualifiedNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> QualifiedNumber:
        """
        Return how far the qualification of *phone_number* is.

        Free of charge. (API: ``GET /qualifiedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it is not being qualified, `InvalidArgumentError` when it
        is not in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def add(self, phone_numbers: Sequence[str]) -> tuple[QualifiedNumber, ...]:
        """
        Ask for the qualification of *phone_numbers*, and return them as they enter it.

        Whether they are eligible is found out in the background. Then ownership has to be
        shown: by invoices, e-mailed to orders@sinch.com and reviewed within days, or by
        `send_voice_challenge`. No source says what it costs: it is never repeated in doubt,
        but settled by reading the numbers, one by one.
        (API: ``POST /qualifiedNumbers:addNumbers``)

        Raises `InvalidArgumentError` when there are no numbers, the same one twice, or one
        that is not in E.164; `OutcomeUnknownError` when it may or may not have happened, or
        happened for some of them; `BadRequestError` when the service does not take them; and
        the errors that every call may raise.
        """
        return self._runner.run(self._core.add, phone_numbers)

    def delete(self, phone_number: str) -> None:
        """
        Drop *phone_number* from qualification.

        No source names a price. (API: ``DELETE /qualifiedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it is not being qualified, `InvalidArgumentError` when it
        is not in E.164, and the errors that every call may raise.
        """
        self._runner.run(self._core.delete, phone_number)

    def send_voice_challenge(self, phone_number: str) -> QualifiedNumber:
        """
        Have *phone_number* called and a code read out, and return the number.

        No read shows whether the number was called, so ambiguous failures are not retried. No
        source says what it costs, or how often a number can be called.
        (API: ``POST /qualifiedNumbers/{phoneNumber}:sendVoiceChallenge``)

        Raises `OutcomeUnknownError` whenever it may or may not have happened,
        `RateLimitError` at once, `NotFoundError` when the number is not being qualified,
        `BadRequestError` when it is not the time for it, `InvalidArgumentError` when it is
        not in E.164, and the errors that every call may raise.
        """
        return self._runner.run(self._core.send_voice_challenge, phone_number)

    def verify_voice_challenge(self, phone_number: str, *, code: str) -> QualifiedNumber:
        """
        Show that *phone_number* is yours, with the *code* from the call.

        How the service tells of a wrong code is unconfirmed: with `BadRequestError`, or with
        a number whose state is not ``VERIFIED``; look at ``global_process_state``. A code may
        count as an attempt, so it is never sent twice; in doubt the number is read. No source
        names a price. (API: ``POST /qualifiedNumbers/{phoneNumber}:verifyVoiceChallenge``)

        Raises `OutcomeUnknownError` when the number does not show what came of it,
        `BadRequestError` when the code is wrong, `NotFoundError` when the number is not being
        qualified, `InvalidArgumentError` when the code is empty or the number is not in
        E.164, and the errors that every call may raise.
        """
        return self._runner.run(self._core.verify_voice_challenge, phone_number, code=code)

    def text_enable(
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
    ) -> str:
        """
        Text-enable up to 500 qualified *numbers*, and return the id of the order.

        Does what ``hosting_orders.text_enable`` does, with numbers that are ``VERIFIED``;
        ``hosting_orders.get`` reads the order. Callers must resolve ambiguous
        failures with ``hosting_orders.list``. (API: ``POST /qualifiedNumbers:textEnableNumbers``)

        Raises `InvalidArgumentError` when the letter is incomplete, a time has no zone, or
        there are no numbers, too many, the same one twice or one that is not in E.164;
        `OutcomeUnknownError` whenever it may or may not have happened; `RateLimitError` at
        once; `NotFoundError` when a number is not being qualified; `BadRequestError` when the
        service does not take the order; and the errors that every call may raise.
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
        loa_info: DirectLoaInfo | ResellerLoaInfo,
        display_name: str | None = None,
        callback_url: str | None = None,
        scheduled_zipwhip_provisioning_time: datetime | None = None,
    ) -> HostingOrder:
        """
        Text-enable up to 500 qualified toll-free *numbers*, and return the order.

        Does what ``hosting_orders.text_enable_toll_free`` does, with numbers that are
        ``VERIFIED``. (API: ``POST /qualifiedNumbers:textEnableTollFreeNumbers``)

        Raises what `text_enable` raises.
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
        states: GlobalProcessState | str,
        region_code: str | None = None,
        order_by: TimeOrder | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> SyncPager[QualifiedNumber]:
        """
        List the numbers whose qualification is in one state.

        *states* is that one state, whatever its name says; it is sent with its long prefix.
        *page_size* is how many numbers one request may bring, *limit* how many are wanted in
        all. Free of charge. (API: ``GET /qualifiedNumbers``)

        Raises `InvalidArgumentError` at once; on the way `PaginationError` when the pages
        do not end, and the errors that every call may raise, with the ``page_token`` to
        resume at.
        """
        return SyncPager(
            self._runner,
            self._core.list(
                states=states,
                region_code=region_code,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
            ),
        )
