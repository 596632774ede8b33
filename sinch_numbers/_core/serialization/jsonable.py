"""JSON-ready data and JSON text of models, for `to_dict`, exports, and the command line."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final, get_args

import attrs

from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import Extra, UnknownVoice
from sinch_numbers.models._fields import NOTHING, wire_name
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._serializable import Names, Serializable

__all__ = ["json_default"]

_OURS: Final = (Serializable, Extra, Secret)
_STANDARD: Final = (Decimal, date, Enum)


def plain(value: object, *, names: Names = "python") -> Any:
    """
    Return *value* as JSON-ready data, with the keys that *names* selects.

    Raises `InvalidArgumentError` for other *names*, and `TypeError` for a value of another class.
    """
    if names not in get_args(Names):
        raise InvalidArgumentError("names", "'api' or 'python'", names)
    from sinch_numbers._core.serialization.writer import writer  # loaded with the first model

    return writer(names)(value)


def line(value: object, *, names: Names = "python", indent: int | None = None) -> str:
    """
    Return *value* as JSON, in ASCII; one line without *indent*.

    ASCII is independent of the output's encoding, and safe on terminals.
    """
    separators = (",", ":") if indent is None else None
    return json.dumps(plain(value, names=names), indent=indent, separators=separators)


def json_default(value: object, otherwise: Callable[[Any], Any] | None = None) -> Any:
    """
    Return the JSON-ready data of *value*, for ``json.dumps(..., default=json_default)``.

    Values of this package are written as by their ``to_dict``: models, pages, reports, findings,
    events, errors, and secrets, which are masked. So are `Decimal`, `datetime`, `date`, and
    enums, unless *otherwise* is given: it is called with every value of another package, so that
    a framework keeps its own forms. Works as ``default`` of orjson, too.

    Raises `TypeError` for values that neither can write.

    Args:
        value: The value that the encoder cannot write.
        otherwise: The function for values of other packages, such as Flask's.

    Example::

        import json

        number = await client.active_numbers.get("+12025550134")
        print(json.dumps({"number": number}, default=json_default))
    """
    if isinstance(value, _OURS) or (otherwise is None and isinstance(value, _STANDARD)):
        return plain(value, names="api")
    if otherwise is not None:
        return otherwise(value)
    raise TypeError(f"{type(value).__name__} is not JSON-serializable")


def unknown_fields(model: Any) -> dict[str, Any]:
    """
    Return the unknown fields of *model* and of the models in it, under the API's names.

    Fields of nested models are in objects under the name of their field, those of lists in lists
    of the same length. Of an unknown voice type, all fields except the type are unknown.
    """
    if isinstance(model, UnknownVoice):
        return {name: value for name, value in model.fields.items() if name != "type"}
    extra = getattr(model, "extra", NOTHING)
    # Most objects share `NOTHING`: its identity is cheaper to check than its length.
    found = {} if extra is NOTHING else dict(extra)
    for field, name in _models_in(model.__class__):
        value = getattr(model, field)
        if isinstance(value, tuple):
            several = [unknown_fields(item) for item in value]
            if any(several):
                found[name] = several
        elif value is not None and (inner := unknown_fields(value)):
            found[name] = inner
    return found


@cache
def _models_in(cls: Any) -> tuple[tuple[str, str], ...]:
    """Return the fields of *cls* that hold models, with their names in the API."""
    return tuple(
        (field.name, wire_name(field.name))
        for field in attrs.fields(cls)
        if _holds_models(field.type)
    )


def _holds_models(kind: Any) -> bool:
    return attrs.has(kind) or any(map(_holds_models, get_args(kind)))
