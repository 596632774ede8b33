"""``/availableNumbers``: search and rent available numbers."""

from collections.abc import Sequence
from typing import Any

import attrs

from sinch_numbers._client.resources.active_numbers import ActiveNumbers
from sinch_numbers._core import arguments
from sinch_numbers._core.arguments import SmsInput, VoiceInput
from sinch_numbers._core.call import Call
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.retry.policy import BILLABLE, SAFE
from sinch_numbers.errors import (
    AlreadyOwnedError,
    NotFoundError,
    OutOfStockError,
    SinchNumbersError,
)
from sinch_numbers.models import (
    ActiveNumber,
    AvailableNumber,
    Capability,
    NumberType,
    SearchPattern,
)
from sinch_numbers.models._unset import UNSET

__all__ = ["AvailableNumbers"]


@attrs.frozen
class _Hits:
    available_numbers: tuple[AvailableNumber, ...] = ()


class AvailableNumbers(Resource):
    """The numbers that are available for the project to rent."""

    _PATH = "/availableNumbers/{phoneNumber}"
    _GET = Operation("getAvailableNumber", "GET", _PATH, AvailableNumber, SAFE)

    async def get(self, phone_number: str) -> AvailableNumber:
        """
        Return *phone_number* with its prices, if the number is available for rent.

        Free of charge. (API: ``GET /availableNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number cannot be rented, `InvalidArgumentError` when the
        number is not in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(self._GET, phone_number, expected_number=phone_number)

    _SEARCH = Operation("searchAvailableNumbers", "GET", "/availableNumbers", _Hits, SAFE)

    async def search(
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
        Search available numbers; the result may be empty and has no particular order.

        *capabilities* selects numbers with at least the given capabilities. *number_pattern* is
        matched against the full E.164 number: with ``START`` it must begin with the plus sign.
        *size* is the maximum number of results; the API has no further pages. Free of charge.
        (API: ``GET /availableNumbers``)

        Raises `InvalidArgumentError` when the region code is malformed or *size* is not
        positive, and the errors that every call may raise.
        """
        hits = await self._call(
            self._SEARCH,
            query={
                "regionCode": arguments.region_code(region_code),
                "type": type,
                "capabilities": capabilities,
                "numberPattern.pattern": number_pattern,
                "numberPattern.searchPattern": search_pattern,
                "size": None if size is None else arguments.positive(size, "size"),
            },
        )
        return hits.available_numbers

    async def _confirm_rent(self, call: Call) -> ActiveNumber | None:
        return await self._find(
            ActiveNumbers.GET, *call.segments, expected_number=call.expected_number
        )

    _RENT = Operation(
        "rentNumber",
        "POST",
        _PATH + ":rent",
        ActiveNumber,
        BILLABLE,
        cost="billable",
        confirm=_confirm_rent,
    )

    async def rent(
        self,
        phone_number: str,
        *,
        sms_configuration: SmsInput | None = None,
        voice_configuration: VoiceInput | None = None,
        callback_url: str | None = None,
        must_be_new: bool = False,
    ) -> ActiveNumber:
        """
        Rent *phone_number*, and return it.

        **Billable**: the setup price and one month. The API reference (October 2026) deprecates
        this operation and limits it to US ``LOCAL`` numbers; `number_orders` serve all regions
        and types. Production's rejection of other numbers is documented, not observed.

        Pass only the configurations to set. They are provisioned in the background, so the
        number shows them as scheduled at first.
        After an ambiguous failure the outcome is verified by reading, and the call is retried
        only if it is proven to have had no effect. That read cannot distinguish a number that
        the project already rented from one that was rented just now; with *must_be_new*, a read
        before the rent checks this. (API: ``POST /availableNumbers/{phoneNumber}:rent``)

        Raises `AlreadyOwnedError` when *must_be_new* is set and the project already rents the
        number, `OutcomeUnknownError` when the outcome is unknown, `NotFoundError` when the
        number is not available, `PermissionDeniedError` when the account may not rent,
        `BadRequestError` when the service rejects a configuration or the region and type,
        `InvalidArgumentError` when a configuration is empty or contradictory or the number is
        not in E.164, and the errors that every call may raise.
        """
        phone_number = arguments.phone_number(phone_number)
        links = _links(sms_configuration, voice_configuration, callback_url)
        if must_be_new and await self._owned(phone_number):
            raise AlreadyOwnedError(phone_number)
        locks = self._pipeline.context.locks
        locks.reserve(phone_number)
        try:
            return await self._call(
                self._RENT, phone_number, json=links, expected_number=phone_number
            )
        except SinchNumbersError as error:
            if not error.maybe_applied:
                locks.cancel_reservation(phone_number)
            raise

    async def _owned(self, phone_number: str) -> bool:
        """Return whether the project rents *phone_number*."""
        number = await self._find(ActiveNumbers.GET, phone_number, expected_number=phone_number)
        return number is not None

    _RENT_ANY = Operation(
        "rentAnyNumber",
        "POST",
        "/availableNumbers:rentAny",
        ActiveNumber,
        BILLABLE,
        cost="billable",
    )

    async def rent_any(
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
        Rent a number that the service picks, and return it.

        **Billable**: you don't see the number or the price first. Reads cannot distinguish such
        rents, so callers must resolve ambiguous failures. Prefer `rent_first`, which has
        the guarantee of `rent`. The API reference (October 2026) deprecates this operation and
        limits it to US ``LOCAL`` numbers. (API: ``POST /availableNumbers:rentAny``)

        Raises `OutcomeUnknownError` after any ambiguous failure, `RateLimitError` without a
        retry, `BadRequestError` outside US ``LOCAL``, `NotFoundError` when no number matches,
        `InvalidArgumentError` when an argument is malformed, and the errors that every call may
        raise.
        """
        wanted = [capabilities] if isinstance(capabilities, str) else capabilities
        pattern = {"pattern": number_pattern, "searchPattern": search_pattern}
        pattern = {name: value for name, value in pattern.items() if value is not None}
        return await self._call(
            self._RENT_ANY,
            json={
                "regionCode": arguments.region_code(region_code),
                "type": type,
                "capabilities": list(wanted) or UNSET,
                "numberPattern": pattern or UNSET,
                **_links(sms_configuration, voice_configuration, callback_url),
            },
        )

    async def rent_first(
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
        Search and rent the first number still available.

        **Billable**: the price of one `rent`. Searches for *candidates* numbers and rents one
        of them as `rent` does, with the same guarantee: at most one number is billed, even if
        responses are lost. US ``LOCAL`` numbers only, as for `rent`.
        (API: ``GET /availableNumbers``, ``POST /availableNumbers/{phoneNumber}:rent``)

        Raises `OutOfStockError` when no number matches or every match is taken, and the errors
        that `search` and `rent` raise.
        """
        found = await self.search(
            region_code=region_code,
            type=type,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            size=candidates,
        )
        for number in found:
            if self._pipeline.context.locks.is_reserved(number.phone_number):
                continue  # by another call of this client; a read could not distinguish the two
            try:
                return await self.rent(
                    number.phone_number,
                    sms_configuration=sms_configuration,
                    voice_configuration=voice_configuration,
                    callback_url=callback_url,
                )
            except NotFoundError:
                continue  # taken by another customer
        taken = (
            f"all {len(found)} candidates were taken" if found else "no available number matches"
        )
        raise OutOfStockError(taken)


def _links(
    sms_configuration: SmsInput | None,
    voice_configuration: VoiceInput | None,
    callback_url: str | None,
) -> dict[str, Any]:
    return {
        "smsConfiguration": arguments.sms_to_link(sms_configuration),
        "voiceConfiguration": arguments.voice_to_link(voice_configuration),
        "callbackUrl": UNSET if callback_url is None else callback_url,
    }
