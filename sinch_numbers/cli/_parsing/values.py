"""Values of options and arguments, from their type hints: names, choices, ranges, checks."""

import inspect
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import attrs
import typer

from sinch_numbers._core.choices import folded, listed, suggestion, words_of

_NAMES = {bool: "", int: "NUMBER", float: "NUMBER", Path: "FILE"}


@attrs.frozen
class Value:
    """The value of an option or argument."""

    kind: Any = str
    """Type after parsing; `bool` for flags."""
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    """Valid words in the command line's spelling; empty if any text is valid."""
    checked: bool = False
    """Whether the choices are checked here; otherwise by the parser of the option."""
    minimum: float | None = None
    maximum: float | None = None

    @property
    def name(self) -> str:
        """Placeholder in help texts, such as ``FILE``; empty for flags."""
        if self.metavar is not None:
            return self.metavar
        return "|".join(self.choices) if self.choices else _NAMES.get(self.kind, "TEXT")

    @property
    def range(self) -> str:
        """Valid range in words; empty without limits."""
        if self.minimum is None and self.maximum is None:
            return ""
        if self.maximum is None:
            return f"at least {self.minimum:g}"
        if self.minimum is None:
            return f"at most {self.maximum:g}"
        return f"{self.minimum:g} to {self.maximum:g}"

    def check(self, text: str) -> str:
        """Return *text*, with choices in their spelling; raise `typer.BadParameter` if invalid."""
        if self.checked:
            return self._chosen(text)
        if self.kind in (int, float):
            self._check_number(text)
        return text

    def _chosen(self, text: str) -> str:
        by_key = {folded(word): word for word in self.choices}
        if found := by_key.get(folded(text.strip())):
            return found
        similar = suggestion(text, self.choices)
        hint = f"; did you mean {similar}?" if similar else ""
        raise typer.BadParameter(f"{text!r} is not {listed(self.choices)}{hint}")

    def _check_number(self, text: str) -> None:
        noun = "a whole number" if self.kind is int else "a number"
        limits = f", {self.range}" if self.range else ""
        expected = f"must be {noun}{limits}, not {text!r}"
        try:
            number = self.kind(text)
        except ValueError:
            raise typer.BadParameter(expected) from None
        low = self.minimum is None or number >= self.minimum
        high = self.maximum is None or number <= self.maximum
        if not (low and high):  # written so that NaN is outside of any range
            raise typer.BadParameter(expected)


FLAG = Value(bool)


def values_of(callback: Any) -> dict[str, Value]:
    """Return the value of each parameter of a command's *callback*."""
    hints = get_type_hints(inspect.unwrap(callback), include_extras=True)
    return {name: _value(hint) for name, hint in hints.items() if get_origin(hint) is Annotated}


def word_of(member: Enum) -> str:
    """Return the command line's spelling of an enum *member*."""
    return str(member.name).lower().replace("_", "-")


def _value(hint: Any) -> Value:
    declared, info = get_args(hint)[:2]
    kind = _plain(declared)
    parser = getattr(info, "parser", None)
    enum = getattr(parser, "enum", None)
    choices: tuple[str, ...] = ()
    if enum is not None:
        choices = tuple(word.lower().replace("_", "-") for word in words_of(enum))
    elif parser is None and isinstance(kind, type) and issubclass(kind, Enum):
        choices = tuple(str(member.value) for member in kind)
    return Value(
        kind if parser is None else str,
        getattr(info, "metavar", None),
        choices,
        checked=bool(choices) and enum is None,
        minimum=getattr(info, "min", None),
        maximum=getattr(info, "max", None),
    )


def _plain(declared: Any) -> Any:
    """Return the type of one value: without ``None``, and of the items of a list."""
    if get_origin(declared) in (Union, UnionType):
        declared = next(one for one in get_args(declared) if one is not NoneType)
    return get_args(declared)[0] if get_origin(declared) is list else declared
