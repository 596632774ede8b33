"""
Benchmark inventories: the active numbers that servers return, as JSON objects.

- ``uniform``: few distinct values. Five service plans, four voice applications, no
  ``lastUpdatedTime``, no unknown fields.
- ``realistic``: 3,000 customers, each with a service plan, a campaign, a voice application,
  and a callback URL. Customers hold different quantities: the largest one percent of them
  holds about a sixth of the numbers. 5 % of the numbers have a scheduled provisioning, 1 %
  have a field that the package doesn't know.
- ``diverse``: as ``realistic``, but each number has its own customer and its own price, so
  no identifier, name, URL, or timestamp occurs twice, and no amount within 40,000 numbers.

A number depends on its index only, so any page can be generated without the pages before it.
Contents repeat after `Inventory.period` numbers; phone numbers and timestamps don't repeat,
because `MARK` is replaced by the four digits of the block of 1,000 that the number is in.
In ``diverse``, the mark is part of each identifier, name, and URL as well.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Any, Final

UNIFORM: Final = "uniform"
REALISTIC: Final = "realistic"
DIVERSE: Final = "diverse"

MARK: Final = "@@@@"
"""Placeholder for the four digits of the block."""
BLOCK: Final = 1_000
FIRST_BLOCK: Final = 2_000
"""The digits of block 0, so that the digits of every block are four."""
CUSTOMERS: Final = 3_000

Number = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A region and a number type, with its share of the inventory and its price."""

    region: str
    type: str
    share: int
    currency: str
    amount: str
    prefixes: tuple[str, ...]
    capability: tuple[str, ...] = ("SMS", "VOICE")


