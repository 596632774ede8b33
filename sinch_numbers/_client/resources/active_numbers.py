"""``/activeNumbers``: the numbers that a project rents."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

# Models in annotations are looked up in `models`, which imports them then.
from sinch_numbers import models
from sinch_numbers._client.bodies.changes import shows_changes
from sinch_numbers._client.bodies.configurations import sms_to_change, voice_to_change
from sinch_numbers._client.wait_results import WaitOutcome, WaitResult
from sinch_numbers._core import arguments
from sinch_numbers._core.billing.evidence import (
    SHOWN_BY_RELEASES,
    Evidence,
    of_effect,
    of_release,
    shown_values,
)
from sinch_numbers._core.billing.journal import Claims, JournalEntry
from sinch_numbers._core.choices import optional_choice, optional_choices
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pagination import Pager
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.progress import OnProgress
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers._core.running_loop import running_loop
from sinch_numbers.errors import InvalidArgumentError, SinchNumbersError
from sinch_numbers.models import (
    ActiveNumber,
    Capability,
    NumberType,
    OrderBy,
    SearchPattern,
)
from sinch_numbers.models._unset import UNSET, Maybe

__all__ = ["ActiveNumbers"]


class ActiveNumbers(Resource):
    """The numbers that the project rents."""

    _PATH = "/activeNumbers/{phoneNumber}"
    GET: Final[Operation[ActiveNumber]] = Operation(
        "getActiveNumber", "GET", _PATH, ActiveNumber, SAFE
    )

    async def get(self, phone_number: str) -> ActiveNumber:
        """
        Return the rented number *phone_number*.

        Free of charge. (API: ``GET /activeNumbers/{phoneNumber}``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The project does not rent the number.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = await client.active_numbers.get("+12025550134")
            print(number.status, number.monthly_cost)
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(self.GET, phone_number, expected_number=phone_number)

    async def _confirm_update(self, entry: JournalEntry) -> Evidence:
        now = await self._read(self.GET, *entry.segments, expected_number=entry.subject)
        shown = shown_values(now, failed=False)
        return of_effect(now if shows_changes(shown, entry.request) else None)

    _UPDATE = Operation(
        "updateActiveNumber", "PATCH", _PATH, ActiveNumber, IDEMPOTENT, confirm=_confirm_update
    )

    async def update(
        self,
        phone_number: str,
        *,
        display_name: Maybe[str | None] = UNSET,
        sms_configuration: Maybe[models.SmsConfigurationInput | None] = UNSET,
        voice_configuration: Maybe[models.VoiceConfigurationInput | None] = UNSET,
        callback_url: Maybe[str | None] = UNSET,
    ) -> ActiveNumber:
        """
        Update the given fields, and return the number.

        ``None`` is sent as ``null``, which may clear the field. An empty ID removes a
        configuration, and a configuration must be removed before another one can be set. Changes
        are provisioned in the background: until then the number shows the old configuration, and
        the new one as scheduled. Free of charge. (API: ``PATCH /activeNumbers/{phoneNumber}``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.
            display_name: New name, for people.
            sms_configuration: New service plan and campaign.
            voice_configuration: New app, trunk, or fax service.
            callback_url: New URL for events about the number.

        Raises:
            InvalidArgumentError: No field is given, an argument is malformed, or a configuration
                is empty, contradictory, or lacks the service plan that the API requires with a
                campaign.
            BadRequestError: The service rejects the change.
            NotFoundError: The project does not rent the number.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = await client.active_numbers.update(
                "+12025550134",
                display_name="Front desk",
                callback_url="https://example.com/events",
            )
        """
        phone_number = arguments.phone_number(phone_number)
        changes: dict[str, Any] = {
            "displayName": arguments.changed(display_name, arguments.text, "display_name"),
            "smsConfiguration": sms_to_change(sms_configuration),
            "voiceConfiguration": voice_to_change(voice_configuration),
            "callbackUrl": arguments.changed(callback_url, arguments.text, "callback_url"),
        }
        if all(value is UNSET for value in changes.values()) and not self._pipeline.extras.body:
            raise InvalidArgumentError("update", "at least one field to update")
        return await self._call(
            self._UPDATE, phone_number, json=changes, expected_number=phone_number
        )

    async def _confirm_release(self, entry: JournalEntry) -> Evidence:
        now = await self._find(
            self.GET,
            *entry.segments,
            expected_number=entry.subject,
            needs=SHOWN_BY_RELEASES,
        )
        return of_release(entry, now)

    _RELEASE = Operation(
        "releaseActiveNumber",
        "POST",
        _PATH + ":release",
        ActiveNumber,
        BILLABLE,
        confirm=_confirm_release,
        claims=Claims.ENDS,
    )

    async def release(self, phone_number: str) -> ActiveNumber:
        """
        Release *phone_number*, and return the number with its ``expire_at``.

        The number keeps working until the end of the month already paid. Free of charge, but not
        refundable, and cannot be undone. After an ambiguous failure the outcome is verified by
        reading, and the call is retried only if it is proven to have had no effect, which takes
        the settle timeout. (API: ``POST /activeNumbers/{phoneNumber}:release``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            OutcomeUnknownError: The outcome is unknown.
            NumberBusyError: Another call about the number is not finished by the deadline or its
                outcome is unknown.
            UnexpectedResultError: The service released another number.
            StoreError: The store cannot be used; nothing is sent.
            NotFoundError: The project does not rent the number.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = await client.active_numbers.release("+12025550134")
            print("works until", number.expire_at)
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(self._RELEASE, phone_number, expected_number=phone_number)

    async def wait_until_provisioned(
        self,
        phone_number: str,
        *,
        sms: bool | None = None,
        voice: bool | None = None,
        deadline: float | None = 600.0,
        longest_pause: float = 15.0,
        on_progress: OnProgress | None = None,
    ) -> WaitResult[ActiveNumber]:
        """
        Wait until *phone_number* is provisioned, provisioning fails, or time runs out.

        Configurations are provisioned in the background after a rent or an update; the service
        does not publish how long that takes. The number is polled at growing intervals, and
        immediately when `NumbersClient.notify` receives an event about it. The first failure
        ends the wait. Nothing is changed. Free of charge. Each poll is a `get`.

        The ``outcome`` of the result is succeeded, failed (``problem`` has the reason and advice,
        ``error_codes`` those of the SMS configuration), or timed out (with the last state);
        ``get`` returns the number, or raises unless the wait succeeded. The ``steps`` are ``sms``
        and ``voice``, each a `LinkState`.

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.
            sms: ``True`` requires an SMS configuration (including the campaign), ``False`` ignores
                it, and ``None`` waits only if provisioning is in progress.
            voice: The same for the voice configuration.
            deadline: Maximum total time in seconds; ``None`` for no limit, 0 to read the state
                once.
            longest_pause: Maximum time between two reads, in seconds.
            on_progress: Receives the progress, instead of the client's function.

        Raises:
            NotFoundError: The project does not rent the number, according to three reads in a row.
            InvalidArgumentError: *sms* and *voice* are both ``False`` or the number is not in
                E.164.
            APIStatusError: A read failed with an error that is not transient.

        Example::

            result = await client.active_numbers.wait_until_provisioned(
                "+12025550134", deadline=120
            )
            number = result.get()
        """
        from sinch_numbers._client import provisioning, waiting  # on call: few programs wait

        phone_number = arguments.phone_number(phone_number)
        judge = provisioning.number_judge(sms=sms, voice=voice)
        options = waiting.WaitOptions.checked(
            deadline=deadline, longest_pause=longest_pause, on_progress=on_progress
        )
        read = partial(self.get, phone_number)
        return await waiting.wait(
            self._pipeline, "provisioning", phone_number, read, judge, options
        )

    async def wait_until_all_provisioned(
        self,
        phone_numbers: Iterable[str],
        *,
        sms: bool | None = None,
        voice: bool | None = None,
        deadline: float | None = 600.0,
        longest_pause: float = 15.0,
        on_progress: OnProgress | None = None,
        concurrency: int = 8,
    ) -> Mapping[str, WaitResult[ActiveNumber]]:
        """
        Wait until many numbers are provisioned, and return the result for each number.

        The result has every number once, in the given order. A number that cannot be read does not
        stop the others; its outcome is ``unreadable``, and its ``get`` raises the error. Free of
        charge. Each poll is a `get`.

        Args:
            phone_numbers: Numbers in E.164.
            sms: As for `wait_until_provisioned`.
            voice: As for `wait_until_provisioned`.
            deadline: Maximum total time for all numbers, in seconds.
            longest_pause: Maximum time between two reads, in seconds.
            on_progress: Receives the progress, instead of the client's function.
            concurrency: Maximum number of concurrent reads.

        Raises:
            InvalidArgumentError: *sms* and *voice* are both ``False``, *concurrency* is not
                positive, or a number is not in E.164; no request is sent.

        Example::

            results = await client.active_numbers.wait_until_all_provisioned(
                ["+12025550134", "+12025550135"], deadline=120
            )
            for phone_number, result in results.items():
                print(phone_number, result.outcome)
        """
        from sinch_numbers._client import provisioning, waiting  # on call: few programs wait

        judge = provisioning.number_judge(sms=sms, voice=voice)
        options = waiting.WaitOptions.checked(
            deadline=deadline, longest_pause=longest_pause, on_progress=on_progress
        )
        if isinstance(phone_numbers, str | bytes | Mapping) or not isinstance(
            phone_numbers, Iterable
        ):
            raise InvalidArgumentError(
                "phone_numbers", "an iterable of numbers in E.164", phone_numbers
            )
        names = dict.fromkeys(
            arguments.phone_number(one, "phone_numbers") for one in phone_numbers
        )
        slots = asyncio.Semaphore(arguments.positive(concurrency, "concurrency"))
        running_loop()

        async def one(name: str) -> WaitResult[ActiveNumber]:
            try:
                read = partial(self.get, name)
                return await waiting.wait(
                    self._pipeline, "provisioning", name, read, judge, options, slot=slots
                )
            except SinchNumbersError as error:
                return WaitResult(subject=name, outcome=WaitOutcome.UNREADABLE, error=error)

        async with asyncio.TaskGroup() as group:
            tasks = {name: group.create_task(one(name)) for name in names}
        return {name: task.result() for name, task in tasks.items()}

    LIST = Operation(
        "listActiveNumbers", "GET", "/activeNumbers", ActiveNumber, SAFE, items="active_numbers"
    )

    def list(
        self,
        *,
        region_code: str | None = None,
        type: models.NumberTypeInput | None = None,
        capability: models.CapabilitiesInput | None = None,
        number_pattern: str | None = None,
        search_pattern: models.SearchPatternInput | None = None,
        order_by: models.OrderByInput | None = None,
        page_size: int = 100,
        limit: int | None = None,
        on_unreadable: OnUnreadable = "warn",
    ) -> Pager[ActiveNumber]:
        """
        List the rented numbers, optionally filtered.

        No request is sent before the first iteration. Free of charge.
        (API: ``GET /activeNumbers``)

        Args:
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            type: Number type: ``MOBILE``, ``LOCAL``, or ``TOLL_FREE``.
            capability: Capabilities that the number must have: ``SMS``, ``VOICE``, or both.
            number_pattern: Digits to find in the full E.164 number, plus sign included.
            search_pattern: Position of *number_pattern*: ``START``, ``CONTAINS``, or ``END``.
            order_by: ``phoneNumber`` or ``displayName``.
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

            async for number in client.active_numbers.list(region_code="US", type="LOCAL"):
                print(number.phone_number, number.display_name)
        """
        query = {
            "regionCode": arguments.optional(region_code, arguments.region_code, "region_code"),
            "type": optional_choice(type, NumberType, "type"),
            "capability": optional_choices(capability, Capability, "capability"),
            "numberPattern.pattern": arguments.optional(
                number_pattern, arguments.text, "number_pattern"
            ),
            "numberPattern.searchPattern": optional_choice(
                search_pattern, SearchPattern, "search_pattern"
            ),
            "orderBy": optional_choice(order_by, OrderBy, "order_by"),
            "pageSize": arguments.page_size(page_size, limit),
        }

        return self._paged(self.LIST, query=query, limit=limit, on_unreadable=on_unreadable)
