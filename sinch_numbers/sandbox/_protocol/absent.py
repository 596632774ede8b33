"""
Notations of absence: how responses and events represent missing values.

Production writes ``null`` for objects and timestamps and ``""`` for strings. The samples of the
older reference show ``{}`` for the provisioning of a provisioned number, and JSON libraries can
leave such members out. Each notation has the same meaning to a client.
"""

import json
from typing import Any, Literal, cast, get_args

import attrs

from sinch_numbers.sandbox._protocol.exchange import Reply
from sinch_numbers.sandbox._protocol.json_text import encode

__all__ = ["Absent", "check_absent", "rewritten", "shaped"]

Absent = Literal["omit", "null", "empty_string", "empty_object"]
"""Notations of absent fields of any type."""

_FREE_FORM = ("fields", "requestDetails")
"""Members whose content belongs to callers, such as ``""`` in a registration."""


def check_absent(value: object) -> None:
    """Raise `ValueError` unless *value* is a notation, or ``None`` for production's."""
    notations = get_args(Absent)
    if value is not None and value not in notations:
        msg = f"absent must be {', '.join(map(repr, notations))} or None, not {value!r}"
        raise ValueError(msg)


def rewritten(document: Any, absent: Absent | None) -> Any:
    """Return a JSON *document* with the notation *absent*; ``None`` changes nothing."""
    if absent is None:
        return document
    if isinstance(document, list):
        return [rewritten(item, absent) for item in cast("list[object]", document)]
    if not isinstance(document, dict):
        return document
    members = cast("dict[str, Any]", document)
    written: dict[str, Any] = {}
    for name, value in members.items():
        if value not in (None, ""):
            written[name] = value if name in _FREE_FORM else rewritten(value, absent)
        elif absent != "omit":
            written[name] = {"null": None, "empty_string": "", "empty_object": {}}[absent]
    return written


def shaped(reply: Reply, absent: Absent | None) -> Reply:
    """Return a *reply* with the notation *absent*; errors and other content are unchanged."""
    is_json = reply.content_type == "application/json" and reply.body
    if absent is None or not is_json or reply.status >= 300:
        return reply
    document = rewritten(json.loads(reply.body), absent)
    return attrs.evolve(reply, body=encode(document).encode())