@dataclass(frozen=True)
class Inventory:
    """A name, the number at each index, and how many indexes differ in content."""

    name: str
    period: int
    make: Callable[[int], Number]
    kinds: tuple[tuple[str, str], ...]

    def template(self, index: int) -> Number:
        """Return the number at *index*, with `MARK` instead of the digits of its block."""
        return self.make(index % self.period)

    def number(self, index: int) -> Number:
        """Return the number at *index*."""
        text = json.dumps(self.template(index)).replace(MARK, block_digits(index // BLOCK))
        number: Number = json.loads(text)
        return number

    def phone_number(self, index: int) -> str:
        """Return the phone number at *index*."""
        return _phone_number(self.name, index % self.period).replace(
            MARK, block_digits(index // BLOCK)
        )

    def phone_numbers(self, count: int) -> list[str]:
        """Return *count* phone numbers spread over 20,000; the first 20,000 are distinct."""
        return [self.phone_number(index * 9_973 % 20_000) for index in range(count)]


@lru_cache(maxsize=32_768)
def _phone_number(name: str, slot: int) -> str:
    found: str = INVENTORIES[name].make(slot)["phoneNumber"]
    return found


def block_digits(block: int) -> str:
    """Return the four digits that replace `MARK` in the numbers of *block*."""
    return f"{FIRST_BLOCK + block:04}"


def index_of(phone_number: str) -> int | None:
    """Return the index that the last seven digits of *phone_number* encode, if any."""
    place, block = phone_number[-7:-4], phone_number[-4:]
    if not (place.isdecimal() and block.isdecimal()) or int(block) < FIRST_BLOCK:
        return None
    return (int(block) - FIRST_BLOCK) * BLOCK + int(place)


# The uniform inventory.

_UNIFORM_KINDS: Final = (
    ("US", "LOCAL", "USD", "0.50"),
    ("US", "LOCAL", "USD", "0.50"),
    ("US", "TOLL_FREE", "USD", "2.00"),
    ("GB", "MOBILE", "GBP", "1.20"),
    ("SE", "MOBILE", "EUR", "3.00"),
    ("CA", "LOCAL", "USD", "0.80"),
    ("DE", "LOCAL", "EUR", "1.00"),
)
_PLANS: Final = ("", "plan-care", "plan-offers", "plan-store", "plan-news")
_VOICES: Final = (("RTC", "app-bot"), ("RTC", ""), ("EST", "trunk-east"), ("FAX", "fax-desk"))
_IDENTIFIERS: Final = {"RTC": "appId", "EST": "trunkId", "FAX": "serviceId"}
_NAMES: Final = ("Billing", "Warehouse", "", "Front desk", "Support", "")


def _uniform(index: int) -> Number:
    region, kind, currency, amount = _UNIFORM_KINDS[index % len(_UNIFORM_KINDS)]
    plan = _PLANS[index % len(_PLANS)]
    campaign = f"C{index % 97:03}" if plan and region == "US" else ""
    voice, identifier = _VOICES[index % len(_VOICES)]
    name = _NAMES[index % len(_NAMES)]
    moment = (
        f"{index % 28 + 1:02}T{index % 24:02}:{index % 60:02}:{index * 7 % 60:02}"
        f".{MARK}{index % 100:02}Z"
    )
    return {
        "phoneNumber": f"+1201{index:03}{MARK}",
        "projectId": "benchmark",
        "displayName": f"{name} {index}" if name else "",
        "regionCode": region,
        "type": kind,
        "capability": ["SMS", "VOICE"] if index % 11 else ["SMS"],
        "money": {"currencyCode": currency, "amount": amount},
        "paymentIntervalMonths": 1,
        "nextChargeDate": f"2030-11-{moment}",
        "expireAt": None if index % 50 else f"2030-12-{moment}",
        "smsConfiguration": {
            "servicePlanId": plan,
            "scheduledProvisioning": None
            if index % 40
            else {
                "servicePlanId": "plan-next",
                "campaignId": campaign,
                "status": "WAITING",
                "lastUpdatedTime": f"2030-10-{moment}",
                "errorCodes": [],
            },
            "campaignId": campaign,
        },
        "voiceConfiguration": {
            **_identifiers(voice, identifier),
            "type": voice,
            "scheduledVoiceProvisioning": None,
            "lastUpdatedTime": None,
        },
        "callbackUrl": "https://hooks.example.net/numbers" if index % 3 else "",
    }


def _identifiers(voice: str, identifier: str) -> dict[str, str]:
    return {member: identifier if voice == tag else "" for tag, member in _IDENTIFIERS.items()}


# The realistic and the diverse inventory.

_US = tuple(f"+1{area}" for area in range(201, 990, 13) if area % 100 != 11)
KINDS: Final = (
    Kind("US", "LOCAL", 420, "USD", "0.50", _US),
    Kind("US", "TOLL_FREE", 90, "USD", "2.00", ("+1800", "+1833", "+1844", "+1855", "+1866")),
    Kind("CA", "LOCAL", 80, "USD", "0.80", ("+1204", "+1416", "+1514", "+1604", "+1647")),
    Kind("GB", "MOBILE", 100, "GBP", "1.20", ("+44740", "+44752", "+44786"), ("SMS",)),
    Kind("GB", "LOCAL", 50, "GBP", "0.90", ("+44161", "+44203"), ("VOICE",)),
    Kind("DE", "LOCAL", 50, "EUR", "1.00", ("+4930", "+4940", "+4989"), ("VOICE",)),
    Kind("DE", "MOBILE", 40, "EUR", "4.50", ("+491515", "+491573")),
    Kind("SE", "MOBILE", 50, "EUR", "3.00", ("+4670", "+4676")),
    Kind("FR", "MOBILE", 40, "EUR", "5.00", ("+3364", "+3367"), ("SMS",)),
    Kind("NL", "MOBILE", 30, "EUR", "3.50", ("+3162", "+3168")),
    Kind("AU", "MOBILE", 30, "AUD", "9.95", ("+6147", "+6148")),
    Kind("BR", "LOCAL", 20, "USD", "6.00", ("+55112", "+55213"), ("VOICE",)),
)
_BOUNDS = tuple(accumulate(kind.share for kind in KINDS))
_FIRST_WORDS: Final = ("Alder", "Brännström", "Cobalt", "Dune", "Ember", "Fjord", "Müller", "Onda")
_SECOND_WORDS: Final = ("Clinics", "Energy", "Foods", "Logistik", "Média", "Retail", "Travel")
_DESKS: Final = ("Billing", "Dispatch", "Front desk", "Marketing", "One-time codes", "Support")
_ERRORS: Final = ("CAMPAIGN_EXPIRED", "SMS_PROVISIONING_FAILED", "EXCEEDED_10DLC_LIMIT")


@dataclass(frozen=True)
class Customer:
    """The owner of numbers, with one service plan, campaign, and voice application."""

    name: str
    plan: str
    next_plan: str
    campaign: str
    voice: str
    identifier: str
    callback_url: str
    kind: Kind
    """The region and type of most of the customer's numbers."""
    amounts: dict[str, str]
    """Negotiated prices, by region and type; mostly none."""


def _customer(seed: str, suffix: str) -> Customer:
    """Return the customer of *seed*, with identifiers that end in *suffix*."""
    random = Random(f"customer {seed}")
    cut = 32 - len(suffix)
    kind = _kind(random)
    name = f"{random.choice(_FIRST_WORDS)} {random.choice(_SECOND_WORDS)} {suffix or seed}"
    voice = random.choices(("RTC", "EST", "FAX"), (70, 20, 10))[0]
    identifier = random.randbytes(16).hex()[:cut] + suffix
    if voice == "RTC":  # the other identifiers are plain, those of applications are UUIDs
        identifier = "-".join(
            identifier[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, None))
        )
    host = f"hooks.customer-{suffix or seed}.example"
    return Customer(
        name,
        random.randbytes(16).hex()[:cut] + suffix,
        random.randbytes(16).hex()[:cut] + suffix,
        f"C{random.randbytes(3).hex().upper()}{suffix}",
        voice,
        identifier,
        f"https://{host}/sinch/numbers?tenant={random.randrange(10**6)}"
        if suffix or random.random() < 0.85
        else "",
        kind,
        {kind.region + kind.type: f"{random.randint(20, 900) / 100:.2f}"}
        if random.random() < 0.1
        else {},
    )


@lru_cache(maxsize=CUSTOMERS)
def _realistic_customer(number: int) -> Customer:
    return _customer(f"{number:04}", "")


def customer_index(slot: int) -> int:
    """
    Return the customer that owns the number at *slot* of the realistic inventory.

    Every fourth number is dealt out in turn, so each customer has a number among the first
    12,000. The density of the others falls with the customer's index to the power of 2/3.
    """
    if slot % 4 == 0:
        return slot // 4 % CUSTOMERS
    return int(CUSTOMERS * Random(f"owner {slot}").random() ** 3)


def _kind(random: Random) -> Kind:
    drawn = random.randrange(_BOUNDS[-1])
    return next(kind for kind, bound in zip(KINDS, _BOUNDS, strict=True) if drawn < bound)


def _realistic(slot: int) -> Number:
    return _number(slot, _realistic_customer(customer_index(slot)))


def _diverse(slot: int) -> Number:
    number = _number(slot, _customer(f"diverse {slot}", f"{MARK}{slot % BLOCK:03}"))
    number["displayName"] = f"{number['displayName']} {MARK}{slot % BLOCK:03}".strip()
    number["money"]["amount"] = f"{(slot + 1) / 100:.2f}"
    return number


def _number(slot: int, customer: Customer) -> Number:
    random = Random(f"number {slot}")
    place = slot % BLOCK

    def timestamp(first_year: int, last_year: int) -> str:
        year, month = random.randint(first_year, last_year), random.randint(1, 12)
        day = random.randint(1, 28)
        second = random.randrange(86_400)
        clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        return f"{year}-{month:02}-{day:02}T{clock}.{MARK}{place % 100:02}Z"

    kind = customer.kind if random.random() < 0.8 else _kind(random)
    sms = "SMS" in kind.capability
    linked_sms = sms and random.random() < 0.93
    linked_voice = "VOICE" in kind.capability and random.random() < 0.8
    campaign = customer.campaign if (kind.region, kind.type) == ("US", "LOCAL") else ""
    scheduled_sms = scheduled_voice = None
    if random.random() < 0.05:
        status = random.choices(("WAITING", "IN_PROGRESS", "FAILED"), (5, 3, 2))[0]
        if sms and random.random() < 0.8:
            scheduled_sms = {
                "servicePlanId": customer.next_plan if linked_sms else customer.plan,
                "campaignId": campaign,
                "status": status,
                "lastUpdatedTime": timestamp(2030, 2030),
                "errorCodes": [random.choice(_ERRORS)] if status == "FAILED" else [],
            }
        else:
            scheduled_voice = {
                **_identifiers(customer.voice, customer.identifier),
                "status": status,
                "lastUpdatedTime": timestamp(2030, 2030),
                "type": customer.voice,
            }
            linked_voice = False
    named = random.random()
    number: Number = {
        "phoneNumber": f"{random.choice(kind.prefixes)}{place:03}{MARK}",
        "projectId": "benchmark",
        "displayName": customer.name
        if named < 0.3
        else f"{customer.name}, {random.choice(_DESKS)} {random.randrange(1000)}"
        if named < 0.85
        else "",
        "regionCode": kind.region,
        "type": kind.type,
        "capability": list(kind.capability),
        "money": {
            "currencyCode": kind.currency,
            "amount": customer.amounts.get(kind.region + kind.type, kind.amount),
        },
        "paymentIntervalMonths": random.choices((1, 3, 6, 12), (90, 3, 2, 5))[0],
        "nextChargeDate": timestamp(2031, 2031),
        "expireAt": timestamp(2032, 2032) if random.random() < 0.03 else None,
        "smsConfiguration": {
            "servicePlanId": customer.plan if linked_sms else "",
            "scheduledProvisioning": scheduled_sms,
            "campaignId": campaign if linked_sms else "",
        },
        "voiceConfiguration": {
            **_identifiers(customer.voice, customer.identifier if linked_voice else ""),
            "type": customer.voice,
            "scheduledVoiceProvisioning": scheduled_voice,
            "lastUpdatedTime": timestamp(2025, 2030),
        },
        "callbackUrl": customer.callback_url,
    }
    if random.random() < 0.01:
        _add_unknown_field(number, random)
    return number


UNKNOWN_FIELDS: Final = {
    "": "labels",
    "money": "taxIncluded",
    "smsConfiguration": "brandId",
    "voiceConfiguration": "recording",
}
"""The fields that the package doesn't know, by the object that they are in."""


def _add_unknown_field(number: Number, random: Random) -> None:
    values = {
        "labels": {"team": f"team-{random.randrange(50)}", "tier": random.randrange(3)},
        "taxIncluded": False,
        "brandId": f"B{random.randbytes(3).hex().upper()}",
        "recording": {"enabled": True, "region": "eu"},
    }
    where, name = random.choice(list(UNKNOWN_FIELDS.items()))
    (number[where] if where else number)[name] = values[name]


_KIND_NAMES = tuple((kind.region, kind.type) for kind in KINDS)
_PERIOD: Final = 40 * BLOCK


def without_unknown(number: Number) -> Number:
    """Return *number* without the fields that the package doesn't know."""
    known = {
        name: {key: inner for key, inner in value.items() if key != UNKNOWN_FIELDS.get(name)}
        if isinstance(value, dict)
        else value
        for name, value in number.items()
    }
    known.pop(UNKNOWN_FIELDS[""], None)
    return known


INVENTORIES: Final = {
    one.name: one
    for one in (
        Inventory(UNIFORM, BLOCK, _uniform, tuple((kind[0], kind[1]) for kind in _UNIFORM_KINDS)),
        Inventory(REALISTIC, _PERIOD, _realistic, _KIND_NAMES),
        Inventory(DIVERSE, _PERIOD, _diverse, _KIND_NAMES),
    )
}
NAMES: Final = tuple(INVENTORIES)
