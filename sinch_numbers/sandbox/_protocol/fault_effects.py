"""Effects of faults on replies: replacement or modification."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any, cast

from sinch_numbers.sandbox._protocol.errors import (
    ApiError,
    forbidden,
    invalid,
    too_many_requests,
    unauthenticated,
)
from sinch_numbers.sandbox._protocol.exchange import Call, Reply
from sinch_numbers.sandbox._protocol.faults import Fault

__all__ = ["EXPIRED", "REVOKED", "changed", "refusal"]

EXPIRED = 'Bearer error="invalid_token", error_description="Jwt expired at {}"'
"""Challenge for an expired token; ``expired`` is what makes clients renew it."""

REVOKED = 'Bearer error="invalid_token", error_description="Jwt verification failed"'

_PAGE = b"<!doctype html><html><head><title>%s</title></head><body>%s</body></html>\n"


def refusal(fault: Fault, now: str) -> Reply | None:
    """Return the reply that replaces the service's own, if any."""
    error = _ERRORS.get(fault.kind)
    if error is not None:
        return Reply.json(error.envelope, status=error.code)
    match fault.kind:
        case "429":
            return refused(too_many_requests(fault.retry_after))
        case "expired_token":
            return refused(unauthenticated(EXPIRED.format(now)))
        case "revoked_token":
            return refused(unauthenticated(REVOKED))
        case "string_error":
            return Reply.json({"error": "failed to marshal error message"}, status=400)
        case "redirect":
            return Reply(status=307, headers={"Location": fault.location})
        case "empty":
            return Reply()
        case "503":
            return Reply(status=503)
        case "404_json":
            return Reply.json({"message": "no Route matched with those values"}, status=404)
        case "502" | "403_html" | "404_html" | "html":
            status = {"502": 502, "403_html": 403, "404_html": 404, "html": 200}[fault.kind]
            body = _PAGE % (b"%d" % status, b"A page from somewhere in between.")
            return Reply(status=status, body=body, content_type="text/html")
        case _:
            return None


def refused(error: ApiError) -> Reply:
    """Convert an error to a reply."""
    return Reply.json(error.envelope, status=error.code, headers=error.headers)


def changed(fault: Fault, call: Call, reply: Reply) -> Reply:
    """Return the reply as modified by the fault; error replies are unchanged."""
    change = _CHANGES.get(fault.kind)
    if change is None or reply.status >= 300 or not reply.body:
        return reply
    document = json.loads(reply.body)
    change(document, call)
    return Reply.json(document, status=reply.status, headers=reply.headers)


_ERRORS = {
    "403": forbidden(),
    "408": ApiError(408, "DEADLINE_EXCEEDED", "request timeout"),
    "500": ApiError(500, "INTERNAL", "something broke"),
    "504": ApiError(504, "DEADLINE_EXCEEDED", "upstream request timeout"),
    "bad_request": invalid("the request is not valid"),
}


def _unknown_member(document: Any, _call: Call) -> None:
    if isinstance(document, dict):
        members = cast("dict[str, Any]", document)
        for member in list(members.values()):
            _unknown_member(member, _call)
        members["unknownMember"] = {"since": "tomorrow", "levels": [1, None]}
    elif isinstance(document, list):
        for item in cast("list[object]", document):
            _unknown_member(item, _call)


def _unknown_enum(document: Any, _call: Call) -> None:
    for name in ("state", "globalProcessState"):  # of orders and of qualified numbers
        if name in document:
            document[name] = "PAUSED"
    for number in _numbers(document):
        number["type"] = "SATELLITE"
        number["capability"] = [*number["capability"], "FAX"]
        sms, voice = number.get("smsConfiguration"), number.get("voiceConfiguration")
        if sms and sms["scheduledProvisioning"]:
            sms["scheduledProvisioning"] |= {"status": "PAUSED", "errorCodes": ["ECLIPSE"]}
        if voice:
            voice["type"] = "HOLO"
            if voice["scheduledVoiceProvisioning"]:
                voice["scheduledVoiceProvisioning"] |= {"status": "PAUSED", "type": "HOLO"}


def _other_number(document: Any, _call: Call) -> None:
    for number in _numbers(document) or ([document] if "phoneNumber" in document else []):
        digits = number["phoneNumber"]
        number["phoneNumber"] = digits[:-1] + str((int(digits[-1]) + 1) % 10)


def _repeat_page_token(document: Any, call: Call) -> None:
    document["nextPageToken"] = call.query["pageToken"][0]


def _endless_list(document: Any, _call: Call) -> None:
    document["nextPageToken"] = f"endless-{next(_pages)}"


def _unreadable_item(document: Any, call: Call) -> None:
    fault = cast("Fault", call.fault)
    first = next(iter(document.values()))
    items = first if isinstance(first, list) else [document]
    if fault.item < len(items):
        item = items[fault.item]
        item[fault.member or next(iter(item))] = [{"unreadable": True}]


def _numbers(document: Any) -> list[dict[str, Any]]:
    """Return the numbers in a reply, whether it is one number or a list."""
    if "phoneNumber" in document and "capability" in document:
        return [document]
    return [*document.get("activeNumbers", []), *document.get("availableNumbers", [])]


_CHANGES: dict[str, Callable[[Any, Call], None]] = {
    "endless_list": _endless_list,
    "other_number": _other_number,
    "repeat_page_token": _repeat_page_token,
    "unknown_enum": _unknown_enum,
    "unknown_member": _unknown_member,
    "unreadable_item": _unreadable_item,
}

_pages = count(1)
