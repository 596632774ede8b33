"""Regions, with their number types, formats and prices."""

import attrs

from sinch_numbers.sandbox._state.numbers import Money

__all__ = ["REGIONS", "Offer", "Region"]


@attrs.frozen
class Offer:
    """
    Number type in a region, with its prices and number format.

    A number is one of *prefixes* followed by as many *digits*.
    """

    type: str
    prefixes: tuple[str, ...]
    digits: int
    price: Money
    capability: tuple[str, ...] = ("SMS", "VOICE")


@attrs.frozen
class Region:
    """Region with its share of the inventory, and whether it requires documents."""

    code: str
    name: str
    share: int
    offers: tuple[Offer, ...]
    documents: bool = False

    @property
    def types(self) -> tuple[str, ...]:
        """Return the available number types."""
        return tuple(offer.type for offer in self.offers)


_US_AREAS = (
    "201 202 203 205 206 207 208 212 213 214 215 216 218 224 225 228 239 240 248 251 "
    "253 301 302 303 304 305 307 310 312 314 315 316 317 319 320 323 330 402 404 405 "
    "406 407 408 410 412 415 417 419 425 469 470 480 501 502 503 504 505 508 509 510"
)
_CA_AREAS = "204 226 236 249 250 289 306 343 365 403 416 418 431 437 450 506 514 604 613 647"


def _nanp(areas: str) -> tuple[str, ...]:
    return tuple(f"+1{area}" for area in areas.split())


_VOICE = ("VOICE",)
_SMS = ("SMS",)


def _eur(amount: str) -> Money:
    # The account pays in dollars, but a few regions are priced in euros, so clients must keep
    # currencies apart when adding up prices.
    return Money(amount, "EUR")


def _local(*prefixes: str, digits: int, price: Money, both: bool = True) -> Offer:
    return Offer("LOCAL", prefixes, digits, price, ("SMS", "VOICE") if both else _VOICE)


def _mobile(*prefixes: str, digits: int, price: Money, both: bool = True) -> Offer:
    return Offer("MOBILE", prefixes, digits, price, ("SMS", "VOICE") if both else _SMS)


def _free(*prefixes: str, digits: int, price: Money) -> Offer:
    return Offer("TOLL_FREE", prefixes, digits, price, _VOICE)


REGIONS = (
    Region(
        "US",
        "United States",
        50,
        (
            _local(*_nanp(_US_AREAS), digits=7, price=Money("0.50")),
            Offer("TOLL_FREE", _nanp("800 844 866 877 888"), 7, Money("2.00")),
        ),
        documents=True,
    ),
    Region(
        "CA",
        "Canada",
        7,
        (
            _local(*_nanp(_CA_AREAS), digits=7, price=Money("0.80")),
            Offer("TOLL_FREE", _nanp("833 855"), 7, Money("2.50")),
        ),
    ),
    Region(
        "GB",
        "United Kingdom",
        7,
        (
            _mobile("+447400", "+447700", digits=6, price=Money("1.20")),
            _local("+44113", "+44117", digits=7, price=Money("1.00"), both=False),
            _free("+44808", digits=7, price=Money("3.00")),
        ),
    ),
    Region(
        "SE",
        "Sweden",
        5,
        (
            _mobile("+4670", "+4672", digits=7, price=Money("1.50")),
            _local("+468", "+4631", digits=7, price=Money("1.00"), both=False),
            _free("+4620", digits=7, price=Money("4.00")),
        ),
    ),
    Region(
        "DE",
        "Germany",
        5,
        (
            _mobile("+4915", "+4916", digits=9, price=_eur("2.00")),
            _local("+4930", "+4989", digits=8, price=_eur("1.50"), both=False),
            _free("+49800", digits=7, price=_eur("6.00")),
        ),
        documents=True,
    ),
    Region(
        "FR",
        "France",
        4,
        (
            _mobile("+336", "+337", digits=8, price=_eur("2.20")),
            _local("+331", "+334", digits=8, price=_eur("1.40"), both=False),
        ),
        documents=True,
    ),
    Region(
        "ES",
        "Spain",
        3,
        (
            _mobile("+346", digits=8, price=_eur("1.90")),
            _local("+3491", digits=7, price=_eur("1.30"), both=False),
        ),
        documents=True,
    ),
    Region(
        "AU",
        "Australia",
        4,
        (
            _mobile("+614", digits=8, price=Money("3.00")),
            _local("+612", "+613", digits=8, price=Money("2.00"), both=False),
            _free("+611800", digits=6, price=Money("8.00")),
        ),
        documents=True,
    ),
    Region(
        "BR",
        "Brazil",
        3,
        (
            _local("+5511", "+5521", digits=8, price=Money("2.50"), both=False),
            _mobile("+55119", digits=8, price=Money("3.50")),
        ),
        documents=True,
    ),
    Region("NL", "Netherlands", 2, (_mobile("+316", digits=8, price=Money("2.00")),)),
    Region(
        "IT",
        "Italy",
        2,
        (
            _mobile("+393", digits=9, price=Money("2.60")),
            _local("+3906", digits=7, price=Money("1.80"), both=False),
        ),
        documents=True,
    ),
    Region("PL", "Poland", 2, (_mobile("+4850", "+4860", digits=7, price=Money("1.10")),)),
    Region("NO", "Norway", 1, (_mobile("+474", "+479", digits=7, price=Money("1.70")),)),
    Region("DK", "Denmark", 1, (_mobile("+4520", "+4530", digits=6, price=Money("1.40")),)),
    Region("FI", "Finland", 1, (_mobile("+35840", "+35850", digits=7, price=Money("1.60")),)),
    Region("IE", "Ireland", 1, (_local("+3531", digits=7, price=Money("1.20"), both=False),)),
    Region("CH", "Switzerland", 1, (_mobile("+4176", "+4179", digits=7, price=Money("4.00")),)),
    Region("SG", "Singapore", 1, (_mobile("+658", "+659", digits=7, price=Money("5.00")),)),
)
"""All regions; the shares add up to 100."""
