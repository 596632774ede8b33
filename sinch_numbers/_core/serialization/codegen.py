"""
Fast path for reading models: generated code for the common JSON shapes.

Strings, enum values, numbers, and absent fields are read in one pass. Everything else falls
back to cattrs, which validates and reports errors. The fast path returns the same model as
the slow path, or falls back.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, TypeVar

import attrs

from sinch_numbers.models import OpenEnum
from sinch_numbers.models._fields import NOTHING

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]

_MOST_SHARED: Final = 1024


class FallbackNeededError(Exception):
    """The value needs the slow path."""


@attrs.frozen
class Member:
    """A key of a JSON object, and the field that it is read into."""

    field: str
    name: str
    kind: Any
    """The field's type, for an optional one without the ``None``."""
    optional: bool
    default: Any
    """Value for an absent key; `attrs.NOTHING` if the key is required."""
    read: Hook
    """The slow path, which also handles absence."""
    of: Any
    """The field's whole type, for *read*."""


def compiled(
    cls: Any,
    members: tuple[Member, ...],
    keep: Callable[[Mapping[str, Any]], Any] | None,
    otherwise: Callable[[Any], T],
    *,
    ignored: tuple[str, ...] = (),
    empty: tuple[str, ...] = (),
) -> Callable[[Any, Any], T]:
    """
    Return a hook that reads an object as *cls*; *otherwise* is the slow path.

    Unknown keys are passed through *keep* into ``extra``. Those in *ignored* are known, and those
    in *empty* as long as their values are empty.
    """
    variables = {f"m{number}": member for number, member in enumerate(members)}
    values = {member.field: variable for variable, member in variables.items()}
    names = (*(member.name for member in members), *ignored, *empty)
    unused = [f"i{number}" for number in range(len(ignored))]
    blank = [f"e{number}" for number in range(len(empty))]
    scope: dict[str, Any] = {"Uncommon": FallbackNeededError, "otherwise": otherwise}
    scope |= {"take": _getter(names), "parse": datetime.fromisoformat}
    at_once = [f"[{', '.join((*variables, *unused, *blank))}] = take(given)"]
    # An empty object can mean absence.
    by_name = ["if not given: raise Uncommon", "get = given.get"]
    by_name += [f"{v} = {_taken(v, member, scope)}" for v, member in variables.items()]
    by_name += [f"{v} = get({name!r})" for v, name in zip(blank, empty, strict=True)]
    if keep is not None:
        values["extra"] = "extra"
        scope |= {"keep": keep, "known": frozenset(names)}
        scope["nothing"] = NOTHING
        more = "keep({name: given[name] for name in given if name not in known})"
        at_once.append("extra = nothing")
        by_name.append(f"extra = nothing if known.issuperset(given) else {more}")
    for field in attrs.fields(cls):
        if not field.init:  # a constant
            values[field.name] = constant = f"c{len(values)}"
            scope[constant] = field.default
    lines = [
        "def read(given, _):",
        " try:",
        "  if given.__class__ is not dict: raise Uncommon",
        # Exactly the documented keys: `itemgetter` reads them in one C call.
        f"  whole = len(given) == {len(names)}",
        "  if whole:",
        "   try:",
        *(f"    {line}" for line in at_once),
        "   except KeyError: whole = False",
        "  if not whole:",
        *(f"   {line}" for line in by_name),
        *(f'  if {v} is not None and {v} != "": raise Uncommon' for v in blank),
        *(line for v, member in variables.items() for line in _checked(v, member, scope)),
        *_made(cls, values, scope),
        # On any failure, let the slow path raise a precise error.
        " except Exception: pass",
        " return otherwise(given)",
    ]
    exec("\n".join(lines), scope)  # noqa: S102 - contains only names of attrs fields
    read: Callable[[Any, Any], T] = scope["read"]
    return read


