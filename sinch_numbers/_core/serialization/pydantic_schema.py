"""
Schemas for pydantic, and thereby for FastAPI: validation, serialization, and JSON schemas.

pydantic calls `__get_pydantic_core_schema__` of a class, which loads this module; the package
does not depend on pydantic. Each class is a component in an OpenAPI document. Its JSON form is
that of `to_dict`. Requires pydantic 2.10, the first release in which a schema can update its JSON
schema.
"""

import inspect
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sinch_numbers._core.serialization import converter, jsonable
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import OpenEnum, UnknownDetail, UnknownEvent, UnknownVoice
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._serializable import Model, Serializable, computed

_FREE_FORM: Final = (UnknownDetail, UnknownEvent, UnknownVoice)
_FORMATS: Final[Mapping[Any, Mapping[str, Any]]] = {
    datetime: {"format": "date-time"},
    date: {"format": "date"},
    Decimal: {"format": "decimal", "examples": ["0.80"]},
    Secret: {"format": "password"},
}
_SIMPLE: Final[Mapping[Any, Callable[[], CoreSchema]]] = {
    str: core_schema.str_schema,
    int: core_schema.int_schema,
    bool: core_schema.bool_schema,
    float: core_schema.float_schema,
    NoneType: core_schema.none_schema,
}


def of_value(cls: type[Serializable], source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """
    Return the schema of *cls*, or of an alias such as ``Page[ActiveNumber]``.

    Accepts instances, and for models their JSON objects, as `Model.from_dict` reads them.
    """

    def read(value: Any, _inner: Any) -> Any:
        if isinstance(value, cls):
            return value
        if not issubclass(cls, Model) or not isinstance(value, Mapping):
            raise PydanticCustomError(
                "instance_of", "expected {name}", {"name": f"an instance of {cls.__name__}"}
            )
        try:
            return cls.from_dict(value)
        except InvalidArgumentError as error:
            raise PydanticCustomError(
                "invalid_value", "expected {problem}", {"problem": error.expected}
            ) from None

    # Wraps a schema without calling it: it is the JSON schema of the input.
    return core_schema.no_info_wrap_validator_function(
        read,
        _object(cls, source, handler, complete=False),
        ref=_reference(cls, source),
        serialization=core_schema.plain_serializer_function_ser_schema(
            lambda value: value if isinstance(value, dict) else jsonable.plain(value, names="api"),
            return_schema=_object(cls, source, handler, complete=True),
        ),
    )


def of_enum(cls: type[OpenEnum]) -> CoreSchema:
    """Return the schema of an open enum: a string, with the known values as examples."""

    def read(value: Any, _inner: Any) -> Any:
        if isinstance(value, str):
            return cls(value)
        raise PydanticCustomError("string_type", "expected a string")

    text = core_schema.str_schema(
        metadata=_updates(
            title=cls.__name__,
            description=f"{_summary(cls)} Values are added over time.",
            examples=[member.value for member in cls],
        )
    )
    return core_schema.no_info_wrap_validator_function(
        read,
        text,
        ref=_reference(cls, cls),
        serialization=core_schema.plain_serializer_function_ser_schema(
            str.__str__, return_schema=text
        ),
    )


def _reference(cls: type, source: Any) -> str:
    # The form that pydantic makes the names of components from.
    arguments = ",".join(
        _reference(one, one) if isinstance(one, type) else str(one) for one in get_args(source)
    )
    name = f"{cls.__module__}.{cls.__qualname__}:{id(cls)}"
    return f"{name}[{arguments}]" if arguments else name


def _updates(**values: Any) -> dict[str, Any]:
    return {"pydantic_js_updates": values}


def _summary(cls: type) -> str:
    """Return the first paragraph of the docstring, as plain text."""
    paragraph = (inspect.getdoc(cls) or "").partition("\n\n")[0]
    return " ".join(paragraph.split()).replace("``", "").replace("`", "")


def _object(cls: Any, source: Any, handler: GetCoreSchemaHandler, *, complete: bool) -> CoreSchema:
    """Return the schema of the JSON form of *cls*; *complete* if every key is present."""
    members = {} if cls in _FREE_FORM else _members(cls, source)
    fields = {
        wire_name(name): core_schema.typed_dict_field(
            _schema(kind, handler),
            required=complete or required,
            metadata=_updates(title=name.replace("_", " ").capitalize()),
        )
        for name, (kind, required) in members.items()
    }
    return core_schema.typed_dict_schema(
        fields,
        extra_behavior="allow",
        metadata=_updates(title=cls.__name__, description=_summary(cls)),
    )


def _members(cls: Any, source: Any) -> dict[str, tuple[Any, bool]]:
    """Return the keys of the JSON form of *cls*, each with its type and whether it is required."""
    if not attrs.has(cls):
        return {}
    arguments = dict(zip(getattr(cls, "__parameters__", ()), get_args(source), strict=False))
    members: dict[str, tuple[Any, bool]] = {}
    if converter.is_typed_detail(cls):
        members["type"] = (str, True)
    for field in attrs.fields(cls):
        if field.name != "extra" and get_origin(field.type) is not Callable:
            kind = _with_arguments(field.type, arguments)
            members[field.name] = (kind, field.default is attrs.NOTHING)
    for key, name in computed(cls, "api").items():
        getter = inspect.getattr_static(cls, name).fget
        members[key] = (get_type_hints(getter)["return"], False)
    return members


def _with_arguments(kind: Any, arguments: Mapping[Any, Any]) -> Any:
    """Return *kind* with the type variables in *arguments* replaced."""
    if isinstance(kind, TypeVar):
        return arguments.get(kind, Any)
    parameters = getattr(kind, "__parameters__", ())
    return kind[tuple(arguments.get(one, Any) for one in parameters)] if parameters else kind


def _schema(kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Return the schema of the JSON form of a field of type *kind*."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in _FORMATS:
        return core_schema.str_schema(metadata=_updates(**_FORMATS[kind]))
    if kind in _SIMPLE:
        return _SIMPLE[kind]()
    if origin in (Union, UnionType):
        return _union(arguments, handler)
    if origin in (tuple, list) and (len(arguments) == 1 or arguments[1] is Ellipsis):
        return core_schema.list_schema(_schema(arguments[0], handler))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return core_schema.dict_schema(core_schema.str_schema(), _schema(arguments[1], handler))
    cls = origin or kind
    if isinstance(cls, type):
        if issubclass(cls, Serializable | OpenEnum):
            return handler.generate_schema(kind)
        if issubclass(cls, Enum):
            values = [member.value for member in cls]
            return core_schema.str_schema(metadata=_updates(title=cls.__name__, enum=values))
        if issubclass(cls, Mapping):
            return core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema())
    return core_schema.any_schema()


def _union(kinds: tuple[Any, ...], handler: GetCoreSchemaHandler) -> CoreSchema:
    schemas = [_schema(kind, handler) for kind in kinds if kind is not NoneType]
    schema = schemas[0] if len(schemas) == 1 else core_schema.union_schema(list(schemas))
    return core_schema.nullable_schema(schema) if NoneType in kinds else schema
