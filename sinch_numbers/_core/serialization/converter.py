"""
Conversion between JSON and models.

Missing values are accepted: absent keys, ``null``, ``""``, and ``{}`` are read as ``None``.
Values are read in every form that states the same value exactly, such as an integer as a str.
Anything else raises an error that names the path. Unknown keys of an object are kept in its
``extra``, and unknown enum values become new enum members.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, partial
from operator import eq, is_
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

import attrs
import cattrs
from cattrs.errors import IterableValidationNote
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

# Models that few programs use are looked up in `models`, which imports them then.
from sinch_numbers import models
from sinch_numbers._core.serialization.codegen import (
    Layout,
    Layouts,
    Member,
    Reader,
    SharedTuples,
    Variants,
)
from sinch_numbers._core.serialization.exact import exact_decimal, exact_int
from sinch_numbers._core.serialization.timestamps import parse_timestamp
from sinch_numbers.errors import APIResponseError
from sinch_numbers.models import (
    Extra,
    Money,
    OpenEnum,
    SmsConfiguration,
    UnknownVoice,
    VoiceConfiguration,
    VoiceProvisioning,
    VoiceType,
)
from sinch_numbers.models._fields import (
    NOTHING,
    is_filled,
    is_numbered,
    is_read_only,
    other_name,
    wire_name,
)
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._unset import UNSET

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]

_DEEPEST: Final = 100
"""Maximum nesting of unknown fields."""

_VOICE_IDENTIFIERS: Final = ("appId", "trunkId", "serviceId")
_VOICE_MEMBERS: Final = (
    "type", *_VOICE_IDENTIFIERS, "lastUpdatedTime", "scheduledVoiceProvisioning"
)  # fmt: skip
_OptionalVoiceProvisioning: Any = VoiceProvisioning | None

TYPED_DETAILS: Final = frozenset(("BadRequest", "ContentTooLarge", "ResourceInfo"))
"""Names of the error details whose ``type`` is the name of their class."""

_JSON_TYPES: Final[Mapping[type, str]] = {
    NoneType: "null",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    Decimal: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}


def tag_of(cls: Any) -> VoiceType | None:
    """Return the constant ``type`` of a variant of the voice configuration."""
    field = attrs.fields_dict(cls).get("type")
    return None if field is None or field.init else field.default


VOICE_VARIANTS: Final[Mapping[VoiceType, type]] = {
    tag: variant for variant in get_args(VoiceConfiguration) if (tag := tag_of(variant))
}
"""The classes of the known types of voice configurations."""


class TypeMismatchError(ValueError):
    """A value has the wrong JSON type or format; the message doesn't quote the value."""

    def __init__(self, expected: str, value: object) -> None:
        got = _JSON_TYPES.get(type(value)) or type(value).__name__
        super().__init__(f"expected {expected}, got {got}")


class InexactNumberError(TypeMismatchError):
    """A float: decoded as a `Decimal`, its JSON number may be an exact value."""


# Reading


def _read_bool(value: Any, _: Any) -> bool:
    if type(value) is not bool:
        raise TypeMismatchError("a boolean", value)
    return value


def _read_int(value: Any, _: Any) -> int:
    number = exact_int(value)
    if number is None:
        raise _number_mismatch("an integer", value)
    return number


def _read_count(value: Any, _: Any) -> int:
    """Read an int whose absence means 0."""
    return 0 if _is_nothing(value) else _read_int(value, int)


def _read_flag(value: Any, _: Any) -> bool:
    """Read a bool whose absence means false."""
    return False if _is_nothing(value) else _read_bool(value, bool)


def _read_filled(value: Any, kind: type[str]) -> str:
    """Read a str or an enum value that must not be empty."""
    if value == "":
        raise TypeMismatchError("a non-empty string", value)
    return _read_text(value, kind)


def _read_decimal(value: Any, _: Any) -> Decimal:
    number = exact_decimal(value)
    if number is None:
        raise _number_mismatch("a decimal string", value)
    return number


def _number_mismatch(expected: str, value: Any) -> TypeMismatchError:
    return (InexactNumberError if type(value) is float else TypeMismatchError)(expected, value)


def _read_datetime(value: Any, _: Any) -> datetime:
    if type(value) is str:
        with suppress(ValueError):
            return parse_timestamp(value)
    raise TypeMismatchError("a timestamp", value)


