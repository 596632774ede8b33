"""
The sync twin of `AvailableNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from sinch_numbers._client.resources.available_numbers import AvailableNumbers
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers._core.portal import Runner
from sinch_numbers.models import (
    ActiveNumber,
    AvailableNumber,
    CapabilitiesInput,
    NumberTypeInput,
    SearchPatternInput,
    SmsConfigurationInput,
    VoiceConfigurationInput,
)
from sinch_numbers.sync._twin import ResourceTwin


class SyncAvailableNumbers(ResourceTwin):
    """The numbers that are available to the project; `SyncNumbersClient.buy` buys them."""

    def __init__(self, core: AvailableNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> AvailableNumber:
        """
        Return *phone_number* with its prices, if the number is available for rent.

        Free of charge. (API: ``GET /availableNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number cannot be rented, `InvalidArgumentError` when the
        number is not in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def search(
        self,
        *,
        region_code: str,
        type: NumberTypeInput,
        capabilities: CapabilitiesInput = (),
        number_pattern: str | None = None,
        search_pattern: SearchPatternInput | None = None,
        size: int | None = None,
        on_unreadable: OnUnreadable = "warn",
    ) -> tuple[AvailableNumber, ...]:
        """
        Search available numbers; the result may be empty and has no particular order.

        *capabilities* selects numbers with at least the given capabilities. *number_pattern* is
        matched against the full E.164 number: with ``START`` it must begin with the plus sign.
        *size* is the maximum number of results; the API has no further pages. A number that
        cannot be read is left out with a warning, or as *on_unreadable* selects: see
        `OnUnreadable`. Free of charge. (API: ``GET /availableNumbers``)

        Raises `InvalidArgumentError` when an argument is malformed or a value is not one of its
        enum, `UnreadableItemError` with ``on_unreadable="raise"``, and the errors that every
        call may raise.
        """
        return self._runner.run(
            self._core.search,
            region_code=region_code,
            type=type,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            size=size,
            on_unreadable=on_unreadable,
        )

    def rent(
        self,
        phone_number: str,
        *,
        sms_configuration: SmsConfigurationInput | None = None,
        voice_configuration: VoiceConfigurationInput | None = None,
        callback_url: str | None = None,
        must_be_new: bool = False,
    ) -> ActiveNumber:
        """
        Rent *phone_number*, and return it. Deprecated by the vendor; US ``LOCAL`` only.

        Prefer `SyncNumbersClient.buy`, which orders numbers of all regions and types. The API
        reference (October 2026) deprecates this operation and limits it to US ``LOCAL``; the call
        is sent for every number, since the service decides. Production's rejection of other
        numbers is documented, not observed. **Billable**: the setup price and one month.

        Pass only the configurations to set. They are provisioned in the background, so the
        number shows them as scheduled at first.
        After an ambiguous failure the outcome is verified by reading, and the call is retried
        only if it is proven to have had no effect, which takes the settle timeout. A number that
        a read finds may be another worker's: it confirms the rent only with a ``store`` or
        ``sole_renter``, for which the number is read before the rent, too, or by the ID that
        ``tag_callback`` adds. With *must_be_new*, every client reads before the rent. A result
        with fields that cannot be read has their names in ``extra.unreadable``.
        (API: ``POST /availableNumbers/{phoneNumber}:rent``)

        Raises `AlreadyOwnedError` when another call rented the number for the project, or the
        read before the rent found it; `NumberBusyError` when another call about the number is
        not finished by the deadline, or its outcome is unknown; `OutcomeUnknownError` when the
        outcome is unknown, with the number in ``candidates`` if a read found it;
        `UnexpectedResultError` when the service rented another number; `StoreError`, before
        anything is sent, when the store cannot be used; `NotFoundError` when the number is not
        available; `PermissionDeniedError` when the account may not rent; `BadRequestError` when
        the service rejects a configuration, or the region and type; `InvalidArgumentError` when
        an argument is malformed, or a configuration is empty, contradictory, or has a campaign
        without a service plan; and the errors that every call may raise.
        """
        return self._runner.run(
            self._core.rent,
            phone_number,
            sms_configuration=sms_configuration,
            voice_configuration=voice_configuration,
            callback_url=callback_url,
            must_be_new=must_be_new,
        )

    def rent_any(
        self,
        *,
        region_code: str,
        type: NumberTypeInput,
        capabilities: CapabilitiesInput = (),
        number_pattern: str | None = None,
        search_pattern: SearchPatternInput | None = None,
        sms_configuration: SmsConfigurationInput | None = None,
        voice_configuration: VoiceConfigurationInput | None = None,
        callback_url: str | None = None,
    ) -> ActiveNumber:
        """
        Rent a number that the service picks. Deprecated by the vendor; US ``LOCAL`` only.

        Prefer `SyncNumbersClient.buy`, which orders numbers of all regions and types.
        **Billable**: you don't see the number or the price first. After an ambiguous failure
        the numbers of the project are listed: with a ``store`` or ``sole_renter``, for which
        such calls run one at a time, the only one that was rented since is the result. The call
        is never repeated after an ambiguous failure; `rent_first` has the guarantee of `rent`.
        (API: ``POST /availableNumbers:rentAny``)

        Raises `OutcomeUnknownError` when the outcome is unknown, with the numbers that may be
        the result in ``candidates``; `NumberBusyError` when another such call is not finished by
        the deadline, or its outcome is unknown; `StoreError`, before anything is sent, when the
        store cannot be used; `RateLimitError` without a retry; `BadRequestError` outside US
        ``LOCAL``; `NotFoundError` when no number matches; `InvalidArgumentError` when an
        argument is malformed; and the errors that every call may raise.
        """
        return self._runner.run(
            self._core.rent_any,
            region_code=region_code,
            type=type,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            sms_configuration=sms_configuration,
            voice_configuration=voice_configuration,
            callback_url=callback_url,
        )

    def rent_first(
        self,
        *,
        region_code: str,
        type: NumberTypeInput,
        capabilities: CapabilitiesInput = (),
        number_pattern: str | None = None,
        search_pattern: SearchPatternInput | None = None,
        sms_configuration: SmsConfigurationInput | None = None,
        voice_configuration: VoiceConfigurationInput | None = None,
        callback_url: str | None = None,
        candidates: int = 10,
    ) -> ActiveNumber:
        """
        Rent the first number still available. Deprecated by the vendor; US ``LOCAL`` only.

        Prefer `SyncNumbersClient.buy`, which orders numbers of all regions and types.
        **Billable**: the price of one `rent`. Searches for *candidates* numbers and rents one
        of them as `rent` does, with the same guarantee: at most one number is billed, even if
        responses are lost. Skips candidates that others took, and those that another call
        rented or is renting; if none is left, searches again, once, for others. After an unknown
        outcome no other candidate is rented.
        (API: ``GET /availableNumbers``, ``POST /availableNumbers/{phoneNumber}:rent``)

        Raises `OutOfStockError` when no number matches or every match of both searches is taken,
        and the errors that `search` and `rent` raise, except for those that lead to the next
        candidate: `NotFoundError`, `AlreadyOwnedError` and `NumberBusyError`.
        """
        return self._runner.run(
            self._core.rent_first,
            region_code=region_code,
            type=type,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            sms_configuration=sms_configuration,
            voice_configuration=voice_configuration,
            callback_url=callback_url,
            candidates=candidates,
        )
