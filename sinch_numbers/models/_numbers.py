"""Numbers: rented ones, rentable ones, and what they cost."""

from datetime import datetime
from decimal import Decimal

import attrs

from sinch_numbers.models._enums import Capability, NumberType
from sinch_numbers.models._fields import Extra, extra
from sinch_numbers.models._sms import SmsConfiguration
from sinch_numbers.models._voice import VoiceConfiguration

__all__ = ["ActiveNumber", "AvailableNumber", "Money"]


@attrs.frozen
class Money:
    """An exact amount in one currency. A price that lacks either reads as ``None``."""

    currency_code: str
    """ISO 4217, three letters. It depends on the account."""
    amount: Decimal
    """The amount, exact to the digit that the API sent."""


@attrs.frozen
class AvailableNumber:
    """A number in stock that can be rented."""

    phone_number: str
    """The number in E.164, plus sign included."""
    region_code: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    type: NumberType | None = None
    capability: tuple[Capability, ...] = ()
    """Capabilities of the number."""
    setup_price: Money | None = None
    """Charged once, when it is rented."""
    monthly_price: Money | None = None
    """Charged when it is rented and then every ``payment_interval_months``."""
    payment_interval_months: int | None = None
    supporting_documentation_required: bool | None = None
    """
    Whether the region and type ask for documents. US numbers say so and are rented without.
    """
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""


@attrs.frozen
class ActiveNumber:
    """A number that the project rents."""

    phone_number: str
    """The number in E.164, plus sign included."""
    project_id: str | None = None
    display_name: str | None = None
    """The customer's own name for it."""
    region_code: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    type: NumberType | None = None
    capability: tuple[Capability, ...] = ()
    """Capabilities of the number."""
    money: Money | None = None
    """Price per ``payment_interval_months``."""
    payment_interval_months: int | None = None
    next_charge_date: datetime | None = None
    """When it is charged next, in UTC; one month after it was rented at first."""
    expire_at: datetime | None = None
    """When it ends, in UTC, once it was released; ``None`` while it renews."""
    sms_configuration: SmsConfiguration | None = None
    """Its SMS link."""
    voice_configuration: VoiceConfiguration | None = None
    """Its voice link."""
    callback_url: str | None = None
    """Where events about it are posted."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""
