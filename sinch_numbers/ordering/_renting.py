"""Purchases without orders: rents of US LOCAL numbers, which the vendor deprecates."""

from typing import Final

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._client.prices import Budget, total
from sinch_numbers._client.resources.available_numbers import links_of
from sinch_numbers.errors import (
    OutcomeUnknownError,
    PurchaseIncompleteError,
    SinchNumbersError,
)
from sinch_numbers.models import ActiveNumber, AvailableNumber
from sinch_numbers.ordering._wanted import Wanted

_CANDIDATES: Final = 10


async def rent_numbers(
    client: NumbersClient, wanted: Wanted, budget: Budget
) -> tuple[ActiveNumber, ...]:
    """Rent the *wanted* numbers one by one, within *budget*."""
    stock = client.available_numbers
    rented: list[ActiveNumber] = []
    chosen: list[AvailableNumber] = []

    def check_price(offer: AvailableNumber) -> None:
        offers = [*chosen[: len(rented)], offer]
        budget.check(
            total([one.monthly_price for one in offers]),
            total([one.setup_price for one in offers]),
        )
        chosen[len(rented) :] = [offer]

    async def rent_next() -> ActiveNumber:
        if wanted.phone_numbers:
            return await stock.rent(wanted.phone_numbers[len(rented)], **wanted.links)
        return await stock._rent_first(  # noqa: SLF001 - of this package
            wanted.search,
            links_of(**wanted.links),
            candidates=_CANDIDATES,
            check_price=check_price if budget.is_limited else None,
        )

    try:
        while len(rented) < wanted.count:
            rented.append(await rent_next())
    except SinchNumbersError as error:
        if not rented:
            raise
        bought = ", ".join(number.phone_number for number in rented)
        message = f"rented {len(rented)} of {wanted.count} numbers ({bought})"
        if isinstance(error, OutcomeUnknownError):
            error.add_note(message)
            raise
        raise PurchaseIncompleteError(
            f"{message}; {error.message}", numbers=tuple(rented)
        ) from error
    return tuple(rented)
