"""Parse and validate request bodies of the second host."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from sinch_numbers.sandbox._protocol.errors import violation
from sinch_numbers.sandbox._state.fixtures import E164
from sinch_numbers.sandbox._state.imported.models import Letter, Order
from sinch_numbers.sandbox._state.links import SmsLink

__all__ = [
    "flag",
    "importing",
    "numbers",
    "phone_number",
    "region",
    "sms_link",
    "text",
    "text_enabling",
]

Document = Mapping[str, Any]

_MOST = 500
_MOST_IMPORTED = 5
_REGIONS = ("US", "CA")
_PERSON = ("firstName", "lastName", "email")
_ADDRESS = ("buildingNumber", "street", "city", "state", "postalCode", "country")
_LETTERS = {
    "directLoaInfo": "Direct",
    "resellerLoaInfo": "Reseller",
    "blanketLoaInfo": "Blanket",
}
_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")


def text(given: Document, name: str, path: str = "", *, required: bool = False) -> str:
    """Read a string; ``""`` if missing."""
    found = given.get(name)
    if found is None or found == "":
        if required:
            raise violation(path + name, "is required")
        return ""
    if not isinstance(found, str):
        raise violation(path + name, "must be a text")
    # JSON escapes can produce a lone surrogate, which can't be encoded in the response.
    if any("\ud800" <= character <= "\udfff" for character in found):
        raise violation(path + name, "must be valid Unicode")
    return found


def flag(given: Document, name: str, path: str = "") -> bool:
    """Read a boolean; false if missing."""
    found = given.get(name)
    if found is not None and not isinstance(found, bool):
        raise violation(path + name, "must be true or false")
    return bool(found)


def region(given: Document) -> str:
    """Read the region: this host serves two."""
    found = text(given, "regionCode", required=True)
    if found not in _REGIONS:
        raise violation("regionCode", "must be US or CA")
    return found


def phone_number(given: Document, name: str) -> str:
    """Read a phone number in E.164."""
    found = text(given, name, required=True)
    if not E164.fullmatch(found):
        raise violation(name, "must be in E.164 form, with the plus sign")
    return found


def numbers(given: Document, name: str, *, most: int | None = None) -> tuple[str, ...]:
    """Read a list of unique phone numbers."""
    found = given.get(name)
    if not isinstance(found, list) or not found:
        raise violation(name, "must be a list of numbers")
    listed = cast("list[object]", found)
    if most is not None and len(listed) > most:
        raise violation(name, f"must not be more than {most}")
    for one in listed:
        if not isinstance(one, str) or not E164.fullmatch(one):
            raise violation(name, "must be in E.164 form, with the plus sign")
    if len(set(listed)) < len(listed):
        raise violation(name, "must not name a number twice")
    return tuple(cast("list[str]", listed))


def sms_link(given: Document) -> SmsLink | None:
    """Read an SMS configuration: ``""`` unlinks, missing fields are unchanged."""
    link = _object(given, "smsConfiguration")
    if link is None:
        return None
    path = "smsConfiguration."
    if "servicePlanId" not in link:
        raise violation(f"{path}servicePlanId", "is required")
    campaign = text(link, "campaignId", path) if "campaignId" in link else None
    return SmsLink(text(link, "servicePlanId", path), campaign)


def importing(given: Document, now: datetime) -> Order:
    """Read an import order."""
    return Order(
        hosting_order_id="",
        type="IMPORT",
        region_code=region(given),
        numbers=numbers(given, "numbers", most=_MOST_IMPORTED),
        service_plan_id=text(given, "servicePlanId", required=True),
        campaign_id=text(given, "campaignId"),
        display_name=text(given, "displayName"),
        callback_url=text(given, "callbackUrl"),
        migrate_to_sinch_tmo=flag(given, "migrateToSinchTmo"),
        created_time=now,
        updated_time=now,
    )


def text_enabling(given: Document, now: datetime, *, toll_free: bool) -> Order:
    """Read a text-enable order, for toll-free or other numbers."""
    wanted = numbers(given, "numbers", most=_MOST)
    for one in wanted:
        if (one.startswith("+1") and one[2:5] in _TOLL_FREE) is not toll_free:
            raise violation("numbers", "must be toll-free" if toll_free else "are not for this")
    scheduled = "scheduledZipwhipProvisioningTime" if toll_free else "scheduledOsrUpdateTime"
    return Order(
        hosting_order_id="",
        type="TYPE_TEXT_ENABLE",
        region_code=region(given),
        numbers=wanted,
        service_plan_id=text(given, "servicePlanId", required=True),
        campaign_id="" if toll_free else text(given, "campaignId"),
        display_name=text(given, "displayName"),
        callback_url=text(given, "callbackUrl"),
        migrate_to_sinch_tmo=flag(given, "migrateToSinchTmo"),
        nnid=text(given, "nnid"),
        letter=_letter(given, toll_free=toll_free),
        scheduled_time=_time(given, scheduled),
        toll_free=toll_free,
        created_time=now,
        updated_time=now,
    )


def _letter(given: Document, *, toll_free: bool) -> Letter:
    kinds = [name for name in _LETTERS if given.get(name) is not None]
    if toll_free and "blanketLoaInfo" in kinds:
        raise violation("blanketLoaInfo", "is not for toll-free numbers")
    if len(kinds) != 1:
        raise violation("directLoaInfo", "exactly one kind of letter is needed")
    (kind,) = kinds
    letter = _object(given, kind) or {}
    if kind == "blanketLoaInfo":
        return Letter("Blanket", {})
    members: dict[str, Any] = {
        "businessName": text(
            letter, "businessName", f"{kind}.", required=kind == "resellerLoaInfo"
        ),
        "currentVoiceCarrier": text(letter, "currentVoiceCarrier", f"{kind}.", required=True),
    }
    for part, names in (("authorisedPerson", _PERSON), ("address", _ADDRESS)):
        found = _object(letter, part, f"{kind}.") or {}
        members[part] = {
            name: text(found, name, f"{kind}.{part}.", required=True) for name in names
        }
    return Letter(_LETTERS[kind], members)


def _time(given: Document, name: str) -> datetime | None:
    found = text(given, name)
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(found)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise violation(name, "must be a time") from None


def _object(given: Document, name: str, path: str = "") -> Document | None:
    found = given.get(name)
    if found is not None and not isinstance(found, dict):
        raise violation(path + name, "must be an object")
    return cast("Document | None", found)