def _read_secret(value: Any, _: Any) -> Secret:
    if type(value) is not str:
        raise TypeMismatchError("a string", value)
    return Secret(value)


def _read_text(value: Any, kind: type[str]) -> str:
    """Read a str or an enum value, since enums are subclasses of str."""
    if type(value) is not str:
        raise TypeMismatchError("a string", value)
    return kind(value) if issubclass(kind, OpenEnum) else value


def _read_free_form(value: Any, _: Any) -> Extra:
    return NOTHING if _is_nothing(value) else _read_object(value)


def _read_object(value: Any) -> Extra:
    if type(value) is not dict:
        raise TypeMismatchError("an object", value)
    return keep(value)


def _is_nothing(value: Any) -> bool:
    return value is None or value == "" or value == {}


def _read_optional(union: Any, converter: cattrs.Converter, *, layouts: Layouts | None) -> Hook:
    inner = _member(union)
    read_inner = converter.get_structure_hook(inner)

    def read(value: Any, _: Any) -> Any:
        # `_is_nothing`, inlined: this runs for every field.
        if value is None or value == "" or value == {}:
            return None
        return read_inner(value, inner)

    return read if layouts is None else layouts.add(read, layouts.get(read_inner))


def _read_whole(union: Any, converter: cattrs.Converter, *, layouts: Layouts | None) -> Hook:
    """Return a hook that reads an incomplete object as ``None``."""
    cls = _member(union)
    is_whole, needed = _WHOLE[cls.__name__]
    read_model = converter.get_structure_hook(cls)

    def read(value: Any, _: Any) -> Any:
        if _is_nothing(value) or (type(value) is dict and not is_whole(value)):
            return None
        return read_model(value, cls)

    layout = None if layouts is None else layouts.get(read_model)
    if layouts is None or not isinstance(layout, Layout):
        return read
    shared: dict[tuple[Any, ...], Any] | None = {} if cls is Money else None
    return layouts.add(read, attrs.evolve(layout, needed=needed, shared=shared))


def _read_tuple(kind: Any, converter: cattrs.Converter, *, layouts: Layouts | None) -> Hook:
    inner = get_args(kind)[0]
    read_inner = converter.get_structure_hook(inner)

    def read(value: Any, _: Any) -> Any:
        if value is None:
            return ()
        if type(value) is not list:
            raise TypeMismatchError("an array", value)
        try:
            return tuple([read_inner(item, inner) for item in value])
        except Exception as error:  # noqa: BLE001 - any error gets its path
            raise located(value, error) from None

    def located(value: list[Any], error: Exception) -> Exception:
        # Read the list again, item by item, to find the index of the error.
        for place, item in enumerate(value):
            try:
                read_inner(item, inner)
            except Exception as culprit:  # noqa: BLE001 - any error gets its path
                culprit.__notes__ = [IterableValidationNote("", place, inner)]
                return cattrs.IterableValidationError("", [culprit], tuple)  # pyright: ignore[reportCallIssue] - __new__ also takes the class
        return error

    words = isinstance(inner, type) and issubclass(inner, OpenEnum)
    return SharedTuples(read) if words and layouts is not None else read


def _read_attrs(
    cls: Any,
    converter: cattrs.Converter,
    *,
    forbid_unknown: bool,
    layouts: Layouts | None,
    optional: bool = False,
) -> Hook:
    """Return a hook that reads an object as *cls*; as ``None`` if *optional* and empty."""
    names = _wire_names(cls)
    is_voice = tag_of(cls) is not None
    # Not unknown: the type of a variant, and the empty identifiers of the other variants.
    ignored = ("type",) if is_voice or is_typed_detail(cls) else ()
    empty = tuple(set(_VOICE_IDENTIFIERS).difference(names.values())) if is_voice else ()
    keeps_extra = "extra" in attrs.fields_dict(cls)
    other_names = {
        other: names[field.name] for field in attrs.fields(cls) if (other := other_name(field))
    }
    # Generated on first use: cattrs takes long to generate it, and it is rarely needed.
    read_members = cache(
        partial(
            make_dict_structure_fn,
            cls,
            converter,
            _cattrs_forbid_extra_keys=forbid_unknown,
            **_overrides(cls, converter),
        )
    )
    known = frozenset((*names.values(), *ignored, *empty))

    def unknown_in(value: Mapping[str, Any]) -> dict[str, Any]:
        unknown = {name: value[name] for name in empty if not _is_nothing(value.get(name))}
        if not known.issuperset(value):
            unknown |= {name: value[name] for name in value if name not in known}
        return unknown

    def read_thoroughly(value: Any) -> Any:
        if optional and _is_nothing(value):
            return None
        if type(value) is not dict:
            raise TypeMismatchError("an object", value)
        if other_names:
            value = _renamed(value, other_names)
        model = read_members()(value, cls)
        unknown = unknown_in(value) if keeps_extra else None
        return attrs.evolve(model, extra=keep(unknown)) if unknown else model

    if forbid_unknown or other_names or layouts is None:
        return lambda value, _: read_thoroughly(value)
    layout = Layout(
        cls=cls,
        members=tuple(
            _compiled_member(f, converter) for f in attrs.fields(cls) if f.name in names
        ),
        keep=keep if keeps_extra else None,
        ignored=ignored,
        empty=empty,
    )
    return layouts.add(Reader(layout, layouts, read_thoroughly), layout)


