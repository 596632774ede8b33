"""
The sync twin of `ImportedNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from sinch_numbers._client.resources.imported_numbers import ImportedNumbers
from sinch_numbers._client.waiting import WaitResult
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.portal import Runner
from sinch_numbers._core.progress import OnProgress
from sinch_numbers.models import (
    ImportedNumber,
    ImportedSmsConfigurationInput,
    SearchPatternInput,
    TimeOrderInput,
)
from sinch_numbers.models._unset import UNSET, Maybe
from sinch_numbers.sync._pager import SyncPager
from sinch_numbers.sync._twin import ResourceTwin


class SyncImportedNumbers(ResourceTwin):
    """Imported numbers of the project: US and Canada, text messages only."""

    def __init__(self, core: ImportedNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> ImportedNumber:
        """
        Return the imported number *phone_number*, with its state at the carriers.

        Free of charge. (API: ``GET /importedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number is not imported, `InvalidArgumentError` when the
        number is not in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def wait_until_provisioned(
        self,
        phone_number: str,
        *,
        deadline: float | None = 600.0,
        longest_pause: float = 15.0,
        on_progress: OnProgress | None = None,
    ) -> WaitResult[ImportedNumber]:
        """
        Wait until *phone_number* is provisioned, provisioning fails, or time runs out.

        Service plan and campaign are provisioned in the background after an import or an
        update. *deadline* is the maximum total time in seconds, ``None`` for no limit, and 0 to
        read the state once. The number is polled at growing intervals of at most
        *longest_pause* seconds, and immediately when `SyncNumbersClient.notify` receives an event
        about the number. *on_progress* receives the progress, instead of the client's function.

        The ``outcome`` of the result is succeeded, failed (``problem`` has the reason and
        advice), or timed out (with the last state); ``get`` returns the number, or raises unless
        the wait succeeded. The ``steps`` are ``sms`` and ``campaign``, each a `LinkState`. Free
        of charge. Each poll is a `get`.

        Raises `NotFoundError` when the number is not imported, according to three reads in a
        row; `InvalidArgumentError` when an argument is invalid; and of the errors that every
        call may raise those that are not transient.
        """
        return self._runner.run(
            self._core.wait_until_provisioned,
            phone_number,
            deadline=deadline,
            longest_pause=longest_pause,
            on_progress=on_progress,
        )

    def import_number(
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

        For numbers with their own network number ID (NNID), which must be provisioned first;
        other numbers are text-enabled instead. Nothing is ported. No price is published: the
        call is treated as billable, and after an ambiguous failure the outcome is verified by
        reading, also after a ``409``. A read cannot show who imported the number, or when: a
        number that is already imported with these settings is returned.
        (API: ``POST /importedNumbers``)

        Raises `AlreadyOwnedError` when the number is imported with other settings;
        `OutcomeUnknownError` when the outcome is unknown; `NumberBusyError` when another call
        about the number is not finished by the deadline, or its outcome is unknown;
        `UnexpectedResultError` when the service imported another number; `StoreError`, before
        anything is sent, when the store cannot be used; `BadRequestError` when the service
        rejects the number or the configuration; `InvalidArgumentError` when the configuration is
        empty or an argument is malformed; and the errors that every call may raise.
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
        sms_configuration: Maybe[ImportedSmsConfigurationInput | None] = UNSET,
        callback_url: Maybe[str | None] = UNSET,
    ) -> ImportedNumber:
        """
        Update the given fields, and return the number.

        ``None`` is sent as ``null``, which may clear the field. An empty ID removes a
        configuration, and a configuration must be removed before another one can be set, in two
        requests. Changes are provisioned in the background. No price is published.
        (API: ``PATCH /importedNumbers/{phoneNumber}``)

        Raises `InvalidArgumentError` when no field is given, the configuration is empty, or the
        number is not in E.164; `BadRequestError` when the service rejects the change, for
        example because an old configuration was not removed; `NotFoundError` when the number is
        not imported; and the errors that every call may raise.
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
        Remove *phone_number* from the project, which then receives no messages for it.

        No price is published. (API: ``DELETE /importedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number is not imported, `InvalidArgumentError` when the
        number is not in E.164, and the errors that every call may raise.
        """
        self._runner.run(self._core.delete, phone_number)

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
    ) -> SyncPager[ImportedNumber]:
        """
        List the imported numbers, all of them or those that match.

        Pass *service_plan_id* and *campaign_id* if you can: the API reference requires both, and
        whether the service enforces this is unconfirmed. *number_pattern* is matched against the
        E.164 number at the position given by *search_pattern*; ``CONTAINS`` is sent as
        ``CONTAIN``, the name of the value on this host. *page_size* is the maximum number of
        results per request, *limit* the maximum in total. A number that cannot be read is left
        out with a warning, or as *on_unreadable* selects: see `SyncPager`. Free of charge.
        (API: ``GET /importedNumbers``)

        Raises `InvalidArgumentError` immediately. Iteration raises `PaginationError` when the
        pages do not end, `UnreadableItemError` with ``on_unreadable="raise"``, and the errors
        that every call may raise, with the ``page_token`` to resume at.
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
                on_unreadable=on_unreadable,
            ),
        )
