"""
The sync twin of `QualifiedNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sinch_numbers._client.resources.qualified_numbers import QualifiedNumbers
from sinch_numbers._client.waiting import WaitResult
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.portal import Runner
from sinch_numbers._core.progress import OnProgress
from sinch_numbers.models import (
    GlobalProcessState,
    GlobalProcessStateInput,
    HostingOrder,
    LoaInfoInput,
    QualifiedNumber,
    TimeOrderInput,
    TollFreeLoaInfoInput,
)
from sinch_numbers.sync._pager import SyncPager
from sinch_numbers.sync._twin import ResourceTwin


class SyncQualifiedNumbers(ResourceTwin):
    """Numbers in qualification for text-enabling: US and Canada only."""

    def __init__(self, core: QualifiedNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> QualifiedNumber:
        """
        Return the qualification state of *phone_number*.

        Free of charge. (API: ``GET /qualifiedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number is not in qualification, `InvalidArgumentError`
        when the number is not in E.164, and the errors that every call may raise:
        `APIConnectionError`, `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def wait_until_qualified(
        self,
        phone_number: str,
        *,
        until: GlobalProcessStateInput = GlobalProcessState.VERIFIED,
        deadline: float | None = 3600.0,
        longest_pause: float = 60.0,
        on_progress: OnProgress | None = None,
    ) -> WaitResult[QualifiedNumber]:
        """
        Wait until the qualification of *phone_number* reaches *until*, fails, or time runs out.

        *until* is ``ELIGIBLE``, ``VERIFICATION_PENDING``, ``VERIFIED``,
        ``HOSTING_IN_PROGRESS``, or ``HOSTING_DONE``; a later state counts as well. Invoices are
        reviewed by people within days: a later wait continues where an earlier one stopped.
        *deadline* is the maximum total time in seconds, ``None`` for no limit, and 0 to read
        the state once. The number is polled at growing intervals of at most *longest_pause*
        seconds, and immediately when `SyncNumbersClient.notify` receives an event about it.
        *on_progress* receives the progress, instead of the client's function.

        The ``outcome`` of the result is succeeded, failed (``problem`` has the reason and
        advice), or timed out (with the last state); ``get`` returns the number, or raises unless
        the wait succeeded. The ``steps`` are ``eligibility``, ``ownership`` and ``hosting``. Free
        of charge. Each poll is a `get`.

        Raises `NotFoundError` when the number is not in qualification, according to three reads
        in a row; `InvalidArgumentError` when an argument is invalid; and of the errors that
        every call may raise those that are not transient.
        """
        return self._runner.run(
            self._core.wait_until_qualified,
            phone_number,
            until=until,
            deadline=deadline,
            longest_pause=longest_pause,
            on_progress=on_progress,
        )

    def add(self, phone_numbers: Sequence[str]) -> tuple[QualifiedNumber, ...]:
        """
        Add *phone_numbers* to qualification, and return them.

        The service checks their eligibility in the background. Then ownership must be proven: by
        invoices, e-mailed to orders@sinch.com and reviewed within days, or by
        `send_voice_challenge`. No price is published: the call is never blindly retried, and
        after an ambiguous failure the outcome is verified by reading the numbers, one by one.
        (API: ``POST /qualifiedNumbers:addNumbers``)

        Raises `InvalidArgumentError` when *phone_numbers* is empty or has a number that is
        repeated or not in E.164; `OutcomeUnknownError` when the outcome is unknown, or only some
        of the numbers were added; `StoreError`, before anything is sent, when the store cannot
        be used; `BadRequestError` when the service rejects the numbers; and the errors that
        every call may raise.
        """
        return self._runner.run(self._core.add, phone_numbers)

    def delete(self, phone_number: str) -> None:
        """
        Remove *phone_number* from qualification.

        No price is published. (API: ``DELETE /qualifiedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number is not in qualification, `InvalidArgumentError`
        when the number is not in E.164, and the errors that every call may raise.
        """
        self._runner.run(self._core.delete, phone_number)

    def send_voice_challenge(self, phone_number: str) -> QualifiedNumber:
        """
        Request a call to *phone_number* that reads out a code, and return the number.

        No read shows whether the number was called, so the call is not retried after an
        ambiguous failure. No price is published, nor a limit of calls per number.
        (API: ``POST /qualifiedNumbers/{phoneNumber}:sendVoiceChallenge``)

        Raises `OutcomeUnknownError` after any ambiguous failure, `NumberBusyError` when another
        call about the number is not finished by the deadline or its outcome is unknown,
        `UnexpectedResultError` when the response is about another number, `StoreError`, before
        anything is sent, when the store cannot be used, `RateLimitError` without a retry,
        `NotFoundError` when the number is not in qualification, `BadRequestError` when
        the state of the number does not allow a challenge, `InvalidArgumentError` when the
        number is not in E.164, and the errors that every call may raise.
        """
        return self._runner.run(self._core.send_voice_challenge, phone_number)

    def verify_voice_challenge(self, phone_number: str, *, code: str) -> QualifiedNumber:
        """
        Verify ownership of *phone_number* with the *code* from the call.

        How the service responds to a wrong code is unconfirmed: with `BadRequestError`, or with
        a number whose state is not ``VERIFIED``; check ``global_process_state``. A code may count
        as an attempt, so it is never sent twice; after an ambiguous failure the number is read.
        No price is published.
        (API: ``POST /qualifiedNumbers/{phoneNumber}:verifyVoiceChallenge``)

        Raises `OutcomeUnknownError` when the number does not show the outcome, `NumberBusyError`
        when another call about the number is not finished by the deadline or its outcome is
        unknown, `UnexpectedResultError` when the response is about another number, `StoreError`,
        before anything is sent, when the store cannot be used, `BadRequestError` when the code
        is wrong, `NotFoundError` when the number is not in qualification,
        `InvalidArgumentError` when the code is empty or the number is not in E.164, and the
        errors that every call may raise.
        """
        return self._runner.run(self._core.verify_voice_challenge, phone_number, code=code)

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
    ) -> str:
        """
        Text-enable up to 500 qualified *numbers*, and return the ID of the order.

        Like ``hosting_orders.text_enable``, for numbers that are ``VERIFIED``; read the order
        with ``hosting_orders.get``. No price is published. Callers must resolve ambiguous
        failures with ``hosting_orders.list``. (API: ``POST /qualifiedNumbers:textEnableNumbers``)

        Raises `InvalidArgumentError` when the letter is incomplete or has an unknown field, an
        argument is malformed, or *numbers* is empty, too long, or has a number that is repeated
        or not in E.164; `OutcomeUnknownError` after any ambiguous failure; `StoreError`, before
        anything is sent, when the store cannot be used; `RateLimitError` without a retry;
        `NotFoundError` when a number is not in qualification; `BadRequestError` when the
        service rejects the order; and the errors that every call may raise.
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
        Text-enable up to 500 qualified toll-free *numbers*, and return the order.

        Like ``hosting_orders.text_enable_toll_free``, for numbers that are ``VERIFIED``. No price
        is published. (API: ``POST /qualifiedNumbers:textEnableTollFreeNumbers``)

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
        states: GlobalProcessStateInput,
        region_code: str | None = None,
        order_by: TimeOrderInput | None = None,
        page_size: int = 100,
        limit: int | None = None,
        on_unreadable: OnUnreadable = "warn",
    ) -> SyncPager[QualifiedNumber]:
        """
        List the numbers whose qualification is in one state.

        *states* is a single state, despite its name, and sent with the prefix
        ``GLOBAL_PROCESS_STATE_``. *page_size* is the maximum number of results per request,
        *limit* the maximum in total. A number that cannot be read is left out with a warning,
        or as *on_unreadable* selects: see `SyncPager`. Free of charge.
        (API: ``GET /qualifiedNumbers``)

        Raises `InvalidArgumentError` immediately. Iteration raises `PaginationError` when the
        pages do not end, `UnreadableItemError` with ``on_unreadable="raise"``, and the errors
        that every call may raise, with the ``page_token`` to resume at.
        """
        return SyncPager(
            self._runner,
            self._core.list(
                states=states,
                region_code=region_code,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
                on_unreadable=on_unreadable,
            ),
        )