def _overrides(cls: Any, converter: cattrs.Converter) -> dict[str, Any]:
    """Return cattrs' overrides for the fields of *cls*: keys and hooks."""
    overrides: dict[str, Any] = {}
    for field in attrs.fields(cls):
        hook = None
        if is_numbered(field):
            hook = _read_numbered(field.type, converter)
        elif is_filled(field):
            hook = _read_filled
        elif field.type is int and field.default is not attrs.NOTHING:
            hook = _read_count
        elif field.type is bool and field.default is not attrs.NOTHING:
            hook = _read_flag
        overrides[field.name] = override(
            rename=wire_name(field.name), struct_hook=hook, omit=field.name == "extra"
        )
    return overrides


def _wire_names(cls: Any) -> dict[str, str]:
    """Return the JSON keys of the fields of *cls* that are read, by field name."""
    return {f.name: wire_name(f.name) for f in attrs.fields(cls) if f.init and f.name != "extra"}


def _compiled_member(field: attrs.Attribute[Any], converter: cattrs.Converter) -> Member:
    kind = _member(field.type) if _is_optional(field.type) else field.type
    # These hooks reject "" and {}, so the fast path can skip the check of `_read_optional`: the
    # slow path then reads them as ``None``.
    of = kind if kind in (datetime, Decimal) else field.type
    return Member(
        field=field.name,
        name=wire_name(field.name),
        kind=kind,
        optional=NoneType in get_args(field.type),
        default=field.default,
        read=converter.get_structure_hook(of),
        of=of,
    )


def _read_numbered(kind: Any, converter: cattrs.Converter) -> Hook:
    """Return a hook that reads strings and enum values, and integers as their digits."""
    read_words = converter.get_structure_hook(kind)

    def read(value: Any, _: Any) -> Any:
        if type(value) is list:
            value = [_digits(one) for one in value]
        elif type(value) is not str:
            value = _digits(value)
        return read_words(value, kind)

    return read


def _digits(value: Any) -> Any:
    if type(value) is float:  # orjson decodes integers of more than 64 bits as floats
        raise InexactNumberError("a string", value)
    return str(value) if type(value) is int else value


def _renamed(members: Mapping[str, Any], other_names: Mapping[str, str]) -> dict[str, Any]:
    """Return *members* with aliases renamed, unless the primary key has a value."""
    renamed = dict(members)
    for other, name in other_names.items():
        if other in renamed and _is_nothing(renamed.get(name)):
            renamed[name] = renamed.pop(other)
    return renamed


def keep(members: Mapping[str, Any]) -> Extra:
    """Return *members* as the API sent them; raise if they are nested too deeply."""
    level: list[Any] = [members]
    inexact = False
    for _ in range(_DEEPEST):
        inner = [
            member
            for outer in level
            for member in (outer.values() if isinstance(outer, Mapping) else outer)
        ]
        inexact = inexact or any(type(member) is Decimal for member in inner)
        level = [member for member in inner if isinstance(member, dict | list)]
        if not level:
            return Extra(_with_floats(dict(members)) if inexact else members)
    raise TypeMismatchError("less nesting", dict(members))


