"""
The sync twin of `ActiveNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sinch_numbers import models
from sinch_numbers._client.resources.active_numbers import ActiveNumbers
from sinch_numbers._client.wait_results import WaitResult
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.portal import Runner
from sinch_numbers._core.progress import OnProgress
from sinch_numbers.models import ActiveNumber
from sinch_numbers.models._unset import UNSET, Maybe
from sinch_numbers.sync._pager import SyncPager
from sinch_numbers.sync._twin import ResourceTwin


class SyncActiveNumbers(ResourceTwin):
    """The numbers that the project rents."""

    def __init__(self, core: ActiveNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> ActiveNumber:
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

            number = client.active_numbers.get("+12025550134")
            print(number.status, number.monthly_cost)
        """
        return self._runner.run(self._core.get, phone_number)

    def update(
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

            number = client.active_numbers.update(
                "+12025550134",
                display_name="Front desk",
                callback_url="https://example.com/events",
            )
        """
        return self._runner.run(
            self._core.update,
            phone_number,
            display_name=display_name,
            sms_configuration=sms_configuration,
            voice_configuration=voice_configuration,
            callback_url=callback_url,
        )

    def release(self, phone_number: str) -> ActiveNumber:
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

            number = client.active_numbers.release("+12025550134")
            print("works until", number.expire_at)
        """
        return self._runner.run(self._core.release, phone_number)

    def wait_until_provisioned(
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
        immediately when `SyncNumbersClient.notify` receives an event about it. The first failure
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

            result = client.active_numbers.wait_until_provisioned(
                "+12025550134", deadline=120
            )
            number = result.get()
        """
        return self._runner.run(
            self._core.wait_until_provisioned,
            phone_number,
            sms=sms,
            voice=voice,
            deadline=deadline,
            longest_pause=longest_pause,
            on_progress=on_progress,
        )

    def wait_until_all_provisioned(
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

            results = client.active_numbers.wait_until_all_provisioned(
                ["+12025550134", "+12025550135"], deadline=120
            )
            for phone_number, result in results.items():
                print(phone_number, result.outcome)
        """
        return self._runner.run(
            self._core.wait_until_all_provisioned,
            phone_numbers,
            sms=sms,
            voice=voice,
            deadline=deadline,
            longest_pause=longest_pause,
            on_progress=on_progress,
            concurrency=concurrency,
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
    ) -> SyncPager[ActiveNumber]:
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

            for number in client.active_numbers.list(region_code="US", type="LOCAL"):
                print(number.phone_number, number.display_name)
        """
        return SyncPager(
            self._runner,
            self._core.list(
                region_code=region_code,
                type=type,
                capability=capability,
                number_pattern=number_pattern,
                search_pattern=search_pattern,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
                on_unreadable=on_unreadable,
            ),
        )
