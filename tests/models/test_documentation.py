"""Each field of a model and each value of an enum has a description."""

import ast
import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import attrs

from sinch_numbers import models

CLASSES = [
    one
    for one in (getattr(models, name) for name in models.__all__)
    if inspect.isclass(one) and (attrs.has(one) or issubclass(one, Enum))
]


def described(cls: type) -> Iterator[str]:
    """Yield the names in the body of *cls* that a string follows."""
    module = ast.parse(Path(inspect.getfile(cls)).read_text(encoding="utf-8"))
    (found,) = (
        node
        for node in module.body
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__
    )
    for node, after in zip(found.body, found.body[1:], strict=False):
        text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if text and isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif text and isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id


def names(cls: type) -> set[str]:
    """Return the fields of a model, or the names of the values of an enum."""
    if issubclass(cls, Enum):
        return {name for name, value in cls.__members__.items() if name == value.name}
    inherited = {name for base in cls.__mro__[1:] for name in getattr(base, "__annotations__", ())}
    return {field.name for field in attrs.fields(cls)} - inherited


def test_every_field_and_value_is_described():
    """In the line below it, which editors and the reference show."""
    missing = {
        cls.__name__: sorted(lost)
        for cls in CLASSES
        if (lost := {name for name in names(cls) if not name.startswith("_")} - {*described(cls)})
    }

    assert {} == missing
    assert sum(len(names(cls)) for cls in CLASSES) > 400
