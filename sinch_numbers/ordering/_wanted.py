"""The numbers of a purchase: given numbers, or a quantity of matching ones."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from sinch_numbers._client import prices
from sinch_numbers._client.client import NumbersClient
from sinch_numbers._client.prices import Quote
from sinch_numbers._client.resources.number_orders import LARGEST_QUANTITY, creation
from sinch_numbers._core import arguments
from sinch_numbers._core.concurrency import gather
from sinch_numbers._core.items import OnUnreadable
from sinch_numbers.errors import InvalidArgumentError, OutOfStockError
from sinch_numbers.models import (
    AvailableNumber,
    CapabilitiesInput,
    NumberType,
    NumberTypeInput,
    SearchPatternInput,
    SmsConfigurationInput,
    VoiceConfigurationInput,
)

Kind = tuple[str, NumberType]
"""Region and type."""

US_LOCAL: Final[Kind] = ("US", NumberType.LOCAL)
_FEW: Final = 10
"""Numbers to search for the price of one."""
_CONCURRENCY: Final = 8


@attrs.frozen(kw_only=True)
class Wanted:
    """The numbers that a caller wants to buy."""

    phone_numbers: tuple[str, ...]
    """The numbers to buy; empty if the service picks them."""
    quantity: int | None
    """Count of the numbers that the service picks."""
    kind: Kind | None
    """Region and type; ``None`` for given numbers without them."""
    criteria: Mapping[str, Any]
    """Capabilities and pattern."""
    links: Mapping[str, Any]
    """Configurations and callback URL."""

    @classmethod
    def of(
        cls,
        *,
        region_code: str | None,
        type: NumberTypeInput | None,
        phone_numbers: Sequence[str] | str | None,
        quantity: int | None,
        capabilities: CapabilitiesInput = (),
        number_pattern: str | None = None,
        search_pattern: SearchPatternInput | None = None,
        sms_configuration: SmsConfigurationInput | None = None,
        voice_configuration: VoiceConfigurationInput | None = None,
        callback_url: str | None = None,
    ) -> "Wanted":
        """Validate the arguments of a purchase, before any request."""
        criteria: dict[str, Any] = {
            "capabilities": capabilities,
            "number_pattern": number_pattern,
            "search_pattern": search_pattern,
        }
        links: dict[str, Any] = {
            "sms_configuration": sms_configuration,
            "voice_configuration": voice_configuration,
            "callback_url": callback_url,
        }
        if (region_code is None) is not (type is None):
            missing = "region_code" if region_code is None else "type"
            raise InvalidArgumentError(missing, "region_code together with type")
        numbers: list[str] = []
        if phone_numbers is not None:
            if quantity is not None or any(criteria.values()):
                raise InvalidArgumentError(
                    "phone_numbers", "no quantity, capabilities, or pattern beside given numbers"
                )
            given = [phone_numbers] if isinstance(phone_numbers, str) else phone_numbers
            numbers = arguments.phone_numbers(given, "phone_numbers", most=LARGEST_QUANTITY)
        else:
            if region_code is None:
                raise InvalidArgumentError("region_code", "region_code and type, or phone_numbers")
            quantity = 1 if quantity is None else arguments.positive(quantity, "quantity")
            if quantity > LARGEST_QUANTITY:
                raise InvalidArgumentError("quantity", f"1 to {LARGEST_QUANTITY}", quantity)
        # The body of a quantity order has all arguments, so that each of them is validated.
        body = creation(
            region_code=US_LOCAL[0] if region_code is None else region_code,
            type=US_LOCAL[1] if type is None else type,
            phone_number=None,
            requested_quantity=quantity or 1,
            sequential=None,
            **criteria,
            **links,
        )
        kind = None if region_code is None else (body["regionCode"], body["numberType"])
        return cls(
            phone_numbers=tuple(numbers),
            quantity=quantity,
            kind=kind,
            criteria=criteria,
            links=links,
        )

    @property
    def search(self) -> dict[str, Any]:
        """The arguments of a search for matching numbers."""
        kind = self.kind or US_LOCAL
        return {"region_code": kind[0], "type": kind[1], **self.criteria}

    @property
    def count(self) -> int:
        """Number of requested numbers."""
        return self.quantity or len(self.phone_numbers)

    def only(self, offers: Sequence[AvailableNumber]) -> "Wanted":
        """Return a purchase of *offers*, which match, with the same configuration."""
        numbers = tuple(offer.phone_number for offer in offers)
        return attrs.evolve(self, phone_numbers=numbers, quantity=None)

    async def offers(
        self, client: NumbersClient, on_unreadable: OnUnreadable = "warn"
    ) -> tuple[AvailableNumber, ...]:
        """Read the given numbers, or matching ones, with their prices."""
        if self.quantity is None:
            outcomes = await gather(
                client.available_numbers.get, self.phone_numbers, concurrency=_CONCURRENCY
            )
            return tuple(outcome.get() for outcome in outcomes)
        found = await client.available_numbers.search(
            **self.search, size=max(_FEW, self.quantity), on_unreadable=on_unreadable
        )
        if len(found) < self.quantity:
            raise OutOfStockError(
                f"{len(found)} of {self.quantity} matching numbers are available"
                if found
                else "no available number matches"
            )
        return found

    def kind_of(self, offer: AvailableNumber) -> Kind:
        """Return region and type of a given number; raise if others were requested."""
        kind = (offer.region_code, offer.type)
        if self.kind not in (None, kind):
            raise InvalidArgumentError(
                "phone_numbers", f"numbers of {' '.join(self.kind or ())}", offer.phone_number
            )
        return kind


async def quote(
    client: NumbersClient, wanted: Wanted, on_unreadable: OnUnreadable = "warn"
) -> Quote:
    """Return the price of *wanted*."""
    return prices.quote(await wanted.offers(client, on_unreadable), wanted.quantity)
