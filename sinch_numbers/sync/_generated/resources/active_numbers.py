"""
The sync twin of `ActiveNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from collections.abc import Iterable, Mapping, Sequence

from sinch_numbers._client.provisioning import Provisioning
from sinch_numbers._client.resources.active_numbers import ActiveNumbers
from sinch_numbers._core.arguments import SmsInput, VoiceInput
from sinch_numbers._core.portal import Runner
from sinch_numbers.models import ActiveNumber, Capability, NumberType, OrderBy, SearchPattern
from sinch_numbers.models._unset import UNSET, Maybe
from sinch_numbers.sync._pager import SyncPager


class SyncActiveNumbers:
    """The numbers that the project rents."""

    def __init__(self, core: ActiveNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> ActiveNumber:
        """
        Return the rented number *phone_number*.

        Free of charge. (API: ``GET /activeNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the project does not rent it, `InvalidArgumentError` when
        it is not in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def update(
        self,
        phone_number: str,
        *,
        display_name: Maybe[str | None] = UNSET,
        sms_configuration: Maybe[SmsInput | None] = UNSET,
        voice_configuration: Maybe[VoiceInput | None] = UNSET,
        callback_url: Maybe[str | None] = UNSET,
    ) -> ActiveNumber:
        """
        Update the given fields, and return the number.

        ``None`` is sent as ``null``, which may erase; an empty identifier unlinks, and a
        number has to be unlinked before it can be linked elsewhere. Links are made in the
        background: until then the number shows the old one, and the new one as scheduled.
        Free of charge. (API: ``PATCH /activeNumbers/{phoneNumber}``)

        Raises `InvalidArgumentError` when there is nothing to change, a configuration is
        empty or contradicts itself, or the number is not in E.164; `BadRequestError` when
        the service does not take the change; `NotFoundError` when the project does not rent
        the number; and the errors that every call may raise.
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
        End the rent of *phone_number*, and return the number with its ``expire_at``.

        It stays, and works, until the paid month is over; nothing is refunded, and there is no
        way back. After an ambiguous failure the outcome is verified by reading, and the call
        is retried only if it is proven to have had no effect.
        (API: ``POST /activeNumbers/{phoneNumber}:release``)

        Raises `OutcomeUnknownError` when it may or may not have happened, `NotFoundError`
        when the project does not rent the number, `InvalidArgumentError` when it is not in
        E.164, and the errors that every call may raise.
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
    ) -> Provisioning:
        """
        Wait until the links of *phone_number* are made, have failed, or time is up.

        Links are made in the background, after a rent or an update. *sms* (the campaign
        included) and *voice* say what to wait for: ``True`` for a link that has to be there
        in the end, ``False`` for one that does not matter, ``None`` for one that is waited
        for if it is in the making. *deadline* is how many seconds that may take in all,
        ``None`` for any time; how long the service takes is not published. The number is
        read, soon at first and then ever more rarely, *longest_pause* seconds apart at most,
        and at once when `SyncNumbersClient.notify` gets an event about it.

        How it ended is the ``outcome`` of the result: all made, failed with the error codes
        and what they mean, or timed out with the last state seen. One failure ends the wait.
        Nothing is changed. Free of charge. Each look is a `get`.

        Raises `NotFoundError` when the project does not rent the number, three reads in a
        row; `InvalidArgumentError` when there is nothing to wait for or the number is not in
        E.164; and of the errors that every call may raise those that are not transient.
        """
        return self._runner.run(
            self._core.wait_until_provisioned,
            phone_number,
            sms=sms,
            voice=voice,
            deadline=deadline,
            longest_pause=longest_pause,
        )

    def wait_until_all_provisioned(
        self,
        phone_numbers: Iterable[str],
        *,
        sms: bool | None = None,
        voice: bool | None = None,
        deadline: float | None = 600.0,
        longest_pause: float = 15.0,
        concurrency: int = 8,
    ) -> Mapping[str, Provisioning]:
        """
        Wait for the links of many numbers at once, and return how it ended for each.

        `wait_until_provisioned` describes the arguments; the *deadline* is one
        for all. *concurrency* reads are under way at a time. The result has every number once,
        in the order given. A number that cannot be read does not stop the others: its
        outcome says so. Free of charge. Each look is a `get`.

        Raises `InvalidArgumentError` when there is nothing to wait for, *concurrency* is not
        positive or a number is not in E.164; nothing was sent then.
        """
        return self._runner.run(
            self._core.wait_until_all_provisioned,
            phone_numbers,
            sms=sms,
            voice=voice,
            deadline=deadline,
            longest_pause=longest_pause,
            concurrency=concurrency,
        )

    def list(
        self,
        *,
        region_code: str | None = None,
        type: NumberType | str | None = None,
        capability: Sequence[Capability | str] | Capability | str | None = None,
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        order_by: OrderBy | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> SyncPager[ActiveNumber]:
        """
        List the rented numbers, all of them or those that match.

        Nothing is sent before the first step. *capability* asks for at least what it names;
        *number_pattern* is matched against the full E.164 number, including the plus sign, at
        the position that *search_pattern* names. *page_size* is how many numbers one request
        may bring, *limit* how many are wanted in all. Free of charge.
        (API: ``GET /activeNumbers``)

        Raises `InvalidArgumentError` at once; on the way `PaginationError` when the pages
        do not end, and the errors that every call may raise, with the ``page_token`` to
        resume at.
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
            ),
        )
