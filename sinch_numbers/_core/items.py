"""Items of a list: one that cannot be read is reported, and costs no others."""

import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, get_args

import attrs

from sinch_numbers._core.callbacks import call_plain, plain
from sinch_numbers._core.choices import word
from sinch_numbers._core.escaping import printable
from sinch_numbers._core.serialization import converter
from sinch_numbers._core.serialization.jsonable import line
from sinch_numbers.errors import (
    APIResponseError,
    InvalidArgumentError,
    UnreadableItemError,
    UnreadableItemWarning,
)
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._serializable import Serializable

__all__ = ["OnUnreadable", "UnreadableItem"]

T = TypeVar("T")

_LONGEST: Final = 64
"""Maximum length of an ID that a message quotes."""
_LONGEST_JSON: Final = 4096
_PACKAGE: Final = f"{__name__.partition('.')[0]}."
_Words = Literal["warn", "raise"]


@attrs.frozen
class UnreadableItem(Serializable):
    """An item of a list that could not be read: its position, the reason, and its JSON."""

    index: int
    """Position on its page, from 0."""
    reason: str
    """The reason, with the path of the value; the value is not quoted."""
    raw: Any = attrs.field(repr=False, hash=False)
    """The item as the service sent it: a JSON value, usually a dict."""
    name: str | None = None
    """Phone number, order ID, or region code, if that can be read."""
    page_token: str | None = None
    """Token of its page; ``None`` for the first page and for lists without pages."""
    page: int | None = None
    """Number of its page in the iteration, from 1; ``None`` if a single page was requested."""

    @property
    def json(self) -> str:
        """Return `raw` as JSON on one line of ASCII, cut after 4,096 characters."""
        try:
            return line(self.raw)[:_LONGEST_JSON]
        except RecursionError:
            return "(nested too deeply)"

    def __str__(self) -> str:
        page = f" of page {self.page}" if self.page is not None else ""
        name = f" ({printable(self.name)})" if self.name else ""
        return f"item {self.index}{page}{name}: {self.reason}"


OnUnreadable: TypeAlias = Callable[[UnreadableItem], object] | _Words
"""
Handling of the items of a list that cannot be read.

``"warn"`` leaves them out with an `UnreadableItemWarning`, ``"raise"`` raises
`UnreadableItemError`, and a function is called with each `UnreadableItem`, which is left out.
"""


def checked(on_unreadable: OnUnreadable) -> OnUnreadable:
    """Return *on_unreadable*; raise `InvalidArgumentError` unless it is valid."""
    if callable(on_unreadable):
        return plain(on_unreadable, "on_unreadable")
    words: tuple[_Words, ...] = get_args(_Words)
    if isinstance(on_unreadable, str):
        return word(on_unreadable, words, "on_unreadable")
    raise InvalidArgumentError("on_unreadable", "'warn', 'raise', or a function", on_unreadable)


def report(
    unreadable: Sequence[UnreadableItem], on_unreadable: OnUnreadable, *, read: int
) -> None:
    """Report the items of a page that could not be read, as *on_unreadable* selects."""
    if not unreadable:
        return
    first = unreadable[0]
    if callable(on_unreadable):
        for item in unreadable:
            call_plain(on_unreadable, "on_unreadable", item)
        return
    if on_unreadable == "raise":
        error = UnreadableItemError(f"could not be read: {first}", first)
        error.page_token = first.page_token
        raise error
    more = f" (and {len(unreadable) - 1} more)" if len(unreadable) > 1 else ""
    text = f"{len(unreadable)} of {len(unreadable) + read} items left out: {first}{more}"
    warnings.warn(UnreadableItemWarning(text), stacklevel=_level_of_caller())


def _level_of_caller() -> int:
    """Return the stack level, for a warning of our caller, of the first frame outside."""
    level, frame = 1, sys._getframe(1)  # noqa: SLF001 - the documented way to walk the stack
    while frame.f_back is not None and frame.f_globals["__name__"].startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    return level


@attrs.frozen
class Items(Generic[T]):
    """The items of a page, and those that could not be read."""

    read: tuple[T, ...]
    unreadable: tuple[UnreadableItem, ...] = ()


def read_items(
    values: Sequence[Any],
    model: type[T],
    project_id: str,
    page_token: str | None = None,
    *,
    exactly: Callable[[], Sequence[Any]] | None = None,
) -> Items[T]:
    """
    Read *values* as *model*, one by one if they cannot all be read.

    *exactly* returns the same values with decimals instead of floats: decoding those takes
    longer, and few services send amounts as numbers. An item without an ID, or of another
    project than *project_id*, is unreadable, too.
    """
    items = read_all(values, model, project_id)
    if items is not None:
        return Items(items)
    exact = values if exactly is None else exactly()
    items = None if exact is values else read_all(exact, model, project_id)
    if items is not None:
        return Items(items)
    return _read_singly(values, exact, model, project_id, page_token)


def read_all(values: Sequence[Any], model: type[T], project_id: str) -> tuple[T, ...] | None:
    """Return all items; ``None`` if one of them cannot be read."""
    cls: Any = model  # `cache` requires a Hashable
    read = converter.structure_hook(cls)
    try:
        items = tuple([read(value, model) for value in values])
    except Exception:  # noqa: BLE001 - cattrs raises groups of the hooks' exceptions
        return None
    return None if _has_strangers(items, model, project_id) else items


def _read_singly(
    values: Sequence[Any],
    exact: Sequence[Any],
    model: type[T],
    project_id: str,
    page_token: str | None,
) -> Items[T]:
    items: list[T] = []
    unreadable: list[UnreadableItem] = []
    for index, value in enumerate(values):
        try:
            item = converter.load(exact[index], model)
            if not _has_strangers((item,), model, project_id):
                items.append(item)
                continue
            reason = _why_strange(item, model)
        except APIResponseError as error:
            reason = error.message.removeprefix("invalid response: ")
        name = value.get(wire_name(id_field(model))) if isinstance(value, dict) else None
        name = name[:_LONGEST] if isinstance(name, str) and name else None
        unreadable.append(UnreadableItem(index, reason, value, name, page_token))
    return Items(tuple(items), tuple(unreadable))


def id_field(model: Any) -> str:
    """Return the field that identifies an item of *model*: the first one."""
    return str(attrs.fields(model)[0].name)


@cache
def _id_getter(model: Any) -> Callable[[Any], Any]:
    return attrgetter(id_field(model))


@cache
def _project_getter(model: Any) -> Callable[[Any], Any] | None:
    return attrgetter("project_id") if "project_id" in attrs.fields_dict(model) else None


def ids_of(items: Sequence[Any], model: Any) -> Iterable[Any]:
    """Return the IDs of *items*, which are of *model*."""
    return map(_id_getter(model), items)


def _has_strangers(items: Sequence[Any], model: Any, project_id: str) -> bool:
    """Whether an item has no ID, or belongs to another project."""
    if not all(ids_of(items, model)):
        return True
    get_project = _project_getter(model)
    if get_project is None:
        return False
    # Most items name the project exactly, which `count` compares in C.
    projects = list(map(get_project, items))
    if projects.count(project_id) == len(projects):
        return False
    return not all(is_of(project_id, named) for named in set(projects))


def is_of(project_id: str, named: str | None) -> bool:
    """Whether a resource that has *named* as its project belongs to *project_id*."""
    return named is None or named.casefold() == project_id.casefold()


def _why_strange(item: Any, model: Any) -> str:
    if getattr(item, id_field(model)) == "":
        return f"{wire_name(id_field(model))} is empty"
    return "it belongs to another project"
