"""``/qualifiedNumbers``: may a number be text-enabled, and whose is it?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from sinch_numbers._client.bodies.text_enabling import text_enabling, text_enabling_toll_free
from sinch_numbers._core import arguments
from sinch_numbers._core.call import Call
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pagination import Pager
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers.errors import APIResponseError
from sinch_numbers.models import (
    DirectLoaInfo,
    GlobalProcessState,
    HostingOrder,
    LoaInfo,
    QualifiedNumber,
    ResellerLoaInfo,
    TimeOrder,
)

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
    """The numbers that are being qualified for text-enabling: US and Canada only."""

    _PATH = "/qualifiedNumbers/{phoneNumber}"
    _GET = Operation("getQualifiedNumber", "GET", _PATH, QualifiedNumber, SAFE)

    async def get(self, phone_number: str) -> QualifiedNumber:
        """
        Return how far the qualification of *phone_number* is.

        Free of charge. (API: ``GET /qualifiedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it is not being qualified, `InvalidArgumentError` when it
        is not in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(self._GET, phone_number, expected_number=phone_number)

    async def _confirm_add(self, call: Call) -> tuple[QualifiedNumber, ...] | None:
        wanted = call.json["phoneNumbers"] if call.json else []
        found = []
        for number in wanted:
            qualified = await self._find(self._GET, number, expected_number=number)
            if qualified is not None:
                found.append(qualified)
        if found and len(found) < len(wanted):
            raise APIResponseError("some of the numbers are being qualified, others are not")
        return tuple(found) or None

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
        wanted = arguments.phone_numbers(phone_numbers, "phone_numbers")
        # The response, or what the confirming read returned.
        added: Any = await self._call(self._ADD, json={"phoneNumbers": wanted})
        found: tuple[QualifiedNumber, ...]
        found = added.qualified_numbers if isinstance(added, _Added) else added
        return found

    async def _confirm_delete(self, call: Call) -> Nothing | None:
        left = await self._find(self._GET, *call.segments)
        return Nothing() if left is None else None

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
        Drop *phone_number* from qualification.

        No source names a price. (API: ``DELETE /qualifiedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it is not being qualified, `InvalidArgumentError` when it
        is not in E.164, and the errors that every call may raise.
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
        Have *phone_number* called and a code read out, and return the number.

        No read shows whether the number was called, so ambiguous failures are not retried. No
        source says what it costs, or how often a number can be called.
        (API: ``POST /qualifiedNumbers/{phoneNumber}:sendVoiceChallenge``)

        Raises `OutcomeUnknownError` whenever it may or may not have happened,
        `RateLimitError` at once, `NotFoundError` when the number is not being qualified,
        `BadRequestError` when it is not the time for it, `InvalidArgumentError` when it is
        not in E.164, and the errors that every call may raise.
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(
            self._SEND_VOICE_CHALLENGE, phone_number, expected_number=phone_number
        )

    async def _confirm_verify_voice_challenge(self, call: Call) -> QualifiedNumber:
        now = await self._read(self._GET, *call.segments, expected_number=call.expected_number)
        if now.global_process_state not in _CHECKED:
            # A wrong code leaves no trace, so this proves nothing.
            raise APIResponseError("the number does not show whether the code was checked")
        return now

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
        phone_number = arguments.phone_number(phone_number)
        return await self._call(
            self._VERIFY_VOICE_CHALLENGE,
            phone_number,
            json={"code": arguments.identifier(code, "code")},
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
        states: GlobalProcessState | str,
        region_code: str | None = None,
        order_by: TimeOrder | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> Pager[QualifiedNumber]:
        """
        List the numbers whose qualification is in one state.

        *states* is that one state, whatever its name says; it is sent with its long prefix.
        *page_size* is how many numbers one request may bring, *limit* how many are wanted in
        all. Free of charge. (API: ``GET /qualifiedNumbers``)

        Raises `InvalidArgumentError` at once; on the way `PaginationError` when the pages
        do not end, and the errors that every call may raise, with the ``page_token`` to
        resume at.
        """
        query = {
            "regionCode": None if region_code is None else arguments.region_code(region_code),
            "states": GlobalProcessState(arguments.identifier(states, "states")),
            "orderBy": order_by,
            "pageSize": arguments.page_size(page_size, limit),
        }

        return self._paged(self._LIST, query=query, limit=limit)
