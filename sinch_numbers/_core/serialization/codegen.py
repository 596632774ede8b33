"""
Fast path for reading models: one generated function per class, without function calls inside.

Strings, enum values, numbers, timestamps, nested objects, and absent fields are read in one
pass. Everything else falls back to cattrs, which validates and reports errors. The fast path
returns the same model as the slow path, or falls back.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import Any, Final, TypeVar

import attrs

from sinch_numbers.models import OpenEnum
from sinch_numbers.models._fields import NOTHING

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]

_MOST_SHARED: Final = 1024
_LONGEST_AMOUNT: Final = 30
"""Characters of an amount that is surely within the digits that are read."""


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


@attrs.frozen(kw_only=True)
class Layout:
    """The keys of a JSON object, and the class that it is read as."""

    cls: Any
    members: tuple[Member, ...]
    keep: Callable[[Mapping[str, Any]], Any] | None
    """Makes ``extra`` of the unknown keys; ``None`` if *cls* has none."""
    ignored: tuple[str, ...] = ()
    """Known keys that are not read."""
    empty: tuple[str, ...] = ()
    """Keys that are known as long as their values are empty."""
    needed: tuple[str, ...] = ()
    """Keys without whose values the object may be read as ``None``."""
    shared: dict[tuple[Any, ...], Any] | None = None
    """Models by the values that they were read from, if objects often repeat."""

    @property
    def names(self) -> tuple[str, ...]:
        """The documented keys."""
        return (*(member.name for member in self.members), *self.ignored, *self.empty)


@attrs.frozen(kw_only=True)
class Variants:
    """Layouts of an object by the value of one of its keys; all have the same keys."""

    tag: str
    layouts: Mapping[str, Layout]


class Layouts:
    """Layouts by hook: generated code reads these models without calling the hook."""

    def __init__(self) -> None:
        self._known: dict[Hook, Layout | Variants] = {}

    def add(self, hook: Hook, layout: Layout | Variants | None) -> Hook:
        """Return *hook*, which reads objects of *layout*."""
        if layout is not None:
            self._known[hook] = layout
        return hook

    def get(self, hook: Hook) -> Layout | Variants | None:
        """Return the layout that *hook* reads, if any."""
        return self._known.get(hook)


class Reader:
    """
    Hook that reads an object of *layout*; *otherwise* is the slow path.

    Its function is generated on first use. The readers of most classes are never called, since
    the function of the outer class reads the nested objects.
    """

    def __init__(self, layout: Layout, layouts: Layouts, otherwise: Callable[[Any], T]) -> None:
        self._source = (layout, layouts, otherwise)

    @cached_property
    def function(self) -> Hook:
        """The generated function, to be called without this object."""
        return _generated(*self._source)

    def __call__(self, value: Any, kind: Any) -> Any:
        """Return the model of *value*."""
        return self.function(value, kind)


def _generated(layout: Layout, layouts: Layouts, otherwise: Callable[[Any], T]) -> Hook:
    code = _Code(layouts)
    code.scope["otherwise"] = otherwise
    values = code.members_of(layout)
    at_once = [code.unpacked(values, "given")]
    # An empty object can mean absence.
    by_name = ["if not given: raise Uncommon", "get = given.get"]
    by_name += [f"{values[m.name]} = {code.taken(m)}" for m in layout.members]
    by_name += [f"{values[name]} = get({name!r})" for name in layout.empty]
    if layout.keep is not None:
        keep, known = code.bind(layout.keep), code.bind(frozenset(layout.names))
        more = f"{keep}({{name: given[name] for name in given if name not in {known}}})"
        at_once.append("extra = NOTHING")
        by_name.append(f"extra = NOTHING if {known}.issuperset(given) else {more}")
    lines = [
        "def read(given, _):",
        " try:",
        "  if given.__class__ is not dict: raise Uncommon",
        # Exactly the documented keys: `itemgetter` reads them in one C call.
        f"  whole = len(given) == {len(layout.names)}",
        "  if whole:",
        "   try:",
        *(f"    {line}" for line in at_once),
        "   except KeyError: whole = False",
        "  if not whole:",
        *(f"   {line}" for line in by_name),
        *(f"  {line}" for line in code.made(layout, values, "model", "extra")),
        "  return model",
        # On any failure, let the slow path raise a precise error.
        " except Exception: pass",
        " return otherwise(given)",
    ]
    exec("\n".join(lines), code.scope)  # noqa: S102 - contains only names of attrs fields
    read: Hook = code.scope["read"]
    return read


class SharedTuples:
    """
    Hook that reads equal lists of words once, and returns the same tuple for all.

    The words are enum values, so few lists differ. Others are read each time.
    """

    def __init__(self, read: Hook) -> None:
        self._read = read
        self.found: Final[dict[tuple[str, ...], Any]] = {}
        """Tuples of enum values by the words that they were read from."""

    def __call__(self, value: Any, kind: Any) -> Any:
        """Return the tuple of *value*."""
        found = self._read(value, kind)
        if value.__class__ is list:
            _share(self.found, tuple(value), found)
        return found


def _share(models: dict[tuple[Any, ...], Any], key: tuple[Any, ...], model: Any) -> None:
    """Keep *model* for the next equal values, unless there are too many."""
    # Only str: as keys, True and 1 are equal.
    if len(models) < _MOST_SHARED and all(part.__class__ is str for part in key):
        models[key] = model


class _Code:
    """Lines of a generated function, and the names that they use."""

    def __init__(self, layouts: Layouts) -> None:
        self.scope: dict[str, Any] = {
            "Uncommon": FallbackNeededError,
            "NOTHING": NOTHING,
            "new": object.__new__,
            "parse": datetime.fromisoformat,
            "Decimal": Decimal,
            "share": _share,
        }
        self._layouts = layouts
        self._names = 0

    def variable(self) -> str:
        """Return a new name."""
        self._names += 1
        return f"v{self._names}"

    def bind(self, value: object) -> str:
        """Return a new name for *value*."""
        name = self.variable()
        self.scope[name] = value
        return name

    def members_of(self, layout: Layout) -> dict[str, str]:
        """Return new variables for the values of an object, by key."""
        return {name: self.variable() for name in layout.names}

    def unpacked(self, values: Mapping[str, str], given: str) -> str:
        """Return the line that takes all *values* from *given*."""
        return f"[{', '.join(values.values())}] = {self.bind(_getter(values))}({given})"

    def taken(self, member: Member) -> str:
        """Return the expression for a member of an object that has more or fewer keys."""
        if member.default is attrs.NOTHING:
            return f"given[{member.name!r}]"
        if member.default is None or member.default == ():
            return f"get({member.name!r})"
        return f"get({member.name!r}, {self.bind(member.default)})"

    def made(
        self,
        layout: Layout,
        values: Mapping[str, str],
        model: str,
        extra: str = "NOTHING",
        checked: tuple[Member, ...] = (),
    ) -> list[str]:
        """Return the lines that check the *values* of an object, and create its *model*."""
        empty = [f"{values[name]} is not None and {values[name]} != ''" for name in layout.empty]
        needed = [f"not {values[name]}" for name in layout.needed]
        lines = [f"if {condition}: raise Uncommon" for condition in (*empty, *needed)]
        for member in layout.members:
            if member not in checked:
                lines += self._checked(values[member.name], member)
        fields = {member.field: values[member.name] for member in layout.members}
        if layout.keep is not None:
            fields["extra"] = extra
        for field in attrs.fields(layout.cls):
            if not field.init:  # a constant
                fields[field.name] = self.bind(field.default)
        return lines + self._created(layout.cls, fields, model)

    def _checked(self, variable: str, member: Member) -> list[str]:
        if member.kind in (str, int, bool):
            return _plain(variable, member)
        if isinstance(member.kind, type) and issubclass(member.kind, OpenEnum):
            words = self.bind(member.kind._value2member_map_)
            lines = [f"{variable} = {words}[{variable}]"]
        else:
            lines = self._structured(variable, member)
        # `None` first: most optional fields are absent.
        return [f"if {variable} is not None:", *_indented(lines)] if member.optional else lines

    def _structured(self, variable: str, member: Member) -> list[str]:
        read = f"{self.bind(member.read)}({variable}, {self.bind(member.of)})"
        if member.kind is datetime:
            return _moment(variable, read)
        if member.kind is Decimal:
            return _amount(variable, read)
        if isinstance(member.read, SharedTuples):
            found = self.bind(member.read.found)
            # Check the type: a str would be read as a list of its characters.
            return [
                "try:",
                f" if {variable}.__class__ is not list: raise Uncommon",
                f" {variable} = {found}[tuple({variable})]",
                f"except Exception: {variable} = {read}",
            ]
        layout = self._layouts.get(member.read)
        if layout is None:
            return [f"{variable} = {read}"]
        return self._nested(variable, layout, read)

    def _nested(self, variable: str, layout: Layout | Variants, read: str) -> list[str]:
        """Return the lines that replace an object by its model."""
        model = self.variable()
        if isinstance(layout, Variants):
            values = self.members_of(next(iter(layout.layouts.values())))
            lines = self._variant(variable, layout, values, model)
        elif layout.shared is None:
            values = self.members_of(layout)
            lines = [self.unpacked(values, variable), *self.made(layout, values, model)]
        else:
            values = self.members_of(layout)
            lines = self._shared(variable, layout, values, model)
        return [
            "try:",
            # Not all keys, or others beside them: that function reads them by name.
            f" if len({variable}) != {len(values)}: {variable} = {read}",
            " else:",
            *_indented(lines, 2),
            f"  {variable} = {model}",
            f"except Exception: {variable} = {read}",
        ]

    def _variant(
        self, variable: str, variants: Variants, values: Mapping[str, str], model: str
    ) -> list[str]:
        lines = [self.unpacked(values, variable)]
        first, *others = (layout.members for layout in variants.layouts.values())
        common = tuple(one for one in first if all(one in members for members in others))
        for member in common:
            lines += self._checked(values[member.name], member)
        word = "if"
        for tag, layout in variants.layouts.items():
            lines.append(f"{word} {values[variants.tag]} == {tag!r}:")
            lines += _indented(self.made(layout, values, model, checked=common))
            word = "elif"
        return [*lines, "else: raise Uncommon"]

    def _shared(
        self, variable: str, layout: Layout, values: Mapping[str, str], model: str
    ) -> list[str]:
        key, found, take = self.variable(), self.bind(layout.shared), self.bind(_getter(values))
        return [
            f"{key} = {take}({variable})",
            f"{model} = {found}.get({key})",
            f"if {model} is None:",
            f" [{', '.join(values.values())}] = {key}",
            *_indented(self.made(layout, values, model)),
            f" if len({found}) < {_MOST_SHARED}: share({found}, {key}, {model})",
        ]

    def _created(self, cls: Any, values: Mapping[str, str], model: str) -> list[str]:
        """
        Return the lines that create a *cls* from *values*.

        The `__init__` of a frozen class bypasses its `__setattr__` for each field, which takes a
        quarter of the reading time. A model without validators and converters is filled as an
        unguarded subclass; then its `__class__` is set to *cls*.
        """
        fields, bound = attrs.fields_dict(cls), self.bind(cls)
        if not (_only_keeps(cls) and values.keys() == fields.keys()):
            passed = ", ".join(
                f"{fields[name].alias}={value}"
                for name, value in values.items()
                if fields[name].init
            )
            return [f"{model} = {bound}({passed})"]
        unguarded = self.bind(_unguarded(cls))
        lines = [f"{model} = new({unguarded})"]
        lines += [f"{model}.{name} = {value}" for name, value in values.items()]
        return [*lines, f"{model}.__class__ = {bound}"]


def _getter(names: Iterable[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that returns the values of *names* in an object, as a tuple."""
    names = tuple(names)
    if len(names) > 1:  # with one name, `itemgetter` doesn't return a tuple
        return itemgetter(*names)
    return lambda value: tuple(value[name] for name in names)


