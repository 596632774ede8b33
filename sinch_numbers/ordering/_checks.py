"""
Requirement checks for orders before sending; the only user of jsonschema.

The format of requirements is not published beyond an example, so only the recognized parts are
checked: a JSON Schema, templates that name fields, and documents. The rest is left to the service.
Without the extra ``orders``, missing fields are found but malformed ones are not.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from sinch_numbers._client.bodies.documents import Document, misfits
from sinch_numbers.models import FieldViolation, NumberRequirements

_DATA: Final = "requestDetails.data"
_LONGEST: Final = 80


def problems(
    requirements: NumberRequirements,
    details: Mapping[str, Any],
    documents: Mapping[str, Document],
    uploaded: Collection[str] = (),
) -> tuple[FieldViolation, ...]:
    """Return the problems of an incomplete order; *uploaded* documents are skipped."""
    return (
        *_about_details(requirements.fields, details),
        *_about_documents(requirements, documents, uploaded),
    )


def _about_documents(
    requirements: NumberRequirements,
    documents: Mapping[str, Document],
    uploaded: Collection[str],
) -> Iterator[FieldViolation]:
    wanted = {attachment.id: attachment for attachment in requirements.attachments}
    for attachment in requirements.attachments:
        if attachment.id in documents:
            yield from misfits(documents[attachment.id], attachment)
        elif attachment.mandatory and attachment.id not in uploaded:
            named = f" ({attachment.title})" if attachment.title else ""
            yield FieldViolation(f"attachments.{attachment.id}", f"is missing{named}")
    for given in documents:
        if given not in wanted:
            yield FieldViolation(f"attachments.{given}", "is not in the requirements")


def _about_details(
    fields: Mapping[str, Any], details: Mapping[str, Any]
) -> Iterator[FieldViolation]:
    schema, rules = fields.get("schema"), fields.get("rules")
    if isinstance(schema, dict):  # otherwise a path, which can't be resolved here
        yield from _misfits(schema, details, "requestDetails")
    if not isinstance(rules, list) or not rules:
        return
    data = details.get("data")
    if not isinstance(data, list | tuple):
        yield FieldViolation(
            _DATA, f"is missing: must be a list of {len(rules)} entries, one per rule"
        )
        return
    for place, rule in enumerate(rules):
        template = rule.get("template") if isinstance(rule, dict) else None
        if not isinstance(template, dict) or not template:
            continue
        path = f"{_DATA}[{place}]"
        entry = data[place] if place < len(data) else None
        if not entry:
            yield FieldViolation(path, f"is missing: {', '.join(map(str, template))}")
        elif isinstance(entry, list | tuple):
            for inner, one in enumerate(entry):
                yield from _about_entry(rule, template, one, f"{path}[{inner}]")
        else:
            yield from _about_entry(rule, template, entry, path)


def _about_entry(
    rule: Mapping[str, Any], template: Mapping[str, Any], entry: object, path: str
) -> Iterator[FieldViolation]:
    if not isinstance(entry, Mapping):
        yield FieldViolation(path, "is not an object")
    elif template.get("type") == "object" and isinstance(template.get("properties"), dict):
        yield from _misfits(template, entry, path)
    else:
        for member, schema in template.items():
            value = entry.get(member)
            if value is None or value == "":
                if _is_required(rule, member, schema):
                    yield FieldViolation(f"{path}.{member}", "is missing")
            elif isinstance(schema, dict):
                # Inside one field's schema, these two keywords are not JSON Schema.
                plain = {k: v for k, v in schema.items() if k not in ("required", "optional")}
                yield from _misfits(plain, value, f"{path}.{member}")


def _is_required(rule: Mapping[str, Any], member: str, schema: object) -> bool:
    listed = rule.get("required")
    if isinstance(listed, list):
        return member in listed
    if not isinstance(schema, Mapping):
        return True
    return schema.get("required") is not False and schema.get("optional") is not True


def _misfits(schema: Mapping[str, Any], value: object, path: str) -> Iterator[FieldViolation]:
    try:
        from jsonschema import Draft202012Validator
        from referencing import Registry
    except ImportError:
        yield from _missing(schema, value, path)
        return
    try:
        # A separate registry, so that no reference is fetched over the network.
        validator = Draft202012Validator(dict(schema), registry=Registry())
        validator.check_schema(dict(schema))
        errors = list(validator.iter_errors(_plain(value)))
    except Exception:  # noqa: BLE001 - an unusable schema is skipped; the service decides
        return
    # With several missing fields, each of them is an error that names them all.
    yield from dict.fromkeys(one for error in errors for one in _told(error, path))


def _told(error: Any, path: str) -> Iterator[FieldViolation]:
    where = path + "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path
    )
    if error.validator == "required" and isinstance(error.instance, dict):
        for name in error.validator_value:
            if name not in error.instance:
                yield FieldViolation(f"{where}.{name}", "is missing")
    else:
        # jsonschema's messages quote the value, which is personal data.
        broken = f"{error.validator} {error.validator_value!r}"
        broken = broken if len(broken) <= _LONGEST else f"{broken[: _LONGEST - 3]}..."
        yield FieldViolation(where, f"violates the schema: {broken}")


def _missing(schema: object, value: object, path: str) -> Iterator[FieldViolation]:
    """Find missing fields, at any depth, without jsonschema."""
    if not isinstance(schema, Mapping):
        return
    if isinstance(value, Mapping):
        required, members = schema.get("required"), schema.get("properties")
        for name in required if isinstance(required, list) else ():
            if isinstance(name, str) and name not in value:
                yield FieldViolation(f"{path}.{name}", "is missing")
        for name, inner in (members if isinstance(members, dict) else {}).items():
            if name in value:
                yield from _missing(inner, value[name], f"{path}.{name}")
    elif isinstance(value, list | tuple):
        first, rest = schema.get("prefixItems"), schema.get("items")
        schemas, least = (first if isinstance(first, list) else []), schema.get("minItems")
        if isinstance(least, int) and len(value) < least:
            yield FieldViolation(path, f"violates the schema: minItems {least}")
        for place, one in enumerate(value):
            inner = schemas[place] if place < len(schemas) else rest
            yield from _missing(inner, one, f"{path}[{place}]")


def _plain(value: object) -> Any:
    """Return *value* with plain dicts and lists, as jsonschema requires."""
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
