"""Parse and validate request bodies."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sinch_numbers.sandbox._protocol.errors import invalid, not_a_value, violation
from sinch_numbers.sandbox._state.change import Change
from sinch_numbers.sandbox._state.emergency import MEMBERS, REQUIRED, EmergencyAddress
from sinch_numbers.sandbox._state.links import SmsLink, VoiceLink
from sinch_numbers.sandbox._state.matching import (
    CAPABILITIES,
    NUMBER_TYPES,
    SEARCH_PATTERNS,
    Filter,
)
from sinch_numbers.sandbox._state.numbers import IDENTIFIERS

__all__ = [
    "document",
    "emergency",
    "hmac_secret",
    "order_kind",
    "order_options",
    "rent_any",
    "renting",
    "updating",
]

Document = Mapping[str, Any]

_HMAC_SECRET = re.compile(r"[a-zA-Z0-9-]{32,64}")


def document(body: bytes) -> Document:
    """Parse a JSON object; an empty body is an empty object."""
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise invalid("the request body is not valid JSON") from None
    if not isinstance(found, dict):
        raise invalid("the request body must be a JSON object")
    return cast("Document", found)


def renting(given: Document) -> Change:
    """Read the configuration for a number about to be rented."""
    change = updating({name: given[name] for name in _RENTING if given.get(name) is not None})
    if change.sms is not None and not change.sms.service_plan_id:
        raise violation("smsConfiguration.servicePlanId", "must not be empty")
    if change.voice is not None and not change.voice.identifier:
        raise violation(f"voiceConfiguration.{IDENTIFIERS[change.voice.type]}", "is required")
    return change


def rent_any(given: Document) -> Filter:
    """Read the filter of a rent-any request."""
    for name in ("regionCode", "type"):
        if not _text(given, name):
            raise violation(name, "is required")
    pattern = _object(given, "numberPattern") or {}
    return Filter(
        region_code=_text(given, "regionCode"),
        type=_word(given, "type", NUMBER_TYPES),
        capability=_words(given, "capabilities", CAPABILITIES),
        pattern=_text(pattern, "pattern", "numberPattern."),
        search_pattern=_word(pattern, "searchPattern", SEARCH_PATTERNS, "numberPattern.")
        or "START",
    )


def updating(given: Document) -> Change:
    """
    Read a PATCH: missing fields are unchanged, ``null`` clears, ``""`` unlinks.

    A body without any of the fields is accepted and changes nothing.
    """
    return Change(
        display_name=_text(given, "displayName") if "displayName" in given else None,
        callback_url=_text(given, "callbackUrl") if "callbackUrl" in given else None,
        sms=_sms(_object(given, "smsConfiguration")),
        voice=_voice(_object(given, "voiceConfiguration")),
        erase_sms="smsConfiguration" in given and given["smsConfiguration"] is None,
        erase_voice="voiceConfiguration" in given and given["voiceConfiguration"] is None,
    )


def emergency(given: Document) -> tuple[str, EmergencyAddress]:
    """Read an emergency address and its display name."""
    name = _text(given, "displayName")
    if not name.strip():
        raise violation("displayName", "is required, and must not be blank")
    address = _object(given, "address")
    if address is None:
        raise violation("address", "is required")
    parts = {member: _text(address, member, "address.") for member in MEMBERS}
    for member in REQUIRED:
        if not parts[member].strip():
            raise violation(f"address.{member}", "is required, and must not be blank")
    return name, EmergencyAddress(**{MEMBERS[member]: text for member, text in parts.items()})


def hmac_secret(given: Document, *, pattern: bool = True) -> str | None:
    """Read a new signing secret, if present; only the Numbers host documents a *pattern*."""
    if "hmacSecret" not in given:
        return None
    secret = _text(given, "hmacSecret")
    if not secret:
        raise violation("hmacSecret", "is required")
    if pattern and not _HMAC_SECRET.fullmatch(secret):
        raise violation("hmacSecret", "must be 32 to 64 letters, digits or hyphens")
    return secret


def order_kind(given: Document) -> tuple[str, str]:
    """Read the region and number type of an order."""
    for name in ("regionCode", "numberType"):
        if not _text(given, name):
            raise violation(name, "is required")
    return _text(given, "regionCode"), _word(given, "numberType", NUMBER_TYPES)


def order_options(given: Document) -> tuple[str | None, tuple[Filter, int, bool]]:
    """Read the ordered number, or else filter, quantity and whether consecutive."""
    one, several = _object(given, "numberOrderOption"), _object(given, "quantityOrderOption")
    if (one is None) is (several is None):
        raise invalid("exactly one of numberOrderOption and quantityOrderOption is needed")
    if one is not None:
        numbers = one.get("phoneNumbers")
        if not isinstance(numbers, list) or len(cast("list[object]", numbers)) != 1:
            raise violation("numberOrderOption.phoneNumbers", "must be a list of one number")
        return _text({"phoneNumbers": numbers[0]}, "phoneNumbers"), (Filter(), 0, False)
    given = several or {}
    quantity, path = given.get("requestedQuantity"), "quantityOrderOption."
    if type(quantity) is not int or not 1 <= quantity <= 100:
        raise violation(f"{path}requestedQuantity", "must be 1 to 100")
    pattern = _object(given, "numberPattern") or {}
    place = _word(pattern, "searchPattern", SEARCH_PATTERNS, f"{path}numberPattern.")
    wanted = Filter(
        capability=_words(given, "capabilities", CAPABILITIES),
        pattern=_text(pattern, "pattern", f"{path}numberPattern."),
        search_pattern=place or "START",
    )
    return None, (wanted, quantity, given.get("sequential") is True)


_RENTING = ("smsConfiguration", "voiceConfiguration", "callbackUrl")


def _sms(given: Document | None) -> SmsLink | None:
    if given is None:
        return None
    if "servicePlanId" not in given:
        raise violation("smsConfiguration.servicePlanId", "is required")
    return SmsLink(
        _text(given, "servicePlanId", "smsConfiguration."),
        _text(given, "campaignId", "smsConfiguration.") if "campaignId" in given else None,
    )


def _voice(given: Document | None) -> VoiceLink | None:
    if given is None:
        return None
    if not given:
        raise violation("voiceConfiguration", "must not be empty")
    kind = _word(given, "type", tuple(IDENTIFIERS), "voiceConfiguration.") or "RTC"
    for other, member in IDENTIFIERS.items():
        if other != kind and _text(given, member, "voiceConfiguration."):
            raise violation(f"voiceConfiguration.{member}", f"does not go with type {kind}")
    member = IDENTIFIERS[kind]
    if member not in given:
        raise violation(f"voiceConfiguration.{member}", f"is required for type {kind}")
    return VoiceLink(kind, _text(given, member, "voiceConfiguration."))


def _object(given: Document, name: str) -> Document | None:
    found = given.get(name)
    if found is not None and not isinstance(found, dict):
        raise violation(name, "must be an object")
    return cast("Document | None", found)


def _text(given: Document, name: str, path: str = "") -> str:
    found = given.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise violation(path + name, "must be a text")
    # JSON escapes can produce a lone surrogate, which can't be encoded in the response.
    if not found.isascii() and any("\ud800" <= character <= "\udfff" for character in found):
        raise violation(path + name, "must be valid Unicode")
    return found


def _word(given: Document, name: str, allowed: Sequence[str], path: str = "") -> str:
    word = _text(given, name, path)
    if word and word not in allowed:
        raise not_a_value(path + name, word)
    return word


def _words(given: Document, name: str, allowed: Sequence[str]) -> frozenset[str]:
    found = given.get(name)
    if found is not None and not isinstance(found, list):
        raise violation(name, "must be a list")
    words: set[str] = set()
    for word in cast("list[object]", found or []):
        if not isinstance(word, str):
            raise violation(name, "must be a list of texts")
        if word not in allowed:
            raise not_a_value(name, word)
        words.add(word)
    return frozenset(words)
