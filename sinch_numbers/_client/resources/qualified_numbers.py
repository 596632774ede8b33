"""``/qualifiedNumbers``: eligibility and proof of ownership for text-enabling."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import attrs

from sinch_numbers._client import order_states, waiting
from sinch_numbers._client.bodies.text_enabling import text_enabling, text_enabling_toll_free
from sinch_numbers._client.wait_results import WaitResult
from sinch_numbers._client.waiting import WaitOptions
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

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The number is not in qualification.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = await client.qualified_numbers.get("+12025550170")
            print(number.global_process_state)
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

        Invoices are reviewed by people within days: a later wait continues where an earlier
        one stopped. The number is polled at growing intervals, and immediately when
        `NumbersClient.notify` receives an event about it. Free of charge. Each poll is a
        `get`.

        The ``outcome`` of the result is succeeded, failed (``problem`` has the reason and advice),
        or timed out (with the last state); ``get`` returns the number, or raises unless the wait
        succeeded. The ``steps`` are ``eligibility``, ``ownership`` and ``hosting``.

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.
            until: ``ELIGIBLE``, ``VERIFICATION_PENDING``, ``VERIFIED``, ``HOSTING_IN_PROGRESS``,
                or ``HOSTING_DONE``; a later state counts as well.
            deadline: Maximum total time in seconds; ``None`` for no limit, 0 to read the state
                once.
            longest_pause: Maximum time between two reads, in seconds.
            on_progress: Receives the progress, instead of the client's function.

        Raises:
            NotFoundError: The number is not in qualification, according to three reads in a row.
            InvalidArgumentError: An argument is invalid.
            APIStatusError: A read failed with an error that is not transient.

        Example::

            result = await client.qualified_numbers.wait_until_qualified(
                "+12025550170", deadline=0
            )
            print(result.explanation)
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
        `send_voice_challenge`. No price is published: the call is never blindly retried, and after
        an ambiguous failure the outcome is verified by reading the numbers, one by one.
        (API: ``POST /qualifiedNumbers:addNumbers``)

        Args:
            phone_numbers: Numbers in E.164, each once.

        Raises:
            InvalidArgumentError: *phone_numbers* is empty or has a number that is repeated or not
                in E.164.
            OutcomeUnknownError: The outcome is unknown, or only some of the numbers were added.
            StoreError: The store cannot be used; nothing is sent.
            BadRequestError: The service rejects the numbers.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            numbers = await client.qualified_numbers.add(["+12025550171"])
            print(numbers[0].global_process_state)
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

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The number is not in qualification.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            await client.qualified_numbers.delete("+12025550170")
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

        No read shows whether the number was called, so the call is not retried after an ambiguous
        failure. No price is published, nor a limit of calls per number.
        (API: ``POST /qualifiedNumbers/{phoneNumber}:sendVoiceChallenge``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            OutcomeUnknownError: The failure was ambiguous.
            NumberBusyError: Another call about the number is not finished by the deadline or its
                outcome is unknown.
            UnexpectedResultError: The response is about another number.
            StoreError: The store cannot be used; nothing is sent.
            RateLimitError: Rate limited; not retried.
            NotFoundError: The number is not in qualification.
            BadRequestError: The state of the number does not allow a challenge.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            await client.qualified_numbers.send_voice_challenge("+12025550170")
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

        How the service responds to a wrong code is unconfirmed: with `BadRequestError`, or with a
        number whose state is not ``VERIFIED``; check ``global_process_state``. A code may count as
        an attempt, so it is never sent twice; after an ambiguous failure the number is read. No
        price is published. (API: ``POST /qualifiedNumbers/{phoneNumber}:verifyVoiceChallenge``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.
            code: The code that the call read out.

        Raises:
            OutcomeUnknownError: The number does not show the outcome.
            NumberBusyError: Another call about the number is not finished by the deadline or its
                outcome is unknown.
            UnexpectedResultError: The response is about another number.
            StoreError: The store cannot be used; nothing is sent.
            BadRequestError: The code is wrong.
            NotFoundError: The number is not in qualification.
            InvalidArgumentError: The code is empty or the number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = await client.qualified_numbers.verify_voice_challenge(
                "+12025550170", code=code
            )
            print(number.global_process_state)
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

        Like ``hosting_orders.text_enable``, for numbers that are ``VERIFIED``; read the order with
        ``hosting_orders.get``. No price is published. Callers must resolve ambiguous failures with
        ``hosting_orders.list``. (API: ``POST /qualifiedNumbers:textEnableNumbers``)

        Args:
            numbers: Verified numbers in E.164, at most 500, each once.
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
            OutcomeUnknownError: The failure was ambiguous.
            StoreError: The store cannot be used; nothing is sent.
            RateLimitError: Rate limited; not retried.
            NotFoundError: A number is not in qualification.
            BadRequestError: The service rejects the order.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            order_id = await client.qualified_numbers.text_enable(
                ["+12025550172"],
                region_code="US",
                service_plan_id="my-service-plan",
                loa_info=letter,
            )
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
        Text-enable up to 500 qualified toll-free *numbers*, and return the ID of the order.

        Like ``hosting_orders.text_enable_toll_free``, for numbers that are ``VERIFIED``. No price
        is published. (API: ``POST /qualifiedNumbers:textEnableTollFreeNumbers``)

        Args:
            numbers: Verified toll-free numbers in E.164, at most 500, each once.
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
            OutcomeUnknownError: The failure was ambiguous.
            StoreError: The store cannot be used; nothing is sent.
            RateLimitError: Rate limited; not retried.
            NotFoundError: A number is not in qualification.
            BadRequestError: The service rejects the order.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            order = await client.qualified_numbers.text_enable_toll_free(
                ["+18335550172"],
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

        No request is sent before the first iteration. Free of charge.
        (API: ``GET /qualifiedNumbers``)

        Args:
            states: A single state, despite the name; sent with the prefix
                ``GLOBAL_PROCESS_STATE_``.
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

            async for number in client.qualified_numbers.list(states="VERIFIED"):
                print(number.phone_number)
        """
        query = {
            "regionCode": arguments.optional(region_code, arguments.region_code, "region_code"),
            "states": choice(states, GlobalProcessState, "states"),
            "orderBy": optional_choice(order_by, TimeOrder, "order_by"),
            "pageSize": arguments.page_size(page_size, limit),
        }

        return self._paged(self._LIST, query=query, limit=limit, on_unreadable=on_unreadable)
