"""
The sync twin of `ActiveNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sinch_numbers import models
from sinch_numbers._client.resources.active_numbers import ActiveNumbers
from sinch_numbers._client.waiting import WaitResult
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

        Raises `NotFoundError` when the project does not rent the number, `InvalidArgumentError`
        when the number is not in E.164, and the errors that every call may raise:
        `APIConnectionError`, `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
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

        Configurations are provisioned in the background after a rent or an update. *sms*
        (including the campaign) and *voice* select what to wait for: ``True`` requires a
        configuration, ``False`` ignores it, and ``None`` waits only if provisioning is in
        progress. *deadline* is the maximum total time in seconds, ``None`` for no limit, and 0
        to read the state once; the service does not publish how long provisioning takes. The
        number is polled at growing intervals of at most *longest_pause* seconds, and
        immediately when `SyncNumbersClient.notify` receives an event about it. *on_progress*
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

        The arguments are those of `wait_until_provisioned`, with one *deadline* for all
        numbers. *concurrency* is the maximum number of concurrent reads. The result has every
        number once, in the given order. A number that cannot be read does not stop the others;
        its outcome is ``unreadable``, and its ``get`` raises the error. Free of charge. Each
        poll is a `get`.

        Raises `InvalidArgumentError`, before any request is sent, when *sms* and *voice* are
        both ``False``, *concurrency* is not positive, or a number is not in E.164.
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
        List the rented numbers, all of them or those that match.

        No request is sent before the first iteration. *capability* selects numbers with at
        least the given capabilities. *number_pattern* is matched against the full E.164 number,
        including the plus sign, at the position given by *search_pattern*. *page_size* is the
        maximum number of results per request, *limit* the maximum in total. A number that
        cannot be read is left out with a warning, or as *on_unreadable* selects: see `SyncPager`.
        Free of charge. (API: ``GET /activeNumbers``)

        Raises `InvalidArgumentError` immediately. Iteration raises `PaginationError` when the
        pages do not end, `UnreadableItemError` with ``on_unreadable="raise"``, and the errors
        that every call may raise, with the ``page_token`` to resume at.
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
