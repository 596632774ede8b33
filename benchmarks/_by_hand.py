"""
Hand-written readers of a number: the upper limit for generated code.

Straight-line code for the numbers of the realistic inventory, without checks of types: with the
constructors of the models, and with unguarded subclasses that are filled field by field. What
is irregular, 6 % of the numbers, is left to the converter.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sinch_numbers import ActiveNumber, EstVoice, FaxVoice, Money, NumberType, RtcVoice
from sinch_numbers._core.serialization import converter
from sinch_numbers.models import Capability, SmsConfiguration
from sinch_numbers.models._fields import NOTHING

Read = Callable[[dict[str, Any]], ActiveNumber]

_otherwise = converter.structure_hook(ActiveNumber)
_parse = datetime.fromisoformat
_types = NumberType._value2member_map_
_capabilities = {
    ("SMS", "VOICE"): (Capability.SMS, Capability.VOICE),
    ("SMS",): (Capability.SMS,),
    ("VOICE",): (Capability.VOICE,),
}
_prices: dict[tuple[str, str], Money] = {}


def read_by_constructors(given: dict[str, Any]) -> ActiveNumber:
    """Read a number with the constructors of the models."""
    if len(given) != 13:
        return _otherwise(given, ActiveNumber)  # type: ignore[no-any-return]  # a hook of cattrs
    sms, voice, money = given["smsConfiguration"], given["voiceConfiguration"], given["money"]
    if (
        len(sms) != 3
        or len(voice) != 6
        or len(money) != 2
        or sms["scheduledProvisioning"] is not None
        or voice["scheduledVoiceProvisioning"] is not None
    ):
        return _otherwise(given, ActiveNumber)  # type: ignore[no-any-return]  # a hook of cattrs
    key = currency, amount = money["currencyCode"], money["amount"]
    price = _prices.get(key)
    if price is None:
        price = _prices[key] = Money(currency, Decimal(amount))
    tag = voice["type"]
    changed = voice["lastUpdatedTime"]
    moment = None if changed is None else _parse(changed)
    linked: RtcVoice | EstVoice | FaxVoice
    if tag == "RTC":
        linked = RtcVoice(voice["appId"] or None, last_updated_time=moment)
    elif tag == "EST":
        linked = EstVoice(voice["trunkId"] or None, last_updated_time=moment)
    else:
        linked = FaxVoice(voice["serviceId"] or None, last_updated_time=moment)
    expires = given["expireAt"]
    return ActiveNumber(
        given["phoneNumber"],
        given["projectId"],
        given["displayName"] or None,
        given["regionCode"],
        _types[given["type"]],  # type: ignore[arg-type]  # mypy has no type for the members
        _capabilities[tuple(given["capability"])],
        price,
        given["paymentIntervalMonths"],
        _parse(given["nextChargeDate"]),
        None if expires is None else _parse(expires),
        SmsConfiguration(sms["servicePlanId"] or None, sms["campaignId"] or None),
        linked,
        given["callbackUrl"] or None,
    )


_SETTERS = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}


def _unguarded(cls: type) -> Any:
    """Return a subclass of a frozen class, whose instances can be changed."""
    return type(cls.__name__, (cls,), {"__slots__": (), **_SETTERS})


_Number, _Sms = _unguarded(ActiveNumber), _unguarded(SmsConfiguration)
_VOICES = {
    str(type_): (_unguarded(cls), cls, type_) for type_, cls in converter.VOICE_VARIANTS.items()
}
_new = object.__new__


def read_unguarded(given: dict[str, Any]) -> ActiveNumber:
    """Read a number without constructors, which set each field by a function call."""
    if len(given) != 13:
        return _otherwise(given, ActiveNumber)  # type: ignore[no-any-return]  # a hook of cattrs
    sms, voice, money = given["smsConfiguration"], given["voiceConfiguration"], given["money"]
    if (
        len(sms) != 3
        or len(voice) != 6
        or len(money) != 2
        or sms["scheduledProvisioning"] is not None
        or voice["scheduledVoiceProvisioning"] is not None
    ):
        return _otherwise(given, ActiveNumber)  # type: ignore[no-any-return]  # a hook of cattrs
    key = currency, amount = money["currencyCode"], money["amount"]
    price = _prices.get(key)
    if price is None:
        price = _prices[key] = Money(currency, Decimal(amount))
    sms_made = _new(_Sms)
    sms_made.service_plan_id = sms["servicePlanId"] or None
    sms_made.campaign_id = sms["campaignId"] or None
    sms_made.scheduled_provisioning = None
    sms_made.extra = NOTHING
    sms_made.__class__ = SmsConfiguration
    tag = voice["type"]
    unguarded, guarded, type_ = _VOICES[tag]
    linked = _new(unguarded)
    if tag == "RTC":
        linked.app_id = voice["appId"] or None
    elif tag == "EST":
        linked.trunk_id = voice["trunkId"] or None
    else:
        linked.service_id = voice["serviceId"] or None
    changed = voice["lastUpdatedTime"]
    linked.type = type_
    linked.last_updated_time = None if changed is None else _parse(changed)
    linked.scheduled_voice_provisioning = None
    linked.extra = NOTHING
    linked.__class__ = guarded
    number = _new(_Number)
    number.phone_number = given["phoneNumber"]
    number.project_id = given["projectId"]
    number.display_name = given["displayName"] or None
    number.region_code = given["regionCode"]
    number.type = _types[given["type"]]
    number.capability = _capabilities[tuple(given["capability"])]
    number.money = price
    number.payment_interval_months = given["paymentIntervalMonths"]
    number.next_charge_date = _parse(given["nextChargeDate"])
    expires = given["expireAt"]
    number.expire_at = None if expires is None else _parse(expires)
    number.sms_configuration = sms_made
    number.voice_configuration = linked
    number.callback_url = given["callbackUrl"] or None
    number.extra = NOTHING
    number.__class__ = ActiveNumber
    return number  # type: ignore[no-any-return]  # of the class that it was just given
