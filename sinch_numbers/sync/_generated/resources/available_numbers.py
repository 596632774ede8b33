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

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The number cannot be rented.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            offer = client.available_numbers.get("+12025550150")
            print(offer.setup_price, offer.monthly_price)
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

        Free of charge. (API: ``GET /availableNumbers``)

        Args:
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            type: Number type: ``MOBILE``, ``LOCAL``, or ``TOLL_FREE``.
            capabilities: Capabilities that the number must have: ``SMS``, ``VOICE``, or both.
            number_pattern: Digits to find in the full E.164 number, plus sign included.
            search_pattern: Position of *number_pattern*: ``START``, ``CONTAINS``, or ``END``.
            size: Maximum number of results; the API has no further pages.
            on_unreadable: Handling of an item that cannot be read: ``"warn"`` leaves it out
                with a warning, ``"raise"`` raises, and a function receives it.

        Raises:
            InvalidArgumentError: An argument is malformed or a value is not one of its enum.
            UnreadableItemError: An item cannot be read, with ``on_unreadable="raise"``.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            offers = client.available_numbers.search(
                region_code="US",
                type="LOCAL",
                number_pattern="+1202",
                search_pattern="START",
                size=5,
            )
            for offer in offers:
                print(offer.phone_number, offer.monthly_price)
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

        Configurations are provisioned in the background, so the number shows them as scheduled at
        first. After an ambiguous failure the outcome is verified by reading, and the call is
        retried only if it is proven to have had no effect, which takes the settle timeout. A
        number that a read finds may be another worker's: it confirms the rent only with a
        ``store`` or ``sole_renter``, for which the number is read before the rent, too, or by the
        ID that ``tag_callback`` adds. A result with fields that cannot be read has their names in
        ``extra.unreadable``. (API: ``POST /availableNumbers/{phoneNumber}:rent``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.
            sms_configuration: Service plan, and campaign in the US; provisioned in the background.
            voice_configuration: App, trunk, or fax service; provisioned in the background.
            callback_url: URL for events about the number.
            must_be_new: Read before the rent, also without a store, so that a number that the
                project already rents is not taken for the result.

        Raises:
            AlreadyOwnedError: Another call rented the number for the project, or the read before
                the rent found it.
            NumberBusyError: Another call about the number is not finished by the deadline, or its
                outcome is unknown.
            OutcomeUnknownError: The outcome is unknown, with the number in ``candidates`` if a
                read found it.
            UnexpectedResultError: The service rented another number.
            StoreError: The store cannot be used; nothing is sent.
            NotFoundError: The number is not available.
            PermissionDeniedError: The account may not rent.
            BadRequestError: The service rejects a configuration, or the region and type.
            InvalidArgumentError: An argument is malformed, or a configuration is empty,
                contradictory, or has a campaign without a service plan.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = client.available_numbers.rent("+12025550150")  # billable
            print("rented", number.phone_number)
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
        such calls run one at a time, the only one that was rented since is the result. The
        call is never repeated after an ambiguous failure; `rent_first` has the guarantee of
        `rent`. (API: ``POST /availableNumbers:rentAny``)

        Args:
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            type: Number type: ``MOBILE``, ``LOCAL``, or ``TOLL_FREE``.
            capabilities: Capabilities that the number must have: ``SMS``, ``VOICE``, or both.
            number_pattern: Digits to find in the full E.164 number, plus sign included.
            search_pattern: Position of *number_pattern*: ``START``, ``CONTAINS``, or ``END``.
            sms_configuration: Service plan, and campaign in the US; provisioned in the background.
            voice_configuration: App, trunk, or fax service; provisioned in the background.
            callback_url: URL for events about the number.

        Raises:
            OutcomeUnknownError: The outcome is unknown, with the numbers that may be the result in
                ``candidates``.
            NumberBusyError: Another such call is not finished by the deadline, or its outcome is
                unknown.
            StoreError: The store cannot be used; nothing is sent.
            RateLimitError: Rate limited; not retried.
            BadRequestError: The region and type are not US ``LOCAL``.
            NotFoundError: No number matches.
            InvalidArgumentError: An argument is malformed.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = client.available_numbers.rent_any(
                region_code="US", type="LOCAL"
            )  # billable
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
        **Billable**: the price of one `rent`. Searches, and rents one of the results as `rent`
        does, with the same guarantee: at most one number is billed, even if responses are
        lost. Skips candidates that others took, and those that another call rented or is
        renting; if none is left, searches again, once, for others. After an unknown outcome no
        other candidate is rented. (API: ``GET /availableNumbers``, ``POST
        /availableNumbers/{phoneNumber}:rent``)

        Args:
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            type: Number type: ``MOBILE``, ``LOCAL``, or ``TOLL_FREE``.
            capabilities: Capabilities that the number must have: ``SMS``, ``VOICE``, or both.
            number_pattern: Digits to find in the full E.164 number, plus sign included.
            search_pattern: Position of *number_pattern*: ``START``, ``CONTAINS``, or ``END``.
            sms_configuration: Service plan, and campaign in the US; provisioned in the background.
            voice_configuration: App, trunk, or fax service; provisioned in the background.
            callback_url: URL for events about the number.
            candidates: Number of search results to try, in random order.

        Raises:
            OutOfStockError: No number matches, or every match of both searches is taken.
            OutcomeUnknownError: The outcome is unknown, with the number in ``candidates`` if a
                read found it.
            UnexpectedResultError: The service rented another number.
            StoreError: The store cannot be used; nothing is sent.
            PermissionDeniedError: The account may not rent.
            BadRequestError: The service rejects a configuration, or the region and type.
            InvalidArgumentError: An argument is malformed, or a configuration is empty,
                contradictory, or has a campaign without a service plan.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            number = client.available_numbers.rent_first(  # billable
                region_code="US", type="LOCAL", number_pattern="+1202", search_pattern="START"
            )
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
