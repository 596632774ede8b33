"""``/importedNumbers``: numbers of other carriers, linked to Sinch for text messages."""

from collections.abc import Mapping
from typing import Any

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.arguments import SmsInput, path
from sinch_numbers._core.pagination import Page, Pager
from sinch_numbers._core.pipeline import Pipeline
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, NO_RETRY, SAFE
from sinch_numbers._core.retry.settlement import none_if_not_found
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import ImportedNumber, LinkDirection, SearchPattern, TimeOrder
from sinch_numbers.models._unset import UNSET, Maybe

__all__ = ["ImportedNumbers"]

_PATH = "/importedNumbers/{}"


@attrs.frozen
class _ImportedPage:
    imported_numbers: tuple[ImportedNumber, ...] = ()
    next_page_token: str | None = None
    total_size: int | None = None


class ImportedNumbers:
    """The imported numbers of the project: US and Canada, text messages only."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._call = pipeline.call

    async def get(self, phone_number: str) -> ImportedNumber:
        """
        Return the imported number *phone_number*, with what the carriers made of it.

        Free of charge. (API: ``GET /importedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it is not imported, `InvalidArgumentError` when it is not
        in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(
            ImportedNumber,
            "GET",
            path(_PATH, phone_number),
            about=phone_number,
            retry=SAFE,
        )

    async def import_number(
        self,
        phone_number: str,
        *,
        region_code: str,
        sms_configuration: SmsInput,
        display_name: str | None = None,
        callback_url: str | None = None,
    ) -> ImportedNumber:
        """
        Import *phone_number*, and return it; its links are made in the background.

        For numbers with a network number id (NNID) of their own, which has to be provisioned
        first; others are text-enabled. Nothing is ported. No source says what it costs: it is
        treated as if it did, and ambiguous failures are verified by reading. A read cannot
        tell who imported the number, nor when. (API: ``POST /importedNumbers``)

        Raises `ConflictError` when the number is imported already, `OutcomeUnknownError` when
        it may or may not have happened, `BadRequestError` when the service does not take the
        number or a link, `InvalidArgumentError` when the configuration is empty or the number
        is not in E.164, and the errors that every call may raise.
        """
        phone_number = arguments.phone_number(phone_number)
        link = arguments.sms_to_link(sms_configuration)
        if link is UNSET:
            raise InvalidArgumentError("sms_configuration", "what to link the number to")

        async def imported() -> ImportedNumber | None:
            return await none_if_not_found(
                self._call(
                    ImportedNumber,
                    "GET",
                    path(_PATH, phone_number),
                    about=phone_number,
                    retry=NO_RETRY,
                )
            )

        return await self._call(
            ImportedNumber,
            "POST",
            "/importedNumbers",
            json={
                "phoneNumber": phone_number,
                "regionCode": arguments.region_code(region_code),
                "displayName": UNSET if display_name is None else display_name,
                "smsConfiguration": link,
                "callbackUrl": UNSET if callback_url is None else callback_url,
            },
            about=phone_number,
            retry=BILLABLE.confirmed_by(imported),
        )

    async def update(
        self,
        phone_number: str,
        *,
        display_name: Maybe[str | None] = UNSET,
        sms_configuration: Maybe[SmsInput | None] = UNSET,
        callback_url: Maybe[str | None] = UNSET,
    ) -> ImportedNumber:
        """
        Update the given fields, and return the number.

        ``None`` is sent as ``null``, which may erase; an empty identifier unlinks, and a
        number has to be unlinked before it can be linked elsewhere, in two requests. Links
        are made in the background. No source names a price.
        (API: ``PATCH /importedNumbers/{phoneNumber}``)

        Raises `InvalidArgumentError` when there is nothing to change, the configuration is
        empty, or the number is not in E.164; `BadRequestError` when the service does not take
        the change, as where an old link stands; `NotFoundError` when the number is not
        imported; and the errors that every call may raise.
        """
        phone_number = arguments.phone_number(phone_number)
        changes: dict[str, Any] = {
            "displayName": display_name,
            "smsConfiguration": arguments.sms_to_change(sms_configuration),
            "callbackUrl": callback_url,
        }
        if all(value is UNSET for value in changes.values()):
            raise InvalidArgumentError("update", "something to change")

        async def changed() -> ImportedNumber | None:
            now = await self._call(
                ImportedNumber,
                "GET",
                path(_PATH, phone_number),
                about=phone_number,
                retry=NO_RETRY,
            )
            return now if _shows(now, changes) else None

        return await self._call(
            ImportedNumber,
            "PATCH",
            path(_PATH, phone_number),
            json=changes,
            about=phone_number,
            retry=IDEMPOTENT.confirmed_by(changed),
        )

    async def delete(self, phone_number: str) -> None:
        """
        Take *phone_number* out of the project; its text messages come here no more.

        No source names a price. (API: ``DELETE /importedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number is not imported, `InvalidArgumentError` when it
        is not in E.164, and the errors that every call may raise.
        """
        phone_number = arguments.phone_number(phone_number)

        async def deleted() -> Nothing | None:
            left = await none_if_not_found(
                self._call(ImportedNumber, "GET", path(_PATH, phone_number), retry=NO_RETRY)
            )
            return Nothing() if left is None else None

        await self._call(
            Nothing,
            "DELETE",
            path(_PATH, phone_number),
            about=phone_number,
            retry=IDEMPOTENT.confirmed_by(deleted),
        )

    def list(
        self,
        *,
        service_plan_id: str | None = None,
        campaign_id: str | None = None,
        region_code: str | None = None,
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        order_by: TimeOrder | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> Pager[ImportedNumber]:
        """
        List the imported numbers, all of them or those that match.

        Name *service_plan_id* and *campaign_id* where you can: the reference asks for both,
        and whether the service insists is unconfirmed. *number_pattern* is matched against the
        E.164 number at the position that *search_pattern* names; ``CONTAINS`` is ``CONTAIN``
        to this host and is sent so. *page_size* is how many numbers one request may bring,
        *limit* how many are wanted in all. Free of charge. (API: ``GET /importedNumbers``)

        Raises `InvalidArgumentError` at once; on the way `PaginationError` when the pages
        do not end, and the errors that every call may raise, with the ``page_token`` to
        resume at.
        """
        query = {
            "regionCode": None if region_code is None else arguments.region_code(region_code),
            "numberPattern.pattern": number_pattern,
            "numberPattern.searchPattern": (
                "CONTAIN" if search_pattern == SearchPattern.CONTAINS else search_pattern
            ),
            "servicePlanId": service_plan_id,
            "campaignId": campaign_id,
            "orderBy": order_by,
            "pageSize": arguments.page_size(page_size, limit),
        }

        async def fetch(page_token: str | None) -> Page[ImportedNumber]:
            page = await self._call(
                _ImportedPage,
                "GET",
                "/importedNumbers",
                query=query | {"pageToken": page_token},
                retry=SAFE,
            )
            return Page(page.imported_numbers, page.next_page_token, page.total_size)

        return Pager(fetch, limit=limit)


def _shows(number: ImportedNumber, changes: Mapping[str, Any]) -> bool:
    """Whether *number* is as *changes* want it, links in the making included."""
    sms, plan, campaign = (
        number.sms_configuration,
        number.sms_provisioning,
        number.campaign_provisioning,
    )
    job = sms.scheduled_provisioning if sms else None
    made = [
        one.service_id if one and one.type == LinkDirection.PROVISIONING else None
        for one in (plan, campaign)
    ]
    shown: dict[str, set[Any]] = {
        "displayName": {number.display_name},
        "callbackUrl": {number.callback_url},
        "servicePlanId": {made[0], *(getattr(one, "service_plan_id", None) for one in (sms, job))},
        "campaignId": {made[1], *(getattr(one, "campaign_id", None) for one in (sms, job))},
    }
    wanted: dict[str, Any] = {}
    for name, value in changes.items():
        wanted |= value if isinstance(value, dict) else {name: value}
    return all(
        name in shown and (value in shown[name] if value else shown[name] == {None})
        for name, value in wanted.items()
        if value is not UNSET
    )
