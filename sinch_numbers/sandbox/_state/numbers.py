"""
Number state, as immutable values.

A changed number is a new value, so past states are kept by keeping old values, and numbers
with the same configuration can share it.
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
"""Field that identifies the voice link, by voice type."""


@attrs.frozen(cache_hash=True)
class Money:
    """Amount, as a str with two decimals, and its currency."""

    amount: str
    currency_code: str = "USD"


@attrs.frozen(kw_only=True, cache_hash=True)
class SmsJob:
    """
    Pending or failed provisioning of an SMS service plan and campaign.

    *pace* is the time until the next step; a job without *pace* never advances.
    """

    service_plan_id: str = ""
    campaign_id: str = ""
    status: str = "WAITING"
    last_updated_time: datetime
    error_codes: tuple[str, ...] = ()
    pace: timedelta | None = None


@attrs.frozen(kw_only=True, cache_hash=True)
class VoiceJob:
    """Pending or failed voice provisioning; *pace* as in `SmsJob`."""

    type: str = "RTC"
    identifier: str = ""
    status: str = "WAITING"
    last_updated_time: datetime
    pace: timedelta | None = None


@attrs.frozen(kw_only=True, cache_hash=True)
class SmsConfiguration:
    """SMS configuration: the current link and the pending or failed job."""

    service_plan_id: str = ""
    campaign_id: str = ""
    scheduled_provisioning: SmsJob | None = None


@attrs.frozen(kw_only=True, cache_hash=True)
class VoiceConfiguration:
    """Voice configuration: the current link and the pending or failed job."""

    type: str = "RTC"
    identifier: str = ""
    last_updated_time: datetime | None = None
    scheduled_voice_provisioning: VoiceJob | None = None


@attrs.frozen(kw_only=True)
class ActiveNumber:
    """
    Active number; *charge_day* is the day of the month it is charged on.

    *planted_at* is when a test added it: dates up to then stay as they are and have no effect.
    """

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
    planted_at: datetime | None = None

    def keeps(self, date: datetime) -> bool:
        """
        Return whether a date of the number had passed when a test added the number.

        Called by the package.

        Args:
            date: A date of the number.
        """
        return self.planted_at is not None and date <= self.planted_at

    def ended(self, now: datetime) -> bool:
        """
        Return whether the number has been removed by *now*.

        Called by the package.

        Args:
            now: The sandbox's time.
        """
        end = self.expire_at
        return end is not None and end <= now and not self.keeps(end)


@attrs.frozen(kw_only=True)
class AvailableNumber:
    """Available number, free to rent."""

    phone_number: str
    region_code: str = "US"
    type: str = "LOCAL"
    capability: tuple[str, ...] = ("SMS", "VOICE")
    setup_price: Money = Money("0.50")
    monthly_price: Money = Money("0.50")
    payment_interval_months: int = 1
    supporting_documentation_required: bool = True
