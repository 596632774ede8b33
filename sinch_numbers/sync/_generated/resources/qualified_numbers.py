"""
The sync twin of `QualifiedNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sinch_numbers._client.resources.qualified_numbers import QualifiedNumbers
from sinch_numbers._client.wait_results import WaitResult
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

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The number is not in qualification.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = client.qualified_numbers.get("+12025550170")
            print(number.global_process_state)
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

        Invoices are reviewed by people within days: a later wait continues where an earlier
        one stopped. The number is polled at growing intervals, and immediately when
        `SyncNumbersClient.notify` receives an event about it. Free of charge. Each poll is a
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

            result = client.qualified_numbers.wait_until_qualified(
                "+12025550170", deadline=0
            )
            print(result.explanation)
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

            numbers = client.qualified_numbers.add(["+12025550171"])
            print(numbers[0].global_process_state)
        """
        return self._runner.run(self._core.add, phone_numbers)

    def delete(self, phone_number: str) -> None:
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

            client.qualified_numbers.delete("+12025550170")
        """
        self._runner.run(self._core.delete, phone_number)

    def send_voice_challenge(self, phone_number: str) -> QualifiedNumber:
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

            client.qualified_numbers.send_voice_challenge("+12025550170")
        """
        return self._runner.run(self._core.send_voice_challenge, phone_number)

    def verify_voice_challenge(self, phone_number: str, *, code: str) -> QualifiedNumber:
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

            number = client.qualified_numbers.verify_voice_challenge(
                "+12025550170", code=code
            )
            print(number.global_process_state)
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

            order_id = client.qualified_numbers.text_enable(
                ["+12025550172"],
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

            order = client.qualified_numbers.text_enable_toll_free(
                ["+18335550172"],
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
        states: GlobalProcessStateInput,
        region_code: str | None = None,
        order_by: TimeOrderInput | None = None,
        page_size: int = 100,
        limit: int | None = None,
        on_unreadable: OnUnreadable = "warn",
    ) -> SyncPager[QualifiedNumber]:
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

            for number in client.qualified_numbers.list(states="VERIFIED"):
                print(number.phone_number)
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
