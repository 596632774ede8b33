"""
What the canned server answers, as bytes: the service's shapes, with nothing behind them.

Any number of numbers can be listed: a page is a template of which the numbers and their
times are the page's own, so that no two numbers of a list are equal.
"""

import json
from functools import lru_cache
from itertools import cycle, islice
from typing import Any, Final

_PAGE: Final = "PPPPPP"
"""Stands for the number of the page: six digits."""
_FIRST_PAGE: Final = 200_000

_KINDS: Final = (
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


def _number(phone_number: str, index: int) -> dict[str, Any]:
    region, kind, currency, amount = _KINDS[index % len(_KINDS)]
    plan = _PLANS[index % len(_PLANS)]
    campaign = f"C{index % 97:03}" if plan and region == "US" else ""
    voice, identifier = _VOICES[index % len(_VOICES)]
    name = _NAMES[index % len(_NAMES)]
    # The sixth digits are the page's: a list has no two equal times.
    moment = f"{index % 28 + 1:02}T{index % 24:02}:{index % 60:02}:{index * 7 % 60:02}.{_PAGE}Z"
    identifiers = {
        member: identifier if voice == tag else "" for tag, member in _IDENTIFIERS.items()
    }
    return {
        "phoneNumber": phone_number,
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
            **identifiers,
            "type": voice,
            "scheduledVoiceProvisioning": None,
            "lastUpdatedTime": None,
        },
        "callbackUrl": "https://hooks.example.net/numbers" if index % 3 else "",
    }


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=8)
def _template(count: int) -> list[bytes]:
    """Return what stands around the number of the page, wherever that is."""
    numbers = (_text(_number(f"+1{_PAGE}{index:04}", index)) for index in range(count))
    return ",".join(numbers).encode().split(_PAGE.encode())


def phone_number(index: int, page_size: int) -> str:
    """Return the number at *index* of a list in pages of *page_size*."""
    page, place = divmod(index, page_size)
    return f"+1{_FIRST_PAGE + page}{place:04}"


def phone_numbers(count: int) -> list[str]:
    """Return *count* numbers to ask for, one by one."""
    held = [phone_number(index, 1000) for index in range(1000)]
    return list(islice(cycle(held), count))


def page(held: int, offset: int, page_size: int) -> bytes:
    """Return the page of a list of *held* numbers that starts at *offset*."""
    count = max(0, min(page_size, held - offset))
    numbers = (b"%06d" % (_FIRST_PAGE + offset // page_size)).join(_template(count))
    following = str(offset + count) if offset + count < held else ""
    return b'{"activeNumbers":[%b],"nextPageToken":"%b","totalSize":%d}' % (
        numbers,
        following.encode(),
        held,
    )


_ONE: Final = _text(_number("NUMBER", 36)).replace(_PAGE, "565459").encode()


def one(phone_number: bytes) -> bytes:
    """Return the number *phone_number*."""
    return _ONE.replace(b"NUMBER", phone_number)


REGIONS: Final = _text(
    {
        "availableRegions": [
            {"regionCode": region, "regionName": region, "types": types}
            for region, types in {
                region: sorted({kind[1] for kind in _KINDS if kind[0] == region})
                for region in dict.fromkeys(kind[0] for kind in _KINDS)
            }.items()
        ]
    }
).encode()


def token(count: int, expires_in: int) -> bytes:
    """Return the token that was fetched as number *count*."""
    text = f"eyJhbGciOiAibm9uZSIsICJ0eXAiOiAiSldUIn0.{count:064}.signature"
    return _text(
        {"access_token": text, "expires_in": expires_in, "scope": "", "token_type": "bearer"}
    ).encode()
