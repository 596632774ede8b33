"""
The sync twin of `AvailableNumbers`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from collections.abc import Sequence

from sinch_numbers._client.resources.available_numbers import AvailableNumbers
from sinch_numbers._core.arguments import SmsInput, VoiceInput
from sinch_numbers._core.portal import Runner
from sinch_numbers.models import (
    ActiveNumber,
    AvailableNumber,
    Capability,
    NumberType,
    SearchPattern,
)


class SyncAvailableNumbers:
    """The numbers in stock, for the project to rent."""

    def __init__(self, core: AvailableNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> AvailableNumber:
        """
        Return the price sheet of *phone_number*, which can be rented now.

        Free of charge. (API: ``GET /availableNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it cannot be rented, `InvalidArgumentError` when it is
        not in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def search(
        self,
        *,
        region_code: str,
        type: NumberType | str,
        capabilities: Sequence[Capability | str] | Capability | str = (),
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        size: int | None = None,
    ) -> tuple[AvailableNumber, ...]:
        """
        Return numbers that can be rented, in no particular order; possibly none.

        *capabilities* asks for at least what it names. *number_pattern* is matched against
        the full E.164 number: with ``START`` it must begin with the plus sign. *size* is how
        many are wanted at most; there are no further pages. Free of charge.
        (API: ``GET /availableNumbers``)

        Raises `InvalidArgumentError` when the region code is malformed or the size not
        positive, and the errors that every call may raise.
        """
        return self._runner.run(
            self._core.search,
            region_code=region_code,
            type=type,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            size=size,
        )

    def rent(
        self,
        phone_number: str,
        *,
        sms_configuration: SmsInput | None = None,
        voice_configuration: VoiceInput | None = None,
        callback_url: str | None = None,
        must_be_new: bool = False,
    ) -> ActiveNumber:
        """
        Rent *phone_number*, and return it. **This costs**: the set-up price and a month.

        Name only the links you want; they are made in the background, so the number shows them
        as scheduled at first. After an ambiguous failure the outcome is verified by reading,
        and the call is retried only if it is proven to have had no effect. That read cannot
        distinguish a number that the project rented before from one that was rented just now;
        *must_be_new* checks first. (API: ``POST /availableNumbers/{phoneNumber}:rent``)

        Raises `AlreadyOwnedError` when it must be new and is not, `OutcomeUnknownError`
        when it may or may not have happened, `NotFoundError` when the number is not free,
        `PermissionDeniedError` when the account may not rent, `BadRequestError` when the
        service does not take a configuration, `InvalidArgumentError` when a configuration
        is empty or contradicts itself or the number is not in E.164, and the errors that
        every call may raise.
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
        type: NumberType | str,
        capabilities: Sequence[Capability | str] | Capability | str = (),
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        sms_configuration: SmsInput | None = None,
        voice_configuration: VoiceInput | None = None,
        callback_url: str | None = None,
    ) -> ActiveNumber:
        """
        Rent a number that the service picks, and return it. **This costs**; no price is shown.

        Reads cannot distinguish such rents, so callers must resolve ambiguous failures;
        `rent_first` does the same with a guarantee, and everywhere. The service takes it
        for US ``LOCAL`` numbers only. (API: ``POST /availableNumbers:rentAny``)

        Raises `OutcomeUnknownError` whenever it may or may not have happened,
        `RateLimitError` at once, `BadRequestError` outside US ``LOCAL``, `NotFoundError`
        when nothing fits, `InvalidArgumentError` when an argument is malformed, and the
        errors that every call may raise.
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
        type: NumberType | str,
        capabilities: Sequence[Capability | str] | Capability | str = (),
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        sms_configuration: SmsInput | None = None,
        voice_configuration: VoiceInput | None = None,
        callback_url: str | None = None,
        candidates: int = 10,
    ) -> ActiveNumber:
        """
        Search and rent the first number still available. **This costs.**

        Searches for *candidates* numbers and rents one of them as `rent` does, with the same
        guarantee: at most one number is billed, even if responses are lost.
        (API: ``GET /availableNumbers``, ``POST /availableNumbers/{phoneNumber}:rent``)

        Raises `OutOfStockError` when nothing fits or all that does is taken, and whatever
        `search` and `rent` raise.
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