def _indented(lines: list[str], by: int = 1) -> list[str]:
    return [" " * by + line for line in lines]


def _plain(variable: str, member: Member) -> list[str]:
    lines = [f"if {variable}.__class__ is not {member.kind.__name__}:"]
    if not member.optional:
        # Whether a required str may be empty is known to the slow path.
        empty = [f"elif not {variable}: raise Uncommon"] if member.kind is str else []
        return [*lines, " raise Uncommon", *empty]
    lines.append(f" if {variable} is not None: raise Uncommon")
    return [*lines, f"elif not {variable}: {variable} = None"] if member.kind is str else lines


def _moment(variable: str, read: str) -> list[str]:
    # Recognize the common form by length and separators: a regular expression takes twice as
    # long as to parse it. More than six fractional digits take the slow path.
    v = variable
    glance = f'22 <= len({v}) <= 27 and {v}[7:20:3] == "-T::." and {v}[-1] == "Z"'
    return [f"if {glance}: {v} = parse({v})", f"else: {v} = {read}"]


def _amount(variable: str, read: str) -> list[str]:
    # Digits with at most one point, which `str` checks faster than a regular expression.
    v = variable
    glance = f"len({v}) <= {_LONGEST_AMOUNT} and {v}.isascii()"
    digits = f'{v}.replace(".", "", 1).isdigit()'
    return [
        f"if {v}.__class__ is str and {glance} and {digits}: {v} = Decimal({v})",
        f"else: {v} = {read}",
    ]


def _unguarded(cls: Any) -> type:
    setters = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(cls.__name__, (cls,), {"__slots__": (), **setters})


def _only_keeps(cls: type) -> bool:
    """Whether `__init__` of *cls* only stores its arguments."""
    return not any(hasattr(cls, f"__attrs_{when}_init__") for when in ("pre", "post")) and all(
        field.validator is None and field.converter is None for field in attrs.fields(cls)
    )
