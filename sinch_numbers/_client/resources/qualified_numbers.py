"""``/qualifiedNumbers``: eligibility and proof of ownership for text-enabling."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import attrs

from sinch_numbers._client import order_states, waiting
from sinch_numbers._client.bodies.text_enabling import text_enabling, text_enabling_toll_free
from sinch_numbers._client.waiting import WaitOptions, WaitResult
from sinch_numbers._core import arguments
from sinch_numbers._core.billing.evidence import Evidence, of_effect
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.choices import choice, optional_choice
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pagination import Pager
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.progress import OnProgress
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers.errors import APIResponseError
from sinch_numbers.models import (
    GlobalProcessState,
    GlobalProcessStateInput,
    HostingOrder,
    LoaInfoInput,
    QualifiedNumber,
    TimeOrder,
    TimeOrderInput,
    TollFreeLoaInfoInput,
)
from sinch_numbers.models._secret import Secret

__all__ = ["QualifiedNumbers"]

_CHECKED = frozenset(
    (
        GlobalProcessState.VERIFIED,
        GlobalProcessState.VERIFICATION_FAILED,
        GlobalProcessState.VERIFICATION_BLOCKED,
        GlobalProcessState.HOSTING_IN_PROGRESS,
        GlobalProcessState.HOSTING_DONE,
        GlobalProcessState.HOSTING_FAILED,
    )
)


@attrs.frozen
class _Added:
    qualified_numbers: tuple[QualifiedNumber, ...] = ()


@attrs.frozen
class _Opened:
    hosting_order_id: str


class QualifiedNumbers(Resource):
    """Numbers in qualification for text-enabling: US and Canada only."""

    _PATH = "/qualifiedNumbers/{phoneNumber}"
    _GET = Operation("getQualifiedNumber", "GET", _PATH, QualifiedNumber, SAFE)

    async def get(self, phone_number: str) -> QualifiedNumber:
        """
        Return the qualification state of *phone_number*.

        Free of charge. (API: ``GET /qualifiedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number is not in qualification, `InvalidArgumentError`
        when the number is not in E.164, and the errors that every call may raise:
        `APIConnectionError`, `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(self._GET, phone_number, expected_number=phone_number)

    async def wait_until_qualified(
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
        seconds, and immediately when `NumbersClient.notify` receives an event about it.
        *on_progress* receives the progress, instead of the client's function.

        The ``outcome`` of the result is succeeded, failed (``problem`` has the reason and
        advice), or timed out (with the last state); ``get`` returns the number, or raises unless
        the wait succeeded. The ``steps`` are ``eligibility``, ``ownership`` and ``hosting``. Free
        of charge. Each poll is a `get`.

        Raises `NotFoundError` when the number is not in qualification, according to three reads
        in a row; `InvalidArgumentError` when an argument is invalid; and of the errors that
        every call may raise those that are not transient.
        """
        phone_number = arguments.phone_number(phone_number)
        judge = order_states.qualification_judge(until)
        options = WaitOptions.checked(
            deadline=deadline, longest_pause=longest_pause, on_progress=on_progress
        )
        read = partial(self.get, phone_number)
        return await waiting.wait(
            self._pipeline, "qualification", phone_number, read, judge, options
        )

    async def _confirm_add(self, entry: JournalEntry) -> Evidence:
        wanted = entry.request["phoneNumbers"]
        found = []
        for number in wanted:
            qualified = await self._find(self._GET, number, expected_number=number, needs=())
            if qualified is not None:
                found.append(qualified)
        if found and len(found) < len(wanted):
            raise APIResponseError("only some of the numbers are in qualification")
        return of_effect(tuple(found) or None)

    _ADD = Operation(
        "addQualifiedNumbers",
        "POST",
        "/qualifiedNumbers:addNumbers",
        _Added,
        BILLABLE,
        cost="unpublished",
        confirm=_confirm_add,
    )

    async def add(self, phone_numbers: Sequence[str]) -> tuple[QualifiedNumber, ...]:
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
        wanted = arguments.phone_numbers(phone_numbers, "phone_numbers")
        # `_Added` from the response, or a tuple from the confirming read.
        added: Any = await self._call(self._ADD, json={"phoneNumbers": wanted})
        found: tuple[QualifiedNumber, ...]
        found = added.qualified_numbers if isinstance(added, _Added) else added
        return found

    async def _confirm_delete(self, entry: JournalEntry) -> Evidence:
        left = await self._exists(self._GET, *entry.segments)
        return of_effect(None if left else Nothing())

    _DELETE = Operation(
        "deleteQualifiedNumber",
        "DELETE",
        _PATH,
        Nothing,
        IDEMPOTENT,
        cost="unpublished",
        confirm=_confirm_delete,
    )

    async def delete(self, phone_number: str) -> None:
        """
        Remove *phone_number* from qualification.

        No price is published. (API: ``DELETE /qualifiedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number is not in qualification, `InvalidArgumentError`
        when the number is not in E.164, and the errors that every call may raise.
        """
        phone_number = arguments.phone_number(phone_number)
        await self._call(self._DELETE, phone_number, expected_number=phone_number)

    _SEND_VOICE_CHALLENGE = Operation(
        "sendVoiceChallenge",
        "POST",
        _PATH + ":sendVoiceChallenge",
        QualifiedNumber,
        BILLABLE,
        cost="unpublished",
    )

    async def send_voice_challenge(self, phone_number: str) -> QualifiedNumber:
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
        phone_number = arguments.phone_number(phone_number)
        return await self._call(
            self._SEND_VOICE_CHALLENGE, phone_number, expected_number=phone_number
        )

    async def _confirm_verify_voice_challenge(self, entry: JournalEntry) -> Evidence:
        now = await self._read(self._GET, *entry.segments, expected_number=entry.subject)
        if now.global_process_state not in _CHECKED:
            # A wrong code may leave the state unchanged, so this state proves nothing.
            raise APIResponseError("the number does not show whether the code was checked")
        return of_effect(now)

    _VERIFY_VOICE_CHALLENGE = Operation(
        "verifyVoiceChallenge",
        "POST",
        _PATH + ":verifyVoiceChallenge",
        QualifiedNumber,
        BILLABLE,
        cost="unpublished",
        confirm=_confirm_verify_voice_challenge,
    )

    async def verify_voice_challenge(self, phone_number: str, *, code: str) -> QualifiedNumber:
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
        phone_number = arguments.phone_number(phone_number)
        return await self._call(
            self._VERIFY_VOICE_CHALLENGE,
            phone_number,
            json={"code": arguments.secret(Secret(code), "code")},
            expected_number=phone_number,
        )

    _TEXT_ENABLE = Operation(
        "textEnableQualifiedNumbers",
        "POST",
        "/qualifiedNumbers:textEnableNumbers",
        _Opened,
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
        opened = await self._call(
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
        return opened.hosting_order_id

    _TEXT_ENABLE_TOLL_FREE = Operation(
        "textEnableQualifiedTollFreeNumbers",
        "POST",
        "/qualifiedNumbers:textEnableTollFreeNumbers",
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
        Text-enable up to 500 qualified toll-free *numbers*, and return the order.

        Like ``hosting_orders.text_enable_toll_free``, for numbers that are ``VERIFIED``. No price
        is published. (API: ``POST /qualifiedNumbers:textEnableTollFreeNumbers``)

        Raises the errors that `text_enable` raises.
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
        "listQualifiedNumbers",
        "GET",
        "/qualifiedNumbers",
        QualifiedNumber,
        SAFE,
        items="qualified_numbers",
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
    ) -> Pager[QualifiedNumber]:
        """
        List the numbers whose qualification is in one state.

        *states* is a single state, despite its name, and sent with the prefix
        ``GLOBAL_PROCESS_STATE_``. *page_size* is the maximum number of results per request,
        *limit* the maximum in total. A number that cannot be read is left out with a warning,
        or as *on_unreadable* selects: see `Pager`. Free of charge.
        (API: ``GET /qualifiedNumbers``)

        Raises `InvalidArgumentError` immediately. Iteration raises `PaginationError` when the
        pages do not end, `UnreadableItemError` with ``on_unreadable="raise"``, and the errors
        that every call may raise, with the ``page_token`` to resume at.
        """
        query = {
            "regionCode": arguments.optional(region_code, arguments.region_code, "region_code"),
            "states": choice(states, GlobalProcessState, "states"),
            "orderBy": optional_choice(order_by, TimeOrder, "order_by"),
            "pageSize": arguments.page_size(page_size, limit),
        }

        return self._paged(self._LIST, query=query, limit=limit, on_unreadable=on_unreadable)
