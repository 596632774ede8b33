"""Comparison of a request with a recorded one."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

import attrs

from sinch_numbers.testing._cassettes import RecordedRequest
from sinch_numbers.testing._fields import Context, Kind, context_of, mapped, segments
from sinch_numbers.testing._pseudonyms import is_number

__all__: list[str] = []

_SHORT_PATTERN: Final = 7
_LONG_INTEGER: Final = 10**6
"""Longer ones may be IDs, which a recording replaces."""


@attrs.frozen
class Slot:
    """A value that the recording replaced: each value matches one pseudonym."""

    value: str


Bindings = Mapping[str, str]
"""Pseudonyms by the values that stand for them."""


def shape(request: RecordedRequest) -> dict[str, Any]:
    """Return the parts of *request* that are compared, with a `Slot` for each replaced value."""
    body = dict(request.body or {})
    context = context_of(request.path)
    if "multipart" in body:
        body["multipart"] = [
            {
                name: one if name in ("name", "mimeType") else Slot(one)
                for name, one in part.items()
            }
            for part in body["multipart"]
        ]
    elif "text" not in body:
        body = mapped(body, _leaf, context)
    path = [
        one.text if one.field is None or is_number(one.text) else Slot(one.text)
        for one in segments(request.path)
    ]
    verbs = [one.verb for one in segments(request.path)]
    return {
        "method": request.method,
        "host": request.host,
        "path": [path, verbs],
        "query": mapped(dict(request.query), _leaf, Context.PLAIN),
        "body": body,
    }


def _leaf(kind: Kind, _: str, value: Any) -> Any:
    if not isinstance(value, str):
        if kind is Kind.PERSONAL:
            return Slot("0")
        return Slot(str(value)) if abs(value) >= _LONG_INTEGER else value
    is_literal = (
        not value
        or kind is Kind.LITERAL
        or (kind is Kind.NUMBER and is_number(value))
        or (kind is Kind.PATTERN and len(value) < _SHORT_PATTERN and value[0] != "+")
    )
    return value if is_literal else Slot(value)


def bound(recorded: Any, sent: Any, bindings: Bindings) -> Bindings | None:
    """
    Return *bindings* with those that make *sent* equal to *recorded*; ``None`` if none do.

    A value stands for the same pseudonym in all requests, and a pseudonym stands for itself.
    """
    if isinstance(recorded, Slot) and isinstance(sent, Slot):
        pseudonym = bindings.get(sent.value)
        if pseudonym is None and sent.value != recorded.value:
            is_free = recorded.value not in bindings.values()
            return {**bindings, sent.value: recorded.value} if is_free else None
        return bindings if (pseudonym or sent.value) == recorded.value else None
    if type(recorded) is not type(sent):
        return None
    if isinstance(recorded, dict):
        if recorded.keys() != sent.keys():
            return None
        pairs = [(one, sent[name]) for name, one in recorded.items()]
    elif isinstance(recorded, list):
        if len(recorded) != len(sent):
            return None
        pairs = list(zip(recorded, sent, strict=True))
    else:
        return bindings if recorded == sent else None
    for one, other in pairs:
        extended = bound(one, other, bindings)
        if extended is None:
            return None
        bindings = extended
    return bindings


def differences(recorded: Any, sent: Any, where: str = "") -> Iterator[str]:
    """Yield the parts in which two shapes differ, such as ``body.json.displayName``."""
    if isinstance(recorded, dict) and isinstance(sent, dict):
        for name in [*recorded, *(name for name in sent if name not in recorded)]:
            inner = f"{where}.{name}" if where else name
            yield from differences(recorded.get(name), sent.get(name), inner)
    elif isinstance(recorded, list) and isinstance(sent, list) and len(recorded) == len(sent):
        found = [
            difference
            for one, other in zip(recorded, sent, strict=True)
            for difference in differences(one, other, where)
        ]
        yield from dict.fromkeys(found)
    elif recorded != sent and not (isinstance(recorded, Slot) and isinstance(sent, Slot)):
        yield where


def similarity(recorded: RecordedRequest, sent: RecordedRequest) -> float:
    """Return how similar two requests are, from 0 to 1."""
    one, other = (f"{request} {sorted(request.body or ())}" for request in (recorded, sent))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
