"""
Error codes and failure states: their meaning and how to fix each.

One registry for both API hosts: error codes of SMS and voice provisioning, internal failure
codes of events, carrier errors of imported numbers, and the states in which an order, a document,
or a qualification has failed.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from sinch_numbers.models._enums import NumberOrderState, OpenEnum, SmsErrorCode, UploadStatus
from sinch_numbers.models._events import NumberOrderEventStatus
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._states import GlobalProcessState, HostingOrderState, HostingStatus

__all__ = ["Explanation", "explain"]

PROVISIONING_ERRORS: Final = (
    "https://developers.sinch.com/docs/numbers/api-reference/error-codes/provisioning-errors"
)
NUMBERS_API: Final = "https://developers.sinch.com/docs/numbers/api-reference/"
CAMPAIGN_STATES: Final = "https://developers.sinch.com/docs/sms/smpp/10dlc-errors"
NUMBER_POOLS: Final = "https://support.bandwidth.com/hc/en-us/articles/4640094375063-Number-Pool"
TOLL_FREE: Final = "https://docs.bird.com/connectivity-platform/hlrlookup/north_america"

VOICE_FAILED: Final = "PROVISIONING_TO_VOICE_PLATFORM_FAILED"
"""Error code of a failed voice provisioning."""


@attrs.frozen
class Explanation(Serializable):
    """Human-readable explanation of an error code or failure state."""

    meaning: str
    """Meaning of the code, in one sentence."""
    advice: str
    """How to fix it."""
    code: str = ""
    """The explained code or state, as the API sends it."""
    sources: tuple[str, ...] = ()
    """URLs of the pages that the advice is based on."""

    def __str__(self) -> str:
        """Return code, meaning and advice in one line."""
        return f"{self.code}: {self.meaning}. {self.advice}"


_SUPPORT: Final = "contact Sinch support"
_RETRY: Final = "Unlink the number's SMS and link it again"

_PROVISIONING: Final[Mapping[str, Explanation]] = {
    SmsErrorCode.UNSPECIFIED: Explanation(
        "the service gave no reason",
        f"{_RETRY}; if it fails again, {_SUPPORT}.",
    ),
    SmsErrorCode.INTERNAL_ERROR: Explanation(
        "an internal error at Sinch, or the account could not be checked",
        f"Check the account's standing and balance, then {_SUPPORT}.",
    ),
    SmsErrorCode.SMS_PROVISIONING_FAILED: Explanation(
        "the service plan did not accept the number",
        "Check that the service plan exists and is active, or link another one; if that fails "
        f"too, {_SUPPORT}.",
    ),
    SmsErrorCode.CAMPAIGN_PROVISIONING_FAILED: Explanation(
        "the number could not be linked to the campaign",
        f"Check the campaign's ID and state, then link it again; if it fails again, {_SUPPORT}.",
    ),
    SmsErrorCode.CAMPAIGN_NOT_AVAILABLE: Explanation(
        "the registry does not offer the campaign to Sinch",
        "Check the campaign's ID, that Sinch is selected as its Direct Connection Aggregator "
        "(DCA), and that Sinch has accepted it in The Campaign Registry (TCR).",
    ),
    SmsErrorCode.EXCEEDED_10DLC_LIMIT: Explanation(
        "the campaign has reached its maximum of numbers",
        "Unlink numbers that no longer need the campaign, create a new campaign, or contact "
        "Sinch support to convert this one to a number pool. Without a number pool, plan for 49 "
        "numbers: Sinch documents 50, T-Mobile accepts 49. A sole proprietor's campaign has one.",
    ),
    SmsErrorCode.NUMBER_PROVISIONING_FAILED: Explanation(
        "this number cannot join a campaign",
        "Rent another number for the campaign and release this one, or contact Sinch support.",
    ),
    SmsErrorCode.PARTNER_SERVICE_UNAVAILABLE: Explanation(
        "a partner of Sinch could not be reached",
        f"{_RETRY} in a few hours, since Sinch does not retry; if it fails again, {_SUPPORT}.",
    ),
    SmsErrorCode.CAMPAIGN_PENDING_ACCEPTANCE: Explanation(
        "Sinch has not accepted the campaign yet",
        "Wait up to 24 hours until the campaign is accepted, then link it again; if it takes "
        f"longer, {_SUPPORT}.",
    ),
    SmsErrorCode.MNO_SHARING_ERROR: Explanation(
        "the campaign is not shared with all carriers",
        "Check in The Campaign Registry (TCR) that the campaign was submitted to AT&T and "
        f"T-Mobile, then link it again; if it was, {_SUPPORT}.",
    ),
    SmsErrorCode.CAMPAIGN_EXPIRED: Explanation(
        "the campaign has expired",
        "Contact Sinch or create a new campaign, then link the number to it.",
    ),
    SmsErrorCode.CAMPAIGN_MNO_REJECTED: Explanation(
        "a carrier rejected the campaign",
        "Contact Sinch about the carrier's reason and resubmit the campaign, or create a new "
        "campaign.",
    ),
    SmsErrorCode.CAMPAIGN_MNO_SUSPENDED: Explanation(
        "a carrier suspended the campaign",
        "Contact your Sinch account manager to resolve the suspension, or create a new campaign.",
    ),
    SmsErrorCode.CAMPAIGN_MNO_REVIEW: Explanation(
        "a carrier is still reviewing the campaign",
        "Wait for the review to end, then link the campaign again; your Sinch account manager "
        "can ask for its state.",
    ),
    SmsErrorCode.INSUFFICIENT_BALANCE: Explanation(
        "the account's balance is insufficient",
        f"Top up the account, or contact your Sinch account manager. {_RETRY}.",
    ),
    SmsErrorCode.MOCK_CAMPAIGN_NOT_ALLOWED: Explanation(
        "the campaign is a mock campaign, for tests only",
        "Link a registered campaign instead, or create a new campaign.",
    ),
    SmsErrorCode.TFN_NOT_ALLOWED: Explanation(
        "toll-free numbers cannot join a campaign",
        "Link the number without a campaign. Since 31 January 2024, carriers in the US and "
        "Canada block messages from toll-free numbers without toll-free verification, which "
        "this API doesn't show: contact your Sinch account manager to verify the number.",
    ),
    SmsErrorCode.INVALID_NNID: Explanation(
        "the network ID (NNID) of the number is not valid",
        "Contact Sinch support to correct the number's NNID.",
    ),
    VOICE_FAILED: Explanation(
        "voice provisioning failed",
        "Check that the app, trunk or fax service exists, then link it again; if it fails "
        f"again, {_SUPPORT}.",
    ),
}

_INTERNAL: Final[Mapping[str, Explanation]] = {
    "CRS0001": Explanation(
        "T-Mobile accepts no further number for the campaign",
        "Unlink numbers that no longer need the campaign, create a new campaign, or contact "
        "Sinch support to convert this one to a number pool.",
    ),
    "CRS0003": Explanation("the account's ID is not valid", "Contact Sinch support."),
    "CRS0013": Explanation(
        "the balance of the prepaid account could not be checked",
        "Contact Sinch support.",
    ),
    "CRS0015": Explanation(
        "an internal error while the number was provisioned", "Contact Sinch support."
    ),
    "CRS0018": Explanation(
        "an internal code without a published meaning, sent with campaign failures",
        "Follow the advice for the failure code beside it, and name CRS0018 to Sinch support.",
    ),
    "501": Explanation(
        "the registry does not offer the campaign to Sinch",
        "Select Sinch as the campaign's Direct Connection Aggregator (DCA), and check that "
        "Sinch has accepted it in The Campaign Registry (TCR).",
    ),
    "502": Explanation(
        "the registry does not offer the campaign to Sinch",
        "Select Sinch as the campaign's Direct Connection Aggregator (DCA), and check that "
        "Sinch has accepted it in The Campaign Registry (TCR).",
    ),
}

_HOSTING: Final[Mapping[str, Explanation]] = {
    "60135": Explanation(
        "another aggregator holds the number at T-Mobile",
        "Import the number by a hosting order with migrate_to_sinch_tmo=True; if it fails "
        f"again, {_SUPPORT}.",
    ),
    "OSR_UPDATE": Explanation(
        "the carrier record (OSR) could not be updated",
        "Check that the letter of authorization is signed and names the current carrier, then "
        f"{_SUPPORT}.",
    ),
    "HOSTING_PROCESS": Explanation(
        "the number could not be text-enabled",
        "Read the number's carrier and provisioning states, then contact your Sinch account "
        "manager.",
    ),
    "DELETE": Explanation("the number could not be deleted", f"Delete it again; then {_SUPPORT}."),
}

_ORDER_STATES: Final[Mapping[str, Explanation]] = {
    "BLOCKED": Explanation(
        "the reviewers need corrections",
        "Read the remarks in the registration's logs, correct the data, and resume the order; "
        "your Sinch account manager can explain a remark.",
    ),
    "REJECTED": Explanation(
        "the reviewers rejected the order",
        "Read the remarks in the registration's logs, correct the data, and create a new order; "
        "search again if the number was taken in the meantime.",
    ),
    "EXPIRED": Explanation(
        "the order was not submitted in time, and its reservation ended",
        "Look up the requirements again and create a new order; submit it before its expire_time.",
    ),
}

_STATES: Final[tuple[tuple[OpenEnum, Explanation], ...]] = (
    (
        UploadStatus.FAILED,
        Explanation(
            "the document could not be processed",
            "Upload it again, as one of the accepted file and document types; if it fails again, "
            f"{_SUPPORT}.",
        ),
    ),
    (
        HostingOrderState.REJECTED,
        Explanation(
            "the hosting order was rejected",
            "Contact your Sinch account manager about the reason, correct the data or the letter "
            "of authorization, and create a new order.",
        ),
    ),
    (
        HostingStatus.FAILED,
        Explanation(
            "the number could not be text-enabled",
            "Contact your Sinch account manager, then order the text-enablement again.",
        ),
    ),
    (
        GlobalProcessState.NOT_ELIGIBLE,
        Explanation(
            "the number's carrier record doesn't allow text-enablement",
            "Use another number, or contact your Sinch account manager.",
        ),
    ),
    (
        GlobalProcessState.VERIFICATION_FAILED,
        Explanation(
            "the proof of ownership was not accepted",
            "E-mail current invoices for the number to orders@sinch.com, or verify it by a voice "
            "call with a code.",
        ),
    ),
    (
        GlobalProcessState.VERIFICATION_BLOCKED,
        Explanation(
            "further attempts to verify the ownership are blocked",
            "Contact Sinch support.",
        ),
    ),
    (
        GlobalProcessState.HOSTING_FAILED,
        Explanation(
            "the number could not be text-enabled",
            "Contact your Sinch account manager, then order the text-enablement again.",
        ),
    ),
)

_MORE_SOURCES: Final[Mapping[str, str]] = {
    SmsErrorCode.EXCEEDED_10DLC_LIMIT: NUMBER_POOLS,
    SmsErrorCode.TFN_NOT_ALLOWED: TOLL_FREE,
    SmsErrorCode.CAMPAIGN_EXPIRED: CAMPAIGN_STATES,
    SmsErrorCode.CAMPAIGN_MNO_REJECTED: CAMPAIGN_STATES,
    SmsErrorCode.CAMPAIGN_MNO_SUSPENDED: CAMPAIGN_STATES,
    SmsErrorCode.CAMPAIGN_MNO_REVIEW: CAMPAIGN_STATES,
    "CRS0001": NUMBER_POOLS,
}


def _sourced(why: Explanation, code: str, source: str) -> Explanation:
    more = (_MORE_SOURCES[code],) if code in _MORE_SOURCES else ()
    return attrs.evolve(why, code=str(code), sources=(source, *more))


EXPLANATIONS: Final[Mapping[str, Explanation]] = {
    str(code): _sourced(why, code, source)
    for table, source in (
        (_PROVISIONING, PROVISIONING_ERRORS),
        (_INTERNAL, PROVISIONING_ERRORS),
        (_HOSTING, NUMBERS_API),
    )
    for code, why in table.items()
}
"""Explanations of error codes, and of hosting operations that fail without one."""

FAILURE_STATES: Final[Mapping[tuple[type, str], Explanation]] = {
    (type(state), state.value): _sourced(why, state.value, NUMBERS_API)
    for state, why in (
        *_STATES,
        *((NumberOrderState(name), why) for name, why in _ORDER_STATES.items()),
        *((NumberOrderEventStatus(name), why) for name, why in _ORDER_STATES.items()),
    )
}
"""Explanations of states in which something has failed: the same word differs by enum."""


def explain(code: str) -> Explanation:
    """
    Return the explanation of an error code or failure state, or a generic one if it is unknown.

    Args:
        code: Error code, as str or enum member; or a failure state as a member of its enum,
            such as ``NumberOrderState.BLOCKED``, since enums share words.

    Example::

        print(explain("EXCEEDED_10DLC_LIMIT").advice)
    """
    known = FAILURE_STATES.get((type(code), str(code))) or EXPLANATIONS.get(code)
    return known or Explanation(
        "an unknown error code",
        f"Look up {code} in the vendor's documentation, or contact Sinch support and name the "
        "number, the time, and the code.",
        str(code),
        (PROVISIONING_ERRORS,),
    )
