"""
Readers of models, compiled for the common case.

What is nearly always sent (texts, words, numbers, absent members) is read in one pass of
straight code; whatever else comes is left to the thorough way, which knows every case and
says what does not fit. So nothing is decided here: a model is read as the thorough way
reads it, or not at all.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

import attrs

from sinch_numbers.models import OpenEnum

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]

_MOST_SHARED: Final = 1024


class UncommonError(Exception):
    """Something that the thorough way has to read."""


@attrs.frozen
class Member:
    """A member of a JSON object, and the field it is read into."""

    field: str
    name: str
    kind: Any
    """The field's type, for an optional one without the ``None``."""
    optional: bool
    default: Any
    """What an absent member reads as; `attrs.NOTHING` when it must not be absent."""
    read: Hook
    """The thorough way to read it, absence included."""
    of: Any
    """The field's whole type, for *read*."""


def compiled(
    cls: type[T], members: tuple[Member, ...], keep: Callable[[Mapping[str, Any]], Any] | None
) -> Callable[[Any], T]:
    """
    Return a function that reads an object as *cls*, or raises any error at all.

    Members that *cls* does not name are passed through *keep* into its ``extra``.
    """
    lines = [
        "def read(given):",
        " if given.__class__ is not dict: raise Uncommon",
        " get = given.get",
    ]
    scope: dict[str, Any] = {"Uncommon": UncommonError, "cls": cls, "keep": keep}
    for number, member in enumerate(members):
        lines += _member(f"m{number}", member, scope)
    passed = ", ".join(f"{m.field}=m{n}" for n, m in enumerate(members))
    if keep is not None:
        scope["known"] = frozenset(member.name for member in members)
        lines += [
            " if not known.issuperset(given):",
            "  more = {name: given[name] for name in given if name not in known}",
            f"  return cls({passed}, extra=keep(more))",
        ]
    lines.append(f" return cls({passed})")
    exec("\n".join(lines), scope)  # noqa: S102 - made of names that attrs has checked
    read: Callable[[Any], T] = scope["read"]
    return read


def shared(read: Hook) -> Hook:
    """
    Return a hook that reads the same texts once, be they a list or an object's members.

    An inventory repeats the same price and the same links thousands of times; what they are
    read as cannot be changed, so all numbers may have the same one.
    """
    objects: dict[Any, Any] = {}
    lists: dict[Any, Any] = {}

    def read_once(value: Any, kind: Any) -> Any:
        parts: Iterable[Any]
        if value.__class__ is dict:
            models, key, parts = objects, tuple(value.items()), value.values()
        elif value.__class__ is list:
            models, key, parts = lists, tuple(value), value
        else:
            return read(value, kind)
        try:
            model = models.get(key)
        except TypeError:  # something with a structure of its own is in it
            return read(value, kind)
        if model is None:
            model = read(value, kind)
            # Nothing else: True would be found for 1.
            if all(part is None or part.__class__ is str for part in parts):
                if len(models) >= _MOST_SHARED:
                    models.clear()
                models[key] = model
        return model

    return read_once


def _member(variable: str, member: Member, scope: dict[str, Any]) -> list[str]:
    name = repr(member.name)
    if member.default is attrs.NOTHING:
        lines = [f" {variable} = given[{name}]"]
    elif member.default is None or member.default == ():
        lines = [f" {variable} = get({name})"]
    else:
        scope[f"{variable}_default"] = member.default
        lines = [f" {variable} = get({name}, {variable}_default)"]
    if member.kind in (str, int, bool):
        return [*lines, *_plain(variable, member)]
    if isinstance(member.kind, type) and issubclass(member.kind, OpenEnum):
        return [*lines, *_word(variable, member, scope)]
    scope[f"{variable}_read"], scope[f"{variable}_of"] = member.read, member.of
    call = f"{variable} = {variable}_read({variable}, {variable}_of)"
    # Nothing is the most common value of all.
    return [*lines, f" if {variable} is not None: {call}" if member.optional else f" {call}"]


def _plain(variable: str, member: Member) -> list[str]:
    check = f"{variable}.__class__ is not {member.kind.__name__}"
    if not member.optional:
        return [f" if {check}: raise Uncommon"]
    lines = [f" if {variable} == '': {variable} = None"] if member.kind is str else []
    return [*lines, f" if {check} and {variable} is not None: raise Uncommon"]


def _word(variable: str, member: Member, scope: dict[str, Any]) -> list[str]:
    scope[f"{variable}_words"] = member.kind._value2member_map_
    lookup = f"{variable} = {variable}_words[{variable}]"
    return [f" if {variable} is not None: {lookup}" if member.optional else f" {lookup}"]
