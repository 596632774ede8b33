"""Active numbers, available numbers and prices."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

import attrs

from sinch_numbers.models._display import number_html
from sinch_numbers.models._enums import Capability, NumberType
from sinch_numbers.models._fields import FILLED, Extra, extra
from sinch_numbers.models._serializable import Model
from sinch_numbers.models._sms import SmsConfiguration
from sinch_numbers.models._voice import VoiceConfiguration

if TYPE_CHECKING:
    from sinch_numbers.models._number_status import NumberStatus

__all__ = ["ActiveNumber", "AvailableNumber", "Money"]


@attrs.frozen
class Money(Model):
    """Exact amount in one currency; if the API omits either, the price is ``None``."""

    currency_code: str = attrs.field(metadata=FILLED)
    """ISO 4217, three letters. Depends on the account."""
    amount: Decimal
    """Exact amount, with all digits that the API sent."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""

    def __str__(self) -> str:
        """Return the currency and the exact amount, with at least two decimals."""
        digits = f"{self.amount:f}"
        whole, _, fraction = digits.partition(".")
        return f"{self.currency_code} {whole}.{fraction.rstrip('0'):0<2}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


@attrs.frozen
class AvailableNumber(Model):
    """
    Available number, which can be bought.

    The service sends all of these fields. An offer without its region, type, or prices cannot be
    read: see `OnUnreadable`.
    """

    phone_number: str
    """Phone number in E.164, plus sign included."""
    region_code: str = attrs.field(metadata=FILLED)
    """ISO 3166-1 alpha-2, upper case."""
    type: NumberType = attrs.field(metadata=FILLED)
    """Mobile, local, or toll-free."""
    capability: tuple[Capability, ...]
    """Products that can use the number."""
    setup_price: Money
    """Charged once, when the number is rented."""
    monthly_price: Money
    """Charged when the number is rented and then every ``payment_interval_months``."""
    payment_interval_months: int
    """Months between two charges of the ``monthly_price``."""
    supporting_documentation_required: bool = False
    """
    Whether the region and type require documents; false if the service doesn't say so.

    True for US numbers too, although they are rented without documents.
    """
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""

    @property
    def monthly_cost(self) -> Money:
        """The price per month: ``monthly_price`` divided by ``payment_interval_months``."""
        return _monthly(self.monthly_price, self.payment_interval_months)

    def _repr_html_(self) -> str:
        return number_html(self)


@attrs.frozen
class ActiveNumber(Model):
    """Active number: a number that the project rents."""

    _computed: ClassVar = {
        "status": "status",
        "monthly_cost": "monthly_cost",
        "is_released": "is_released",
    }

    phone_number: str
    """Phone number in E.164, plus sign included."""
    project_id: str | None = None
    """ID of the project that owns the number."""
    display_name: str | None = None
    """Display name, set by the customer."""
    region_code: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    type: NumberType | None = None
    """Mobile, local, or toll-free."""
    capability: tuple[Capability, ...] = ()
    """Products that can use the number."""
    money: Money | None = None
    """Price for every ``payment_interval_months``."""
    payment_interval_months: int | None = None
    """Months between two charges of the price."""
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

    @property
    def price(self) -> Money | None:
        """The price for every ``payment_interval_months``: the API's field ``money``."""
        return self.money

    @property
    def monthly_cost(self) -> Money | None:
        """The price per month: `price` divided by ``payment_interval_months``."""
        return self.money and _monthly(self.money, self.payment_interval_months)

    @property
    def is_released(self) -> bool:
        """Whether the number was released: it ends at ``expire_at``, and does not renew."""
        return self.expire_at is not None

    @property
    def status(self) -> "NumberStatus":
        """The summary of provisioning and release, as exports and the command line show it."""
        from sinch_numbers.models._number_status import status_of

        return status_of(self)

    def _repr_html_(self) -> str:
        return number_html(self)


def months_paid(interval: int | None) -> int:
    """Return how many months one charge pays for; the API also sends 0, meaning one."""
    return max(1, interval or 1)


def _monthly(price: Money, interval: int | None) -> Money:
    return Money(price.currency_code, price.amount / months_paid(interval))
