"""Options of lists: columns, the sort order, and several values of a filter."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import attrs
import typer

from sinch_numbers._core.choices import suggestion
from sinch_numbers.cli._shared.options import E, OneOf, upper
from sinch_numbers.cli._shared.streams import writing_stdout
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.exports import Table, projection, table_of
from sinch_numbers.exports._model_columns import Field, fields_of
from sinch_numbers.models import NumberType
from sinch_numbers.models._number_status import NumberStatus

T = TypeVar("T")


class OneOrMore(OneOf[E]):
    """Parser of one or more values of an enum, separated by commas."""

    def __call__(self, text: str) -> Any:
        """Return the members that *text* names, as a tuple."""
        one = super().__call__
        return tuple(one(word) for word in text.split(",") if word.strip())


def words(text: str) -> tuple[str, ...]:
    """Return the words of *text*, which commas separate."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def region_codes(text: str) -> tuple[str, ...]:
    """Return the region codes of *text*, which commas separate."""
    return tuple(upper(word) for word in words(text))


def flat(given: Iterable[Sequence[T]] | None) -> tuple[T, ...]:
    """Return the values of a repeatable option, each once."""
    return tuple(dict.fromkeys(one for several in given or () for one in several))


Columns = Annotated[
    list[Any] | None,
    typer.Option(
        "--columns",
        parser=words,
        metavar="NAMES",
        help="Fields of the API to show, such as phoneNumber,money.amount; help lists them.",
    ),
]
Sort = Annotated[
    list[Any] | None,
    typer.Option(
        "--sort",
        parser=words,
        metavar="NAME[:desc]",
        help="Sort by this field, such as displayName or money.amount:desc; repeatable.",
    ),
]
Regions = Annotated[
    list[Any] | None,
    typer.Option(
        "--region",
        "-r",
        parser=region_codes,
        metavar="CC",
        help="Only these regions, such as US,CA; repeatable.",
    ),
]
Types = Annotated[
    list[Any] | None,
    typer.Option(
        "--type",
        "-t",
        parser=OneOrMore(NumberType),
        metavar="TYPE",
        help="Only mobile, local or toll-free; repeatable.",
    ),
]
Statuses = Annotated[
    list[Any] | None,
    typer.Option(
        "--status",
        parser=OneOrMore(NumberStatus),
        metavar="STATUS",
        help="Only linked, unlinked, pending, failed or released; repeatable.",
    ),
]


@attrs.frozen
class ChosenColumns(Generic[T]):
    """The chosen columns of a list."""

    table: Table[T]
    project: Callable[[T], dict[str, Any]]


def chosen_columns(
    model: type[T], given: Sequence[Sequence[str]] | None
) -> ChosenColumns[T] | None:
    """Return the columns *given*; print the valid ones and exit for ``help``."""
    names = flat(given)
    if given is None:
        return None
    if names == ("help",):
        with writing_stdout():
            typer.echo("\n".join(fields_of(model)))
        raise typer.Exit
    try:
        return ChosenColumns(table_of(model, names), projection(model, names))
    except InvalidArgumentError as error:
        raise typer.BadParameter(error.naming("--columns")) from None


def sorting(
    model: type[T], given: Sequence[Sequence[str]] | None
) -> Callable[[Sequence[T]], list[T]] | None:
    """Return the function that sorts by the keys *given*, the first key first."""
    keys = [_key(model, name) for name in flat(given)]
    if not keys:
        return None

    def ordered(items: Sequence[T]) -> list[T]:
        found = list(items)
        for read, descending in reversed(keys):
            # Sorting is stable, also in reverse; absent values come last in either order.
            present = [item for item in found if read(item) is not None]
            absent = [item for item in found if read(item) is None]
            present.sort(key=read, reverse=descending)
            found = present + absent
        return found

    return ordered


def _key(model: type[T], text: str) -> tuple[Callable[[T], Any], bool]:
    name, colon, order = text.partition(":")
    fields = {key.casefold(): field for key, field in fields_of(model).items()}
    field: Field[T] | None = fields.get(name.casefold())
    valid = [one.name for one in fields.values() if one.kind is not None]
    if field is None or field.kind is None:
        similar = suggestion(name, valid)
        hint = f"; did you mean {similar}?" if similar else ""
        raise typer.BadParameter(f"--sort {name}: must be one of {', '.join(valid)}{hint}")
    if colon and order.lower() not in ("asc", "desc"):
        raise typer.BadParameter(f"--sort {text}: the order must be asc or desc")
    return _comparable(field), order.lower() == "desc"


def _comparable(field: Field[T]) -> Callable[[T], Any]:
    def read(item: T) -> Any:
        found = field.read(item)
        return found.casefold() if isinstance(found, str) else found

    return read