def _with_floats(value: Any) -> Any:
    """Return *value* with floats instead of decimals, as `json_text.decode` returns it."""
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {name: _with_floats(member) for name, member in value.items()}
        case list():
            return [_with_floats(item) for item in value]
        case _:
            return value


def _read_voice(
    converter: cattrs.Converter, *, forbid_unknown: bool, layouts: Layouts | None
) -> Hook:
    # The API sends each variant with the empty identifiers of the others: don't forbid those.
    readers: dict[str, Hook] = {
        tag: _read_attrs(cls, converter, forbid_unknown=False, layouts=layouts)
        for tag, cls in VOICE_VARIANTS.items()
    }
    read_unknown = converter.get_structure_hook(UnknownVoice)

    def read(value: Any, _: Any) -> Any:
        if type(value) is not dict or not value:
            if _is_nothing(value):
                return None
            raise TypeMismatchError("an object", value)
        tag = value.get("type")
        # Most are of a known type, and enum values equal their strings.
        reader = readers.get(tag) if isinstance(tag, str) else None
        if reader is None:
            if not _is_nothing(tag):
                return read_unknown(value, UnknownVoice)
            reader = readers[VoiceType.RTC]  # the API's default
        if forbid_unknown and not set(value).issubset(_VOICE_MEMBERS):
            raise TypeMismatchError("a voice configuration", value)
        return reader(value, None)

    if layouts is None:
        return read
    variants = {tag: layouts.get(reader) for tag, reader in readers.items()}
    known = {tag: layout for tag, layout in variants.items() if isinstance(layout, Layout)}
    return layouts.add(read, Variants(tag="type", layouts=known))


def _read_unknown_voice(converter: cattrs.Converter) -> Hook:
    """Return a hook that reads a voice configuration of any type as an `UnknownVoice`."""
    read_tag = converter.get_structure_hook(VoiceType)
    read_job = converter.get_structure_hook(_OptionalVoiceProvisioning)

    def read(value: Any, _: Any) -> UnknownVoice:
        if type(value) is not dict:
            raise TypeMismatchError("an object", value)
        job = value.get("scheduledVoiceProvisioning")
        return UnknownVoice(
            read_tag(value.get("type"), VoiceType),
            keep(value),
            scheduled_voice_provisioning=read_job(job, _OptionalVoiceProvisioning),
        )

    return read


def _read_unknown_event(converter: cattrs.Converter) -> Hook:
    """Return a hook that reads the known fields of an event of an unknown type."""
    read_moment = converter.get_structure_hook(datetime)

    def read(value: Any, _: Any) -> models.UnknownEvent:
        if type(value) is not dict:
            raise TypeMismatchError("an object", value)
        timestamp = None
        with suppress(TypeMismatchError):
            timestamp = read_moment(value.get("timestamp"), datetime)
        of = _text_or_none(value.get("resourceType"))
        return models.UnknownEvent(
            event_id=_id_or_none(value.get("eventId")),
            timestamp=timestamp,
            project_id=_id_or_none(value.get("projectId")),
            resource_id=_text_or_none(value.get("resourceId")),
            resource_type=models.EventResourceType(of) if of else None,
            event_type=_text_or_none(value.get("eventType")),
            status=_text_or_none(value.get("status")),
            failure_code=_text_or_none(value.get("failureCode")),
            internal_failure_code=_text_or_none(value.get("internalFailureCode")),
            fields=keep(value),
        )

    return read


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _id_or_none(value: object) -> str | None:
    return str(value) if type(value) is int else _text_or_none(value)


# Writing


def _write_attrs(cls: Any, converter: cattrs.Converter) -> Callable[[Any], Any]:
    overrides: dict[str, Any] = {
        f.name: override(omit=True) if is_read_only(f) else override(rename=wire_name(f.name))
        for f in attrs.fields(cls)
    }
    write_members = make_dict_unstructure_fn(
        cls,
        converter,
        _cattrs_omit_if_default=True,
        **overrides,
    )
    tag = tag_of(cls)
    if tag is None:
        return write_members
    return lambda value: {"type": tag.value, **write_members(value)}


def write_datetime(moment: datetime) -> str:
    """Return a timestamp in UTC, in the format of the API."""
    # Milliseconds, as in the API's examples, unless that would lose precision.
    digits = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.astimezone(UTC).isoformat(timespec=digits).replace("+00:00", "Z")


# Both