class InterningHook:
    """
    Hook that reads equal lists or objects once and returns the same model for all.

    An inventory repeats the same prices and configurations thousands of times. Models are
    immutable, so numbers can share them.
    """

    def __init__(self, read: Hook, names: tuple[str, ...] = ()) -> None:
        self._read = read
        self.size: Final = len(names)
        """Number of keys of a complete object; 0 for lists."""
        self.parts: Final[Callable[[Any], tuple[Any, ...]]] = _getter(names) if names else tuple
        """Returns the values of a complete object, or the items of a list."""
        self.models: Final[dict[Any, Any]] = {}
        """Models by the values that they were read from."""

    def __call__(self, value: Any, kind: Any) -> Any:
        """Return the model of *value*, reading it at most once."""
        if value.__class__ is not (dict if self.size else list):
            return self._read(value, kind)
        try:
            key = self._key(value)
            model = self.models.get(key)
        except TypeError:  # an unhashable value
            return self._read(value, kind)
        if model is None:
            model = self._read(value, kind)
            # Only str and None: as keys, True and 1 are equal.
            parts = value.values() if isinstance(value, dict) else value
            if all(part is None or part.__class__ is str for part in parts):
                if len(self.models) >= _MOST_SHARED:
                    self.models.clear()
                self.models[key] = model
        return model

    def _key(self, value: Any) -> tuple[Any, ...]:
        if self.size in (0, len(value)):
            with suppress(KeyError):
                return self.parts(value)
        # Parts are never tuples, so this key differs from those of complete objects.
        return tuple(value), tuple(value.values())


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that returns the values of *names* in an object, as a tuple."""
    if len(names) > 1:  # with one name, `itemgetter` doesn't return a tuple
        return itemgetter(*names)
    return lambda value: tuple(value[name] for name in names)


def _taken(variable: str, member: Member, scope: dict[str, Any]) -> str:
    name = repr(member.name)
    if member.default is attrs.NOTHING:
        return f"given[{name}]"
    if member.default is None or member.default == ():
        return f"get({name})"
    scope[f"{variable}_default"] = member.default
    return f"get({name}, {variable}_default)"


def _checked(variable: str, member: Member, scope: dict[str, Any]) -> list[str]:
    if member.kind in (str, int, bool):
        return _plain(variable, member)
    if isinstance(member.kind, type) and issubclass(member.kind, OpenEnum):
        return _word(variable, member, scope)
    lines = _structured(variable, member, scope)
    # `None` first: most optional fields are absent.
    condition = f"{variable} is not None" if member.optional else "True"
    return [f"  if {condition}:", *(f"   {line}" for line in lines)]


def _plain(variable: str, member: Member) -> list[str]:
    lines = [f"  if {variable}.__class__ is not {member.kind.__name__}:"]
    if not member.optional:
        return [*lines, "   raise Uncommon", *_nonempty(variable, member)]
    lines.append(f"   if {variable} is not None: raise Uncommon")
    return [*lines, f"  elif not {variable}: {variable} = None"] if member.kind is str else lines


def _nonempty(variable: str, member: Member) -> list[str]:
    """Return lines for a required str: whether it may be empty is known to the slow path."""
    return [f"  elif not {variable}: raise Uncommon"] if member.kind is str else []


def _word(variable: str, member: Member, scope: dict[str, Any]) -> list[str]:
    scope[f"{variable}_words"] = member.kind._value2member_map_
    lookup = f"{variable} = {variable}_words[{variable}]"
    return [f"  if {variable} is not None: {lookup}" if member.optional else f"  {lookup}"]


def _structured(variable: str, member: Member, scope: dict[str, Any]) -> list[str]:
    scope[f"{variable}_read"], scope[f"{variable}_of"] = member.read, member.of
    read = f"{variable}_read({variable}, {variable}_of)"
    if member.kind is datetime:
        return _moment(variable, read)
    if not isinstance(member.read, InterningHook):
        return [f"{variable} = {read}"]
    # Usually the model is cached: look it up inline, without a function call.
    shared = member.read
    scope[f"{variable}_models"], scope[f"{variable}_parts"] = shared.models, shared.parts
    found = f"{variable}_models[{variable}_parts({variable})]"
    # Check the type: a str would be read as a list of its characters.
    fits = f"len({variable}) == {shared.size}" if shared.size else f"{variable}.__class__ is list"
    return [
        f"try: {variable} = {found} if {fits} else {read}",
        f"except Exception: {variable} = {read}",
    ]


def _moment(variable: str, read: str) -> list[str]:
    # Recognize the common form by length and separators: a regular expression takes as long as
    # all other steps together. More than six fractional digits take the slow path.
    v = variable
    glance = f'22 <= len({v}) <= 27 and {v}[7:20:3] == "-T::." and {v}[-1] == "Z"'
    return [f"if {v}.__class__ is str and {glance}: {v} = parse({v})", f"else: {v} = {read}"]


def _made(cls: type, values: Mapping[str, str], scope: dict[str, Any]) -> list[str]:
    """
    Return the lines that create a *cls* from *values*.

    The `__init__` of a frozen class bypasses its `__setattr__` for each field, which takes a
    quarter of the reading time. A model without validators and converters is filled as an
    unguarded subclass; then its `__class__` is set to *cls*.
    """
    fields = attrs.fields_dict(cls)
    if not (_only_keeps(cls) and values.keys() == fields.keys()):
        scope["cls"] = cls
        passed = ", ".join(
            f"{fields[name].alias}={value}" for name, value in values.items() if fields[name].init
        )
        return [f"  return cls({passed})"]
    unguarded = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    scope |= {"cls": cls, "new": object.__new__}
    scope["Unguarded"] = type(cls.__name__, (cls,), {"__slots__": (), **unguarded})
    lines = ["  model = new(Unguarded)"]
    lines += [f"  model.{name} = {value}" for name, value in values.items()]
    return [*lines, "  model.__class__ = cls", "  return model"]


def _only_keeps(cls: type) -> bool:
    """Whether `__init__` of *cls* only stores its arguments."""
    return not any(hasattr(cls, f"__attrs_{when}_init__") for when in ("pre", "post")) and all(
        field.validator is None and field.converter is None for field in attrs.fields(cls)
    )
