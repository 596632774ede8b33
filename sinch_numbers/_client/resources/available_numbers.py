"""``/availableNumbers``: search and rent available numbers."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sinch_numbers._client.bodies.configurations import sms_to_link, voice_to_link
from sinch_numbers._client.bodies.searches import number_pattern_of
from sinch_numbers._client.resources.active_numbers import ActiveNumbers
from sinch_numbers._core import arguments
from sinch_numbers._core.billing.evidence import SHOWN_BY_RENTS, Evidence, of_rent, of_rents
from sinch_numbers._core.billing.journal import OPEN_STATES, Claims, JournalEntry
from sinch_numbers._core.choices import choice, choices, optional_choice
from sinch_numbers._core.items import OnUnreadable, UnreadableItem, is_of
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.retry.policy import BILLABLE, SAFE
from sinch_numbers._core.serialization import converter
from sinch_numbers.errors import (
    AlreadyOwnedError,
    APIResponseError,
    NotFoundError,
    NumberBusyError,
    OutOfStockError,
    UnreadableItemError,
)
from sinch_numbers.models import (
    ActiveNumber,
    AvailableNumber,
    CapabilitiesInput,
    Capability,
    NumberType,
    NumberTypeInput,
    SearchPattern,
    SearchPatternInput,
    SmsConfigurationInput,
    VoiceConfigurationInput,
)
from sinch_numbers.models._unset import UNSET

__all__ = ["AvailableNumbers"]


class AvailableNumbers(Resource):
    """The numbers that are available to the project; `NumbersClient.buy` buys them."""

    _PATH = "/availableNumbers/{phoneNumber}"
    _GET = Operation("getAvailableNumber", "GET", _PATH, AvailableNumber, SAFE)

    async def get(self, phone_number: str) -> AvailableNumber:
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

            offer = await client.available_numbers.get("+12025550150")
            print(offer.setup_price, offer.monthly_price)
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(self._GET, phone_number, expected_number=phone_number)

    _SEARCH = Operation(
        "searchAvailableNumbers",
        "GET",
        "/availableNumbers",
        AvailableNumber,
        SAFE,
        items="available_numbers",
    )

    async def search(
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

            offers = await client.available_numbers.search(
                region_code="US",
                type="LOCAL",
                number_pattern="+1202",
                search_pattern="START",
                size=5,
            )
            for offer in offers:
                print(offer.phone_number, offer.monthly_price)
        """
        return await self._listed(
            self._SEARCH,
            query={
                "regionCode": arguments.region_code(region_code),
                "type": choice(type, NumberType, "type"),
                "capabilities": choices(capabilities, Capability, "capabilities"),
                "numberPattern.pattern": arguments.optional(
                    number_pattern, arguments.text, "number_pattern"
                ),
                "numberPattern.searchPattern": optional_choice(
                    search_pattern, SearchPattern, "search_pattern"
                ),
                "size": arguments.optional(size, arguments.positive, "size"),
            },
            on_unreadable=on_unreadable,
        )

    async def _confirm_rent(self, entry: JournalEntry) -> Evidence:
        now = await self._find(
            ActiveNumbers.GET,
            *entry.segments,
            expected_number=entry.subject,
            needs=SHOWN_BY_RENTS,
        )
        return of_rent(entry, now)

    _RENT = Operation(
        "rentNumber",
        "POST",
        _PATH + ":rent",
        ActiveNumber,
        BILLABLE,
        cost="billable",
        confirm=_confirm_rent,
        claims=Claims.ACQUIRES,
    )

    async def rent(
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

        Prefer `NumbersClient.buy`, which orders numbers of all regions and types. The API
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

            number = await client.available_numbers.rent("+12025550150")  # billable
            print("rented", number.phone_number)
        """
        phone_number = arguments.phone_number(phone_number)
        links = links_of(sms_configuration, voice_configuration, callback_url)
        return await self._rent(phone_number, links, must_be_new=must_be_new)

    async def _rent(
        self,
        phone_number: str,
        links: Mapping[str, Any],
        *,
        waits: bool = True,
        must_be_new: bool = False,
    ) -> ActiveNumber:
        return await self._call(
            self._RENT,
            phone_number,
            json=links,
            expected_number=phone_number,
            waits=waits,
            must_be_new=arguments.flag(must_be_new, "must_be_new"),
        )

    async def _confirm_rent_any(self, entry: JournalEntry) -> Evidence:
        """Find the rented number by listing: a number that no entry of the journal explains."""
        request = entry.request
        pattern = request.get("numberPattern", {})
        store = self._pipeline.billing.store
        owned = await store.owned(entry.origin, entry.project_id)
        readable_in_part: list[ActiveNumber] = []

        def read_in_part(item: UnreadableItem) -> None:
            number = _evident(item)
            if number is not None:
                readable_in_part.append(number)
            elif item.name not in owned:  # it may be the rented one
                raise UnreadableItemError(f"could not be read: {item}", item)

        numbers = self._paged(
            ActiveNumbers.LIST,
            query={
                "regionCode": request["regionCode"],
                "type": request["type"],
                "capability": request.get("capabilities"),
                "numberPattern.pattern": pattern.get("pattern"),
                "numberPattern.searchPattern": pattern.get("searchPattern"),
                "pageSize": 1000,
            },
            limit=None,
            on_unreadable=read_in_part,
        )
        open_entries = await store.entries(
            origin=entry.origin, project_id=entry.project_id, states=tuple(OPEN_STATES)
        )
        alike = [one for one in open_entries if _is_alike(one, entry)]
        found = [one async for one in numbers] + readable_in_part
        unexplained = [
            one
            for one in found
            if one.phone_number not in owned and is_of(entry.project_id, one.project_id)
        ]
        return of_rents(entry, alike, unexplained)

    _RENT_ANY = Operation(
        "rentAnyNumber",
        "POST",
        "/availableNumbers:rentAny",
        ActiveNumber,
        BILLABLE,
        cost="billable",
        confirm=_confirm_rent_any,
        claims=Claims.PICKS,
    )

    async def rent_any(
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

        Prefer `NumbersClient.buy`, which orders numbers of all regions and types.
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

            number = await client.available_numbers.rent_any(
                region_code="US", type="LOCAL"
            )  # billable
        """
        wanted = choices(capabilities, Capability, "capabilities")
        return await self._call(
            self._RENT_ANY,
            json={
                "regionCode": arguments.region_code(region_code),
                "type": choice(type, NumberType, "type"),
                "capabilities": list(wanted) or UNSET,
                "numberPattern": number_pattern_of(number_pattern, search_pattern),
                **links_of(sms_configuration, voice_configuration, callback_url),
            },
        )

    async def rent_first(
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

        Prefer `NumbersClient.buy`, which orders numbers of all regions and types.
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

            number = await client.available_numbers.rent_first(  # billable
                region_code="US", type="LOCAL", number_pattern="+1202", search_pattern="START"
            )
        """
        return await self._rent_first(
            {
                "region_code": region_code,
                "type": type,
                "capabilities": capabilities,
                "number_pattern": number_pattern,
                "search_pattern": search_pattern,
            },
            links_of(sms_configuration, voice_configuration, callback_url),
            candidates=candidates,
        )

    async def _rent_first(
        self,
        criteria: Mapping[str, Any],
        links: Mapping[str, Any],
        *,
        candidates: int,
        check_price: Callable[[AvailableNumber], object] | None = None,
    ) -> ActiveNumber:
        """Rent the first number of a search that is available; *check_price* may raise."""
        size = arguments.positive(candidates, "candidates")
        tried: set[str] = set()
        for _ in range(2):
            unreadable: list[UnreadableItem] = []
            found = await self.search(**criteria, size=size, on_unreadable=unreadable.append)
            offers = {offer.phone_number: offer for offer in found}
            named = [*offers]
            if check_price is None:
                # A price that cannot be read must not keep a number from being rented.
                named += _numbers_of(unreadable)
            untried = [number for number in named if number not in tried]
            if not untried:
                break
            tried.update(untried)
            random.shuffle(untried)  # so that workers do not compete for the same number
            for number in untried:
                if check_price is not None:
                    check_price(offers[number])
                try:
                    return await self._rent(number, links, waits=False)
                except (NotFoundError, AlreadyOwnedError, NumberBusyError):
                    continue  # rented by another customer, or by another call for this project
        taken = (
            f"all {len(tried)} candidates were taken" if tried else "no available number matches"
        )
        raise OutOfStockError(taken)


def _evident(item: UnreadableItem) -> ActiveNumber | None:
    """Return the number in *item* if the fields by which a rent is recognized can be read."""
    try:
        number = converter.load_in_part(item.raw, ActiveNumber)
    except APIResponseError:
        return None
    return number if SHOWN_BY_RENTS.isdisjoint(number.extra.unreadable) else None


def _numbers_of(items: Sequence[UnreadableItem]) -> list[str]:
    """Return the phone numbers of the readable *items*."""
    return [item.name for item in items if item.name and arguments.is_phone_number(item.name)]


def _is_alike(one: JournalEntry, other: JournalEntry) -> bool:
    """Whether two entries requested the same, so that their effects are interchangeable."""
    return one.operation == other.operation and one.request == other.request


def links_of(
    sms_configuration: SmsConfigurationInput | None,
    voice_configuration: VoiceConfigurationInput | None,
    callback_url: str | None,
) -> dict[str, Any]:
    return {
        "smsConfiguration": sms_to_link(sms_configuration),
        "voiceConfiguration": voice_to_link(voice_configuration),
        "callbackUrl": arguments.optional(callback_url, arguments.text, "callback_url"),
    }
