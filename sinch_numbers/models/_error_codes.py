"""
Provisioning error codes: their meaning and how to fix each.

A failed SMS provisioning lists its error codes on the number, including campaign errors. A
failed voice provisioning doesn't; its only error code is sent with the failure event.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from sinch_numbers.models import SmsErrorCode
from sinch_numbers.models._serializable import Serializable

__all__ = ["Explanation", "explain"]


@attrs.frozen
class Explanation(Serializable):
    """Human-readable explanation of an error code."""

    meaning: str
    advice: str


_RETRY: Final = "Unlink the number's SMS and link it again"

VOICE_FAILED: Final = "PROVISIONING_TO_VOICE_PLATFORM_FAILED"
"""Error code of a failed voice provisioning."""

EXPLANATIONS: Final[Mapping[str, Explanation]] = {
    SmsErrorCode.UNSPECIFIED: Explanation(
        "the service gave no reason",
        f"{_RETRY}; if it fails again, ask Sinch support.",
    ),
    SmsErrorCode.INTERNAL_ERROR: Explanation(
        "an internal error at Sinch, or the account could not be checked",
        "Check the account's standing and balance, then ask Sinch support.",
    ),
    SmsErrorCode.SMS_PROVISIONING_FAILED: Explanation(
        "the service plan did not accept the number",
        "Check that the service plan exists and is active, or link another one.",
    ),
    SmsErrorCode.CAMPAIGN_PROVISIONING_FAILED: Explanation(
        "the number could not be linked to the campaign",
        "Check the campaign's state, then link it again.",
    ),
    SmsErrorCode.CAMPAIGN_NOT_AVAILABLE: Explanation(
        "the registry does not offer the campaign to Sinch",
        "Check the campaign's ID, and that Sinch is named as its aggregator.",
    ),
    SmsErrorCode.EXCEEDED_10DLC_LIMIT: Explanation(
        "the campaign has reached its maximum of numbers",
        "Use another campaign, or ask for a number pool: most campaigns allow up to 50 numbers, "
        "a sole proprietor's allows one.",
    ),
    SmsErrorCode.NUMBER_PROVISIONING_FAILED: Explanation(
        "this number cannot join a campaign",
        "Rent another number for the campaign, and release this one.",
    ),
    SmsErrorCode.PARTNER_SERVICE_UNAVAILABLE: Explanation(
        "a partner of Sinch could not be reached",
        f"{_RETRY} in a few hours.",
    ),
    SmsErrorCode.CAMPAIGN_PENDING_ACCEPTANCE: Explanation(
        "Sinch has not accepted the campaign yet",
        "Wait until the campaign is accepted, then link it again.",
    ),
    SmsErrorCode.MNO_SHARING_ERROR: Explanation(
        "the campaign is not shared with all carriers",
        "Have the campaign shared with every carrier, then link it again.",
    ),
    SmsErrorCode.CAMPAIGN_EXPIRED: Explanation(
        "the campaign has expired",
        "Renew the campaign or register a new one, then link that.",
    ),
    SmsErrorCode.CAMPAIGN_MNO_REJECTED: Explanation(
        "a carrier rejected the campaign",
        "Correct what the carrier objects to and resubmit the campaign, or use another one.",
    ),
    SmsErrorCode.CAMPAIGN_MNO_SUSPENDED: Explanation(
        "a carrier suspended the campaign",
        "Resolve the suspension with the carrier through Sinch support, or use another campaign.",
    ),
    SmsErrorCode.CAMPAIGN_MNO_REVIEW: Explanation(
        "a carrier is still reviewing the campaign",
        "Wait for the review to end, then link the campaign again.",
    ),
    SmsErrorCode.INSUFFICIENT_BALANCE: Explanation(
        "the account's balance is insufficient",
        f"Top up the account. {_RETRY}.",
    ),
    SmsErrorCode.MOCK_CAMPAIGN_NOT_ALLOWED: Explanation(
        "the campaign is a mock campaign, for tests only",
        "Link a registered campaign instead.",
    ),
    SmsErrorCode.TFN_NOT_ALLOWED: Explanation(
        "toll-free numbers cannot join a campaign",
        "Link the number without a campaign: toll-free numbers need none.",
    ),
    SmsErrorCode.INVALID_NNID: Explanation(
        "the network ID (NNID) of the number is not valid",
        "Ask Sinch support to correct the number's NNID.",
    ),
    VOICE_FAILED: Explanation(
        "voice provisioning failed",
        "Check that the app, trunk or fax service exists, then link it again.",
    ),
}


def explain(code: str) -> Explanation:
    """Return the explanation of *code*, or a generic one if it is unknown."""
    return EXPLANATIONS.get(code) or Explanation(
        "an unknown error code",
        f"Look up {code} in the vendor's documentation, or ask Sinch support about it.",
    )
