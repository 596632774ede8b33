"""Serialization of values: dicts, JSON, and schemas for pydantic."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self, TypeAlias

__all__ = ["Model", "Serializable"]

Names: TypeAlias = Literal["api", "python"]
"""The naming of keys: ``"api"`` is ``phoneNumber``, ``"python"`` is ``phone_number``."""


class Serializable:
    """Base class of all values that have a JSON form."""

    __slots__ = ()

    _computed: ClassVar[Mapping[str, str]] = {}
    """
    Keys of the JSON form that are not fields, or replace them, and their attributes.

    Those of a `Model` are only in the form with Python's names: the API doesn't have them.
    """

    def to_dict(self, *, names: Names = "api") -> dict[str, Any]:
        """
        Return the value as JSON-ready data, complete to any depth.

        Every key is present; absent values are ``None``. Amounts are strings with all digits,
        timestamps are ISO 8601 in UTC, enum values are strings, and secrets are masked. The
        result shares nothing with the value, so it can be changed. No request is sent.

        Raises `InvalidArgumentError` for other *names*.

        Args:
            names: ``"api"`` for the API's keys and formats, with unknown fields among the
                others, or ``"python"`` for the names of the attributes, with unknown fields in
                ``extra``.

        Example::

            number = await client.active_numbers.get("+12025550134")
            print(number.to_dict(names="python")["phone_number"])
        """
        from sinch_numbers._core.serialization import jsonable

        data: dict[str, Any] = jsonable.plain(self, names=names)
        return data

    def to_json(self, *, names: Names = "api", indent: int | None = None) -> str:
        """
        Return `to_dict` as JSON text in ASCII, which every encoding and terminal can print.

        Raises `InvalidArgumentError` for other *names*.

        Args:
            names: As in `to_dict`.
            indent: Spaces of each level; by default the text is one line.

        Example::

            number = await client.active_numbers.get("+12025550134")
            print(number.to_json(indent=2))
        """
        from sinch_numbers._core.serialization import jsonable

        return jsonable.line(self, names=names, indent=indent)

    def __json__(self, *_: object) -> dict[str, Any]:
        # The protocol of kombu (Celery), Pyramid, and others.
        return self.to_dict()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        # Called by pydantic, which is then installed; this package doesn't require it.
        from sinch_numbers._core.serialization import pydantic_schema

        return pydantic_schema.of_value(cls, source, handler)


def computed(cls: Any, names: Names) -> Mapping[str, str]:
    """Return the computed keys of *cls* in the form with *names*, and their attributes."""
    if names == "api" and issubclass(cls, Model):
        return {}
    found: Mapping[str, str] = getattr(cls, "_computed", {})
    return found


class Model(Serializable):
    """Base class of all models of the API."""

    __slots__ = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """
        Read *data*, with the API's keys and formats, as `to_dict` returns them.

        Reads what the client reads from a response: missing keys are absent values, unknown keys
        go into ``extra``, and unknown enum values are kept. ``from_dict(model.to_dict())`` equals
        a model that the client read, except for its secrets.

        Args:
            data: The fields by their names in the API, JSON-ready.

        Raises:
            InvalidArgumentError: A value cannot be read; the message has its path, and does not
                quote the value.

        Example::

            number = ActiveNumber.from_dict({"phoneNumber": "+12025550134", "regionCode": "US"})
            print(number.region_code)
        """
        from sinch_numbers._core.serialization import reading

        return reading.read_data(data, cls)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """
        Read JSON *text* as `from_dict` does; amounts may also be JSON numbers.

        Args:
            text: One JSON object.

        Raises:
            InvalidArgumentError: *text* is not JSON, or cannot be read as the model.

        Example::

            number = ActiveNumber.from_json('{"phoneNumber": "+12025550134"}')
            print(number.phone_number)
        """
        from sinch_numbers._core.serialization import reading

        return reading.read_text(text, cls)
