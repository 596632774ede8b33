"""
Phone numbers of the service, as immutable values.

A number that changes is another value, so its past can be kept by keeping the old ones,
and numbers with the same configuration can share it.
"""

from datetime import datetime, timedelta

import attrs

__all__ = [
    "IDENTIFIERS",
    "ActiveNumber",
    "AvailableNumber",
    "Money",
    "SmsConfiguration",
    "SmsJob",
    "VoiceConfiguration",
    "VoiceJob",
]

IDENTIFIERS = {"RTC": "appId", "EST": "trunkId", "FAX": "serviceId"}
"""The member that names the voice link, by voice type."""


@attrs.frozen(cache_hash=True)
class Money:
    """An amount, as text with two decimals, and its currency."""

    amount: str
    currency_code: str = "USD"


@attrs.frozen(kw_only=True, cache_hash=True)
class SmsJob:
    """
    A link to an SMS service and a campaign that is being made, or has failed.

    *pace* is the time until the next step; a job without it goes nowhere.
    """

    service_plan_id: str
    campaign_id: str = ""
    status: str = "WAITING"
    last_updated_time: datetime
    error_codes: tuple[str, ...] = ()
    pace: timedelta | None = None


@attrs.frozen(kw_only=True, cache_hash=True)
class VoiceJob:
    """A voice link that is being made, or has failed; *pace* as in `SmsJob`."""

    type: str = "RTC"
    identifier: str
    status: str = "WAITING"
    last_updated_time: datetime
    pace: timedelta | None = None


@attrs.frozen(kw_only=True, cache_hash=True)
class SmsConfiguration:
    """The SMS link that works now, and the job for the next one."""

    service_plan_id: str = ""
    campaign_id: str = ""
    scheduled_provisioning: SmsJob | None = None


@attrs.frozen(kw_only=True, cache_hash=True)
class VoiceConfiguration:
    """The voice link that works now, and the job for the next one."""

    type: str = "RTC"
    identifier: str = ""
    last_updated_time: datetime | None = None
    scheduled_voice_provisioning: VoiceJob | None = None


@attrs.frozen(kw_only=True)
class ActiveNumber:
    """A number that a project rents; *charge_day* is the day of the month it is paid on."""

    phone_number: str
    region_code: str = "US"
    type: str = "LOCAL"
    capability: tuple[str, ...] = ("SMS", "VOICE")
    money: Money = Money("0.50")
    payment_interval_months: int = 1
    display_name: str = ""
    next_charge_date: datetime
    charge_day: int
    expire_at: datetime | None = None
    sms_configuration: SmsConfiguration = SmsConfiguration()
    voice_configuration: VoiceConfiguration = VoiceConfiguration()
    callback_url: str = ""


@attrs.frozen(kw_only=True)
class AvailableNumber:
    """A number in stock, free for anybody to rent."""

    phone_number: str
    region_code: str = "US"
    type: str = "LOCAL"
    capability: tuple[str, ...] = ("SMS", "VOICE")
    setup_price: Money = Money("0.50")
    monthly_price: Money = Money("0.50")
    payment_interval_months: int = 1
    supporting_documentation_required: bool = True
