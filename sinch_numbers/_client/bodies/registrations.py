"""
Registration data of orders: keys in the spelling of the requirements, or in Python's.

The fields differ by country, and only the requirements of an order list them. A key that differs
from a field in case, ``_`` or ``-`` is sent under the field's name, so ``sender_id`` stands for
``senderId``. Other keys are violations.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sinch_numbers._core import arguments
from sinch_numbers._core.choices import folded, suggestion
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import FieldViolation, NumberRequirements

_WRAPPERS = frozenset(("requestdetails", "registration"))


def registration_data(value: object, argument: str) -> dict[str, Any]:
    """Return registration data as plain JSON, whose fields only the requirements list."""
    details = arguments.free_form(value, argument)
    if len(details) == 1 and _WRAPPERS.issuperset(map(folded, details)):
        raise InvalidArgumentError(argument, f"the details without {next(iter(details))!r}")
    for path, one, other in _doubled(details, ""):
        raise InvalidArgumentError(argument, f"one value for {path}{one} and {other}, not two")
    return details


def in_spelling_of(
    requirements: NumberRequirements, details: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[FieldViolation, ...]]:
    """Return *details* with the keys of the *requirements*, and violations for unknown keys."""
    violations: list[FieldViolation] = []
    renamed = _renamed(details, _schema_of(requirements.fields), "requestDetails", violations)
    return dict(renamed), tuple(violations)


def _schema_of(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields in the requirements as a JSON Schema."""
    schema, rules = fields.get("schema"), fields.get("rules")
    if isinstance(schema, Mapping):  # otherwise a path, which can't be resolved here
        return schema
    if not isinstance(rules, list) or not rules:
        return {}
    return {"properties": {"data": {"prefixItems": [_template(rule) for rule in rules]}}}


def _template(rule: object) -> Mapping[str, Any]:
    template = rule.get("template") if isinstance(rule, Mapping) else None
    if not isinstance(template, Mapping):
        return {}
    is_schema = template.get("type") == "object" and isinstance(template.get("properties"), dict)
    return template if is_schema else {"properties": template}


def _renamed(value: Any, schema: object, path: str, violations: list[FieldViolation]) -> Any:
    if not isinstance(schema, Mapping):
        return value
    if isinstance(value, Mapping):
        return _renamed_keys(value, schema, path, violations)
    if not isinstance(value, list | tuple):
        return value
    first, rest = schema.get("prefixItems"), schema.get("items")
    if first is None and rest is None:  # several entries where the template shows one
        first, rest = [], schema
    first = first if isinstance(first, list) else []
    return [
        _renamed(
            item, first[place] if place < len(first) else rest, f"{path}[{place}]", violations
        )
        for place, item in enumerate(value)
    ]


def _renamed_keys(
    value: Mapping[str, Any],
    schema: Mapping[str, Any],
    path: str,
    violations: list[FieldViolation],
) -> dict[str, Any]:
    known = schema.get("properties")
    if not isinstance(known, Mapping) or not known:
        return dict(value)
    by_key = {folded(name): name for name in known if isinstance(name, str)}
    is_open = bool(schema.get("additionalProperties")) or "patternProperties" in schema
    renamed: dict[str, Any] = {}
    for key, member in value.items():
        name = key if key in known else by_key.get(folded(key))
        if name is None and not is_open:
            violations.append(FieldViolation(f"{path}.{key}", _why_unknown(key, known)))
        elif name in renamed and renamed[name] != member:
            violations.append(FieldViolation(f"{path}.{key}", f"has another value than {name}"))
        name = name or key
        renamed[name] = _renamed(member, known.get(name), f"{path}.{name}", violations)
    return renamed


def _why_unknown(key: str, known: Mapping[str, Any]) -> str:
    similar = suggestion(key, [name for name in known if isinstance(name, str)])
    return f"is not a field; did you mean {similar}?" if similar else "is not a field"


def _doubled(value: object, path: str) -> Iterator[tuple[str, str, str]]:
    """Yield two keys of an object that are spellings of one name, and whose values differ."""
    if isinstance(value, Mapping):
        seen: dict[str, str] = {}
        for key, member in value.items():
            other = seen.setdefault(folded(key), key)
            if value[other] != member:
                yield path, other, key
            yield from _doubled(member, f"{path}{key}.")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, item in enumerate(value):
            yield from _doubled(item, f"{path}[{place}].")
