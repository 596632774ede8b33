"""Ledger of changes that took effect, regardless of the reply that was sent."""

from datetime import datetime
from decimal import Decimal

import attrs

__all__ = ["LedgerEntry"]


@attrs.frozen(kw_only=True)
class LedgerEntry:
    """
    Ledger entry: one change that took effect, to compare with a client's view.

    *operation* is ``rent``, ``release``, ``update``, ``provision_emergency_address``,
    ``deprovision_emergency_address``, ``update_callback_configuration``, ``create_order`` or
    ``submit_order``. The last two name the order's first number; a completed order has a
    ``rent`` entry for each of its numbers. On the second host, with an entry for each number:
    ``import_number``, ``update_imported_number``, ``delete_imported_number``,
    ``import_by_order``, ``text_enable``, ``text_enable_toll_free``, ``add_qualified_number``,
    ``delete_qualified_number``, ``send_voice_challenge``, ``verify_voice_challenge`` or
    ``update_imported_callback_configuration``.

    A request that changes nothing (a second release, an unchanged name) leaves no entry.
    *amount* is the cost of a rent: setup price and first month.
    """

    operation: str
    phone_number: str
    project_id: str
    at: datetime
    amount: Decimal | None = None
    currency: str = ""
