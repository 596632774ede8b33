"""
The sync twin of `ImportedNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from sinch_numbers._client.resources.imported_numbers import ImportedNumbers
from sinch_numbers._client.wait_results import WaitResult
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

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The number is not imported.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = client.imported_numbers.get("+12025550160")
            print(number.display_name)
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

        Service plan and campaign are provisioned in the background after an import or an update.
        The number is polled at growing intervals, and immediately when `SyncNumbersClient.notify`
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

            result = client.imported_numbers.wait_until_provisioned(
                "+12025550160", deadline=120
            )
            print(result.explanation)
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

            number = client.imported_numbers.import_number(
                "+12025550161",
                region_code="US",
                sms_configuration=SmsConfiguration("my-service-plan"),
            )
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

            number = client.imported_numbers.update(
                "+12025550160", display_name="Old office line"
            )
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

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The number is not imported.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            client.imported_numbers.delete("+12025550160")
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

            for number in client.imported_numbers.list(region_code="US"):
                print(number.phone_number, number.display_name)
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