def _is_optional(kind: Any) -> bool:
    arguments = get_args(kind)
    return get_origin(kind) in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments


def _member(union: Any) -> Any:
    first, second = get_args(union)
    return second if first is NoneType else first


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _is_price(members: Mapping[str, Any]) -> bool:
    return not any(_is_nothing(members.get(name)) for name in ("currencyCode", "amount"))


def _is_somewhere(members: Mapping[str, Any]) -> bool:
    return not all(_is_nothing(value) for value in members.values())


def _is_job(members: Mapping[str, Any]) -> bool:
    # A job without a status or a target would stay pending forever.
    empty: tuple[str, object] = ("errorCodes", [])
    return bool(members.get("status")) or not all(
        _is_nothing(member[1]) or member == empty for member in members.items()
    )


_WHOLE: Final[Mapping[str, tuple[Callable[[Mapping[str, Any]], bool], tuple[str, ...]]]] = {
    "SmsProvisioning": (_is_job, ("status",)),
    "ImportedSmsProvisioning": (_is_job, ("status",)),
    "VoiceProvisioning": (_is_job, ("status",)),
    "EmergencyAddress": (_is_somewhere, ("streetNumber",)),
    "Money": (_is_price, ("currencyCode", "amount")),
}
"""
Models that may be incomplete, which means that they are absent, by name.

Whether an object is whole, and keys with whose values it surely is.
"""


def _is_model(kind: Any, names: Collection[str]) -> bool:
    """Whether *kind* is a model with one of the *names*, without importing any."""
    if not isinstance(kind, type) or kind.__name__ not in names:
        return False
    return kind.__module__.startswith(f"{models.__name__}.")


def _may_be_incomplete(kind: Any) -> bool:
    return _is_optional(kind) and _is_model(_member(kind), _WHOLE)


def is_typed_detail(kind: Any) -> bool:
    """Whether *kind* is an error detail whose ``type`` is the name of its class."""
    return _is_model(kind, TYPED_DETAILS)


def _is_unknown_detail(kind: Any) -> bool:
    return _is_model(kind, ("UnknownDetail",))


def _is_unknown_event(kind: Any) -> bool:
    return _is_model(kind, ("UnknownEvent",))


def make_converter(*, forbid_unknown: bool = False, codegen: bool = True) -> cattrs.Converter:
    """
    Build the converter that the package uses.

    With *forbid_unknown*, unknown keys are errors, for tests that compare recorded responses
    with the models. Without *codegen*, models are read by the functions that cattrs generates,
    which takes longer: ``python -m benchmarks converter`` prints both.
    """
    c = cattrs.Converter(unstruct_collection_overrides={tuple: list})
    layouts = Layouts() if codegen else None
    read_attrs = partial(_read_attrs, forbid_unknown=forbid_unknown, layouts=layouts)
    c.register_structure_hook_factory(attrs.has, read_attrs)
    c.register_structure_hook_factory(_is_tuple, partial(_read_tuple, layouts=layouts))
    c.register_structure_hook_factory(_is_optional, partial(_read_optional, layouts=layouts))
    c.register_structure_hook(bool, _read_bool)
    c.register_structure_hook(int, _read_int)
    c.register_structure_hook(str, _read_text)
    c.register_structure_hook(datetime, _read_datetime)
    c.register_structure_hook(Decimal, _read_decimal)
    c.register_structure_hook(Secret, _read_secret)
    c.register_structure_hook(Extra, _read_free_form)
    # By predicate: a hook registered by class also applies to subclasses, and for unions
    # `_is_optional` takes precedence over it. Factories, to build hooks when they are needed.
    c.register_structure_hook_factory(_may_be_incomplete, partial(_read_whole, layouts=layouts))
    c.register_structure_hook_factory(
        partial(eq, SmsConfiguration | None),
        lambda _: read_attrs(SmsConfiguration, c, optional=True),
    )
    read_voice = cache(partial(_read_voice, c, forbid_unknown=forbid_unknown, layouts=layouts))
    for kind in (VoiceConfiguration, VoiceConfiguration | None):
        c.register_structure_hook_factory(partial(eq, kind), lambda _: read_voice())
    c.register_structure_hook_factory(partial(is_, UnknownVoice), lambda _: _read_unknown_voice(c))
    c.register_structure_hook_factory(
        _is_unknown_detail,
        lambda _: lambda value, _: models.UnknownDetail(_read_object(value)),
    )
    c.register_structure_hook_factory(_is_unknown_event, lambda _: _read_unknown_event(c))

    c.register_unstructure_hook_factory(attrs.has, _write_attrs)
    c.register_unstructure_hook(OpenEnum, str.__str__)
    c.register_unstructure_hook(UnknownVoice, lambda v: dict(v.fields))
    c.register_unstructure_hook(Extra, dict)
    c.register_unstructure_hook(Decimal, "{:f}".format)
    c.register_unstructure_hook(datetime, write_datetime)
    c.register_unstructure_hook(Secret, lambda secret: secret.reveal())
    return c


