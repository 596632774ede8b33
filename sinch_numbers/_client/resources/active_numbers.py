"""``/activeNumbers``: the numbers that a project rents."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

# Models in annotations are looked up in `models`, which imports them then.
from sinch_numbers import models
from sinch_numbers._client import provisioning, waiting
from sinch_numbers._client.bodies.changes import shows_changes
from sinch_numbers._client.bodies.configurations import sms_to_change, voice_to_change
from sinch_numbers._client.waiting import WaitOptions, WaitOutcome, WaitResult
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

        Raises `NotFoundError` when the project does not rent the number, `InvalidArgumentError`
        when the number is not in E.164, and the errors that every call may raise:
        `APIConnectionError`, `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
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
        configuration, and a configuration must be removed before another one can be set.
        Changes are provisioned in the background: until then the number shows the old
        configuration, and the new one as scheduled. Free of charge.
        (API: ``PATCH /activeNumbers/{phoneNumber}``)

        Raises `InvalidArgumentError` when no field is given, an argument is malformed, or a
        configuration is empty, contradictory, or lacks the service plan that the API requires
        with a campaign; `BadRequestError` when the service rejects
        the change; `NotFoundError` when the project does not rent the number; and the errors
        that every call may raise.
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

        The number keeps working until the end of the month already paid. Free of charge, but
        not refundable, and cannot be undone. After an ambiguous failure the outcome is verified
        by reading, and the call is retried only if it is proven to have had no effect, which
        takes the settle timeout. (API: ``POST /activeNumbers/{phoneNumber}:release``)

        Raises `OutcomeUnknownError` when the outcome is unknown, `NumberBusyError` when another
        call about the number is not finished by the deadline or its outcome is unknown,
        `UnexpectedResultError` when the service released another number, `StoreError`, before
        anything is sent, when the store cannot be used, `NotFoundError` when the project does
        not rent the number, `InvalidArgumentError` when the number is not in E.164, and the
        errors that every call may raise.
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

        Configurations are provisioned in the background after a rent or an update. *sms*
        (including the campaign) and *voice* select what to wait for: ``True`` requires a
        configuration, ``False`` ignores it, and ``None`` waits only if provisioning is in
        progress. *deadline* is the maximum total time in seconds, ``None`` for no limit, and 0
        to read the state once; the service does not publish how long provisioning takes. The
        number is polled at growing intervals of at most *longest_pause* seconds, and
        immediately when `NumbersClient.notify` receives an event about it. *on_progress*
        receives the progress, instead of the client's function.

        The ``outcome`` of the result is succeeded, failed (``problem`` has the reason and
        advice, ``error_codes`` those of the SMS configuration), or timed out (with the last
        state); ``get`` returns the number, or raises unless the wait succeeded. The ``steps``
        are ``sms`` and ``voice``, each a `LinkState`. The first failure ends the wait. Nothing
        is changed. Free of charge. Each poll is a `get`.

        Raises `NotFoundError` when the project does not rent the number, according to three
        reads in a row; `InvalidArgumentError` when *sms* and *voice* are both ``False`` or the
        number is not in E.164; and of the errors that every call may raise those that are not
        transient.
        """
        phone_number = arguments.phone_number(phone_number)
        judge = provisioning.number_judge(sms=sms, voice=voice)
        options = WaitOptions.checked(
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

        The arguments are those of `wait_until_provisioned`, with one *deadline* for all
        numbers. *concurrency* is the maximum number of concurrent reads. The result has every
        number once, in the given order. A number that cannot be read does not stop the others;
        its outcome is ``unreadable``, and its ``get`` raises the error. Free of charge. Each
        poll is a `get`.

        Raises `InvalidArgumentError`, before any request is sent, when *sms* and *voice* are
        both ``False``, *concurrency* is not positive, or a number is not in E.164.
        """
        judge = provisioning.number_judge(sms=sms, voice=voice)
        options = WaitOptions.checked(
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
        List the rented numbers, all of them or those that match.

        No request is sent before the first iteration. *capability* selects numbers with at
        least the given capabilities. *number_pattern* is matched against the full E.164 number,
        including the plus sign, at the position given by *search_pattern*. *page_size* is the
        maximum number of results per request, *limit* the maximum in total. A number that
        cannot be read is left out with a warning, or as *on_unreadable* selects: see `Pager`.
        Free of charge. (API: ``GET /activeNumbers``)

        Raises `InvalidArgumentError` immediately. Iteration raises `PaginationError` when the
        pages do not end, `UnreadableItemError` with ``on_unreadable="raise"``, and the errors
        that every call may raise, with the ``page_token`` to resume at.
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
