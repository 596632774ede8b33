"""``/importedNumbers``: numbers of other carriers, imported for text messages."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sinch_numbers._client import provisioning, waiting
from sinch_numbers._client.bodies.changes import shows_changes
from sinch_numbers._client.bodies.configurations import (
    imported_sms_to_change,
    imported_sms_to_link,
)
from sinch_numbers._client.wait_results import WaitResult
from sinch_numbers._client.waiting import WaitOptions
from sinch_numbers._core import arguments
from sinch_numbers._core.billing.decisions import Event
from sinch_numbers._core.billing.evidence import ABSENT, Evidence, compared, of_effect
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.choices import folded, optional_choice
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pagination import Pager
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.progress import OnProgress
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import (
    ImportedNumber,
    ImportedSmsConfigurationInput,
    LinkDirection,
    ProvisioningStatus,
    SearchPattern,
    SearchPatternInput,
    TimeOrder,
    TimeOrderInput,
)
from sinch_numbers.models._unset import UNSET, Maybe

__all__ = ["ImportedNumbers"]


class ImportedNumbers(Resource):
    """Imported numbers of the project: US and Canada, text messages only."""

    _PATH = "/importedNumbers/{phoneNumber}"
    _GET = Operation("getImportedNumber", "GET", _PATH, ImportedNumber, SAFE)

    async def get(self, phone_number: str) -> ImportedNumber:
        """
        Return the imported number *phone_number*, with its state at the carriers.

        Free of charge. (API: ``GET /importedNumbers/{phoneNumber}``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The number is not imported.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = await client.imported_numbers.get("+12025550160")
            print(number.display_name)
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(self._GET, phone_number, expected_number=phone_number)

    async def wait_until_provisioned(
        self,
        phone_number: str,
        *,
        deadline: float | None = 600.0,
        longest_pause: float = 15.0,
        on_progress: OnProgress | None = None,
    ) -> WaitResult[ImportedNumber]:
        """
        Wait until *phone_number* is provisioned, provisioning fails, or time runs out.

        Service plan and campaign are provisioned in the background after an import or an update.
        The number is polled at growing intervals, and immediately when `NumbersClient.notify`
        receives an event about the number. Free of charge. Each poll is a `get`.

        The ``outcome`` of the result is succeeded, failed (``problem`` has the reason and advice),
        or timed out (with the last state); ``get`` returns the number, or raises unless the wait
        succeeded. The ``steps`` are ``sms`` and ``campaign``, each a `LinkState`.

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.
            deadline: Maximum total time in seconds; ``None`` for no limit, 0 to read the state
                once.
            longest_pause: Maximum time between two reads, in seconds.
            on_progress: Receives the progress, instead of the client's function.

        Raises:
            NotFoundError: The number is not imported, according to three reads in a row.
            InvalidArgumentError: An argument is invalid.
            APIStatusError: A read failed with an error that is not transient.

        Example::

            result = await client.imported_numbers.wait_until_provisioned(
                "+12025550160", deadline=120
            )
            print(result.explanation)
        """
        phone_number = arguments.phone_number(phone_number)
        options = WaitOptions.checked(
            deadline=deadline, longest_pause=longest_pause, on_progress=on_progress
        )
        read = partial(self.get, phone_number)
        judge = provisioning.imported_number
        return await waiting.wait(
            self._pipeline, "provisioning", phone_number, read, judge, options
        )

    async def _confirm_import(self, entry: JournalEntry) -> Evidence:
        number = str(entry.subject)
        now = await self._find(self._GET, number, expected_number=number)
        if now is None:
            return ABSENT
        different, missing = compared(_shown(now), entry.request)
        name = entry.request.get("displayName")
        if name and now.display_name != name:
            (different if now.display_name else missing).append("display name")
        if different:
            return Evidence(Event.READ_OTHER, now, f"it is imported with another {different[0]}")
        if missing:
            why = f"{number} is imported, without the {missing[0]}"
            return Evidence(Event.READ_FAILED, None, why, (now,))
        return of_effect(now)

    _IMPORT = Operation(
        "importNumber",
        "POST",
        "/importedNumbers",
        ImportedNumber,
        BILLABLE,
        cost="unpublished",
        confirm=_confirm_import,
    )

    async def import_number(
        self,
        phone_number: str,
        *,
        region_code: str,
        sms_configuration: ImportedSmsConfigurationInput,
        display_name: str | None = None,
        callback_url: str | None = None,
    ) -> ImportedNumber:
        """
        Import *phone_number*, and return it; it is provisioned in the background.

        For numbers with their own network number ID (NNID), which must be provisioned first; other
        numbers are text-enabled instead. Nothing is ported. No price is published: the call is
        treated as billable, and after an ambiguous failure the outcome is verified by reading,
        also after a ``409``. A read cannot show who imported the number, or when: a number that is
        already imported with these settings is returned. (API: ``POST /importedNumbers``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            sms_configuration: Service plan, campaign, or both.
            display_name: Name of the number, for people.
            callback_url: URL for events about the number.

        Raises:
            AlreadyOwnedError: The number is imported with other settings.
            OutcomeUnknownError: The outcome is unknown.
            NumberBusyError: Another call about the number is not finished by the deadline, or its
                outcome is unknown.
            UnexpectedResultError: The service imported another number.
            StoreError: The store cannot be used; nothing is sent.
            BadRequestError: The service rejects the number or the configuration.
            InvalidArgumentError: The configuration is empty or an argument is malformed.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = await client.imported_numbers.import_number(
                "+12025550161",
                region_code="US",
                sms_configuration=SmsConfiguration("my-service-plan"),
            )
        """
        phone_number = arguments.phone_number(phone_number)
        link = imported_sms_to_link(sms_configuration)
        if link is UNSET:
            raise InvalidArgumentError("sms_configuration", "a service plan or campaign")
        return await self._call(
            self._IMPORT,
            json={
                "phoneNumber": phone_number,
                "regionCode": arguments.region_code(region_code),
                "displayName": arguments.optional(display_name, arguments.text, "display_name"),
                "smsConfiguration": link,
                "callbackUrl": arguments.optional(callback_url, arguments.text, "callback_url"),
            },
            expected_number=phone_number,
        )

    async def _confirm_update(self, entry: JournalEntry) -> Evidence:
        now = await self._read(self._GET, *entry.segments, expected_number=entry.subject)
        shown = _shown(now, failed=False)
        return of_effect(now if shows_changes(shown, entry.request) else None)

    _UPDATE = Operation(
        "updateImportedNumber",
        "PATCH",
        _PATH,
        ImportedNumber,
        IDEMPOTENT,
        cost="unpublished",
        confirm=_confirm_update,
    )

    async def update(
        self,
        phone_number: str,
        *,
        display_name: Maybe[str | None] = UNSET,
        sms_configuration: Maybe[ImportedSmsConfigurationInput | None] = UNSET,
        callback_url: Maybe[str | None] = UNSET,
    ) -> ImportedNumber:
        """
        Update the given fields, and return the number.

        ``None`` is sent as ``null``, which may clear the field. An empty ID removes a
        configuration, and a configuration must be removed before another one can be set, in two
        requests. Changes are provisioned in the background. No price is published.
        (API: ``PATCH /importedNumbers/{phoneNumber}``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.
            display_name: New name, for people.
            sms_configuration: New service plan, campaign, or both.
            callback_url: New URL for events about the number.

        Raises:
            InvalidArgumentError: No field is given, the configuration is empty, or the number is
                not in E.164.
            BadRequestError: The service rejects the change, for example because an old
                configuration was not removed.
            NotFoundError: The number is not imported.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = await client.imported_numbers.update(
                "+12025550160", display_name="Old office line"
            )
        """
        phone_number = arguments.phone_number(phone_number)
        changes: dict[str, Any] = {
            "displayName": arguments.changed(display_name, arguments.text, "display_name"),
            "smsConfiguration": imported_sms_to_change(sms_configuration),
            "callbackUrl": arguments.changed(callback_url, arguments.text, "callback_url"),
        }
        if all(value is UNSET for value in changes.values()) and not self._pipeline.extras.body:
            raise InvalidArgumentError("update", "at least one field to update")
        return await self._call(
            self._UPDATE, phone_number, json=changes, expected_number=phone_number
        )

    async def _confirm_delete(self, entry: JournalEntry) -> Evidence:
        left = await self._exists(self._GET, *entry.segments)
        return of_effect(None if left else Nothing())

    _DELETE = Operation(
        "deleteImportedNumber",
        "DELETE",
        _PATH,
        Nothing,
        IDEMPOTENT,
        cost="unpublished",
        confirm=_confirm_delete,
    )

    async def delete(self, phone_number: str) -> None:
        """
        Remove *phone_number* from the project, which then receives no messages for it.

        No price is published. (API: ``DELETE /importedNumbers/{phoneNumber}``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The number is not imported.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            await client.imported_numbers.delete("+12025550160")
        """
        phone_number = arguments.phone_number(phone_number)
        await self._call(self._DELETE, phone_number, expected_number=phone_number)

    _LIST = Operation(
        "listImportedNumbers",
        "GET",
        "/importedNumbers",
        ImportedNumber,
        SAFE,
        items="imported_numbers",
    )

    def list(
        self,
        *,
        service_plan_id: str | None = None,
        campaign_id: str | None = None,
        region_code: str | None = None,
        number_pattern: str | None = None,
        search_pattern: SearchPatternInput | None = None,
        order_by: TimeOrderInput | None = None,
        page_size: int = 100,
        limit: int | None = None,
        on_unreadable: OnUnreadable = "warn",
    ) -> Pager[ImportedNumber]:
        """
        List the imported numbers, optionally filtered.

        Pass *service_plan_id* and *campaign_id* if you can: the API reference requires both, and
        whether the service enforces this is unconfirmed. No request is sent before the first
        iteration. Free of charge. (API: ``GET /importedNumbers``)

        Args:
            service_plan_id: Service plan of the numbers.
            campaign_id: Campaign of the numbers.
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            number_pattern: Digits to find in the E.164 number.
            search_pattern: Position of *number_pattern*: ``START``, ``CONTAINS`` (sent as
                ``CONTAIN``, the name of the value on this host), or ``END``.
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

            async for number in client.imported_numbers.list(region_code="US"):
                print(number.phone_number, number.display_name)
        """
        query = {
            "regionCode": arguments.optional(region_code, arguments.region_code, "region_code"),
            "numberPattern.pattern": arguments.optional(
                number_pattern, arguments.text, "number_pattern"
            ),
            "numberPattern.searchPattern": _search_pattern(search_pattern),
            "servicePlanId": arguments.optional(
                service_plan_id, arguments.text, "service_plan_id"
            ),
            "campaignId": arguments.optional(campaign_id, arguments.text, "campaign_id"),
            "orderBy": optional_choice(order_by, TimeOrder, "order_by"),
            "pageSize": arguments.page_size(page_size, limit),
        }

        return self._paged(self._LIST, query=query, limit=limit, on_unreadable=on_unreadable)


def _search_pattern(value: object) -> str | None:
    """Return the value as this host names it: ``CONTAIN`` instead of ``CONTAINS``."""
    if isinstance(value, str) and folded(value) == "contain":
        return "CONTAIN"
    place = optional_choice(value, SearchPattern, "search_pattern")
    return "CONTAIN" if place is SearchPattern.CONTAINS else place


def _shown(number: ImportedNumber, *, failed: bool = True) -> Mapping[str, set[Any]]:
    """
    Return the values that *number* shows for each request field, scheduled ones included.

    Those of a failed job are left out unless *failed*.
    """
    sms, plan, campaign = (
        number.sms_configuration,
        number.sms_provisioning,
        number.campaign_provisioning,
    )
    job = sms.scheduled_provisioning if sms else None
    if job is not None and not failed and job.status == ProvisioningStatus.FAILED:
        job = None
    made = [
        one.service_id if one and one.type == LinkDirection.PROVISIONING else None
        for one in (plan, campaign)
    ]
    return {
        "displayName": {number.display_name},
        "callbackUrl": {number.callback_url},
        "servicePlanId": {made[0], *(getattr(one, "service_plan_id", None) for one in (sms, job))},
        "campaignId": {made[1], *(getattr(one, "campaign_id", None) for one in (sms, job))},
    }