_converter: Final = make_converter()


@cache
def structure_hook(cls: Any) -> Hook:
    """Return the structure hook of a class, to skip the dispatch that `load` does."""
    hook: Hook = _converter.get_structure_hook(cls)
    return hook.function if isinstance(hook, Reader) else hook


def load(payload: Any, cls: type[T]) -> T:
    """Read *payload* as *cls*; raise `APIResponseError` with the path of a mismatch."""
    try:
        return _converter.structure(payload, cls)
    except Exception as error:  # noqa: BLE001 - cattrs raises groups of the hooks' exceptions
        problem = explain(error, cls)
    # The value may contain a secret, and tracebacks can show local variables.
    del payload
    raise APIResponseError(problem)


def is_like(payload: Mapping[str, Any], cls: Any) -> bool:
    """Whether *payload* has a value for a field of *cls*."""
    return attrs.has(cls) and any(payload.get(name) for name in _wire_names(cls).values())


def load_in_part(payload: Any, cls: type[T]) -> T:
    """
    Read *payload* as *cls* without the optional fields that cannot be read.

    Their values are in ``extra``, and their names in ``extra.unreadable``. Raise
    `APIResponseError` if a required field cannot be read, or a secret, which ``extra`` would show.
    """
    if type(payload) is not dict or not attrs.has(cls) or "extra" not in attrs.fields_dict(cls):
        raise APIResponseError("invalid response: not an object")
    required = {
        wire_name(field.name): payload.get(wire_name(field.name))
        for field in attrs.fields(cls)
        if field.default is attrs.NOTHING
    }
    secrets = {
        wire_name(field.name)
        for field in attrs.fields(cls)
        if Secret in (field.type, *get_args(field.type))
    }
    odd: dict[str, Any] = {}
    for name, value in payload.items():
        try:
            load({**required, name: value}, cls)
        except APIResponseError:
            if name in secrets:
                raise
            odd[name] = value
            with suppress(TypeMismatchError):  # nested too deeply
                odd |= keep({name: value})
    model: Any = load({name: payload[name] for name in payload if name not in odd}, cls)
    kept = Extra({**model.extra, **odd}, tuple(odd))
    whole: T = attrs.evolve(model, extra=kept)
    return whole


def is_inexact(error: Exception) -> bool:
    """Whether *error*, from reading a payload, may be due to a number that became a float."""
    if isinstance(error, ExceptionGroup):
        return error.subgroup(InexactNumberError) is not None
    return isinstance(error, InexactNumberError)


def explain(error: Exception, cls: Any) -> str:
    """Return a message with the paths of invalid values, without the values."""
    where = cattrs.transform_error(error, cls.__name__, format_exception=_problem)
    return f"invalid response: {'; '.join(where)}"


def _problem(error: BaseException, _: type | None) -> str:
    if isinstance(error, KeyError):
        return f"{error} is missing"
    return str(error) if isinstance(error, TypeMismatchError) else type(error).__name__


def dump(body: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a request's *body* to plain JSON; omit `UNSET` values."""
    return {
        name: _converter.unstructure(value) for name, value in body.items() if value is not UNSET
    }


def dump_query(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Convert a *query* to pairs: lists repeat their name, ``None`` is omitted."""
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if value is None or value is UNSET:
            continue
        several = isinstance(value, Iterable) and not isinstance(value, str)
        pairs.extend((name, _word(one)) for one in (value if several else [value]))
    return pairs


def _word(value: object) -> str:
    if isinstance(value, str):
        return str.__str__(value)  # for a member of a caller's enum, str() would return its name
    return str(value).lower() if isinstance(value, bool) else str(value)
