"""Models of the second host: numbers, orders and letters, as immutable values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from sinch_numbers.sandbox._state.numbers import SmsConfiguration

__all__ = ["ImportedNumber", "Letter", "Order", "OrderNumber", "QualifiedNumber"]


@attrs.frozen(kw_only=True)
class ImportedNumber:
    """Imported number; *moved_time* is the last change of its link."""

    phone_number: str
    region_code: str = "US"
    display_name: str = ""
    callback_url: str = ""
    sms: SmsConfiguration = SmsConfiguration()
    migrate_to_sinch_tmo: bool = False
    created_time: datetime
    updated_time: datetime
    moved_time: datetime


@attrs.frozen
class Letter:
    """Letter of authorization: Direct, Reseller or Blanket, and its contents."""

    kind: str
    members: Mapping[str, Any] = attrs.field(hash=False)


@attrs.frozen(kw_only=True)
class Order:
    """Hosting order of either type; an import order has no letter."""

    hosting_order_id: str
    type: str
    region_code: str
    numbers: tuple[str, ...]
    service_plan_id: str
    campaign_id: str = ""
    display_name: str = ""
    callback_url: str = ""
    migrate_to_sinch_tmo: bool = False
    nnid: str = ""
    letter: Letter | None = None
    scheduled_time: datetime | None = None
    toll_free: bool = False
    state: str = "SUBMITTED"
    created_time: datetime
    updated_time: datetime


@attrs.frozen(kw_only=True)
class OrderNumber:
    """Progress of a number in an order."""

    phone_number: str
    osr: str = "WAITING"
    platform: str = "WAITING"
    campaign: str = "WAITING"
    moved_time: datetime


@attrs.frozen(kw_only=True)
class QualifiedNumber:
    """Qualified number; *state* omits the long common prefix."""

    phone_number: str
    region_code: str = "US"
    state: str = "ELIGIBLE_CHECK_PENDING"
    eligibility: str = "WAITING"
    eligibility_error: str = ""
    ownership: str = "WAITING"
    ownership_error: str = ""
    hosted: int = 0
    hosted_error: str = ""
    wrong_codes: int = 0
    created_time: datetime
    updated_time: datetime
