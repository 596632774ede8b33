"""Letters of authorization (LOA): validation and request bodies."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sinch_numbers._client.bodies.mappings import body_of, named, nested_models, request_fields
from sinch_numbers._core.choices import listed
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import BlanketLoaInfo, DirectLoaInfo, ResellerLoaInfo
from sinch_numbers.models._fields import wire_name

LETTERS: Final[Mapping[str, type]] = {
    "direct_loa_info": DirectLoaInfo,
    "reseller_loa_info": ResellerLoaInfo,
    "blanket_loa_info": BlanketLoaInfo,
}
"""The types of letters, by the name of their field."""
TOLL_FREE_LETTERS: Final = {
    name: kind for name, kind in LETTERS.items() if kind is not BlanketLoaInfo
}


def letter(
    value: object, kinds: Mapping[str, type] = LETTERS, argument: str = "loa_info"
) -> dict[str, dict[str, Any]]:
    """Return the body field of a letter; raise if it is incomplete."""
    name, members, where = _typed(value, kinds, argument)
    body = body_of(members, kinds[name], where)
    if missing := list(_missing(body, kinds[name])):
        raise InvalidArgumentError(where, f"values for {', '.join(missing)}")
    return {wire_name(name): body}


def _typed(value: object, kinds: Mapping[str, type], argument: str) -> tuple[str, object, str]:
    """Return the letter's type, its fields, and the path of the fields."""
    if not isinstance(value, Mapping):
        for name, kind in kinds.items():
            if type(value) is kind:
                return name, value, argument
        # Don't quote the value: it may contain names and addresses.
        wanted = listed(kind.__name__ for kind in kinds.values())
        raise InvalidArgumentError(argument, f"{wanted}, or a mapping, not {type(value).__name__}")
    if any(key in names for key in value for names in (kinds, map(wire_name, kinds))):
        given = named(value, kinds, argument)
        if len(given) != 1:
            raise InvalidArgumentError(argument, "one letter", [key for key, _ in given.values()])
        ((name, (key, members)),) = given.items()
        return name, members, f"{argument}.{key}"
    if not value:
        raise InvalidArgumentError(argument, "the fields of a letter, or BlanketLoaInfo()")
    is_reseller = not {"business_name", "businessName"}.isdisjoint(value)
    return ("reseller_loa_info" if is_reseller else "direct_loa_info"), value, argument


def _missing(body: Mapping[str, Any], model: type, where: str = "") -> Iterator[str]:
    """Yield the fields of a letter that are absent or empty, by their names in Python."""
    for name in request_fields(model):
        member = body.get(wire_name(name))
        if isinstance(member, Mapping):
            yield from _missing(member, nested_models(model)[name], f"{where}{name}.")
        elif not isinstance(member, str) or not member.strip():
            yield f"{where}{name}"
