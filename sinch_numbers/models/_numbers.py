"""Active numbers, available numbers and prices."""

from datetime import datetime
from decimal import Decimal

import attrs

from sinch_numbers.models._enums import Capability, NumberType
from sinch_numbers.models._fields import Extra, extra
from sinch_numbers.models._serializable import Model
from sinch_numbers.models._sms import SmsConfiguration
from sinch_numbers.models._voice import VoiceConfiguration

__all__ = ["ActiveNumber", "AvailableNumber", "Money"]


@attrs.frozen
class Money(Model):
    """Exact amount in one currency; if the API omits either, the price is ``None``."""

    currency_code: str
    """ISO 4217, three letters. Depends on the account."""
    amount: Decimal
    """Exact amount, with all digits that the API sent."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class AvailableNumber(Model):
    """Available number, which can be rented."""

    phone_number: str
    """Phone number in E.164, plus sign included."""
    region_code: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    type: NumberType | None = None
    capability: tuple[Capability, ...] = ()
    """Products that can use the number."""
    setup_price: Money | None = None
    """Charged once, when the number is rented."""
    monthly_price: Money | None = None
    """Charged when the number is rented and then every ``payment_interval_months``."""
    payment_interval_months: int | None = None
    supporting_documentation_required: bool | None = None
    """
    Whether the region and type require documents.

    True for US numbers too, although they are rented without documents.
    """
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class ActiveNumber(Model):
    """Active number: a number that the project rents."""

    phone_number: str
    """Phone number in E.164, plus sign included."""
    project_id: str | None = None
    display_name: str | None = None
    """Display name, set by the customer."""
    region_code: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    type: NumberType | None = None
    capability: tuple[Capability, ...] = ()
    """Products that can use the number."""
    money: Money | None = None
    """Price for every ``payment_interval_months``."""
    payment_interval_months: int | None = None
    next_charge_date: datetime | None = None
    """Next charge, in UTC; initially one month after the number was rented."""
    expire_at: datetime | None = None
    """Expiration of a released number, in UTC; ``None`` while the number renews."""
    sms_configuration: SmsConfiguration | None = None
    """SMS configuration."""
    voice_configuration: VoiceConfiguration | None = None
    """Voice configuration."""
    callback_url: str | None = None
    """Callback URL for events about the number."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""
