"""
The sync twin of `ImportedNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from sinch_numbers._client.resources.imported_numbers import ImportedNumbers
from sinch_numbers._core.arguments import SmsInput
from sinch_numbers._core.portal import Runner
from sinch_numbers.models import ImportedNumber, SearchPattern, TimeOrder
from sinch_numbers.models._unset import UNSET, Maybe
from sinch_numbers.sync._pager import SyncPager


class SyncImportedNumbers:
    """The imported numbers of the project: US and Canada, text messages only."""

    def __init__(self, core: ImportedNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> ImportedNumber:
        """
        Return the imported number *phone_number*, with what the carriers made of it.

        Free of charge. (API: ``GET /importedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it is not imported, `InvalidArgumentError` when it is not
        in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def import_number(
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
        return self._runner.run(
            self._core.import_number,
            phone_number,
            region_code=region_code,
            sms_configuration=sms_configuration,
            display_name=display_name,
            callback_url=callback_url,
        )

    def update(
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
        return self._runner.run(
            self._core.update,
            phone_number,
            display_name=display_name,
            sms_configuration=sms_configuration,
            callback_url=callback_url,
        )

    def delete(self, phone_number: str) -> None:
        """
        Take *phone_number* out of the project; its text messages come here no more.

        No source names a price. (API: ``DELETE /importedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number is not imported, `InvalidArgumentError` when it
        is not in E.164, and the errors that every call may raise.
        """
        self._runner.run(self._core.delete, phone_number)

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
    ) -> SyncPager[ImportedNumber]:
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
        return SyncPager(
            self._runner,
            self._core.list(
                service_plan_id=service_plan_id,
                campaign_id=campaign_id,
                region_code=region_code,
                number_pattern=number_pattern,
                search_pattern=search_pattern,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
            ),
        )
