"""Reading models from data and text of a caller, for `from_dict` and `from_json`."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sinch_numbers._core.serialization import json_text
from sinch_numbers._core.serialization.converter import load, tag_of
from sinch_numbers.errors import APIResponseError, InvalidArgumentError
from sinch_numbers.models._events import EVENT_KINDS

T = TypeVar("T")


def read_data(data: Mapping[str, Any], cls: type[T], argument: str = "data") -> T:
    """Read *data*; raise `InvalidArgumentError` with the path of a mismatch."""
    payload = dict(data) if isinstance(data, Mapping) else data
    key, kinds = _kinds_of(cls)
    given = payload.get(key) if kinds and isinstance(payload, dict) else None
    if given not in (None, "", *kinds):
        expected = f"the JSON object of {cls.__name__}, whose {key} is {' or '.join(kinds)}"
        raise InvalidArgumentError(argument, expected)
    try:
        return load(payload, cls)
    except APIResponseError as error:
        problem = error.message.removeprefix("invalid response: ")
    raise InvalidArgumentError(argument, f"the JSON object of {cls.__name__} ({problem})")


def read_text(text: str | bytes, cls: type[T]) -> T:
    """Read JSON *text*; raise `InvalidArgumentError` for anything else."""
    try:
        body = text.encode() if isinstance(text, str) else text
        json_text.decode(body)
        data = json_text.decode_exactly(body)
    except (AttributeError, TypeError, ValueError) as error:
        problem = str(error)
    else:
        return read_data(data, cls, "text")
    raise InvalidArgumentError("text", f"the JSON object of {cls.__name__} ({problem})")


def _kinds_of(cls: Any) -> tuple[str, tuple[str, ...]]:
    """Return the key by which the API distinguishes *cls* from others, and its values."""
    tag = tag_of(cls)
    if tag is not None:
        return "type", (tag,)
    return "resourceType", tuple(kind for kind, model in EVENT_KINDS.items() if model is cls)
